"""What `docs/writing-nodes.md` shows is run."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from penstock_sdk.manifest import parse_manifest

PAGE = (Path(__file__).parents[3] / "docs" / "writing-nodes.md").read_text()


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)


@pytest.fixture
def shown() -> Iterator[dict[str, Any]]:
    """Everything that the page defines, in a module as an author would have it."""
    module = ModuleType("writing_nodes")
    sys.modules[module.__name__] = module
    for source in blocks("python"):
        exec(compile(source, "writing-nodes.md", "exec", dont_inherit=True), module.__dict__)  # noqa: S102
    yield vars(module)
    del sys.modules[module.__name__]


@pytest.mark.parametrize("name", re.findall(r"^def (test_\w+)", PAGE, re.MULTILINE))
def test_every_test_on_the_page_passes(name: str, shown: dict[str, Any]) -> None:
    shown[name]()


def test_the_manifest_on_the_page_is_valid() -> None:
    (source,) = blocks("toml")

    manifest = parse_manifest(source.encode(), format="toml")

    assert manifest.package.id == "acme/weather"
