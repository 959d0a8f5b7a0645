"""Further pages: which request comes after a response.

The expressions of pagination see `$response` (status, headers, body), `$pageCount`, `$request` and
the `$json` of the item.
They are evaluated in the sandbox, after each response: no ordinary expressions of the node.
A status that ends pagination is no failure, and from 400 on its body is no page, unless the node
takes every status as a result.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, cast
from urllib.parse import urldefrag, urlencode, urljoin

from penstock_node_http.body import Body
from penstock_node_http.templates import to_javascript
from penstock_sdk import Context, NodeFailed, PenstockError
from penstock_sdk.coerce import to_text
from penstock_sdk.context import Response
from penstock_sdk.loose import tables

Pairs = tuple[tuple[str, str], ...]
_SAME_PAGES = 4


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

    def __init__(self, ctx: Context, config: Mapping[str, Any], item: Mapping[str, Any]) -> None:
        self._ctx = ctx
        self._item = item
        self._config = config
        self._mode = str(config.get("mode", "off"))
        self._count = 0
        self._last: bytes | None = None
        self._repeated = 0
        self._query: Pairs = ()

    @property
    def is_first(self) -> bool:
        """Has no page been looked at yet?"""
        return self._count == 0

    def ends_at(self, status: int) -> bool:
        """Does this status end pagination?"""
        if self._mode == "off" or self._config.get("complete_when") != "status":
            return False
        return str(status) in str(self._config.get("statuses", "")).replace(",", " ").split()

    async def first(self, page: Page) -> Page:
        """The first request: with the parameters where they count from there."""
        if self._mode != "parameters" or not self._config.get("from_first"):
            return page
        seen = {"response": {}, "pageCount": 0, "request": _request(page)}
        return await self._next(self._mode, page, seen) or page

    async def following(self, page: Page, response: Response) -> Page | None:
        """The next request, or None when this was the last page.

        Raises:
            NodeFailed: The limit of pages was reached, or an expression failed.
        """
        mode = self._mode
        if mode == "off":
            return None
        self._count += 1
        self._look_for_repetition(response)
        seen = _seen(response, self._count, page)
        if await self._complete(response, seen):
            return None
        following = await self._next(mode, page, seen)
        if following is None or self._is_over():
            return None
        await asyncio.sleep(int(self._config.get("interval_ms", 0)) / 1000)
        return following

    async def _next(self, mode: str, page: Page, seen: dict[str, Any]) -> Page | None:
        if mode == "next_url":
            (url,) = await self._values([self._config.get("next_url", "")], seen)
            return self._at(page, str(url).strip()) if url else None
        rows = [row for row in tables(self._config.get("parameters")) if row.get("name")]
        values = await self._values([row.get("value", "") for row in rows], seen)
        for row, value in zip(rows, values, strict=True):
            page = page.with_parameter(row.get("place", "query"), str(row["name"]), value)
        return page

    def _at(self, page: Page, url: str) -> Page:
        url = urljoin(page.url, url)
        self._query = self._query or page.query
        if not self._config.get("keep_query") or not self._query:
            return replace(page, url=url, query=())
        base = urldefrag(url).url
        joint = "&" if "?" in base else "?"
        return replace(page, url=base + joint + urlencode(self._query), query=())

    def _look_for_repetition(self, response: Response) -> None:
        if not self._config.get("fail_when_same"):
            return
        same = self._last == response.content
        self._repeated = self._repeated + 1 if same else 1
        self._last = response.content
        if self._repeated >= _SAME_PAGES:
            message = f"The same response came {_SAME_PAGES} times in a row."
            hint = "Check what changes from page to page, and when pagination is complete."
            raise NodeFailed(message, hint=hint, field="pagination")

    async def _complete(self, response: Response, seen: dict[str, Any]) -> bool:
        match self._config.get("complete_when", "empty"):
            case "status":
                return self.ends_at(response.status)
            case "expression":
                (done,) = await self._values([self._config.get("complete_expression", "")], seen)
                return bool(done)
            case _:
                return _is_empty(seen["response"]["body"])

    def _is_over(self) -> bool:
        """Was the limit of pages reached?"""
        limit = int(self._config.get("max_pages", 100))
        if self._count < limit:
            return False
        message = f"The API still had more after {limit} pages."
        if self._config.get("at_limit") == "stop":
            self._ctx.log.warning(message)
            return True
        hint = "Raise the maximum of pages, choose to keep what came, or check the end condition."
        raise NodeFailed(message, hint=hint, field="pagination.max_pages")

    async def _values(self, sources: Sequence[Any], seen: dict[str, Any]) -> list[Any]:
        parts = [to_javascript(source) for source in sources]
        program = (
            "(($response, $pageCount, $request, $json) => ["
            + ", ".join(parts)
            + "])($json.response, $json.pageCount, $json.request, $json.item)"
        )
        try:
            (values,) = await self._ctx.evaluate(program, [{**seen, "item": self._item}])
        except PenstockError as error:
            if error.code != "expression.failed":
                raise
            message = f"An expression of the pagination has no value: {error.message}"
            raise NodeFailed(message, hint=error.hint, field="pagination") from error
        return list(values)


def _seen(response: Response, count: int, page: Page) -> dict[str, Any]:
    try:
        body: Any = json.loads(response.content)
    except (ValueError, RecursionError):
        body = response.text()
    status, headers = response.status, dict(response.headers)
    return {
        # Two names for the status: the pagination of imported workflows knows the second.
        "response": {"status": status, "statusCode": status, "headers": headers, "body": body},
        "pageCount": count,
        "request": _request(page),
    }


def _request(page: Page) -> dict[str, Any]:
    return {"url": page.url, "query": dict(page.query), "qs": dict(page.query)}


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
    return (*kept, (name, to_text(value) or ""))
