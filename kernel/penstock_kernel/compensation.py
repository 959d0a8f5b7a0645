"""Undo what can be undone after a failure, last step first.

The rules:

* Only steps that ended well and had effects are undone, and only where their node says how.
* A step that cannot be undone is noted on it, and the others are still undone.
"""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any, cast

import msgspec

from penstock_kernel.execute import context_of
from penstock_kernel.outcome import error_record
from penstock_kernel.plan import Activation
from penstock_kernel.records import LogLine, StepRecord
from penstock_sdk import Item

if TYPE_CHECKING:
    from penstock_kernel.host import Host
    from penstock_kernel.program import Program
    from penstock_kernel.scribe import Scribe
    from penstock_kernel.step_view import Scene


async def compensate(host: Host, scene: Scene, program: Program, scribe: Scribe) -> None:
    """Undo the finished steps of an execution that failed."""
    done = [record for record in scene.plan.records.values() if record.status == "ok"]
    for record in reversed(done):
        kind = program.types[record.key.node_id]
        undo = getattr(kind.implementation, "compensate", None) if kind is not None else None
        if undo is not None and record.effects != "none":
            line = await _undo(host, scene, program, record, undo)
            scribe.keep(msgspec.structs.replace(record, logs=[*record.logs, line]))


async def _undo(
    host: Host, scene: Scene, program: Program, record: StepRecord, undo: Any
) -> LogLine:
    activation = Activation(record.key, dict(record.sources), record)
    try:
        ctx, items = await context_of(host, scene, program.node(record.key.node_id), activation)
        outputs: dict[str, list[Item]] = {
            port: list(output.items) for port, output in record.outputs.items()
        }
        result = undo(ctx, items, outputs)
        if inspect.isawaitable(result):
            await cast("Any", result)
    except Exception as error:  # noqa: BLE001 - a stranger's code; the others are still undone
        told = error_record(error)
        message = f"This step could not be undone: {told.message}"
        return LogLine(host.clock.now_ms(), "error", message, {"code": told.code})
    return LogLine(host.clock.now_ms(), "info", "This step was undone after the failure.")
