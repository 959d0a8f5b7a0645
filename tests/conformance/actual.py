"""What our execution gave, in the shape in which the cases tell theirs."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from typing import Any, cast

from penstock_kernel.execution.result import Execution
from penstock_kernel.packages.loader import Plugins
from penstock_kernel.store.records import PortOutput, StepRecord
from penstock_sdk import BinaryRef, Item


class Ports:
    """Which of our ports stands for which of their outputs."""

    def __init__(
        self, workflow: Mapping[str, Any], document: Mapping[str, Any], plugins: Plugins
    ) -> None:
        self._nodes = {node["id"]: node for node in document["nodes"]}
        self._plugins = plugins
        self._known: dict[str, dict[int, str]] = {}
        self._learn(workflow, document)

    def _learn(self, workflow: Mapping[str, Any], document: Mapping[str, Any]) -> None:
        """From the connections: the importer has translated those."""
        ids = {node["name"]: node["id"] for node in document["nodes"]}
        for name, kinds in workflow.get("connections", {}).items():
            ports = [
                edge["from"][1]
                for edge in document.get("edges", ())
                if edge["from"][0] == ids.get(name) and edge.get("kind", "main") == "main"
            ]
            indexes = [
                index
                for index, links in enumerate(kinds.get("main") or ())
                for link in cast("Sequence[Mapping[str, Any]]", links or ())
                if link["node"] in ids
            ]
            if len(ports) == len(indexes):
                self._known[ids[name]] = dict(zip(indexes, ports, strict=True))

    def name(self, node_id: str, index: int) -> str | None:
        """Our port for their output."""
        known = self._known.get(node_id, {})
        if index in known:
            return known[index]
        node = self._nodes[node_id]
        kind = self._plugins.node(node["type"], node.get("version", 1))
        if kind is None:
            return "main" if index == 0 else None
        names = [port.name for port in kind.ports(node.get("config", {})).outputs]
        if node.get("settings", {}).get("on_error") == "error_port":
            names.append("error")
        free = [name for name in names if name not in known.values()]
        before = sum(1 for other in range(index) if other not in known)
        return free[before] if before < len(free) else None


def order_of(execution: Execution, document: Mapping[str, Any]) -> list[str]:
    """Names of the nodes that ran, in that order."""
    names = {node["id"]: node["name"] for node in document["nodes"]}
    return [names[step.key.node_id] for step in execution.steps if step.status != "skipped"]


def runs_of(execution: Execution, node_id: str) -> list[StepRecord]:
    """The runs of a node, in the order of time."""
    return [
        step
        for step in execution.steps
        if step.key.node_id == node_id and step.status in {"ok", "error", "cached"}
    ]


async def items_of(output: PortOutput | None, blobs: Any) -> list[dict[str, Any]]:
    """Items as they tell them."""
    return [await _plain(item, blobs) for item in (output.items if output else ())]


_OF_ERRORS = ("message", "name", "description", "context")


def _json(item: Item) -> dict[str, Any]:
    """An error among the data is told by what both products know of errors."""
    error = item.json.get("error")
    if not isinstance(error, dict) or not {"message", "code"} <= error.keys():
        return item.json
    return {**item.json, "error": {key: error[key] for key in _OF_ERRORS if key in error}}


async def _plain(item: Item, blobs: Any) -> dict[str, Any]:
    told: dict[str, Any] = {"json": _json(item)}
    if item.binary:
        told["binary"] = {name: await _file(ref, blobs) for name, ref in item.binary.items()}
    return told


async def _file(ref: BinaryRef, blobs: Any) -> dict[str, Any]:
    data = await blobs.read("default", ref)
    told: dict[str, Any] = {
        "mimeType": ref.media_type,
        "fileType": _file_type(ref.media_type),
        "data": base64.b64encode(data).decode(),
        "fileSize": _size(len(data)),
    }
    if ref.file_name:
        told["fileName"] = ref.file_name
        told["fileExtension"] = ref.file_name.rpartition(".")[2]
    return told


def _file_type(media_type: str) -> str:
    if media_type == "application/json":
        return "json"
    if media_type == "application/pdf":
        return "pdf"
    return media_type.partition("/")[0]


def _size(count: int) -> str:
    """A number of bytes as a person reads it."""
    for unit, size in (("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if count >= size:
            return f"{count / size:.3g} {unit}"
    return f"{count} B"


def comparable(items: Sequence[Mapping[str, Any]], rules: Mapping[str, Any]) -> list[Any]:
    """Items without what a case does not compare."""
    return [_comparable(item, rules) for item in items]


def _comparable(item: Mapping[str, Any], rules: Mapping[str, Any]) -> Any:
    ignored = set(rules.get("ignore_item_keys", ()))
    only = rules.get("json_only")
    given = item if "json" in item or not item else {"json": item}
    kept = {k: v for k, v in given.items() if k not in ignored and (not only or k == "json")}
    if not kept.get("binary"):
        kept.pop("binary", None)
    else:
        drop = {"directory", "bytes", "id"}
        kept["binary"] = {
            name: {k: v for k, v in file.items() if k not in drop}
            for name, file in kept["binary"].items()
        }
    return kept
