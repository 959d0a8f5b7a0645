"""`penstock backup` and `penstock restore`: everything that is kept, in one file and back."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import msgspec
from rich.progress import (
    BarColumn,
    Progress,
    TaskID,
    TaskProgressColumn,
    TextColumn,
    TimeElapsedColumn,
)

from penstock_kernel.settings import Settings, load_settings
from penstock_kernel.store.sql import backup
from penstock_kernel.store.sql.opening import open_database
from penstock_kernel.store.sql.restore import Restored, restore
from penstock_web import exit_codes
from penstock_web.commands.terminal import errors, print_json, print_text, warn

_TITLES = {
    "check": "Reading the backup",
    "pages": "Copying the database",
    "rows": "Tables",
    "files": "Files",
}


def back_up_to(file: Path, *, with_key: bool, as_json: bool) -> int:
    """Write a backup."""
    settings, began = load_settings().settings, time.monotonic()
    with _bar() as told:
        made = asyncio.run(_back_up(settings, file, told, with_key=with_key))
    seconds = round(time.monotonic() - began, 1)
    if as_json:
        print_json({**msgspec.to_builtins(made), "seconds": seconds})
        return exit_codes.OK
    print_text(
        f"{made.file}: {sum(made.head.rows.values()):,} rows and {made.files:,} files, "
        f"{made.bytes:,} bytes, in {seconds} s."
    )
    if not with_key:
        warn([f"{backup.KEY_FILE} is not in it, and without it nothing can be decrypted: keep it."])
    return exit_codes.OK


def restore_from(file: Path, *, as_json: bool) -> int:
    """Restore a backup."""
    settings, began = load_settings().settings, time.monotonic()
    with _bar() as told:
        found = asyncio.run(_restore(settings, file, told))
    seconds = round(time.monotonic() - began, 1)
    if as_json:
        print_json({**msgspec.to_builtins(found), "seconds": seconds})
        return exit_codes.OK
    rows, executions = sum(found.rows.values()), found.rows["workflow_executions"]
    print_text(
        f"{rows:,} rows and {found.files:,} files in {seconds} s: {executions:,} executions, "
        f"{found.queued_again:,} of which were running and are queued again."
    )
    warn(_about_key(found, settings))
    return exit_codes.OK


async def _back_up(
    settings: Settings, file: Path, told: backup.Progress, *, with_key: bool
) -> backup.Made:
    db = await open_database(settings.store_url, migrates=False)
    try:
        return await backup.back_up(db, settings.data_dir, file, with_key=with_key, progress=told)
    finally:
        await db.close()


async def _restore(settings: Settings, file: Path, told: backup.Progress) -> Restored:
    db = await open_database(settings.store_url)
    try:
        return await restore(db, settings.data_dir, file, told)
    finally:
        await db.close()


def _about_key(found: Restored, settings: Settings) -> list[str]:
    place = settings.data_dir / backup.KEY_FILE
    told = {
        "missing": f"The backup has no key: put its own at {place} before anything starts.",
        "other": f"{place} is not the key of the backup: put the right one in its place.",
    }
    if found.key not in told:
        return []
    return [f"{told[found.key]} Without it nothing that is encrypted can be read."]


@contextmanager
def _bar() -> Generator[backup.Progress]:
    """A bar in a terminal, and nothing in a pipe."""
    console = errors()
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console, disable=not console.is_terminal) as progress:
        tasks: dict[str, TaskID] = {}

        def told(what: str, done: int, count: int) -> None:
            if what not in tasks:
                tasks[what] = progress.add_task(_TITLES[what], total=count)
            progress.update(tasks[what], completed=done, total=count)

        yield told
