"""Components: what they are given, what is refused before they run, how they can end badly."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Sequence
from typing import Any

import msgspec
import pytest
import wasmtime
from wasmtime.component import Component

from penstock_sandbox.contract import Budget, Spent
from penstock_sandbox.errors import BudgetExceeded, GuestRefused, GuestTrapped
from penstock_sandbox.guests.component import ComponentDriver, check_component
from penstock_sandbox.guests.engine import make_engine
from penstock_sandbox.guests.guest import GuestAnsweredError, Task

ENGINE = make_engine()

#: A component of the world. `run` can use the memory from 256 on; 64 is where results are stored.
WORLD = """
(component
  (import "penstock:node/items@1.0.0" (instance $items
    (export "next" (func (result (option string))))
    (export "emit" (func (param "chunk" string)))))
  (import "penstock:node/host@1.0.0" (instance $host
    (export "call" (func (param "requests" string) (result string)))))
  (import "penstock:node/http@1.0.0" (instance $http
    (export "send" (func (param "request" string) (result (result string (error string)))))))
  (import "penstock:node/notes@1.0.0" (instance $notes
    (export "log" (func (param "line" string)))))
  (import "penstock:node/ambient@1.0.0" (instance $ambient
    (export "now" (func (result u64)))
    (export "random" (func (result u64)))))
  (import "wasi:random/random@0.2.3" (instance $random
    (export "get-random-u64" (func (result u64)))))
  (core module $store
    (memory (export "memory") 1)
    (global $top (mut i32) (i32.const 4096))
    (func (export "realloc") (param i32 i32 i32 i32) (result i32)
      (local $at i32)
      (local.set $at (i32.and (i32.add (global.get $top) (i32.const 7)) (i32.const -8)))
      (global.set $top (i32.add (local.get $at) (local.get 3)))
      (block $enough (loop $more
        (br_if $enough (i32.le_u (global.get $top) (i32.mul (memory.size) (i32.const 65536))))
        (if (i32.eq (memory.grow (i32.const 16)) (i32.const -1)) (then (unreachable)))
        (br $more)))
      (local.get $at)))
  (core instance $s (instantiate $store))
  (alias core export $s "memory" (core memory $memory))
  (alias core export $s "realloc" (core func $realloc))
  (core func $next (canon lower (func $items "next") (memory $memory) (realloc $realloc)))
  (core func $emit (canon lower (func $items "emit") (memory $memory)))
  (core func $call (canon lower (func $host "call") (memory $memory) (realloc $realloc)))
  (core func $send (canon lower (func $http "send") (memory $memory) (realloc $realloc)))
  (core func $log (canon lower (func $notes "log") (memory $memory)))
  (core func $now (canon lower (func $ambient "now")))
  (core func $random (canon lower (func $ambient "random")))
  (core func $entropy (canon lower (func $random "get-random-u64")))
  (core module $code
    (import "h" "memory" (memory 1))
    (import "h" "next" (func $next (param i32)))
    (import "h" "emit" (func $emit (param i32 i32)))
    (import "h" "call" (func $call (param i32 i32 i32)))
    (import "h" "send" (func $send (param i32 i32 i32)))
    (import "h" "log" (func $log (param i32 i32)))
    (import "h" "now" (func $now (result i64)))
    (import "h" "random" (func $random (result i64)))
    (import "h" "entropy" (func $entropy (result i64)))
    (data (i32.const 256) "TEXT")
    (func $deep (param i32) (result i32)
      (i32.add (i32.const 1) (call $deep (i32.add (local.get 0) (i32.const 1)))))
    (func (export "run") (param $at i32) (param $size i32) (result i32)
      BODY
      (i32.const 80))
    (func (export "text") (result i32)
      (i32.store (i32.const 96) (i32.const 256))
      (i32.store (i32.const 100) (i32.const 4))
      (i32.const 96))
    (func (export "options") (param $at i32) (param $size i32) (result i32)
      (i32.store (i32.const 116) (local.get $at))
      (i32.store (i32.const 120) (local.get $size))
      (i32.const 112)))
  (core instance $c (instantiate $code (with "h" (instance
    (export "memory" (memory $memory)) (export "next" (func $next)) (export "emit" (func $emit))
    (export "call" (func $call)) (export "send" (func $send)) (export "log" (func $log))
    (export "now" (func $now)) (export "random" (func $random))
    (export "entropy" (func $entropy))))))
  (func (export "run") (param "header" string) (result (result (error string)))
    (canon lift (core func $c "run") (memory $memory) (realloc $realloc)))
  (func (export "describe") (result string) (canon lift (core func $c "text") (memory $memory)))
  (func (export "options") (param "header" string) (result (result string (error string)))
    (canon lift (core func $c "options") (memory $memory) (realloc $realloc))))
"""
#: Emits what it is given, chunk by chunk.
ECHO = """
(loop $again
  (call $next (i32.const 64))
  (if (i32.load8_u (i32.const 64)) (then
    (call $emit (i32.load (i32.const 68)) (i32.load (i32.const 72)))
    (br $again))))
"""
#: Answers with the text at 256 as its error.
FAIL = """
(i32.store (i32.const 80) (i32.const 1))
(i32.store (i32.const 84) (i32.const 256))
(i32.store (i32.const 88) (i32.const SIZE))
"""


def built(body: str, text: str = "") -> bytes:
    escaped = text.replace('"', '\\"')
    return bytes(wasmtime.wat2wasm(WORLD.replace("BODY", body).replace("TEXT", escaped)))


class Host:
    """Answers each request with its arguments."""

    def __init__(self) -> None:
        self.requests: list[Any] = []
        self.notes: list[tuple[str, bytes]] = []

    def host(self, requests: bytes) -> bytes:
        frame = msgspec.json.decode(requests)
        self.requests.append(frame)
        return msgspec.json.encode([{"ok": request["arguments"]} for request in frame])

    def note(self, kind: str, body: bytes) -> None:
        self.notes.append((kind, body))


class Refusing(Host):
    """Refuses everything."""

    def host(self, requests: bytes) -> bytes:
        return b'[{"error":{"code":"egress.refused","message":"No."}}]'


@pytest.fixture(scope="module")
def driver() -> ComponentDriver:
    return ComponentDriver(ENGINE)


def run(
    driver: ComponentDriver,
    wasm: bytes,
    chunks: Sequence[bytes] = (),
    *,
    channel: Host | None = None,
    header: bytes = b"{}",
    **budget: Any,
) -> list[bytes]:
    task = Task(
        header=header,
        chunks=iter(chunks),
        budget=Budget(**budget),
        channel=channel,
        component=bytes(Component(ENGINE, wasm).serialize()),
        spent=Spent(),
    )
    return list(driver.run(task))


def test_a_component_of_the_world_passes_the_check() -> None:
    check_component(built(ECHO))


def test_chunks_go_in_and_come_out_as_they_are(driver: ComponentDriver) -> None:
    chunks = [b'[{"json":{"a":"\xc3\xa9"}}]', b"[]"]

    assert run(driver, built(ECHO), chunks) == chunks


def test_each_call_starts_anew(driver: ComponentDriver) -> None:
    # The first call leaves a mark in the memory; it would be emitted by the second.
    body = """
    (if (i32.load (i32.const 1024)) (then (call $emit (i32.const 256) (i32.const 4))))
    (i32.store (i32.const 1024) (i32.const 1))
    """
    wasm = built(body, "seen")

    assert [run(driver, wasm) for _ in range(3)] == [[], [], []]


def test_requests_cross_as_one_list(driver: ComponentDriver) -> None:
    host = Host()
    text = '[{"name":"http","arguments":1},{"name":"state.get","arguments":2}]'
    body = f"""
    (call $call (i32.const 256) (i32.const {len(text)}) (i32.const 64))
    (call $emit (i32.load (i32.const 64)) (i32.load (i32.const 68)))
    """

    [answer] = run(driver, built(body, text), channel=host)

    assert msgspec.json.decode(answer) == [{"ok": 1}, {"ok": 2}]
    assert host.requests == [msgspec.json.decode(text)]


def test_choices_come_from_their_own_export(driver: ComponentDriver) -> None:
    header = b'{"kind":"options","field":"city"}'

    assert run(driver, built("(unreachable)"), header=header) == [header]


def test_a_component_describes_itself(driver: ComponentDriver) -> None:
    assert run(driver, built("(unreachable)", "[{}]"), header=b'{"kind":"describe"}') == [b"[{}]"]


SEND = """
(call $send (i32.const 256) (i32.const SIZE) (i32.const 64))
(i32.store (i32.const 80) (i32.load8_u (i32.const 64)))
(if (i32.load8_u (i32.const 64)) (then
  (i32.store (i32.const 84) (i32.load (i32.const 68)))
  (i32.store (i32.const 88) (i32.load (i32.const 72))))
(else
  (call $emit (i32.load (i32.const 68)) (i32.load (i32.const 72)))))
"""


def test_a_named_function_is_one_request(driver: ComponentDriver) -> None:
    host, request = Host(), '{"url":"https://a.example/"}'

    answer = run(driver, built(SEND.replace("SIZE", str(len(request))), request), channel=host)

    assert answer == [request.encode()]
    assert host.requests == [[{"name": "http", "arguments": {"url": "https://a.example/"}}]]


def test_a_refused_request_is_an_error_in_the_guest(driver: ComponentDriver) -> None:
    with pytest.raises(GuestAnsweredError) as caught:
        run(driver, built(SEND.replace("SIZE", "2"), "{}"), channel=Refusing())

    assert msgspec.json.decode(caught.value.body)["code"] == "egress.refused"


@pytest.mark.parametrize(
    "request_text",
    [
        pytest.param('1},{"name":"http","arguments":2', id="a-second-request"),
        pytest.param("not json", id="not-json"),
    ],
)
def test_a_request_cannot_smuggle_another(driver: ComponentDriver, request_text: str) -> None:
    host = Host()

    with pytest.raises(GuestTrapped):
        run(
            driver,
            built(SEND.replace("SIZE", str(len(request_text))), request_text),
            channel=host,
        )

    assert host.requests == []


def test_lines_go_to_the_log(driver: ComponentDriver) -> None:
    host, line = Host(), '{"level":"info","message":"m"}'

    run(driver, built(f"(call $log (i32.const 256) (i32.const {len(line)}))", line), channel=host)

    assert host.notes == [("log", line.encode())]


def test_an_error_is_answered_as_data(driver: ComponentDriver) -> None:
    text = '{"error":{"name":"E","message":"m"}}'

    with pytest.raises(GuestAnsweredError) as caught:
        run(driver, built(FAIL.replace("SIZE", str(len(text))), text))

    assert caught.value.body == text.encode()


def test_without_a_channel_there_are_no_host_functions(driver: ComponentDriver) -> None:
    body = "(call $call (i32.const 256) (i32.const 2) (i32.const 64))"

    with pytest.raises(GuestRefused, match="no host functions"):
        run(driver, built(body, "[]"))


def test_clock_and_entropy_are_given(driver: ComponentDriver) -> None:
    body = """
    (if (i64.lt_u (call $now) (i64.const 1700000000000)) (then (unreachable)))
    (if (i64.eq (call $random) (call $random)) (then (unreachable)))
    (if (i64.eq (call $entropy) (call $entropy)) (then (unreachable)))
    """

    assert run(driver, built(body)) == []


@pytest.mark.parametrize(
    ("body", "error"),
    [
        pytest.param("(unreachable)", GuestTrapped, id="trap"),
        pytest.param("(drop (i32.load (i32.const -4)))", GuestTrapped, id="reads-outside"),
        pytest.param("(drop (call $deep (i32.const 0)))", GuestTrapped, id="endless-recursion"),
        pytest.param("(drop (i32.div_u (i32.const 1) (i32.const 0)))", GuestTrapped, id="by-zero"),
        pytest.param(
            "(call $emit (i32.const 256) (i32.const 2147483647))", GuestTrapped, id="lies-of-length"
        ),
        pytest.param("(call $emit (i32.const -1) (i32.const -1))", GuestTrapped, id="negative"),
        pytest.param(
            "(i32.store8 (i32.const 256) (i32.const 255)) (call $emit (i32.const 256) (i32.const 1))",
            GuestTrapped,
            id="invalid-utf-8",
        ),
        pytest.param("(call $next (i32.const -8))", GuestTrapped, id="result-outside-its-memory"),
        pytest.param("(call $next (i32.const 65))", GuestTrapped, id="unaligned-result"),
        pytest.param("(i32.store (i32.const 80) (i32.const 7))", GuestTrapped, id="no-such-case"),
        pytest.param("(loop $l (br $l))", BudgetExceeded, id="endless-loop"),
        pytest.param(
            "(loop $l (call $emit (i32.const 256) (i32.const 1024)) (br $l))",
            BudgetExceeded,
            id="endless-output",
        ),
    ],
)
def test_a_component_that_misbehaves_fails_alone(
    driver: ComponentDriver, body: str, error: type[Exception]
) -> None:
    started = time.monotonic()

    with pytest.raises(error):
        run(driver, built(body), [b"[]"], fuel=200_000_000, output_bytes=1 << 20)

    assert time.monotonic() - started < 5
    assert run(driver, built(ECHO), [b"[1]"]) == [b"[1]"]


def test_memory_beyond_the_limit_is_not_given(driver: ComponentDriver) -> None:
    body = """
    (loop $l (br_if $l (i32.ne (memory.grow (i32.const 16)) (i32.const -1))))
    (if (i32.gt_u (memory.size) (i32.const 128)) (then (unreachable)))
    """

    assert run(driver, built(body), memory_bytes=128 << 16) == []


def test_a_component_that_needs_more_memory_than_allowed_does_not_start(
    driver: ComponentDriver,
) -> None:
    with pytest.raises(BudgetExceeded) as caught:
        run(driver, built(ECHO), memory_bytes=1024)

    assert caught.value.limit == "memory"


def test_a_giant_text_to_the_host_ends_the_guest_and_nothing_else(driver: ComponentDriver) -> None:
    # 192 MB in one argument.
    body = """
    (drop (memory.grow (i32.const 3072)))
    (call $log (i32.const 256) (i32.const 201326592))
    """

    with pytest.raises(GuestTrapped):
        run(driver, built(body), channel=Host())


def test_native_code_of_another_engine_is_refused(driver: ComponentDriver) -> None:
    task = Task(header=b"{}", chunks=iter(()), budget=Budget(), component=b"\0elf", spent=Spent())

    with pytest.raises(GuestRefused, match="native code"):
        list(driver.run(task))


@pytest.mark.parametrize(
    ("wat", "message"),
    [
        pytest.param('(component (import "evil" (func)))', "imports evil", id="a-function"),
        pytest.param(
            '(component (import "wasi:http/types@0.2.0" (instance)))', "wasi:http", id="wasi-http"
        ),
        pytest.param(
            '(component (import "wasi:io/poll@0.3.0" (instance)))', "wasi:io", id="another-wasi"
        ),
        pytest.param(
            '(component (import "penstock:node/secrets@1.0.0" (instance)))', "secrets", id="unknown"
        ),
        pytest.param(
            '(component (import "penstock:node/host@2.0.0" (instance)))', "host@2", id="too-new"
        ),
        pytest.param("(component)", "does not export describe, run, options", id="exports-nothing"),
        pytest.param("(module)", "not a WebAssembly component", id="a-core-module"),
    ],
)
def test_a_component_that_does_not_fit_is_refused_before_it_is_compiled(
    wat: str, message: str
) -> None:
    with pytest.raises(GuestRefused, match=message):
        check_component(bytes(wasmtime.wat2wasm(wat)))


@pytest.mark.parametrize(
    "wasm",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"\0asm\x0d\0\x01\0\x0a\xff\xff\xff\xff\x0f", id="a-section-beyond-the-end"),
        pytest.param(b"\0asm\x0d\0\x01\0\x0a\x80\x80\x80\x80\x80\x01", id="an-endless-number"),
        pytest.param(b"\0asm\x0d\0\x01\0\x0a\x05\xff\xff\xff\xff\x0f", id="too-many-imports"),
        pytest.param(b"\0asm\x0d\0\x01\0\x0a\x04\x01\x00\x01\xff", id="a-name-that-is-no-text"),
        pytest.param(b"\0asm\x0d\0\x01\0\x0a\x05\x01\x00\x01a\x09", id="an-unknown-kind"),
    ],
)
def test_what_cannot_be_read_is_refused(wasm: bytes) -> None:
    with pytest.raises(GuestRefused):
        check_component(wasm)


def test_every_cut_of_a_component_is_refused_or_read_without_another_error() -> None:
    wasm = built(ECHO)

    for end in range(0, len(wasm), 7):
        with contextlib.suppress(GuestRefused):
            check_component(wasm[:end])


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param(
            '(export "emit" (func (param "chunk" string)))',
            '(export "emit" (func (param "chunk" string))) (export "steal" (func))',
            id="asks-for-a-function-that-does-not-exist",
        ),
        pytest.param(
            '(func (export "run") (param "header" string) (result (result (error string)))\n'
            '    (canon lift (core func $c "run")',
            '(func (export "run") (param "header" string) (result (result string (error string)))\n'
            '    (canon lift (core func $c "run")',
            id="answers-with-another-type",
        ),
    ],
)
def test_a_component_with_other_types_than_the_world_is_refused_when_it_is_linked(
    driver: ComponentDriver, old: str, new: str
) -> None:
    assert old in WORLD
    wat = WORLD.replace("BODY", ECHO).replace("TEXT", "").replace(old, new)

    with pytest.raises(GuestRefused):
        run(driver, bytes(wasmtime.wat2wasm(wat)))
