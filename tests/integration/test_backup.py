"""A backup has what was committed before it began, and what is restored goes on."""

from __future__ import annotations

import asyncio
import json
import os
import sqlite3
import stat
import time
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, insert, select, text, update
from tests.integration.test_serving import SET, chain, ended, until, waiting
from tests.support.databases import new_postgres_url, opened_at
from typer.testing import CliRunner

from penstock_kernel.kernel import Kernel
from penstock_kernel.settings import Settings
from penstock_kernel.store.blobs import FileBlobs, root_key
from penstock_kernel.store.records import ExecutionId
from penstock_kernel.store.sql import backup, outbox, retention
from penstock_kernel.store.sql.backup import (
    FILE,
    HEAD,
    TABLE,
    BackupRefused,
    Head,
    Made,
    Piece,
    Progress,
    Rows,
    Writer,
    back_up,
    kept_tables,
)
from penstock_kernel.store.sql.database import Database, StoreUnavailable
from penstock_kernel.store.sql.restore import Restored, restore
from penstock_kernel.store.sql.retention import BLOBS_LEASE
from penstock_kernel.store.sql.schema import SchemaNewer, version
from penstock_kernel.store.sql.tables import (
    audit_events,
    execution_steps,
    leases,
    users,
    workers,
    workflow_executions,
)
from penstock_kernel.work.retention import Pruned, RetentionLoop
from penstock_sdk import Item
from penstock_web.cli import app

E = workflow_executions.c
FILES = ("sqlite", "postgresql")
DUMP = Path(__file__).with_name("schema_0001.sql")


def url_of(kind: str, folder: Path, name: str = "p") -> str:
    return new_postgres_url() if kind == "postgresql" else f"sqlite:///{folder / f'{name}.db'}"


def settings(url: str, folder: Path, name: str = "data") -> Settings:
    return Settings(database=url, data_dir=folder / name, sandbox="inprocess")


def silent(_what: str, _done: int, _count: int) -> None:
    pass


async def backed_up(
    db: Database | None, folder: Path, name: str = "b", *, with_key: bool = False
) -> Made:
    assert db is not None
    return await back_up(db, folder / "data", folder / name, with_key=with_key, progress=silent)


async def restored(db: Database, folder: Path, name: str = "b", data: str = "data2") -> Restored:
    return await restore(db, folder / data, folder / name, silent)


async def statuses(db: Database) -> dict[str, str]:
    found = select(E.id, E.status)
    rows = await db.read(lambda connection: connection.execute(found).all())
    return {row.id: row.status for row in rows}


@pytest.mark.parametrize("target", FILES)
@pytest.mark.parametrize("source", FILES)
async def test_a_backup_made_under_load_has_all_that_was_committed_before_and_it_goes_on(
    source: str, target: str, tmp_path: Path
) -> None:
    """It is made while executions are accepted and run, and restored into each kind."""
    before: set[str] = set()
    is_enough = asyncio.Event()
    large = [Item({"a": n, "t": os.urandom(200).hex()}) for n in range(400)]
    async with (
        Kernel.open(settings(url_of(source, tmp_path), tmp_path)) as kernel,
        kernel.serve(patience_s=0) as serving,
    ):
        long = await serving.accept(kernel.record(chain(SET, waiting(600), SET), large))

        async def accepts() -> None:
            while True:
                one = await serving.accept(kernel.record(chain(SET, waiting(1), SET)))
                before.add(one.execution)
                if len(before) == 60:
                    is_enough.set()

        accepting = [asyncio.create_task(accepts()) for _ in range(4)]
        await is_enough.wait()
        committed = {long.execution, *before}
        made = await backed_up(kernel.db, tmp_path, with_key=True)
        for task in accepting:
            task.cancel()
        await asyncio.gather(*accepting, return_exceptions=True)

    async with opened_at(url_of(target, tmp_path, "q")) as db:
        found = await restored(db, tmp_path)
        there = await statuses(db)
        rings = await db.read(outbox.pending)
        url = str(getattr(db, "url", "")) or f"sqlite:///{tmp_path / 'q.db'}"
    async with Kernel.open(settings(url, tmp_path, "data2")) as kernel, kernel.serve():
        results = [await until(kernel, ended, one) for one in there if one != long.execution]
        (first, *_) = await kernel.journal.steps(long.execution)

    assert committed <= set(there)
    assert found.queued_again > 0
    assert found.rows == made.head.rows
    assert made.files > 1  # the key, and what the large items became
    assert [ring.pool for ring in rings] == ["default"]
    assert {record.status for record in results} == {"success"}
    assert [item.json["a"] for item in first.outputs["main"].items] == list(range(400))


async def test_what_ran_is_queued_again_with_a_new_epoch_and_nobody_owns_it(
    tmp_path: Path,
) -> None:
    async with Kernel.open(settings(url_of("sqlite", tmp_path), tmp_path)) as kernel:
        db = kernel.db
        assert db is not None
        states = {
            "running": ("running", "somebody"),
            "waits-held": ("waiting", "somebody"),
            "waits": ("waiting", None),
            "queued": ("queued", None),
            "done": ("success", None),
        }
        ids: dict[str, str] = {}
        for name, (status, owner) in states.items():
            record = kernel.record(chain(SET))
            ids[await kernel.journal.accept(record)] = name
            values = {"status": status, "worker_id": owner, "epoch": 1, "dispatches": 1}
            changed = update(workflow_executions).where(E.id == record.id).values(values)
            await db.transact(partial(Connection.execute, statement=changed))
        await backed_up(db, tmp_path)

    async with opened_at(url_of("sqlite", tmp_path, "q")) as db:
        found = await restored(db, tmp_path)
        row = select(E.id, E.status, E.epoch, E.worker_id, E.dispatches)
        rows = await db.read(lambda connection: connection.execute(row).all())
        nobody = await db.read(lambda connection: connection.execute(select(workers)).all())

    assert found.queued_again == 2
    assert {ids[row[0]]: tuple(row[1:]) for row in rows} == {
        "running": ("queued", 2, None, 0),
        "waits-held": ("queued", 2, None, 0),
        "waits": ("waiting", 2, None, 1),
        "queued": ("queued", 2, None, 1),
        "done": ("success", 1, None, 1),
    }
    assert nobody == []


async def test_a_step_that_was_committed_is_not_run_again_after_a_restore(tmp_path: Path) -> None:
    async with (
        Kernel.open(settings(url_of("sqlite", tmp_path), tmp_path)) as kernel,
        kernel.serve(patience_s=0) as serving,
    ):
        record = kernel.record(chain(SET, waiting(1.5), SET), [Item({"a": 1})])
        await serving.accept(record)
        await until(kernel, lambda found: found.status == "waiting", record.id)
        (before, *_) = await kernel.journal.steps(record.id)
        await backed_up(kernel.db, tmp_path, with_key=True)

    url = url_of("sqlite", tmp_path, "q")
    async with opened_at(url) as db:
        await restored(db, tmp_path)
    async with Kernel.open(settings(url, tmp_path, "data2")) as kernel, kernel.serve():
        assert (await until(kernel, ended, record.id)).status == "success"
        steps = await kernel.journal.steps(record.id)

    assert len(steps) == 3
    assert (steps[0].started_ms, steps[0].attempt) == (before.started_ms, 1)


@pytest.mark.parametrize("with_key", [True, False], ids=["with-the-key", "without-the-key"])
async def test_binary_data_is_in_a_backup_and_the_key_only_if_asked_for(
    tmp_path: Path, *, with_key: bool
) -> None:
    key = root_key(tmp_path / "data")
    ref = await FileBlobs(tmp_path / "data" / "blobs", key).write("w", b"content" * 300_000)
    async with opened_at(url_of("sqlite", tmp_path)) as db:
        made = await backed_up(db, tmp_path, with_key=with_key)

    async with opened_at(url_of("sqlite", tmp_path, "q")) as db:
        found = await restored(db, tmp_path)
    restored_key = tmp_path / "data2" / "secret.key"
    kept = restored_key.exists()
    read = await FileBlobs(tmp_path / "data2" / "blobs", key).read("w", ref)

    assert (kept, found.key) == ((True, "restored") if with_key else (False, "missing"))
    assert (made.files, found.files) == (1 + with_key, 1 + with_key)
    assert read == b"content" * 300_000
    assert (key in (tmp_path / "b").read_bytes()) == with_key
    private = [tmp_path / "b", *([restored_key] if with_key else [])]
    assert {stat.S_IMODE(path.stat().st_mode) for path in private} == {0o600}


async def test_a_restore_says_whether_the_key_that_is_there_fits(tmp_path: Path) -> None:
    root_key(tmp_path / "data")
    async with opened_at(url_of("sqlite", tmp_path)) as db:
        await backed_up(db, tmp_path)
    root_key(tmp_path / "other")
    root_key(tmp_path / "same")
    (tmp_path / "same" / "secret.key").write_bytes((tmp_path / "data" / "secret.key").read_bytes())

    async with opened_at(url_of("sqlite", tmp_path, "q")) as db:
        same = await restored(db, tmp_path, data="same")
        other = await restored(db, tmp_path, data="other")

    assert (same.key, other.key) == ("same", "other")


async def test_a_key_that_is_there_is_never_replaced(tmp_path: Path) -> None:
    root_key(tmp_path / "data")
    own = root_key(tmp_path / "data2")
    async with opened_at(url_of("sqlite", tmp_path)) as db:
        await backed_up(db, tmp_path, with_key=True)

        with pytest.raises(BackupRefused, match="another key"):
            await restored(db, tmp_path)

    assert (tmp_path / "data2" / "secret.key").read_bytes() == own


async def test_no_binary_data_is_removed_while_a_backup_is_made(tmp_path: Path) -> None:
    held: list[bool] = []
    async with opened_at(url_of("sqlite", tmp_path)) as db:
        await db.transact(lambda one: one.execute(insert(users), ROWS).rowcount)
        loop = asyncio.get_running_loop()

        def told(_what: str, _done: int, _count: int) -> None:
            taken = db.transact(lambda one: retention.hold(db, one, BLOBS_LEASE, "a sweep", 1_000))
            held.append(asyncio.run_coroutine_threadsafe(taken, loop).result())

        await back_up(db, tmp_path / "data", tmp_path / "b", with_key=False, progress=told)
        afterwards = await db.transact(
            lambda one: retention.hold(db, one, BLOBS_LEASE, "a sweep", 1_000)
        )

    assert held
    assert not any(held)
    assert afterwards


@pytest.mark.parametrize("lost", [False, True], ids=["hiccup", "lost"])
async def test_a_backup_outlives_a_hiccup_of_the_database_but_no_loss_of_its_lease(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, lost: bool
) -> None:
    monkeypatch.setattr(backup, "_LEASE_MS", 400)
    async with opened_at(url_of("sqlite", tmp_path)) as db:
        makes = db.transact
        away, taken = False, list[bool]()

        async def transact(work: Any) -> Any:
            if away:
                raise StoreUnavailable("The database cannot be used now: busy.")
            return await makes(work)

        def sweep() -> Any:
            return makes(lambda one: retention.hold(db, one, BLOBS_LEASE, "a sweep", 100))

        def told(_what: str, _done: int, _count: int) -> None:
            nonlocal away
            away = True
            # For one look, or until the lease has ended.
            time.sleep(0.7 if lost else 0.15)
            if not lost:
                away = False
                time.sleep(0.7)  # it would have ended if it were not renewed
            taken.append(asyncio.run_coroutine_threadsafe(sweep(), loop).result())
            away = False

        loop = asyncio.get_running_loop()
        monkeypatch.setattr(db, "transact", transact)
        making = back_up(db, tmp_path / "data", tmp_path / "b", with_key=False, progress=once(told))
        if lost:
            with pytest.raises(BackupRefused, match="removed while"):
                await making
        else:
            await making
        monkeypatch.undo()

    assert taken == [lost]
    assert (tmp_path / "b").exists() is not lost


def once(told: Progress) -> Progress:
    """Only the first time."""
    calls: list[str] = []

    def tells(what: str, done: int, count: int) -> None:
        if not calls:
            calls.append(what)
            told(what, done, count)

    return tells


async def test_what_is_removed_while_a_backup_is_made_is_in_it_with_its_binary_data(
    tmp_path: Path,
) -> None:
    large = [Item({"a": n, "t": os.urandom(200).hex()}) for n in range(400)]
    async with Kernel.open(settings(url_of("sqlite", tmp_path), tmp_path)) as kernel:
        db, loop = kernel.db, asyncio.get_running_loop()
        assert db is not None
        executions = [await kernel.execute(chain(SET), large) for _ in range(3)]
        later = LaterClock()
        rule = Settings(retention_days=1)
        pruning = RetentionLoop(db, kernel.host.blobs, later, rule)
        pruned: list[Pruned] = []

        def told(_what: str, _done: int, _count: int) -> None:
            if not pruned:
                looking = asyncio.run_coroutine_threadsafe(pruning.look(), loop)
                pruned.append(looking.result())

        await back_up(db, tmp_path / "data", tmp_path / "b", with_key=True, progress=told)
        after = await pruning.look()

    url = url_of("sqlite", tmp_path, "q")
    async with opened_at(url) as db:
        await restored(db, tmp_path)
    async with Kernel.open(settings(url, tmp_path, "data2")) as kernel:
        steps = [await kernel.journal.steps(ExecutionId(one.id)) for one in executions]

    assert (pruned[0].executions, pruned[0].blobs) == (3, 0)
    assert after.blobs == 1  # the same for all three
    assert [len(some[0].outputs["main"].items) for some in steps] == [400, 400, 400]


class LaterClock:
    """In a week."""

    def now_ms(self) -> int:
        return time.time_ns() // 1_000_000 + 7 * 86_400_000

    async def sleep(self, delay_s: float) -> None:
        await asyncio.sleep(min(delay_s, 0.01))


ROWS = [{"id": f"u{n}", "email": f"{n}@x.y", "disabled": n % 2 == 0} for n in range(900)]


@pytest.mark.parametrize("source", FILES)
@pytest.mark.parametrize("target", FILES)
async def test_values_of_every_kind_are_restored_as_they_were(
    source: str, target: str, tmp_path: Path
) -> None:
    event = {"id": 41, "action": "grüße", "detail": bytes(range(256)), "at_ms": 1 << 50}
    async with opened_at(url_of(source, tmp_path)) as db:
        await db.transact(lambda one: one.execute(insert(users), ROWS).rowcount)
        await db.transact(lambda one: one.execute(insert(audit_events), [event]).rowcount)
        await backed_up(db, tmp_path)

    async with opened_at(url_of(target, tmp_path, "q")) as db:
        await restored(db, tmp_path)
        all_users = select(users.c.id, users.c.email, users.c.disabled).order_by(users.c.id)
        found = await db.read(lambda one: one.execute(all_users).mappings().all())
        new = insert(audit_events).values(action="next")
        given = await db.transact(lambda one: one.execute(new).inserted_primary_key)
        first = select(audit_events).where(audit_events.c.id == 41)
        (kept,) = await db.read(lambda one: one.execute(first).mappings().all())

    assert [dict(row) for row in found] == sorted(ROWS, key=lambda row: str(row["id"]))
    assert {name: kept[name] for name in event} == event
    assert given is not None
    assert given[0] == 42


@pytest.mark.parametrize("how", ["cut", "changed", "stranger", "empty", "cut-at-a-frame"])
async def test_a_damaged_backup_changes_nothing(tmp_path: Path, how: str) -> None:
    root_key(tmp_path / "data")
    async with opened_at(url_of("sqlite", tmp_path)) as db:
        await db.transact(lambda one: one.execute(insert(users), ROWS).rowcount)
        await backed_up(db, tmp_path, with_key=True)
    whole = (tmp_path / "b").read_bytes()
    middle = len(whole) // 2
    damaged = {
        "cut": whole[:-40],
        "changed": whole[:middle] + bytes([whole[middle] ^ 1]) + whole[middle + 1 :],
        "stranger": b"SQLite format 3\0" + whole,
        "empty": b"",
        "cut-at-a-frame": whole[: whole.rindex(b"E\0\0\0\0\0\0\0")],
    }[how]
    (tmp_path / "b").write_bytes(damaged)

    async with opened_at(url_of("sqlite", tmp_path, "q")) as db:
        with pytest.raises(BackupRefused):
            await restored(db, tmp_path)
        left = await db.read(lambda one: one.execute(select(users)).all())

    assert left == []
    assert not (tmp_path / "data2").exists()


@pytest.mark.parametrize("table", [users, workers], ids=["users", "a-worker"])
async def test_a_database_with_something_in_it_is_not_restored_into(
    tmp_path: Path, table: Any
) -> None:
    beat = {"id": "w", "host": "h", "version": "1", "role": "all", "pools": "", "state": "working"}
    async with opened_at(url_of("sqlite", tmp_path)) as db:
        await backed_up(db, tmp_path)
        row = ROWS[0] if table is users else beat
        await db.transact(lambda one: one.execute(insert(table), [row]).rowcount)

        with pytest.raises(BackupRefused, match=f"its table {table.name} has rows"):
            await restored(db, tmp_path)


async def test_no_backup_is_made_of_a_database_that_is_newer(tmp_path: Path) -> None:
    async with opened_at(url_of("sqlite", tmp_path)) as db:
        other = text("UPDATE alembic_version SET version_num = '9999'")
        await db.transact(lambda one: one.execute(other).rowcount)
        with pytest.raises(SchemaNewer, match="too old for") as caught:
            await backed_up(db, tmp_path)

    assert "Start the version that made it" in caught.value.hint


def head_of(schema: str, rows: dict[str, int]) -> Head:
    """That of a backup without a key."""
    return Head(
        schema=schema,
        kind="sqlite",
        penstock="0.0.1",
        created_ms=0,
        rows=rows,
        has_key=False,
        key_mark=None,
    )


@pytest.mark.parametrize("target", FILES)
async def test_a_backup_of_an_older_schema_is_restored_and_migrated(
    target: str, tmp_path: Path
) -> None:
    """The frozen dump of the first schema, as a backup that was made then."""
    before = sqlite3.connect(tmp_path / "before.db")
    before.executescript(DUMP.read_text())
    tables = [
        name for (name,) in before.execute("SELECT name FROM sqlite_master WHERE type='table'")
    ]
    rows = {
        name: before.execute(f"SELECT * FROM {name}")  # noqa: S608
        for name in tables
        if name in {str(table.name) for table in kept_tables()}
    }
    found = {
        name: Rows(name, [one[0] for one in some.description], [list(row) for row in some])
        for name, some in rows.items()
    }
    before.close()
    head = head_of("0001", {name: len(some.rows) for name, some in found.items()})
    with (tmp_path / "b").open("wb") as file:
        writer = Writer(file, silent)
        writer.put(HEAD, head)
        for some in found.values():
            if some.rows:
                writer.put(TABLE, some)
        writer.end()

    url = url_of(target, tmp_path, "q")
    async with opened_at(url) as db:
        await restored(db, tmp_path)
    async with Kernel.open(settings(url, tmp_path, "data2")) as kernel, kernel.serve():
        records = [
            await until(kernel, ended, one)
            for one in await statuses(kernel.db)  # type: ignore[arg-type]
        ]

    assert len(records) == head.rows["workflow_executions"] == 3
    assert {record.status for record in records} == {"success"}


async def test_a_backup_of_a_newer_schema_is_refused_with_a_way_out(tmp_path: Path) -> None:
    with (tmp_path / "b").open("wb") as file:
        writer = Writer(file, silent)
        writer.put(HEAD, head_of("9999", {}))
        writer.end()
    async with opened_at(url_of("sqlite", tmp_path)) as db:
        with pytest.raises(BackupRefused, match="has schema 9999") as caught:
            await restored(db, tmp_path)

    assert "Restore it with Penstock" in caught.value.hint


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("../outside", id="above"),
        pytest.param("/etc/cron.d/x", id="absolute"),
        pytest.param("blobs/../../outside", id="through-a-folder"),
        pytest.param("penstock.db", id="not-in-a-folder"),
        pytest.param("blobs", id="a-folder-itself"),
        pytest.param("", id="nothing"),
    ],
)
async def test_a_backup_cannot_reach_outside_the_folders_that_are_in_backups(
    tmp_path: Path, name: str
) -> None:
    async with opened_at(url_of("sqlite", tmp_path)) as db:
        schema = await db.read(version) or ""
        with (tmp_path / "b").open("wb") as file:
            writer = Writer(file, silent)
            writer.put(HEAD, head_of(schema, {}))
            writer.put(FILE, Piece(name, b"mine now", last=True))
            writer.end()

        with pytest.raises(BackupRefused, match="belongs to no data directory"):
            await restored(db, tmp_path)

    assert not (tmp_path / "outside").exists()
    assert list((tmp_path / "data2").iterdir()) == []


async def test_state_that_is_there_is_not_replaced_by_another_one(tmp_path: Path) -> None:
    for folder, content in (("data", "of then"), ("data2", "of now")):
        (tmp_path / folder / "state").mkdir(parents=True)
        (tmp_path / folder / "state" / "a.json").write_text(content)
    async with opened_at(url_of("sqlite", tmp_path)) as db:
        await backed_up(db, tmp_path)

    async with opened_at(url_of("sqlite", tmp_path, "q")) as db:
        with pytest.raises(BackupRefused, match="another one"):
            await restored(db, tmp_path)
        (tmp_path / "data2" / "state" / "a.json").write_text("of then")
        found = await restored(db, tmp_path)

    assert found.files == 1


async def test_a_file_that_is_there_is_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "b").write_text("somebody's")
    async with opened_at(url_of("sqlite", tmp_path)) as db:
        with pytest.raises(BackupRefused, match="there already"):
            await backed_up(db, tmp_path)

    assert (tmp_path / "b").read_text() == "somebody's"


async def test_a_backup_that_cannot_be_written_leaves_nothing_behind(tmp_path: Path) -> None:
    async with opened_at(url_of("sqlite", tmp_path)) as db:
        with pytest.raises(BackupRefused, match="cannot be written"):
            await backed_up(db, tmp_path, "no-folder/b")
        with pytest.raises(BackupRefused, match=r"no secret\.key"):
            await backed_up(db, tmp_path, with_key=True)
        left = await db.read(lambda one: one.execute(select(leases)).all())

    assert left == []
    assert list(tmp_path.glob(".new*")) == []  # noqa: ASYNC240


async def test_a_backup_of_a_database_in_memory_is_one_too(tmp_path: Path) -> None:
    async with opened_at("sqlite://") as db:
        await db.transact(lambda one: one.execute(insert(users), ROWS).rowcount)
        await backed_up(db, tmp_path)

    async with opened_at("sqlite://") as db:
        found = await restored(db, tmp_path)

    assert found.rows["users"] == len(ROWS)
    assert found.rows[execution_steps.name] == 0


def penstock(folder: Path, *words: str) -> tuple[int, str, str]:
    done = CliRunner().invoke(
        app,
        words,
        env={"PENSTOCK_DATA_DIR": str(folder), "PENSTOCK_DATABASE": None},
    )
    return done.exit_code, done.stdout, done.stderr


def test_the_commands_make_a_backup_and_restore_it(tmp_path: Path) -> None:
    one, two, file = tmp_path / "one", tmp_path / "two", str(tmp_path / "b")
    root_key(one)

    nothing = penstock(one, "backup", file)
    migrated = [json.loads(penstock(one, "migrate", "--json")[1]) for _ in range(2)]
    made = penstock(one, "backup", file)
    again = penstock(one, "backup", file, "--json")
    found = penstock(two, "restore", file, "--json")

    assert nothing[0] == 2
    assert "penstock migrate" in nothing[2]
    assert [done["changed"] for done in migrated] == [True, False]
    assert made[0] == 0
    assert "secret.key is not in it" in made[2]
    assert (again[0], json.loads(again[1])["error"]["code"]) == (2, "backup.refused")
    assert (found[0], json.loads(found[1])["key"]) == (0, "missing")
    assert not (two / "secret.key").exists()
