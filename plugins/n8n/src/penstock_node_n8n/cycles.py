"""Marks the edges that lead back.

A walk from the starts, branch by branch, finds each edge that returns to a node the walk is still
below of: without those edges there is no cycle. Such an edge into a loop node needs no mark.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

Edge = dict[str, Any]


def mark_back_edges(edges: Sequence[Edge], order: Iterable[str], loops: set[str]) -> None:
    """Set `back` on the edges that close a cycle and do not lead to a loop node.

    Args:
        edges: Of a document.
        order: All nodes: triggers first, then in the order in which they come on the canvas.
        loops: Nodes that may be the target of a cycle.
    """
    leaving: dict[str, list[Edge]] = {}
    for edge in edges:
        leaving.setdefault(edge["from"][0], []).append(edge)
    entered = {edge["to"][0] for edge in edges}
    serving = {edge["from"][0] for edge in edges if edge.get("kind", "main") != "main"}
    done: set[str] = set()
    # Nodes that nothing leads to come first; what is left after them are cycles of their own.
    # A model or a tool begins nothing: it serves a node that may be in the middle of a cycle.
    for start in sorted(order, key=lambda node: (node in entered, node in serving)):
        _walk(start, leaving, done, loops)


def _walk(start: str, leaving: dict[str, list[Edge]], done: set[str], loops: set[str]) -> None:
    if start in done:
        return
    open_nodes = {start}
    path = [(start, iter(leaving.get(start, ())))]
    while path:
        node, edges = path[-1]
        edge = next(edges, None)
        if edge is None:
            path.pop()
            open_nodes.discard(node)
            done.add(node)
            continue
        target = edge["to"][0]
        if target in open_nodes:
            if target not in loops:
                edge["back"] = True
        elif target not in done:
            open_nodes.add(target)
            path.append((target, iter(leaving.get(target, ()))))
