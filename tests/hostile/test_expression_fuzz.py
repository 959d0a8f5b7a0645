"""Expressions from an enemy: 100,000 generated ones, and the shapes of published escapes.

Each goes to the guest directly, past the host's refusals. Whatever it is, the guest answers with
values and errors or is stopped by its budget, nothing outside is reached, and the next expression
finds everything as it was.
"""

from __future__ import annotations

import os
import random
import time
from collections.abc import Sequence
from typing import Any

import msgspec
import pytest

from penstock_kernel.expressions.expressions import judge
from penstock_kernel.expressions.templates import parse_template
from penstock_sandbox.contract import Budget, Spent
from penstock_sandbox.errors import BudgetExceeded, GuestTrapped
from penstock_sandbox.guests.engine import make_engine
from penstock_sandbox.guests.guest import GuestAnsweredError, Task
from penstock_sandbox.guests.javascript import JavaScriptDriver

CASES = 100_000
BATCH = 250
SEED = int(os.environ.get("PENSTOCK_FUZZ_SEED", "20"))
#: A batch may spend this much; a case that loops ends its batch, never the test.
BUDGET = Budget(fuel=1_500_000_000, memory_bytes=64 << 20, output_bytes=8 << 20, wall_s=10)
CTX = {
    "now": 1_700_000_000_000,
    "zone": "UTC",
    "seed": 3,
    "nodes": {
        "X": {"executed": True, "parameter": {}, "runIndex": 0, "items": [{"json": {"a": 1}}]}
    },
    "input": {"count": 1, "items": [{"json": {"a": 1}}]},
}
#: Everything that a later expression could notice: names, functions and values of what is shared.
CANARY = """(() => {
  const seen = [];
  const global = (function () { return this })() ?? {};
  for (const name of Object.getOwnPropertyNames(global).sort()) {
    const value = global[name];
    seen.push(name, typeof value);
    for (const part of [value, value?.prototype]) {
      if (part === null || (typeof part !== 'object' && typeof part !== 'function')) continue;
      seen.push(Object.getOwnPropertyNames(part).sort().join());
    }
  }
  seen.push([3, 1, 2].map(String).join(), $now.toISO(), JSON.stringify({a: [1]}), ({}).polluted);
  return seen.join('|');
})()"""


@pytest.fixture(scope="module")
def driver() -> JavaScriptDriver:
    return JavaScriptDriver(make_engine(), "expression")


def ask(driver: JavaScriptDriver, sources: Sequence[str], vm: str = "enemy") -> dict[str, Any]:
    """Evaluate sources for one item.

    Raises:
        BudgetExceeded, GuestTrapped, GuestAnsweredError: As the driver tells it.
    """
    header = {"exprs": sources, "ctx": CTX, "lenient": True}
    task = Task(
        header=msgspec.json.encode(header),
        chunks=iter([b'{"at":0,"n":1,"json":[{"a":1,"list":[1,2],"text":"x"}]}']),
        budget=BUDGET,
        spent=Spent(),
        vm=vm,
    )
    (body,) = driver.run(task)
    answer: dict[str, Any] = msgspec.json.decode(body)
    return answer


def canary(driver: JavaScriptDriver, vm: str = "enemy") -> Any:
    answer = ask(driver, [CANARY], vm)
    assert answer["e"] == []
    return answer["v"][0][0]


# --- Generated -------------------------------------------------------------------------------

WORDS = """$json $input $node $now $today $items $item $vars $workflow $execution $jmespath $if $ this
globalThis window process require eval Function Object Array String Number Symbol Reflect Proxy Promise
Error JSON Math Date RegExp Map Set WeakMap Intl DateTime Duration Interval BigInt Uint8Array ArrayBuffer
undefined NaN arguments async x y __proto__ constructor luxon jmespath __penstock P ǂ""".split()  # noqa: SIM905
PROPERTIES = """constructor __proto__ prototype call apply bind toString valueOf length a list text first last
all item json map filter reduce concat join keys values entries assign create freeze defineProperty
getPrototypeOf setPrototypeOf getOwnPropertyNames getOwnPropertyDescriptors __defineGetter__
__lookupGetter__ prepareStackTrace stack caller callee return next then at fromCharCode raw toJSON
isEmpty merge compact format plus toISO parse stringify exec test replace repeat split""".split()  # noqa: SIM905
LITERALS = ["0", "1", "-1", "1e999", "9007199254740993", "10n", "''", "'a'", "'constructor'", "`t`",
            "null", "true", "/(a+)+b/", "[]", "{}", "'return this'", "\"\\u0000\"", "'💥'", "[,1]", "new.target"]  # fmt: skip
BINARY = ["+", "-", "*", "/", "%", "**", "<<", ">>>", "&", "|", "&&", "||", "??", "==", "===", "<",
          "in", "instanceof", ",", "=", "+=", "??="]  # fmt: skip
UNARY = [
    "!",
    "-",
    "~",
    "typeof ",
    "void ",
    "delete ",
    "await ",
    "...",
    "new ",
    "++",
    "yield ",
    "async ",
]
NOISE = [*"(){}[]`'\"\\/;,.:?=>$#@!\n\u2028\ud83d", "{{", "}}", "//", "/*", "=>", "?."]


class Author:
    """Writes expressions that a parser mostly accepts and nobody should."""

    def __init__(self, seed: int) -> None:
        self._dice = random.Random(seed)  # noqa: S311 - cases have to be the same again

    def source(self) -> str:
        text = self._expression(self._dice.randint(1, 4))
        if self._dice.random() < 0.15:
            at = self._dice.randrange(len(text) + 1)
            text = text[:at] + self._dice.choice(NOISE) + text[at + self._dice.randrange(3) :]
        return text.encode("utf-8", "replace").decode()

    def _expression(self, depth: int) -> str:
        if depth == 0 or self._dice.random() < 0.1:
            return self._dice.choice(self._dice.choice([WORDS, LITERALS]))
        return self._dice.choice(FORMS)(self, depth - 1)

    def binary(self, depth: int) -> str:
        operator = self._dice.choice(BINARY)
        return f"({self._expression(depth)} {operator} {self._expression(depth)})"

    def unary(self, depth: int) -> str:
        return f"({self._dice.choice(UNARY)}{self._expression(depth)})"

    def member(self, depth: int) -> str:
        dot = self._dice.choice([".", "?."])
        return f"{self._expression(depth)}{dot}{self._dice.choice(PROPERTIES)}"

    def computed(self, depth: int) -> str:
        return f"{self._expression(depth)}[{self._expression(depth)}]"

    def called(self, depth: int) -> str:
        many = [self._expression(depth) for _ in range(self._dice.randrange(3))]
        return f"{self._expression(depth)}({', '.join(many)})"

    def method(self, depth: int) -> str:
        inner = self._expression(depth)
        return f"{inner}.{self._dice.choice(PROPERTIES)}({self._expression(depth)})"

    def arrow(self, depth: int) -> str:
        parameter = self._dice.choice(["x", "{a}", "[y]", "...x", "x = y", "$json"])
        body = self._expression(depth)
        return self._dice.choice(
            [f"(({parameter}) => {body})", f"(({parameter}) => {body})({self._expression(depth)})",
             f"(function ({parameter}) {{ return {body} }}).call({self._expression(depth)})",
             f"(() => {{ try {{ {body} }} catch (x) {{ return x }} }})()"]
        )  # fmt: skip

    def literal(self, depth: int) -> str:
        one, other = self._expression(depth), self._expression(depth)
        key = self._dice.choice(PROPERTIES)
        return self._dice.choice(
            [f"[{one}, ...{other}]", f"({{{key}: {one}, ...{other}}})", f"`${{{one}}}`", f"{one}`{{}}`",
             f"({{get {key}() {{ return {one} }}}}).{key}", f"({{[{one}]: {other}}})",
             f"new Proxy({one}, {{get: () => {other}}})", f"class extends {one} {{}}"]
        )  # fmt: skip

    def choice(self, depth: int) -> str:
        parts = [self._expression(depth) for _ in range(3)]
        return f"({parts[0]} ? {parts[1]} : {parts[2]})"


FORMS = [Author.binary, Author.unary, Author.member, Author.member, Author.computed, Author.called,
         Author.method, Author.arrow, Author.literal, Author.choice]  # fmt: skip


@pytest.mark.slow
def test_a_hundred_thousand_hostile_expressions_reach_nothing(driver: JavaScriptDriver) -> None:
    author = Author(SEED)
    before = canary(driver, "untouched")
    answered = stopped = valued = 0
    started = time.process_time()

    for _ in range(CASES // BATCH):
        sources = [author.source() for _ in range(BATCH)]
        try:
            answer = ask(driver, sources)
        except (BudgetExceeded, GuestTrapped, GuestAnsweredError):
            stopped += 1
            continue
        answered += 1
        assert len(answer["v"]) == len(answer["u"]) == BATCH
        valued += BATCH - len(answer["e"]) - sum(map(len, answer["u"]))

    elapsed = time.process_time() - started
    assert canary(driver) == before, f"changed by seed {SEED}"
    assert answered > stopped
    assert (
        valued > CASES // 20
    )  # most cases are nonsense, but not all: the test has something to see
    assert elapsed < 60


def test_the_host_can_judge_whatever_is_written() -> None:
    author = Author(SEED + 1)

    for _ in range(5_000):
        source = author.source()
        parse_template("={{" + source + "}}")
        judge(source)


# --- Published shapes ------------------------------------------------------------------------

ESCAPES = [
    pytest.param("({}).constructor.constructor('return process')()", id="constructor-chain"),
    pytest.param("''['const' + 'ructor']['const' + 'ructor']('return globalThis.process')()", id="spelled-chain"),
    pytest.param("(() => {}).constructor('return this.process.mainModule')()", id="arrow-constructor"),
    pytest.param("(async () => {}).constructor('return import(\"fs\")')()", id="async-constructor"),
    pytest.param("(function* () {}).constructor('yield this')().next().value.process.env", id="generator-constructor"),
    pytest.param("[...'x'].map.constructor('return process.env')()", id="spread"),
    pytest.param("(({constructor: {constructor: f}}) => f('return process')())(() => {})", id="destructured"),
    pytest.param("({get a() { return this.constructor.constructor('return process')() }}).a", id="getter"),
    pytest.param("new Proxy({}, {get: (t, k, r) => r.constructor.constructor('return process')()}).x", id="proxy"),
    pytest.param("Reflect.construct(Function, ['return process'])()", id="reflect"),
    pytest.param("Reflect.getOwnPropertyDescriptor(globalThis, 'process').value", id="descriptor"),
    pytest.param("eval('process')", id="eval"),
    pytest.param("(0, eval)('this.process')", id="indirect-eval"),
    pytest.param("new Function('return process')()", id="function"),
    pytest.param("import('fs')", id="import"),
    pytest.param("require('child_process').execSync('id')", id="require"),
    pytest.param("this.constructor.constructor('return process.env')()", id="this"),
    pytest.param("(function () { return this.process.env })()", id="sloppy-this"),
    pytest.param("(function f() { return f.caller.caller.arguments })()", id="caller"),
    pytest.param("(function () { return arguments.callee.caller })()", id="callee"),
    pytest.param("Error.prepareStackTrace = (e, s) => s[0].getThis(), new Error().stack.process", id="stack-trace"),
    pytest.param("(() => { try { null.x } catch (e) { return e.constructor.constructor('return process')() } })()", id="thrown"),
    pytest.param("(() => { const f = () => f(); try { f() } catch (e) { return e.constructor.constructor('return process')() } })()", id="overflow"),
    pytest.param("Object.prototype.__defineGetter__('polluted', () => 1), ({}).polluted", id="define-getter"),
    pytest.param("({}).__proto__.polluted = 1", id="proto"),
    pytest.param("Object.assign(({}).constructor.prototype, {polluted: 1})", id="assign"),
    pytest.param("JSON.parse('{\"__proto__\": {\"polluted\": 1}}').polluted", id="json-proto"),
    pytest.param("({a: 1}).merge(JSON.parse('{\"__proto__\": {\"polluted\": 1}}'))", id="merge-proto"),
    pytest.param("Array.prototype.map = () => 'mine', [1].map(String)", id="patch-map"),
    pytest.param("String.prototype.replace.call = 1", id="patch-call"),
    pytest.param("DateTime.prototype.toISO = () => 'mine'", id="patch-luxon"),
    pytest.param("DateTime.now().constructor.constructor('return process')()", id="through-luxon"),
    pytest.param("$jmespath({a: 1}, 'constructor')", id="jmespath"),
    pytest.param("$jmespath({toString: () => $json}, 'toString')", id="jmespath-function"),
    pytest.param("$('X').constructor.constructor('return process')()", id="through-a-node"),
    pytest.param("$node['__proto__']", id="node-proto"),
    pytest.param("$item(-1).$json", id="item-out-of-range"),
    pytest.param("$now.reconfigure.call({}, {})", id="wrong-this"),
    pytest.param("Intl.DateTimeFormat.prototype.format = 1", id="patch-intl"),
    pytest.param("WebAssembly.instantiate", id="webassembly"),
    pytest.param("new SharedArrayBuffer(8)", id="shared-memory"),
    pytest.param("globalThis.leak = 1, leak", id="global"),
    pytest.param("leak = 1", id="undeclared"),
    pytest.param("1) } ; globalThis.leak = 1; function x() { return (2", id="broken-out"),
    pytest.param("1\n) }, this.leak = (() => { return (1", id="broken-out-of-the-function"),
    pytest.param("Symbol.prototype[Symbol.toPrimitive] = 1", id="patch-symbol"),
    pytest.param("({toString: () => { throw {get message() { throw 1 }} }}) + ''", id="error-that-throws"),
    pytest.param("(() => { throw new Proxy({}, {get() { throw 1 }}) })()", id="error-that-is-a-proxy"),
    pytest.param("({toJSON() { throw 1 }})", id="json-that-throws"),
    pytest.param("({toJSON() { return {toJSON: 1, v: this} }})", id="json-that-grows"),
    pytest.param("new Proxy([], {get: (t, k) => k === 'length' ? 1e9 : 1})", id="endless-list"),
    pytest.param("Promise.resolve().then(() => { globalThis.leak = 1 })", id="promise"),
    pytest.param("(async () => { await null; leak = 1 })()", id="after-await"),
    pytest.param("console.log.constructor('return process')()", id="console"),
    pytest.param("P.names", id="our-namespace"),
    pytest.param("__penstock.expressions.begin('{}')", id="our-door"),
    pytest.param("host_call('http', {})", id="host-function"),
    pytest.param("'a'.repeat(2 ** 29)", id="giant-text"),
    pytest.param("new Array(2 ** 32 - 1).fill(0)", id="giant-list"),
    pytest.param("/(a+)+$/.test('a'.repeat(40) + 'b')", id="regex-bomb"),
    pytest.param("(() => { for (;;) {} })()", id="endless-loop"),
    pytest.param("(() => { const a = []; for (;;) a.push(new Uint8Array(1e6)) })()", id="memory-bomb"),
]  # fmt: skip


@pytest.mark.parametrize("source", ESCAPES)
def test_a_published_way_out_leads_nowhere(driver: JavaScriptDriver, source: str) -> None:
    before = canary(driver, "untouched")
    started = time.monotonic()

    found = "{}"
    try:
        found = msgspec.json.encode(ask(driver, [source])).decode()
    except (BudgetExceeded, GuestTrapped, GuestAnsweredError):
        driver.release("enemy")

    assert time.monotonic() - started < BUDGET.wall_s + 0.25
    assert "uid=" not in found
    assert "PATH" not in found
    assert canary(driver) == before
