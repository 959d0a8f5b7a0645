"""One suite for every implementation of `penstock_sandbox.contract.Sandbox`, on the real guests."""

from __future__ import annotations

import asyncio
import contextlib
import threading
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from tests.support.speed import slowness

from penstock_sandbox.contract import Budget, Call, Guest, Note, Sandbox
from penstock_sandbox.errors import BudgetExceeded, GuestFailed, GuestRefused
from penstock_sandbox.sandbox import Mode, open_sandbox
from penstock_sdk import NodeFailed, PenstockError

WORKSPACE = "acme"
ITEM = b'[{"json":{"a":20}}]'
LOOP: dict[str, str] = {"javascript": "for(;;){}", "python": "while True: pass"}


@pytest.fixture(params=["runners", "inprocess"], scope="module")
def mode(request: pytest.FixtureRequest) -> Mode:
    chosen: Mode = request.param
    return chosen


@pytest.fixture
async def sandbox(mode: Mode) -> AsyncIterator[Sandbox]:
    opened = await open_sandbox(mode)
    yield opened
    await opened.close()


def context(**more: Any) -> dict[str, Any]:
    return {
        "now": 1700000000000,
        "zone": "Europe/Berlin",
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
        **more,
    }


def expression(*sources: str, vm: str = "e1", **more: Any) -> Call:
    header = {"exprs": sources, "typed": False, "ctx": context()}
    more.setdefault("chunks", [b'{"at":0,"n":1,"json":[{"a":20}]}'])
    return Call(
        guest="expression",
        workspace=more.pop("workspace", WORKSPACE),
        vm=vm,
        header=msgspec.json.encode(header),
        **more,
    )


def code(guest: Guest, source: str, *, http: bool = False, **more: Any) -> Call:
    header = {"kind": "code", "mode": "all", "source": source, "http": http, "ctx": context()}
    more.setdefault("chunks", [ITEM])
    return Call(
        guest=guest,
        workspace=more.pop("workspace", WORKSPACE),
        header=msgspec.json.encode(header),
        **more,
    )


def items_of(chunks: list[bytes]) -> list[Any]:
    decoded = [msgspec.json.decode(chunk) for chunk in chunks]
    return [item["json"] for chunk in decoded for item in chunk["ports"]["main"]["items"]]


def python_fetching(count: int) -> str:
    request = "_helpers.http_request({'method': 'GET', 'url': 'https://example.com/'})"
    return f"return [{{'got': str({request})}} for _ in range({count})]"


def javascript_fetching(count: int) -> str:
    request = "$helpers.httpRequest({method: 'GET', url: 'https://example.com/', json: false})"
    return (
        f"const all = await Promise.all(Array.from({{length: {count}}}, () => {request}));"
        "return all.map((one) => ({got: String(one)}));"
    )


class Host:
    """Answers after `delay_s`, and remembers how many requests were open at once."""

    def __init__(self, *, delay_s: float = 0.0, body: str = "hello") -> None:
        self.open = 0
        self.most_open = 0
        self.asked = asyncio.Event()
        self._delay_s = delay_s
        self._body = body

    async def __call__(self, name: str, arguments: Any) -> Any:
        self.open += 1
        self.asked.set()
        self.most_open = max(self.most_open, self.open)
        await asyncio.sleep(self._delay_s)
        self.open -= 1
        return {
            "status": 200,
            "headers": {},
            "body": self._body,
            "bodyEncoding": "text",
            "url": arguments["url"],
        }


class Refusing:
    """Refuses what it is asked."""

    async def __call__(self, name: str, arguments: Any) -> Any:
        raise NodeFailed("not to this host", hint="grant it")


async def test_an_expression_is_evaluated(sandbox: Sandbox) -> None:
    done = await sandbox.call(expression("$json.a + 1", "$json.a * 2"))

    answer = msgspec.json.decode(done.chunks[0])
    assert answer["v"] == [[21], [40]]


@pytest.mark.parametrize(
    ("guest", "source"),
    [
        pytest.param("javascript", "return [{b: items[0].json.a + 1}]", id="javascript"),
        pytest.param("python", "return [{'b': items[0]['json']['a'] + 1}]", id="python"),
    ],
)
async def test_code_gets_its_items_and_returns_others(
    sandbox: Sandbox, guest: Guest, source: str
) -> None:
    done = await sandbox.call(code(guest, source))

    assert items_of(done.chunks) == [{"b": 21}]
    assert done.spent.output_bytes == sum(map(len, done.chunks))
    assert done.spent.fuel > 0


async def test_a_row_of_calls_is_told_the_processor_time_it_took(sandbox: Sandbox) -> None:
    # The system may count a short call's time only with the next one's.
    calls = [await sandbox.call(code("javascript", "\nreturn items")) for _ in range(10)]

    assert sum(done.spent.cpu_ms for done in calls) > 0


@pytest.mark.parametrize(
    ("guest", "source", "name"),
    [
        pytest.param("javascript", "\nnull.x", "TypeError", id="javascript"),
        pytest.param("python", "\n1 / 0", "ZeroDivisionError", id="python"),
    ],
)
async def test_an_error_of_the_guest_is_told_with_its_line(
    sandbox: Sandbox, guest: Guest, source: str, name: str
) -> None:
    with pytest.raises(GuestFailed) as failed:
        await sandbox.call(code(guest, source))

    assert failed.value.name == name
    assert failed.value.line == 2


@pytest.mark.parametrize("guest", ["javascript", "python"])
async def test_fuel_ends_a_loop(sandbox: Sandbox, guest: Guest) -> None:
    with pytest.raises(BudgetExceeded) as ended:
        await sandbox.call(code(guest, LOOP[guest], budget=Budget(fuel=50_000_000)))

    assert ended.value.limit == "fuel"


@pytest.mark.parametrize("guest", ["javascript", "python"])
async def test_the_wall_clock_ends_a_loop_in_time(sandbox: Sandbox, guest: Guest) -> None:
    await sandbox.call(code(guest, "return []"))
    started = time.monotonic()

    with pytest.raises(BudgetExceeded) as ended:
        await sandbox.call(code(guest, LOOP[guest], budget=Budget(fuel=10**15, wall_s=0.3)))

    assert ended.value.limit == "wall"
    assert time.monotonic() - started < 0.3 + 0.25 * slowness()


async def test_the_total_clock_runs_while_the_host_is_asked(sandbox: Sandbox) -> None:
    call = code(
        "javascript",
        javascript_fetching(1),
        http=True,
        host=Host(delay_s=30),
        budget=Budget(wall_s=0.2, total_s=0.5),
    )
    await sandbox.call(code("javascript", "return []"))
    started = time.monotonic()

    with pytest.raises(BudgetExceeded) as ended:
        await sandbox.call(call)

    assert ended.value.limit == "total"
    assert time.monotonic() - started < 0.5 + 0.25 * slowness()


async def test_the_compute_clock_stops_while_the_host_is_asked(sandbox: Sandbox) -> None:
    call = code(
        "javascript",
        javascript_fetching(1),
        http=True,
        host=Host(delay_s=0.6),
        budget=Budget(wall_s=0.4),
    )

    done = await sandbox.call(call)

    assert items_of(done.chunks) == [{"got": "hello"}]


async def test_memory_is_limited(sandbox: Sandbox) -> None:
    source = "const a = []; for (;;) a.push('x'.repeat(1 << 20) + a.length)"

    with pytest.raises(BudgetExceeded) as ended:
        await sandbox.call(code("javascript", source, budget=Budget(memory_bytes=64 << 20)))

    assert ended.value.limit == "memory"


@pytest.mark.parametrize(
    ("guest", "source"),
    [
        pytest.param("javascript", "return [{x: 'y'.repeat(3e6)}]", id="javascript"),
        pytest.param("python", "return [{'x': 'y' * 3_000_000}]", id="python"),
    ],
)
async def test_output_is_limited(sandbox: Sandbox, guest: Guest, source: str) -> None:
    with pytest.raises(BudgetExceeded) as ended:
        await sandbox.call(code(guest, source, budget=Budget(output_bytes=1 << 20)))

    assert ended.value.limit == "output"


async def test_requests_made_together_are_answered_together(sandbox: Sandbox) -> None:
    host = Host(delay_s=0.2)
    started = time.monotonic()

    done = await sandbox.call(code("javascript", javascript_fetching(8), http=True, host=host))

    assert len(items_of(done.chunks)) == 8
    assert host.most_open == 8
    assert time.monotonic() - started < 8 * 0.2
    assert done.spent.host_calls == 8
    assert done.spent.fetched_bytes > 8 * len("hello")


@pytest.mark.parametrize(
    ("guest", "source"),
    [
        pytest.param("javascript", javascript_fetching(1), id="javascript"),
        pytest.param("python", python_fetching(1), id="python"),
    ],
)
async def test_a_refusal_of_the_host_is_an_error_in_the_guest(
    sandbox: Sandbox, guest: Guest, source: str
) -> None:
    with pytest.raises(GuestFailed, match="not to this host"):
        await sandbox.call(code(guest, source, http=True, host=Refusing()))


async def test_calls_of_the_host_are_limited(sandbox: Sandbox) -> None:
    call = code(
        "javascript", javascript_fetching(9), http=True, host=Host(), budget=Budget(host_calls=8)
    )

    with pytest.raises(BudgetExceeded) as ended:
        await sandbox.call(call)

    assert ended.value.limit == "host_calls"


async def test_fetched_bytes_are_limited(sandbox: Sandbox) -> None:
    call = code(
        "python",
        python_fetching(1),
        http=True,
        host=Host(body="x" * 200_000),
        budget=Budget(fetched_bytes=100_000),
    )

    with pytest.raises(BudgetExceeded) as ended:
        await sandbox.call(call)

    assert ended.value.limit == "fetched"


@pytest.mark.parametrize(
    ("guest", "source"),
    [
        pytest.param("javascript", "console.log('one', 2); return []", id="javascript"),
        pytest.param("python", "print('one', 2)\nreturn []", id="python"),
    ],
)
async def test_what_is_printed_arrives_as_notes(
    sandbox: Sandbox, guest: Guest, source: str
) -> None:
    notes: list[Note] = []

    await sandbox.call(code(guest, source, notes=notes.append))

    assert [(note.kind, note.body["message"]) for note in notes] == [("log", "one 2")]


@pytest.mark.parametrize(
    ("guest", "source"),
    [
        pytest.param(
            "javascript",
            "for (let i = 0; i < 20000; i++) console.log('x'.repeat(100)); return [{ok: 1}]",
            id="javascript",
        ),
        pytest.param(
            "python", "for _ in range(5000): print('x' * 100)\nreturn [{'ok': 1}]", id="python"
        ),
    ],
)
async def test_a_flood_of_notes_is_cut_and_said_so(
    sandbox: Sandbox, guest: Guest, source: str
) -> None:
    notes: list[Note] = []
    call = code(guest, source, notes=notes.append, budget=Budget(note_bytes=10_000))

    done = await sandbox.call(call)

    assert items_of(done.chunks) == [{"ok": 1}]
    assert sum(len(str(note.body)) for note in notes) < 20_000
    assert "dropped" in notes[-1].body["message"]


async def test_canceling_stops_the_guest_and_the_next_call_works(sandbox: Sandbox) -> None:
    await sandbox.call(code("javascript", "return []"))
    budget = Budget(fuel=10**15, wall_s=60)
    call = asyncio.create_task(sandbox.call(code("javascript", "for(;;){}", budget=budget)))
    await asyncio.sleep(0.1)
    started = time.monotonic()

    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call

    assert time.monotonic() - started < 0.1 * slowness()
    done = await sandbox.call(code("javascript", "return [{ok: 1}]"))
    assert items_of(done.chunks) == [{"ok": 1}]


async def test_canceling_works_while_the_host_is_asked(sandbox: Sandbox) -> None:
    host = Host(delay_s=60)
    call = asyncio.create_task(
        sandbox.call(code("python", python_fetching(1), http=True, host=host))
    )
    await host.asked.wait()

    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call

    done = await sandbox.call(code("python", "return [{'ok': 1}]"))
    assert items_of(done.chunks) == [{"ok": 1}]


@pytest.mark.parametrize(
    "source",
    [
        pytest.param("Array.prototype.map = null; globalThis.x = 1; return []", id="patched"),
        pytest.param("for(;;){}", id="out-of-fuel"),
        pytest.param("throw new Error('no')", id="failed"),
        pytest.param("const f = () => f(); f()", id="recursed"),
    ],
)
async def test_the_next_call_is_unaffected(sandbox: Sandbox, source: str) -> None:
    with contextlib.suppress(PenstockError):
        await sandbox.call(code("javascript", source, budget=Budget(fuel=100_000_000)))

    done = await sandbox.call(code("javascript", "return [1, 2].map((n) => ({n, x: typeof x}))"))
    assert items_of(done.chunks) == [{"n": 1, "x": "undefined"}, {"n": 2, "x": "undefined"}]


async def test_random_numbers_are_not_shared_between_runners(sandbox: Sandbox) -> None:
    source = "import uuid\nreturn [{'id': str(uuid.uuid4())}]"

    done = await asyncio.gather(
        *(sandbox.call(code("python", source, workspace=f"w{n}")) for n in range(4))
    )

    assert len({items_of(one.chunks)[0]["id"] for one in done}) == 4


async def test_many_chunks_go_through_in_both_directions(sandbox: Sandbox) -> None:
    item = {"json": {"text": "x" * 1000}}
    chunk = msgspec.json.encode([item] * 1000)
    pulled = 0

    def chunks() -> Iterator[bytes]:
        nonlocal pulled
        for _ in range(12):
            pulled += 1
            yield chunk

    done = await sandbox.call(code("javascript", "return items", chunks=chunks()))

    assert pulled == 12
    assert len(items_of(done.chunks)) == 12_000


async def test_chunks_that_fail_end_the_call_with_their_error(sandbox: Sandbox) -> None:
    def chunks() -> Iterator[bytes]:
        yield ITEM
        raise NodeFailed("the items cannot be read")

    with pytest.raises(NodeFailed, match="cannot be read"):
        await sandbox.call(code("javascript", "return items", chunks=chunks()))

    done = await sandbox.call(code("javascript", "return items"))
    assert items_of(done.chunks) == [{"a": 20}]


async def test_a_released_vm_is_made_anew(sandbox: Sandbox) -> None:
    first = await sandbox.call(expression("$json.a + 1"))
    await sandbox.release("e1")
    second = await sandbox.call(expression("$json.a + 1"))

    assert first.chunks == second.chunks


async def test_a_vm_gives_the_same_answers_whether_it_is_kept_or_not(sandbox: Sandbox) -> None:
    sources = ("$json.a + 1", "Math.random()", "[3, 1, 2].sort()", "$now.toISO()")
    kept = [(await sandbox.call(expression(*sources))).chunks for _ in range(3)]

    dropped: list[list[bytes]] = []
    for _ in range(3):
        await sandbox.release("e1")
        dropped.append((await sandbox.call(expression(*sources))).chunks)

    assert kept == dropped


async def test_a_component_that_was_not_prepared_is_refused(sandbox: Sandbox) -> None:
    call = Call(guest="component", workspace=WORKSPACE, header=b"{}", package="nothing")

    with pytest.raises(GuestRefused):
        await sandbox.call(call)


@pytest.mark.parametrize(
    "wasm",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"\x00asm\x01\x00\x00\x00", id="core-module"),
        pytest.param(b"MZ\x90\x00" * 100, id="something-else"),
    ],
)
async def test_what_is_no_component_is_refused(sandbox: Sandbox, wasm: bytes) -> None:
    with pytest.raises(GuestRefused):
        await sandbox.prepare(wasm)


async def test_walls_are_known_after_a_call(sandbox: Sandbox) -> None:
    await sandbox.call(expression("1"))

    assert {wall.name for wall in sandbox.walls()} >= {"webassembly", "process", "seccomp"}


async def test_close_leaves_no_thread_and_no_process(mode: Mode) -> None:
    threads = threading.active_count()
    children = _children()
    sandbox = await open_sandbox(mode)
    await asyncio.gather(*(sandbox.call(code("python", "return []")) for _ in range(3)))
    running = asyncio.create_task(sandbox.call(code("javascript", "for(;;){}")))
    await asyncio.sleep(0.05)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)

    await sandbox.close()

    assert threading.active_count() <= threads
    assert _children() == children


async def test_two_busy_guests_run_side_by_side(sandbox: Sandbox) -> None:
    source = "console.log('on'); for (let i = 0; i < 3e6; i++); console.log('off'); return []"
    await asyncio.gather(*(sandbox.call(code("javascript", "return []")) for _ in range(2)))
    heard: list[str] = []

    def note(note: Note) -> None:
        heard.append(note.body["message"])

    await asyncio.gather(*(sandbox.call(code("javascript", source, notes=note)) for _ in range(2)))

    assert heard == ["on", "on", "off", "off"]


async def test_notes_arrive_while_the_guest_still_runs(sandbox: Sandbox) -> None:
    arrived = asyncio.Event()
    source = "console.log('here'); for(;;){}"
    budget = Budget(fuel=10**15, wall_s=60)
    call = code("javascript", source, notes=lambda _: arrived.set(), budget=budget)
    running = asyncio.create_task(sandbox.call(call))

    async with asyncio.timeout(5):
        await arrived.wait()

    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def test_an_expression_is_not_held_up_by_code_that_waits(sandbox: Sandbox) -> None:
    host = Host(delay_s=60)
    waiting = [
        asyncio.create_task(
            sandbox.call(code("javascript", javascript_fetching(1), http=True, host=host))
        )
        for _ in range(3)
    ]
    await host.asked.wait()

    async with asyncio.timeout(5):
        await sandbox.call(expression("1 + 1"))

    for task in waiting:
        task.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)


def _children() -> set[str]:
    own = Path(f"/proc/self/task/{threading.get_native_id()}/children")
    return set(own.read_text().split()) if own.is_file() else set()


async def test_what_a_call_has_spent_is_known_however_it_ends(sandbox: Sandbox) -> None:
    endless = code("javascript", LOOP["javascript"], budget=Budget(wall_s=0.2))
    failing = code("python", "raise ValueError")

    with pytest.raises(BudgetExceeded):
        await sandbox.call(endless)
    with pytest.raises(GuestFailed):
        await sandbox.call(failing)

    assert endless.spent.wall_ms >= 190  # the deadline is counted in ticks
    assert failing.spent.wall_ms > 0
