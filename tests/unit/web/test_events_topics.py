"""What waits for clients, what is kept for those who come back, and who is here."""

from __future__ import annotations

import asyncio
from typing import Any

import msgspec
import pytest

from penstock_bus import MemoryBus
from penstock_web.events import clients, topics
from penstock_web.events.clients import Client, Want
from penstock_web.events.messages import Beat, Told, Wish, encode
from penstock_web.events.presence import GONE_S, Board, Place
from penstock_web.events.topics import Counter, Topics, covers, widest


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def want(*patterns: str) -> Want:
    return Want(Wish(do="subscribe", workspace=True), "", patterns)


async def taken(client: Client) -> list[dict[str, Any]]:
    return [msgspec.json.decode(data) for data in await client.batch()]


async def arrived(bus: MemoryBus, subject: str, *numbers: int) -> None:
    for number in numbers:
        await bus.publish(subject, encode({"kind": "x.y", "number": number}))
    for _ in range(len(numbers) + 5):
        await asyncio.sleep(0)


@pytest.mark.parametrize(
    ("wide", "narrow", "expected"),
    [
        ("a.b.*.*", "a.b.c.*", True),
        ("a.b.c.*", "a.b.c.d", True),
        ("a.b.c.*", "a.b.*.*", False),
        ("a.b.c.*", "a.x.c.d", False),
        ("a.b.c.d", "a.b.c.d", False),
        ("a.*", "a.b.c", False),
    ],
)
def test_a_pattern_stands_for_another_one_word_by_word(
    wide: str, narrow: str, *, expected: bool
) -> None:
    assert covers(wide, narrow) is expected


def test_of_several_patterns_those_are_listened_to_that_no_other_stands_for() -> None:
    assert widest(["e.w.*.*", "e.w.f.*", "e.w.f.1", "c.w.f"]) == {"e.w.*.*", "c.w.f"}


def test_an_id_of_another_process_stands_for_no_number() -> None:
    counter, other = Counter(), Counter()
    counter.next()

    assert counter.number_of(counter.name()) == 1
    assert counter.number_of(other.name(1)) is None
    assert counter.number_of(f"{counter.boot}-99999999999999") is None
    assert counter.number_of("") is None


async def test_a_client_that_is_too_slow_loses_what_waits_and_is_told_how_much(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(clients, "MOST_WAITING", 10)
    bus = MemoryBus()
    all_topics = Topics(bus, Clock())
    client = Client(all_topics.counter)
    client.wants["all"] = want("x.*")
    await client.follow(all_topics, "")
    await arrived(bus, "x.1", *range(25))

    first = await taken(client)

    assert (first[0]["kind"], first[0]["count"]) == ("lost", 20)
    assert [one["number"] for one in first[1:]] == list(range(20, 25))
    await arrived(bus, "x.1", 25)
    assert [one["number"] for one in await taken(client)] == [25]
    await all_topics.close()


async def test_a_slow_client_holds_up_no_other() -> None:
    bus = MemoryBus()
    all_topics = Topics(bus, Clock())
    slow, quick = Client(all_topics.counter), Client(all_topics.counter)
    for client in (slow, quick):
        client.wants["all"] = want("x.*")
        await client.follow(all_topics, "")
    seen = 0
    for start in range(0, 3_000, 500):
        await arrived(bus, "x.1", *range(start, start + 500))
        seen += len(await taken(quick))

    assert seen == 3_000
    assert (await taken(slow))[0]["kind"] == "lost"
    await all_topics.close()


async def test_what_is_not_kept_any_more_was_missed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(topics, "KEPT", 5)
    bus = MemoryBus()
    all_topics = Topics(bus, Clock())
    topic = await all_topics.topic("x.*")
    before = all_topics.counter.number
    topic._kept = type(topic._kept)(maxlen=5)
    await arrived(bus, "x.1", *range(5))
    assert [entry.number for entry in topic.after(before) or ()] == [2, 3, 4, 5, 6]
    await arrived(bus, "x.1", 5)

    assert topic.after(before) is None
    assert [entry.number for entry in topic.after(before + 1) or ()] == [3, 4, 5, 6, 7]
    await all_topics.close()


async def test_what_nobody_watches_is_listened_to_for_a_while() -> None:
    bus, clock = MemoryBus(), Clock()
    all_topics = Topics(bus, clock)
    client = Client(all_topics.counter)
    client.wants["all"] = want("x.*")
    await client.follow(all_topics, "")
    client.leave()
    clock.now = 30.0
    await all_topics.close_idle()
    still = bus.has_listener("x.1")
    clock.now = 61.0
    await all_topics.close_idle()

    assert (still, bus.has_listener("x.1")) == (True, False)


def test_who_is_not_heard_of_any_more_has_gone() -> None:
    clock, shown = Clock(), list[bytes]()

    class Viewer:
        def show(self, place: Place, data: bytes) -> None:
            shown.append(data)

    board = Board(Place("w", "wf"), clock)
    board.viewers.add(Viewer())
    board.hear(Beat(do="here", workflow="wf", client="a", id="u_1", name="Ada"))
    board.hear(Beat(do="here", workflow="wf", client="b", id="u_1", name="Ada"))
    clock.now = GONE_S + 1
    board.refresh()

    people = [[one["id"] for one in msgspec.json.decode(data)["people"]] for data in shown]
    assert people == [["u_1"], []]


def test_what_is_told_begins_with_its_id() -> None:
    counter = Counter()
    data = counter.signed(encode(Told(kind="hello")), 7)

    assert data == b'{"id":"%s-7","kind":"hello"}' % counter.boot.encode()
