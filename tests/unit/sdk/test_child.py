"""Processes with limits, for what a native node cannot bound itself."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import pytest

from penstock_sdk import NodeFailed
from penstock_sdk.child import call_child


def worker(folder: Path, body: str) -> Path:
    path = folder / "worker.py"
    path.write_text(f"def main(request):\n    {body}\n")
    return path


async def call(folder: Path, body: str, request: bytes = b"", seconds: int = 5) -> bytes:
    return await call_child(
        worker(folder, body), request, seconds=seconds, memory_bytes=256 << 20, what="The work"
    )


async def test_the_reply_of_a_worker_comes_back(tmp_path: Path) -> None:
    big = os.urandom(3_000_000)

    assert await call(tmp_path, "return request[::-1]", big) == big[::-1]


@pytest.mark.parametrize(
    ("body", "message"),
    [
        pytest.param("raise ValueError('it is no table')", "failed: it is no table", id="says-no"),
        pytest.param("raise KeyError('x')", "KeyError: 'x'", id="crashes"),
        pytest.param("bytearray(1 << 30)", "more than 256 MB of memory", id="memory"),
        pytest.param("return main(request)", "nested too deeply", id="recursion"),
        pytest.param("import os; os._exit(3)", "no reason was given", id="exits"),
        pytest.param("import os; os.abort()", "took longer", id="is-killed"),
        pytest.param("open('/tmp/penstock-child', 'w').write('x' * 9999)", "failed", id="writes"),
    ],
)
async def test_a_worker_that_fails_says_what_happened(
    tmp_path: Path, body: str, message: str
) -> None:
    with pytest.raises(NodeFailed, match=message):
        await call(tmp_path, body)


async def test_a_worker_without_an_end_is_ended(tmp_path: Path) -> None:
    with pytest.raises(NodeFailed, match="took longer than 1 seconds"):
        await call(tmp_path, "\n    while True: pass", seconds=1)


async def test_a_reply_that_is_too_long_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NodeFailed, match="gives more than"):
        await call_child(worker(tmp_path, "return b'x' * (2 << 20)"), b"", reply_bytes=1 << 20)


async def test_a_worker_sees_nothing_of_our_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PENSTOCK_SECRET", "canary")

    assert b"canary" not in await call(tmp_path, "import os; return repr(os.environ).encode()")


def running_with(text: str) -> list[bytes]:
    lines = [path.read_bytes() for path in Path("/proc").glob("[0-9]*/cmdline") if path.exists()]
    return [line for line in lines if text.encode() in line]


async def test_a_canceled_call_leaves_no_process(tmp_path: Path) -> None:
    started = tmp_path / "started"
    os.mkfifo(started)
    body = f"open({str(started)!r}, 'w').close(); import time; time.sleep(60)"
    task = asyncio.create_task(call(tmp_path, body, seconds=60))
    await asyncio.to_thread(started.read_bytes)
    assert running_with(str(tmp_path))

    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

    assert running_with(str(tmp_path)) == []
