"""Which node a join waits for in vain, and may be run with an empty item instead, in legacy order.

The rules:

* A join that lacks an input looks at each node that leads to it and has not run; above that, at the
  last one that has not run either, upwards level by level.
* That node runs with an empty item if nothing leads to it, or if all that leads to its first input
  has run and put nothing out there.
* What is disabled counts as any other; what has run is never run again for this.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from penstock_kernel.store.records import StepRecord
from penstock_kernel.workflow.topology import Topology

History = Mapping[str, Collection[StepRecord]]


class Forcing:
    """The nodes of one graph, looked at from below."""

    def __init__(self, topology: Topology) -> None:
        self._into: dict[str, dict[str, list[tuple[str, str]]]] = {}
        for arc in topology.arcs.values():
            ports = self._into.setdefault(arc.target, {})
            ports.setdefault(arc.target_port, []).append((arc.source, arc.source_port))
        self._inputs = topology.inputs

    def find(self, join: str, missing: Collection[str], history: History) -> str | None:
        """The node to run so that a join gets what it lacks."""
        for port in missing:
            for source, _ in self._into.get(join, {}).get(port, ()):
                if source not in history:
                    found = self._topmost(source, history, join)
                    if found is not None and self._is_left_empty(found, history):
                        return found
        return None

    def _topmost(self, node_id: str, history: History, join: str) -> str | None:
        found = node_id
        seen = {node_id}
        level = [node_id]
        while level:
            above = [
                source
                for one in level
                for sources in self._into.get(one, {}).values()
                for source, _ in sources
                if source not in history and source not in seen
            ]
            level = list(dict.fromkeys(above))
            seen.update(level)
            if level:
                found = level[-1]
        return None if found == join else found

    def _is_left_empty(self, node_id: str, history: History) -> bool:
        """Does nothing lead to its first input, or nothing that put anything out?"""
        ports = self._inputs.get(node_id, ())
        sources = self._into[node_id][ports[0]] if ports else ()
        return all(
            source in history and not any(_gave(record, port) for record in history[source])
            for source, port in sources
        )


def _gave(record: StepRecord, port: str) -> bool:
    output = record.outputs.get(port)
    return output is not None and bool(output.items)
