"""What every bus promises."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.support.nats import joined, linked, until

from penstock_bus import Bus, BusRefused, MemoryBus, Subscription
from penstock_bus.nats import NatsBus
from penstock_bus.server import open_server


async def _at_once() -> None:
    """Nothing is under way."""


@dataclass
class Ends:
    """A bus as the publisher has it, and as the listener has it: of one process or of two."""

    publisher: Bus
    listener: Bus
    #: Waits until what was published has arrived.
    settle: Callable[[], Awaitable[None]] = _at_once


@pytest.fixture(params=["memory", "nats-in-one-process", "nats-between-processes"])
async def ends(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Ends]:
    if request.param == "memory":
        bus = MemoryBus()
        yield Ends(bus, bus)
        await bus.close()
        return
    async with contextlib.AsyncExitStack() as stack:
        server = await stack.enter_async_context(open_server(tmp_path))
        here = await stack.enter_async_context(joined(server))
        if request.param == "nats-in-one-process":
            yield Ends(here, here)
            return
        link = await stack.enter_async_context(linked(server))
        there = NatsBus(link)
        await there.open()

        async def settle() -> None:
            await here.round_trip()
            await there.round_trip()

        yield Ends(here, there, settle)
        await there.close()


async def received(ends: Ends, subscription: Subscription) -> list[tuple[str, bytes]]:
    """What arrived, after the subscription is closed."""
    await ends.settle()
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
    ends: Ends, pattern: str, subjects: list[str]
) -> None:
    subscription = await ends.listener.subscribe(pattern)
    for subject in ("a.b", "a.c", "a.b.c", "a"):
        await ends.publisher.publish(subject, subject.encode())

    found = await received(ends, subscription)

    assert found == [(subject, subject.encode()) for subject in subjects]


async def test_every_subscription_gets_a_message_once(ends: Ends) -> None:
    subscriptions = [await ends.listener.subscribe(pattern) for pattern in ("a", "a", "*")]
    await ends.publisher.publish("a", b"1")

    found = [await received(ends, subscription) for subscription in subscriptions]

    assert found == [[("a", b"1")]] * 3


async def test_what_was_published_before_does_not_arrive(ends: Ends) -> None:
    await ends.publisher.publish("a", b"1")
    await ends.settle()
    subscription = await ends.listener.subscribe("a")

    assert await received(ends, subscription) == []


async def test_a_slow_reader_loses_the_oldest_and_can_tell(ends: Ends) -> None:
    subscription = await ends.listener.subscribe("a", limit=3)
    for i in range(5):
        await ends.publisher.publish("a", bytes([i]))

    found = await received(ends, subscription)

    assert [data[0] for _, data in found] == [2, 3, 4]
    assert subscription.dropped == 2


async def test_a_reader_that_waits_gets_the_next_message(ends: Ends) -> None:
    subscription = await ends.listener.subscribe("a")
    waiting = asyncio.ensure_future(anext(subscription))
    await asyncio.sleep(0)

    await ends.publisher.publish("a", b"1")

    assert (await waiting).data == b"1"


async def test_closing_lets_a_waiting_reader_go(ends: Ends) -> None:
    subscription = await ends.listener.subscribe("a")

    async def read() -> list[bytes]:
        return [message.data async for message in subscription]

    waiting = asyncio.ensure_future(read())
    await asyncio.sleep(0)

    subscription.close()

    assert await waiting == []


async def test_a_publisher_can_ask_whether_anybody_listens(ends: Ends) -> None:
    assert not ends.publisher.has_listener("a.b")

    subscription = await ends.listener.subscribe("a.*")
    await until(lambda: ends.publisher.has_listener("a.b"))
    other = ends.publisher.has_listener("b.b")
    subscription.close()
    await until(lambda: not ends.publisher.has_listener("a.b"))

    assert not other


@pytest.mark.parametrize(
    "subject",
    [
        pytest.param("", id="empty"),
        pytest.param("a..b", id="empty-word"),
        pytest.param("a b", id="space"),
        pytest.param("a.*", id="wildcard"),
        pytest.param("a.>", id="rest"),
        pytest.param("a.b*", id="wildcard-in-a-word"),
        pytest.param("a\r\nPUB b 0\r\n", id="line-break"),
        pytest.param("a.\x00", id="zero"),
        pytest.param("a" * 1_001, id="long"),
    ],
)
async def test_a_message_needs_a_subject(ends: Ends, subject: str) -> None:
    with pytest.raises(BusRefused):
        await ends.publisher.publish(subject, b"")


async def test_a_payload_has_a_limit(ends: Ends) -> None:
    with pytest.raises(BusRefused, match="does not travel"):
        await ends.publisher.publish("a", bytes(65_537))


@pytest.mark.parametrize(
    "pattern",
    [
        pytest.param("a.>.b", id="rest-in-the-middle"),
        pytest.param("a.b*", id="wildcard-in-a-word"),
        pytest.param("a..b", id="empty-word"),
    ],
)
async def test_a_subscription_needs_a_pattern(ends: Ends, pattern: str) -> None:
    with pytest.raises(BusRefused):
        await ends.listener.subscribe(pattern)


async def test_messages_of_one_publisher_arrive_in_order(ends: Ends) -> None:
    subscription = await ends.listener.subscribe("a.>")
    for number in range(500):
        await ends.publisher.publish(f"a.{number % 7}", str(number).encode())

    found = await received(ends, subscription)

    assert [data for _, data in found] == [str(number).encode() for number in range(500)]


async def test_any_bytes_and_any_letters_arrive_as_they_were(ends: Ends) -> None:
    subscription = await ends.listener.subscribe("größe.*")
    data = bytes(range(256)) * 256
    await ends.publisher.publish("größe.日本", data)

    assert await received(ends, subscription) == [("größe.日本", data)]


async def test_a_closed_subscription_leaves_others_of_its_pattern_alone(ends: Ends) -> None:
    first = await ends.listener.subscribe("a")
    second = await ends.listener.subscribe("a")
    first.close()
    await ends.publisher.publish("a", b"1")

    assert await received(ends, second) == [("a", b"1")]


async def test_a_pattern_can_be_subscribed_again_at_once(ends: Ends) -> None:
    for _ in range(5):
        (await ends.listener.subscribe("a")).close()
    subscription = await ends.listener.subscribe("a")
    await ends.publisher.publish("a", b"1")

    assert await received(ends, subscription) == [("a", b"1")]
    await until(lambda: not ends.publisher.has_listener("a"))


async def test_closing_the_bus_closes_its_subscriptions(ends: Ends) -> None:
    subscription = await ends.listener.subscribe("a")

    await ends.listener.close()

    assert [message async for message in subscription] == []
    await until(lambda: not ends.publisher.has_listener("a"))
