"""Nodes that work on texts."""

from collections.abc import Sequence

from acme_text.case import Case
from acme_text.lookup import Lookup
from penstock_sdk import Node
from penstock_sdk.hooks import hookimpl

__all__ = ["register_nodes"]


@hookimpl
def register_nodes() -> Sequence[type[Node]]:
    """The nodes of this package."""
    return [Case, Lookup]
