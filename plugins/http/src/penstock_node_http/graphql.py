"""Asks a GraphQL API; what it calls errors fail the item, unless they are wanted as data."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from penstock_node_http.parameters import pairs
from penstock_node_http.response import parse
from penstock_node_http.sending import ERROR_STATUS, refused
from penstock_sdk import (
    Context,
    Effects,
    Item,
    Node,
    NodeFailed,
    Port,
    Result,
    Retry,
    boolean,
    credential,
    integer,
    key_value,
    number,
    options,
    text,
)
from penstock_sdk import json as json_field
from penstock_sdk.context import Response
from penstock_sdk.loose import rows, table

_SHOWN = 3  # errors in the message


class GraphQL(Node):
    """Send a query or a mutation to a GraphQL API."""

    id = "penstock/http.graphql"
    version = 1
    title = "GraphQL"
    description = "Ask a GraphQL API, with variables."
    group = "core"
    icon = "share-2"
    aliases = ("graph", "query", "mutation", "gql", "api")
    per_item = True
    concurrency = 10
    retry = Retry(max_attempts=3)
    effects = "unsafe"
    outputs = (
        Port(
            name="main",
            title="Answer",
            schema={"type": "object"},
            sample={"data": {"user": {"name": "Ada"}}},
        ),
    )
    docs = (
        "Each input item asks once. The answer is the object that the API sent, with `data` in it. "
        "Where the API reports errors, the item fails with their messages, unless `Keep errors` is "
        "on: then `errors` stands beside `data`."
    )

    endpoint: str = text(title="Endpoint", placeholder="e.g. https://api.example.com/graphql")
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
    query: str = text(
        title="Query", multiline=True, placeholder="query ($id: ID!) { user(id: $id) { name } }"
    )
    variables: Any = json_field(default={}, title="Variables")
    operation_name: str = text(
        "", title="Operation name", hint="Where the query holds several operations"
    )
    headers: list[dict[str, Any]] = key_value(title="Headers")
    method: str = options(("POST", "GET"), default="POST", title="Method", advanced=True)
    request_format: str = options(
        {"json": "JSON", "graphql": "GraphQL alone (no variables)"},
        default="json",
        title="Request format",
        show_if={"method": ["POST"]},
        advanced=True,
    )
    response: str = options({"json": "JSON", "text": "Text"}, default="json", title="Response")
    output_field: str = text("data", title="Output field", show_if={"response": ["text"]})
    keep_errors: bool = boolean(
        default=False, title="Keep errors", hint="Whether errors of the API are a result"
    )
    timeout_s: float = number(30.0, minimum=0.1, maximum=3600, title="Timeout (s)", advanced=True)
    max_bytes: int = integer(50_000_000, minimum=1, title="Max response bytes", advanced=True)
    ignore_tls: bool = boolean(default=False, title="Ignore TLS problems", advanced=True)

    def effects_of(self, config: Mapping[str, Any]) -> Effects:
        """A query reads; whether an expression gives a mutation is not known before."""
        query = str(config.get("query", "")).lstrip()
        reads = not query.startswith("=") and "mutation" not in query
        return "idempotent" if reads else "unsafe"

    async def run(self, ctx: Context, items: Sequence[Item]) -> Result:
        """Ask once for the item."""
        params = ctx.params()
        response = await _ask(ctx, params)
        if response.status >= ERROR_STATUS and not params["keep_errors"]:
            raise _failed(params, response)
        if params["response"] == "text":
            return [Item({params["output_field"] or "data": response.text()})]
        answer = parse(response)
        if not isinstance(answer, Mapping):
            message = "The answer is no JSON object, as those of GraphQL are."
            raise NodeFailed(message, hint="Check the endpoint.", field="endpoint")
        errors = rows(table(answer).get("errors"))
        if errors and not params["keep_errors"]:
            raise _errors(response, errors)
        return [Item(dict(table(answer)))]


async def _ask(ctx: Context, params: Mapping[str, Any]) -> Response:
    method = str(params["method"])
    headers = list(pairs(params["headers"], "headers"))
    given = {name.lower() for name, _ in headers}
    if "accept" not in given:
        headers.append(("accept", "application/json"))
    query: list[tuple[str, str]] = []
    body: bytes | None = None
    asked = _asked(params)
    if method == "GET":
        query = [(name, _text(value)) for name, value in asked.items() if value not in ({}, None)]
    elif params["request_format"] == "graphql":
        body = str(params["query"]).encode()
    else:
        body = json.dumps(asked, ensure_ascii=False, separators=(",", ":")).encode()
    if body is not None and "content-type" not in given:
        headers.append(("content-type", f"application/{params['request_format']}"))
    return await ctx.http.request(
        method,
        str(params["endpoint"]).strip(),
        query=query,
        headers=headers,
        body=body,
        credential="authentication" if ctx.credential("authentication") else None,
        timeout_s=float(params["timeout_s"]),
        max_bytes=int(params["max_bytes"]),
        verify_tls=not params["ignore_tls"],
    )


def _asked(params: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "query": str(params["query"]),
        "variables": _variables(params["variables"]),
        "operationName": str(params["operation_name"] or "") or None,
    }


def _variables(given: Any) -> Any:
    if not isinstance(given, str):
        return given or {}
    try:
        return json.loads(given) if given.strip() else {}
    except (ValueError, RecursionError) as error:
        message = f"The variables do not parse: {error}."
        raise NodeFailed(message, hint="Write a JSON object.", field="variables") from error


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, separators=(",", ":"))


def _failed(params: Mapping[str, Any], response: Response) -> NodeFailed:
    """A status from 400 on: its body says more than the number, where it is GraphQL's."""
    try:
        errors = rows(table(response.json()).get("errors"))
    except (ValueError, NodeFailed):
        errors = []
    if errors:
        return _errors(response, errors)
    return refused({**params, "idempotency_key": False}, response)


def _errors(response: Response, errors: Sequence[Any]) -> NodeFailed:
    said = [str(table(error).get("message", error)) for error in errors[:_SHOWN]]
    host = urlsplit(response.url).netloc
    message = f"{host} reports {len(errors)} error(s): {'; '.join(said)[:1_000]}"
    hint = "Check the query and its variables against the API's schema."
    return NodeFailed(message, hint=hint, field="query", data={"errors": list(errors)[:20]})
