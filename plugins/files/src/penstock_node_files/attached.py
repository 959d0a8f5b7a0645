"""The file that an item carries: finding it, and reading it as text."""

from __future__ import annotations

import codecs

from penstock_sdk import BinaryRef, Context, Item, NodeFailed

MAX_BYTES = 200_000_000  # of a file that is read as a whole
#: Names that others use, besides those that Python knows.
_ALIASES = {"utf16le": "utf-16-le", "utf16be": "utf-16-be", "ucs2": "utf-16-le", "binary": "latin-1"}


def file_of(item: Item, name: str, i: int) -> BinaryRef:
    """The file with this name.

    Raises:
        NodeFailed: The item carries none.
    """
    ref = (item.binary or {}).get(name)
    if ref is None:
        known = ", ".join(item.binary or {}) or "none"
        raise NodeFailed(
            f"The item has no file called {name!r}",
            hint=f"Its files are: {known}.",
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

    Raises:
        NodeFailed: Nobody knows the encoding.
    """
    return data.decode(_codec(encoding, i), errors="replace")


def encoded(text: str, encoding: str, i: int) -> bytes:
    """A text as bytes; signs that the encoding lacks become question marks.

    Raises:
        NodeFailed: Nobody knows the encoding.
    """
    return text.encode(_codec(encoding, i), errors="replace")


def _codec(encoding: str, i: int) -> str:
    name = _ALIASES.get(encoding.lower(), encoding)
    try:
        found = codecs.lookup(name)
    except LookupError as error:
        raise _unknown(encoding, i) from error
    # Some codecs turn bytes into bytes, and some unpack archives.
    if not getattr(found, "_is_text_encoding", True):
        raise _unknown(encoding, i)
    return found.name


def _unknown(encoding: str, i: int) -> NodeFailed:
    hint = "Write it like utf-8, utf-16, latin-1 or windows-1252."
    return NodeFailed(f"Nobody knows the encoding {encoding!r}", hint=hint, item=i, field="encoding")
