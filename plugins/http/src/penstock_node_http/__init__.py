"""Nodes that speak HTTP, and the importer of cURL commands."""

from collections.abc import Sequence

from penstock_node_http.echo import Echo
from penstock_node_http.graphql import GraphQL
from penstock_node_http.importer import CurlImporter
from penstock_node_http.request import HttpRequest
from penstock_node_http.rss import RssRead
from penstock_node_http.subscribing import GithubTrigger, StripeTrigger
from penstock_sdk import Node
from penstock_sdk.hooks import hookimpl
from penstock_sdk.importing import Importer


@hookimpl
def register_nodes() -> Sequence[type[Node]]:
    """The nodes of this package."""
    return [HttpRequest, GraphQL, RssRead, Echo, GithubTrigger, StripeTrigger]


@hookimpl
def register_importers() -> Sequence[Importer]:
    """The importers of this package."""
    return [CurlImporter()]
