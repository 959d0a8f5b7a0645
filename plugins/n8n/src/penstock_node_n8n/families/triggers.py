"""Nodes that start a workflow."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, cast

from penstock_node_n8n.source import Mapped, Mapper, Source, Unmapped

_TYPES = {
    "any": "any",
    "string": "string",
    "number": "number",
    "boolean": "boolean",
    "array": "array",
    "object": "object",
}


def _manual(source: Source) -> Mapped:
    return Mapped(type="penstock/flow.manual", inputs=())


def _called(source: Source) -> Mapped:
    if source.version < 1.1:
        return Mapped(type="penstock/flow.called", inputs=())
    origin = source.get("inputSource", "workflowInputs")
    if origin == "passthrough":
        rows: list[dict[str, Any]] = []
    elif origin == "jsonExample":
        rows = _example(source)
    else:
        rows = [_input(row) for row in source.rows("workflowInputs.values")]
    config = {"fields_in": rows} if rows else {}
    return Mapped(type="penstock/flow.called", config=config, inputs=())


def _input(row: Mapping[str, Any]) -> dict[str, Any]:
    type_ = _TYPES.get(str(row.get("type", "string")), "any")
    return {"name": str(row.get("name", "")), "type": type_}


def _example(source: Source) -> list[dict[str, Any]]:
    """The inputs that an example item stands for."""
    text = source.text("jsonExample")
    try:
        example = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Unmapped("The example is not JSON", field="jsonExample") from error
    if not isinstance(example, Mapping):
        raise Unmapped("The example is no object", field="jsonExample")
    members = cast("Mapping[str, Any]", example).items()
    return [{"name": name, "type": _type_of(value)} for name, value in members]


def _type_of(value: Any) -> str:
    kinds: tuple[tuple[type | tuple[type, ...], str], ...] = (
        (bool, "boolean"),
        ((int, float), "number"),
        (str, "string"),
        (list, "array"),
        (dict, "object"),
    )
    return next((name for kind, name in kinds if isinstance(value, kind)), "any")


MAPPINGS: Mapping[str, Mapper] = {
    "n8n-nodes-base.manualTrigger": _manual,
    "n8n-nodes-base.start": _manual,
    "n8n-nodes-base.executeWorkflowTrigger": _called,
}
