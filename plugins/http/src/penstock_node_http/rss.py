"""Reads feeds: RSS and Atom in all their versions, one item per entry."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

from penstock_node_http.feeds import entries_of
from penstock_node_http.sending import ERROR_STATUS, refused
from penstock_sdk import (
    Context,
    Item,
    Node,
    NodeFailed,
    Port,
    Result,
    Retry,
    boolean,
    credential,
    integer,
    number,
    text,
)

_ACCEPT = (
    "application/rss+xml, application/rdf+xml;q=0.8, application/atom+xml;q=0.6, "
    "application/xml;q=0.4, text/xml;q=0.4"
)
_TEXT = {"type": "string"}


class RssRead(Node):
    """Read the entries of an RSS or Atom feed."""

    id = "penstock/http.rss"
    version = 1
    title = "RSS read"
    description = "Read the entries of a feed."
    group = "core"
    icon = "rss"
    aliases = ("feed", "atom", "news", "blog", "podcast")
    per_item = True
    concurrency = 5
    retry = Retry(max_attempts=3)
    effects = "idempotent"
    outputs = (
        Port(
            name="main",
            title="Entries",
            schema={
                "type": "object",
                "properties": {
                    "title": _TEXT,
                    "link": _TEXT,
                    "pubDate": _TEXT,
                    "isoDate": _TEXT,
                    "creator": _TEXT,
                    "content": _TEXT,
                    "contentSnippet": _TEXT,
                    "guid": _TEXT,
                    "categories": {"type": "array", "items": _TEXT},
                    "enclosure": {"type": "object"},
                },
            },
            sample={
                "title": "Version 2 is out",
                "link": "https://example.com/posts/2",
                "pubDate": "Thu, 09 Feb 2023 13:40:00 GMT",
                "content": "<p>What is new.</p>",
                "contentSnippet": "What is new.",
                "guid": "https://example.com/posts/2",
                "isoDate": "2023-02-09T13:40:00.000Z",
            },
        ),
    )
    docs = (
        "Each input item reads one feed, and each entry of it becomes an item. Fields that an "
        "entry does not have are left out. `content` may hold HTML as the feed has it; "
        "`contentSnippet` is its text."
    )

    url: str = text(title="URL", placeholder="e.g. https://example.com/feed.xml")
    authentication: str = credential(
        "http_bearer",
        "http_basic",
        "http_header",
        "http_query",
        "http_api_key",
        "http_oauth2",
        title="Credential",
    )
    extra_fields: str = text(
        "", title="More fields", hint="Names of further elements, separated by commas"
    )
    limit: int = integer(
        0, minimum=0, title="Limit", hint="How many entries at most; 0 for all of them"
    )
    timeout_s: float = number(30.0, minimum=0.1, maximum=600, title="Timeout (s)", advanced=True)
    max_bytes: int = integer(10_000_000, minimum=1, title="Max feed bytes", advanced=True)
    ignore_tls: bool = boolean(default=False, title="Ignore TLS problems", advanced=True)

    async def run(self, ctx: Context, items: Sequence[Item]) -> Result:
        """Fetch the feed and hand out its entries."""
        params = ctx.params()
        url = str(params["url"]).strip()
        if not url:
            raise NodeFailed("There is no URL.", hint="Write the URL of the feed.", field="url")
        response = await ctx.http.request(
            "GET",
            url,
            headers=[("accept", _ACCEPT)],
            credential="authentication" if ctx.credential("authentication") else None,
            timeout_s=float(params["timeout_s"]),
            max_bytes=int(params["max_bytes"]),
            verify_tls=not params["ignore_tls"],
        )
        if response.status >= ERROR_STATUS:
            raise refused({"method": "GET", "idempotency_key": False}, response)
        extra = [name.strip() for name in str(params["extra_fields"]).split(",") if name.strip()]
        # In a thread: a large feed takes seconds.
        entries: list[dict[str, Any]] = await asyncio.to_thread(
            entries_of, response.content, response.headers.get("content-type", ""), extra
        )
        limit = int(params["limit"])
        return [Item(entry) for entry in (entries[:limit] if limit else entries)]
