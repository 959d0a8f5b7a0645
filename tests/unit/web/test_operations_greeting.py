"""A server says where it is, and is not reachable from outside before somebody owns it."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import insert
from tests.support.databases import opened

from penstock_kernel.settings import Settings
from penstock_kernel.store.sql.tables import users
from penstock_web.commands.serve import Asked, _facts
from penstock_web.errors import CommandRefused
from penstock_web.operations.binding import is_loopback, listening, refuse_unowned
from penstock_web.operations.greeting import Facts, address, greeting

EVERYWHERE = "0.0.0.0"  # noqa: S104 - what is tested is that nobody listens there unawares


def facts(settings: Settings, **given: Any) -> Facts:
    usual = {"version": "0.1.0", "role": "all", "port": 5680, "workers": 1}
    return Facts(**{**usual, "broker": "NATS 2.15.1", **given}, settings=settings)


def test_the_first_greeting_has_the_link_by_which_the_owner_comes() -> None:
    link = "http://127.0.0.1:5680/?setup=7Q4K"

    assert greeting(facts(Settings(), setup=link)).splitlines() == [
        "penstock 0.1.0 · data in data · SQLite · embedded NATS 2.15.1 · 1 worker",
        "  Editor   http://127.0.0.1:5680/?setup=7Q4K   (one-time link, valid 15 min)",
        "  API docs http://127.0.0.1:5680/api/docs   Stop: Ctrl+C",
    ]


def test_a_greeting_names_the_database_and_the_broker_and_no_password() -> None:
    settings = Settings(
        database="postgresql://u:secretpw@db/x", nats_url="nats://u:secretpw@n", bind="::1"
    )
    text = greeting(facts(settings, role="scheduler", workers=0, has_pages=False))

    assert text.splitlines() == [
        "penstock scheduler 0.1.0 · data in data · PostgreSQL · NATS · no worker",
        "  Health   http://[::1]:5680/healthz/ready   Stop: Ctrl+C",
    ]


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"broker": ""}, "no broker found"),
        ({"broker": "", "shares_broker": True}, "NATS of the server here"),
    ],
)
def test_a_greeting_says_whether_the_broker_of_another_process_was_found(
    given: dict[str, Any], told: str
) -> None:
    assert f" · {told} · " in greeting(facts(Settings(), **given))


async def test_whoever_shares_the_broker_of_another_process_says_so() -> None:
    kernel: Any = SimpleNamespace(settings=Settings(), db=None)
    connected: Any = SimpleNamespace(server=None)
    asked = Asked(role="worker", port=0, pools=[], concurrency=1, packages=[], patience_s=1)

    told = [await _facts(asked, kernel, one, 5681) for one in (connected, None)]

    assert [one.shares_broker for one in told] == [True, False]


@pytest.mark.parametrize("option", ["--port", "--health-port"])
def test_a_port_that_cannot_be_had_is_told_with_the_option_of_the_command(option: str) -> None:
    with listening("127.0.0.1", 0) as first:
        first.listen()
        with pytest.raises(CommandRefused) as taken:
            listening("127.0.0.1", first.getsockname()[1], option)
    with pytest.raises(CommandRefused) as elsewhere:
        listening("192.0.2.1", 0, option)

    assert f"as with {option} 5690" in taken.value.hint
    assert "`bind` has to be an address of this machine" in elsewhere.value.hint


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, "http://127.0.0.1:5680"),
        ({"bind": EVERYWHERE}, "http://127.0.0.1:5680"),
        ({"bind": "192.0.2.7"}, "http://192.0.2.7:5680"),
        ({"public_url": "https://flows.example.com/"}, "https://flows.example.com"),
    ],
)
def test_people_are_told_the_address_that_they_can_reach(
    given: dict[str, Any], expected: str
) -> None:
    assert address(Settings(**given), 5680) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        *((text, True) for text in ("127.0.0.1", "::1", "localhost", "[::1]")),
        *((text, False) for text in (EVERYWHERE, "::", "192.168.1.1", "example.com")),
    ],
)
def test_a_loopback_address_is_known(text: str, expected: bool) -> None:
    assert is_loopback(text) is expected


async def test_a_server_without_an_owner_does_not_listen_for_others(tmp_path: Path) -> None:
    async with opened("memory", tmp_path) as db:
        await refuse_unowned(db, Settings())
        await refuse_unowned(db, Settings(bind=EVERYWHERE, open_setup=True))
        with pytest.raises(CommandRefused, match="Nobody owns"):
            await refuse_unowned(db, Settings(bind=EVERYWHERE))
        new = insert(users).values(id="u1", email="a@example.com")
        await db.transact(lambda one: one.execute(new).rowcount)
        await refuse_unowned(db, Settings(bind=EVERYWHERE))


def test_a_port_that_is_taken_and_an_address_that_is_elsewhere_are_refused() -> None:
    with listening("127.0.0.1", 0) as first:
        first.listen()
        with pytest.raises(CommandRefused, match="cannot be used"):
            listening("127.0.0.1", first.getsockname()[1])
    with pytest.raises(CommandRefused, match="cannot be used"):
        listening("192.0.2.1", 0)
