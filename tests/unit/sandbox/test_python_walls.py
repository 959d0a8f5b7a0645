"""What Python code in the sandbox cannot do, and what one call leaves to the next: nothing."""

from __future__ import annotations

import contextlib
import time
from typing import Any

import msgspec
import pytest

from penstock_sandbox.contract import Budget, Spent
from penstock_sandbox.errors import BudgetExceeded, GuestRefused, GuestTrapped
from penstock_sandbox.guests.engine import make_engine
from penstock_sandbox.guests.guest import GuestAnsweredError, Task
from penstock_sandbox.guests.python import PythonDriver


class Silent:
    """A host that has nothing to give."""

    def __init__(self) -> None:
        self.notes: list[bytes] = []

    def host(self, requests: bytes) -> bytes:
        return msgspec.json.encode([{"ok": None} for _ in msgspec.json.decode(requests)])

    def note(self, kind: str, body: bytes) -> None:
        self.notes.append(body)


class Broken(Silent):
    """A host whose budget ran out."""

    def host(self, requests: bytes) -> bytes:
        raise BudgetExceeded("host_calls", "Too many requests.")


@pytest.fixture(scope="module")
def driver() -> PythonDriver:
    return PythonDriver(make_engine())


def task_for(source: str, *, channel: Silent | None = None, **budget: Any) -> Task:
    seed = budget.pop("seed", 1)
    ctx = {"now": 1, "zone": "UTC"} | ({} if seed is None else {"seed": seed})
    header = {"kind": "code", "mode": "all", "source": source, "http": True, "ctx": ctx}
    return Task(
        header=msgspec.json.encode(header),
        chunks=iter([b'[{"json":{"a":1}}]']),
        budget=Budget(**budget),
        channel=channel,
        spent=Spent(),
    )


def result(driver: PythonDriver, source: str, **how: Any) -> Any:
    [chunk] = driver.run(task_for(source, **how))
    [item] = msgspec.json.decode(chunk)["ports"]["main"]["items"]
    return item["json"]


def error_of(driver: PythonDriver, source: str, **how: Any) -> Any:
    with pytest.raises(GuestAnsweredError) as caught:
        list(driver.run(task_for(source, **how)))
    return msgspec.json.decode(caught.value.body)["error"]


@pytest.mark.parametrize(
    "source",
    [
        pytest.param("while True: pass", id="endless-loop"),
        pytest.param("import re\nre.match('(a+)+$', 'a' * 40 + 'b')", id="regex-bomb"),
        pytest.param("9 ** 9 ** 9", id="giant-number"),
        pytest.param("while True:\n  try: 1 / 0\n  except BaseException: pass", id="catches-all"),
        pytest.param(
            "import asyncio\nwhile True: await asyncio.sleep(0)", id="endless-asynchronous-loop"
        ),
        pytest.param("sum(iter(int, 1))", id="endless-loop-in-c"),
    ],
)
def test_code_that_does_not_end_runs_out_of_fuel(driver: PythonDriver, source: str) -> None:
    with pytest.raises(BudgetExceeded) as caught:
        list(driver.run(task_for(source, fuel=300_000_000)))

    assert caught.value.limit == "fuel"


@pytest.mark.parametrize(
    "source",
    [
        pytest.param("x = [bytearray(10 ** 7) for _ in range(100)]", id="many-buffers"),
        pytest.param("x = 'a' * 10 ** 9", id="giant-text"),
        pytest.param("x = [0] * 10 ** 9", id="giant-list"),
        pytest.param("x = {}\nwhile True: x[len(x)] = 'a' * 1000", id="growing-dict"),
    ],
)
def test_code_that_needs_too_much_memory_is_stopped(driver: PythonDriver, source: str) -> None:
    with pytest.raises(BudgetExceeded) as caught:
        list(driver.run(task_for(source, memory_bytes=64 << 20)))

    assert caught.value.limit == "memory"


def test_code_that_catches_its_lack_of_memory_still_has_no_more(driver: PythonDriver) -> None:
    source = """
kept = []
try:
    while True: kept.append(bytearray(1 << 20))
except MemoryError:
    pass
return {"megabytes": len(kept)}
"""

    assert result(driver, source, memory_bytes=64 << 20)["megabytes"] < 64


def test_a_limit_below_the_interpreters_own_memory_is_told(driver: PythonDriver) -> None:
    with pytest.raises(BudgetExceeded) as caught:
        list(driver.run(task_for("pass", memory_bytes=1 << 20)))

    assert caught.value.limit == "memory"


def test_output_beyond_the_limit_is_refused(driver: PythonDriver) -> None:
    with pytest.raises(BudgetExceeded) as caught:
        list(driver.run(task_for("return {'a': 'x' * 2000}", output_bytes=1000)))

    assert caught.value.limit == "output"


def test_a_limit_that_the_host_found_ends_the_call(driver: PythonDriver) -> None:
    source = "try: http.get('https://x.example/')\nexcept BaseException: pass\nreturn {'still': 1}"

    with pytest.raises(BudgetExceeded) as caught:
        list(driver.run(task_for(source, channel=Broken())))

    assert caught.value.limit == "host_calls"


def test_without_host_functions_there_are_no_requests(driver: PythonDriver) -> None:
    with pytest.raises(GuestRefused):
        list(driver.run(task_for("http.get('https://x.example/')")))


@pytest.mark.parametrize(
    "source",
    [
        pytest.param("import os\nos.abort()", id="abort"),
        pytest.param("import os\nos._exit(0)", id="exit"),
        pytest.param(
            "x = []\nfor _ in range(100_000): x = [x]\nreturn {'x': repr(x)}", id="deep-data"
        ),
    ],
)
def test_an_interpreter_that_dies_is_a_trap(driver: PythonDriver, source: str) -> None:
    with pytest.raises(GuestTrapped):
        list(driver.run(task_for(source)))


@pytest.mark.parametrize(
    ("source", "names"),
    [
        pytest.param("open('/etc/passwd')", {"FileNotFoundError"}, id="read-a-file"),
        pytest.param("open('x', 'w')", {"FileNotFoundError", "OSError"}, id="write-a-file"),
        pytest.param("import os\nos.listdir('/')", {"FileNotFoundError"}, id="list-files"),
        pytest.param(
            "import socket\nsocket.socket()", {"PermissionError", "OSError"}, id="open-a-socket"
        ),
        pytest.param(
            "import socket\nsocket.getaddrinfo('example.org', 80)",
            {"PermissionError", "OSError", "gaierror"},
            id="look-up-a-name",
        ),
        pytest.param(
            "import subprocess\nsubprocess.run(['ls'])", {"OSError"}, id="start-a-program"
        ),
        pytest.param(
            "import threading\nthreading.Thread(target=print).start()",
            {"RuntimeError"},
            id="start-a-thread",
        ),
        pytest.param("import ctypes", {"ModuleNotFoundError"}, id="load-native-code"),
        pytest.param("import penstock_kernel", {"ModuleNotFoundError"}, id="import-the-host"),
        pytest.param("input()", {"EOFError"}, id="read-a-terminal"),
    ],
)
def test_the_system_is_not_there(driver: PythonDriver, source: str, names: set[str]) -> None:
    assert error_of(driver, source)["name"] in names


def test_the_environment_is_empty(driver: PythonDriver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PENSTOCK_TEST_SECRET", "s3cret")

    found = result(driver, "import os, sys\nreturn {'env': dict(os.environ), 'argv': sys.argv[1:]}")

    assert found == {"env": {}, "argv": []}


@pytest.mark.parametrize(
    "source",
    [
        pytest.param(
            "import _imp, importlib.machinery\n"
            "clock = _imp.create_builtin(importlib.machinery.ModuleSpec('time', None))\n"
            "clock.sleep(20)",
            id="the-built-in-sleep",
        ),
        pytest.param("import select\nselect.select([], [], [], 20)", id="select"),
        pytest.param(
            "import threading\nthreading.Lock().acquire()\nthreading.Event().wait(20)", id="event"
        ),
    ],
)
def test_nothing_waits_even_where_the_prelude_is_undone(driver: PythonDriver, source: str) -> None:
    started = time.monotonic()

    # How it ends is its own affair: it must not hold up the runner.
    with contextlib.suppress(GuestAnsweredError, BudgetExceeded, GuestTrapped):
        list(driver.run(task_for(source, fuel=2_000_000_000)))

    assert time.monotonic() - started < 5


def test_no_two_calls_get_the_same_entropy(driver: PythonDriver) -> None:
    source = """
import os, random, secrets, tempfile, uuid
return {
    "urandom": os.urandom(16).hex(), "uuid1": str(uuid.uuid1()), "uuid4": str(uuid.uuid4()),
    "secrets": secrets.token_hex(16), "system": random.SystemRandom().random(),
    "own": random.Random().random(), "global": random.random(),
}
"""

    first, second = (result(driver, source, seed=None) for _ in range(2))

    assert {name for name in first if first[name] == second[name]} == set()


def test_random_numbers_follow_the_seed_of_the_step(driver: PythonDriver) -> None:
    source = "import random\nreturn {'v': [random.random(), random.choice('abcdef')]}"

    first, again, other = (result(driver, source, seed=seed) for seed in (7, 7, 8))

    assert first == again != other


def test_clocks_tick_in_milliseconds(driver: PythonDriver) -> None:
    source = "import time\nreturn {'wall': time.time_ns(), 'steady': time.perf_counter_ns()}"

    found = result(driver, source)

    assert {name: value % 1_000_000 for name, value in found.items()} == {"wall": 0, "steady": 0}


@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param("import builtins\nbuiltins.len = lambda _: 99", id="built-in"),
        pytest.param("import json\njson.dumps = lambda *a, **k: '{}'", id="module"),
        pytest.param("import sys\nsys.modules['math'] = None", id="modules"),
        pytest.param("import penstock_sdk\npenstock_sdk.Item.__init__ = None", id="sdk"),
        pytest.param("import sys\nsys.setrecursionlimit(30)", id="interpreter-setting"),
        pytest.param("import time\ntime.mark = 1", id="attribute"),
    ],
)
def test_what_one_call_spoils_the_next_does_not_see(driver: PythonDriver, spoil: str) -> None:
    with contextlib.suppress(GuestAnsweredError):  # it may well have broken its own answer
        list(driver.run(task_for(spoil)))

    check = """
import math, sys, time
return {"len": len([1]), "math": math.sqrt(4), "limit": sys.getrecursionlimit(),
        "mark": hasattr(time, "mark")}
"""
    assert result(driver, check) == {"len": 1, "math": 2.0, "limit": 1000, "mark": False}


def test_what_is_printed_past_the_prelude_reaches_the_log_too(driver: PythonDriver) -> None:
    channel = Silent()

    list(driver.run(task_for("import os\nos.write(1, b'raw\\nrest')", channel=channel)))

    messages = [msgspec.json.decode(note)["message"] for note in channel.notes]
    assert messages == ["raw", "rest"]


def test_what_was_computed_is_counted(driver: PythonDriver) -> None:
    small, large = task_for("pass"), task_for("sum(range(100_000))")

    list(driver.run(small))
    list(driver.run(large))

    assert 0 < small.spent.fuel < large.spent.fuel


def test_calls_do_not_add_up_in_memory(driver: PythonDriver) -> None:
    def run(times: int) -> None:
        for _ in range(times):
            list(driver.run(task_for("return items")))

    run(50)
    before = _resident_kb()
    run(150)

    assert _resident_kb() - before < 5 << 10


def _resident_kb() -> int:
    with open("/proc/self/status", encoding="ascii") as status:  # noqa: PTH123
        return next(int(line.split()[1]) for line in status if line.startswith("VmRSS"))
