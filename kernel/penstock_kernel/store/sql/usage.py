"""What executions of a workspace came to: how many, how long they took, and what they used.

The rules:

* It is counted in the transaction that ends an execution, so that nothing is missed or counted
  twice, whatever becomes of the process; what steps used is counted when they are committed.
* What was canceled while it waited, or given up because its process died, is counted by nobody.
* Rows are of a minute; after two days they become rows of an hour, after a month of a day, and
  after `KEPT_MS` they go.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from secrets import randbelow
from typing import Any, Literal

import msgspec
from sqlalchemy import ColumnElement, Connection, delete, func, literal_column, select
from sqlalchemy.dialects import postgresql, sqlite

from penstock_kernel.store.journal import Commit
from penstock_kernel.store.records import ENDED
from penstock_kernel.store.scope import Scope
from penstock_kernel.store.sql.rows import Row, all_rows
from penstock_kernel.store.sql.tables.operations import DURATIONS_MS, usage

MINUTE_MS = 60_000
HOUR_MS = 60 * MINUTE_MS
DAY_MS = 24 * HOUR_MS
KEPT_MS = 400 * DAY_MS
#: Rows of one length, older than this, become rows of the next.
FOLDED = ((MINUTE_MS, HOUR_MS, 2 * DAY_MS), (HOUR_MS, DAY_MS, 31 * DAY_MS))
Step = Literal["minute", "hour", "day", "all"]
STEPS: Mapping[Step, int] = {"minute": MINUTE_MS, "hour": HOUR_MS, "day": DAY_MS}
MOST_ROWS = 2_000

_U = usage.c
_KEYS = ("workspace_id", "from_ms", "workflow_id", "shard")
_AMOUNTS = tuple(column.name for column in usage.columns if column.name not in _KEYS)
_WITHIN = tuple(f"within_{limit}" for limit in DURATIONS_MS)
#: Bytes that guests returned and were answered.
_BYTES = ("output_bytes", "fetched_bytes")
_SHARDS = 64


class Figures(msgspec.Struct, kw_only=True):
    """Sums over some time."""

    from_ms: int
    workflow_id: str = ""
    executions: int = 0
    failed: int = 0
    canceled: int = 0
    steps: int = 0
    took_ms: int = 0
    fuel: int = 0
    cpu_us: int = 0
    bytes: int = 0
    tokens: int = 0
    #: How many took no longer than each of `DURATIONS_MS`, and longer than the one before.
    within: Sequence[int] = ()

    def percentile(self, share: float) -> float | None:
        """How long the quickest of a share took at most, in milliseconds; about."""
        return percentile(self.within, self.executions, share)


def percentile(within: Sequence[int], count: int, share: float) -> float | None:
    """The duration below which a share of the executions lies, straight between the limits."""
    if not count:
        return None
    wanted, seen, floor = share * count, 0, 0
    for limit, number in zip(DURATIONS_MS, within, strict=False):
        if number and seen + number >= wanted:
            return floor + (limit - floor) * (wanted - seen) / number
        seen, floor = seen + number, limit
    return float(DURATIONS_MS[-1])


def count(connection: Connection, commits: Sequence[Commit], held: Mapping[str, Row]) -> None:
    """Count what some commits end and use, within their transaction."""
    found: dict[tuple[str, int, str], dict[str, int]] = {}
    names: set[str] = set()
    for commit in commits:
        row = held[commit.execution]
        amounts = _amounts(commit, row)
        if not amounts:
            continue
        moment_ms = _moment_ms(commit) or row["started_ms"]
        key = (row["workspace_id"], moment_ms - moment_ms % MINUTE_MS, row["workflow_id"])
        kept = found.setdefault(key, {})
        names.update(amounts)
        for name, amount in amounts.items():
            kept[name] = kept.get(name, 0) + amount
    if not found:
        return
    shard: int = connection.info.setdefault("usage_shard", randbelow(_SHARDS))
    # In one order for everybody: two that count the same do not wait for each other in a circle.
    rows = [_row((*key, shard), found[key], names) for key in sorted(found)]
    connection.execute(_upsert(connection.dialect.name, frozenset(names)), rows)


def _row(key: Sequence[object], amounts: Mapping[str, int], names: Iterable[str]) -> dict[str, Any]:
    return {
        **dict(zip(_KEYS, key, strict=True)),
        **{name: amounts.get(name, 0) for name in names},
    }


def _moment_ms(commit: Commit) -> int:
    """When what a commit tells of has ended; 0 where it does not say."""
    if commit.finished_ms:
        return commit.finished_ms
    last = commit.steps[-1] if commit.steps else None
    return 0 if last is None else last.finished_ms or last.now_ms


def _amounts(commit: Commit, row: Row) -> dict[str, int]:
    """What one commit adds."""
    amounts = _used(commit)
    if commit.status in ENDED and commit.root is None:
        took_ms = max(0, (commit.finished_ms or 0) - row["started_ms"])
        amounts["executions"] = 1
        amounts["took_ms"] = took_ms
        if commit.status != "success":
            amounts["canceled" if commit.status == "canceled" else "failed"] = 1
        for limit, name in zip(DURATIONS_MS, _WITHIN, strict=True):
            if took_ms <= limit:
                amounts[name] = 1
                break
    return amounts


def _used(commit: Commit) -> dict[str, int]:
    """What the steps of a commit used."""
    amounts: dict[str, int] = {}
    ran = 0
    for step in commit.steps:
        ran += step.status != "started"
        spent = step.spent
        if spent:
            _add(amounts, "fuel", spent.get("fuel", 0))
            _add(amounts, "cpu_us", spent.get("cpu_ms", 0) * 1_000)
            _add(amounts, "bytes", sum(spent.get(name, 0) for name in _BYTES))
            _add(amounts, "tokens", spent.get("tokens", 0))
    if ran:
        amounts["steps"] = ran
    return amounts


def _add(amounts: dict[str, int], name: str, amount: float) -> None:
    amounts[name] = amounts.get(name, 0) + round(amount)


@cache
def _upsert(dialect: str, names: frozenset[str]) -> Any:
    """Add some amounts to a row, or make it; few of them are in any commit."""
    new = (sqlite if dialect == "sqlite" else postgresql).insert(usage)
    added = {name: _U[name] + new.excluded[name] for name in sorted(names)}
    return new.on_conflict_do_update(index_elements=[_U[name] for name in _KEYS], set_=added)


def series(
    connection: Connection,
    scope: Scope,
    *,
    from_ms: int,
    until_ms: int,
    step: Step,
    workflow: str = "",
    by_workflow: bool = False,
) -> Sequence[Figures]:
    """Sums per step of time, oldest first, and per workflow where that is asked for."""
    scope.require("usage:read")
    width = STEPS.get(step)
    moment = _number(from_ms) if width is None else _begin(width)
    of = [_U.workflow_id] if by_workflow else []
    sums = [func.sum(_U[name]).label(name) for name in _AMOUNTS]
    own = _during(scope, from_ms, until_ms, workflow)
    found = select(moment.label("moment"), *of, *sums).where(own)
    keys = [*([] if width is None else [moment]), *of]
    found = found.group_by(*keys).order_by(*keys) if keys else found
    rows = all_rows(connection.execute(found.limit(MOST_ROWS)))
    return [_figures(row) for row in rows if row["executions"] is not None]


def system_recent(
    connection: Connection, workspace: str, workflow: str, from_ms: int, until_ms: int
) -> Figures:
    """Sums over a window of time, for whoever watches it."""
    sums = [func.sum(_U[name]).label(name) for name in _AMOUNTS]
    own = _during(Scope(workspace), from_ms, until_ms, workflow)
    found = select(_number(from_ms).label("moment"), *sums).where(own)
    (row,) = all_rows(connection.execute(found))
    return _figures({name: value or 0 for name, value in row.items()})


def _begin(width: int) -> ColumnElement[int]:
    """Where the step of time begins that a row lies in; in the text, to group by the same one."""
    return _U.from_ms - _U.from_ms % _number(width)


def _number(number: int) -> ColumnElement[int]:
    return literal_column(str(int(number)))


def _during(scope: Scope, from_ms: int, until_ms: int, workflow: str) -> Any:
    own = (_U.workspace_id == scope.workspace) & (_U.from_ms >= from_ms) & (_U.from_ms < until_ms)
    return own & (_U.workflow_id == workflow) if workflow else own


def _figures(row: Row) -> Figures:
    # Sums are decimals in PostgreSQL.
    amounts: dict[str, int] = {name: int(row[name]) for name in _AMOUNTS if name not in _WITHIN}
    return Figures(
        from_ms=row["moment"],
        workflow_id=row.get("workflow_id", ""),
        within=[int(row[name]) for name in _WITHIN],
        **amounts,
    )


def system_fold(connection: Connection, now_ms: int) -> int:
    """Make longer rows of old ones, a day of them at most, and drop the oldest.

    0 where nothing was left to do.
    """
    gone = connection.execute(delete(usage).where(_U.from_ms < now_ms - KEPT_MS)).rowcount
    for short, long, age_ms in FOLDED:
        until_ms = now_ms - age_ms
        until_ms -= until_ms % DAY_MS
        gone += _fold(connection, short, long, until_ms)
    return gone


def _fold(connection: Connection, short: int, long: int, until_ms: int) -> int:
    """The oldest day that has rows of a length shorter than `long`."""
    is_short = (_U.from_ms < until_ms) & (_U.from_ms % long != 0) & (_U.from_ms % short == 0)
    first = connection.execute(select(func.min(_U.from_ms)).where(is_short)).scalar_one_or_none()
    if first is None:
        return 0
    day = first - first % DAY_MS
    of_day = (_U.from_ms >= day) & (_U.from_ms < day + DAY_MS)
    keys = (_U.workspace_id, _begin(long).label("from_ms"), _U.workflow_id)
    sums = [func.sum(_U[name]).label(name) for name in _AMOUNTS]
    found = select(*keys, *sums).where(of_day).group_by(_U.workspace_id, _begin(long), *keys[2:])
    rows = [{**row, "shard": 0} for row in all_rows(connection.execute(found))]
    rows = [{**row, **{name: int(row[name]) for name in _AMOUNTS}} for row in rows]
    gone = connection.execute(delete(usage).where(of_day)).rowcount
    connection.execute(_upsert(connection.dialect.name, frozenset(_AMOUNTS)), rows)
    return gone
