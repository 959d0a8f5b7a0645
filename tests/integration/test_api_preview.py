"""What the expressions of a node give on the data of an execution, over HTTP."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.support.server import Client, served


def sets(name: str, **values: str) -> dict[str, Any]:
    assignments = [{"name": field, "value": value} for field, value in values.items()]
    config = {"assignments": assignments}
    return {"id": name, "name": name, "type": "penstock/data.set", "config": config}


def document(last: dict[str, str], **more: Any) -> dict[str, Any]:
    return {
        "format": "penstock/1",
        "name": "Preview",
        "nodes": [
            {"id": "start", "name": "start", "type": "penstock/flow.manual"},
            sets("one", b="={{ $json.a + 1 }}"),
            sets("two", **last),
        ],
        "edges": [
            {"from": ["start", "main"], "to": ["one", "main"]},
            {"from": ["one", "main"], "to": ["two", "main"]},
        ],
        **more,
    }


async def executed(client: Client, value: dict[str, Any], *numbers: int) -> tuple[str, str]:
    made = await client.json("POST", "/workflows", {"document": value})
    body = {"items": [{"json": {"a": number}} for number in numbers]}
    place = f"/workflows/{made['id']}/draft/executions"
    started = await client.json("POST", place, body, wait=True)
    return made["id"], started["execution"]


def values(preview: dict[str, Any]) -> dict[str, Any]:
    return {
        one["field"]: one["value"] if one["error"] is None else one["error"]["code"]
        for one in preview["expressions"]
    }


async def test_expressions_are_resolved_for_the_item_that_is_chosen(tmp_path: Path) -> None:
    wanted = {
        "plain": "={{ $json.b }}",
        "counted": "={{ $json.b * 2 }}",
        "far": "={{ $('start').item.json.a }}",
        "text": "=b is {{ $json.b }}",
        "all": "={{ $input.all().length }}",
        "constant": "no expression",
    }
    async with served(tmp_path) as client:
        workflow, execution = await executed(client, document({}), 1, 2, 3)
        body = {
            "workflow": workflow,
            "document": document(wanted),
            "node": "two",
            "execution": execution,
            "index": 2,
        }
        found = await client.json("POST", "/preview", body)

    assert values(found) == {
        "assignments[0].value": 4,
        "assignments[1].value": 8,
        "assignments[2].value": 3,
        "assignments[3].value": "b is 4",
        "assignments[4].value": 3,
    }
    assert (found["index"], found["items"], found["error"]) == (2, 3, None)


async def test_each_failure_stands_at_its_own_field_with_a_hint(tmp_path: Path) -> None:
    wanted = {
        "good": "={{ $json.b + 0 }}",
        "missing": "={{ $json.x.y }}",
        "strange": "={{ nothing }}",
        "open": "={{ 1 + }}",
        "secret": "={{ $secrets.key }}",
    }
    async with served(tmp_path) as client:
        workflow, execution = await executed(client, document({}), 1)
        body = {
            "workflow": workflow,
            "document": document(wanted),
            "node": "two",
            "execution": execution,
        }
        found = await client.json("POST", "/preview", body)

    assert list(values(found).values()) == [2, *["expression.failed"] * 4]
    errors = [one["error"] for one in found["expressions"][1:]]
    assert all(error["hint"] for error in errors)
    assert [error["field"] for error in errors] == [
        f"assignments[{place}].value" for place in range(1, 5)
    ]


async def test_a_node_that_is_new_sees_what_the_node_before_it_put_out(tmp_path: Path) -> None:
    changed = document({})
    changed["nodes"].append(sets("new", x="={{ $json.b + 5 }}", y="={{ $('start').item.json.a }}"))
    changed["edges"].insert(0, {"from": ["one", "main"], "to": ["new", "main"]})
    async with served(tmp_path) as client:
        workflow, execution = await executed(client, document({}), 1, 2)
        body = {
            "workflow": workflow,
            "document": changed,
            "node": "new",
            "execution": execution,
            "index": 1,
        }
        found = await client.json("POST", "/preview", body)

    assert list(values(found).values()) == [8, 2]


async def test_without_an_execution_the_fixtures_are_the_data(tmp_path: Path) -> None:
    pinned = document({"x": "={{ $json.b }}"}, fixtures={"one": {"default": [{"json": {"b": 77}}]}})
    async with served(tmp_path) as client:
        found = await client.json("POST", "/preview", {"document": pinned, "node": "two"})

    assert list(values(found).values()) == [77]


async def test_an_expression_without_an_end_is_stopped_soon(tmp_path: Path) -> None:
    endless = {"x": "={{ (() => { while (true) {} })() }}"}
    async with served(tmp_path) as client:
        body = {"document": document(endless), "node": "two"}
        found = await client.json("POST", "/preview", body)

    assert found["expressions"] == []
    assert found["error"]["code"] == "guest.budget_exceeded"


async def test_a_large_value_is_told_by_its_size(tmp_path: Path) -> None:
    large = {"x": "={{ 'x'.repeat(50000) }}"}
    async with served(tmp_path) as client:
        body = {"document": document(large), "node": "two"}
        found = await client.json("POST", "/preview", body)

    assert found["expressions"][0]["value"] is None
    assert found["expressions"][0]["too_large"] == 50_002


async def test_a_preview_runs_nothing_and_keeps_nothing(tmp_path: Path) -> None:
    async with served(tmp_path) as client:
        workflow, execution = await executed(client, document({"x": "={{ $json.b + 1 }}"}), 1)
        body = {"workflow": workflow, "node": "two", "execution": execution}
        await client.json("POST", "/preview", body)
        listed = await client.json("GET", "/executions")

    assert [one["id"] for one in listed["items"]] == [execution]


async def test_data_is_shown_to_those_who_may_read_it(tmp_path: Path) -> None:
    async with served(tmp_path) as client:
        workflow, execution = await executed(client, document({}), 1)
        body = {"workflow": workflow, "node": "two", "execution": execution}
        headers = {"test-grants": "workflow:read"}
        refused = await client.ask("POST", "/preview", body, headers=headers, expect=403)
        elsewhere = {"penstock-workspace": "other"}
        missing = await client.ask(
            "POST",
            "/preview",
            {"document": document({}), "node": "two", "execution": execution},
            headers=elsewhere,
            expect=404,
        )

    assert refused.json()["code"] == "access.denied"
    assert missing.json()["code"] == "execution.not_found"
