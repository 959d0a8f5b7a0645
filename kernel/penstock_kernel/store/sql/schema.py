"""Brings a database to the schema of this program, and refuses one that is newer.

The rules:

* Migrations only go forward, and each leaves what the release before needs (expand, then contract
  a release later): workers of both may run during an upgrade.
* Whoever migrates holds a lock, so that two that start at once do not do it twice.
"""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from penstock_sdk import PenstockError

#: Any number will do, as long as nobody else uses it in the same database.
_LOCK = 7_302_512


class SchemaNewer(PenstockError):
    """The database was made or changed by a newer version of Penstock."""

    code: ClassVar[str] = "store.schema_newer"


class SchemaOlder(PenstockError):
    """The database has to be migrated first."""

    code: ClassVar[str] = "store.schema_older"


def migrate(connection: Connection) -> bool:
    """Bring the database to the newest schema; say whether there was anything to do.

    Raises:
        SchemaNewer: It is newer than this program.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"SELECT pg_advisory_xact_lock({_LOCK})"))
    config = _config()
    current, newest = version(connection), _newest(config)
    _refuse_newer(config, current)
    if current == newest:
        return False
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
    return True


def check(connection: Connection) -> None:
    """Refuse a database that this program cannot use.

    Raises:
        SchemaNewer: It is newer than this program.
        SchemaOlder: It has to be migrated first.
    """
    config = _config()
    current = version(connection)
    _refuse_newer(config, current)
    if current != _newest(config):
        message = f"The database has schema {current or 'none'}, and {_newest(config)} is needed."
        raise SchemaOlder(message, hint="Run `penstock migrate`, or start a server.")


def version(connection: Connection) -> str | None:
    """The schema that a database has."""
    return MigrationContext.configure(connection).get_current_revision()


def _refuse_newer(config: Config, current: str | None) -> None:
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if current is not None and current not in known:
        message = (
            f"The database has schema {current}, which this version of Penstock is too old for."
        )
        raise SchemaNewer(message, hint="Start the version that made it, or restore a backup.")


def _newest(config: Config) -> str:
    return ScriptDirectory.from_config(config).get_current_head() or ""


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.set_main_option("path_separator", "os")
    return config
