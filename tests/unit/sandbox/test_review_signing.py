"""A signer's secret that makes a bad header must not come back in the refusal."""

from __future__ import annotations

import asyncio
import traceback

import pytest

from penstock_sandbox.egress.addresses import Allowed
from penstock_sandbox.egress.egress import Egress
from penstock_sandbox.egress.exchange import Outgoing, Signable
from penstock_sandbox.egress.grants import ANY_HOST
from penstock_sandbox.errors import EgressRefused


@pytest.mark.parametrize(
    "secret",
    [
        "t0ps3cret\r\nx: y",
        "t0ps3cret\n",
        "t0ps3cret\0",
        "t0ps3cret ",
        "t0ps3cret\u20ac",
        "t0ps3cret\ud800",
    ],
    ids=["second-header", "newline", "nul", "space-behind", "not-latin", "half-a-pair"],
)
async def test_a_secret_that_fits_no_header_is_refused_without_being_shown(secret: str) -> None:
    async def sign(_slot: str, signable: Signable) -> None:
        signable.headers.append(("authorization", f"Bearer {secret}"))

    server = await asyncio.start_server(lambda _reader, writer: writer.close(), "127.0.0.1", 0)
    egress = Egress(Allowed.parse(["127.0.0.1"]))
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
    try:
        with pytest.raises(EgressRefused) as caught:
            await egress.request(
                Outgoing(method="GET", url=url, credential="auth"), grants=ANY_HOST, sign=sign
            )
    finally:
        await egress.close()
        server.close()

    assert "t0ps3cret" not in "".join(traceback.format_exception(caught.value))
