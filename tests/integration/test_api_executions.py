"""Executions over HTTP: started, looked at, run again, ended."""

from __future__ import annotations

import asyncio
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from tests.support.server import Client, served

PATIENCE_S = 30


def node(name: str, type_: str, **config: Any) -> dict[str, Any]:
    return {"id": name, "name": name, "type": type_, "config": config}


def sets(name: str, field: str, value: str) -> dict[str, Any]:
    return node(name, "penstock/data.set", assignments=[{"name": field, "value": value}])


def document(value: str = "={{ $json.a + 1 }}", last: str = "={{ $json.b }}") -> dict[str, Any]:
    names = ["start", "one", "two"]
    return {
        "format": "penstock/1",
        "name": "Chain",
        "nodes": [
            node("start", "penstock/flow.manual"),
            sets("one", "b", value),
            sets("two", "c", last),
        ],
        "edges": [
            {"from": [first, "main"], "to": [second, "main"]} for first, second in pairwise(names)
        ],
    }


async def stored(client: Client, value: dict[str, Any] | None = None) -> str:
    made = await client.json("POST", "/workflows", {"document": value or document()})
    await client.ask("POST", f"/workflows/{made['id']}/versions", {"activate": True})
    return str(made["id"])


async def ran(client: Client, workflow: str, **item: Any) -> dict[str, Any]:
    body = {"items": [{"json": item or {"a": 1}}]}
    found: dict[str, Any] = await client.json(
        "POST", f"/workflows/{workflow}/executions", body, wait=True
    )
    return found


async def reached(client: Client, execution: str, *statuses: str) -> dict[str, Any]:
    async with asyncio.timeout(PATIENCE_S):
        while True:
            shown = await client.json("GET", f"/executions/{execution}")
            if shown["execution"]["status"] in statuses:
                return dict(shown["execution"])
            await asyncio.sleep(0.01)


async def test_who_waits_is_answered_what_came_out(tmp_path: Path) -> None:
    async with served(tmp_path) as client:
        workflow = await stored(client)
        answer = await client.ask(
            "POST", f"/workflows/{workflow}/executions", {"items": [{"json": {"a": 1}}]}, wait=True
        )

    found = answer.json()
    assert answer.status_code == 200
    assert found["status"] == "success"
    assert found["output"]["items"] == [{"json": {"a": 1, "b": 2, "c": 2}}]
    assert answer.headers["location"] == f"/api/v1/executions/{found['execution']}"


async def test_who_does_not_wait_is_answered_at_once_with_the_id(tmp_path: Path) -> None:
    async with served(tmp_path) as client:
        workflow = await stored(client)
        answer = await client.ask("POST", f"/workflows/{workflow}/executions", {}, expect=202)
        shown = await reached(client, answer.json()["execution"], "success", "error")

    assert answer.json()["status"] is None
    assert (shown["workflow_id"], shown["mode"], shown["version"]) == (workflow, "manual", 1)


async def test_the_same_event_is_accepted_once(tmp_path: Path) -> None:
    async with served(tmp_path) as client:
        place = f"/workflows/{await stored(client)}/executions"
        first = await client.json("POST", place, {"key": "order-1"}, wait=True)
        again = await client.json("POST", place, {"key": "order-1"}, wait=True)
        other = await client.json("POST", place, {"key": "order-2"})

    assert (again["execution"], again["is_new"]) == (first["execution"], False)
    assert again["output"] == first["output"]
    assert other["execution"] != first["execution"]


async def test_a_workflow_without_an_active_version_is_not_started(tmp_path: Path) -> None:
    async with served(tmp_path) as client:
        made = await client.json("POST", "/workflows", {"document": document()})
        place = f"/workflows/{made['id']}/executions"
        refused = await client.ask("POST", place, {}, expect=409)
        missing = await client.ask("POST", "/workflows/wf_none/executions", {}, expect=404)

    assert refused.json()["code"] == "workflow.inactive"
    assert missing.json()["code"] == "workflow.missing"


async def test_a_workflow_does_not_begin_at_a_node_that_it_has_not(tmp_path: Path) -> None:
    async with served(tmp_path) as client:
        place = f"/workflows/{await stored(client)}/executions"
        refused = await client.ask("POST", place, {"node": "none"}, expect=404)
        listed = await client.json("GET", "/executions")

    assert refused.json()["code"] == "node.unknown"
    assert listed["items"] == []


async def test_a_list_is_filtered_and_comes_in_pages(tmp_path: Path) -> None:
    async with served(tmp_path) as client:
        good, bad = await stored(client), await stored(client, document("={{ $json.x.y }}"))
        runs = [(await ran(client, good))["execution"] for _ in range(3)]
        failed = (await ran(client, bad))["execution"]
        first = await client.json("GET", "/executions", limit=2)
        rest = await client.json("GET", "/executions", limit=2, cursor=first["next_cursor"])
        errors = await client.json("GET", "/executions", status=["error", "dead"])
        of_one = await client.json("GET", "/executions", workflow=good)
        counts = await client.json("GET", "/executions/counts")

    assert [one["id"] for one in first["items"]] == [failed, runs[2]]
    assert [one["id"] for one in rest["items"]] == [runs[1], runs[0]]
    assert rest["next_cursor"] is None
    assert [one["id"] for one in errors["items"]] == [failed]
    assert errors["items"][0]["error"]["code"] == "expression.failed"
    assert [one["id"] for one in of_one["items"]] == runs[::-1]
    assert counts == {"counts": {"success": 3, "error": 1}}


@pytest.mark.parametrize(
    "query",
    [
        {"limit": 0},
        {"limit": 501},
        {"status": "good"},
        {"from_ms": -1},
        {"key": "without"},
        {"strange": "1"},
    ],
)
async def test_a_filter_that_says_nothing_is_refused(query: dict[str, Any], tmp_path: Path) -> None:
    async with served(tmp_path) as client:
        refused = await client.ask("GET", "/executions", expect=400, **query)

    assert refused.json()["code"] == "request.invalid"


async def test_a_cursor_that_nobody_gave_finds_nothing_and_breaks_nothing(tmp_path: Path) -> None:
    async with served(tmp_path) as client:
        await ran(client, await stored(client))
        for cursor in ("x", "9" * 40, "1.", "-5.z"):
            answer = await client.ask("GET", "/executions", cursor=cursor, expect=200)
            assert answer.json() == {"items": [], "next_cursor": None}, cursor


async def test_steps_come_in_pages_with_what_they_gave(tmp_path: Path) -> None:
    async with served(tmp_path) as client:
        execution = (await ran(client, await stored(client)))["execution"]
        place = f"/executions/{execution}/steps"
        first = await client.json("GET", place, limit=2)
        rest = await client.json("GET", place, limit=2, cursor=first["next_cursor"])
        one = await client.json("GET", f"{place}/one/0")

    assert [step["node_id"] for step in first["items"]] == ["start", "one"]
    assert [step["node_id"] for step in rest["items"]] == ["two"]
    assert rest["next_cursor"] is None
    assert one == first["items"][1]
    assert (one["status"], one["counts"]) == ("ok", {"main": 1})
    assert one["sources"]["main"]["step"] == {"node_id": "start", "run_index": 0}


async def test_items_come_in_parts_of_a_megabyte_at_most(tmp_path: Path) -> None:
    async with served(tmp_path) as client:
        workflow = await stored(client)
        items = [
            {"json": {"a": i, "text": "x" * (2_000_000 if i == 3 else 300_000)}} for i in range(6)
        ]
        started = await client.json(
            "POST", f"/workflows/{workflow}/executions", {"items": items}, wait=True
        )
        place = f"/executions/{started['execution']}/steps/one/0/items"
        answer = await client.ask("GET", place)
        first = answer.json()
        rest = await client.json("GET", place, start=first["next"])
        large = await client.json("GET", f"{place}/3")
        given = await client.json("GET", place, side="input", start=1, limit=1)

    assert len(answer.content) < 1_100_000
    assert (first["total"], first["start"], first["next"]) == (6, 0, 4)
    assert [None if one is None else one["json"]["b"] for one in first["items"]] == [1, 2, 3, None]
    assert [one["json"]["a"] for one in rest["items"]] == [4, 5]
    assert rest["next"] is None
    assert len(large["json"]["text"]) == 2_000_000
    assert [sorted(one["json"]) for one in given["items"]] == [["a", "text"]]


async def test_the_input_of_the_first_step_is_what_the_execution_was_given(tmp_path: Path) -> None:
    async with served(tmp_path) as client:
        execution = (await ran(client, await stored(client), a=7))["execution"]
        place = f"/executions/{execution}/steps/start/0/items"
        given = await client.json("GET", place, side="input")

    assert given["items"] == [{"json": {"a": 7}}]


async def test_what_is_not_there_is_said_to_be_missing(tmp_path: Path) -> None:
    async with served(tmp_path) as client:
        execution = (await ran(client, await stored(client)))["execution"]
        place = f"/executions/{execution}/steps"
        codes = [
            (await client.ask("GET", path, expect=404)).json()["code"]
            for path in (
                "/executions/none",
                "/executions/none/steps",
                "/executions/none/logs",
                f"{place}/none/0",
                f"{place}/one/7",
                f"{place}/one/0/items/9",
            )
        ]

        port = await client.ask("GET", f"{place}/one/0/items", port="none", expect=404)

    assert codes == ["execution.not_found"] * 3 + ["step.not_found"] * 3
    assert port.json()["code"] == "step.not_found"


async def test_the_document_that_ran_stays_as_it_was(tmp_path: Path) -> None:
    async with served(tmp_path) as client:
        workflow = await stored(client)
        execution = (await ran(client, workflow))["execution"]
        changed = {"document": document("={{ 5 }}")}
        seen = await client.ask("GET", f"/workflows/{workflow}")
        headers = {"if-match": seen.headers["etag"]}
        await client.ask("PUT", f"/workflows/{workflow}", changed, headers=headers)
        shown = await client.json("GET", f"/executions/{execution}/document")

    configs = {one["id"]: one.get("config") for one in shown["nodes"]}
    assert configs["one"]["assignments"][0]["value"] == "={{ $json.a + 1 }}"


async def test_a_failed_execution_goes_on_where_it_failed_with_the_current_version(
    tmp_path: Path,
) -> None:
    async with served(tmp_path) as client:
        workflow = await stored(client, document(last="={{ $json.x.y }}"))
        failed = (await ran(client, workflow))["execution"]
        seen = await client.ask("GET", f"/workflows/{workflow}")
        await client.ask(
            "PUT",
            f"/workflows/{workflow}",
            {"document": document(last="fine")},
            headers={"if-match": seen.headers["etag"]},
        )
        await client.ask("POST", f"/workflows/{workflow}/versions", {"activate": True})
        place = f"/executions/{failed}"
        same = await client.json("POST", f"{place}/retry", {}, wait=True)
        good = await client.json("POST", f"{place}/retry", {"version": "current"}, wait=True)
        steps = await client.json("GET", f"/executions/{good['execution']}/steps")
        whole = await client.json("POST", f"{place}/replay", {"version": "current"}, wait=True)
        all_steps = await client.json("GET", f"/executions/{whole['execution']}/steps")
        made = await client.json("GET", "/executions", retry_of=failed)

    assert same["status"] == "error"
    assert good["output"]["items"][0]["json"]["c"] == "fine"
    assert [one["status"] for one in steps["items"]] == ["cached", "cached", "ok"]
    assert [one["status"] for one in all_steps["items"]] == ["ok", "ok", "ok"]
    assert len(made["items"]) == 3


async def test_an_execution_that_waits_is_canceled_and_then_removed(tmp_path: Path) -> None:
    waits = document()
    waits["nodes"][1] = node("one", "penstock/flow.wait", amount=1, unit="hours")
    async with served(tmp_path) as client:
        workflow = await stored(client, waits)
        started = await client.json("POST", f"/workflows/{workflow}/executions", {})
        place = f"/executions/{started['execution']}"
        await reached(client, started["execution"], "waiting")
        early = await client.ask("DELETE", place, expect=409)
        canceled = await client.json("POST", f"{place}/cancel")
        again = await client.json("POST", f"{place}/cancel")
        shown = await reached(client, started["execution"], "canceled")
        await client.ask("DELETE", place, expect=204)
        await client.ask("GET", place, expect=404)

    assert early.json()["code"] == "execution.not_ended"
    assert (canceled, again) == ({"canceled": True}, {"canceled": False})
    assert shown["status"] == "canceled"


async def test_many_are_run_again_or_removed_at_once(tmp_path: Path) -> None:
    async with served(tmp_path) as client:
        good, bad = await stored(client), await stored(client, document("={{ $json.x.y }}"))
        kept = (await ran(client, good))["execution"]
        failed = [(await ran(client, bad))["execution"] for _ in range(2)]
        found = {"do": "retry", "found": {"status": ["error"]}}
        retried = await client.json("POST", "/executions/bulk", found)
        for one in retried["executions"]:
            await reached(client, one["result"], "error")
        named = {"do": "remove", "executions": [*failed, "none"]}
        removed = await client.json("POST", "/executions/bulk", named)
        left = await client.json("GET", "/executions")
        neither = await client.ask("POST", "/executions/bulk", {"do": "cancel"}, expect=400)

    assert [one["execution"] for one in retried["executions"]] == failed
    assert [one["result"] for one in removed["executions"]] == ["removed", "removed", None]
    assert removed["executions"][2]["error"].startswith("execution.not_found")
    assert {one["id"] for one in left["items"]} >= {kept}
    assert not {one["id"] for one in left["items"]} & set(failed)
    assert neither.json()["code"] == "request.invalid"


async def test_logs_of_the_steps_come_in_the_order_of_time(tmp_path: Path) -> None:
    code = "console.log('first', $json.a); console.log('second'); return $input.all();"
    talks = document()
    talks["nodes"][1] = node("one", "penstock/code.javascript", source=code)
    async with served(tmp_path) as client:
        execution = (await ran(client, await stored(client, talks)))["execution"]
        first = await client.json("GET", f"/executions/{execution}/logs", limit=1)
        rest = await client.json(
            "GET", f"/executions/{execution}/logs", cursor=first["next_cursor"]
        )

    assert [one["line"]["message"] for one in first["items"]] == ["first 1"]
    assert [one["line"]["message"] for one in rest["items"]] == ["second"]
    assert first["items"][0]["node_id"] == "one"


@pytest.mark.parametrize(
    ("method", "path", "grants"),
    [
        ("POST", "/workflows/{workflow}/executions", "workflow:read execution:run"),
        ("GET", "/executions", "execution:run"),
        ("GET", "/executions/{id}", "workflow:read"),
        ("GET", "/executions/{id}/steps", "execution:write"),
        ("POST", "/executions/{id}/retry", "execution:read execution:write"),
        ("POST", "/executions/{id}/cancel", "execution:read execution:run"),
        ("POST", "/executions/{id}/decide", "execution:read execution:run"),
        ("POST", "/executions/{id}/continue", "execution:read execution:write"),
        ("DELETE", "/executions/{id}", "execution:read execution:write"),
        ("PUT", "/executions/{id}/steps/one/0/items", "execution:read execution:run"),
    ],
)
async def test_each_thing_needs_its_own_grant(
    method: str, path: str, grants: str, tmp_path: Path
) -> None:
    async with served(tmp_path) as client:
        workflow = await stored(client)
        execution = (await ran(client, workflow))["execution"]
        place = path.format(id=execution, workflow=workflow)
        headers = {"test-grants": grants}
        refused = await client.ask(method, place, {}, headers=headers, expect=403)

    assert refused.json()["code"] == "access.denied"


async def test_who_may_only_read_is_refused_each_of_many(tmp_path: Path) -> None:
    async with served(tmp_path) as client:
        execution = (await ran(client, await stored(client)))["execution"]
        body = {"do": "remove", "executions": [execution]}
        headers = {"test-grants": "execution:read"}
        done = await client.json("POST", "/executions/bulk", body, headers=headers)
        await client.ask("GET", f"/executions/{execution}", expect=200)

    assert done["executions"][0]["error"].startswith("access.denied")


async def test_executions_of_another_workspace_are_not_there(tmp_path: Path) -> None:
    elsewhere = {"penstock-workspace": "other"}
    async with served(tmp_path) as client:
        execution = (await ran(client, await stored(client)))["execution"]
        for path in ("", "/steps", "/logs", "/document", "/steps/one/0/items"):
            await client.ask("GET", f"/executions/{execution}{path}", headers=elsewhere, expect=404)
        for path in ("/cancel", "/retry", "/continue"):
            await client.ask(
                "POST", f"/executions/{execution}{path}", {}, headers=elsewhere, expect=404
            )
        await client.ask("DELETE", f"/executions/{execution}", headers=elsewhere, expect=404)
        listed = await client.json("GET", "/executions", headers=elsewhere)

    assert listed["items"] == []
