"""Nodes that change, order, group and compare items."""

from penstock_node_data.items.set_fields import SetFields
from penstock_node_data.items.sort import Sort
from penstock_sdk import Node

NODES: tuple[type[Node], ...] = (SetFields, Sort)
