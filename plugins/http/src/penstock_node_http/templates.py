"""The templates of pagination: text with `{{ … }}` in it, as one JavaScript expression.

The rules:

* A string that starts with `=` is a template, any other the text itself.
* `}}` inside a string or inside braces ends no expression.
* One expression alone keeps the type of its value; among text it becomes text, and nothing stays
  empty.
"""

from __future__ import annotations

import json
from typing import Any

_QUOTES = "'\"`"


def to_javascript(given: Any) -> str:
    """The JavaScript that yields what a field of pagination says."""
    if not isinstance(given, str) or not given.startswith("="):
        return json.dumps(given)
    parts = _parts(given[1:].strip())
    if len(parts) == 1:
        return parts[0]
    # Not `String`, which makes "null" of nothing.
    return f"[{', '.join(parts)}].map((part) => part ?? '').join('')"


def _parts(text: str) -> list[str]:
    """Texts as JSON, expressions in parentheses."""
    parts: list[str] = []
    while (opening := text.find("{{")) >= 0 and (end := _end(text, opening + 2)) >= 0:
        if opening:
            parts.append(json.dumps(text[:opening]))
        parts.append(f"({text[opening + 2 : end]}\n)")
        text = text[end + 2 :]
    if text or not parts:
        parts.append(json.dumps(text))
    return parts


def _end(text: str, at: int) -> int:
    """Where the `}}` stands that ends the expression at `at`; -1 where none does."""
    depth, quote = 0, ""
    while at < len(text):
        char = text[at]
        if quote:
            at += char == "\\"
            quote = "" if char == quote else quote
        elif char in _QUOTES:
            quote = char
        elif char == "{":
            depth += 1
        elif char == "}" and depth:
            depth -= 1
        elif text.startswith("}}", at):
            return at
        at += 1
    return -1
