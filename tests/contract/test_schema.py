"""The schema that migrations make is the one that the tables describe."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, text
from tests.support.databases import KINDS, empty_postgres_url, opened

from penstock_kernel.store.sql.opening import DatabaseUnusable, open_database
from penstock_kernel.store.sql.schema import SchemaNewer, SchemaOlder, migrate, version
from penstock_kernel.store.sql.tables import metadata


@pytest.mark.parametrize("kind", KINDS)
async def test_migrations_make_the_tables_that_are_described(kind: str, tmp_path: Path) -> None:
    def differences(connection: Connection) -> list[object]:
        return list(compare_metadata(MigrationContext.configure(connection), metadata))

    async with opened(kind, tmp_path) as db:
        found = await db.transact(differences)

    assert found == []


@pytest.mark.parametrize("kind", KINDS)
async def test_a_database_that_is_up_to_date_is_not_migrated_again(
    kind: str, tmp_path: Path
) -> None:
    async with opened(kind, tmp_path) as db:
        assert not await db.transact(migrate)
        assert await db.transact(version) == "0007"


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
async def test_several_that_migrate_an_empty_database_at_once_all_find_it_usable(
    kind: str, tmp_path: Path
) -> None:
    url = empty_postgres_url() if kind == "postgresql" else f"sqlite:///{tmp_path / 'p.db'}"
    settings = {"PENSTOCK_DATABASE": url, "PENSTOCK_DATA_DIR": str(tmp_path)}
    words = [str(Path(sys.executable).parent / "penstock"), "migrate"]

    started = [
        await asyncio.create_subprocess_exec(*words, env={**os.environ, **settings})
        for _ in range(4)
    ]

    assert [await one.wait() for one in started] == [0, 0, 0, 0]
    await (await open_database(url, migrates=False)).close()


async def test_a_newer_schema_is_refused_with_a_way_out(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'p.db'}"
    db = await open_database(url)
    newer = text("UPDATE alembic_version SET version_num = '9999', compatible_from = '9999'")
    await db.transact(lambda connection: connection.execute(newer).rowcount)
    await db.close()

    with pytest.raises(SchemaNewer, match="too old for") as caught:
        await open_database(url)

    assert "restore a backup" in caught.value.hint


async def test_a_database_without_a_schema_is_refused_where_nobody_may_migrate(
    tmp_path: Path,
) -> None:
    with pytest.raises(SchemaOlder, match="is needed"):
        await open_database(f"sqlite:///{tmp_path / 'p.db'}", migrates=False)


@pytest.mark.parametrize("url", ["", "mysql://x/y", "nonsense", "sqlite+x:///y"])
async def test_an_address_that_names_no_database_is_refused(url: str) -> None:
    with pytest.raises(DatabaseUnusable, match="sqlite:///FILE"):
        await open_database(url)
