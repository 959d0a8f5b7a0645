"""What the store itself refuses: executions that somebody may not see, whatever face asks."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from tests.support.databases import new_postgres_url
from tests.support.server import Client, served

from penstock_kernel.settings import Settings
from penstock_kernel.store.records import StepKey
from penstock_kernel.store.scope import AccessDenied, Scope
from penstock_kernel.store.sql import audit

EVERYBODY = Scope()


def document() -> dict[str, Any]:
    values = {"assignments": [{"name": "b", "value": "={{ $json.a + 1 }}"}]}
    return {
        "format": "penstock/1",
        "name": "Shared",
        "nodes": [
            {"id": "start", "name": "start", "type": "penstock/flow.manual"},
            {"id": "put", "name": "put", "type": "penstock/data.set", "config": values},
        ],
        "edges": [{"from": ["start", "main"], "to": ["put", "main"]}],
    }


async def executed(client: Client, **body: Any) -> tuple[str, str]:
    made = await client.json("POST", "/workflows", {"document": document()})
    body.setdefault("items", [{"json": {"a": 1}}])
    place = f"/workflows/{made['id']}/draft/executions"
    waits = "breakpoints" not in body
    started = await client.json("POST", place, body, wait=waits)
    return made["id"], started["execution"]


async def reached(client: Client, execution: str, status: str) -> None:
    async with asyncio.timeout(30):
        while True:
            shown = await client.json("GET", f"/executions/{execution}")
            if shown["execution"]["status"] == status:
                return
            await asyncio.sleep(0.01)


async def test_who_was_shown_one_workflow_sees_its_executions_alone(tmp_path: Path) -> None:
    async with served(tmp_path) as client:
        (shared, own), (_, other) = await executed(client), await executed(client)
        history = client.server.kernel.history
        guest = Scope("default", "guest", frozenset(), {shared: frozenset({"execution:read"})})
        listed = await history.list(guest)
        counted = await history.counts(guest)
        shown = await history.steps.show(guest, own, StepKey("put", 0))
        for refused in (
            history.show(guest, other),
            history.logs(guest, other),
            history.steps.page(guest, other),
            history.steps.items(guest, other, StepKey("put", 0)),
            history.again(guest, own),
            history.cancel(guest, own),
            history.remove(guest, own),
            history.decide(guest, own, "again"),
            history.list(Scope("default", "nobody", frozenset())),
        ):
            with pytest.raises(AccessDenied):
                await refused

    assert [one.id for one in listed.executions] == [own]
    assert counted == {"success": 1}
    assert shown.counts == {"main": 1}


async def test_what_a_person_changed_on_the_way_is_in_the_audit_log(tmp_path: Path) -> None:
    async with served(tmp_path) as client:
        _, execution = await executed(client, breakpoints=["put"])
        await reached(client, execution, "waiting")
        place = f"/executions/{execution}/steps/put/0/items"
        body = {"side": "input", "items": [{"json": {"a": 5}}]}
        await client.ask("PUT", place, body, headers={"test-user": "u_9"})
        wanted = audit.Wanted(target=execution)
        found = await client.server.db.read(lambda one: audit.listed(one, EVERYBODY, wanted, 10))

    assert [(one.action, one.actor) for one in found] == [("execution.items_changed", "u_9")]
    assert found[0].detail["node"] == "put"


async def test_postgresql_keeps_steps_breakpoints_and_changes_as_well(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, database=new_postgres_url(), sandbox="inprocess")
    async with served(tmp_path, settings) as client:
        _, execution = await executed(client, breakpoints=["put"])
        await reached(client, execution, "waiting")
        place = f"/executions/{execution}/steps/put/0/items"
        await client.ask("PUT", place, {"side": "input", "items": [{"json": {"a": 5}}]})
        await client.ask("POST", f"/executions/{execution}/continue", {})
        await reached(client, execution, "success")
        made = await client.json("GET", place)
        steps = await client.json("GET", f"/executions/{execution}/steps")
        retried = await client.json("POST", f"/executions/{execution}/replay", {}, wait=True)
        await client.ask("DELETE", f"/executions/{execution}")

    assert made["items"] == [{"json": {"a": 5, "b": 6}}]
    assert [one["node_id"] for one in steps["items"]] == ["start", "put"]
    assert retried["status"] == "success"
