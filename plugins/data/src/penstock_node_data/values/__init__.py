"""Nodes that work on single values: dates, texts, keys, tokens."""

from penstock_node_data.values.date_time import DateTime
from penstock_sdk import Node

NODES: tuple[type[Node], ...] = (DateTime,)
