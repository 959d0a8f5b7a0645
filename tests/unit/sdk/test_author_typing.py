"""Misuse by an author is a type error, before anything runs."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

RIGHT = """
from collections.abc import AsyncIterator, Sequence
from penstock_sdk import Context, Item, Node, Output, Port, Result, Retry, Trigger, Wait, text

class Plain(Node):
    id = "acme/a.plain"
    effects = "keyed"
    retry = Retry(max_attempts=3)
    outputs = (Port(name="main"), Port(name="rest"))
    text: str = text()

    def run(self, ctx: Context, items: Sequence[Item]) -> Result:
        return {"main": items, "rest": Output([], [])}

class Slow(Node):
    async def run(self, ctx: Context, items: Sequence[Item]) -> Result:
        response = await ctx.http.request("GET", "https://a.example")
        return [Item(response.json())] if response.status < 400 else Wait(until_ms=1)

class Stream(Node):
    async def run(self, ctx: Context, items: Sequence[Item]) -> AsyncIterator[Item]:
        for item in items:
            yield item

class Timer(Trigger):
    kind = "schedule"
"""

WRONG = """
from collections.abc import Sequence
from penstock_sdk import Context, Item, Node, NodeFailed, Port, Result, RetryLater, Wait

class Wrong(Node):
    id = 7  # wrong
    effects = "sometimes"  # wrong
    outputs = ["main"]  # wrong

    def run(self, ctx: Context, items: Sequence[Item]) -> Result:
        ctx.node_name.no_such_thing  # wrong
        ctx.log.fatal("x")  # wrong
        ctx.http.get("https://a.example")  # wrong
        RetryLater("later")  # wrong
        NodeFailed("no", item="first")  # wrong
        Port("main")  # wrong
        Wait(items=[])  # wrong
        return [{"json": {}}]  # wrong
"""


def errors(source: str, folder: Path) -> set[int]:
    path = folder / "authored.py"
    path.write_text(source)
    done = subprocess.run(  # noqa: S603  our own words
        [sys.executable, "-m", "mypy", "--strict", "--cache-dir", str(folder / "cache"), str(path)],
        capture_output=True,
        text=True,
        check=False,
        cwd=folder,
    )
    return {int(line) for line in re.findall(r"authored\.py:(\d+): error", done.stdout)}


@pytest.mark.slow
def test_right_use_has_no_type_errors(tmp_path: Path) -> None:
    assert errors(RIGHT, tmp_path) == set()


@pytest.mark.slow
def test_every_misuse_is_a_type_error(tmp_path: Path) -> None:
    lines = WRONG.splitlines()
    expected = {number for number, line in enumerate(lines, 1) if line.endswith("# wrong")}

    assert errors(WRONG, tmp_path) == expected
