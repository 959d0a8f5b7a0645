"""What may still deliver to an input before a loop begins its next round.

The rules:

* The body of a loop is what leads back to it without passing it.
* A node within a body is reached from the same body alone: rounds come one after the other.
* A node after a loop is reached from the whole of its body.
"""

from __future__ import annotations

from collections.abc import Iterable

from penstock_kernel.topology import Arc, Topology


class Rounds:
    """The bodies of the loops of one graph, found at first need."""

    def __init__(self, topology: Topology) -> None:
        self._topology = topology
        self._into: dict[str, list[Arc]] = {}
        for arc in topology.arcs.values():
            self._into.setdefault(arc.target, []).append(arc)
        self.bodies = {
            arc.target: self._body(arc.target) for arc in topology.arcs.values() if arc.back
        }
        self._upstream: dict[str, frozenset[str]] = {}

    def within(self, node_id: str, header: str) -> bool:
        """Does a loop pass through this node?"""
        return node_id in self.bodies.get(header, ())

    def upstream(self, node_id: str) -> frozenset[str]:
        """The nodes that may still lead to a delivery at this one in the same round."""
        if node_id not in self._upstream:
            self._upstream[node_id] = self._find_upstream(node_id)
        return self._upstream[node_id]

    def _find_upstream(self, node_id: str) -> frozenset[str]:
        found = self._above((arc.source for arc in self._forward(node_id)), forward=True)
        for header, body in self.bodies.items():
            if header in found and node_id not in body:
                found |= body
        around = [
            body for header, body in self.bodies.items() if node_id in body and header != node_id
        ]
        return frozenset(found & min(around, key=len) if around else found)

    def _body(self, header: str) -> frozenset[str]:
        returns = (arc.source for arc in self._into[header] if arc.back)
        found = self._above(returns, stop=header)
        return frozenset(found & self._topology.graph.descendants(header) | {header})

    def _above(
        self, firsts: Iterable[str], *, forward: bool = False, stop: str | None = None
    ) -> set[str]:
        found: set[str] = set()
        waiting = list(firsts)
        while waiting:
            node_id = waiting.pop()
            if node_id in found or node_id == stop:
                continue
            found.add(node_id)
            arcs = self._forward(node_id) if forward else self._into.get(node_id, ())
            waiting += [arc.source for arc in arcs]
        return found

    def _forward(self, node_id: str) -> list[Arc]:
        return [arc for arc in self._into.get(node_id, ()) if not arc.back]
