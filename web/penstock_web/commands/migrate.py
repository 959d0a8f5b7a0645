"""`penstock migrate`: brings the database of the settings to the newest schema."""

from __future__ import annotations

import asyncio

import msgspec

from penstock_kernel.settings import load_settings
from penstock_kernel.store.sql.opening import open_database
from penstock_kernel.store.sql.schema import SchemaOlder, version
from penstock_web import exit_codes
from penstock_web.commands.terminal import print_json, print_text


class Migrated(msgspec.Struct, kw_only=True):
    """What was done."""

    kind: str
    schema: str
    changed: bool


def migrate_database(*, as_json: bool) -> int:
    """Migrate, and say what was done."""
    done = asyncio.run(_migrate(load_settings().settings.store_url))
    if as_json:
        print_json(done)
    elif done.changed:
        print_text(f"The database was brought to schema {done.schema}.")
    else:
        print_text(f"The database has schema {done.schema} already, which is the newest.")
    return exit_codes.OK


async def _migrate(url: str) -> Migrated:
    try:
        db, changed = await open_database(url, migrates=False), False
    except SchemaOlder:
        db, changed = await open_database(url), True
    try:
        schema = await db.read(version)
        return Migrated(kind=db.kind, schema=schema or "", changed=changed)
    finally:
        await db.close()
