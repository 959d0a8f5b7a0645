"""What a setting has to be besides its type. Pure.

The rule: whatever would fail only when it is used, or never be told at all, is looked at when the
settings are read. Each check raises `ValueError` with what is expected.
"""

from __future__ import annotations

import re
import zoneinfo
from collections.abc import Callable, Iterable, Mapping
from ipaddress import ip_network
from typing import Any
from urllib.parse import urlsplit

from penstock_sandbox.walls.walls import NAMES
from penstock_sdk.rooted import parse_roots

#: Those of every process, and those that are raised where the system allows it.
WALLS = ("webassembly", "process", *NAMES)
_HOST = re.compile(r"[^\s/:@?#*]+")
_REFERENCES = re.compile(r"[a-z][a-z0-9-]{0,30}:[^\s]+")


def _check_zone(name: str) -> None:
    try:
        zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError) as error:
        message = "a time zone such as `Europe/Vienna` is expected"
        raise ValueError(message) from error


def _check_allowed(words: Iterable[str]) -> None:
    for word in words:
        if not (_is_network(word) or _HOST.fullmatch(word)):
            message = f"{word!r} is no network such as `10.0.0.0/8`, and no host such as `nas.lan`"
            raise ValueError(message)


def _check_networks(words: Iterable[str]) -> None:
    for word in words:
        if not _is_network(word):
            message = f"{word!r} is no network such as `10.0.0.0/8` or `192.0.2.7`"
            raise ValueError(message)


def _is_network(word: str) -> bool:
    try:
        ip_network(word, strict=False)
    except ValueError:
        return False
    return True


def _check_proxy(address: str | None) -> None:
    if address is None:
        return
    try:
        parts = urlsplit(address)
        is_one = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_one = False
    if not is_one:
        message = "an address such as `http://proxy.example.com:3128` is expected"
        raise ValueError(message)


def _check_references(words: Iterable[str]) -> None:
    for word in words:
        if _REFERENCES.fullmatch(word) is None:
            message = f"{word!r} is no reference such as `vault:kv/{{workspace}}/*`"
            raise ValueError(message)


def _check_walls(names: Iterable[str]) -> None:
    unknown = sorted(set(names) - set(WALLS))
    if unknown:
        message = f"there is no wall {unknown[0]!r}; there are {', '.join(WALLS)}"
        raise ValueError(message)


#: By the name of the setting.
CHECKS: Mapping[str, Callable[[Any], object]] = {
    "timezone": _check_zone,
    "egress_allow": _check_allowed,
    "egress_proxy": _check_proxy,
    "proxies": _check_networks,
    "secret_references": _check_references,
    "required_walls": _check_walls,
    "file_roots": parse_roots,
}
