"""Nodes that speak HTTP, and the importer of cURL commands."""

from collections.abc import Sequence

from penstock_node_http.importer import CurlImporter
from penstock_node_http.request import HttpRequest
from penstock_sdk import Node
from penstock_sdk.hooks import hookimpl
from penstock_sdk.importing import Importer


@hookimpl
def register_nodes() -> Sequence[type[Node]]:
    """The nodes of this package."""
    return [HttpRequest]


@hookimpl
def register_importers() -> Sequence[Importer]:
    """The importers of this package."""
    return [CurlImporter()]
