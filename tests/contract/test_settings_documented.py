"""docs/settings.md lists every setting with its variable and its default, and none besides."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import msgspec
import pytest

from penstock_kernel.settings import PREFIX, Settings

PAGE = (Path(__file__).parents[2] / "docs" / "settings.md").read_text()
FIELDS = {field.name: field for field in msgspec.structs.fields(Settings)}


def rows() -> dict[str, tuple[str, str, str]]:
    found = re.findall(r"^\| `([A-Z_]+)` \| `(\w+)` \| (.+?) \| (.+?) \|$", PAGE, re.MULTILINE)
    return {name: (variable, default, meaning) for variable, name, default, meaning in found}


def written(default: Any) -> str:
    """A default as the page writes it."""
    if default in (None, "", (), frozenset()):
        return "none"
    if isinstance(default, Path):
        return "the user's data directory"  # what `load_settings` puts in its place
    return f"`{default if isinstance(default, str) else msgspec.json.encode(default).decode()}`"


def test_every_setting_is_documented_and_no_other() -> None:
    assert set(rows()) == set(FIELDS)


@pytest.mark.parametrize("name", tuple(FIELDS))
def test_the_page_names_the_variable_and_the_default_of_a_setting(name: str) -> None:
    variable, default, meaning = rows()[name]

    assert variable == PREFIX + name.upper()
    assert default == written(FIELDS[name].default)
    assert len(meaning) > 10
