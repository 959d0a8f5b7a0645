"""Event destinations: what happened is told once to each, signed, and again until it is taken."""

from __future__ import annotations

import asyncio
import base64
import hmac
import json
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from tests.support.databases import new_sqlite_url
from tests.support.server import Client, served

from penstock_kernel.settings import Settings
from penstock_kernel.work.entering import Incoming
from penstock_web.operations.telling import Telling


class Receiver:
    """Takes messages, or does not."""

    def __init__(self) -> None:
        self.port = 0
        self.status = 200
        self.got: list[tuple[dict[str, str], bytes]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/events"

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        pairs = [line.partition(": ") for line in head.splitlines()[1:] if line]
        headers = {name.lower(): value for name, _, value in pairs}
        body = await reader.readexactly(int(headers.get("content-length", "0")))
        self.got.append((headers, body))
        writer.write(f"HTTP/1.1 {self.status} X\r\ncontent-length: 0\r\n\r\n".encode())
        await writer.drain()
        writer.close()


@asynccontextmanager
async def setting(folder: Path) -> AsyncGenerator[tuple[Client, Receiver, Telling]]:
    receiver = Receiver()
    listening = await asyncio.start_server(receiver.answer, "127.0.0.1", 0)
    receiver.port = listening.sockets[0].getsockname()[1]
    settings = Settings(
        data_dir=folder,
        database=new_sqlite_url(folder / "penstock.db"),
        egress_allow=("127.0.0.1",),
        sandbox="inprocess",
    )
    async with listening, served(folder, settings) as client:
        host = client.server.kernel.host
        yield client, receiver, Telling(client.server.db, host.egress, lambda: host.data.key)


async def workflow(client: Client, kind: str, **config: Any) -> str:
    nodes = [
        {"id": "start", "name": "Start", "type": "penstock/flow.manual"},
        {"id": "do", "name": "Do", "type": kind, "config": config},
    ]
    edges = [{"from": ["start", "main"], "to": ["do", "main"]}]
    document = {"format": "penstock/1", "name": "Told", "nodes": nodes, "edges": edges}
    made = await client.json("POST", "/workflows", {"document": document})
    await client.ask("POST", f"/workflows/{made['id']}/versions", {"activate": True})
    return str(made["id"])


async def run(client: Client, name: str) -> str:
    kernel = client.server.kernel
    execution = (await kernel.accept(Incoming(workflow=name, mode="webhook"))).execution
    async for _ in kernel.watch(execution):
        pass
    return str(execution)


async def destination(client: Client, receiver: Receiver, *events: str, **more: Any) -> Any:
    body = {"name": "Ops", "url": receiver.url, "events": list(events), **more}
    return await client.json("POST", "/destinations", body, expect=201)


async def sent(client: Client, made: Any) -> list[dict[str, Any]]:
    name = made["destination"]["id"]
    found: list[dict[str, Any]] = (await client.json("GET", f"/destinations/{name}/messages"))[
        "items"
    ]
    return found


async def test_ends_are_told_once_and_signed(tmp_path: Path) -> None:
    async with setting(tmp_path) as (client, receiver, telling):
        made = await destination(client, receiver, "execution.error")
        good = await workflow(client, "penstock/flow.noop")
        bad = await workflow(client, "penstock/flow.stop", message="It broke.")
        await run(client, good)
        execution = await run(client, bad)
        await telling.send_due()
        await telling.send_due()
        log = await sent(client, made)

    ((headers, body),) = receiver.got
    secret = base64.b64decode(made["secret"].removeprefix("whsec_"))
    content = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    mark = base64.b64encode(hmac.digest(secret, content, "sha256")).decode()
    told = json.loads(body)
    assert headers["webhook-signature"] == f"v1,{mark}"
    assert told["type"] == "execution.error"
    assert told["data"]["execution"] == execution
    assert told["data"]["error"]["message"] == "It broke."
    assert [(one["status"], one["attempts"], one["answered"]) for one in log] == [("sent", 1, 200)]


async def test_what_is_not_taken_is_kept_and_can_be_sent_again(tmp_path: Path) -> None:
    async with setting(tmp_path) as (client, receiver, telling):
        made = await destination(client, receiver, "execution.success")
        await run(client, await workflow(client, "penstock/flow.noop"))
        receiver.status = 500
        await telling.send_due()
        (failed,) = await sent(client, made)
        await telling.send_due()
        receiver.status = 204
        place = f"/destinations/{made['destination']['id']}/messages/{failed['id']}/again"
        await client.ask("POST", place, expect=204)
        await telling.send_due()
        (done,) = await sent(client, made)

    assert failed["status"] == "due"
    assert failed["answered"] == 500
    assert failed["due_ms"] > failed["created_ms"] + 4_000
    assert done["status"] == "sent"
    assert len(receiver.got) == 2
    assert receiver.got[0][0]["webhook-id"] == receiver.got[1][0]["webhook-id"]


async def test_who_says_that_it_is_gone_is_told_nothing_more(tmp_path: Path) -> None:
    async with setting(tmp_path) as (client, receiver, telling):
        made = await destination(client, receiver, "execution.success")
        name = await workflow(client, "penstock/flow.noop")
        receiver.status = 410
        await run(client, name)
        await telling.send_due()
        await run(client, name)
        (shown,) = (await client.json("GET", "/destinations"))["items"]
        log = await sent(client, made)

    assert shown["disabled"] is True
    assert len(log) == 1


async def test_a_destination_of_another_workspace_hears_nothing(tmp_path: Path) -> None:
    async with setting(tmp_path) as (client, receiver, telling):
        elsewhere = {"penstock-workspace": "other"}
        body = {"name": "Ops", "url": receiver.url, "events": ["execution.success", "audit"]}
        await client.ask("POST", "/destinations", body, headers=elsewhere)
        await run(client, await workflow(client, "penstock/flow.noop"))
        await telling.send_due()

    # Of its own workspace it hears that it was added.
    assert [json.loads(sent)["data"]["action"] for _, sent in receiver.got] == ["destination.added"]


async def test_another_secret_counts_at_once_and_a_test_says_what_is_wrong(tmp_path: Path) -> None:
    async with setting(tmp_path) as (client, receiver, _):
        made = await destination(client, receiver, "audit")
        place = f"/destinations/{made['destination']['id']}"
        renewed = await client.json("POST", f"{place}/secret")
        await client.ask("POST", f"{place}/test", expect=204)
        receiver.status = 404
        refused = await client.ask("POST", f"{place}/test", expect=422)
        await client.ask("DELETE", place, expect=204)
        await client.ask("GET", f"{place}/messages", expect=404)

    assert renewed["secret"] != made["secret"]
    assert "404" in refused.json()["detail"]


SETTER = {"test-grants": "workspace:read workspace:write"}


@pytest.mark.parametrize("event", ["audit", "execution.error"])
async def test_who_may_not_read_something_lets_nobody_be_told_of_it(
    event: str, tmp_path: Path
) -> None:
    reader = {"test-grants": f"{SETTER['test-grants']} {event.partition('.')[0]}:read"}
    async with setting(tmp_path) as (client, receiver, _):
        body = {"name": "Ops", "url": receiver.url, "events": [event]}
        await client.ask("POST", "/destinations", body, headers=SETTER, expect=403)
        made = await client.json("POST", "/destinations", body, headers=reader, expect=201)
        place = f"/destinations/{made['destination']['id']}"
        await client.ask("PUT", place, body, headers=SETTER, expect=403)
        await client.ask("POST", f"{place}/secret", headers=SETTER, expect=403)
        await client.ask("PUT", place, body, headers=reader, expect=200)


async def test_what_is_told_cannot_be_turned_to_somebody_else_by_who_may_not_read_it(
    tmp_path: Path,
) -> None:
    async with setting(tmp_path) as (client, receiver, telling):
        made = await destination(client, receiver, "audit")
        await telling.send_due()
        (message,) = await sent(client, made)
        place = f"/destinations/{made['destination']['id']}"
        other = {"name": "Ops", "url": f"{receiver.url}/2", "events": ["execution.error"]}
        setter = {"test-grants": f"{SETTER['test-grants']} execution:read"}
        await client.ask("PUT", place, other, headers=setter, expect=403)
        shown = await client.json("GET", f"{place}/messages", headers=setter)
        await client.ask("PUT", place, {**other, "url": receiver.url}, expect=200)
        await client.ask("PUT", place, other, headers=setter, expect=403)
        again = f"{place}/messages/{message['id']}/again"
        await client.ask("POST", again, headers=setter, expect=403)

    assert shown["items"] == []
