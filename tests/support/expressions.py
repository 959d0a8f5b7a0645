"""One expression in the real guest, for tests of the library that expressions have."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from penstock_sandbox.contract import Budget, Spent
from penstock_sandbox.guests.guest import Task
from penstock_sandbox.guests.javascript import JavaScriptDriver

NOW = 1_700_000_000_000


def evaluate(
    driver: JavaScriptDriver,
    source: str,
    item: Any = None,
    *,
    zone: str = "Europe/Berlin",
    hints: bool = False,
) -> Any:
    """The value of one expression, with dates as ISO text; an error as its name and message."""
    header = {"exprs": [source], "ctx": {"now": NOW, "seed": 1, "zone": zone}}
    task = Task(
        header=msgspec.json.encode(header),
        chunks=iter([msgspec.json.encode({"at": 0, "n": 1, "json": [item or {}]})]),
        budget=Budget(),
        spent=Spent(),
        vm="library",
    )
    (chunk,) = driver.run(task)
    answer = msgspec.json.decode(chunk)
    if answer["e"]:
        _, _, name, message, _, _, *hint = answer["e"][0]
        return (name, message, *hint) if hints else (name, message)
    return "undefined" if answer["u"][0] else answer["v"][0][0]


def cases(*pairs: tuple[str, Any]) -> pytest.MarkDecorator:
    """A table of sources and what they give."""
    return pytest.mark.parametrize(
        ("source", "expected"), [pytest.param(*pair, id=pair[0]) for pair in pairs]
    )
