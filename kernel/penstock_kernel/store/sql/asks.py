"""Steps that wait for somebody, and what they are answered.

The rules:

* A step is answered once: the row that keeps the answer has its name, and whoever comes second is
  told so. From then on the answer is not lost, whatever dies.
* What waits and belongs to nobody takes its answer at once: the step has ended with it, and the
  execution is queued. Where something else of the execution still works, the answer is taken when
  that has come to rest; whoever keeps things in order looks for it.
* Whoever ends a step because its time is up first looks for its answer. Where there is none, nobody
  can answer from then on.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

import msgspec
from sqlalchemy import ColumnElement, Connection, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from penstock_kernel.store.records import Asks, StepKey, WaitingFor
from penstock_kernel.store.scope import Scope
from penstock_kernel.store.sql import codec, queue
from penstock_kernel.store.sql.parked import NewOutputs
from penstock_kernel.store.sql.referring import refer
from penstock_kernel.store.sql.rows import Row, all_rows, first_row
from penstock_kernel.store.sql.tables import (
    execution_steps,
    waits,
    workflow_executions,
)
from penstock_sdk import PenstockError

_E = workflow_executions.c
_S = execution_steps.c
_W = waits.c
#: Of the rows of `waits` that keep an answer.
KIND = "answer"
MOST_LISTED = 500
_AT_ONCE = 100
_LIVE = ("queued", "running", "waiting")


class NothingAsked(PenstockError):
    """Nobody is waited for there: not yet, or not any more."""

    code: ClassVar[str] = "ask.missing"


class AnsweredAlready(PenstockError):
    """Somebody has answered this before."""

    code: ClassVar[str] = "ask.taken"


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """A step that waits for somebody."""

    execution_id: str
    node_id: str
    run_index: int
    workflow_id: str
    workflow_name: str
    kind: WaitingFor
    asks: Asks
    #: Until when it waits.
    until_ms: int
    since_ms: int

    @property
    def id(self) -> str:
        """By which its answer is known."""
        return _name(self.execution_id, StepKey(self.node_id, self.run_index))


def find(
    connection: Connection, workspace: str, execution: str, node: str = "", run_index: int = 0
) -> Asked:
    """What an execution waits for, at one step or at whichever comes first.

    Raises:
        NothingAsked: Nobody is waited for there.
        AnsweredAlready: Somebody has answered it.
    """
    own = (_E.id == execution) & (_E.workspace_id == workspace) & _E.status.in_(_LIVE)
    own &= _S.status == "waiting"
    if node:
        own &= (_S.node_id == node) & (_S.run_index == run_index)
    found = _asked(connection, own)
    left = next((one for one, answered in found if not answered), None)
    if left is not None:
        return left
    if found:
        raise _answered()
    raise NothingAsked(
        "Nobody is waited for here: not yet, or not any more.",
        hint="Where the workflow goes on by itself there is nothing to do; otherwise start anew.",
    )


def inbox(connection: Connection, scope: Scope, kinds: Sequence[WaitingFor]) -> Sequence[Asked]:
    """What waits for somebody in a workspace, the oldest first."""
    own = (_E.workspace_id == scope.workspace) & (_E.status == "waiting")
    own &= _E.waiting_for.in_(kinds)
    own &= _S.status == "waiting"
    if not scope.may("execution:read"):
        shared = [one for one, grants in scope.shared.items() if "execution:read" in grants]
        own &= or_(_E.workflow_id.in_(shared), _E.id.in_(shared))
    found = _asked(connection, own)
    return [one for one, answered in found if one.kind in kinds and not answered]


def answer(
    connection: Connection, asked: Asked, workspace: str, given: NewOutputs, now_ms: int
) -> bool:
    """Keep an answer; say whether the execution goes on with it already.

    Raises:
        AnsweredAlready: Somebody was faster.
    """
    row = {
        "id": asked.id,
        "workspace_id": workspace,
        "execution_id": asked.execution_id,
        "node_id": asked.node_id,
        "run_index": asked.run_index,
        "kind": KIND,
        "resume_ms": now_ms,
        "state": "answered",
        "answer": codec.pack(given),
    }
    if not _keep(connection, row):
        raise _answered()
    blobs = [*given.named, *([given.blob] if given.blob else [])]
    refer(connection, workspace, asked.execution_id, blobs)
    return _take(connection, row, now_ms)


def system_take(connection: Connection, now_ms: int) -> int:
    """Let those go on that were answered before they had come to rest; say how many."""
    due = (_W.kind == KIND) & (_W.resume_ms <= now_ms)
    found = select(waits).where(due).order_by(_W.resume_ms).limit(_AT_ONCE)
    return sum([_take(connection, row, now_ms) for row in all_rows(connection.execute(found))])


def time_up(
    connection: Connection, workspace: str, execution: str, key: StepKey
) -> NewOutputs | None:
    """What a step was answered that ends because its time is up; from now on nobody answers it."""
    row = {
        "id": _name(execution, key),
        "workspace_id": workspace,
        "execution_id": execution,
        "node_id": key.node_id,
        "run_index": key.run_index,
        "kind": KIND,
        "state": "late",
    }
    if _keep(connection, row):
        return None
    own = _W.id == row["id"]
    packed = connection.execute(select(_W.answer).where(own)).scalar_one_or_none()
    if packed is None:
        return None  # it was taken into the step, or is looked for again after a crash
    # The answer itself stays, until the step has ended with it: the process may die before.
    connection.execute(update(waits).where(own).values(resume_ms=None, state="taken"))
    return codec.unpack(packed, NewOutputs)


def _keep(connection: Connection, row: Mapping[str, object]) -> bool:
    """Write down that a step is answered; say whether nobody has done so before."""
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    kept = connection.execute(dialect.insert(waits).values(row).on_conflict_do_nothing())
    return bool(kept.rowcount)


def _name(execution: str, key: StepKey) -> str:
    return f"{KIND}:{execution}:{key.node_id}:{key.run_index}"


def _take(connection: Connection, row: Mapping[str, object], now_ms: int) -> bool:
    found = select(_E.id, _E.root_id, _E.status).where(_E.id == row["execution_id"])
    execution = first_row(connection.execute(found))
    if execution is None or execution["status"] not in _LIVE:
        _forget(connection, str(row["id"]))
        return False
    root = execution["root_id"] or execution["id"]
    rests = (_E.id == root) & (_E.status == "waiting") & _E.worker_id.is_(None)
    if connection.execute(select(_E.id).where(rests).with_for_update()).first() is None:
        return False
    key = StepKey(str(row["node_id"]), int(str(row["run_index"])))
    _end(connection, str(execution["id"]), key, codec.unpack(_bytes(row), NewOutputs), now_ms)
    _forget(connection, str(row["id"]))
    return queue.wake(connection, root, now_ms)


def _end(
    connection: Connection, execution: str, key: StepKey, given: NewOutputs, now_ms: int
) -> None:
    """The step is due, and puts out what was answered when it goes on."""
    own = (_S.execution_id == execution) & (_S.node_id == key.node_id)
    own &= (_S.run_index == key.run_index) & (_S.status == "waiting")
    body = connection.execute(select(_S.body).where(own)).scalar_one_or_none()
    if body is None:
        return
    due = msgspec.structs.replace(codec.unpack(body, codec.StepBody), due_ms=now_ms)
    values = {"body": codec.pack(due), "outputs": given.packed, "blob_id": given.blob}
    connection.execute(update(execution_steps).where(own).values(values))


def _forget(connection: Connection, answer: str) -> None:
    """It was taken: the row stays, so that nobody answers again."""
    taken = update(waits).where(_W.id == answer)
    connection.execute(taken.values(resume_ms=None, state="taken", answer=None))


_ASKED = (
    select(
        _E.workflow_id,
        _E.workflow_name,
        _S.execution_id,
        _S.node_id,
        _S.run_index,
        _S.body,
        _S.started_ms,
        _W.state.label("answered"),
    )
    .select_from(workflow_executions)
    .join(execution_steps, _S.execution_id == _E.id)
    .outerjoin(
        waits,
        (_W.execution_id == _S.execution_id)
        & (_W.node_id == _S.node_id)
        & (_W.run_index == _S.run_index)
        & (_W.kind == KIND),
    )
    .order_by(_E.created_ms, _S.seq)
    .limit(MOST_LISTED)
)


def _asked(connection: Connection, which: ColumnElement[bool]) -> list[tuple[Asked, bool]]:
    """Steps that ask, and whether each was answered."""
    rows = all_rows(connection.execute(_ASKED.where(which)))
    bodies = [(row, codec.unpack(row["body"], codec.StepBody)) for row in rows]
    return [(_of(row, body), bool(row["answered"])) for row, body in bodies if body.asks]


def _of(row: Row, body: codec.StepBody) -> Asked:
    assert body.asks is not None  # noqa: S101 - the caller has looked
    return Asked(
        execution_id=row["execution_id"],
        node_id=row["node_id"],
        run_index=row["run_index"],
        workflow_id=row["workflow_id"],
        workflow_name=row["workflow_name"],
        kind=body.waiting_for or "webhook",
        asks=body.asks,
        until_ms=body.due_ms or 0,
        since_ms=row["started_ms"],
    )


def _bytes(row: Mapping[str, object]) -> bytes:
    packed = row["answer"]
    assert isinstance(packed, bytes)  # noqa: S101 - kept so by `answer`
    return packed


def _answered() -> AnsweredAlready:
    return AnsweredAlready("This was answered already.", hint="There is nothing left to do.")
