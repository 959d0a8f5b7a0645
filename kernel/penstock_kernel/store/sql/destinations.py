"""Event destinations: who is told of what happens, and the messages that are on their way.

The rules:

* A message is written in the transaction of what it tells: nothing is told that did not happen,
  and nothing that happened is left out.
* A message has an id that stays the same over all attempts; whoever gets it twice can tell.
* What cannot be delivered is tried again ever more slowly, for about three days.
* Whoever lets somebody be told of something may read it himself.
* Who is switched off is sent nothing: what is due waits until he is on again, or is given up where
  he said himself that he wants nothing any more.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, ClassVar, Literal

import msgspec
from sqlalchemy import Connection, delete, insert, select, update

from penstock_kernel.store.records import ErrorRecord
from penstock_kernel.store.scope import Scope
from penstock_kernel.store.sql import codec
from penstock_kernel.store.sql.rows import Row, all_rows, first_row
from penstock_kernel.store.sql.tables import event_destinations, event_messages
from penstock_sdk import PenstockError

_D = event_destinations.c
_M = event_messages.c
#: What may be told; `audit` is everything that was done by somebody.
KINDS = ("execution.success", "execution.error", "execution.canceled", "execution.dead", "audit")
Kind = Literal[
    "execution.success", "execution.error", "execution.canceled", "execution.dead", "audit"
]
#: What it takes to read what is told, by the first part of its kind.
_READING = {"execution": "execution:read", "audit": "audit:read"}
MOST = 50
MOST_LISTED = 500
#: After so many seconds it is tried again.
DELAYS_S = (5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400)
KEPT_MS = 7 * 86_400_000
_TAKEN_MS = 60_000
_AT_ONCE = 50
_FORGOTTEN_AT_ONCE = 1_000
_UNWANTED = "The destination wants nothing any more."


class DestinationMissing(PenstockError):
    """There is no such destination, or no such message to it."""

    code: ClassVar[str] = "destination.missing"


class TooManyDestinations(PenstockError):
    """A workspace has as many destinations as it may have."""

    code: ClassVar[str] = "destination.too_many"


class Destination(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who is told."""

    id: str
    workspace_id: str
    name: str
    url: str
    events: Sequence[str]
    workflow_id: str = ""
    disabled: bool = False
    secret_version: int = 1
    created_ms: int = 0
    updated_ms: int = 0


class EventMessage(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody is told, and what became of it."""

    id: str
    destination_id: str
    workspace_id: str
    kind: str
    content: Mapping[str, Any]
    status: str
    attempts: int
    due_ms: int | None
    answered: int | None
    error: str | None
    created_ms: int


class Happening(msgspec.Struct, frozen=True):
    """Something that happened, for whoever wants to know."""

    workspace: str
    kind: str
    at_ms: int
    data: Mapping[str, Any]
    workflow: str = ""


def end_of(
    row: Mapping[str, Any], execution: str, status: str, at_ms: int, error: ErrorRecord | None
) -> Happening:
    """The end of an execution, with its row."""
    data = {
        "execution": execution,
        "workflow": row["workflow_id"],
        "status": status,
        "started_ms": row["started_ms"],
        "finished_ms": at_ms,
        "error": None if error is None else {"code": error.code, "message": error.message},
    }
    workspace, workflow = row["workspace_id"], row["workflow_id"]
    return Happening(workspace, f"execution.{status}", at_ms, data, workflow=workflow)


def tell(connection: Connection, happenings: Sequence[Happening]) -> None:
    """Write messages to all who want to know."""
    if not happenings:
        return
    own = _D.workspace_id.in_({one.workspace for one in happenings}) & _D.disabled.is_(False)
    wanting = all_rows(connection.execute(select(event_destinations).where(own)))
    rows = [
        message_to(row["id"], row["workspace_id"], one)
        for row in wanting
        for one in happenings
        if _wants(row, one)
    ]
    if rows:
        connection.execute(insert(event_messages), rows)


def message_to(destination: str, workspace: str, one: Happening) -> dict[str, Any]:
    """The row of a message."""
    moment = datetime.fromtimestamp(one.at_ms / 1_000, UTC).isoformat(timespec="milliseconds")
    content = {"type": one.kind, "timestamp": moment, "data": one.data}
    return {
        "id": f"msg_{os.urandom(12).hex()}",
        "destination_id": destination,
        "workspace_id": workspace,
        "kind": one.kind,
        "content": codec.pack(content),
        "status": "due",
        "due_ms": one.at_ms,
        "created_ms": one.at_ms,
    }


def _wants(row: Row, one: Happening) -> bool:
    if row["workspace_id"] != one.workspace or row["workflow_id"] not in ("", one.workflow):
        return False
    events = row["events"].split(",")
    return one.kind in events or one.kind.partition(".")[0] in events


def add(connection: Connection, scope: Scope, new: Destination, now_ms: int) -> Destination:
    """Tell somebody from now on.

    Raises:
        TooManyDestinations: The workspace has as many as it may have.
        AccessDenied: It is about what who asks may not read.
    """
    scope.require("workspace:write")
    _require_reading(scope, new.events)
    if len(listed(connection, scope)) >= MOST:
        hint = "Remove one that nobody needs."
        raise TooManyDestinations(f"A workspace has {MOST} destinations at most.", hint=hint)
    made = msgspec.structs.replace(
        new,
        id=f"dst_{os.urandom(8).hex()}",
        workspace_id=scope.workspace,
        created_ms=now_ms,
        updated_ms=now_ms,
    )
    connection.execute(insert(event_destinations).values(_row(made)))
    return made


def change(connection: Connection, scope: Scope, changed: Destination, now_ms: int) -> Destination:
    """Change who is told what.

    Raises:
        DestinationMissing: There is none with this id.
        AccessDenied: It is about what who asks may not read.
    """
    scope.require("workspace:write")
    before = get(connection, scope, changed.id)
    # What was written for it already goes to where it is changed to.
    written = select(_M.kind).where(_M.destination_id == changed.id).distinct()
    _require_reading(scope, [*before.events, *connection.execute(written).scalars()])
    _require_reading(scope, changed.events)
    kept = msgspec.structs.replace(changed, updated_ms=now_ms)
    own = update(event_destinations).where(_D.id == changed.id)
    connection.execute(own.values(_row(kept)))
    return kept


def remove(connection: Connection, scope: Scope, destination: str) -> None:
    """Tell somebody nothing any more.

    Raises:
        DestinationMissing: There is none with this id.
    """
    scope.require("workspace:write")
    get(connection, scope, destination)
    connection.execute(delete(event_destinations).where(_D.id == destination))
    connection.execute(delete(event_messages).where(_M.destination_id == destination))


def get(connection: Connection, scope: Scope, destination: str) -> Destination:
    """One destination.

    Raises:
        DestinationMissing: There is none with this id.
    """
    scope.require("workspace:write")
    own = (_D.id == destination) & (_D.workspace_id == scope.workspace)
    row = first_row(connection.execute(select(event_destinations).where(own)))
    if row is None:
        hint = "List them to see their ids."
        raise DestinationMissing(f"There is no destination {destination}.", hint=hint)
    return _destination(row)


def listed(connection: Connection, scope: Scope) -> Sequence[Destination]:
    """Who is told in a workspace, by name."""
    scope.require("workspace:write")
    own = select(event_destinations).where(_D.workspace_id == scope.workspace)
    rows = all_rows(connection.execute(own.order_by(_D.name, _D.id)))
    return [_destination(row) for row in rows]


def messages(
    connection: Connection, scope: Scope, destination: str, *, most: int = 50
) -> Sequence[EventMessage]:
    """What somebody was told, as far as who asks may read it, the newest first.

    Raises:
        DestinationMissing: There is none with this id.
    """
    get(connection, scope, destination)
    closed = [kind for kind, grant in _READING.items() if not scope.may(grant)]
    own = select(event_messages).where(
        _M.destination_id == destination, *(~_M.kind.startswith(kind) for kind in closed)
    )
    found = own.order_by(_M.created_ms.desc(), _M.id).limit(min(most, MOST_LISTED))
    return [_message(row) for row in all_rows(connection.execute(found))]


def send_again(
    connection: Connection, scope: Scope, destination: str, message: str, now_ms: int
) -> None:
    """Let a message be sent now, whatever became of it.

    Raises:
        DestinationMissing: There is no such destination, or no such message.
        AccessDenied: It is about what who asks may not read.
    """
    scope.require("workspace:write")
    get(connection, scope, destination)
    own = (_M.id == message) & (_M.destination_id == destination)
    _require_reading(scope, connection.execute(select(_M.kind).where(own)).scalars())
    due = {"status": "due", "due_ms": now_ms, "attempts": 0, "error": None}
    if not connection.execute(update(event_messages).where(own).values(due)).rowcount:
        raise DestinationMissing(f"There is no message {message}.", hint="It may be too old.")


def system_take(connection: Connection, now_ms: int) -> Sequence[tuple[EventMessage, Destination]]:
    """Take on what is due; whoever does not come back leaves it to others after a minute."""
    off = select(_D.id).where(_D.disabled)
    due = select(_M.id).where(_M.due_ms <= now_ms, _M.destination_id.not_in(off))
    due = due.order_by(_M.due_ms).limit(_AT_ONCE)
    ids = list(connection.execute(due.with_for_update(skip_locked=True)).scalars())
    if not ids:
        return []
    taken = update(event_messages).where(_M.id.in_(ids)).values(due_ms=now_ms + _TAKEN_MS)
    rows = all_rows(connection.execute(taken.returning(event_messages)))
    own = select(event_destinations).where(_D.id.in_({row["destination_id"] for row in rows}))
    known = {row["id"]: _destination(row) for row in all_rows(connection.execute(own))}
    # What was written while its destination was removed: nobody is there to be told.
    stray = [row["id"] for row in rows if row["destination_id"] not in known]
    if stray:
        connection.execute(delete(event_messages).where(_M.id.in_(stray)))
    taken_on = [row for row in rows if row["destination_id"] in known]
    return [(_message(row), known[row["destination_id"]]) for row in taken_on]


def system_settle(
    connection: Connection,
    message: EventMessage,
    *,
    answered: int | None,
    error: str | None,
    now_ms: int,
    is_wanted: bool = True,
) -> None:
    """Say what became of an attempt."""
    own = _M.id == message.id
    attempts = message.attempts + 1
    values: dict[str, Any] = {"attempts": attempts, "answered": answered, "error": error}
    if error is None:
        values |= {"status": "sent", "due_ms": None}
    elif not is_wanted or attempts > len(DELAYS_S):
        values |= {"status": "given_up", "due_ms": None}
    else:
        values["due_ms"] = now_ms + DELAYS_S[attempts - 1] * 1_000
        own &= _M.status == "due"  # it may have been given up since it was taken
    connection.execute(update(event_messages).where(own).values(values))


def system_disable(connection: Connection, destination: str, now_ms: int) -> None:
    """The other side says that it wants nothing any more: what is due to it is given up."""
    own = update(event_destinations).where(_D.id == destination)
    connection.execute(own.values(disabled=True, updated_ms=now_ms))
    left = (_M.destination_id == destination) & (_M.status == "due")
    given_up = {"status": "given_up", "due_ms": None, "error": _UNWANTED}
    connection.execute(update(event_messages).where(left).values(given_up))


def system_forget(connection: Connection, now_ms: int) -> bool:
    """Forget some of what was told a week ago; say whether there may be more."""
    old = _M.due_ms.is_(None) & (_M.created_ms < now_ms - KEPT_MS)
    some = select(_M.id).where(old).limit(_FORGOTTEN_AT_ONCE)
    gone = connection.execute(delete(event_messages).where(_M.id.in_(some))).rowcount
    return gone >= _FORGOTTEN_AT_ONCE


def _require_reading(scope: Scope, kinds: Iterable[str]) -> None:
    for kind in kinds:
        grant = _READING.get(kind.partition(".")[0])
        if grant is not None:
            scope.require(grant)


def _row(one: Destination) -> dict[str, Any]:
    return {**msgspec.structs.asdict(one), "events": ",".join(one.events)}


def _destination(row: Row) -> Destination:
    named: dict[str, Any] = {name: row[name] for name in Destination.__struct_fields__}
    named["events"] = row["events"].split(",")
    return Destination(**named)


def message_of(row: Mapping[str, Any]) -> EventMessage:
    """A message that is not kept."""
    given = {"attempts": 0, "answered": None, "error": None, **row}
    return _message(given)


def _message(row: Mapping[str, Any]) -> EventMessage:
    named: dict[str, Any] = {name: row[name] for name in EventMessage.__struct_fields__}
    named["content"] = codec.unpack(row["content"], dict[str, Any])
    return EventMessage(**named)
