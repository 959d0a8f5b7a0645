"""docs/errors.md lists every error code that the code can raise, and none besides."""

from __future__ import annotations

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
OURS = (
    "kernel",
    "sdk/penstock_sdk",
    "registry",
    "sandbox/penstock_sandbox",
    "bus",
    "web",
    "plugins",
)


def codes() -> dict[str, list[str]]:
    """Every value of a class attribute `code: ClassVar[str]`, with the classes that have it."""
    found: dict[str, list[str]] = {}
    for path in (path for part in OURS for path in (ROOT / part).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ClassDef):
                for code in _codes_of(node):
                    found.setdefault(code, []).append(node.name)
    return found


def _codes_of(node: ast.ClassDef) -> list[str]:
    return [
        part.value.value
        for part in node.body
        if isinstance(part, ast.AnnAssign)
        and ast.unparse(part.annotation) == "ClassVar[str]"
        and isinstance(part.target, ast.Name)
        and part.target.id == "code"
        and isinstance(part.value, ast.Constant)
        and isinstance(part.value.value, str)
    ]


def test_every_code_is_documented_and_no_other() -> None:
    text = (ROOT / "docs" / "errors.md").read_text()

    documented = set(re.findall(r"^\| `([a-z_.]+)` \|", text, re.MULTILINE))

    assert documented == set(codes())


def test_a_code_belongs_to_one_class() -> None:
    assert {code: names for code, names in codes().items() if len(names) > 1} == {}
