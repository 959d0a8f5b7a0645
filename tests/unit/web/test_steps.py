"""How steps and failures look."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from rich.text import Text

from penstock_kernel.execution.events import Event
from penstock_kernel.store.records import ErrorRecord, LogLine, StepKey, StepRecord
from penstock_kernel.workflow.document import parse
from penstock_web.commands.steps import (
    log_lines,
    moment,
    show_failure,
    show_waiting,
    step_line,
    waiting_line,
)

DOCUMENT = parse(
    {
        "format": "penstock/1",
        "name": "Test",
        "nodes": [{"id": "fetch", "name": "Fetch it", "type": "penstock/http.request"}],
    }
)


def line(took_ms: int = 12, **facts: Any) -> str:
    event = Event(
        kind="step.finished", execution="x", at_ms=0, node_id="n", node_name="Node", **facts
    )
    return Text.from_markup(step_line(event, took_ms)).plain


@pytest.mark.parametrize(
    ("facts", "seen"),
    [
        pytest.param({"counts": {"main": 1}}, "  ✓ Node  1 item  12 ms", id="one-item"),
        pytest.param({"counts": {"main": 12345}}, "  ✓ Node  12,345 items  12 ms", id="many"),
        pytest.param({"counts": {"main": 0}}, "  ✓ Node  0 items  12 ms", id="none"),
        pytest.param(
            {"counts": {"true": 2, "false": 0}}, "  ✓ Node  2 items on true  12 ms", id="ports"
        ),
        pytest.param({"run_index": 3}, "  ✓ Node run 3  12 ms", id="later-run"),
        pytest.param({"attempt": 2}, "  ✓ Node attempt 2  12 ms", id="later-attempt"),
        pytest.param({"status": "error"}, "  ✗ Node  12 ms", id="failed"),
        pytest.param({"status": "skipped"}, "  - Node  12 ms", id="skipped"),
    ],
)
def test_a_step_is_one_line(facts: dict[str, Any], seen: str) -> None:
    assert line(12, **({"status": "ok"} | facts)) == seen


def test_a_clock_that_was_set_back_gives_no_negative_time() -> None:
    assert line(-5, status="ok").endswith(" 0 ms")


def test_a_log_line_names_the_node_and_the_level() -> None:
    step = StepRecord(
        key=StepKey("fetch", 0), status="ok", logs=[LogLine(0, "warning", "[b]slow\x1b")]
    )

    (found,) = log_lines(DOCUMENT, step)

    assert Text.from_markup(found).plain == "  Fetch it warning: [b]slow\\u001b"


def test_a_failure_tells_place_message_hint_data_and_code(
    capsys: pytest.CaptureFixture[str],
) -> None:
    error = ErrorRecord(
        code="node.failed",
        message="It answered 500.",
        hint="Look at the server.",
        node_id="fetch",
        field="url",
        item=2,
        line=3,
        column=4,
        data={"status": 500, "body": "[b]no[/b]", "empty": None},
    )

    show_failure(DOCUMENT, error)

    assert capsys.readouterr().err.splitlines() == [
        "",
        "Fetch it · field url · item 2 · line 3, column 4",
        "  It answered 500.",
        "  Look at the server.",
        "  status: 500",
        "  body: [b]no[/b]",
        "  node.failed",
    ]


def test_a_wait_that_is_too_long_says_what_would_wait(capsys: pytest.CaptureFixture[str]) -> None:
    execution: Any = SimpleNamespace(steps=[], waiting_for="time", due_ms=None)

    show_waiting(parse({"format": "penstock/1", "name": "x", "nodes": [], "edges": []}), execution)

    assert "`penstock run` keeps nothing" in capsys.readouterr().err


def test_a_failure_of_no_node_names_the_workflow(capsys: pytest.CaptureFixture[str]) -> None:
    show_failure(DOCUMENT, ErrorRecord(code="execution.timed_out", message="Too long."))

    assert capsys.readouterr().err.splitlines()[1] == "Test"


def test_a_moment_has_the_zone_of_the_machine() -> None:
    found = moment(1_800_000_000_000)

    assert found.startswith("2027-01-1")
    assert found[-6] in "+-"


@pytest.mark.parametrize(
    ("facts", "seen"),
    [
        pytest.param({"waiting_for": "timer"}, "  … Node  waits until ", id="timer"),
        pytest.param({"waiting_for": "retry"}, "  … Node  tries again at ", id="retry"),
        pytest.param(
            {"waiting_for": "timer", "body": "b"}, "      … Node  waits until ", id="in-a-body"
        ),
    ],
)
def test_a_step_that_waits_says_until_when(facts: dict[str, Any], seen: str) -> None:
    event = Event(
        kind="step.finished",
        execution="x",
        at_ms=0,
        node_id="n",
        node_name="Node",
        status="waiting",
        due_ms=86_400_000,
        **facts,
    )

    shown = Text.from_markup(waiting_line(event)).plain

    assert shown == seen + moment(86_400_000)
