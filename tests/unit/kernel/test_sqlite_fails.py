"""What SQLite refuses is told in our words, with what mends it."""

from __future__ import annotations

import sqlite3

import pytest
from sqlalchemy.exc import DatabaseError, DBAPIError, OperationalError

from penstock_kernel.store.sql.database import StoreUnavailable
from penstock_kernel.store.sql.sqlite import told


@pytest.mark.parametrize(
    ("kind", "text", "hint"),
    [
        (DatabaseError, "file is not a database", "Name another file"),
        (DatabaseError, "database disk image is malformed", "restore a backup"),
        (OperationalError, "attempt to write a readonly database", "has to be able to write"),
        (OperationalError, "unable to open database file", "has to be able to write"),
        (OperationalError, "database is locked", "tries again"),
    ],
)
def test_a_database_that_cannot_be_used_is_told_with_what_mends_it(
    kind: type[DBAPIError], text: str, hint: str
) -> None:
    found = told(kind("SELECT 1", {}, sqlite3.OperationalError(text)))

    assert isinstance(found, StoreUnavailable)
    assert text in found.message
    assert hint in found.hint
