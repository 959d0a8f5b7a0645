"""Sends the request of a page, and says which failures may be tried again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from penstock_node_http.pagination import Page, Pager
from penstock_node_http.response import retry_after
from penstock_sdk import Context, NodeFailed, RetryLater
from penstock_sdk.context import Response

#: Doing these twice is doing them once, by the definition of HTTP.
IDEMPOTENT = frozenset({"GET", "HEAD", "OPTIONS", "PUT", "DELETE"})
#: The target says that it did not do the work: safe to repeat with any method.
NOT_DONE = frozenset({429, 503})
RETRYABLE = frozenset({408, 425, 429, 500, 502, 503, 504})
ERROR_STATUS = 400
SHOWN_BYTES = 2_000  # of a response body, in the data of an error
LONGEST_DELAY_S = 86_400.0  # that a target may ask for; beyond it the item fails at once


async def exchange(ctx: Context, params: Mapping[str, Any], page: Page, pager: Pager) -> Response:
    """The response to a page's request.

    Raises:
        NodeFailed: A status from 400 on that is no result; `RetryLater` where it may be repeated.
    """
    method = str(params["method"]).upper()
    try:
        response = await ctx.http.request(method, page.url, **arguments(ctx, params, page))
    except RetryLater as error:
        raise unreached(error, params) from error
    if response.status < ERROR_STATUS or params["never_fail"] or pager.ends_at(response.status):
        return response
    # Another attempt begins with the first page, which was done.
    raise refused(params, response, is_first=pager.is_first)


def arguments(ctx: Context, params: Mapping[str, Any], page: Page) -> dict[str, Any]:
    """What `ctx.http` is told besides method and URL."""
    headers = list(page.headers)
    given = {name.lower() for name, _ in headers}
    if page.body.content_type and "content-type" not in given:
        headers.append(("content-type", page.body.content_type))
    if params["idempotency_key"] and "idempotency-key" not in given:
        headers.append(("idempotency-key", ctx.idempotency_key()))
    return {
        "query": page.query,
        "headers": headers,
        "body": page.body.content,
        "credential": _slot(ctx, "authentication"),
        "certificate": _slot(ctx, "certificate"),
        "cookies": f"item-{ctx.index}-{ctx.attempt}",
        "timeout_s": float(params["timeout_s"]),
        "max_redirects": int(params["max_redirects"]) if params["follow_redirects"] else 0,
        "max_bytes": int(params["max_bytes"]),
        "proxy": params["proxy"] or None,
        "verify_tls": not params["ignore_tls"],
    }


def _slot(ctx: Context, name: str) -> str | None:
    return name if ctx.credential(name) else None


def unreached(error: RetryLater, params: Mapping[str, Any]) -> NodeFailed:
    """The failure where no answer came: only what may be repeated is tried again."""
    if _repeatable(params):
        return error
    hint = "It may have arrived all the same, so it is not repeated by itself."
    return NodeFailed(error.message, hint=error.hint or hint)


def refused(params: Mapping[str, Any], response: Response, *, is_first: bool = True) -> NodeFailed:
    """The failure that a status from 400 on is."""
    method = str(params["method"]).upper()
    not_done = is_first and response.status in NOT_DONE
    may_repeat = not_done or (_repeatable(params) and response.status in RETRYABLE)
    host = urlsplit(response.url).netloc
    message = f"{method} {host} answered with status {response.status}."
    shown = response.content[:SHOWN_BYTES].decode("utf-8", "replace")
    data = {"status": response.status, "body": shown}
    asked = retry_after(response)
    if may_repeat and asked <= LONGEST_DELAY_S:
        return RetryLater(message, delay_s=asked, data=data)
    return NodeFailed(message, hint=_HINTS.get(response.status, ""), data=data)


def _repeatable(params: Mapping[str, Any]) -> bool:
    return str(params["method"]).upper() in IDEMPOTENT or bool(params["idempotency_key"])


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
