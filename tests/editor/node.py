"""The programs of the editor's packages, run by the Node.js that set-up takes."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
EDITOR = ROOT / "web" / "editor"
VITEST = EDITOR / "node_modules" / "vitest" / "vitest.mjs"


def set_up() -> Any:
    """The module that sets the checkout up; it knows which Node.js there is."""
    found = importlib.util.spec_from_file_location("dev", ROOT / "dev.py")
    assert found is not None
    assert found.loader is not None
    module = importlib.util.module_from_spec(found)
    sys.modules["dev"] = module  # dataclasses look their module up
    found.loader.exec_module(module)
    return module


def vitest(*words: str, within_s: float) -> None:
    """Run vitest; what it printed is the message where it fails."""
    assert VITEST.exists(), "The editor's packages are missing: `python3 dev.py setup` brings them."
    dev = set_up()
    npm: list[str] = dev.npm()
    node = npm[0] if len(npm) > 1 else "node"
    try:
        ran = subprocess.run(  # noqa: S603 - our own words
            [node, str(VITEST), "run", *words],
            cwd=EDITOR,
            env={**os.environ, **dev.with_node(npm), "CI": "1", "NO_COLOR": "1"},
            capture_output=True,
            text=True,
            timeout=within_s,
            check=False,
        )
    except subprocess.TimeoutExpired as late:
        told = late.stdout.decode() if isinstance(late.stdout, bytes) else (late.stdout or "")
        raise AssertionError(f"It did not end within {within_s:.0f} s:\n{told}") from None
    sys.stdout.write(ran.stdout)
    assert ran.returncode == 0, f"{ran.stdout}\n{ran.stderr}"
