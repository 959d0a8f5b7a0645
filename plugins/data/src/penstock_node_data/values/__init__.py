"""Nodes that work on single values: moments, secrets, tokens, text."""

from penstock_sdk import Node

NODES: tuple[type[Node], ...] = ()
