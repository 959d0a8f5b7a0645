"""Writes the files that items carry into a folder.

The rules:

* A name that a workflow gives is a name and never a path.
* Nothing that is there is replaced: a second file of one name gets a number.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

from penstock_kernel.kernel import Kernel
from penstock_kernel.store.scope import WORKSPACE
from penstock_sdk import BinaryRef, Item
from penstock_web.errors import CommandRefused

_NOT_IN_NAMES = re.compile(r"[\x00-\x1f\x7f/\\:*?\"<>|]+")
_MAX_NAME = 100


async def save_files(kernel: Kernel, items: Sequence[Item], folder: Path) -> list[Path]:
    """Write every file of the items; the paths, in their order.

    Raises:
        CommandRefused: The folder cannot be written to.
    """
    try:
        _make(folder)
        return [
            await _save(kernel, ref, name, folder)
            for item in items
            for name, ref in (item.binary or {}).items()
        ]
    except OSError as error:
        message = f"The files cannot be saved in {folder}: {error.strerror}."
        raise CommandRefused(message, hint="Name a folder that you may write to.") from error


def _make(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)


async def _save(kernel: Kernel, ref: BinaryRef, name: str, folder: Path) -> Path:
    path, file = _free(folder, _plain(ref.file_name or name))
    with file:
        async for chunk in kernel.host.blobs.stream(WORKSPACE, ref):
            file.write(chunk)
    return path


def _plain(name: str) -> str:
    return _NOT_IN_NAMES.sub("_", name).strip(". ")[-_MAX_NAME:] or "file"


def _free(folder: Path, name: str) -> tuple[Path, BinaryIO]:
    """A path that nothing is at, opened; two runs at once cannot take the same."""
    stem, _, ending = name.rpartition(".")
    for number in range(1, 10_000):
        base = f"{stem}-{number}.{ending}" if stem else f"{name}-{number}"
        path = folder / (name if number == 1 else base)
        try:
            return path, path.open("xb")
        except FileExistsError:
            continue
    message = f"{folder} has too many files called {name!r}."
    raise CommandRefused(message, hint="Name another folder.")
