"""What earlier executions have seen: fingerprints of values, or the highest one.

The rules:

* One entry of the state holds it, so that it is written as a whole or not at all.
* The step that wrote last is noted with what was there before it: when the same step runs again
  after a crash, it starts from there and finds the same values new. Where another execution wrote
  in between, it does not: a value is rather lost than taken for new twice.
* Two executions at the same time never take a value for new both: the loser reads again.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Sequence
from typing import Any, TypeVar, cast

from penstock_node_data.items.identity import text_of
from penstock_sdk import Context, NodeFailed, RetryLater
from penstock_sdk.coerce import kind_of, to_number
from penstock_sdk.loose import table
from penstock_sdk.moments import moment

MAX_SIZE = 40_000  # twice, with what was there before, within the megabyte of an entry
_SEEN, _BEYOND_NUMBER, _BEYOND_DATE = "duplicates.seen", "duplicates.number", "duplicates.date"
_BYTES = 9  # of a fingerprint: two of 40,000 are the same in one of four trillion histories
_CHARACTERS = 12  # that they take as text
_ATTEMPTS = 20  # to write before another execution does

T = TypeVar("T")


async def forget(ctx: Context, scope: str) -> None:
    """Start anew."""
    for key in (_SEEN, _BEYOND_NUMBER, _BEYOND_DATE):
        await ctx.state.delete(key, scope=scope)


async def keep_new(ctx: Context, prints: Sequence[str], *, scope: str, size: int) -> list[int]:
    """The places of the fingerprints that were not seen before; they are remembered.

    Raises:
        RetryLater: Other executions kept writing at the same time.
    """

    def add(before: Any) -> tuple[list[int], str]:
        old = _unpacked(before)
        seen = set(old)
        kept: list[int] = []
        for i, one in enumerate(prints):
            if one not in seen:
                seen.add(one)
                kept.append(i)
        together = [*old, *(prints[i] for i in kept)]
        return kept, "".join(together[-size:])

    return await _written(ctx, _SEEN, scope, add)


async def keep_beyond(
    ctx: Context, measures: Sequence[float], *, scope: str, dates: bool
) -> list[int]:
    """The places of the numbers beyond all that came in earlier executions.

    Raises:
        RetryLater: Other executions kept writing at the same time.
    """

    def beyond(before: Any) -> tuple[list[int], Any]:
        kept = [i for i, one in enumerate(measures) if before is None or one > before]
        highest = max(measures)
        return kept, highest if before is None else max(highest, before)

    return await _written(ctx, _BEYOND_DATE if dates else _BEYOND_NUMBER, scope, beyond)


async def _written(ctx: Context, key: str, scope: str, change: Callable[[Any], tuple[T, Any]]) -> T:
    step = ctx.idempotency_key()
    for _ in range(_ATTEMPTS):
        stored = await ctx.state.get(key, scope=scope)
        entry = table(stored)
        before = entry.get("before") if entry.get("step") == step else entry.get("value")
        answer, value = change(before)
        written = {"value": value, "before": before, "step": step}
        if await ctx.state.update(key, stored, written, scope=scope):
            return answer
    raise RetryLater("Other executions are writing to the same history", delay_s=1.0)


def fingerprints(values: Sequence[Any]) -> list[str]:
    """What a value is remembered by.

    Raises:
        NodeFailed: A value is empty, or nested too deeply.
    """
    return [_fingerprint(value, i) for i, value in enumerate(values)]


def measures(ctx: Context, values: Sequence[Any], *, dates: bool) -> list[float]:
    """Numbers, or the moments of dates in milliseconds.

    Raises:
        NodeFailed: A value is neither.
    """
    if dates:
        return [_date(ctx, value, i) for i, value in enumerate(values)]
    return [_number(value, i) for i, value in enumerate(values)]


def _fingerprint(value: Any, i: int) -> str:
    if value is None or value == "":
        raise NodeFailed(
            "There is no value to remember the item by",
            hint="Give an expression that has a value for every item, such as its id.",
            field="value",
            item=i,
        )
    raw = f'"{value}"' if isinstance(value, str) else text_of(value)
    digest = hashlib.sha256(raw.encode(errors="surrogatepass")).digest()[:_BYTES]
    return base64.b64encode(digest).decode()


def _unpacked(value: Any) -> list[str]:
    text = cast("str", value or "")
    return [text[at : at + _CHARACTERS] for at in range(0, len(text), _CHARACTERS)]


def _number(value: Any, i: int) -> float:
    try:
        number = None if isinstance(value, bool) or value == "" else to_number(value)
    except ValueError:
        number = None
    if number is None:
        raise _no("number", value, i)
    return number


def _date(ctx: Context, value: Any, i: int) -> int:
    found = moment(value, ctx.timezone)
    if found is None:
        raise _no("date", value, i)
    return round(found.timestamp() * 1000)


def _no(wanted: str, value: Any, i: int) -> NodeFailed:
    shown = repr(value)
    shown = shown if len(shown) <= 60 else shown[:57] + "..."
    return NodeFailed(
        f"The value {shown} is a {kind_of(value)}, not a {wanted}",
        hint=f"Give an expression that has a {wanted} for every item.",
        field="value",
        item=i,
    )
