"""Steps of an earlier execution that a new one begins with: resume from failure, run from here."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from penstock_kernel.execution.plan import ENDED
from penstock_kernel.store.records import StepRecord
from penstock_kernel.workflow.topology import Topology


def kept(steps: Iterable[StepRecord], topology: Topology, *, start: str | None) -> list[StepRecord]:
    """The steps that need not run again, as `cached`.

    Those that ended well, of nodes that still exist, and not of the node to start from nor of what
    comes after it.
    """
    known = topology.graph.nodes
    after = () if start is None else (start, *topology.graph.descendants(start))
    again = frozenset(after)
    return [
        msgspec.structs.replace(step, status="cached", error=None)
        for step in steps
        if step.status in ENDED and step.key.node_id in known and step.key.node_id not in again
    ]
