"""The JavaScript guests' budgets, and programs that try to get past them."""

from __future__ import annotations

import threading
import time
import weakref
from typing import Any

import msgspec
import pytest
import wasmtime

from penstock_sandbox.contract import Budget, Spent
from penstock_sandbox.errors import BudgetExceeded, GuestTrapped
from penstock_sandbox.guests.engine import EPOCH_TICK_S, make_engine
from penstock_sandbox.guests.guest import GuestAnsweredError, Task
from penstock_sandbox.guests.javascript import JavaScriptDriver


@pytest.fixture(scope="module")
def engine() -> wasmtime.Engine:
    return make_engine()


@pytest.fixture(scope="module")
def driver(engine: wasmtime.Engine) -> JavaScriptDriver:
    return JavaScriptDriver(engine, "javascript")


class Bare:
    """A host that keeps how large the notes were and answers requests with what it was given."""

    def __init__(self, answer: bytes = b"[]") -> None:
        self.answer = answer
        self.note_sizes: list[int] = []

    def host(self, requests: bytes) -> bytes:
        return self.answer

    def note(self, kind: str, body: bytes) -> None:
        self.note_sizes.append(len(body))


def code(source: str, *chunks: bytes, channel: Bare | None = None, **budget: Any) -> Task:
    header = {"kind": "code", "mode": "all", "source": source, "http": True, "ctx": {}}
    return Task(
        header=msgspec.json.encode(header),
        chunks=iter(chunks),
        budget=Budget(**budget),
        channel=channel or Bare(),
        spent=Spent(),
    )


def failure(driver: JavaScriptDriver, task: Task) -> dict[str, Any]:
    with pytest.raises(GuestAnsweredError) as caught:
        list(driver.run(task))
    error: dict[str, Any] = msgspec.json.decode(caught.value.body)["error"]
    return error


@pytest.mark.parametrize(
    "source",
    [
        pytest.param("for (;;);", id="a loop"),
        pytest.param("while (true) await null", id="a loop of promises"),
        pytest.param(
            "const f = () => Promise.resolve().then(f); await f()", id="a flood of promises"
        ),
        pytest.param("/(a+)+$/.test('a'.repeat(40) + 'b')", id="a regular expression"),
        pytest.param("throw {get message() { for (;;); }}", id="while the error is described"),
        pytest.param("return {toJSON() { for (;;); }}", id="while the result is written"),
        pytest.param("return {then() { for (;;); }}", id="a thenable"),
        pytest.param("try { for (;;); } finally { return [] }", id="with a finally"),
        pytest.param("for (;;) try { for (;;); } catch {}", id="with a catch"),
    ],
)
def test_what_does_not_end_runs_out_of_fuel(driver: JavaScriptDriver, source: str) -> None:
    task = code(source, fuel=300_000_000)

    with pytest.raises(BudgetExceeded) as caught:
        list(driver.run(task))

    assert caught.value.limit == "fuel"
    assert task.spent.fuel == 300_000_000


@pytest.mark.parametrize(
    "source",
    [
        pytest.param("const a = []; for (;;) a.push(new Uint8Array(1e6))", id="arrays of bytes"),
        pytest.param("let s = 'x'; for (;;) { s += s; s.charCodeAt(0) }", id="a string"),
        pytest.param("return {a: 'x'.repeat(5e8)}", id="one large string"),
        pytest.param("new ArrayBuffer(1e9)", id="one large buffer"),
        pytest.param(
            "const m = new Map(); for (let i = 0;; i++) m.set(i, 'x'.repeat(999) + i)", id="a map"
        ),
    ],
)
def test_what_grows_without_end_runs_out_of_memory(driver: JavaScriptDriver, source: str) -> None:
    task = code(source, memory_bytes=32 << 20)

    with pytest.raises(BudgetExceeded) as caught:
        list(driver.run(task))

    assert caught.value.limit == "memory"
    assert task.spent.memory_bytes <= 32 << 20


def test_code_that_catches_being_out_of_memory_stays_within_its_limit(
    driver: JavaScriptDriver,
) -> None:
    source = """const a = []; let n = 0
        while (n < 3) { try { for (;;) a.push(new Uint8Array(1e6)) } catch { n++ } }
        a.length = 0; return {n}"""
    task = code(source, memory_bytes=32 << 20)

    (answer,) = driver.run(task)

    assert msgspec.json.decode(answer)["ports"]["main"]["items"] == [{"json": {"n": 3}}]
    assert task.spent.memory_bytes <= 32 << 20


def test_a_limit_below_the_image_is_refused(driver: JavaScriptDriver) -> None:
    with pytest.raises(BudgetExceeded) as caught:
        list(driver.run(code("return []", memory_bytes=1 << 20)))

    assert caught.value.limit == "memory"


@pytest.mark.parametrize(
    "source",
    [
        pytest.param("(function f() { f() })()", id="functions"),
        pytest.param(
            "let a = []; for (let i = 0; i < 1e6; i++) a = [a]; return {a}", id="a result"
        ),
        pytest.param("JSON.parse('['.repeat(1e6))", id="JSON"),
        pytest.param("new Function('('.repeat(1e6))", id="a source"),
        pytest.param("const a = []; a[0] = a; String(a)", id="a list of itself"),
        pytest.param("const p = new Proxy({}, {get: (t, k, r) => r[k]}); p.x", id="a proxy"),
        pytest.param("const o = {toString() { return `${this}` }}; `${o}`", id="conversions"),
        pytest.param(
            "let b = () => 1; for (let i = 0; i < 5e3; i++) b = b.bind(); b()", id="bound functions"
        ),
    ],
)
def test_endless_recursion_is_an_error_in_the_guest(driver: JavaScriptDriver, source: str) -> None:
    assert failure(driver, code(source, fuel=10_000_000_000))["name"] in {
        "RangeError",
        "InternalError",
    }


def test_recursion_may_be_a_thousand_calls_deep(driver: JavaScriptDriver) -> None:
    (answer,) = driver.run(
        code("return {n: (function f(n) { return n ? 1 + f(n - 1) : 0 })(1000)}")
    )

    assert b'{"n":1000}' in answer


def test_items_nested_too_deeply_are_an_error(driver: JavaScriptDriver) -> None:
    deep = b'[{"json":{"a":' + b"[" * 200_000 + b"]" * 200_000 + b"}}]"

    assert "stack" in failure(driver, code("return items", deep))["message"]


@pytest.mark.parametrize("chunk", [b"", b"no JSON", b"{}", b"null", b"\xff\xfe", b"[1,2"])
def test_a_chunk_that_is_no_list_is_an_error(driver: JavaScriptDriver, chunk: bytes) -> None:
    assert failure(driver, code("return items", chunk))["name"]


def test_invalid_utf8_becomes_replacement_characters(driver: JavaScriptDriver) -> None:
    (answer,) = driver.run(code("return items", b'[{"json":{"a":"\xff\xc3"}}]'))

    assert msgspec.json.decode(answer)["ports"]["main"]["items"] == [
        {"json": {"a": "\ufffd\ufffd"}}
    ]


def test_a_chunk_larger_than_the_buffer_arrives_whole(driver: JavaScriptDriver) -> None:
    large = msgspec.json.encode([{"json": {"a": "x" * 3_000_000}}])

    (answer,) = driver.run(code("return {n: items[0].json.a.length}", large))

    assert b'{"n":3000000}' in answer


def test_output_beyond_its_limit_is_refused(driver: JavaScriptDriver) -> None:
    with pytest.raises(BudgetExceeded) as caught:
        list(driver.run(code("return {a: 'x'.repeat(2e6)}", output_bytes=1 << 20)))

    assert caught.value.limit == "output"


def test_a_giant_line_of_log_is_cut(driver: JavaScriptDriver) -> None:
    channel = Bare()

    list(driver.run(code("console.log('x'.repeat(1e7)); return []", channel=channel)))

    assert 10_000 < channel.note_sizes[0] < 20_000


def test_a_giant_line_of_log_by_a_patched_language_is_dropped(driver: JavaScriptDriver) -> None:
    channel = Bare()
    source = "String.prototype.slice = function () { return this }; console.log('x'.repeat(1e7)); return []"

    list(driver.run(code(source, channel=channel)))

    assert channel.note_sizes == []


def test_a_host_that_answers_fewer_requests_than_it_was_sent_is_an_error(
    driver: JavaScriptDriver,
) -> None:
    error = failure(driver, code("await $helpers.httpRequest('http://h')", channel=Bare(b"[]")))

    assert error["code"] == "guest.protocol"


def test_requests_without_a_channel_end_the_call(driver: JavaScriptDriver) -> None:
    task = code("await $helpers.httpRequest('http://h')")
    task.channel = None

    with pytest.raises(GuestTrapped):
        list(driver.run(task))


def test_a_channel_that_fails_ends_the_call_with_its_own_error(driver: JavaScriptDriver) -> None:
    class Broken(Bare):
        def note(self, kind: str, body: bytes) -> None:
            raise ConnectionError("the parent is gone")

    with pytest.raises(ConnectionError):
        list(driver.run(code("console.log('x'); return []", channel=Broken())))


def test_a_wall_clock_that_ticks_stops_the_guest(
    engine: wasmtime.Engine, driver: JavaScriptDriver
) -> None:
    done = threading.Event()

    def tick() -> None:
        while not done.wait(EPOCH_TICK_S):
            engine.increment_epoch()

    clock = threading.Thread(target=tick)
    clock.start()
    started = time.monotonic()
    try:
        with pytest.raises(BudgetExceeded) as caught:
            list(driver.run(code("for (;;);", wall_s=0.2, fuel=1 << 50)))
    finally:
        done.set()
        clock.join()

    assert caught.value.limit == "wall"
    assert time.monotonic() - started < 2


def test_the_clock_of_code_is_coarse(driver: JavaScriptDriver) -> None:
    source = """const seen = new Set(); for (let i = 0; i < 300; i++) seen.add(performance.now() % 1)
        return {seen: [...seen], close: Math.abs(Date.now() - Number('NOW')) < 60000}"""

    (answer,) = driver.run(code(source.replace("NOW", str(int(time.time() * 1000)))))

    assert msgspec.json.decode(answer)["ports"]["main"]["items"] == [
        {"json": {"seen": [0], "close": True}}
    ]


def test_a_driver_that_nobody_holds_is_freed(engine: wasmtime.Engine) -> None:
    driver = JavaScriptDriver(engine, "javascript")
    list(driver.run(code("console.log('x'); return []")))
    trace = weakref.ref(driver)

    del driver

    assert trace() is None


def test_an_answer_that_is_not_read_to_its_end_still_counts_what_was_spent(
    driver: JavaScriptDriver,
) -> None:
    task = code("return [...Array(5000).keys()].map(i => ({i}))")
    answers = driver.run(task)

    next(answers)
    del answers

    assert task.spent.fuel > 0
