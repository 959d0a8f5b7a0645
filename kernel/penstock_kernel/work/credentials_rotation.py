"""Changes the keys of everything that is sealed, while work goes on.

The steps, each of which may be killed anywhere and begun again:

1. The new root key is written beside the old one, as `secret.key.new`.
2. In one transaction every key under the old root key is kept under the new one too, so that a
   process may start with either.
3. The file takes the place of the old one.
4. Nothing is kept under the old root key any more: it opens nothing.
5. There is a new master key. When the other processes have found it, everything that is sealed is
   wrapped with it, some at a time.

Where the root key comes from the environment, steps 3 and 4 are the operator's: all processes get
the new key, and then the old one is dropped.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import ClassVar

import msgspec
from sqlalchemy import Connection

from penstock_kernel.store.sealing import KEY_BYTES, Sealer, fingerprint
from penstock_kernel.store.sql import keys
from penstock_kernel.store.sql.database import Database
from penstock_kernel.store.sql.keys import SEALED
from penstock_kernel.store.state import replace_file
from penstock_sdk import PenstockError

KEY_FILE = "secret.key"
NEW_KEY_FILE = "secret.key.new"
_AT_ONCE = 200
#: How often each process looks for new master keys.
LOOKS_EVERY_S = 5.0


class RotationRefused(PenstockError):
    """The keys cannot be changed so."""

    code: ClassVar[str] = "seal.rotation_refused"


class KeysStatus(msgspec.Struct, frozen=True, kw_only=True):
    """How the keys stand."""

    #: The fingerprint of the root key of this process.
    root: str
    #: The fingerprints of all root keys that open the database.
    roots: Sequence[str]
    #: The generation of the master key.
    generation: int
    #: Sealed values, by table, that are not wrapped with it yet.
    older: dict[str, int]
    #: Does a new root key lie beside the one in use?
    pending: bool
    #: Was a change begun that has not ended?
    unfinished: bool


#: Told how many values are wrapped anew so far.
Progress = Callable[[int], None]


class Rotation:
    """For one data directory and its database."""

    def __init__(
        self, db: Database, sealer: Sealer, data_dir: Path, root: bytes, now_ms: Callable[[], int]
    ) -> None:
        self._db = db
        self._sealer = sealer
        self._data_dir = data_dir
        self._root = root
        self._now_ms = now_ms

    @property
    def in_file(self) -> bool:
        """Is the root key the one of the data directory?"""
        path = self._data_dir / KEY_FILE
        return path.is_file() and path.read_bytes() == self._root

    async def status(self) -> KeysStatus:
        """How the keys stand."""

        def query(connection: Connection) -> KeysStatus:
            roots = keys.roots(connection)
            older = {one.table.name: keys.older(connection, one, self._sealer) for one in SEALED}
            pending = (self._data_dir / NEW_KEY_FILE).exists()
            return KeysStatus(
                root=fingerprint(self._root),
                roots=roots,
                generation=self._sealer.newest,
                older=older,
                pending=pending,
                unfinished=pending or len(roots) > 1 or any(older.values()),
            )

        return await self._db.read(query)

    async def change_root(self) -> str:
        """Let another root key take the place of the one in the data directory; its fingerprint.

        Raises:
            RotationRefused: The root key comes from elsewhere.
        """
        path, new_path = self._data_dir / KEY_FILE, self._data_dir / NEW_KEY_FILE
        if not await asyncio.to_thread(lambda: self.in_file):
            message = "The root key does not come from the data directory."
            hint = "Make a key and name its file with --new-key-file; see docs/credentials.md."
            raise RotationRefused(message, hint=hint)
        new = await asyncio.to_thread(_new_key, new_path)
        await self.add_root(new)
        await asyncio.to_thread(_take_place, new_path, path)
        self._root = new
        await self.drop_others()
        return fingerprint(new)

    async def add_root(self, new: bytes) -> str:
        """Let another root key open everything too; its fingerprint."""
        old, now_ms = self._root, self._now_ms()
        await self._db.transact(lambda one: keys.add_root(one, old, new, now_ms))
        return fingerprint(new)

    async def drop_others(self) -> int:
        """Let no other root key open anything; how many keys under others are gone."""
        root = self._root
        return await self._db.transact(lambda one: keys.drop_other_roots(one, root))

    async def change_master(self, *, also: bytes | None = None) -> int:
        """Make a master key that is used from now on; its generation.

        Args:
            also: Another root key that is to open it.
        """
        root, now_ms = self._root, self._now_ms()

        def work(connection: Connection) -> int:
            made = keys.add_master(connection, root, now_ms)
            if also is not None:
                keys.add_root(connection, root, also, now_ms)
            return made

        generation = await self._db.transact(work)
        self._sealer.learn(await self._db.read(lambda one: keys.masters(one, root)))
        return generation

    async def settle(self) -> None:
        """Wait until every other process has found the new master key."""
        now_ms = self._now_ms()
        if await self._db.read(lambda one: keys.others_work(one, now_ms)):
            await asyncio.sleep(2 * LOOKS_EVERY_S)

    async def wrap_anew(self, progress: Progress | None = None) -> int:
        """Wrap everything with the newest master key; how many values were left to be wrapped."""
        done = 0
        for sealed in SEALED:
            while found := await self._some(sealed):
                done += found
                if progress is not None:
                    progress(done)
        return done

    async def _some(self, sealed: keys.Sealed) -> int:
        return await self._db.transact(
            lambda one: keys.rewrap_some(one, sealed, self._sealer, _AT_ONCE)
        )


def _new_key(path: Path) -> bytes:
    """The key of a change that was begun, or one that is made now."""
    if path.exists():
        known = path.read_bytes()
        if len(known) == KEY_BYTES:
            return known
    key = os.urandom(KEY_BYTES)
    replace_file(path, key)
    return key


def _take_place(new: Path, old: Path) -> None:
    new.replace(old)
    folder = os.open(old.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
