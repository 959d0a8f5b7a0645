"""Backups: everything that is kept, as it was at one moment, in one file.

The rules:

* A backup is made while work goes on, and holds nobody up. It has what was committed before it
  began. Of SQLite a copy is made first, so that its log need not wait for the rest.
* Binary data, state and credentials follow after the tables; meanwhile no binary data is removed.
  They are ciphertext as they lie there. The key is in a backup only if that was asked for.
* The same file is restored into either kind of database.
* What tells only of processes that run is not in it.

A file is a line that says what it is, and frames: a letter, the length of the rest, and the rest.
`H` is the head, `T` rows of a table, `F` a piece of a file, `E` the end with a hash of all before.
"""

from __future__ import annotations

import asyncio
import logging
import os
import sqlite3
import sys
import tempfile
from collections.abc import AsyncGenerator, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, closing
from hashlib import sha256
from importlib.metadata import version as version_of
from pathlib import Path
from typing import IO, Any, ClassVar, Self, TypeVar
from uuid import uuid4

import msgspec
from sqlalchemy import Connection, Table, create_engine, func, select, update

from penstock_kernel.store.blobs import derived
from penstock_kernel.store.sql.database import Database, Kind
from penstock_kernel.store.sql.postgres import PostgresDatabase
from penstock_kernel.store.sql.retention import BLOBS_LEASE, hold, let_go
from penstock_kernel.store.sql.schema import refuse_newer, version
from penstock_kernel.store.sql.sqlite import SqliteDatabase
from penstock_kernel.store.sql.tables import leases, metadata
from penstock_sdk import PenstockError

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

MAGIC = b"penstock backup 1\n"
HEAD, TABLE, FILE, END = b"H", b"T", b"F", b"E"
#: Folders of the data directory, in the order in which what they have may refer to each other.
FOLDERS = ("credentials", "state", "blobs")
KEY_FILE = "secret.key"
_OF_PROCESSES = frozenset({"workers", "leases", "permits", "outbox", "rate_limits"})
_LEASE_MS = 120_000
_PIECE = 1 << 20
_ROWS = 200
_PAGES = 2_048
_LEVEL = 3
#: Of a frame: a row of the largest kind, and some more.
_LONGEST = 1 << 31
T = TypeVar("T")
log = logging.getLogger(__name__)

#: Told what is done, how much of it, and how much there is.
Progress = Callable[[str, int, int], None]


class BackupRefused(PenstockError):
    """A backup cannot be made here, or restored here."""

    code: ClassVar[str] = "backup.refused"


class Head(msgspec.Struct, kw_only=True):
    """What a backup says of itself."""

    schema: str
    kind: Kind
    penstock: str
    created_ms: int
    #: Rows by table.
    rows: dict[str, int]
    #: Does it have the key?
    has_key: bool
    #: Tells whether a key is the one that all is encrypted with, and nothing else about it.
    key_mark: str | None


class Rows(msgspec.Struct, array_like=True):
    """Some rows of a table."""

    table: str
    columns: list[str]
    rows: list[list[Any]]


class Piece(msgspec.Struct, array_like=True):
    """A part of a file of the data directory; the last one of it says so."""

    path: str
    data: bytes
    last: bool


class End(msgspec.Struct, kw_only=True):
    """What came before the end."""

    files: int
    file_bytes: int
    sha256: bytes


class Made(msgspec.Struct, kw_only=True):
    """What became of a backup."""

    file: str
    bytes: int
    head: Head
    files: int
    file_bytes: int


class Writer:
    """Puts frames into a file."""

    def __init__(self, file: IO[bytes], progress: Progress) -> None:
        self.progress = progress
        self.files = 0
        self.file_bytes = 0
        self._file = file
        self._seen = sha256()
        self._write(MAGIC)

    def put(self, letter: bytes, value: object) -> None:
        """Write a frame. What lies encrypted in files is not packed: it would not get smaller."""
        data = msgspec.msgpack.encode(value)
        if letter != FILE:
            data = zstd.compress(data, _LEVEL)
        self._write(letter + len(data).to_bytes(8, "big"))
        self._write(data)

    def end(self) -> End:
        """Write the end, and make sure of all of it."""
        end = End(files=self.files, file_bytes=self.file_bytes, sha256=self._seen.digest())
        self.put(END, end)
        self._file.flush()
        os.fsync(self._file.fileno())
        return end

    def _write(self, data: bytes) -> None:
        self._seen.update(data)
        self._file.write(data)


async def back_up(
    db: Database, data_dir: Path, file: Path, *, with_key: bool, progress: Progress
) -> Made:
    """Write everything into a file that is not there yet.

    Raises:
        BackupRefused: There is such a file, or it cannot be written; or binary data may have been
            removed meanwhile.
        SchemaNewer: The database is newer than this program.
    """
    try:
        with _Draft(file) as draft:
            async with _blobs_that_stay(db):
                writer = Writer(draft.file, progress)
                head = await _write(db, data_dir, writer, draft.folder, with_key=with_key)
            size = draft.finish()
    except (OSError, sqlite3.Error) as error:
        reason = getattr(error, "strerror", None) or error
        message = f"The backup {file} cannot be written: {reason}."
        raise BackupRefused(message, hint="Name another place, or make room.") from error
    return Made(
        file=str(file), bytes=size, head=head, files=writer.files, file_bytes=writer.file_bytes
    )


class _Draft:
    """A file that gets its name when it is whole."""

    def __init__(self, path: Path) -> None:
        if path.exists():
            message = f"The file {path} is there already."
            raise BackupRefused(message, hint="Name another one, or remove it.")
        self._path = path
        self._folder = tempfile.TemporaryDirectory(dir=path.parent, prefix=".new-")
        self.folder = Path(self._folder.name)
        # For its owner only: what it holds is nobody else's.
        self.file = os.fdopen(os.open(self._draft, os.O_CREAT | os.O_WRONLY, 0o600), "wb")

    @property
    def _draft(self) -> Path:
        return self.folder / "backup"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_reason: object) -> None:
        self.file.close()
        self._folder.cleanup()

    def finish(self) -> int:
        """Give it its name, and say how many bytes it has."""
        self._draft.rename(self._path)
        return self._path.stat().st_size


async def _write(
    db: Database, data_dir: Path, writer: Writer, folder: Path, *, with_key: bool
) -> Head:
    key = await asyncio.to_thread(_key_of, data_dir)
    if with_key and key is None:
        message = f"There is no {KEY_FILE} in {data_dir}."
        raise BackupRefused(message, hint="Leave `--with-key` out, or name the data directory.")
    snapshot = _Snapshot(db, key, writer, has_key=with_key)
    if isinstance(db, SqliteDatabase) and db.path is not None:
        head = await asyncio.to_thread(_through_copy, db.path, folder / "copy.db", snapshot)
    else:
        head = await _read_at_length(db, snapshot)
    await asyncio.to_thread(_write_files, data_dir, writer, with_key=with_key)
    await asyncio.to_thread(writer.end)
    return head


async def _read_at_length(db: Database, snapshot: _Snapshot) -> Head:
    """Write the tables, however long the database needs for one of them."""
    if not isinstance(db, PostgresDatabase):
        return await db.read(snapshot.write)
    patient = PostgresDatabase(db.url, readers=1, writers=0, limited=False)
    try:
        return await patient.read(snapshot.write)
    finally:
        await patient.close()


@asynccontextmanager
async def _blobs_that_stay(db: Database) -> AsyncGenerator[None]:
    """Until the block ends, no binary data is removed.

    Raises:
        BackupRefused: Somebody else could remove some after all.
    """
    holder = uuid4().hex

    async def held() -> bool:
        return await db.transact(lambda one: hold(db, one, BLOBS_LEASE, holder, _LEASE_MS))

    async def renewed() -> bool:
        return await db.transact(lambda one: _renew(db, one, holder))

    async def renews() -> None:
        while True:
            await asyncio.sleep(_LEASE_MS / 4_000)
            try:
                await renewed()
            except PenstockError as error:
                log.warning("lease_not_renewed: %s: %s", error.code, error.message)

    while True:
        if await held():
            break
        await asyncio.sleep(0.1)  # until whoever removes some has done so
    renewing = asyncio.create_task(renews())
    try:
        yield
        if not await renewed():
            message = "Binary data may have been removed while the backup was made."
            hint = "Make it again; the database could not be used for too long meanwhile."
            raise BackupRefused(message, hint=hint)
    finally:
        renewing.cancel()
        await asyncio.gather(renewing, return_exceptions=True)
        await _end_lease(db, holder)


def _renew(db: Database, connection: Connection, holder: str) -> bool:
    """Keep the lease; not once somebody else had it, who may have removed something."""
    own = (leases.c.name == BLOBS_LEASE) & (leases.c.holder == holder)
    kept = update(leases).where(own).values(until_ms=db.now_ms(connection) + _LEASE_MS)
    return connection.execute(kept).rowcount > 0


async def _end_lease(db: Database, holder: str) -> None:
    try:
        await db.transact(lambda one: let_go(one, BLOBS_LEASE, holder))
    except PenstockError as error:  # it ends by itself
        log.warning("lease_not_let_go: %s: %s", error.code, error.message)


# --- tables ----------------------------------------------------------------------------------


class _Snapshot:
    """Writes the tables as one transaction sees them."""

    def __init__(self, db: Database, key: bytes | None, writer: Writer, *, has_key: bool) -> None:
        self.writer = writer
        self._db = db
        self._mark = None if key is None else mark_of(key)
        self._has_key = has_key

    def write(self, connection: Connection) -> Head:
        refuse_newer(connection)  # what it does not know of would be missing
        tables = kept_tables()
        rows = {str(table.name): _count(connection, table) for table in tables}
        head = Head(
            schema=version(connection) or "",
            kind=self._db.kind,
            penstock=version_of("penstock"),
            created_ms=self._db.now_ms(connection),
            rows=rows,
            has_key=self._has_key,
            key_mark=self._mark,
        )
        self.writer.put(HEAD, head)
        done, count = 0, sum(rows.values())
        for table in tables:
            for piece in _pieces(connection, table):
                self.writer.put(TABLE, piece)
                done += len(piece.rows)
                self.writer.progress("rows", done, count)
        return head


def kept_tables() -> Sequence[Table]:
    """The tables that are in a backup."""
    return [table for table in metadata.sorted_tables if table.name not in _OF_PROCESSES]


def mark_of(key: bytes) -> str:
    """Tells keys apart, and nothing else about them."""
    return derived(key, "backup:mark").hex()[:16]


def _count(connection: Connection, table: Table) -> int:
    return connection.execute(select(func.count()).select_from(table)).scalar_one()


def _pieces(connection: Connection, table: Table) -> Iterator[Rows]:
    # Some are of a kind of text that only SQLAlchemy knows.
    names = [str(column.name) for column in table.columns]
    streamed = {"stream_results": True, "yield_per": _ROWS}
    found = connection.execute(select(table), execution_options=streamed)
    rows: list[list[Any]] = []
    size = 0
    for part in found.partitions(_ROWS):
        rows += [list(row) for row in part]
        size += sum(len(value) for row in part for value in row if isinstance(value, bytes | str))
        if size >= _PIECE or len(rows) >= 25 * _ROWS:
            yield Rows(str(table.name), names, rows)
            rows, size = [], 0
    if rows:
        yield Rows(str(table.name), names, rows)


def _through_copy(path: Path, copy: Path, snapshot: _Snapshot) -> Head:
    """Copy a file as it is at this moment, and write the tables of the copy."""

    def copied(_status: int, left: int, count: int) -> None:
        snapshot.writer.progress("pages", count - left, count)

    # While it reads from one moment, what others write does not make the copy begin anew.
    with closing(_reading(path)) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target, pages=_PAGES, progress=copied, sleep=0)
    engine = create_engine(f"sqlite:///{copy}")
    try:
        with engine.connect() as connection:
            return snapshot.write(connection)
    finally:
        engine.dispose()
        copy.unlink()


def _reading(path: Path) -> sqlite3.Connection:
    source = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, isolation_level=None)
    source.execute("PRAGMA busy_timeout=30000")
    source.execute("BEGIN")
    source.execute("SELECT count(*) FROM sqlite_master").fetchall()
    return source


# --- files -----------------------------------------------------------------------------------


def _key_of(data_dir: Path) -> bytes | None:
    try:
        return (data_dir / KEY_FILE).read_bytes()
    except FileNotFoundError:
        return None


def _write_files(data_dir: Path, writer: Writer, *, with_key: bool) -> None:
    paths = [path for name in FOLDERS for path in sorted((data_dir / name).rglob("*"))]
    paths = [path for path in paths if path.is_file() and not path.name.startswith(".")]
    for number, path in enumerate([data_dir / KEY_FILE, *paths] if with_key else paths, 1):
        _write_file(data_dir, path, writer)
        writer.progress("files", number, len(paths) + with_key)


def _write_file(data_dir: Path, path: Path, writer: Writer) -> None:
    name = path.relative_to(data_dir).as_posix()
    try:
        file = path.open("rb")
    except FileNotFoundError:
        return  # was deleted meanwhile, and nothing that is kept names it
    with file:
        data = file.read(_PIECE)
        while True:
            following = file.read(_PIECE)
            writer.put(FILE, Piece(name, data, not following))
            writer.file_bytes += len(data)
            if not following:
                break
            data = following
    writer.files += 1


# --- reading ---------------------------------------------------------------------------------


def frames(file: IO[bytes]) -> Iterator[tuple[bytes, bytes]]:
    """The frames of a backup: the letter of each, and what it has.

    Raises:
        BackupRefused: It is no backup, or is cut off or changed.
    """
    seen = sha256(MAGIC)
    if file.read(len(MAGIC)) != MAGIC:
        message = f"{file.name} is no backup that this version of Penstock made."
        raise BackupRefused(message, hint="Name the file that `penstock backup` wrote.")
    while True:
        start = file.read(9)
        length = int.from_bytes(start[1:], "big")
        if len(start) < 9 or length > _LONGEST:
            raise _damaged(file)
        data = file.read(length)
        if len(data) < length:
            raise _damaged(file)
        if start[:1] == END:
            if _decoded(file, data, End).sha256 != seen.digest():
                raise _damaged(file)
            yield END, data
            return
        seen.update(start)
        seen.update(data)
        yield start[:1], data


def decoded_head(file: IO[bytes]) -> Head:
    """The head of a backup; the file is at its beginning."""
    letter, data = next(frames(file))
    if letter != HEAD:
        raise _damaged(file)
    return _decoded(file, data, Head)


def decoded(letter: bytes, data: bytes) -> Rows | Piece | Mapping[str, Any]:
    """What a frame has that was found whole."""
    if letter == FILE:
        return msgspec.msgpack.decode(data, type=Piece)
    unpacked = zstd.decompress(data)
    if letter == TABLE:
        return msgspec.msgpack.decode(unpacked, type=Rows)
    found: Mapping[str, Any] = msgspec.msgpack.decode(unpacked)
    return found


def _decoded(file: IO[bytes], data: bytes, kind: type[T]) -> T:
    try:
        return msgspec.msgpack.decode(zstd.decompress(data), type=kind)
    except (zstd.ZstdError, msgspec.DecodeError) as error:
        raise _damaged(file) from error


def _damaged(file: IO[bytes]) -> BackupRefused:
    message = f"The backup {file.name} is damaged: it was cut off or changed."
    return BackupRefused(message, hint="Copy it again, or take another one.")
