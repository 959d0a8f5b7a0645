"""Executions that stand at a breakpoint: let go on, by one node or many, or with other items.

The rules:

* It goes on wherever a worker is free, like everything that was queued.
* What is changed is changed in the journal: whoever drives it next takes it for what came out.
* Where one item is changed, where items come from stays; where all are, the new ones come from
  nowhere but in the order of the old ones.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any, ClassVar, Literal

import msgspec
from sqlalchemy import Connection

from penstock_kernel.execution.session import EVERY_NODE
from penstock_kernel.store.records import ExecutionRecord, PortOutput, Source, StepKey
from penstock_kernel.store.scope import Scope
from penstock_kernel.store.sql import codec, parked, steps
from penstock_kernel.store.sql.database import Database
from penstock_kernel.store.sql.journal import SqlJournal
from penstock_kernel.store.sql.parked import NewOutputs
from penstock_kernel.store.sql.rows import Row, named_in
from penstock_kernel.work.history import History
from penstock_kernel.work.step_data import StepNotFound
from penstock_sdk import Item, Parent, PenstockError

Side = Literal["output", "input"]


class NotAtBreakpoint(PenstockError):
    """Nothing of this execution stands at a breakpoint, or somebody else has just changed it."""

    code: ClassVar[str] = "execution.not_at_breakpoint"


class Edit(msgspec.Struct, frozen=True, kw_only=True):
    """Items to put in place of others."""

    #: `input`: of what the step takes, which the step before it has put out.
    side: Side = "output"
    #: By default the first.
    port: str = ""
    items: Sequence[Item]
    #: Only this one, for which there is one in `items`; none: all.
    index: int | None = None


class Debugging:
    """The executions of one database that stand still."""

    def __init__(self, db: Database, journal: SqlJournal, history: History) -> None:
        self._db = db
        self._journal = journal
        self._history = history

    async def go_on(
        self,
        scope: Scope,
        execution: str,
        now_ms: int,
        *,
        node: str = "",
        breakpoints: Sequence[str] | None = None,
        stepping: bool = False,
    ) -> None:
        """Let an execution go on that stands at a breakpoint.

        Args:
            scope: For whom.
            execution: The execution.
            now_ms: The moment.
            node: Only the steps of this node.
            breakpoints: Nodes to stop before from now on; by default as before.
            stepping: Stop before every node from now on.

        Raises:
            ExecutionNotFound: There is none with this id.
            NotAtBreakpoint: It does not stand at one.
            AccessDenied: Who asks may not run it.
        """
        record = await self._history.record(scope, execution, "execution:run")
        kept = record.breakpoints if breakpoints is None else breakpoints
        chosen = [one for one in kept if one != EVERY_NODE] + [EVERY_NODE] * stepping

        def work(connection: Connection) -> bool:
            return parked.release(
                connection, scope, execution, now_ms, node=node, breakpoints=chosen
            )

        if not await self._db.transact(work):
            raise _not_parked(execution)

    async def edit(
        self, scope: Scope, execution: str, key: StepKey, edit: Edit, now_ms: int
    ) -> None:
        """Put items in place of what a step takes or has put out.

        Raises:
            ExecutionNotFound: There is none with this id.
            StepNotFound: There is no such step, port or item.
            NotAtBreakpoint: The execution does not stand at one.
            AccessDenied: Who asks may not change it.
        """
        record = await self._history.record(scope, execution, "execution:write")
        row = await self._row(execution, key)
        detail = {"node": key.node_id, "run": key.run_index, **_told(edit)}
        if edit.side == "output":
            await self._put_out(scope, record, row, edit, now_ms, detail)
            return
        sources = codec.unpack(row["body"], codec.StepBody).sources
        if not sources:
            items = _put_in_place(record.input, edit)
            work = _input_change(scope, execution, items, now_ms, detail)
            if not await self._db.transact(work):
                raise _not_parked(execution)
            return
        source = _source(sources, edit.port)
        before = await self._row(execution, source.step)
        chosen = msgspec.structs.replace(edit, port=source.port)
        await self._put_out(scope, record, before, chosen, now_ms, detail)

    async def _put_out(
        self,
        scope: Scope,
        record: ExecutionRecord,
        row: Row,
        edit: Edit,
        now_ms: int,
        detail: dict[str, Any],
    ) -> None:
        outputs = await self._outputs(row)
        port = edit.port or next(iter(outputs), "main")
        old = outputs.get(port, PortOutput([]))
        items = _put_in_place(old.items, edit)
        outputs[port] = PortOutput(items, _parents(old, len(items)))
        packed, blob = await self._journal.lay_down(outputs)
        named = [one for output in outputs.values() for one in named_in(output.items)]
        new = NewOutputs(packed, blob, named)

        def work(connection: Connection) -> bool:
            return parked.replace_outputs(connection, scope, record.id, row, new, now_ms, detail)

        if not await self._db.transact(work):
            raise _not_parked(record.id)

    async def _outputs(self, row: Row) -> dict[str, PortOutput]:
        chunks: list[codec.Chunk] = []
        for packed in codec.unframe(await self._journal.packed(row)):
            chunks.append(codec.unpack(packed, codec.Chunk))
            await asyncio.sleep(0)
        return codec.joined(iter(chunks))

    async def _row(self, execution: str, key: StepKey) -> Row:
        row = await self._db.read(lambda one: steps.one(one, execution, key))
        if row is None:
            message = f"The execution has no step {key.run_index} of the node {key.node_id!r}."
            raise StepNotFound(message, hint="Its steps are listed with it.")
        return row


def _input_change(
    scope: Scope, execution: str, items: Sequence[Item], now_ms: int, detail: dict[str, Any]
) -> Any:
    def work(connection: Connection) -> bool:
        return parked.replace_input(connection, scope, execution, items, now_ms, detail)

    return work


def _put_in_place(old: Sequence[Item], edit: Edit) -> list[Item]:
    if edit.index is None:
        return list(edit.items)
    if not 0 <= edit.index < len(old) or len(edit.items) != 1:
        message = f"One item takes the place of one of {len(old):,}."
        raise StepNotFound(message, hint="Name its index, from 0, and give one item.")
    items = list(old)
    items[edit.index] = edit.items[0]
    return items


def _parents(old: PortOutput, count: int) -> list[Parent]:
    known = list(range(len(old.items)) if old.parents is None else old.parents)[:count]
    return [*known, *[-1] * (count - len(known))]


def _source(sources: Any, port: str) -> Source:
    named = port or next(iter(sources))
    source: Source | None = sources.get(named)
    if source is None:
        message = f"Nothing has come in at the port {named!r}."
        raise StepNotFound(message, hint=f"There are {', '.join(sources)}.")
    return source


def _told(edit: Edit) -> dict[str, Any]:
    return {"side": edit.side, "port": edit.port, "index": edit.index, "items": len(edit.items)}


def _not_parked(execution: str) -> NotAtBreakpoint:
    message = f"The execution {execution} does not stand at a breakpoint."
    return NotAtBreakpoint(message, hint="Look at it again: it may go on already.")
