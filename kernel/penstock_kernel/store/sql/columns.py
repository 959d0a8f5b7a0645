"""The kinds of columns there are, and the one place that all tables belong to."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    text,
)
from sqlalchemy.sql.schema import SchemaItem

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)
#: Numbers that grow by themselves: SQLite knows one type for them.
_Serial = BigInteger().with_variant(Integer, "sqlite")


def without_nul(text: str) -> str:
    """A text from outside as a column can hold it: PostgreSQL knows no character NUL."""
    return text.replace("\0", "")


def key(name: str, *, serial: bool = False) -> Column[object]:
    """A part of the primary key."""
    return Column(name, _Serial if serial else Text, primary_key=True, autoincrement=serial)


def words(name: str, *, empty: bool = True, default: str | None = None) -> Column[object]:
    """A text."""
    return Column(name, Text, nullable=empty, server_default=default)


def number(name: str, default: int | None = 0, *, key: bool = False) -> Column[object]:
    """A whole number: an amount, or a moment."""
    given = None if default is None or key else str(default)
    empty = default is None and not key
    return Column(
        name, BigInteger, nullable=empty, server_default=given, primary_key=key, autoincrement=False
    )


def flag(name: str) -> Column[object]:
    """Yes or no, and no by default."""
    return Column(name, Boolean, nullable=False, server_default=text("false"))


def data(name: str) -> Column[object]:
    """What only we read."""
    return Column(name, LargeBinary, nullable=True)


def table(name: str, *items: SchemaItem) -> Table:
    """A table."""
    # A number that was used once is never used again: what was told of it stays true.
    counted = any(getattr(item, "autoincrement", False) is True for item in items)
    made: Table = Table(name, metadata, *items)
    if counted:
        made.dialect_options["sqlite"]["autoincrement"] = True
    return made
