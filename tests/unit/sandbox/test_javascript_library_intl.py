"""Intl as the guest has it. Expected values were taken once from Node 20."""

from __future__ import annotations

from typing import Any

import pytest
from tests.support.expressions import cases, evaluate

from penstock_sandbox.guests.engine import make_engine
from penstock_sandbox.guests.javascript import JavaScriptDriver


@pytest.fixture(scope="module")
def driver() -> JavaScriptDriver:
    return JavaScriptDriver(make_engine(), "expression")


@cases(
    (
        "new Date(0).toLocaleString('en-US', {timeZone: 'America/New_York'})",
        "12/31/1969, 7:00:00 PM",
    ),
    ("new Date(0).toLocaleDateString('de-DE', {dateStyle: 'full'})", "Donnerstag, 1. Januar 1970"),
    (
        "new Date(0).toLocaleDateString('fr-FR', {day: 'numeric', month: 'long', year: 'numeric'})",
        "1 janvier 1970",
    ),
    ("new Date(0).toLocaleDateString('sv-SE')", "1970-01-01"),
    (
        "new Date(0).toLocaleDateString('en-GB', {weekday: 'short', day: '2-digit', month: 'short'})",
        "Thu 01 Jan",
    ),
    ("new Date(0).toLocaleDateString('ja-JP', {dateStyle: 'long'})", "1970年1月1日"),
    ("new Date(0).toLocaleDateString('es', {month: 'long', day: 'numeric'})", "1 de enero"),
    ("new Date(0).toLocaleDateString('pt-BR', {month: 'short', year: 'numeric'})", "jan. de 1970"),
    ("new Date(0).toLocaleDateString('nl', {weekday: 'long'})", "donderdag"),
    ("new Date(0).toLocaleDateString('pl', {day: 'numeric', month: 'long'})", "1 stycznia"),
    ("new Date(0).toLocaleDateString('pl', {month: 'long'})", "styczeń"),
    ("new Date(0).toLocaleTimeString('en-US', {hour: 'numeric', minute: '2-digit'})", "12:00 AM"),
    ("new Date(0).toLocaleTimeString('it-IT')", "00:00:00"),
    (
        "new Date(0).toLocaleTimeString('en-US', {timeZone: 'Asia/Kolkata', timeZoneName: 'short'})",
        "5:30:00 AM GMT+5:30",
    ),
    (
        "new Date(0).toLocaleTimeString('en-US', {timeZone: 'America/Denver', timeZoneName: 'long'})",
        "5:00:00 PM Mountain Standard Time",
    ),
    (
        "new Date(0).toLocaleString('de-DE', {dateStyle: 'medium', timeStyle: 'short', timeZone: 'Europe/Berlin'})",
        "01.01.1970, 01:00",
    ),
    (
        "new Date(1.6e12).toLocaleString('en-US', {dateStyle: 'long', timeStyle: 'short', timeZone: 'Europe/London'})",
        "September 13, 2020 at 1:26 PM",
    ),
    ("new Date(NaN).toLocaleString()", "Invalid Date"),
    (
        "new Date(123).toLocaleTimeString('en-GB', {minute: '2-digit', second: '2-digit', fractionalSecondDigits: 3})",
        "00:00.123",
    ),
    (
        "new Intl.DateTimeFormat('en-US', {era: 'long', year: 'numeric'}).format(new Date(-1e14))",
        "1200 Before Christ",
    ),
    (
        "new Intl.DateTimeFormat('en-US', {hour: 'numeric', hourCycle: 'h23'}).formatToParts(0).map(p => p.type + '=' + p.value).join()",
        "hour=00",
    ),
    (
        "new Intl.DateTimeFormat('en', {timeZone: 'europe/berlin'}).resolvedOptions().timeZone",
        "Europe/Berlin",
    ),
    ("(1234567.891).toLocaleString('en-IN')", "12,34,567.891"),
    ("(1234.5).toLocaleString('de-CH')", "1'234.5"),
    ("(1234.5).toLocaleString('es')", "1234,5"),
    ("(12345.5).toLocaleString('es')", "12.345,5"),
    ("(0.256).toLocaleString('fr', {style: 'percent', maximumFractionDigits: 1})", "25,6\u00a0%"),
    ("(-1234.5).toLocaleString('en-US', {style: 'currency', currency: 'USD'})", "-$1,234.50"),
    (
        "(-1234.5).toLocaleString('en-US', {style: 'currency', currency: 'USD', currencySign: 'accounting'})",
        "($1,234.50)",
    ),
    ("(1234).toLocaleString('ja-JP', {style: 'currency', currency: 'JPY'})", "￥1,234"),
    ("(1234.5).toLocaleString('nl-NL', {style: 'currency', currency: 'EUR'})", "€\u00a01.234,50"),
    ("(1.005).toLocaleString('en', {maximumFractionDigits: 2})", "1.01"),
    ("(2.5).toLocaleString('en', {maximumFractionDigits: 0})", "3"),
    ("(0.00012345).toLocaleString('en', {maximumSignificantDigits: 2})", "0.00012"),
    ("(5).toLocaleString('en', {minimumIntegerDigits: 2})", "05"),
    ("(1e21).toLocaleString('en')", "1,000,000,000,000,000,000,000"),
    ("(12345678901234567890n).toLocaleString('en')", "12,345,678,901,234,567,890"),
    ("new Intl.NumberFormat('en', {notation: 'compact'}).format(1250000)", "1.3M"),
    (
        "new Intl.NumberFormat('en', {notation: 'compact', compactDisplay: 'long'}).format(15300)",
        "15 thousand",
    ),
    (
        "new Intl.NumberFormat('en', {style: 'unit', unit: 'day', unitDisplay: 'long'}).format(1)",
        "1 day",
    ),
    (
        "new Intl.NumberFormat('pl', {style: 'unit', unit: 'day', unitDisplay: 'long'}).format(3)",
        "3 dni",
    ),
    ("new Intl.NumberFormat('en', {signDisplay: 'exceptZero'}).format(3)", "+3"),
    ("new Intl.RelativeTimeFormat('en', {numeric: 'auto'}).format(-1, 'day')", "yesterday"),
    ("new Intl.RelativeTimeFormat('de').format(3, 'weeks')", "in 3 Wochen"),
    ("new Intl.RelativeTimeFormat('ru').format(-2, 'year')", "2 года назад"),
    ("new Intl.ListFormat('en').format(['a', 'b', 'c'])", "a, b, and c"),
    ("new Intl.ListFormat('fr', {type: 'disjunction'}).format(['a', 'b'])", "a ou b"),
    ("new Intl.PluralRules('en', {type: 'ordinal'}).select(22)", "two"),
    ("new Intl.PluralRules('ru').select(3)", "few"),
    ("new Intl.Locale('EN-us').toString()", "en-US"),
    ("['b', 'Ä', 'a', 'A', 'z'].sort((a, b) => a.localeCompare(b)).join('')", "aAÄbz"),
    ("['a10', 'a9'].sort(new Intl.Collator('en', {numeric: true}).compare).join()", "a9,a10"),
    ("'RÉSUMÉ'.localeCompare('resume', 'en', {sensitivity: 'base'})", 0),
    (
        "(() => { try { return new Intl.DateTimeFormat('en', {timeZone: 'Mars/Base'}) } catch (e) { return e.name + ': ' + e.message } })()",
        "RangeError: Invalid time zone specified: Mars/Base",
    ),
    (
        "(() => { try { return (1).toLocaleString('not a locale') } catch (e) { return e.name } })()",
        "RangeError",
    ),
    ("Intl.getCanonicalLocales(['DE-de', 'en']).join()", "de-DE,en"),
)
def test_intl_says_what_other_engines_say(
    driver: JavaScriptDriver, source: str, expected: Any
) -> None:
    assert evaluate(driver, source, zone="UTC") == expected


@cases(
    ("$now.setLocale('fr').toFormat('cccc d LLLL yyyy')", "mardi 14 novembre 2023"),
    ("$now.setLocale('de-DE').toLocaleString({dateStyle: 'long'})", "14. November 2023"),
    ("$now.toLocaleString(DateTime.DATETIME_FULL)", "November 14, 2023 at 11:13 PM GMT+1"),
    ("$now.minus({days: 3}).toRelative()", "3 days ago"),
    ("$now.minus({days: 3}).setLocale('es').toRelative()", "hace 3 días"),
    ("$now.plus({days: 1}).toRelativeCalendar()", "tomorrow"),
    ("Duration.fromObject({hours: 1, minutes: 30}).toHuman()", "1 hour, 30 minutes"),
    ("Interval.after($now, {days: 1}).toLocaleString()", "11/14/2023\u2009\u2013\u200911/15/2023"),
    ("DateTime.fromFormat('3 mars 2024', 'd MMMM yyyy', {locale: 'fr'}).toISODate()", "2024-03-03"),
    ("$now.setZone('America/New_York').toFormat('ZZZZ')", "EST"),
    ("$now.setZone('America/New_York').offsetNameLong", "Eastern Standard Time"),
    ("$now.locale", "en-US"),
)
def test_luxon_speaks_through_it(driver: JavaScriptDriver, source: str, expected: Any) -> None:
    assert evaluate(driver, source) == expected
