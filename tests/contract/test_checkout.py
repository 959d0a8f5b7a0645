"""Our distributions come from this checkout: a stranger's with the same name would run silently."""

from __future__ import annotations

import json
from importlib.metadata import distribution
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

ROOT = Path(__file__).parents[2]
PLUGINS = sorted(path.parent.name for path in ROOT.glob("plugins/*/pyproject.toml"))
NAMES = ["penstock", "penstock-sdk", *(f"penstock-node-{name}" for name in PLUGINS)]


@pytest.mark.parametrize("name", NAMES)
def test_a_distribution_of_ours_was_installed_from_this_checkout(name: str) -> None:
    origin = json.loads(distribution(name).read_text("direct_url.json") or "{}")

    folder = Path(unquote(urlsplit(origin["url"]).path))

    assert folder.is_relative_to(ROOT)
