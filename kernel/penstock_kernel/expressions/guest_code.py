"""Run a person's code in a guest: items go in by chunks, with what it reads of other nodes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from copy import copy
from functools import lru_cache
from typing import Any, Literal

import msgspec

from penstock_kernel.expressions.guest_answer import Answer, read_answer
from penstock_kernel.expressions.guest_header import (
    CHUNK_BYTES,
    CHUNK_ITEMS,
    ctx_header,
    encode,
    item_data,
    paired_nodes,
)
from penstock_kernel.expressions.reads import NodeReads, Reads, reads_of
from penstock_kernel.expressions.tokens import tokens
from penstock_kernel.expressions.view import StepView
from penstock_sandbox.contract import Budget, Call, HostFunctions, NoteSink, Sandbox
from penstock_sdk import Item

Language = Literal["javascript", "python"]

#: A source longer than this is not looked into: it is given everything.
_MAX_SOURCE = 200_000


class CodeRun(msgspec.Struct, frozen=True, kw_only=True):
    """One run of a person's code."""

    language: Language
    source: str
    #: Once for each item instead of once for all.
    each: bool = False
    #: With `each`: the other items go on after one that failed.
    keep_going: bool = False
    #: What `static` of the context holds, where the code may ask for it.
    static: Mapping[str, Any] | None = None
    #: May it send requests through the host?
    http: bool = False
    #: Imported code: what it names wrongly is let pass, and items tell where they come from.
    lenient: bool = False
    workspace: str = ""
    budget: Budget = Budget()
    host: HostFunctions | None = None
    notes: NoteSink | None = None


async def run_code(run: CodeRun, items: Sequence[Item], view: StepView, sandbox: Sandbox) -> Answer:
    """Run code on items.

    Raises:
        GuestFailed: The code raised, or what it returned is not items.
        BudgetExceeded, GuestTrapped, GuestRefused, RunnerLost: From the sandbox.
    """
    header: dict[str, Any] = {
        "kind": "code",
        "mode": "each" if run.each else "all",
        "source": run.source,
        "http": run.http,
        "keepGoing": run.each and run.keep_going,
        "ctx": code_ctx(run, items, view),
    }
    if run.lenient:
        header["lenient"] = True
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
    return await read_answer(done.chunks, len(items))


def code_ctx(run: CodeRun, items: Sequence[Item], view: StepView) -> dict[str, Any]:
    """The `ctx` of a code call, with `pairs` for all items."""
    reads = copy(_reads(run.language, run.source))
    # The items themselves travel as chunks.
    reads.input = frozenset()
    reads.facts = None
    ctx = ctx_header(view, reads)
    pairs = paired_nodes(view, reads, len(items))
    if pairs:
        ctx["pairs"] = pairs
    if run.static is not None:
        ctx["static"] = run.static
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


@lru_cache(maxsize=256)  # a loop runs the same code again and again
def _reads(language: Language, source: str) -> Reads:
    if len(source) > _MAX_SOURCE:
        return Reads(every_node=True, previous=True, static=True)
    if language == "python":
        return _python_reads(source)
    if "$" not in source and "arguments" not in source:
        return Reads()
    return reads_of([token for token in tokens(source) if token.kind != "comment"])


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
