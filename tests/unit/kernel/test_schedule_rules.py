"""Rules of schedules, and the moments that they give."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import islice, pairwise
from zoneinfo import ZoneInfo

import pytest
from cronsim import CronSim
from hypothesis import given, settings
from hypothesis import strategies as st

from penstock_kernel.schedules.rule import (
    Rule,
    ScheduleInvalid,
    fires,
    jittered,
    next_fire,
    next_fires,
)

BEGIN_MS = 1_767_225_600_000  # 2026 begins
HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS
YEAR_MS = 365 * DAY_MS
ZONES = [
    "America/New_York",
    "America/Chicago",
    "America/Los_Angeles",
    "America/Santiago",
    "America/Asuncion",
    "America/Havana",
    "America/St_Johns",
    "Europe/London",
    "Europe/Berlin",
    "Europe/Vienna",
    "Europe/Lisbon",
    "Europe/Athens",
    "Africa/Cairo",
    "Asia/Jerusalem",
    "Asia/Beirut",
    "Australia/Sydney",
    "Australia/Lord_Howe",
    "Pacific/Auckland",
    "Pacific/Chatham",
    "Atlantic/Azores",
]


def ms(text: str, zone: str = "UTC", fold: int = 0) -> int:
    moment = datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone), fold=fold)
    return round(moment.timestamp() * 1_000)


def told(moments: list[int], zone: str = "UTC") -> list[str]:
    found = (datetime.fromtimestamp(one / 1_000, UTC).astimezone(ZoneInfo(zone)) for one in moments)
    return [one.strftime("%m-%d %H:%M:%S%z") for one in found]


def test_five_fields_are_minutes_and_six_have_seconds() -> None:
    after = ms("2026-03-02T09:00:30")

    assert told(next_fires(Rule(cron="*/15 * * * *"), after, 2)) == [
        "03-02 09:15:00+0000",
        "03-02 09:30:00+0000",
    ]
    assert told(next_fires(Rule(cron="*/20 * * * * *"), after, 2)) == [
        "03-02 09:00:40+0000",
        "03-02 09:01:00+0000",
    ]


def test_times_of_day_are_those_of_the_zone() -> None:
    rule = Rule(cron="0 9 * * 1-5", timezone="Europe/Vienna")

    found = next_fires(rule, ms("2026-03-27T12:00"), 2)

    assert told(found, "Europe/Vienna") == ["03-30 09:00:00+0200", "03-31 09:00:00+0200"]


def test_a_time_that_a_day_does_not_have_is_right_after_the_gap() -> None:
    rule = Rule(cron="30 2 * * *", timezone="Europe/Vienna")

    found = next_fires(rule, ms("2026-03-28T12:00"), 2)

    assert told(found, "Europe/Vienna") == ["03-29 03:00:00+0200", "03-30 02:30:00+0200"]


def test_a_time_that_a_day_has_twice_is_taken_once() -> None:
    rule = Rule(cron="30 2 * * *", timezone="Europe/Vienna")

    found = next_fires(rule, ms("2026-10-24T12:00"), 2)

    assert told(found, "Europe/Vienna") == ["10-25 02:30:00+0200", "10-26 02:30:00+0100"]


@pytest.mark.parametrize("zone", ZONES)
def test_a_time_of_day_comes_once_on_every_day_of_the_year(zone: str) -> None:
    rule = Rule(cron="30 2 * * *", timezone=zone)

    found = next_fires(rule, ms("2026-01-01T00:00", zone), 365)
    days = [datetime.fromtimestamp(one / 1_000, ZoneInfo(zone)).date() for one in found]

    assert len(set(days)) == 365
    assert days[-1] - days[0] == timedelta(days=364)


@pytest.mark.parametrize("zone", ZONES)
def test_what_goes_by_the_quarter_of_an_hour_goes_on_through_both_edges(zone: str) -> None:
    rule = Rule(cron="*/15 * * * *", timezone=zone)

    found = next_fires(rule, ms("2026-01-01T00:00", zone), 365 * 96)
    gaps = {later - earlier for earlier, later in pairwise(found)}

    assert gaps == {15 * 60_000}


def test_an_interval_counts_from_its_anchor() -> None:
    rule = Rule(every_s=90, anchor_ms=1_000)

    assert next_fires(rule, 0, 3) == [1_000, 91_000, 181_000]
    assert next_fires(rule, 91_000, 1) == [181_000]


def test_a_moment_comes_once() -> None:
    rule = Rule(at_ms=5_000)

    assert next_fires(rule, 4_999) == [5_000]
    assert next_fire(rule, 5_000) is None


def test_every_nth_moment_counts_from_the_anchor_on() -> None:
    anchor = ms("2026-03-02T00:00")
    rule = Rule(cron="0 9 * * *", each=3, anchor_ms=anchor)

    first = next_fires(rule, anchor, 3)
    later = next_fires(rule, first[0], 2)

    assert told(first) == ["03-02 09:00:00+0000", "03-05 09:00:00+0000", "03-08 09:00:00+0000"]
    assert later == first[1:]


@pytest.mark.parametrize(
    ("anchor", "expected"),
    [
        pytest.param(
            "2026-03-02T00:00", ["03-02 09", "03-04 09", "03-16 09", "03-18 09"], id="monday"
        ),
        pytest.param(
            "2026-03-03T12:00", ["03-04 09", "03-16 09", "03-18 09", "03-30 09"], id="tuesday"
        ),
        pytest.param(
            "2026-03-08T23:59", ["03-16 09", "03-18 09", "03-30 09", "04-01 09"], id="sunday"
        ),
    ],
)
@pytest.mark.parametrize("zone", ["UTC", "Europe/Vienna", "Pacific/Auckland"])
def test_every_second_week_has_all_of_its_days(anchor: str, expected: list[str], zone: str) -> None:
    anchor_ms = ms(anchor, zone)
    rule = Rule(cron="0 9 * * 1,3", each=2, anchor_ms=anchor_ms, timezone=zone)

    found = next_fires(rule, anchor_ms, 4)

    assert [one[:8] for one in told(found, zone)] == expected
    assert [next_fire(rule, one - 1) for one in found] == found


def test_every_second_one_of_days_that_come_once_a_month_counts_them() -> None:
    anchor = ms("2026-03-01T00:00")
    rule = Rule(cron="0 9 * * 1#1", each=2, anchor_ms=anchor)

    assert [one[:8] for one in told(next_fires(rule, anchor, 2))] == ["03-02 09", "05-04 09"]


def test_a_week_that_is_years_away_is_found_at_once() -> None:
    anchor = ms("2026-03-02T10:00")
    rule = Rule(cron="* * * * 1-5", each=10_000, anchor_ms=anchor)
    never = Rule(cron="0 9 * * 1", each=10**15, anchor_ms=anchor)

    found = next_fire(rule, anchor + 7 * DAY_MS)

    assert found == ms("2026-03-02T00:00") + 70_000 * DAY_MS
    assert next_fire(never, anchor + 7 * DAY_MS) is None


@pytest.mark.parametrize("zone", [*ZONES, "UTC"])
@settings(max_examples=30, deadline=None)
@given(
    cron=st.sampled_from(
        ["0 9 * * 1,3", "30 2 * * 0", "0 0 * * 1", "59 23 * * 0", "0 0,12 * * 0-6", "*/30 * * * 6"]
    ),
    each=st.integers(2, 5),
    anchor_ms=st.integers(BEGIN_MS, BEGIN_MS + YEAR_MS),
    passed_ms=st.integers(0, YEAR_MS),
)
def test_leaping_over_weeks_changes_no_moment(
    zone: str, cron: str, each: int, anchor_ms: int, passed_ms: int
) -> None:
    def monday(moment_ms: int) -> date:
        day = datetime.fromtimestamp(moment_ms / 1_000, UTC).astimezone(ZoneInfo(zone)).date()
        return day - timedelta(days=day.weekday())

    after_ms, first = anchor_ms + passed_ms, monday(anchor_ms)
    weekly = fires(Rule(cron=cron, timezone=zone), after_ms)
    slow = (one for one in weekly if (monday(one) - first).days // 7 % each == 0)
    rule = Rule(cron=cron, each=each, anchor_ms=anchor_ms, timezone=zone)

    assert next_fires(rule, after_ms, 6) == list(islice(slow, 6))


@pytest.mark.parametrize("zone", [*ZONES, "UTC"])
@settings(max_examples=30, deadline=None)
@given(
    cron=st.sampled_from(
        [
            "7 * * * *",
            "0 * * * *",
            "*/20 * * * *",
            "30 2 * * *",
            "0 0 * * *",
            "59 23 * * *",
            "15,45 1,2,3 * * *",
            "0 2,3 * * *",
            "*/15 2 * * *",
            "0 30 2 * * *",
            "30 15 1-3 * * *",
        ]
    ),
    each=st.integers(2, 100),
    anchor_ms=st.integers(BEGIN_MS, BEGIN_MS + YEAR_MS),
    passed_ms=st.integers(0, YEAR_MS),
)
def test_leaping_over_days_changes_no_moment(
    zone: str, cron: str, each: int, anchor_ms: int, passed_ms: int
) -> None:
    after_ms = anchor_ms + passed_ms
    begin = datetime.fromtimestamp(anchor_ms / 1_000, UTC).astimezone(ZoneInfo(zone))
    walked = (round(one.timestamp() * 1_000) for one in CronSim(cron, begin))
    slow = (one for number, one in enumerate(walked) if number % each == 0 and one > after_ms)
    rule = Rule(cron=cron, each=each, anchor_ms=anchor_ms, timezone=zone)

    assert next_fires(rule, after_ms, 3) == list(islice(slow, 3))


@pytest.mark.parametrize("zone", ["UTC", "Europe/Vienna"])
def test_a_rule_that_is_old_goes_on(zone: str) -> None:
    rule = Rule(cron="0 * * * *", each=2, anchor_ms=BEGIN_MS, timezone=zone)
    after_ms = BEGIN_MS + 30 * YEAR_MS

    found = next_fires(rule, after_ms, 2)

    assert found[0] - after_ms <= 2 * HOUR_MS
    assert found[1] - found[0] == 2 * HOUR_MS


def test_nothing_happens_before_the_start_or_after_the_end() -> None:
    rule = Rule(every_s=10, start_ms=20_000, end_ms=40_000)

    assert next_fires(rule, 0, 9) == [20_000, 30_000, 40_000]


@given(st.text(max_size=20), st.integers(0, 10**12))
def test_jitter_is_the_same_for_everybody_and_never_early(schedule: str, moment: int) -> None:
    rule = Rule(every_s=1, jitter_s=30)

    found = {jittered(rule, schedule, moment) for _ in range(3)}

    assert len(found) == 1
    assert moment <= found.pop() < moment + 30_000


@given(st.integers(1, 100_000), st.integers(1, 50), st.integers(0, 10**12), st.integers(0, 10**12))
def test_where_one_stops_looking_does_not_change_what_comes_next(
    every_s: int, each: int, anchor_ms: int, after_ms: int
) -> None:
    rule = Rule(every_s=every_s, each=each, anchor_ms=anchor_ms)

    first, second = next_fires(rule, after_ms, 2)

    assert first > after_ms
    assert next_fire(rule, first) == second
    assert next_fire(rule, first - 1) == first


@pytest.mark.parametrize(
    ("rule", "field"),
    [
        pytest.param(Rule(), "cron", id="nothing"),
        pytest.param(Rule(cron="* * * * *", every_s=1), "cron", id="two-at-once"),
        pytest.param(Rule(cron="61 * * * *"), "cron", id="no-such-minute"),
        pytest.param(Rule(cron="often"), "cron", id="words"),
        pytest.param(Rule(every_s=-1), "every_s", id="backwards"),
        pytest.param(Rule(every_s=1, each=0), "each", id="never"),
        pytest.param(Rule(cron="* * * * *", timezone="Mars/Base"), "timezone", id="no-such-zone"),
        pytest.param(Rule(cron="* * * * *", timezone="../etc"), "timezone", id="path"),
    ],
)
def test_a_rule_that_gives_nothing_names_the_field_that_is_wrong(rule: Rule, field: str) -> None:
    with pytest.raises(ScheduleInvalid) as caught:
        rule.check()

    assert caught.value.field == field
