"""The keys that short tokens are signed with. What signs is sealed before it comes here."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from sqlalchemy import Connection, delete, insert, select, update

from penstock_kernel.store.sql.rows import all_rows
from penstock_kernel.store.sql.tables import signing_keys

_K = signing_keys.c


class SigningKey(msgspec.Struct, frozen=True, kw_only=True):
    """A key; what signs is sealed."""

    id: str
    public: bytes
    sealed: bytes
    created_ms: int
    retired_ms: int | None


def system_keys(connection: Connection) -> Sequence[SigningKey]:
    """All keys, the newest first."""
    found = select(signing_keys).order_by(_K.created_ms.desc(), _K.id)
    return [
        SigningKey(
            id=row["id"],
            public=row["public"],
            sealed=row["private"],
            created_ms=row["created_ms"],
            retired_ms=row["retired_ms"],
        )
        for row in all_rows(connection.execute(found))
    ]


def system_add(connection: Connection, key: SigningKey, *, keep_ms: int) -> Sequence[SigningKey]:
    """Sign with this key from now on; the others stay good for what they have signed."""
    now_ms = key.created_ms
    connection.execute(delete(signing_keys).where(_K.retired_ms <= now_ms - keep_ms))
    connection.execute(
        update(signing_keys).where(_K.retired_ms.is_(None)).values(retired_ms=now_ms)
    )
    row = {"id": key.id, "public": key.public, "private": key.sealed, "created_ms": now_ms}
    connection.execute(insert(signing_keys).values(row))
    return system_keys(connection)
