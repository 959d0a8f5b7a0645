"""Runs hostile programs, and holds the sandbox to what it promises for each of them.

A program may answer with a harmless value or end in a typed error. Whatever it does:

* it is over within its clock and 250 ms;
* what it answers, logs and asks for holds no secret of this process;
* the same guest, called right afterwards, sees what it saw before;
* no thread and no process is left, and this process has not grown by more than the guest's memory.
"""

from __future__ import annotations

import asyncio
import os
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import msgspec
import pytest

import penstock_sandbox
from penstock_sandbox.contract import Budget, Call, Guest, HostFunctions, Note, Sandbox
from penstock_sandbox.errors import BudgetExceeded, GuestFailed
from penstock_sandbox.runners.pool import RunnerPool
from penstock_sdk import PenstockError

WORKSPACE: Final = "enemy"
#: In the environment while programs run; nothing may ever show it.
SECRET_NAME: Final = "PENSTOCK_HOSTILE_SECRET"
SECRET: Final = "k9-do-not-show-this"
#: What a clock may be late by.
GRACE_S: Final = 0.25
#: Beyond the guest's own memory.
GROWTH_BYTES: Final = 32 << 20
_SETTLE_S: Final = 3.0
#: Other work on the machine can only make a call slower, so the best of some tries counts.
_TRIES: Final = 3
_ANYTHING: Final = object()
_LEAKS: Final = (SECRET, "root:x:0", str(Path(penstock_sandbox.__file__).parent))

SMALL: Final = Budget(
    fuel=300_000_000,
    memory_bytes=64 << 20,
    wall_s=0.5,
    total_s=2.0,
    output_bytes=1 << 20,
    host_calls=100,
    fetched_bytes=1 << 20,
    note_bytes=64 << 10,
)
#: A Python interpreter has more than twenty megabytes before it does anything.
LARGE: Final = msgspec.structs.replace(SMALL, memory_bytes=128 << 20)

CTX: Final[dict[str, Any]] = {
    "now": 1_700_000_000_000,
    "zone": "UTC",
    "seed": 3,
    "runIndex": 0,
    "attempt": 1,
    "node": {"id": "n", "name": "Node"},
    "workflow": {"id": "w", "name": "Work", "active": False},
    "execution": {"id": "e", "mode": "manual", "resumeUrl": "", "resumeFormUrl": "", "customData": {}},
    "vars": {},
    "parameter": {},
    "prevNode": {"name": "Before", "outputIndex": 0, "runIndex": 0},
    "input": {"count": 1, "items": [{"json": {"a": 20}}]},
    "nodes": {},
}  # fmt: skip

#: What code may notice of code before it.
_SIGHT: Final = """(() => {
  const seen = [];
  const all = (function () { return this })() ?? globalThis;
  for (const name of Object.getOwnPropertyNames(all).sort()) {
    seen.push(name, typeof all[name]);
    for (const part of [all[name], all[name]?.prototype]) {
      if (part === null || (typeof part !== 'object' && typeof part !== 'function')) continue;
      seen.push(Object.getOwnPropertyNames(part).sort().join());
    }
  }
  const odd = [].concat(({}).polluted ?? [], [].polluted ?? []);
  return [seen.join('|'), [3, 1, 2].sort().map((n) => n * SELF).join(), JSON.stringify({a: [1]}),
    'abc'.replace('b', 'x'), typeof leak, odd, Math.random()];
})()"""
#: What all expressions of an execution are given, and may not change for each other.
_GIVEN: Final = """typeof leak + JSON.stringify([$json, $vars, $workflow, $execution.id,
    $input.first(), $now.toISO(), $itemIndex])"""
_PYTHON_SIGHT: Final = """
import builtins, gc, json, os, random, sys
return [{
    'builtins': {name: str(type(value)) for name, value in vars(builtins).items()},
    'modules': sorted(sys.modules), 'limit': sys.getrecursionlimit(), 'env': dict(os.environ),
    'json': json.dumps({'a': sorted([3, 1, 2])}), 'random': random.random(), 'gc': gc.isenabled(),
    'leak': 'leak' in globals() or hasattr(builtins, 'leak'), 'a': items[0]['json']['a'],
}]
"""


class Program(msgspec.Struct, frozen=True, kw_only=True):
    """Something hostile, and how it has to end."""

    guest: Guest
    source: str
    #: `value`, `failed` (its own error), a limit of the budget, `trapped`, `refused`.
    ends: frozenset[str]
    budget: Budget
    #: Where it ends with a value: that value.
    value: Any = _ANYTHING
    http: bool = False
    package: str = ""


class Outcome(msgspec.Struct, kw_only=True):
    """How it did end."""

    ending: str
    elapsed_s: float
    text: str = ""
    value: Any = None
    error: PenstockError | None = None


def program(
    guest: Guest,
    name: str,
    source: str,
    *ends: str,
    value: Any = _ANYTHING,
    http: bool = False,
    **budget: Any,
) -> Any:
    """A row of a table: what `pytest.mark.parametrize` takes.

    In a slow moment of the machine the clock runs out before fuel or memory does.
    """
    base = LARGE if guest == "python" else SMALL
    late = {"wall"} if {"fuel", "memory"} & {*ends} else set[str]()
    return pytest.param(
        Program(
            guest=guest,
            source=source,
            ends=frozenset(ends or {"value"}) | late,
            budget=msgspec.structs.replace(base, **budget),
            value=value,
            http=http,
        ),
        id=name,
    )


class Arena:
    """A sandbox under attack."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self._canaries: dict[str, Any] = {}

    async def warm(self, guest: Guest) -> None:
        """Have a runner ready, and know what its guest sees."""
        if guest not in self._canaries:
            self._canaries[guest] = await self.canary(guest)

    async def hold(self, attack: Program, host: HostFunctions | None = None) -> Outcome:
        """Run a program; assert all that the module's docstring says.

        Args:
            attack: The program.
            host: What answers its requests, if it may send any.
        """
        await self.warm(attack.guest)
        left = _TRIES
        while True:
            left -= 1
            before, threads = _resident_bytes(), _threads()
            outcome = await self.run(attack, host)
            await self._check_aftermath(attack, before, threads)
            if not left or (outcome.ending in attack.ends and _is_in_time(attack, outcome)):
                _check(attack, outcome)
                return outcome

    async def run(self, attack: Program, host: HostFunctions | None = None) -> Outcome:
        """Run a program."""
        notes: list[Note] = []
        call = call_of(attack, host, notes)
        started = time.monotonic()
        try:
            done = await self.sandbox.call(call)
        except PenstockError as error:
            text = f"{error} {error.hint} {getattr(error, 'stack', '')} {notes}"
            elapsed = time.monotonic() - started
            return Outcome(ending=_name(error), elapsed_s=elapsed, text=text, error=error)
        elapsed = time.monotonic() - started
        value = _value(attack.guest, done.chunks)
        return Outcome(ending="value", elapsed_s=elapsed, text=f"{value!r} {notes}", value=value)

    async def canary(self, guest: Guest) -> Any:
        """What the guest sees of its world."""
        if guest == "component":
            return ""
        source = (
            _PYTHON_SIGHT
            if guest == "python"
            else _SIGHT.replace("SELF", "$json.a").replace("typeof leak", _GIVEN)
        )
        if guest == "javascript":
            source = f"return [{{seen: {_SIGHT.replace('SELF', 'items[0].json.a')}}}]"
        budget = Budget(wall_s=10, fuel=20_000_000_000)
        attack = Program(guest=guest, source=source, ends=frozenset({"value"}), budget=budget)
        outcome = await self.run(attack)
        assert outcome.ending == "value", outcome
        return outcome.value

    async def _check_aftermath(self, attack: Program, before: int, threads: int) -> None:
        assert await self.canary(attack.guest) == self._canaries[attack.guest]
        await settle(self.sandbox, threads)
        grown = _resident_bytes() - before
        assert grown < attack.budget.memory_bytes + GROWTH_BYTES, f"grew by {grown:,} bytes"


def call_of(attack: Program, host: HostFunctions | None, notes: list[Note]) -> Call:
    """The call that runs a program."""
    if attack.guest == "expression":
        header = {"exprs": [attack.source], "typed": False, "ctx": CTX}
        chunk = b'{"at":0,"n":1,"json":[{"a":20,"list":[1,2],"text":"x"}]}'
    else:
        header = {"kind": "code", "mode": "all", "source": attack.source, "http": attack.http, "ctx": CTX}  # fmt: skip
        chunk = b'[{"json":{"a":20,"list":[1,2],"text":"x"}}]'
    is_component = attack.guest == "component"

    def take(note: Note) -> None:
        notes.append(note)

    return Call(
        guest=attack.guest,
        workspace=WORKSPACE,
        header=attack.source.encode() if is_component else msgspec.json.encode(header),
        chunks=[chunk],
        budget=attack.budget,
        vm="enemy" if attack.guest == "expression" else "",
        package=attack.package,
        host=host,
        notes=take if attack.guest != "expression" else None,
    )


async def settle(sandbox: Sandbox, threads: int) -> None:
    """Wait until nothing is left of what was killed; assert that this happens."""
    deadline = time.monotonic() + _SETTLE_S
    while time.monotonic() < deadline:
        if _threads() <= threads and _is_tidy(sandbox):
            return
        await asyncio.sleep(0.005)
    assert _threads() <= threads, threading.enumerate()
    assert _is_tidy(sandbox), family()


def _threads() -> int:
    """How many there are, apart from those that the sandbox keeps for its next guests."""
    guests = [one for one in threading.enumerate() if one.name.startswith("penstock-guest")]
    assert len(guests) <= max(os.cpu_count() or 1, 2), guests
    return threading.active_count() - len(guests)


def _is_tidy(sandbox: Sandbox) -> bool:
    """Are the processes of the family the zygote and the runners that the pool knows?"""
    if not isinstance(sandbox, RunnerPool):
        return True
    if any(lane._births or lane._deaths for lane in (sandbox._expressions, sandbox._codes)):
        return False
    return family() == processes_of(sandbox)


def processes_of(sandbox: Sandbox) -> set[int]:
    """The processes that a sandbox says it has."""
    if not isinstance(sandbox, RunnerPool):
        return set()
    zygote = sandbox._nursery._process
    lanes = (sandbox._expressions, sandbox._codes)
    runners = {runner.process.pid for lane in lanes for runner in lane.runners()}
    return runners | ({zygote.pid} if zygote else set[int]())


def family() -> set[int]:
    """The processes that descend from this one."""
    found: set[int] = set()
    waiting = [Path("/proc/self/task")]
    while waiting:
        for task in waiting.pop().iterdir():
            children = {int(pid) for pid in _text(task / "children").split()} - found
            found |= children
            waiting += [at for at in (Path(f"/proc/{pid}/task") for pid in children) if at.exists()]
    return found


def _text(path: Path) -> str:
    try:
        return path.read_text()
    except OSError:  # a task that has ended meanwhile
        return ""


def _resident_bytes() -> int:
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) << 10
    return 0


def _is_in_time(attack: Program, outcome: Outcome) -> bool:
    budget = attack.budget
    limit_s = budget.total_s if outcome.ending == "total" else budget.wall_s
    return outcome.elapsed_s < limit_s + GRACE_S


def _check(attack: Program, outcome: Outcome) -> None:
    assert outcome.ending in attack.ends, f"{outcome.ending}: {outcome.text[:1000]}"
    assert _is_in_time(attack, outcome), f"took {outcome.elapsed_s:.3f} s"
    assert [leak for leak in _LEAKS if leak in outcome.text] == []
    if outcome.ending == "value" and attack.value is not _ANYTHING:
        assert outcome.value == attack.value


def _name(error: PenstockError) -> str:
    if isinstance(error, BudgetExceeded):
        return error.limit
    return "failed" if isinstance(error, GuestFailed) else error.code.removeprefix("guest.")


def _value(guest: Guest, chunks: Sequence[bytes]) -> Any:
    if guest == "component":
        return b"".join(chunks).decode()
    try:
        decoded = [msgspec.json.decode(chunk) for chunk in chunks]
    except msgspec.DecodeError:  # what a guest emits is not looked at by the sandbox
        return repr(chunks)
    if guest == "expression":
        [answer] = decoded
        return {"error": answer["e"][0][3]} if answer["e"] else answer["v"][0][0]
    ports = [chunk.get("ports", {}) for chunk in decoded]
    return [item["json"] for port in ports for item in port.get("main", {}).get("items", [])]
