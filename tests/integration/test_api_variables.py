"""Variables: kept per workspace, and seen by the executions that are accepted after a change."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.engine import Engine
from tests.support.databases import KINDS, opened
from tests.support.server import Client, served

from penstock_kernel.execution.policy import Clock, SystemClock
from penstock_kernel.store.scope import AccessDenied, Scope
from penstock_kernel.store.sql import variables as rows
from penstock_kernel.store.sql.database import Database
from penstock_kernel.store.sql.tables import audit_events
from penstock_kernel.store.sql.variables import VariableInvalid, VariableMissing
from penstock_kernel.work.entering import Incoming
from penstock_kernel.work.variables import FRESH_MS, Variables

SCOPE = Scope("w1", "ada")
PATIENCE_S = 30


class Hand(SystemClock):
    """A clock that stands still until somebody moves it."""

    def __init__(self) -> None:
        self.at_ms = 1_000_000

    def now_ms(self) -> int:
        return self.at_ms


def document(value: str) -> dict[str, Any]:
    config = {"assignments": [{"name": "seen", "value": value}]}
    node = {"id": "set", "name": "Set", "type": "penstock/data.set", "config": config}
    return {"format": "penstock/1", "name": "sees", "nodes": [node]}


async def active(client: Client, value: str = "={{ $vars.region }}") -> str:
    made = await client.json("POST", "/workflows", {"document": document(value)})
    await client.ask("POST", f"/workflows/{made['id']}/versions", {"activate": True})
    return str(made["id"])


async def seen(client: Client, workflow: str, **given: Any) -> Any:
    kernel = client.server.kernel
    incoming = Incoming(workflow=workflow, mode="webhook", vars=given)
    accepted = await kernel.accept(incoming)
    async with asyncio.timeout(PATIENCE_S):
        while True:
            steps = (await kernel.history.show(Scope(), accepted.execution)).steps
            if steps and steps[0].outputs:
                return steps[0].outputs["main"].items[0].json["seen"]
            await asyncio.sleep(0.01)


async def test_executions_see_the_variables_of_their_workspace(tmp_path: Path) -> None:
    async with served(tmp_path) as client:
        workflow = await active(client)
        await client.ask("PUT", "/variables/region", {"value": "eu"})
        first = await seen(client, workflow)
        await client.ask("PUT", "/variables/region", {"value": {"code": "us"}})
        second = await seen(client, workflow)
        given = await seen(client, workflow, region="given")

    assert (first, second, given) == ("eu", {"code": "us"}, "given")


async def test_what_another_workspace_has_is_not_seen(tmp_path: Path) -> None:
    elsewhere = {"penstock-workspace": "other"}
    async with served(tmp_path) as client:
        workflow = await active(client, '={{ $vars.region || "none" }}')
        await client.ask("PUT", "/variables/region", {"value": "eu"}, headers=elsewhere)
        found = await client.json("GET", "/variables")
        there = await client.json("GET", "/variables", headers=elsewhere)
        here = await seen(client, workflow, region="")

    assert found["items"] == []
    assert [one["name"] for one in there["items"]] == ["region"]
    assert here == "none"


@pytest.mark.parametrize("kind", KINDS)
async def test_another_process_sees_a_change_within_a_second(kind: str, tmp_path: Path) -> None:
    async with opened(kind, tmp_path) as db:
        clock = Hand()
        here, there = Variables(db, clock), Variables(db, clock)
        await here.put(SCOPE, "a", 1)
        before = await there.of("w1")
        await here.put(SCOPE, "a", 2)
        at_once = await here.of("w1")
        clock.at_ms += FRESH_MS
        after = await there.of("w1")
        await here.remove(SCOPE, "a")
        clock.at_ms += FRESH_MS
        gone = await there.of("w1")

    assert (before, at_once, after, gone) == ({"a": 1}, {"a": 2}, {"a": 2}, {})


async def test_accepting_asks_the_database_for_them_once_a_second_at_most(tmp_path: Path) -> None:
    clock = Hand()
    async with opened("sqlite", tmp_path) as db:
        known = Variables(db, clock)
        await known.put(SCOPE, "a", 1)
        asked = await statements(lambda: known.of("w1"), times=1)
        again = await statements(lambda: known.of("w1"), times=1_000)
        clock.at_ms += FRESH_MS
        later = await statements(lambda: known.of("w1"), times=1_000)

    assert [len(one) for one in (asked, again, later)] == [2, 0, 1]


async def test_of_many_at_once_one_asks_whether_something_was_changed(tmp_path: Path) -> None:
    clock = Hand()
    async with opened("sqlite", tmp_path) as db:
        known = Variables(db, clock)
        await known.of("w1")
        clock.at_ms += FRESH_MS
        asked = await statements(
            lambda: asyncio.gather(*(known.of("w1") for _ in range(50))), times=1
        )

    assert len(asked) == 1


async def test_what_was_read_before_a_change_here_does_not_last(tmp_path: Path) -> None:
    clock = Hand()
    async with opened("sqlite", tmp_path) as db:
        known = Variables(db, clock)
        for number in range(20):
            clock.at_ms += FRESH_MS
            reads = asyncio.gather(*(known.of("w1") for _ in range(3)))
            await known.put(SCOPE, "a", number)
            await reads
            assert await known.of("w1") == {"a": number}


async def statements(ask: Callable[[], Any], *, times: int) -> list[str]:
    found: list[str] = []

    def note(_conn: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if statement.startswith("SELECT"):
            found.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        for _ in range(times):
            await ask()
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    return found


async def test_a_clock_that_is_put_back_does_not_make_old_values_last(tmp_path: Path) -> None:
    clock = Hand()
    async with opened("memory", tmp_path) as db:
        here, there = Variables(db, clock), Variables(db, clock)
        await there.of("w1")
        await here.put(SCOPE, "a", 1)
        clock.at_ms -= 3_600_000

        assert await there.of("w1") == {"a": 1}


async def put(db: Database, name: str, value: Any) -> None:
    await db.transact(lambda one: rows.put(one, SCOPE, name, value, 5))


@pytest.mark.parametrize("kind", KINDS)
async def test_values_come_back_as_they_were_kept(kind: str, tmp_path: Path) -> None:
    values: dict[str, Any] = {
        "text": "ü 🌍",
        "number": 1.5,
        "none": None,
        "nested": {"list": [1, "two", {"three": True}]},
    }
    async with opened(kind, tmp_path) as db:
        for name, value in values.items():
            await put(db, name, value)
        listed = await db.read(lambda one: rows.listed(one, SCOPE))

    assert {one.name: one.value for one in listed} == values
    assert {(one.updated_by, one.updated_ms) for one in listed} == {("ada", 5)}


@pytest.mark.parametrize("name", ["", "1a", "a-b", "a b", "ä", "a" * 65, "a\n"], ids=repr)
async def test_a_name_that_no_expression_could_say_is_refused(name: str, tmp_path: Path) -> None:
    async with opened("memory", tmp_path) as db:
        with pytest.raises(VariableInvalid, match="called"):
            await db.transact(lambda one: rows.put(one, SCOPE, name, 1, 0))


async def test_all_variables_together_stay_small(tmp_path: Path) -> None:
    async with opened("memory", tmp_path) as db:
        await db.transact(lambda one: rows.put(one, SCOPE, "a", "x" * 60_000, 0))
        with pytest.raises(VariableInvalid, match="in all"):
            await db.transact(lambda one: rows.put(one, SCOPE, "b", "x" * 10_000, 0))
        # The same one may become smaller, and others then fit.
        await db.transact(lambda one: rows.put(one, SCOPE, "a", "", 0))
        await db.transact(lambda one: rows.put(one, SCOPE, "b", "x" * 10_000, 0))


async def test_the_store_of_variables_asks_for_grants(tmp_path: Path) -> None:
    reader = Scope("w1", "bob", frozenset({"variable:read"}))
    async with opened("memory", tmp_path) as db:
        with pytest.raises(AccessDenied):
            await db.transact(lambda one: rows.put(one, reader, "a", 1, 0))
        with pytest.raises(AccessDenied):
            await db.transact(lambda one: rows.remove(one, reader, "a", 0))
        with pytest.raises(AccessDenied):
            await db.read(lambda one: rows.listed(one, Scope("w1", "bob", frozenset())))
        with pytest.raises(VariableMissing):
            await db.read(lambda one: rows.get(one, reader, "a"))


async def test_variables_are_shown_and_removed_over_http(tmp_path: Path) -> None:
    async with served(tmp_path) as client:
        body = {"value": [1], "description": "where"}
        made = await client.json("PUT", "/variables/region", body)
        shown = await client.json("GET", "/variables/region")
        await client.ask("DELETE", "/variables/region", expect=204)
        gone = await client.ask("GET", "/variables/region", expect=404)
        wrong = await client.ask("PUT", "/variables/a-b", {"value": 1}, expect=422)

    assert made == shown
    assert (shown["value"], shown["description"], shown["updated_by"]) == ([1], "where", "u_1")
    assert gone.json()["code"] == "variable.missing"
    assert wrong.json()["code"] == "variable.invalid"


async def test_many_at_once_lose_no_change(tmp_path: Path) -> None:
    async with AsyncExitStack() as stack:
        db = await stack.enter_async_context(opened("postgresql", tmp_path))
        known = Variables(db, _clock())
        await asyncio.gather(*(known.put(SCOPE, f"v{n}", n) for n in range(20)))

        assert await known.of("w1") == {f"v{n}": n for n in range(20)}
        assert await db.read(lambda one: rows.system_revision(one, "w1")) == 20


def _clock() -> Clock:
    return SystemClock()


async def test_who_changed_a_variable_is_written_down_and_its_value_is_not(tmp_path: Path) -> None:
    async with served(tmp_path) as client:
        await client.ask("PUT", "/variables/region", {"value": "c4n4ry"})
        await client.ask("DELETE", "/variables/region")
        found = await client.server.db.read(lambda one: one.execute(audit_events.select()).all())

    told = [row for row in found if row.action.startswith("variable.")]
    assert [(row.action, row.actor, row.target) for row in told] == [
        ("variable.changed", "u_1", "region"),
        ("variable.removed", "u_1", "region"),
    ]
    assert "c4n4ry" not in str(told)
