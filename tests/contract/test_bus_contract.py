"""What every bus promises."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from penstock_bus import Bus, BusRefused, MemoryBus, Subscription


@pytest.fixture(params=[pytest.param(MemoryBus, id="memory")])
async def bus(request: pytest.FixtureRequest) -> AsyncIterator[Bus]:
    made: Bus = request.param()
    yield made
    await made.close()


async def received(subscription: Subscription) -> list[tuple[str, bytes]]:
    """What arrived, after the subscription is closed."""
    subscription.close()
    return [(message.subject, message.data) async for message in subscription]


@pytest.mark.parametrize(
    ("pattern", "subjects"),
    [
        pytest.param("a.b", ["a.b"], id="literal"),
        pytest.param("a.*", ["a.b", "a.c"], id="one-word"),
        pytest.param("*.b", ["a.b"], id="first-word"),
        pytest.param("a.>", ["a.b", "a.c", "a.b.c"], id="rest"),
        pytest.param(">", ["a.b", "a.c", "a.b.c", "a"], id="everything"),
        pytest.param("a.b.*.d", [], id="nothing"),
    ],
)
async def test_a_subscription_gets_what_matches_its_pattern(
    bus: Bus, pattern: str, subjects: list[str]
) -> None:
    subscription = await bus.subscribe(pattern)
    for subject in ("a.b", "a.c", "a.b.c", "a"):
        await bus.publish(subject, subject.encode())

    found = await received(subscription)

    assert found == [(subject, subject.encode()) for subject in subjects]


async def test_every_subscription_gets_a_message_once(bus: Bus) -> None:
    subscriptions = [await bus.subscribe(pattern) for pattern in ("a", "a", "*")]
    await bus.publish("a", b"1")

    found = [await received(subscription) for subscription in subscriptions]

    assert found == [[("a", b"1")]] * 3


async def test_what_was_published_before_does_not_arrive(bus: Bus) -> None:
    await bus.publish("a", b"1")
    subscription = await bus.subscribe("a")

    assert await received(subscription) == []


async def test_a_slow_reader_loses_the_oldest_and_can_tell(bus: Bus) -> None:
    subscription = await bus.subscribe("a", limit=3)
    for i in range(5):
        await bus.publish("a", bytes([i]))

    found = await received(subscription)

    assert [data[0] for _, data in found] == [2, 3, 4]
    assert subscription.dropped == 2


async def test_a_reader_that_waits_gets_the_next_message(bus: Bus) -> None:
    subscription = await bus.subscribe("a")
    waiting = asyncio.ensure_future(anext(subscription))
    await asyncio.sleep(0)

    await bus.publish("a", b"1")

    assert (await waiting).data == b"1"


async def test_closing_lets_a_waiting_reader_go(bus: Bus) -> None:
    subscription = await bus.subscribe("a")

    async def read() -> list[bytes]:
        return [message.data async for message in subscription]

    waiting = asyncio.ensure_future(read())
    await asyncio.sleep(0)

    subscription.close()

    assert await waiting == []


async def test_a_publisher_can_ask_whether_anybody_listens(bus: Bus) -> None:
    before = bus.has_listener("a.b")
    subscription = await bus.subscribe("a.*")
    during = bus.has_listener("a.b")
    subscription.close()

    assert (before, during, bus.has_listener("a.b")) == (False, True, False)


@pytest.mark.parametrize(
    "subject",
    [
        pytest.param("", id="empty"),
        pytest.param("a..b", id="empty-word"),
        pytest.param("a b", id="space"),
        pytest.param("a.*", id="wildcard"),
        pytest.param("a.>", id="rest"),
    ],
)
async def test_a_message_needs_a_subject(bus: Bus, subject: str) -> None:
    with pytest.raises(BusRefused):
        await bus.publish(subject, b"")


async def test_a_payload_has_a_limit(bus: Bus) -> None:
    with pytest.raises(BusRefused, match="does not travel"):
        await bus.publish("a", bytes(65_537))


async def test_the_wildcard_for_the_rest_stands_at_the_end(bus: Bus) -> None:
    with pytest.raises(BusRefused):
        await bus.subscribe("a.>.b")
