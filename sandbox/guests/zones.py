"""Writes the time-zone tables of the JavaScript guest from Python's tzdata.

Every zone becomes one line of text that the guest reads only when the zone is used:
`offset,dst;…|one digit per transition: its type|gaps between transitions|POSIX rule`.
Gaps are base 36, in quarters of an hour; those that are not whole quarters are in seconds,
after a `!`.
"""

from __future__ import annotations

import json
import struct
from importlib.resources import files
from typing import NamedTuple

DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
QUARTER_S = 900


class _Zone(NamedTuple):
    times: list[int]  # seconds since 1970
    types: list[int]  # index into kinds, one per time
    kinds: list[tuple[int, int]]  # seconds east, whether it is summer time
    rule: str


def zones_javascript() -> str:
    """The source that gives the guest its zone tables."""
    lines: dict[str, str] = {}
    links: dict[str, str] = {}
    first: dict[str, str] = {}
    for name in _names():
        text = _encoded(_parsed(_data(name)))
        if text in first:
            links[name] = first[text]
        else:
            first[text] = name
            lines[name] = text
    return (
        '(function (P) {\n"use strict";\n'
        f"P.zoneLines = {json.dumps(lines, separators=(',', ':'))};\n"
        f"P.zoneLinks = {json.dumps(links, separators=(',', ':'))};\n"
        "})((globalThis.__penstock ??= {}));\n"
    )


def _names() -> list[str]:
    """All names, those with a slash and a region first, so that links point at them."""
    names = (files("tzdata") / "zones").read_text().split()
    return sorted(names, key=lambda name: (name.startswith("Etc/"), "/" not in name, name))


def _data(name: str) -> bytes:
    return files("tzdata").joinpath("zoneinfo", *name.split("/")).read_bytes()


def _parsed(data: bytes) -> _Zone:
    """Read the 64-bit block of a TZif file."""
    start = _block_size(data, 0, 4)
    n_times, n_kinds = struct.unpack_from(">2l", data, start + 32)
    at = start + 44
    times = list(struct.unpack_from(f">{n_times}q", data, at))
    at += 8 * n_times
    types = list(data[at : at + n_times])
    at += n_times
    kinds = [struct.unpack_from(">lB", data, at + 6 * i) for i in range(n_kinds)]
    rule = data[_block_size(data, start, 8) :].decode().strip("\n")
    return _Zone(times, types, [(int(east), int(dst)) for east, dst in kinds], rule)


def _block_size(data: bytes, start: int, width: int) -> int:
    """Where the block that starts at `start` ends; its times are `width` bytes wide."""
    utc, std, leap, times, kinds, chars = struct.unpack_from(">6l", data, start + 20)
    body: int = times * (width + 1) + kinds * 6 + chars + leap * (width + 4) + std + utc
    return start + 44 + body


def _encoded(zone: _Zone) -> str:
    kinds = ";".join(f"{_base36(east)},{dst}" for east, dst in zone.kinds)
    types = "".join(DIGITS[kind] for kind in zone.types)
    gaps: list[str] = []
    before = 0
    for time in zone.times:
        gap = time - before
        gaps.append(_base36(gap // QUARTER_S) if gap % QUARTER_S == 0 else f"!{_base36(gap)}")
        before = time
    return "|".join((kinds, types, " ".join(gaps), zone.rule))


def _base36(number: int) -> str:
    sign, number = ("-", -number) if number < 0 else ("", number)
    digits = ""
    while number or not digits:
        number, digit = divmod(number, 36)
        digits = DIGITS[digit] + digits
    return sign + digits
