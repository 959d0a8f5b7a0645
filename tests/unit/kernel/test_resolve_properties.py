"""What must hold for every expression, whoever evaluates it and wherever."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from penstock_kernel.expressions.crossing import Answer, Asked, Guest, cross
from penstock_kernel.expressions.expressions import Script, judge
from penstock_kernel.expressions.paths import UNDEFINED, Path, Unsure, Values, follow
from penstock_kernel.expressions.reads import OBJECT_NAMES, everything
from penstock_sandbox.contract import Sandbox
from penstock_sandbox.sandbox import open_sandbox
from penstock_sdk import Item

SLOW = settings(
    deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


class Alone:
    """A step in a workflow of one node."""

    def __init__(self, items: Sequence[Item], seed: int = 7) -> None:
        self.items = items
        self.facts: Mapping[str, Any] = {"now": 1_700_000_000_000, "zone": "UTC", "seed": seed}

    def node(self, name: str) -> None: ...

    def node_names(self) -> Sequence[str]:
        return ()

    def paired(self, name: str) -> Sequence[Item | None]:
        return [None] * len(self.items)


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    opened = await open_sandbox("inprocess")
    yield opened
    await opened.close()


async def ask(
    sources: Sequence[str], view: Alone, sandbox: Sandbox, *, whole: bool = False, vm: str = "v"
) -> list[tuple[Any, ...]]:
    """Values and errors of sources evaluated by the guest, in a form that compares."""
    scripts = [judge(source).script for source in sources]
    if whole:
        scripts = [Script(script.source, everything()) for script in scripts]
    answers = await cross([Asked(s) for s in scripts], view, Guest(sandbox=sandbox, vm=vm))
    return [seen(answer, len(view.items)) for answer in answers]


def seen(answer: Answer, count: int) -> tuple[Any, ...]:
    values = spread(answer.values, count)
    errors = {error.name + error.message for error in answer.errors.values()}
    return values, errors


def spread(values: Values, count: int) -> list[Any]:
    return values if isinstance(values, list) else [values.value] * count


def canonical(value: Any) -> str:
    """Tells 1 from true and undefined from null; the order of keys is no difference."""
    return json.dumps(value, sort_keys=True, default=repr)


NAMES = st.sampled_from(["a", "b", "c d", "length", "toString", "keys", "0", "1", "__proto__x"])
LEAVES = st.none() | st.booleans() | st.integers(-5, 5) | st.sampled_from(["", "x", "größe"])
JSON = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=8,
)
OBJECTS = st.dictionaries(NAMES, JSON, max_size=4)
STEPS = st.lists(st.tuples(NAMES, st.booleans()), max_size=4)


def written(steps: Sequence[tuple[str, bool]]) -> str:
    return "$json" + "".join(f"{'?.' if optional else ''}[{name!r}]" for name, optional in steps)


@SLOW
@given(st.lists(OBJECTS, min_size=1, max_size=5), st.lists(STEPS, min_size=1, max_size=8))
async def test_the_host_resolves_a_path_as_the_guest_does(
    sandbox: Sandbox, objects: list[dict[str, Any]], paths: list[list[tuple[str, bool]]]
) -> None:
    view = Alone([Item(data) for data in objects])
    sources = [written(steps) for steps in paths]

    guest = await ask(sources, view, sandbox)

    for source, (values, errors) in zip(sources, guest, strict=True):
        path = judge(source).tier
        assert isinstance(path, Path)
        try:
            found = spread(follow(path, view, view.items), len(objects))
        except Unsure:
            continue
        assert not errors
        assert canonical(found) == canonical(values)


PIECES = st.sampled_from(
    [
        "$json.a",
        "$json['c d']",
        "$json?.b",
        "$json[$json.a]",
        "Object.keys($json).sort().join()",
        "`${$json.a}-${`${$json.b}`}`",
        "((x) => x.a)($json)",
        "(({a, ...rest}) => Object.keys(rest).length)($json)",
        "$input.item.json.b",
        "$input.all().length",
        "$input.first().json.a",
        "$json.keys()",
        "JSON.stringify($json.length)",
        "/[$]json/.test('$json.b') + '$json.b'.length",
        "$jmespath($json, 'a')",
        "'a' in $json",
        "$thisItem.json.a",
        "$itemIndex",
    ]
)
EXPRESSIONS = st.recursive(
    PIECES,
    lambda inner: st.one_of(
        st.builds("({} ?? {})".format, inner, inner),
        st.builds("[{}, {}].join('|')".format, inner, inner),
        st.builds("({} ? {} : 1)".format, inner, inner),
        st.builds("(() => {{ const v = {}; return v; }})()".format, inner),
    ),
    max_leaves=4,
)


@SLOW
@given(st.lists(OBJECTS, min_size=1, max_size=4), st.lists(EXPRESSIONS, min_size=1, max_size=8))
async def test_with_the_read_fields_alone_the_result_is_that_with_whole_items(
    sandbox: Sandbox, objects: list[dict[str, Any]], sources: list[str]
) -> None:
    view = Alone([Item(data) for data in objects])

    alone = [await ask([source], view, sandbox) for source in sources]
    whole = [await ask([source], view, sandbox, whole=True) for source in sources]

    assert repr(alone) == repr(whole)


#: Each tries to leave something behind, or to find what another left.
RESTLESS = [
    "Math.random()",
    "new Date().getTime()",
    "(() => { Array.prototype.first = () => 'patched'; return [1].first() })()",
    "(() => { String.prototype.leak = 1; return 'x'.leak })()",
    "(() => { leak = 5; return typeof leak })()",
    "typeof leak",
    "(() => { const g = (function () { return this })(); g.leak = 1; return typeof g.leak })()",
    "(() => { DateTime.prototype.toISO = () => 'patched'; return $now.toISO() })()",
    "$now.toISO()",
    "(() => { JSON.parse = () => 1; return JSON.parse('[2]')[0] })()",
    "(() => { Object.prototype.polluted = 1; return ({}).polluted })()",
    "({}).polluted",
    "[3, 1, 2].randomItem()",
    "(() => { $json.a = 99; return $json.a })()",
    "$json.a",
    "(() => { Math.random = () => 4; return Math.random() })()",
    "(() => { const r = /a/g; r.test('aa'); return r.lastIndex })()",
    "RegExp.lastMatch ?? 'none'",
    "(() => { Symbol.for('x').description; return Object.keys(globalThis).length })()",
    "$jmespath({a: [1]}, 'a[0]')",
    "(arguments.callee.n = (arguments.callee.n ?? 0) + 1)",
    "((f) => (f.n = (f.n ?? 0) + 1))($if)",
    "((s) => { s.raw.x = 1; return s.raw.x })`a`",
]


@SLOW
@given(st.lists(st.sampled_from(RESTLESS), min_size=1, max_size=12))
async def test_dropping_the_vm_before_every_call_changes_no_result(
    sandbox: Sandbox, sources: list[str]
) -> None:
    view = Alone([Item({"a": 1}), Item({"a": 2})])

    kept = [await ask([source], view, sandbox, vm="kept") for source in sources]
    dropped: list[list[tuple[Any, ...]]] = []
    for source in sources:
        await sandbox.release("dropped")
        dropped.append(await ask([source], view, sandbox, vm="dropped"))

    assert repr(kept) == repr(dropped)


async def test_two_executions_never_share_a_random_number(sandbox: Sandbox) -> None:
    items = [Item({}) for _ in range(50)]

    numbers = [
        (await ask(["Math.random()"], Alone(items, seed), sandbox, vm=f"v{seed}"))[0][0]
        for seed in (1, 2, 3)
    ]
    again = (await ask(["Math.random()"], Alone(items, 1), sandbox, vm="v2"))[0][0]

    assert len({number for run in numbers for number in run}) == 150
    assert again == numbers[0]


async def test_two_executions_never_share_a_patched_prototype(sandbox: Sandbox) -> None:
    view = Alone([Item({"a": 1})])
    patches = [
        "(() => { try { Array.prototype.map = () => 'patched' } catch {} return 1 })()",
        "(() => { try { Object.prototype.toString = () => 'patched' } catch {} return 1 })()",
        "(() => { try { Object.defineProperty(String.prototype, 'trim', {value: 1}) } catch {} return 1 })()",
    ]

    await ask(patches, view, sandbox, vm="one")
    found = await ask(["[1].map(x => x + 1)[0] + ' a '.trim() + ({})"], view, sandbox, vm="one")
    other = await ask(["[1].map(x => x + 1)[0] + ' a '.trim() + ({})"], view, sandbox, vm="two")

    assert found == other == [(["2a[object Object]"], set())]


async def test_every_name_that_objects_inherit_is_known_to_the_host(sandbox: Sandbox) -> None:
    source = "Object.getOwnPropertyNames(Object.prototype)"

    ((values, _),) = await ask([source], Alone([Item({})]), sandbox)

    assert set(values[0]) <= OBJECT_NAMES


def test_undefined_is_false_and_says_its_name() -> None:
    assert not UNDEFINED
    assert repr(UNDEFINED) == "undefined"
