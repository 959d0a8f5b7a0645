"""Expressions from an enemy, in runners: all of them share the VM of one execution."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from typing import Any

import msgspec
import pytest
from tests.support.hostile import CTX, GRACE_S, SMALL, WORKSPACE, Arena, Program, program

from penstock_sandbox.contract import Budget, Call
from penstock_sdk import PenstockError

pytestmark = pytest.mark.asyncio(loop_scope="module")

ex: Callable[..., Any] = partial(program, "expression")
bomb: Callable[..., Any] = partial(ex, fuel=4_000_000_000, memory_bytes=32 << 20)
SLOW_FUEL = 10**15

ENDLESS = [
    ex("loop", "(() => { for (;;); })()", "fuel"),
    ex("loop-with-fuel-to-burn", "(() => { for (;;); })()", "wall", fuel=SLOW_FUEL),
    ex("loop-that-catches", "(() => { for (;;) try { for (;;) null.x } catch {} })()", "fuel"),
    ex("generator", "[...(function* () { for (;;) yield })()]", "fuel", "memory"),
    ex("getter", "({get a() { for (;;); }}).a", "fuel"),
    ex("getter-of-the-result", "({get a() { for (;;); }})", "fuel"),
    ex("to-json", "({toJSON() { for (;;); }})", "fuel"),
    ex("to-string-of-a-key", "({[{toString() { for (;;); }}]: 1})", "fuel"),
    ex("iterator", "Array.from({[Symbol.iterator]: () => ({next: () => ({})})})", "fuel", "memory"),
    ex("proxy", "new Proxy({}, {has() { for (;;); }, ownKeys() { for (;;); }, get() { for (;;); }})", "fuel", "value"),
    ex("thrown", "(() => { throw {get name() { for (;;); }, get message() { for (;;); }} })()", "fuel"),
    ex("array-like", "Array.prototype.includes.call({length: 2 ** 53 - 1}, 1)", "fuel"),
    ex("regex", "/^(a|a)*$/.test('a'.repeat(50) + 'b')", "fuel"),
    ex("regex-with-fuel-to-burn", "/^(a|a)*$/.test('a'.repeat(50) + 'b')", "wall", fuel=SLOW_FUEL),
    ex("date-loop", "(() => { const d = Date.now(); while (Date.now() < d + 1e9); })()", "fuel"),
    ex("date-loop-of-luxon", "(() => { while (DateTime.now().valueOf() < 1e15); })()", "fuel", "memory"),
    ex("interval-of-a-million-years", "Interval.fromDateTimes(DateTime.fromMillis(0), DateTime.fromMillis(8e15)).splitBy({minutes: 1}).length", "fuel", "memory"),
    ex("promise-jobs", "(() => { const f = () => Promise.resolve().then(f); f(); return 1 })()", "value", "fuel"),
    ex("big-number", "String(3n ** (2n ** 24n)).length", "fuel", "memory", "value"),
    ex("jmespath-wildcards", "$jmespath({a: Array.from({length: 300}, () => ({b: [1, 2, 3]}))}, '[a[].b[],a[].b[],a[].b[]][][][][] | [?@ > `1`]')", "value", "fuel"),
    ex("jmespath-nesting", "$jmespath({a: 1}, '['.repeat(1e5) + ']'.repeat(1e5))", "value", "fuel", value=None),
    ex("jmespath-parentheses", "$jmespath({a: 1}, '('.repeat(1e5) + 'a' + ')'.repeat(1e5))", "value", "fuel", "trapped", "memory"),
    ex("number-list", "$input.all().length && numberList?.(1, 1e12)", "value", "fuel", "memory"),
    ex("format-with-endless-pattern", "$now.toFormat('y'.repeat(1e6))", "value", "fuel", "memory"),
    ex("luxon-locale", "$now.setLocale('x'.repeat(1e6)).toLocaleString()", "value", "fuel"),
    ex("luxon-zone", "$now.setZone('../../../etc/passwd').toISO()", "value"),
    ex("intl", "new Intl.NumberFormat('en', {maximumFractionDigits: 1e9}).format(1)", "value"),
    ex("intl-locale-list", "Intl.DateTimeFormat.supportedLocalesOf(Array.from({length: 1e5}, () => 'en')).length", "value", "fuel"),
]  # fmt: skip

GROWTH = [
    bomb("text", "(() => { let s = 'x'; for (;;) s += s + 'y' })()", "memory", "value"),
    bomb("list", "(() => { const a = []; for (;;) a.push([a.length]) })()", "memory"),
    bomb("caught", "(() => { const a = []; for (;;) try { a.push('x'.repeat(1e6) + a.length) } catch {} })()", "fuel", "memory"),
    bomb("pad", "'x'.padEnd(2 ** 30)", "memory", "value"),
    bomb("array", "new Array(2 ** 32 - 1).fill()", "memory", "value"),
    bomb("typed-array", "new Float64Array(2 ** 28)", "memory", "value"),
    bomb("result", "'x'.repeat(3e6)", "output"),
    bomb("shared-nesting", "(() => { let a = ['x']; for (let i = 0; i < 40; i++) a = [a, a]; return a })()", "memory", "fuel"),
    bomb("sparse", "(() => { const a = []; a[2 ** 32 - 2] = 1; return a })()", "memory", "output"),
    bomb("set-union", "(() => { const s = new Set(); for (let i = 0;; i++) s.add({i}) })()", "memory", "value"),
    bomb("replace", "'a'.repeat(1e5).replaceAll('a', '$`')", "memory", "fuel", "value"),
    bomb("template", "(() => { let t = '1'; for (;;) t = `${t}${t}` })()", "memory", "value"),
]  # fmt: skip

DEPTH = [
    ex("function", "(function f() { return f() + 1 })()", "value"),
    ex("arrow", "(() => { const f = () => f() + 1; return f() })()", "value"),
    ex("result", "(() => { let a = 1; for (let i = 0; i < 1e4; i++) a = [a]; return a })()", "value", "fuel"),
    ex("cycle", "(() => { const a = []; a.push(a); return a })()", "value"),
    ex("cycle-in-a-proxy", "new Proxy({}, {ownKeys: () => ['a'], getOwnPropertyDescriptor: () => ({value: 1, enumerable: true, configurable: true}), get: (t, k, r) => r})", "value", "fuel"),
    ex("getter-chain", "({get a() { return this.a }}).a", "value"),
    ex("to-string", "`${{toString() { return `${this}` }}}`", "value", "failed"),
    ex("replacer", "JSON.stringify([1], function f(k, v) { return JSON.stringify([1], f) })", "value"),
    ex("regex", "new RegExp('('.repeat(1e5))", "value", "fuel"),
    ex("merge", "(() => { let a = {}; for (let i = 0; i < 1e4; i++) a = {a}; return a.merge(a) })()", "value", "fuel"),
    ex("source-parentheses", "(" * 50_000 + "1" + ")" * 50_000, "value", "fuel", "failed"),
    ex("source-lists", "[" * 100_000, "value", "fuel", "failed"),
    ex("source-arrows", "x=>" * 30_000 + "1", "value", "fuel", "failed"),
    ex("source-additions", "1" + "+1" * 200_000, "value", "fuel", "failed"),
    ex("source-comments", "1 " + "/**/" * 100_000, "value", "fuel", value=1),
    ex("source-names", "+".join(f"x{n}" for n in range(20_000)), "value", "fuel", "memory", "failed"),
    ex("source-template", "`" + "${1}" * 50_000 + "`", "value", "fuel", "failed"),
]  # fmt: skip

#: Each tries to leave something for the next expression of the execution; the canary looks for it.
TRACES = [
    ex("item", "$json.a = 99, $json.b = 1, $json.a", "value"),
    ex("list-of-the-item", "$json.list.push(9), $json.list.length", "value"),
    ex("list-sorted", "$json.list.sort((a, b) => b - a)", "value"),
    ex("computed-push", "$json.list['pu' + 'sh'](9)", "value"),
    ex("through-a-function", "((l) => l.reverse())($json.list)", "value"),
    ex("define", "Object.defineProperty($json, 'a', {get: () => 99}), $json.a", "value"),
    ex("input", "$input.first().json.a = 99", "value"),
    ex("input-all", "$input.all().length = 0", "value"),
    ex("vars", "$vars.leak = 1", "value"),
    ex("workflow", "$workflow.name = 'mine'", "value"),
    ex("workflow-defined", "Object.defineProperty($workflow, 'name', {value: 'mine'}), 1", "value"),
    ex("execution-id", "$execution.id = 'mine'", "value"),
    ex("now", "$now.ts = 0, $now.c = null, 1", "value"),
    ex("now-methods", "$now.constructor.prototype.toISO = () => 'mine'", "value"),
    ex("settings-of-luxon", "DateTime.now().constructor.prototype.constructor.now = () => 1, 1", "value"),
    ex("global", "globalThis.leak = 1", "value"),
    ex("undeclared", "leak = 1", "value"),
    ex("global-by-indirect-function", "[].map.constructor('globalThis.leak = 1')()", "value"),
    ex("global-declared", "[].map.constructor('var leak = 1; this.leak = 1')()", "value"),
    ex("evaluated", "(0, eval)('var leak = 1')", "value"),
    ex("polluted", "({}).__proto__.polluted = 1", "value"),
    ex("polluted-lists", "[].__proto__.polluted = 1", "value"),
    ex("polluted-by-set-prototype", "Object.setPrototypeOf(Object.prototype, {polluted: 1})", "value"),
    ex("polluted-by-define-setter", "({}).__defineSetter__('polluted', () => {}), 1", "value"),
    ex("polluted-by-reflect", "Reflect.set(Object.prototype, 'polluted', 1)", "value"),
    ex("polluted-by-receiver", "Reflect.set({}, 'polluted', 1, Array.prototype)", "value"),
    ex("iterator-prototype", "[][Symbol.iterator]().__proto__.next = () => ({done: true})", "value"),
    ex("generator-prototype", "(function* () {})().__proto__.__proto__.next = () => ({done: true})", "value"),
    ex("async-prototype", "(async () => {})().__proto__.then = () => 1", "value"),
    ex("typed-array-prototype", "Uint8Array.prototype.__proto__.polluted = 1", "value"),
    ex("regex-last-match", "RegExp.$1 = 'mine', RegExp.input = 'mine'", "value"),
    ex("regex-last-index", "(() => { const r = /a/g; r.test('aa'); return r.lastIndex })()", "value", value=1),
    ex("symbol-registry", "Symbol.for('leak').description", "value"),
    ex("math-random", "Math.random = () => 4", "value"),
    ex("random-drained", "(() => { for (let i = 0; i < 999; i++) Math.random() })()", "value"),
    ex("json-replaced", "JSON.stringify = () => '1'", "value"),
    ex("sort-replaced", "[].sort = 1, Array.prototype.sort = () => []", "value"),
    ex("freeze", "Object.freeze(Object.prototype), Object.seal(globalThis), 1", "value"),
    ex("extension-methods", "'x'.constructor.prototype.isEmpty = () => 'mine'", "value"),
    ex("bytes-frozen-in-place", "new Uint8Array(8).fill(7)[0]", "value", value=7),
    ex("half-pair", "'\\ud83d'", "value"),
    ex("finalizers", "typeof FinalizationRegistry + typeof WeakRef + typeof Atomics + typeof SharedArrayBuffer", "value", value="undefined" * 4),
    ex("clock-is-frozen", "(() => { const d = Date.now(); for (let i = 0; i < 1e5; i++); return Date.now() - d })()", "value", value=0),
    ex("no-host-functions", "typeof host_call + typeof __penstock + typeof __penstock_note + typeof console + typeof setTimeout", "value"),
]  # fmt: skip

ALL = [*ENDLESS, *DEPTH, *TRACES]


@pytest.mark.parametrize("attack", ALL)
async def test_a_hostile_expression_is_held(runners: Arena, attack: Program) -> None:
    await runners.hold(attack)


@pytest.mark.parametrize("attack", [*ENDLESS[:4], *TRACES[:8]])
async def test_a_hostile_expression_is_held_without_a_process_of_its_own(
    inprocess: Arena, attack: Program
) -> None:
    await inprocess.hold(attack)


@pytest.mark.parametrize("attack", GROWTH)
async def test_an_expression_without_memory_fails_and_is_never_undefined(
    runners: Arena, attack: Program
) -> None:
    outcome = await runners.hold(attack)

    assert outcome.ending != "value" or "error" in outcome.value


async def test_a_lenient_expression_without_memory_is_not_undefined(runners: Arena) -> None:
    source = "(() => { const s = new Set(); for (let i = 0;; i++) s.add({i}) })()"
    budget = msgspec.structs.replace(SMALL, fuel=4_000_000_000, memory_bytes=32 << 20, wall_s=5)

    try:
        done = await runners.sandbox.call(call([source], budget=budget, lenient=True))
    except PenstockError as error:
        assert error.code == "guest.budget_exceeded"  # noqa: PT017 - one of two right endings
    else:
        assert "memory" in msgspec.json.decode(done.chunks[0])["e"][0][3]


def call(sources: list[str], *, vm: str = "enemy", budget: Budget = SMALL, **more: Any) -> Call:
    header = {"exprs": sources, "typed": False, "ctx": CTX, **more}
    chunk = b'{"at":0,"n":1,"json":[{"a":20,"list":[1,2],"text":"x"}]}'
    return Call(
        guest="expression",
        workspace=WORKSPACE,
        vm=vm,
        header=msgspec.json.encode(header),
        chunks=[chunk],
        budget=budget,
    )


@pytest.mark.parametrize(
    "sources",
    [
        pytest.param([f"$json.a + {n}" for n in range(20_000)], id="twenty-thousand-expressions"),
        pytest.param(["$json.a + 1"] * 100_000, id="one-expression-a-hundred-thousand-times"),
        pytest.param(["'" + "x" * 5_000_000 + "'"], id="an-expression-of-five-megabytes"),
    ],
)
async def test_a_flood_of_expressions_ends_in_time(runners: Arena, sources: list[str]) -> None:
    await runners.warm("expression")
    before = await runners.canary("expression")
    started = time.monotonic()

    try:
        await runners.sandbox.call(call(sources))
    except PenstockError as error:
        assert error.code == "guest.budget_exceeded"  # noqa: PT017 - ending well is right, too

    assert time.monotonic() - started < SMALL.wall_s + GRACE_S + 0.5  # encoding it takes a while
    assert await runners.canary("expression") == before


async def test_a_thousand_executions_leave_no_more_than_a_few_machines(runners: Arena) -> None:
    await runners.warm("expression")

    most = 0
    for number in range(1_000):
        done = await runners.sandbox.call(call([f"$json.a + {number}"], vm=f"e{number}"))
        assert msgspec.json.decode(done.chunks[0])["v"] == [[20 + number]]
        most = max(most, done.spent.memory_bytes)

    assert most < 32 << 20
