from __future__ import annotations

import inspect
import re
from pathlib import Path

import pytest

from penstock_sdk.hooks import Hooks

PAGE = (Path(__file__).parents[2] / "docs" / "hooks.md").read_text()


def hooks() -> dict[str, str]:
    found = inspect.getmembers(Hooks, inspect.isfunction)
    return {
        name: ", ".join(list(inspect.signature(hook).parameters)[1:])
        for name, hook in found
        if not name.startswith("_")
    }


@pytest.mark.parametrize(("name", "arguments"), tuple(hooks().items()))
def test_every_hook_is_documented_with_its_arguments(name: str, arguments: str) -> None:
    assert f"## `{name}({arguments})`" in PAGE


def test_no_hook_is_documented_that_does_not_exist() -> None:
    documented = re.findall(r"^## `(\w+)\(", PAGE, re.MULTILINE)

    assert set(documented) == set(hooks())


@pytest.mark.parametrize("name", tuple(hooks()))
def test_every_hook_has_a_promise_in_its_docstring(name: str) -> None:
    assert inspect.getdoc(getattr(Hooks, name))
