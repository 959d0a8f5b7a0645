"""Subscriptions as rows: what is asked of other systems, and what became of it.

The rules:

* Activating a version says what is wanted, in its own transaction; somebody else asks for it.
* What is not wanted any more stays until it was taken back there.
* Several may look at once: who takes one on moves its moment, and the others leave it alone. What
  is asked for meanwhile moves it again, and whoever has taken it on does not.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import msgspec
from sqlalchemy import Connection, delete, func, insert, select, update

from penstock_kernel.store.scope import Scope
from penstock_kernel.store.sql import credentials_bindings
from penstock_kernel.store.sql.rows import Row, all_rows, first_row
from penstock_kernel.store.sql.tables import subscriptions, workflows
from penstock_sdk import PenstockError

_S = subscriptions.c
#: Of what is sealed.
KIND = "subscription"
MOST_LISTED = 500
_AT_ONCE = 20
#: So long whoever has taken one on may take before somebody else does.
TAKEN_MS = 120_000


class SubscriptionMissing(PenstockError):
    """There is no such subscription."""

    code: ClassVar[str] = "subscription.missing"


class Wanted(msgspec.Struct, frozen=True):
    """What a version asks for."""

    node_id: str
    #: Of the trigger and what it is configured with.
    digest: str


class Subscription(msgspec.Struct, frozen=True, kw_only=True):
    """What another system was asked, and how that stands."""

    id: str
    workspace_id: str
    workflow_id: str
    node_id: str
    version: int
    wanted: bool
    #: `due` to be looked at, `active`, `failing`.
    status: str
    error: str | None
    failures: int
    due_ms: int
    checked_ms: int | None
    created_ms: int


def subscription_id(workflow: str, node: str) -> str:
    """What a subscription is called."""
    return f"{workflow}:{node}"


def replace(
    connection: Connection,
    scope: Scope,
    workflow: str,
    version: int,
    wanted: Sequence[Wanted],
    now_ms: int,
) -> None:
    """Say what a workflow wants from now on."""
    own = select(_S.node_id, _S.digest).where(_S.workflow_id == workflow)
    before = {row["node_id"]: row["digest"] for row in all_rows(connection.execute(own))}
    due = {"status": "due", "due_ms": now_ms, "failures": 0, "error": None}
    for node in before.keys() - {one.node_id for one in wanted}:
        _change(connection, subscription_id(workflow, node), wanted=False, **due)
    for one in wanted:
        name = subscription_id(workflow, one.node_id)
        if one.node_id in before:
            _change(connection, name, wanted=True, version=version, digest=one.digest, **due)
            continue
        row = {
            "id": name,
            "workspace_id": scope.workspace,
            "workflow_id": workflow,
            "node_id": one.node_id,
            "version": version,
            "wanted": True,
            "digest": one.digest,
            "created_ms": now_ms,
            **due,
        }
        connection.execute(insert(subscriptions).values(row))


def system_take(connection: Connection, now_ms: int) -> Sequence[Subscription]:
    """Take on what is due."""
    due = select(_S.id).where(_S.due_ms <= now_ms).order_by(_S.due_ms).limit(_AT_ONCE)
    ids = list(connection.execute(due.with_for_update(skip_locked=True)).scalars())
    taken = update(subscriptions).where(_S.id.in_(ids)).values(due_ms=now_ms + TAKEN_MS)
    return [_shown(row) for row in all_rows(connection.execute(taken.returning(subscriptions)))]


def system_sealed(connection: Connection, subscription: str) -> tuple[bytes | None, str]:
    """What its trigger remembers, sealed, and what was asked for."""
    found = select(_S.sealed, _S.digest).where(_S.id == subscription)
    row = first_row(connection.execute(found))
    return (None, "") if row is None else (row["sealed"], row["digest"])


def system_stands(
    connection: Connection, one: Subscription, sealed: bytes | None, due_ms: int, now_ms: int
) -> None:
    """It is there, and is to be looked at again."""
    _change(connection, one.id, sealed=sealed, checked_ms=now_ms)
    _settle(connection, one, status="active", error=None, failures=0, due_ms=due_ms)


def system_fails(connection: Connection, one: Subscription, error: str, due_ms: int) -> None:
    """It could not be asked for, or not be looked at; somebody tries again."""
    failures = one.failures + 1
    _settle(connection, one, status="failing", error=error, failures=failures, due_ms=due_ms)


def system_forget(connection: Connection, one: Subscription) -> None:
    """It was taken back; if nobody has asked for it meanwhile, nothing is left of it."""
    gone = (_S.id == one.id) & _S.wanted.is_(False)
    if not connection.execute(delete(subscriptions).where(gone)).rowcount:
        _change(connection, one.id, sealed=None, due_ms=0)
        return
    removed = (workflows.c.id == one.workflow_id) & workflows.c.removed_ms.is_not(None)
    if first_row(connection.execute(select(workflows.c.id).where(removed))) is not None:
        leave(connection, one.workflow_id)


def leave(connection: Connection, workflow: str) -> None:
    """Let a workflow that is gone use no credential any more, once its last hook was taken back."""
    left = select(_S.id).where(_S.workflow_id == workflow).limit(1)
    if first_row(connection.execute(left)) is None:
        credentials_bindings.forget(connection, workflow)


def listed(connection: Connection, scope: Scope, workflow: str = "") -> Sequence[Subscription]:
    """The subscriptions of a workspace, or of one workflow."""
    scope.require("webhook:read", workflow)
    own = _S.workspace_id == scope.workspace
    if workflow:
        own &= _S.workflow_id == workflow
    found = select(subscriptions).where(own).order_by(_S.id).limit(MOST_LISTED)
    return [_shown(row) for row in all_rows(connection.execute(found))]


def look_again(connection: Connection, scope: Scope, subscription: str, now_ms: int) -> None:
    """Let one be looked at now.

    Raises:
        SubscriptionMissing: There is none with this id.
    """
    own = (_S.id == subscription) & (_S.workspace_id == scope.workspace)
    row = first_row(connection.execute(select(_S.workflow_id).where(own)))
    if row is None:
        hint = "List them to see their ids."
        raise SubscriptionMissing(f"There is no subscription {subscription}.", hint=hint)
    scope.require("webhook:write", row["workflow_id"])
    _change(connection, subscription, due_ms=now_ms)


def system_next_ms(connection: Connection) -> int | None:
    """When the next one is due."""
    return connection.execute(select(func.min(_S.due_ms))).scalar_one_or_none()


def _settle(connection: Connection, one: Subscription, **values: object) -> None:
    """Say how it stands; what somebody wanted of it meanwhile is due still."""
    untouched = (_S.id == one.id) & (_S.due_ms == one.due_ms)
    connection.execute(update(subscriptions).where(untouched).values(values))


def _change(connection: Connection, subscription: str, **values: object) -> None:
    connection.execute(update(subscriptions).where(_S.id == subscription).values(values))


def _shown(row: Row) -> Subscription:
    return Subscription(**{name: row[name] for name in Subscription.__struct_fields__})
