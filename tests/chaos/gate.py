"""A process that accepts executions: each line that comes is the key of an event, and is answered
with the id of its execution once that is committed."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path

import msgspec

from penstock_kernel.kernel import Kernel
from penstock_kernel.settings import Settings
from penstock_kernel.work.accepting import QueueFull
from penstock_kernel.work.serving import Serving
from penstock_sdk import Item, PenstockError
from penstock_web.commands.broker import broker


async def serve(url: str, data_dir: Path, port: int, dispatch: str, text: str) -> None:
    """Accept on a port of 127.0.0.1 until ended, with a broker beside it or without."""
    settings = Settings(database=url, data_dir=data_dir, tune_gc=True)
    settings = msgspec.structs.replace(settings, dispatch=dispatch)
    async with (
        broker(settings, starts=True) as connected,
        Kernel.open(settings, bus=None if connected is None else connected.bus) as kernel,
        kernel.serve(
            role="api", bells=None if connected is None else connected.doorbells
        ) as serving,
    ):

        async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            while line := await reader.readline():
                told = await accepted(kernel, serving, text, json.loads(line))
                writer.write(json.dumps(told).encode() + b"\n")
                await writer.drain()
            writer.close()

        server = await asyncio.start_server(answer, "127.0.0.1", port)
        async with server:
            await server.serve_forever()


async def accepted(
    kernel: Kernel, serving: Serving, text: str, event: dict[str, str]
) -> dict[str, str]:
    """What became of an event."""
    record = kernel.record(text, [Item({"a": 1})], mode="webhook")
    record.idem_key, record.workflow_id = event["key"], "chaos"
    record.workspace_id = event.get("workspace", "default")
    try:
        return {"id": (await serving.accept(record)).execution}
    except (QueueFull, PenstockError) as error:
        return {"error": error.code}


if __name__ == "__main__":
    _, database, folder, number, what, document = sys.argv
    asyncio.run(serve(database, Path(folder), int(number), what, Path(document).read_text()))
