"""The errors that an endpoint declares: the section `Raises:` of what is said about it."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from penstock_sdk import PenstockError
from penstock_web.http.problem import status_of

_ENTRY = re.compile(r" {4}(\w+): (.*)")


def declared_errors(run: Callable[..., Any]) -> Mapping[int, Mapping[str, str]]:
    """When which code is answered, by the status and the code."""
    _, _, section = inspect.cleandoc(run.__doc__ or "").partition("\nRaises:\n")
    kinds = {one.__name__: one for one in _kinds(PenstockError)} if section else {}
    found: dict[int, dict[str, str]] = {}
    for name, when in _entries(section):
        if kind := kinds.get(name):
            found.setdefault(status_of(kind), {})[kind.code] = when
    return found


def _entries(section: str) -> Iterator[tuple[str, str]]:
    name, said = "", ""
    for line in section.splitlines():
        if begun := _ENTRY.fullmatch(line):
            if name:
                yield name, said
            name, said = begun[1], begun[2]
        elif line.startswith(" " * 5):
            said = f"{said} {line.strip()}"
        else:
            break
    if name:
        yield name, said


def _kinds(kind: type[PenstockError]) -> Iterator[type[PenstockError]]:
    for one in kind.__subclasses__():
        yield one
        yield from _kinds(one)
