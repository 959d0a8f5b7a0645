"""Run a person's code in a guest: items go in by chunks, items come out checked.

A guest's answer is data from a stranger: its shape, the range of its parents and its depth are
checked here, and what does not fit fails the step, naming the item.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Literal

import msgspec

from penstock_kernel.guest_header import (
    CHUNK_BYTES,
    CHUNK_ITEMS,
    ctx_header,
    encode,
    item_data,
    paired_nodes,
)
from penstock_kernel.reads import NodeReads, Reads, reads_of
from penstock_kernel.tokens import tokens
from penstock_kernel.view import StepView
from penstock_sandbox.contract import Budget, Call, HostFunctions, NoteSink, Sandbox, Spent
from penstock_sandbox.errors import GuestFailed
from penstock_sdk import BinaryRef, Item, Output, Parent

Language = Literal["javascript", "python"]

#: A source longer than this is not looked into: it is given everything.
_MAX_SOURCE = 200_000
#: An item made of more input items than this is said to come from nowhere.
_MAX_PARENTS = 10_000


class CodeRun(msgspec.Struct, frozen=True, kw_only=True):
    """One run of a person's code."""

    language: Language
    source: str
    #: Once for each item instead of once for all.
    each: bool = False
    #: May it send requests through the host?
    http: bool = False
    workspace: str = ""
    budget: Budget = Budget()
    host: HostFunctions | None = None
    notes: NoteSink | None = None


async def run_code(
    run: CodeRun, items: Sequence[Item], view: StepView, sandbox: Sandbox
) -> tuple[Output, Spent]:
    """Run code on items.

    Raises:
        GuestFailed: The code raised, or what it returned is not items.
        BudgetExceeded, GuestTrapped, GuestRefused, RunnerLost: From the sandbox.
    """
    header = {
        "kind": "code",
        "mode": "each" if run.each else "all",
        "source": run.source,
        "http": run.http,
        "ctx": code_ctx(run, items, view),
    }
    call = Call(
        guest=run.language,
        workspace=run.workspace,
        header=encode(header),
        chunks=item_chunks(items),
        budget=run.budget,
        host=run.host,
        notes=run.notes,
    )
    done = await sandbox.call(call)
    gathered: dict[str, _Gathered] = {}
    for body in done.chunks:
        _take(gathered, body, len(items))
        # A chunk may be a megabyte: between two of them the event loop has its turn.
        await asyncio.sleep(0)
    ports = _outputs(gathered, len(items))
    return ports.get("main", Output([])), done.spent


def code_ctx(run: CodeRun, items: Sequence[Item], view: StepView) -> dict[str, Any]:
    """The `ctx` of a code call, with `pairs` for all items."""
    reads = _reads(run)
    # The items themselves travel as chunks.
    reads.input = frozenset()
    reads.facts = None
    ctx = ctx_header(view, reads)
    pairs = paired_nodes(view, reads, len(items))
    if pairs:
        ctx["pairs"] = pairs
    return ctx


def item_chunks(items: Sequence[Item]) -> Iterator[bytes]:
    """Items as JSON arrays, each of at most 1,000 items or about 1 MB."""
    for start in range(0, len(items), CHUNK_ITEMS):
        yield from _item_chunk(items[start : start + CHUNK_ITEMS])


def _item_chunk(items: Sequence[Item]) -> Iterator[bytes]:
    body = encode([item_data(item) for item in items])
    if len(body) <= CHUNK_BYTES or len(items) == 1:
        yield body
        return
    middle = len(items) // 2
    yield from _item_chunk(items[:middle])
    yield from _item_chunk(items[middle:])


# What the code reads of other nodes


def _reads(run: CodeRun) -> Reads:
    if len(run.source) > _MAX_SOURCE:
        return Reads(every_node=True, previous=True, static=True)
    if run.language == "python":
        return _python_reads(run.source)
    if "$" not in run.source and "arguments" not in run.source:
        return Reads()
    return reads_of([token for token in tokens(run.source) if token.kind != "comment"])


_CALL = re.compile(r"(?<![\w.])_(?:items)?\s*+\(")
_NAMED_CALL = re.compile(
    r"(?<![\w.])_(?:items)?\s*+\(\s*+(?:\"([^\"\\\n]*+)\"|'([^'\\\n]*+)')\s*+[,)]"
)
_OLD = re.compile(r"(?<![\w.])_node(?!\w)")
_NAMED_OLD = re.compile(
    r"(?<![\w.])_node(?:\[\s*+(?:\"([^\"\\\n]*+)\"|'([^'\\\n]*+)')\s*+\]|\.(\w++))"
)
#: `_` read as a value, so that it may be called under another name. `for _ in` and `_ = …` are not.
_ALIAS = re.compile(r"[=(\[:,]\s*+_[ \t]*+(?:[)\]\n;#]|$)")


def _python_reads(source: str) -> Reads:
    reads = Reads(
        static="StaticData" in source,
        previous="_input" in source,
    )
    named = [*_NAMED_CALL.finditer(source), *_NAMED_OLD.finditer(source)]
    for found in named:
        name = next(group for group in found.groups() if group is not None)
        reads.nodes[name] = NodeReads(paired=None, first=None, last=None, items=None, outputs=True)
    uses = len(_CALL.findall(source)) + len(_OLD.findall(source))
    reads.every_node = uses > len(named) or _ALIAS.search(source) is not None
    return reads


# What comes back


class _Ref(msgspec.Struct, kw_only=True, rename="camel"):
    id: str
    mime_type: str | None = None
    file_name: str | None = None
    file_size: int | None = None
    media_type: str | None = msgspec.field(default=None, name="media_type")
    plain_name: str | None = msgspec.field(default=None, name="file_name")
    size: int | None = None


class _WithBinary(msgspec.Struct):
    json: dict[str, Any]
    binary: dict[str, _Ref] | None = None


class _Port(msgspec.Struct):
    items: list[Item]
    parents: list[int | list[int]] | None = None


class _BinaryPort(msgspec.Struct):
    items: list[_WithBinary]
    parents: list[int | list[int]] | None = None


class _Answer(msgspec.Struct):
    ports: dict[str, _Port]


class _BinaryAnswer(msgspec.Struct):
    ports: dict[str, _BinaryPort]


_decode = msgspec.json.Decoder(_Answer).decode
_decode_binary = msgspec.json.Decoder(_BinaryAnswer).decode


class _Gathered(msgspec.Struct):
    items: list[Item]
    parents: list[Parent]
    known: bool = False


def decode_ports(chunks: Iterable[bytes], count: int) -> dict[str, Output]:
    """The answer of a code call or a packaged node, joined and checked.

    Args:
        chunks: What the guest answered.
        count: How many items it was given.

    Raises:
        GuestFailed: The answer is not of the agreed form.
    """
    gathered: dict[str, _Gathered] = {}
    for body in chunks:
        _take(gathered, body, count)
    return _outputs(gathered, count)


def _take(gathered: dict[str, _Gathered], body: bytes, count: int) -> None:
    for name, port in _ports(body):
        _add(gathered.setdefault(name, _Gathered([], [])), port, count)


def _outputs(gathered: dict[str, _Gathered], count: int) -> dict[str, Output]:
    return {name: _output(found, count) for name, found in gathered.items()}


def _ports(body: bytes) -> Iterator[tuple[str, _Port]]:
    try:
        if b'"binary"' not in body:
            yield from _decode(body).ports.items()
            return
        for name, port in _decode_binary(body).ports.items():
            yield name, _Port([_item(item) for item in port.items], port.parents)
    except msgspec.MsgspecError as error:
        raise _misshapen(error) from error
    except RecursionError as error:
        raise GuestFailed(
            "What the code returned is nested too deeply", name="RangeError"
        ) from error


_PLACE = re.compile(r"\$\.ports\[\.\.\.\]\.items\[(\d+)\]")


def _misshapen(error: msgspec.MsgspecError) -> GuestFailed:
    place = _PLACE.search(str(error))
    item = int(place[1]) if place else None
    return GuestFailed(
        f"What the code returned is not a list of items: {error}",
        name="TypeError",
        item=item,
        hint="Return a list of objects such as {json: {…}}.",
    )


def _item(wire: _WithBinary) -> Item:
    if wire.binary is None:
        return Item(wire.json)
    return Item(wire.json, {name: _reference(ref) for name, ref in wire.binary.items()})


def _reference(ref: _Ref) -> BinaryRef:
    return BinaryRef(
        id=ref.id,
        media_type=ref.media_type or ref.mime_type or "application/octet-stream",
        file_name=ref.plain_name or ref.file_name,
        size=max(ref.size or ref.file_size or 0, 0),
    )


def _add(found: _Gathered, port: _Port, count: int) -> None:
    if port.parents is None:
        found.parents += [-1] * len(port.items)
    else:
        if len(port.parents) != len(port.items):
            raise GuestFailed("The code named parents for another number of items than it returned")
        start = len(found.items)
        found.parents += [_parent(p, count, start + i) for i, p in enumerate(port.parents)]
        found.known = True
    found.items += port.items


def _parent(parent: int | list[int], count: int, item: int) -> Parent:
    indexes = parent if isinstance(parent, list) else [parent]
    for index in indexes:
        if not -1 <= index < count:
            raise GuestFailed(
                f"Item {item} of the result says that it comes from input item {index}, "
                f"but there are {count}",
                name="RangeError",
                item=item,
            )
    return tuple(parent) if isinstance(parent, list) else parent


def _output(found: _Gathered, count: int) -> Output:
    if found.known:
        return Output(found.items, found.parents)
    return Output(found.items, guess_parents(len(found.items), count))


def guess_parents(made: int, count: int) -> Sequence[Parent] | None:
    """Where items come from that do not say it, by the counts."""
    if made == count:
        return None
    if count == 1:
        return [0] * made
    if made == 1 and count <= _MAX_PARENTS:
        return [tuple(range(count))]
    return [-1] * made
