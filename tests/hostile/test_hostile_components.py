"""Components from an enemy: what they do when they are called, when they start, when they are compiled."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import msgspec
import pytest
import wasmtime
from tests.support.hostile import (
    GRACE_S,
    SMALL,
    WORKSPACE,
    Arena,
    Program,
    family,
    program,
)
from tests.support.hostile_components import compile_bomb, misbehaving

from penstock_sandbox.contract import Call
from penstock_sandbox.errors import GuestRefused
from penstock_sandbox.runners.compilation import compile_component
from penstock_sdk import NodeFailed

pytestmark = [pytest.mark.slow, pytest.mark.asyncio(loop_scope="module")]

SLOW_FUEL = 10**15


class Echo:
    """A host that answers each request with a text."""

    def __init__(self) -> None:
        self.names: list[str] = []

    async def __call__(self, name: str, arguments: Any) -> Any:
        self.names.append(name)
        if name != "http":
            raise NodeFailed(f"There is no {name}.")
        return "answer"


def co(name: str, letter: str, *ends: str, **more: Any) -> Any:
    return program("component", name, letter, *ends, **more)


RUNS = [
    co("behaves", "A", value='[{"json":{"a":20,"list":[1,2],"text":"x"}}]'),
    co("traps", "B", "trapped"),
    co("loop", "C", "fuel"),
    co("loop-with-fuel-to-burn", "C", "wall", fuel=SLOW_FUEL),
    co("recursion", "D", "trapped"),
    co("reads-outside", "E", "trapped"),
    co("writes-outside", "F", "trapped"),
    co("divides-by-zero", "G", "trapped"),
    co("calls-nothing", "H", "trapped"),
    co("calls-outside-the-table", "I", "trapped"),
    co("converts-not-a-number", "J", "trapped"),
    co("emits-two-gigabytes-it-has-not", "K", "trapped"),
    co("emits-from-below-zero", "L", "trapped"),
    co("emits-over-the-end", "M", "trapped"),
    co("takes-a-result-below-zero", "N", "trapped"),
    co("takes-a-result-unaligned", "O", "trapped"),
    co("answers-with-a-case-there-is-not", "P", "trapped"),
    co("answers-with-an-error-elsewhere", "Q", "trapped"),
    co("emits-invalid-utf-8", "R", "trapped"),
    co("logs-a-gigabyte-it-has-not", "S", "trapped"),
    co("emits-without-end", "T", "output"),
    co("emits-nothing-without-end", "U", "fuel", "output", "memory"),
    co("emits-nothing-with-fuel-to-burn", "U", "wall", "output", "memory", fuel=SLOW_FUEL),
    co("logs-without-end", "V", "fuel", "lost", "runner_lost"),
    co("logs-with-fuel-to-burn", "V", "wall", fuel=SLOW_FUEL),
    co("reports-progress-without-end", "W", "fuel"),
    co("reports-progress-with-fuel-to-burn", "W", "wall", fuel=SLOW_FUEL),
    co("draws-entropy-without-end", "X", "fuel", "memory", "trapped"),
    co("draws-too-much-entropy", "Y", "trapped"),
    co("grows-without-end", "Z", "fuel"),
    co("reads-the-clock-without-end", "a", "wall", fuel=SLOW_FUEL),
    co("fills-memory-without-end", "b", "fuel"),
    co("exits", "c", "trapped"),
    co("asks-without-end", "d", "host_calls", "fuel"),
    co("asks-for-what-there-is-not", "e", value='[{"error":{"code":"node.failed","message":"There is no no.such.","hint":""}},{"ok":"answer"}]'),
    co("asks-for-no-list", "f", "failed", "trapped"),
    co("asks-with-no-text", "g", "failed", "trapped"),
    co("sends-no-json", "h", "trapped"),
    co("takes-the-answer-below-zero", "i", "trapped"),
    co("logs-no-json", "j", value=""),
    co("asks-with-thirty-megabytes", "k", "output", "failed", "trapped"),
    co("emits-no-json", "l", value="not json at all"),
    co("leaves-no-mark", "m", value=""),
    co("leaves-no-mark-again", "m", value=""),
]  # fmt: skip


@pytest.fixture(scope="module")
def wasm() -> bytes:
    return misbehaving()


@pytest.mark.parametrize("attack", RUNS)
async def test_a_hostile_component_is_held(runners: Arena, wasm: bytes, attack: Program) -> None:
    package = await runners.sandbox.prepare(wasm)
    await _still_behaves(runners, package)

    await runners.hold(msgspec.structs.replace(attack, package=package), Echo())

    await _still_behaves(runners, package)


@pytest.mark.parametrize("attack", [*RUNS[:4], *RUNS[20:24], *RUNS[27:30]])
async def test_a_hostile_component_is_held_without_a_process_of_its_own(
    inprocess: Arena, wasm: bytes, attack: Program
) -> None:
    package = await inprocess.sandbox.prepare(wasm)
    await _still_behaves(inprocess, package)

    await inprocess.hold(msgspec.structs.replace(attack, package=package), Echo())

    await _still_behaves(inprocess, package)


@pytest.mark.parametrize(
    ("parts", "ends"),
    [
        pytest.param({"realloc": "(unreachable)"}, {"trapped"}, id="allocation-traps"),
        pytest.param({"realloc": "(loop $l (br $l))"}, {"fuel", "wall"}, id="allocation-loops"),
        pytest.param({"realloc": "(return (i32.const -8))"}, {"trapped"}, id="allocation-lies"),
        pytest.param({"realloc": "(return (i32.const 0))"}, {"value"}, id="allocation-at-zero"),
        pytest.param(
            {"realloc": "(drop (memory.grow (i32.const 5000)))"}, {"value"}, id="allocation-grows"
        ),
        pytest.param(
            {"start": "(func $go (loop $l (br $l))) (start $go)"},
            {"fuel", "wall"},
            id="start-loops",
        ),
        pytest.param(
            {"start": "(func $go (drop (call $fall (i32.const 0)))) (start $go)"},
            {"trapped"},
            id="start-recurses",
        ),
        pytest.param(
            {"start": "(func $go (call $emit (i32.const 0) (i32.const 900000000))) (start $go)"},
            {"trapped"},
            id="start-calls-the-host",
        ),
        pytest.param(
            {"start": "(table 100000000 funcref)"}, {"refused", "trapped", "memory"}, id="table"
        ),
        pytest.param(
            {"start": "(table $big 1 funcref) (func $go (loop $l (drop (table.grow $big (ref.null func) (i32.const 1000))) (br $l))) (start $go)"},
            {"fuel", "wall"},
            id="table-grows",
        ),
    ],
)  # fmt: skip
async def test_a_component_that_is_hostile_from_the_start_is_held(
    runners: Arena, wasm: bytes, parts: dict[str, str], ends: set[str]
) -> None:
    behaving = await runners.sandbox.prepare(wasm)
    package = await runners.sandbox.prepare(misbehaving(**parts))
    attack = Program(
        guest="component", source="A", ends=frozenset(ends), budget=SMALL, package=package
    )

    await runners.hold(attack, Echo())

    await _still_behaves(runners, behaving)


@pytest.mark.parametrize(
    "wat",
    [
        pytest.param('(component (import "wasi:http/outgoing-handler@0.2.0" (instance)))', id="imports-http"),
        pytest.param('(component (import "wasi:keyvalue/store@0.2.0" (instance)))', id="imports-key-values"),
        pytest.param('(component (import "penstock:kernel/vault@1.0.0" (instance)))', id="imports-the-vault"),
        pytest.param('(component (import "unlocked-dep=<a:b>" (component)))', id="imports-a-component"),
        pytest.param("(component)", id="exports-nothing"),
        pytest.param("(module (memory 65536))", id="is-a-core-module"),
        pytest.param('(component (core module (memory 1) (memory 1)))', id="has-two-memories"),
        pytest.param('(component (core module (memory i64 1)))', id="has-a-64-bit-memory"),
        pytest.param('(component (core module (memory 1 1 shared)))', id="has-a-shared-memory"),
        pytest.param('(component (core module (tag)))', id="has-exceptions"),
    ],
)  # fmt: skip
async def test_a_component_that_imports_or_needs_too_much_is_refused(
    runners: Arena, wat: str
) -> None:
    await runners.warm("component")
    before = family()

    with pytest.raises(GuestRefused):
        await runners.sandbox.prepare(bytes(wasmtime.wat2wasm(wat)))

    assert family() <= before


async def test_a_component_that_takes_long_to_compile_is_stopped(runners: Arena) -> None:
    await runners.warm("component")
    bomb = compile_bomb(functions=2_000, steps=300)
    before = family()
    started = time.monotonic()

    with pytest.raises(GuestRefused, match="took longer"):
        await compile_component(bomb, limit_s=0.2)

    assert time.monotonic() - started < 0.2 + GRACE_S
    assert family() <= before


async def test_a_component_that_is_cut_or_changed_anywhere_is_refused_or_held(
    runners: Arena, wasm: bytes
) -> None:
    await runners.warm("component")
    changed = [wasm[:at] + bytes([wasm[at] ^ 0x55]) + wasm[at + 1 :] for at in range(40, len(wasm), 331)]  # fmt: skip

    for one in (*changed, wasm[: len(wasm) // 2]):
        try:
            package = await runners.sandbox.prepare(one)
        except GuestRefused:
            continue
        attack = Program(
            guest="component", source="A", ends=frozenset(), budget=SMALL, package=package
        )
        outcome = await runners.run(attack, Echo())
        assert outcome.elapsed_s < SMALL.wall_s + GRACE_S

    await _still_behaves(runners, await runners.sandbox.prepare(wasm))


async def test_a_component_knows_nothing_of_another_workspace(runners: Arena, wasm: bytes) -> None:
    package = await runners.sandbox.prepare(wasm)

    def call(workspace: str, letter: bytes) -> Call:
        return Call(
            guest="component", workspace=workspace, header=letter, package=package, budget=SMALL
        )

    await runners.sandbox.call(call("one", b"m"))
    answers = await asyncio.gather(*(runners.sandbox.call(call(f"w{n}", b"m")) for n in range(4)))

    assert [done.chunks for done in answers] == [[]] * 4


async def _still_behaves(arena: Arena, package: str) -> None:
    chunk = b'[{"json":{"a":1}}]'
    call = Call(
        guest="component",
        workspace=WORKSPACE,
        header=b"A",
        package=package,
        chunks=[chunk],
        budget=SMALL,
    )
    assert (await arena.sandbox.call(call)).chunks == [chunk]
