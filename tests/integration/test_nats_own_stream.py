"""A stream for rings that an operator has made, with settings of his own."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.support.nats import belled, linked

from penstock_bus.jetstream import STREAM
from penstock_bus.link import Link
from penstock_bus.server import open_server

#: Less than what the doorbells ask for by themselves.
_BYTES = 1 << 20


async def _asked(link: Link, what: str, words: dict[str, Any] | None = None) -> dict[str, Any]:
    body = json.dumps(words).encode() if words else b""
    answer = await link.request(f"$JS.API.{what}.{STREAM}", body, timeout_s=5)
    found: dict[str, Any] = json.loads(answer)
    return found


async def test_a_stream_of_an_operator_that_vanished_comes_back_with_his_settings(
    tmp_path: Path,
) -> None:
    async with open_server(tmp_path) as server, linked(server) as link:
        own = {
            "name": STREAM,
            "subjects": ["run.*.*"],
            "retention": "workqueue",
            "storage": "memory",
            "max_bytes": _BYTES,
        }
        await _asked(link, "STREAM.CREATE", own)
        async with belled(server) as bells:
            await _asked(link, "STREAM.DELETE")
            await bells.ring("default", "one")

            found = (await _asked(link, "STREAM.INFO"))["config"]

            assert (found["max_bytes"], found["storage"]) == (_BYTES, "memory")
            assert await bells.wait(["default"], 5)
