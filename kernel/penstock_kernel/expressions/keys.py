"""Keys that are found from an item alone, before anything runs.

A key is a text, or a template with paths into the first item: `={{ $json.customer }}`. A value that
is not there is the empty text.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import ClassVar

from penstock_kernel.expressions.expressions import judge, to_text
from penstock_kernel.expressions.paths import UNDEFINED, Path, Unsure, walk
from penstock_kernel.expressions.templates import Text, is_template, parse_template
from penstock_sdk import Item, PenstockError


class KeyInvalid(PenstockError):
    """A key of a workflow cannot be found from an item alone."""

    code: ClassVar[str] = "concurrency.key_invalid"


def key_of(template: str | None, items: Sequence[Item]) -> str:
    """What a key is for these items.

    Raises:
        KeyInvalid: It needs more than a path into the first item.
    """
    if template is None:
        return ""
    first = items[0].json if items else {}
    parts = key_parts(template)
    return "".join(part if isinstance(part, str) else _value(part, first) for part in parts)


@lru_cache(maxsize=1_000)
def key_parts(template: str) -> tuple[str | Path, ...]:
    """A key, split into texts and paths.

    Raises:
        KeyInvalid: It needs more than a path into the first item.
    """
    if not is_template(template):
        return (template,)
    parts: list[str | Path] = []
    for part in parse_template(template).parts:
        if isinstance(part, Text):
            parts.append(part.text)
            continue
        path = judge(part.source).tier
        if not isinstance(path, Path) or path.root != "json":
            message = f"The key {template!r} needs more than a path into the first item"
            raise KeyInvalid(message, hint="Write a path such as {{ $json.customer }}.")
        parts.append(path)
    return tuple(parts)


def _value(path: Path, first: Mapping[str, object]) -> str:
    try:
        found = walk(dict(first), path.keys, lenient=True)
    except Unsure:
        return ""
    return "" if found is UNDEFINED else to_text(found)
