"""Findings about edges: their ends, their kinds, what travels along them, and cycles."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from penstock_kernel.workflow.catalog_view import NodeTypeView
from penstock_kernel.workflow.document import Document, EdgeSpec
from penstock_kernel.workflow.findings import Finding, nearest
from penstock_kernel.workflow.graph import Graph
from penstock_sdk import Port
from penstock_sdk.schema import compatible

Types = Mapping[str, NodeTypeView | None]


def edge_findings(document: Document, graph: Graph, types: Types) -> Iterator[Finding]:
    """What is wrong with the edges of a document."""
    seen: set[tuple[object, object]] = set()
    for index, edge in enumerate(document.edges):
        ends = (edge.source, edge.target)
        if ends in seen:
            yield _twice(index, edge)
            continue
        seen.add(ends)
        dangling = list(_dangling(index, edge, graph))
        yield from dangling or _between(index, edge, graph, types)


def cycle_findings(graph: Graph) -> Iterator[Finding]:
    """Cycles that would never end."""
    for cycle in graph.cycles:
        names = " -> ".join(graph.nodes[node].name for node in cycle)
        yield Finding(
            code="edge.cycle",
            message=f"These nodes run in a circle without a loop node: {names}",
            fix="Put a loop node into the circle, or mark the edge that returns with `back`.",
            node=cycle[0],
        )


def _twice(index: int, edge: EdgeSpec) -> Finding:
    return Finding(
        code="edge.duplicate",
        message=f"The edge {_shown(edge)} is there twice",
        fix="Remove one of them.",
        field=f"edges[{index}]",
    )


def _dangling(index: int, edge: EdgeSpec, graph: Graph) -> Iterator[Finding]:
    for key, (node, _) in (("from", edge.source), ("to", edge.target)):
        if node not in graph.nodes:
            yield Finding(
                code="edge.unknown_node",
                message=f"The edge {_shown(edge)} names {node!r}, and there is no such node",
                fix=nearest(node, list(graph.nodes)) or "Remove the edge.",
                field=f"edges[{index}].{key}",
            )


def _between(index: int, edge: EdgeSpec, graph: Graph, types: Types) -> Iterator[Finding]:
    outputs = graph.ports[edge.source[0]].outputs
    inputs = graph.ports[edge.target[0]].inputs
    out = _port(outputs, edge.source[1])
    into = _port(inputs, edge.target[1])
    if out is None and types.get(edge.source[0]) is not None:
        yield _unknown_port(index, edge, "from", outputs)
    if into is None and types.get(edge.target[0]) is not None:
        yield _unknown_port(index, edge, "to", inputs)
    if out is not None and into is not None:
        yield from _kinds(index, edge, out, into)
        yield from _schemas(index, edge, out, into)


def _port(ports: Sequence[Port], name: str) -> Port | None:
    return next((port for port in ports if port.name == name), None)


def _unknown_port(index: int, edge: EdgeSpec, key: str, ports: Sequence[Port]) -> Finding:
    node, name = edge.source if key == "from" else edge.target
    what = "output" if key == "from" else "input"
    known = ", ".join(repr(port.name) for port in ports)
    have = f"Its {what}s are {known}." if ports else f"It has no {what}s."
    if key == "from" and name == "error":
        have = "Set `on_error` of the node to `error_port`."
    return Finding(
        code="edge.unknown_port",
        message=f"The node has no {what} called {name!r}",
        fix=have,
        node=node,
        field=f"edges[{index}].{key}",
    )


def _kinds(index: int, edge: EdgeSpec, out: Port, into: Port) -> Iterator[Finding]:
    if out.kind == into.kind == edge.kind:
        return
    if out.kind == into.kind:
        message = f"The edge {_shown(edge)} is of kind {edge.kind!r}, its ports of {out.kind!r}"
        fix = f"Set the kind of the edge to {out.kind!r}."
    else:
        message = f"{_shown(edge)} connects {out.kind!r} with {into.kind!r}"
        fix = "Connect ports of the same kind."
    yield Finding(
        code="edge.kind",
        message=message,
        fix=fix,
        node=edge.target[0],
        field=f"edges[{index}].kind",
    )


def _schemas(index: int, edge: EdgeSpec, out: Port, into: Port) -> Iterator[Finding]:
    mismatch = compatible(out.schema, into.schema)
    if mismatch:
        yield Finding(
            code="edge.schema",
            message=f"What {_shown(edge)} carries does not fit: {mismatch}",
            fix="Put a node between them that changes the items, such as set fields.",
            node=edge.target[0],
            field=f"edges[{index}]",
        )


def _shown(edge: EdgeSpec) -> str:
    return f"{'.'.join(edge.source)} -> {'.'.join(edge.target)}"
