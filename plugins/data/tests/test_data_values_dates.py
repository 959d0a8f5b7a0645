"""Date and time."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from penstock_node_data.values import calendar
from penstock_node_data.values.date_time import DateTime
from penstock_node_data.values.luxon_tokens import written
from penstock_node_data.values.moment_tokens import luxon_format
from penstock_node_data.values.parse_format import parsed
from penstock_sdk import NodeFailed
from penstock_sdk.testing import TestContext, items_of, outputs_of, run_node

UTC = ZoneInfo("UTC")
BERLIN = ZoneInfo("Europe/Berlin")
AT = datetime(2024, 2, 5, 14, 3, 9, 45_000, tzinfo=BERLIN)


def result(value: Any = None, **config: Any) -> Any:
    config.setdefault("date", "={{ $json.v }}")
    [item] = run_node(DateTime, {"output_field": "r", **config}, [{"v": value}])["main"]
    return item.json["r"]


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        ("yyyy-MM-dd HH:mm:ss.SSS", "2024-02-05 14:03:09.045"),
        ("d LLLL yy, h:mm a", "5 February 24, 2:03 PM"),
        ("cccc ccc c EEE", "Monday Mon 1 Mon"),
        ("'at' H'h'", "at 14h"),
        ("X x", "1707138189 1707138189045"),
        ("Z ZZ ZZZ z", "+1 +01:00 +0100 Europe/Berlin"),
        ("WW kkkk ooo q", "06 2024 036 1"),
        ("D", "2/5/2024"),
        ("DD", "Feb 5, 2024"),
        ("ff", "Feb 5, 2024, 2:03 PM"),
        ("u uu uuu", "045 04 0"),
    ],
)
def test_tokens_of_luxon(form: str, expected: str) -> None:
    assert written(AT, form) == expected


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        ("YYYY-MM-DD", "2024-02-05"),
        ("dddd, MMMM Do YYYY, h:mm:ss a", "Monday, February 5th 2024, 2:03:09 pm"),
        ("[Today is] D/M/YY", "Today is 5/2/24"),
        ("HH:mm Z", "14:03 +01:00"),
        ("X", "1707138189"),
        ("DDDo wo Qo", "36th 6th 1st"),
        ("LLLL", "Monday, February 5, 2024 2:03 PM"),
    ],
)
def test_tokens_of_moment(form: str, expected: str) -> None:
    assert written(AT, luxon_format(form)) == expected


@pytest.mark.parametrize(
    ("text", "form", "expected"),
    [
        ("05.02.2024", "dd.MM.yyyy", "2024-02-05T00:00:00+01:00"),
        ("Feb 5, 24 2:03 pm", "LLL d, yy h:mm a", "2024-02-05T14:03:00+01:00"),
        ("2024-02-05 14:03 -0500", "yyyy-MM-dd HH:mm ZZZ", "2024-02-05T14:03:00-05:00"),
        ("at 12:00 AM", "'at' hh:mm a", "1970-01-01T00:00:00+01:00"),
    ],
)
def test_texts_of_a_format_are_read(text: str, form: str, expected: str) -> None:
    found = parsed(text, form, BERLIN)

    assert found is not None
    assert found.isoformat() == expected


@given(st.datetimes(min_value=datetime(1000, 1, 1), max_value=datetime(2999, 12, 31)))  # noqa: DTZ001  hypothesis wants bounds without a zone
def test_what_is_written_in_a_format_is_read_again(at: datetime) -> None:
    at = at.replace(microsecond=at.microsecond // 1000 * 1000, tzinfo=UTC)
    form = "yyyy-LL-dd'T'HH:mm:ss.SSS"

    assert parsed(written(at, form), form, UTC) == at


@pytest.mark.parametrize(
    "value",
    [
        "2024-02-15T08:30:00Z",
        "2024-02-15T09:30:00+01:00",
        "Thu, 15 Feb 2024 08:30:00 GMT",
        1707985800,
        1707985800000,
        "1707985800",
        "1707985800000",
        1707985800.4,
    ],
)
def test_the_same_moment_in_many_forms(value: Any) -> None:
    assert result(value, format="yyyy-MM-dd HH:mm") == "2024-02-15 08:30"


def test_a_text_without_a_zone_is_of_the_zone_that_is_given() -> None:
    more = {"read_zone": "America/New_York", "zone": "Europe/Berlin"}

    assert result("2024-02-15 08:30", format="HH:mm", more=more) == "14:30"


@pytest.mark.parametrize(
    ("date", "amount", "unit", "expected"),
    [
        ("2024-01-31", 1, "months", "2024-02-29T00:00:00.000+01:00"),
        ("2024-03-30T12:00:00", 1, "days", "2024-03-31T12:00:00.000+02:00"),
        ("2024-03-30T12:00:00", 24, "hours", "2024-03-31T13:00:00.000+02:00"),
        ("2024-02-29", 1, "years", "2025-02-28T00:00:00.000+01:00"),
        ("2024-02-01", 1.5, "days", "2024-02-02T12:00:00.000+01:00"),
        ("2024-02-01", 2, "quarters", "2024-08-01T00:00:00.000+02:00"),
    ],
)
def test_adding_keeps_to_the_calendar(date: str, amount: float, unit: str, expected: str) -> None:
    more = {"zone": "Europe/Berlin", "read_zone": "Europe/Berlin"}

    assert result(date, operation="add", amount=amount, unit=unit, more=more) == expected


@pytest.mark.parametrize(
    ("units", "expected"),
    [
        (["days"], {"days": 45.5}),
        (["months", "days"], {"months": 1, "days": 14.5}),
        (["weeks", "days", "hours"], {"weeks": 6, "days": 3, "hours": 12}),
        (["minutes"], {"minutes": 65_520}),
    ],
)
def test_the_time_between_two_dates(units: list[str], expected: Any) -> None:
    config = {"operation": "difference", "start": "2024-01-01", "end": "2024-02-15T12:00:00"}

    assert result(units=units, **config) == expected
    backwards = {**config, "start": config["end"], "end": config["start"]}
    assert sum(result(units=units, **backwards).values()) < 0


def test_a_duration_may_be_written_as_iso_8601() -> None:
    config = {"operation": "difference", "start": "2024-01-01", "end": "2024-02-15T12:30:00"}

    found = result(units=["months", "days", "hours", "minutes"], as_iso_duration=True, **config)

    assert found == "P1M14DT12H30M"


@given(st.datetimes(min_value=datetime(1900, 1, 1), max_value=datetime(2100, 1, 1)))  # noqa: DTZ001  hypothesis wants bounds without a zone
def test_a_start_is_never_later_and_the_next_one_never_earlier(at: datetime) -> None:
    at = at.replace(tzinfo=BERLIN)
    for unit in calendar.UNITS:
        assert calendar.start_of(at, unit) <= at
        assert calendar.rounded(at, "up", unit) > calendar.start_of(at, unit)


@pytest.mark.parametrize(
    ("part", "expected"), [("week", 7), ("weekday", 4), ("quarter", 1), ("day_of_year", 46)]
)
def test_parts_of_a_date(part: str, expected: int) -> None:
    assert result("2024-02-15", operation="extract", part=part) == expected


def test_rounding_and_being_between() -> None:
    assert result("2024-02-15", operation="round", unit="weeks").startswith("2024-02-12")
    assert result("2024-02-15", operation="round", unit="months", direction="up") == (
        "2024-03-01T00:00:00.000Z"
    )
    assert result("2024-02-15", operation="is_between", start="2024-01-01", end="2024-03-01")


def test_now_is_the_moment_of_the_step_in_the_workflows_zone() -> None:
    [item] = run_node(DateTime, {"operation": "now", "with_time": False}, [{}])["main"]

    assert item.json["date"].endswith("T00:00:00.000Z")


@pytest.mark.parametrize(
    ("value", "config", "message"),
    [
        ("not a date", {}, "'not a date' is not a date"),
        (True, {}, "True is not a date"),
        ([], {}, "is not a date"),
        ("1.2.2024", {"more": {"from_format": "yyyy"}}, "of the format 'yyyy'"),
        ("2024-02-15", {"more": {"zone": "Mars/Base"}}, "no time zone 'Mars/Base'"),
        ("2024-02-15", {"operation": "add", "amount": 9e9, "unit": "years"}, "beyond the years"),
        ("2024-02-15", {"operation": "add", "amount": "many"}, "amount cannot be used"),
        ("2024-02-15", {"operation": "extract", "part": "soul"}, "no part of a date"),
        (1e300, {}, "is not a date"),
    ],
)
def test_what_cannot_be_used_is_told(value: Any, config: dict[str, Any], message: str) -> None:
    with pytest.raises(NodeFailed, match=message):
        result(value, **config)


def test_nothing_stays_nothing() -> None:
    assert result(None) is None
    assert result(None, operation="add") is None
    assert run_node(DateTime, {"date": "x"}, []) == {}


async def test_100_000_dates() -> None:
    items = items_of([{"v": 1_700_000_000 + n} for n in range(100_000)])
    context = TestContext(DateTime, {"date": "={{ $json.v }}", "format": "X"}, items)

    found = (await outputs_of(DateTime, context))["main"]

    assert found.items[-1].json["date"] == "1700099999"
