"""What is kept no longer: the queries that find it, and small changes that remove it.

The rules:

* Only what has ended goes, and with it what ran in line for it; what is live stays, however old.
* What is to go is found by queries, which hold nobody up; whether it still may go is asked again
  by the change that removes it.
* A text goes when no execution, no version and no draft names it. While that is decided nobody can
  begin to name one. Binary data that it alone names goes after it.
* Of a large execution the steps go first, in pieces. Nobody can redrive it from then on.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import (
    CTE,
    ColumnElement,
    Connection,
    Table,
    delete,
    func,
    select,
    text,
    tuple_,
    union,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from penstock_kernel.store.sql import codec, hook_deliveries
from penstock_kernel.store.sql import documents as named_texts
from penstock_kernel.store.sql.database import Database, StoreUnavailable
from penstock_kernel.store.sql.postgres import PostgresDatabase
from penstock_kernel.store.sql.tables import (
    blob_refs,
    dead_letters,
    documents,
    execution_keys,
    execution_logs,
    execution_steps,
    leases,
    schedule_fires,
    step_cache,
    waits,
    webhook_deliveries,
    workflow_executions,
    workflow_versions,
    workflows,
)

#: Whoever holds this lease may count on every blob to stay.
BLOBS_LEASE = "blobs"
#: Executions of one change.
MOST = 200
#: Workflows, documents or files that are looked at together.
PAGE = 200
#: The free pages of a file that are left in it for what comes next: one of so many.
_RESERVE = 16
_ENDED = ("success", "error", "canceled", "dead")
_E = workflow_executions.c
_ROOT = _E.root_id.is_(None) & _E.status.in_(_ENDED)
#: What belongs to an execution alone.
_OWNED = (execution_steps, execution_logs, execution_keys, waits, dead_letters, blob_refs)
_VACUUMED = (*_OWNED, workflow_executions, documents, schedule_fires, webhook_deliveries)


class Keep(msgspec.Struct, frozen=True):
    """What a workflow says of how much of it is kept; None where it says nothing."""

    days: int | None = msgspec.field(default=None, name="retention_days")
    executions: int | None = msgspec.field(default=None, name="retention_executions")


class Seen(NamedTuple):
    """A workflow that has executions."""

    id: str
    oldest_ms: int
    #: The text that says what is kept: that of the active version, else of the newest execution.
    document_id: str


class Place(NamedTuple):
    """A place in the order in which executions came."""

    created_ms: int
    id: str


FIRST = Place(-1, "")


class Old(NamedTuple):
    """An execution that may go."""

    place: Place
    #: Rows that go with it, or a few more.
    rows: int


class Lot(NamedTuple):
    """Executions that are counted together: of a workflow, or of a workspace but for some."""

    workflow: str | None = None
    workspace: str | None = None
    without: tuple[str, ...] = ()

    @property
    def which(self) -> ColumnElement[bool]:
        """The condition."""
        if self.workflow is not None:
            return _E.workflow_id == self.workflow
        return (_E.workspace_id == self.workspace) & _E.workflow_id.not_in(self.without)


# --- what is there ---------------------------------------------------------------------------


def workflows_after(connection: Connection, last: str) -> list[Seen]:
    """The next workflows that have executions."""
    each = _each(_E.workflow_id, _E.workflow_id > last)
    own = _E.workflow_id == each.c.id
    oldest = select(func.min(_E.created_ms)).where(own)
    newest = select(_E.document_id).where(own).order_by(_E.created_ms.desc()).limit(1)
    active = select(workflow_versions.c.document_id).where(
        workflow_versions.c.workflow_id == workflows.c.id,
        workflow_versions.c.number == workflows.c.active_version,
        workflows.c.id == each.c.id,
    )
    says = func.coalesce(active.scalar_subquery(), newest.scalar_subquery())
    found = select(each.c.id, oldest.scalar_subquery(), says).where(each.c.id.is_not(None))
    return [Seen(row[0], row[1], row[2]) for row in connection.execute(found.limit(PAGE))]


def workspaces_with_executions(connection: Connection) -> list[str]:
    """All workspaces that have executions."""
    # What ran in line is in no index by workspace.
    each = _each(_E.workspace_id, _E.root_id.is_(None))
    return list(connection.execute(select(each.c.id).where(each.c.id.is_not(None))).scalars())


def _each(column: ColumnElement[Any], which: ColumnElement[bool]) -> CTE:
    """The values of an indexed column, by steps through the index: not by looking at each row."""
    first = select(func.min(column).label("id")).where(which).cte("each", recursive=True)
    following = select(func.min(column)).where(which, column > first.c.id).scalar_subquery()
    return first.union_all(select(following).where(first.c.id.is_not(None)))


def kept_by(connection: Connection, document_ids: Collection[str]) -> dict[str, Keep]:
    """What texts say of how much is kept."""
    wanted = documents.c.id.in_(document_ids)
    rows = connection.execute(select(documents.c.id, documents.c.content).where(wanted))
    return {row.id: _keep(row.content) for row in rows}


class _Document(msgspec.Struct):
    settings: Keep = Keep()


def _keep(packed: bytes) -> Keep:
    try:
        return msgspec.json.decode(codec.unpack(packed, str), type=_Document).settings
    except (msgspec.DecodeError, UnicodeEncodeError):
        return Keep()  # a text that is not a document says nothing, and keeps nobody from going on


def bound(connection: Connection, lot: Lot, most: int) -> Place | None:
    """The newest of those that are too many."""
    line = select(_E.created_ms, _E.id).where(lot.which, _ROOT)
    ordered = line.order_by(_E.created_ms.desc(), _E.id.desc()).offset(most).limit(1)
    row = connection.execute(ordered).first()
    return None if row is None else Place(row.created_ms, row.id)


def old(
    connection: Connection, lot: Lot, after: Place, until: Place, ended_before_ms: int | None
) -> list[Old]:
    """Executions that may go, oldest first, from behind one place up to another one."""
    place = tuple_(_E.created_ms, _E.id)
    own = lot.which & _ROOT & _E.created_ms.between(after.created_ms, until.created_ms)
    own &= (place > tuple_(*after)) & (place <= tuple_(*until))
    if ended_before_ms is not None:
        own &= _E.finished_ms < ended_before_ms
    line = select(_E.created_ms, _E.id, _E.steps).where(own)
    rows = connection.execute(line.order_by(_E.created_ms, _E.id).limit(MOST)).all()
    inside = _rows_inside(connection, [row.id for row in rows])
    return [Old(Place(row[0], row[1]), 1 + row[2] + inside.get(row[1], 0)) for row in rows]


def _rows_inside(connection: Connection, roots: Sequence[str]) -> Mapping[str, int]:
    """How many rows there are of what ran in line."""
    if not roots:
        return {}
    rows = func.count() + func.sum(_E.steps)
    counted = select(_E.root_id, rows).where(_E.root_id.in_(roots)).group_by(_E.root_id)
    return {row[0]: int(row[1]) for row in connection.execute(counted)}


# --- what goes -------------------------------------------------------------------------------


def remove(connection: Connection, executions: Sequence[str]) -> int:
    """Remove executions that may go, with all that belongs to them; say how many."""
    roots = _locked(connection, executions)
    if roots:
        inside = connection.execute(select(_E.id).where(_E.root_id.in_(roots))).scalars()
        _remove_rows(connection, [*roots, *inside])
    return len(roots)


def remove_some(connection: Connection, execution: str, most: int) -> bool:
    """Remove a piece of a large execution that may go; say whether nothing is left of it."""
    if not _locked(connection, [execution]):
        return True
    dead = (_E.id == execution) & (_E.status == "dead")
    connection.execute(update(workflow_executions).where(dead).values(status="error"))
    inside = select(_E.id).where(_E.root_id == execution).limit(most)
    family = [execution, *connection.execute(inside).scalars()]
    for table in (execution_steps, execution_logs):
        if _remove_piece(connection, table, family, most):
            return False
    _remove_rows(connection, family[1:])
    if len(family) > most:
        return False
    _remove_rows(connection, [execution])
    return True


def _locked(connection: Connection, executions: Sequence[str]) -> list[str]:
    """Those that have ended, which nobody can take up again before they are gone."""
    own = select(_E.id).where(_E.id.in_(executions), _ROOT).order_by(_E.id)
    return list(connection.execute(own.with_for_update(skip_locked=True)).scalars())


def _remove_rows(connection: Connection, ids: Sequence[str]) -> None:
    for table in _OWNED:
        connection.execute(delete(table).where(table.c.execution_id.in_(ids)))
    connection.execute(delete(workflow_executions).where(_E.id.in_(ids)))


def _remove_piece(
    connection: Connection, table: Table, executions: Sequence[str], most: int
) -> bool:
    """Remove some rows of executions; say whether there may be more."""
    key = table.primary_key.columns.values()
    own = select(*key).where(table.c.execution_id.in_(executions)).limit(most)
    return _remove_keys(connection, table, own) == most


def _remove_keys(connection: Connection, table: Table, keys: Any) -> int:
    """Remove the rows whose keys a query finds."""
    found = [tuple(row) for row in connection.execute(keys)]
    if found:
        own = tuple_(*table.primary_key.columns.values()).in_(found)
        connection.execute(delete(table).where(own))
    return len(found)


def remove_fires(connection: Connection, last: str, before_ms: int) -> tuple[str | None, int]:
    """Remove old fires of the next schedule; its id and their number, or no id at the end."""
    fires = schedule_fires.c
    following = select(fires.schedule_id).where(fires.schedule_id > last)
    one = connection.execute(following.order_by(fires.schedule_id).limit(1)).scalar_one_or_none()
    if one is None:
        return None, 0
    own = (fires.schedule_id == one) & (fires.fire_ms < before_ms) & (fires.created_ms < before_ms)
    keys = select(fires.schedule_id, fires.fire_ms).where(own).limit(MOST)
    removed = _remove_keys(connection, schedule_fires, keys)
    return (last if removed == MOST else one), removed


def remove_deliveries(connection: Connection, before_ms: int) -> int:
    """Remove old deliveries; say how many."""
    known = webhook_deliveries.c
    old = known.received_ms < before_ms
    keys = select(known.endpoint_id, known.delivery_id).where(old)
    ordered = keys.order_by(known.received_ms).limit(MOST)
    started = select(known.execution_id).where(old).order_by(known.received_ms).limit(MOST)
    held = [hook_deliveries.holder_id(one) for one in connection.execute(started).scalars()]
    connection.execute(delete(blob_refs).where(blob_refs.c.execution_id.in_(held)))
    return _remove_keys(connection, webhook_deliveries, ordered)


def unnamed_documents(connection: Connection, last: str) -> tuple[str | None, list[str]]:
    """The next texts, as far as nobody names them, and where to go on."""
    line = select(documents.c.id).where(documents.c.id > last).order_by(documents.c.id).limit(PAGE)
    ids = list(connection.execute(line).scalars())
    named = _named(connection, ids)
    return (ids[-1] if ids else None), [one for one in ids if one not in named]


def remove_documents(connection: Connection, ids: Sequence[str]) -> int:
    """Remove texts that nobody names; say how many.

    Raises:
        StoreUnavailable: Others are at work with them all the time.
    """
    if connection.dialect.name == "postgresql":
        _let_nobody_name_any(connection)
    named = _named(connection, ids)
    gone = [one for one in ids if one not in named]
    connection.execute(delete(documents).where(documents.c.id.in_(gone)))
    named_texts.let_go(connection, gone)
    return len(gone)


def _let_nobody_name_any(connection: Connection) -> None:
    # Whoever names a text has asked to keep it before, in the same transaction: it waits here, or
    # has been waited for. In SQLite there is one that writes.
    try:
        connection.execute(text("SET LOCAL lock_timeout = '50ms'"))
        connection.execute(text("LOCK TABLE documents IN SHARE ROW EXCLUSIVE MODE"))
    except DBAPIError as error:
        message = "The texts of workflows are in use."
        raise StoreUnavailable(message, hint="Nothing: they are looked at again later.") from error


def _named(connection: Connection, ids: Sequence[str]) -> set[str]:
    naming = (_E.document_id, workflow_versions.c.document_id, workflows.c.draft_id)
    queries = [select(column).where(column.in_(ids)) for column in naming]
    return set(connection.execute(union(*queries)).scalars())


def unnamed_blobs(connection: Connection, names: Mapping[str, Sequence[str]]) -> list[str]:
    """Those of some blobs that nobody refers to; each may be referred to by several names.

    A blob is called by its place, which begins with the folder of its workspace.
    """
    wanted = [name for given in names.values() for name in given]
    of_executions = select(blob_refs.c.blob_id).where(
        blob_refs.c.blob_id.in_(wanted), ~named_texts.HELD
    )
    cached = select(step_cache.c.blob_id).where(step_cache.c.blob_id.in_(wanted))
    named = set(connection.execute(union(of_executions, cached)).scalars())
    held = named_texts.held(connection, wanted)

    def is_named(blob: str) -> bool:
        folder = blob.partition("/")[0]
        return any(name in named or (name, folder) in held for name in names[blob])

    return [blob for blob in names if not is_named(blob)]


# --- who does it, and the space --------------------------------------------------------------


def hold(db: Database, connection: Connection, name: str, holder: str, for_ms: int) -> bool:
    """Take a lease, or keep it; say whether it is held."""
    now_ms = db.now_ms(connection)
    dialect = sqlite if db.kind == "sqlite" else postgresql
    values = {"name": name, "holder": holder, "epoch": 1, "until_ms": now_ms + for_ms}
    changed = {"holder": holder, "until_ms": now_ms + for_ms, "epoch": leases.c.epoch + 1}
    free = (leases.c.holder == holder) | (leases.c.until_ms < now_ms)
    new = dialect.insert(leases).values(values)
    taken = new.on_conflict_do_update(index_elements=[leases.c.name], set_=changed, where=free)
    return connection.execute(taken.returning(leases.c.holder)).first() is not None


def let_go(connection: Connection, name: str, holder: str) -> None:
    """Give a lease back."""
    own = (leases.c.name == name) & (leases.c.holder == holder)
    connection.execute(delete(leases).where(own))


def shrink(connection: Connection, pages: int) -> int:
    """Give free pages of a SQLite file back to the disk; say how many bytes."""

    def pragma(name: str) -> int:
        return int(connection.exec_driver_sql(f"PRAGMA {name}").scalar_one())

    free, count = pragma("freelist_count"), pragma("page_count")
    spare = min(pages, free - count // _RESERVE)
    if spare <= 0 or pragma("auto_vacuum") != 2:
        return 0
    # It frees a page with each step, and Python takes one step of what gives no rows.
    cursor = connection.connection.cursor()
    for _ in range(spare):
        cursor.execute("PRAGMA incremental_vacuum(1)")
    cursor.close()
    return (free - pragma("freelist_count")) * pragma("page_size")


async def vacuum(db: PostgresDatabase) -> None:
    """Let PostgreSQL use the room again, and give back what is free at the end of its files.

    Raises:
        StoreUnavailable: It cannot be done now.
    """
    # It is no transaction, and takes as long as it takes.
    engine = create_async_engine(db.url, poolclass=NullPool, isolation_level="AUTOCOMMIT")
    try:
        async with engine.connect() as connection:
            for table in _VACUUMED:
                await connection.execute(text(f"VACUUM {table.name}"))
    except (DBAPIError, OSError) as error:
        message = f"The room that was freed cannot be used again yet: {error}."
        raise StoreUnavailable(
            message, hint="It is tried again; autovacuum does it too."
        ) from error
    finally:
        await engine.dispose()
