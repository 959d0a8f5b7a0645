"""What the journal changes, for many executions at once.

The rules:

* A commit first reads the epochs of those that write, under lock; who is not the owner any more is
  told so, and nothing of it is written.
* The places that steps have in the order of an execution are counted in its row.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, bindparam, delete, insert, select, tuple_, update
from sqlalchemy.dialects import postgresql, sqlite

from penstock_kernel.store.journal import (
    Commit,
    ExecutionExists,
    Fence,
    has_ended,
    not_found,
    ownership_lost,
)
from penstock_kernel.store.records import ENDED, ExecutionId
from penstock_kernel.store.sql import codec, destinations, hook_deliveries, usage
from penstock_kernel.store.sql.columns import without_nul
from penstock_kernel.store.sql.database import Kind
from penstock_kernel.store.sql.destinations import Happening, end_of
from penstock_kernel.store.sql.outbox import ring_for
from penstock_kernel.store.sql.rows import Row, all_rows, first_row
from penstock_kernel.store.sql.tables import (
    blob_refs,
    documents,
    execution_keys,
    execution_steps,
    waits,
    workflow_executions,
)
from penstock_sdk import PenstockError

_COLUMNS = workflow_executions.c
#: What a row of `waits` is for, and how long the one that failed has to tell of it by itself.
TO_TELL = "error_workflow"
TELL_AFTER_MS = 15_000


class NewExecution(msgspec.Struct):
    """An execution that is to be kept, as rows."""

    row: dict[str, Any]
    document: bytes
    fence: Fence | None
    steps: list[dict[str, Any]]
    blobs: list[str]
    #: What it is accepted for.
    delivery: dict[str, Any] | None = None


class Written(msgspec.Struct):
    """A commit, as rows."""

    commit: Commit
    steps: list[dict[str, Any]]
    blobs: list[str]


class Changes:
    """The changes of a journal, as a kind of database needs them."""

    def __init__(self, kind: Kind) -> None:
        self._upsert_steps = _upsert(kind)
        self._insert_document = _unless_there(kind, documents)
        self._insert_ref = _unless_there(kind, blob_refs)

    def accept(
        self, connection: Connection, asked: Sequence[NewExecution]
    ) -> Sequence[str | PenstockError]:
        """Keep new executions."""
        lost = _lost_fences(connection, [one.fence for one in asked if one.fence is not None])
        earlier = _earlier(connection, asked)
        known = _known(connection, [one.row["id"] for one in asked])
        answers: list[str | PenstockError] = []
        new: list[NewExecution] = []
        for one in asked:
            answer = _answer(one, lost, earlier, known)
            if answer is None:
                new.append(one)
                known.add(one.row["id"])
                for event in _events(one):
                    earlier[event] = one.row["id"]
                answer = one.row["id"]
            answers.append(answer)
        if new:
            self._insert(connection, new)
        return answers

    def _insert(self, connection: Connection, new: Sequence[NewExecution]) -> None:
        texts = {
            one.row["document_id"]: {
                "id": one.row["document_id"],
                "workspace_id": one.row["workspace_id"],
                "content": one.document,
            }
            for one in new
        }
        connection.execute(self._insert_document, list(texts.values()))
        connection.execute(insert(workflow_executions), [one.row for one in new])
        came = [(one.delivery, one.blobs) for one in new if one.delivery is not None]
        hook_deliveries.write(connection, [delivery for delivery, _ in came])
        self._refer(connection, [(hook_deliveries.holder(row), blobs) for row, blobs in came])
        self._write_steps(connection, [row for one in new for row in one.steps])
        self._refer(connection, [(one.row, one.blobs) for one in new])
        ring_for(connection, [one.row for one in new if one.row["status"] == "queued"])

    def claim(
        self,
        connection: Connection,
        asked: Sequence[tuple[ExecutionId, str, Fence | None]],
    ) -> Sequence[Row | PenstockError]:
        """Make workers the owners of executions."""
        lost = _lost_fences(connection, [fence for _, _, fence in asked if fence is not None])
        return [self._claim_one(connection, *one, lost) for one in asked]

    def _claim_one(
        self,
        connection: Connection,
        execution: ExecutionId,
        worker: str,
        fence: Fence | None,
        lost: set[Fence],
    ) -> Row | PenstockError:
        if fence is not None and fence in lost:
            return ownership_lost(fence.execution)
        values: dict[str, Any] = {"status": "running", "waiting_for": None, "due_ms": None}
        if fence is None:
            values |= {"epoch": _COLUMNS.epoch + 1, "worker_id": worker}
        else:
            values |= {"epoch": fence.epoch, "worker_id": None, "root_id": fence.execution}
        # Whoever claims it has looked before, and it may have ended since.
        own = (_COLUMNS.id == execution) & _COLUMNS.status.not_in(ENDED)
        changed = update(workflow_executions).where(own).values(values)
        row = first_row(connection.execute(changed.returning(workflow_executions)))
        if row is None and execution in _known(connection, [execution]):
            return has_ended(execution)
        return not_found(execution) if row is None else row

    def commit(
        self, connection: Connection, asked: Sequence[Written]
    ) -> Sequence[PenstockError | None]:
        """Make steps and status true."""
        held = _held(connection, asked)
        answers: list[PenstockError | None] = []
        good: list[Written] = []
        for one in asked:
            refused = _refusal(one.commit, held)
            answers.append(refused)
            if refused is None:
                good.append(one)
        if good:
            self._write(connection, good, held)
        return answers

    def _write(
        self,
        connection: Connection,
        good: Sequence[Written],
        held: Mapping[str, Row],
    ) -> None:
        rows: list[dict[str, Any]] = []
        counts: dict[str, int] = {
            one.commit.execution: held[one.commit.execution]["steps"] for one in good
        }
        for one in good:
            for row in one.steps:
                counts[one.commit.execution] += 1
                row["seq"] = counts[one.commit.execution]
            rows += one.steps
        self._write_steps(connection, rows)
        self._refer(connection, [(held[one.commit.execution], one.blobs) for one in good])
        counted = [_counted(one.commit, counts) for one in good if one.commit.status is None]
        ended = [_changed(one.commit, counts, held) for one in good if one.commit.status]
        if counted:
            connection.execute(_COUNT, counted)
        if ended:
            connection.execute(_CHANGE, ended)
        _cancel_in_line(connection, [one.commit for one in good])
        _keep_to_tell(connection, [one.commit for one in good], held)
        destinations.tell(connection, _ends([one.commit for one in good], held))
        _write_keys(connection, [one.commit for one in good], held)
        # Last: others who count the same wait from here to the commit, and no longer.
        usage.count(connection, [one.commit for one in good], held)

    def _write_steps(self, connection: Connection, rows: list[dict[str, Any]]) -> None:
        if rows:
            connection.execute(self._upsert_steps, rows)

    def _refer(self, connection: Connection, named: Sequence[tuple[Row, Sequence[str]]]) -> None:
        rows = [
            {"workspace_id": row["workspace_id"], "blob_id": blob, "execution_id": row["id"]}
            for row, blobs in named
            for blob in blobs
        ]
        if rows:
            connection.execute(self._insert_ref, rows)


_COUNT = (
    update(workflow_executions)
    .where(_COLUMNS.id == bindparam("b_id"))
    .values(steps=bindparam("b_steps"))
)
_CHANGED = ("status", "waiting_for", "due_ms", "worker_id", "error", "error_code", "finished_ms")
_CHANGE = (
    update(workflow_executions)
    .where(_COLUMNS.id == bindparam("b_id"))
    .values({name: bindparam(f"b_{name}") for name in ("steps", *_CHANGED)})
)


def forget(connection: Connection, asked: Sequence[str]) -> Sequence[None]:
    """Remove executions and what ran in line for them, with what belongs to them alone."""
    # Not as a list: of what ran in line there may be more than a statement takes.
    of_them = _COLUMNS.id.in_(asked) | _COLUMNS.root_id.in_(asked)
    which = select(_COLUMNS.id).where(of_them)
    for table in (execution_steps, execution_keys, blob_refs, waits):
        connection.execute(delete(table).where(table.c.execution_id.in_(which)))
    connection.execute(delete(workflow_executions).where(of_them))
    return [None] * len(asked)


def _events(one: NewExecution) -> list[Hashable]:
    """What it is accepted for, if that has a name."""
    key, found = hook_deliveries.key_of(one.delivery), list[Hashable]()
    if one.row["idem_key"]:
        found.append((one.row["workflow_id"], one.row["idem_key"]))
    if key is not None:
        found.append(("delivery", key))
    return found


def _lost_fences(connection: Connection, fences: Sequence[Fence]) -> set[Fence]:
    """Those that do not hold any more; the others cannot be lost before the commit."""
    if not fences:
        return set()
    wanted = sorted({fence.execution for fence in fences})
    found = select(_COLUMNS.id, _COLUMNS.epoch, _COLUMNS.worker_id).where(_COLUMNS.id.in_(wanted))
    locked = connection.execute(found.order_by(_COLUMNS.id).with_for_update())
    epochs = {row.id: row.epoch for row in locked if row.worker_id is not None}
    return {fence for fence in fences if epochs.get(fence.execution) != fence.epoch}


def _earlier(connection: Connection, asked: Sequence[NewExecution]) -> dict[Hashable, str]:
    """Executions that were accepted for the same events before."""
    found: dict[Hashable, str] = {}
    events = [(row["workflow_id"], row["idem_key"]) for row in (one.row for one in asked)]
    events = [event for event in events if event[1]]
    if events:
        key = tuple_(_COLUMNS.workflow_id, _COLUMNS.idem_key)
        rows = select(_COLUMNS.id, _COLUMNS.workflow_id, _COLUMNS.idem_key).where(key.in_(events))
        for row in connection.execute(rows):
            found[row.workflow_id, row.idem_key] = row.id
    keys = [key for key in (hook_deliveries.key_of(one.delivery) for one in asked) if key]
    for name, execution in hook_deliveries.earlier(connection, keys).items():
        found["delivery", name] = execution
    return found


def _known(connection: Connection, ids: Sequence[str]) -> set[str]:
    found = select(_COLUMNS.id).where(_COLUMNS.id.in_(ids))
    return set(connection.execute(found).scalars())


def _answer(
    one: NewExecution, lost: set[Fence], earlier: Mapping[Hashable, str], known: set[str]
) -> str | PenstockError | None:
    """What to say to somebody whose execution is not new; None where it is."""
    if one.fence is not None and one.fence in lost:
        return ownership_lost(one.fence.execution)
    for event in _events(one):
        if event in earlier:
            return earlier[event]
    return ExecutionExists(one.row["id"]) if one.row["id"] in known else None


def _held(connection: Connection, asked: Sequence[Written]) -> dict[str, Row]:
    """The rows that commits are checked against, and locked by."""
    ids = {one.commit.execution for one in asked}
    ids |= {one.commit.root for one in asked if one.commit.root is not None}
    wanted = (_COLUMNS.id, _COLUMNS.workspace_id, _COLUMNS.epoch, _COLUMNS.worker_id)
    counted = (_COLUMNS.workflow_id, _COLUMNS.started_ms, _COLUMNS.steps)
    found = select(*wanted, *counted).where(_COLUMNS.id.in_(sorted(ids)))
    rows = all_rows(connection.execute(found.order_by(_COLUMNS.id).with_for_update()))
    return {row["id"]: row for row in rows}


def _refusal(commit: Commit, held: Mapping[str, Row]) -> PenstockError | None:
    if commit.execution not in held:
        return not_found(commit.execution)
    owner = held.get(commit.root or commit.execution)
    if owner is None or owner["epoch"] != commit.epoch or owner["worker_id"] is None:
        return ownership_lost(commit.execution)
    return None


def _counted(commit: Commit, counts: Mapping[str, int]) -> dict[str, Any]:
    return {"b_id": commit.execution, "b_steps": counts[commit.execution]}


def _changed(commit: Commit, counts: Mapping[str, int], held: Mapping[str, Row]) -> dict[str, Any]:
    error = commit.error
    owner = held[commit.execution]["worker_id"]
    return {
        **_counted(commit, counts),
        "b_status": commit.status,
        "b_waiting_for": commit.waiting_for,
        "b_due_ms": commit.due_ms,
        "b_worker_id": None if commit.released else owner,
        "b_error": None if error is None else codec.pack(error),
        "b_error_code": None if error is None else error.code,
        "b_finished_ms": commit.finished_ms or 0,
    }


def _cancel_in_line(connection: Connection, commits: Sequence[Commit]) -> None:
    """What ran in line for an execution that has ended has ended with it."""
    ended = [one.execution for one in commits if one.status in ENDED and one.root is None]
    if not ended:
        return
    left = _COLUMNS.root_id.in_(ended) & _COLUMNS.status.not_in(ENDED)
    connection.execute(update(workflow_executions).where(left).values(status="canceled"))


def _keep_to_tell(
    connection: Connection, commits: Sequence[Commit], held: Mapping[str, Row]
) -> None:
    """Whom somebody has to be told of; who tells takes it away."""
    rows = [
        {
            "id": f"error-{one.execution}",
            "workspace_id": held[one.execution]["workspace_id"],
            "execution_id": one.execution,
            "node_id": "",
            "kind": TO_TELL,
            "resume_ms": (one.finished_ms or 0) + TELL_AFTER_MS,
            "state": "open",
        }
        for one in commits
        if one.tells
    ]
    if rows:
        dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
        # What fails again after it was redriven is told of once.
        connection.execute(dialect.insert(waits).on_conflict_do_nothing(), rows)


def _ends(commits: Sequence[Commit], held: Mapping[str, Row]) -> list[Happening]:
    """The ends of executions, for whoever wants to know."""
    return [
        end_of(held[one.execution], one.execution, one.status, one.finished_ms or 0, one.error)
        for one in commits
        if one.status in ENDED and one.root is None
    ]


def told(connection: Connection, asked: Sequence[str]) -> Sequence[None]:
    """Nobody has to be told of these any more."""
    ids = [f"error-{execution}" for execution in asked]
    connection.execute(delete(waits).where(waits.c.id.in_(ids)))
    return [None] * len(asked)


def system_untold(connection: Connection, now_ms: int) -> Sequence[str]:
    """Executions that failed, and of which nobody was told although there was time."""
    due = (waits.c.kind == TO_TELL) & (waits.c.resume_ms <= now_ms)
    found = select(waits.c.execution_id).where(due).order_by(waits.c.resume_ms).limit(50)
    return list(connection.execute(found).scalars())


def _write_keys(connection: Connection, commits: Sequence[Commit], held: Mapping[str, Row]) -> None:
    """What people look executions up by."""
    for commit in commits:
        if not commit.custom_data:
            continue
        table = execution_keys
        connection.execute(delete(table).where(table.c.execution_id == commit.execution))
        workspace = held[commit.execution]["workspace_id"]
        kept = {without_nul(name): without_nul(value) for name, value in commit.custom_data.items()}
        rows = [
            {
                "execution_id": commit.execution,
                "name": name,
                "workspace_id": workspace,
                "value": value,
            }
            for name, value in kept.items()
        ]
        connection.execute(insert(table), rows)
        packed = codec.pack(kept)
        own = update(workflow_executions).where(_COLUMNS.id == commit.execution)
        connection.execute(own.values(custom=packed))


def _upsert(kind: str) -> Any:
    dialect = sqlite if kind == "sqlite" else postgresql
    new = dialect.insert(execution_steps)
    kept = {"execution_id", "node_id", "run_index", "seq"}
    changed = {column.name: column for column in new.excluded if column.name not in kept}
    return new.on_conflict_do_update(index_elements=list(execution_steps.primary_key), set_=changed)


def _unless_there(kind: str, table: Any) -> Any:
    dialect = sqlite if kind == "sqlite" else postgresql
    return dialect.insert(table).on_conflict_do_nothing()
