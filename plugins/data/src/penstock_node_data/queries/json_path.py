"""JSONPath, with bounds on what a query may cost.

The rules, because a query is written by a stranger and runs in the host:

* The language is RFC 9535. `match` and `search` are left out: regular expressions of strangers run
  in the sandbox only, and the node `filter` offers them.
* Inside a filter stand paths of names and indexes with at most one wildcard, so that looking at one
  value costs little.
* Every value that a segment selects is counted, and the count is limited: lists of selectors and
  several `..` multiply.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any, cast

from penstock_node_data.queries.query import AllOrFirst, answered, asked, queries_of
from penstock_sdk import Context, Item, NodeFailed, Output, text

if TYPE_CHECKING:
    from jsonpath import JSONPath, JSONPathMatch
    from jsonpath.filter import BaseExpression
    from jsonpath.segments import JSONPathSegment

_MAX_SELECTED = 200_000  # values that all segments of one query select, for one item
_MAX_LENGTH = 10_000
_HINT = "It is written like $.orders[*].id; `..` goes into all depths."

Ask = Callable[[Any], list[Any]]


class JsonPathQuery(AllOrFirst):
    """Asks items by JSONPath."""

    id = "penstock/data.jsonpath"
    title = "JSONPath"
    description = "Selects values out of items with JSONPath."
    aliases = ("query", "select", "extract", "path", "json path", "nested")
    docs = (
        "`$` is the item or the chosen field, `.name` and `[0]` go down, `[*]` takes all, `..` "
        "goes into all depths, `[?@.price < 10]` keeps what fits. The language is RFC 9535 "
        "without `match` and `search`."
    )

    path: str = text("$", title="Path", placeholder="e.g. $.orders[?@.total > 100].id")

    async def run(self, ctx: Context, items: Sequence[Item]) -> Output:
        """Ask every item."""
        if not items:
            return Output([])
        paths = queries_of(ctx, "path", len(items))
        results = await asyncio.to_thread(_results, paths, asked(ctx, items))
        return answered(ctx, items, results)


def _results(paths: Sequence[str], values: Sequence[Any]) -> list[list[Any]]:
    found: list[list[Any]] = []
    for i, (path, value) in enumerate(zip(paths, values, strict=True)):
        try:
            found.append(_compiled(path)(value))
        except ValueError as error:
            raise NodeFailed(str(error), hint=_HINT, item=i, field="path") from error
    return found


@lru_cache(maxsize=64)
def _compiled(path: str) -> Ask:
    """A function that asks a value; a wrong path raises when it is asked."""
    # Costs 40 ms, which only the workflows that use this node should pay.
    from jsonpath import JSONPathEnvironment, JSONPathError  # noqa: PLC0415

    environment = JSONPathEnvironment(strict=True)
    for name in ("match", "search"):
        environment.function_extensions.pop(name, None)
    if len(path) > _MAX_LENGTH:
        return _failing(f"The path is longer than {_MAX_LENGTH:,} characters")
    try:
        compiled = cast("JSONPath", environment.compile(path))  # strict: no compound paths
    except (JSONPathError, RecursionError) as error:
        return _failing(f"{path!r} is no JSONPath: {_first_line(error)}")
    refused = _refused(compiled.segments)
    return _failing(refused) if refused else _asking(compiled)


def _first_line(error: Exception) -> str:
    return (str(error) or type(error).__name__).splitlines()[0]


def _failing(message: str) -> Ask:
    def fail(value: Any) -> list[Any]:
        raise ValueError(message)

    return fail


def _asking(path: JSONPath) -> Ask:
    from jsonpath import JSONPathError, JSONPathMatch  # noqa: PLC0415

    def ask(value: Any) -> list[Any]:
        if value is None:
            return []
        root = JSONPathMatch(
            filter_context={}, obj=value, parent=None, path="$", parts=(), root=value
        )
        try:
            return [match.obj for match in _selected(path.segments, root)]
        except (JSONPathError, RecursionError) as error:
            raise ValueError(f"The path cannot be followed: {_first_line(error)}") from error

    return ask


def _selected(segments: Iterable[JSONPathSegment], root: JSONPathMatch) -> Iterable[JSONPathMatch]:
    spent = [0]
    matches: Iterable[JSONPathMatch] = [root]
    for segment in segments:
        matches = _counted(segment.resolve(matches), spent)
    return matches


def _counted(matches: Iterable[JSONPathMatch], spent: list[int]) -> Iterator[JSONPathMatch]:
    for match in matches:
        spent[0] += 1
        if spent[0] > _MAX_SELECTED:
            message = f"The path selects more than {_MAX_SELECTED:,} values of one item"
            raise ValueError(message)
        yield match


def _refused(segments: Sequence[JSONPathSegment]) -> str:
    """Why a path is not followed; empty if it is."""
    from jsonpath.selectors import Filter, KeysFilter, SingularQuerySelector  # noqa: PLC0415

    for segment in segments:
        for selector in segment.selectors:
            if isinstance(selector, SingularQuerySelector):
                return "A path within brackets is not supported"
            if isinstance(selector, Filter | KeysFilter) and not _is_cheap(selector.expression):
                return "A filter may hold paths of names and indexes, with at most one wildcard"
    return ""


def _is_cheap(expression: BaseExpression) -> bool:
    from jsonpath.filter import FilterQuery  # noqa: PLC0415

    if isinstance(expression, FilterQuery):
        return _is_short(expression.path.segments)
    return all(_is_cheap(child) for child in expression.children())


def _is_short(segments: Sequence[JSONPathSegment]) -> bool:
    from jsonpath.segments import JSONPathChildSegment  # noqa: PLC0415
    from jsonpath.selectors import IndexSelector, NameSelector, WildcardSelector  # noqa: PLC0415

    wild = 0
    for segment in segments:
        if not isinstance(segment, JSONPathChildSegment) or len(segment.selectors) != 1:
            return False
        selector = segment.selectors[0]
        if isinstance(selector, WildcardSelector):
            wild += 1
        elif not isinstance(selector, NameSelector | IndexSelector):
            return False
    return wild <= 1
