"""Doorbells while their broker dies and what it stores is deleted."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
from pathlib import Path

import msgspec
import pytest
from tests.support.nats import belled, linked, until

from penstock_bus import BusUnavailable, Doorbells
from penstock_bus.jetstream import STREAM, JetStreamDoorbells
from penstock_bus.server import NatsServer, open_server


async def rung(doorbells: Doorbells, pool: str, message_id: str) -> None:
    """Ring as the outbox does: again until it is taken in."""
    async with asyncio.timeout(20):
        while True:
            try:
                await doorbells.ring(pool, message_id)
            except BusUnavailable:
                await asyncio.sleep(0.02)
            else:
                return


async def delete_store(server: NatsServer) -> None:
    """Delete what there is; a server that runs may write meanwhile."""
    await asyncio.to_thread(shutil.rmtree, server.store, ignore_errors=True)


async def kill(server: NatsServer, *, delete: bool) -> None:
    """Kill the server, after its store was deleted under it where that is asked for."""
    if delete:
        await delete_store(server)
    os.kill(server.pid, signal.SIGKILL)


async def test_a_ring_outlives_the_broker(tmp_path: Path) -> None:
    async with open_server(tmp_path) as server, belled(server) as doorbells:
        await doorbells.ring("default", "1")
        await kill(server, delete=False)

        assert await doorbells.wait(["default"], 20)


@pytest.mark.parametrize(
    "delete", [pytest.param(False, id="killed"), pytest.param(True, id="killed-and-emptied")]
)
async def test_who_waits_hears_a_ring_after_the_broker_came_back(
    tmp_path: Path, delete: bool
) -> None:
    async with open_server(tmp_path) as server, belled(server) as ringer, belled(server) as other:
        waiting = asyncio.create_task(other.wait(["default"], 30))
        await ringer.ring("elsewhere", "1")
        await kill(server, delete=delete)

        await rung(ringer, "default", "2")

        async with asyncio.timeout(5):
            assert await waiting


async def test_a_ring_while_the_broker_is_away_is_refused_at_once(tmp_path: Path) -> None:
    server = NatsServer(tmp_path)
    await server.open()
    async with belled(server) as doorbells:
        await server.close()
        with pytest.raises(BusUnavailable):
            async with asyncio.timeout(1.5):
                await doorbells.ring("default", "1")


async def test_emptying_the_store_of_a_running_broker_heals_within_seconds(tmp_path: Path) -> None:
    async with open_server(tmp_path) as server, belled(server) as doorbells:
        await doorbells.ring("default", "1")
        assert await doorbells.wait(["default"], 10)
        await delete_store(server)

        for number in range(2, 6):
            await rung(doorbells, "default", str(number))
            assert await doorbells.wait(["default"], 10)


async def test_positions_of_an_earlier_stream_pass_over_no_ring(tmp_path: Path) -> None:
    async with open_server(tmp_path) as server, belled(server) as doorbells:
        for number in range(5):
            await doorbells.ring("default", str(number))
            assert await doorbells.wait(["default"], 10)
    stream = server.store / "$G" / "streams" / STREAM
    positions = stream / "obs" / "default" / "o.dat"
    kept = positions.read_bytes()
    # Deleting while the server writes leaves what it wrote last.
    await delete_store(server)
    await asyncio.to_thread(positions.parent.mkdir, parents=True)
    positions.write_bytes(kept)

    async with open_server(tmp_path) as server, belled(server) as doorbells:
        await doorbells.ring("default", "5")

        assert await doorbells.wait(["default"], 10)


async def test_a_stream_that_was_deleted_is_made_again(tmp_path: Path) -> None:
    async with open_server(tmp_path) as server, belled(server) as doorbells:
        waiting = asyncio.create_task(doorbells.wait(["default"], 30))
        await doorbells.ring("elsewhere", "1")
        async with linked(server) as link:
            await link.request(f"$JS.API.STREAM.DELETE.{STREAM}", b"", timeout_s=5)

        await rung(doorbells, "default", "2")

        async with asyncio.timeout(5):
            assert await waiting


async def test_a_consumer_that_was_deleted_is_made_again(tmp_path: Path) -> None:
    async with open_server(tmp_path) as server, belled(server) as doorbells:
        await doorbells.ring("default", "1")
        assert await doorbells.wait(["default"], 10)
        waiting = asyncio.create_task(doorbells.wait(["default"], 30))
        async with linked(server) as link:
            await link.request(f"$JS.API.CONSUMER.DELETE.{STREAM}.default", b"", timeout_s=5)

        await doorbells.ring("default", "2")

        async with asyncio.timeout(5):
            assert await waiting


async def test_a_ring_that_reaches_a_process_whose_waiter_left_goes_to_another(
    tmp_path: Path,
) -> None:
    async with open_server(tmp_path) as server, belled(server) as first, belled(server) as second:
        assert not await first.wait(["default"], 0.3)
        waiting = asyncio.create_task(second.wait(["default"], 30))
        await first.ring("default", "1")

        async with asyncio.timeout(3):
            assert await waiting


async def test_processes_share_the_rings(tmp_path: Path) -> None:
    async with open_server(tmp_path) as server, belled(server) as first, belled(server) as second:
        heard = [0, 0]

        async def listen(number: int, doorbells: Doorbells) -> None:
            while await doorbells.wait(["default"], 1.0):
                heard[number] += 1

        listening = [
            asyncio.create_task(listen(number, each)) for number, each in enumerate((first, second))
        ]
        await asyncio.gather(*(first.ring("default", str(number)) for number in range(200)))
        await asyncio.gather(*listening)

        assert sum(heard) == 200
        assert min(heard) > 20


async def test_a_pool_that_nobody_serves_is_not_rung_for_twice_for_one_thing(
    tmp_path: Path,
) -> None:
    async with open_server(tmp_path) as server, linked(server) as link:
        doorbells = JetStreamDoorbells(link)
        await doorbells.open()
        await doorbells.ring("nobody", "1")
        # What the window of two minutes remembers is lost with the stream's memory of it.
        found = await link.request(
            "run.nobody.1", b"", timeout_s=5, headers={"Nats-Msg-Id": "of-another-window"}
        )
        state = await link.request(f"$JS.API.STREAM.INFO.{STREAM}", b"", timeout_s=5)
        await doorbells.close()

        assert b"per subject" in found
        assert msgspec.json.decode(state)["state"]["messages"] == 1


async def test_a_full_stream_refuses_a_ring(tmp_path: Path) -> None:
    async with open_server(tmp_path) as server, belled(server) as doorbells, linked(server) as link:
        found = await link.request(f"$JS.API.STREAM.INFO.{STREAM}", b"", timeout_s=5)
        small = msgspec.json.decode(found)["config"] | {"max_bytes": 500}
        await link.request(
            f"$JS.API.STREAM.UPDATE.{STREAM}", msgspec.json.encode(small), timeout_s=5
        )

        with pytest.raises(BusUnavailable, match="maximum bytes"):
            await asyncio.gather(*(doorbells.ring("default", str(n)) for n in range(20)))


async def test_a_server_without_jetstream_is_told(tmp_path: Path) -> None:
    async with open_server(tmp_path) as server:
        configuration = tmp_path / "server.conf"
        settings = msgspec.json.decode(configuration.read_bytes())
    del settings["jetstream"]
    configuration.write_bytes(msgspec.json.encode(settings))
    process = await asyncio.create_subprocess_exec(
        str(server.program), "-c", str(configuration), stderr=asyncio.subprocess.DEVNULL
    )
    try:
        async with linked(server) as link:
            with pytest.raises(BusUnavailable, match="no JetStream"):
                await JetStreamDoorbells(link).open()
    finally:
        process.terminate()
        await process.wait()


async def test_rings_are_neither_lost_nor_doubled_while_the_broker_is_killed(
    tmp_path: Path,
) -> None:
    async with open_server(tmp_path) as server, belled(server) as ringer, belled(server) as other:
        heard = 0

        async def listen() -> None:
            nonlocal heard
            while await other.wait(["default"], 8.0):
                heard += 1

        listening = asyncio.create_task(listen())
        for round_ in range(3):
            await asyncio.gather(*(rung(ringer, "default", f"{round_}-{n}") for n in range(100)))
            await kill(server, delete=False)
        await rung(ringer, "default", "last")
        await until(lambda: heard >= 301)
        await listening

        # One that was taken as the broker died may ring again, as nobody could tell it.
        assert 301 <= heard <= 310
