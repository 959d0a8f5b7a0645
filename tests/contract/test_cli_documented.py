"""docs/cli.md lists every command, every option and every exit code, and none besides."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import typer.main

from penstock_web import exit_codes
from penstock_web.cli import app

PAGE = (Path(__file__).parents[2] / "docs" / "cli.md").read_text()
GROUP = typer.main.get_command(app)


def commands(group: Any, before: str = "") -> dict[str, Any]:
    """Every command by its words."""
    found: dict[str, Any] = {}
    for name, command in vars(group)["commands"].items():
        inner = "commands" in vars(command)
        found |= commands(command, f"{name} ") if inner else {before + name: command}
    return found


COMMANDS = commands(GROUP)


def sections() -> dict[str, str]:
    parts = re.split(r"^## ", PAGE, flags=re.MULTILINE)
    named = ((re.match(r"`penstock ([a-z]+(?: [a-z]+)?)", part), part) for part in parts)
    return {match[1]: part for match, part in named if match}


def options(name: str) -> set[str]:
    return {
        option
        for parameter in COMMANDS[name].params
        for option in parameter.opts
        if option.startswith("--") and option != "--help"
    }


def test_every_command_is_documented_and_no_other() -> None:
    assert set(sections()) == set(COMMANDS)


@pytest.mark.parametrize("name", tuple(COMMANDS))
def test_every_option_of_a_command_is_documented_and_no_other(name: str) -> None:
    documented = set(re.findall(r"^\| `(--[\w-]+)` \|", sections()[name], re.MULTILINE))

    assert documented == options(name)


@pytest.mark.parametrize("name", tuple(COMMANDS))
def test_every_argument_of_a_command_stands_in_its_heading(name: str) -> None:
    arguments = [one.name for one in COMMANDS[name].params if one.param_type_name == "argument"]

    heading = sections()[name].splitlines()[0]

    assert re.findall(r"[A-Z]+", heading) == [argument.upper() for argument in arguments]


def test_every_exit_code_is_documented_and_no_other() -> None:
    codes = {value for name, value in vars(exit_codes).items() if name.isupper()}

    documented = re.findall(r"^\| (\d+) \|", PAGE, re.MULTILINE)

    assert sorted(map(int, documented)) == sorted(codes)


@pytest.mark.parametrize("name", tuple(COMMANDS))
def test_every_command_and_option_explains_itself(name: str) -> None:
    hidden = [one.name for one in COMMANDS[name].params if not getattr(one, "help", "")]

    assert COMMANDS[name].help
    assert hidden == []
