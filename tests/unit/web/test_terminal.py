"""What reaches a terminal."""

from __future__ import annotations

import json

import msgspec
import pytest
from rich.table import Table

from penstock_sdk import PenstockError
from penstock_web.commands.terminal import (
    end_with,
    plain,
    print_json,
    print_rich,
    short,
    shown,
)


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        pytest.param("a\x1b[31mb", "a\\u001b[31mb", id="colour"),
        pytest.param("a\x9b31mb", "a\\u009b31mb", id="one-byte-introducer"),
        pytest.param("a\rb", "a\\u000db", id="carriage-return"),
        pytest.param("a\u202eb", "a\\u202eb", id="turned-around"),
        pytest.param("a\tb\nc", "a\tb\nc", id="tab-and-line-feed-stay"),
        pytest.param("Grüße, 世界 👋", "Grüße, 世界 👋", id="other-scripts-stay"),
    ],
)
def test_control_characters_are_shown_and_never_sent(text: str, seen: str) -> None:
    assert plain(text) == seen


def test_text_is_never_markup() -> None:
    assert shown("[bold]x[/bold]") == "\\[bold]x\\[/bold]"


def test_long_text_is_cut_with_a_sign() -> None:
    assert short("x" * 100, 10) == "x" * 9 + "…"


def test_json_stays_the_same_value_without_control_characters(
    capsysbinary: pytest.CaptureFixture[bytes],
) -> None:
    value = {"a": "\x7f\x9b\u202e\u0000", "b": ["ü", 1.5, None]}

    print_json(value)

    data = capsysbinary.readouterr().out
    assert json.loads(data) == value
    assert plain(data.decode()) == data.decode()


def test_a_table_in_a_pipe_is_never_wrapped(capsys: pytest.CaptureFixture[str]) -> None:
    table = Table("one", "two", box=None, pad_edge=False)
    table.add_row("x" * 200, "")

    print_rich(table)

    assert capsys.readouterr().out.splitlines()[1] == "x" * 200


def test_an_error_is_one_json_document_where_that_was_asked(
    capsys: pytest.CaptureFixture[str],
) -> None:
    end_with(PenstockError("It broke.", hint="Mend it."), as_json=True)

    captured = capsys.readouterr()
    assert captured.err == ""
    assert msgspec.json.decode(captured.out) == {
        "status": "invalid",
        "error": {"code": "penstock.failed", "message": "It broke.", "hint": "Mend it."},
        "findings": [],
    }


def test_an_error_is_three_lines_for_a_person(capsys: pytest.CaptureFixture[str]) -> None:
    end_with(PenstockError("It [b]broke.", hint="Mend it."), as_json=False)

    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err == "It [b]broke.\n  Mend it.\n  penstock.failed\n"
