"""A process that accepts executions: each line that comes is an event, and is answered with the id
of its execution once that is committed."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from pathlib import Path
from typing import Any

import msgspec

from penstock_kernel.kernel import Kernel
from penstock_kernel.settings import load_settings
from penstock_kernel.work.accepting import QueueFull
from penstock_kernel.work.serving import Serving
from penstock_sdk import Item, PenstockError
from penstock_web.commands.broker import broker
from tests.chaos.leases import shorten
from tests.chaos.recorder import record
from tests.chaos.slow_disk import wait_at_commits


async def serve(port: int, documents: dict[str, str]) -> None:
    """Accept on a port of 127.0.0.1 until ended, with a broker beside it or without."""
    settings = msgspec.structs.replace(load_settings().settings, tune_gc=True)
    async with (
        broker(settings, starts=True) as connected,
        Kernel.open(settings, bus=None if connected is None else connected.bus) as kernel,
        kernel.serve(
            role="api", bells=None if connected is None else connected.doorbells
        ) as serving,
    ):

        async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            while line := await reader.readline():
                told = await accepted(kernel, serving, documents, json.loads(line))
                writer.write(json.dumps(told).encode() + b"\n")
                await writer.drain()
            writer.close()

        server = await asyncio.start_server(answer, "127.0.0.1", port)
        async with server:
            await server.serve_forever()


async def accepted(
    kernel: Kernel, serving: Serving, documents: dict[str, str], event: dict[str, Any]
) -> dict[str, str]:
    """What became of an event."""
    # What nothing can make smaller, and is too long for a line.
    more = {"random": os.urandom(event["random"]).hex()} if "random" in event else {}
    item = Item({"a": 1, **event.get("data", {}), **more})
    document = documents[event.get("document", "chaos")]
    record = kernel.record(document, [item], mode="webhook")
    record.idem_key, record.workflow_id = event["key"], "chaos"
    record.workspace_id = event.get("workspace", "default")
    try:
        return {"id": (await serving.accept(record)).execution}
    except (QueueFull, PenstockError) as error:
        return {"error": error.code}


if __name__ == "__main__":
    record()
    wait_at_commits()
    shorten()
    _, number, file = sys.argv
    told_of = json.loads(Path(file).read_text())
    texts = {name: json.dumps(document) for name, document in told_of.items()}
    asyncio.run(serve(int(number), texts))
