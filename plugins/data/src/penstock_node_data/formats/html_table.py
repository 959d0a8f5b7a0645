"""Items as an HTML table."""

from __future__ import annotations

import html
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from penstock_sdk.coerce import to_text

_STYLE: Mapping[str, str] = {
    "table": "border-collapse:collapse;font-family:Helvetica,Arial,sans-serif;font-size:14px",
    "head": "padding:6px 12px;border-bottom:2px solid #c9ced6;text-align:left",
    "row": "border-bottom:1px solid #e4e7ec",
    "cell": "padding:6px 12px",
}


def table(rows: Sequence[Mapping[str, Any]], more: Mapping[str, Any]) -> str:
    """A table with one column for each field, in the order in which fields appear."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    shown = [_capitalized(name) if more.get("capitalize") else name for name in names]
    opened = {part: _attributes(part, more) for part in _STYLE}
    caption = str(more.get("caption") or "")
    lines = [f"<table{opened['table']}>"]
    if caption:
        lines.append(f"<caption>{html.escape(caption)}</caption>")
    head = _cells("th", opened["head"], (html.escape(name) for name in shown))
    lines += ["<thead>", f"<tr{opened['row']}>{head}</tr>", "</thead>", "<tbody>"]
    for row in rows:
        cells = _cells("td", opened["cell"], (_cell(row.get(name)) for name in names))
        lines.append(f"<tr{opened['row']}>{cells}</tr>")
    return "\n".join([*lines, "</tbody>", "</table>"])


def _cells(tag: str, attributes: str, contents: Iterable[str]) -> str:
    return "".join(f"<{tag}{attributes}>{content}</{tag}>" for content in contents)


def _cell(value: Any) -> str:
    if isinstance(value, bool):
        return f'<input type="checkbox" disabled{" checked" if value else ""}>'
    return html.escape(to_text(value) or "")


def _attributes(part: str, more: Mapping[str, Any]) -> str:
    """What a person wrote for this part, or a style of our own."""
    given = str(more.get(f"{part}_attributes") or "").replace("<", "").replace(">", "").strip()
    if given:
        return f" {given}"
    return "" if more.get("unstyled") else f' style="{_STYLE[part]}"'


def _capitalized(name: str) -> str:
    words = name.replace("_", " ").split()
    return " ".join(word[:1].upper() + word[1:] for word in words)
