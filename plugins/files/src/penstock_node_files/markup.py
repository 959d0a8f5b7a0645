"""Tables in HTML and in RTF, as office programs exchange them."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from penstock_node_files.cells import as_text

_MAX_COLUMNS = 16_384
_ESCAPED = re.compile(
    r"\\u(-?[0-9]+)\??|\\'([0-9a-fA-F]{2})|\\([\\{}])|\\[a-z]+-?[0-9]* ?|[{}]|\r?\n"
)


def read_html(text: str) -> Iterator[list[str]]:
    """The rows of the first table.

    Raises:
        ValueError: There is none.
    """
    from lxml import html as library  # noqa: PLC0415  costs 30 ms

    parser: Any = library  # its types are known in part
    page = parser.document_fromstring(f"<html>{text}", ensure_head_body=True)
    table: Any = next(page.iter("table"), None)
    if table is None:
        raise ValueError("there is no table in it")
    for row in table.iter("tr"):
        if next(row.iterancestors("table")) is table:
            cells = [cell for cell in row if cell.tag in ("td", "th")]
            yield [" ".join(cell.text_content().split()) for cell in cells[:_MAX_COLUMNS]]


def write_html(rows: Iterable[Sequence[Any]], title: str) -> str:
    """A page with one table."""
    lines = [
        "<!doctype html>",
        f'<html><head><meta charset="utf-8"><title>{html.escape(title)}</title></head><body>',
        "<table>",
    ]
    for row in rows:
        cells = "".join(f"<td>{html.escape(_shown(cell))}</td>" for cell in row)
        lines.append(f"<tr>{cells}</tr>")
    return "\n".join([*lines, "</table>", "</body></html>"])


def _shown(cell: Any) -> str:
    return "" if cell is None else as_text(cell)


def read_rtf(text: str) -> Iterator[list[str]]:
    """The rows of the tables.

    Raises:
        ValueError: It is no RTF, or there is no table in it.
    """
    if not text.lstrip().startswith("{\\rtf"):
        raise ValueError("it is no RTF")
    rows = text.split("\\row")[:-1]
    if not rows:
        raise ValueError("there is no table in it")
    for row in rows:
        cells = re.split(r"\\cell(?![a-z])", row)[:-1]
        # What stands before the first cell describes the row.
        cells[:1] = [cells[0].rpartition("\\intbl")[2]] if cells else []
        yield [_plain(cell) for cell in cells[:_MAX_COLUMNS]]


def _plain(text: str) -> str:
    def sign(found: re.Match[str]) -> str:
        number, code, escaped = found.groups()
        if number:
            return chr(int(number) % 65_536)
        if code:
            return bytes.fromhex(code).decode("cp1252", "replace")
        return escaped or ""

    return _ESCAPED.sub(sign, text).strip()


def write_rtf(rows: Iterable[Sequence[Any]]) -> str:
    """A document with one table."""
    lines = ["{\\rtf1\\ansi"]
    for row in rows:
        borders = "".join(f"\\cellx{number}" for number in range(1, len(row) + 1))
        cells = "".join(f"\\intbl {_rtf(_shown(cell))}\\cell " for cell in row)
        lines.append(f"\\trowd{borders}\\pard{cells}\\row")
    return "\n".join([*lines, "}"])


def _rtf(text: str) -> str:
    escaped = re.sub(r"([\\{}])", r"\\\1", text)
    if escaped.isascii():
        return escaped
    return "".join(sign if ord(sign) < 128 else _unicode(sign) for sign in escaped)


def _unicode(sign: str) -> str:
    units = sign.encode("utf-16-le")
    numbers = (int.from_bytes(units[at : at + 2], "little") for at in range(0, len(units), 2))
    return "".join(f"\\u{number - 65_536 if number > 32_767 else number}?" for number in numbers)
