"""The VM that expressions share: what stays in it, what does not, and when it is dropped."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from penstock_sandbox.contract import Budget, Spent
from penstock_sandbox.errors import BudgetExceeded
from penstock_sandbox.guests.engine import make_engine
from penstock_sandbox.guests.guest import Task
from penstock_sandbox.guests.javascript import VM_COUNT, JavaScriptDriver

NOW = 1_700_000_000_000


@pytest.fixture(scope="module")
def driver() -> JavaScriptDriver:
    return JavaScriptDriver(make_engine(), "expression")


def task(sources: list[str], *, vm: str, budget: Budget | None = None, seed: int = 1) -> Task:
    header = {"exprs": sources, "ctx": {"now": NOW, "seed": seed, "zone": "UTC"}}
    chunk = {"at": 0, "n": 1, "json": [{"a": 1, "o": {"x": 1}}]}
    return Task(
        header=msgspec.json.encode(header),
        chunks=iter([msgspec.json.encode(chunk)]),
        budget=budget or Budget(),
        spent=Spent(),
        vm=vm,
    )


def evaluate(driver: JavaScriptDriver, *sources: str, vm: str = "one", seed: int = 1) -> list[Any]:
    (answer,) = driver.run(task(list(sources), vm=vm, seed=seed))
    decoded = msgspec.json.decode(answer)
    failed = {source: f"{name}: {message}" for source, _, name, message, *_ in decoded["e"]}
    return [failed.get(index, values[0]) for index, values in enumerate(decoded["v"])]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        pytest.param("Date.now()", NOW, id="Date.now"),
        pytest.param("new Date().getTime()", NOW, id="new Date"),
        pytest.param("Date()", "Tue Nov 14 2023 22:13:20 GMT+0000", id="Date as a function"),
        pytest.param("new (class extends Date {})().getTime()", NOW, id="a subclass"),
        pytest.param("new Date(5).getTime()", 5, id="a given time"),
        pytest.param("new Date() instanceof Date", True, id="instanceof"),
        pytest.param("new Date().constructor === Date", True, id="constructor"),
        pytest.param("Date.name + Date.length", "Date7", id="name and length"),
        pytest.param("DateTime.now().toMillis()", NOW, id="Luxon"),
        pytest.param("typeof performance", "undefined", id="performance"),
        pytest.param("typeof Error.captureStackTrace", "undefined", id="stack-traces"),
    ],
)
def test_the_clock_stands_at_the_steps_moment(
    driver: JavaScriptDriver, source: str, expected: Any
) -> None:
    assert evaluate(driver, source) == [expected]


LEAKS = [
    "Array.prototype.map = 1",
    "Object.prototype.leak = 1",
    "({}).__proto__.leak = 1",
    "({}).constructor.prototype.leak = 1",
    "Object.prototype.__defineGetter__('leak', () => 1)",
    "Object.setPrototypeOf(Array.prototype, {leak: 1})",
    "leak = 1",
    "this.leak = 1",
    "[].constructor.constructor('leak = 1; this.leak = 1; globalThis.leak = 1; var leak')()",
    "[].constructor.constructor('return eval')()('var leak = 1')",
    "(async () => {}).constructor.prototype.leak = 1",
    "Object.getPrototypeOf(function* () {}).leak = 1",
    "[][Symbol.iterator]().__proto__.__proto__.leak = 1",
    "DateTime.leak = 1",
    "DateTime.prototype.leak = 1",
    "DateTime.now().zone.constructor.leak = 1",
    "DateTime.now().constructor.prototype.toISO = 1",
    "DateTime.DATE_SHORT.leak = 1",
    "DateTime.now().zone.leak = 1",
    "DateTime.utc().zone.leak = 1",
    "DateTime.fromISO('2020-01-01', {zone: 'Asia/Tokyo'}).zone.leak = 1",
    "$jmespath.leak = 1",
    "$if.leak = 1",
    "Error.prototype.leak = 1",
    "RegExp.prototype.exec = null",
    "Promise.prototype.leak = 1",
    "Symbol.leak = 1",
    "Intl.leak = 1",
    "Math.leak = Math.random = 1",
    "JSON.leak = JSON.stringify = 1",
    "arguments.callee.leak = 1",
    "Uint8Array.prototype.leak = 1",
    "(x => x)`a`",
]

PROBES = (
    "[1].map(x => x + 1)",
    "typeof leak",
    "({}).leak",
    "[].leak",
    "(() => {}).leak",
    "(async () => {}).leak",
    "(function* () {})().leak",
    "[][Symbol.iterator]().leak",
    "DateTime.leak",
    "DateTime.now().leak",
    "DateTime.DATE_SHORT.leak",
    "DateTime.now().zone.leak",
    "DateTime.utc().zone.leak",
    "DateTime.fromISO('2020-01-01', {zone: 'Asia/Tokyo'}).zone.leak",
    "$if.leak",
    "DateTime.now().toISO()",
    "DateTime.now().zone.constructor.leak",
    "new Error('e').leak",
    "/a/.test('a')",
    "$jmespath.leak",
    "Symbol.leak",
    "Intl.leak",
    "Math.leak",
    "JSON.leak",
    "arguments.callee.leak",
    "new Uint8Array(1).leak",
    "Math.random()",
    "JSON.stringify({a: 1})",
)


@pytest.mark.parametrize("leak", LEAKS)
def test_nothing_that_one_expression_does_is_seen_by_the_next(
    driver: JavaScriptDriver, leak: str
) -> None:
    untouched = evaluate(driver, *PROBES, vm="untouched")

    evaluate(driver, leak, vm="touched")

    assert evaluate(driver, *PROBES, vm="touched") == untouched


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        pytest.param(
            "(o => { o.toString = () => 'mine'; return String(o) })({})", "mine", id="toString"
        ),
        pytest.param("(o => { o.constructor = 5; return o.constructor })({})", 5, id="constructor"),
        pytest.param("(o => { o.valueOf = () => 4; return o + 1 })({})", 5, id="valueOf"),
        pytest.param(
            "(e => { e.name = 'Mine'; return String(e) })(new Error('m'))", "Mine: m", id="error"
        ),
        pytest.param(
            "String(new (class E extends Error { constructor() { super('m'); this.name = 'E' } })())",
            "E: m",
            id="error class",
        ),
        pytest.param(
            "(f => { f.toString = () => 'f'; return String(f) })(() => 1)", "f", id="function"
        ),
        pytest.param("(a => { a.toString = () => 'a'; return String(a) })([])", "a", id="array"),
        pytest.param("(o => { o.__proto__ = {a: 1}; return o.a })({})", 1, id="__proto__"),
        pytest.param(
            "(a => { a.length = 0; a.push(2); return a })([1])", [2], id="an array's length"
        ),
        pytest.param("Object.assign({}, {toString: 1})", {"toString": 1}, id="Object.assign"),
    ],
)
def test_own_properties_may_hide_inherited_ones_though_those_are_frozen(
    driver: JavaScriptDriver, source: str, expected: Any
) -> None:
    assert evaluate(driver, source) == [expected]


def test_random_numbers_differ_by_seed_and_not_by_vm(driver: JavaScriptDriver) -> None:
    source = "[Math.random(), Math.random()]"

    (first,), (again,) = evaluate(driver, source, vm="x"), evaluate(driver, source, vm="x")
    (elsewhere,), (other,) = (
        evaluate(driver, source, vm="y"),
        evaluate(driver, source, vm="x", seed=2),
    )

    assert first == again == elsewhere
    assert not set(first) & set(other)


def test_dropping_the_vm_changes_no_result(driver: JavaScriptDriver) -> None:
    sources = ["$json.a + 1", "Math.random()", "DateTime.now().toISO()", "[3, 1].sort()"]
    kept = evaluate(driver, *sources, vm="kept")

    driver.release("kept")

    assert evaluate(driver, *sources, vm="kept") == kept


def test_a_released_vm_is_gone(driver: JavaScriptDriver) -> None:
    evaluate(driver, "1", vm="gone")

    driver.release("gone")

    assert "gone" not in driver._machines


def test_the_least_recently_used_vm_is_dropped_when_there_are_too_many() -> None:
    driver = JavaScriptDriver(make_engine(), "expression")
    for number in range(VM_COUNT):
        evaluate(driver, "1", vm=str(number))
    evaluate(driver, "1", vm="0")

    evaluate(driver, "1", vm="new")

    assert "0" in driver._machines
    assert "1" not in driver._machines
    assert len(driver._machines) == VM_COUNT


def test_a_vm_that_was_stopped_is_dropped(driver: JavaScriptDriver) -> None:
    with pytest.raises(BudgetExceeded) as caught:
        list(
            driver.run(task(["(() => { for (;;); })()"], vm="loop", budget=Budget(fuel=50_000_000)))
        )

    assert caught.value.limit == "fuel"
    assert "loop" not in driver._machines
    assert evaluate(driver, "$json.a", vm="loop") == [1]


def test_a_vm_that_grew_large_is_dropped(driver: JavaScriptDriver) -> None:
    evaluate(driver, "'x'.repeat(5e7).length", vm="large")

    assert "large" not in driver._machines


def test_fuel_is_refilled_for_every_call(driver: JavaScriptDriver) -> None:
    budget = Budget(fuel=150_000_000)
    source = "(() => { let n = 0; for (let i = 0; i < 1e5; i++) n += i; return n })()"

    for _ in range(5):
        call = task([source], vm="again", budget=budget)
        list(driver.run(call))
        assert 40_000_000 < call.spent.fuel < 150_000_000


def test_a_bad_expression_leaves_the_others_alone(driver: JavaScriptDriver) -> None:
    assert evaluate(driver, "null.x", "$json.a") == [
        "TypeError: cannot read property 'x' of null",
        1,
    ]
