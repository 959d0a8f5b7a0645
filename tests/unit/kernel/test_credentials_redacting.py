"""What a signer has added to a request is nowhere in the answer, however it is written there."""

from __future__ import annotations

import base64
import json
from collections.abc import AsyncIterator
from urllib.parse import quote

import pytest

from penstock_kernel.execution.redacting import Redactor
from penstock_sandbox.egress.exchange import Incoming, Signable

SECRET = 's3"crét/+ 7f3a91'


def signable(*headers: tuple[str, str], query: tuple[tuple[str, str], ...] = ()) -> Signable:
    return Signable(
        method="GET",
        scheme="https",
        host="h",
        port=443,
        path="/",
        headers=list(headers),
        query=list(query),
        body=None,
    )


def knowing(*headers: tuple[str, str], query: tuple[tuple[str, str], ...] = ()) -> Redactor:
    found = Redactor()
    found.learn([("accept", "text/something")], signable(*headers, query=query))
    return found


BASIC = base64.b64encode(f"ada:{SECRET}".encode()).decode()


@pytest.mark.parametrize(
    "redactor",
    [
        pytest.param(knowing(("authorization", f"Bearer {SECRET}")), id="bearer"),
        pytest.param(knowing(("authorization", f"Basic {BASIC}")), id="basic"),
        pytest.param(knowing(("x-key", SECRET)), id="header"),
        pytest.param(knowing(query=(("key", SECRET),)), id="query"),
    ],
)
@pytest.mark.parametrize(
    "written",
    [
        SECRET,
        json.dumps(SECRET),
        json.dumps(SECRET, ensure_ascii=False),
        quote(SECRET, safe=""),
        base64.b64encode(SECRET.encode()).decode(),
        base64.urlsafe_b64encode(SECRET.encode()).decode().rstrip("="),
    ],
)
def test_a_secret_is_taken_out_however_it_is_written(redactor: Redactor, written: str) -> None:
    found = redactor.cleared(f"before {written} after".encode()).decode()

    assert found.startswith("before ")
    assert found.endswith(" after")
    assert "***" in found
    assert written.strip('"') not in found


def test_the_head_of_an_answer_is_looked_at_too() -> None:
    incoming = Incoming(
        status=200,
        reason="OK",
        header_list=[("location", f"/x?key={quote(SECRET, safe='')}"), ("x-other", "stays")],
        url="https://h/",
        content=b"nothing",
    )

    found = knowing(query=(("key", SECRET),)).incoming(incoming)

    assert found.headers == {"location": "/x?key=***", "x-other": "stays"}
    assert found.content == b"nothing"


def test_what_was_there_before_the_signer_and_what_is_short_stays() -> None:
    redactor = knowing(("accept", "text/something"), ("x-key", "abc"))

    assert redactor.cleared(b"text/something abc") == b"text/something abc"


@pytest.mark.parametrize("size", [1, 2, 3, 7, 16, 64])
async def test_a_secret_that_was_cut_in_two_is_taken_out_of_a_stream(size: int) -> None:
    data = f"a {SECRET} b {SECRET[:5]} c {SECRET}".encode()

    async def chunks() -> AsyncIterator[bytes]:
        for at in range(0, len(data), size):
            yield data[at : at + size]

    redactor = knowing(("authorization", f"Bearer {SECRET}"))
    found = b"".join([part async for part in redactor.chunks(chunks())])

    assert found == f"a *** b {SECRET[:5]} c ***".encode()
