"""Drafts over HTTP: run whole, in part, node by node, stopped, changed on the way."""

from __future__ import annotations

import asyncio
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from tests.support.server import Client, served

PATIENCE_S = 30


def sets(name: str, value: str) -> dict[str, Any]:
    config = {"assignments": [{"name": name, "value": value}]}
    return {"id": name, "name": name, "type": "penstock/data.set", "config": config}


def document(**more: Any) -> dict[str, Any]:
    """`b` is `a` and one, `c` is `b` and ten, `d` is `c` and a hundred."""
    names = ["start", "b", "c", "d"]
    return {
        "format": "penstock/1",
        "name": "Sums",
        "nodes": [
            {"id": "start", "name": "start", "type": "penstock/flow.manual"},
            sets("b", "={{ $json.a + 1 }}"),
            sets("c", "={{ $json.b + 10 }}"),
            sets("d", "={{ $json.c + 100 }}"),
        ],
        "edges": [
            {"from": [first, "main"], "to": [second, "main"]} for first, second in pairwise(names)
        ],
        **more,
    }


async def added(client: Client, value: dict[str, Any] | None = None) -> str:
    made = await client.json("POST", "/workflows", {"document": value or document()})
    return str(made["id"])


async def run(client: Client, workflow: str, **body: Any) -> dict[str, Any]:
    body.setdefault("items", [{"json": {"a": 1}}])
    place = f"/workflows/{workflow}/draft/executions"
    found: dict[str, Any] = await client.json("POST", place, body, wait=True)
    return found


def came(found: dict[str, Any]) -> list[Any]:
    return [item["json"] for item in found["output"]["items"]]


async def statuses(client: Client, execution: str) -> dict[str, str]:
    steps = await client.json("GET", f"/executions/{execution}/steps")
    return {step["node_id"]: step["status"] for step in steps["items"]}


async def stopped(client: Client, workflow: str, **body: Any) -> str:
    """An execution that stands at a breakpoint."""
    body.setdefault("items", [{"json": {"a": 1}}])
    place = f"/workflows/{workflow}/draft/executions"
    started = await client.json("POST", place, body, expect=202)
    await stands(client, started["execution"])
    return str(started["execution"])


async def stands(client: Client, execution: str, at: str = "") -> None:
    async with asyncio.timeout(PATIENCE_S):
        while True:
            shown = (await client.json("GET", f"/executions/{execution}"))["execution"]
            waits = shown["waiting_for"] == "debug"
            if waits and (not at or (await statuses(client, execution)).get(at) == "waiting"):
                return
            await asyncio.sleep(0.01)


async def finished(client: Client, execution: str) -> str:
    async with asyncio.timeout(PATIENCE_S):
        while True:
            shown = (await client.json("GET", f"/executions/{execution}"))["execution"]
            if shown["status"] in ("success", "error"):
                return str(shown["status"])
            await asyncio.sleep(0.01)


async def result(client: Client, execution: str, node: str) -> Any:
    place = f"/executions/{execution}/steps/{node}/0/items"
    return [item["json"] for item in (await client.json("GET", place))["items"]]


async def test_a_draft_runs_without_being_published(tmp_path: Path) -> None:
    async with served(tmp_path) as client:
        workflow = await added(client)
        found = await run(client, workflow)
        shown = await client.json("GET", f"/executions/{found['execution']}")

    assert came(found) == [{"a": 1, "b": 2, "c": 12, "d": 112}]
    assert shown["execution"]["workflow_id"] == workflow
    assert shown["execution"]["version"] is None


async def test_a_draft_knows_the_variables_of_the_workspace(tmp_path: Path) -> None:
    text = document()
    text["nodes"][1] = sets("b", "={{ $vars.step + $vars.more }}")
    async with served(tmp_path) as client:
        for name, value in (("step", 5), ("more", 1)):
            await client.json("PUT", f"/variables/{name}", {"value": value})
        workflow = await added(client, text)
        found = await run(client, workflow, vars={"more": 20})
        alone = f"/workflows/{workflow}/draft/nodes/b/executions"
        one = await client.json("POST", alone, {"items": [{"json": {"a": 1}}]}, wait=True)

    assert came(found) == [{"a": 1, "b": 25, "c": 35, "d": 135}]
    assert came(one) == [{"a": 1, "b": 6}]


async def test_a_draft_runs_up_to_a_node_and_from_a_node_on(tmp_path: Path) -> None:
    async with served(tmp_path) as client:
        workflow = await added(client)
        first = await run(client, workflow, to="c")
        rest = await run(client, workflow, start="d", items=[{"json": {"c": 5}}])
        of_first = await statuses(client, first["execution"])

    assert came(first) == [{"a": 1, "b": 2, "c": 12}]
    assert of_first == {"start": "ok", "b": "ok", "c": "ok"}
    assert came(rest) == [{"c": 5, "d": 105}]


async def test_data_of_an_earlier_execution_is_taken_over(tmp_path: Path) -> None:
    async with served(tmp_path) as client:
        workflow = await added(client)
        earlier = (await run(client, workflow, items=[{"json": {"a": 40}}]))["execution"]
        found = await run(client, workflow, start="c", earlier=earlier)
        steps = await statuses(client, found["execution"])

    assert came(found) == [{"a": 40, "b": 41, "c": 51, "d": 151}]
    assert steps == {"start": "cached", "b": "cached", "c": "ok", "d": "ok"}


async def test_a_draft_runs_up_to_a_node_although_others_are_not_finished(tmp_path: Path) -> None:
    unfinished = document()
    strange = {"id": "e", "name": "e", "type": "nobody/has.this"}
    unfinished["nodes"] += [strange, sets("f", "={{ 1 + }}")]
    unfinished["edges"][:0] = [
        {"from": ["start", "main"], "to": ["e", "main"]},
        {"from": ["e", "main"], "to": ["f", "main"]},
    ]
    async with served(tmp_path) as client:
        earlier = (await run(client, await added(client)))["execution"]
        workflow = await added(client, unfinished)
        place = f"/workflows/{workflow}/draft/executions"
        refused = await client.ask("POST", place, {}, expect=422)
        found = await run(client, workflow, to="c")
        again = await run(client, workflow, start="c", to="c", earlier=earlier)
        steps = await statuses(client, again["execution"])

    assert refused.json()["code"] == "document.invalid"
    assert came(found) == came(again) == [{"a": 1, "b": 2, "c": 12}]
    assert steps == {"start": "cached", "b": "cached", "c": "ok"}


async def test_data_is_taken_over_although_edges_were_added_since(tmp_path: Path) -> None:
    changed = document()
    changed["nodes"].append(sets("aside", "x"))
    changed["edges"].insert(0, {"from": ["start", "main"], "to": ["aside", "main"]})
    changed["edges"].pop(2)
    changed["edges"].insert(2, {"from": ["b", "main"], "to": ["c", "main"]})
    async with served(tmp_path) as client:
        workflow = await added(client)
        earlier = (await run(client, workflow))["execution"]
        found = await run(client, workflow, document=changed, start="d", earlier=earlier)
        steps = await statuses(client, found["execution"])

    assert {name: steps[name] for name in "bcd"} == {"b": "cached", "c": "cached", "d": "ok"}


async def test_fixtures_and_mocks_stand_in_for_nodes(tmp_path: Path) -> None:
    pinned = document(fixtures={"b": {"default": [{"json": {"b": 1_000}}]}})
    async with served(tmp_path) as client:
        workflow = await added(client, pinned)
        with_them = await run(client, workflow)
        without = await run(client, workflow, fixtures="")
        mocked = await run(client, workflow, mocks={"c": [{"json": {"c": 0}}]})

    assert came(with_them)[0]["d"] == 1_110
    assert came(without)[0]["d"] == 112
    assert came(mocked) == [{"c": 0, "d": 100}]


async def test_one_node_runs_alone_on_items_or_on_an_earlier_input(tmp_path: Path) -> None:
    async with served(tmp_path) as client:
        workflow = await added(client)
        place = f"/workflows/{workflow}/draft/nodes/c/executions"
        given = await client.json("POST", place, {"items": [{"json": {"b": 7}}]}, wait=True)
        earlier = (await run(client, workflow))["execution"]
        changed = document()
        changed["nodes"][2] = sets("c", "={{ $json.b * 2 }}")
        body = {"earlier": earlier, "document": changed}
        again = await client.json("POST", place, body, wait=True)

    assert came(given) == [{"b": 7, "c": 17}]
    assert came(again) == [{"a": 1, "b": 2, "c": 4}]


async def test_a_text_that_belongs_to_no_workflow_runs(tmp_path: Path) -> None:
    async with served(tmp_path) as client:
        body = {"document": document(), "items": [{"json": {"a": 2}}]}
        found = await client.json("POST", "/drafts/executions", body, wait=True)

    assert came(found)[0]["d"] == 113


async def test_an_execution_stands_at_a_breakpoint_until_it_may_go_on(tmp_path: Path) -> None:
    async with served(tmp_path) as client:
        execution = await stopped(client, await added(client), breakpoints=["c"])
        before = await statuses(client, execution)
        await client.ask("POST", f"/executions/{execution}/continue", {})
        assert await finished(client, execution) == "success"
        twice = await client.ask("POST", f"/executions/{execution}/continue", {}, expect=409)
        made = await result(client, execution, "d")

    assert before == {"start": "ok", "b": "ok", "c": "waiting"}
    assert made[0]["d"] == 112
    assert twice.json()["code"] == "execution.not_at_breakpoint"


async def test_an_execution_goes_on_one_node_at_a_time(tmp_path: Path) -> None:
    async with served(tmp_path) as client:
        execution = await stopped(client, await added(client), stepping=True)
        place = f"/executions/{execution}/continue"
        seen: list[dict[str, str]] = []
        for node in ("start", "b", "c"):
            await stands(client, execution, node)
            seen.append(await statuses(client, execution))
            await client.ask("POST", place, {"stepping": True})
        await stands(client, execution, "d")
        await client.ask("POST", place, {})
        assert await finished(client, execution) == "success"

    assert seen[0] == {"start": "waiting"}
    assert seen[2] == {"start": "ok", "b": "ok", "c": "waiting"}


async def test_after_single_steps_it_goes_on_to_its_own_breakpoints(tmp_path: Path) -> None:
    async with served(tmp_path) as client:
        execution = await stopped(
            client, await added(client), stepping=True, breakpoints=["c"], start="b"
        )
        await client.ask("POST", f"/executions/{execution}/continue", {})
        await stands(client, execution, "c")
        await client.ask("POST", f"/executions/{execution}/continue", {"breakpoints": []})
        assert await finished(client, execution) == "success"


@pytest.mark.parametrize(
    ("step", "side", "wanted"),
    [("c", "input", 1_110), ("b", "output", 1_110), ("c", "output", 1_100)],
)
async def test_items_are_changed_at_a_breakpoint(
    step: str, side: str, wanted: int, tmp_path: Path
) -> None:
    """The input of a step, what the one before put out, and the output in place of running it."""
    field = "c" if (step, side) == ("c", "output") else "b"
    async with served(tmp_path) as client:
        execution = await stopped(client, await added(client), breakpoints=["c"])
        place = f"/executions/{execution}/steps/{step}/0/items"
        body = {"side": side, "items": [{"json": {field: 1_000}}]}
        await client.ask("PUT", place, body, expect=204)
        shown = await client.json("GET", place, side=side)
        await client.ask("POST", f"/executions/{execution}/continue", {})
        assert await finished(client, execution) == "success"
        made = await result(client, execution, "d")
        steps = await statuses(client, execution)

    assert shown["items"] == body["items"]
    assert made[0]["d"] == wanted
    assert steps["c"] == ("cached" if field == "c" else "ok")


async def test_one_item_of_many_is_changed_and_the_others_stay(tmp_path: Path) -> None:
    items = [{"json": {"a": number}} for number in range(3)]
    async with served(tmp_path) as client:
        workflow = await added(client)
        execution = await stopped(client, workflow, breakpoints=["c"], items=items)
        place = f"/executions/{execution}/steps/c/0/items"
        one = {"side": "input", "index": 1, "items": [{"json": {"b": 500}}]}
        await client.ask("PUT", place, one)
        none = await client.ask("PUT", place, {**one, "index": 9}, expect=404)
        await client.ask("POST", f"/executions/{execution}/continue", {})
        await finished(client, execution)
        made = await result(client, execution, "d")

    assert [item["d"] for item in made] == [111, 610, 113]
    assert none.json()["code"] == "step.not_found"


async def test_what_the_execution_was_given_is_changed_before_it_begins(tmp_path: Path) -> None:
    async with served(tmp_path) as client:
        execution = await stopped(client, await added(client), breakpoints=["start"])
        place = f"/executions/{execution}/steps/start/0/items"
        await client.ask("PUT", place, {"side": "input", "items": [{"json": {"a": 9}}]})
        await client.ask("POST", f"/executions/{execution}/continue", {})
        await finished(client, execution)
        made = await result(client, execution, "d")

    assert made[0]["d"] == 120


async def test_items_of_an_execution_that_has_ended_are_not_changed(tmp_path: Path) -> None:
    async with served(tmp_path) as client:
        execution = (await run(client, await added(client)))["execution"]
        place = f"/executions/{execution}/steps/b/0/items"
        refused = await client.ask("PUT", place, {"items": [{"json": {}}]}, expect=409)

    assert refused.json()["code"] == "execution.not_at_breakpoint"


async def test_another_text_in_place_of_the_draft_needs_the_grant_to_change_it(
    tmp_path: Path,
) -> None:
    async with served(tmp_path) as client:
        workflow = await added(client)
        place = f"/workflows/{workflow}/draft/executions"
        headers = {"test-grants": "workflow:read workflow:run execution:read"}
        await client.ask("POST", place, {}, headers=headers, expect=202)
        body = {"document": document()}
        refused = await client.ask("POST", place, body, headers=headers, expect=403)

    assert refused.json()["code"] == "access.denied"


async def test_a_node_that_is_not_there_is_not_run(tmp_path: Path) -> None:
    async with served(tmp_path) as client:
        place = f"/workflows/{await added(client)}/draft/executions"
        for body in ({"to": "none"}, {"start": "none"}, {"breakpoints": ["none"]}):
            refused = await client.ask("POST", place, body, expect=404)
            assert refused.json()["code"] == "node.unknown"


async def test_a_simulated_draft_lists_what_it_would_send(tmp_path: Path) -> None:
    value = document()
    value["nodes"][1] = {
        "id": "b",
        "name": "b",
        "type": "penstock/http.request",
        "config": {"method": "POST", "url": "https://api.example/orders"},
    }
    value["nodes"], value["edges"] = value["nodes"][:2], value["edges"][:1]
    async with served(tmp_path) as client:
        found = await run(client, await added(client, value), simulate=True)
        shown = await client.json("GET", f"/executions/{found['execution']}")
        logs = await client.json("GET", f"/executions/{found['execution']}/logs")

    assert found["status"] == "success"
    assert shown["execution"]["mode"] == "simulation"
    assert [one["line"]["level"] for one in logs["items"]] == ["effect"]
