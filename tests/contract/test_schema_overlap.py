"""Programs of two releases share a database while one takes the place of the other."""

from __future__ import annotations

from pathlib import Path

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from tests.support.databases import opened

from penstock_kernel.store.sql import schema
from penstock_kernel.store.sql.backup import back_up
from penstock_kernel.store.sql.schema import COMPATIBLE_FROM, SchemaNewer, check, migrate, version

FILES = ("sqlite", "postgresql")


def _become(connection: Connection, number: str, oldest: str | None) -> None:
    """What a newer program leaves behind that has migrated."""
    noted = text("UPDATE alembic_version SET version_num = :number, compatible_from = :oldest")
    connection.execute(noted, {"number": number, "oldest": oldest})


@pytest.mark.parametrize("kind", FILES)
async def test_a_program_works_with_a_newer_schema_that_says_that_it_may(
    kind: str, tmp_path: Path
) -> None:
    async with opened(kind, tmp_path) as db:
        newest = await db.transact(version)
        await db.transact(lambda connection: _become(connection, "9999", newest))

        assert not await db.transact(migrate)
        await db.transact(check)
        assert await db.transact(version) == "9999"


@pytest.mark.parametrize("kind", FILES)
@pytest.mark.parametrize("oldest", ["9998", None])
async def test_a_newer_schema_that_does_not_say_so_is_refused(
    kind: str, oldest: str | None, tmp_path: Path
) -> None:
    async with opened(kind, tmp_path) as db:
        await db.transact(lambda connection: _become(connection, "9999", oldest))

        with pytest.raises(SchemaNewer, match="9999"):
            await db.transact(migrate)
        with pytest.raises(SchemaNewer, match="9999"):
            await db.transact(check)


async def test_a_newer_schema_of_a_program_that_knew_no_such_rule_is_refused(
    tmp_path: Path,
) -> None:
    async with opened("sqlite", tmp_path) as db:
        await db.transact(lambda connection: _become(connection, "9999", None))
        drop = text("ALTER TABLE alembic_version DROP COLUMN compatible_from")
        await db.transact(lambda connection: connection.execute(drop).rowcount)

        with pytest.raises(SchemaNewer, match="9999"):
            await db.transact(migrate)


@pytest.mark.parametrize("kind", FILES)
async def test_a_migrated_database_says_who_can_work_with_it(kind: str, tmp_path: Path) -> None:
    asked = text("SELECT compatible_from FROM alembic_version")
    async with opened(kind, tmp_path) as db:
        found = await db.read(lambda connection: connection.execute(asked).scalar_one())

    assert found == COMPATIBLE_FROM


def test_the_oldest_schema_that_will_do_is_one_that_there_was() -> None:
    config = Config()
    place = Path(schema.__file__).parent / "migrations"
    config.set_main_option("script_location", str(place))
    config.set_main_option("path_separator", "os")
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}

    assert COMPATIBLE_FROM in known


async def test_a_program_makes_no_backup_of_what_it_does_not_know(tmp_path: Path) -> None:
    async with opened("sqlite", tmp_path) as db:
        newest = await db.transact(version)
        await db.transact(lambda connection: _become(connection, "9999", newest))

        with pytest.raises(SchemaNewer, match="9999"):
            await back_up(
                db, tmp_path / "d", tmp_path / "b", with_key=False, progress=lambda *_: None
            )
