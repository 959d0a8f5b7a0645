"""docs/security.md names tests that are there."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "security.md").read_text()


def test_every_test_that_the_page_names_is_there() -> None:
    there = {path.name for path in ROOT.glob("tests/**/test_*.py")}
    named = set(re.findall(r"test_\w+\.py", TEXT))

    assert len(named) > 15
    assert named - there == set()


def test_every_row_of_the_catalogue_that_is_tested_has_a_line() -> None:
    rows = {"S5", "S6", "S7", "S8", "S9", "S10", "S12", "S14", "S16", "S18", "S20"}

    assert {row for row in rows if not re.search(rf"\| [^|]*\b{row}\b", TEXT)} == set()
