"""Nodes that ask questions of items: paths, jq, SQL, JSON Schema."""

from penstock_sdk import Node

NODES: tuple[type[Node], ...] = ()
