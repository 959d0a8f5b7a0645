"""What was sent in a form is checked without taking long over it, whoever sends it."""

from __future__ import annotations

import time

import pytest

from penstock_web.pages.fields import Field, read_fields


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("ada@example.com", ""),
        ("ada@example", "This is no e-mail address."),
        ("a@" + "." * 99_000 + "@", "This is no e-mail address."),
        ("a@b." + "c" * 251, "This is no e-mail address."),
    ],
    ids=["good", "without-a-dot", "hostile", "too-long"],
)
def test_an_address_is_checked_at_once(text: str, problem: str) -> None:
    started = time.thread_time()

    _, wrong = read_fields([Field(name="mail", type="email")], {"mail": [text]}, [])

    assert wrong.get("mail", "") == problem
    assert time.thread_time() - started < 1.0
