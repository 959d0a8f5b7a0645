"""What went into the steps of an execution and what came out, in parts that fit on a screen.

The rules:

* Whoever asks may read the execution; that is asked first.
* An answer holds a megabyte of items at most. An item that is larger than that is left out of a
  list, and said to be; alone it can be had whole.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from typing import ClassVar, Literal, Protocol

import msgspec
from sqlalchemy import Connection

from penstock_kernel.store.records import Source, StepKey
from penstock_kernel.store.scope import Scope
from penstock_kernel.store.sql import codec, steps
from penstock_kernel.store.sql.database import Database
from penstock_kernel.store.sql.journal import SqlJournal
from penstock_kernel.store.sql.overview import Listed, system_input
from penstock_kernel.store.sql.rows import Row
from penstock_kernel.store.sql.steps import MOST_LISTED, Outline, StepLog
from penstock_sdk import Item, PenstockError

MOST_BYTES = 1 << 20
MOST_ITEMS = 1_000
#: Of outputs that lie elsewhere: larger ones are not read to be counted.
_COUNTED_BYTES = 1 << 20
_PLACE_DIGITS = 16
Side = Literal["output", "input"]


class StepNotFound(PenstockError):
    """An execution has no such step, or the step no such port."""

    code: ClassVar[str] = "step.not_found"


class StepPage(msgspec.Struct, frozen=True):
    """Some of the steps of an execution, and where the next ones begin."""

    steps: Sequence[Outline]
    next: str | None = None


class ItemPart(msgspec.Struct, frozen=True, kw_only=True):
    """Some of the items of one port."""

    port: str
    #: How many there are, and which of them the first one here is.
    total: int
    start: int
    #: Null stands for one that is too large to be listed.
    items: Sequence[msgspec.Raw]
    #: Where the next part begins; none: this was the last.
    next: int | None = None


class Checks(Protocol):
    """Finds an execution that may be read."""

    async def __call__(self, scope: Scope, execution: str) -> Listed: ...


class StepData:
    """The steps of one database."""

    def __init__(self, db: Database, journal: SqlJournal, check: Checks) -> None:
        self._db = db
        self._journal = journal
        self._check = check

    async def page(
        self, scope: Scope, execution: str, *, after: str = "", most: int = 50
    ) -> StepPage:
        """The steps of an execution without their items, in the order of their first commits.

        Raises:
            ExecutionNotFound: There is none with this id.
            AccessDenied: It may not be read.
        """
        await self._check(scope, execution)
        most = max(1, min(most, MOST_LISTED))
        place = int(after) if after.isdecimal() and len(after) < _PLACE_DIGITS else 0
        rows = await self._db.read(lambda one: steps.after(one, execution, place, most))
        found = [await self._outline(row) for row in rows[:most]]
        return StepPage(found, str(rows[most - 1]["seq"]) if len(rows) > most else None)

    async def show(self, scope: Scope, execution: str, key: StepKey) -> Outline:
        """One step without its items.

        Raises:
            ExecutionNotFound: There is no such execution.
            StepNotFound: It has no such step.
            AccessDenied: It may not be read.
        """
        await self._check(scope, execution)
        return await self._outline(await self._row(execution, key))

    async def logs(self, scope: Scope, execution: str) -> Sequence[StepLog]:
        """What the steps of an execution wrote, in the order of time.

        Raises:
            ExecutionNotFound: There is none with this id.
            AccessDenied: It may not be read.
        """
        await self._check(scope, execution)
        return await self._db.read(lambda one: steps.logs(one, execution))

    async def items(
        self,
        scope: Scope,
        execution: str,
        key: StepKey,
        *,
        side: Side = "output",
        port: str = "",
        start: int = 0,
        most: int = 100,
    ) -> ItemPart:
        """Items of one port of a step: by default the first output that has any.

        Raises:
            ExecutionNotFound: There is no such execution.
            StepNotFound: It has no such step, or the step no such port.
            AccessDenied: It may not be read.
        """
        await self._check(scope, execution)
        found, named = await self._side(execution, key, side, port)
        if named not in found and port:
            hint = f"There are {', '.join(sorted(found)) or 'none'}."
            raise StepNotFound(f"The step has no {side} port {port!r}.", hint=hint)
        return _part(named, found.get(named, []), start, min(most, MOST_ITEMS))

    async def item(
        self, scope: Scope, execution: str, key: StepKey, index: int, *, side: Side, port: str
    ) -> msgspec.Raw:
        """One item, however large it is.

        Raises:
            ExecutionNotFound: There is no such execution.
            StepNotFound: There is no such item.
            AccessDenied: It may not be read.
        """
        await self._check(scope, execution)
        found, named = await self._side(execution, key, side, port)
        items = found.get(named, [])
        if not 0 <= index < len(items):
            raise StepNotFound(f"There are {len(items):,} items.", hint="They count from 0.")
        return items[index]

    async def _side(
        self, execution: str, key: StepKey, side: Side, port: str
    ) -> tuple[Mapping[str, list[msgspec.Raw]], str]:
        """The items by port, and the port that is meant."""
        row = await self._row(execution, key)
        if side == "output":
            found = await self._outputs(row)
            named = port or next((name for name, items in found.items() if items), "main")
            return found, named
        sources = codec.unpack(row["body"], codec.StepBody).sources
        named = port or next(iter(sources), "main")
        return await self._inputs(execution, sources, named), named

    async def _inputs(
        self, execution: str, sources: Mapping[str, Source | None], port: str
    ) -> dict[str, list[msgspec.Raw]]:
        if not sources:
            packed = await self._db.read(lambda one: system_input(one, execution))
            return {port: steps.raw_items(packed)}
        source, found = sources.get(port), dict[str, list[msgspec.Raw]]()
        found.update({name: [] for name in sources})
        if source is not None:
            outputs = await self._outputs(await self._row(execution, source.step))
            found[port] = outputs.get(source.port, [])
        return found

    async def _row(self, execution: str, key: StepKey) -> Row:
        def query(connection: Connection) -> Row | None:
            return steps.one(connection, execution, key)

        row = await self._db.read(query)
        if row is None:
            message = f"The execution has no step {key.run_index} of the node {key.node_id!r}."
            raise StepNotFound(message, hint="Its steps are listed with it.")
        return row

    async def _outputs(self, row: Row) -> dict[str, list[msgspec.Raw]]:
        found: dict[str, list[msgspec.Raw]] = {}
        for packed in codec.unframe(await self._journal.packed(row)):
            chunk = steps.raw_chunk(packed)
            found.setdefault(chunk.port, []).extend(chunk.items)
            await asyncio.sleep(0)
        return found

    async def _outline(self, row: Row) -> Outline:
        size = str(row["blob_id"] or "").rpartition(".")[2]
        counted = not size or int(size) <= _COUNTED_BYTES
        return steps.outline(row, await self._journal.packed(row) if counted else None)


_NULL = msgspec.Raw(b"null")


def part_of(port: str, items: Iterable[Item], total: int) -> ItemPart:
    """The first of some items that are at hand."""
    first = islice(items, MOST_ITEMS)
    return _part(
        port, [msgspec.Raw(codec.text_of(item)[0]) for item in first], 0, MOST_ITEMS, total
    )


def _part(
    port: str, items: Sequence[msgspec.Raw], start: int, most: int, total: int | None = None
) -> ItemPart:
    left, chosen = MOST_BYTES, list[msgspec.Raw]()
    for item in items[start : start + most]:
        size = len(bytes(item))
        if size > left and chosen and size <= MOST_BYTES:
            break
        chosen.append(item if size <= left else _NULL)
        left -= size if size <= left else 0
    end, count = start + len(chosen), len(items) if total is None else total
    more = end if chosen and end < count else None
    return ItemPart(port=port, total=count, start=start, items=chosen, next=more)
