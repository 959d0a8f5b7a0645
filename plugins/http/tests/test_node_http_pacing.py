"""Requests that are spread out in batches, with a clock that the test turns."""

from __future__ import annotations

import asyncio

import pytest

from penstock_node_http.pacing import Pacer
from penstock_node_http.request import HttpRequest
from penstock_sdk.testing import Answer, Cassette, FakeClock, TestContext, arun_node, items_of

START_MS = FakeClock().now_ms


class Clock:
    """Time that passes when nobody has anything else to do: the first to wake moves it on."""

    def __init__(self) -> None:
        self.ms = START_MS
        self._sleeping: list[tuple[int, int, asyncio.Event]] = []
        self._count = 0

    def now_ms(self) -> int:
        return self.ms

    async def sleep(self, delay_s: float) -> None:
        wake = asyncio.Event()
        self._count += 1
        self._sleeping.append((self.ms + round(delay_s * 1000), self._count, wake))
        await wake.wait()

    async def run(self) -> None:
        """Let time pass until nobody sleeps."""
        while True:
            for _ in range(20):
                await asyncio.sleep(0)
            if not self._sleeping:
                return
            self._sleeping.sort(key=lambda one: one[:2])
            due, _, wake = self._sleeping.pop(0)
            self.ms = max(self.ms, due)
            wake.set()


def context(index: int, *, attempt: int = 1) -> TestContext:
    ctx = TestContext(HttpRequest, {"url": "https://api.example"}, items_of([{}]))
    ctx.index, ctx.attempt = index, attempt
    return ctx


async def starts(
    count: int, *, size: int, interval_ms: int, work_ms: int, at_once: int
) -> list[int]:
    """When each item starts, in milliseconds since the step began, as the engine runs them."""
    clock = Clock()
    pacer = Pacer(clock.now_ms, clock.sleep)
    found = [-1] * count
    todo = iter(range(count))

    async def work() -> None:
        for i in todo:
            await pacer.turn(context(i), size=size, interval_ms=interval_ms)
            found[i] = clock.ms - START_MS
            await clock.sleep(work_ms / 1000)

    await asyncio.gather(clock.run(), *(work() for _ in range(at_once)))
    return found


@pytest.mark.parametrize(
    ("at_once", "work_ms", "expected"),
    [
        pytest.param(10, 50, [0, 0, 1000, 1000, 2000, 2000, 3000], id="all-at-once"),
        pytest.param(1, 50, [0, 50, 1000, 1050, 2000, 2050, 3000], id="one-after-the-other"),
        pytest.param(10, 5000, [0, 0, 1000, 1000, 2000, 2000, 3000], id="slow-requests"),
        pytest.param(1, 700, [0, 700, 1400, 2100, 2800, 3500, 4200], id="slower-than-the-plan"),
    ],
)
async def test_a_batch_starts_its_number_of_intervals_after_the_step(
    at_once: int, work_ms: int, expected: list[int]
) -> None:
    found = await starts(7, size=2, interval_ms=1000, work_ms=work_ms, at_once=at_once)

    assert found == expected


@pytest.mark.parametrize(("size", "interval_ms"), [(0, 1000), (2, 0)])
async def test_without_batches_nothing_waits(size: int, interval_ms: int) -> None:
    found = await starts(5, size=size, interval_ms=interval_ms, work_ms=10, at_once=5)

    assert found == [0] * 5


async def slept(ctx: TestContext, now_ms: int) -> list[float]:
    delays: list[float] = []

    async def sleep(delay_s: float) -> None:
        delays.append(delay_s)

    await Pacer(lambda: now_ms, sleep).turn(ctx, size=1, interval_ms=1000)
    return delays


async def test_what_is_tried_again_does_not_wait_for_its_place() -> None:
    assert await slept(context(5_000, attempt=2), START_MS) == []


async def test_a_clock_that_was_set_back_makes_nobody_wait_longer() -> None:
    assert await slept(context(3), START_MS - 3_600_000) == [3.0]


async def test_the_node_waits_for_the_batch_of_its_item(monkeypatch: pytest.MonkeyPatch) -> None:
    delays: list[float] = []

    async def sleep(delay_s: float) -> None:
        delays.append(delay_s)

    monkeypatch.setattr(HttpRequest, "pacer", Pacer(lambda: START_MS, sleep))
    urls = [f"https://api.example/{n}" for n in range(3)]
    http = Cassette.answering({f"GET {url}": Answer() for url in urls})
    config = {"url": "={{ $json.url }}", "batch_size": 1, "batch_interval_ms": 250}

    await arun_node(HttpRequest, config, [{"url": url} for url in urls], http=http)

    assert delays == [0.25, 0.5]
