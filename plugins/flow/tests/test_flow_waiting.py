"""Waiting, and the times at which a schedule starts a workflow."""

from __future__ import annotations

from typing import Any

import pytest

from penstock_node_flow.approval import Approval
from penstock_node_flow.schedule import Schedule
from penstock_node_flow.waiting import WaitNode
from penstock_sdk import Item, NodeFailed, Wait
from penstock_sdk.testing import TestContext, items_of, run_node
from penstock_sdk.testing.context import START_MS


def waited(**config: Any) -> Any:
    items = [Item({"n": 1})]
    ctx = TestContext(WaitNode, config, items_of(items), timezone="Europe/Berlin")
    return WaitNode().run(ctx, items)


@pytest.mark.parametrize(
    ("config", "seconds"),
    [
        pytest.param({"amount": 90, "unit": "seconds"}, 90, id="seconds"),
        pytest.param({"amount": "1.5", "unit": "hours"}, 5_400, id="text-of-a-number"),
        pytest.param({"amount": 2, "unit": "days"}, 172_800, id="days"),
        pytest.param(
            {"resume": "date", "until": "2023-11-15T00:00:00"}, 2_800, id="date-in-the-zone"
        ),
    ],
)
def test_it_waits_until_the_moment_that_was_asked_for(config: dict[str, Any], seconds: int) -> None:
    result = waited(**config)

    assert isinstance(result, Wait)
    assert result.until_ms == START_MS + seconds * 1_000
    assert result.items == [Item({"n": 1})]


def test_a_moment_that_is_over_is_not_waited_for() -> None:
    assert waited(resume="date", until="2020-01-01T00:00:00Z") == [Item({"n": 1})]


@pytest.mark.parametrize(
    ("config", "field"),
    [
        pytest.param({"amount": -1}, "amount", id="negative"),
        pytest.param({"amount": 1e9, "unit": "days"}, "amount", id="longer-than-ten-years"),
        pytest.param({"amount": "soon"}, "amount", id="no-number"),
        pytest.param({"resume": "date", "until": "soon"}, "until", id="no-moment"),
        pytest.param({"resume": "date", "until": "2999-01-01T00:00:00Z"}, "until", id="far-away"),
    ],
)
def test_a_wait_that_makes_no_sense_names_its_field(config: dict[str, Any], field: str) -> None:
    with pytest.raises(NodeFailed) as caught:
        waited(**config)
    assert caught.value.field == field


def test_without_items_nothing_is_waited_for() -> None:
    assert run_node(WaitNode, {"amount": 5}, []) == {}


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        pytest.param({"unit": "minutes", "each": 5}, {"every_s": 300}, id="minutes"),
        pytest.param(
            {"unit": "days", "hour": 7, "minute": 30}, {"cron": "30 7 * * *", "each": 1}, id="days"
        ),
        pytest.param(
            {"unit": "weeks", "hour": 9, "weekdays": ["1", "5"]},
            {"cron": "0 9 * * 1,5", "each": 1},
            id="weekdays",
        ),
        pytest.param({"unit": "months", "day": 15}, {"cron": "0 0 15 * *", "each": 1}, id="months"),
        pytest.param({"unit": "cron", "cron": "*/5 * * * *"}, {"cron": "*/5 * * * *"}, id="cron"),
    ],
)
def test_a_rule_says_when_to_start(rule: dict[str, Any], expected: dict[str, Any]) -> None:
    assert Schedule().schedules({"rules": [rule]}) == [expected]


def test_a_cron_expression_that_is_none_names_its_rule() -> None:
    rules = [{"unit": "days"}, {"unit": "cron", "cron": "every day"}]

    with pytest.raises(NodeFailed, match="no cron expression") as caught:
        Schedule().schedules({"rules": rules})
    assert caught.value.field == "rules[1].cron"


def test_a_schedule_that_is_run_by_hand_gives_the_moment_in_the_zone() -> None:
    item = run_node(Schedule, {}, [{}], timezone="Europe/Berlin")["main"][0]

    assert item.json["timestamp"] == "2023-11-14T23:13:20.000+01:00"
    assert item.json["weekday"] == "Tuesday"


@pytest.mark.parametrize("kind", ["webhook", "form"])
def test_a_wait_for_somebody_ends_after_thirty_days_by_itself(kind: str) -> None:
    waits = waited(resume=kind)

    assert isinstance(waits, Wait)
    assert waits.kind == kind
    assert waits.port == ""


def test_an_approval_asks_once_and_names_the_ways_that_it_may_go() -> None:
    items = [Item({"a": 1}), Item({"a": 2})]
    ctx = TestContext(Approval, {"title": "Pay?", "days": 1}, items_of(items))
    asks = Approval().run(ctx, items)

    assert isinstance(asks, Wait)
    assert asks.kind == "approval"
    assert asks.answers == {"approve": "approved", "decline": "declined"}
    assert asks.port == "expired"
    assert asks.shows["title"] == "Pay?"
