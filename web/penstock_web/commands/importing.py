"""`penstock import`: a file of another product as a workflow."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

from penstock_kernel.workflow.document import canonical, parse
from penstock_kernel.workflow.limits import MAX_BYTES
from penstock_sdk.importing import Importer
from penstock_web import exit_codes
from penstock_web.commands.assembly import chosen_settings, known_plugins
from penstock_web.commands.reading import read
from penstock_web.commands.terminal import print_text
from penstock_web.errors import CommandRefused


def import_file(name: str, path: Path) -> int:
    """Convert a file and print the workflow.

    Raises:
        CommandRefused: There is no such importer, or it does not know this file.
        PenstockError: The importer cannot convert it.
    """
    importer = _importer(name)
    data = _data(read(str(path), limit=MAX_BYTES + 1), str(path))
    if not importer.matches(data):
        message = f"{path} is nothing that the importer {name!r} knows."
        raise CommandRefused(message, hint="Choose another importer, or check the file.")
    for imported in importer.convert(data):
        print_text(canonical(parse(imported.document)).rstrip("\n"))
    return exit_codes.OK


def _importer(name: str) -> Importer:
    plugins = known_plugins(chosen_settings(), ())
    importers: dict[str, Importer] = {
        importer.name: importer for _, importer in plugins.collect("register_importers")
    }
    if name not in importers:
        known = ", ".join(sorted(importers)) or "none"
        message = f"No package brings an importer called {name!r}."
        raise CommandRefused(message, hint=f"There are: {known}.")
    return importers[name]


def _data(content: bytes, name: str) -> Any:
    """The JSON value of a file, or its text where it holds none."""
    if len(content) > MAX_BYTES:
        message = f"{name} is larger than {MAX_BYTES >> 20} MB."
        raise CommandRefused(message, hint="Import the workflows one by one.")
    try:
        return msgspec.json.decode(content)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return content.decode(errors="replace")
