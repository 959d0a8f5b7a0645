"""What all doorbells promise."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from tests.support.nats import belled

from penstock_bus import BusUnavailable, Doorbells, MemoryDoorbells
from penstock_bus.server import open_server


@pytest.fixture(params=["memory", "jetstream"])
async def doorbells(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Doorbells]:
    if request.param == "memory":
        made = MemoryDoorbells()
        yield made
        await made.close()
        return
    async with open_server(tmp_path) as server, belled(server) as found:
        yield found


async def test_a_ring_stays_until_it_is_taken(doorbells: Doorbells) -> None:
    await doorbells.ring("default", "1")

    assert await doorbells.wait(["default"], 10)


async def test_a_ring_wakes_who_waits(doorbells: Doorbells) -> None:
    waiting = asyncio.create_task(doorbells.wait(["default"], 10))
    await asyncio.sleep(0)

    await doorbells.ring("default", "1")

    assert await waiting


async def test_a_ring_is_taken_once(doorbells: Doorbells) -> None:
    await doorbells.ring("default", "1")

    taken = [await doorbells.wait(["default"], 10), await doorbells.wait(["default"], 0.1)]

    assert taken == [True, False]


async def test_each_ring_reaches_one_of_those_who_wait(doorbells: Doorbells) -> None:
    waiting = [asyncio.create_task(doorbells.wait(["default"], 0.5)) for _ in range(5)]
    await asyncio.sleep(0)

    for number in range(3):
        await doorbells.ring("default", str(number))

    assert sorted(await asyncio.gather(*waiting)) == [False, False, True, True, True]


async def test_every_ring_is_delivered(doorbells: Doorbells) -> None:
    await asyncio.gather(*(doorbells.ring("default", str(number)) for number in range(50)))

    taken = [await doorbells.wait(["default"], 10) for _ in range(50)]

    assert all(taken)
    assert not await doorbells.wait(["default"], 0.1)


async def test_rings_with_the_same_id_count_once_before_they_are_taken(
    doorbells: Doorbells,
) -> None:
    for _ in range(3):
        await doorbells.ring("default", "1")

    taken = [await doorbells.wait(["default"], timeout_s) for timeout_s in (10, 0.1)]

    assert taken == [True, False]


async def test_rings_with_the_same_id_count_once_when_it_was_taken_meanwhile(
    doorbells: Doorbells,
) -> None:
    await doorbells.ring("default", "1")
    first = await doorbells.wait(["default"], 10)
    await doorbells.ring("default", "1")

    assert (first, await doorbells.wait(["default"], 0.1)) == (True, False)


async def test_the_same_id_rings_in_every_pool(doorbells: Doorbells) -> None:
    await doorbells.ring("a", "1")
    await doorbells.ring("b", "1")

    assert [await doorbells.wait([pool], 10) for pool in ("a", "b")] == [True, True]


async def test_a_waiter_hears_its_own_pools_only(doorbells: Doorbells) -> None:
    await doorbells.ring("other", "1")

    heard = [await doorbells.wait(["a", "b"], 0.1), await doorbells.wait(["other"], 10)]

    assert heard == [False, True]


async def test_a_waiter_hears_all_of_its_pools(doorbells: Doorbells) -> None:
    for pool in ("a", "b", "c"):
        await doorbells.ring(pool, pool)

    heard = [await doorbells.wait(["a", "b", "c"], timeout_s) for timeout_s in (10, 10, 10, 0.1)]

    assert heard == [True, True, True, False]


@pytest.mark.parametrize(
    "pool",
    [
        pytest.param("", id="empty"),
        pytest.param("a.b", id="dot"),
        pytest.param("*", id="wildcard"),
        pytest.param(">", id="rest"),
        pytest.param("two words\r\nPUB x 1", id="line-break"),
        pytest.param("../../etc", id="path"),
        pytest.param("größer/日本", id="not-ascii"),
        pytest.param("_61", id="looks-escaped"),
        pytest.param("x" * 5_000, id="long"),
    ],
)
async def test_a_pool_and_an_id_may_have_any_name(doorbells: Doorbells, pool: str) -> None:
    await doorbells.ring(pool, pool)

    assert not await doorbells.wait(["a"], 0.1)
    assert await doorbells.wait([pool], 10)


async def test_names_that_differ_in_case_are_two_pools(doorbells: Doorbells) -> None:
    await doorbells.ring("A", "1")

    heard = [await doorbells.wait(["a"], 0.1), await doorbells.wait(["A"], 10)]

    assert heard == [False, True]


async def test_a_waiter_that_gave_up_takes_no_ring_with_it(doorbells: Doorbells) -> None:
    given_up = await doorbells.wait(["default"], 0.1)
    await doorbells.ring("default", "1")

    assert (given_up, await doorbells.wait(["default"], 10)) == (False, True)


async def test_a_waiter_that_is_cancelled_takes_no_ring_with_it(doorbells: Doorbells) -> None:
    for number in range(20):
        waiting = asyncio.create_task(doorbells.wait(["default"], 10))
        await asyncio.sleep(0)
        await doorbells.ring("default", str(number))
        waiting.cancel()
        taken = (await asyncio.gather(waiting, return_exceptions=True))[0] is True

        assert taken or await doorbells.wait(["default"], 10)


async def test_closing_lets_go_who_waits(doorbells: Doorbells) -> None:
    waiting = asyncio.create_task(doorbells.wait(["default"], 60))
    await asyncio.sleep(0)

    await doorbells.close()

    assert not await waiting
    assert not await doorbells.wait(["default"], 60)


async def test_memory_forgets_a_ring_after_two_minutes() -> None:
    now = 0.0
    doorbells = MemoryDoorbells(lambda: now)
    await doorbells.ring("default", "1")
    assert await doorbells.wait(["default"], 0)

    now = 119.0
    await doorbells.ring("default", "1")
    within = await doorbells.wait(["default"], 0)
    now = 121.0
    await doorbells.ring("default", "1")

    assert (within, await doorbells.wait(["default"], 0)) == (False, True)


async def test_closed_doorbells_take_no_ring_in(doorbells: Doorbells) -> None:
    await doorbells.close()

    with pytest.raises(BusUnavailable):
        await doorbells.ring("default", "1")
