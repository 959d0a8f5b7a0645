"""Credentials over HTTP: entered, changed, tested, never read back."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update
from tests.support.databases import new_sqlite_url
from tests.support.server import Client, served
from tests.support.stand_in import Answer, Asked, StandIn, standing_in

from penstock_kernel.settings import Settings
from penstock_kernel.store.sql.tables import credentials

SECRET = "canary-7f3a91"
HOST = "https://api.example.com"


@pytest.fixture
async def api(tmp_path: Path) -> AsyncGenerator[Client]:
    settings = Settings(
        data_dir=tmp_path,
        database=new_sqlite_url(tmp_path / "penstock.db"),
        sandbox="inprocess",
        egress_allow=("127.0.0.1",),
    )
    async with served(tmp_path, settings) as client:
        yield client


@pytest.fixture
async def target() -> AsyncGenerator[StandIn]:
    def answers(asked: Asked) -> Answer:
        good = asked.headers.get("authorization") == f"Bearer {SECRET}"
        return Answer({"echo": dict(asked.headers)}, 200 if good else 401)

    async with standing_in(answers) as stand_in:
        yield stand_in


def bearer(**more: Any) -> dict[str, Any]:
    given = {"name": "Mine", "type": "http_bearer", "fields": {"token": SECRET}, "hosts": [HOST]}
    return {**given, **more}


async def added(api: Client, **more: Any) -> dict[str, Any]:
    found: dict[str, Any] = (await api.json("POST", "/credentials", bearer(**more)))["credential"]
    return found


async def test_a_credential_is_kept_and_no_answer_has_its_secret(api: Client) -> None:
    first = await api.ask("POST", "/credentials", bearer(), expect=201)
    credential = first.json()["credential"]
    listed = await api.ask("GET", "/credentials")
    shown = await api.ask("GET", f"/credentials/{credential['id']}")

    assert (credential["name"], credential["type"], credential["hosts"]) == (
        "Mine",
        "http_bearer",
        [HOST],
    )
    assert (credential["filled"], credential["public"]) == (["token"], {})
    assert [one["credential"]["id"] for one in listed.json()["items"]] == [credential["id"]]
    assert shown.headers["etag"].strip('"') == str(credential["updated_ms"])
    assert SECRET not in first.text + listed.text + shown.text


async def test_types_come_from_packages_with_their_schemas(api: Client) -> None:
    types = {one["type"]: one for one in (await api.json("GET", "/credential-types"))["types"]}

    assert {
        "http_api_key",
        "http_basic",
        "http_bearer",
        "http_certificate",
        "http_digest",
        "http_header",
        "http_hmac",
        "http_oauth2",
        "http_query",
        "database_url",
        "smtp",
    } <= types.keys()
    assert types["http_bearer"]["schema"]["properties"]["token"]["writeOnly"] is True


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"type": "nothing"}, "credential.type_unknown"),
        ({"fields": {}}, "credential.refused"),
        ({"fields": {"token": SECRET, "tokn": "x"}}, "credential.refused"),
        ({"fields": {"token": [SECRET]}}, "credential.refused"),
        ({"hosts": []}, "credential.refused"),
        ({"hosts": ["*"]}, "credential.refused"),
        ({"rotate_days": 0}, "request.invalid"),
        ({"references": {"token": "no place"}, "fields": {}}, "secret.refused"),
    ],
)
async def test_what_does_not_fit_is_refused_without_repeating_it(
    api: Client, given: dict[str, Any], code: str
) -> None:
    answer = await api.http.post("/api/v1/credentials", json=bearer(**given))

    assert answer.json()["code"] == code
    assert SECRET not in answer.text
    assert (await api.json("GET", "/credentials"))["items"] == []


async def test_a_change_leaves_the_secret_as_it_is_and_needs_the_version_that_was_read(
    api: Client,
) -> None:
    credential = (await added(api))["id"]
    path = f"/credentials/{credential}"
    seen = {"if-match": (await api.ask("GET", path)).headers["etag"]}

    await api.ask("PATCH", path, {"name": "Ours"}, expect=428)
    changed = await api.json("PATCH", path, {"name": "Ours"}, headers=seen)
    await api.ask("PATCH", path, {"name": "Theirs"}, headers=seen, expect=412)

    assert changed["credential"]["name"] == "Ours"
    assert changed["credential"]["filled"] == ["token"]
    assert changed["credential"]["entered_ms"] == changed["credential"]["created_ms"]


async def test_a_secret_nobody_enters_again_does_not_go_to_a_new_host(api: Client) -> None:
    path = f"/credentials/{(await added(api))['id']}"
    elsewhere: dict[str, Any] = {"hosts": ["https://evil.example.com"]}
    seen = {"if-match": (await api.ask("GET", path)).headers["etag"]}

    refused = await api.ask("PATCH", path, elsewhere, headers=seen, expect=422)
    narrower = await api.ask("PATCH", path, {"hosts": [HOST]}, headers=seen)
    entered = {**elsewhere, "fields": {"token": "another"}}
    seen = {"if-match": narrower.headers["etag"]}
    changed = await api.json("PATCH", path, entered, headers=seen)

    assert "entered again" in refused.json()["detail"]
    assert narrower.json()["credential"]["version"] == 2
    assert changed["credential"]["hosts"] == ["https://evil.example.com"]


async def test_a_test_tells_what_came_of_it_and_not_what_was_answered(
    api: Client, target: StandIn
) -> None:
    good = (await added(api, hosts=[target.url]))["id"]
    bad = (await added(api, hosts=[target.url], fields={"token": "wrong-canary"}))["id"]

    works = await api.ask("POST", f"/credentials/{good}/test", {"url": target.url})
    fails = await api.ask("POST", f"/credentials/{bad}/test", {"url": target.url})

    assert works.json()["credential"]["test_error"] is None
    assert works.json()["credential"]["tested_ms"] > 0
    assert "status 401" in fails.json()["credential"]["test_error"]
    assert SECRET not in works.text
    assert "wrong-canary" not in fails.text
    assert [asked.headers["authorization"] for asked in target.asked] == [
        f"Bearer {SECRET}",
        "Bearer wrong-canary",
    ]


async def test_a_test_sends_nothing_to_a_host_that_is_not_its_own(
    api: Client, target: StandIn
) -> None:
    credential = (await added(api))["id"]

    answer = await api.ask(
        "POST", f"/credentials/{credential}/test", {"url": target.url}, expect=422
    )

    assert answer.json()["code"] == "credential.refused"
    assert target.asked == []


async def test_what_is_to_be_changed_is_listed_as_overdue(api: Client) -> None:
    kept = await added(api, rotate_days=30, name="B")
    await added(api, name="A")
    day_ms = 86_400_000

    assert kept["due_ms"] == kept["entered_ms"] + 30 * day_ms
    assert (await api.json("GET", "/credentials", overdue="true"))["items"] == []
    # The clock of a database cannot be turned; the moment of entering can.
    await api.server.db.transact(
        lambda one: one.execute(update(credentials).values(due_ms=1)).rowcount
    )
    overdue = (await api.json("GET", "/credentials", overdue="true"))["items"]
    assert [(one["credential"]["name"], one["overdue"]) for one in overdue] == [
        ("A", True),
        ("B", True),
    ]


async def test_lists_come_in_pages(api: Client) -> None:
    names = [f"c{number}" for number in range(5)]
    for name in names:
        await added(api, name=name)
    found: list[str] = []
    cursor = ""

    while True:
        page = await api.json("GET", "/credentials", limit=2, cursor=cursor)
        found += [one["credential"]["name"] for one in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break

    assert found == names
    await api.ask("GET", "/credentials", cursor="nonsense", expect=400)


async def test_somebody_without_the_grant_neither_sees_nor_changes(api: Client) -> None:
    credential = (await added(api))["id"]
    nobody = {"test-grants": "workflow:read"}

    for method, path in [
        ("GET", "/credentials"),
        ("GET", f"/credentials/{credential}"),
        ("DELETE", f"/credentials/{credential}"),
        ("POST", f"/credentials/{credential}/test"),
        ("GET", f"/credentials/{credential}/usage"),
    ]:
        await api.ask(method, path, headers=nobody, expect=403)
    elsewhere = {"penstock-workspace": "another"}
    await api.ask("GET", f"/credentials/{credential}", headers=elsewhere, expect=404)
    await api.ask("DELETE", f"/credentials/{credential}", headers=elsewhere, expect=404)
    assert (await api.json("GET", "/credentials", headers=elsewhere))["items"] == []


async def test_a_removed_credential_is_gone(api: Client) -> None:
    path = f"/credentials/{(await added(api))['id']}"

    await api.ask("DELETE", path, expect=204)

    await api.ask("GET", path, expect=404)
