"""What the README and the examples tell people to type works as written."""

from __future__ import annotations

import ast
import asyncio
import inspect
import json
import os
import re
import shlex
import subprocess
import textwrap
import types
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from penstock_sdk import Item, Node
from penstock_sdk.testing import run_node

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text()
EXAMPLES = sorted(path.parent for path in (ROOT / "examples").glob("*/README.md"))

Run = Callable[..., "subprocess.CompletedProcess[str]"]


def blocks(heading: str) -> list[str]:
    """The indented blocks of one section of the README."""
    section = re.split(rf"^## {heading}$", README, flags=re.MULTILINE)[1]
    section = re.split(r"^## ", section, flags=re.MULTILINE)[0]
    found = re.findall(r"(?:^(?:    .*)?\n)+", section, re.MULTILINE)
    return [text for text in (textwrap.dedent(block).strip() for block in found) if text]


@pytest.mark.parametrize("folder", EXAMPLES, ids=[folder.name for folder in EXAMPLES])
def test_the_command_of_an_example_works_as_written(penstock: Run, folder: Path) -> None:
    page = (folder / "README.md").read_text()
    command = re.findall(r"^    \.venv/bin/penstock (.+)$", page, re.MULTILINE)

    done = penstock(*shlex.split(command[0]), cwd=ROOT)

    assert len(command) == 1
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)


def test_every_example_tells_how_to_run_it() -> None:
    assert [folder.name for folder in EXAMPLES] == sorted(
        path.parent.name for path in (ROOT / "examples").glob("*/workflow.json")
    )


def test_the_first_workflow_of_the_readme_runs_by_the_command_of_the_readme(
    tmp_path: Path, environment: dict[str, str], program: Path
) -> None:
    workflow, command, *_ = blocks("A first workflow")
    (tmp_path / "hello.json").write_text(workflow)

    done = subprocess.run(  # noqa: S603  our own page
        ["/bin/sh", "-c", command.replace(".venv/bin/penstock", shlex.quote(str(program)))],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        timeout=60,
        check=False,
    )

    assert done.returncode == 0
    assert json.loads(done.stdout) == [{"json": {"name": "Ada", "greeting": "Hello ADA"}}]


def test_the_python_of_the_readme_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    workflow, _, source = blocks("A first workflow")
    (tmp_path / "hello.json").write_text(workflow)
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("PENSTOCK_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    # As in a notebook, where `async with` may stand alone.
    code = compile(source, "README.md", "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)

    asyncio.run(_awaited(types.FunctionType(code, {})))

    assert "Hello ADA" in capsys.readouterr().out


async def _awaited(function: Callable[[], Any]) -> None:
    found = function()
    assert inspect.isawaitable(found)
    await found


def test_the_node_of_the_readme_works() -> None:
    names: dict[str, Any] = {"__name__": "readme"}
    exec(blocks("Write a node")[0], names)  # noqa: S102  our own page
    kind: type[Node] = names["Shout"]

    found = run_node(kind, {"value": "hello"}, [Item({"a": 1})])

    assert found["main"] == [Item({"a": 1, "text": "HELLO"})]
