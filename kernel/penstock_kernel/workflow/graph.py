"""The graph of a document: everything that planning needs, computed once.

The rules:

* The order of nodes and edges is that of the canonical text, so that the graph of a document is the
  same after saving and loading it.
* An edge is a back edge where the document says so, and where it returns to a loop node that the
  cycle passes through. Of nested loops each has its own back edges.
* A cycle that is left without its back edges is illegal: it is listed in `cycles`, and its planning
  is not defined.
* On a canvas the upper node comes first, and of two at the same height the left one.
* An execution begins at no node that a container holds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from penstock_kernel.workflow.cycles import back_edges
from penstock_kernel.workflow.document import Document, EdgeSpec, NodeSpec
from penstock_sdk import Ports

PortsOf = Callable[[NodeSpec], Ports]


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """One edge, with its places among its neighbours."""

    #: Among all edges of the graph; names the edge in the journal.
    index: int
    source: str
    port: str
    target: str
    input: str
    kind: str = "main"
    #: Leads back to the start of a cycle.
    back: bool = False
    #: Among the edges that lead to the same input port.
    ordinal: int = 0
    #: Among the edges that leave the same output port.
    position: int = 0


Edges = tuple[Edge, ...]


@dataclass(frozen=True, kw_only=True)
class Graph:
    """The nodes of a document and how they are connected. Made by `build`."""

    document: Document
    #: By id.
    nodes: Mapping[str, NodeSpec]
    #: Name to id.
    ids: Mapping[str, str]
    ports: Mapping[str, Ports]
    edges: Edges
    #: Node to input port to the edges that lead there. Ports without edges are left out.
    into: Mapping[str, Mapping[str, Edges]]
    #: Node to output port to the edges that leave it, in order.
    out: Mapping[str, Mapping[str, Edges]]
    #: Nodes that a back edge leads to.
    loops: frozenset[str]
    #: Cycles that pass through neither a loop node nor an edge marked as back.
    cycles: tuple[tuple[str, ...], ...]
    #: Node to its place in canvas order, from 0.
    rank: Mapping[str, int]
    #: Nodes where an execution may begin, triggers first, in canvas order.
    starts: tuple[str, ...]
    _reach: dict[tuple[str, str, bool], frozenset[str]] = field(
        default_factory=dict[tuple[str, str, bool], frozenset[str]], repr=False
    )

    def node(self, name: str) -> NodeSpec | None:
        """The node with this name."""
        return self.nodes.get(self.ids.get(name, ""))

    def ancestors(self, node: str, port: str, *, back: bool = False) -> frozenset[str]:
        """The nodes from which an item can arrive at an input port.

        Without `back` only within one iteration: paths that pass a back edge do not count.
        """
        key = (node, port, back)
        if key not in self._reach:
            self._reach[key] = self._ancestors(self.into.get(node, {}).get(port, ()), back)
        return self._reach[key]

    def descendants(self, node: str) -> frozenset[str]:
        """The nodes that an item from this one can arrive at, back edges included."""
        found: set[str] = set()
        waiting = [node]
        while waiting:
            for edge in _flat(self.out.get(waiting.pop(), {})):
                if edge.target not in found:
                    found.add(edge.target)
                    waiting.append(edge.target)
        return frozenset(found)

    def _ancestors(self, edges: Iterable[Edge], back: bool) -> frozenset[str]:
        found: set[str] = set()
        waiting = [edge.source for edge in edges if back or not edge.back]
        while waiting:
            node = waiting.pop()
            if node in found:
                continue
            found.add(node)
            into = _flat(self.into.get(node, {}))
            waiting += [edge.source for edge in into if back or not edge.back]
        return frozenset(found)


def build(
    document: Document, ports_of: PortsOf, is_loop: Callable[[NodeSpec], bool] | None = None
) -> Graph:
    """The graph of a document.

    Args:
        document: A document of the right shape. Edges whose nodes do not exist are left out, and of
            nodes with the same id the last one counts; `validate` tells people about both.
        ports_of: The ports of a node with its config.
        is_loop: May the node be the target of a cycle? By default it may where it has an output
            port named `loop`.
    """
    nodes = {node.id: node for node in sorted(document.nodes, key=lambda node: node.id)}
    ports = {node.id: ports_of(node) for node in nodes.values()}

    def has_loop_port(node: NodeSpec) -> bool:
        return any(port.name == "loop" for port in ports[node.id].outputs)

    legal = is_loop or has_loop_port
    rank = _ranks(document, nodes)
    specs = _edge_specs(document, nodes)
    back, cycles = back_edges(specs, {id_ for id_, node in nodes.items() if legal(node)}, rank)
    edges = _edges(specs, back)
    into = _grouped(edges, lambda edge: (edge.target, edge.input))
    return Graph(
        document=document,
        nodes=nodes,
        ids={node.name: node.id for node in nodes.values()},
        ports=ports,
        edges=edges,
        into=into,
        out=_grouped(edges, lambda edge: (edge.source, edge.port)),
        loops=frozenset(edge.target for edge in edges if edge.back),
        cycles=cycles,
        rank=rank,
        starts=_starts(edges, ports, [node for node in rank if nodes[node].parent not in nodes]),
    )


def _edge_specs(document: Document, nodes: Mapping[str, NodeSpec]) -> list[EdgeSpec]:
    known = [edge for edge in document.edges if edge.source[0] in nodes and edge.target[0] in nodes]
    return sorted(known, key=lambda edge: edge.source)


def _edges(specs: Sequence[EdgeSpec], back: set[int]) -> Edges:
    arriving: dict[tuple[str, str], int] = {}
    leaving: dict[tuple[str, str], int] = {}
    edges: list[Edge] = []
    for index, spec in enumerate(specs):
        edges.append(
            Edge(
                index=index,
                source=spec.source[0],
                port=spec.source[1],
                target=spec.target[0],
                input=spec.target[1],
                kind=spec.kind,
                back=index in back,
                ordinal=arriving.setdefault(spec.target, 0),
                position=leaving.setdefault(spec.source, 0),
            )
        )
        arriving[spec.target] += 1
        leaving[spec.source] += 1
    return tuple(edges)


def _grouped(edges: Edges, end: Callable[[Edge], tuple[str, str]]) -> dict[str, dict[str, Edges]]:
    groups: dict[str, dict[str, list[Edge]]] = {}
    for edge in edges:
        node, port = end(edge)
        groups.setdefault(node, {}).setdefault(port, []).append(edge)
    return {
        node: {port: tuple(group) for port, group in by_port.items()}
        for node, by_port in groups.items()
    }


def _flat(by_port: Mapping[str, Edges]) -> list[Edge]:
    return [edge for edges in by_port.values() for edge in edges]


def _ranks(document: Document, nodes: Mapping[str, NodeSpec]) -> dict[str, int]:
    order = {node.id: index for index, node in enumerate(nodes.values())}

    def place(node: str) -> tuple[float, float, int]:
        x, y = document.layout.get(node, (0, 0))
        return (y, x, order[node])

    return {node: rank for rank, node in enumerate(sorted(nodes, key=place))}


def _starts(edges: Edges, ports: Mapping[str, Ports], free: Sequence[str]) -> tuple[str, ...]:
    """Of nodes in canvas order, which no container holds."""
    rank = {node: place for place, node in enumerate(free)}
    following: dict[str, set[str]] = {node: set() for node in ports}
    entered: set[str] = set()
    for edge in edges:
        if edge.kind == "main":
            following[edge.source].add(edge.target)
            entered.add(edge.target)
    firsts = [node for node in free if node not in entered and not _serves(ports[node])]
    # A cycle that nothing leads into begins where its back edge leads to.
    reached = _reached(firsts, following)
    forward = {edge.target for edge in edges if edge.kind == "main" and not edge.back}
    loops = [
        node for node in free if node in entered and node not in forward and node not in reached
    ]
    return tuple(sorted([*firsts, *loops], key=lambda node: (bool(ports[node].inputs), rank[node])))


def _serves(ports: Ports) -> bool:
    return bool(ports.outputs) and all(port.kind != "main" for port in ports.outputs)


def _reached(starts: Iterable[str], following: Mapping[str, set[str]]) -> set[str]:
    found: set[str] = set()
    waiting = list(starts)
    while waiting:
        node = waiting.pop()
        if node not in found:
            found.add(node)
            waiting += following[node]
    return found
