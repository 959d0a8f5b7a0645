"""Makes documents of n8n's workflows.

The rules:

* Every node becomes a node: mapped by its family, or a placeholder that keeps all its parameters.
* Names are kept as they are, because expressions use them; ids are n8n's where they can be.
* Of two nodes with the same name the last one keeps it, and the connections, as in n8n.
* What is not carried over is remarked upon, with a code of `remarks.CODES`.
* Nothing in a file is ever evaluated, and one node that cannot be read leaves the others alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from penstock_node_n8n.canvas import (
    STICKY,
    comment_of,
    in_canvas_order,
    note_of,
    pinned,
    place_of,
    shortened,
)
from penstock_node_n8n.connections import Link, edges_of, links_of
from penstock_node_n8n.cycles import mark_back_edges
from penstock_node_n8n.naming import Ids, free, possible_name
from penstock_node_n8n.nodes import Converted, Ends, convert_node
from penstock_node_n8n.reading import check_limits, mapping, workflows_in
from penstock_node_n8n.remarks import Remarks
from penstock_node_n8n.settings import workflow_settings
from penstock_sdk import NodeFailed
from penstock_sdk.importing import Imported, ImportedNode

LOOP = "penstock/flow.loop"
_UNNAMED = "Imported workflow"


def convert(data: Any) -> list[Imported]:
    """The workflows of a file.

    Raises:
        NodeFailed: There is none that can be read.
    """
    workflows = workflows_in(data)
    if not workflows:
        raise NodeFailed(
            "There is no workflow of n8n in this file",
            hint="Export it in n8n, or copy the nodes in its editor and paste them into a file.",
        )
    if len(workflows) == 1:
        return [convert_workflow(workflows[0])]
    return [_forgiving(workflow) for workflow in workflows]


def convert_workflow(workflow: Mapping[str, Any]) -> Imported:
    """One workflow.

    Raises:
        NodeFailed: It is beyond a limit.
    """
    check_limits(workflow)
    remarks = Remarks()
    parts = _Parts()
    links = links_of(workflow, remarks)
    _add_nodes(workflow, links, parts, remarks)
    document = _document(workflow, parts, remarks)
    edges = edges_of([link for link in links if parts.has(link)], parts.nodes, remarks)
    mark_back_edges(edges, parts.order(), parts.loops)
    document["edges"] = edges
    document["fixtures"] = _fixtures(workflow, parts, remarks)
    return Imported(
        document={key: value for key, value in document.items() if value not in ([], {}, "")},
        remarks=remarks.found,
        nodes=[ImportedNode(type=node.original, mapped=node.mapped) for node in parts.all],
    )


@dataclass(kw_only=True)
class _Parts:
    """What has been made of a workflow's nodes."""

    #: By the name that connections use.
    nodes: dict[str, Converted] = field(default_factory=dict[str, Converted])
    #: With those whose name another one took.
    all: list[Converted] = field(default_factory=list[Converted])
    notes: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    comments: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    layout: dict[str, list[float | int]] = field(default_factory=dict[str, list[float | int]])

    @property
    def loops(self) -> set[str]:
        return {node.id for node in self.all if node.spec["type"] == LOOP}

    def order(self) -> list[str]:
        """Triggers first, and then as they are on the canvas."""
        triggers = {node.id for node in self.nodes.values() if not node.inputs}
        ids = in_canvas_order([node.id for node in self.nodes.values()], self.layout)
        return sorted(ids, key=lambda id_: id_ not in triggers)

    def has(self, link: Link) -> bool:
        return link.source in self.nodes and link.target in self.nodes


def _forgiving(workflow: Mapping[str, Any]) -> Imported:
    try:
        return convert_workflow(workflow)
    except NodeFailed as error:
        remarks = Remarks()
        remarks.add("import.unreadable", error.message, blocks=True)
        document = {"format": "penstock/1", "name": possible_name(workflow.get("name"), 1)}
        return Imported(document=document, remarks=remarks.found)


def _add_nodes(
    workflow: Mapping[str, Any], links: Sequence[Link], parts: _Parts, remarks: Remarks
) -> None:
    ids = Ids()
    ends = _ends(links)
    names = _names(workflow)
    taken = set(names.values())
    for index, given in enumerate(workflow["nodes"]):
        node = mapping(given)
        if not isinstance(node.get("type"), str):
            message = f"Entry {index + 1} of the nodes is no node"
            remarks.add("import.node_unreadable", message, blocks=True)
            continue
        name = names.get(index) or free(possible_name(node.get("name"), index + 1), taken, " ")
        taken.add(name)
        id_ = ids.of(node.get("id"), name)
        place = place_of(node)
        if place:
            parts.layout[id_] = place
        if node["type"] == STICKY:
            parts.notes.append(note_of(node, id_, remarks))
            continue
        if name != node.get("name"):
            message = f"The node {node.get('name')!r} is called {name!r} now"
            remarks.add("import.name_changed", message, node=id_)
        own = ends.get(str(node.get("name")), Ends()) if index in names else Ends()
        converted = convert_node(node, id_, name, own, remarks)
        parts.all.append(converted)
        if index in names:
            parts.nodes[str(node.get("name"))] = converted
        comment = comment_of(node, id_, remarks)
        if comment:
            parts.comments.append(comment)


def _names(workflow: Mapping[str, Any]) -> dict[int, str]:
    """The names by the place of the node; of several with one name only the last has it."""
    last: dict[str, int] = {}
    for index, given in enumerate(workflow["nodes"]):
        name = mapping(given).get("name")
        if isinstance(name, str):
            last[name] = index
    found: dict[int, str] = {}
    taken: set[str] = set()
    for name, index in sorted(last.items(), key=lambda entry: entry[1]):
        found[index] = free(possible_name(name, index + 1), taken, " ")
        taken.add(found[index])
    return found


def _ends(links: Sequence[Link]) -> dict[str, Ends]:
    ends: dict[str, Ends] = {}
    for link in links:
        outputs = ends.setdefault(link.source, Ends()).outputs
        outputs[link.kind] = max(outputs.get(link.kind, 0), link.output + 1)
        inputs = ends.setdefault(link.target, Ends()).inputs
        inputs[link.kind] = max(inputs.get(link.kind, 0), link.input + 1)
    return ends


def _document(workflow: Mapping[str, Any], parts: _Parts, remarks: Remarks) -> dict[str, Any]:
    name = workflow.get("name")
    return {
        "format": "penstock/1",
        "name": possible_name(name or _UNNAMED, 1),
        "description": shortened(workflow.get("description"), "", remarks),
        "nodes": [node.spec for node in parts.all],
        "settings": workflow_settings(mapping(workflow.get("settings")), remarks),
        "notes": parts.notes,
        "comments": parts.comments,
        "layout": parts.layout,
    }


def _fixtures(workflow: Mapping[str, Any], parts: _Parts, remarks: Remarks) -> dict[str, Any]:
    fixtures: dict[str, Any] = {}
    for name, items in mapping(workflow.get("pinData")).items():
        node = parts.nodes.get(name)
        if node is None:
            message = f"Pinned data of {name!r}, and there is no such node"
            remarks.add("import.pinned_data", message)
            continue
        found = pinned(items, node.id, remarks)
        if found is not None:
            fixtures[node.id] = {"default": found}
    return fixtures
