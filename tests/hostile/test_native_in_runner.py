"""Pretend the engine is broken: native code in a runner reaches nothing."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections import Counter
from collections.abc import AsyncIterator

import msgspec
import pytest

from penstock_sandbox.contract import Call
from penstock_sandbox.runners.pool import RunnerPool
from penstock_sandbox.walls import seccomp
from penstock_sandbox.walls.probe import Attempt, attempts_from
from penstock_sandbox.walls.syscalls import MACHINE

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or MACHINE not in {"x86_64", "aarch64"},
    reason="only Linux on x86-64 and arm64 has all walls",
)

#: What must hold although one wall, the list of system calls, is missing.
SECOND_LAYER = (
    "read ",
    "create a file",
    "list /",
    "openat2",
    "signal ",
    "trace ",
    "write the memory",
    "open the ",
    "become root",
    "take ",
    "change the root",
    "mount",
    "map compiled code",
    "run ",
    "fork",
    "vfork",
    "bpf",
    "perf",
    "load a ",
)

#: Forks twice, like the zygote and its runner.
WITHOUT_FILTER = """
import os, socket, sys
import msgspec
from penstock_sandbox.walls import walls
from penstock_sandbox.walls.probe import probe

server = os.getpid()
near, far = socket.socketpair()
if os.fork() == 0:
    near.close()
    walls.raise_family_walls()
    if os.fork() == 0:
        keep = frozenset({far.fileno()})
        plan = walls.Plan(keep=keep, data_bytes=1 << 30, number=1, syscalls=None)
        walls.raise_walls(plan)
        far.sendall(msgspec.json.encode(probe(server, far.fileno())))
    else:
        os.wait()
    os._exit(0)
far.close()
while piece := near.recv(1 << 16):
    sys.stdout.buffer.write(piece)
os.wait()
"""


@pytest.fixture
async def pool() -> AsyncIterator[RunnerPool]:
    opened = RunnerPool()
    yield opened
    await opened.close()


async def test_no_attempt_of_native_code_succeeds(pool: RunnerPool) -> None:
    attempts = await pool.probe()

    assert [attempt for attempt in attempts if attempt.succeeded] == []
    assert len(attempts) >= 120
    assert min(Counter(attempt.group for attempt in attempts).values()) >= 2


async def test_the_server_and_the_next_call_are_unharmed_by_a_probe(pool: RunnerPool) -> None:
    before = {runner.process.pid for runner in pool._codes.runners()}
    await pool.probe()

    header = msgspec.json.encode({"kind": "compile", "source": "return 1"})
    await pool.call(Call(guest="javascript", workspace="acme", header=header))

    assert not before & {runner.process.pid for runner in pool._codes.runners()}


async def test_runners_are_probed_alike_when_several_live(pool: RunnerPool) -> None:
    tables = await asyncio.gather(pool.probe(), pool.probe())

    assert not [attempt for table in tables for attempt in table if attempt.succeeded]


@pytest.mark.skipif(os.geteuid() != 0, reason="users and roots of their own need root")
def test_the_other_walls_hold_what_matters_when_system_calls_are_not_filtered() -> None:
    attempts = _probed_behind_other_walls()

    holes = [attempt.name for attempt in attempts if attempt.succeeded]
    assert [name for name in holes if name.startswith(SECOND_LAYER)] == []


@pytest.mark.parametrize(
    "wall",
    [
        pytest.param("seccomp", id="system-calls"),
        pytest.param("landlock", id="landlock"),
        pytest.param("user", id="user"),
        pytest.param("network", id="network"),
        pytest.param("limits", id="limits"),
        pytest.param("no_new_privs", id="no-new-privs"),
    ],
)
async def test_a_wall_that_this_system_has_stands(pool: RunnerPool, wall: str) -> None:
    if wall in {"user", "network"} and os.geteuid():
        pytest.skip("needs root")
    await pool.start()

    standing = {one.name: one.stands for one in pool.walls()}
    assert standing[wall]


def _probed_behind_other_walls() -> list[Attempt]:
    answer = subprocess.run(  # noqa: S603 - a constant
        [sys.executable, "-c", WITHOUT_FILTER], check=True, capture_output=True, timeout=30
    )
    return attempts_from(answer.stdout)


def test_the_list_of_system_calls_has_nothing_that_opens_or_creates() -> None:
    forbidden = {"open", "openat", "socket", "connect", "clone", "clone3", "execve", "write"}

    assert not forbidden & seccomp.RUNNER
    assert len(seccomp.RUNNER) < 45
