"""The bundled NATS server as a child process."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import socket
import stat
import sys
from pathlib import Path

import pytest
from tests.support.nats import joined, linked, until

from penstock_bus import BusUnavailable
from penstock_bus.link import Link
from penstock_bus.server import BusServerFailed, BusServerMissing, NatsServer, open_server

_HOLDER = """
import asyncio, sys
from pathlib import Path
from penstock_bus.server import open_server

async def main():
    async with open_server(Path(sys.argv[1])) as server:
        print(server.pid, flush=True)
        await asyncio.Event().wait()

asyncio.run(main())
"""


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (ProcessLookupError, FileNotFoundError):
        return False
    return state != "Z"


def told_to_the_system(pid: int) -> tuple[bytes, bytes]:
    """The command line and the environment of a process."""
    folder = Path("/proc") / str(pid)
    return (folder / "cmdline").read_bytes(), (folder / "environ").read_bytes()


def listening_addresses(port: int) -> set[str]:
    """Where somebody listens to a port, as the kernel writes it."""
    lines = [
        line.split()
        for name in ("tcp", "tcp6")
        if (table := Path("/proc/net") / name).exists()
        for line in table.read_text().splitlines()
    ]
    return {
        words[1].partition(":")[0]
        for words in lines
        if words[1].endswith(f":{port:04X}") and words[3] == "0A"
    }


async def test_it_lets_nobody_in_without_the_token(tmp_path: Path) -> None:
    async with open_server(tmp_path) as server:
        for token in (None, "", "guessed"):
            link = Link(server.url, token)
            with pytest.raises(BusUnavailable, match="Authorization"):
                await link.open(0.3)


async def test_its_token_is_in_no_command_line_and_in_a_file_of_its_own(tmp_path: Path) -> None:
    async with open_server(tmp_path / "bus") as server:
        command, environment = told_to_the_system(server.pid)
        configuration = tmp_path / "bus" / "server.conf"

        assert command.split(b"\0")[0].endswith(b"nats-server")
        assert server.token.encode() not in command + environment
        assert server.token in configuration.read_text()
        assert stat.S_IMODE(configuration.stat().st_mode) == 0o600
        assert stat.S_IMODE(configuration.parent.stat().st_mode) == 0o700
        logged = [path.read_text() for path in (tmp_path / "bus").glob("server.[le]*")]
        assert logged
        assert server.token not in "".join(logged)


async def test_it_listens_on_the_loopback_only(tmp_path: Path) -> None:
    async with open_server(tmp_path) as server:
        assert listening_addresses(server.port) == {"0100007F"}


async def test_each_start_has_a_token_of_its_own(tmp_path: Path) -> None:
    async with open_server(tmp_path / "a") as first, open_server(tmp_path / "b") as second:
        assert first.token != second.token
        assert first.port != second.port


async def test_closing_it_ends_the_process(tmp_path: Path) -> None:
    async with open_server(tmp_path) as server:
        pid = server.pid
        assert is_alive(pid)

    assert not is_alive(pid)
    assert server.pid == 0


async def test_a_server_that_was_killed_comes_back_at_the_same_address(tmp_path: Path) -> None:
    async with open_server(tmp_path) as server, linked(server) as link:
        before = (server.url, server.token, server.pid)
        os.kill(server.pid, signal.SIGKILL)
        await until(lambda: server.restarts == 1 and link.is_up)

        assert (server.url, server.token) == before[:2]
        assert server.pid != before[2]


async def test_a_server_that_hangs_is_started_again(tmp_path: Path) -> None:
    server = NatsServer(tmp_path, probe_every_s=0.1)
    await server.open()
    try:
        hung = server.pid
        os.kill(hung, signal.SIGSTOP)
        await until(lambda: server.restarts == 1 and server.pid not in (0, hung), within_s=40)
        async with linked(server):
            assert not is_alive(hung)
    finally:
        await server.close()


async def test_probes_that_succeed_restart_nothing(tmp_path: Path) -> None:
    server = NatsServer(tmp_path, probe_every_s=0.02)
    await server.open()
    try:
        stored = tmp_path / "jetstream" / "$G" / "streams" / "PENSTOCK_PROBE"
        await until(stored.is_dir)
        async with joined(server) as bus:
            for _ in range(50):
                await bus.round_trip()

        assert server.restarts == 0
    finally:
        await server.close()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends a child with its parent")
async def test_it_does_not_outlive_a_parent_that_is_killed(tmp_path: Path) -> None:
    holder = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", _HOLDER, str(tmp_path)), stdout=asyncio.subprocess.PIPE
    )
    assert holder.stdout is not None
    pid = int(await holder.stdout.readline())
    assert is_alive(pid)

    holder.kill()
    await holder.wait()

    await until(lambda: not is_alive(pid))


async def test_a_store_that_is_damaged_is_thrown_away(tmp_path: Path) -> None:
    (tmp_path / "jetstream").write_text("not a directory")

    async with open_server(tmp_path) as server, joined(server) as bus:
        await bus.round_trip()

        assert server.store.is_dir()


async def test_a_store_that_is_damaged_meanwhile_is_thrown_away(tmp_path: Path) -> None:
    async with open_server(tmp_path) as server, linked(server) as link:
        await asyncio.to_thread(server.store.rename, tmp_path / "moved")
        server.store.write_text("not a directory")
        os.kill(server.pid, signal.SIGKILL)
        await until(lambda: server.restarts == 1 and link.is_up, within_s=40)

        assert server.store.is_dir()


async def test_a_directory_may_have_any_name(tmp_path: Path) -> None:
    directory = tmp_path / 'a "quoted" \\ $HOME größe # {name}'

    async with open_server(directory) as server, joined(server) as bus:
        await bus.round_trip()

        assert server.store == directory / "jetstream"
        assert server.store.is_dir()


async def test_a_program_that_is_missing_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("penstock_bus.server._DISTRIBUTION", "no-such-distribution")
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(BusServerMissing) as caught:
        async with open_server(tmp_path):
            pass

    assert "PENSTOCK_NATS_URL" in caught.value.hint


async def test_a_program_that_does_not_start_is_told_with_its_last_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "nats-server"
    program.write_text("#!/bin/sh\necho no such luck >&2\nexit 3\n")
    program.chmod(0o755)
    monkeypatch.setattr("penstock_bus.server._DISTRIBUTION", "no-such-distribution")
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)

    with pytest.raises(BusServerFailed, match="no such luck"):
        async with open_server(tmp_path / "bus"):
            pass


async def test_a_port_that_is_taken_meanwhile_is_not_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        taken = other.getsockname()[1]
        with socket.create_server(("127.0.0.1", 0)) as probe:
            free = probe.getsockname()[1]
        ports = iter([taken, free])
        monkeypatch.setattr("penstock_bus.server._free_port", lambda: next(ports))

        async with open_server(tmp_path) as server:
            assert server.port == free


async def test_a_restart_writes_anew_what_was_deleted(tmp_path: Path) -> None:
    async with open_server(tmp_path / "bus") as server, linked(server) as link:
        await asyncio.to_thread(shutil.rmtree, tmp_path / "bus", ignore_errors=True)
        os.kill(server.pid, signal.SIGKILL)
        await until(lambda: server.restarts >= 1 and link.is_up)

        assert (tmp_path / "bus" / "server.conf").exists()
