"""Run a part of a native node in a process of its own, with limits.

For what a native node must do and cannot bound: parsing a file that a stranger wrote, answering a
query of one. The rules:

* The process gets the request and nothing else: an empty environment, no arguments of a person, no
  files opened by us. It is no sandbox: what runs there is the node's own code.
* Memory, processor time and the size of the reply are limited, and files cannot be written.
* It is killed when the time is over or the step is canceled.
* The worker is one file with `main(request: bytes) -> bytes`. What it raises as `ValueError` is
  told to the person; anything else is told as a failure of the data.
"""

from __future__ import annotations

import asyncio
import sys
from contextlib import suppress
from pathlib import Path
from typing import cast

from penstock_sdk.errors import NodeFailed

_MB = 1 << 20
_CHUNK = 1 << 20

#: Written to be short: it runs before anything else. A reply begins with `+` or `-`.
_BOOT = """
import resource, runpy, sys
memory, seconds, worker = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
for what, most in ((resource.RLIMIT_AS, memory), (resource.RLIMIT_CPU, seconds),
                   (resource.RLIMIT_FSIZE, 0), (resource.RLIMIT_CORE, 0)):
    resource.setrlimit(what, (most, most))
try:
    main = runpy.run_path(worker)["main"]
    reply = b"+" + main(sys.stdin.buffer.read())
except ValueError as error:
    reply = b"-" + str(error).encode(errors="replace")
except MemoryError:
    reply = b"-It needs more than %d MB of memory" % (memory >> 20)
except RecursionError:
    reply = b"-It is nested too deeply"
sys.stdout.buffer.write(reply)
"""


async def call_child(
    worker: Path,
    request: bytes,
    *,
    seconds: int = 30,
    memory_bytes: int = 1024 * _MB,
    reply_bytes: int = 256 * _MB,
    what: str = "The work",
) -> bytes:
    """The reply of a worker to one request.

    Args:
        worker: File with `main(request: bytes) -> bytes`.
        request: What it is given.
        seconds: Of processor time, and one and a half times that by the clock.
        memory_bytes: Of address space.
        reply_bytes: Longest reply.
        what: Subject of the messages, "The query", say.

    Raises:
        NodeFailed: It took too long, needed too much, or the worker said no.
    """
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-I", "-c", _BOOT, str(memory_bytes), str(seconds), str(worker)),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env={},
        cwd="/",
    )
    sending = asyncio.ensure_future(_write(cast("asyncio.StreamWriter", process.stdin), request))
    told = asyncio.ensure_future(_read(cast("asyncio.StreamReader", process.stderr), _MB, what))
    try:
        async with asyncio.timeout(seconds * 1.5):
            stdout = cast("asyncio.StreamReader", process.stdout)
            reply = await _read(stdout, reply_bytes, what)
            complaint = await told
            status = await process.wait()
    except TimeoutError as error:
        raise _too_long(what, seconds) from error
    finally:
        await _end(process)
        # With the process both pipes have ended; nothing is left behind, whatever happened here.
        await asyncio.gather(sending, told, return_exceptions=True)
    return _checked(reply, complaint, status, what, seconds)


async def _read(stream: asyncio.StreamReader, most: int, what: str) -> bytes:
    parts: list[bytes] = []
    size = 0
    while part := await stream.read(_CHUNK):
        parts.append(part)
        size += len(part)
        if size > most:
            message = f"{what} gives more than {most // _MB} MB"
            raise NodeFailed(message, hint="Ask for less at once.")
    return b"".join(parts)


async def _write(stream: asyncio.StreamWriter, request: bytes) -> None:
    # A worker that has heard enough may close its end.
    with suppress(BrokenPipeError, ConnectionResetError):
        stream.write(request)
        await stream.drain()
        stream.close()
        await stream.wait_closed()


async def _end(process: asyncio.subprocess.Process) -> None:
    with suppress(ProcessLookupError):
        process.kill()
    await process.wait()


def _checked(reply: bytes, complaint: bytes, status: int, what: str, seconds: int) -> bytes:
    if status == 0 and reply[:1] == b"+":
        return reply[1:]
    if status == 0 and reply[:1] == b"-":
        raise NodeFailed(f"{what} failed: {reply[1:].decode(errors='replace')}")
    if status < 0:
        raise _too_long(what, seconds)
    last = complaint.decode(errors="replace").strip().rpartition("\n")[2]
    raise NodeFailed(f"{what} failed: {last or 'no reason was given'}"[:1_000])


def _too_long(what: str, seconds: int) -> NodeFailed:
    message = f"{what} took longer than {seconds} seconds, or more memory than it may have"
    return NodeFailed(message, hint="Give it less at once.")
