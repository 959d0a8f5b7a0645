"""The contract of a database: queries that read, and changes that are committed in groups.

The promises, for every implementation:

* When a change returns, it is committed and stays, whatever happens to the process or the machine.
* Changes that are asked for at the same time share a commit. Each takes effect whole or not at all,
  whatever becomes of the others.
* A query sees what was committed before it was asked, and one state of the database throughout.

A change is a function of a connection and of everything that was asked of it, so that it can use
one statement for many. It gives one answer for each; an answer that is an error is raised where it
was asked for, and nothing of it may have been done by then. A change may be called again after what
it did was taken back, so it does nothing but talk to the connection.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, ClassVar, Literal, Protocol, TypeVar

from sqlalchemy import Connection

from penstock_kernel.store.journal import JournalFailed
from penstock_sdk import PenstockError

Asked = TypeVar("Asked")
Answer = TypeVar("Answer")

Change = Callable[[Connection, Sequence[Asked]], Sequence[Answer | PenstockError]]
Query = Callable[[Connection], Answer]
Kind = Literal["sqlite", "postgresql"]


class StoreUnavailable(JournalFailed):
    """The database cannot be reached, or is too busy."""

    code: ClassVar[str] = "store.unavailable"


class StoreFull(JournalFailed):
    """There is no room left where the database lies."""

    code: ClassVar[str] = "store.full"


class SchemaChanged(JournalFailed):
    """The database was migrated by a program of another version while this one ran."""

    code: ClassVar[str] = "store.schema_changed"


class StoreClosed(JournalFailed):
    """The kernel is closing and writes no more."""

    code: ClassVar[str] = "store.closed"


class Database(Protocol):
    """Where everything is kept."""

    kind: Kind
    #: Physical commits so far, for figures.
    commits: int

    async def read(self, query: Query[Answer]) -> Answer:
        """Ask something.

        Raises:
            StoreUnavailable: The database cannot be reached.
        """
        ...

    async def change(self, change: Change[Asked, Answer], asked: Asked) -> Answer:
        """Make a change, together with others of its kind.

        Raises:
            StoreUnavailable: The database cannot be reached; whether the change was made is open.
            StoreFull: There is no room.
            PenstockError: What the change itself refuses.
        """
        ...

    async def transact(self, work: Query[Answer]) -> Answer:
        """Make a change that is the only one of its kind, in one transaction.

        What it raises takes it back.

        Raises:
            StoreUnavailable: The database cannot be reached; whether the change was made is open.
            StoreFull: There is no room.
        """
        ...

    def now_ms(self, connection: Connection) -> int:
        """The time that all processes agree upon: that of the database."""
        ...

    async def close(self) -> None:
        """Finish what was asked for and let go."""
        ...


def alone(connection: Connection, asked: Sequence[Query[Any]]) -> Sequence[Any]:
    """The change behind `transact`: pieces of work one after the other."""
    return [work(connection) for work in asked]


def schema_changed(text: str) -> SchemaChanged:
    """What somebody is told whose tables are not what they were."""
    message = f"The database does not have the tables that this version knows: {text}."
    return SchemaChanged(message, hint="Start this process again, with the version of the others.")
