"""The templates that come with Penstock: its examples."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

import msgspec

from penstock_kernel.workflow.document import Document, parse
from penstock_web.shipped import example_folders

PREFIX = "example:"


class Shipped(msgspec.Struct, frozen=True, kw_only=True):
    """A template that comes with Penstock."""

    id: str
    document: Document
    #: Workflows that it names, by the paths by which it does.
    parts: Mapping[str, Document]
    readme: str


@cache
def shipped() -> Mapping[str, Shipped]:
    """All of them, in their order."""
    return {one.id: one for one in map(_read, example_folders())}


def _read(folder: Path) -> Shipped:
    parts = {
        f"./{path.name}": parse(path.read_bytes())
        for path in sorted(folder.glob("*.workflow.json"))
    }
    readme = folder / "README.md"
    return Shipped(
        id=f"{PREFIX}{folder.name}",
        document=parse((folder / "workflow.json").read_bytes()),
        parts=parts,
        readme=readme.read_text("utf-8") if readme.is_file() else "",
    )
