"""The journal in a database.

The rules:

* What many executions ask for at the same time is done by few statements in one transaction.
* A commit first reads the epochs of those that write, under lock; who is not the owner any more is
  told so, and nothing of it is written.
* Outputs over `BLOB_FROM` bytes lie in the blob store; a step has a reference to them, counted in
  the same transaction.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any, cast

import msgspec
from sqlalchemy import (
    Connection,
    bindparam,
    delete,
    insert,
    select,
    tuple_,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from penstock_kernel.store.blobs import BlobStore
from penstock_kernel.store.journal import (
    Commit,
    ExecutionExists,
    Fence,
    not_found,
    ownership_lost,
)
from penstock_kernel.store.records import (
    ErrorRecord,
    ExecutionId,
    ExecutionRecord,
    PortOutput,
    StepRecord,
)
from penstock_kernel.store.sql import codec
from penstock_kernel.store.sql.database import Database
from penstock_kernel.store.sql.outbox import ring_for
from penstock_kernel.store.sql.tables import (
    blob_refs,
    documents,
    execution_keys,
    execution_steps,
    workflow_executions,
)
from penstock_sdk import BinaryRef, Item, PenstockError

BLOB_FROM = 64 << 10
_DOCUMENTS_KEPT = 512
Row = Mapping[str, Any]
_ENDED = frozenset({"success", "error", "canceled", "dead"})
_COLUMNS = workflow_executions.c


class Request(msgspec.Struct, omit_defaults=True):
    """What an execution was asked for, as far as nobody searches for it."""

    vars: Mapping[str, Any] = {}
    start_node: str | None = None
    target_node: str | None = None
    depth: int = 0
    folder: str = ""
    fixtures: Mapping[str, Sequence[Item]] = {}
    breakpoints: Sequence[str] = ()


class NewExecution(msgspec.Struct):
    """An execution that is to be kept, as rows."""

    row: dict[str, Any]
    document: bytes
    fence: Fence | None
    steps: list[dict[str, Any]]
    blobs: list[str]


class Written(msgspec.Struct):
    """A commit, as rows."""

    commit: Commit
    steps: list[dict[str, Any]]
    blobs: list[str]


class SqlJournal:
    """Keeps executions and their steps in a database."""

    def __init__(self, db: Database, blobs: BlobStore) -> None:
        self._db = db
        self._blobs = blobs
        self._texts: OrderedDict[str, str] = OrderedDict()
        self._upsert_steps = _upsert(db.kind)
        self._insert_document = _unless_there(db.kind, documents)
        self._insert_ref = _unless_there(db.kind, blob_refs)

    async def accept(self, execution: ExecutionRecord) -> ExecutionId:
        """Keep a new execution, for somebody to claim; see the contract."""
        return await self._keep(execution, worker=None, fence=None, steps=())

    async def begin(
        self,
        execution: ExecutionRecord,
        worker: str,
        *,
        fence: Fence | None = None,
        steps: Sequence[StepRecord] = (),
    ) -> ExecutionRecord:
        """Keep a new execution and be its owner at once; see the contract."""
        kept = await self._keep(execution, worker=worker, fence=fence, steps=steps)
        if kept != execution.id:
            raise ExecutionExists(kept)
        epoch = 1 if fence is None else fence.epoch
        root = None if fence is None else fence.execution
        return msgspec.structs.replace(execution, status="running", epoch=epoch, root=root)

    async def claim(
        self, execution: ExecutionId, worker: str, *, fence: Fence | None = None
    ) -> ExecutionRecord:
        """Become the owner; see the contract."""
        row = await self._db.change(self._claim, (execution, worker, fence))
        return await self.record(row)

    async def commit(self, commit: Commit) -> None:
        """Make steps and status true at once; see the contract."""
        rows, blobs = await self._step_rows(commit.execution, commit.epoch, commit.steps)
        await self._db.change(self._commit, Written(commit, rows, blobs))

    async def execution(self, execution: ExecutionId) -> ExecutionRecord:
        """The execution as it stands; see the contract."""

        def query(connection: Connection) -> Row | None:
            found = select(workflow_executions).where(_COLUMNS.id == execution)
            return _first(connection.execute(found))

        row = await self._db.read(query)
        if row is None:
            raise not_found(execution)
        return await self.record(row)

    async def steps(self, execution: ExecutionId) -> Sequence[StepRecord]:
        """Its steps, in the order in which they were first committed; see the contract."""

        def query(connection: Connection) -> Sequence[Row] | None:
            known = select(_COLUMNS.id).where(_COLUMNS.id == execution)
            if connection.execute(known).first() is None:
                return None
            table = execution_steps
            found = select(table).where(table.c.execution_id == execution)
            ordered = found.order_by(table.c.seq, table.c.node_id, table.c.run_index)
            return _rows(connection.execute(ordered))

        rows = await self._db.read(query)
        if rows is None:
            raise not_found(execution)
        return [codec.step_of(row, await self._outputs(row)) for row in rows]

    async def forget(self, execution: ExecutionId) -> None:
        """Remove an execution and its steps, if it is there."""
        await self._db.change(forget, execution)

    # --- writing -----------------------------------------------------------------------------

    async def _keep(
        self,
        execution: ExecutionRecord,
        *,
        worker: str | None,
        fence: Fence | None,
        steps: Sequence[StepRecord],
    ) -> ExecutionId:
        epoch = fence.epoch if fence is not None else int(worker is not None)
        rows, blobs = await self._step_rows(execution.id, epoch, steps)
        row, text = _row_of(execution, epoch=epoch), str(execution.document)
        if worker is not None:
            row["status"], row["started_ms"] = "running", execution.created_ms
            row["worker_id"] = worker if fence is None else None
            row["root_id"] = None if fence is None else fence.execution
            row["dispatches"] = 1
        if fence is None and execution.input:
            blobs += _named_in(execution.input)
        document = b"" if row["document_id"] in self._texts else codec.pack(text)
        new = NewExecution(row, document, fence, rows, sorted(set(blobs)))
        kept = await self._db.change(self._accept, new)
        self._remember(row["document_id"], text)
        return ExecutionId(kept)

    def _accept(
        self, connection: Connection, asked: Sequence[NewExecution]
    ) -> Sequence[str | PenstockError]:
        lost = _lost_fences(connection, [one.fence for one in asked if one.fence is not None])
        earlier = _earlier(connection, [one.row for one in asked])
        known = _known(connection, [one.row["id"] for one in asked])
        answers: list[str | PenstockError] = []
        new: list[NewExecution] = []
        for one in asked:
            answer = _answer(one, lost, earlier, known)
            if answer is None:
                new.append(one)
                known.add(one.row["id"])
                if one.row["idem_key"]:
                    earlier[_event(one.row)] = one.row["id"]
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
            if one.document
        }
        if texts:
            connection.execute(self._insert_document, list(texts.values()))
        connection.execute(insert(workflow_executions), [one.row for one in new])
        self._write_steps(connection, [row for one in new for row in one.steps])
        self._refer(connection, [(one.row, one.blobs) for one in new])
        ring_for(connection, [one.row for one in new if one.row["status"] == "queued"])

    def _claim(
        self,
        connection: Connection,
        asked: Sequence[tuple[ExecutionId, str, Fence | None]],
    ) -> Sequence[Row | PenstockError]:
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
        changed = update(workflow_executions).where(_COLUMNS.id == execution).values(values)
        row = _first(connection.execute(changed.returning(workflow_executions)))
        return not_found(execution) if row is None else row

    def _commit(
        self, connection: Connection, asked: Sequence[Written]
    ) -> Sequence[PenstockError | None]:
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
        _write_keys(connection, [one.commit for one in good], held)

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

    async def _step_rows(
        self, execution: ExecutionId, epoch: int, steps: Sequence[StepRecord]
    ) -> tuple[list[dict[str, Any]], list[str]]:
        """Steps as rows, and the blobs that they name."""
        rows: list[dict[str, Any]] = []
        blobs: list[str] = []
        for number, step in enumerate(steps, 1):
            packed, blob = await self._packed(step.outputs)
            rows.append(_step_row(execution, epoch, number, step, packed, blob))
            blobs += [blob] if blob else []
            for output in step.outputs.values():
                blobs += _named_in(output.items)
        return rows, blobs

    async def _packed(self, outputs: Mapping[str, PortOutput]) -> tuple[bytes, str | None]:
        packed: list[bytes] = []
        for chunk in codec.chunks_of(outputs):
            packed.append(codec.pack(chunk))
            if len(chunk.items) == codec.CHUNK:
                await asyncio.sleep(0)
        framed = codec.frame(iter(packed))
        if len(framed) <= BLOB_FROM:
            return framed, None
        ref = await self._blobs.write(_STEPS, framed, media_type="application/octet-stream")
        return b"", f"{ref.id}.{ref.size}"

    # --- reading -----------------------------------------------------------------------------

    async def _outputs(self, row: Mapping[str, Any]) -> dict[str, PortOutput]:
        data: bytes = row["outputs"] or b""
        if row["blob_id"]:
            identity, _, size = str(row["blob_id"]).partition(".")
            data = await self._blobs.read(_STEPS, BinaryRef(id=identity, size=int(size)))
        chunks: list[codec.Chunk] = []
        for packed in codec.unframe(data):
            chunks.append(codec.unpack(packed, codec.Chunk))
            if len(chunks) > 1:
                await asyncio.sleep(0)
        return codec.joined(iter(chunks))

    async def record(self, row: Row) -> ExecutionRecord:
        """An execution from its row."""
        return record_of(row, await self._text(row["document_id"]))

    async def _text(self, document_id: str) -> str:
        text = self._texts.get(document_id)
        if text is not None:
            return text

        def query(connection: Connection) -> bytes | None:
            found = select(documents.c.content).where(documents.c.id == document_id)
            return connection.execute(found).scalar_one_or_none()

        packed = await self._db.read(query)
        text = "" if packed is None else codec.unpack(packed, str)
        self._remember(document_id, text)
        return text

    def _remember(self, document_id: str, text: str) -> None:
        self._texts[document_id] = text
        while len(self._texts) > _DOCUMENTS_KEPT:
            self._texts.popitem(last=False)


#: Outputs of steps lie apart from what people keep.
_STEPS = "steps"

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


def _rows(result: Any) -> list[Row]:
    return [cast("Row", row) for row in result.mappings()]


def _first(result: Any) -> Row | None:
    return next(iter(_rows(result)), None)


def document_id(workspace: str, text: str) -> str:
    """What a text is called: the same one is kept once per workspace."""
    return sha256(f"{workspace}\n{text}".encode("utf-8", "surrogatepass")).hexdigest()


def record_of(row: Mapping[str, Any], text: str) -> ExecutionRecord:
    """An execution from its row."""
    request = codec.unpack(row["request"], Request)
    return ExecutionRecord(
        id=ExecutionId(row["id"]),
        workspace_id=row["workspace_id"],
        workflow_id=row["workflow_id"],
        workflow_name=row["workflow_name"],
        document=text,
        mode=row["mode"],
        status=row["status"],
        waiting_for=row["waiting_for"],
        due_ms=row["due_ms"],
        epoch=row["epoch"],
        parent=row["parent_id"],
        input=codec.unpack(row["input"], list[Item]),
        error=None if row["error"] is None else codec.unpack(row["error"], ErrorRecord),
        created_ms=row["created_ms"],
        started_ms=row["started_ms"],
        finished_ms=row["finished_ms"],
        custom_data={} if row["custom"] is None else codec.unpack(row["custom"], dict[str, str]),
        version=row["version"],
        root=row["root_id"],
        retry_of=row["retry_of"],
        pool=row["pool"],
        priority=row["priority"],
        concurrency_key=row["concurrency_key"],
        idem_key=row["idem_key"],
        dispatches=row["dispatches"],
        **{name: getattr(request, name) for name in Request.__struct_fields__},
    )


def forget(connection: Connection, asked: Sequence[str]) -> Sequence[None]:
    """Remove executions, with what belongs to them alone."""
    for table in (execution_steps, execution_keys, blob_refs):
        connection.execute(delete(table).where(table.c.execution_id.in_(asked)))
    connection.execute(delete(workflow_executions).where(_COLUMNS.id.in_(asked)))
    return [None] * len(asked)


def _row_of(execution: ExecutionRecord, *, epoch: int) -> dict[str, Any]:
    shared: dict[str, Any] = {name: getattr(execution, name) for name in Request.__struct_fields__}
    request = Request(**shared)
    return {
        "id": execution.id,
        "workspace_id": execution.workspace_id,
        "workflow_id": execution.workflow_id,
        "version": execution.version,
        "workflow_name": execution.workflow_name,
        "document_id": document_id(execution.workspace_id, str(execution.document)),
        "mode": execution.mode,
        "status": "queued",
        "due_ms": execution.due_ms,
        "epoch": epoch,
        "worker_id": None,
        "root_id": None,
        "parent_id": execution.parent,
        "retry_of": execution.retry_of,
        "dispatches": 0,
        "pool": execution.pool,
        "priority": execution.priority,
        "concurrency_key": execution.concurrency_key,
        "idem_key": execution.idem_key,
        "steps": 0,
        "created_ms": execution.created_ms,
        "queued_ms": execution.created_ms,
        "started_ms": 0,
        "request": codec.pack(request),
        "input": codec.pack(execution.input),
    }


def _step_row(
    execution: str, epoch: int, number: int, step: StepRecord, outputs: bytes, blob: str | None
) -> dict[str, Any]:
    return {
        "execution_id": execution,
        "node_id": step.key.node_id,
        "run_index": step.key.run_index,
        "seq": number,
        "status": step.status,
        "effects": step.effects,
        "attempt": step.attempt,
        "epoch": epoch,
        "started_ms": step.started_ms,
        "finished_ms": step.finished_ms,
        "body": codec.pack(codec.body_of(step)),
        "outputs": outputs,
        "blob_id": blob,
    }


def _named_in(items: Sequence[Item]) -> list[str]:
    return [ref.id for item in items if item.binary for ref in item.binary.values()]


def _event(row: Mapping[str, Any]) -> tuple[str, str]:
    return row["workflow_id"], row["idem_key"]


def _lost_fences(connection: Connection, fences: Sequence[Fence]) -> set[Fence]:
    """Those that do not hold any more; the others cannot be lost before the commit."""
    if not fences:
        return set()
    wanted = sorted({fence.execution for fence in fences})
    found = select(_COLUMNS.id, _COLUMNS.epoch, _COLUMNS.worker_id).where(_COLUMNS.id.in_(wanted))
    locked = connection.execute(found.order_by(_COLUMNS.id).with_for_update())
    epochs = {row.id: row.epoch for row in locked if row.worker_id is not None}
    return {fence for fence in fences if epochs.get(fence.execution) != fence.epoch}


def _earlier(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> dict[Any, str]:
    """Executions that were accepted for the same events before."""
    events = [_event(row) for row in rows if row["idem_key"]]
    if not events:
        return {}
    key = tuple_(_COLUMNS.workflow_id, _COLUMNS.idem_key)
    found = select(_COLUMNS.id, _COLUMNS.workflow_id, _COLUMNS.idem_key).where(key.in_(events))
    return {(row.workflow_id, row.idem_key): row.id for row in connection.execute(found)}


def _known(connection: Connection, ids: Sequence[str]) -> set[str]:
    found = select(_COLUMNS.id).where(_COLUMNS.id.in_(ids))
    return set(connection.execute(found).scalars())


def _answer(
    one: NewExecution, lost: set[Fence], earlier: Mapping[Any, str], known: set[str]
) -> str | PenstockError | None:
    """What to say to somebody whose execution is not new; None where it is."""
    if one.fence is not None and one.fence in lost:
        return ownership_lost(one.fence.execution)
    if one.row["idem_key"] and _event(one.row) in earlier:
        return earlier[_event(one.row)]
    return ExecutionExists(one.row["id"]) if one.row["id"] in known else None


def _held(connection: Connection, asked: Sequence[Written]) -> dict[str, Row]:
    """The rows that commits are checked against, and locked by."""
    ids = {one.commit.execution for one in asked}
    ids |= {one.commit.root for one in asked if one.commit.root is not None}
    wanted = (_COLUMNS.id, _COLUMNS.workspace_id, _COLUMNS.epoch, _COLUMNS.worker_id)
    found = select(*wanted, _COLUMNS.steps).where(_COLUMNS.id.in_(sorted(ids)))
    rows = _rows(connection.execute(found.order_by(_COLUMNS.id).with_for_update()))
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
    ended = [one.execution for one in commits if one.status in _ENDED and one.root is None]
    if not ended:
        return
    left = _COLUMNS.root_id.in_(ended) & _COLUMNS.status.not_in(_ENDED)
    connection.execute(update(workflow_executions).where(left).values(status="canceled"))


def _write_keys(connection: Connection, commits: Sequence[Commit], held: Mapping[str, Row]) -> None:
    """What people look executions up by."""
    for commit in commits:
        if not commit.custom_data:
            continue
        table = execution_keys
        connection.execute(delete(table).where(table.c.execution_id == commit.execution))
        workspace = held[commit.execution]["workspace_id"]
        rows = [
            {
                "execution_id": commit.execution,
                "name": name,
                "workspace_id": workspace,
                "value": value,
            }
            for name, value in commit.custom_data.items()
        ]
        connection.execute(insert(table), rows)
        packed = codec.pack(commit.custom_data)
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
