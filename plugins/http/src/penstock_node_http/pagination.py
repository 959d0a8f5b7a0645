"""Further pages: which request comes after a response.

The expressions of pagination see `$response` (status, headers, body), `$pageCount` and `$request`.
They are evaluated in the sandbox, after each response: no ordinary expressions of the node.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, cast
from urllib.parse import urljoin

from penstock_node_http.body import Body
from penstock_sdk import Context, NodeFailed
from penstock_sdk.context import Response

Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Page:
    """One request."""

    url: str
    query: Pairs = ()
    headers: Pairs = ()
    body: Body = field(default_factory=Body)

    def with_parameter(self, place: str, name: str, value: Any) -> Page:
        """The same request with one parameter set."""
        if place == "body":
            return replace(self, body=self.body.with_field(name, value))
        if place == "header":
            return replace(self, headers=_set(self.headers, name, value))
        return replace(self, query=_set(self.query, name, value))


class Pager:
    """Decides about the next page of one item's request."""

    def __init__(self, ctx: Context, config: Mapping[str, Any]) -> None:
        self._ctx = ctx
        self._config = config
        self._count = 0

    async def following(self, page: Page, response: Response) -> Page | None:
        """The next request, or None when this was the last page.

        Raises:
            NodeFailed: The limit of pages was reached, or an expression failed.
        """
        mode = self._config.get("mode", "off")
        if mode == "off":
            return None
        self._count += 1
        seen = _seen(response, self._count, page)
        if await self._complete(response, seen):
            return None
        following = await self._next(mode, page, seen)
        if following is not None:
            await self._pause()
        return following

    async def _next(self, mode: str, page: Page, seen: dict[str, Any]) -> Page | None:
        if mode == "next_url":
            (url,) = await self._values([self._config.get("next_url", "")], seen)
            return replace(page, url=urljoin(page.url, str(url)), query=()) if url else None
        rows: Sequence[Mapping[str, Any]] = self._config.get("parameters") or ()
        values = await self._values([row.get("value", "") for row in rows], seen)
        for row, value in zip(rows, values, strict=True):
            page = page.with_parameter(row.get("place", "query"), str(row["name"]), value)
        return page

    async def _complete(self, response: Response, seen: dict[str, Any]) -> bool:
        match self._config.get("complete_when", "empty"):
            case "status":
                listed = str(self._config.get("statuses", "")).replace(",", " ").split()
                return str(response.status) in listed
            case "expression":
                (done,) = await self._values([self._config.get("complete_expression", "")], seen)
                return bool(done)
            case _:
                return _is_empty(seen["response"]["body"])

    async def _pause(self) -> None:
        limit = int(self._config.get("max_pages", 100))
        if self._count >= limit:
            message = f"The API still had more after {limit} pages."
            hint = "Raise the maximum of pages, or check when pagination is complete."
            raise NodeFailed(message, hint=hint, field="pagination.max_pages")
        await asyncio.sleep(int(self._config.get("interval_ms", 0)) / 1000)

    async def _values(self, sources: Sequence[Any], seen: dict[str, Any]) -> list[Any]:
        parts = [_source(source) for source in sources]
        program = (
            "(($response, $pageCount, $request) => ["
            + ", ".join(parts)
            + "])($json.response, $json.pageCount, $json.request)"
        )
        (values,) = await self._ctx.evaluate(program, [seen])
        return list(values)


def _source(text: Any) -> str:
    """JavaScript for the text of a pagination field: an expression, or the text itself."""
    if isinstance(text, str) and text.startswith("="):
        inner = text[1:].strip()
        if inner.startswith("{{") and inner.endswith("}}"):
            return f"({inner[2:-2]})"
        return json.dumps(inner)
    return json.dumps(text)


def _seen(response: Response, count: int, page: Page) -> dict[str, Any]:
    try:
        body: Any = json.loads(response.content)
    except ValueError:
        body = response.text()
    return {
        "response": {"status": response.status, "headers": dict(response.headers), "body": body},
        "pageCount": count,
        "request": {"url": page.url, "query": dict(page.query)},
    }


def _is_empty(body: Any) -> bool:
    """No body, an empty one, or an object whose only list is empty."""
    if not body:
        return True
    if isinstance(body, dict):
        values = cast("dict[str, Any]", body).values()
        lists = [cast("list[Any]", value) for value in values if isinstance(value, list)]
        return len(lists) == 1 and not lists[0]
    return False


def _set(pairs: Pairs, name: str, value: Any) -> Pairs:
    kept = tuple(pair for pair in pairs if pair[0].lower() != name.lower())
    return (*kept, (name, "" if value is None else str(value)))
