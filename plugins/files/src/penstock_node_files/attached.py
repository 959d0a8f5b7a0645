"""The file that an item carries: finding it, and reading it as text."""

from __future__ import annotations

import codecs
import re

from penstock_sdk import BinaryRef, Context, Item, NodeFailed

MAX_BYTES = 200_000_000  # of a file that is read as a whole
#: Python knows codecs that are no charsets, and some of those are slow on purpose.
_CHARSET = re.compile(
    r"(utf-(8|16|32)|cp\d|iso8859|latin|koi8|mac|gb|big5|euc|shift|ascii|tis|johab|hz)"
)
_WINDOWS = re.compile(r"(?:windows|win|cp|ibm)[-_ ]?(\d+)")
#: Names that others use, besides those that Python knows.
_ALIASES = {"utf16": "utf-16", "utf16le": "utf-16-le", "utf16be": "utf-16-be"} | {
    "ucs2": "utf-16-le",
    "binary": "latin-1",
    "unicode": "utf-8",
}
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


def file_of(item: Item, name: str, i: int) -> BinaryRef:
    """The file with this name.

    Raises:
        NodeFailed: The item carries none.
    """
    ref = (item.binary or {}).get(name)
    if ref is None:
        known = ", ".join(item.binary or {}) or "none"
        expects = "This operation expects the node's input data to contain a binary file"
        raise NodeFailed(
            f"{expects} '{name}', but none was found [item {i}]",
            hint=f"Files of the item: {known}.",
            item=i,
            field="file",
        )
    return ref


async def bytes_of(ctx: Context, item: Item, name: str, i: int) -> bytes:
    """The content of a file.

    Raises:
        NodeFailed: There is none, or it is too large to be read as a whole.
    """
    ref = file_of(item, name, i)
    if ref.size > MAX_BYTES:
        raise NodeFailed(
            f"The file {name!r} has {ref.size:,} bytes; {MAX_BYTES:,} can be read at once",
            hint="Split it before.",
            item=i,
            field="file",
        )
    return await ctx.binary.read(ref)


def decoded(data: bytes, encoding: str, i: int) -> str:
    """A file as text; signs that are none in this encoding become replacement characters.

    Without a name the encoding is found out: by its mark, else UTF-8, else Windows-1252.

    Raises:
        NodeFailed: Nobody knows the encoding.
    """
    return data.decode(_codec(encoding, i) if encoding else _found(data), errors="replace")


def encoded(text: str, encoding: str, i: int) -> bytes:
    """A text as bytes; signs that the encoding lacks become question marks.

    Raises:
        NodeFailed: Nobody knows the encoding.
    """
    return text.encode(_codec(encoding or "utf-8", i), errors="replace")


def _found(data: bytes) -> str:
    for mark, name in _MARKS:
        if data.startswith(mark):
            return name
    try:
        data.decode()
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"


def _codec(encoding: str, i: int) -> str:
    plain = encoding.strip().lower()
    windows = _WINDOWS.fullmatch(plain)
    name = f"cp{windows[1]}" if windows else _ALIASES.get(plain, plain)
    try:
        found = codecs.lookup(name).name
    except (LookupError, ValueError):
        found = ""
    if not _CHARSET.match(found):
        hint = "Write it like utf-8, utf-16, latin-1 or windows-1252."
        message = f"Nobody knows the encoding {encoding!r}"
        raise NodeFailed(message, hint=hint, item=i, field="encoding")
    return found
