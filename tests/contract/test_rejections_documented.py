"""Every reason for which a package is left out stands in the page for authors, and no other."""

from __future__ import annotations

import re
from pathlib import Path

from penstock_sdk.manifest import ManifestInvalid

ROOT = Path(__file__).parents[2]
SOURCES = (
    "kernel/penstock_kernel/packages/loader.py",
    "kernel/penstock_kernel/packages/packages.py",
    "kernel/penstock_kernel/packages/catalog.py",
    "registry/penstock_registry/compat.py",
)


def reasons() -> set[str]:
    text = "".join((ROOT / source).read_text() for source in SOURCES)
    found = set(re.findall(r'"((?:package|manifest)\.[a-z_{}]+)"', text))
    ranges = {code.format(key=key) for code in found for key in ("penstock", "sdk")}
    return {code for code in ranges if "{" not in code} | {ManifestInvalid.code}


def test_every_reason_is_documented_and_no_other() -> None:
    page = (ROOT / "docs" / "writing-nodes.md").read_text()

    documented = set(re.findall(r"^\| `((?:package|manifest)\.[a-z_]+)` \|", page, re.MULTILINE))

    assert documented == reasons()
