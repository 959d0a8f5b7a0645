"""The settings and packages that a command works with, and what to tell about them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from penstock_kernel.packages.loader import Plugins, load_plugins
from penstock_kernel.settings import Settings, load_settings
from penstock_web.commands.terminal import warn


def chosen_settings() -> Settings:
    """The settings; names that are none are told on standard error.

    Raises:
        SettingsInvalid: They cannot be used.
    """
    loaded = load_settings()
    warn(loaded.warnings)
    return loaded.settings


def known_plugins(settings: Settings, folders: Sequence[Path]) -> Plugins:
    """Every package: installed, named in the settings, and in these folders."""
    return load_plugins(native=settings.native_plugins, folders=(*settings.packages, *folders))


def tell_rejected(plugins: Plugins, folders: Sequence[Path]) -> None:
    """Say why a package that the person named was left out; `penstock plugins` tells the rest."""
    named = {str(folder) for folder in folders}
    warn(
        [
            f"The package in {rejection.package} was left out. {rejection.reason} {rejection.hint}"
            for rejection in plugins.rejected
            if rejection.package in named
        ]
    )
