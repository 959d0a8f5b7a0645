"""A version on trial gets its share, and is taken back when it fails."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from tests.support.server import Client, served

from penstock_kernel.store.scope import Scope
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
