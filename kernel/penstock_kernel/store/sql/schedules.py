"""Schedules as rows: when each is next, how far it has got, and what became of each moment.

The rules:

* `last_ms` is the latest moment of the rule that was dealt with; `next_ms` is when somebody has to
  look again, and empty where there is nothing to come or the schedule is paused.
* Who has dealt with moments says what he saw; if somebody else was faster, nothing is changed.
* A moment is dealt with once: its row in `schedule_fires` is written only where there is none.
* A schedule whose rule stays the same from version to version goes on as if nothing had happened.
* Of the keys that a trigger gave, those that it gave last are remembered, and all of its last look.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar, Literal

import msgspec
from sqlalchemy import ColumnElement, Connection, delete, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from penstock_kernel.schedules.rule import Rule, jittered, next_fire
from penstock_kernel.store.scope import Scope
from penstock_kernel.store.sql import audit, codec
from penstock_kernel.store.sql.rows import Row, all_rows, first_row
from penstock_kernel.store.sql.tables import poll_seen, schedule_fires, schedules
from penstock_sdk import PenstockError

_S = schedules.c
_F = schedule_fires.c
MOST_DUE = 500
#: Keys that a trigger that polls remembers.
MOST_SEEN = 10_000
#: Values that are asked for at once: drivers refuse more than 32,767.
_AT_ONCE = 10_000
Outcome = Literal["started", "skipped", "missed", "refused"]


class ScheduleMissing(PenstockError):
    """There is no such schedule."""

    code: ClassVar[str] = "schedule.missing"


class Planned(msgspec.Struct, frozen=True):
    """A schedule that a version of a workflow asks for."""

    node_id: str
    number: int
    kind: str
    rule: Rule


class Schedule(msgspec.Struct, frozen=True, kw_only=True):
    """A schedule as it stands."""

    id: str
    workspace_id: str
    workflow_id: str
    node_id: str
    kind: str
    rule: Rule
    revision: int
    paused: bool
    next_ms: int | None
    last_ms: int
    failures: int
    last_error: str | None
    #: Of a trigger that polls: see `work.polling`.
    cursor: bytes | None


class Fired(msgspec.Struct, frozen=True):
    """What became of a moment."""

    moment_ms: int
    outcome: Outcome
    execution: str | None = None


class Settled(msgspec.Struct, frozen=True, kw_only=True):
    """How far somebody has got with a schedule that he saw as it was."""

    seen: Schedule
    last_ms: int
    fires: Sequence[Fired] = ()
    error: str | None = None
    #: Look again then, instead of at the next moment.
    again_ms: int | None = None
    cursor: bytes | None = None
    #: What a trigger that polls saw at this look.
    keys: Sequence[str] = ()
    now_ms: int = 0


class But(msgspec.Struct, frozen=True):
    """Schedules that somebody does not want to look at now."""

    ids: Sequence[str] = ()
    #: Triggers that poll, all of them.
    polls: bool = False


_NOTHING = But()


def schedule_id(workflow: str, planned: Planned) -> str:
    """What a schedule is called."""
    return f"{workflow}:{planned.node_id}:{planned.number}"


def replace(
    connection: Connection, scope: Scope, workflow: str, plans: Sequence[Planned], now_ms: int
) -> None:
    """Let a workflow have these schedules, and no others."""
    found = select(schedules).where(_S.workflow_id == workflow)
    known = {one.id: one for one in map(_schedule, all_rows(connection.execute(found)))}
    named = {schedule_id(workflow, plan): plan for plan in plans}
    _drop(connection, known.keys() - named.keys())
    for name, plan in named.items():
        before = known.get(name)
        if before is not None and before.kind == plan.kind and _same(before.rule, plan.rule):
            continue
        values = _new(scope, workflow, plan, now_ms)
        if before is None:
            row = {**values, "id": name, "created_ms": now_ms}
            connection.execute(insert(schedules).values(row))
        else:
            values["revision"] = before.revision + 1
            connection.execute(update(schedules).where(_S.id == name).values(values))


def listed(connection: Connection, scope: Scope, workflow: str = "") -> Sequence[Schedule]:
    """The schedules of a workspace, or of one of its workflows; the next one first."""
    scope.require("schedule:read")
    own = _S.workspace_id == scope.workspace
    if workflow:
        own &= _S.workflow_id == workflow
    found = select(schedules).where(own).order_by(_S.next_ms.is_(None), _S.next_ms, _S.id)
    return [_schedule(row) for row in all_rows(connection.execute(found))]


def get(connection: Connection, scope: Scope, schedule: str) -> Schedule:
    """One schedule.

    Raises:
        ScheduleMissing: There is none with this id.
    """
    scope.require("schedule:read")
    found = select(schedules).where(_S.id == schedule, _S.workspace_id == scope.workspace)
    row = first_row(connection.execute(found))
    if row is None:
        hint = "`penstock schedules list` shows those of active workflows."
        raise ScheduleMissing(f"There is no schedule {schedule}.", hint=hint)
    return _schedule(row)


def fires(connection: Connection, schedule: str, most: int = 50) -> Sequence[Fired]:
    """What became of its latest moments."""
    own = select(_F.fire_ms, _F.outcome, _F.execution_id).where(_F.schedule_id == schedule)
    rows = connection.execute(own.order_by(_F.fire_ms.desc()).limit(most))
    return [Fired(row.fire_ms, row.outcome, row.execution_id) for row in rows]


def pause(
    connection: Connection, scope: Scope, schedule: str, now_ms: int, *, paused: bool
) -> Schedule:
    """Stop a schedule, or let it go on from now: what it would have done meanwhile is left out.

    Raises:
        ScheduleMissing: There is none with this id.
    """
    scope.require("schedule:write")
    found = get(connection, scope, schedule)
    values: dict[str, Any] = {
        "paused": paused,
        "revision": found.revision + 1,
        "updated_ms": now_ms,
        "next_ms": None if paused else _next_ms(schedule, found.rule, now_ms),
    }
    if not paused:
        values["last_ms"] = now_ms
    changed = update(schedules).where(_S.id == schedule).values(values)
    what = "schedule.paused" if paused else "schedule.resumed"
    audit.record(connection, scope, what, schedule, {}, now_ms)
    return _schedule(all_rows(connection.execute(changed.returning(schedules)))[0])


def system_due(connection: Connection, now_ms: int, but: But = _NOTHING) -> Sequence[Schedule]:
    """The schedules of all workspaces that somebody has to look at, the longest waiting first."""
    due = select(schedules).where(_S.next_ms <= now_ms, *_not(but))
    found = connection.execute(due.order_by(_S.next_ms).limit(MOST_DUE))
    return [_schedule(row) for row in all_rows(found)]


def system_next_ms(connection: Connection, but: But = _NOTHING) -> int | None:
    """When the next schedule of all workspaces is due."""
    next_ms = select(func.min(_S.next_ms)).where(*_not(but))
    return connection.execute(next_ms).scalar_one_or_none()


def _not(but: But) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if but.ids:
        conditions.append(_S.id.not_in(but.ids))
    if but.polls:
        conditions.append(_S.kind != "poll")
    return conditions


def settle(connection: Connection, asked: Sequence[Settled]) -> Sequence[bool]:
    """Keep how far somebody has got; False: somebody else has changed the schedule since."""
    return [_settle(connection, one) for one in asked]


def put_off(connection: Connection, then: Schedule, again_ms: int, now_ms: int) -> bool:
    """Look again later, and leave it where it is; False: somebody else has changed it since."""
    values = {"next_ms": again_ms, "updated_ms": now_ms}
    changed = update(schedules).where(_as_seen(then)).values(values)
    return bool(connection.execute(changed).rowcount)


def seen(connection: Connection, schedule: str, keys: Sequence[str]) -> set[str]:
    """Those of the keys that a trigger that polls has seen."""
    own = select(poll_seen.c.item_key).where(poll_seen.c.schedule_id == schedule)
    found: set[str] = set()
    for first in range(0, len(keys), _AT_ONCE):
        some = keys[first : first + _AT_ONCE]
        found.update(connection.execute(own.where(poll_seen.c.item_key.in_(some))).scalars())
    return found


def made_up_for(connection: Connection, schedule: str, found: Sequence[Fired], now_ms: int) -> None:
    """Moments that were left out were carried out after all."""
    rows = _fire_rows(schedule, found, now_ms)
    if rows:
        new = _dialect(connection).insert(schedule_fires)
        changed = {name: new.excluded[name] for name in ("execution_id", "outcome")}
        keys = [_F.schedule_id, _F.fire_ms]
        connection.execute(new.on_conflict_do_update(index_elements=keys, set_=changed), rows)


def _fire_rows(schedule: str, found: Sequence[Fired], now_ms: int) -> list[dict[str, Any]]:
    return [
        {
            "schedule_id": schedule,
            "fire_ms": one.moment_ms,
            "execution_id": one.execution,
            "outcome": one.outcome,
            "created_ms": now_ms,
        }
        for one in found
    ]


def _settle(connection: Connection, one: Settled) -> bool:
    next_ms = one.again_ms or _next_ms(one.seen.id, one.seen.rule, one.last_ms)
    values = {
        "last_ms": one.last_ms,
        "next_ms": next_ms,
        "cursor": one.cursor,
        "last_error": one.error,
        "failures": 0 if one.error is None else _S.failures + 1,
        "updated_ms": one.now_ms,
    }
    changed = connection.execute(update(schedules).where(_as_seen(one.seen)).values(values))
    if not changed.rowcount:
        return False
    fired = _fire_rows(one.seen.id, one.fires, one.now_ms)
    if fired:
        new = _dialect(connection).insert(schedule_fires)
        connection.execute(new.on_conflict_do_nothing(), fired)
    _remember(connection, one)
    return True


def _as_seen(then: Schedule) -> ColumnElement[bool]:
    own = (_S.id == then.id) & (_S.revision == then.revision)
    # A poll that was begun is ended by whoever saw it begun: its cursor says that.
    return own & (_S.last_ms == then.last_ms) & _S.cursor.is_not_distinct_from(then.cursor)


def _remember(connection: Connection, one: Settled) -> None:
    if not one.keys:
        return
    rows = [
        {"schedule_id": one.seen.id, "item_key": key, "seen_ms": one.now_ms} for key in one.keys
    ]
    new = _dialect(connection).insert(poll_seen)
    changed = {"seen_ms": new.excluded.seen_ms}
    index = [poll_seen.c.schedule_id, poll_seen.c.item_key]
    connection.execute(new.on_conflict_do_update(index_elements=index, set_=changed), rows)
    _forget_oldest(connection, one)


def _forget_oldest(connection: Connection, one: Settled) -> None:
    """Forget what is too much, and nothing of this look: a trigger would start all that again."""
    key, seen_ms = poll_seen.c.item_key, poll_seen.c.seen_ms
    own = poll_seen.c.schedule_id == one.seen.id
    order = select(key, seen_ms).where(own).order_by(seen_ms.desc(), key)
    first = connection.execute(order.offset(MOST_SEEN).limit(1)).first()
    if first is not None:
        older = (seen_ms < first.seen_ms) | ((seen_ms == first.seen_ms) & (key >= first.item_key))
        connection.execute(delete(poll_seen).where(own, seen_ms < one.now_ms, older))


def _new(scope: Scope, workflow: str, plan: Planned, now_ms: int) -> dict[str, Any]:
    name = schedule_id(workflow, plan)
    # A trigger that polls looks at once; a rule begins with the next moment that it gives.
    next_ms = now_ms if plan.kind == "poll" else _next_ms(name, plan.rule, now_ms)
    return {
        "workspace_id": scope.workspace,
        "workflow_id": workflow,
        "node_id": plan.node_id,
        "kind": plan.kind,
        "spec": codec.pack(plan.rule),
        "paused": False,
        "next_ms": next_ms,
        "last_ms": now_ms,
        "updated_ms": now_ms,
    }


def _next_ms(name: str, rule: Rule, after_ms: int) -> int | None:
    moment = next_fire(rule, after_ms)
    return None if moment is None else jittered(rule, name, moment)


def _same(before: Rule, after: Rule) -> bool:
    return msgspec.structs.replace(after, anchor_ms=before.anchor_ms) == before


def _drop(connection: Connection, names: Iterable[str]) -> None:
    gone = sorted(names)
    if gone:
        connection.execute(delete(schedules).where(_S.id.in_(gone)))
        connection.execute(delete(schedule_fires).where(_F.schedule_id.in_(gone)))
        connection.execute(delete(poll_seen).where(poll_seen.c.schedule_id.in_(gone)))


def _schedule(row: Row) -> Schedule:
    values = {name: row[name] for name in Schedule.__struct_fields__ if name != "rule"}
    return Schedule(**values, rule=codec.unpack(row["spec"], Rule))


def _dialect(connection: Connection) -> Any:
    return sqlite if connection.dialect.name == "sqlite" else postgresql
