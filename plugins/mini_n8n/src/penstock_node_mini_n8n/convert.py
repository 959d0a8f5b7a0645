"""Makes a document of a Mini-N8N workflow.

The rules:

* A node of ours takes the input; it leads to every node that nothing leads to.
* A node that several lead to waits for all of them, as there: a merge stands before it.
* A connection from the output `true` or `false` of a condition goes on through an If node. All
  others go on whatever the condition says, as there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from penstock_node_mini_n8n.nodes import (
    KEYS,
    MAPPERS,
    Made,
    NotMapped,
    Surroundings,
    input_fields,
)
from penstock_node_mini_n8n.reading import (
    Connection,
    MiniNode,
    connections_of,
    mapping,
    nodes_of,
)
from penstock_node_mini_n8n.templates import Reference, Templates, first_names, steps
from penstock_sdk import NodeFailed
from penstock_sdk.importing import Imported, ImportedNode, Remark

_MAX_INPUTS = 10  # of a merge
_MAX_TEXT = 50_000
_BRANCHES = ("true", "false")
_WIDTH = 240  # from one node to the next on the canvas

End = list[str]


def convert(data: Any) -> list[Imported]:
    """The workflow of the file.

    Raises:
        NodeFailed: It is none, or beyond a limit.
    """
    file = mapping(data)
    if not isinstance(file.get("nodes"), list):
        raise NodeFailed("There is no workflow in this file", hint="Choose another importer.")
    return [_Conversion(file).result()]


class _Conversion:
    """One workflow on its way."""

    def __init__(self, file: Mapping[str, Any]) -> None:
        self._file = file
        self._sources = {node.id: node for node in nodes_of(file)}
        self._start = _free("start", self._sources)
        self._start_name = _free("Start", {node.name for node in self._sources.values()})
        self._nodes: list[dict[str, Any]] = []
        self._edges: list[dict[str, Any]] = []
        self._layout: dict[str, tuple[float, float]] = {}
        self._remarks: list[Remark] = []
        self._made: list[ImportedNode] = []

    def result(self) -> Imported:
        """The document, with remarks."""
        connections = self._known(connections_of(self._file))
        self._add_start()
        for node in self._sources.values():
            incoming = [one for one in connections if one.target == node.id]
            self._add(node, incoming)
            self._connect(node, incoming)
        self._add_branches(connections)
        document: dict[str, Any] = {
            "format": "penstock/1",
            "name": _line(self._file.get("name")) or "Imported workflow",
            "description": str(self._file.get("description") or "")[:_MAX_TEXT],
            "nodes": self._nodes,
            "edges": self._edges,
            "settings": {"expressions": "lenient"},
            "layout": self._layout,
        }
        return Imported(document=document, remarks=self._remarks, nodes=self._made)

    def _known(self, connections: Sequence[Connection]) -> list[Connection]:
        found: list[Connection] = []
        for one in connections:
            if one.source in self._sources and one.target in self._sources:
                found.append(one)
            else:
                message = (
                    f"A connection names a node that is not there: {one.source} -> {one.target}"
                )
                self._remark("import.edge_dropped", message)
        return found

    def _add_start(self) -> None:
        places = [node.place for node in self._sources.values() if node.place]
        first = min(places, default=(0.0, 0.0))
        self._layout[self._start] = (first[0] - _WIDTH, first[1])
        fields = input_fields(list(self._sources.values()))
        start: dict[str, Any] = {"id": self._start, "name": self._start_name}
        # A form keeps what it names and nothing else: it has to name every value that is read.
        if fields and not self._reads_more(fields):
            start |= {"type": "penstock/flow.input", "config": {"values": fields}}
        else:
            start["type"] = "penstock/flow.manual"
        self._nodes.append(start)

    def _reads_more(self, fields: Sequence[Mapping[str, Any]]) -> bool:
        """Does a template name a value of the input that no input node asks for?"""
        known = {str(row["name"]) for row in fields} | set(self._sources)
        return any(
            name not in known
            for node in self._sources.values()
            for name in first_names(node.config)
        )

    def _add(self, node: MiniNode, incoming: Sequence[Connection]) -> None:
        nodes = {
            other.id: Reference(name=other.name, keys=KEYS.get(other.type, steps))
            for other in self._sources.values()
        }
        templates = Templates(nodes, self._start_name)
        around = Surroundings(
            templates=templates,
            start=self._start_name,
            incoming=[(one, self._sources[one.source]) for one in incoming],
        )
        mapper = MAPPERS.get(node.type)
        try:
            if mapper is None:
                raise NotMapped(f"there is no mapping for {node.type!r}")
            made = mapper(node, around)
        except NotMapped as error:
            made = _placeholder(node, str(error))
            code = "import.unknown_node" if mapper is None else "import.unmapped"
            self._remark(code, f"A placeholder keeps it: {error}", node.id)
        for problem in dict.fromkeys(templates.problems):
            self._remark("import.expression_unsupported", problem, node.id)
        is_mapped = made.type != "penstock/core.placeholder"
        self._made.append(ImportedNode(type=node.type, mapped=is_mapped))
        self._nodes.append(
            {
                "id": node.id,
                "name": node.name,
                "type": made.type,
                "config": made.config,
                "settings": {**made.settings, "execute_once": True},
            }
        )
        if node.place:
            self._layout[node.id] = node.place

    def _connect(self, node: MiniNode, incoming: Sequence[Connection]) -> None:
        ends = [self._end(one) for one in incoming] or [[self._start, "main"]]
        unique = [list(end) for end in dict.fromkeys(map(tuple, ends))]
        count = 0
        while len(unique) > 1:
            group, unique = unique[:_MAX_INPUTS], unique[_MAX_INPUTS:]
            count += 1
            unique.insert(0, self._join(node, group, count))
        self._edge(unique[0], [node.id, "main"])

    def _join(self, node: MiniNode, ends: Sequence[End], count: int) -> End:
        """A merge that waits for these and gives one empty item."""
        id_ = self._unused(f"{node.id}-join{count}")
        self._nodes.append(
            {
                "id": id_,
                "name": self._unused_name(f"Wait for all before {node.name}"),
                "type": "penstock/flow.merge",
                "config": {"mode": "choose", "chosen": 0, "inputs_count": len(ends)},
            }
        )
        if node.place:
            self._layout[id_] = (node.place[0] - _WIDTH / 2, node.place[1])
        for index, end in enumerate(ends):
            self._edge(end, [id_, f"input{index + 1}"])
        return [id_, "main"]

    def _end(self, connection: Connection) -> End:
        if connection.output in _BRANCHES and self._branches(self._sources[connection.source]):
            return [f"{connection.source}-if", connection.output]
        return [connection.source, "main"]

    def _branches(self, node: MiniNode) -> bool:
        return node.type == "conditional_logic"

    def _add_branches(self, connections: Sequence[Connection]) -> None:
        """An If node behind each condition whose branches are connected."""
        for id_ in dict.fromkeys(one.source for one in connections if one.output in _BRANCHES):
            node = self._sources[id_]
            if not self._branches(node):
                continue
            condition = {
                "left": "={{ $json.result }}",
                "operator": {"type": "boolean", "operation": "true"},
            }
            self._nodes.append(
                {
                    "id": f"{id_}-if",
                    "name": self._unused_name(f"{node.name}: which way"),
                    "type": "penstock/flow.if",
                    "config": {"conditions": {"conditions": [condition]}},
                }
            )
            if node.place:
                self._layout[f"{id_}-if"] = (node.place[0] + _WIDTH / 2, node.place[1])
            self._edge([id_, "main"], [f"{id_}-if", "main"])

    def _edge(self, source: End, target: End) -> None:
        self._edges.append({"from": source, "to": target})

    def _unused(self, id_: str) -> str:
        return _free(id_, {node["id"] for node in self._nodes} | set(self._sources))

    def _unused_name(self, name: str) -> str:
        names = {node["name"] for node in self._nodes}
        return _free(name, names | {node.name for node in self._sources.values()})

    def _remark(self, code: str, message: str, node: str = "") -> None:
        self._remarks.append(
            Remark(
                code=code, message=message[:500], node=node, blocks=code != "import.edge_dropped"
            )
        )


def _placeholder(node: MiniNode, reason: str) -> Made:
    config = {
        "original_type": node.type,
        "reason": reason[:300],
        "parameters": dict(node.config),
    }
    return Made(type="penstock/core.placeholder", config=config)


def _line(value: Any) -> str:
    return "".join(char for char in str(value or "") if char.isprintable())[:200]


def _free(stem: str, taken: Mapping[str, Any] | set[str]) -> str:
    chosen, number = stem, 1
    while chosen in taken:
        number += 1
        chosen = f"{stem}-{number}"
    return chosen
