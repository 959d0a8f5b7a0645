"""A simulated execution lists what a real one sends, and sends none of it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from penstock_kernel import Execution, Kernel
from penstock_kernel.settings import Settings
from penstock_sdk import Item

ITEMS = [{"id": 1}, {"id": 2}]


class Outside:
    """A server that writes down every request."""

    def __init__(self) -> None:
        self.seen: list[tuple[str, str, str]] = []
        self.port = 0

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        method, path, _ = head.split(" ", 2)
        size = 0
        for line in head.splitlines():
            if line.lower().startswith("content-length:"):
                size = int(line.partition(":")[2])
        body = (await reader.readexactly(size)).decode()
        self.seen.append((method, path, body))
        given = b'{"price": 7}'
        writer.write(
            b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close\r\n"
            + f"content-length: {len(given)}\r\n\r\n".encode()
            + given
        )
        await writer.drain()
        writer.close()


@asynccontextmanager
async def outside() -> AsyncGenerator[Outside]:
    found = Outside()
    server = await asyncio.start_server(found.answer, "127.0.0.1", 0)
    found.port = server.sockets[0].getsockname()[1]
    async with server:
        yield found


def document(port: int) -> dict[str, Any]:
    base = f"http://127.0.0.1:{port}"
    order = {"method": "POST", "url": f"={base}/orders/{{{{ $json.price }}}}"}
    order |= {"body": "json", "json_body": "={{ ({ price: $json.price }) }}"}
    nodes: list[dict[str, Any]] = [
        {"id": "start", "name": "Start", "type": "penstock/flow.manual"},
        {
            "id": "price",
            "name": "Price",
            "type": "penstock/http.request",
            "config": {"url": f"={base}/prices/{{{{ $json.id }}}}"},
        },
        {"id": "order", "name": "Order", "type": "penstock/http.request", "config": order},
        {
            "id": "forget",
            "name": "Forget",
            "type": "penstock/http.request",
            "config": {"method": "DELETE", "url": f"{base}/baskets/1"},
            "settings": {"execute_once": True},
        },
    ]
    edges = [
        {"from": ["start", "main"], "to": ["price", "main"]},
        {"from": ["price", "main"], "to": ["order", "main"]},
        {"from": ["order", "main"], "to": ["forget", "main"]},
    ]
    return {"format": "penstock/1", "name": "Orders", "nodes": nodes, "edges": edges}


@asynccontextmanager
async def opened(folder: Path) -> AsyncGenerator[Kernel]:
    settings = Settings(data_dir=folder, egress_allow=("127.0.0.1",), sandbox="inprocess")
    async with Kernel.open(settings) as kernel:
        yield kernel


def listed(execution: Execution) -> list[tuple[str, str, str]]:
    """What was listed, as the server would have seen it."""
    found: list[tuple[str, str, str]] = []
    for step in execution.steps:
        for line in step.logs:
            if line.level == "effect":
                path = "/" + line.data["url"].split("/", 3)[3]
                found.append((line.data["method"], path, line.data["body"] or ""))
    return found


async def test_what_is_listed_is_what_a_real_execution_sends(tmp_path: Path) -> None:
    async with outside() as real, opened(tmp_path / "real") as kernel:
        done = await kernel.execute(document(real.port), ITEMS)
        assert done.status == "success", done.error
    async with outside() as stub, opened(tmp_path / "simulated") as kernel:
        simulated = await kernel.execute(document(stub.port), ITEMS, mode="simulation")

    sent = [one for one in real.seen if one[0] != "GET"]
    assert simulated.status == "success"
    assert {method for method, _, _ in stub.seen} == {"GET"}
    assert sorted(listed(simulated)) == sorted(sent)
    assert len(sent) == 3


async def test_a_fixture_answers_in_place_of_what_is_not_sent(tmp_path: Path) -> None:
    async with outside() as stub, opened(tmp_path) as kernel:
        given = document(stub.port)
        mocks = {"order": [Item({"order": 9})]}
        simulated = await kernel.execute(given, ITEMS, mode="simulation", mocks=mocks)

    assert [method for method, _, _ in listed(simulated)] == ["DELETE"]


async def test_what_a_simulation_keeps_is_gone_afterwards(tmp_path: Path) -> None:
    source = "const kept = $getWorkflowStaticData('global');\nkept.count = (kept.count || 0) + 1;"
    code = {"source": f"{source}\nreturn [{{json: {{count: kept.count}}}}];"}
    nodes = [
        {"id": "start", "name": "Start", "type": "penstock/flow.manual"},
        {"id": "code", "name": "Code", "type": "penstock/code.javascript", "config": code},
    ]
    edges = [{"from": ["start", "main"], "to": ["code", "main"]}]
    counting = {"format": "penstock/1", "name": "Counts", "nodes": nodes, "edges": edges}
    async with opened(tmp_path) as kernel:
        first = await kernel.execute(counting, [{}], mode="simulation")
        second = await kernel.execute(counting, [{}], mode="webhook")

    assert first.status == second.status == "success", first.error
    assert [item.json for item in second.items] == [{"count": 1}]
