"""The part of a graph that planning walks: its main edges, by source and port."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import msgspec

from penstock_kernel.workflow.document import NodeSpec
from penstock_kernel.workflow.graph import Edge, Graph


class Arc(msgspec.Struct, frozen=True, gc=False):
    """One edge that carries items."""

    index: int  # of the edge in the graph
    source: str
    source_port: str
    target: str
    target_port: str
    #: Closes a cycle.
    back: bool
    #: Its place among the edges into the same input that do not go back, and their number.
    ordinal: int
    fan_in: int


class Topology:
    """What leads where."""

    def __init__(self, graph: Graph, loops: frozenset[str]) -> None:
        self.graph = graph
        self.rank = graph.rank
        #: Nodes that are given the state of their loop, and nodes that a cycle returns to.
        self.loops = loops
        self.arcs = {arc.index: arc for arc in _arcs(graph)}
        #: Node to its connected input ports, in the order in which its type declares them.
        self.inputs = {node: _connected_inputs(graph, node) for node in graph.into}
        #: Node to output port to its arcs, in the order in which its type declares the ports.
        self.out = {node: self._connected_outputs(node) for node in graph.out}

    def leads_to(self, node_id: str) -> frozenset[str]:
        """The nodes that a node descends from, itself included."""
        ports = self.inputs.get(node_id, ())
        return frozenset((node_id,)).union(*(self.reaching(node_id, port) for port in ports))

    def reaching(self, node_id: str, port: str, *, back: bool = True) -> frozenset[str]:
        """The nodes whose output may still arrive at an input port."""
        return self.graph.ancestors(node_id, port, back=back)

    def _connected_outputs(self, node_id: str) -> dict[str, tuple[Arc, ...]]:
        known = self.graph.out[node_id]
        declared = [port.name for port in self.graph.ports[node_id].outputs]
        ordered = {
            port: tuple(self.arcs[edge.index] for edge in known[port] if edge.index in self.arcs)
            for port in _in_order(known, declared)
        }
        return {port: arcs for port, arcs in ordered.items() if arcs}


def topology_of(graph: Graph, is_loop: Callable[[NodeSpec], bool]) -> Topology:
    """The topology of a graph."""
    return Topology(graph, frozenset(node.id for node in graph.nodes.values() if is_loop(node)))


def _connected_inputs(graph: Graph, node_id: str) -> tuple[str, ...]:
    ports = [port for port, edges in graph.into[node_id].items() if any(map(_is_main, edges))]
    return tuple(_in_order(ports, [port.name for port in graph.ports[node_id].inputs]))


def _in_order(ports: Iterable[str], declared: list[str]) -> list[str]:
    place = {port: index for index, port in enumerate(declared)}
    return sorted(ports, key=lambda port: place.get(port, len(place)))


def _is_main(edge: Edge) -> bool:
    return edge.kind == "main"


def _arcs(graph: Graph) -> list[Arc]:
    edges = [edge for edge in graph.edges if _is_main(edge)]
    fan_in: dict[tuple[str, str], int] = {}
    ordinals: dict[int, int] = {}
    for edge in edges:
        place = fan_in.get((edge.target, edge.input), 0)
        ordinals[edge.index] = place
        fan_in[edge.target, edge.input] = place + (not edge.back)
    return [
        Arc(
            index=edge.index,
            source=edge.source,
            source_port=edge.port,
            target=edge.target,
            target_port=edge.input,
            back=edge.back,
            ordinal=ordinals[edge.index],
            fan_in=max(1, fan_in[edge.target, edge.input]),
        )
        for edge in edges
    ]
