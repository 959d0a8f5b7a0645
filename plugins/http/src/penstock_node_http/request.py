"""The HTTP request node: one request per item, in pages where the API pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from penstock_node_http.body import build_body
from penstock_node_http.pacing import Pacer
from penstock_node_http.pagination import Page, Pager
from penstock_node_http.parameters import pairs
from penstock_node_http.response import to_items
from penstock_node_http.sending import ERROR_STATUS, IDEMPOTENT, exchange
from penstock_node_http.streaming import STREAMED, stream_items
from penstock_sdk import (
    Context,
    Effects,
    Item,
    Node,
    Port,
    Result,
    Retry,
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

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")


class HttpRequest(Node):
    """Send an HTTP request and turn the response into items."""

    id = "penstock/http.request"
    version = 1
    title = "HTTP request"
    description = "Send a request to any API and use what it answers."
    group = "core"
    icon = "globe"
    aliases = ("api", "curl", "fetch", "rest", "webhook call", "download")
    per_item = True
    concurrency = 10
    pacer: ClassVar[Pacer] = Pacer()
    retry = Retry(max_attempts=3)
    effects = "unsafe"
    outputs = (
        Port(name="main", title="Response", sample={"id": 1, "name": "Ada", "active": True}),
    )
    docs = (
        "Each input item makes one request. A JSON array in the response becomes one item per "
        "element. Statuses from 400 on fail the item, after the retries that are safe: 429 and 503 "
        "always, other server failures only for methods that may be repeated. A file goes to the "
        "binary data as it arrives, however large it is. Cookies are kept for the redirects and "
        "pages of an item. Pagination sees `$response` (status, headers, body), `$pageCount` and "
        "`$request`."
    )

    method: str = options(METHODS, default="GET", title="Method")
    url: str = text(title="URL", placeholder="e.g. https://api.example.com/items")
    authentication: str = credential(
        "http_bearer",
        "http_basic",
        "http_digest",
        "http_header",
        "http_query",
        "http_api_key",
        "http_oauth2",
        "http_hmac",
        title="Credential",
    )
    certificate: str = credential("http_certificate", title="Client certificate", advanced=True)
    query: list[dict[str, Any]] = key_value(
        title="Query parameters", hint="One expression may give them all, as an object"
    )
    arrays: str = options(
        {
            "repeat": "Repeat the name: a=1&a=2",
            "brackets": "Brackets: a[]=1&a[]=2",
            "indices": "Indices: a[0]=1&a[1]=2",
            "commas": "Commas: a=1,2",
        },
        default="repeat",
        title="Lists in the query",
        advanced=True,
    )
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
        {
            "auto": "Detect",
            "json": "JSON",
            "text": "Text",
            "file": "File",
            "events": "Server-sent events",
        },
        default="auto",
        title="Response format",
    )
    max_events: int = integer(
        100, minimum=1, maximum=100_000, title="Max events", show_if={"response": ["events"]}
    )
    listen_s: float = number(
        60.0,
        minimum=0.1,
        maximum=3600,
        title="Listen for (s)",
        hint="What came until then is the result",
        show_if={"response": ["events"]},
    )
    split: bool = boolean(
        default=True, title="Split lists", hint="Whether each element of a list becomes an item"
    )
    full_response: bool = boolean(
        default=False, title="Full response", hint="Whether to return status and headers too"
    )
    full_names: str = options(
        {
            "status": "status, headers, url, body",
            "statusCode": "statusCode, statusMessage, headers, body",
        },
        default="status",
        title="Names in the full response",
        show_if={"full_response": [True]},
        advanced=True,
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
            "from_first": boolean(
                default=False,
                title="From the first page",
                hint="Whether the first request has the parameters too, with $pageCount 0",
            ),
            "keep_query": boolean(
                default=False,
                title="Keep the query",
                hint="Whether the query parameters are added to each next URL",
            ),
            "fail_when_same": boolean(
                default=False,
                title="Fail when pages repeat",
                hint="Whether several equal responses one after the other are a mistake",
            ),
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
        body = build_body(params, items[0])
        page = Page(
            url=str(params["url"]).strip(),
            query=pairs(params["query"], "query", params["arrays"]),
            headers=pairs(params["headers"], "headers"),
            body=body,
        )
        pager = Pager(ctx, params["pagination"], items[0].json)
        page = await pager.first(page)
        if params["response"] in STREAMED:
            return await stream_items(ctx, params, page)
        found: list[Item] = []
        while True:
            response = await exchange(ctx, params, page, pager)
            ended = pager.ends_at(response.status) and not params["never_fail"]
            if response.status < ERROR_STATUS or not ended:
                found.extend(await to_items(ctx, params, response))
            following = await pager.following(page, response)
            if following is None:
                return found
            page = following
