"""Executions that wait for somebody: links, forms, approvals, answers that come early."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.support.server import Client, served

from penstock_kernel.store.links import Resume
from penstock_kernel.store.records import StepKey
from penstock_kernel.store.scope import Scope
from penstock_kernel.store.sql import asks
from penstock_kernel.store.sql.overview import Listed
from penstock_kernel.work.entering import Incoming
from penstock_sdk import Item

APPROVAL = {"title": "Pay {{ }}?", "message": "<script>alert(1)</script>"}


def document(*middle: dict[str, Any], after: str = "main") -> dict[str, Any]:
    start = {"id": "start", "name": "Start", "type": "penstock/flow.manual"}
    end = {"id": "end", "name": "End", "type": "penstock/flow.noop"}
    nodes = [start, *middle, end]
    ports = ["main"] * len(middle) + [after]
    edges = [
        {"from": [nodes[i]["id"], ports[i]], "to": [nodes[i + 1]["id"], "main"]}
        for i in range(len(nodes) - 1)
    ]
    return {"format": "penstock/1", "name": "Asks", "nodes": nodes, "edges": edges}


def waits(kind: str, **config: Any) -> dict[str, Any]:
    return {
        "id": kind,
        "name": kind.title(),
        "type": "penstock/flow.wait",
        "config": {"resume": kind, **config},
    }


def approval(**config: Any) -> dict[str, Any]:
    config = {"title": "Pay?", "message": "<script>alert(1)</script>", **config}
    return {"id": "ok", "name": "Ok", "type": "penstock/flow.approval", "config": config}


async def begun(client: Client, given: dict[str, Any], item: dict[str, Any] | None = None) -> str:
    made = await client.json("POST", "/workflows", {"document": given})
    await client.ask("POST", f"/workflows/{made['id']}/versions", {"activate": True})
    incoming = Incoming(workflow=made["id"], mode="webhook", items=[Item(item or {})])
    return str((await client.server.kernel.accept(incoming)).execution)


async def until(client: Client, execution: str, met: Callable[[Listed], bool]) -> Listed:
    async with asyncio.timeout(20):
        while True:
            found = await client.server.kernel.history.check(Scope(), execution)
            if met(found):
                return found
            await asyncio.sleep(0.05)


async def asked(client: Client, execution: str) -> None:
    async with asyncio.timeout(20):
        while True:
            if await client.server.people.next("default", execution) is not None:
                return
            await asyncio.sleep(0.05)


def place(client: Client, execution: str, node: str = "") -> str:
    links = client.server.kernel.host.resume_links
    return f"/resume/{links.make(Resume('default', execution, node))}"


async def outputs(client: Client, execution: str, node: str) -> dict[str, list[Any]]:
    steps = (await client.server.kernel.history.show(Scope(), execution)).steps
    found = next(step for step in steps if step.key.node_id == node)
    return {port: [item.json for item in output.items] for port, output in found.outputs.items()}


def ended(one: Listed) -> bool:
    return one.status in ("success", "error")


async def test_a_request_to_its_link_lets_an_execution_go_on_once(tmp_path: Path) -> None:
    async with served(tmp_path) as client:
        execution = await begun(client, document(waits("webhook")))
        await asked(client, execution)
        link = place(client, execution)
        cookies = {"cookie": "__Host-sid=hush; a=1"}
        first = await client.http.post(link, json={"paid": True}, headers=cookies)
        again = await client.http.post(link, json={"paid": False})
        done = await until(client, execution, ended)
        put_out = await outputs(client, execution, "end")

    assert first.status_code == 200
    assert "already" in again.text or again.status_code == 404
    assert done.status == "success"
    assert put_out["main"][0]["body"] == {"paid": True}
    assert put_out["main"][0]["headers"]["cookie"] == "a=1"


async def test_an_approval_is_shown_escaped_and_decided_by_a_post_alone(tmp_path: Path) -> None:
    async with served(tmp_path) as client:
        execution = await begun(client, document(approval(), after="approved"), {"order": 7})
        await asked(client, execution)
        link = place(client, execution)
        shown = await client.http.get(link)
        looked = await client.http.get(f"{link}?choice=approve")
        still = await client.server.kernel.history.check(Scope(), execution)
        sent = await client.http.post(link, data={"choice": "approve", "comment": "fine"})
        done = await until(client, execution, ended)
        put_out = await outputs(client, execution, "end")

    assert "&lt;script&gt;" in shown.text
    assert "<script" not in shown.text
    assert looked.status_code == 200
    assert still.status in ("running", "waiting")
    assert "Thank you" in sent.text
    assert done.status == "success"
    assert put_out["main"] == [{"order": 7, "approval": {"decision": "approve", "comment": "fine"}}]


async def test_the_inbox_lists_what_waits_and_takes_the_decision(tmp_path: Path) -> None:
    async with served(tmp_path) as client:
        execution = await begun(client, document(approval(), after="declined"), {"order": 7})
        await until(client, execution, lambda one: one.status == "waiting")
        inbox = await client.json("GET", "/approvals")
        one = inbox["items"][0]
        where = f"/approvals/{one['execution_id']}/{one['node_id']}/{one['run_index']}"
        await client.ask("POST", where, {"decision": "decline"}, expect=204)
        taken = await client.ask("POST", where, {"decision": "approve"}, expect=409)
        empty = await client.json("GET", "/approvals")
        elsewhere = await client.json("GET", "/approvals", headers={"penstock-workspace": "other"})
        await until(client, execution, ended)
        put_out = await outputs(client, execution, "end")

    assert one["asks"]["shows"]["title"] == "Pay?"
    assert taken.json()["code"] == "ask.taken"
    assert empty["items"] == elsewhere["items"] == []
    assert put_out["main"][0]["approval"]["decision"] == "decline"


async def test_a_form_says_what_is_wrong_and_keeps_what_was_right(tmp_path: Path) -> None:
    fields = [
        {"label": "Name", "type": "text", "required": True},
        {"label": "Mail", "name": "mail", "type": "email"},
        {"label": "Size", "type": "dropdown", "choices": "S, M"},
        {"label": "Count", "type": "number"},
        {"label": "Paper", "type": "file"},
    ]
    async with served(tmp_path) as client:
        execution = await begun(client, document(waits("form", title="You", fields=fields)))
        await asked(client, execution)
        link = place(client, execution)
        sent = {"Name": '"><b>', "mail": "nobody", "Size": "XL", "Count": "many"}
        wrong = await client.http.post(link, data=sent)
        good = {"Name": "Ada", "mail": "a@example.com", "Size": "M", "Count": "3"}
        files = {"Paper": ("a.txt", b"hello", "text/plain")}
        right = await client.http.post(link, data=good, files=files)
        await until(client, execution, ended)
        put_out = await outputs(client, execution, "end")

    assert wrong.status_code == 422
    assert wrong.text.count("class=wrong") == 3
    assert "&quot;&gt;&lt;b&gt;" in wrong.text
    assert right.status_code == 200
    assert put_out["main"] == [{"Name": "Ada", "mail": "a@example.com", "Size": "M", "Count": 3}]


async def test_who_sends_a_page_is_led_to_the_next_one(tmp_path: Path) -> None:
    pages = [
        {
            "id": name,
            "name": name,
            "type": "penstock/flow.form_page",
            "config": {"title": name, "fields": [{"label": "A"}]},
        }
        for name in ("one", "two")
    ]
    async with served(tmp_path) as client:
        execution = await begun(client, document(*pages))
        await asked(client, execution)
        first = await client.http.post(place(client, execution), data={"A": "1"})
        second = await client.http.get(first.headers["location"])
        last = await client.http.post(first.headers["location"], data={"A": "2"})
        await until(client, execution, ended)

    assert first.status_code == 303
    assert "<h1>two</h1>" in second.text
    assert "Thank you" in last.text


async def test_an_answer_counts_although_another_branch_still_works(tmp_path: Path) -> None:
    given = document(waits("webhook"))
    slow = {
        "id": "slow",
        "name": "Slow",
        "type": "penstock/flow.wait",
        "config": {"resume": "interval", "amount": 1.5, "unit": "seconds"},
    }
    given["nodes"].append(slow)
    given["edges"].append({"from": ["start", "main"], "to": ["slow", "main"]})
    async with served(tmp_path) as client:
        execution = await begun(client, given)
        await asked(client, execution)
        await client.http.post(place(client, execution), json={"early": True})
        done = await until(client, execution, ended)
        put_out = await outputs(client, execution, "end")

    assert done.status == "success"
    assert put_out["main"][0]["body"] == {"early": True}


async def test_an_answer_counts_although_its_time_is_up_before_it_is_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A wait as short as this one is waited out by the worker, who takes no answer meanwhile.
    monkeypatch.setattr("penstock_node_flow.waiting._DAY_MS", 1_800)
    async with served(tmp_path) as client:
        execution = await begun(client, document(waits("webhook", days=1)))
        await asked(client, execution)
        first = await client.http.post(place(client, execution), json={"early": True})
        done = await until(client, execution, ended)
        put_out = await outputs(client, execution, "end")

    assert (first.status_code, done.status) == (200, "success")
    assert put_out["main"][0]["body"] == {"early": True}


async def test_an_answer_of_many_items_counts_when_its_time_is_up_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("penstock_node_flow.approval._DAY_MS", 1_800)
    async with served(tmp_path) as client:
        given = document(approval(days=1), after="approved")
        execution = await begun(client, given, {"text": "x" * 200_000})
        await asked(client, execution)
        await client.http.post(place(client, execution), data={"choice": "approve"})
        done = await until(client, execution, ended)
        put_out = await outputs(client, execution, "end")

    assert done.status == "success"
    assert len(put_out["main"][0]["text"]) == 200_000


async def test_who_answers_after_the_time_was_up_changes_nothing(tmp_path: Path) -> None:
    async with served(tmp_path) as client:
        execution = await begun(client, document(waits("webhook")))
        await asked(client, execution)
        kernel, key = client.server.kernel, StepKey("webhook", 0)
        assert kernel.db is not None
        for _ in range(2):  # whoever goes on after a crash finds the same
            found = await kernel.db.transact(
                lambda one: asks.time_up(one, "default", execution, key)
            )
            assert found is None
        late = await client.http.post(place(client, execution), json={"paid": True})
        still = await client.server.kernel.history.check(Scope(), execution)

    assert "already" in late.text
    assert still.status in ("running", "waiting")


async def test_what_nobody_answers_goes_on_when_its_time_is_up(tmp_path: Path) -> None:
    expires = approval(days=0.001)
    async with served(tmp_path) as client:
        given = document(expires, after="expired")
        given["nodes"][1]["config"]["days"] = 0.001
        execution = await begun(client, given, {"order": 7})
        found = await until(client, execution, lambda one: one.status == "waiting")

    assert found.due_ms is not None
    assert 80_000 < found.due_ms - found.created_ms < 95_000


@pytest.mark.parametrize("word", ["", "x", "AAAA", "a" * 500])
async def test_a_word_that_was_not_made_here_opens_nothing(word: str, tmp_path: Path) -> None:
    async with served(tmp_path) as client:
        found = await client.http.post(f"/resume/{word}")

    assert found.status_code == 404


async def test_an_execution_says_whom_it_waits_for_although_it_waits_for_a_moment_too(
    tmp_path: Path,
) -> None:
    given = document(approval(), after="approved")
    slow = waits("interval", amount=1, unit="hours")
    given["nodes"].append(slow)
    given["edges"].append({"from": ["start", "main"], "to": [slow["id"], "main"]})
    async with served(tmp_path) as client:
        execution = await begun(client, given)
        found = await until(
            client, execution, lambda one: one.status == "waiting" and one.worker_id is None
        )
        inbox = await client.json("GET", "/approvals")

    assert found.waiting_for == "approval"
    assert [one["node_id"] for one in inbox["items"]] == ["ok"]


async def test_an_answer_of_many_items_is_kept_like_the_outputs_of_any_step(tmp_path: Path) -> None:
    async with served(tmp_path) as client:
        many = {"text": "x" * 200_000}
        execution = await begun(client, document(approval(), after="approved"), many)
        await asked(client, execution)
        await client.http.post(place(client, execution), data={"choice": "approve"})
        done = await until(client, execution, ended)
        put_out = await outputs(client, execution, "end")

    assert done.status == "success"
    assert len(put_out["main"][0]["text"]) == 200_000
