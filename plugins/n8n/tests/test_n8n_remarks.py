"""The codes of remarks, and what is not offered in expressions."""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from penstock_node_n8n import families
from penstock_node_n8n.remarks import CODES
from penstock_node_n8n.unsupported import unsupported
from penstock_node_n8n.unused import unused
from penstock_sdk.importing import Imported

Import = Callable[..., Imported]
SOURCES = Path(__file__).parents[1] / "src"
FAMILIES = tuple(pkgutil.iter_modules(families.__path__))
PAGE = Path(__file__).parents[3] / "docs" / "import-n8n.md"


def test_every_code_that_a_module_uses_is_in_the_list() -> None:
    used = {
        code
        for path in SOURCES.rglob("*.py")
        for code in re.findall(r'"(import\.[a-z_]+)"', path.read_text())
    }

    assert used == set(CODES)


def test_every_code_is_documented_and_no_other() -> None:
    documented = re.findall(r"^\| `(import\.[a-z_]+)` \|", PAGE.read_text(), re.MULTILINE)

    assert sorted(documented) == sorted(CODES)


def test_a_node_type_is_mapped_by_one_family_only() -> None:
    modules = [importlib.import_module(f"{families.__name__}.{one.name}") for one in FAMILIES]

    claimed = Counter(kind for module in modules for kind in module.MAPPINGS)

    assert [kind for kind, count in claimed.items() if count > 1] == []
    assert set(claimed) == set(families.mappings())


@pytest.mark.parametrize(
    ("text", "names"),
    [
        pytest.param("={{ $env.HOME }}", ["$env"], id="env"),
        pytest.param("={{ $ENV['x'] + $secrets.y.z }}", ["$env", "$secrets"], id="two"),
        pytest.param("={{ $fromAI('x') }}", ["$fromAI"], id="model"),
        pytest.param("={{ $fromAi('x') }}", ["$fromAI"], id="as-people-write-it"),
        pytest.param("={{ $json.$env }}", [], id="a-field-of-that-name"),
        pytest.param("={{ $environment }}", [], id="a-longer-name"),
        pytest.param("$env.HOME", [], id="no-expression"),
    ],
)
def test_what_expressions_cannot_have_here_is_found(text: str, names: list[str]) -> None:
    found = list(unsupported({"a": [{"b": text}]}, ()))

    assert [message.partition(":")[0] for _, message in found] == names
    assert all(path == "a[0].b" for path, _ in found)


def test_code_is_looked_at_and_what_was_left_out_is_not() -> None:
    parameters = {"jsCode": "return $env.HOME", "other": "={{ $env.HOME }}"}

    assert [path for path, _ in unsupported(parameters, ("other",))] == ["jsCode"]


@pytest.mark.parametrize(
    ("read", "expected"),
    [
        pytest.param(set[str](), ["a", "b"], id="nothing-read"),
        pytest.param({"a", "b"}, [], id="all-read"),
        pytest.param({"a.x", "b"}, ["a.y"], id="one-within"),
        pytest.param({"a.y.z", "b"}, ["a.x", "a.y.w"], id="deep-within"),
        pytest.param({"b.c"}, ["a", "b"], id="within-what-is-no-object"),
    ],
)
def test_the_shortest_path_that_nobody_read_is_told(read: set[str], expected: list[str]) -> None:
    parameters = {"a": {"x": 1, "y": {"z": 2, "w": 3}}, "b": [1], "none": None, "text": ""}

    assert sorted(unused(parameters, read)) == expected
