"""What an execution gave, as the one who asked for it sees it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from penstock_kernel.execution.costs import Costs
from penstock_kernel.execution.plan import Plan
from penstock_kernel.store.records import (
    ErrorRecord,
    ExecutionId,
    ExecutionRecord,
    ExecutionStatus,
    PortOutput,
    StepRecord,
    WaitingFor,
)
from penstock_sdk import Item


class Execution(msgspec.Struct, kw_only=True):
    """An execution that has ended, or that waits for a signal."""

    id: ExecutionId
    workflow_name: str
    status: ExecutionStatus
    waiting_for: WaitingFor | None = None
    due_ms: int | None = None
    error: ErrorRecord | None = None
    #: In the order in which they ended; those that wait are last.
    steps: list[StepRecord]
    #: What the nodes that led nowhere put out in their latest runs, in canvas order.
    items: list[Item]
    created_ms: int
    finished_ms: int
    costs: Costs
    #: Of the run of a body: the node that holds it.
    container: str = ""
    #: The runs of the bodies of its containers, by container and number: the first 1,000 that end.
    bodies: Sequence[Execution] = ()

    def outputs(self, node_id: str) -> list[dict[str, PortOutput]]:
        """What each run of a node put out."""
        own = [dict(step.outputs) for step in self.steps if step.key.node_id == node_id]
        return own or [outputs for body in self.bodies for outputs in body.outputs(node_id)]


def result_of(
    execution: ExecutionRecord,
    plan: Plan,
    costs: Costs,
    bodies: Mapping[tuple[str, int, int], Execution],
) -> Execution:
    """The result of a drive that has ended."""
    waiting = [one.record for one in plan.live.values() if one.record is not None]
    known = plan.records.keys()
    return Execution(
        id=execution.id,
        workflow_name=execution.workflow_name,
        status=execution.status,
        waiting_for=execution.waiting_for,
        due_ms=execution.due_ms,
        error=execution.error,
        steps=[*plan.records.values(), *(step for step in waiting if step.key not in known)],
        items=_last_items(plan),
        created_ms=execution.created_ms,
        finished_ms=execution.finished_ms,
        costs=costs,
        bodies=[bodies[key] for key in sorted(bodies)],
    )


def _last_items(plan: Plan) -> list[Item]:
    rank = plan.topology.rank
    found: list[Item] = []
    for node_id in sorted(plan.ends, key=lambda node_id: rank[node_id]):
        for items in _ports(plan.records[plan.ends[node_id]]):
            found.extend(items)
    return found


def _ports(record: StepRecord) -> list[Sequence[Item]]:
    return [output.items for output in record.outputs.values()]
