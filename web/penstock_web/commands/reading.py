"""Read what a person names on the command line: workflow files and items."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, BinaryIO, cast

import msgspec

from penstock_kernel.workflow.document import Document, parse
from penstock_kernel.workflow.findings import DocumentInvalid, nearest
from penstock_kernel.workflow.limits import MAX_BYTES, limit_findings
from penstock_sdk import Item
from penstock_web.errors import CommandRefused

STDIN = "-"
_ITEM = 'An item is an object: {…}, or {"json": {…}} with what it carries.'


def read_document(path: Path) -> Document:
    """Read a workflow file, or standard input.

    Raises:
        DocumentInvalid: It is no workflow, with every finding.
        CommandRefused: It cannot be read.
    """
    # One byte more than is allowed: enough to be refused, whatever the file is.
    data = read(str(path), limit=MAX_BYTES + 1)
    _check_text(data, str(path))
    try:
        return parse(data)
    except DocumentInvalid as error:
        if not isinstance(error.__cause__, RecursionError):
            raise
        # So deep that the reader gave up before it saw whether the rest is JSON.
        raise DocumentInvalid(limit_findings(data, 0, 0) or error.findings) from error


def read(name: str, *, limit: int = -1) -> bytes:
    """The bytes of a file, or of standard input.

    Raises:
        CommandRefused: It cannot be read.
    """
    try:
        if name == STDIN:
            return _stdin().read(limit)
        with Path(name).open("rb") as file:
            return file.read(limit)
    except IsADirectoryError as error:
        message = f"{name} is a folder, not a file."
        raise CommandRefused(message, hint="Name a file in it.") from error
    except (OSError, ValueError) as error:  # ValueError: a name with a null byte
        why = getattr(error, "strerror", None) or str(error)
        message = f"{name} cannot be read: {why}."
        raise CommandRefused(message, hint=_looks_like(name)) from error


def read_items(name: str) -> list[Item] | None:
    """The items of a JSON file or of standard input; None where no file is named.

    Raises:
        CommandRefused: It cannot be read, or holds something else.
    """
    if not name:
        return None
    data = read(name)
    _check_text(data, name)
    try:
        value = msgspec.json.decode(data.removeprefix(b"\xef\xbb\xbf"))
    except (msgspec.DecodeError, RecursionError) as error:
        message = f"The input {_called(name)} cannot be read as JSON: {error}."
        raise CommandRefused(message, hint="It has to be a JSON array of items.") from error
    return [_item(entry, index) for index, entry in enumerate(_entries(value))]


def _stdin() -> BinaryIO:
    if sys.stdin is None:
        message = "There is no standard input to read from: it is closed."
        raise CommandRefused(message, hint="Name a file, or pipe something in.")
    return sys.stdin.buffer


def _looks_like(name: str) -> str:
    """The file beside it whose name looks most like this one."""
    path = Path(name)
    try:
        return nearest(path.name, sorted(os.listdir(path.parent)))  # noqa: PTH208 - names only
    except (OSError, ValueError):
        return ""


def _check_text(data: bytes, name: str) -> None:
    try:
        data.decode()
    except UnicodeDecodeError as error:
        if error.end == len(data) > MAX_BYTES:
            return  # cut in the middle of a character; refused for its size
        message = f"{_called(name)} is not UTF-8 text: byte {error.start} does not belong there."
        raise CommandRefused(message, hint="Save it as UTF-8.") from error


def _called(name: str) -> str:
    return "from standard input" if name == STDIN else name


def _entries(value: Any) -> Sequence[Any]:
    return cast("list[Any]", value) if isinstance(value, list) else [value]


def _item(entry: Any, index: int) -> Item:
    """An item as such, or any object, which is then its `json`."""
    if not isinstance(entry, dict):
        text = msgspec.json.encode(entry).decode()
        found = text if len(text) <= 40 else f"{text[:39]}…"
        message = f"Item {index} of the input is no object: {found}"
        raise CommandRefused(message, hint=_ITEM)
    fields = cast("dict[str, Any]", entry)
    if not (set(fields) <= {"json", "binary"} and isinstance(fields.get("json"), dict)):
        return Item(fields)
    try:
        return msgspec.convert(fields, Item)
    except msgspec.ValidationError as error:
        message = f"Item {index} of the input is not an item: {error}."
        raise CommandRefused(message, hint=_ITEM) from error
