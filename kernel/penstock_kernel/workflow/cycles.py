"""Which edges of a graph lead back, and which cycles are not allowed.

The largest sets of nodes that can all reach each other are looked at one by one. Of each, the edges
that lead into its loop node are back edges; without them, what is left is looked at again, which
finds the loops within. A set without a loop node is an illegal cycle.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from penstock_kernel.workflow.components import components
from penstock_kernel.workflow.document import EdgeSpec

MAX_NESTING = 50  # loops within loops: each level looks at its edges once more


class _Part(NamedTuple):
    """Some nodes, the edges between them, and how many loops stand around them."""

    nodes: set[str]
    edges: Mapping[int, EdgeSpec]
    nesting: int


def back_edges(
    specs: Sequence[EdgeSpec], loops: set[str], rank: Mapping[str, int]
) -> tuple[set[int], tuple[tuple[str, ...], ...]]:
    """The indexes of the back edges, and the illegal cycles.

    Args:
        specs: All edges.
        loops: The nodes that may be the target of a cycle.
        rank: All nodes, with their places on the canvas.
    """
    back = {index for index, spec in enumerate(specs) if spec.back}
    forward = {index: spec for index, spec in enumerate(specs) if not spec.back}
    sources: dict[str, list[int]] = {}
    for index, spec in forward.items():
        sources.setdefault(spec.target[0], []).append(index)
    cycles: list[tuple[str, ...]] = []
    waiting = _cyclic(_Part(set(rank), forward, 0))
    while waiting:
        part = waiting.pop()
        entered = {
            node
            for node in part.nodes & loops
            if any(i not in back and specs[i].source[0] not in part.nodes for i in sources[node])
        }
        candidates = part.nodes & loops if part.nesting <= MAX_NESTING else set[str]()
        if not candidates:
            cycles.append(tuple(sorted(part.nodes, key=lambda node: rank[node])))
            continue
        header = min(candidates, key=lambda node: (node not in entered, rank[node]))
        back |= {index for index, spec in part.edges.items() if spec.target[0] == header}
        inner = {index: spec for index, spec in part.edges.items() if spec.target[0] != header}
        waiting += _cyclic(part._replace(edges=inner))
    return back, tuple(sorted(cycles))


def _cyclic(part: _Part) -> list[_Part]:
    """The largest sets of nodes that can all reach each other."""
    following: dict[str, list[str]] = {node: [] for node in part.nodes}
    selves: set[str] = set()
    for edge in part.edges.values():
        following[edge.source[0]].append(edge.target[0])
        if edge.source[0] == edge.target[0]:
            selves.add(edge.source[0])
    found = [nodes for nodes in components(following) if len(nodes) > 1 or nodes & selves]
    place = {node: index for index, nodes in enumerate(found) for node in nodes}
    edges: list[dict[int, EdgeSpec]] = [{} for _ in found]
    for index, edge in part.edges.items():
        home = place.get(edge.source[0])
        if home is not None and home == place.get(edge.target[0]):
            edges[home][index] = edge
    return [_Part(nodes, edges[i], part.nesting + 1) for i, nodes in enumerate(found)]
