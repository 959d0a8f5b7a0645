import importlib.util
import re
import sys
import tomllib
from collections.abc import Iterable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def open_advisories(locked: str, listed: Iterable[dict[str, str]]) -> list[str]:
    found = importlib.util.spec_from_file_location("dev", ROOT / "dev.py")
    assert found is not None
    assert found.loader is not None
    module = importlib.util.module_from_spec(found)
    sys.modules["dev"] = module  # dataclasses look their module up
    found.loader.exec_module(module)
    answer: list[str] = module.open_advisories(locked, listed)
    return answer


def test_the_locked_wasmtime_has_no_open_advisory() -> None:
    locked = re.search(r"^wasmtime==(\S+)", (ROOT / "requirements.lock").read_text(), re.MULTILINE)
    listed = tomllib.loads((ROOT / "sandbox" / "advisories.toml").read_text())["advisory"]

    assert locked is not None
    assert open_advisories(locked[1], listed) == []


@pytest.mark.parametrize(
    ("locked", "excuse", "is_open"),
    [
        pytest.param("50.0.1", "", True, id="affected"),
        pytest.param("50.0.1", "the feature is off", False, id="excused"),
        pytest.param("50.0.2", "", False, id="fixed"),
        pytest.param("49.9.9", "", True, id="older"),
        pytest.param("100.0.0", "", False, id="compared-as-numbers"),
    ],
)
def test_an_advisory_is_open_until_it_is_fixed_or_excused(
    locked: str, excuse: str, is_open: bool
) -> None:
    listed = [{"id": "X", "title": "t", "fixed": "50.0.2", "not_affected": excuse}]

    assert bool(open_advisories(locked, listed)) is is_open
