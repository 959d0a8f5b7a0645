"""Runner processes: who gets which, what happens when one is lost, what components need."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Callable
from typing import Any

import msgspec
import pytest
import wasmtime

from penstock_sandbox.contract import Budget, Call, Guest, Wall
from penstock_sandbox.errors import BudgetExceeded, GuestRefused, RunnerLost
from penstock_sandbox.runners.compilation import compile_component
from penstock_sandbox.runners.lane import Runner
from penstock_sandbox.runners.pool import RunnerPool

CONTEXT: dict[str, Any] = {
    "now": 1700000000000,
    "zone": "UTC",
    "seed": 7,
    "runIndex": 0,
    "attempt": 1,
    "node": {"id": "n", "name": "Node"},
    "workflow": {"id": "w", "name": "Work", "active": False},
    "execution": {
        "id": "e",
        "mode": "manual",
        "resumeUrl": "",
        "resumeFormUrl": "",
        "customData": {},
    },
    "vars": {},
    "parameter": {},
    "prevNode": {"name": "Before", "outputIndex": 0, "runIndex": 0},
    "input": {"count": 1},
    "nodes": {},
}
FETCH = "return [{got: await $helpers.httpRequest({url: 'https://example.com/', json: false})}]"
#: Emits each chunk that it is given. The result of `run` is at 80, next to nothing.
ECHO = """
(component
  (import "penstock:node/items@1.0.0" (instance $items
    (export "next" (func (result (option string))))
    (export "emit" (func (param "chunk" string)))))
  (core module $store
    (memory (export "memory") 16)
    (global $top (mut i32) (i32.const 4096))
    (func (export "realloc") (param i32 i32 i32 i32) (result i32)
      (local $at i32)
      (local.set $at (i32.and (i32.add (global.get $top) (i32.const 7)) (i32.const -8)))
      (global.set $top (i32.add (local.get $at) (local.get 3)))
      (local.get $at)))
  (core instance $s (instantiate $store))
  (alias core export $s "memory" (core memory $memory))
  (alias core export $s "realloc" (core func $realloc))
  (core func $next (canon lower (func $items "next") (memory $memory) (realloc $realloc)))
  (core func $emit (canon lower (func $items "emit") (memory $memory)))
  (core module $code
    (import "h" "memory" (memory 1))
    (import "h" "next" (func $next (param i32)))
    (import "h" "emit" (func $emit (param i32 i32)))
    (func (export "run") (param i32 i32) (result i32)
      (loop $again
        (call $next (i32.const 64))
        (if (i32.load8_u (i32.const 64)) (then
          (call $emit (i32.load (i32.const 68)) (i32.load (i32.const 72)))
          (br $again))))
      (i32.const 80))
    (func (export "text") (result i32) (i32.const 96))
    (func (export "options") (param i32 i32) (result i32) (i32.const 112)))
  (core instance $c (instantiate $code (with "h" (instance
    (export "memory" (memory $memory)) (export "next" (func $next)) (export "emit" (func $emit))))))
  (func (export "run") (param "header" string) (result (result (error string)))
    (canon lift (core func $c "run") (memory $memory) (realloc $realloc)))
  (func (export "describe") (result string) (canon lift (core func $c "text") (memory $memory)))
  (func (export "options") (param "header" string) (result (result string (error string)))
    (canon lift (core func $c "options") (memory $memory) (realloc $realloc))))
"""


@pytest.fixture
async def pool() -> AsyncIterator[RunnerPool]:
    opened = RunnerPool(slots=2)
    yield opened
    await opened.close()


def code(source: str, *, workspace: str = "acme", guest: Guest = "javascript", **more: Any) -> Call:
    header = {
        "kind": "code",
        "mode": "all",
        "source": source,
        "http": "host" in more,
        "ctx": CONTEXT,
    }
    return Call(
        guest=guest,
        workspace=workspace,
        header=msgspec.json.encode(header),
        chunks=[b'[{"json":{"a":1}}]'],
        **more,
    )


def expression(vm: str, *, workspace: str = "acme") -> Call:
    header = {"exprs": ["$json.a + 1"], "typed": False, "ctx": CONTEXT}
    return Call(
        guest="expression",
        workspace=workspace,
        vm=vm,
        header=msgspec.json.encode(header),
        chunks=[b'{"at":0,"n":1,"json":[{"a":1}]}'],
    )


def pids(runners: list[Runner]) -> set[int]:
    return {runner.process.pid for runner in runners}


async def until(condition: Callable[[], object]) -> None:
    async with asyncio.timeout(10):
        while not condition():  # noqa: ASYNC110 - of another process; nothing tells
            await asyncio.sleep(0.001)


async def slow(name: str, arguments: Any) -> Any:
    await asyncio.sleep(0.05)
    return {"status": 200, "headers": {}, "body": "x", "bodyEncoding": "text", "url": ""}


async def test_nothing_is_started_before_the_first_call() -> None:
    pool = RunnerPool()

    assert pool.walls() == ()
    await pool.close()


async def test_calls_of_one_workspace_share_a_runner(pool: RunnerPool) -> None:
    for _ in range(3):
        await pool.call(code("return []"))

    assert len(pool._codes.runners()) == 1


async def test_a_runner_never_serves_two_workspaces(pool: RunnerPool) -> None:
    for workspace in ("acme", "other", "third", "acme", "other"):
        await pool.call(code("return []", workspace=workspace))

    served = [runner.workspace for runner in pool._codes.runners()]
    assert sorted(served) == ["acme", "other", "third"]


async def test_where_there_is_no_room_an_idle_runner_of_another_workspace_goes() -> None:
    pool = RunnerPool(slots=1, cap=1)
    try:
        await pool.call(code("return []", workspace="acme"))
        before = pids(pool._codes.runners())
        await pool.call(code("return []", workspace="other"))
        after = pool._codes.runners()
    finally:
        await pool.close()

    assert [runner.workspace for runner in after] == ["other"]
    assert not before & pids(after)


async def test_expressions_and_code_have_runners_of_their_own(pool: RunnerPool) -> None:
    await pool.call(code("return []"))
    await pool.call(expression("e1"))

    assert not pids(pool._codes.runners()) & pids(pool._expressions.runners())


async def test_a_vm_stays_with_its_runner(pool: RunnerPool) -> None:
    lane = pool._expressions
    first, second = [await lane.borrow("acme", vm) for vm in ("e1", "e2")]
    for runner in (second, first):
        lane.slots.give()
        lane.give_back(runner)

    again = [await lane.borrow("acme", vm) for vm in ("e1", "e2")]

    assert again == [first, second]


async def test_a_vm_that_is_released_is_forgotten(pool: RunnerPool) -> None:
    await pool.call(expression("e1"))
    await pool.release("e1")

    assert [runner.vms for runner in pool._expressions.runners()] == [set()]
    done = await pool.call(expression("e1"))
    assert msgspec.json.decode(done.chunks[0])["v"] == [[2]]


async def test_more_calls_than_runners_all_end_although_each_waits_for_its_host() -> None:
    pool = RunnerPool(slots=1, cap=2)
    try:
        async with asyncio.timeout(30):
            calls = (pool.call(code(FETCH, host=slow)) for _ in range(8))
            done = await asyncio.gather(*calls)
        count = len(pool._codes.runners())
    finally:
        await pool.close()

    assert len(done) == 8
    assert count <= 2


async def test_many_workspaces_at_once_all_get_a_turn() -> None:
    pool = RunnerPool(slots=2, cap=2)
    try:
        async with asyncio.timeout(30):
            calls = (pool.call(code("return []", workspace=f"w{n % 5}")) for n in range(15))
            done = await asyncio.gather(*calls)
    finally:
        await pool.close()

    assert len(done) == 15


async def test_a_killed_runner_is_replaced_at_once(pool: RunnerPool) -> None:
    with pytest.raises(BudgetExceeded):
        await pool.call(code("for(;;){}", budget=Budget(wall_s=0.1, fuel=10**15)))
    await until(pool._codes.runners)

    assert [runner.workspace for runner in pool._codes.runners()] == [""]


async def test_a_runner_that_dies_ends_its_call_and_no_other(pool: RunnerPool) -> None:
    await pool.call(code("return []"))
    (victim,) = pool._codes.runners()
    call = asyncio.create_task(pool.call(code("for(;;){}")))
    await asyncio.sleep(0.05)

    os.kill(victim.process.pid, signal.SIGKILL)

    with pytest.raises(RunnerLost):
        await call
    await pool.call(code("return []"))


async def test_an_idle_runner_that_dies_is_not_lent(pool: RunnerPool) -> None:
    await pool.call(code("return []"))
    (victim,) = pool._codes.runners()
    os.kill(victim.process.pid, signal.SIGKILL)
    await until(lambda: not victim.process.is_alive)

    await pool.call(code("return []"))

    assert victim.process.pid not in pids(pool._codes.runners())


async def test_the_zygote_is_started_again_when_it_has_died(pool: RunnerPool) -> None:
    await pool.call(code("return []"))
    zygote = pool._nursery._process
    assert zygote is not None
    (runner,) = pool._codes.runners()

    zygote.kill()
    await until(lambda: not runner.process.is_alive)

    await pool.call(code("return []"))
    assert pool._nursery._process is not zygote


async def test_runners_that_idle_are_ended_but_for_one(pool: RunnerPool) -> None:
    await asyncio.gather(*(pool.call(code("return []", workspace=f"w{n}")) for n in range(2)))
    lane = pool._codes
    lane._trim_idle()
    assert len(lane.runners()) == 2

    lane._trim_idle()

    assert len(lane.runners()) == 1


async def test_calls_fail_when_no_runner_can_be_started(
    pool: RunnerPool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.executable", "/bin/false")

    with pytest.raises(RunnerLost):
        await asyncio.gather(*(pool.call(code("return []")) for _ in range(4)))


async def test_calls_that_wait_for_a_runner_fail_when_the_pool_is_closed() -> None:
    pool = RunnerPool(slots=1)
    calls = [asyncio.create_task(pool.call(code("for(;;){}"))) for _ in range(3)]
    await until(lambda: pool._codes._busy)

    await pool.close()

    async with asyncio.timeout(5):
        ended = await asyncio.gather(*calls, return_exceptions=True)
    assert all(isinstance(one, RunnerLost) for one in ended)


async def test_runners_work_without_a_zygote() -> None:
    pool = RunnerPool(slots=1, can_fork=False)
    try:
        first = await pool.call(code("return [{'b': 2}]", guest="python"))
        with pytest.raises(BudgetExceeded):
            await pool.call(code("for(;;){}", budget=Budget(wall_s=0.1, fuel=10**15)))
        second = await pool.call(code("return []"))
    finally:
        await pool.close()

    assert b'"b":2' in first.chunks[0]
    assert second.spent.wall_ms > 0


async def test_a_component_is_compiled_elsewhere_and_runs_in_a_runner(pool: RunnerPool) -> None:
    wasm = bytes(wasmtime.wat2wasm(ECHO))

    key = await pool.prepare(wasm)
    call = Call(
        guest="component",
        workspace="acme",
        package=key,
        header=b"{}",
        chunks=[b"[1]", b"[2]"],
        host=slow,
    )
    done = [await pool.call(call) for _ in range(2)]

    assert [one.chunks for one in done] == [[b"[1]", b"[2]"]] * 2
    assert await pool.prepare(wasm) == key


async def test_the_code_of_a_component_is_sealed(pool: RunnerPool) -> None:
    key = await pool.prepare(bytes(wasmtime.wat2wasm(ECHO)))

    with pytest.raises(PermissionError):
        os.pwrite(pool._code[key], b"x", 0)
    with pytest.raises(PermissionError):
        os.ftruncate(pool._code[key], 0)


async def test_a_component_needs_the_walls_that_are_required() -> None:
    pool = RunnerPool(required_walls=frozenset({"moat", "seccomp"}))
    try:
        key = await pool.prepare(bytes(wasmtime.wat2wasm(ECHO)))
        with pytest.raises(GuestRefused, match="moat"):
            await pool.call(Call(guest="component", workspace="w", package=key, header=b"{}"))
        done = await pool.call(code("return [{ok: 1}]"))
    finally:
        await pool.close()

    assert b'"ok":1' in done.chunks[0]


async def test_a_component_that_takes_too_long_to_compile_is_refused() -> None:
    with pytest.raises(GuestRefused, match="longer than"):
        await compile_component(bytes(wasmtime.wat2wasm(ECHO)), limit_s=0.01)


async def test_a_component_that_is_too_large_is_refused(pool: RunnerPool) -> None:
    with pytest.raises(GuestRefused, match="bytes"):
        await pool.prepare(bytes((64 << 20) + 1))


async def test_every_runner_finds_the_same_walls(pool: RunnerPool) -> None:
    await asyncio.gather(*(pool.call(code("return []", workspace=f"w{n}")) for n in range(3)))

    def standing(walls: list[Wall]) -> set[str]:
        return {wall.name for wall in walls if wall.stands}

    found = [standing(runner.process.walls) for runner in pool._codes.runners()]
    assert all(one == found[0] for one in found)


@pytest.mark.parametrize("guest", ["javascript", "python"])
async def test_a_package_of_any_kind_needs_the_walls_that_are_required(guest: Guest) -> None:
    header = b'{"kind":"node","node":"n","source":"","ctx":{}}'
    pool = RunnerPool(required_walls=frozenset({"moat", "seccomp"}))
    try:
        with pytest.raises(GuestRefused, match="moat"):
            await pool.call(Call(guest=guest, workspace="w", header=header, stranger=True))
    finally:
        await pool.close()


async def test_a_package_runs_where_the_walls_stand(pool: RunnerPool) -> None:
    call = code("return [{ok: 1}]")
    call.stranger = True

    assert b'"ok":1' in (await pool.call(call)).chunks[0]
