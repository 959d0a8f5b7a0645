"""Nodes that speak HTTP."""

from collections.abc import Sequence

from penstock_node_http.request import HttpRequest
from penstock_sdk import Node
from penstock_sdk.hooks import hookimpl


@hookimpl
def register_nodes() -> Sequence[type[Node]]:
    """The nodes of this package."""
    return [HttpRequest]
