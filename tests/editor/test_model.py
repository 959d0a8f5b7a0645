"""What the editor's own tests say about its model and its parts."""

from __future__ import annotations

import pytest

from tests.editor.node import vitest


@pytest.mark.slow
@pytest.mark.timeout(330)
def test_the_editor_passes_its_own_tests() -> None:
    vitest(within_s=300)
