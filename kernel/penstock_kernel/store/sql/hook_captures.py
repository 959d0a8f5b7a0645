"""Drafts that wait for one call, as rows.

The rules:

* A capture takes one call and no more, whichever process it reaches.
* It ends by itself when its time is over.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import msgspec
from sqlalchemy import Connection, delete, insert, select, update

from penstock_kernel.store.scope import Scope
from penstock_kernel.store.sql.rows import Row, all_rows, first_row
from penstock_kernel.store.sql.tables import webhook_captures
from penstock_sdk import PenstockError

_C = webhook_captures.c
#: Those that are over are kept for so long, for whoever asks what came of them.
KEPT_MS = 24 * 3_600_000


class CaptureMissing(PenstockError):
    """There is no such capture, or it is over."""

    code: ClassVar[str] = "capture.missing"


class Capture(msgspec.Struct, frozen=True, kw_only=True):
    """A draft that waits for one call."""

    id: str
    workspace_id: str
    workflow_id: str
    node_id: str
    method: str
    path: str
    until_ms: int
    #: Of the call that came.
    execution_id: str | None
    created_ms: int


def add(connection: Connection, captures: Sequence[Capture], now_ms: int) -> None:
    """Wait for a call."""
    connection.execute(delete(webhook_captures).where(_C.until_ms < now_ms - KEPT_MS))
    connection.execute(insert(webhook_captures), [msgspec.structs.asdict(one) for one in captures])


def get(connection: Connection, scope: Scope, capture: str) -> Capture:
    """A capture.

    Raises:
        CaptureMissing: There is none with this id.
    """
    own = (_C.id == capture) & (_C.workspace_id == scope.workspace)
    row = first_row(connection.execute(select(webhook_captures).where(own)))
    if row is None:
        raise CaptureMissing(f"There is no capture {capture}.", hint="Begin another one.")
    scope.require("workflow:read", row["workflow_id"])
    return _stored(row)


def system_open(connection: Connection, workspace: str, now_ms: int) -> Sequence[Capture]:
    """What waits in a workspace, the latest last."""
    own = (_C.workspace_id == workspace) & (_C.until_ms > now_ms) & _C.execution_id.is_(None)
    found = select(webhook_captures).where(own).order_by(_C.created_ms)
    return [_stored(row) for row in all_rows(connection.execute(found))]


def system_take(connection: Connection, capture: str, execution: str) -> bool:
    """A call came; say whether it was the first."""
    own = (_C.id == capture) & _C.execution_id.is_(None)
    taken = update(webhook_captures).where(own).values(execution_id=execution)
    return bool(connection.execute(taken).rowcount)


def end(connection: Connection, scope: Scope, capture: str, now_ms: int) -> None:
    """Wait no more.

    Raises:
        CaptureMissing: There is none with this id.
    """
    get(connection, scope, capture)
    connection.execute(update(webhook_captures).where(_C.id == capture).values(until_ms=now_ms))


def _stored(row: Row) -> Capture:
    return Capture(**{name: row[name] for name in Capture.__struct_fields__})
