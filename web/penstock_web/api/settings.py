"""The settings of this server, as far as they are nobody's secret."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any, Literal

import msgspec

from penstock_kernel.settings import PREFIX, SECRET, Settings
from penstock_web.http.endpoint import Call, Page, endpoint

Origin = Literal["default", "environment", "file", "program"]
#: What stands before the host of an address: a name and a password.
_USER = re.compile(r"//[^/@\s]*@")
HIDDEN = "•••"


class SettingShown(msgspec.Struct, frozen=True, kw_only=True):
    """A setting."""

    name: str
    #: The variable that sets it.
    variable: str
    #: As it is; of a secret only whether there is one, of an address nothing that stands before
    #: the host.
    value: Any
    default: Any
    #: `default`: nobody set it. `environment`: a variable, or the file that it names. `file`:
    #: `penstock.toml`. `program`: whoever started the server in a program of his own.
    origin: Origin
    secret: bool


@endpoint("GET", "/settings", needs="settings:read")
async def list_settings(call: Call) -> Page[SettingShown]:
    """The settings that this server runs with, and where each comes from. Secrets are not told."""
    call.scope.require("settings:read")
    file = _file_names()
    return Page(settings_shown(call.kernel.settings, os.environ, file))


def settings_shown(
    settings: Settings, environment: Mapping[str, str], file: Collection[str]
) -> list[SettingShown]:
    """Settings as a person may see them.

    Args:
        settings: What a server runs with.
        environment: The variables of its process.
        file: The names that stand in the configuration file.
    """
    fields = {one.name: one for one in msgspec.structs.fields(Settings)}
    shown: list[SettingShown] = []
    for name, field in fields.items():
        value = getattr(settings, name)
        default = None if field.default is msgspec.NODEFAULT else field.default
        shown.append(
            SettingShown(
                name=name,
                variable=PREFIX + name.upper(),
                value=_told(name, value),
                default=_told(name, default),
                origin=_origin(name, environment, file, is_default=value == default),
                secret=name in SECRET,
            )
        )
    return shown


def _origin(
    name: str, environment: Mapping[str, str], file: Collection[str], *, is_default: bool
) -> Origin:
    variable = PREFIX + name.upper()
    if variable in environment or f"{variable}_FILE" in environment:
        return "environment"
    if name in file:
        return "file"
    return "default" if is_default else "program"


def _told(name: str, value: Any) -> Any:
    if name in SECRET:
        return HIDDEN if value else ""
    plain = msgspec.to_builtins(value, enc_hook=str)
    if isinstance(plain, str):
        return _USER.sub(f"//{HIDDEN}@", plain)
    return plain


def _file_names() -> Collection[str]:
    try:
        return tomllib.loads(Path("penstock.toml").read_text("utf-8")).keys()
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError):
        return ()


ENDPOINTS = [list_settings]
