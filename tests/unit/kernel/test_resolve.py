"""Parameters of a node: resolved for all items at once, in the guest where it must be."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any

import msgspec
import pytest

from penstock_kernel.expressions.crossing import Guest
from penstock_kernel.expressions.expressions import ExpressionFailed
from penstock_kernel.expressions.resolve import compile_config, evaluate, resolve, resolve_now
from penstock_sandbox.contract import Budget, Call, Done, Sandbox, Spent, Wall
from penstock_sandbox.errors import BudgetExceeded, GuestFailed, RunnerLost
from penstock_sandbox.sandbox import open_sandbox
from penstock_sdk import BinaryRef, Column, Item, boolean, code, list_of, text
from penstock_sdk.fields import Field


class Other:
    """A node that has run."""

    run_index = 0
    context: Mapping[str, Any] = {}

    def __init__(self, name: str, items: Sequence[Item], *, executed: bool = True) -> None:
        self.name = name
        self.executed = executed
        self.parameter: Mapping[str, Any] = {"limit": 3}
        self._items = items

    def items(self, *, port: int | None = None, run: int | None = None) -> Sequence[Item]:
        return self._items if port in {None, 0} and run in {None, 0} else ()


class Step:
    """A step with items, and nodes that ran before it; item i comes from item i of each."""

    def __init__(self, items: Sequence[Item], others: Sequence[Other] = (), **facts: Any) -> None:
        self.items = items
        self.facts: Mapping[str, Any] = {
            "now": 1_700_000_000_000,
            "zone": "Europe/Berlin",
            "seed": 7,
            "runIndex": 2,
            "node": {"id": "n1", "name": "Set"},
            "workflow": {"id": "w1", "name": "Test", "active": True},
            "execution": {"id": "e1", "mode": "manual", "customData": {"k": "v"}},
            "vars": {"host": "example.org"},
            "parameter": {"a": 1},
            "prevNode": {"name": "Before", "outputIndex": 0, "runIndex": 0},
            **facts,
        }
        self._others = {other.name: other for other in others}

    def node(self, name: str) -> Other | None:
        return self._others.get(name)

    def node_names(self) -> Sequence[str]:
        return list(self._others)

    def paired(self, name: str) -> Sequence[Item | None]:
        items = self._others[name].items()
        return [items[i] if i < len(items) else None for i in range(len(self.items))]


class Counting:
    """Passes calls on to a sandbox and keeps them."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox
        self.calls: list[Call] = []
        self.sent: list[Any] = []
        self.prepare = sandbox.prepare
        self.release = sandbox.release
        self.walls = sandbox.walls
        self.close = sandbox.close

    async def call(self, call: Call) -> Done:
        chunks = list(call.chunks)
        self.sent += [msgspec.json.decode(chunk) for chunk in chunks]
        self.calls.append(call)
        return await self._sandbox.call(msgspec.structs.replace(call, chunks=chunks))


@pytest.fixture
async def sandbox() -> AsyncIterator[Counting]:
    opened = await open_sandbox("inprocess")
    yield Counting(opened)
    await opened.close()


def rows(*values: Mapping[str, Any]) -> list[Item]:
    return [Item(dict(value)) for value in values]


async def value_of(template: str, step: Step, sandbox: Sandbox, **more: Any) -> Any:
    compiled = compile_config({"x": template}, {})
    return (await resolve(compiled, step, Guest(sandbox=sandbox, vm="t", **more))).columns("x")


def test_a_config_without_expressions_is_passed_on_as_it_is() -> None:
    config = {"a": 1, "b": ["x", {"c": None}]}

    resolved = resolve_now(compile_config(config, {}), Step(rows({}, {})))

    assert resolved is not None
    assert resolved.params(1) == config
    assert resolved.columns("b") == config["b"]
    assert not resolved.has_expression("b")


def test_plain_paths_are_resolved_without_a_crossing() -> None:
    compiled = compile_config({"x": "={{ $json.a }}", "y": {"z": "=<{{ $json.a }}>"}}, {})

    resolved = resolve_now(compiled, Step(rows({"a": 1}, {"a": [2, 3]}, {})))

    assert resolved is not None
    assert resolved.columns("x") == [1, [2, 3], None]
    assert isinstance(resolved.columns("x"), Column)
    assert resolved.columns("y") == {"z": ["<1>", "<2,3>", "<>"]}
    assert resolved.params(1) == {"x": [2, 3], "y": {"z": "<2,3>"}}
    assert resolved.has_expression("y")


def test_defaults_are_filled_in_at_every_level() -> None:
    fields: dict[str, Field] = {
        "name": text("fallback"),
        "rows": list_of({"on": boolean(True), "value": text("={{ $itemIndex }}")}),
    }
    compiled = compile_config({"rows": [{}, {"on": False}]}, fields)

    resolved = resolve_now(compiled, Step(rows({}, {})))

    assert resolved is not None
    assert resolved.params(1) == {
        "name": "fallback",
        "rows": [{"on": True, "value": 1}, {"on": False, "value": 1}],
    }


def test_a_field_without_expressions_is_never_a_template() -> None:
    fields: dict[str, Field] = {"source": code("javascript")}

    compiled = compile_config({"source": "={{ $json.a }}"}, fields)

    assert compiled.sources == ()
    assert compiled.values == {"source": "={{ $json.a }}"}


def test_a_step_without_items_still_has_parameters() -> None:
    resolved = resolve_now(compile_config({"x": "={{ $json.a }}"}, {}), Step([]))

    assert resolved is not None
    assert resolved.param("x") is None


async def test_all_sources_of_a_node_cross_together_once(sandbox: Counting) -> None:
    config = {
        "a": "={{ $json.n + 1 }}",
        "b": "={{ $json.s.toUpperCase() }}",
        "c": "={{ $json.n + 1 }}",
    }
    step = Step(rows(*({"n": i, "s": "x"} for i in range(2_500))))

    resolved = await resolve(compile_config(config, {}), step, Guest(sandbox=sandbox, vm="t"))

    assert len(sandbox.calls) == 1
    assert [chunk["n"] for chunk in sandbox.sent] == [1000, 1000, 500]
    assert resolved.columns("a") == resolved.columns("c") == list(range(1, 2_501))
    assert resolved.param("b", 2_499) == "X"


async def test_only_the_fields_that_are_read_are_sent(sandbox: Counting) -> None:
    step = Step(rows({"a": 1, "secret": "no"}, {"b": 2}))

    await value_of("={{ $json.a + 1 }}", step, sandbox)

    assert sandbox.sent == [{"at": 0, "n": 2, "json": [{"a": 1}, {}]}]


async def test_large_items_are_sent_in_chunks_of_about_a_megabyte(sandbox: Counting) -> None:
    step = Step(rows(*({"a": "x" * 300_000} for _ in range(7))))

    values = await value_of("={{ $json.a.length }}", step, sandbox)

    assert values == [300_000] * 7
    assert sum(chunk["n"] for chunk in sandbox.sent) == 7
    assert len(sandbox.sent) >= 3


async def test_a_value_that_is_the_same_for_all_items_is_evaluated_once(sandbox: Counting) -> None:
    compiled = compile_config({"x": "={{ $vars.host + '!' }}", "y": "={{ $json.a * 2 }}"}, {})
    step = Step(rows({"a": 1}, {"a": 2}))

    resolved = await resolve(compiled, step, Guest(sandbox=sandbox, vm="t"))

    assert resolved.columns("x") == "example.org!"
    assert not resolved.has_expression("x")
    assert resolved.columns("y") == [2, 4]


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        pytest.param("={{ $('Before').item.json.v + 1 }}", [11, 21], id="paired"),
        pytest.param("={{ $('Before').item.json.v }}", [10, 20], id="paired-path"),
        pytest.param("={{ $('Before').first().json.v + 1 }}", 11, id="first"),
        pytest.param("={{ $('Before').last().json.v }}", 20, id="last-path"),
        pytest.param("={{ $('Before').all().length }}", 2, id="all"),
        pytest.param("={{ $('Before').itemMatching(1).json.v }}", [20, 20], id="matching"),
        pytest.param("={{ $('Before').isExecuted && !$('Later').isExecuted }}", True, id="executed"),
        pytest.param("={{ $('Before').params.limit }}", 3, id="params"),
        pytest.param("={{ $node['Before'].json.v + 1 }}", [11, 21], id="old-node"),
        pytest.param("={{ $items('Before')[1].json.v }}", 20, id="items-of"),
        pytest.param("={{ $items().length }}", 2, id="items"),
        pytest.param("={{ $input.all().map(i => i.json.a).join() }}", "1,2", id="input-all"),
        pytest.param("={{ $input.first().json.a + $input.last().json.a }}", 3, id="input-ends"),
        pytest.param("={{ $input.item.json.a * 2 }}", [2, 4], id="input-item"),
        pytest.param("={{ $input.params.limit }}", 3, id="input-params"),
        pytest.param("={{ $('Be' + 'fore').item.json.v }}", [10, 20], id="dynamic"),
        pytest.param("={{ $item(1).$json.a }}", [2, 2], id="item-by-index"),
        pytest.param("={{ $prevNode.name + $runIndex }}", "Before2", id="facts"),
        pytest.param("={{ $workflow.name + $execution.mode }}", "Testmanual", id="more-facts"),
        pytest.param("={{ $execution.customData.get('k') }}", "v", id="custom-data"),
        pytest.param("={{ $parameter.a + $nodeId }}", "1n1", id="own-node"),
        pytest.param("={{ $now.toISO() }}", "2023-11-14T23:13:20.000+01:00", id="now"),
        pytest.param("={{ $today.toISODate() }}", "2023-11-14", id="today"),
        pytest.param("={{ $jmespath($json, 'a') + 1 }}", [2, 3], id="jmespath"),
        pytest.param("={{ $if($json.a > 1, 'big', 'small') }}", ["small", "big"], id="if"),
        pytest.param("={{ $if($json.b, $json.b.c.d, 'none') }}", ["none", "none"], id="if-is-lazy"),
        pytest.param("={{ $items('Before', 0, 0).length }}", 2, id="items-of-a-run"),
        pytest.param("={{ $('Before').all(1).length }}", 0, id="all-of-a-port"),
        pytest.param("={{ $ifEmpty($json.b, 'none') }}", ["none", "none"], id="if-empty"),
        pytest.param("={{ $min(3, 1) + $max([1, 5]) }}", 6, id="min-max"),
        pytest.param("={{ $fromAI('k', 'what', 'string', 'd') }}", "d", id="from-ai"),
        pytest.param("={{ $node['Before'].json.v }}", [10, 20], id="old-node-path"),
        pytest.param("={{ $vars.host }}", "example.org", id="vars-path"),
        pytest.param("={{ $execution.id }}", "e1", id="execution-path"),
        pytest.param("={{ $input.last().json.a }}", 2, id="input-path"),
        pytest.param("={{ $itemIndex }}", [0, 1], id="index-path"),
        pytest.param("=<{{ $runIndex }}|{{ 5 }}>", "<2|5>", id="same-in-a-text"),
        pytest.param("={{ $itemIndex + 1 }}", [1, 2], id="index"),
        pytest.param("=a {{ $json.a }} b {{ $json.none }} {{ [$json.a, null] }}", ["a 1 b  1,", "a 2 b  2,"], id="text"),
        pytest.param("={{ {a: $json.a, t: $now} }}", [{"a": 1, "t": "2023-11-14T23:13:20.000+01:00"}, {"a": 2, "t": "2023-11-14T23:13:20.000+01:00"}], id="object"),
        pytest.param("={{ $json.a; }}", [1, 2], id="semicolon"),
        pytest.param("={{ $json.a // the number\n }}", [1, 2], id="comment"),
    ],
)  # fmt: skip
async def test_the_names_of_an_expression(template: str, expected: Any, sandbox: Counting) -> None:
    others = [Other("Before", rows({"v": 10}, {"v": 20})), Other("Later", [], executed=False)]

    found = await value_of(template, Step(rows({"a": 1}, {"a": 2}), others), sandbox)

    assert found == expected


async def test_binary_data_is_described_by_its_names(sandbox: Counting) -> None:
    ref = BinaryRef(id="b1", media_type="image/png", file_name="a.b.png", size=5)
    step = Step([Item({}, {"photo": ref})])

    found = await value_of("={{ Object.values($binary.photo).join() }}", step, sandbox)

    assert sorted(found[0].split(",")) == ["5", "a.b.png", "b1", "image/png", "png"]


async def test_names_that_a_node_gives_are_seen(sandbox: Counting) -> None:
    extra = {"$response": {"body": {"next": 2}}, "$pageCount": 3}

    found = await value_of(
        "={{ $response.body.next + $pageCount }}", Step(rows({})), sandbox, extra=extra
    )

    assert found == [5]


@pytest.mark.parametrize(
    ("template", "reason", "hint"),
    [
        ("={{ $env.PATH }}", "$env is not available", "$vars"),
        ("={{ $secrets.key }}", "$secrets is not available", "credential"),
        ("={{ $fromAI('name') }}", "$fromAI", "agent"),
        ("={{ $('Nowhere').item.json.a }}", "doesn't exist", "spelling"),
        ("={{ $('Later').item.json.a }}", "hasn't been executed", "isExecuted"),
        ("={{ $('Nowhere').first().json.a }}", "doesn't exist", "spelling"),
        ("={{ $node['Later'].json.a }}", "hasn't been executed", "isExecuted"),
        ("={{ $json.a.b.c }}", "cannot read property", "?."),
        ("={{ nonsense }}", "nonsense is not defined", "$json"),
        ("={{ $json.a + }}", "unexpected token", "one JavaScript expression"),
        ("={{ $json.toString }}", "this is a function", ""),
        ("={{ ({}).constructor }}", "constructor is not available", "Object.entries"),
    ],
)
async def test_an_expression_that_fails_says_why_and_what_to_do(
    template: str, reason: str, hint: str, sandbox: Counting
) -> None:
    step = Step(rows({"a": {}}), [Other("Later", [], executed=False)])

    with pytest.raises(ExpressionFailed) as caught:
        await value_of(template, step, sandbox)

    assert reason in caught.value.reason
    assert hint in caught.value.hint
    assert caught.value.node == "Set"
    assert caught.value.field == "x"


async def test_an_error_names_field_item_and_position(sandbox: Counting) -> None:
    config = {"rows": [{"value": "ok"}, {"value": "=first\nthen {{ 1 +\n  $json.a.b }}"}]}
    step = Step(rows({"a": {"b": 1}}, {}))
    resolved = await resolve(compile_config(config, {}), step, Guest(sandbox=sandbox, vm="t"))

    with pytest.raises(ExpressionFailed) as caught:
        resolved.param("rows", 1)

    error = caught.value
    assert (error.field, error.item, error.name) == ("rows[1].value", 1, "TypeError")
    assert (error.line, error.column) == (3, 3)
    assert error.offset == 14
    assert "`rows[1].value` failed for item 1" in str(error)


async def test_an_error_of_one_item_leaves_the_others_alone(sandbox: Counting) -> None:
    compiled = compile_config({"x": "={{ $json.a.b + 1 }}", "y": "={{ $json.a }}"}, {})
    step = Step(rows({"a": {"b": 1}}, {}, {"a": {"b": 3}}))

    resolved = await resolve(compiled, step, Guest(sandbox=sandbox, vm="t"))

    assert resolved.param("x", 0) == 2
    assert resolved.param("x", 2) == 4
    assert resolved.param("y", 1) is None
    with pytest.raises(ExpressionFailed):
        resolved.columns("x")


@pytest.mark.parametrize(
    "template",
    [
        "={{ $json.a.b.c }}",
        "={{ nonsense }}",
        "={{ JSON.parse('{') }}",
        "={{ (() => { throw 1 })() }}",
    ],
)
async def test_errors_of_the_data_are_undefined_where_they_are_swallowed(
    template: str, sandbox: Counting
) -> None:
    compiled = compile_config({"x": template}, {})
    guest = Guest(sandbox=sandbox, vm="t", lenient=True)

    resolved = await resolve(compiled, Step(rows({})), guest)

    assert resolved.param("x", 0) is None


@pytest.mark.parametrize("template", ["={{ 1 + }}", "={{ $env.A }}", "={{ $('Nowhere').item }}"])
async def test_errors_of_the_source_are_never_swallowed(template: str, sandbox: Counting) -> None:
    with pytest.raises(ExpressionFailed):
        await value_of(template, Step(rows({})), sandbox, lenient=True)


async def test_unknown_names_are_undefined_where_errors_are_swallowed(sandbox: Counting) -> None:
    found = await value_of(
        "={{ $json.a || $memory || 'none' }}", Step(rows({})), sandbox, lenient=True
    )

    assert found == ["none"]


async def test_an_endless_expression_ends_by_its_budget(sandbox: Counting) -> None:
    step = Step(rows({}))

    with pytest.raises(BudgetExceeded):
        await value_of(
            "={{ (() => { for (;;) {} })() }}", step, sandbox, budget=Budget(fuel=50_000_000)
        )

    assert await value_of("={{ 1 + 1 }}", step, sandbox) == 2


@pytest.mark.parametrize("lenient", [False, True], ids=["strict", "lenient"])
async def test_an_expression_that_needs_too_much_memory_ends_by_its_budget(
    sandbox: Counting, lenient: bool
) -> None:
    template = "={{ (() => { const a = []; for (;;) a.push('x'.repeat(1e6) + a.length) })() }}"
    budget = Budget(memory_bytes=64 << 20)

    with pytest.raises(BudgetExceeded) as caught:
        await value_of(template, Step(rows({})), sandbox, budget=budget, lenient=lenient)

    assert caught.value.limit == "memory"


async def test_one_expression_cannot_change_what_another_reads(sandbox: Counting) -> None:
    config = {
        "a": "={{ $json.list.push(9), $json.n = 7, $json.list.length }}",
        "b": "={{ $json.list.length + $json.n }}",
        "c": "={{ $input.first().json.n + $json.n }}",
    }
    step = Step(rows({"list": [1], "n": 1}))

    resolved = await resolve(compile_config(config, {}), step, Guest(sandbox=sandbox, vm="t"))

    assert resolved.params() == {"a": 2, "b": 2, "c": 2}


async def test_a_value_that_is_nested_too_deeply_is_refused(sandbox: Counting) -> None:
    deep = "={{ (() => { let a = []; for (let i = 0; i < 3000; i++) a = [a]; return a })() }}"

    with pytest.raises((GuestFailed, ExpressionFailed)):
        await value_of(deep, Step(rows({})), sandbox)


class Lying:
    """A sandbox whose guest answers what it likes."""

    def __init__(self, body: bytes) -> None:
        self._body = body

    async def call(self, call: Call) -> Done:
        return Done(chunks=[self._body], spent=Spent())

    async def prepare(self, wasm: bytes) -> str:
        return ""

    async def release(self, vm: str) -> None: ...

    def walls(self) -> Sequence[Wall]:
        return ()

    async def close(self) -> None: ...


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b'{"v":[],"u":[],"e":[]}', id="no-source"),
        pytest.param(b'{"v":[[1]],"u":[[]],"e":[]}', id="too-few-items"),
        pytest.param(b'{"v":[[1,2]],"u":[[9]],"e":[]}', id="index-out-of-range"),
        pytest.param(b'{"v":[[1,2]],"u":[[]],"e":[[7,0,"E","m"]]}', id="source-out-of-range"),
        pytest.param(b'{"v":5}', id="other-shape"),
    ],
)
async def test_an_answer_of_another_shape_is_the_runners_fault(body: bytes) -> None:
    with pytest.raises(RunnerLost):
        await value_of("={{ $json.a + 1 }}", Step(rows({}, {})), Lying(body))


async def test_an_expression_is_evaluated_for_each_row(sandbox: Counting) -> None:
    found = await evaluate(
        "/^a+$/.test($json.v)", [{"v": "aa"}, {"v": "b"}], Step([]), Guest(sandbox=sandbox, vm="t")
    )

    assert found == [True, False]


async def test_values_that_are_not_json_become_what_json_makes_of_them(sandbox: Counting) -> None:
    template = "={{ [NaN, new Date(0), undefined, new Map([[1, 2]])] }}"

    found = await value_of(template, Step(rows({})), sandbox)

    assert found == [None, "1970-01-01T00:00:00.000Z", None, {}]


async def test_a_value_that_contains_itself_fails_alone(sandbox: Counting) -> None:
    config = {"x": "={{ (() => { const a = {}; a.a = a; return a })() }}", "y": "={{ 1 + 1 }}"}

    resolved = await resolve(
        compile_config(config, {}), Step(rows({})), Guest(sandbox=sandbox, vm="t")
    )

    assert resolved.param("y") == 2
    with pytest.raises(ExpressionFailed):
        resolved.param("x")
