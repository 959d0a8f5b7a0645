"""The workflow around an expression: the nodes that it names, with the items that they gave."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from penstock_sdk import BinaryRef, Item
from penstock_sdk.importing import Importer
from tests.conformance.run_case import ZONE
from tests.conformance.values import read

#: Id of the node whose field is the expression.
JUDGED = "judged"

Mocks = dict[str, Sequence[Item]]
Workflow = tuple[dict[str, Any], Mocks, list[Item]]


class Surroundings:
    """Makes workflows for facts."""

    def __init__(self, fixtures: Path, importer: Importer) -> None:
        self._fixtures = fixtures
        self._importer = importer

    def of(self, fact: Mapping[str, Any]) -> Workflow:
        """The workflow, what its nodes give, and what the first one receives."""
        if fact.get("fixture"):
            return self._from_fixture(fact)
        return _from_data(fact["expression"], fact["data"])

    def _from_fixture(self, fact: Mapping[str, Any]) -> Workflow:
        workflow = self._load(f"{fact['fixture']}_workflow.json")
        run = self._load(f"{fact['fixture']}_run.json")
        run_data = run["data"]["resultData"]["runData"]
        document: dict[str, Any] = {**self._importer.convert(workflow)[0].document}
        mocks: Mocks = {}
        old = ""
        for node in document["nodes"]:
            if node["name"] == fact["data"]["node"]:
                old = node["id"]
                node.update(_judge(node["name"], fact["expression"]))
            elif node["name"] in run_data:
                items = _first_output(run_data[node["name"]])
                if items is not None:
                    mocks[node["id"]] = items
        for edge in document["edges"]:
            for end in ("from", "to"):
                if edge[end][0] == old:
                    edge[end] = [JUDGED, edge[end][1]]
        document.pop("layout", None)
        document.pop("fixtures", None)
        return document, mocks, [Item({})]

    def _load(self, name: str) -> Any:
        return json.loads((self._fixtures / name).read_text("utf-8"))


def _judge(
    name: str, expression: Any, parameters: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    judged = {"include": "none", "assignments": [{"name": "value", "value": expression}]}
    return {
        "id": JUDGED,
        "name": name,
        "type": "penstock/data.set",
        "version": 1,
        "config": {**(parameters or {}), **judged},
    }


def _first_output(runs: Any) -> list[Item] | None:
    """The items of the first output, unless others have some."""
    main = (runs[-1].get("data") or {}).get("main") or [[]]
    if any(main[1:]):
        return None
    return [Item(read(one.get("json", {}))) for one in main[0] or []]


def _from_data(expression: Any, data: Mapping[str, Any]) -> Workflow:
    items = [_item(one) for one in data.get("items") or [{"json": {}}]]
    nodes: list[dict[str, Any]] = [
        {"id": "start", "name": "conformance start", "type": "penstock/flow.manual"}
    ]
    mocks: Mocks = {}
    edges: list[dict[str, Any]] = []
    last = "start"
    parameters = _parameters(data)
    for n, (name, runs) in enumerate((data.get("runData") or {}).items()):
        if name != data["node"]:
            id_ = f"before{n}"
            config = parameters.get(name, {})
            nodes.append({"id": id_, "name": name, "type": "penstock/flow.noop", "config": config})
            if not runs:
                continue
            edges.append({"from": [last, "main"], "to": [id_, "main"]})
            mocks[id_] = _last_items(runs)
            last = id_
    if last == "start" or mocks[last] != items:
        nodes.append({"id": "feed", "name": "conformance feed", "type": "penstock/flow.noop"})
        edges.append({"from": [last, "main"], "to": ["feed", "main"]})
        mocks["feed"] = items
        last = "feed"
    edges.append({"from": [last, "main"], "to": [JUDGED, "main"]})
    document = {
        "format": "penstock/1",
        "name": str((data.get("workflow") or {}).get("name") or "workflow"),
        "nodes": [*nodes, _judge(data["node"], expression, parameters.get(data["node"]))],
        "edges": edges,
        "settings": {"expressions": "lenient", "timezone": data.get("timezone") or ZONE},
    }
    return document, mocks, items


def _last_items(runs: Sequence[Mapping[str, Any]]) -> list[Item]:
    outputs = runs[-1].get("outputs") if runs else None
    return [_item(one) for one in (outputs or [[]])[0] or []]


def _parameters(data: Mapping[str, Any]) -> Mapping[str, Mapping[str, Any]]:
    nodes = (data.get("workflow") or {}).get("nodes") or []
    return {node["name"]: node.get("parameters", {}) for node in nodes}


def _item(one: Mapping[str, Any]) -> Item:
    files = one.get("binary")
    if not isinstance(files, Mapping) or "$type" in files:
        return Item(read(one.get("json", one)))
    return Item(read(one.get("json", {})), {name: _file(file) for name, file in files.items()})


def _file(file: Mapping[str, Any]) -> BinaryRef:
    return BinaryRef(id="none", media_type=file["mimeType"], file_name=file.get("fileName"))
