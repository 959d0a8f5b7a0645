"""`penstock config`: the settings as they are in effect, and where they come from."""

from __future__ import annotations

import msgspec

from penstock_kernel.settings import load_settings
from penstock_web import exit_codes
from penstock_web.commands.doctor import told
from penstock_web.commands.terminal import print_json, print_text

DEFAULT = "default"


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """One setting."""

    name: str
    value: object
    origin: str


def show(*, origin: bool, as_json: bool) -> int:
    """Print the settings."""
    loaded = load_settings()
    found = [
        Shown(name=name, value=value, origin=loaded.origins.get(name, DEFAULT))
        for name, value in told(loaded.settings).items()
    ]
    if as_json:
        print_json({"settings": found, "warnings": loaded.warnings})
        return exit_codes.OK
    for one in found:
        if origin and one.origin == DEFAULT:
            continue
        text = one.value if isinstance(one.value, str) else msgspec.json.encode(one.value).decode()
        print_text(f"{one.name} = {text}" + (f"   # {one.origin}" if origin else ""))
    for warning in loaded.warnings:
        print_text(f"warning: {warning}")
    return exit_codes.OK
