"""The list of nodes."""

from __future__ import annotations

from penstock_node_files.convert import Convert
from penstock_node_files.extract import Extract
from penstock_node_files.read import Read
from penstock_node_files.write import Write
from penstock_sdk import Node

NODES: tuple[type[Node], ...] = (Read, Write, Extract, Convert)
