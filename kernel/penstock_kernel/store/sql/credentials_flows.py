"""Sign-ins at somebody else's server that have begun: each ends once, by whoever began it.

What comes back from outside names a flow by a random text, and only the hash of that is kept. What
else is needed was sealed when it began, and is not taken from what comes back.
"""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from typing import ClassVar, Literal, cast

import msgspec
from sqlalchemy import Connection, delete, insert, select, update

from penstock_kernel.store.scope import Scope
from penstock_kernel.store.sealing import Place, Sealer
from penstock_kernel.store.sql.rows import first_row
from penstock_kernel.store.sql.tables import oauth_flows
from penstock_sdk import PenstockError

_F = oauth_flows.c
Kind = Literal["code", "device"]


class FlowUnknown(PenstockError):
    """A sign-in was never begun, has ended, took too long, or was begun by somebody else."""

    code: ClassVar[str] = "credential.sign_in_unknown"


class Flow(msgspec.Struct, frozen=True, kw_only=True):
    """A sign-in that has begun."""

    id: str
    workspace_id: str
    credential_id: str
    kind: Kind
    #: When the server may be asked again.
    next_ms: int
    expires_ms: int
    kept: Mapping[str, str]


def begin(
    connection: Connection,
    scope: Scope,
    sealer: Sealer,
    token: str,
    flow: Flow,
    *,
    session: str,
    now_ms: int,
) -> None:
    """Keep a sign-in under the hash of a random text; those that took too long are forgotten."""
    connection.execute(delete(oauth_flows).where(_F.expires_ms <= now_ms))
    name = hashed(token)
    sealed = sealer.seal(_place(scope.workspace, name), msgspec.json.encode(flow.kept))
    row = {
        "id": name,
        "workspace_id": scope.workspace,
        "credential_id": flow.credential_id,
        "actor": scope.actor,
        "session_id": session,
        "kind": flow.kind,
        "sealed": sealed,
        "next_ms": flow.next_ms,
        "expires_ms": flow.expires_ms,
    }
    connection.execute(insert(oauth_flows).values(row))


def get(
    connection: Connection,
    scope: Scope,
    sealer: Sealer,
    token: str,
    kind: Kind,
    *,
    session: str,
    now_ms: int,
) -> Flow:
    """A sign-in that goes on.

    Raises:
        FlowUnknown: There is none that whoever asks has begun.
    """
    name = hashed(token)
    own = (_F.id == name) & (_F.kind == kind) & (_F.expires_ms > now_ms)
    # A browser that comes back does not say for which workspace: the flow does.
    own &= (_F.actor == scope.actor) & (_F.session_id == session)
    row = first_row(connection.execute(select(oauth_flows).where(own)))
    if row is None:
        message = "This sign-in was not begun here, has ended, or took too long."
        raise FlowUnknown(message, hint="Begin it again from the credential.")
    plain = sealer.open(_place(row["workspace_id"], name), row["sealed"] or b"", connection)
    return Flow(
        id=name,
        workspace_id=row["workspace_id"],
        credential_id=row["credential_id"],
        kind=cast("Kind", row["kind"]),
        next_ms=row["next_ms"],
        expires_ms=row["expires_ms"],
        kept=msgspec.json.decode(plain, type=dict[str, str]),
    )


def end(connection: Connection, flow: Flow) -> bool:
    """End a sign-in; say whether it went on until now."""
    return connection.execute(delete(oauth_flows).where(_F.id == flow.id)).rowcount > 0


def take_turn(connection: Connection, flow: Flow, next_ms: int) -> bool:
    """Say when the server is asked again; whether nobody else does so meanwhile."""
    own = (_F.id == flow.id) & (_F.next_ms == flow.next_ms)
    return connection.execute(update(oauth_flows).where(own).values(next_ms=next_ms)).rowcount > 0


def hashed(token: str) -> str:
    """What a random text is kept as."""
    return sha256(token.encode()).hexdigest()


def _place(workspace: str, name: str) -> Place:
    return Place(workspace, "oauth_flow", name)
