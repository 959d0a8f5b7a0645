"""PostgreSQL at a checked address. The only module that imports asyncpg.

The rules:

* The certificate is checked for the name, though the address is what is connected to.
* Without TLS a password goes to no public address: whoever answers could ask for it in the clear.
* Rows and bytes of a result are bounded, and so is the time of a statement.
* Nothing of the environment counts: no PGHOST, no password file, no certificates from a home.
* Values come as JSON knows them: moments as ISO 8601, numerics and ids as text, bytes as base64.
"""

from __future__ import annotations

import base64
import datetime as dt
import json
import os
import uuid
from collections.abc import AsyncGenerator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from decimal import Decimal
from importlib import import_module
from ipaddress import ip_address
from typing import Any, cast

from penstock_sandbox.egress.egress import Egress
from penstock_sandbox.egress.exchange import Login
from penstock_sandbox.egress.tls import named_context
from penstock_sandbox.errors import EgressFailed, EgressRefused

MAX_ROWS = 100_000
MAX_BYTES = 50_000_000
_CONNECT_S = 30.0
_STATEMENT_S = 60.0
_BATCH = 500
_asyncpg: Any = import_module("asyncpg")  # it has no types


class Sql:
    """A connection to a database."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    async def fetch(
        self, query: str, *values: Any, max_rows: int = MAX_ROWS, max_bytes: int = MAX_BYTES
    ) -> list[dict[str, Any]]:
        """The rows that a statement gives; `$1`, `$2` stand for the values.

        Raises:
            EgressFailed: The database refused, or there are more rows or bytes than allowed.
        """
        found: list[dict[str, Any]] = []
        size = 0
        async with _failures(), self._connection.transaction():
            statement = await self._connection.prepare(query, timeout=_STATEMENT_S)
            if not statement.get_attributes():
                await statement.fetch(*values, timeout=_STATEMENT_S)
                return []
            cursor = await statement.cursor(*values, timeout=_STATEMENT_S)
            while batch := await cursor.fetch(_BATCH, timeout=_STATEMENT_S):
                for record in batch:
                    row = {name: _plain(value) for name, value in record.items()}
                    size += _size(row)
                    found.append(row)
                    if len(found) > max_rows or size > max_bytes:
                        raise _too_much(max_rows, max_bytes)
        return found

    async def execute(self, query: str, *values: Any) -> str:
        """What a statement did, in the words of the database: `UPDATE 3`.

        Raises:
            EgressFailed: The database refused.
        """
        async with _failures():
            done: str = await self._connection.execute(query, *values, timeout=_STATEMENT_S)
            return done

    async def executemany(self, query: str, rows: Sequence[Sequence[Any]]) -> None:
        """The same statement for many values; all of it or nothing.

        Raises:
            EgressFailed: The database refused.
        """
        async with _failures():
            await self._connection.executemany(query, rows, timeout=_STATEMENT_S)

    @asynccontextmanager
    async def transaction(self) -> AsyncGenerator[None]:
        """All of what is done inside, or nothing of it."""
        async with _failures(), self._connection.transaction():
            yield

    async def close(self) -> None:
        """Leave."""
        try:
            await self._connection.close(timeout=5)
        except (OSError, _asyncpg.PostgresError, _asyncpg.InterfaceError):
            self._connection.terminate()


async def open_sql(egress: Egress, login: Login) -> Sql:
    """Connect to the database of a credential.

    Raises:
        EgressRefused: The address is not allowed, or the password would travel in the clear.
        EgressFailed: It did not succeed.
    """
    context = None if login.tls == "off" else named_context(login.host, login.authority)
    failed: EgressFailed | None = None
    for address in await egress.addresses(login.host, login.port):
        if context is None and login.password and ip_address(address).is_global:
            message = "Without TLS the password would travel in the clear."
            raise EgressRefused(message, hint="Set `tls` of the credential to verify.")
        try:
            async with _failures():
                connection = await _connect(address, login, context)
                return Sql(await _prepared(connection))
        except EgressFailed as error:
            failed = error
            if not error.retryable:
                break
    raise failed or EgressFailed(f"{login.host} has no address.")


async def _connect(address: str, login: Login, context: Any) -> Any:
    return await _asyncpg.connect(
        host=address,
        port=login.port,
        user=login.user or "postgres",
        # Not None, for which the library looks into files and the environment.
        password=login.password,
        passfile=os.devnull,
        database=login.database or login.user or "postgres",
        ssl=context or False,
        timeout=_CONNECT_S,
        command_timeout=_STATEMENT_S,
        server_settings={"statement_timeout": f"{int(_STATEMENT_S * 1000)}"},
    )


async def _prepared(connection: Any) -> Any:
    for name in ("json", "jsonb"):
        await connection.set_type_codec(
            name, encoder=json.dumps, decoder=json.loads, schema="pg_catalog"
        )
    return connection


@asynccontextmanager
async def _failures() -> AsyncGenerator[None]:
    """What the library raises, in our words; without the cause, which may hold values."""
    try:
        yield
    except _asyncpg.PostgresError as error:
        refused = isinstance(error, _asyncpg.InvalidAuthorizationSpecificationError)
        state = str(error.sqlstate or "")
        # Lost connections, full servers, and transactions that got in each other's way.
        retryable = not refused and state[:2] in ("08", "40", "53", "57")
        message = f"The database refused ({state}): {str(error)[:500]}"
        raise EgressFailed(message, retryable=retryable, hint=_hint(error)) from None
    except (_asyncpg.InterfaceError, _asyncpg.InternalClientError, ValueError, TypeError) as error:
        message = f"The database was not asked: {str(error)[:300]}"
        raise EgressFailed(message, retryable=False) from None
    except TimeoutError:
        raise EgressFailed("The database did not answer in time.") from None
    except OSError as error:
        message = f"The database cannot be reached: {error.strerror or type(error).__name__}."
        raise EgressFailed(message) from None


def _hint(error: Any) -> str:
    return str(getattr(error, "hint", "") or "")[:300]


def _too_much(max_rows: int, max_bytes: int) -> EgressRefused:
    message = f"The result has more than {max_rows:,} rows or {max_bytes:,} bytes."
    return EgressRefused(message, hint="Ask for less, e.g. with LIMIT.")


def _plain(value: Any) -> Any:
    """A value as JSON has it."""
    match value:
        case None | bool() | int() | float() | str():
            return value
        case dt.datetime() | dt.date() | dt.time():
            return value.isoformat()
        case dt.timedelta():
            return value.total_seconds()
        case Decimal() | uuid.UUID():
            return str(value)
        case bytes():
            return base64.b64encode(value).decode()
        case Mapping():
            members = cast("Mapping[Any, Any]", value)
            return {str(name): _plain(inner) for name, inner in members.items()}
        case list() | tuple() | set() | frozenset():
            return [_plain(inner) for inner in cast("Iterable[Any]", value)]
        case _:
            return str(value)


def _size(value: Any) -> int:
    """About the bytes of its JSON."""
    if isinstance(value, str):
        return len(value) + 2
    if isinstance(value, dict):
        members = cast("dict[str, Any]", value).items()
        sizes: list[int] = [len(name) + 4 + _size(inner) for name, inner in members]
        return sum(sizes)
    if isinstance(value, list):
        sizes = [_size(inner) + 1 for inner in cast("list[Any]", value)]
        return sum(sizes)
    return 8
