"""Hooks: what a plugin may add to Penstock. Host only (pluggy).

A package names its plugin in the entry point group `penstock.plugins`; the entry point is a
top-level package whose module holds functions marked with `hookimpl`. Its manifest is judged before
any of this is imported. What a hook promises is described in `docs/hooks.md`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pluggy

from penstock_sdk.auth import AuthProvider
from penstock_sdk.importing import Importer
from penstock_sdk.node import Node
from penstock_sdk.secret_backends import SecretBackend

PROJECT = "penstock"
ENTRY_POINT_GROUP = "penstock.plugins"

hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)


class Hooks:
    """Each is asked at most once per kernel and plugin, and must not do I/O.

    A plugin whose hook raises loses that answer and is listed as rejected; the others go on.
    """

    @hookspec
    def register_nodes(self) -> Sequence[type[Node]]:
        """Return the node classes of this package, triggers included.

        Called at start-up, after the manifest was accepted. The id of each begins with the id of
        the package.
        """
        raise NotImplementedError

    @hookspec
    def register_credential_types(self) -> Sequence[Mapping[str, Any]]:
        """Return credential types, in the form that `[[credentials]]` has in a manifest."""
        raise NotImplementedError

    @hookspec
    def register_importers(self) -> Sequence[Importer]:
        """Return importers for workflows of other products."""
        raise NotImplementedError

    @hookspec
    def register_secret_backends(self) -> Sequence[SecretBackend]:
        """Return places outside of Penstock that secrets can be read from."""
        raise NotImplementedError

    @hookspec
    def register_commands(self) -> Sequence[Any]:
        """Return typer applications, each with a name, to add to the command line."""
        raise NotImplementedError

    @hookspec
    def register_auth_providers(self) -> Sequence[AuthProvider]:
        """Return kinds of places to sign in with.

        A kind belongs to the first that claims it; `oidc` and `github` come with Penstock.
        """
        raise NotImplementedError
