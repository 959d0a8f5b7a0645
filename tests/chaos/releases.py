"""The code of another release, from the history of the repository, beside the one that is here."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
import tarfile
from io import BytesIO
from pathlib import Path

import msgspec

_ROOT = Path(__file__).parents[2]
_SQL = "kernel/penstock_kernel/store/sql"
_MIGRATIONS = f"{_SQL}/migrations/versions"
#: Of a release: what says that it is what is installed.
_INSTALLED = ".installed"


class NoHistory(Exception):
    """There is no other release to try with."""


class Release(msgspec.Struct, frozen=True):
    """Code of a commit in a folder; without a commit, that which is here."""

    commit: str
    root: Path

    def environment(self) -> dict[str, str]:
        """What has a Python run this code and no other."""
        # What lies in the repository, without what lies in its virtual environment.
        ours = [Path(path) for path in sys.path if path]
        found = [path.relative_to(_ROOT) for path in ours if path.is_relative_to(_ROOT)]
        places = [place for place in found if not place.parts or place.parts[0] != ".venv"]
        paths = [self.root / _INSTALLED, self.root, *(self.root / place for place in places)]
        return {"PYTHONSAFEPATH": "1", "PYTHONPATH": os.pathsep.join(map(str, paths))}

    @property
    def schema(self) -> str:
        """The newest migration that it knows."""
        return max(path.name[1:5] for path in (self.root / _MIGRATIONS).glob("v*.py"))

    def learns_to_go_back(self) -> bool:
        """Give it our rule of what schema it may work with, where it has none; say whether so."""
        place = Path(_SQL) / "schema.py"
        if "compatible_from" in (self.root / place).read_text():
            return False
        (self.root / place).write_text((_ROOT / place).read_text())
        return True


def here() -> Release:
    """The code that is here."""
    return Release("", _ROOT)


def before(folder: Path, commit: str = "") -> Release:
    """The code of a commit; by default of the last one with another schema than the one here.

    Raises:
        NoHistory: This is no clone, or one without that commit.
    """
    chosen = _git("rev-parse", "--short", f"{commit or _last()}^{{commit}}").decode().strip()
    with tarfile.open(fileobj=BytesIO(_git("archive", chosen))) as archive:
        archive.extractall(folder, filter="data")
    _say_installed(folder)
    return Release(chosen, folder)


def _say_installed(folder: Path) -> None:
    """Plugins are found by what was installed, and belong to Penstock if they came with it."""
    for found in Path(sysconfig.get_path("purelib")).glob("penstock*.dist-info"):
        copied = folder / _INSTALLED / found.name
        shutil.copytree(found, copied)
        told = (copied / "direct_url.json").read_text()
        (copied / "direct_url.json").write_text(told.replace(_ROOT.as_uri(), folder.as_uri()))


def _last() -> str:
    listed = _git("ls-tree", "--name-only", "HEAD", f"{_MIGRATIONS}/").decode().split()
    if {Path(name).name for name in listed} != {path.name for path in _migrations()}:
        return "HEAD"
    changed = ("log", "--first-parent", "--diff-filter=AD", "--format=%H", "--", _MIGRATIONS)
    commits = _git(*changed).decode().split()
    if not commits:
        raise NoHistory(f"No commit has another schema than this one: {_FETCH}")
    return f"{commits[0]}^"


def _migrations() -> list[Path]:
    return list((_ROOT / _MIGRATIONS).glob("v*.py"))


_FETCH = "fetch the whole history of the repository, or name a commit that is there."


def _git(*words: str) -> bytes:
    try:
        done = subprocess.run(  # noqa: S603 - our own words
            ["git", "-C", str(_ROOT), *words],  # noqa: S607 - wherever it is
            capture_output=True,
            check=False,
        )
    except OSError as error:
        raise NoHistory(f"There is no git to find an earlier release with: {error}.") from error
    if done.returncode:
        told = done.stderr.decode().strip()
        raise NoHistory(f"An earlier release cannot be found ({told}): {_FETCH}")
    return done.stdout
