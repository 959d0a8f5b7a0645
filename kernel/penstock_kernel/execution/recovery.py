"""What to do with a step that had started when its owner was lost.

The rules:

* Without effects, idempotent, keyed: it runs again, the last with the same idempotency key.
* Unsafe: the node is asked whether the effect has happened, if it can tell. If it cannot, the
  step is parked in doubt, for a person or a policy to decide: never silently twice.
"""

from __future__ import annotations

import inspect
from typing import Any, cast

import msgspec

from penstock_kernel.execution.execute import context_of
from penstock_kernel.execution.host import Host
from penstock_kernel.execution.outcome import Inputs, error_record, outputs_of
from penstock_kernel.execution.plan import Activation
from penstock_kernel.execution.program import NodePlan
from penstock_kernel.execution.step_view import Scene
from penstock_kernel.store.records import ErrorRecord, PortOutput, StepRecord


async def decide(
    host: Host, scene: Scene, node: NodePlan, activation: Activation
) -> StepRecord | None:
    """The record of a step that is not to run again; None where it is."""
    before = cast("StepRecord", activation.record)
    if before.effects != "unsafe":
        return None
    verify = getattr(node.type.implementation, "verify", None)
    if verify is None:
        return _in_doubt(before, node, None)
    try:
        outputs = await _ask(host, scene, node, activation, verify)
    except Exception as error:  # noqa: BLE001 - a stranger's code; without an answer it is in doubt
        return _in_doubt(before, node, error)
    if outputs is None:
        return None
    now_ms = host.clock.now_ms()
    return msgspec.structs.replace(before, status="ok", outputs=outputs, finished_ms=now_ms)


async def _ask(
    host: Host, scene: Scene, node: NodePlan, activation: Activation, verify: Any
) -> dict[str, PortOutput] | None:
    ctx, items = await context_of(host, scene, node, activation)
    result = verify(ctx, ctx.idempotency_key())
    if inspect.isawaitable(result):
        result = await cast("Any", result)
    if result is None:
        return None
    return outputs_of(result, node.first_output, Inputs(len(items), lambda: items))


def _in_doubt(before: StepRecord, node: NodePlan, error: Exception | None) -> StepRecord:
    why = "" if error is None else f" Asking the node failed: {error_record(error).message}"
    record = ErrorRecord(
        code="step.in_doubt",
        message=f"Nobody knows whether this step had its effect before its process died.{why}",
        hint="Look at the other system, then let the step run again or cancel the execution.",
        node_id=node.spec.id,
        node_name=node.spec.name,
    )
    return msgspec.structs.replace(before, status="in_doubt", waiting_for="in_doubt", error=record)
