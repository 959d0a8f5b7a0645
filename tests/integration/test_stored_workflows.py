"""Workflows in the store, on each kind of database: drafts, versions, activation, events."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from tests.support.databases import KINDS, url_of

from penstock_kernel.execution.result import Execution
from penstock_kernel.expressions.keys import KeyInvalid, key_of
from penstock_kernel.kernel import Kernel
from penstock_kernel.settings import Settings
from penstock_kernel.store.scope import Scope
from penstock_kernel.store.sql.workflows import (
    WorkflowActive,
    WorkflowChanged,
    WorkflowFilter,
    WorkflowLocked,
    WorkflowMissing,
    WorkflowUnchanged,
)
from penstock_kernel.work.entering import Incoming, WorkflowInactive
from penstock_kernel.work.placing import PoolMissing
from penstock_kernel.work.triggers import TriggerUnusable
from penstock_kernel.workflow.findings import DocumentInvalid
from penstock_sdk import Item

SCOPE = Scope(actor="ada")
OTHER = Scope(actor="bob")
PATIENCE_S = 30


@asynccontextmanager
async def opened(kind: str, folder: Path, **more: Any) -> AsyncIterator[Kernel]:
    settings = Settings(
        database=url_of(kind, folder), data_dir=folder / "data", sandbox="inprocess", **more
    )
    async with Kernel.open(settings) as kernel:
        yield kernel


def document(
    name: str = "doubles", value: str = "={{ $json.a }}", **settings: Any
) -> dict[str, Any]:
    config = {"assignments": [{"name": "b", "value": value}]}
    return {
        "format": "penstock/1",
        "name": name,
        "nodes": [{"id": "set", "name": "Set", "type": "penstock/data.set", "config": config}],
        "settings": settings,
    }


def calling(workflow: str, version: str = "published") -> dict[str, Any]:
    config = {"workflow": workflow, "workflow_version": version}
    return {
        "format": "penstock/1",
        "name": "calls",
        "nodes": [
            {"id": "call", "name": "Call", "type": "penstock/flow.execute", "config": config}
        ],
    }


def scheduled(**rule: Any) -> dict[str, Any]:
    return {
        "format": "penstock/1",
        "name": "scheduled",
        "nodes": [
            {
                "id": "when",
                "name": "When",
                "type": "penstock/flow.schedule",
                "config": {"rules": [rule]},
            }
        ],
    }


async def published(kernel: Kernel, value: dict[str, Any], scope: Scope = SCOPE) -> str:
    added = await kernel.workflows.add(scope, value)
    await kernel.workflows.publish(scope, added.id)
    return added.id


async def ended(kernel: Kernel, execution: str) -> Execution:
    async with asyncio.timeout(PATIENCE_S):
        while True:
            record = await kernel.journal.execution(execution)  # type: ignore[arg-type]
            if record.status in ("success", "error", "canceled"):
                return await kernel.continue_(execution)
            await asyncio.sleep(0.01)


async def first_of(kernel: Kernel, workflow: str) -> str:
    """The first execution of a workflow, as soon as there is one."""
    async with asyncio.timeout(PATIENCE_S):
        while True:
            found = (await kernel.history.list(SCOPE, workflow=workflow)).executions
            if found:
                return found[-1].id
            await asyncio.sleep(0.01)


pytestmark = pytest.mark.parametrize("kind", KINDS)


async def test_a_draft_becomes_versions_that_stay_as_they_are(kind: str, tmp_path: Path) -> None:
    async with opened(kind, tmp_path) as kernel:
        store = kernel.workflows
        added = await store.add(SCOPE, document("first"))
        one = await store.publish(SCOPE, added.id, "to begin with")
        changed = await store.save(SCOPE, added.id, document("second"), seen=added.revision)
        two = await store.publish(SCOPE, added.id)
        shown = await store.show(SCOPE, added.id)

        assert (added.revision, changed.revision, changed.name) == (1, 2, "second")
        assert [(v.number, v.note, v.author) for v in shown.versions] == [
            (2, "", "ada"),
            (1, "to begin with", "ada"),
        ]
        assert '"first"' in await store.text(SCOPE, added.id, one.number)
        assert '"second"' in await store.text(SCOPE, added.id, two.number)


async def test_nobody_overwrites_what_he_has_not_seen(kind: str, tmp_path: Path) -> None:
    async with opened(kind, tmp_path) as kernel:
        added = await kernel.workflows.add(SCOPE, document())
        await kernel.workflows.save(OTHER, added.id, document("of bob"), seen=1)

        with pytest.raises(WorkflowChanged, match="revision 2"):
            await kernel.workflows.save(SCOPE, added.id, document("of ada"), seen=1)

        assert (await kernel.workflows.show(SCOPE, added.id)).workflow.name == "of bob"


async def test_while_somebody_has_the_lock_nobody_else_changes_it(
    kind: str, tmp_path: Path
) -> None:
    async with opened(kind, tmp_path) as kernel:
        store = kernel.workflows
        added = await store.add(SCOPE, document())
        await store.lock(SCOPE, added.id)

        for change in (
            store.save(OTHER, added.id, document("x"), seen=1),
            store.publish(OTHER, added.id),
            store.remove(OTHER, added.id),
            store.lock(OTHER, added.id),
        ):
            with pytest.raises(WorkflowLocked, match="ada"):
                await change
        await store.save(SCOPE, added.id, document("x"), seen=1)
        await store.unlock(SCOPE, added.id)
        assert (await store.save(OTHER, added.id, document("y"), seen=2)).name == "y"


async def test_publishing_the_same_again_is_refused(kind: str, tmp_path: Path) -> None:
    async with opened(kind, tmp_path) as kernel:
        workflow = await published(kernel, document())

        with pytest.raises(WorkflowUnchanged, match="Version 1"):
            await kernel.workflows.publish(SCOPE, workflow)


async def test_what_is_published_is_what_was_checked(kind: str, tmp_path: Path) -> None:
    async with opened(kind, tmp_path) as kernel:
        kept = await kernel.workflows.add(SCOPE, document())
        reads = kernel.workflows.text

        async def hurried(scope: Scope, workflow: str, number: int | None = None) -> str:
            """Somebody saves in the moment between the check and the version."""
            found = await reads(scope, workflow, number)
            await kernel.workflows.save(SCOPE, workflow, document(value="={{ ( }}"), seen=1)
            return found

        kernel.workflows.text = hurried  # type: ignore[method-assign]
        with pytest.raises(WorkflowChanged):
            await kernel.workflows.publish(SCOPE, kept.id)
        shown = await kernel.workflows.show(SCOPE, kept.id)

    assert shown.workflow.latest == 0


async def test_what_cannot_run_may_be_a_draft_and_no_version(kind: str, tmp_path: Path) -> None:
    broken = document()
    broken["nodes"][0]["type"] = "nobody/has.this"
    async with opened(kind, tmp_path) as kernel:
        added = await kernel.workflows.add(SCOPE, broken)

        with pytest.raises(DocumentInvalid):
            await kernel.workflows.publish(SCOPE, added.id)


async def test_what_is_removed_is_out_of_sight_and_what_is_active_stays(
    kind: str, tmp_path: Path
) -> None:
    async with opened(kind, tmp_path) as kernel:
        store = kernel.workflows
        workflow = await published(kernel, scheduled(unit="minutes"))
        await store.activate(SCOPE, workflow)

        with pytest.raises(WorkflowActive):
            await store.remove(SCOPE, workflow)
        await store.remove(SCOPE, workflow, force=True)

        assert (await store.list(SCOPE)).workflows == []
        with pytest.raises(WorkflowMissing):
            await store.show(SCOPE, workflow)


async def test_a_workspace_sees_its_own_workflows_alone(kind: str, tmp_path: Path) -> None:
    strange = Scope("elsewhere")
    async with opened(kind, tmp_path) as kernel:
        store = kernel.workflows
        workflow = await published(kernel, document())

        assert (await store.list(strange)).workflows == []
        for question in (
            store.show(strange, workflow),
            store.text(strange, workflow),
            store.publish(strange, workflow),
            store.activate(strange, workflow),
            store.remove(strange, workflow),
        ):
            with pytest.raises(WorkflowMissing):
                await question


async def test_lists_hold_those_with_a_part_in_their_name(kind: str, tmp_path: Path) -> None:
    async with opened(kind, tmp_path) as kernel:
        for name in ("b 100%", "a 100 per cent", "C_1"):
            await kernel.workflows.add(SCOPE, document(name))

        async def names(part: str) -> list[str]:
            found = await kernel.workflows.list(SCOPE, WorkflowFilter(part=part))
            return [one.name for one in found.workflows]

        assert sorted(await names("")) == ["C_1", "a 100 per cent", "b 100%"]
        assert await names("0%") == ["b 100%"]
        assert await names("c_") == ["C_1"]


async def test_an_event_starts_the_active_version_and_no_other(kind: str, tmp_path: Path) -> None:
    async with opened(kind, tmp_path) as kernel, kernel.serve():
        store = kernel.workflows
        workflow = await published(kernel, document(value="one"))
        incoming = Incoming(workflow=workflow, scope=SCOPE, mode="webhook", items=[Item({"a": 1})])

        with pytest.raises(WorkflowInactive):
            await kernel.accept(incoming)
        await store.activate(SCOPE, workflow)
        await store.save(SCOPE, workflow, document(value="two"), seen=1)
        await store.publish(SCOPE, workflow)
        first = await ended(kernel, (await kernel.accept(incoming)).execution)
        await store.activate(SCOPE, workflow)
        second = await ended(kernel, (await kernel.accept(incoming)).execution)
        await store.activate(SCOPE, workflow, 1)
        back = await ended(kernel, (await kernel.accept(incoming)).execution)
        await store.deactivate(SCOPE, workflow)

        assert [one.items[0].json["b"] for one in (first, second, back)] == ["one", "two", "one"]
        with pytest.raises(WorkflowInactive):
            await kernel.accept(incoming)


async def test_a_stored_workflow_calls_another_by_id_and_version(kind: str, tmp_path: Path) -> None:
    async with opened(kind, tmp_path) as kernel, kernel.serve():
        store = kernel.workflows
        inner = await published(kernel, document(value="one"))
        await store.save(SCOPE, inner, document(value="two"), seen=1)
        await store.publish(SCOPE, inner)
        found: list[Any] = []
        for version in ("published", "1", "2"):
            outer = await published(kernel, calling(inner, version))
            accepted = await kernel.accept(
                Incoming(workflow=outer, scope=SCOPE, mode="manual", version=1)
            )
            found.append((await ended(kernel, accepted.execution)).items[0].json["b"])

        assert found == ["two", "one", "two"]


async def test_a_workflow_cannot_call_one_of_another_workspace(kind: str, tmp_path: Path) -> None:
    async with opened(kind, tmp_path) as kernel, kernel.serve():
        inner = await published(kernel, document(), Scope("elsewhere"))
        outer = await published(kernel, calling(inner))
        accepted = await kernel.accept(
            Incoming(workflow=outer, scope=SCOPE, mode="manual", version=1)
        )
        result = await ended(kernel, accepted.execution)

        assert result.error is not None
        assert result.error.code == "workflow.not_found"


async def test_an_error_workflow_of_the_store_is_told(kind: str, tmp_path: Path) -> None:
    failing = {
        "format": "penstock/1",
        "name": "fails",
        "nodes": [
            {
                "id": "stop",
                "name": "Stop",
                "type": "penstock/flow.stop",
                "config": {"message": "no"},
            }
        ],
    }
    async with opened(kind, tmp_path) as kernel, kernel.serve():
        told = await published(kernel, document(value="={{ $json.workflow.name }}"))
        workflow = await published(kernel, {**failing, "settings": {"error_workflow": told}})
        accepted = await kernel.accept(
            Incoming(workflow=workflow, scope=SCOPE, mode="webhook", version=1)
        )
        await ended(kernel, accepted.execution)
        result = await ended(kernel, await first_of(kernel, told))

        assert result.items[0].json["b"] == "fails"


async def test_activation_writes_the_schedules_and_deactivation_takes_them_away(
    kind: str, tmp_path: Path
) -> None:
    async with opened(kind, tmp_path) as kernel:
        workflow = await published(kernel, scheduled(unit="cron", cron="0 9 * * 1-5"))
        await kernel.workflows.activate(SCOPE, workflow)
        found = await kernel.schedules.list(SCOPE)
        await kernel.workflows.deactivate(SCOPE, workflow)

        assert [(one.schedule.id, len(one.next)) for one in found] == [(f"{workflow}:when:0", 5)]
        assert await kernel.schedules.list(SCOPE) == []


async def test_what_is_in_the_archive_is_not_active(kind: str, tmp_path: Path) -> None:
    async with opened(kind, tmp_path) as kernel:
        store = kernel.workflows
        workflow = await published(kernel, scheduled(unit="minutes"))
        await store.activate(SCOPE, workflow)

        archived = await store.change(SCOPE, workflow, {"archived_ms": kernel.now_ms()})
        planned = await kernel.schedules.list(SCOPE)
        active = await store.activate(SCOPE, workflow)

        assert (archived.active_version, planned) == (None, [])
        assert (active.active_version, active.archived_ms) == (1, None)


async def test_a_schedule_that_cannot_be_understood_keeps_its_version_from_being_active(
    kind: str, tmp_path: Path
) -> None:
    async with opened(kind, tmp_path) as kernel:
        workflow = await published(kernel, scheduled(unit="cron", cron="every day"))

        with pytest.raises(TriggerUnusable, match="every day"):
            await kernel.workflows.activate(SCOPE, workflow)

        assert (await kernel.workflows.show(SCOPE, workflow)).workflow.active_version is None


async def test_a_schedule_has_what_its_trigger_says(kind: str, tmp_path: Path) -> None:
    document = {**scheduled(unit="once", at="2027-03-02T09:00"), "settings": {}}
    document["settings"]["timezone"] = "Europe/Berlin"
    document["nodes"][0]["config"] |= {
        "overlap": "skip",
        "catch_up": 3,
        "catch_up_minutes": 5,
        "jitter_s": 20,
        "first": "2026-12-01",
        "last": "2027-12-01T12:00",
    }
    async with opened(kind, tmp_path) as kernel:
        workflow = await published(kernel, document)
        await kernel.workflows.activate(SCOPE, workflow)
        (found,) = await kernel.schedules.list(SCOPE)

    rule = found.schedule.rule
    assert found.next == [ms("2027-03-02T08:00")]
    assert (rule.start_ms, rule.end_ms) == (ms("2026-11-30T23:00"), ms("2027-12-01T11:00"))
    assert (rule.overlap, rule.catch_up, rule.catch_up_s, rule.jitter_s) == ("skip", 3, 300, 20)


def ms(text: str) -> int:
    return round(datetime.fromisoformat(f"{text}+00:00").timestamp() * 1_000)


async def test_tags_choose_the_pool(kind: str, tmp_path: Path) -> None:
    pools = {"pools": ("small=eu", "gpu=eu+gpu"), "node_tags": ("penstock/data.set=gpu",)}
    async with opened(kind, tmp_path, **pools) as kernel, kernel.serve(role="api"):
        workflow = await published(kernel, document(tags=["eu"]))
        accepted = await kernel.accept(
            Incoming(workflow=workflow, scope=SCOPE, mode="manual", version=1)
        )
        record = await kernel.journal.execution(accepted.execution)
        other = await published(kernel, document(tags=["mars"]))

        assert record.pool == "gpu"
        with pytest.raises(PoolMissing, match="mars"):
            await kernel.accept(Incoming(workflow=other, scope=SCOPE, mode="manual", version=1))


async def test_a_key_is_a_path_into_the_first_item(kind: str, tmp_path: Path) -> None:
    del kind, tmp_path
    items = [Item({"customer": {"id": 7}}), Item({"customer": {"id": 8}})]

    assert key_of("={{ $json.customer.id }}", items) == "7"
    assert key_of("=c-{{ $json.customer.id }}-{{ $json.none }}", items) == "c-7-"
    assert key_of("fixed", items) == "fixed"
    with pytest.raises(KeyInvalid):
        key_of("={{ $json.a + 1 }}", items)


async def test_a_key_that_needs_more_keeps_a_workflow_from_being_published(
    kind: str, tmp_path: Path
) -> None:
    wrong = document(concurrency={"limit": 1, "key": "={{ Math.random() }}"}, sticky_key="=")
    async with opened(kind, tmp_path) as kernel:
        added = await kernel.workflows.add(SCOPE, wrong)
        with pytest.raises(DocumentInvalid) as caught:
            await kernel.workflows.publish(SCOPE, added.id)

    assert [(one.code, one.field) for one in caught.value.findings] == [
        ("settings.key_invalid", "settings.concurrency.key")
    ]
