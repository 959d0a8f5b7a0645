"""The bus between processes while its broker comes and goes."""

from __future__ import annotations

import asyncio
import os
import signal
from pathlib import Path

import msgspec
import pytest
from tests.support.nats import joined, linked, until

from penstock_bus import BusUnavailable
from penstock_bus.interests import EXPIRE_S, Interests, Notice, notice_of, notices
from penstock_bus.link import Link
from penstock_bus.nats import INTEREST, NatsBus
from penstock_bus.opening import open_bus
from penstock_bus.server import NatsServer, open_server


async def restarted(server: NatsServer, *links: Link) -> None:
    """Kill the server and wait until it and the connections are back."""
    before = server.restarts
    os.kill(server.pid, signal.SIGKILL)
    await until(lambda: server.restarts > before)
    await until(lambda: all(link.is_up for link in links))


async def test_subscriptions_outlive_the_broker(tmp_path: Path) -> None:
    async with open_server(tmp_path) as server, linked(server) as near, linked(server) as far:
        here, there = NatsBus(near), NatsBus(far)
        await here.open()
        await there.open()
        subscription = await there.subscribe("a.*")
        await restarted(server, near, far)
        await far.round_trip(5)

        await here.publish("a.b", b"1")

        assert (await asyncio.wait_for(anext(subscription), 10)).data == b"1"
        await until(lambda: here.has_listener("a.c"))
        await here.close()
        await there.close()


async def test_publishing_without_a_broker_counts_what_it_dropped(tmp_path: Path) -> None:
    server = NatsServer(tmp_path)
    await server.open()
    async with linked(server) as link:
        bus = NatsBus(link)
        await bus.open()
        subscription = await bus.subscribe("a")
        await server.close()
        await until(lambda: not link.is_up)

        await bus.publish("a", b"1")

        assert bus.dropped == 1
        assert (await anext(subscription)).data == b"1"
        await bus.close()


async def test_subscribing_without_a_broker_holds_once_it_is_back(tmp_path: Path) -> None:
    async with open_server(tmp_path) as server, linked(server) as near, linked(server) as far:
        here, there = NatsBus(near), NatsBus(far)
        await here.open()
        await there.open()
        os.kill(server.pid, signal.SIGKILL)
        await until(lambda: not far.is_up)
        subscription = await there.subscribe("a")
        await until(lambda: near.is_up and here.has_listener("a"))
        await far.round_trip(5)

        await here.publish("a", b"1")

        assert (await asyncio.wait_for(anext(subscription), 10)).data == b"1"
        await here.close()
        await there.close()


async def test_a_broker_that_hangs_does_not_hold_up_a_publisher(tmp_path: Path) -> None:
    async with open_server(tmp_path) as server, joined(server) as bus:
        os.kill(server.pid, signal.SIGSTOP)
        try:
            async with asyncio.timeout(5):
                for _ in range(500):
                    await bus.publish("a", bytes(60_000))
        finally:
            os.kill(server.pid, signal.SIGCONT)

        assert 0 < bus.dropped < 500


async def test_who_comes_later_learns_who_listens(tmp_path: Path) -> None:
    async with open_server(tmp_path) as server, joined(server) as first:
        await first.subscribe("a.>")
        async with joined(server) as late:
            await until(lambda: late.has_listener("a.b.c"))

            assert not late.has_listener("b")


async def test_who_dies_without_a_word_is_forgotten(tmp_path: Path) -> None:
    now = 0.0
    async with open_server(tmp_path) as server, joined(server, lambda: now) as bus:
        async with linked(server) as link:
            (said,) = notices("want", "somebody", ["a"])
            await link.send(INTEREST, said)
            await until(lambda: bus.has_listener("a"))
        now = EXPIRE_S - 1
        shortly_before = bus.has_listener("a")
        now = EXPIRE_S

        assert (shortly_before, bus.has_listener("a")) == (True, False)


async def test_nonsense_on_the_subject_of_interests_is_ignored(tmp_path: Path) -> None:
    async with open_server(tmp_path) as server, joined(server) as bus, linked(server) as link:
        for nonsense in (b"", b"{", b"[]", b'{"kind":"want"}', b'{"kind":"x","sender":"y"}'):
            await link.send(INTEREST, nonsense)
        await link.send(INTEREST, notices("want", "somebody", ["a"])[0])

        await until(lambda: bus.has_listener("a"))


def test_an_interest_holds_as_long_as_one_process_has_it() -> None:
    interests = Interests(lambda: 0.0)
    for sender in ("x", "y"):
        interests.hear(Notice("want", sender, ["a.*", "b"]))
    interests.hear(Notice("drop", "x", ["a.*", "b"]))
    with_one = interests.has("a.1"), interests.has("b")
    interests.hear(Notice("drop", "y", ["a.*"]))

    assert with_one == (True, True)
    assert (interests.has("a.1"), interests.has("b")) == (False, True)


def test_an_interest_that_is_repeated_does_not_expire() -> None:
    now = 0.0
    interests = Interests(lambda: now)
    interests.hear(Notice("want", "x", ["a", "b"]))
    now = EXPIRE_S - 1
    interests.hear(Notice("want", "x", ["a"]))
    now = EXPIRE_S + 1
    interests.expire()

    assert (interests.has("a"), interests.has("b")) == (True, False)


def test_many_interests_are_told_in_notices_that_the_broker_takes() -> None:
    patterns = ["x" * 990 + str(number) for number in range(1_000)]

    told = notices("want", "x", patterns)

    assert max(len(notice) for notice in told) < 1 << 20
    assert [p for data in told if (notice := notice_of(data)) for p in notice.patterns] == patterns
    assert msgspec.json.decode(told[0])["kind"] == "want"


@pytest.mark.parametrize(
    "url",
    [
        pytest.param("http://127.0.0.1:4222", id="scheme"),
        pytest.param("127.0.0.1:4222", id="no-scheme"),
        pytest.param("nats://", id="no-host"),
        pytest.param("nats://host:port", id="no-port"),
        pytest.param(" , ", id="none"),
    ],
)
async def test_an_address_that_is_none_is_told_without_its_password(
    tmp_path: Path, url: str
) -> None:
    with pytest.raises(BusUnavailable, match="address") as caught:
        await open_bus(url.replace("//", "//user:secret@"), None, tmp_path)

    assert "secret" not in str(caught.value)


async def test_a_server_that_is_not_there_is_told_without_its_password() -> None:
    link = Link("nats://user:secret@127.0.0.1:9")

    with pytest.raises(BusUnavailable, match=r"127\.0\.0\.1:9") as caught:
        await link.open(0.3)

    assert "secret" not in str(caught.value)


async def test_a_cluster_of_the_user_is_used_where_its_address_is_given(tmp_path: Path) -> None:
    async with open_server(tmp_path / "theirs") as server:
        address = f"nats://{server.token}@127.0.0.1:{server.port}"
        async with (
            await open_bus(address, None, tmp_path / "ours") as first,
            await open_bus(server.url, server.token, tmp_path / "ours") as second,
        ):
            assert first.server is None
            assert not (tmp_path / "ours").exists()
            subscription = await first.bus.subscribe("a")
            await second.bus.publish("a", b"1")
            await second.doorbells.ring("default", "1")

            assert (await asyncio.wait_for(anext(subscription), 10)).data == b"1"
            assert await first.doorbells.wait(["default"], 10)


async def test_the_bundled_server_is_started_where_no_address_is_given(tmp_path: Path) -> None:
    async with await open_bus(None, None, tmp_path / "bus") as connected:
        assert connected.server is not None
        async with await open_bus(connected.url, connected.token, tmp_path) as worker:
            await connected.doorbells.ring("default", "1")

            assert await worker.doorbells.wait(["default"], 10)
