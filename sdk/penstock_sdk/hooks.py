"""Hooks: what a plugin may add to Penstock. Host only (pluggy).

A package names its plugin in the entry point group `penstock.plugins`; the entry point is a
top-level package whose module holds functions marked with `hookimpl`. Its manifest is judged
before any of this is imported.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pluggy

from penstock_sdk.node import Node

PROJECT = "penstock"
ENTRY_POINT_GROUP = "penstock.plugins"

hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)


class Hooks:
    """Each is called once per process and plugin, at start-up, and must not do I/O."""

    @hookspec
    def register_nodes(self) -> Sequence[type[Node]]:
        """Return the node classes of this package, triggers included."""
        raise NotImplementedError

    @hookspec
    def register_credential_types(self) -> Sequence[Mapping[str, Any]]:
        """Return credential types: `{"type", "title", "fields", "auth", "hosts"}` each."""
        raise NotImplementedError

    @hookspec
    def register_importers(self) -> Sequence[Any]:
        """Return importers: objects with `name`, `matches(data)` and `convert(data)`."""
        raise NotImplementedError

    @hookspec
    def register_commands(self) -> Sequence[Any]:
        """Return typer applications to add to the command line, each with a name."""
        raise NotImplementedError
