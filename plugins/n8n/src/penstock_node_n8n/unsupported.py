"""Finds expressions and code that use what is not offered here, without evaluating any."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any, cast

from penstock_node_n8n.source import is_expression

#: Name to the reason.
_NAMES: Mapping[str, str] = {
    "$env": "environment variables of the server cannot be read; use a variable of the workspace",
    "$secrets": "secrets never enter expressions; use a credential",
    "$fromAI": "a value that a model fills in needs the AI nodes",
}
_PATTERN = re.compile(r"(?<![\w$.])\$(?:env|secrets|fromAI)\b", re.IGNORECASE)
_BY_LOWER = {name.lower(): name for name in _NAMES}
#: Parameters that hold code, which is no expression and still names things.
_CODE = frozenset({"jsCode", "pythonCode", "functionCode"})


def unsupported(
    parameters: Mapping[str, Any], skipped: Collection[str]
) -> Iterator[tuple[str, str]]:
    """The dotted path and the reason of each; parameters in `skipped` were not carried over."""
    waiting: list[tuple[str, Any]] = [("", parameters)]
    while waiting:
        path, value = waiting.pop()
        if path in skipped:
            continue
        if isinstance(value, str):
            yield from _in_text(path, value)
        elif isinstance(value, Mapping):
            members = cast("Mapping[str, Any]", value).items()
            waiting += [(f"{path}.{key}" if path else str(key), inner) for key, inner in members]
        elif isinstance(value, list):
            items = enumerate(cast("list[Any]", value))
            waiting += [(f"{path}[{index}]", inner) for index, inner in items]


def _in_text(path: str, text: str) -> Iterator[tuple[str, str]]:
    if not is_expression(text) and path.rpartition(".")[2] not in _CODE:
        return
    for word in sorted({match.group().lower() for match in _PATTERN.finditer(text)}):
        name = _BY_LOWER[word]
        yield path, f"{name}: {_NAMES[name]}"
