"""Looking at executions that were, running them again, and deciding what is in doubt."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update
from tests.support.databases import KINDS, url_of

from penstock_kernel.execution.program import NodeUnknown
from penstock_kernel.kernel import Kernel
from penstock_kernel.settings import Settings
from penstock_kernel.store.journal import ExecutionNotFound
from penstock_kernel.store.records import ErrorRecord, ExecutionRecord, StepKey, StepRecord
from penstock_kernel.store.scope import Scope
from penstock_kernel.store.sql import codec
from penstock_kernel.store.sql.overview import Filter
from penstock_kernel.store.sql.tables import execution_steps, workflow_executions
from penstock_kernel.work.entering import Incoming
from penstock_kernel.work.history import NotEnded, NotInDoubt
from penstock_sdk import Item

SCOPE = Scope()
PATIENCE_S = 30
pytestmark = pytest.mark.parametrize("kind", KINDS)


@asynccontextmanager
async def opened(kind: str, folder: Path) -> AsyncIterator[Kernel]:
    settings = Settings(
        database=url_of(kind, folder), data_dir=folder / "data", sandbox="inprocess"
    )
    async with Kernel.open(settings) as kernel:
        yield kernel


def document(fails: str = "=", value: str = "={{ $json.a }}") -> dict[str, Any]:
    """Sets `b`, stops where it says so, and sets `c`."""
    return {
        "format": "penstock/1",
        "name": "three",
        "nodes": [
            _set("one", "b", value),
            _set("two", "c", f"={{{{ $json.{fails}.deep }}}}" if fails != "=" else "fine"),
            _set("three", "d", "={{ $json.b }}"),
        ],
        "edges": [
            {"from": ["one", "main"], "to": ["two", "main"]},
            {"from": ["two", "main"], "to": ["three", "main"]},
        ],
    }


def _set(node: str, name: str, value: str) -> dict[str, Any]:
    config = {"assignments": [{"name": name, "value": value}]}
    return {"id": node, "name": node, "type": "penstock/data.set", "config": config}


async def stored(kernel: Kernel, value: dict[str, Any]) -> str:
    added = await kernel.workflows.add(SCOPE, value)
    await kernel.workflows.publish(SCOPE, added.id)
    await kernel.workflows.activate(SCOPE, added.id)
    return added.id


async def run(kernel: Kernel, workflow: str, mode: str = "webhook", **item: Any) -> ExecutionRecord:
    accepted = await kernel.accept(
        Incoming(workflow=workflow, mode=mode, items=[Item(item or {"a": 1})])
    )
    return await ended(kernel, accepted.execution)


async def ended(kernel: Kernel, execution: str) -> ExecutionRecord:
    async with asyncio.timeout(PATIENCE_S):
        while True:
            record = await kernel.journal.execution(execution)  # type: ignore[arg-type]
            if record.status in ("success", "error", "canceled"):
                return record
            await asyncio.sleep(0.01)


async def statuses(kernel: Kernel, execution: str) -> dict[str, str]:
    steps = await kernel.journal.steps(execution)  # type: ignore[arg-type]
    return {step.key.node_id: step.status for step in steps}


async def test_a_list_holds_what_a_filter_finds_newest_first_in_pages(
    kind: str, tmp_path: Path
) -> None:
    async with opened(kind, tmp_path) as kernel, kernel.serve():
        good, bad = await stored(kernel, document()), await stored(kernel, document("nothing"))
        runs = [(await run(kernel, good, mode)).id for mode in ("webhook", "schedule", "webhook")]
        failed = (await run(kernel, bad)).id

        async def found(**wanted: Any) -> list[str]:
            page = await kernel.history.list(SCOPE, Filter(**wanted))
            return [one.id for one in page.executions]

        first = await kernel.history.list(SCOPE, most=3)
        second = await kernel.history.list(SCOPE, most=3, after=first.next or "")
        assert [one.id for one in first.executions] == [failed, runs[2], runs[1]]
        assert ([one.id for one in second.executions], second.next) == ([runs[0]], None)
        assert await found(status=("error",)) == [failed]
        assert await found(mode="schedule") == [runs[1]]
        assert await found(workflow=good) == runs[::-1]
        assert await found(until_ms=first.executions[-1].created_ms - 1) == [runs[0]]
        assert dict(await kernel.history.counts(SCOPE)) == {"success": 3, "error": 1}
        assert (await kernel.history.list(Scope("elsewhere"))).executions == []


async def test_executions_are_found_by_their_custom_data(kind: str, tmp_path: Path) -> None:
    code = {
        "format": "penstock/1",
        "name": "keys",
        "nodes": [
            {
                "id": "code",
                "name": "Code",
                "type": "penstock/code.javascript",
                "config": {
                    "source": "$execution.customData.set('order', items[0].json.order);\nreturn items;"
                },
            }
        ],
    }
    async with opened(kind, tmp_path) as kernel, kernel.serve():
        workflow = await stored(kernel, code)
        await run(kernel, workflow, order="A-1")
        second = await run(kernel, workflow, order="A-2")
        found = await kernel.history.list(SCOPE, Filter(keys={"order": "A-2"}))

        assert second.custom_data == {"order": "A-2"}
        assert [one.id for one in found.executions] == [second.id]


async def test_a_retry_begins_where_it_failed_with_what_ran_or_with_what_counts_now(
    kind: str, tmp_path: Path
) -> None:
    async with opened(kind, tmp_path) as kernel, kernel.serve():
        workflow = await stored(kernel, document("nothing"))
        failed = await run(kernel, workflow, a=7)
        store = kernel.workflows
        await store.save(SCOPE, workflow, document(value="changed"), seen=1)
        await store.publish(SCOPE, workflow)
        await store.activate(SCOPE, workflow)

        same = await ended(kernel, await kernel.history.again(SCOPE, failed.id))
        mended = await ended(kernel, await kernel.history.again(SCOPE, failed.id, which="current"))
        steps = {step.key.node_id: step for step in await kernel.journal.steps(mended.id)}

        assert (same.status, same.version, same.retry_of) == ("error", 1, failed.id)
        assert (mended.status, mended.version) == ("success", 2)
        assert {name: step.status for name, step in steps.items()} == {
            "one": "cached",
            "two": "ok",
            "three": "ok",
        }
        # What ended well is not run again, whatever the node says now.
        assert steps["three"].outputs["main"].items[0].json["d"] == 7


async def test_an_execution_is_run_again_from_a_step_or_as_a_whole(
    kind: str, tmp_path: Path
) -> None:
    async with opened(kind, tmp_path) as kernel, kernel.serve():
        before = await run(kernel, await stored(kernel, document()))
        history = kernel.history

        from_three = await ended(kernel, await history.again(SCOPE, before.id, start="three"))
        whole = await ended(kernel, await history.again(SCOPE, before.id, whole=True))

        assert await statuses(kernel, from_three.id) == {
            "one": "cached",
            "two": "cached",
            "three": "ok",
        }
        assert set((await statuses(kernel, whole.id)).values()) == {"ok"}
        with pytest.raises(NodeUnknown):
            await history.again(SCOPE, before.id, start="four")


async def test_what_goes_on_is_canceled_and_not_run_again(kind: str, tmp_path: Path) -> None:
    async with opened(kind, tmp_path) as kernel, kernel.serve(role="api"):
        workflow = await stored(kernel, document())
        one = await kernel.accept(Incoming(workflow=workflow, mode="webhook"))
        await kernel.accept(Incoming(workflow=workflow, mode="webhook"))

        with pytest.raises(NotEnded):
            await kernel.history.again(SCOPE, one.execution)
        done = await kernel.history.cancel_all(SCOPE, Filter(workflow=workflow))

        assert [found.result for found in done] == ["canceled", "canceled"]
        assert await kernel.history.counts(SCOPE) == {"canceled": 2}


async def test_many_are_run_again_with_one_command(kind: str, tmp_path: Path) -> None:
    async with opened(kind, tmp_path) as kernel, kernel.serve():
        workflow = await stored(kernel, document("nothing"))
        failed = [(await run(kernel, workflow)).id for _ in range(3)]
        done = await kernel.history.again_all(SCOPE, Filter(status=("error",)))
        again = [await ended(kernel, str(one.result)) for one in done]

        assert [one.execution for one in done] == failed
        assert [one.retry_of for one in again] == failed


async def test_a_workspace_sees_its_own_executions_alone(kind: str, tmp_path: Path) -> None:
    strange = Scope("elsewhere")
    async with opened(kind, tmp_path) as kernel, kernel.serve():
        before = await run(kernel, await stored(kernel, document()))
        history = kernel.history

        for question in (
            history.show(strange, before.id),
            history.logs(strange, before.id),
            history.again(strange, before.id),
            history.cancel(strange, before.id),
            history.decide(strange, before.id, "again"),
            history.redrive(strange, before.id),
        ):
            with pytest.raises(ExecutionNotFound):
                await question
        assert (await history.show(SCOPE, before.id)).execution.id == before.id


async def in_doubt(kernel: Kernel, workflow: str) -> str:
    """An execution whose second step was not known to have had its effect."""
    accepted = await run(kernel, workflow, a=5)
    step = StepRecord(
        key=StepKey("two", 0),
        status="in_doubt",
        effects="unsafe",
        waiting_for="in_doubt",
        error=ErrorRecord(code="step.in_doubt", message="Nobody knows."),
    )
    steps = {one.key.node_id: one for one in await kernel.journal.steps(accepted.id)}
    step.key, step.sources = steps["two"].key, steps["two"].sources
    assert kernel.db is not None
    own, rows = workflow_executions, execution_steps
    doubtful = {"status": "in_doubt", "effects": "unsafe", "outputs": b""}
    waits = {"status": "waiting", "waiting_for": "in_doubt", "worker_id": None}

    def work(connection: Any) -> None:
        mine = (rows.c.execution_id == accepted.id) & (rows.c.node_id == "two")
        body = codec.pack(codec.body_of(step))
        connection.execute(update(rows).where(mine).values(**doubtful, body=body))
        connection.execute(
            rows.delete().where(rows.c.execution_id == accepted.id, rows.c.node_id == "three")
        )
        connection.execute(update(own).where(own.c.id == accepted.id).values(waits))

    await kernel.db.transact(work)
    return accepted.id


@pytest.mark.parametrize("choice", ["again", "done"])
async def test_a_person_decides_what_is_in_doubt(kind: str, choice: Any, tmp_path: Path) -> None:
    async with opened(kind, tmp_path) as kernel, kernel.serve():
        execution = await in_doubt(kernel, await stored(kernel, document()))
        items = [Item({"b": "as the person says"})] if choice == "done" else []

        assert await kernel.history.decide(SCOPE, execution, choice, items=items) == 1
        record = await ended(kernel, execution)
        steps = {step.key.node_id: step for step in await kernel.journal.steps(record.id)}

        assert (record.status, steps["two"].status) == ("success", "ok")
        wanted = "as the person says" if choice == "done" else 5
        assert steps["three"].outputs["main"].items[0].json["d"] == wanted
        with pytest.raises(NotInDoubt):
            await kernel.history.decide(SCOPE, execution, choice)
