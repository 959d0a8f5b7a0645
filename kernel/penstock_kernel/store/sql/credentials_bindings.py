"""Which slots of which nodes may use which credential.

The rules:

* A binding is written when a workflow is written, by somebody who may use the credential. From then
  on everybody who may change the workflow can keep it as it is.
* A credential that is not there is bound to nothing; the node says so when it runs.
* What is tried without having been saved uses what is bound to the same slot of its workflow.
* What no version and no draft names any more is not bound any more. What a version names stays, so
  that it runs as it was published.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import Connection, delete, insert, or_, select, update

from penstock_kernel.store.credentials import CredentialRefused, Use
from penstock_kernel.store.scope import Scope
from penstock_kernel.store.sql.rows import all_rows
from penstock_kernel.store.sql.tables import credential_bindings, credentials, workflows

_B = credential_bindings.c
_C = credentials.c
_ALL = 1_000
_USE = "credential:use"
#: What a text is taken for that somebody tries without having saved it.
UNSAVED = "unsaved"


class Slot(NamedTuple):
    """What a document says: this slot of this node wants this credential."""

    node: str
    slot: str
    credential: str


class Usage(msgspec.Struct, frozen=True, kw_only=True):
    """A slot that may use a credential."""

    workflow_id: str
    workflow_name: str | None
    node_id: str
    slot: str
    #: Does a version say so? Otherwise only the draft does.
    published: bool


def bind(
    connection: Connection,
    scope: Scope,
    workflow: str,
    wanted: Sequence[Slot],
    now_ms: int,
    *,
    published: bool = False,
    leaves_out: bool = False,
) -> Sequence[Slot]:
    """Let the slots of a draft use what they name, and give back those that may not.

    Args:
        connection: In the transaction that writes the workflow.
        scope: Who writes it.
        workflow: Its id.
        wanted: All slots of the draft that name a credential.
        now_ms: The moment.
        published: The draft becomes a version.
        leaves_out: Leave out what whoever writes may not use, instead of refusing: for copies.

    Raises:
        AccessDenied: A slot names a credential that it did not name before, and that whoever writes
            may not use.
    """
    rows = all_rows(
        connection.execute(select(credential_bindings).where(_B.workflow_id == workflow))
    )
    known = {Slot(row["node_id"], row["slot"], row["credential_id"]): row for row in rows}
    there = _there(connection, scope.workspace, {one.credential for one in wanted})
    bound = [one for one in wanted if one.credential in there]
    if leaves_out:
        bound = [one for one in bound if one in known or scope.may(_USE, one.credential)]
    for one in bound:
        if one not in known:
            scope.require(_USE, one.credential)
            _add(connection, scope, workflow, one, now_ms, published=published)
        elif published and not known[one]["published"]:
            connection.execute(_same(update(credential_bindings), workflow, one, published=True))
    for one, row in known.items():
        if one not in bound and not row["published"]:
            connection.execute(_same(delete(credential_bindings), workflow, one))
    return [one for one in wanted if one not in bound]


def check(connection: Connection, use: Use, credential: str) -> None:
    """Look whether a slot may use a credential.

    Raises:
        CredentialRefused: It may not.
    """
    own = (_B.workflow_id == use.workflow) & (_B.workspace_id == use.workspace)
    own &= (_B.node_id == use.node) & (_B.slot == use.slot) & (_B.credential_id == credential)
    if connection.execute(select(_B.slot).where(own)).first() is not None:
        return
    if use.version is None and not _is_stored(connection, use.workflow):
        return
    message = f"The node {use.node!r} may not use the credential {credential!r}."
    hint = "Somebody who may use it has to choose it in the node, and save and publish that."
    raise CredentialRefused(message, hint=hint)


def _is_stored(connection: Connection, workflow: str) -> bool:
    """Was it written by somebody over the API? What else is executed comes from this machine."""
    found = select(workflows.c.id).where(workflows.c.id == workflow)
    return workflow == UNSAVED or connection.execute(found).first() is not None


def usage(connection: Connection, scope: Scope, credential: str) -> Sequence[Usage]:
    """The nodes that may use a credential.

    Raises:
        AccessDenied: Not for whoever asks.
    """
    scope.require("credential:read", credential)
    own = (_B.workspace_id == scope.workspace) & (_B.credential_id == credential)
    columns = (_B.workflow_id, _B.node_id, _B.slot, _B.published, workflows.c.name)
    here = workflows.c.id == _B.workflow_id
    found = select(*columns).outerjoin(workflows, here).where(own)
    found = found.where(or_(workflows.c.removed_ms.is_(None), workflows.c.id.is_(None)))
    rows = all_rows(connection.execute(found.order_by(*columns[:3]).limit(_ALL)))
    return [
        Usage(
            workflow_id=row["workflow_id"],
            workflow_name=row["name"],
            node_id=row["node_id"],
            slot=row["slot"],
            published=row["published"],
        )
        for row in rows
    ]


def forget(connection: Connection, workflow: str) -> None:
    """Let a workflow that is gone use nothing any more."""
    connection.execute(delete(credential_bindings).where(_B.workflow_id == workflow))


def _there(connection: Connection, workspace: str, ids: set[str]) -> Sequence[str]:
    own = (_C.workspace_id == workspace) & _C.id.in_(ids)
    return list(connection.execute(select(_C.id).where(own).order_by(_C.id)).scalars())


def _add(
    connection: Connection,
    scope: Scope,
    workflow: str,
    one: Slot,
    now_ms: int,
    *,
    published: bool,
) -> None:
    row = {
        "workflow_id": workflow,
        "node_id": one.node,
        "slot": one.slot,
        "credential_id": one.credential,
        "workspace_id": scope.workspace,
        "bound_by": scope.actor,
        "bound_ms": now_ms,
        "published": published,
    }
    connection.execute(insert(credential_bindings).values(row))


def _same(statement: Any, workflow: str, one: Slot, **values: Any) -> Any:
    own = (_B.workflow_id == workflow) & (_B.node_id == one.node) & (_B.slot == one.slot)
    chosen = statement.where(own, _B.credential_id == one.credential)
    return chosen.values(**values) if values else chosen
