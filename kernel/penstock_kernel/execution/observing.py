"""Who counts and times what is executed: called on the way, so it has to be quick.

The rules:

* An observer never raises, and never waits: what it wants to send, it sends later.
* A step begins and ends in one task, so that what is noted in a context variable at its begin holds
  for all that it does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from penstock_kernel.execution.plan import Activation
    from penstock_kernel.execution.program import NodePlan
    from penstock_kernel.execution.step_view import Scene
    from penstock_kernel.store.records import ExecutionRecord, StepRecord


class Observer(Protocol):
    """Is told what a kernel does."""

    def step_begins(self, scene: Scene, node: NodePlan, activation: Activation) -> None:
        """An attempt at a step is about to run."""
        ...

    def step_ended(self, scene: Scene, node: NodePlan, record: StepRecord) -> None:
        """An attempt at a step has ended, or waits."""
        ...

    def execution_ended(self, record: ExecutionRecord) -> None:
        """An execution has ended, and that is committed; parts of others are told of too."""
        ...
