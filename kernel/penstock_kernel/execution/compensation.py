"""Undo what can be undone after a failure, last step first.

The rules:

* Only steps that ended well and had effects are undone, and only where their node says how.
* A step that cannot be undone is noted on it, and the others are still undone.
* That the execution fails is committed before the first is undone: whoever owns it after a crash
  goes on with undoing, and with nothing else.
* Each is committed when it has been undone, so that a crash on the way repeats one at most.
"""

from __future__ import annotations

import asyncio
import inspect
from typing import TYPE_CHECKING, Any, cast

import msgspec

from penstock_kernel.execution.execute import context_of
from penstock_kernel.execution.outcome import error_record
from penstock_kernel.execution.plan import Activation
from penstock_kernel.store.records import ErrorRecord, LogLine, StepRecord
from penstock_sdk import Item

if TYPE_CHECKING:
    from penstock_kernel.execution.host import Host
    from penstock_kernel.execution.program import Program
    from penstock_kernel.execution.scribe import Scribe
    from penstock_kernel.execution.step_view import Scene


async def compensate(
    host: Host, scene: Scene, program: Program, scribe: Scribe, error: ErrorRecord
) -> None:
    """Undo the finished steps of an execution that failed."""
    records = scene.plan.records
    done = [one for one in records.values() if one.status == "ok" and not one.undone]
    done.sort(key=lambda record: record.finished_ms)
    for record in reversed(done):
        kind = program.types[record.key.node_id]
        undo = getattr(kind.implementation, "compensate", None) if kind is not None else None
        if undo is not None and record.effects != "none":
            if scene.execution.error is None:
                await scribe.failing(error)
            records[record.key] = undone = await _undo(host, scene, program, record, undo)
            await scribe.outcome(undone)


async def _undo(
    host: Host, scene: Scene, program: Program, record: StepRecord, undo: Any
) -> StepRecord:
    node = program.node(record.key.node_id)
    activation = Activation(record.key, dict(record.sources), record)
    try:
        ctx, items = await context_of(host, scene, node, activation)
        outputs: dict[str, list[Item]] = {
            port: list(output.items) for port, output in record.outputs.items()
        }
        async with asyncio.timeout(node.timeout_s):
            result = undo(ctx, items, outputs)
            if inspect.isawaitable(result):
                await cast("Any", result)
    except Exception as error:  # noqa: BLE001 - a stranger's code; the others are still undone
        told = error_record(error)
        message = f"This step could not be undone: {told.message}"
        line = LogLine(host.clock.now_ms(), "error", message, {"code": told.code})
        return msgspec.structs.replace(record, logs=[*record.logs, line])
    line = LogLine(host.clock.now_ms(), "info", "This step was undone after the failure.")
    return msgspec.structs.replace(record, logs=[*record.logs, line], undone=True)
