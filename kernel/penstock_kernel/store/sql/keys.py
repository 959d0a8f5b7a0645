"""The keys under the root key, as rows: made once, wrapped anew when the root key changes.

The rules:

* Only somebody with the root key can use a row. A root key that opens none of them is refused,
  because everything that was sealed would be lost with it.
* While the root key changes, each key is there twice, so that a process may start with either.
* A master key is never removed: what was sealed with it stays readable.
* What lies in files keeps its key, which is the first root key there was.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, Table, delete, func, insert, select, text, update

from penstock_kernel.store.sealing import (
    KEY_BYTES,
    RootKeyWrong,
    Sealer,
    fingerprint,
    head_of,
    unwrap,
    wrap,
)
from penstock_kernel.store.sql.database import Database
from penstock_kernel.store.sql.rows import Row, all_rows
from penstock_kernel.store.sql.tables import (
    audit_seals,
    credentials,
    oauth_flows,
    secret_keys,
    sign_in_providers,
    signing_keys,
    subscriptions,
    users,
    workers,
)

MASTER, FILES = "master", "files"
_K = secret_keys.c
#: Any number will do, as long as nobody else uses it in the same database.
_LOCK = 7_302_514
#: A process that was heard of since then is there.
_ALIVE_MS = 60_000


class Keys(NamedTuple):
    """What a root key opens."""

    sealer: Sealer
    #: For what lies in files: binary data, links.
    files: bytes
    root: str


class Sealed(NamedTuple):
    """A column with sealed values; without a column for it, they belong to no workspace."""

    table: Table
    column: str = "sealed"
    workspace: str | None = "workspace_id"


#: Everything that is sealed, for a change of keys.
SEALED: tuple[Sealed, ...] = (
    Sealed(credentials),
    Sealed(oauth_flows),
    Sealed(subscriptions),
    Sealed(users, "totp_secret", None),
    Sealed(signing_keys, "private", None),
    Sealed(sign_in_providers, "client_secret", None),
    Sealed(audit_seals, "seal", None),
)


async def open_keys(
    db: Database, root: bytes, now_ms: int, again: Callable[[], bytes] | None = None
) -> Keys:
    """The keys of a database, made if it has none.

    Args:
        db: The database.
        root: The root key.
        now_ms: The moment.
        again: Looks for the root key again, which somebody may change while this process runs.

    Raises:
        RootKeyWrong: It was sealed with another root key.
    """
    found = await db.read(lambda connection: opened(connection, root, again))
    if found is not None:
        return found

    def work(connection: Connection) -> Keys:
        if connection.dialect.name == "postgresql":
            connection.execute(text(f"SELECT pg_advisory_xact_lock({_LOCK})"))
        known = opened(connection, root, again)
        if known is None:
            _keep(connection, root, MASTER, 1, os.urandom(KEY_BYTES), now_ms)
            _keep(connection, root, FILES, 1, root, now_ms)
            known = opened(connection, root, again)
        assert known is not None  # noqa: S101 - it was just kept
        return known

    return await db.transact(work)


def opened(
    connection: Connection, root: bytes, again: Callable[[], bytes] | None = None
) -> Keys | None:
    """What a root key opens; None where nothing was sealed yet.

    Raises:
        RootKeyWrong: It was sealed with another root key.
    """
    mark = fingerprint(root)
    known = roots(connection)
    if not known:
        return None
    if mark not in known:
        raise _wrong(mark, known)
    files = _unwrapped(connection, root, FILES)

    def reload(reader: Connection) -> Mapping[int, bytes]:
        found = masters(reader, root)
        return found if found or again is None else masters(reader, again())

    return Keys(Sealer(masters(connection, root), reload), files[1], mark)


def masters(connection: Connection, root: bytes) -> Mapping[int, bytes]:
    """The master keys that a root key opens, by generation."""
    return _unwrapped(connection, root, MASTER)


def roots(connection: Connection) -> Sequence[str]:
    """The fingerprints of the root keys that may be used, the newest last."""
    found = select(_K.root, func.max(_K.created_ms)).group_by(_K.root)
    return [row[0] for row in connection.execute(found.order_by(func.max(_K.created_ms), _K.root))]


def others_work(connection: Connection, now_ms: int) -> bool:
    """Are there processes besides the one that asks?"""
    alive = workers.c.heartbeat_ms > now_ms - _ALIVE_MS
    found = select(func.count()).select_from(workers).where(alive)
    return int(connection.execute(found).scalar_one()) > 1


def add_root(connection: Connection, old: bytes, new: bytes, now_ms: int) -> int:
    """Let a new root key open what an old one does; say how many keys were wrapped."""
    count, mark = 0, fingerprint(new)
    for purpose in (MASTER, FILES):
        known = set(_numbers(connection, purpose, mark))
        for generation, key in _unwrapped(connection, old, purpose).items():
            if generation not in known:
                _keep(connection, new, purpose, generation, key, now_ms)
                count += 1
    return count


def drop_other_roots(connection: Connection, root: bytes) -> int:
    """Let no other root key open anything any more; say how many wrapped keys are gone.

    Raises:
        RootKeyWrong: This one does not open all there is.
    """
    mark = fingerprint(root)
    for purpose in (MASTER, FILES):
        mine = set(_unwrapped(connection, root, purpose))
        if mine != set(_numbers(connection, purpose)):
            raise _wrong(mark, roots(connection))
    return connection.execute(delete(secret_keys).where(_K.root != mark)).rowcount


def add_master(connection: Connection, root: bytes, now_ms: int) -> int:
    """Make a master key that is used from now on; its generation."""
    generation = max(_numbers(connection, MASTER)) + 1
    _keep(connection, root, MASTER, generation, os.urandom(KEY_BYTES), now_ms)
    return generation


def rewrap_some(connection: Connection, sealed: Sealed, sealer: Sealer, most: int) -> int:
    """Wrap some values anew that an older master key wraps; say how many were found."""
    column = sealed.table.c[sealed.column]
    rows = all_rows(
        connection.execute(select(sealed.table).where(_older(sealed, sealer)).limit(most))
    )
    for row in rows:
        workspace = "" if sealed.workspace is None else row[sealed.workspace]
        value = sealer.rewrapped(workspace, row[sealed.column], connection)
        # Changed by somebody else meanwhile, it is found again, or wrapped anew already.
        own = update(sealed.table).where(
            *_same_row(sealed.table, row), column == row[sealed.column]
        )
        connection.execute(own.values({sealed.column: value}))
    return len(rows)


def older(connection: Connection, sealed: Sealed, sealer: Sealer) -> int:
    """How many values an older master key wraps."""
    count = select(func.count()).select_from(sealed.table).where(_older(sealed, sealer))
    return int(connection.execute(count).scalar_one())


def _older(sealed: Sealed, sealer: Sealer) -> Any:
    column = sealed.table.c[sealed.column]
    head = head_of(sealer.newest)
    return column.is_not(None) & (func.substr(column, 1, len(head)) != head)


def _same_row(table: Table, row: Row) -> list[Any]:
    return [column == row[column.name] for column in table.primary_key]


def _keep(
    connection: Connection, root: bytes, purpose: str, generation: int, key: bytes, now_ms: int
) -> None:
    row = {
        "purpose": purpose,
        "generation": generation,
        "root": fingerprint(root),
        "wrapped": wrap(root, f"{purpose} {generation}", key),
        "created_ms": now_ms,
    }
    connection.execute(insert(secret_keys).values(row))


def _unwrapped(connection: Connection, root: bytes, purpose: str) -> Mapping[int, bytes]:
    own = (_K.purpose == purpose) & (_K.root == fingerprint(root))
    rows = all_rows(connection.execute(select(secret_keys).where(own)))
    return {
        row["generation"]: unwrap(root, f"{purpose} {row['generation']}", row["wrapped"])
        for row in rows
    }


def _numbers(connection: Connection, purpose: str, root: str | None = None) -> Sequence[int]:
    found = select(_K.generation).where(_K.purpose == purpose).distinct()
    if root is not None:
        found = found.where(_K.root == root)
    return list(connection.execute(found).scalars())


def _wrong(mark: str, known: Sequence[str]) -> RootKeyWrong:
    message = (
        f"The root key has the fingerprint {mark}, and the database was sealed with "
        f"{' or '.join(known)}."
    )
    hint = (
        "Put back the `secret.key` of the data directory, or the PENSTOCK_SECRET_KEY, of before. "
        "Or restore database and key from one backup. If the key is lost, begin with a new "
        "database: nobody can read what was sealed."
    )
    return RootKeyWrong(message, hint=hint)
