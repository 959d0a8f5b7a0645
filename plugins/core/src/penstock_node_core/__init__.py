"""The placeholder for nodes that could not be imported."""

from __future__ import annotations

from collections.abc import Sequence

from penstock_node_core.placeholder import Placeholder
from penstock_sdk import Node
from penstock_sdk.hooks import hookimpl


@hookimpl
def register_nodes() -> Sequence[type[Node]]:
    """The nodes of this package."""
    return [Placeholder]
