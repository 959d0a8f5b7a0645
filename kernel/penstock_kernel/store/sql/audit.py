"""What was done, by whom: written in the transaction that does it, each row chained to the last.

The rules:

* The chain of a row is SHA-256 of the chain before it and of the row's own canonical JSON: the
  keys in order, nothing between them, `detail` as it lies in its column.
* The numbers of rows have no gaps. Whoever writes one holds the head of the chain until his
  transaction ends, so that no two are written after the same one.
* Rows are never changed and never removed.
* Secrets are no details: what is told is what was done, and to what.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from penstock_kernel.store.scope import Scope
from penstock_kernel.store.sql import destinations
from penstock_kernel.store.sql.destinations import Happening
from penstock_kernel.store.sql.rows import Row, all_rows
from penstock_kernel.store.sql.tables import audit_events, audit_head, workspaces

_A = audit_events.c
_HEAD = "audit"
#: Before the first row.
BEGINNING = bytes(32)
MOST_LISTED = 500
_told = msgspec.json.Encoder(order="sorted")


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """Something that was done."""

    #: As `user.disabled`: on what, and what.
    action: str
    actor: str = ""
    #: Id of what it was done to.
    target: str = ""
    detail: Mapping[str, Any] = {}
    organization: str = ""
    workspace: str = ""
    #: Where the call came from.
    address: str = ""
    at_ms: int


class Recorded(msgspec.Struct, frozen=True, kw_only=True):
    """An event as it is kept."""

    id: int
    action: str
    actor: str
    target: str
    detail: Mapping[str, Any]
    organization: str
    workspace: str
    address: str
    at_ms: int


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """Which events somebody asks for."""

    actor: str = ""
    #: One action, or all of a kind: `user.disabled`, `user`.
    action: str = ""
    target: str = ""
    since_ms: int = 0
    until_ms: int | None = None
    #: Those before this one.
    before: int | None = None
    #: Of all workspaces of the organization.
    everywhere: bool = False


def record(
    connection: Connection,
    scope: Scope,
    action: str,
    target: str,
    detail: Mapping[str, Any],
    now_ms: int,
) -> None:
    """Write down what somebody does in a workspace, in the transaction that does it."""
    organization = connection.execute(_organization_of(scope.workspace)).scalar() or ""
    event = Event(
        action=action,
        actor=scope.actor,
        target=target,
        detail=detail,
        organization=str(organization),
        workspace=scope.workspace,
        at_ms=now_ms,
    )
    system_append(connection, [event])


def system_append(connection: Connection, events: Sequence[Event]) -> None:
    """Write events after the last one."""
    last, chain = _held_head(connection)
    rows: list[dict[str, Any]] = []
    for event in events:
        last += 1
        row = _row(last, event)
        chain = row["chain"] = next_link(chain, row)
        rows.append(row)
    connection.execute(insert(audit_events), rows)
    destinations.tell(connection, [_happening(event) for event in events if event.workspace])
    connection.execute(
        update(audit_head).where(audit_head.c.name == _HEAD).values(last=last, chain=chain)
    )


def _happening(event: Event) -> Happening:
    told = {"action": event.action, "actor": event.actor, "target": event.target}
    return Happening(event.workspace, "audit", event.at_ms, {**told, "detail": event.detail})


def next_link(before: bytes, row: Mapping[str, Any]) -> bytes:
    """The chain of a row that stands after another one."""
    told = _told.encode(
        {
            "action": row["action"],
            "actor": row["actor"],
            "address": row["address"],
            "at_ms": row["at_ms"],
            "detail": msgspec.Raw(row["detail"] or b"{}"),
            "id": row["id"],
            "organization_id": row["organization_id"],
            "target": row["target"],
            "workspace_id": row["workspace_id"],
        }
    )
    return sha256(before + told).digest()


def listed(connection: Connection, scope: Scope, wanted: Wanted, limit: int) -> Sequence[Recorded]:
    """What was done in a workspace, or everywhere in its organization; the newest first.

    Raises:
        AccessDenied: Who asks may not see that.
    """
    scope.require("audit:read")
    found = select(audit_events).where(_place(scope, wanted), *_conditions(wanted))
    found = found.order_by(_A.id.desc()).limit(min(limit, MOST_LISTED))
    return [_recorded(row) for row in all_rows(connection.execute(found))]


def system_head(connection: Connection) -> tuple[int, bytes]:
    """The number and the chain of the last row."""
    found = select(audit_head.c.last, audit_head.c.chain).where(audit_head.c.name == _HEAD)
    row = connection.execute(found).first()
    return (0, BEGINNING) if row is None else (row[0], row[1])


def _held_head(connection: Connection) -> tuple[int, bytes]:
    dialect: Any = sqlite if connection.dialect.name == "sqlite" else postgresql
    found = select(audit_head.c.last, audit_head.c.chain).where(audit_head.c.name == _HEAD)
    row = connection.execute(found.with_for_update()).first()
    if row is None:
        first = dialect.insert(audit_head).values(name=_HEAD, last=0, chain=BEGINNING)
        connection.execute(first.on_conflict_do_nothing())
        row = connection.execute(found.with_for_update()).one()
    return row[0], row[1]


def _row(number: int, event: Event) -> dict[str, Any]:
    return {
        "id": number,
        "action": event.action,
        "actor": event.actor,
        "address": event.address,
        "at_ms": event.at_ms,
        "detail": _told.encode(event.detail),
        "organization_id": event.organization,
        "target": event.target,
        "workspace_id": event.workspace,
    }


def _place(scope: Scope, wanted: Wanted) -> ColumnElement[bool]:
    if not wanted.everywhere:
        return _A.workspace_id == scope.workspace
    scope.require("organization:admin")
    own: ColumnElement[bool] = _A.organization_id.in_(_organization_of(scope.workspace))
    return own


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [_A.at_ms >= wanted.since_ms]
    if wanted.actor:
        found.append(_A.actor == wanted.actor)
    if wanted.target:
        found.append(_A.target == wanted.target)
    if wanted.action:
        kind = wanted.action + "."
        found.append((_A.action == wanted.action) | _A.action.startswith(kind, autoescape=True))
    if wanted.until_ms is not None:
        found.append(_A.at_ms <= wanted.until_ms)
    if wanted.before is not None:
        found.append(_A.id < wanted.before)
    return found


def _organization_of(workspace: str) -> Any:
    return select(workspaces.c.organization_id).where(workspaces.c.id == workspace)


def _recorded(row: Row) -> Recorded:
    return Recorded(
        id=row["id"],
        action=row["action"],
        actor=row["actor"] or "",
        target=row["target"] or "",
        detail=msgspec.json.decode(row["detail"] or b"{}", type=dict[str, Any]),
        organization=row["organization_id"] or "",
        workspace=row["workspace_id"] or "",
        address=row["address"] or "",
        at_ms=row["at_ms"],
    )
