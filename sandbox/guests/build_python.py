"""Build the Python guest: CPython, its preloaded standard library, the SDK and our session code.

Idempotent: nothing happens where the image was made from the same sources by the same tools.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
APP = HERE / "python"
WIT = HERE / "wit"
SDK = ROOT / "sdk" / "penstock_sdk"
OUTPUT = HERE.parent / "penstock_sandbox" / "_guest" / "python.wasm"

#: What of the SDK works without the host's libraries.
SDK_MODULES = ("__init__", "_struct", "context", "errors", "fields", "item", "node")


def build() -> bool:
    """Build the image if it is not up to date; say whether it was built."""
    stamp = OUTPUT.with_suffix(".stamp")
    wanted = _fingerprint()
    if OUTPUT.is_file() and stamp.is_file() and stamp.read_text() == wanted:
        return False
    OUTPUT.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=OUTPUT.parent) as directory:
        made = _componentize(Path(directory))
        made.replace(OUTPUT)
    stamp.write_text(wanted)
    return True


def _fingerprint() -> str:
    digest = hashlib.sha256()
    for name in ("componentize-py", "tzdata"):
        digest.update(f"{name} {version(name)}\n".encode())
    for path in _sources():
        digest.update(f"{path.relative_to(ROOT)}\n".encode() + path.read_bytes())
    return digest.hexdigest()


def _sources() -> Iterator[Path]:
    yield Path(__file__)
    yield from sorted(WIT.glob("*.wit"))
    yield from sorted(APP.rglob("*.py"))
    yield from (SDK / f"{name}.py" for name in SDK_MODULES)


def _componentize(directory: Path) -> Path:
    made = directory / "python.wasm"
    packages = directory / "packages"
    _copy_packages(packages)
    command = [
        str(Path(sys.executable).parent / "componentize-py"),
        *("--quiet", "--wit-path", str(WIT), "--world", "python", "componentize"),
        *("--python-path", str(APP), "--python-path", str(packages)),
        *("app", "--output", str(made)),
    ]
    # Without VIRTUAL_ENV, which would put everything that is installed here within reach.
    environment = {"PATH": os.environ.get("PATH", "")}
    subprocess.run(command, check=True, env=environment)  # noqa: S603
    return made


def _copy_packages(target: Path) -> None:
    """Lay out only what the image may contain, so that nothing else can slip in."""
    sdk = target / "penstock_sdk"
    sdk.mkdir(parents=True)
    for name in SDK_MODULES:
        shutil.copy(SDK / f"{name}.py", sdk)
    import tzdata  # noqa: PLC0415  only needed here

    shutil.copytree(
        Path(tzdata.__file__).parent,
        target / "tzdata",
        ignore=shutil.ignore_patterns("__pycache__"),
    )


if __name__ == "__main__":
    print("built" if build() else "up to date", OUTPUT.name)  # noqa: T201
