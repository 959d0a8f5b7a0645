"""The time zone database inside the image, as the guest has no files."""

from __future__ import annotations

import importlib.resources
import io
import zoneinfo
import zoneinfo._common as zone_files
from importlib.resources.abc import Traversable
from typing import BinaryIO

_ZONES: dict[str, bytes] = {}
_LOADED: list[zoneinfo.ZoneInfo] = []


def load_zones() -> None:
    """Read every zone into memory and let `zoneinfo` find it there; called while building."""
    root = importlib.resources.files("tzdata") / "zoneinfo"
    names = (importlib.resources.files("tzdata") / "zones").read_text().split()
    same: dict[bytes, bytes] = {}
    for name in names:
        data = _at(root, name).read_bytes()
        _ZONES[name] = same.setdefault(data, data)
    zone_files.load_tzdata = _open_zone
    zoneinfo.available_timezones = lambda: set(_ZONES)
    zoneinfo.reset_tzpath(())
    # Kept alive, each stays in the class's cache, so that no call has to read it again.
    _LOADED.extend(map(zoneinfo.ZoneInfo, names))


def _at(root: Traversable, name: str) -> Traversable:
    for part in name.split("/"):
        root = root / part
    return root


def _open_zone(key: str) -> BinaryIO:
    data = _ZONES.get(key)
    if data is None:
        raise zoneinfo.ZoneInfoNotFoundError(f"There is no time zone {key!r}")
    return io.BytesIO(data)
