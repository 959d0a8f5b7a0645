"""What the `#:` comments of a class say of its fields, read from its source."""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Mapping
from functools import cache

_CLASS = re.compile(r"class (\w+)")
_FIELD = re.compile(r"    (\w+): ")
_COMMENT = "    #: "


def field_comments(kind: type) -> Mapping[str, str]:
    """The comments of the fields of a class and of what it inherits from, by field."""
    found: dict[str, str] = {}
    for one in reversed(kind.__mro__):
        if one.__module__.startswith("penstock"):
            found |= _comments_of_module(one.__module__).get(one.__qualname__, {})
    return found


@cache
def _comments_of_module(name: str) -> Mapping[str, Mapping[str, str]]:
    try:
        lines = inspect.getsource(sys.modules[name]).splitlines()
    except OSError:  # installed without its source: then nothing is said
        return {}
    found: dict[str, dict[str, str]] = {}
    fields: dict[str, str] = {}
    said: list[str] = []
    for line in lines:
        if line.startswith(_COMMENT):
            said.append(line.removeprefix(_COMMENT).strip())
            continue
        if begun := _CLASS.match(line):
            fields = found.setdefault(begun[1], {})
        elif said and (field := _FIELD.match(line)):
            fields[field[1]] = " ".join(said)
        said = []
    return found
