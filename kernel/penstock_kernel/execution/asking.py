"""What is asked of a node outside of any execution: choices, what is new, what came in."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, cast

from penstock_kernel.execution.execute import context_of
from penstock_kernel.execution.host import Host
from penstock_kernel.execution.plan import Activation
from penstock_kernel.execution.program import NodePlan, Program
from penstock_kernel.execution.step_view import Scene
from penstock_kernel.packages.catalog import NodeBroken
from penstock_kernel.store.records import ExecutionId, ExecutionRecord, StepKey
from penstock_kernel.store.scope import WORKSPACE
from penstock_sdk import Choice, Event, PenstockError, Trigger

MAX_CHOICES = 10_000
TIMEOUT_S = 30.0


def record_apart(execution_id: ExecutionId, program: Program, file: Path | None) -> ExecutionRecord:
    """An execution that is kept nowhere, to ask a node of a document something."""
    name = program.document.name
    return ExecutionRecord(
        id=execution_id,
        workspace_id=WORKSPACE,
        workflow_id=name if file is None else str(file),
        workflow_name=name,
        document=None,
    )


async def choices_of(host: Host, scene: Scene, node: NodePlan, field: str) -> Sequence[Choice]:
    """The choices for a dynamic field; none for any other.

    Raises:
        PenstockError: The node cannot tell, or its code failed.
    """
    declared = node.type.fields.get(field)
    implementation = node.type.implementation
    if declared is None or not declared.dynamic or implementation is None:
        return ()
    ctx, _ = await context_of(host, scene, node, Activation(StepKey(node.spec.id, 0), {}))
    try:
        async with asyncio.timeout(TIMEOUT_S):
            found: Any = implementation.options(field, ctx)
            if inspect.isawaitable(found):
                found = await found
            return list(cast("Sequence[Choice]", found))[:MAX_CHOICES]
    except PenstockError:
        raise
    except Exception as error:
        raise NodeBroken(node.type.id, "options", error) from error


async def poll(
    host: Host, scene: Scene, node: NodePlan, cursor: Any
) -> tuple[Sequence[Event], Any]:
    """What is new since a cursor, and the next cursor.

    Raises:
        PenstockError: The node cannot tell, or its code failed.
    """
    found = await ask_trigger(host, scene, node, "poll", cursor, within_s=node.timeout_s)
    return cast("tuple[Sequence[Event], Any]", found)


async def receive(
    host: Host, scene: Scene, node: NodePlan, request: Mapping[str, Any]
) -> Event | None:
    """The event that a trigger sees in a request; none where it wants nothing of it.

    Raises:
        PenstockError: The node cannot tell, or its code failed.
    """
    return cast("Event | None", await ask_trigger(host, scene, node, "on_request", request))


async def ask_trigger(
    host: Host,
    scene: Scene,
    node: NodePlan,
    what: str,
    *given: Any,
    within_s: float | None = TIMEOUT_S,
) -> Any:
    """What a method of a trigger gives.

    Raises:
        PenstockError: The node cannot tell, or its code failed.
    """
    trigger = node.type.implementation
    if not isinstance(trigger, Trigger):
        raise NodeBroken(node.type.id, what, TypeError("It is no trigger."))
    ctx, _ = await context_of(host, scene, node, Activation(StepKey(node.spec.id, 0), {}))
    try:
        async with asyncio.timeout(within_s):
            return await getattr(trigger, what)(ctx, *given)
    except PenstockError:
        raise
    except Exception as error:
        raise NodeBroken(node.type.id, what, error) from error
