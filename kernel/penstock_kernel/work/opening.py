"""Opens the database of a kernel; what is kept in it takes the place of what lies in files."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING

from penstock_kernel.secrets.backends import open_backends
from penstock_kernel.store.sql.credentials_vault import SqlVault
from penstock_kernel.store.sql.journal import SqlJournal
from penstock_kernel.store.sql.keys import open_keys
from penstock_kernel.store.sql.opening import open_database
from penstock_kernel.store.sql.state import SqlState
from penstock_kernel.work.credentials_moving import move_credentials
from penstock_kernel.work.credentials_oauth import Tokens
from penstock_kernel.work.credentials_rotation import LOOKS_EVERY_S
from penstock_kernel.work.credentials_types import Completing
from penstock_sdk import PenstockError

if TYPE_CHECKING:
    from penstock_kernel.execution.host import DataDir
    from penstock_kernel.packages.loader import Plugins
    from penstock_kernel.settings import Settings
    from penstock_kernel.store.sealing import Sealer
    from penstock_kernel.store.sql.database import Database
    from penstock_sandbox.egress.egress import Egress


async def open_store(
    settings: Settings, data: DataDir, egress: Egress, plugins: Plugins
) -> tuple[Database, SqlJournal]:
    """The database and its journal.

    Raises:
        DatabaseUnusable: The address names none that can be used.
        RootKeyWrong: It was sealed with another root key.
    """
    db = await open_database(settings.database)
    try:
        now_ms = data.clock.now_ms
        keys = await open_keys(db, data.root, now_ms(), data.root_again)
        data.key, data.sealer = keys.files, keys.sealer
        data.state = SqlState(db, now_ms)
        data.backends = open_backends(plugins, settings.secret_references, now_ms)
        completes = Completing(data.backends)
        tokens = Tokens(db, keys.sealer, egress, data.clock, completes)
        data.vault = SqlVault(db, keys.sealer, now_ms, tokens, completes)
        await move_credentials(db, keys.sealer, data.path, data.root, now_ms())
        data.tasks.append(asyncio.create_task(_look_for_keys(db, keys.sealer)))
    except BaseException:
        await db.close()
        raise
    return db, SqlJournal(db, data.blobs)


async def _look_for_keys(db: Database, sealer: Sealer) -> None:
    """Find the master keys that another process has made, before it uses them."""
    while True:
        await asyncio.sleep(LOOKS_EVERY_S)
        with suppress(PenstockError):
            await db.read(sealer.look_again)
