"""Custom data: short texts that code puts on its execution, for people who look for it later."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from penstock_kernel.expressions.guest_header import encode

if TYPE_CHECKING:
    from penstock_kernel.execution.context import Shared

MAX_ENTRIES = 50
MAX_KEY = 100
MAX_VALUE = 1_000


def keep_custom_data(shared: Shared, told: Mapping[str, Any]) -> None:
    """Put what code told on the execution; what exceeds the limits is cut or left out, and said."""
    if not told:
        return
    execution = shared.scene.whole
    # The record's own mapping may be shared with copies of it: a new one takes its place.
    kept = dict(execution.custom_data)
    for name, value in told.items():
        key, text = name[:MAX_KEY], value if isinstance(value, str) else encode(value).decode()
        if len(name) > MAX_KEY or len(text) > MAX_VALUE:
            _warn(shared, f"Custom data {key!r} was cut: its key or text is too long.")
        if key not in kept and len(kept) >= MAX_ENTRIES:
            _warn(shared, f"Custom data {key!r} was left out: there are {MAX_ENTRIES} already.")
            continue
        kept[key] = text[:MAX_VALUE]
    execution.custom_data = kept


def _warn(shared: Shared, message: str) -> None:
    shared.log.add("warning", message, {})
