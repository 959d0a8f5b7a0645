"""A package written against the SDK alone, built and installed by pip, beside Penstock."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

EXAMPLE = Path(__file__).parents[2] / "examples" / "packages" / "acme-text"
REPORT = """
import json, sys
from penstock_kernel.packages.loader import load_plugins
plugins = load_plugins()
json.dump({
    "types": [name for name in plugins.types() if name.startswith("acme/")],
    "lock": plugins.lock().get("acme/text"),
    "rejected": {one.package: [one.code, one.reason, one.hint] for one in plugins.rejected},
    "imported": "acme_text" in sys.modules,
}, sys.stdout)
"""

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]


def run(*command: str, **environment: str) -> str:
    done = subprocess.run(  # noqa: S603  our own words
        [sys.executable, *command],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | environment,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def install(source: Path, target: Path) -> None:
    options = ("--no-deps", "--no-build-isolation", "--no-index", "--disable-pip-version-check")
    run("-m", "pip", "install", "--quiet", *options, "--target", str(target), str(source))


def report(target: Path, *, trusted: str = "acme-text") -> dict[str, Any]:
    answer = run("-c", REPORT, PYTHONPATH=str(target), PENSTOCK_NATIVE_PLUGINS=trusted)
    loaded: dict[str, Any] = json.loads(answer)
    return loaded


@pytest.fixture
def source(tmp_path: Path) -> Path:
    copy = tmp_path / "acme-text"
    shutil.copytree(EXAMPLE, copy)
    return copy


def test_a_stranger_s_package_is_installed_by_pip_and_loaded(source: Path, tmp_path: Path) -> None:
    target = tmp_path / "site"

    install(source, target)

    loaded = report(target)
    assert loaded["types"] == ["acme/text.case", "acme/text.lookup"]
    assert loaded["lock"].startswith("1.0.0#sha256:")


def test_without_the_operator_s_word_it_is_listed_and_never_imported(
    source: Path, tmp_path: Path
) -> None:
    target = tmp_path / "site"

    install(source, target)

    loaded = report(target, trusted="")
    assert loaded["types"] == []
    assert loaded["rejected"]["acme-text"][0] == "package.not_trusted"
    assert not loaded["imported"]


def test_made_for_a_newer_penstock_it_is_listed_with_the_reason(
    source: Path, tmp_path: Path
) -> None:
    manifest = source / "src" / "acme_text" / "manifest.json"
    raw = json.loads(manifest.read_text())
    raw["engines"]["penstock"] = ">=98,<99"
    manifest.write_text(json.dumps(raw))
    target = tmp_path / "site"

    install(source, target)

    loaded = report(target)
    code, reason, hint = loaded["rejected"]["acme-text"]
    assert code == "package.penstock_range"
    assert reason.startswith("It is made for Penstock >=98,<99; this is ")
    assert hint
    assert not loaded["imported"]


def test_its_own_tests_need_nothing_but_the_sdk(source: Path, tmp_path: Path) -> None:
    target = tmp_path / "site"
    install(source, target)

    done = run(
        "-m", "pytest", "-q", "-p", "no:cacheprovider", str(source / "tests"),
        "--rootdir", str(source), PYTHONPATH=str(target),
    )  # fmt: skip

    assert "passed" in done
