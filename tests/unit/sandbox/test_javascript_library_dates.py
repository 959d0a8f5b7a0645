"""Dates in expressions: Luxon, our methods, and every time zone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from tests.support.expressions import NOW, cases, evaluate

from penstock_sandbox.guests.engine import make_engine
from penstock_sandbox.guests.javascript import JavaScriptDriver

#: Both hemispheres, odd offsets, no summer time, half an hour of it, a date line, negative saving.
ZONES = [
    "America/New_York",
    "America/Sao_Paulo",
    "America/St_Johns",
    "Europe/Berlin",
    "Europe/Dublin",
    "Europe/Istanbul",
    "Africa/Casablanca",
    "Africa/Cairo",
    "Asia/Kolkata",
    "Asia/Kathmandu",
    "Asia/Gaza",
    "Asia/Tehran",
    "Australia/Lord_Howe",
    "Australia/Adelaide",
    "Pacific/Apia",
    "Pacific/Chatham",
    "Antarctica/Troll",
    "EST5EDT",
    "Etc/GMT+7",
]


@pytest.fixture(scope="module")
def driver() -> JavaScriptDriver:
    return JavaScriptDriver(make_engine(), "expression")


@cases(
    ("'2024-05-06'.toDateTime().toISO()", "2024-05-06T00:00:00.000+02:00"),
    ("'2024-05-06T07:08:09Z'.toDateTime().toISO()", "2024-05-06T07:08:09.000Z"),
    ("'2024-05-06 07:08:09'.toDateTime().toISO()", "2024-05-06T07:08:09.000+02:00"),
    ("'Mon, 06 May 2024 07:08:09 +0200'.toDateTime().toMillis()", 1714972089000),
    ("'May 6, 2024 07:08'.toDateTime().day", 6),
    ("'06.05.2024'.toDateTime('dd.MM.yyyy').toISODate()", "2024-05-06"),
    ("'1714979289'.toDateTime('s').toMillis()", 1714979289000),
    ("(1714979289000).toDateTime().toISO()", "2024-05-06T09:08:09.000+02:00"),
    ("(45418.5).toDateTime('excel').toISO()", "2024-05-06T14:00:00.000+02:00"),
    ("new Date(0).toDateTime().toISO()", "1970-01-01T01:00:00.000+01:00"),
    ("$now.toDate().getTime()", NOW),
)
def test_dates_are_read(driver: JavaScriptDriver, source: str, expected: Any) -> None:
    assert evaluate(driver, source) == expected


@cases(
    ("$now.format('dd.MM.yyyy HH:mm')", "14.11.2023 23:13"),
    ("new Date(0).format()", "1970-01-01"),
    ("$now.plus(1, 'week').toISODate()", "2023-11-21"),
    ("$now.plus({days: 1, hours: 2}).toISO()", "2023-11-16T01:13:20.000+01:00"),
    ("$now.minus(2, 'months').toISO()", "2023-09-14T23:13:20.000+02:00"),
    ("new Date(1000).plus(1, 'second').getTime()", 2000),
    ("new Date(1000).minus(1000) instanceof Date", True),
    ("$now.beginningOf('month').toISO()", "2023-11-01T00:00:00.000+01:00"),
    ("$now.beginningOf().weekday", 1),
    ("$now.endOfMonth().day", 30),
    ("$now.extract('year') + $now.extract()", 2069),
    ("$now.extract('yearDayNumber')", 318),
    ("$now.isWeekend()", False),
    ("$now.isDst() || !$now.minus(3, 'months').isDst()", False),
    ("$now.isBetween('2023-01-01', $now.plus(1, 'day'))", True),
    ("$now.isBetween($now.plus(1, 'day'), '2023-01-01')", True),
    ("$now.isBetween('2024', '2025')", False),
    ("$now.minus(9, 'minutes').isInLast(10)", True),
    ("$now.minus(11, 'minutes').isInLast(10, 'minutes')", False),
    ("$now.diffTo('2023-11-13T23:13:20+01:00')", 1),
    ("$now.diffTo($now.minus(90, 'minutes'), 'hours')", 1.5),
    ("$now.plus(26, 'hours').diffTo($now, ['days', 'hours'])", {"days": 1, "hours": 2}),
    ("$now.minus(2, 'days').diffToNow('days')", 2),
    ("$now.toNumber()", NOW),
    ("$now.isEmpty() || new Date().isEmpty()", False),
    ("$now.diff($now.minus(1, 'day')).as('hours')", 24),
    ("Duration.fromObject({hours: 1}).plus({hours: 1}).as('hours')", 2),
)
def test_dates_have_methods(driver: JavaScriptDriver, source: str, expected: Any) -> None:
    assert evaluate(driver, source) == expected


STARTS = """[0, 1, 2, 3, 4, 5, 6, 7].flatMap(month => [1, 28, 31].map(day =>
    DateTime.local(2024, 2 + month, 1, 2, 30).plus({days: day - 1})))"""


@pytest.mark.parametrize("zone", ["Europe/Berlin", "Australia/Lord_Howe", "America/New_York"])
@pytest.mark.parametrize(
    "unit", ["years", "quarters", "months", "weeks", "days", "hours", "seconds"]
)
def test_moving_a_date_by_a_number_of_units_gives_what_luxon_gives(
    driver: JavaScriptDriver, zone: str, unit: str
) -> None:
    amounts = "[-41, -3, -1, 0, 1, 2, 5, 13]"
    ours = f"{STARTS}.map(d => {amounts}.map(n => d.plus(n, '{unit}').minus(1, 'day').toISO()))"
    luxon = (
        f"{STARTS}.map(d => {amounts}.map(n => d.plus({{{unit}: n}}).minus({{days: 1}}).toISO()))"
    )

    assert evaluate(driver, ours, zone=zone) == evaluate(driver, luxon, zone=zone)


@pytest.mark.parametrize(
    "text",
    [
        "2024-03-31T02:30",
        "2024-10-27T02:30:00",
        "2024-02-29",
        "2024-12-31T23:59:59.999Z",
        "2024-06-01T00:00:00.123456+05:30",
        "2024-06-01T00:00-0800",
        "2024-06-01T24:00",
        "0050-06-01",
        "2024-W05-1",
        "20240601T101112Z",
    ],
)
def test_iso_text_is_read_as_luxon_reads_it(driver: JavaScriptDriver, text: str) -> None:
    ours = evaluate(driver, f"[0].map(() => '{text}'.toDateTime()).map(d => [d, d.zoneName])")
    luxon = (
        f"[0].map(() => DateTime.fromISO('{text}', {{setZone: true}})).map(d => [d, d.zoneName])"
    )
    assert ours == evaluate(driver, luxon)


@pytest.mark.parametrize("text", ["2024-02-30", "2024-13-01", "2024-01-01T10:60", "2024-1-1T1:1"])
def test_a_day_or_time_that_does_not_exist_is_no_date(driver: JavaScriptDriver, text: str) -> None:
    name, _ = evaluate(driver, f"'{text}'.toDateTime()")
    assert name == "ExpressionExtensionError"


def test_a_unit_that_is_none_is_refused_with_those_there_are(driver: JavaScriptDriver) -> None:
    name, message = evaluate(driver, "$now.plus(1, 'fortnight')")
    assert name == "ExpressionExtensionError"
    assert message.startswith("Unsupported unit 'fortnight'. Supported: milliseconds, seconds,")


@cases(
    ("$now.zoneName", "Europe/Berlin"),
    ("DateTime.local(2024, 7, 1).offset", 120),
    ("DateTime.fromISO('2024-03-31T02:30').toISO()", "2024-03-31T03:30:00.000+02:00"),
    ("new Date(2024, 6, 1).getTimezoneOffset()", 0),
    ("$now.setZone('asia/tokyo').toISO()", "2023-11-15T07:13:20.000+09:00"),
    ("$now.setZone('UTC+3').hour", 1),
    ("$now.setZone('US/Eastern').offset", -300),
    ("$now.setZone('Mars/Base').invalidReason", "unsupported zone"),
    ("$now.setZone('Mars/Base').toISO()", None),
)
def test_the_zone_is_that_of_the_workflow(
    driver: JavaScriptDriver, source: str, expected: Any
) -> None:
    assert evaluate(driver, source) == expected


def test_a_workflow_in_no_known_zone_has_invalid_dates_that_say_so(
    driver: JavaScriptDriver,
) -> None:
    source = "[$now.isValid, DateTime.local(2024, 1, 1).toString()]"
    assert evaluate(driver, source, zone="Mars/Base") == [False, "Invalid DateTime"]


def test_two_executions_in_one_vm_have_their_own_zones(driver: JavaScriptDriver) -> None:
    zones = ["Asia/Tokyo", "America/Lima", "Asia/Tokyo"]
    offsets = [evaluate(driver, "DateTime.local(2024, 1, 1).offset", zone=zone) for zone in zones]
    assert offsets == [540, -300, 540]


@cases(
    ("$now.zone.zoneName = 'Mars/Base'", "$now.zone.zoneName"),
    ("$now.toUTC().zone.fixed = 60", "$now.toUTC().offset"),
    ("DateTime.DATE_SHORT.year = '2-digit'", "$now.toLocaleString(DateTime.DATE_SHORT)"),
    ("new Intl.Locale('en').getWeekInfo().weekend.push(1)", "new Intl.Locale('en').getWeekInfo()"),
    ("$now.loc.monthsCache.format = {long: []}", "$now.toFormat('MMMM')"),
)
def test_nothing_that_dates_share_can_be_changed_for_the_next_expression(
    driver: JavaScriptDriver, source: str, expected: str
) -> None:
    before = evaluate(driver, expected)
    evaluate(driver, source)
    assert evaluate(driver, expected) == before


def zone_of(name: str) -> ZoneInfo:
    """Python's reading of the same data that the guest's tables were made from."""
    with files("tzdata").joinpath("zoneinfo", *name.split("/")).open("rb") as file:
        return ZoneInfo.from_file(file, name)


def offset_at(zone: ZoneInfo, seconds: int) -> float:
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
    offset = moment.astimezone(zone).utcoffset()
    assert offset is not None
    return offset.total_seconds() / 60


def edges(zone: ZoneInfo) -> Iterator[int]:
    """Every second before and at a change of the offset from 1970 to 2100."""
    step = 5 * 86400
    for start in range(0, 130 * 365 * 86400, step):
        low, high = start, start + step
        if offset_at(zone, low) == offset_at(zone, high):
            continue
        while high - low > 1:
            middle = (low + high) // 2
            same = offset_at(zone, middle) == offset_at(zone, start)
            low, high = (middle, high) if same else (low, middle)
        yield from (low, high)


OFFSETS = "$json.times.map(t => DateTime.fromSeconds(t, {zone: $json.zone}).offset)"


@pytest.mark.parametrize("name", ZONES)
def test_every_change_of_the_clocks_from_1970_to_2100_is_known_to_the_second(
    driver: JavaScriptDriver, name: str
) -> None:
    zone = zone_of(name)
    times = [*edges(zone), 0, 4_102_444_799]

    offsets = evaluate(driver, OFFSETS, {"zone": name, "times": times})

    assert offsets == [offset_at(zone, time) for time in times]


def test_every_zone_and_link_of_the_time_zone_database_is_there(driver: JavaScriptDriver) -> None:
    names = (files("tzdata") / "zones").read_text().split()
    times = [year * 31_557_600 + 15_000_000 * half for year in (-60, 9, 41, 90) for half in (0, 1)]
    source = "$json.zones.map(zone => $json.times.map(t => DateTime.fromSeconds(t, {zone}).offset))"

    offsets = evaluate(driver, source, {"zones": names, "times": times})

    expected = [[offset_at(zone, time) for time in times] for zone in map(zone_of, names)]
    wrong = [
        name for name, ours, theirs in zip(names, offsets, expected, strict=True) if ours != theirs
    ]
    assert len(names) > 590
    assert wrong == []
