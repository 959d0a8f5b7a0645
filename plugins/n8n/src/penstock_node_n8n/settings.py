"""Settings of nodes and workflows in our words."""

from __future__ import annotations

import zoneinfo
from collections.abc import Mapping
from typing import Any

from penstock_node_n8n.reading import number
from penstock_node_n8n.remarks import Remarks

_ON_ERROR = {"continueRegularOutput": "continue", "continueErrorOutput": "error_port"}
_TRIES = (2, 5)  # n8n keeps the number of tries and the wait within these
_WAIT_MS = (0, 5000)
_DEFAULT = "DEFAULT"  # n8n's word for: what the server is set to
#: Say nothing about how a workflow runs here: who may call it, statistics, saving on the way.
#: Know nothing of errors: n8n's engine passes on what they were given. The others give a message.
_PASSES_ON = frozenset(
    {
        "aggregate",
        "itemLists",
        "limit",
        "merge",
        "sort",
        "splitOut",
        "stopAndError",
        "summarize",
    }
)
#: Work on all items at once, and so fail once for all.
_ONCE = frozenset({"code", "function", "removeDuplicates"})
#: Give the whole error.
_TELLS_ALL = frozenset({"graphql", "httpRequest"})
_NOISE = frozenset(
    {
        "availableInMCP",
        "binaryMode",
        "callerIds",
        "callerPolicy",
        "executionOrder",
        "executionTimeout",
        "errorWorkflow",
        "saveDataErrorExecution",
        "saveDataSuccessExecution",
        "saveExecutionProgress",
        "saveManualExecutions",
        "timeSavedMode",
        "timeSavedPerExecution",
        "timezone",
    }
)


def node_settings(node: Mapping[str, Any]) -> dict[str, Any]:
    """How the engine treats the node."""
    found: dict[str, Any] = {}
    on_error = _ON_ERROR.get(str(node.get("onError", "")))
    if on_error is None and "onError" not in node and node.get("continueOnFail") is True:
        on_error = "continue"
    if on_error:
        found["on_error"] = on_error
    if node.get("retryOnFail") is True:
        found["retry"] = _retry(node)
    flags = (("alwaysOutputData", "always_output"), ("executeOnce", "execute_once"))
    for theirs, ours in (*flags, ("disabled", "disabled")):
        if node.get(theirs) is True:
            found[ours] = True
    return found


def failing(kind: str, config: Mapping[str, Any], settings: Mapping[str, Any]) -> dict[str, Any]:
    """What goes on of items that failed, where the node goes on at all."""
    name = kind.rpartition(".")[2]
    if "on_error" not in settings or name in _TELLS_ALL:
        return {}
    if name in _PASSES_ON and settings["on_error"] == "continue":
        return {"failed_item": "unchanged"}
    once = name in _ONCE and config.get("mode") != "each"
    return {"failed_item": "one_message" if once else "message"}


def workflow_settings(workflow: Mapping[str, Any], remarks: Remarks) -> dict[str, Any]:
    """How the engine treats the workflow; `workflow` is n8n's settings."""
    v1 = workflow.get("executionOrder") == "v1"
    found: dict[str, Any] = {
        "order": "sequential" if v1 else "legacy",
        "expressions": "lenient",
        "save": _save(workflow),
    }
    timeout = number(workflow.get("executionTimeout"))
    if timeout is not None and timeout > 0:
        found["timeout_s"] = timeout
    found |= _zone(workflow.get("timezone"), remarks)
    found |= _error_workflow(workflow.get("errorWorkflow"), remarks)
    for key in workflow:
        if key not in _NOISE:
            message = f"The setting {key!r} of the workflow has no counterpart"
            remarks.add("import.setting_unused", message, field=f"settings.{key}")
    return found


def _retry(node: Mapping[str, Any]) -> dict[str, Any]:
    tries = _within(node.get("maxTries"), 3, _TRIES)
    wait_ms = _within(node.get("waitBetweenTries"), 1000, _WAIT_MS)
    wait_s = wait_ms / 1000
    return {
        "max_attempts": int(tries),
        "first_delay_s": wait_s,
        "max_delay_s": wait_s,
        "factor": 1.0,
        "jitter": 0.0,
    }


def _within(value: Any, default: float, limits: tuple[int, int]) -> float:
    given = number(value)
    return min(max(default if given is None else given, limits[0]), limits[1])


def _save(settings: Mapping[str, Any]) -> str:
    if settings.get("saveDataSuccessExecution") != "none":
        return "all"
    return "none" if settings.get("saveDataErrorExecution") == "none" else "errors"


def _zone(zone: Any, remarks: Remarks) -> dict[str, Any]:
    if not isinstance(zone, str) or zone in {"", _DEFAULT}:
        return {}
    try:
        zoneinfo.ZoneInfo(zone)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        message = f"There is no time zone called {zone!r}"
        remarks.add("import.setting_unused", message, field="settings.timezone")
        return {}
    return {"timezone": zone}


def _error_workflow(workflow: Any, remarks: Remarks) -> dict[str, Any]:
    if not isinstance(workflow, str) or workflow in {"", _DEFAULT}:
        return {}
    message = f"The error workflow is named by the id that it had in n8n: {workflow}"
    remarks.add("import.workflow_reference", message, field="settings.errorWorkflow")
    return {"error_workflow": workflow}
