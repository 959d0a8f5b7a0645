"""Calendar files: events, read and written by the rules of RFC 5545 that programs agree on."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

_FOLD = 73  # bytes of a line before it has to be folded, one kept for the space
_LINE = re.compile(r"([A-Za-z0-9-]+)((?:;[^:;=]+=(?:\"[^\"]*\"|[^:;\"]*))*):(.*)", re.DOTALL)
_PARAMETER = re.compile(r";([^:;=]+)=(\"[^\"]*\"|[^:;\"]*)")
_DATE = re.compile(r"(\d{4})(\d{2})(\d{2})(?:T(\d{2})(\d{2})(\d{2})(Z?))?")
_MAX_EVENTS = 100_000
_TEXTS = {
    "UID": "uid",
    "SUMMARY": "summary",
    "DESCRIPTION": "description",
    "LOCATION": "location",
    "STATUS": "status",
    "URL": "url",
    "GEO": "geo",
    "CLASS": "class",
    "TRANSP": "timeTransparent",
    "RRULE": "recurrenceRule",
    "CATEGORIES": "categories",
}
_MOMENTS = {
    "DTSTAMP": "stamp",
    "DTSTART": "start",
    "DTEND": "end",
    "CREATED": "created",
    "LAST-MODIFIED": "lastModified",
}

Line = tuple[str, dict[str, str], str]


def read_calendar(text: str) -> dict[str, Any]:
    """The calendar that a text holds.

    Raises:
        ValueError: It holds none.
    """
    lines = list(_lines(text))
    if ("BEGIN", "VCALENDAR") not in ((name, value.upper()) for name, _, value in lines):
        raise ValueError("it is no calendar")
    calendar: dict[str, Any] = {}
    events: list[dict[str, Any]] = []
    within: list[str] = []
    for name, parameters, value in lines:
        if name == "BEGIN":
            within.append(value.upper())
            if value.upper() == "VEVENT":
                events.append({})
        elif name == "END":
            within = within[:-1]
        elif within == ["VCALENDAR"]:
            _about(calendar, name, value)
        elif within == ["VCALENDAR", "VEVENT"] and len(events) <= _MAX_EVENTS:
            _add(events[-1], name, parameters, value)
    return {**calendar, "events": events}


def _lines(text: str) -> Iterator[Line]:
    unfolded = re.sub(r"\r?\n[ \t]", "", text)
    for raw in unfolded.splitlines():
        found = _LINE.match(raw)
        if found:
            pairs = _PARAMETER.findall(found[2])
            parameters = {name.upper(): value.strip('"') for name, value in pairs}
            yield found[1].upper(), parameters, found[3]


def _about(calendar: dict[str, Any], name: str, value: str) -> None:
    key = {"VERSION": "version", "PRODID": "prodId", "METHOD": "method"}.get(name)
    if key:
        calendar[key] = value
    elif name == "X-WR-CALNAME":
        calendar["name"] = _unescaped(value)


def _add(event: dict[str, Any], name: str, parameters: Mapping[str, str], value: str) -> None:
    if name in _TEXTS:
        event[_TEXTS[name]] = _unescaped(value)
    elif name in _MOMENTS:
        event[_MOMENTS[name]] = _moment(value, parameters)
    elif name == "ATTENDEE":
        person = {"email": value.removeprefix("mailto:"), "name": parameters.get("CN", "")}
        event.setdefault("attendees", []).append(person)
    elif name == "ORGANIZER":
        person = {"email": value.removeprefix("mailto:"), "name": parameters.get("CN", "")}
        event["organizer"] = person


def _moment(value: str, parameters: Mapping[str, str]) -> dict[str, Any]:
    found = _DATE.fullmatch(value.strip())
    if not found:
        return {"date": value, "type": "unknown"}
    year, month, day, hour, minute, second, utc = found.groups()
    try:
        zone = UTC if utc else ZoneInfo(parameters.get("TZID", "UTC"))
    except (ZoneInfoNotFoundError, ValueError):
        zone = UTC
    try:
        when = datetime(
            int(year),
            int(month),
            int(day),
            int(hour or 0),
            int(minute or 0),
            int(second or 0),
            tzinfo=zone,
        )
    except ValueError:
        return {"date": value, "type": "unknown"}
    text = when.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return {"date": text, "type": "DATE" if hour is None else "DATE-TIME"}


def _unescaped(value: str) -> str:
    return re.sub(r"\\([\\;,nN])", lambda found: "\n" if found[1] in "nN" else found[1], value)


def write_calendar(event: Mapping[str, Any], *, stamp: datetime, uid: str) -> str:
    """A calendar with one event: title, start, end, all_day and what else is known."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "CALSCALE:GREGORIAN",
        "PRODID:-//Penstock//Files//EN",
        "METHOD:PUBLISH",
    ]
    if event.get("calendar"):
        lines.append(f"X-WR-CALNAME:{_escaped(event['calendar'])}")
    lines += [
        "BEGIN:VEVENT",
        f"UID:{_escaped(event.get('uid') or uid)}",
        f"SUMMARY:{_escaped(event.get('title') or '')}",
        f"DTSTAMP:{_utc(stamp)}",
        *_span(event),
        *_known(event),
        *_people(event.get("attendees") or ()),
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return "".join(f"{folded}\r\n" for line in lines for folded in _folded(line))


def _span(event: Mapping[str, Any]) -> list[str]:
    start, end = event["start"], event["end"]
    if event.get("all_day"):
        # The end is the first day that does not belong to it any more.
        last = end + timedelta(days=1)
        return [f"DTSTART;VALUE=DATE:{start:%Y%m%d}", f"DTEND;VALUE=DATE:{last:%Y%m%d}"]
    return [f"DTSTART:{_utc(start)}", f"DTEND:{_utc(end)}"]


def _known(event: Mapping[str, Any]) -> list[str]:
    names = {
        "description": "DESCRIPTION",
        "location": "LOCATION",
        "url": "URL",
        "status": "STATUS",
        "busy": "X-MICROSOFT-CDO-BUSYSTATUS",
    }
    found = [f"{name}:{_escaped(event[key])}" for key, name in names.items() if event.get(key)]
    if event.get("recurrence"):
        rule = "".join(str(event["recurrence"]).split())
        found.append(f"RRULE:{rule.removeprefix('RRULE:')}")
    if event.get("sequence"):
        found.append(f"SEQUENCE:{int(event['sequence'])}")
    if event.get("latitude") and event.get("longitude"):
        found.append(f"GEO:{_escaped(event['latitude'])};{_escaped(event['longitude'])}")
    if event.get("organizer_email"):
        name = _quoted(event.get("organizer_name"))
        found.append(f"ORGANIZER;CN={name}:mailto:{_escaped(event['organizer_email'])}")
    return found


def _people(attendees: Sequence[Mapping[str, Any]]) -> list[str]:
    return [
        f"ATTENDEE;RSVP={'TRUE' if person.get('rsvp') is True else 'FALSE'};"
        f"CN={_quoted(person.get('name'))}:mailto:{_escaped(person.get('email') or '')}"
        for person in attendees
    ]


def _quoted(value: Any) -> str:
    """A value of a parameter, which knows no escapes."""
    plain = " ".join(str(value or "").replace('"', "'").split())
    return f'"{plain}"'


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _escaped(value: Any) -> str:
    text = str(value).replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return text.replace("\r\n", "\\n").replace("\n", "\\n").replace("\r", "")


def _folded(line: str) -> Iterator[str]:
    first = True
    while line:
        size = taken = 0
        for sign in line:
            size += len(sign.encode())
            if size > _FOLD:
                break
            taken += 1
        yield line[:taken] if first else f" {line[:taken]}"
        line, first = line[taken:], False
