"""Reads n8n's connections, and makes edges of them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from penstock_node_n8n.nodes import Converted
from penstock_node_n8n.reading import MAX_CONNECTIONS, mapping, number, sequence
from penstock_node_n8n.remarks import Remarks

MAIN = "main"
_KIND = re.compile(r"(main|ai_[A-Za-z_]{1,37})\Z")
_MAX_INDEX = 49  # ports of a placeholder


@dataclass(frozen=True, kw_only=True)
class Link:
    """One connection of n8n, by the names of its nodes."""

    source: str
    output: int
    target: str
    input: int
    kind: str = MAIN


def links_of(workflow: Mapping[str, Any], remarks: Remarks) -> list[Link]:
    """The connections of a workflow, each once, in their order."""
    names = {str(mapping(node).get("name")) for node in workflow["nodes"]}
    found: dict[Link, None] = {}
    for link in _links(mapping(workflow["connections"]), remarks):
        missing = [name for name in (link.source, link.target) if name not in names]
        if missing:
            message = f"A connection names {missing[0]!r}, and there is no such node"
            remarks.add("import.edge_dropped", message)
        elif len(found) < MAX_CONNECTIONS:
            found[link] = None
        else:
            message = f"There are more than {MAX_CONNECTIONS:,} connections; the rest was left out"
            remarks.add("import.edge_dropped", message, blocks=True)
            break
    return list(found)


def edges_of(
    links: Sequence[Link], nodes: Mapping[str, Converted], remarks: Remarks
) -> list[dict[str, Any]]:
    """The edges of the document; `nodes` is by the name that connections use."""
    edges: list[dict[str, Any]] = []
    for link in links:
        source, target = nodes[link.source], nodes[link.target]
        output = source.output(link.kind, link.output)
        into = target.input(link.kind, link.input)
        if output is None or into is None:
            _drop(link, source if output is None else target, remarks, output is None)
            continue
        edge: dict[str, Any] = {"from": [source.id, output], "to": [target.id, into]}
        if link.kind != MAIN:
            edge["kind"] = link.kind
        edges.append(edge)
    return _once(edges)


def _links(connections: Mapping[str, Any], remarks: Remarks) -> Iterator[Link]:
    for name, kinds in connections.items():
        for kind, outputs in mapping(kinds).items():
            if not _KIND.match(kind):
                message = f"Connections of the kind {kind!r} are not known"
                remarks.add("import.edge_dropped", message)
                continue
            for output, ends in enumerate(sequence(outputs)[: _MAX_INDEX + 1]):
                for end in sequence(ends):
                    yield from _link(name, output, mapping(end), kind)


def _link(name: str, output: int, end: Mapping[str, Any], kind: str) -> Iterator[Link]:
    target, place = end.get("node"), number(end.get("index", 0))
    if isinstance(target, str) and place is not None and 0 <= place <= _MAX_INDEX:
        yield Link(source=name, output=output, target=target, input=int(place), kind=kind)


def _drop(link: Link, node: Converted, remarks: Remarks, leaving: bool) -> None:
    what, index = ("output", link.output) if leaving else ("input", link.input)
    kind = "" if link.kind == MAIN else f" of the kind {link.kind}"
    message = f"{node.name!r} has no {what} {index + 1}{kind}: {link.source} -> {link.target}"
    remarks.add("import.edge_dropped", message, node=node.id)


def _once(edges: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    # Two outputs of n8n's may be one port of ours.
    seen = {(tuple(edge["from"]), tuple(edge["to"])): edge for edge in reversed(edges)}
    return list(reversed(seen.values()))
