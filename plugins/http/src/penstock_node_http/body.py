"""The body of a request, from the parameters."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import urlencode

from penstock_sdk import Context, Item, NodeFailed
from penstock_sdk.coerce import to_text
from penstock_sdk.loose import table, tables


@dataclass(frozen=True)
class Body:
    """Bytes to send and what they are."""

    content: bytes | None = None
    content_type: str = ""
    #: The JSON or the pairs of a form behind the bytes, so that pagination can change a field.
    data: Any = None

    def with_field(self, name: str, value: Any) -> Body:
        """The same body with one field of its JSON or form set.

        Raises:
            NodeFailed: The body has no fields.
        """
        known: Any = self.data
        if isinstance(known, tuple):
            pairs = cast("tuple[tuple[str, Any], ...]", known)
            return form_body([*(pair for pair in pairs if pair[0] != name), (name, value)])
        if self.content is None or isinstance(known, dict):
            return json_body({**table(known), name: value})
        message = f"Pagination cannot set {name!r} in this body."
        hint = "Use a JSON object or a form as body, or change a query parameter or a header."
        raise NodeFailed(message, hint=hint, field="pagination.parameters")


async def build_body(ctx: Context, params: Mapping[str, Any], item: Item) -> Body:
    """Build the body that `params["body"]` asks for.

    Raises:
        NodeFailed: JSON that does not parse, or a binary field that the item lacks.
    """
    match params["body"]:
        case "json":
            return json_body(_parsed(params["json_body"]))
        case "form":
            return form_body(named(params["form_fields"]))
        case "multipart":
            return await _multipart(ctx, params["parts"], item)
        case "raw":
            return Body(str(params["raw_body"]).encode(), params["content_type"] or "text/plain")
        case "binary":
            content, media_type, _ = await _file(ctx, item, params["binary_field"])
            return Body(content, params["content_type"] or media_type)
        case _:
            return Body()


def json_body(data: Any) -> Body:
    """A JSON body."""
    content = json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode()
    return Body(content, "application/json", data)


def form_body(data: Sequence[tuple[str, Any]]) -> Body:
    """A URL encoded form; lists repeat their name."""
    pairs = [(name, to_text(entry) or "") for name, value in data for entry in _entries(value)]
    return Body(urlencode(pairs).encode(), "application/x-www-form-urlencoded", tuple(data))


def _entries(value: Any) -> list[Any]:
    return cast("list[Any]", value) if isinstance(value, list) else [value]


def named(given: Any) -> list[tuple[str, Any]]:
    """Names and values in order, from rows or from an object; rows without a name are left out."""
    if isinstance(given, Mapping):
        return list(table(given).items())
    return [(str(row["name"]), row.get("value")) for row in tables(given) if row.get("name")]


def _parsed(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError as error:
        message = f"The JSON body does not parse: {error}."
        hint = "Write JSON, or one expression that yields an object."
        raise NodeFailed(message, hint=hint, field="json_body") from error


async def _multipart(ctx: Context, parts: Any, item: Item) -> Body:
    boundary = secrets.token_hex(16)
    chunks: list[bytes] = []
    for part in tables(parts):
        if not part.get("name"):
            continue
        name = _quoted(str(part["name"]))
        if part.get("kind") == "file":
            content, media_type, file_name = await _file(ctx, item, str(part.get("value")))
            place = f'form-data; name="{name}"; filename="{_quoted(file_name)}"'
            head = f"Content-Disposition: {place}\r\nContent-Type: {media_type}"
        else:
            content = (to_text(part.get("value")) or "").encode()
            head = f'Content-Disposition: form-data; name="{name}"'
        chunks.append(f"--{boundary}\r\n{head}\r\n\r\n".encode() + content + b"\r\n")
    chunks.append(f"--{boundary}--\r\n".encode())
    return Body(b"".join(chunks), f"multipart/form-data; boundary={boundary}")


def _quoted(name: str) -> str:
    """A name that cannot break out of its quotes or its line."""
    return name.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")


async def _file(ctx: Context, item: Item, field: str) -> tuple[bytes, str, str]:
    ref = (item.binary or {}).get(field)
    if ref is None:
        known = ", ".join(item.binary or {}) or "none"
        message = f"The item has no binary field {field!r}."
        raise NodeFailed(message, hint=f"Its binary fields: {known}.", field="binary_field")
    return await ctx.binary.read(ref), ref.media_type, ref.file_name or field
