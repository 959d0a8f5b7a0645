"""The executions that other executions begin: sub-workflows, and error workflows.

The rules:

* What is waited for runs in line. What nobody waits for stands on its own: in a process that serves
  it is accepted like any event, with a pool, a limit and a place of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from penstock_kernel.execution import simulation
from penstock_kernel.execution.library import Called
from penstock_kernel.execution.program import Program
from penstock_kernel.execution.resting import Rest
from penstock_kernel.execution.session import Session, fence_of
from penstock_kernel.execution.step_view import Scene
from penstock_kernel.store.records import ExecutionId, ExecutionRecord
from penstock_sdk import Item


class Enters(Protocol):
    """Accepts an execution that stands on its own; given by who serves."""

    async def __call__(self, record: ExecutionRecord, program: Program) -> None: ...


def sub_of(
    called: Called,
    execution_id: ExecutionId,
    scene: Scene,
    items: Sequence[Item],
    rest: Rest | None,
) -> tuple[ExecutionRecord, Session]:
    """A sub-execution; without a rest, nobody waits for it."""
    root = None if called.file is None else scene.root
    session = Session(called.program, called.file, depth=scene.depth + 1, root=root, rest=rest)
    session.fence = None if rest is None else fence_of(scene)
    mode = simulation.MODE if simulation.is_simulated(scene.execution) else "sub"
    record = called_record(called, execution_id, scene.execution, items, mode=mode)
    record.vars = scene.execution.vars
    return record, session


def called_record(
    called: Called,
    execution_id: ExecutionId,
    caller: ExecutionRecord,
    items: Sequence[Item],
    *,
    mode: str,
) -> ExecutionRecord:
    """An execution that another one begins."""
    return ExecutionRecord(
        id=execution_id,
        workspace_id=caller.workspace_id,
        workflow_id=called.workflow_id,
        workflow_name=called.program.document.name,
        version=called.version,
        document=called.program.text,
        mode=mode,
        parent=caller.id,
        input=list(items),
    )
