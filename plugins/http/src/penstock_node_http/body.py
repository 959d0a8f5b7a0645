"""The body of a request, from the parameters."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import urlencode

from penstock_sdk import BinaryRef, Item, NodeFailed
from penstock_sdk.coerce import to_text
from penstock_sdk.loose import table, tables


@dataclass(frozen=True)
class _Part:
    """One field of a multipart form: a text or a file."""

    name: str
    text: str = ""
    file: BinaryRef | None = None

    def head(self, boundary: str) -> bytes:
        """Everything before the content."""
        place = f'form-data; name="{_quoted(self.name)}"'
        more = ""
        if self.file is not None:
            place += f'; filename="{_quoted(self.file.file_name or self.name)}"'
            more = f"Content-Type: {_line(self.file.media_type)}\r\n"
        return f"--{boundary}\r\nContent-Disposition: {place}\r\n{more}\r\n".encode()


@dataclass(frozen=True)
class Body:
    """Bytes to send and what they are."""

    #: What is kept by handle is sent from where it is kept.
    content: bytes | Sequence[bytes | BinaryRef] | None = None
    content_type: str = ""
    #: The JSON or the pairs of a form behind the bytes, so that pagination can change a field.
    data: Any = None
    #: The parts of a multipart form, for the same reason.
    parts: tuple[_Part, ...] = ()

    def with_field(self, name: str, value: Any) -> Body:
        """The same body with one field of its JSON or form set.

        Raises:
            NodeFailed: The body has no fields.
        """
        known: Any = self.data
        if isinstance(known, tuple):
            pairs = cast("tuple[tuple[str, Any], ...]", known)
            return form_body([*(pair for pair in pairs if pair[0] != name), (name, value)])
        if self.parts:
            kept = [part for part in self.parts if part.name != name]
            return multipart_body([*kept, _Part(name, text=to_text(value) or "")])
        if self.content is None or isinstance(known, dict):
            return json_body({**table(known), name: value})
        message = f"Pagination cannot set {name!r} in this body."
        hint = "Use a JSON object or a form as body, or change a query parameter or a header."
        raise NodeFailed(message, hint=hint, field="pagination.parameters")


def build_body(params: Mapping[str, Any], item: Item) -> Body:
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
            return multipart_body(_parts(params["parts"], item))
        case "raw":
            return Body(str(params["raw_body"]).encode(), params["content_type"] or "text/plain")
        case "binary":
            ref = _file(item, params["binary_field"])
            return Body([ref], params["content_type"] or ref.media_type)
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


def multipart_body(parts: Sequence[_Part]) -> Body:
    """A multipart form; files are sent from where they are kept."""
    boundary = secrets.token_hex(16)
    chunks: list[bytes | BinaryRef] = []
    for part in parts:
        chunks += [part.head(boundary), part.file or part.text.encode(), b"\r\n"]
    chunks.append(f"--{boundary}--\r\n".encode())
    whole = _joined(chunks)
    return Body(whole, f"multipart/form-data; boundary={boundary}", parts=tuple(parts))


def _joined(chunks: Sequence[bytes | BinaryRef]) -> bytes | Sequence[bytes | BinaryRef]:
    texts = [chunk for chunk in chunks if isinstance(chunk, bytes)]
    return b"".join(texts) if len(texts) == len(chunks) else chunks


def _parts(rows: Any, item: Item) -> list[_Part]:
    found: list[_Part] = []
    for row in tables(rows):
        name, value = str(row.get("name") or ""), row.get("value")
        if row.get("kind") == "file":
            ref = _file(item, str(value))
            found.append(_Part(name, file=ref))
        else:
            found.append(_Part(name, text=to_text(value) or ""))
    return [part for part in found if part.name]


def _line(text: str) -> str:
    return text.replace("\r", "").replace("\n", "")


def _quoted(name: str) -> str:
    """A name that cannot break out of its quotes or its line."""
    return name.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")


def _file(item: Item, field: str) -> BinaryRef:
    ref = (item.binary or {}).get(field)
    if ref is None:
        known = ", ".join(item.binary or {}) or "none"
        message = f"The item has no binary field {field!r}."
        raise NodeFailed(message, hint=f"Its binary fields: {known}.", field="binary_field")
    return ref
