"""What a hostile pattern or text may cost."""

from __future__ import annotations

import time

import pytest

from penstock_sdk import NodeFailed
from penstock_sdk.globs import expanded
from penstock_sdk.relaxed import relaxed


def test_a_pattern_of_many_alternatives_is_refused_before_they_are_made() -> None:
    started = time.monotonic()

    with pytest.raises(NodeFailed):
        expanded("x" * 10_000 + "{" + "," * 100_000 + "}")
    with pytest.raises(NodeFailed):
        expanded("x" * 1_000 + "{" + "," * 3_000 + "}")

    assert time.monotonic() - started < 1


def test_a_number_without_an_end_is_no_value() -> None:
    with pytest.raises(ValueError, match="too large"):
        relaxed("{a: 1e400}")
