"""When a call is made again, and when not: the rules of the Python client's transport."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping

import httpx2
import pytest

from penstock_client.errors import (
    NotUnderstood,
    Refused,
    ServerFailed,
    SignInNeeded,
    TooMuch,
    Unreachable,
)
from penstock_client.events import Events
from penstock_client.transport import Asked, Transport, wait_s

Answer = Callable[[httpx2.Request], httpx2.Response]
READ = Asked("GET", "/x")
KEYED = Asked("POST", "/x", body={}, key="k")
UNKEYED = Asked("POST", "/x", body={})
CAREFUL = Asked("PUT", "/x", body={}, etag="1")


class Far:
    """A server that gives one prepared answer after the other."""

    def __init__(self, *answers: httpx2.Response | Exception) -> None:
        self._left = list(answers)
        self.asked: list[httpx2.Request] = []

    async def answer(self, request: httpx2.Request) -> httpx2.Response:
        self.asked.append(request)
        given = self._left.pop(0)
        if isinstance(given, Exception):
            raise given
        return given

    def transport(self, *, token: str = "", workspace: str = "") -> Transport:
        http = httpx2.AsyncClient(transport=httpx2.MockTransport(self.answer))
        return Transport(http, url="http://far/", token=token, workspace=workspace)


def good(value: str = '"done"') -> httpx2.Response:
    return httpx2.Response(200, content=value)


def refused(status: int, code: str = "", retry_after: str = "0") -> httpx2.Response:
    body = {"status": status, "code": code, "detail": "No.", "hint": "Do this."}
    return httpx2.Response(status, json=body, headers={"retry-after": retry_after})


@pytest.mark.parametrize(
    ("asked", "first"),
    [
        pytest.param(UNKEYED, refused(429), id="too-much-at-once"),
        pytest.param(UNKEYED, refused(503), id="not-available"),
        pytest.param(CAREFUL, refused(503), id="a-change-that-was-not-made"),
        pytest.param(UNKEYED, refused(409, "request.in_progress"), id="being-answered"),
        pytest.param(READ, refused(502), id="reading-through-a-proxy"),
        pytest.param(KEYED, refused(504), id="with-a-key-through-a-proxy"),
        pytest.param(KEYED, httpx2.ReadError("gone"), id="with-a-key-over-a-broken-connection"),
        pytest.param(UNKEYED, httpx2.ConnectError("no"), id="what-never-arrived"),
    ],
)
async def test_what_does_no_harm_twice_is_asked_again(
    asked: Asked, first: httpx2.Response | Exception
) -> None:
    far = Far(first, good())

    assert await far.transport().value(asked, str) == "done"
    assert len(far.asked) == 2


@pytest.mark.parametrize(
    ("asked", "first", "error"),
    [
        pytest.param(UNKEYED, httpx2.ReadError("gone"), Unreachable, id="may-have-been-done"),
        pytest.param(CAREFUL, httpx2.ReadError("gone"), Unreachable, id="may-have-been-changed"),
        pytest.param(UNKEYED, refused(502), ServerFailed, id="lost-behind-a-proxy"),
        pytest.param(READ, refused(401), SignInNeeded, id="nobody-signed-in"),
        pytest.param(READ, refused(500), ServerFailed, id="a-mistake-of-the-server"),
    ],
)
async def test_what_might_be_done_twice_or_would_not_change_is_not_asked_again(
    asked: Asked, first: httpx2.Response | Exception, error: type[Exception]
) -> None:
    far = Far(first)

    with pytest.raises(error):
        await far.transport().value(asked, str)
    assert len(far.asked) == 1


async def test_the_last_attempt_tells_why() -> None:
    far = Far(*[refused(429, "queue.full") for _ in range(5)])

    with pytest.raises(TooMuch) as error:
        await far.transport().value(READ, str)

    assert str(error.value) == "No. (queue.full)\nDo this."
    assert len(far.asked) == 5


async def test_a_key_stays_the_same_over_the_attempts() -> None:
    far = Far(refused(503), good())
    transport = far.transport()

    await transport.value(Asked("POST", "/x", key=transport.key(None)), str)

    first, second = (request.headers["idempotency-key"] for request in far.asked)
    assert first == second
    assert transport.key(None) != first


async def test_a_call_says_who_asks_and_for_what() -> None:
    far = Far(good())
    query: Mapping[str, object] = {"a": True, "b": ["x", "y"], "c": None, "d": 5}

    await far.transport(token="t", workspace="w").value(
        Asked("GET", "/x", query=query, etag="7"), str
    )

    (request,) = far.asked
    assert str(request.url) == "http://far/x?a=true&b=x&b=y&d=5"
    assert request.headers["authorization"] == "Bearer t"
    assert request.headers["penstock-workspace"] == "w"
    assert request.headers["if-match"] == '"7"'


async def test_bytes_are_sent_as_they_are() -> None:
    far = Far(good())

    await far.transport().value(Asked("POST", "/x", body=b"\x00\xff", media="image/png"), str)

    assert far.asked[0].content == b"\x00\xff"
    assert far.asked[0].headers["content-type"] == "image/png"


async def test_an_answer_of_another_kind_is_told_as_such() -> None:
    with pytest.raises(NotUnderstood, match="GET /x"):
        await Far(good("[]")).transport().value(READ, str)


async def test_what_a_proxy_says_is_told_in_its_words() -> None:
    with pytest.raises(Refused, match="<html>") as error:
        await Far(httpx2.Response(500, content="<html>")).transport().value(READ, str)

    assert error.value.problem.status == 500


def test_waits_grow_and_end_and_the_server_is_believed_up_to_a_limit() -> None:
    assert 0.1 <= wait_s(1) <= 0.2
    assert 0.8 <= wait_s(4) <= 1.6
    assert wait_s(50) <= 30
    assert wait_s(1, "7") == 7
    assert wait_s(1, "86400") == 30


def stream(text: str, status: int = 200) -> httpx2.Response:
    return httpx2.Response(status, content=text, headers={"content-type": "text/event-stream"})


async def test_events_go_on_behind_the_last_one_after_a_dropped_connection() -> None:
    far = Far(
        stream('retry: 0\nid: 1\nevent: step\ndata: {"a":\ndata: 1}\n\n: beat\nid: 2\ndata: cut'),
        httpx2.ReadError("gone"),
        stream("id: 3\ndata: x\n\n"),
        stream("", 204),
    )

    got = [event async for event in Events(far.transport(), Asked("GET", "/x"))]

    assert [(event.id, event.name) for event in got] == [("1", "step"), ("3", "message")]
    assert got[0].json() == {"a": 1}
    assert [request.headers.get("last-event-id") for request in far.asked] == [
        None,
        "1",
        "1",
        "3",
    ]


async def test_events_that_are_refused_end_with_the_reason() -> None:
    far = Far(refused(404, "execution.not_found"))

    with pytest.raises(Refused) as error:
        await anext(aiter(Events(far.transport(), Asked("GET", "/x"))))

    assert error.value.code == "execution.not_found"


async def test_leaving_the_loop_closes_the_connection() -> None:
    closed = asyncio.Event()

    class Endless(httpx2.AsyncByteStream):
        async def __aiter__(self):  # type: ignore[no-untyped-def] # noqa: ANN204
            while True:
                yield b"id: 1\ndata: x\n\n"

        async def aclose(self) -> None:
            closed.set()

    far = Far(httpx2.Response(200, stream=Endless()))
    events = aiter(Events(far.transport(), Asked("GET", "/x")))
    await anext(events)
    await events.aclose()  # type: ignore[attr-defined]

    assert closed.is_set()
