"""Nodes that make series of values over time, and pictures of them."""

from penstock_sdk import Node

NODES: tuple[type[Node], ...] = ()
