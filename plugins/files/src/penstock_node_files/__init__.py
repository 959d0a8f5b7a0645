"""Nodes that read, write and convert files."""

from __future__ import annotations

from collections.abc import Sequence

from penstock_sdk import Node
from penstock_sdk.hooks import hookimpl


@hookimpl
def register_nodes() -> Sequence[type[Node]]:
    """The nodes of this package."""
    # Imported here, so that looking at the package does not cost the import of its nodes.
    from penstock_node_files import nodes  # noqa: PLC0415

    return nodes.NODES
