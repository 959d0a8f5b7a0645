"""One crossing into the JavaScript guest: all sources of a node for all its items."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from penstock_kernel.expressions.expressions import Script
from penstock_kernel.expressions.guest_header import ctx_header, encode, expression_chunks
from penstock_kernel.expressions.paths import UNDEFINED, Same, Values
from penstock_kernel.expressions.reads import Reads
from penstock_kernel.expressions.view import StepView
from penstock_sandbox.contract import Budget, Call, Sandbox
from penstock_sandbox.errors import GuestFailed, RunnerLost


class Asked(msgspec.Struct, frozen=True):
    """One source to evaluate, as a value or as text."""

    script: Script
    text: bool = False


class GuestError(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """What the guest says of one value that threw."""

    source: int
    index: int  # within its chunk
    name: str
    message: str
    line: int | None = None
    column: int | None = None
    hint: str = ""


class Answer(msgspec.Struct):
    """The values of one source, and the errors by item."""

    values: Values
    errors: dict[int, GuestError]


class _Chunk(msgspec.Struct):
    v: list[list[Any]]
    u: list[list[int]]
    e: list[GuestError]


#: After so many decoded chunks the event loop has its turn.
_CHUNKS_AT_ONCE = 8

_decode = msgspec.json.Decoder(_Chunk).decode


class Guest(msgspec.Struct, frozen=True, kw_only=True):
    """Where and how expressions of one execution are evaluated."""

    sandbox: Sandbox
    workspace: str = ""
    vm: str = ""
    budget: Budget = Budget()
    #: Errors of the data (a property of undefined, say) yield undefined instead.
    lenient: bool = False
    #: More names, such as `$response`.
    extra: Mapping[str, Any] = {}


async def cross(
    asked: Sequence[Asked], view: StepView, guest: Guest, *, typed: bool = False
) -> list[Answer]:
    """Evaluate all sources for all items of the step, in one call.

    Raises:
        GuestFailed: A value is nested too deeply.
        BudgetExceeded, GuestTrapped, GuestRefused, RunnerLost: From the sandbox.
    """
    reads = Reads()
    for one in asked:
        reads.add(one.script.reads)
    count = max(1, len(view.items)) if reads.moving else 1
    header = _header(asked, ctx_header(view, reads, extra=guest.extra), guest, typed=typed)
    call = Call(
        guest="expression",
        workspace=guest.workspace,
        header=encode(header),
        chunks=expression_chunks(view, reads, count),
        budget=guest.budget,
        vm=guest.vm,
    )
    done = await guest.sandbox.call(call)
    return await _answers(asked, done.chunks, count)


def _header(
    asked: Sequence[Asked], ctx: dict[str, Any], guest: Guest, *, typed: bool
) -> dict[str, Any]:
    header: dict[str, Any] = {
        "exprs": [one.script.source for one in asked],
        "text": [s for s, one in enumerate(asked) if one.text],
        "once": [s for s, one in enumerate(asked) if not one.script.reads.moving],
        "typed": typed,
        "ctx": ctx,
    }
    if guest.lenient:
        header["lenient"] = True
    return header


async def _answers(asked: Sequence[Asked], chunks: Sequence[bytes], count: int) -> list[Answer]:
    columns: list[list[Any]] = [[] for _ in asked]
    answers = [Answer(values, {}) for values in columns]
    at = 0
    try:
        for number, body in enumerate(chunks, 1):
            if number % _CHUNKS_AT_ONCE == 0:
                await asyncio.sleep(0)
            at += _add(_decode(body), columns, answers, at)
    except RecursionError as error:
        raise GuestFailed(
            "An expression's value is nested too deeply",
            name="RangeError",
            hint="Return less of it, or turn it into text with .toJsonString().",
        ) from error
    except (msgspec.MsgspecError, IndexError, TypeError, ValueError) as error:
        raise RunnerLost("The guest's answer does not have the agreed form") from error
    for one, answer, column in zip(asked, answers, columns, strict=True):
        if len(column) != (count if one.script.reads.moving else 1):
            raise RunnerLost("The guest answered for another number of items")
        if not one.script.reads.moving:
            answer.values = Same(column[0])
    return answers


def _add(chunk: _Chunk, columns: list[list[Any]], answers: list[Answer], at: int) -> int:
    for column, values, missing in zip(columns, chunk.v, chunk.u, strict=True):
        for i in missing:
            values[i] = UNDEFINED
        column.extend(values)
    for error in chunk.e:
        answers[error.source].errors[at + error.index] = error
    return max((len(values) for values in chunk.v), default=0)
