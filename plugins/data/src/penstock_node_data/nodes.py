"""The list of nodes."""

from __future__ import annotations

from penstock_node_data import charts, formats, items, queries, values
from penstock_sdk import Node

NODES: tuple[type[Node], ...] = (
    *items.NODES,
    *values.NODES,
    *formats.NODES,
    *queries.NODES,
    *charts.NODES,
)
