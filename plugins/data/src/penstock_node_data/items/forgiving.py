"""Reads an object from a text that is nearly JSON, as people and language models write it.

The rules:

* Keys may stand without quotes, and texts in single ones; a text may go over several lines.
* A comma may stand behind the last entry, and `undefined` is null.
* Anything else that is no JSON stays an error: nothing is guessed, nothing is evaluated.
"""

from __future__ import annotations

import json
import re
from typing import Any, cast

_TOKEN = re.compile(
    r"""(?P<double>"(?:[^"\\]|\\.)*+")
    |(?P<single>'(?:[^'\\]|\\.)*+')
    |(?P<key>[A-Za-z_$][\w$]*+)(?=\s*+:)
    |(?P<undefined>undefined\b)
    |(?P<comma>,)(?=\s*+[\]}])
    |(?P<rest>[^"',A-Za-z_$]++|[A-Za-z_$][\w$]*+|,)""",
    re.VERBOSE | re.DOTALL,
)
_MAX_CHARACTERS = 20_000_000


def object_in(text: str) -> dict[str, Any] | None:
    """The object, or None where the text holds none."""
    if len(text) > _MAX_CHARACTERS or not text.lstrip().startswith("{"):
        return None
    strict = _strict(text)
    try:
        found = None if strict is None else json.loads(strict, strict=False)
    except (ValueError, RecursionError):
        return None
    return cast("dict[str, Any]", found) if isinstance(found, dict) else None


def _strict(text: str) -> str | None:
    parts: list[str] = []
    at = 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:  # a quote that is never closed
            return None
        parts.append(_part(match))
        at = match.end()
    return "".join(parts)


def _part(match: re.Match[str]) -> str:
    part = match[0]
    if match.lastgroup == "single":
        inner = part[1:-1].replace("\\'", "'")
        return '"' + re.sub(r'(?<!\\)((?:\\\\)*)"', r'\1\\"', inner) + '"'
    if match.lastgroup == "key":
        return f'"{part}"'
    if match.lastgroup == "undefined":
        return "null"
    return "" if match.lastgroup == "comma" else part
