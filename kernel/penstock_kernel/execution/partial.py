"""Steps of an earlier execution that a new one begins with: resume from failure, run from here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

from penstock_kernel.execution.plan import ENDED
from penstock_kernel.store.records import Source, StepRecord
from penstock_kernel.workflow.topology import Arc, Topology


def kept(steps: Iterable[StepRecord], topology: Topology, *, start: str | None) -> list[StepRecord]:
    """The steps that need not run again, as `cached`.

    Those that ended well, of nodes that still exist and still get what they got, and not of the
    node to start from nor of what comes after it.
    """
    known = topology.graph.nodes
    after = () if start is None else (start, *topology.graph.descendants(start))
    again = frozenset(after)
    found: list[StepRecord] = []
    for step in steps:
        if step.status in ENDED and step.key.node_id in known and step.key.node_id not in again:
            sources = _sources(step, topology)
            if sources is not None:
                more = {"status": "cached", "error": None, "sources": sources}
                found.append(msgspec.structs.replace(step, **more))
    return found


def _sources(step: StepRecord, topology: Topology) -> Mapping[str, Source | None] | None:
    """Where the inputs of a step come from by the edges of now; none: one of those has gone."""
    found: dict[str, Source | None] = {}
    for port, source in step.sources.items():
        edge = None if source is None else _edge(source, step.key.node_id, port, topology)
        if source is not None and edge is None:
            return None
        found[port] = source and msgspec.structs.replace(source, edge=edge)
    return found


def _edge(source: Source, node: str, port: str, topology: Topology) -> int | None:
    def leads_there(arc: Arc | None) -> bool:
        way = (source.step.node_id, source.port, node, port)
        return arc is not None and way == (arc.source, arc.source_port, arc.target, arc.target_port)

    if leads_there(topology.arcs.get(source.edge)):
        return source.edge
    return next((arc.index for arc in topology.arcs.values() if leads_there(arc)), None)
