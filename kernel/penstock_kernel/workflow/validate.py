"""Check a document against the node types that are installed: every finding at once.

The rules:

* Ids and names are unique; parents, fixtures, tests, groups and comments name nodes that exist.
* Every node type exists in that version. A node that is disabled may be of an unknown type.
* An edge leads from a port that exists to one that exists, both of its kind; what the one sends is
  not known to be unfit for the other.
* A cycle passes through a loop node or an edge marked as back.
* A config fits its schema: expressions stand for any value where the field allows them, and a
  required field that is shown has a value.
* A node that an expression names exists, and should run before the one that names it.
* Only containers hold nodes, and no edge crosses the border of one.
* There is a node to start with that is not disabled.
* Where expressions are lenient, what is wrong with the config of one node is told and keeps nothing
  from running: the node fails when its turn comes, as in the product that the workflow comes from.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

import msgspec

from penstock_kernel.workflow.catalog_view import CatalogView, NodeTypeView
from penstock_kernel.workflow.containers import container_findings
from penstock_kernel.workflow.document import Document, NodeSpec
from penstock_kernel.workflow.findings import DocumentInvalid, Finding, Level, nearest
from penstock_kernel.workflow.graph import Graph, build
from penstock_kernel.workflow.validate_config import config_findings
from penstock_kernel.workflow.validate_edges import cycle_findings, edge_findings
from penstock_kernel.workflow.validate_names import reference_findings, unique_findings
from penstock_kernel.workflow.validate_parts import part_findings
from penstock_sdk import PenstockError, Port, Ports

MAX_FINDINGS = 500  # a person fixes the first ones and looks again
PLACEHOLDER = "penstock/core.placeholder"


#: Of one node alone, and found again when it runs.
_OWN = ("config.", "expression.")


def validate(document: Document, catalog: CatalogView, graph: Graph | None = None) -> list[Finding]:
    """Everything that is wrong with the document; only errors keep it from running.

    Args:
        document: The document.
        catalog: The node types that there are.
        graph: Its graph, from whoever made it already.
    """
    found = islice(_findings(document, catalog, graph or graph_of(document, catalog)), MAX_FINDINGS)
    lenient = document.settings.expressions == "lenient"
    return [
        msgspec.structs.replace(finding, level="warning")
        if lenient and finding.code.startswith(_OWN)
        else finding
        for finding in found
    ]


def _findings(document: Document, catalog: CatalogView, graph: Graph) -> Iterator[Finding]:
    types = {node.id: catalog.nodes.get((node.type, node.version)) for node in document.nodes}
    yield from _start_findings(graph)
    yield from unique_findings(document)
    yield from _type_findings(document, catalog)
    yield from _broken_findings(document, catalog)
    yield from edge_findings(document, graph, types)
    yield from cycle_findings(graph)
    for node in document.nodes:
        node_type = types[node.id]
        if node_type is not None:
            yield from config_findings(node, node_type)
    yield from reference_findings(graph, types)
    yield from container_findings(document, graph, types)
    yield from part_findings(document)


def check(document: Document, catalog: CatalogView) -> None:
    """Refuse a document that cannot run.

    Raises:
        DocumentInvalid: With all findings, where at least one is an error.
    """
    findings = validate(document, catalog)
    if any(finding.level == "error" for finding in findings):
        raise DocumentInvalid(findings, name=document.name)


def graph_of(document: Document, catalog: CatalogView) -> Graph:
    """The graph of a document with the node types that are installed.

    A node whose ports cannot be told has those that its edges name. With `on_error: error_port`
    every node has the output `error`.
    """

    def ports_of(node: NodeSpec) -> Ports:
        node_type = catalog.nodes.get((node.type, node.version))
        return _with_error(node, _ports(document, node, node_type))

    def is_loop(node: NodeSpec) -> bool:
        node_type = catalog.nodes.get((node.type, node.version))
        return node_type is not None and node_type.loop

    return build(document, ports_of, is_loop)


def _ports(document: Document, node: NodeSpec, node_type: NodeTypeView | None) -> Ports:
    if node_type is not None:
        try:
            return node_type.ports(node.config)
        except PenstockError:  # told by `_broken_findings`
            pass
    inputs = {edge.target[1] for edge in document.edges if edge.target[0] == node.id}
    outputs = {edge.source[1] for edge in document.edges if edge.source[0] == node.id}
    return Ports(
        inputs=tuple(Port(name=name) for name in sorted(inputs)),
        outputs=tuple(Port(name=name) for name in sorted(outputs)),
    )


def _broken_findings(document: Document, catalog: CatalogView) -> Iterator[Finding]:
    for node in document.nodes:
        node_type = catalog.nodes.get((node.type, node.version))
        try:
            _ = node_type.ports(node.config) if node_type is not None else None
        except PenstockError as error:
            yield Finding(
                code="node.no_ports",
                message=f"The ports of {node.name!r} cannot be told: {error.message}",
                fix="Correct its parameters; if they are right, report it to the package's author.",
                node=node.id,
            )


def _with_error(node: NodeSpec, ports: Ports) -> Ports:
    if node.settings.on_error != "error_port":
        return ports
    if any(port.name == "error" for port in ports.outputs):
        return ports
    return Ports(inputs=ports.inputs, outputs=(*ports.outputs, Port(name="error", title="Error")))


def _type_findings(document: Document, catalog: CatalogView) -> Iterator[Finding]:
    types = sorted({type_ for type_, _ in catalog.nodes})
    for node in document.nodes:
        if (node.type, node.version) in catalog.nodes:
            continue
        level: Level = "warning" if node.settings.disabled else "error"
        versions = sorted(version for type_, version in catalog.nodes if type_ == node.type)
        if node.type == PLACEHOLDER:
            yield _placeholder(node, level)
        elif versions:
            yield _unknown_version(node, versions, level)
        else:
            yield _unknown_type(node, types, level)


def _placeholder(node: NodeSpec, level: Level) -> Finding:
    return Finding(
        code="node.placeholder",
        message=f"{node.name!r} stands for a node that could not be brought over",
        fix="Replace it, or disable it.",
        node=node.id,
        level=level,
    )


def _unknown_type(node: NodeSpec, types: Sequence[str], level: Level) -> Finding:
    package = node.type.partition(".")[0]
    return Finding(
        code="node.unknown_type",
        message=f"{node.name!r} is of the type {node.type!r}, which no installed package provides",
        fix=nearest(node.type, types) or f"Install the package {package!r}.",
        node=node.id,
        field="type",
        level=level,
    )


def _unknown_version(node: NodeSpec, versions: Sequence[int], level: Level) -> Finding:
    known = ", ".join(map(str, versions))
    return Finding(
        code="node.unknown_version",
        message=f"{node.name!r} wants version {node.version} of {node.type!r}; there is {known}",
        fix=f"Use version {versions[-1]}, or update the package.",
        node=node.id,
        field="version",
        level=level,
    )


def _start_findings(graph: Graph) -> Iterator[Finding]:
    starts = [graph.nodes[node] for node in graph.starts]
    if not graph.nodes:
        yield Finding(
            code="workflow.empty", message="There are no nodes", fix="Add one.", level="warning"
        )
    elif all(node.settings.disabled for node in starts):
        named = starts[0].id if starts else ""
        yield Finding(
            code="workflow.no_start",
            message="There is no node to start with that is not disabled",
            fix="Enable a trigger, or add a manual trigger.",
            node=named,
        )
