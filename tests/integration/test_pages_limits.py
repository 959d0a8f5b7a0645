"""Forms, chats and links take no more than they say, and tell what they cannot read as such."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import httpx2
import pytest
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from tests.integration.test_pages import active, document, node
from tests.integration.test_people import begun, place, until, waits
from tests.integration.test_people import document as asking
from tests.support.server import HOST, served

from penstock_web.app import refused
from penstock_web.pages import sending

URLENCODED = {"content-type": "application/x-www-form-urlencoded"}
MULTIPART = {"content-type": "multipart/form-data; boundary=b"}
HEAD = b'--b\r\ncontent-disposition: form-data; name="Paper"; filename="a"\r\n\r\n'
FORM = node("form", "flow.form", path="join", fields=[{"label": "Paper", "type": "file"}])
DEEP = b'{"chatInput": "hi", "metadata": {"a": ' + b"[" * 100_000
NO_UTF8 = b'{"chatInput": "\xff"}'


async def without_end(head: bytes, taken: list[int]) -> AsyncIterator[bytes]:
    """A body that says nowhere how long it is; notes what was read of it."""
    yield head
    while sum(taken) < 1 << 30:
        part = b"&a=" + b"x" * 1_000_000
        taken.append(len(part))
        yield part


@pytest.mark.parametrize(("headers", "head"), [(MULTIPART, HEAD), (URLENCODED, b"Paper=")])
async def test_a_form_without_an_end_is_read_no_further_than_its_limit(
    headers: dict[str, str], head: bytes, tmp_path: Path
) -> None:
    taken: list[int] = []
    async with served(tmp_path) as client:
        await active(client, document(FORM, node("end", "flow.noop")))
        body = without_end(head, taken)
        answer = await client.http.post("/form/default/join", content=body, headers=headers)

    assert answer.status_code == 413
    assert sum(taken) <= sending.MOST_BYTES + (2 << 20)


async def test_a_page_that_waits_reads_no_form_further_than_its_limit(tmp_path: Path) -> None:
    taken: list[int] = []
    form = node("form", "flow.form", path="join", fields=[])
    more = node("more", "flow.form_page", title="More", fields=[{"label": "Age"}])
    async with served(tmp_path) as client:
        await active(client, document(form, more))
        first = await client.http.post("/form/default/join", data={})
        body = without_end(HEAD, taken)
        link = first.headers["location"]
        answer = await client.http.post(link, content=body, headers=MULTIPART)

    assert answer.status_code == 413
    assert sum(taken) <= sending.MOST_BYTES + (2 << 20)


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        ({"content-type": "multipart/form-data"}, b""),
        (MULTIPART, b"no form at all"),
        (URLENCODED, b"&".join(b"a=b" for _ in range(sending.MOST_FIELDS + 1))),
    ],
)
async def test_a_form_that_cannot_be_read_is_refused_with_what_to_do(
    headers: dict[str, str], body: bytes, tmp_path: Path
) -> None:
    async with served(tmp_path) as client:
        await active(client, document(FORM, node("end", "flow.noop")))
        answer = await client.http.post("/form/default/join", content=body, headers=headers)

    assert answer.status_code == 400
    assert "The form cannot be read" in answer.text
    assert sending.HINT in answer.text


@pytest.mark.parametrize("body", [DEEP, NO_UTF8])
async def test_a_chat_refuses_what_is_no_message(body: bytes, tmp_path: Path) -> None:
    async with served(tmp_path) as client:
        chat = node("chat", "flow.chat", path="talk", public=True)
        await active(client, document(chat, node("end", "flow.noop")))
        answer = await client.http.post("/chat/default/talk", content=body)

    assert answer.status_code == 400
    assert answer.json()["code"] == "request.invalid"


@pytest.mark.parametrize("path", ["/form/default/join/%00", "/chat/default/talk/%00"])
async def test_a_page_refuses_an_address_with_the_character_nul(path: str, tmp_path: Path) -> None:
    async with served(tmp_path) as client:
        form = {**FORM, "config": {**FORM["config"], "path": "join/:who"}}
        chat = node("chat", "flow.chat", path="talk/:who", public=True)
        await active(client, document(form, node("end", "flow.noop")))
        await active(client, document(chat, node("end", "flow.noop")))
        answer = await client.http.post(path, json={"chatInput": "hi"})

    assert answer.status_code == 400
    assert "NUL" in answer.text


async def test_a_link_that_waits_for_a_request_refuses_what_is_no_json(tmp_path: Path) -> None:
    typed = {"content-type": "application/json"}
    async with served(tmp_path) as client:
        execution = await begun(client, asking(waits("webhook")))
        await until(client, execution, lambda one: one.status == "waiting")
        link = place(client, execution, "webhook")
        answers = [
            await client.http.post(link, content=body, headers=typed) for body in (DEEP, NO_UTF8)
        ]

    assert [answer.status_code for answer in answers] == [400, 400]


async def test_what_starlette_cannot_read_is_told_as_such() -> None:
    async def read(request: Request) -> Response:
        await request.form()
        return Response()

    routes = [Route("/", read, methods=["POST"])]
    app = Starlette(routes=routes, exception_handlers={HTTPException: refused})
    transport = httpx2.ASGITransport(app=app)
    async with httpx2.AsyncClient(transport=transport, base_url=HOST) as http:
        unread = await http.post("/", content=b"", headers={"content-type": "multipart/form-data"})
        nothing = await http.post("/other")

    assert (unread.status_code, unread.json()["code"]) == (400, "request.invalid")
    assert "boundary" in unread.json()["detail"]
    assert unread.json()["hint"]
    assert nothing.status_code == 404
