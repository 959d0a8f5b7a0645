"""The node that waits, and the one that calls another workflow."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from penstock_node_n8n.source import Mapped, Mapper, Source, Unmapped
from penstock_sdk.loose import table

_RESUME = {
    "timeInterval": "interval",
    "specificTime": "date",
    "webhook": "webhook",
    "form": "form",
}
_UNITS = {"seconds": "seconds", "minutes": "minutes", "hours": "hours", "days": "days"}


def _wait(source: Source) -> Mapped:
    resume = source.one_of("resume", _RESUME, "timeInterval")
    config: dict[str, Any] = {"resume": resume}
    if resume == "interval":
        new = source.version >= 1.1
        config["amount"] = source.get("amount", 5 if new else 1)
        config["unit"] = source.one_of("unit", _UNITS, "seconds" if new else "hours")
    elif resume == "date":
        config["until"] = source.get("dateTime", "")
    return Mapped(type="penstock/flow.wait", config=config)


def _execute(source: Source) -> Mapped:
    origin = source.text("source", "database")
    if origin != "database":
        raise Unmapped(f"A workflow from {origin!r} has no counterpart", field="source")
    named = source.get("workflowId", "")
    config: dict[str, Any] = {"workflow": named if isinstance(named, str) else str(named)}
    if source.text("mode", "once") == "each":
        config["mode"] = "each"
    values = table(source.get("workflowInputs.value"))
    if values:
        config["values"] = [{"name": name, "value": value} for name, value in values.items()]
    if source.get("options.waitForSubWorkflow", True) is False:
        config["wait"] = False
    message = f"It calls the workflow {named!r}: choose it again when that one is imported"
    blocker = ("import.workflow_reference", message, "workflowId")
    return Mapped(type="penstock/flow.execute", config=config, blockers=[blocker])


MAPPINGS: Mapping[str, Mapper] = {
    "n8n-nodes-base.wait": _wait,
    "n8n-nodes-base.executeWorkflow": _execute,
}
