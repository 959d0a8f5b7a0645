"""The page about the document tells every finding and shows a document that is one."""

from __future__ import annotations

import json
import re
from pathlib import Path

from penstock_kernel.workflow.document import parse

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs" / "workflow-format.md").read_text()
SOURCES = ("findings", "document", "limits", "explain", "rename", "validate")


def test_every_code_of_a_finding_is_on_the_page() -> None:
    files = [
        path for name in SOURCES for path in (ROOT / "kernel/penstock_kernel").rglob(f"{name}*.py")
    ]

    codes = {
        code for path in files for code in re.findall(r'code=f?"([a-z_.{}]+)"', path.read_text())
    }

    assert len(codes) > 20
    for code in codes:
        assert f"`{code.partition('{')[0]}" in PAGE, code


def test_the_example_is_a_document() -> None:
    example = PAGE.split("```json\n")[1].split("```")[0]

    assert [node.id for node in parse(json.loads(example)).nodes] == ["fetch", "judge"]
