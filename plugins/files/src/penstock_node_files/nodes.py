"""The list of nodes."""

from __future__ import annotations

from penstock_sdk import Node

NODES: tuple[type[Node], ...] = ()
