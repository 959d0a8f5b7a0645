"""Code of n8n's three code nodes runs here as it was written."""

from __future__ import annotations

import base64
import itertools
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from penstock_sdk import Item

Chain = Callable[..., Awaitable[Any]]
HELLO = base64.b64encode(b"hello").decode()


def code(js: str, *, kind: str = "code", version: float = 2, **more: Any) -> dict[str, Any]:
    key = "jsCode" if kind == "code" else "functionCode"
    return {
        "type": f"n8n-nodes-base.{kind}",
        "typeVersion": version,
        "parameters": {key: js, **more.pop("parameters", {})},
        **more,
    }


@pytest.fixture
def run_chain(line: Any, import_n8n: Any) -> Chain:
    """Runs nodes of n8n one after the other, and gives the items of the last."""

    async def run(*nodes: dict[str, Any], items: Any = ({"n": 1}, {"n": 2})) -> list[Item]:
        start = {"name": "Start", "type": "n8n-nodes-base.manualTrigger"}
        named = [{"name": f"Node {n}", **node} for n, node in enumerate(nodes)]
        names = [node["name"] for node in [start, *named]]
        links = list(itertools.pairwise(names))
        document = import_n8n(start, *named, links=links).document
        execution = await line.kernel.execute(document, [Item(one) for one in items])
        assert execution.status == "success", execution.error
        (id_,) = [node["id"] for node in document["nodes"] if node["name"] == names[-1]]
        return [item for out in execution.outputs(id_)[-1].values() for item in out.items]

    return run


@pytest.mark.parametrize(
    ("node", "expected"),
    [
        pytest.param(code("return [{ n: items.length }];"), [{"n": 2}], id="code"),
        pytest.param(
            code("items = items.slice(1); return items;", kind="function", version=1),
            [{"n": 2}],
            id="function-that-replaces-items",
        ),
        pytest.param(
            code("item.n += 1; return item;", kind="functionItem", version=1),
            [{"n": 2}, {"n": 3}],
            id="function-item",
        ),
        pytest.param(
            code("let item = { n: 7 }; return item;", kind="functionItem", version=1),
            [{"n": 7}, {"n": 7}],
            id="function-item-with-its-own-item",
        ),
        pytest.param(
            code("item.n = await Promise.resolve(5); return item;", kind="functionItem", version=1),
            [{"n": 5}, {"n": 5}],
            id="function-item-that-waits",
        ),
        pytest.param(
            code(
                "const kept = getWorkflowStaticData('global'); kept.n = (kept.n ?? 0) + 1;"
                "return [{ json: { n: kept.n } }];",
                kind="function",
                version=1,
            ),
            [{"n": 1}],
            id="static-data",
        ),
        pytest.param(
            code("return [{ json: { n: 1 }, pairedItem: { item: 40 } }];"),
            [{"n": 1}],
            id="an-origin-that-is-none",
        ),
        pytest.param(
            code("return [{ json: { from: $input.all()[1].pairedItem } }];"),
            [{"from": {"item": 1}}],
            id="items-tell-where-they-come-from",
        ),
        pytest.param(
            code("return [{ json: { a: Buffer.from('pêche').toString('hex') } }];"),
            [{"a": "70c3aa636865"}],
            id="buffer",
        ),
    ],
)
async def test_code_gives_what_it_gave(run_chain: Chain, node: Any, expected: Any) -> None:
    assert [item.json for item in await run_chain(node)] == expected


async def test_files_that_code_writes_can_be_read_by_code_behind_it(run_chain: Chain) -> None:
    file = f"{{ data: '{HELLO}', mimeType: 'text/plain', fileName: 'a.txt' }}"
    write = code(f"setBinaryData({{ data: {file} }}); return item;", kind="functionItem", version=1)
    read = code(
        "const file = items[0].binary.data;"
        "return [{ json: { ...file, id: 0, text: Buffer.from(file.data, 'base64').toString() },"
        " binary: items[0].binary }];"
    )

    (item,) = await run_chain(write, read, items=[{}])

    assert item.json["text"] == "hello"
    assert item.json["fileName"] == "a.txt"
    assert item.binary is not None
    assert (item.binary["data"].media_type, item.binary["data"].size) == ("text/plain", 5)


@pytest.mark.parametrize(
    ("kind", "parameters", "settings", "expected"),
    [
        pytest.param(
            "code", {}, {"onError": "continueRegularOutput"}, [{"error": "no"}], id="code"
        ),
        pytest.param("code", {}, {"onError": "continueErrorOutput"}, [{"error": "no"}], id="port"),
        pytest.param(
            "code",
            {"mode": "runOnceForEachItem"},
            {"continueOnFail": True},
            [{"error": "no"}, {"error": "no"}],
            id="each",
        ),
    ],
)
async def test_a_failure_that_is_passed_over_leaves_its_message(
    run_chain: Chain, kind: str, parameters: Any, settings: Any, expected: Any
) -> None:
    node = code("throw new Error('no');", kind=kind, parameters=parameters, **settings)

    assert [item.json for item in await run_chain(node)] == expected


def test_nodes_that_know_nothing_of_errors_pass_on_what_they_were_given(import_n8n: Any) -> None:
    node = {
        "name": "Node",
        "type": "n8n-nodes-base.stopAndError",
        "parameters": {"errorMessage": "no"},
        "continueOnFail": True,
    }

    (spec,) = import_n8n(node).document["nodes"]

    assert spec["settings"] == {"on_error": "continue", "failed_item": "unchanged"}
