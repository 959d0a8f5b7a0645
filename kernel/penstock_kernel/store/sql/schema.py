"""Brings a database to the schema of this program, and refuses one that is too new for it.

The rules:

* Migrations only go forward, and each leaves what the release before needs (expand, then contract
  a release later): workers of both may run during an upgrade.
* A database says how old the schema may be that a program was made for to work with it. Who is not
  older than that works with a newer schema as it is, so that an upgrade can be taken back.
* Whoever migrates holds a lock, so that two that start at once do not do it twice.
"""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, text

from penstock_sdk import PenstockError

#: Any number will do, as long as nobody else uses it in the same database.
_LOCK = 7_302_512
#: A program that was made for this schema, or for a newer one, works with the newest. Raised in the
#: release that takes away what such a program needs.
COMPATIBLE_FROM = "0002"
#: Where that stands in a database: beside what alembic keeps there.
_TABLE, _COLUMN = "alembic_version", "compatible_from"


class SchemaNewer(PenstockError):
    """The database was made or changed by a newer version of Penstock."""

    code: ClassVar[str] = "store.schema_newer"


class SchemaOlder(PenstockError):
    """The database has to be migrated first."""

    code: ClassVar[str] = "store.schema_older"


def migrate(connection: Connection) -> bool:
    """Bring the database to the newest schema; say whether there was anything to do.

    Raises:
        SchemaNewer: It is too new for this program.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"SELECT pg_advisory_xact_lock({_LOCK})"))
    config = _config()
    if _is_usable(connection, config):
        return False
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
    _note(connection)
    return True


def check(connection: Connection) -> None:
    """Refuse a database that this program cannot use.

    Raises:
        SchemaNewer: It is too new for this program.
        SchemaOlder: It has to be migrated first.
    """
    config = _config()
    if not _is_usable(connection, config):
        current = version(connection)
        message = f"The database has schema {current or 'none'}, and {_newest(config)} is needed."
        raise SchemaOlder(message, hint="Run `penstock migrate`, or start a server.")


def refuse_newer(connection: Connection) -> None:
    """Refuse a database that has more in it than this program knows, though it can work with it.

    Raises:
        SchemaNewer: It is newer than this program.
    """
    current = version(connection)
    if current is not None and current not in _known(_config()):
        raise _newer(current)


def version(connection: Connection) -> str | None:
    """The schema that a database has."""
    return MigrationContext.configure(connection).get_current_revision()


def _is_usable(connection: Connection, config: Config) -> bool:
    """Is it as this program needs it? If not, it is older.

    Raises:
        SchemaNewer: It is too new.
    """
    current = version(connection)
    if current is None or current in _known(config):
        return current == _newest(config)
    # Schemas follow one another: who knows the oldest that will do is not older than that.
    if _noted(connection) not in _known(config):
        raise _newer(current)
    return True


def _note(connection: Connection) -> None:
    """Write down who can work with the schema that it has now."""
    names = {column["name"] for column in inspect(connection).get_columns(_TABLE)}
    if _COLUMN not in names:
        connection.execute(text(f"ALTER TABLE {_TABLE} ADD COLUMN {_COLUMN} VARCHAR(32)"))
    noted = text(f"UPDATE {_TABLE} SET {_COLUMN} = :oldest")  # noqa: S608 - our own words
    connection.execute(noted, {"oldest": COMPATIBLE_FROM})


def _noted(connection: Connection) -> str | None:
    """The oldest schema whose program can work with the database; none where nobody has said."""
    names = {column["name"] for column in inspect(connection).get_columns(_TABLE)}
    if _COLUMN not in names:
        return None
    noted = text(f"SELECT {_COLUMN} FROM {_TABLE}")  # noqa: S608 - our own words
    found: str | None = connection.execute(noted).scalar_one()
    return found


def _newer(current: str) -> SchemaNewer:
    message = f"The database has schema {current}, which this version of Penstock is too old for."
    return SchemaNewer(message, hint="Start the version that made it, or restore a backup.")


def _known(config: Config) -> set[str]:
    return {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}


def _newest(config: Config) -> str:
    return ScriptDirectory.from_config(config).get_current_head() or ""


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.set_main_option("path_separator", "os")
    return config
