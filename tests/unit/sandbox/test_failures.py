"""Failures: written in a runner, read in the server, which believes none of it."""

from __future__ import annotations

import msgspec
import pytest

from penstock_sandbox.errors import (
    BudgetExceeded,
    GuestFailed,
    GuestRefused,
    GuestTrapped,
    RunnerLost,
)
from penstock_sandbox.guests.guest import GuestAnsweredError
from penstock_sandbox.runners.failures import failure_bytes, failure_from, guest_failed
from penstock_sdk import PenstockError


@pytest.mark.parametrize(
    "error",
    [
        pytest.param(BudgetExceeded("fuel", "too long", hint="less"), id="budget"),
        pytest.param(GuestTrapped("unreachable"), id="trap"),
        pytest.param(GuestRefused("not built", hint="build it"), id="refused"),
    ],
)
def test_an_error_arrives_as_it_was_raised(error: PenstockError) -> None:
    read = failure_from(failure_bytes(error))

    assert type(read) is type(error)
    assert read.__dict__ == error.__dict__


def test_whatever_else_a_driver_raises_is_a_trap() -> None:
    read = failure_from(failure_bytes(RuntimeError("broken pipe in the engine")))

    assert isinstance(read, GuestTrapped)
    assert "broken pipe in the engine" in read.message


def test_the_guests_own_error_keeps_what_it_said() -> None:
    said = {"name": "TypeError", "message": "no", "line": 3, "column": 7, "item": 2, "stack": "s"}
    body = msgspec.json.encode({"error": said})

    read = failure_from(failure_bytes(GuestAnsweredError(body)))

    assert isinstance(read, GuestFailed)
    assert (read.name, read.message, read.line, read.column) == ("TypeError", "no", 3, 7)
    assert (read.item, read.stack) == (2, "s")


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"null", id="null"),
        pytest.param(b'{"error":1}', id="no-object"),
        pytest.param(b'{"error":{"message":"\xff\xfe"}}', id="no-utf-8"),
        pytest.param(b'{"error":{"message":' + b"[" * 100_000, id="deep"),
    ],
)
def test_an_error_that_cannot_be_read_is_one_all_the_same(body: bytes) -> None:
    assert "cannot be read" in guest_failed(body).message


def test_fields_of_the_wrong_type_are_left_out() -> None:
    said = {"name": 5, "message": ["x"], "line": "9", "column": True, "item": None, "stack": {}}

    read = guest_failed(msgspec.json.encode({"error": said}))

    assert (read.name, read.message, read.line, read.column) == ("Error", "", None, None)


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        pytest.param(b"", RunnerLost, id="empty"),
        pytest.param(b"o[]", RunnerLost, id="no-object"),
        pytest.param(b'o{"code":"auth.root","message":"x"}', GuestTrapped, id="unknown-code"),
        pytest.param(
            b'o{"code":"guest.budget_exceeded","message":"x","limit":"sky"}',
            GuestTrapped,
            id="unknown-limit",
        ),
    ],
)
def test_a_runner_that_lies_about_its_failure_chooses_no_other_error(
    body: bytes, kind: type[PenstockError]
) -> None:
    assert type(failure_from(body)) is kind
