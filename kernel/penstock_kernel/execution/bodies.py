"""What comes out of the body of a container, and why it failed.

The rules:

* A body runs as an execution of its own, in line, with an id that follows from the step and the
  number of the run: what has ended is not run again after a crash.
* Where its items enter stands a node with the id of the container, which puts them out.
* What leaves is gathered by node in canvas order, then by run, then by port.
* The parents of what leaves are items of the container's step.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import ClassVar, NamedTuple

from penstock_kernel.execution.lineage import Lineage
from penstock_kernel.execution.plan import Plan
from penstock_kernel.execution.policy import Clock
from penstock_kernel.execution.program import Program
from penstock_kernel.execution.resting import Rest
from penstock_kernel.execution.step_view import entering
from penstock_kernel.store.journal import ExecutionNotFound, Journal
from penstock_kernel.store.records import (
    ErrorRecord,
    ExecutionId,
    ExecutionRecord,
    PortOutput,
    StepKey,
)
from penstock_kernel.workflow.containers import Exits
from penstock_sdk import Item, NodeFailed, Output, Parent


class BodyKey(NamedTuple):
    """Which run of the body of a step."""

    step: str
    number: int
    #: Seconds from the beginning of the run before to that of this one.
    pause_s: float = 0.0

    def __str__(self) -> str:
        return f"{self.step}-{self.number}"


class BodyFailed(NodeFailed):
    """A node in a container has failed."""

    code: ClassVar[str] = "node.body_failed"


def body_failure(error: ErrorRecord | None, status: str) -> BodyFailed:
    """The failure of a body, as the step of its container tells it."""
    if error is None:
        return BodyFailed(f"The body ended as {status}", hint="Look at its steps.")
    name = f"{error.node_name!r} failed: " if error.node_name else ""
    failed = BodyFailed(f"{name}{error.message}", hint=error.hint)
    failed.data = {**error.data, "code": error.code, "node": error.node_name}
    return failed


def body_record(
    execution_id: ExecutionId,
    outside: ExecutionRecord,
    program: Program,
    container: str,
    items: Sequence[Item],
) -> ExecutionRecord:
    """The run of a body, as a part of the execution outside."""
    return ExecutionRecord(
        id=execution_id,
        workspace_id=outside.workspace_id,
        workflow_id=outside.workflow_id,
        workflow_name=outside.workflow_name,
        document=program.text,
        mode=outside.mode,
        parent=outside.id,
        input=items,
        start_node=container,
        vars=outside.vars,
    )


def entered(batch: Output) -> tuple[list[Item], Sequence[Parent]]:
    """What enters, each item an object of its own, and the items of the step it comes from."""
    items = [Item(item.json, item.binary) for item in batch.items]
    return items, range(len(items)) if batch.parents is None else batch.parents


def body_output(
    program: Program, plan: Plan, container: str, parents: Sequence[Parent], target: str | None
) -> Output:
    """What a body that has ended puts out."""
    lineage = Lineage(plan.records, plan.loops, plan.topology.loops)
    places = {id(item): place for place, item in enumerate(entering(plan, container))}
    found: list[Item] = []
    sources: list[Parent] = []
    for key, port, output in _leaving(program, plan, target):
        found += output.items
        column = lineage.paired(key, port, container)
        for i in range(len(output.items)):
            place = places.get(id(column[i]), -1) if i < len(column) else -1
            sources.append(parents[place] if place >= 0 else -1)
    return Output(found, sources)


def _leaving(
    program: Program, plan: Plan, target: str | None
) -> Iterator[tuple[StepKey, str, PortOutput]]:
    for node_id, ports in _exits(program, target):
        for record in sorted(plan.history.get(node_id, ()), key=lambda one: one.key.run_index):
            for port in ports:
                output = record.outputs.get(port)
                if output is not None and output.items:
                    yield record.key, port, output


def _exits(program: Program, target: str | None) -> Exits:
    if target is None:
        return program.exits
    return ((target, tuple(port.name for port in program.graph.ports[target].outputs)),)


async def pause_before(journal: Journal, clock: Clock, key: BodyKey, rest: Rest) -> None:
    """Wait until the run of a body that follows another may begin, by what the journal has."""
    if not key.number or not key.pause_s:
        return
    before = str(key._replace(number=key.number - 1))
    try:
        record = await journal.execution(ExecutionId(f"body-{before}-0"))
    except ExecutionNotFound:
        return
    due_ms = record.created_ms + round(key.pause_s * 1000)
    delay_ms = due_ms - clock.now_ms()
    if delay_ms > 0:
        rest.wait(str(key), due_ms)
        await clock.sleep(delay_ms / 1000)
        rest.begin(str(key))
