"""What guests answer and ask inside a workflow: the kernel reads it, and believes none of it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from penstock_kernel import Kernel, Settings
from penstock_kernel.execution.result import Execution
from penstock_sandbox.egress.egress import Egress
from penstock_sandbox.errors import EgressRefused

pytestmark = [pytest.mark.slow, pytest.mark.asyncio(loop_scope="module")]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def kernel(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Kernel]:
    async def nowhere(host: str, port: int) -> list[str]:
        message = f"{host} is not to be looked up."
        raise EgressRefused(message)

    settings = Settings(
        data_dir=tmp_path_factory.mktemp("data"),
        guest_wall_s=2,
        guest_total_s=5,
        guest_memory_bytes=128 << 20,
        guest_output_bytes=8 << 20,
    )
    async with Kernel.open(settings, egress=Egress(resolve=nowhere)) as opened:
        yield opened


async def run(
    kernel: Kernel, language: str, source: str, *, http: bool = False, mode: str = "all"
) -> Execution:
    config = {"source": source, "http": http, "mode": mode}
    document = {
        "format": "penstock/1",
        "name": "Enemy",
        "nodes": [
            {"id": "start", "name": "Start", "type": "penstock/flow.manual", "version": 1, "config": {}},
            {"id": "code", "name": "Code", "type": f"penstock/code.{language}", "version": 1, "config": config},
            {"id": "after", "name": "After", "type": "penstock/data.set", "version": 1,
             "config": {"assignments": [{"name": "n", "value": "={{ JSON.stringify($json).length }}"}]}},
        ],
        "edges": [{"from": ["start", "main"], "to": ["code", "main"]}, {"from": ["code", "main"], "to": ["after", "main"]}],
    }  # fmt: skip
    return await kernel.execute(document, [{"a": 1}, {"a": 2}])


def results(execution: Execution) -> list[Any]:
    assert execution.status == "success", execution.error
    found = next(step for step in execution.steps if step.key.node_id == "code")
    return [item.json for item in found.outputs["main"].items]


def emitting(*chunks: str) -> str:
    calls = "".join(f"i.emit({chunk!r})\n" for chunk in chunks)
    return f"from wit_world.imports import items as i\n{calls}return []"


def main(items: str, parents: str = "null") -> str:
    return f'{{"ports":{{"main":{{"items":{items},"parents":{parents}}}}}}}'


ANSWERS = {
    "no-json": "not json",
    "empty": "",
    "number": "5",
    "null": "null",
    "list": "[]",
    "text": '"x"',
    "ports-no-object": '{"ports":5}',
    "ports-a-list": '{"ports":[[]]}',
    "port-no-object": '{"ports":{"main":5}}',
    "items-no-list": main("5"),
    "items-an-object": main("{}"),
    "item-a-number": main("[5]"),
    "item-null": main("[null]"),
    "item-a-list": main("[[]]"),
    "item-without-json": main("[{}]"),
    "json-a-number": main('[{"json":5}]'),
    "json-a-list": main('[{"json":[1]}]'),
    "json-null": main('[{"json":null}]'),
    "binary-a-number": main('[{"json":{},"binary":5}]'),
    "binary-forged": main('[{"json":{},"binary":{"f":{"id":"../../../../etc/passwd"}}}]'),
    "binary-of-odd-type": main('[{"json":{},"binary":{"f":{"id":5,"size":-1}}}]'),
    "parents-too-large": main('[{"json":{}}]', "[5000]"),
    "parents-negative": main('[{"json":{}}]', "[-7]"),
    "parents-text": main('[{"json":{}}]', '["0"]'),
    "parents-fraction": main('[{"json":{}}]', "[0.5]"),
    "parents-huge": main('[{"json":{}}]', "[1e300]"),
    "parents-huge-integer": main('[{"json":{}}]', f"[{10**40}]"),
    "parents-nested": main('[{"json":{}}]', "[[0,[1]]]"),
    "parents-too-few": main('[{"json":{}},{"json":{}}]', "[0]"),
    "parents-too-many": main('[{"json":{}}]', "[0,1,0,1]"),
    "parents-a-million": main('[{"json":{}}]', "[[" + "0," * 999_999 + "0]]"),
    "unknown-port": '{"ports":{"evil":{"items":[{"json":{}}],"parents":null}}}',
    "odd-port": '{"ports":{"__class__":{"items":[],"parents":null},"":{"items":[]}}}',
    "many-ports": '{"ports":{' + ",".join(f'"p{n}":{{"items":[]}}' for n in range(20_000)) + "}}",
    "deep": main('[{"json":{"a":' + "[" * 5_000 + "]" * 5_000 + "}}]"),
    "very-deep": main('[{"json":{"a":' + "[" * 200_000 + "]" * 200_000 + "}}]"),
    "deep-objects": main('[{"json":' + '{"a":' * 3_000 + "1" + "}" * 3_000 + "}]"),
    "not-a-number": main('[{"json":{"a":NaN}}]'),
    "infinite": main('[{"json":{"a":1e999}}]'),
    "giant-integer": main('[{"json":{"a":' + "9" * 5_000 + "}}]"),
    "half-pair": main('[{"json":{"a":"\\ud800"}}]'),
    "nul": main('[{"json":{"\\u0000":"\\u0000"}}]'),
    "same-key-twice": main('[{"json":{"a":1,"a":2},"json":{"b":1}}]'),
    "error-as-a-chunk": '{"error":{"name":"X","message":"y"}}',
    "static-of-odd-type": '{"static":5}',
    "static-giant": '{"static":{"global":{"a":"' + "x" * 2_000_000 + '"}}}',
    "custom-data-of-odd-type": '{"customData":[1]}',
    "custom-data-giant": '{"customData":{"a":"' + "x" * 2_000_000 + '"}}',
    "custom-data-many": '{"customData":{' + ",".join(f'"k{n}":"v"' for n in range(20_000)) + "}}",
    "failures-of-odd-type": '{"failures":5}',
    "failures-elsewhere": '{"failures":[[9999,{"message":"x"}],[-1,5]]}',
    "two-documents": main("[]") + main("[]"),
    "nonsense-around": main("[]") + " x",
}


@pytest.mark.parametrize("answer", ANSWERS.values(), ids=ANSWERS)
async def test_an_answer_that_is_no_answer_is_a_typed_error_or_harmless(
    kernel: Kernel, answer: str
) -> None:
    started = time.monotonic()

    execution = await run(kernel, "python", emitting(answer))

    assert time.monotonic() - started < 10
    if execution.status != "success":
        assert execution.status == "error"
        assert execution.error is not None
        assert "." in execution.error.code
        assert execution.error.code not in {"node.crashed", "engine.broken"}
    assert results(await run(kernel, "python", "return [{'ok': 1}]")) == [{"ok": 1}]


async def test_lineage_that_points_outside_is_never_followed(kernel: Kernel) -> None:
    for parents in ("[5000]", "[-7]", "[[0, 9999]]"):
        execution = await run(kernel, "python", emitting(main('[{"json":{}}]', parents)))
        if execution.status == "success":
            step = next(step for step in execution.steps if step.key.node_id == "code")
            assert "5000" not in repr(step.outputs["main"])
            assert "9999" not in repr(step.outputs["main"])


#: Requests to the host from a code node that may send requests; none may succeed.
REQUESTS: list[Any] = [
    {"name": "http", "arguments": None},
    {"name": "http", "arguments": []},
    {"name": "http", "arguments": {}},
    {"name": "http", "arguments": {"url": 5}},
    {"name": "http", "arguments": {"url": "https://a.example/", "method": "GET / HTTP/1.1\r\nX: y\r\n"}},
    {"name": "http", "arguments": {"url": "https://a.example/", "method": "GÉT"}},
    {"name": "http", "arguments": {"url": "https://a.example/", "method": ""}},
    {"name": "http", "arguments": {"url": "https://a.example/", "method": "X" * 100_000}},
    {"name": "http", "arguments": {"url": "https://a.example/", "headers": {"a\r\nb": "c"}}},
    {"name": "http", "arguments": {"url": "https://a.example/", "headers": {"a": "b\r\nc: d"}}},
    {"name": "http", "arguments": {"url": "https://a.example/", "headers": {"é": "ü💥"}}},
    {"name": "http", "arguments": {"url": "https://a.example/", "headers": {"host": "inner", "content-length": "-1"}}},
    {"name": "http", "arguments": {"url": "https://a.example/", "headers": [["a"]]}},
    {"name": "http", "arguments": {"url": "https://a.example/", "headers": {str(n): "x" for n in range(5_000)}}},
    {"name": "http", "arguments": {"url": "https://a.example/", "query": {"a": [[[["deep"]]]], "b": {"c": {}}}}},
    {"name": "http", "arguments": {"url": "https://a.example/", "timeoutMs": -1}},
    {"name": "http", "arguments": {"url": "https://a.example/", "timeoutMs": 1e308}},
    {"name": "http", "arguments": {"url": "https://a.example/", "timeoutMs": "soon"}},
    {"name": "http", "arguments": {"url": "https://a.example/", "maxRedirects": 10**30}},
    {"name": "http", "arguments": {"url": "https://a.example/", "maxRedirects": -5}},
    {"name": "http", "arguments": {"url": "https://a.example/", "maxBytes": -5}},
    {"name": "http", "arguments": {"url": "https://a.example/", "body": "!!", "bodyEncoding": "base64"}},
    {"name": "http", "arguments": {"url": "https://a.example/", "body": "é", "bodyEncoding": "base64"}},
    {"name": "http", "arguments": {"url": "https://a.example/", "bodyEncoding": "rot13"}},
    {"name": "http", "arguments": {"url": "https://a.example/", "credential": "not-mine"}},
    {"name": "http", "arguments": {"url": "https://a.example/", "credential": "../../vault"}},
    {"name": "http", "arguments": {"url": "https://a.example/", "proxy": "file:///etc/passwd"}},
    {"name": "http", "arguments": {"url": "https://a.example/", "proxy": "http://127.0.0.1:1"}},
    {"name": "http", "arguments": {"url": "https://a.example/", "proxy": "ⓛⓞⓒⓐⓛ"}},
    {"name": "http", "arguments": {"url": "https://a.example/", "proxy": "http://[::1"}},
    {"name": "http", "arguments": {"url": "https://a.example/", "proxy": "socks5://a.example"}},
    {"name": "http.send", "arguments": {"url": "https://a.example/"}},
    {"name": "HTTP", "arguments": {"url": "https://a.example/"}},
    {"name": "", "arguments": None},
    {"name": ".", "arguments": None},
    {"name": "__class__", "arguments": None},
    {"name": "state.get", "arguments": {"key": "a", "scope": "workspace"}},
    {"name": "state.set", "arguments": {"key": "a", "value": 1, "scope": "../other"}},
    {"name": "state.update", "arguments": {"key": "a"}},
    {"name": "vault.read", "arguments": {"id": "cred_1"}},
    {"name": "binary.read", "arguments": None},
    {"name": "binary.read", "arguments": {"id": "../../../../etc/passwd"}},
    {"name": "binary.read", "arguments": {"id": "/etc/passwd"}},
    {"name": "binary.read", "arguments": {"id": ""}},
    {"name": "binary.read", "arguments": {"id": "\x00"}},
    {"name": "binary.read", "arguments": {"id": "é" * 10_000}},
    {"name": "binary.read", "arguments": {"id": "0" * 64}},
    {"name": "binary.read", "arguments": {"id": "sha256:" + "0" * 64}},
    {"name": "binary.read", "arguments": {"id": "0" * 64, "start": -(10**30), "size": 10**30}},
    {"name": "binary.write", "arguments": {"body": "not base64 !"}},
    {"name": "binary.write", "arguments": {"body": "é"}},
    {"name": "binary.delete", "arguments": {"id": "0" * 64}},
]  # fmt: skip


async def test_nonsense_asked_of_the_host_is_refused_with_a_code(kernel: Kernel) -> None:
    source = f"""
import json
from wit_world.imports import host
found = []
for request in {REQUESTS!r}:
    [answer] = json.loads(host.call(json.dumps([request])))
    found.append({{'asked': str(request)[:200], 'code': answer.get('error', {{}}).get('code', 'ANSWERED')}})
return found
"""

    found = results(await run(kernel, "python", source, http=True))

    assert len(found) == len(REQUESTS)
    codes = {row["asked"]: row["code"] for row in found}
    odd = {asked: code for asked, code in codes.items() if "." not in code}
    assert odd == {}
    assert set(codes.values()) <= {
        "egress.refused",
        "egress.failed",
        "guest.call_refused",
        "node.failed",
        "blob.not_found",
    }


async def test_a_handle_of_another_workspace_opens_nothing(kernel: Kernel) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        yield b"not yours"

    ref = await kernel.host.blobs.write("another", pieces(), media_type="text/plain")
    source = f"""
import json
from wit_world.imports import host
[answer] = json.loads(host.call(json.dumps([{{'name': 'binary.read', 'arguments': {{'id': {ref.id!r}}}}}])))
return [{{'ok': 'ok' in answer}}]
"""

    assert results(await run(kernel, "python", source)) == [{"ok": False}]


@pytest.mark.parametrize(
    ("language", "source"),
    [
        pytest.param("javascript", "return [{r: Math.random()}]", id="javascript"),
        pytest.param("python", "import random\nreturn [{'r': random.random()}]", id="python"),
    ],
)
async def test_two_executions_never_share_a_random_number(
    kernel: Kernel, language: str, source: str
) -> None:
    executions = await asyncio.gather(*(run(kernel, language, source) for _ in range(12)))

    assert len({results(execution)[0]["r"] for execution in executions}) == 12


@pytest.mark.parametrize(
    ("language", "source"),
    [
        pytest.param("javascript", "for (;;);", id="javascript-loop"),
        pytest.param("javascript", "const a = []; for (;;) a.push([a])", id="javascript-bomb"),
        pytest.param("python", "while True: pass", id="python-loop"),
        pytest.param("python", "x = [0]\nwhile True: x *= 2", id="python-bomb"),
        pytest.param("python", "import os\nos._exit(1)", id="python-exit"),
    ],
)
async def test_an_execution_that_is_hostile_fails_alone(
    kernel: Kernel, language: str, source: str
) -> None:
    started = time.monotonic()

    hostile, harmless = await asyncio.gather(
        run(kernel, language, source), run(kernel, language, "return []")
    )

    assert hostile.status == "error"
    assert harmless.status == "success"
    assert hostile.error is not None
    assert hostile.error.code.startswith("guest.")
    assert time.monotonic() - started < 2 + 2 * 0.25 + 1  # with an expression and its start


async def test_nothing_of_the_host_is_in_what_an_execution_tells(kernel: Kernel) -> None:
    execution = await run(kernel, "python", "raise RuntimeError('x')")

    told = repr(execution)
    assert str(Path(__file__).parents[2] / "sandbox") not in told
    assert str(kernel.settings.data_dir) not in told
