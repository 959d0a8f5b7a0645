"""What a response becomes."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from email.message import Message
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Any, cast
from urllib.parse import unquote, urlsplit

from penstock_sdk import Context, Item, NodeFailed
from penstock_sdk.context import Head, Response


async def to_items(ctx: Context, params: Mapping[str, Any], response: Response) -> list[Item]:
    """Turn a response into items: one per element of a JSON array, else one.

    Raises:
        NodeFailed: JSON was asked for and something else came.
    """
    kind = params["response"]
    if kind == "auto":
        kind = detect(response)
    field = params["output_field"] or "data"
    full = bool(params["full_response"])
    if kind == "file":
        ref = await ctx.binary.write(
            response.content,
            media_type=media_type(response) or "application/octet-stream",
            file_name=file_name(response),
        )
        return [Item(envelope(params, response) if full else {}, {field: ref})]
    body: Any = parse(response) if kind == "json" else response.text()
    if full:
        name = field if kind == "text" and params["full_names"] == "statusCode" else "body"
        return [Item({**envelope(params, response), name: body})]
    if kind == "text":
        return [Item({field: body})]
    if isinstance(body, list) and params["split"]:
        return [Item(_object(entry, field)) for entry in cast("list[Any]", body)]
    return [Item(_object(body, field))]


def _object(entry: Any, field: str) -> dict[str, Any]:
    return cast("dict[str, Any]", entry) if isinstance(entry, dict) else {field: entry}


def detect(response: Response) -> str:
    """Find out what a body is, from its content type and, failing that, its first bytes."""
    kind = media_type(response)
    if kind == "application/json" or kind.endswith("+json"):
        return "json"
    if kind.startswith("text/") or kind in _TEXTUAL:
        return "text"
    if not response.content:
        return "json"
    if kind:
        return "file"
    return _without_type(response.content)


def _without_type(content: bytes) -> str:
    if content.lstrip()[:1] in (b"{", b"["):
        try:
            json.loads(content)
        except (ValueError, RecursionError):
            return "text"
        return "json"
    try:
        content.decode()
    except UnicodeDecodeError:
        return "file"
    return "text"


_SECONDS = re.compile(r"[0-9]{1,12}")
_TEXTUAL = {"application/xml", "application/javascript", "application/x-www-form-urlencoded"}


def parse(response: Response) -> Any:
    """The body as JSON; an empty body is an empty object.

    Raises:
        NodeFailed: It is not JSON.
    """
    if not response.content.strip():
        return {}
    try:
        return json.loads(response.content)
    except (ValueError, RecursionError) as error:
        message = f"The response is not JSON: {error}."
        data = {"body": response.text()[:2_000]}
        hint = "Choose another response format."
        raise NodeFailed(message, hint=hint, field="response", data=data) from error


def file_name(response: Head) -> str | None:
    """The name in Content-Disposition, else the last part of the URL; never a path."""
    described = Message()
    described["content-disposition"] = response.headers.get("content-disposition", "")
    return _base(described.get_filename() or unquote(urlsplit(response.url).path))


def retry_after(response: Response) -> float:
    """Seconds that the target asked to wait; 0 where it did not say so that one can read it."""
    text = response.headers.get("retry-after", "").strip()
    if _SECONDS.fullmatch(text):
        return float(text)
    try:
        due = parsedate_to_datetime(text)
        # The clock of the target: ours may differ.
        now = parsedate_to_datetime(response.headers.get("date", ""))
        return max(0.0, (due - now).total_seconds())
    except (ValueError, TypeError):
        return 0.0


def _base(name: str) -> str | None:
    last = name.replace("\\", "/").rsplit("/", 1)[-1].strip()
    return last if last not in ("", ".", "..") else None


def media_type(response: Head) -> str:
    """The type of the content, without its parameters."""
    return response.headers.get("content-type", "").split(";")[0].strip().lower()


def envelope(params: Mapping[str, Any], response: Head) -> dict[str, Any]:
    """What a full response holds besides the body."""
    headers = dict(response.headers)
    if params["full_names"] != "statusCode":
        return {"status": response.status, "headers": headers, "url": response.url}
    phrase = _PHRASES.get(response.status, "")
    return {"statusCode": response.status, "statusMessage": phrase, "headers": headers}


_PHRASES = {status.value: status.phrase for status in HTTPStatus}
