"""A process that accepts and runs executions, on each kind of database."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, insert, select
from tests.support.databases import KINDS, new_sqlite_url, url_of

from penstock_kernel.kernel import Kernel
from penstock_kernel.settings import Settings
from penstock_kernel.store.journal import ExecutionNotFound, StoreNeeded
from penstock_kernel.store.records import ExecutionRecord
from penstock_kernel.store.scope import Scope
from penstock_kernel.store.sql import changes, claiming, outbox, queue
from penstock_kernel.store.sql.claiming import Wish
from penstock_kernel.store.sql.tables import waits, workflow_executions, workspaces
from penstock_kernel.work.accepting import QueueFull
from penstock_sdk import Item

PATIENCE_S = 30


@pytest.fixture(params=KINDS)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    return url_of(request.param, tmp_path)


@asynccontextmanager
async def opened(url: str, folder: Path, **more: Any) -> AsyncIterator[Kernel]:
    settings = Settings(database=url, data_dir=folder / "data", sandbox="inprocess", **more)
    async with Kernel.open(settings) as kernel:
        yield kernel


def chain(*nodes: tuple[str, dict[str, Any]]) -> dict[str, Any]:
    return {
        "format": "penstock/1",
        "name": "chain",
        "nodes": [
            {"id": f"n{number}", "name": f"N{number}", "type": kind, "config": config}
            for number, (kind, config) in enumerate(nodes)
        ],
        "edges": [
            {"from": [f"n{number}", "main"], "to": [f"n{number + 1}", "main"]}
            for number in range(len(nodes) - 1)
        ],
    }


SET = ("penstock/data.set", {"assignments": [{"name": "b", "value": "={{ $json.a }}"}]})


def waiting(seconds: float) -> tuple[str, dict[str, Any]]:
    return ("penstock/flow.wait", {"resume": "interval", "amount": seconds, "unit": "seconds"})


async def until(kernel: Kernel, condition: Callable[[ExecutionRecord], bool], one: str) -> Any:
    """The execution, as soon as something is true of it."""
    async with asyncio.timeout(PATIENCE_S):
        while True:
            record = await kernel.journal.execution(one)  # type: ignore[arg-type]
            if condition(record):
                return record
            await asyncio.sleep(0.01)


def ended(record: ExecutionRecord) -> bool:
    return record.status in ("success", "error", "canceled", "dead")


async def test_what_is_accepted_is_run(url: str, tmp_path: Path) -> None:
    async with opened(url, tmp_path) as kernel, kernel.serve() as serving:
        accepted = await serving.accept(kernel.record(chain(SET, SET), [Item({"a": 1})]))

        record = await until(kernel, ended, accepted.execution)
        steps = await kernel.journal.steps(record.id)

    assert (record.status, accepted.is_new) == ("success", True)
    assert [step.outputs["main"].items[0].json["b"] for step in steps] == [1, 1]


async def test_an_event_that_comes_again_gets_the_same_execution(url: str, tmp_path: Path) -> None:
    async with opened(url, tmp_path) as kernel, kernel.serve() as serving:
        records = [kernel.record(chain(SET)) for _ in range(3)]
        for record in records:
            record.idem_key = "delivery-1"

        found = [await serving.accept(record) for record in records]

    assert {one.execution for one in found} == {records[0].id}
    assert [one.is_new for one in found] == [True, False, False]


async def test_what_nobody_has_a_place_for_is_queued_and_run_later(
    url: str, tmp_path: Path
) -> None:
    async with opened(url, tmp_path) as kernel, kernel.serve(concurrency=1) as serving:
        records = [kernel.record(chain(SET, SET), [Item({"a": n})]) for n in range(20)]

        accepted = await asyncio.gather(*map(serving.accept, records))

        for one in accepted:
            assert (await until(kernel, ended, one.execution)).status == "success"


async def test_a_long_wait_gives_its_place_up_and_goes_on_when_it_is_due(
    url: str, tmp_path: Path
) -> None:
    async with opened(url, tmp_path) as kernel, kernel.serve(concurrency=1) as serving:
        long = await serving.accept(kernel.record(chain(SET, waiting(6), SET)))
        await until(kernel, lambda record: record.status == "waiting", long.execution)
        quick = await serving.accept(kernel.record(chain(SET)))

        assert (await until(kernel, ended, quick.execution)).status == "success"
        assert (await kernel.journal.execution(long.execution)).status == "waiting"
        assert (await until(kernel, ended, long.execution)).status == "success"


async def test_what_is_queued_survives_the_process_that_accepted_it(
    tmp_path: Path,
) -> None:
    url = new_sqlite_url(tmp_path / "p.db")
    async with opened(url, tmp_path) as kernel, kernel.serve(role="api") as serving:
        accepted = await serving.accept(kernel.record(chain(SET)))

    async with opened(url, tmp_path) as kernel, kernel.serve():
        assert (await until(kernel, ended, accepted.execution)).status == "success"


async def test_a_process_that_ends_leaves_what_it_runs_to_others(tmp_path: Path) -> None:
    url = new_sqlite_url(tmp_path / "p.db")
    async with opened(url, tmp_path) as kernel, kernel.serve(patience_s=0) as serving:
        accepted = await serving.accept(kernel.record(chain(SET, waiting(1.5), SET)))
        await until(kernel, lambda record: record.status != "queued", accepted.execution)
    async with opened(url, tmp_path) as kernel:
        left = await kernel.journal.execution(accepted.execution)

        async with kernel.serve():
            record = await until(kernel, ended, accepted.execution)

    assert left.status in ("queued", "waiting")
    assert record.status == "success"


async def test_more_than_may_be_queued_is_refused_with_a_time_to_come_again(
    tmp_path: Path,
) -> None:
    url = new_sqlite_url(tmp_path / "p.db")
    async with opened(url, tmp_path, max_queued=3) as kernel, kernel.serve(role="api") as serving:
        for _ in range(3):
            await serving.accept(kernel.record(chain(SET)))
        await asyncio.sleep(0.6)  # the length of the queue is believed for half a second

        with pytest.raises(QueueFull) as caught:
            await serving.accept(kernel.record(chain(SET)))

    assert caught.value.retry_after_s > 0


async def test_a_workspace_may_have_a_queue_of_its_own_length(tmp_path: Path) -> None:
    url = new_sqlite_url(tmp_path / "p.db")
    async with opened(url, tmp_path) as kernel, kernel.serve(role="api") as serving:
        assert kernel.db is not None
        row = {"id": "small", "name": "Small", "max_queued": 2}
        await kernel.db.transact(lambda one: one.execute(insert(workspaces).values(**row)))
        records = [kernel.record(chain(SET)) for _ in range(3)]
        for record in records:
            record.workspace_id = "small"
        for record in records[:2]:
            await serving.accept(record)
        await asyncio.sleep(0.6)  # the length of the queue is believed for half a second

        with pytest.raises(QueueFull, match="2"):
            await serving.accept(records[2])


async def test_a_workspace_that_floods_the_queue_holds_up_nobody_else(tmp_path: Path) -> None:
    url = new_sqlite_url(tmp_path / "p.db")
    async with opened(url, tmp_path) as kernel:
        async with kernel.serve(role="api") as serving:
            flood = [kernel.record(chain(SET)) for _ in range(300)]
            for record in flood:
                record.workspace_id = "loud"
            await asyncio.gather(*map(serving.accept, flood))
            quiet = kernel.record(chain(SET))
            quiet.workspace_id = "quiet"
            await serving.accept(quiet)
        async with kernel.serve(concurrency=2):
            record = await until(kernel, ended, quiet.id)
            assert kernel.db is not None
            columns = workflow_executions.c
            before = columns.finished_ms.between(1, record.finished_ms - 1)
            found = select(columns.id).where(columns.workspace_id == "loud", before)
            served_before = await kernel.db.read(
                lambda connection: len(connection.execute(found).all())
            )

    assert served_before < 20


async def test_a_kernel_without_a_database_says_what_it_needs(tmp_path: Path) -> None:
    async with Kernel.open(Settings(data_dir=tmp_path)) as kernel:
        with pytest.raises(StoreNeeded, match="database"):
            async with kernel.serve():
                pass


async def test_what_cannot_be_run_at_all_ends_with_its_reason(url: str, tmp_path: Path) -> None:
    async with opened(url, tmp_path) as kernel, kernel.serve() as serving:
        record = kernel.record(chain(SET))
        record.document = str(record.document).replace("data.set", "data.gone")

        accepted = await serving.accept(record)
        found = await until(kernel, ended, accepted.execution)

    assert found.status == "error"
    assert "data.gone" in found.error.message


async def test_what_breaks_its_process_again_and_again_is_dead_and_can_be_redriven(
    url: str, tmp_path: Path
) -> None:
    async with opened(url, tmp_path) as kernel:
        db = kernel.db
        assert db is not None
        record = kernel.record(chain(SET))
        await kernel.journal.accept(record)
        wish = Wish("a worker that breaks", ("default",), 1)

        claims = 0
        while (await db.transact(lambda one: claiming.claim(db, one, wish))).rows:
            claims += 1
            await db.transact(lambda connection: queue.sweep(db, connection))
        dead = await kernel.journal.execution(record.id)
        redriven = await db.transact(lambda connection: queue.redrive(connection, record.id, 1))
        async with kernel.serve():
            again = await until(kernel, ended, record.id)

    assert (claims, dead.status) == (queue.MOST_DISPATCHES, "dead")
    assert dead.error is not None
    assert dead.error.code == "execution.dead"
    assert redriven
    assert again.status == "success"


async def test_a_worker_that_ends_in_order_uses_up_no_attempt(tmp_path: Path) -> None:
    url = new_sqlite_url(tmp_path / "p.db")
    async with opened(url, tmp_path) as kernel:
        record = kernel.record(chain(SET, waiting(1.9), SET))
        async with kernel.serve(role="api") as serving:
            await serving.accept(record)
        for _ in range(queue.MOST_DISPATCHES + 1):
            async with kernel.serve(patience_s=0):
                await until(kernel, lambda found: found.status == "waiting", record.id)
        left = await kernel.journal.execution(record.id)

    assert left.dispatches == 0


async def test_a_workflow_in_line_is_left_to_others_too_when_a_process_ends(
    tmp_path: Path,
) -> None:
    """What it had finished is not done again: its first step has run once in the end."""
    (tmp_path / "inner.json").write_text(json.dumps(chain(SET, waiting(1.5), SET)))
    outer = chain(SET, ("penstock/flow.execute", {"workflow": "inner.json"}), SET)
    (tmp_path / "outer.json").write_text(json.dumps(outer))
    url = new_sqlite_url(tmp_path / "p.db")
    async with opened(url, tmp_path) as kernel:
        record = kernel.record(tmp_path / "outer.json", [Item({"a": 1})])
        async with kernel.serve(patience_s=0) as serving:
            await serving.accept(record)
            (inner,) = await inner_waiting(kernel, record.id)
        async with kernel.serve():
            ended_record = await until(kernel, ended, record.id)
        found = await parts(kernel, record.id)
        first, *_ = await kernel.journal.steps(inner)

    assert ended_record.status == "success"
    assert found == {inner: "success"}
    assert first.attempt == 1


async def parts(kernel: Kernel, root: str) -> dict[Any, str]:
    """What ran in line for an execution, with how it ended."""
    columns = workflow_executions.c
    found = select(columns.id, columns.status).where(columns.root_id == root)
    assert kernel.db is not None
    rows = await kernel.db.read(lambda connection: connection.execute(found).all())
    return {row.id: row.status for row in rows}


async def inner_waiting(kernel: Kernel, root: str) -> dict[Any, str]:
    """As soon as what runs in line waits."""
    async with asyncio.timeout(PATIENCE_S):
        while True:
            found = await parts(kernel, root)
            if "waiting" in found.values():
                return found
            await asyncio.sleep(0.01)


async def test_who_only_accepts_and_has_no_bells_leaves_the_rings_to_others(
    url: str, tmp_path: Path
) -> None:
    async with opened(url, tmp_path) as kernel:
        async with kernel.serve(role="api") as serving:
            await serving.accept(kernel.record(chain(SET)))
        assert kernel.db is not None
        rings = await kernel.db.read(outbox.pending)

    assert [ring.pool for ring in rings] == ["default"]


async def test_who_watches_an_execution_sees_it_to_its_end(url: str, tmp_path: Path) -> None:
    async with opened(url, tmp_path) as kernel, kernel.serve() as serving:
        accepted = await serving.accept(kernel.record(chain(SET, waiting(0.3), SET)))
        async with asyncio.timeout(PATIENCE_S):
            seen = [event.kind async for event in kernel.watch(accepted.execution)]
            after = [event.kind async for event in kernel.watch(accepted.execution)]

    assert seen[-1] == "execution.finished"
    assert "step.finished" in seen
    assert after == []


async def test_a_failure_is_told_of_although_its_process_died_before_it_could(
    url: str, tmp_path: Path
) -> None:
    failing = ("penstock/flow.stop", {"message": "no"})
    async with opened(url, tmp_path) as kernel, kernel.serve() as serving:
        scope, db = Scope(), kernel.db
        assert db is not None
        stored = await kernel.workflows.add(scope, {**chain(SET), "name": "told"})
        await kernel.workflows.publish(scope, stored.id)
        document = {**chain(failing), "settings": {"error_workflow": stored.id}}
        accepted = await serving.accept(kernel.record(document))
        await until(kernel, ended, accepted.execution)
        first = await until_there(kernel, f"error-{accepted.execution}")
        untold = await db.read(lambda one: changes.system_untold(one, db.now_ms(one) + 60_000))

        # As if it had died between the failure and telling of it.
        late = {"id": f"error-{accepted.execution}", "execution_id": accepted.execution}
        row = {**late, "workspace_id": "default", "node_id": "", "kind": changes.TO_TELL}
        await kernel.journal.forget(first.id)
        await db.transact(
            lambda one: one.execute(insert(waits).values(**row, resume_ms=1, state="open"))
        )
        again = await until_there(kernel, f"error-{accepted.execution}")
        left = await db.read(lambda one: changes.system_untold(one, db.now_ms(one) + 60_000))

    assert (first.mode, first.status, untold) == ("error", "success", [])
    assert (again.status, again.input[0].json["workflow"]["name"]) == ("success", "chain")
    assert left == []


async def until_there(
    kernel: Kernel, execution: str, condition: Callable[[ExecutionRecord], bool] = ended
) -> ExecutionRecord:
    """An execution that somebody is about to accept, as soon as something is true of it."""
    async with asyncio.timeout(PATIENCE_S):
        while True:
            try:
                record = await kernel.journal.execution(execution)  # type: ignore[arg-type]
            except ExecutionNotFound:
                record = None
            if record is not None and condition(record):
                return record
            await asyncio.sleep(0.02)


FAILS = ("penstock/flow.stop", {"message": "no"})


async def stored(kernel: Kernel, document: dict[str, Any]) -> str:
    """A workflow of the store that others can name."""
    one = await kernel.workflows.add(Scope(), document)
    await kernel.workflows.publish(Scope(), one.id)
    return one.id


def telling(told: str) -> dict[str, Any]:
    return {**chain(FAILS), "settings": {"error_workflow": told}}


async def test_a_process_that_ends_leaves_an_error_workflow_to_others(tmp_path: Path) -> None:
    url = new_sqlite_url(tmp_path / "p.db")
    async with opened(url, tmp_path) as kernel, kernel.serve(patience_s=0) as serving:
        told = await stored(kernel, {**chain(SET, waiting(1.5), SET), "name": "told"})
        accepted = await serving.accept(kernel.record(telling(told)))
        name = f"error-{accepted.execution}"
        await until_there(kernel, name, lambda record: record.status == "waiting")

    async with opened(url, tmp_path) as kernel, kernel.serve():
        assert (await until(kernel, ended, name)).status == "success"


async def test_an_error_workflow_that_waits_for_long_holds_no_place(
    url: str, tmp_path: Path
) -> None:
    async with opened(url, tmp_path) as kernel, kernel.serve(concurrency=1) as serving:
        told = await stored(kernel, {**chain(SET, waiting(3600), SET), "name": "told"})
        accepted = await serving.accept(kernel.record(telling(told)))
        await until_there(
            kernel, f"error-{accepted.execution}", lambda record: record.status == "waiting"
        )
        quick = await serving.accept(kernel.record(chain(SET)))

        assert (await until(kernel, ended, quick.execution)).status == "success"


async def fill_queue(kernel: Kernel) -> None:
    """Queue something that nobody here runs, where one is as many as may be."""
    record = kernel.record(chain(SET))
    record.pool = "far"
    await kernel.serving.accept(record)
    await asyncio.sleep(0.6)  # the length of the queue is believed for half a second


async def test_an_error_workflow_is_accepted_in_its_own_pool_although_the_queue_is_full(
    tmp_path: Path,
) -> None:
    url, more = new_sqlite_url(tmp_path / "p.db"), {"pools": ["far=gpu"], "max_queued": 1}
    async with opened(url, tmp_path, **more) as kernel, kernel.serve() as serving:
        told = await stored(kernel, {**chain(SET), "name": "told", "settings": {"tags": ["gpu"]}})
        await fill_queue(kernel)

        accepted = await serving.accept(kernel.record(telling(told)))
        found = await until_there(kernel, f"error-{accepted.execution}", bool)

    assert (found.pool, found.status) == ("far", "queued")
    assert found.created_ms > 0


async def test_workflows_that_nobody_waits_for_are_accepted_like_any_event(
    url: str, tmp_path: Path
) -> None:
    limits = {"concurrency": {"limit": 1}, "tags": ["gpu"]}
    pools = {"pools": ["far=gpu"]}
    async with opened(url, tmp_path, **pools) as kernel, kernel.serve(concurrency=2) as serving:
        sub = await stored(kernel, {**chain(SET), "name": "sub", "settings": limits})
        calls = ("penstock/flow.execute", {"workflow": sub, "wait": False, "mode": "each"})
        items = [Item({"a": n}) for n in range(5)]
        accepted = await serving.accept(kernel.record(chain(calls), items))
        caller = await until(kernel, ended, accepted.execution)
        assert kernel.db is not None
        begun = await kernel.db.read(lambda one: asides(one, accepted.execution))

    assert caller.status == "success"
    assert begun == [("queued", "far", 1)] * 5


def asides(connection: Connection, caller: str) -> list[tuple[str, str, int]]:
    """Where the executions of a caller stand, and beside how many others."""
    row = workflow_executions.c
    found = select(row.status, row.pool, row.concurrency_limit).where(row.parent_id == caller)
    return [tuple(one) for one in connection.execute(found)]


async def test_a_full_queue_refuses_a_workflow_that_nobody_waits_for(tmp_path: Path) -> None:
    url, more = new_sqlite_url(tmp_path / "p.db"), {"pools": ["far=gpu"], "max_queued": 1}
    async with opened(url, tmp_path, **more) as kernel, kernel.serve() as serving:
        sub = await stored(kernel, {**chain(SET), "name": "sub", "settings": {"tags": ["gpu"]}})
        await fill_queue(kernel)
        calls = ("penstock/flow.execute", {"workflow": sub, "wait": False})
        accepted = await serving.accept(kernel.record(chain(calls)))
        caller = await until(kernel, ended, accepted.execution)

    assert caller.error is not None
    assert caller.error.code == "queue.full"


async def test_a_worker_that_goes_leaves_all_that_it_holds_however_much_that_is(
    tmp_path: Path,
) -> None:
    url, many = new_sqlite_url(tmp_path / "p.db"), queue.MOST_AT_ONCE + 100
    async with opened(url, tmp_path) as kernel:
        assert kernel.db is not None
        for _ in range(many):
            record = kernel.record(chain(SET))
            await kernel.journal.begin(record, "goes")

        left = await kernel.db.transact(lambda one: queue.leave(one, "goes"))
        held = await kernel.db.read(lambda one: queue.held(one, "goes"))

    assert (left, held) == (many, set())
