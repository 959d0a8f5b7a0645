"""What every journal promises; new implementations join the fixture."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, insert
from tests.support.databases import KINDS, opened

from penstock_kernel.store.blobs import FileBlobs
from penstock_kernel.store.journal import (
    Commit,
    ExecutionExists,
    ExecutionNotFound,
    Fence,
    Journal,
    OwnershipLost,
)
from penstock_kernel.store.memory_journal import MemoryJournal
from penstock_kernel.store.records import (
    ErrorRecord,
    ExecutionId,
    ExecutionRecord,
    ExecutionStatus,
    PortOutput,
    StepKey,
    StepRecord,
)
from penstock_kernel.store.sql.journal import SqlJournal
from penstock_kernel.store.sql.tables import workflow_executions
from penstock_sdk import Item

ID = ExecutionId("e1")


@pytest.fixture(params=["no-database", *KINDS])
async def journal(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Journal]:
    if request.param == "no-database":
        yield MemoryJournal()
        return
    async with opened(request.param, tmp_path) as db:
        yield SqlJournal(db, FileBlobs(tmp_path / "blobs", bytes(32)))


def accepted(execution: str = "e1") -> ExecutionRecord:
    return ExecutionRecord(
        id=ExecutionId(execution),
        workspace_id="w",
        workflow_id="flow",
        workflow_name="Flow",
        document="{}",
        input=[Item({"a": 1})],
    )


def step(node_id: str, run_index: int = 0, status: str = "ok") -> StepRecord:
    return StepRecord(
        key=StepKey(node_id, run_index),
        status=status,  # type: ignore[arg-type]
        outputs={"main": PortOutput([Item({"a": 1})])},
    )


async def test_an_accepted_execution_can_be_read_back(journal: Journal) -> None:
    await journal.accept(accepted())

    record = await journal.execution(ID)

    assert (record.workflow_id, record.status, record.epoch) == ("flow", "queued", 0)
    assert record.input == [Item({"a": 1})]


async def test_an_id_is_accepted_once(journal: Journal) -> None:
    await journal.accept(accepted())

    with pytest.raises(ExecutionExists, match="before"):
        await journal.accept(accepted())


async def test_an_event_is_accepted_once(journal: Journal) -> None:
    first, again = accepted("e1"), accepted("e2")
    first.idem_key = again.idem_key = "delivery-7"

    kept = [await journal.accept(first), await journal.accept(again)]

    assert kept == [ID, ID]
    with pytest.raises(ExecutionNotFound):
        await journal.execution(ExecutionId("e2"))


async def test_an_execution_can_be_begun_with_steps_by_its_owner(journal: Journal) -> None:
    begun = await journal.begin(accepted(), "one", steps=[step("a")])

    await journal.commit(
        Commit(execution=ID, epoch=begun.epoch, steps=[step("b")], status="success")
    )

    assert (begun.status, begun.epoch) == ("running", 1)
    assert [one.key.node_id for one in await journal.steps(ID)] == ["a", "b"]
    assert (await journal.execution(ID)).status == "success"


async def test_what_runs_in_line_is_written_under_the_fence_of_its_root(journal: Journal) -> None:
    root = await journal.begin(accepted("root"), "one")
    fence = Fence(root.id, root.epoch)

    part = await journal.begin(accepted("part"), "one", fence=fence)
    await journal.commit(
        Commit(execution=part.id, epoch=part.epoch, root=root.id, steps=[step("a")])
    )

    assert (part.epoch, part.root) == (1, "root")
    assert [one.key.node_id for one in await journal.steps(part.id)] == ["a"]


async def test_who_lost_the_root_can_neither_begin_nor_claim_nor_write_a_part(
    journal: Journal,
) -> None:
    root = await journal.begin(accepted("root"), "one")
    old = Fence(root.id, root.epoch)
    part = await journal.begin(accepted("part"), "one", fence=old)
    await journal.claim(root.id, "two")

    with pytest.raises(OwnershipLost):
        await journal.begin(accepted("other"), "one", fence=old)
    with pytest.raises(OwnershipLost):
        await journal.claim(part.id, "one", fence=old)
    with pytest.raises(OwnershipLost):
        await journal.commit(
            Commit(execution=part.id, epoch=part.epoch, root=root.id, steps=[step("a")])
        )
    assert list(await journal.steps(part.id)) == []


async def test_many_at_once_do_not_mix(journal: Journal) -> None:
    async def one(name: str) -> list[str]:
        begun = await journal.begin(accepted(name), "one")
        commit = Commit(execution=begun.id, epoch=begun.epoch, steps=[step(name)], status="success")
        await journal.commit(commit)
        return [found.key.node_id for found in await journal.steps(begun.id)]

    names = [f"e{number}" for number in range(40)]

    assert await asyncio.gather(*map(one, names)) == [[name] for name in names]


async def test_outputs_of_any_size_and_kind_come_back_as_they_were(journal: Journal) -> None:
    begun = await journal.begin(accepted(), "one")
    odd: list[Any] = [
        {"a": 10**40, "b": "half \ud83d", "c": [None, True, 1.5, {"d": "é"}]},
        {"text": "x" * 100_000},
    ]
    many = [Item({"n": number}) for number in range(2_500)]
    outputs = {
        "main": PortOutput([Item(one) for one in odd], [-1, (0, 1)]),
        "many": PortOutput(many, list(range(2_500))),
        "none": PortOutput([]),
    }
    record = StepRecord(key=StepKey("a", 0), status="ok", outputs=outputs)

    await journal.commit(Commit(execution=ID, epoch=begun.epoch, steps=[record]))
    (found,) = await journal.steps(ID)

    assert found.outputs == outputs


async def test_each_claim_raises_the_epoch(journal: Journal) -> None:
    await journal.accept(accepted())

    first = await journal.claim(ID, "one")
    second = await journal.claim(ID, "two")

    assert (first.epoch, second.epoch) == (1, 2)
    assert second.status == "running"


@pytest.mark.parametrize("status", ["success", "error", "canceled", "dead"])
async def test_nobody_becomes_the_owner_of_what_has_ended(
    journal: Journal, status: ExecutionStatus
) -> None:
    await journal.accept(accepted())
    owner = await journal.claim(ID, "one")
    await journal.commit(
        Commit(execution=ID, epoch=owner.epoch, status=status, finished_ms=5, released=True)
    )

    with pytest.raises(OwnershipLost, match="has ended"):
        await journal.claim(ID, "two")

    assert (await journal.execution(ID)).status == status


async def test_why_an_execution_fails_can_be_committed_before_its_end(journal: Journal) -> None:
    error = ErrorRecord(code="execution.timed_out", message="It took too long.")
    owner = await journal.begin(accepted(), "one")
    failing = Commit(execution=ID, epoch=owner.epoch, status="running", error=error)
    await journal.commit(failing)
    await journal.commit(Commit(execution=ID, epoch=owner.epoch, steps=[step("a")]))

    found = await journal.execution(ID)
    next_owner = await journal.claim(ID, "two")

    assert (found.status, found.finished_ms) == ("running", 0)
    assert (next_owner.status, next_owner.error) == ("running", error)


async def test_a_commit_with_an_old_epoch_changes_nothing(journal: Journal) -> None:
    await journal.accept(accepted())
    old = await journal.claim(ID, "one")
    await journal.claim(ID, "two")

    with pytest.raises(OwnershipLost):
        await journal.commit(
            Commit(execution=ID, epoch=old.epoch, steps=[step("a")], status="success")
        )

    assert list(await journal.steps(ID)) == []
    assert (await journal.execution(ID)).status == "running"


async def test_a_commit_makes_steps_and_status_true_together(journal: Journal) -> None:
    await journal.accept(accepted())
    owner = await journal.claim(ID, "one")
    error = ErrorRecord(code="x.y", message="no")

    await journal.commit(
        Commit(
            execution=ID,
            epoch=owner.epoch,
            steps=[step("a"), step("b")],
            status="error",
            error=error,
            finished_ms=5,
        )
    )
    record = await journal.execution(ID)

    assert [one.key.node_id for one in await journal.steps(ID)] == ["a", "b"]
    assert (record.status, record.error, record.finished_ms) == ("error", error, 5)


async def test_a_commit_without_a_status_leaves_it(journal: Journal) -> None:
    await journal.accept(accepted())
    owner = await journal.claim(ID, "one")

    await journal.commit(Commit(execution=ID, epoch=owner.epoch, steps=[step("a")]))

    assert (await journal.execution(ID)).status == "running"


async def test_a_later_attempt_replaces_the_step_in_its_place(journal: Journal) -> None:
    await journal.accept(accepted())
    owner = await journal.claim(ID, "one")
    for steps in ([step("a", status="started"), step("b")], [step("a")]):
        await journal.commit(Commit(execution=ID, epoch=owner.epoch, steps=steps))

    found = [(one.key.node_id, one.status) for one in await journal.steps(ID)]

    assert found == [("a", "ok"), ("b", "ok")]


async def test_what_an_execution_waits_for_ends_with_its_next_claim(journal: Journal) -> None:
    await journal.accept(accepted())
    owner = await journal.claim(ID, "one")
    await journal.commit(
        Commit(execution=ID, epoch=owner.epoch, status="waiting", waiting_for="timer", due_ms=9)
    )
    waiting = await journal.execution(ID)

    claimed = await journal.claim(ID, "two")

    assert (waiting.status, waiting.waiting_for, waiting.due_ms) == ("waiting", "timer", 9)
    assert (claimed.status, claimed.waiting_for, claimed.due_ms) == ("running", None, None)


async def test_what_was_read_does_not_change_with_the_journal(journal: Journal) -> None:
    await journal.accept(accepted())
    before = await journal.execution(ID)

    await journal.claim(ID, "one")

    assert (before.status, before.epoch) == ("queued", 0)


async def test_a_forgotten_execution_is_gone(journal: Journal) -> None:
    await journal.accept(accepted())

    await journal.forget(ID)

    with pytest.raises(ExecutionNotFound):
        await journal.execution(ID)
    with pytest.raises(ExecutionNotFound):
        await journal.claim(ID, "one")


async def test_what_ran_in_line_is_forgotten_with_its_root_however_much_it_was(
    journal: Journal,
) -> None:
    """More than PostgreSQL takes parameters."""
    await journal.accept(accepted())
    await journal.claim(ID, "one")
    if isinstance(journal, SqlJournal):
        await journal._db.transact(add_in_line)

    await journal.forget(ID)

    with pytest.raises(ExecutionNotFound):
        await journal.execution(ID)
    with pytest.raises(ExecutionNotFound):
        await journal.execution(ExecutionId("part-1"))


def add_in_line(connection: Connection) -> None:
    row = {
        "root_id": ID,
        "workspace_id": "w",
        "workflow_id": "flow",
        "workflow_name": "Flow",
        "document_id": "d",
        "mode": "manual",
        "status": "success",
        "created_ms": 1,
    }
    rows = [{"id": f"part-{number}", **row} for number in range(33_000)]
    connection.execute(insert(workflow_executions), rows)


async def test_executions_do_not_mix(journal: Journal) -> None:
    for name in ("e1", "e2"):
        await journal.accept(accepted(name))
        owner = await journal.claim(ExecutionId(name), "one")
        await journal.commit(
            Commit(execution=ExecutionId(name), epoch=owner.epoch, steps=[step(name)])
        )

    assert [one.key.node_id for one in await journal.steps(ID)] == ["e1"]


async def test_the_memory_journal_keeps_a_bounded_number_of_ended_executions() -> None:
    journal = MemoryJournal(keep=2)
    for name in ("e1", "e2", "e3"):
        await journal.accept(accepted(name))
        owner = await journal.claim(ExecutionId(name), "one")
        await journal.commit(
            Commit(execution=ExecutionId(name), epoch=owner.epoch, status="success")
        )

    with pytest.raises(ExecutionNotFound):
        await journal.execution(ID)
    assert (await journal.execution(ExecutionId("e3"))).status == "success"


async def test_custom_data_is_kept_with_the_commit_that_brings_it(journal: Journal) -> None:
    await journal.accept(accepted())
    owner = await journal.claim(ID, "one")

    await journal.commit(Commit(execution=ID, epoch=owner.epoch, custom_data={"order": "7"}))
    await journal.commit(Commit(execution=ID, epoch=owner.epoch, steps=[step("a")]))

    assert (await journal.execution(ID)).custom_data == {"order": "7"}
