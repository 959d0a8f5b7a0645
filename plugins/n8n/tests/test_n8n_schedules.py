"""What becomes of triggers that start at times."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from penstock_kernel.packages.loader import load_plugins
from penstock_kernel.workflow.document import parse
from penstock_kernel.workflow.validate import validate
from penstock_sdk.importing import Imported

Import = Callable[..., Imported]


def rules(imported: Imported) -> list[dict[str, Any]]:
    """The rules; our node has to understand them."""
    (node,) = imported.document["nodes"]
    assert node["type"] == "penstock/flow.schedule"
    assert validate(parse(imported.document), load_plugins()) == []
    return list(node["config"]["rules"])


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        pytest.param({}, {"unit": "days", "each": 1, "hour": 0, "minute": 0}, id="nothing"),
        pytest.param(
            {"triggerAtHour": 8, "triggerAtMinute": 30},
            {"unit": "days", "each": 1, "hour": 8, "minute": 30},
            id="time-of-day",
        ),
        pytest.param(
            {"field": "minutes"}, {"unit": "minutes", "each": 5, "minute": 0}, id="minutes"
        ),
        pytest.param(
            {"field": "weeks", "triggerAtDay": [1, 5], "triggerAtHour": 9},
            {"unit": "weeks", "each": 1, "hour": 9, "minute": 0, "weekdays": ["1", "5"]},
            id="weekdays",
        ),
        pytest.param(
            {"field": "months", "monthsInterval": 2},
            {"unit": "months", "each": 2, "hour": 0, "minute": 0, "day": 1},
            id="months",
        ),
        pytest.param(
            {"field": "cronExpression", "expression": "0 8 * * 1-5"},
            {"unit": "cron", "cron": "0 8 * * 1-5"},
            id="cron",
        ),
        pytest.param(
            {"field": "cronExpression", "expression": "0 30 8 * * *"},
            {"unit": "cron", "cron": "30 8 * * *"},
            id="cron-at-second-0",
        ),
        pytest.param(
            {"field": "cronExpression", "expression": "*/10 * * * * *"},
            {"unit": "seconds", "each": 10},
            id="cron-every-ten-seconds",
        ),
    ],
)
def test_a_rule_is_carried_over(
    import_n8n: Import, given: dict[str, Any], expected: dict[str, Any]
) -> None:
    parameters = {"rule": {"interval": [given]}}

    imported = import_n8n(
        {"name": "S", "type": "n8n-nodes-base.scheduleTrigger", "parameters": parameters}
    )

    assert rules(imported) == [expected]
    assert imported.remarks == []


def test_seconds_of_a_cron_expression_are_told(import_n8n: Import) -> None:
    row = {"field": "cronExpression", "expression": "10 32 10 * * *"}

    imported = import_n8n(
        {
            "name": "S",
            "type": "n8n-nodes-base.scheduleTrigger",
            "parameters": {"rule": {"interval": [row]}},
        }
    )

    assert rules(imported) == [{"unit": "cron", "cron": "32 10 * * *"}]
    assert [remark.code for remark in imported.remarks] == ["import.parameter_changed"]
    assert imported.ready


@pytest.mark.parametrize(
    "expression",
    [
        pytest.param("={{ $json.cron }}", id="expression"),
        pytest.param("* 5 * * * *", id="every-second-of-a-minute"),
        pytest.param("*/0 * * * * *", id="every-no-seconds"),
        pytest.param("every day", id="words"),
        pytest.param(7, id="number"),
    ],
)
def test_a_cron_expression_without_a_counterpart_is_kept(
    import_n8n: Import, expression: Any
) -> None:
    row = {"field": "cronExpression", "expression": expression}

    imported = import_n8n(
        {
            "name": "S",
            "type": "n8n-nodes-base.scheduleTrigger",
            "parameters": {"rule": {"interval": [row]}},
        }
    )

    assert [remark.code for remark in imported.remarks] == ["import.unmapped"]


def test_the_old_triggers_are_carried_over(import_n8n: Import) -> None:
    every = {"triggerTimes": {"item": [{"mode": "everyX", "unit": "minutes", "value": 5}]}}

    cron = import_n8n({"name": "C", "type": "n8n-nodes-base.cron", "parameters": every})
    plain = import_n8n({"name": "C", "type": "n8n-nodes-base.cron"})
    interval = import_n8n(
        {
            "name": "I",
            "type": "n8n-nodes-base.interval",
            "parameters": {"interval": 2, "unit": "hours"},
        }
    )

    assert rules(cron) == [{"unit": "minutes", "each": 5}]
    assert rules(plain) == [{"unit": "days", "each": 1, "hour": 14, "minute": 0}]
    assert rules(interval) == [{"unit": "hours", "each": 2}]
