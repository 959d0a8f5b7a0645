"""What a native node reaches through its context, and what is kept from it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from typing import Any

import pytest

from penstock_kernel import Execution, Kernel
from penstock_kernel.store.credentials import Credential, FileVault
from penstock_sandbox.egress.addresses import Allowed
from penstock_sandbox.egress.egress import Egress
from penstock_sdk import Item


@pytest.fixture
async def requests() -> AsyncIterator[tuple[list[str], int]]:
    """The heads of the requests that a small server got, and its port."""
    heads: list[str] = []

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heads.append((await reader.readuntil(b"\r\n\r\n")).decode())
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\nhi")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server:
        yield heads, server.sockets[0].getsockname()[1]


@pytest.fixture
async def kernel(lab: Any) -> AsyncIterator[Kernel]:
    async with lab.kernel(egress=Egress(Allowed.parse(["127.0.0.1"]))) as opened:
        yield opened


async def within(
    lab: Any, kernel: Kernel, behaviour: Callable[[Any, Sequence[Item]], Any], **node: Any
) -> Execution:
    """Run one node that does this."""
    lab.behave["it"] = behaviour
    document = lab.workflow(
        {"s": "start", "x": {"type": "call", "config": {"does": "it"}, **node}}, "s>x"
    )
    execution: Execution = await kernel.execute(document, [{"n": 1}])
    return execution


def value(execution: Execution) -> Any:
    assert execution.status == "success", execution.error
    return execution.items[0].json


async def test_a_request_is_sent_with_query_headers_and_the_hosts_signature(
    lab: Any, kernel: Kernel, requests: tuple[list[str], int]
) -> None:
    heads, port = requests
    vault = kernel.host.vault
    assert isinstance(vault, FileVault)
    vault.put(
        "default",
        Credential(
            id="c1",
            type="acme",
            scheme="bearer",
            hosts=(f"http://127.0.0.1:{port}",),
            secrets={"token": "s3cret"},
        ),
    )

    async def ask(ctx: Any, _items: Any) -> Sequence[Item]:
        response = await ctx.http.request(
            "GET",
            f"http://127.0.0.1:{port}/x",
            query={"a": [1, True], "b": None},
            headers={"x-own": "yes"},
            credential="auth",
        )
        handle = ctx.credential("auth")
        return [Item({"text": response.text(), "type": handle.type, "none": ctx.credential("no")})]

    execution = await within(lab, kernel, ask, credentials={"auth": "c1"})

    assert value(execution) == {"text": "hi", "type": "acme", "none": None}
    assert heads[0].startswith("GET /x?a=1&a=true&b= HTTP/1.1")
    assert "x-own: yes" in heads[0].lower()
    assert "authorization: bearer s3cret" in heads[0].lower()
    assert "s3cret" not in str(execution.steps)


async def test_a_slot_without_a_credential_is_a_failure_with_its_name(
    lab: Any, kernel: Kernel, requests: tuple[list[str], int]
) -> None:
    heads, port = requests

    async def ask(ctx: Any, _items: Any) -> Sequence[Item]:
        await ctx.http.request("GET", f"http://127.0.0.1:{port}/", credential="auth")
        return []

    execution = await within(lab, kernel, ask)

    assert execution.error is not None
    assert "'auth'" in execution.error.message
    assert heads == []


async def test_an_address_that_is_not_public_is_refused(lab: Any) -> None:
    async def ask(ctx: Any, _items: Any) -> Sequence[Item]:
        await ctx.http.request("GET", "http://169.254.169.254/latest/meta-data")
        return []

    async with lab.kernel() as kernel:
        execution = await within(lab, kernel, ask)

    assert execution.error is not None
    assert execution.error.code == "egress.refused"


async def test_a_target_that_cannot_be_reached_may_be_tried_again(lab: Any, kernel: Kernel) -> None:
    async def ask(ctx: Any, _items: Any) -> Sequence[Item]:
        await ctx.http.request("GET", "http://127.0.0.1:1/")
        return []

    retry = {"max_attempts": 2, "first_delay_s": 7, "jitter": 0}
    execution = await within(lab, kernel, ask, settings={"retry": retry})

    assert execution.error is not None
    assert execution.error.code == "node.retry_later"
    assert lab.clock.slept == [7]


async def test_a_connection_goes_through_the_same_door(
    lab: Any, kernel: Kernel, requests: tuple[list[str], int]
) -> None:
    _, port = requests

    async def talk(ctx: Any, _items: Any) -> Sequence[Item]:
        connection = await ctx.connect.tcp("127.0.0.1", port)
        await connection.send(b"GET / HTTP/1.1\r\n\r\n")
        data = await connection.receive()
        await connection.close()
        return [Item({"data": data.decode()})]

    execution = await within(lab, kernel, talk)

    assert value(execution)["data"].startswith("HTTP/1.1 200 OK")


async def test_state_has_the_scope_that_was_asked_for(lab: Any, kernel: Kernel) -> None:
    async def keep(ctx: Any, _items: Any) -> Sequence[Item]:
        for scope in ("node", "workflow", "workspace"):
            await ctx.state.set("key", scope, scope=scope)
        won = await ctx.state.update("key", "node", "new")
        await ctx.state.delete("key", scope="workflow")
        return [
            Item(
                {
                    "won": won,
                    **{
                        s: await ctx.state.get("key", scope=s)
                        for s in ("node", "workflow", "workspace")
                    },
                }
            )
        ]

    execution = await within(lab, kernel, keep)

    assert value(execution) == {
        "won": True,
        "node": "new",
        "workflow": None,
        "workspace": "workspace",
    }


async def test_a_scope_that_does_not_exist_is_refused(lab: Any, kernel: Kernel) -> None:
    async def keep(ctx: Any, _items: Any) -> Sequence[Item]:
        await ctx.state.get("key", scope="galaxy")
        return []

    execution = await within(lab, kernel, keep)

    assert execution.error is not None
    assert "galaxy" in execution.error.message


async def test_binary_data_is_written_read_and_streamed(lab: Any, kernel: Kernel) -> None:
    async def keep(ctx: Any, _items: Any) -> Sequence[Item]:
        ref = await ctx.binary.write(b"some bytes", file_name="a.txt")
        streamed = b"".join([part async for part in ctx.binary.stream(ref)])
        part = await ctx.binary.read(ref, start=5)
        return [Item({"streamed": streamed.decode(), "part": part.decode()}, {"file": ref})]

    execution = await within(lab, kernel, keep)

    assert value(execution) == {"streamed": "some bytes", "part": "bytes"}
    assert execution.items[0].binary is not None


async def test_progress_is_told_to_whoever_listens(lab: Any, kernel: Kernel) -> None:
    async def work(ctx: Any, items: Sequence[Item]) -> Sequence[Item]:
        ctx.progress(0.5, "half")
        await asyncio.sleep(0)
        return items

    lab.behave["it"] = work
    document = lab.workflow({"s": "start", "x": {"type": "call", "config": {"does": "it"}}}, "s>x")

    events = [event async for event in kernel.stream(document)]

    told = [(event.done, event.message) for event in events if event.kind == "step.progress"]
    assert told == [(0.5, "half")]


async def test_the_context_says_where_it_is(lab: Any, kernel: Kernel) -> None:
    def look(ctx: Any, _items: Any) -> Sequence[Item]:
        names = (
            "node_id node_name workflow_id workflow_name workspace_id mode timezone run_index "
            "attempt index canceled"
        )
        found = {name: getattr(ctx, name) for name in names.split()}
        return [Item({**found, "offsets": dict(ctx.offsets), "params": ctx.params()})]

    execution = await within(lab, kernel, look)

    assert value(execution) == {
        "node_id": "x",
        "node_name": "X",
        "workflow_id": "lab",
        "workflow_name": "lab",
        "workspace_id": "default",
        "mode": "manual",
        "timezone": "UTC",
        "run_index": 0,
        "attempt": 1,
        "index": 0,
        "canceled": False,
        "offsets": {"main": 0},
        "params": {"does": "it"},
    }
