"""What may still deliver to an input before a loop begins its next round.

The rules:

* The body of a loop is what leads back to it without passing it.
* A node within a body is reached from the same body alone: rounds come one after the other.
* A node after a loop is reached from the whole of its body.
* A node that runs once at most has nothing to put in order; in most graphs that is every node.
"""

from __future__ import annotations

from collections.abc import Iterable

from penstock_kernel.workflow.topology import Arc, Topology


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
        #: Nodes that run once at most.
        self.once = self._find_once()

    def within(self, node_id: str, header: str) -> bool:
        """Does a loop pass through this node?"""
        return node_id in self.bodies.get(header, ())

    def upstream(self, node_id: str) -> frozenset[str]:
        """The nodes that may still lead to a delivery at this one in the same round."""
        if node_id not in self._upstream:
            self._upstream[node_id] = self._find_upstream(node_id)
        return self._upstream[node_id]

    def _find_once(self) -> frozenset[str]:
        found = [node_id for node_id in self._topology.rank if node_id not in self._into]
        waiting = {node_id: len(arcs) for node_id, arcs in self._into.items()}
        for node_id in found:
            for arcs in self._topology.out.get(node_id, {}).values():
                for arc in arcs:
                    waiting[arc.target] -= 1
                    if not waiting[arc.target] and self._runs_once(arc.target):
                        found.append(arc.target)
        return frozenset(found)

    def _runs_once(self, node_id: str) -> bool:
        """Does it, where everything that leads to it does?"""
        ports = [arc.target_port for arc in self._into[node_id]]
        if node_id in self._topology.loops:
            return len(ports) == 1
        return len(set(ports)) == len(ports)

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
