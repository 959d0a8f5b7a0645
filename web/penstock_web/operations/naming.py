"""Lets log lines say for which execution and which step they were written: an observer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from penstock_web.operations.logs import about

if TYPE_CHECKING:
    from penstock_kernel.execution.plan import Activation
    from penstock_kernel.execution.program import NodePlan
    from penstock_kernel.execution.step_view import Scene
    from penstock_kernel.store.records import ExecutionRecord, StepRecord


class Naming:
    """Notes what the present task works for."""

    def step_begins(self, scene: Scene, node: NodePlan, activation: Activation) -> None:
        """What is logged from here on is about this step."""
        about.set({"execution": scene.whole.id, "node": activation.key.node_id})

    def step_ended(self, scene: Scene, node: NodePlan, record: StepRecord) -> None:
        """What is logged from here on is about the execution."""
        about.set({"execution": scene.whole.id})

    def execution_ended(self, record: ExecutionRecord) -> None:
        """Nothing changes: the task ends with its execution."""
