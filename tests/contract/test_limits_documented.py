"""docs/limits.md tells the limits as the code has them."""

from __future__ import annotations

import re
from importlib import import_module
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
KERNEL = ROOT / "kernel" / "penstock_kernel"
PAGE = (ROOT / "docs" / "limits.md").read_text()
ROWS = re.findall(r"^\| .+ \| ([\d,]+) \| `(\w+)\.(\w+)` \|$", PAGE, re.MULTILINE)


@pytest.mark.parametrize(
    ("value", "module", "name"), ROWS, ids=[f"{module}.{name}" for _, module, name in ROWS]
)
def test_a_limit_is_told_as_it_is(value: str, module: str, name: str) -> None:
    defines = re.compile(rf"^{name}\b", re.MULTILINE)
    (path,) = (one for one in KERNEL.rglob(f"{module}.py") if defines.search(one.read_text()))
    dotted = ".".join(path.relative_to(KERNEL.parent).with_suffix("").parts)
    found = getattr(import_module(dotted), name)

    assert int(value.replace(",", "")) == found


def test_every_limit_of_a_document_is_told() -> None:
    limits = import_module("penstock_kernel.workflow.limits")

    known = {name for name in vars(limits) if name.startswith("MAX_")}

    assert {name for _, module, name in ROWS if module == "limits"} == known
