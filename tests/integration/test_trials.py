"""A version on trial gets its share, and is taken back when it fails."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, insert
from tests.support.databases import KINDS, opened
from tests.support.server import Client, served

from penstock_kernel.store.scope import Scope
from penstock_kernel.store.sql import trials, workflows
from penstock_kernel.store.sql.tables import workflow_executions
from penstock_kernel.store.sql.workflows import Draft
from penstock_kernel.work.entering import Incoming

ANSWERS = {"assignments": [{"name": "x", "value": "a"}]}


def document(kind: str, config: dict[str, Any]) -> dict[str, Any]:
    nodes = [
        {"id": "start", "name": "Start", "type": "penstock/flow.manual"},
        {"id": "do", "name": "Do", "type": kind, "config": config},
    ]
    edges = [{"from": ["start", "main"], "to": ["do", "main"]}]
    return {"format": "penstock/1", "name": "Tried", "nodes": nodes, "edges": edges}


async def two_versions(client: Client, second: dict[str, Any]) -> str:
    """The first version is active, the second one is published."""
    body = {"document": document("penstock/data.set", ANSWERS)}
    made = await client.json("POST", "/workflows", body)
    place = f"/workflows/{made['id']}"
    await client.ask("POST", f"{place}/versions", {"activate": True})
    shown = await client.ask("GET", place)
    seen = {"if-match": shown.headers["etag"]}
    await client.ask("PUT", place, {"document": second}, headers=seen)
    await client.ask("POST", f"{place}/versions", {})
    return str(made["id"])


async def send(client: Client, workflow: str, count: int, first: int = 0) -> None:
    kernel = client.server.kernel
    for number in range(first, first + count):
        await kernel.accept(Incoming(workflow=workflow, mode="webhook", key=f"event {number}"))


async def versions_of(client: Client, workflow: str) -> list[int]:
    found: list[int] = []
    cursor = ""
    history = client.server.kernel.history
    while True:
        page = await history.list(Scope(), workflow=workflow, after=cursor, most=500)
        found += [one.version or 0 for one in page.executions]
        if page.next is None:
            return found
        cursor = page.next


async def test_a_version_on_trial_gets_its_share_of_the_events(tmp_path: Path) -> None:
    better = document("penstock/data.set", {"assignments": [{"name": "x", "value": "b"}]})
    async with served(tmp_path) as client:
        workflow = await two_versions(client, better)
        await client.ask("PUT", f"/workflows/{workflow}/trial", {"version": 2, "percent": 20})
        await send(client, workflow, 1_000)
        versions = await versions_of(client, workflow)

    assert len(versions) == 1_000
    assert 150 <= versions.count(2) <= 250


async def test_the_same_event_starts_the_same_version_however_often_it_comes(
    tmp_path: Path,
) -> None:
    better = document("penstock/data.set", {"assignments": [{"name": "x", "value": "b"}]})
    async with served(tmp_path) as client:
        workflow = await two_versions(client, better)
        await client.ask("PUT", f"/workflows/{workflow}/trial", {"version": 2, "percent": 50})
        await send(client, workflow, 20)
        await send(client, workflow, 20)
        versions = await versions_of(client, workflow)

    assert len(versions) == 20


async def test_a_version_that_fails_is_taken_back_within_five_seconds(tmp_path: Path) -> None:
    worse = document("penstock/flow.stop", {"message": "It is broken."})
    async with served(tmp_path) as client:
        workflow = await two_versions(client, worse)
        place = f"/workflows/{workflow}/trial"
        await client.ask("PUT", place, {"version": 2, "percent": 100})
        await send(client, workflow, 4)
        async with asyncio.timeout(10):
            while True:
                trial = await client.json("GET", place)
                if trial["ended_ms"] is not None:
                    break
                await asyncio.sleep(0.1)
        await send(client, workflow, 5, first=100)
        versions = await versions_of(client, workflow)
        shown = await client.json("GET", f"/workflows/{workflow}")

    assert "failed" in trial["reason"]
    assert trial["ended_ms"] - trial["since_ms"] < 5_000
    assert versions.count(1) == 5
    assert shown["workflow"]["canary_version"] is None


@pytest.mark.parametrize("save", ["errors", "none"])
async def test_a_version_that_forgets_what_went_well_cannot_be_tried(
    save: str, tmp_path: Path
) -> None:
    forgets = {**document("penstock/data.set", ANSWERS), "settings": {"save": save}}
    async with served(tmp_path) as client:
        workflow = await two_versions(client, forgets)
        answer = await client.http.put(
            f"/api/v1/workflows/{workflow}/trial", json={"version": 2, "percent": 50}
        )
        none = await client.json("GET", f"/workflows/{workflow}/trial")

    assert answer.json()["code"] == "trial.refused"
    assert "`save`" in answer.json()["hint"]
    assert none is None


def three_versions(connection: Connection) -> None:
    """The first one is active; three executions of the second one failed."""
    workflows.add(connection, Scope(), "wf", Draft("w", "{}"), 1)
    for number in range(3):
        now = workflows.get(connection, Scope(), "wf")
        draft = Draft("w", f'{{"name":"{number}"}}')
        workflows.save(connection, Scope(), "wf", draft, now.revision, 1)
        workflows.publish(connection, Scope(), "wf", "", 1, {})
    workflows.set_active(connection, Scope(), "wf", 1, 1)
    row = {
        "workspace_id": Scope().workspace,
        "workflow_id": "wf",
        "workflow_name": "w",
        "document_id": "d",
        "mode": "webhook",
        "status": "error",
        "version": 2,
        "created_ms": 100,
    }
    failed = [{**row, "id": f"ex_{number}"} for number in range(trials.TOO_MANY)]
    connection.execute(insert(workflow_executions), failed)


@pytest.mark.parametrize("kind", KINDS)
async def test_a_trial_that_began_meanwhile_is_not_taken_back_for_the_one_before(
    kind: str, tmp_path: Path
) -> None:
    async with opened(kind, tmp_path) as db:
        await db.transact(three_versions)
        await db.transact(lambda one: trials.begin(one, Scope(), "wf", 2, 10, 50))
        (seen,) = await db.read(trials.system_on_trial)
        await db.transact(lambda one: trials.begin(one, Scope(), "wf", 3, 10, 200))
        late = await db.transact(lambda one: trials.system_take_back(one, seen, 300))
        after = await db.read(lambda one: trials.shown(one, Scope(), "wf"))

    assert late is None
    assert after is not None
    assert (after.version, after.ended_ms) == (3, None)


@pytest.mark.parametrize("kind", KINDS)
async def test_a_trial_is_taken_back_once(kind: str, tmp_path: Path) -> None:
    async with opened(kind, tmp_path) as db:
        await db.transact(three_versions)
        await db.transact(lambda one: trials.begin(one, Scope(), "wf", 2, 10, 50))
        (seen,) = await db.read(trials.system_on_trial)
        first = await db.transact(lambda one: trials.system_take_back(one, seen, 300))
        second = await db.transact(lambda one: trials.system_take_back(one, seen, 400))
        after = await db.read(lambda one: trials.shown(one, Scope(), "wf"))

    assert first is not None
    assert second is None
    assert after == first


@pytest.mark.parametrize("version", [1, 7])
async def test_a_version_that_is_active_or_missing_cannot_be_tried(
    version: int, tmp_path: Path
) -> None:
    async with served(tmp_path) as client:
        workflow = await two_versions(client, document("penstock/flow.stop", {"message": "no"}))
        answer = await client.http.put(
            f"/api/v1/workflows/{workflow}/trial", json={"version": version, "percent": 5}
        )
        none = await client.json("GET", f"/workflows/{workflow}/trial")

    assert answer.json()["code"] in ("trial.refused", "workflow.missing")
    assert none is None
