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
from typing import Any

import msgspec
from sqlalchemy import (
    Connection,
    select,
)

from penstock_kernel.store.blobs import BlobStore
from penstock_kernel.store.journal import (
    Commit,
    ExecutionExists,
    Fence,
    not_found,
)
from penstock_kernel.store.records import (
    ExecutionId,
    ExecutionRecord,
    PortOutput,
    StepKey,
    StepRecord,
)
from penstock_kernel.store.sql import asks, codec, hook_deliveries
from penstock_kernel.store.sql.changes import Changes, NewExecution, Written, forget, told
from penstock_kernel.store.sql.database import Database
from penstock_kernel.store.sql.rows import (
    Row,
    all_rows,
    first_row,
    named_in,
    record_of,
    row_of,
    step_row,
)
from penstock_kernel.store.sql.tables import (
    documents,
    execution_steps,
    workflow_executions,
)
from penstock_sdk import BinaryRef

BLOB_FROM = 64 << 10
_DOCUMENTS_KEPT = 512
_COLUMNS = workflow_executions.c


class SqlJournal:
    """Keeps executions and their steps in a database."""

    def __init__(self, db: Database, blobs: BlobStore) -> None:
        self._db = db
        self._blobs = blobs
        #: Texts of documents, and the same packed, by id.
        self._texts: OrderedDict[str, tuple[str, bytes]] = OrderedDict()
        self._changes = Changes(db.kind)

    async def accept(
        self, execution: ExecutionRecord, *, steps: Sequence[StepRecord] = ()
    ) -> ExecutionId:
        """Keep a new execution, for somebody to claim; see the contract."""
        return await self._keep(execution, worker=None, fence=None, steps=steps)

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
        row = await self._db.change(self._changes.claim, (execution, worker, fence))
        return await self.record(row)

    async def commit(self, commit: Commit) -> None:
        """Make steps and status true at once; see the contract."""
        rows, blobs = await self._step_rows(commit.execution, commit.epoch, commit.steps)
        await self._db.change(self._changes.commit, Written(commit, rows, blobs))

    async def told(self, execution: ExecutionId) -> None:
        """Somebody was told that it failed; see the contract."""
        await self._db.change(told, execution)

    async def execution(self, execution: ExecutionId) -> ExecutionRecord:
        """The execution as it stands; see the contract."""

        def query(connection: Connection) -> Row | None:
            found = select(workflow_executions).where(_COLUMNS.id == execution)
            return first_row(connection.execute(found))

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
            return all_rows(connection.execute(ordered))

        rows = await self._db.read(query)
        if rows is None:
            raise not_found(execution)
        return [codec.step_of(row, await self._outputs(row)) for row in rows]

    async def answer_to(
        self, execution: ExecutionRecord, key: StepKey
    ) -> Mapping[str, PortOutput] | None:
        """What a step was answered whose time is up; from now on nobody answers it."""
        place = execution.workspace_id, execution.id, key
        kept = await self._db.transact(lambda one: asks.time_up(one, *place))
        if kept is None:
            return None
        return await self._outputs({"outputs": kept.packed, "blob_id": kept.blob})

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
        row, text = row_of(execution, epoch=epoch), str(execution.document)
        row["steps"] = len(rows)
        if worker is not None:
            row["status"], row["started_ms"] = "running", execution.created_ms
            row["worker_id"] = worker if fence is None else None
            row["root_id"] = None if fence is None else fence.execution
            row["dispatches"] = 1
        if fence is None and execution.input:
            blobs += named_in(execution.input)
        document = self._packed_text(row["document_id"], text)
        delivery = hook_deliveries.row_of(execution, row["input"])
        new = NewExecution(row, document, fence, rows, sorted(set(blobs)), delivery)
        kept = await self._db.change(self._changes.accept, new)
        return ExecutionId(kept)

    async def _step_rows(
        self, execution: ExecutionId, epoch: int, steps: Sequence[StepRecord]
    ) -> tuple[list[dict[str, Any]], list[str]]:
        """Steps as rows, and the blobs that they name."""
        rows: list[dict[str, Any]] = []
        blobs: list[str] = []
        for number, step in enumerate(steps, 1):
            packed, blob = await self.lay_down(step.outputs)
            rows.append(step_row(execution, epoch, number, step, packed, blob))
            blobs += [blob] if blob else []
            for output in step.outputs.values():
                blobs += named_in(output.items)
            if step.answer is not None and step.answer.file is not None:
                blobs.append(step.answer.file.id)
        return rows, blobs

    async def lay_down(self, outputs: Mapping[str, PortOutput]) -> tuple[bytes, str | None]:
        """Outputs as they are kept: in the row of their step, or in a blob, which is named."""
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

    async def packed(self, row: Mapping[str, Any]) -> bytes:
        """The outputs of a step as they are kept, from its row."""
        if not row["blob_id"]:
            data: bytes = row["outputs"] or b""
            return data
        identity, _, size = str(row["blob_id"]).partition(".")
        return await self._blobs.read(_STEPS, BinaryRef(id=identity, size=int(size)))

    async def _outputs(self, row: Mapping[str, Any]) -> dict[str, PortOutput]:
        data = await self.packed(row)
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
        known = self._texts.get(document_id)
        if known is not None:
            return known[0]

        def query(connection: Connection) -> bytes | None:
            found = select(documents.c.content).where(documents.c.id == document_id)
            return connection.execute(found).scalar_one_or_none()

        packed = await self._db.read(query)
        text = "" if packed is None else codec.unpack(packed, str)
        self._packed_text(document_id, text)
        return text

    def _packed_text(self, document_id: str, text: str) -> bytes:
        known = self._texts.get(document_id)
        if known is None:
            known = self._texts[document_id] = (text, codec.pack(text))
            while len(self._texts) > _DOCUMENTS_KEPT:
                self._texts.popitem(last=False)
        return known[1]


#: Outputs of steps lie apart from what people keep.
_STEPS = "steps"
