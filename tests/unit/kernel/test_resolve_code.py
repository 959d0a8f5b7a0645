"""A person's code: what it is given of other nodes, and how its answer is judged."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any

import msgspec
import pytest

from penstock_kernel.expressions.guest_answer import Answer, as_authored
from penstock_kernel.expressions.guest_code import (
    CodeRun,
    Language,
    code_ctx,
    item_chunks,
    run_code,
)
from penstock_sandbox.contract import Sandbox
from penstock_sandbox.errors import GuestFailed, Told
from penstock_sandbox.sandbox import open_sandbox
from penstock_sdk import BinaryRef, Item, NodeFailed, Output, RetryLater


class Before:
    """A node that has run."""

    name = "Before"
    executed = True
    run_index = 0
    context: Mapping[str, Any] = {}
    parameter: Mapping[str, Any] = {"p": 1}

    def items(self, *, port: int | None = None, run: int | None = None) -> Sequence[Item]:
        return [Item({"v": 10}), Item({"v": 20})] if port in {None, 0} and not run else []


class Step:
    """A step after one other node; item i comes from its item i."""

    facts: Mapping[str, Any] = {
        "now": 1_700_000_000_000,
        "zone": "UTC",
        "seed": 7,
        "vars": {"x": 1},
    }

    def __init__(self, items: Sequence[Item]) -> None:
        self.items = items

    def node(self, name: str) -> Before | None:
        return Before() if name == "Before" else None

    def node_names(self) -> Sequence[str]:
        return ["Before"]

    def paired(self, name: str) -> Sequence[Item | None]:
        return Before().items()[: len(self.items)] if name == "Before" else [None] * len(self.items)


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    opened = await open_sandbox("inprocess")
    yield opened
    await opened.close()


TWO = [Item({"a": 1}), Item({"a": 2})]


def ctx(source: str, language: Language = "javascript") -> dict[str, Any]:
    return code_ctx(CodeRun(language=language, source=source), TWO, Step(TWO))


@pytest.mark.parametrize(
    ("language", "source", "expected"),
    [
        pytest.param("javascript", "return items.map(i => ({json: {a: i.json.a + 1}}))", [{"a": 2}, {"a": 3}], id="javascript"),
        pytest.param("javascript", "return $('Before').all().map(i => i.json)", [{"v": 10}, {"v": 20}], id="javascript-node"),
        pytest.param("javascript", "return [{v: $('Before').itemMatching(1).json.v}]", [{"v": 20}], id="javascript-paired"),
        pytest.param("python", "return [{'json': {'a': i.json['a'] + 1}} for i in _items]", [{"a": 2}, {"a": 3}], id="python"),
        pytest.param("python", "return [{'v': _('Before').first().json['v']}]", [{"v": 10}], id="python-node"),
    ],
)  # fmt: skip
async def test_code_makes_items_of_items(
    language: Language, source: str, expected: list[Any], sandbox: Sandbox
) -> None:
    run = CodeRun(language=language, source=source)

    found = await run_code(run, TWO, Step(TWO), sandbox)

    assert [item.json for item in found.ports()["main"].items] == expected


async def test_code_that_raises_names_its_line(sandbox: Sandbox) -> None:
    run = CodeRun(language="javascript", source="const a = 1\nthrow new Error('boom')")

    with pytest.raises(GuestFailed) as caught:
        await run_code(run, TWO, Step(TWO), sandbox)

    assert caught.value.line == 2


@pytest.mark.parametrize(
    ("language", "source", "given"),
    [
        pytest.param("javascript", "return items", set[str](), id="none"),
        pytest.param("javascript", "return $('Before').all()", {"Before"}, id="named"),
        pytest.param("javascript", "return $(name).all()", {"Before"}, id="dynamic"),
        pytest.param("javascript", "// $('Before')", set[str](), id="in-a-comment"),
        pytest.param("python", "return _items", set[str](), id="python-own-items"),
        pytest.param("python", "for _ in range(3): pass", set[str](), id="python-throw-away"),
        pytest.param("python", "return _('Before').all()", {"Before"}, id="python-named"),
        pytest.param("python", "return _(name).all()", {"Before"}, id="python-dynamic"),
        pytest.param("python", "f = _\nf('Before')", {"Before"}, id="python-alias"),
        pytest.param("python", "_node['Before'].json", {"Before"}, id="python-old"),
    ],
)
def test_code_is_given_the_nodes_it_may_name(
    language: Language, source: str, given: set[str]
) -> None:
    assert set(ctx(source, language).get("nodes", {})) == given


def test_code_is_told_which_item_is_whose() -> None:
    found = ctx("return $('Before').item.json.v")

    assert found["pairs"] == {
        "Before": {"rows": [{"json": {"v": 10}}, {"json": {"v": 20}}], "at": [0, 1]}
    }
    assert found["vars"] == {"x": 1}


def test_items_travel_in_chunks_that_are_not_too_large() -> None:
    items = [Item({"i": i, "pad": "x" * 5_000}) for i in range(2_100)]

    chunks = list(item_chunks(items))

    assert all(len(chunk) <= 1 << 20 for chunk in chunks)
    assert [row["json"]["i"] for chunk in chunks for row in msgspec.json.decode(chunk)] == list(
        range(2_100)
    )


def answer(items: Sequence[Any], parents: Any = None, port: str = "main") -> bytes:
    return msgspec.json.encode({"ports": {port: {"items": items, "parents": parents}}})


def answered(chunks: Sequence[bytes], count: int) -> Answer:
    found = Answer(count)
    for body in chunks:
        found.take(body)
    return found


def decode_ports(chunks: Sequence[bytes], count: int) -> Mapping[str, Output]:
    return answered(chunks, count).ports()


def test_chunks_of_a_port_are_joined() -> None:
    chunks = [
        answer([{"json": {"a": 1}}], [1]),
        answer([{"json": {"a": 2}}], [[0, 1]]),
        answer([], [], "other"),
    ]

    ports = decode_ports(chunks, 2)

    assert [item.json for item in ports["main"].items] == [{"a": 1}, {"a": 2}]
    assert ports["main"].parents == [1, (0, 1)]
    assert ports["other"].items == []


@pytest.mark.parametrize(
    ("made", "count", "parents"),
    [(2, 2, None), (3, 1, [0, 0, 0]), (1, 3, [(0, 1, 2)]), (2, 3, [-1, -1])],
)
def test_parents_that_are_not_said_are_guessed_by_the_counts(
    made: int, count: int, parents: Any
) -> None:
    assert decode_ports([answer([{"json": {}}] * made)], count)["main"].parents == parents


@pytest.mark.parametrize("key", ["mimeType", "media_type"])
def test_binary_handles_come_back(key: str) -> None:
    binary = {"f": {"id": "b1", key: "image/png", "fileName": "a.png", "fileSize": 3}}

    (item,) = decode_ports([answer([{"json": {}, "binary": binary}])], 1)["main"].items

    assert item.binary == {
        "f": BinaryRef(id="b1", media_type="image/png", file_name="a.png", size=3)
    }


@pytest.mark.parametrize(
    ("body", "message", "item"),
    [
        pytest.param(answer([{"json": {}}, {"json": 5}]), "not a list of items", 1, id="json-is-no-object"),
        pytest.param(answer([{}]), "not a list of items", 0, id="no-json"),
        pytest.param(b"[]", "not a list of items", None, id="no-ports"),
        pytest.param(b'{"ports"', "not a list of items", None, id="no-json-at-all"),
        pytest.param(answer([{"json": {}}], [7]), "input item 7", 0, id="parent-out-of-range"),
        pytest.param(answer([{"json": {}}], [[0, -2]]), "input item -2", 0, id="parent-negative"),
        pytest.param(answer([{"json": {}}], [0, 0]), "another number", None, id="too-many-parents"),
        pytest.param(answer([{"json": {}, "binary": {"f": {}}}]), "not a list of items", 0, id="binary-without-id"),
        pytest.param(b'{"ports":{"main":{"items":[{"json":{"a":' + b"[" * 5_000 + b"]" * 5_000 + b"}}]}}}", "too deeply", None, id="too-deep"),
    ],
)  # fmt: skip
def test_an_answer_that_does_not_fit_fails_by_name(
    body: bytes, message: str, item: int | None
) -> None:
    with pytest.raises(GuestFailed, match=message) as caught:
        decode_ports([body], 2)

    assert caught.value.item == item


def test_a_chunk_may_hold_what_was_told_beside_items() -> None:
    chunks = [
        b'{"customData":{"k":1}}',
        b'{"ports":{"main":{"items":[{"json":{}}],"parents":[1]}},"customData":{"l":"x"}}',
        b'{"static":{"global":{"n":1}},"failures":[[0,{"name":"E","message":"no","line":3}]]}',
    ]

    found = answered(chunks, 2)

    assert (found.custom_data, found.static) == ({"k": 1, "l": "x"}, {"global": {"n": 1}})
    assert found.ports()["main"].parents == [1]
    assert (found.failures[0].message, found.failures[0].line, found.failures[0].item) == (
        "no",
        3,
        0,
    )


@pytest.mark.parametrize("index", [-1, 2])
def test_a_failure_of_an_item_that_is_not_there_is_refused(index: int) -> None:
    with pytest.raises(GuestFailed, match="there are 2"):
        answered([msgspec.json.encode({"failures": [[index, {"message": "no"}]]})], 2)


def failed(**told: Any) -> GuestFailed:
    return GuestFailed("no", hint="try", item=1, told=Told(**told))


def test_the_errors_of_an_author_come_back_as_they_were_raised() -> None:
    later = as_authored(failed(code="node.retry_later", delay_s=7.5, data={"a": 1}), 2)
    never = as_authored(failed(code="node.failed", field="url", data={"a": 1}), 2)

    assert isinstance(later, RetryLater)
    assert (later.delay_s, later.item, later.hint, later.data) == (7.5, 1, "try", {"a": 1})
    assert type(never) is NodeFailed
    assert (never.field, never.item, never.message) == ("url", 1, "no")


@pytest.mark.parametrize(
    ("asked", "given"),
    [
        pytest.param(-3.0, 0.0, id="negative"),
        pytest.param(None, 0.0, id="none"),
        pytest.param(1e15, 30 * 24 * 3600.0, id="for-ever"),
    ],
)
def test_the_delay_that_a_package_asks_for_has_limits(asked: float | None, given: float) -> None:
    later = as_authored(failed(code="node.retry_later", delay_s=asked), 2)

    assert isinstance(later, RetryLater)
    assert later.delay_s == given


@pytest.mark.parametrize("code", ["", "egress.refused", "execution.ownership_lost"])
def test_no_other_code_of_a_guest_is_believed(code: str) -> None:
    error = failed(code=code)

    assert as_authored(error, 2) is error
    assert error.code == "guest.failed"


def test_an_item_that_a_package_was_not_given_is_nobodys_fault() -> None:
    assert getattr(as_authored(failed(code="node.failed"), 1), "item", 0) is None
