"""What is kept no longer goes, with all that belongs to it, and the room comes back."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Table, delete, event, func, insert, select, text, update
from tests.contract import test_queries_use_indexes as indexes
from tests.support.databases import KINDS, new_sqlite_url, opened, url_of

from penstock_kernel.kernel import Kernel
from penstock_kernel.settings import Settings
from penstock_kernel.store.blobs import FileBlobs
from penstock_kernel.store.scope import Scope
from penstock_kernel.store.sql import codec, queue, retention
from penstock_kernel.store.sql.database import Database
from penstock_kernel.store.sql.postgres import PostgresDatabase
from penstock_kernel.store.sql.retention import BLOBS_LEASE, Lot, Place
from penstock_kernel.store.sql.tables import (
    blob_refs,
    dead_letters,
    documents,
    execution_keys,
    execution_logs,
    execution_steps,
    schedule_fires,
    step_cache,
    waits,
    webhook_deliveries,
    workflow_executions,
    workflow_versions,
    workflows,
)
from penstock_kernel.work.retention import DAY_MS, Pruned, RetentionLoop

NOW_MS = 100 * DAY_MS
KEY = bytes(range(32))
SCOPE = Scope()
E = workflow_executions.c


class Clock:
    """A moment that stands still, and what was slept."""

    def __init__(self) -> None:
        self.ms = NOW_MS
        self.slept_s: list[float] = []

    def now_ms(self) -> int:
        return self.ms

    async def sleep(self, delay_s: float) -> None:
        self.slept_s.append(delay_s)


class BriefClock:
    """A moment that stands still, in which nobody sleeps for long."""

    def __init__(self) -> None:
        self.slept = 0

    def now_ms(self) -> int:
        return NOW_MS

    async def sleep(self, delay_s: float) -> None:
        self.slept += 1
        await asyncio.sleep(min(delay_s, 0.01))


@pytest.fixture(params=KINDS)
async def db(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Database]:
    async with opened(request.param, tmp_path) as database:
        yield database


@pytest.fixture
def blobs(tmp_path: Path) -> FileBlobs:
    return FileBlobs(tmp_path / "blobs", KEY)


def loop(db: Database, blobs: FileBlobs, **settings: Any) -> RetentionLoop:
    return RetentionLoop(db, blobs, Clock(), Settings(**settings))


def execution(name: str, *, age_days: float = 20, **columns: Any) -> dict[str, Any]:
    """A row: something that ended well so long ago."""
    then_ms = NOW_MS - int(age_days * DAY_MS)
    return {
        "id": name,
        "workspace_id": "w",
        "workflow_id": "f",
        "workflow_name": "F",
        "document_id": "d",
        "mode": "webhook",
        "status": "success",
        "root_id": None,
        "steps": 1,
        "created_ms": then_ms,
        "finished_ms": then_ms,
        "request": codec.pack({}),
        "input": codec.pack([]),
        **columns,
    }


def step(owner: str, number: int = 0, size: int = 0) -> dict[str, Any]:
    return {
        "execution_id": owner,
        "node_id": f"n{number}",
        "run_index": 0,
        "status": "ok",
        "effects": "none",
        "outputs": os.urandom(size),
    }


async def keep(db: Database, table: Table, *rows: dict[str, Any]) -> None:
    await db.transact(lambda connection: connection.execute(insert(table), list(rows)).rowcount)


async def left(
    db: Database, table: Table = workflow_executions, column: str | None = None
) -> set[str]:
    """What is there, by the first part of its key or another column."""
    named = select(next(iter(table.primary_key)) if column is None else table.c[column])
    return set(await db.read(lambda connection: connection.execute(named).scalars().all()))


async def keep_document(db: Database, name: str, settings: dict[str, Any]) -> None:
    content = codec.pack(json.dumps({"format": "penstock/1", "settings": settings}))
    await keep(db, documents, {"id": name, "workspace_id": "w", "content": content})


async def test_what_ended_long_ago_goes(db: Database, blobs: FileBlobs) -> None:
    await keep(
        db,
        workflow_executions,
        execution("old"),
        execution("young", age_days=13),
        execution("ended-lately", finished_ms=NOW_MS - DAY_MS),
    )

    pruned = await loop(db, blobs).look()

    assert await left(db) == {"young", "ended-lately"}
    assert pruned.executions == 1


@pytest.mark.parametrize("status", ["queued", "running", "waiting"])
async def test_what_is_live_stays_however_old_it_is(
    db: Database, blobs: FileBlobs, status: str
) -> None:
    live = execution("live", age_days=99, status=status, finished_ms=0)
    in_line = execution("in-line", age_days=99, root_id="live")
    await keep(db, workflow_executions, live, in_line)

    await loop(db, blobs, retention_executions=1).look()

    assert await left(db) == {"live", "in-line"}


@pytest.mark.parametrize("status", ["success", "error", "canceled", "dead"])
async def test_with_an_execution_goes_all_that_belongs_to_it(
    db: Database, blobs: FileBlobs, status: str
) -> None:
    in_line = execution("in-line", status="canceled", finished_ms=0, root_id="old")
    await keep(db, workflow_executions, execution("old", status=status), in_line)
    await keep(db, workflow_executions, execution("new", age_days=1))
    owned: dict[Table, dict[str, Any]] = {
        execution_steps: step(""),
        execution_keys: {"name": "k", "workspace_id": "w", "value": "v"},
        execution_logs: {"workspace_id": "w", "level": "info", "message": "m"},
        waits: {"workspace_id": "w", "node_id": "n", "kind": "timer", "state": "open"},
        dead_letters: {"workspace_id": "w", "reason": "crashed"},
        blob_refs: {"workspace_id": "w", "blob_id": "b"},
    }
    for table, row in owned.items():
        for owner in ("old", "in-line", "new"):
            named = {"id": owner} if table is waits else {}
            await keep(db, table, {**row, **named, "execution_id": owner})

    await loop(db, blobs).look()

    assert await left(db) == {"new"}
    for table in owned:
        assert await left(db, table, "execution_id") == {"new"}, table.name


async def test_a_workspace_keeps_its_newest_executions(db: Database, blobs: FileBlobs) -> None:
    rows = [execution(f"e{n:02}", age_days=1, created_ms=NOW_MS - n) for n in range(10)]
    others = [execution(f"o{n}", age_days=1, workspace_id="other") for n in range(3)]
    await keep(db, workflow_executions, *rows, *others)

    pruned = await loop(db, blobs, retention_executions=3).look()

    assert await left(db) == {"e00", "e01", "e02", "o0", "o1", "o2"}
    assert pruned.executions == 7


async def test_no_limit_keeps_everything(db: Database, blobs: FileBlobs) -> None:
    await keep(db, workflow_executions, *[execution(f"e{n}", age_days=90) for n in range(5)])

    await loop(db, blobs, retention_days=0, retention_executions=0).look()

    assert len(await left(db)) == 5


async def test_a_workflow_says_how_long_its_executions_are_kept(
    db: Database, blobs: FileBlobs
) -> None:
    await keep_document(db, "short", {"retention_days": 1})
    await keep_document(db, "long", {"retention_days": 365})
    await keep(
        db,
        workflow_executions,
        execution("s", age_days=2, workflow_id="short", document_id="short"),
        execution("l", age_days=90, workflow_id="long", document_id="long"),
        execution("n", age_days=2),
    )

    await loop(db, blobs).look()

    assert await left(db) == {"l", "n"}


async def test_a_workflow_that_says_how_many_is_counted_by_itself(
    db: Database, blobs: FileBlobs
) -> None:
    await keep_document(db, "few", {"retention_executions": 2})
    few = [
        execution(f"f{n}", age_days=1, created_ms=NOW_MS - n, workflow_id="few", document_id="few")
        for n in range(4)
    ]
    rest = [execution(f"r{n}", age_days=2, created_ms=NOW_MS - 9 - n) for n in range(4)]
    await keep(db, workflow_executions, *few, *rest)

    await loop(db, blobs, retention_executions=3).look()

    assert await left(db) == {"f0", "f1", "r0", "r1", "r2"}


async def test_what_the_active_version_says_counts_before_what_ran_with_another_one(
    db: Database, blobs: FileBlobs
) -> None:
    await keep_document(db, "before", {})
    await keep_document(db, "now", {"retention_days": 1})
    row = {"id": "f", "workspace_id": "w", "name": "F", "active_version": 2}
    await keep(db, workflows, row)
    made = {"workflow_id": "f", "workspace_id": "w"}
    await keep(
        db,
        workflow_versions,
        {**made, "number": 1, "document_id": "before"},
        {**made, "number": 2, "document_id": "now"},
    )
    await keep(db, workflow_executions, execution("e", age_days=2, document_id="before"))

    await loop(db, blobs).look()

    assert await left(db) == set()
    assert await left(db, documents) == {"before", "now"}


async def test_a_text_goes_when_nobody_names_it(db: Database, blobs: FileBlobs) -> None:
    for name in ("of-old", "of-new", "of-draft", "of-version", "of-nobody"):
        await keep_document(db, name, {})
    await keep(
        db,
        workflow_executions,
        execution("old", document_id="of-old"),
        execution("new", age_days=1, document_id="of-new"),
    )
    await keep(db, workflows, {"id": "g", "workspace_id": "w", "name": "G", "draft_id": "of-draft"})
    version = {"workflow_id": "g", "number": 1, "workspace_id": "w", "document_id": "of-version"}
    await keep(db, workflow_versions, version)

    pruned = await loop(db, blobs).look()

    assert await left(db, documents) == {"of-new", "of-draft", "of-version"}
    assert pruned.documents == 2


async def test_a_large_execution_goes_in_pieces(db: Database, blobs: FileBlobs) -> None:
    await keep(db, workflow_executions, execution("large", steps=9_000, status="dead"))
    inside = [execution(f"i{n:04}", root_id="large") for n in range(1_200)]
    await keep(db, workflow_executions, *inside, execution("small"))
    await keep(db, execution_steps, *[step("large", n) for n in range(1_700)])

    first = await db.transact(lambda one: retention.remove_some(one, "large", 500))
    status = await db.read(
        lambda one: one.execute(select(E.status).where(E.id == "large")).scalar_one()
    )
    redriven = await db.transact(lambda one: queue.redrive(one, "large", NOW_MS))
    pruned = await loop(db, blobs).look()

    assert (first, status, redriven) == (False, "error", False)
    assert pruned.executions == 2
    assert await left(db) == await left(db, execution_steps) == set()


async def test_what_was_taken_up_again_meanwhile_stays(db: Database) -> None:
    await keep(db, workflow_executions, execution("e"))
    again = update(workflow_executions).values(status="queued")
    await db.transact(lambda one: one.execute(again).rowcount)

    removed = await db.transact(lambda one: retention.remove(one, ["e"]))

    assert removed == 0
    assert await left(db) == {"e"}


async def test_that_an_event_was_handled_is_known_for_seven_days(
    db: Database, blobs: FileBlobs
) -> None:
    def moment(days: float) -> int:
        return NOW_MS - int(days * DAY_MS)

    fires = [
        {"schedule_id": f"s{n % 3}", "fire_ms": moment(8) - n, "outcome": "fired", "created_ms": 1}
        for n in range(900)
    ]
    fresh = [
        {"schedule_id": "young", "fire_ms": moment(6), "outcome": "fired", "created_ms": moment(6)},
        {"schedule_id": "late", "fire_ms": moment(9), "outcome": "fired", "created_ms": moment(1)},
    ]
    await keep(db, schedule_fires, *fires, *fresh)
    for days in (6, 8):
        named = {"endpoint_id": "x", "delivery_id": f"{days}", "execution_id": "e"}
        await keep(db, webhook_deliveries, {**named, "received_ms": moment(days)})

    pruned = await loop(db, blobs).look()

    assert await left(db, schedule_fires) == {"young", "late"}
    assert pruned.notes == 901


async def old_blob(folder: Path, workspace: str, data: bytes) -> tuple[str, Path]:
    """A blob that was written three days ago."""
    ref = await FileBlobs(folder / "blobs", KEY).write(workspace, data)
    (path,) = [one for one in files(folder) if one.name == ref.id]
    then_s = (NOW_MS - 3 * DAY_MS) / 1000
    os.utime(path, (then_s, then_s))
    return ref.id, path


def files(folder: Path) -> Sequence[Path]:
    return [one for one in (folder / "blobs").rglob("*") if one.is_file()]


async def test_binary_data_goes_when_nobody_names_it_and_it_is_a_day_old(
    db: Database, blobs: FileBlobs, tmp_path: Path
) -> None:
    _, unnamed = await old_blob(tmp_path, "w", b"nobody's")
    named, named_path = await old_blob(tmp_path, "w", b"somebody's")
    outputs, outputs_path = await old_blob(tmp_path, "steps", b"outputs")
    cached, cached_path = await old_blob(tmp_path, "steps", b"cached")
    _, again_path = await old_blob(tmp_path, "w", b"written again")
    os.utime(again_path, (NOW_MS / 1000, NOW_MS / 1000))
    half = unnamed.parent / ".new-left"
    half.write_bytes(b"half")
    os.utime(half, (0, 0))
    refs = {"workspace_id": "w", "execution_id": "e"}
    await keep(
        db,
        blob_refs,
        {**refs, "blob_id": named},
        {**refs, "blob_id": f"{outputs}.{len('outputs')}"},
    )
    await keep(
        db,
        step_cache,
        {"workspace_id": "w", "cache_key": "k", "node_type": "t", "blob_id": f"{cached}.6"},
    )

    pruned = await loop(db, blobs).look()

    assert set(files(tmp_path)) == {named_path, outputs_path, cached_path, again_path}
    assert (pruned.blobs, pruned.blob_bytes > 0) == (2, True)


def pinning(*blobs: str, tested: str = "") -> dict[str, Any]:
    """A document in whose fixtures these are, and one in what its test is given."""
    node = {"id": "a", "name": "A", "type": "penstock/flow.noop"}
    fixtures = {"a": {"default": [item_with(blob) for blob in blobs]}} if blobs else {}
    tests = [{"name": "t", "input": [item_with(tested)]}] if tested else []
    texts = {"fixtures": fixtures, "tests": tests}
    return {"format": "penstock/1", "name": "P", "nodes": [node], **texts}


def item_with(blob: str) -> dict[str, Any]:
    return {"json": {}, "binary": {"file": {"id": blob, "size": 1}}}


@pytest.mark.parametrize("kind", KINDS)
async def test_binary_data_in_a_fixture_stays_as_long_as_the_text_that_names_it(
    kind: str, tmp_path: Path
) -> None:
    settings = Settings(database=url_of(kind, tmp_path), data_dir=tmp_path, sandbox="inprocess")
    async with Kernel.open(settings) as kernel:
        workflows = kernel.workflows
        blobs = FileBlobs(tmp_path / "blobs", KEY)
        draft, draft_path = await old_blob(tmp_path, SCOPE.workspace, b"of a draft")
        version, version_path = await old_blob(tmp_path, SCOPE.workspace, b"of a version")
        tested, tested_path = await old_blob(tmp_path, SCOPE.workspace, b"of a test")
        elsewhere, _ = await old_blob(tmp_path, "other", b"of another workspace")
        made = await workflows.add(SCOPE, pinning(version, "x" * 64, "no handle"))
        await workflows.publish(SCOPE, made.id)
        saved = await workflows.save(
            SCOPE, made.id, pinning(draft, elsewhere, tested=tested), seen=1
        )
        await loop(db_of(kernel), blobs).look()
        kept = set(files(tmp_path))
        await workflows.save(SCOPE, made.id, pinning(), seen=saved.revision)
        await loop(db_of(kernel), blobs).look()  # the text goes, and with the next what it named
        await loop(db_of(kernel), blobs).look()
        left_over = set(files(tmp_path))
        refs = await left(db_of(kernel), blob_refs, "blob_id")

    assert kept == {draft_path, version_path, tested_path}
    assert left_over == {version_path}
    assert refs == {version}


async def test_publishing_keeps_what_a_draft_of_before_names(tmp_path: Path) -> None:
    settings = Settings(database=new_sqlite_url(tmp_path / "p.db"), data_dir=tmp_path)
    async with Kernel.open(settings) as kernel:
        named, _ = await old_blob(tmp_path, SCOPE.workspace, b"of a version")
        made = await kernel.workflows.add(SCOPE, pinning(named))
        await db_of(kernel).transact(lambda one: one.execute(delete(blob_refs)))
        await kernel.workflows.publish(SCOPE, made.id)

        assert await left(db_of(kernel), blob_refs, "blob_id") == {named}


def db_of(kernel: Kernel) -> Database:
    assert kernel.db is not None
    return kernel.db


async def test_writing_bytes_again_makes_them_new(blobs: FileBlobs, tmp_path: Path) -> None:
    ref, path = await old_blob(tmp_path, "w", b"same")

    await blobs.write("w", b"same")
    removed = await blobs.remove_older([str(path.relative_to(tmp_path / "blobs"))], NOW_MS)

    assert removed == (0, 0)
    assert path.name == ref


async def test_no_binary_data_goes_while_somebody_counts_on_it(
    db: Database, blobs: FileBlobs, tmp_path: Path
) -> None:
    _, path = await old_blob(tmp_path, "w", b"nobody's")
    await db.transact(lambda one: retention.hold(db, one, BLOBS_LEASE, "a backup", 60_000))

    kept = await loop(db, blobs).look()
    was_there = path.exists()
    await db.transact(lambda one: retention.let_go(one, BLOBS_LEASE, "a backup"))
    pruned = await loop(db, blobs).look()

    assert (kept.blobs, was_there) == (0, True)
    assert (pruned.blobs, path.exists()) == (1, False)


async def test_of_several_processes_one_prunes_at_a_time(db: Database, blobs: FileBlobs) -> None:
    await keep(db, workflow_executions, execution("old"))
    await db.transact(lambda one: retention.hold(db, one, "retention", "another", 60_000))

    pruned = await loop(db, blobs).look()

    assert pruned == Pruned()
    assert await left(db) == {"old"}


async def test_the_database_is_left_to_others_after_each_change(
    db: Database, blobs: FileBlobs
) -> None:
    await keep(db, workflow_executions, *[execution(f"e{n:04}") for n in range(1_000)])
    clock = Clock()

    pruned = await RetentionLoop(db, blobs, clock, Settings()).look()

    assert pruned.executions == 1_000
    assert len([slept_s for slept_s in clock.slept_s if slept_s > 0]) >= 1_000 / retention.MOST


async def test_texts_that_others_work_with_are_left_for_later(tmp_path: Path) -> None:
    async with opened("postgresql", tmp_path) as db:
        await keep_document(db, "of-nobody", {})
        writer = PostgresDatabase(str(getattr(db, "url", "")), readers=1, writers=1)
        locked, done = asyncio.Event(), asyncio.Event()

        async def works() -> None:
            async with writer.engine.begin() as connection:
                await connection.execute(text("LOCK TABLE documents IN ROW EXCLUSIVE MODE"))
                locked.set()
                await done.wait()

        working = asyncio.create_task(works())
        await locked.wait()
        kept = await loop(db, FileBlobs(tmp_path / "blobs", KEY)).look()
        done.set()
        await working
        await writer.close()
        pruned = await loop(db, FileBlobs(tmp_path / "blobs", KEY)).look()

    assert (kept.documents, pruned.documents) == (0, 1)


LOT, UNTIL = Lot(workflow="f1"), Place(1_000, "")
LOOKS: dict[str, Callable[[Connection], object]] = {
    "old": lambda one: retention.old(one, LOT, retention.FIRST, UNTIL, 900),
    "too-many": lambda one: retention.bound(one, Lot(workspace="w1", without=("f2",)), 50),
    "remove": lambda one: retention.remove(one, ["e000010", "e000011"]),
    "documents": lambda one: retention.remove_documents(one, ["a", "b"]),
}


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
@pytest.mark.parametrize("name", LOOKS)
async def test_no_query_of_retention_looks_at_each_execution(
    kind: str, name: str, tmp_path: Path
) -> None:
    async with opened(kind, tmp_path) as db:
        await db.transact(indexes.fill)
        found = await db.transact(lambda connection: indexes.plans(connection, LOOKS[name]))

    assert found
    assert [plan for plan in found if indexes.scans(plan)] == []


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
async def test_workflows_and_workspaces_are_found_by_steps_through_an_index(
    kind: str, tmp_path: Path
) -> None:
    async with opened(kind, tmp_path) as db:
        rows = [
            execution(f"e{n:06}", workflow_id=f"f{n % 3}", workspace_id=f"w{n % 4}")
            for n in range(40_000)
        ]
        for start in range(0, len(rows), 2_000):
            await keep(db, workflow_executions, *rows[start : start + 2_000])
        await db.transact(lambda connection: connection.execute(text("ANALYZE")).rowcount)
        plan = await db.read(lambda connection: [*explained(connection)])
        found = await db.read(lambda one: retention.workflows_after(one, "f0"))
        workspaces = await db.read(retention.workspaces_with_executions)

    assert [seen.id for seen in found] == ["f1", "f2"]
    assert workspaces == ["w0", "w1", "w2", "w3"]
    assert plan
    assert [line for line in plan if indexes.scans(line)] == []


def explained(connection: Connection) -> Iterator[str]:
    """How both are found."""
    seen: list[tuple[str, Any]] = []

    def note(_conn: Any, _cursor: Any, statement: str, given: Any, *_rest: Any) -> None:
        seen.append((statement, given))

    event.listen(connection, "before_cursor_execute", note)
    retention.workflows_after(connection, "f0")
    retention.workspaces_with_executions(connection)
    event.remove(connection, "before_cursor_execute", note)
    head = "EXPLAIN QUERY PLAN " if connection.dialect.name == "sqlite" else "EXPLAIN "
    for statement, given in seen:
        for row in connection.exec_driver_sql(head + statement, given):
            yield str(row[-1])


def fill(connection: Connection, executions: int) -> None:
    """Executions of three steps; nine of ten are old."""
    for start in range(0, executions, 500):
        numbers = range(start, start + 500)
        ages = {n: 20 if n < executions * 0.9 else 1 for n in numbers}
        rows = [execution(f"e{n:06}", age_days=ages[n], steps=3) for n in numbers]
        connection.execute(insert(workflow_executions), rows)
        steps = [step(f"e{n:06}", number, 900) for n in numbers for number in range(3)]
        connection.execute(insert(execution_steps), steps)


async def test_pruning_nine_of_ten_executions_gives_most_of_the_file_back(tmp_path: Path) -> None:
    file = tmp_path / "penstock.db"
    async with opened("sqlite", tmp_path) as db:
        await db.transact(lambda connection: fill(connection, 5_000))
        checkpoint = text("SELECT count(*) FROM execution_steps")
        await db.transact(lambda connection: connection.execute(checkpoint).scalar_one())
    before = file.stat().st_size

    async with opened("sqlite", tmp_path) as db:
        pruned = await loop(db, FileBlobs(tmp_path / "blobs", KEY)).look()
        kept = len(await left(db))
    after = file.stat().st_size

    assert (pruned.executions, kept) == (4_500, 500)
    assert after <= before * 0.2
    assert pruned.given_back >= before * 0.8 * 0.9


async def test_postgresql_gives_back_what_is_free_at_the_end_of_its_files(tmp_path: Path) -> None:
    size = text("SELECT pg_table_size('execution_steps')")
    async with opened("postgresql", tmp_path) as db:
        await db.transact(lambda connection: fill(connection, 2_000))
        full = await db.read(lambda connection: connection.execute(size).scalar_one())
        pruned = await loop(db, FileBlobs(tmp_path / "blobs", KEY), retention_executions=1).look()
        after = await db.read(lambda connection: connection.execute(size).scalar_one())

    assert pruned.executions == 1_999
    assert after > full * 0.9  # the newest execution lies at the end

    async with opened("postgresql", tmp_path) as db:
        await db.transact(lambda connection: fill(connection, 2_000))
        old = update(workflow_executions).values(finished_ms=1, created_ms=1)
        await db.transact(lambda connection: connection.execute(old).rowcount)
        await loop(db, FileBlobs(tmp_path / "blobs", KEY)).look()
        after = await db.read(lambda connection: connection.execute(size).scalar_one())

    assert after < full * 0.2


async def until(is_so: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(20):
        while True:
            if await is_so():
                return
            await asyncio.sleep(0.01)


async def test_the_loop_looks_again_and_again(db: Database, blobs: FileBlobs) -> None:
    async def is_gone() -> bool:
        return not await left(db)

    running = asyncio.create_task(RetentionLoop(db, blobs, BriefClock(), Settings()).run())
    for name in ("first", "second"):
        await keep(db, workflow_executions, execution(name))
        await until(is_gone)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)

    assert await left(db) == set()


async def test_a_database_that_is_away_does_not_end_the_loop(
    tmp_path: Path, blobs: FileBlobs, caplog: pytest.LogCaptureFixture
) -> None:
    clock = BriefClock()
    async with opened("memory", tmp_path) as db:
        await db.close()

        async def has_tried_again() -> bool:
            return clock.slept > 3

        running = asyncio.create_task(RetentionLoop(db, blobs, clock, Settings()).run())
        await until(has_tried_again)
        is_running = not running.done()
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)

    assert is_running
    assert "store.closed" in caplog.text


async def test_postgresql_uses_the_room_again(tmp_path: Path) -> None:
    size = text("SELECT pg_table_size('execution_steps')")
    async with opened("postgresql", tmp_path) as db:
        await db.transact(lambda connection: fill(connection, 2_000))
        full = await db.read(lambda connection: connection.execute(size).scalar_one())
        pruned = await loop(db, FileBlobs(tmp_path / "blobs", KEY)).look()
        rows = [execution(f"n{n:06}", age_days=1, steps=3) for n in range(1_500)]
        steps = [step(f"n{n:06}", number, 900) for n in range(1_500) for number in range(3)]
        await keep(db, workflow_executions, *rows)
        await keep(db, execution_steps, *steps)
        refilled = await db.read(lambda connection: connection.execute(size).scalar_one())
        count = await db.read(
            lambda connection: connection.execute(
                select(func.count()).select_from(execution_steps)
            ).scalar_one()
        )

    assert (pruned.executions, count) == (1_800, 3 * 1_700)
    assert refilled <= full * 1.05
