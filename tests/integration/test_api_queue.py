"""Dead letters and the cache of steps over HTTP."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, insert, update
from tests.support.server import Client, served

from penstock_kernel.store.sql.tables import dead_letters, step_cache, workflow_executions

DOCUMENT = {
    "format": "penstock/1",
    "name": "W",
    "nodes": [{"id": "set", "name": "Set", "type": "penstock/data.set"}],
}


async def dead(client: Client) -> str:
    """An execution that has ended, as one that died too often."""
    execution = (await client.server.kernel.execute(DOCUMENT)).id

    def die(one: Connection) -> None:
        own = workflow_executions.c.id == execution
        one.execute(update(workflow_executions).where(own).values(status="dead"))
        letter = {
            "execution_id": execution,
            "workspace_id": "default",
            "reason": "crashed",
            "created_ms": 1,
        }
        one.execute(insert(dead_letters).values(letter))

    await client.server.db.transact(die)
    return execution


async def test_a_dead_execution_is_queued_again_once(tmp_path: Path) -> None:
    async with served(tmp_path) as client:
        execution = await dead(client)
        listed = await client.json("GET", "/dead-letters")
        reader = {"test-grants": "execution:read"}
        place = f"/dead-letters/{execution}/redrive"
        refused = await client.ask("POST", place, headers=reader, expect=403)
        first = await client.json("POST", place)
        second = await client.json("POST", place)
        left = await client.json("GET", "/dead-letters")
        await client.ask("POST", "/dead-letters/ex_no/redrive", expect=404)

    assert [(one["execution_id"], one["reason"]) for one in listed["items"]] == [
        (execution, "crashed")
    ]
    assert refused.json()["code"] == "access.denied"
    assert (first["queued"], second["queued"]) == (True, False)
    assert left["items"] == []


async def test_of_many_one_that_is_not_there_stops_no_other(tmp_path: Path) -> None:
    async with served(tmp_path) as client:
        execution = await dead(client)
        body = {"ids": ["ex_no", execution]}
        done = (await client.json("POST", "/dead-letters/redrive", body))["items"]
        many = await client.ask("POST", "/dead-letters/redrive", {"ids": ["x"] * 101}, expect=400)

    assert [(one["execution"], one["queued"]) for one in done] == [
        ("ex_no", False),
        (execution, True),
    ]
    assert done[0]["error"].startswith("execution.not_found")
    assert many.json()["field"] == "body.ids"


async def test_results_of_steps_are_counted_and_forgotten(tmp_path: Path) -> None:
    def fill(one: Connection) -> None:
        for workspace, node, key in (
            ("default", "a/b.c", "1"),
            ("default", "a/b.c", "2"),
            ("default", "a/b.d", "3"),
            ("other", "a/b.c", "4"),
        ):
            row = {
                "workspace_id": workspace,
                "cache_key": key,
                "node_type": node,
                "outputs": b"x",
                "hits": 2,
                "misses": 1,
            }
            one.execute(insert(step_cache).values(row))

    async with served(tmp_path) as client:
        await client.server.db.transact(fill)
        counts = (await client.json("GET", "/step-cache"))["items"]
        one = await client.json("DELETE", "/step-cache", node_type="a/b.c")
        rest = await client.json("DELETE", "/step-cache")
        elsewhere = {"penstock-workspace": "other"}
        other = (await client.json("GET", "/step-cache", headers=elsewhere))["items"]

    assert [(c["node_type"], c["entries"], c["hits"]) for c in counts] == [
        ("a/b.c", 2, 4),
        ("a/b.d", 1, 2),
    ]
    assert (one["cleared"], rest["cleared"]) == (2, 1)
    assert [c["entries"] for c in other] == [1]
