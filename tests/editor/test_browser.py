"""The stories of `web/editor/e2e`: a real Chromium drives the product as it is served."""

from __future__ import annotations

import pytest

from tests.editor.node import EDITOR, ROOT, vitest

PAGE = ROOT / "web" / "penstock_web" / "static" / "index.html"
STORIES = sorted(path.name for path in (EDITOR / "e2e").glob("*.e2e.ts"))
LONGEST_S = 300.0

pytestmark = [pytest.mark.slow, pytest.mark.timeout(LONGEST_S + 30)]


@pytest.mark.parametrize("story", STORIES)
def test_the_story_goes_as_it_is_told(story: str) -> None:
    assert PAGE.exists(), "The editor is not built: `python3 dev.py setup` builds it."

    vitest("--config", "vitest.e2e.config.ts", f"e2e/{story}", within_s=LONGEST_S)


def test_there_are_stories() -> None:
    assert {"first-workflow.e2e.ts", "keyboard.e2e.ts", "security.e2e.ts"} <= set(STORIES)
