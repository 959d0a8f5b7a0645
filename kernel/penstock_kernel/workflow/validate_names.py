"""Findings about ids and names: unique where they are given, known where they are used."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from penstock_kernel.workflow.catalog_view import NodeTypeView
from penstock_kernel.workflow.containers import above
from penstock_kernel.workflow.document import Document, NodeSpec
from penstock_kernel.workflow.findings import Finding, nearest, path_of
from penstock_kernel.workflow.graph import Graph
from penstock_kernel.workflow.references import (
    Language,
    Languages,
    Path,
    Reference,
    strings,
    text_references,
)
from penstock_sdk import Field

_LANGUAGES: dict[str, Language] = {"javascript": "javascript", "python": "python"}


def unique_findings(document: Document) -> Iterator[Finding]:
    """Ids and names that are given twice."""
    for key in ("id", "name"):
        values: list[str] = [getattr(node, key) for node in document.nodes]
        for value in sorted(value for value, count in Counter(values).items() if count > 1):
            node = next(node for node in document.nodes if getattr(node, key) == value)
            yield Finding(
                code=f"document.duplicate_{key}",
                message=f"Several nodes have the {key} {value!r}",
                fix=f"Give each node its own {key}.",
                node=node.id,
                field=key,
            )


def reference_findings(graph: Graph, types: Mapping[str, NodeTypeView | None]) -> Iterator[Finding]:
    """Nodes that expressions and code name, and that do not exist or do not run before."""
    for node in graph.nodes.values():
        node_type = types.get(node.id)
        upstream: frozenset[str] | None = None
        for path, reference in config_references(node, node_type.fields if node_type else None):
            target = graph.ids.get(reference.name)
            if target is None:
                yield _unknown(node, path, reference, list(graph.ids))
                continue
            upstream = _upstream(graph, node) if upstream is None else upstream
            if target not in upstream and target != node.id:
                yield _not_before(node, path, reference)


def code_languages(fields: Mapping[str, Field]) -> Languages:
    """The parameters that hold code which may name nodes."""
    return {
        name: _LANGUAGES[field.language]
        for name, field in fields.items()
        if field.kind == "code" and field.language in _LANGUAGES
    }


def config_references(
    node: NodeSpec, fields: Mapping[str, Field] | None
) -> Iterator[tuple[Path, Reference]]:
    """The nodes that a node's config names, with the path of the value."""
    languages = code_languages(fields) if fields else {}
    for path, text in strings(node.config):
        name = str(path[0])
        field = fields.get(name) if fields else None
        if field is not None and not field.expression and name not in languages:
            continue
        for reference in text_references(text, languages.get(name)):
            yield path, reference


def _upstream(graph: Graph, node: NodeSpec) -> frozenset[str]:
    # What a container holds sees the container, and what that sees.
    holders = above(graph.nodes, node.id)
    found = (_upstream_of(graph, graph.nodes[one]) for one in holders)
    return frozenset(holders[1:]).union(*found)


def _upstream_of(graph: Graph, node: NodeSpec) -> frozenset[str]:
    found: frozenset[str] = frozenset()
    for port in graph.into.get(node.id, {}):
        found |= graph.ancestors(node.id, port, back=True)
    # What serves a node (a model, a tool) sees what the node sees.
    for edges in graph.out.get(node.id, {}).values():
        for edge in edges:
            if edge.kind != "main" and edge.target != node.id:
                found |= _upstream_of_main(graph, edge.target)
    return found


def _upstream_of_main(graph: Graph, node: str) -> frozenset[str]:
    found: frozenset[str] = frozenset()
    for port, edges in graph.into.get(node, {}).items():
        if any(edge.kind == "main" for edge in edges):
            found |= graph.ancestors(node, port, back=True)
    return found


def _unknown(node: NodeSpec, path: Path, reference: Reference, names: list[str]) -> Finding:
    return Finding(
        code="expression.unknown_node",
        message=f"{node.name!r} names the node {reference.name!r}, and there is none",
        fix=nearest(reference.name, names) or "Use the name of a node in this workflow.",
        node=node.id,
        field=path_of(path),
    )


def _not_before(node: NodeSpec, path: Path, reference: Reference) -> Finding:
    return Finding(
        code="expression.not_upstream",
        message=f"{node.name!r} names {reference.name!r}, which does not run before it",
        fix=f"Connect {reference.name!r} so that its items lead to {node.name!r}.",
        node=node.id,
        field=path_of(path),
        level="warning",
    )
