"""The harness notices a sandbox that does not hold what it promises."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Sequence

import msgspec
import pytest
from tests.support.hostile import GRACE_S, SECRET, SMALL, Arena, Program

from penstock_sandbox.contract import Call, Done, Sandbox, Wall
from penstock_sandbox.runners.inprocess import InProcessSandbox

ATTACK = Program(
    guest="javascript",
    source="return [{ok: 1}]",
    ends=frozenset({"value"}),
    budget=msgspec.structs.replace(SMALL, wall_s=0.05),
    value=[{"ok": 1}],
)


class Weak:
    """A sandbox with one of several weaknesses."""

    def __init__(self, inner: Sandbox, weakness: str) -> None:
        self._inner = inner
        self._weakness = weakness
        self._calls = 0
        self.over = threading.Event()

    async def call(self, call: Call) -> Done:
        self._calls += 1
        done = await self._inner.call(call)
        is_canary = call.budget.wall_s > 1
        if self._weakness == "slow" and not is_canary:
            await asyncio.sleep(call.budget.wall_s + GRACE_S)
        if self._weakness == "leaky" and not is_canary:
            done.chunks = [done.chunks[0].replace(b"1", f'"{SECRET}"'.encode())]
        if self._weakness == "forgetful" and is_canary:
            done.chunks = [done.chunks[0].replace(b"undefined", str(self._calls).encode())]
        if self._weakness == "littering" and not is_canary:
            threading.Thread(target=self.over.wait, name="litter").start()
        return done

    async def prepare(self, wasm: bytes) -> str:
        return await self._inner.prepare(wasm)

    async def release(self, vm: str) -> None:
        await self._inner.release(vm)

    def walls(self) -> Sequence[Wall]:
        return self._inner.walls()

    async def close(self) -> None:
        await self._inner.close()


@pytest.fixture
async def inner() -> AsyncIterator[Sandbox]:
    sandbox = InProcessSandbox()
    yield sandbox
    await sandbox.close()


@pytest.mark.parametrize("weakness", ["slow", "leaky", "forgetful", "littering"])
async def test_a_weakness_is_noticed(inner: Sandbox, weakness: str) -> None:
    weak = Weak(inner, weakness)
    attack = (
        ATTACK if weakness != "leaky" else msgspec.structs.replace(ATTACK, value=[{"ok": SECRET}])
    )

    with pytest.raises(AssertionError):
        await Arena(weak).hold(attack)

    weak.over.set()


async def test_a_sandbox_without_a_weakness_passes(inner: Sandbox) -> None:
    await Arena(Weak(inner, "")).hold(ATTACK)


async def test_another_ending_than_the_expected_one_is_noticed(inner: Sandbox) -> None:
    with pytest.raises(AssertionError, match="value"):
        await Arena(inner).hold(msgspec.structs.replace(ATTACK, ends=frozenset({"fuel"})))
