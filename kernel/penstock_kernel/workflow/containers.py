"""Containers: nodes that hold others, their body, and the document that a body is when it runs.

The rules:

* The body of a container is the nodes whose `parent` it is, and what those hold.
* Items enter a body at its nodes without a predecessor in it, through their first input, and leave
  it at its nodes without a successor, through all of their outputs. A loop node whose outputs lead
  back to it, and nowhere else, is left through those that are not connected.
* No edge crosses the border of a container.
* While a body runs, a node with the id and the name of the container stands where its items enter.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import msgspec

from penstock_kernel.workflow.catalog_view import NodeTypeView
from penstock_kernel.workflow.document import Document, EdgeSpec, NodeSpec
from penstock_kernel.workflow.findings import Finding
from penstock_kernel.workflow.graph import Graph

GraphOf = Callable[[Document], Graph]
MAX_NESTING = 50  # containers in containers that are looked at; fewer may run in each other
Exits = tuple[tuple[str, tuple[str, ...]], ...]


def outermost(nodes: Mapping[str, NodeSpec], node_id: str) -> str:
    """The container that holds a node and is held by none; the node itself where none holds it."""
    return above(nodes, node_id)[-1]


def above(nodes: Mapping[str, NodeSpec], node_id: str) -> list[str]:
    """A node, the container that holds it, the one that holds that, and so on."""
    found = [node_id]
    while node_id in nodes and len(found) <= MAX_NESTING:
        parent = nodes[node_id].parent
        if parent is None or parent not in nodes or parent in found:
            break
        found.append(parent)
        node_id = parent
    return found


def body_of(document: Document, container: NodeSpec, port: str, graph_of: GraphOf) -> Document:
    """The body of a container, as a document of its own; `port` is the first output of that."""
    inside = _inside(document, container.id)
    inner = _held(document, inside, container)
    graph = graph_of(inner)
    entries = [
        EdgeSpec(source=(container.id, port), target=(node_id, inputs[0].name))
        for node_id in graph.starts
        if (inputs := [one for one in graph.ports[node_id].inputs if one.kind == "main"])
    ]
    stand_in = msgspec.structs.replace(container, parent=None, settings=type(container.settings)())
    return msgspec.structs.replace(
        inner, nodes=[stand_in, *inner.nodes], edges=[*entries, *inner.edges]
    )


def _inside(document: Document, container: str) -> set[str]:
    holds: dict[str, list[str]] = {}
    for node in document.nodes:
        if node.parent is not None:
            holds.setdefault(node.parent, []).append(node.id)
    found: set[str] = set()
    waiting = [container]
    while waiting:
        for node_id in holds.get(waiting.pop(), ()):
            if node_id not in found and node_id != container:
                found.add(node_id)
                waiting.append(node_id)
    return found


def _held(document: Document, inside: set[str], container: NodeSpec) -> Document:
    nodes = [
        msgspec.structs.replace(node, parent=None) if node.parent == container.id else node
        for node in document.nodes
        if node.id in inside
    ]
    edges = [
        edge for edge in document.edges if edge.source[0] in inside and edge.target[0] in inside
    ]
    # The body ends with its container: what comes after an end is the business of the whole.
    settings = msgspec.structs.replace(
        document.settings, timeout_s=None, error_workflow=None, concurrency=None, save="all"
    )
    layout = {node_id: place for node_id, place in document.layout.items() if node_id in inside}
    return Document(
        format=document.format,
        name=container.name,
        nodes=nodes,
        edges=edges,
        settings=settings,
        layout=layout,
    )


def exits_of(graph: Graph) -> Exits:
    """Where items leave a body: nodes and their ports, in canvas order."""
    found: list[tuple[str, tuple[str, ...]]] = []
    for node_id in sorted(graph.nodes, key=lambda one: graph.rank[one]):
        node = graph.nodes[node_id]
        if node.parent is not None:
            continue
        leaving = {port for port, edges in graph.out.get(node_id, {}).items() if edges}
        ports = tuple(port.name for port in graph.ports[node_id].outputs if port.kind == "main")
        if not leaving:
            found.append((node_id, ports))
        elif node_id in graph.loops and _only_returns(graph, node_id):
            found.append((node_id, tuple(port for port in ports if port not in leaving)))
    return tuple(found)


def _only_returns(graph: Graph, node_id: str) -> bool:
    """Does everything that follows lead back?"""
    ports = graph.into.get(node_id, ())
    return graph.descendants(node_id) <= frozenset((node_id,)).union(
        *(graph.ancestors(node_id, port, back=True) for port in ports)
    )


def container_findings(
    document: Document, graph: Graph, types: Mapping[str, NodeTypeView | None]
) -> Iterator[Finding]:
    """What is wrong with containers and what they hold."""
    nodes = {node.id: node for node in document.nodes}
    held = {node.parent for node in document.nodes}
    for node in document.nodes:
        if node.parent is not None:
            yield from _held_findings(node, node.parent, graph, types)
        node_type = types.get(node.id)
        if node_type is not None and node_type.container and node.id not in held:
            yield Finding(
                code="container.empty",
                message=f"{node.name!r} holds no nodes: its items pass as they are",
                fix="Put nodes into it, or remove it.",
                node=node.id,
                level="warning",
            )
    for index, edge in enumerate(document.edges):
        yield from _crossing(index, edge, nodes)


def _held_findings(
    node: NodeSpec, parent: str, graph: Graph, types: Mapping[str, NodeTypeView | None]
) -> Iterator[Finding]:
    holder = types.get(parent)
    if holder is not None and not holder.container:
        yield Finding(
            code="container.none",
            message=f"{node.name!r} is held by {parent!r}, which is no container",
            fix="Put it into a container such as for each, or remove `parent`.",
            node=node.id,
            field="parent",
        )
    if node.settings.breakpoint:
        yield Finding(
            code="container.breakpoint",
            message=f"{node.name!r} is in a container: its breakpoint does not stop anything",
            fix="Set the breakpoint at the container.",
            node=node.id,
            field="settings.breakpoint",
            level="warning",
        )
    if types.get(node.id) is not None and not graph.ports[node.id].inputs:
        yield Finding(
            code="container.start",
            message=f"{node.name!r} starts workflows and is in a container, where it never runs",
            fix="Move it out.",
            node=node.id,
            field="parent",
            level="warning",
        )


def _crossing(index: int, edge: EdgeSpec, nodes: Mapping[str, NodeSpec]) -> Iterator[Finding]:
    source, target = nodes.get(edge.source[0]), nodes.get(edge.target[0])
    if source is None or target is None or source.parent == target.parent:
        return
    yield Finding(
        code="edge.crosses_container",
        message=f"The edge {source.id} -> {target.id} crosses the border of a container",
        fix="Connect the container instead: items enter and leave its body through it.",
        node=target.id,
        field=f"edges[{index}]",
    )
