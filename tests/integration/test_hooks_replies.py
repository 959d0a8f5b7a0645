"""Requests from outside start workflows, and are answered as these say, on each database."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select
from tests.support.databases import KINDS, new_postgres_url, new_sqlite_url, url_of
from tests.support.hooks import ADD, RESPOND, Hooked, Node, client, hooked, opened, workflow

from penstock_bus import MemoryBus
from penstock_kernel.execution.answers import ANSWERED
from penstock_kernel.store.records import ExecutionId
from penstock_kernel.store.sql.retention import remove_deliveries
from penstock_kernel.store.sql.tables import blob_refs, webhook_deliveries, workflow_executions

FAIL: Node = ("penstock/flow.stop", {"message": "secret detail"})


@pytest.fixture(params=KINDS)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    return url_of(request.param, tmp_path)


def waiting(seconds: float) -> Node:
    return ("penstock/flow.wait", {"resume": "interval", "amount": seconds, "unit": "seconds"})


def respond(**config: Any) -> Node:
    return ("penstock/flow.respond", config)


async def counted(hooks: Hooked, table: Any) -> int:
    assert hooks.kernel.db is not None
    count = select(func.count()).select_from(table)
    return await hooks.kernel.db.read(lambda one: int(one.execute(count).scalar_one()))


async def status_of(hooks: Hooked, execution: str) -> str:
    return (await hooks.kernel.journal.execution(ExecutionId(execution))).status


async def until_ended(hooks: Hooked, execution: str) -> str:
    async with asyncio.timeout(20):
        async for _ in hooks.kernel.watch(execution):
            pass
    return await status_of(hooks, execution)


async def test_the_node_respond_replies_with_the_first_item(url: str, tmp_path: Path) -> None:
    async with hooked(url, tmp_path) as hooks:
        await hooks.activate(workflow(ADD, RESPOND, reply="respond"))

        answer = await hooks.call(body={"a": 5})
        execution = await hooks.kernel.journal.execution(
            ExecutionId(answer.headers["penstock-execution"])
        )

    assert (answer.status_code, answer.json()["sum"]) == (200, 5)
    assert (execution.status, execution.mode) == ("success", "webhook")


async def test_a_reply_leaves_before_what_comes_behind_it(url: str, tmp_path: Path) -> None:
    async with hooked(url, tmp_path) as hooks:
        await hooks.activate(
            workflow(respond(reply="text", text="ok"), waiting(1.5), reply="respond")
        )

        answer = await hooks.call()
        execution = answer.headers["penstock-execution"]
        status = await status_of(hooks, execution)
        steps = await hooks.kernel.journal.steps(ExecutionId(execution))

    assert (answer.text, status in ("running", "waiting")) == ("ok", True)
    assert [step.answer is not None for step in steps if step.key.node_id == "n1"] == [True]


async def test_at_once_the_reply_names_the_execution_which_is_kept(
    url: str, tmp_path: Path
) -> None:
    async with hooked(url, tmp_path) as hooks:
        await hooks.activate(workflow(ADD, status=202))

        answer = await hooks.call(body={"a": 1})
        ended = await until_ended(hooks, answer.json()["execution"])

    assert (answer.status_code, ended) == (202, "success")


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        pytest.param("first", {"sum": 7}, id="first"),
        pytest.param("all", [{"sum": 7}], id="all"),
        pytest.param("none", None, id="none"),
    ],
)
async def test_the_last_node_replies_when_all_is_over(
    data: str, expected: Any, tmp_path: Path
) -> None:
    only: Node = (ADD[0], {**ADD[1], "include": "none"})
    async with hooked("sqlite://", tmp_path) as hooks:
        await hooks.activate(
            workflow(only, waiting(0.05), reply="last_node", data=data, status=201)
        )

        answer = await hooks.call(body={"a": 7})
        status = await status_of(hooks, answer.headers["penstock-execution"])

    assert (answer.status_code, status) == (201, "success")
    assert (answer.json() if answer.content else None) == expected


@pytest.mark.parametrize(
    ("config", "status", "kind", "content"),
    [
        pytest.param(
            {"reply": "text", "text": "héllo", "status": 418},
            418,
            "text/plain; charset=utf-8",
            "héllo".encode(),
            id="text",
        ),
        pytest.param(
            {"reply": "json", "body": {"x": [1, None]}},
            200,
            "application/json",
            b'{"x":[1,null]}',
            id="json",
        ),
        pytest.param(
            {"reply": "json", "body": '{"x": 1}'},
            200,
            "application/json",
            b'{"x": 1}',
            id="text-of-json",
        ),
        pytest.param({"reply": "none", "status": 204}, 204, None, b"", id="nothing"),
        pytest.param(
            {
                "reply": "text",
                "text": "<p>",
                "headers": [{"name": "Content-Type", "value": "text/html"}],
            },
            200,
            "text/html",
            b"<p>",
            id="own-type",
        ),
    ],
)
async def test_a_reply_is_what_the_node_says(
    config: dict[str, Any], status: int, kind: str | None, content: bytes, tmp_path: Path
) -> None:
    async with hooked("sqlite://", tmp_path) as hooks:
        await hooks.activate(workflow(respond(**config), reply="respond"))

        answer = await hooks.call()

    assert (answer.status_code, answer.headers.get("content-type")) == (status, kind)
    assert answer.content == content


async def test_a_redirect_leads_elsewhere(tmp_path: Path) -> None:
    async with hooked("sqlite://", tmp_path) as hooks:
        place = "https://example.com/thanks"
        await hooks.activate(workflow(respond(reply="redirect", location=place), reply="respond"))

        answer = await hooks.call()

    assert (answer.status_code, answer.headers["location"]) == (302, place)


async def test_a_workflow_cannot_touch_the_connection_nor_our_cookies(tmp_path: Path) -> None:
    headers = [
        {"name": "Transfer-Encoding", "value": "chunked"},
        {"name": "X-Split", "value": "a\r\nSet-Cookie: sid=1"},
        {"name": "Set-Cookie", "value": "__Host-sid=1"},
        {"name": "Set-Cookie", "value": "=sid=1"},
        {"name": "Set-Cookie", "value": "Signin=1"},
        {"name": "Content-Security-Policy", "value": "default-src *"},
        {"name": "X-Mine", "value": "yes"},
    ]
    async with hooked("sqlite://", tmp_path) as hooks:
        await hooks.activate(workflow(respond(reply="none", headers=headers), reply="respond"))

        answer = await hooks.call()

    assert answer.headers["content-security-policy"] == "sandbox"
    assert answer.headers["x-mine"] == "yes"
    assert not {"transfer-encoding", "x-split", "set-cookie"} & set(answer.headers)


async def test_a_file_that_came_is_sent_back_as_it_was(url: str, tmp_path: Path) -> None:
    sent = bytes(range(256)) * 4_000
    async with hooked(url, tmp_path) as hooks:
        await hooks.activate(workflow(respond(reply="file", file="photo"), reply="respond"))

        files = {"photo": ("a b.png", sent, "image/png")}
        answer = await hooks.http.post("/hook/default/orders", files=files, data={"who": "Ada"})

    assert (answer.status_code, answer.content == sent) == (200, True)
    assert answer.headers["content-type"] == "image/png"
    assert answer.headers["content-disposition"] == 'inline; filename="a b.png"'


async def test_a_failure_is_told_without_its_reason(tmp_path: Path) -> None:
    async with hooked("sqlite://", tmp_path) as hooks:
        await hooks.activate(workflow(FAIL, reply="respond"))

        answer = await hooks.call()

    assert (answer.status_code, answer.json()["code"]) == (500, "webhook.reply_failed")
    assert "secret" not in answer.text
    assert answer.json()["execution"]


async def test_a_workflow_that_ends_without_a_reply_says_so(tmp_path: Path) -> None:
    async with hooked("sqlite://", tmp_path) as hooks:
        await hooks.activate(workflow(ADD, reply="respond"))

        answer = await hooks.call(body={"a": 1})

    assert answer.json() == {"message": "The workflow has ended without a reply."}


async def test_who_waits_too_long_is_told_which_execution_goes_on(tmp_path: Path) -> None:
    async with hooked("sqlite://", tmp_path) as hooks:
        await hooks.activate(workflow(waiting(1.6), RESPOND, reply="respond", patience_s=1))

        answer = await hooks.call(headers={"idempotency-key": "one"})
        execution = answer.json()["execution"]
        ended = await until_ended(hooks, execution)
        again = await hooks.call(headers={"idempotency-key": "one"})

    assert (answer.status_code, answer.json()["code"]) == (504, "webhook.reply_late")
    assert ended == "success"
    assert (again.status_code, again.headers["penstock-execution"]) == (200, execution)


async def test_the_same_delivery_gets_the_same_execution_and_the_same_answer(
    url: str, tmp_path: Path
) -> None:
    async with hooked(url, tmp_path) as hooks:
        await hooks.activate(workflow(ADD, RESPOND, reply="respond"))
        named = {"webhook-id": "msg_1"}

        answers = await asyncio.gather(
            *(hooks.call(body={"a": number}, headers=named) for number in range(6))
        )
        later = await hooks.call(body={"a": 99}, headers=named)
        other = await hooks.call(body={"a": 99}, headers={"webhook-id": "msg_2"})
        executions = await counted(hooks, workflow_executions)
        deliveries = await counted(hooks, webhook_deliveries)

    assert len({answer.headers["penstock-execution"] for answer in (*answers, later)}) == 1
    assert len({answer.text for answer in (*answers, later)}) == 1
    assert other.json()["sum"] == 99
    assert (executions, deliveries) == (2, 2)


async def test_a_duplicate_is_known_though_its_execution_is_not_kept(tmp_path: Path) -> None:
    async with hooked("sqlite://", tmp_path) as hooks:
        await hooks.activate(workflow(ADD, RESPOND, reply="respond", settings={"save": "none"}))
        named = {"idempotency-key": "k"}

        first = await hooks.call(body={"a": 3}, headers=named)
        second = await hooks.call(body={"a": 3}, headers=named)
        left = await counted(hooks, workflow_executions)

    assert first.json()["sum"] == 3
    assert (second.status_code, left) == (200, 0)
    assert second.headers["penstock-execution"] == first.headers["penstock-execution"]


async def test_an_answer_comes_back_from_another_process(tmp_path: Path) -> None:
    url = new_postgres_url()
    async with (
        opened(url, tmp_path, role="api") as front,
        opened(url, tmp_path, role="worker"),
        client(front) as hooks,
    ):
        await hooks.activate(
            workflow(ADD, RESPOND, waiting(3), reply="respond"),
            workflow(ADD, name="other", path="last", reply="last_node", data="all"),
        )

        answer = await hooks.call(body={"a": 4})
        last = await hooks.call("last", body={"a": 6})

    assert answer.json()["sum"] == 4
    assert [item["sum"] for item in last.json()] == [6]


async def test_an_answer_from_elsewhere_is_told_over_the_bus(tmp_path: Path) -> None:
    """Without it, the one who waits looks into the journal only after a second."""
    bus = MemoryBus()
    url = new_sqlite_url(tmp_path / "p.db")
    heard: list[str] = []

    async def listen() -> None:
        messages = await bus.subscribe(ANSWERED + "*")
        heard.extend([message.subject async for message in messages])

    async with (
        opened(url, tmp_path, role="api", bus=bus) as front,
        opened(url, tmp_path, role="worker", bus=bus),
        client(front) as hooks,
    ):
        listening = asyncio.create_task(listen())
        await hooks.activate(workflow(ADD, RESPOND, reply="respond"))

        answer = await hooks.call(body={"a": 4})
    await listening

    assert ANSWERED + answer.headers["penstock-execution"] in heard


async def test_files_of_a_delivery_stay_as_long_as_it_does(url: str, tmp_path: Path) -> None:
    async with hooked(url, tmp_path) as hooks:
        db, now_ms = hooks.kernel.db, hooks.kernel.now_ms()
        assert db is not None
        await hooks.activate(workflow(RESPOND, reply="respond", settings={"save": "none"}))
        await hooks.http.post("/hook/default/orders", files={"doc": ("a.txt", b"text")})

        held = select(func.count()).where(blob_refs.c.execution_id.startswith("delivery-"))
        while_kept = await db.read(lambda one: one.execute(held).scalar_one())
        removed = await db.transact(lambda one: remove_deliveries(one, now_ms + 60_000))
        afterwards = await db.read(lambda one: one.execute(held).scalar_one())

    assert (while_kept, removed, afterwards) == (1, 1, 0)
