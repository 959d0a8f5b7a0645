"""What an enemy asks of the host: too much, too often, too late, and nonsense."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import msgspec
import pytest
from tests.support.hostile import Arena, Program, program

pytestmark = [pytest.mark.slow, pytest.mark.asyncio(loop_scope="module")]

js: Callable[..., Any] = partial(program, "javascript", http=True)
py: Callable[..., Any] = partial(program, "python", http=True)
RAW = "from wit_world.imports import host\n"
ASK = "const ask = (...all) => Promise.all(all.map((url) => $helpers.httpRequest({url})));\n"


class Recorder:
    """Answers after a moment, and remembers what it was asked."""

    def __init__(self, *, delay_s: float = 0.0, body: str = "answer") -> None:
        self.asked: list[tuple[str, Any]] = []
        self.open = 0
        self.most_open = 0
        self._delay_s = delay_s
        self._body = body

    async def __call__(self, name: str, arguments: Any) -> Any:
        self.asked.append((name, arguments))
        self.open += 1
        self.most_open = max(self.most_open, self.open)
        try:
            await asyncio.sleep(self._delay_s)
        finally:
            self.open -= 1
        return {"status": 200, "headers": {}, "body": self._body, "bodyEncoding": "text", "url": ""}


ASKS = [
    js("ten-thousand-at-once", ASK + "return await ask(...Array(10000).fill('https://a.example/'))", "host_calls", fuel=4 * 10**9),
    js("one-after-another-without-end", ASK + "for (;;) await ask('https://a.example/')", "host_calls"),
    js("all-and-nobody-waits", ASK + "for (let i = 0; i < 5000; i++) ask('https://a.example/'); await null; await ask('https://a.example/'); return []", "host_calls", fuel=4 * 10**9),
    js("giant-address", ASK + "return await ask('https://a.example/' + 'x'.repeat(2e7))", "output", "fuel", "memory", "failed"),
    js("giant-body", "return await $helpers.httpRequest({url: 'https://a.example/', method: 'POST', body: 'x'.repeat(2e7)})", "output", "fuel", "memory", "failed"),
    js("deep-body", "let a = []; for (let i = 0; i < 2e4; i++) a = [a]; return await $helpers.httpRequest({url: 'https://a.example/', qs: {a}})", "failed", "fuel"),
    js("body-that-loops", "return await $helpers.httpRequest({url: 'https://a.example/', body: {toJSON() { for (;;); }}})", "fuel"),
    js("options-that-loop", "return await $helpers.httpRequest(new Proxy({}, {get() { for (;;); }}))", "fuel"),
    js("numbers-that-are-none", "return await $helpers.httpRequest({url: 'https://a.example/', timeout: NaN, qs: {a: NaN, b: -Infinity, c: 1e308 * 10}})", "value", "failed"),
    js("half-pairs", ASK + "return await ask('https://a.example/\\ud800')", "value", "failed"),
    js("unknown-name-by-our-door", "const p = (0, eval)('this').__penstock; return [{a: String(await p?.request?.('vault.read', {id: 1}))}]", "value", "failed"),
    js("no-list-by-our-door", "const p = (0, eval)('this').__penstock; p.takeRequests = () => '{\"a\":1}'; await new Promise(() => {})", "failed", "fuel", "trapped"),
    js("deep-list-by-our-door", "const p = (0, eval)('this').__penstock; p.takeRequests = () => '['.repeat(1e6); await new Promise(() => {})", "failed", "fuel", "trapped", "output"),
    js("endless-requests-by-our-door", "const p = (0, eval)('this').__penstock; p.takeRequests = () => '[{\"name\":\"http\",\"arguments\":{\"url\":\"x\"}}]'; await new Promise(() => {})", "host_calls", "failed", "fuel", "trapped"),
    js("empty-requests-by-our-door", "const p = (0, eval)('this').__penstock; p.takeRequests = () => '[]'; await new Promise(() => {})", "fuel", "failed", "trapped", "host_calls"),
    js("answers-never-read", "const p = (0, eval)('this').__penstock; p.giveAnswers = () => { for (;;); }; await $helpers.httpRequest({url: 'https://a.example/'})", "failed", "fuel"),
    js("fetch-of-nothing", "return await fetch({toString() { throw 1 }})", "failed"),
    py("ten-thousand-at-once-python", "import asyncio\nawait asyncio.gather(*(asyncio.ensure_future(_helpers.async_http_request({'url': 'https://a.example/'})) if hasattr(_helpers, 'async_http_request') else asyncio.sleep(0) for _ in range(10 ** 4)))\nfor _ in range(10 ** 4): _helpers.http_request({'url': 'https://a.example/'})", "host_calls", "fuel"),
    py("one-after-another-python", "while True: _helpers.http_request({'url': 'https://a.example/'})", "host_calls"),
    py("raw-no-list", RAW + "return [{'a': host.call('{\"a\": 1}')}]", "failed"),
    py("raw-no-json", RAW + "return [{'a': host.call('no json')}]", "failed"),
    py("raw-nothing", RAW + "return [{'a': host.call('')}]", "failed"),
    py("raw-empty-without-end", RAW + "while True: host.call('[]')", "host_calls", fuel=10**15),
    py("raw-deep", RAW + "return [{'a': host.call('[' * 10 ** 5)}]", "failed"),
    py("raw-deep-arguments", RAW + "return [{'a': host.call('[{\"name\":\"http\",\"arguments\":' + '[' * 900 + ']' * 900 + '}]')}]", "value", "failed"),
    py("raw-giant", RAW + "return [{'a': host.call('[{\"name\":\"http\",\"arguments\":\"' + 'x' * 10 ** 7 + '\"}]')}]", "output", "failed"),
    py("raw-million-requests", RAW + "return [{'a': host.call('[' + ','.join(['{\"name\":\"x\"}'] * 200_000) + ']')}]", "host_calls"),
    py("raw-unknown-name", RAW + "return [{'a': host.call('[{\"name\":\"vault.read\",\"arguments\":null}]')[:5]}]", value=[{"a": '[{"ok'}]),
    py("raw-name-is-a-number", RAW + "return [{'a': host.call('[{\"name\":1}]')}]", "failed"),
    py("raw-twice-the-same-key", RAW + "return [{'a': host.call('[{\"name\":\"http\",\"name\":\"http\"}]')[:3]}]", "value", "failed"),
    py("raw-half-pair", RAW + "return [{'a': host.call('[{\"name\":\"\\ud800\"}]')}]", "failed", "trapped", "value"),
    py("raw-not-text", RAW + "return [{'a': host.call(b'[]')}]", "failed", "trapped", "value"),
    py("raw-notes-of-nonsense", "from wit_world.imports import notes\nfor text in ('', 'no json', '[' * 10000, '1', '{\"level\": 5}', '\\x00'):\n  notes.log(text)\n  notes.progress(text)\nreturn [{'ok': 1}]", value=[{"ok": 1}]),
    py("raw-next-without-end", "from wit_world.imports import items as i\nfor _ in range(10 ** 4): i.next()\nreturn [{'ok': 1}]", "value", "fuel", value=[{"ok": 1}]),
    py("state-and-binary-not-granted", RAW + "import json\nreturn [{'a': [a.get('error', {}).get('code') or a for a in json.loads(host.call(json.dumps([{'name': n, 'arguments': {}} for n in ('state.get', 'binary.read', 'no.such')])))] and 1}]", value=[{"a": 1}]),
]  # fmt: skip


@pytest.mark.parametrize("attack", ASKS)
async def test_what_is_asked_of_the_host_is_held(runners: Arena, attack: Program) -> None:
    host = Recorder()

    await runners.hold(attack, host)

    assert len(host.asked) <= 3 * attack.budget.host_calls  # three tries at most


@pytest.mark.parametrize("attack", [*ASKS[:3], ASKS[6], ASKS[18], ASKS[22]])
async def test_what_is_asked_of_the_host_is_held_without_a_process_of_its_own(
    inprocess: Arena, attack: Program
) -> None:
    await inprocess.hold(attack, Recorder())


async def test_ten_thousand_requests_that_are_allowed_go_out_a_few_at_a_time(
    runners: Arena,
) -> None:
    host = Recorder()
    budget: dict[str, Any] = {
        "host_calls": 20_000,
        "fetched_bytes": 1 << 26,
        "memory_bytes": 1 << 28,
    }
    attack: Program = js(
        "", ASK + "const all = await ask(...Array(10000).fill('x')); return [{n: all.length}]", "value", fuel=10**12, wall_s=10, total_s=30, **budget
    ).values[0]  # fmt: skip

    outcome = await runners.hold(attack, host)

    assert outcome.value == [{"n": 10_000}]
    assert host.most_open <= 16


@pytest.mark.parametrize(
    "attack",
    [
        js("javascript", ASK + "await ask('https://a.example/'); return []", "total", total_s=0.6),
        py("python", "_helpers.http_request({'url': 'https://a.example/'})", "total", total_s=0.6),
    ],
)
async def test_a_host_that_takes_long_is_left_at_the_clock_of_the_call(
    runners: Arena, attack: Program
) -> None:
    host = Recorder(delay_s=60)

    await runners.hold(attack, host)

    assert host.open == 0


@pytest.mark.parametrize(
    "attack",
    [
        js("one-giant-answer", ASK + "return await ask('x')", "fetched"),
        js("answers-that-add-up", ASK + "for (let i = 0; i < 50; i++) await ask('x', 'x')", "fetched"),
        py("one-giant-answer-python", "_helpers.http_request({'url': 'x'})", "fetched"),
    ],
)  # fmt: skip
async def test_what_is_fetched_is_limited(runners: Arena, attack: Program) -> None:
    size = 2_000_000 if "giant" in attack.source or "for" not in attack.source else 50_000

    await runners.hold(attack, Recorder(body="x" * size))


@pytest.mark.parametrize(
    "attack",
    [
        js("javascript", "$helpers.httpRequest({url: 'https://late.example/'}); return [{ok: 1}]", "value"),
        js("javascript-later", "Promise.resolve().then(() => $helpers.httpRequest({url: 'https://late.example/'})); return [{ok: 1}]", "value"),
        py("python", "import asyncio\nasync def f(): _helpers.http_request({'url': 'https://late.example/'})\nasyncio.ensure_future(f())\nreturn [{'ok': 1}]", "value", "failed"),
    ],
)  # fmt: skip
async def test_a_request_that_nobody_waits_for_does_not_outlive_the_call(
    runners: Arena, attack: Program
) -> None:
    host = Recorder()
    await runners.hold(attack, host)
    before = len(host.asked)

    later: Program = js("", "return [{ok: 1}]").values[0]
    outcome = await runners.run(later, host)

    assert outcome.value == [{"ok": 1}]
    assert len(host.asked) == before


async def test_expressions_have_no_host_even_where_one_is_offered(runners: Arena) -> None:
    host = Recorder()
    attack: Program = program("expression", "", "typeof $helpers + typeof fetch + typeof host_call").values[0]  # fmt: skip

    outcome = await runners.hold(attack, host)

    assert "function" not in str(outcome.value)
    assert host.asked == []


async def test_two_hundred_attacks_at_once_all_end_and_leave_the_pool_working(
    runners: Arena,
) -> None:
    sources = ["for (;;);", "null.x", "return [{ok: 1}]", "const a = []; for (;;) a.push([a])"]
    attacks: list[Program] = [js("", sources[n % 4]).values[0] for n in range(200)]
    await runners.warm("javascript")
    started = time.monotonic()

    ended = await asyncio.gather(*(runners.run(attack) for attack in attacks))

    assert {one.ending for one in ended} <= {"fuel", "memory", "wall", "failed", "value"}
    assert [one.value for one in ended[2::4]] == [[{"ok": 1}]] * 50
    assert time.monotonic() - started < 100 * 0.75
    assert msgspec.json.encode(await runners.canary("javascript"))


async def test_what_is_random_is_never_given_twice(runners: Arena) -> None:
    source = "import os, secrets, uuid\nreturn [{'r': [str(uuid.uuid4()), secrets.token_hex(8), os.urandom(8).hex()]}]"
    attack: Program = py("", source).values[0]

    drawn = [(await runners.hold(attack)).value[0]["r"] for _ in range(20)]

    assert len({text for row in drawn for text in row}) == 60


@pytest.mark.parametrize(
    "attack",
    [
        js("javascript", "const seen = new Set(); for (let i = 0; i < 1e4; i++) { seen.add(Date.now() % 1); seen.add((globalThis.performance?.now?.() ?? 0) % 1) } return [{fractions: [...seen]}]", value=[{"fractions": [0]}]),
        py("python", "import time\nseen = set()\nfor _ in range(2000):\n  seen.add(time.perf_counter_ns() % 10 ** 6)\n  seen.add(time.monotonic_ns() % 10 ** 6)\n  seen.add(time.time_ns() % 10 ** 6)\nreturn [{'fractions': sorted(seen)}]", value=[{"fractions": [0]}]),
    ],
)  # fmt: skip
async def test_clocks_are_too_coarse_to_time_a_neighbour(runners: Arena, attack: Program) -> None:
    await runners.hold(attack)
