"""Other places that people sign in with, as they were set up. Secrets are sealed before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import msgspec
from sqlalchemy import Connection, delete, select
from sqlalchemy.dialects import postgresql, sqlite

from penstock_kernel.store.scope import Scope
from penstock_kernel.store.sql.rows import Row, all_rows, first_row
from penstock_kernel.store.sql.tables import sign_in_providers
from penstock_sdk import PenstockError

_P = sign_in_providers.c


class ProviderMissing(PenstockError):
    """There is no such place to sign in with."""

    code: ClassVar[str] = "provider.missing"


class StoredProvider(msgspec.Struct, frozen=True, kw_only=True):
    """A place to sign in with. Its representation tells no secret."""

    id: str
    kind: str
    name: str
    issuer: str = ""
    client_id: str = ""
    sealed_secret: bytes | None = None
    settings: Mapping[str, Any] = {}
    disabled: bool = False
    created_ms: int = 0

    def __repr__(self) -> str:
        return f"StoredProvider(id={self.id!r}, kind={self.kind!r})"

    def __rich_repr__(self) -> list[tuple[str, Any]]:
        """For printers that do not ask `__repr__`."""
        return [("id", self.id), ("kind", self.kind)]


def system_listed(connection: Connection) -> Sequence[StoredProvider]:
    """All of them, by id."""
    return [
        _provider(row)
        for row in all_rows(connection.execute(select(sign_in_providers).order_by(_P.id)))
    ]


def system_get(connection: Connection, provider: str) -> StoredProvider:
    """One of them.

    Raises:
        ProviderMissing: There is none with this id.
    """
    row = first_row(connection.execute(select(sign_in_providers).where(_P.id == provider)))
    if row is None:
        raise _missing(provider)
    return _provider(row)


def put(connection: Connection, scope: Scope, new: StoredProvider, now_ms: int) -> StoredProvider:
    """Set one up, or change it; without a secret the one that it has stays."""
    scope.require("settings:write")
    row = {
        "kind": new.kind,
        "name": new.name,
        "issuer": new.issuer,
        "client_id": new.client_id,
        "settings": msgspec.json.encode(new.settings),
        "disabled": new.disabled,
    }
    if new.sealed_secret is not None:
        row["client_secret"] = new.sealed_secret
    dialect: Any = sqlite if connection.dialect.name == "sqlite" else postgresql
    made = dialect.insert(sign_in_providers).values(id=new.id, created_ms=now_ms, **row)
    connection.execute(made.on_conflict_do_update(index_elements=[_P.id], set_=row))
    return system_get(connection, new.id)


def remove(connection: Connection, scope: Scope, provider: str) -> None:
    """Let nobody sign in with it any more; whom it made stays.

    Raises:
        ProviderMissing: There is none with this id.
    """
    scope.require("settings:write")
    gone = delete(sign_in_providers).where(_P.id == provider)
    if connection.execute(gone).rowcount == 0:
        raise _missing(provider)


def _missing(provider: str) -> ProviderMissing:
    message = f"There is no provider {provider!r}."
    return ProviderMissing(message, hint="Look into the list of providers.")


def _provider(row: Row) -> StoredProvider:
    return StoredProvider(
        id=row["id"],
        kind=row["kind"],
        name=row["name"],
        issuer=row["issuer"] or "",
        client_id=row["client_id"] or "",
        sealed_secret=row["client_secret"],
        settings=msgspec.json.decode(row["settings"] or b"{}", type=dict[str, Any]),
        disabled=row["disabled"],
        created_ms=row["created_ms"],
    )
