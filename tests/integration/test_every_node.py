"""What holds for every node that ships, whatever it does."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from typing import Any

import msgspec
import pytest
import pytest_asyncio

from penstock_kernel.execution.result import Execution
from penstock_kernel.kernel import Kernel
from penstock_kernel.packages.catalog import NodeType
from penstock_kernel.packages.loader import load_plugins
from penstock_kernel.settings import Settings
from penstock_kernel.workflow.document import Document, parse
from penstock_sdk import Item

PLUGINS = load_plugins()
TYPES = sorted(PLUGINS.types())

#: What they put out is what came in, or what a person wrote: there is nothing to show.
PASSING = {
    "penstock/code.javascript",
    "penstock/code.python",
    "penstock/flow.input",
    "penstock/core.placeholder",
    "penstock/flow.batch",
    "penstock/flow.called",
    "penstock/flow.execute",
    "penstock/flow.filter",
    "penstock/flow.for_each",
    "penstock/flow.if",
    "penstock/flow.limit",
    "penstock/flow.loop",
    "penstock/flow.manual",
    "penstock/flow.merge",
    "penstock/flow.noop",
    "penstock/flow.output",
    "penstock/flow.stop",
    "penstock/flow.switch",
    "penstock/flow.throttle",
    "penstock/flow.wait",
    "penstock/flow.while",
    "penstock/data.sort",
    "penstock/data.deduplicate",
}

#: Why a node is not given 100,000 items here.
SMALL = {
    "penstock/data.chart": "refuses more than 20,000, with the way out",
    "penstock/data.jq": "crosses into the sandbox: 20 s",
    "penstock/flow.for_each": "runs its body for each item",
    "penstock/flow.execute": "runs a workflow for each item",
    "penstock/flow.throttle": "waits between its groups",
    "penstock/data.markdown": "reads a document for each item: 20 s",
    "penstock/data.jmespath": "crosses into the sandbox: 20 s",
    "penstock/flow.loop": "goes round for each batch",
    "penstock/http.request": "sends a request for each item",
    "penstock/http.graphql": "sends a request for each item",
    "penstock/http.rss": "sends a request for each item",
    "penstock/files.convert": "writes files",
    "penstock/files.extract": "reads files",
}
MANY = 100_000
LONGEST_S = 90.0

WRONG: Sequence[dict[str, Any]] = [
    {},
    {"name": None, "age": "x", "at": [], "orders": "none", "total": {}, "tags": 5, "data": False},
    {"name": {"first": 1}, "age": [], "at": -1, "orders": {"a": [None]}, "text": 10**30, "": ""},
]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def kernel(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Kernel]:
    settings = Settings(data_dir=tmp_path_factory.mktemp("nodes"), sandbox="inprocess")
    async with Kernel.open(settings, plugins=PLUGINS) as opened:
        yield opened


def node_of(name: str) -> NodeType:
    node = PLUGINS.latest(name)
    assert node is not None
    return node


def example_of(name: str) -> Document:
    example = node_of(name).example()
    assert example is not None, f"examples/{name.rpartition('.')[2]}.workflow.json is missing"
    return parse(example)


@pytest.mark.parametrize("name", TYPES)
def test_a_node_says_what_a_person_needs_to_know(name: str) -> None:
    described = node_of(name).describe()

    missing = [
        key
        for key in ("title", "description", "docs", "group", "icon", "aliases")
        if not described.get(key)
    ]
    assert missing == []
    assert described["title"][:1].isupper() or described["title"] == "jq"
    assert described["description"].endswith(".")


@pytest.mark.parametrize("name", [name for name in TYPES if name not in PASSING])
def test_a_node_shows_what_comes_out_of_it(name: str) -> None:
    outputs = node_of(name).describe()["outputs"]

    assert not outputs or any(port.get("sample") is not None for port in outputs)


@pytest.mark.parametrize("name", TYPES)
def test_a_node_brings_an_example_that_uses_it_and_says_what_comes_out(name: str) -> None:
    document = example_of(name)

    assert any(node.type == name for node in document.nodes)
    assert document.tests
    assert all(test.expected or test.error for test in document.tests)


async def run(kernel: Kernel, document: Document, items: Sequence[Item]) -> Execution:
    test = document.tests[0]
    return await kernel.execute(document, items, start=test.start, mode="test", mocks=test.mocks)


def mistakes(execution: Execution) -> list[str]:
    """Errors that say that the node's own code is wrong."""
    errors = [execution.error, *(step.error for step in execution.steps)]
    return [
        f"{error.code}: {error.message}"
        for error in errors
        if error is not None and error.code in {"node.crashed", "node.result_invalid"}
    ]


@pytest.mark.parametrize("name", TYPES)
@pytest.mark.asyncio(loop_scope="module")
async def test_nothing_missing_and_wrong_items_are_no_mistake_of_the_node(
    kernel: Kernel, name: str
) -> None:
    document = example_of(name)

    for items in ([], [Item({})], [Item(json) for json in WRONG]):
        async with asyncio.timeout(60):
            execution = await run(kernel, document, items)
        assert mistakes(execution) == []


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.parametrize("name", [name for name in TYPES if name not in SMALL])
@pytest.mark.asyncio(loop_scope="module")
async def test_a_hundred_thousand_items_end_in_bounded_time(kernel: Kernel, name: str) -> None:
    document = example_of(name)
    given = document.tests[0].input or [Item({})]
    raw = msgspec.json.encode([*given] * -(-MANY // len(given)))
    items = msgspec.json.decode(raw, type=list[Item])[:MANY]

    started = time.monotonic()
    execution = await run(kernel, document, items)

    assert mistakes(execution) == []
    assert time.monotonic() - started < LONGEST_S
