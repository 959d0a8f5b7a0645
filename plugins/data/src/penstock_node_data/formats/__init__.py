"""Nodes that read and write formats: JSON, XML, HTML, Markdown, archives."""

from penstock_sdk import Node

NODES: tuple[type[Node], ...] = ()
