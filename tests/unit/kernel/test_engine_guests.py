"""Steps that cross into the sandbox, with the guests that ship."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from tests.support.speed import slowness

from penstock_kernel import Document, Execution, Kernel, Settings, parse
from penstock_sandbox.egress.addresses import Allowed
from penstock_sandbox.egress.egress import Egress
from penstock_sdk import Item

CODE = {"javascript": "penstock/code.javascript", "python": "penstock/code.python"}


@pytest.fixture
async def kernel(tmp_path: Path) -> AsyncIterator[Kernel]:
    egress = Egress(Allowed.parse(["127.0.0.1"]))
    async with Kernel.open(
        Settings(data_dir=tmp_path, sandbox="inprocess"), egress=egress
    ) as opened:
        yield opened


def code(
    source: str, *, language: str = "javascript", before: str | None = None, **more: Any
) -> Document:
    """Manual trigger, then maybe JavaScript that makes items, then a code node."""
    node = {"id": "code", "name": "Code", "type": CODE[language], **more}
    node["config"] = {"source": source, **more.get("config", {})}
    nodes: list[Any] = [{"id": "s", "name": "Start", "type": "penstock/flow.manual"}, node]
    edges = [{"from": ["s", "main"], "to": ["code", "main"]}]
    if before is not None:
        made = {
            "id": "made",
            "name": "Made",
            "type": CODE["javascript"],
            "config": {"source": before},
        }
        nodes.insert(1, made)
        edges = [
            {"from": ["s", "main"], "to": ["made", "main"]},
            {"from": ["made", "main"], "to": ["code", "main"]},
        ]
    return parse({"format": "penstock/1", "name": "code", "nodes": nodes, "edges": edges})


def values(execution: Execution) -> list[Any]:
    assert execution.status == "success", execution.error
    return [item.json for item in execution.items]


@pytest.mark.parametrize(
    ("language", "source"),
    [
        pytest.param("javascript", "console.log('hi'); return items", id="javascript"),
        pytest.param("python", "print('hi')\nreturn items", id="python"),
    ],
)
async def test_code_gets_the_items_and_what_it_prints_is_on_the_step(
    kernel: Kernel, language: str, source: str
) -> None:
    execution = await kernel.execute(code(source, language=language), [{"n": 1}, {"n": 2}])

    assert values(execution) == [{"n": 1}, {"n": 2}]
    assert [line.message for line in execution.steps[-1].logs] == ["hi"]
    assert execution.steps[-1].spent["fuel"] > 0
    assert execution.costs.cross > 0


async def test_code_that_fails_says_where(kernel: Kernel) -> None:
    execution = await kernel.execute(code("const a = 1;\nnull.x"))

    assert execution.error is not None
    assert (execution.error.code, execution.error.line) == ("guest.failed", 2)
    assert execution.error.node_name == "Code"


async def test_code_sees_other_nodes_by_name(kernel: Kernel) -> None:
    execution = await kernel.execute(
        code(
            "return $('Made').all().map(i => ({json: {d: i.json.n * 2}}))",
            before="return [{n: 1}, {n: 2}]",
        )
    )

    assert values(execution) == [{"d": 2}, {"d": 4}]


async def test_an_expression_that_crosses_is_evaluated_per_item(kernel: Kernel) -> None:
    document = parse(
        {
            "format": "penstock/1",
            "name": "set",
            "nodes": [
                {"id": "s", "name": "S", "type": "penstock/flow.manual"},
                {
                    "id": "x",
                    "name": "X",
                    "type": "penstock/data.set",
                    "config": {
                        "assignments": [
                            {"name": "b", "type": "number", "value": "={{ $json.a * 2 }}"}
                        ]
                    },
                },
            ],
            "edges": [{"from": ["s", "main"], "to": ["x", "main"]}],
        }
    )

    execution = await kernel.execute(document, [{"a": 1}, {"a": 2}])

    assert [value["b"] for value in values(execution)] == [2, 4]
    assert execution.steps[-1].spent["fuel"] > 0


async def test_a_budget_of_the_node_stops_its_code(kernel: Kernel) -> None:
    settings = {"budget": {"fuel": 50_000_000}}

    execution = await kernel.execute(code("for (;;) {}", settings=settings))

    assert execution.error is not None
    assert execution.error.code == "guest.budget_exceeded"


class Server:
    """A small HTTP server that remembers what it was asked."""

    def __init__(self) -> None:
        self.requests: list[str] = []

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        self.requests.append(head.decode())
        body = b'{"ok": true}'
        writer.write(
            b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close\r\n"
            + f"content-length: {len(body)}\r\n\r\n".encode()
            + body
        )
        await writer.drain()
        writer.close()


@pytest.fixture
async def server() -> AsyncIterator[tuple[Server, str]]:
    made = Server()
    listening = await asyncio.start_server(made.answer, "127.0.0.1", 0)
    async with listening:
        yield made, f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}"


REQUEST = "const r = await $helpers.httpRequest({ url: '%s/x' }); return [{json: r}]"


async def test_code_that_was_granted_http_reaches_a_host(
    kernel: Kernel, server: tuple[Server, str]
) -> None:
    made, url = server

    execution = await kernel.execute(code(REQUEST % url, config={"http": True}))

    assert values(execution) == [{"ok": True}]
    assert made.requests[0].startswith("GET /x HTTP/1.1")


async def test_code_that_was_not_granted_http_reaches_none(
    kernel: Kernel, server: tuple[Server, str]
) -> None:
    made, url = server

    execution = await kernel.execute(code(REQUEST % url))

    assert execution.status == "error"
    assert made.requests == []


async def test_code_keeps_binary_data_by_handle(kernel: Kernel) -> None:
    make = (
        "const file = await $helpers.prepareBinaryData(new Uint8Array([104, 105]), 'a.txt', 'text/plain');"
        "return [{json: {}, binary: {file}}]"
    )
    read = (
        "const bytes = await $helpers.getBinaryDataBuffer(0, 'file');"
        "return [{json: {text: String.fromCharCode(...bytes)}}]"
    )

    execution = await kernel.execute(code(read, before=make))

    assert values(execution) == [{"text": "hi"}]


async def test_code_does_not_read_more_binary_data_at_once_than_allowed(
    kernel: Kernel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("penstock_kernel.execution.guest_host.MAX_READ", 1)
    make = (
        "const file = await $helpers.prepareBinaryData(new Uint8Array([104, 105]), 'a.txt');"
        "return [{json: {}, binary: {file}}]"
    )
    read = "await $helpers.getBinaryDataBuffer(0, 'file'); return []"

    execution = await kernel.execute(code(read, before=make))

    assert execution.error is not None
    assert "More than 1 bytes" in execution.error.message


async def canceled_within(kernel: Kernel, document: Document) -> tuple[Execution, float]:
    execution_id = kernel.new_id()
    subscription = await kernel.bus.subscribe(f"execution.*.*.{execution_id}")
    task = asyncio.create_task(kernel.execute(document, execution_id=execution_id))
    async for message in subscription:
        if b'"step.started"' in message.data and b'"Code"' in message.data:
            break
    await asyncio.sleep(0.2)  # until the guest is deep in its loop; nothing tells that from outside
    started = time.perf_counter()
    await kernel.cancel(execution_id)
    return await task, time.perf_counter() - started


@pytest.mark.parametrize(
    ("language", "source"),
    [
        pytest.param("javascript", "for (;;) {}", id="javascript"),
        pytest.param("python", "while True: pass", id="python"),
    ],
)
async def test_canceling_reaches_a_running_guest_within_a_tenth_of_a_second(
    tmp_path: Path, language: str, source: str
) -> None:
    async with Kernel.open(Settings(data_dir=tmp_path, sandbox="runners")) as kernel:
        await kernel.execute(code("return items", language=language))

        execution, seconds = await canceled_within(kernel, code(source, language=language))
        after = await kernel.execute(code("return items", language=language), [{"n": 1}])

    assert execution.status == "canceled"
    assert seconds < 0.1 * slowness()
    assert values(after) == [{"n": 1}]


async def test_two_executions_never_share_a_patched_prototype(kernel: Kernel) -> None:
    patch = code("Array.prototype.map = () => 'patched'; Math.random = () => 4; return [{n: 1}]")
    look = code("return [{json: {n: [1, 2].map(x => x + 1), r: Math.random() < 1}}]")

    await kernel.execute(patch)
    execution = await kernel.execute(look)

    assert values(execution) == [{"n": [2, 3], "r": True}]


async def test_the_loop_is_given_back_while_a_large_execution_runs(kernel: Kernel) -> None:
    items: Sequence[Item] = [Item({"a": n}) for n in range(30_000)]
    nodes: list[Any] = [{"id": "s", "name": "S", "type": "penstock/flow.manual"}]
    edges: list[Any] = []
    for i in range(5):
        value = {"name": "a", "type": "number", "value": "={{ $json.a }}"}
        config = {"include": "all", "assignments": [value]}
        nodes.append(
            {"id": f"n{i}", "name": f"N{i}", "type": "penstock/data.set", "config": config}
        )
        edges.append({"from": [f"n{i - 1}" if i else "s", "main"], "to": [f"n{i}", "main"]})
    document = parse({"format": "penstock/1", "name": "large", "nodes": nodes, "edges": edges})
    await kernel.execute(document, items[:10])
    late: list[float] = []

    async def probe() -> None:
        while True:
            before = time.perf_counter()
            await asyncio.sleep(0.001)
            late.append(time.perf_counter() - before - 0.001)

    probing = asyncio.create_task(probe())
    execution = await kernel.execute(document, items)
    probing.cancel()

    assert execution.status == "success"
    # The promise is 30 ms on a quiet machine; tests run beside others.
    assert sorted(late)[-3] < 0.06 * slowness()
