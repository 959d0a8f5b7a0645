"""Builds workflows of n8n and imports them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pytest

from penstock_node_n8n.convert import convert
from penstock_sdk.importing import Imported

NOOP = "n8n-nodes-base.noOp"
N8nNode = Mapping[str, Any]
Import = Callable[..., Imported]


def _import(*nodes: N8nNode, links: Sequence[tuple[str, str]] = (), **workflow: Any) -> Imported:
    """Import nodes (no-ops by default); a link is `source` and `target`, from output 0 to input 0."""
    connections: dict[str, Any] = {}
    for source, target in links:
        main = connections.setdefault(source, {"main": [[]]})["main"]
        main[0].append({"node": target, "type": "main", "index": 0})
    given = {
        "name": "Test",
        "nodes": [{"type": NOOP, "typeVersion": 1, "parameters": {}, **node} for node in nodes],
        "connections": connections,
        **workflow,
    }
    (imported,) = convert(given)
    return imported


@pytest.fixture
def import_n8n() -> Import:
    """Imports one workflow."""
    return _import
