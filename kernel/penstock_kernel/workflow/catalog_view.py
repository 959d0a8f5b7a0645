"""What checking a document needs to know about the node types that are installed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from penstock_sdk import Field, Ports


class NodeTypeView(Protocol):
    """One node type in one version."""

    @property
    def fields(self) -> Mapping[str, Field]:
        """Its parameters."""
        ...

    @property
    def config_schema(self) -> Mapping[str, Any]:
        """JSON Schema 2020-12 of its config, with `x-ui` hints."""
        ...

    @property
    def loop(self) -> bool:
        """May it be the target of a cycle?"""
        ...

    @property
    def container(self) -> bool:
        """Does it hold other nodes?"""
        ...

    def ports(self, config: Mapping[str, Any]) -> Ports:
        """Its ports with this config."""
        ...


class CatalogView(Protocol):
    """All node types, by id and version."""

    @property
    def nodes(self) -> Mapping[tuple[str, int], NodeTypeView]: ...
