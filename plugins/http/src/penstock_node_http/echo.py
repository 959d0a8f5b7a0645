"""Answers with what an HTTP request would have sent: nothing leaves the machine."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from penstock_node_http.parameters import pairs
from penstock_sdk import (
    Context,
    Item,
    Node,
    NodeFailed,
    Port,
    Result,
    integer,
    json,
    key_value,
    options,
    text,
)

_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")


class Echo(Node):
    """Answer with the request itself, offline."""

    id = "penstock/http.echo"
    version = 1
    title = "HTTP echo"
    description = "Give back the request that would have been sent, without sending it."
    group = "core"
    icon = "repeat"
    aliases = ("mock", "test request", "dry run", "offline")
    per_item = True
    effects = "none"
    outputs = (
        Port(
            name="main",
            title="Answer",
            schema={
                "type": "object",
                "properties": {
                    "method": {"type": "string"},
                    "url": {"type": "string"},
                    "query": {"type": "object"},
                    "headers": {"type": "object"},
                    "status": {"type": "integer"},
                },
                "required": ["method", "url", "query", "headers", "status", "body"],
            },
            sample={
                "status": 200,
                "method": "POST",
                "url": "https://api.example.com/users",
                "query": {"page": "1"},
                "headers": {"content-type": "application/json"},
                "body": {"name": "Ada"},
            },
        ),
    )
    docs = (
        "For examples and for building a workflow before its API is there. The answer says what an "
        "HTTP request with the same parameters would have sent; nothing is sent."
    )

    method: str = options(_METHODS, default="GET", title="Method")
    url: str = text("https://api.example.com/", title="URL")
    query: list[dict[str, Any]] = key_value(title="Query parameters")
    headers: list[dict[str, Any]] = key_value(title="Headers")
    body: Any = json(default=None, title="Body")
    status: int = integer(200, minimum=100, maximum=599, title="Status to answer with")

    async def run(self, ctx: Context, items: Sequence[Item]) -> Result:
        """Answer for the item."""
        params = ctx.params()
        url = str(params["url"]).strip()
        try:
            parts = urlsplit(url)
        except ValueError as error:
            message = f"This is no URL: {error}."
            raise NodeFailed(message, hint="Write a full URL.", field="url") from error
        query = parse_qsl(parts.query, keep_blank_values=True)
        query += pairs(params["query"], "query", "repeat")
        headers = pairs(params["headers"], "headers")
        answer = {
            "status": int(params["status"]),
            "method": str(params["method"]).upper(),
            "url": parts._replace(query="", fragment="").geturl(),
            "query": _joined(query),
            "headers": {name.lower(): value for name, value in headers},
            "body": params["body"],
        }
        return [Item(answer)]


def _joined(query: Sequence[tuple[str, str]]) -> dict[str, str | list[str]]:
    """By name; several values of one name as a list."""
    found: dict[str, str | list[str]] = {}
    for name, value in query:
        before = found.get(name)
        if before is None:
            found[name] = value
        else:
            found[name] = [*(before if isinstance(before, list) else [before]), value]
    return found
