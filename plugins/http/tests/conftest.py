"""What the tests share with those of the whole project."""

from __future__ import annotations

from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

import pytest

PAPERS = Path(__file__).parents[3] / "tests" / "support" / "papers.py"


@pytest.fixture(scope="session")
def papers_of() -> Any:
    """Makes an authority with its certificates; `tests` is no package that can be imported here."""
    spec = spec_from_file_location("papers", PAPERS)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.Papers
