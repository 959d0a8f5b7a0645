"""Calls with an `Idempotency-Key`: done once, however long it takes, and told apart by all they say."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path
from typing import Any

import msgspec
import pytest
from sqlalchemy import select
from starlette.requests import Request
from starlette.responses import Response
from tests.support.databases import KINDS, opened
from tests.support.server import Client, Trusting, served

from penstock_kernel.store.scope import Scope
from penstock_kernel.store.sql import once
from penstock_kernel.store.sql.database import Database
from penstock_kernel.store.sql.once import GIVEN_UP_MS, Answer, Asked, InProgress, Taken
from penstock_kernel.store.sql.tables import request_keys
from penstock_web.api import ENDPOINTS
from penstock_web.http.endpoint import Call, Endpoint
from penstock_web.http.once import Once

SCOPE = Scope("w1", "ada")
ASKED = Asked("run", "k", "d")
LATER_MS = GIVEN_UP_MS + 1
#: What is secret goes by these names, or is a right to whoever has it.
_SECRET = re.compile(r"(^|_)(secret|token|codes|user_code|link|url)$")
#: The address of a capture stands in the draft.
OPEN = {"begin_capture"}
#: A word that counts nowhere but with a cookie, which is not kept.
WITH_COOKIE = {"csrf_token"}


async def begin(db: Database, now_ms: int) -> Answer | Taken:
    return await db.transact(lambda one: once.begin(one, SCOPE, ASKED, now_ms))


async def taken(db: Database, now_ms: int) -> Taken:
    found = await begin(db, now_ms)
    assert isinstance(found, Taken)
    return found


def answer(word: bytes) -> Answer:
    return Answer(200, {}, word)


@pytest.mark.parametrize("kind", KINDS)
async def test_an_attempt_that_was_given_up_changes_nothing_of_the_one_after_it(
    kind: str, tmp_path: Path
) -> None:
    async with opened(kind, tmp_path) as db:
        old = await taken(db, 0)
        new = await taken(db, LATER_MS)
        await db.transact(lambda one: once.end(one, SCOPE, old, answer(b"old")))
        await db.transact(lambda one: once.forget(one, SCOPE, old))
        await db.transact(lambda one: once.keep(one, SCOPE, old, 2 * LATER_MS))
        with pytest.raises(InProgress):
            await begin(db, LATER_MS + 1)
        await db.transact(lambda one: once.end(one, SCOPE, new, answer(b"new")))

        assert await begin(db, LATER_MS + 2) == answer(b"new")


@pytest.mark.parametrize("kind", KINDS)
async def test_what_was_given_up_is_taken_over_by_one_alone(kind: str, tmp_path: Path) -> None:
    async with opened(kind, tmp_path) as db:
        await taken(db, 0)
        found = await asyncio.gather(
            *(begin(db, LATER_MS + number) for number in range(5)), return_exceptions=True
        )

    assert sorted(type(one).__name__ for one in found) == ["InProgress"] * 4 + ["Taken"]


@pytest.mark.parametrize("kind", KINDS)
async def test_what_is_being_answered_is_not_given_up_while_somebody_says_so(
    kind: str, tmp_path: Path
) -> None:
    async with opened(kind, tmp_path) as db:
        first = await taken(db, 0)
        kept = await db.transact(lambda one: once.keep(one, SCOPE, first, GIVEN_UP_MS))
        with pytest.raises(InProgress):
            await begin(db, LATER_MS)
        await db.transact(lambda one: once.end(one, SCOPE, kept, answer(b"done")))

        assert await begin(db, LATER_MS) == answer(b"done")


async def a_call(client: Client) -> Call:
    headers = [(b"content-length", b"1")]
    scope = {"type": "http", "method": "POST", "path": "/x", "headers": headers}
    request = Request({**scope, "query_string": b""})
    return Call(client.server, request, await Trusting().principal(request))


async def test_a_call_that_takes_longer_than_an_attempt_is_waited_for_is_done_once(
    tmp_path: Path,
) -> None:
    moments = [0]
    done: list[int] = []
    async with served(tmp_path) as client:
        db, call = client.server.db, await a_call(client)
        calls = Once(db, lambda: moments[-1], each_s=0.001)

        async def is_kept() -> None:
            asked = select(request_keys.c.created_ms)
            while True:
                found = await db.read(lambda one: one.execute(asked).scalars().all())
                if found == [moments[-1]]:
                    return

        async def again() -> Response:
            done.append(2)
            return Response(b"two")

        async def slow() -> Response:
            done.append(1)
            for _ in range(5):
                moments.append(moments[-1] + GIVEN_UP_MS - 1)
                await is_kept()
                with pytest.raises(InProgress):
                    await calls.run(call, "run", "k", b"", again)
            return Response(b"one")

        async with asyncio.timeout(20):
            first = await calls.run(call, "run", "k", b"", slow)
            second = await calls.run(call, "run", "k", b"", again)

    assert done == [1]
    assert first.body == second.body == b"one"


async def test_a_call_that_failed_after_long_can_be_sent_again(tmp_path: Path) -> None:
    async with served(tmp_path) as client:
        call = await a_call(client)
        calls = Once(client.server.db, client.server.kernel.now_ms, each_s=0.001)

        async def fails() -> Response:
            raise ZeroDivisionError

        async def works() -> Response:
            return Response(b"one")

        with pytest.raises(ZeroDivisionError):
            await calls.run(call, "run", "k", b"", fails)

        assert (await calls.run(call, "run", "k", b"", works)).body == b"one"


async def upload(client: Client, name: str, content: bytes) -> Any:
    return await client.http.post(
        "/api/v1/files", content=content, params={"name": name}, headers={"idempotency-key": "k"}
    )


async def test_a_file_is_not_taken_for_one_of_another_name_or_length(tmp_path: Path) -> None:
    async with served(tmp_path) as client:
        first = await upload(client, "a", b"abc")
        again = await upload(client, "a", b"abc")
        named = await upload(client, "b", b"abc")
        longer = await upload(client, "a", b"abcd")
        kept = await client.json("GET", "/files")

    assert again.headers["idempotent-replay"] == "true"
    assert again.json() == first.json()
    assert [one.json()["code"] for one in (named, longer)] == ["request.key_reused"] * 2
    assert len(kept["items"]) == 1


def secrets_of(one: Endpoint) -> set[str]:
    """The fields of an answer, and of all that is in it, that sound secret."""
    _, parts = msgspec.json.schema_components([one.returns])
    names = {name for part in parts.values() for name in part.get("properties", ())}
    return {name for name in names - WITH_COOKIE if _SECRET.search(name)}


def test_an_endpoint_with_something_secret_in_its_answer_says_so() -> None:
    keeping = [one for one in ENDPOINTS if one.method == "POST" and not one.secret]
    found = {one.name: secrets_of(one) for one in keeping if one.returns and one.name not in OPEN}

    assert {name: fields for name, fields in found.items() if fields} == {}


async def test_the_secret_of_a_destination_is_not_kept_by_the_key_of_a_call(tmp_path: Path) -> None:
    body = {"name": "d", "url": "https://x.example.com/", "events": ["audit"]}
    async with served(tmp_path) as client:
        keyed = {"idempotency-key": "k"}
        await client.ask("POST", "/destinations", body, headers=keyed, expect=400)
        made = await client.json("POST", "/destinations", body, expect=201)
        place = f"/destinations/{made['destination']['id']}/secret"
        await client.ask("POST", place, headers=keyed, expect=400)
        kept = await client.server.db.read(lambda one: one.execute(select(request_keys)).all())

    assert kept == []
