"""The HTTP request node: one request per item, in pages where the API pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, cast
from urllib.parse import urlsplit

from penstock_node_http.body import build_body
from penstock_node_http.pacing import Pacer
from penstock_node_http.pagination import Page, Pager
from penstock_node_http.response import retry_after, to_items
from penstock_sdk import (
    Context,
    Effects,
    Item,
    Node,
    NodeFailed,
    Port,
    Result,
    Retry,
    RetryLater,
    boolean,
    collection,
    credential,
    integer,
    json,
    key_value,
    list_of,
    number,
    options,
    text,
)
from penstock_sdk.context import Response

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")
#: Doing these twice is doing them once, by the definition of HTTP.
IDEMPOTENT = frozenset({"GET", "HEAD", "OPTIONS", "PUT", "DELETE"})
#: The target says that it did not do the work: safe to repeat with any method.
NOT_DONE = frozenset({429, 503})
RETRYABLE = frozenset({408, 425, 429, 500, 502, 503, 504})
ERROR_STATUS = 400
SHOWN_BYTES = 2_000  # of a response body, in the data of an error
LONGEST_DELAY_S = 86_400.0  # that a target may ask for; beyond it the item fails at once


class HttpRequest(Node):
    """Send an HTTP request and turn the response into items."""

    id = "penstock/http.request"
    version = 1
    title = "HTTP Request"
    description = "Send a request to any API and use what it answers"
    group = "core"
    icon = "globe"
    aliases = ("api", "curl", "fetch", "rest", "webhook call", "download")
    per_item = True
    concurrency = 10
    pacer: ClassVar[Pacer] = Pacer()
    retry = Retry(max_attempts=3)
    effects = "unsafe"
    outputs = (Port(name="main", title="Response"),)
    docs = (
        "Each input item makes one request. A JSON array in the response becomes one item per "
        "element. Statuses from 400 on fail the item, after the retries that are safe: 429 and 503 "
        "always, other server failures only for methods that may be repeated."
    )

    method: str = options(METHODS, default="GET", title="Method")
    url: str = text(title="URL", placeholder="e.g. https://api.example.com/items")
    authentication: str = credential(
        "http_bearer", "http_basic", "http_header", "http_query", title="Credential"
    )
    query: list[dict[str, Any]] = key_value(title="Query parameters")
    headers: list[dict[str, Any]] = key_value(title="Headers")
    body: str = options(
        {
            "none": "None",
            "json": "JSON",
            "form": "Form (URL encoded)",
            "multipart": "Form data (multipart)",
            "raw": "Raw text",
            "binary": "File",
        },
        default="none",
        title="Body",
    )
    json_body: Any = json(default={}, title="JSON", show_if={"body": ["json"]})
    form_fields: list[dict[str, Any]] = key_value(title="Fields", show_if={"body": ["form"]})
    parts: list[dict[str, Any]] = list_of(
        {
            "name": text(title="Name"),
            "kind": options({"text": "Text", "file": "File"}, default="text"),
            "value": text("", title="Value", hint="For a file: the name of the binary field"),
        },
        title="Parts",
        show_if={"body": ["multipart"]},
    )
    raw_body: str = text("", title="Text", multiline=True, show_if={"body": ["raw"]})
    content_type: str = text("", title="Content type", show_if={"body": ["raw", "binary"]})
    binary_field: str = text("data", title="Binary field", show_if={"body": ["binary"]})
    response: str = options(
        {"auto": "Detect", "json": "JSON", "text": "Text", "file": "File"},
        default="auto",
        title="Response format",
    )
    full_response: bool = boolean(
        default=False, title="Full response", hint="Whether to return status and headers too"
    )
    output_field: str = text("data", title="Output field", hint="Where a text or a file goes")
    never_fail: bool = boolean(
        default=False, title="Never fail", hint="Whether statuses from 400 on are a result"
    )
    pagination: dict[str, Any] = collection(
        {
            "mode": options(
                {"off": "Off", "next_url": "Next URL", "parameters": "Change parameters"},
                default="off",
            ),
            "next_url": text("", expression=False, placeholder="e.g. ={{ $response.body.next }}"),
            "parameters": list_of(
                {
                    "place": options(("query", "header", "body"), default="query"),
                    "name": text(title="Name"),
                    "value": text("", expression=False, placeholder="e.g. ={{ $pageCount + 1 }}"),
                }
            ),
            "complete_when": options(
                {
                    "empty": "The response is empty",
                    "status": "The status is one of",
                    "expression": "An expression is true",
                },
                default="empty",
            ),
            "statuses": text("", title="Statuses", placeholder="e.g. 204, 404"),
            "complete_expression": text("", expression=False),
            "max_pages": integer(100, minimum=1, maximum=10_000),
            "at_limit": options(
                {"fail": "Fail, because something is missing", "stop": "Keep what came"},
                default="fail",
                title="At the limit of pages",
            ),
            "interval_ms": integer(0, minimum=0),
        },
        title="Pagination",
    )
    batch_size: int = integer(0, minimum=0, title="Items per batch", advanced=True)
    batch_interval_ms: int = integer(0, minimum=0, title="Batch interval (ms)", advanced=True)
    follow_redirects: bool = boolean(default=True, title="Follow redirects", advanced=True)
    max_redirects: int = integer(5, minimum=1, maximum=20, title="Max redirects", advanced=True)
    timeout_s: float = number(30.0, minimum=0.1, maximum=3600, title="Timeout (s)", advanced=True)
    max_bytes: int = integer(50_000_000, minimum=1, title="Max response bytes", advanced=True)
    proxy: str = text(
        "", title="Proxy", advanced=True, placeholder="e.g. http://proxy.example:8080"
    )
    ignore_tls: bool = boolean(default=False, title="Ignore TLS problems", advanced=True)
    idempotency_key: bool = boolean(
        default=False,
        title="Send Idempotency-Key",
        advanced=True,
        hint="Whether the API takes a key that makes a repeated request harmless",
    )

    def effects_of(self, config: Mapping[str, Any]) -> Effects:
        """By method: what HTTP calls idempotent may be repeated, the rest needs a key."""
        if str(config.get("method", "GET")).upper() in IDEMPOTENT:
            return "idempotent"
        return "keyed" if config.get("idempotency_key") is True else "unsafe"

    async def run(self, ctx: Context, items: Sequence[Item]) -> Result:
        """Send the item's request, and those of the further pages."""
        params = ctx.params()
        size, interval_ms = int(params["batch_size"]), int(params["batch_interval_ms"])
        await self.pacer.turn(ctx, size=size, interval_ms=interval_ms)
        body = await build_body(ctx, params, items[0])
        page = Page(
            url=str(params["url"]).strip(),
            query=_pairs(params["query"]),
            headers=_pairs(params["headers"]),
            body=body,
        )
        pager = Pager(ctx, params["pagination"])
        found: list[Item] = []
        while True:
            response = await self._exchange(ctx, params, page, pager)
            if response.status < ERROR_STATUS or not pager.ends_at(response.status):
                found.extend(await to_items(ctx, params, response))
            following = await pager.following(page, response)
            if following is None:
                return found
            page = following

    async def _exchange(
        self, ctx: Context, params: Mapping[str, Any], page: Page, pager: Pager
    ) -> Response:
        method = str(params["method"]).upper()
        repeatable = method in IDEMPOTENT or bool(params["idempotency_key"])
        response = await _send(ctx, params, page, method, repeatable=repeatable)
        if response.status < ERROR_STATUS or params["never_fail"]:
            return response
        if pager.ends_at(response.status):
            return response
        # Another attempt begins with the first page, which was done.
        not_done = pager.is_first and response.status in NOT_DONE
        may_repeat = not_done or (repeatable and response.status in RETRYABLE)
        raise _failure(method, response, may_repeat=may_repeat)


async def _send(
    ctx: Context, params: Mapping[str, Any], page: Page, method: str, *, repeatable: bool
) -> Response:
    headers = list(page.headers)
    given = {name.lower() for name, _ in headers}
    if page.body.content_type and "content-type" not in given:
        headers.append(("content-type", page.body.content_type))
    if params["idempotency_key"] and "idempotency-key" not in given:
        headers.append(("idempotency-key", ctx.idempotency_key()))
    try:
        return await ctx.http.request(
            method,
            page.url,
            query=page.query,
            headers=headers,
            body=page.body.content,
            credential="authentication" if ctx.credential("authentication") else None,
            timeout_s=float(params["timeout_s"]),
            max_redirects=int(params["max_redirects"]) if params["follow_redirects"] else 0,
            max_bytes=int(params["max_bytes"]),
            proxy=params["proxy"] or None,
            verify_tls=not params["ignore_tls"],
        )
    except RetryLater as error:
        if repeatable:
            raise
        hint = "It may have arrived all the same, so it is not repeated by itself."
        raise NodeFailed(error.message, hint=error.hint or hint) from error


def _failure(method: str, response: Response, *, may_repeat: bool) -> NodeFailed:
    host = urlsplit(response.url).netloc
    message = f"{method} {host} answered with status {response.status}."
    shown = response.content[:SHOWN_BYTES].decode("utf-8", "replace")
    data = {"status": response.status, "body": shown}
    asked = retry_after(response)
    if may_repeat and asked <= LONGEST_DELAY_S:
        return RetryLater(message, delay_s=asked, data=data)
    return NodeFailed(message, hint=_HINTS.get(response.status, ""), data=data)


_HINTS = {
    401: "Choose a credential, or check that it is still valid.",
    403: "The credential may not do this.",
    404: "Check the URL.",
    405: "The API does not offer this method here.",
    413: "Send less at a time.",
    415: "Check the body and its content type.",
    422: "Check the fields of the body.",
    429: "The API takes fewer requests in this time; batches with an interval keep below that.",
}


def _pairs(rows: Any) -> tuple[tuple[str, str], ...]:
    """Names and values as text, in order; rows without a name are left out."""
    if isinstance(rows, Mapping):
        named = cast("Mapping[str, Any]", rows)
        rows = [{"name": name, "value": value} for name, value in named.items()]
    return tuple(
        (str(row["name"]), _text(row.get("value"))) for row in rows or () if row.get("name")
    )


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)
