"""Which step may run next: a pure state machine over the graph and the steps that have ended.

The rules:

1. A node with one connected input gets one step per delivery. A node with several (Merge) gets one
   step when every connected input has a delivery or can no longer receive one. In `parallel` order
   it also waits until it is certain which delivery of an input is the first, by the graph.
2. An output port without items delivers nothing, and a finished node delivers on all of its ports
   at once, in the order of the ports.
3. `parallel` order offers every ready step; `sequential` goes depth first, branches top to bottom;
   `legacy` goes breadth first. The last two offer one step at a time, and complete a join that
   lacks an input only when nothing else is ready. `legacy` then runs what the join waits for in
   vain with an empty item, where it can (`forcing.py`).
4. A cycle passes through a loop node or an edge marked `back`. Each return is one iteration, and
   iterations are limited. In `parallel` order a round begins when the one before it is over: of
   several returns, and then of several entries, one after the other in the order of the graph.
5. A step that failed for good delivers nothing. A step that waits (for a retry, a timer) keeps its
   successors waiting.
6. The index of a run is derived from the graph, not from the order of arrival: one edge into an
   input keeps the index of the source, k edges make it `index * k + ordinal`, a join takes that of
   its first input, a return takes the previous iteration's plus one. A taken index is replaced by
   the next free one.
7. A step that is already in the journal (an earlier part of this execution, fixtures, an earlier
   execution) is not offered again: what it put out is delivered as it stands. Steps are
   recognised by where their inputs came from. With a target, only what leads to it is offered.
8. A step of a node with a breakpoint is parked, not offered, until it is released.
"""

from __future__ import annotations

from bisect import insort
from collections import deque
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from typing import ClassVar, Literal, NamedTuple

import msgspec

from penstock_kernel.execution.forcing import Forcing
from penstock_kernel.execution.rounds import Rounds
from penstock_kernel.store.records import Source, StepKey, StepRecord
from penstock_kernel.workflow.topology import Arc, Topology
from penstock_sdk import PenstockError

Order = Literal["parallel", "sequential", "legacy"]
_NOWHERE: dict[str, tuple[Arc, ...]] = {}
ENDED = frozenset(("ok", "cached", "skipped"))
#: The place of a delivery among those of its input, and where it comes from.
_Delivery = tuple[int, Source]


class IterationLimit(PenstockError):
    """A cycle went round more often than its limit allows."""

    code: ClassVar[str] = "execution.iteration_limit"


class LoopRun(msgspec.Struct):
    """Where a loop stands at one activation of its node."""

    entry: Source
    iteration: int
    #: What came back, one per finished iteration; shared by all activations since the entry.
    returned: list[Source]


class Activation(msgspec.Struct):
    """A step that is to run."""

    key: StepKey
    sources: dict[str, Source | None]
    #: What the journal already knows of it: it waits, or was in flight when the process died.
    record: StepRecord | None = None
    loop: LoopRun | None = None


class Join(msgspec.Struct):
    """Deliveries that wait for the other inputs of their node."""

    queues: dict[str, list[_Delivery]]

    def missing(self) -> list[str]:
        return [port for port, queue in self.queues.items() if not queue]

    def take(self) -> dict[str, Source | None]:
        return {port: queue.pop(0)[1] if queue else None for port, queue in self.queues.items()}


class _Busy(NamedTuple):
    """The nodes with steps that have not ended, and the joins that lack something."""

    live: set[str]
    joins: set[str]


class Plan:
    """The state of one execution's plan. Costs the out-edges of a step for each step that ends."""

    def __init__(
        self,
        topology: Topology,
        *,
        order: Order = "parallel",
        target: str | None = None,
        max_iterations: int = 10_000,
        given: Iterable[StepRecord] = (),
        breakpoints: Collection[str] = (),
    ) -> None:
        self.topology = topology
        self.order: Order = order
        self.target = target
        self.max_iterations = max_iterations
        self.records: dict[StepKey, StepRecord] = {}
        #: The runs of each node that ended well, in that order, and the place of each.
        self.history: dict[str, list[StepRecord]] = {}
        self.ordinals: dict[StepKey, int] = {}
        #: How many runs of its node were offered before each step.
        self.turns: dict[StepKey, int] = {}
        self._offered: dict[str, int] = {}
        #: Steps of `given` that were delivered as they stood, until somebody takes them.
        self.replayed: list[StepRecord] = []
        self.parked: dict[StepKey, Activation] = {}
        self.live: dict[StepKey, Activation] = {}
        self.released: set[StepKey] = set()
        #: Steps that led nowhere: the latest run of each node.
        self.ends: dict[str, StepKey] = {}
        self.failed = False
        self._breakpoints = breakpoints
        self._allowed = None if target is None else topology.leads_to(target)
        self._ready: deque[Activation] = deque()
        self._joins: dict[str, Join] = {}
        #: Deliveries to loops that a round may have to end for.
        self._entries: dict[str, list[tuple[int, Source, Arc]]] = {}
        self._rounds = Rounds(topology)
        self._forcing: Forcing | None = None
        #: Nodes that were run with an empty item, because a join waited for them.
        self.forced: set[str] = set()
        self.loops: dict[StepKey, LoopRun] = {}
        self._given = {_identity(record.key.node_id, record.sources): record for record in given}
        #: Per node the indexes in use, each with one from which to look for a free one.
        self._taken: dict[str, dict[int, int]] = {}
        for record in self._given.values():
            self._take_index(record.key.node_id, record.key.run_index)

    def begin(self, node_ids: Sequence[str]) -> None:
        """Make the first steps ready: those of the start nodes, without any source."""
        created = [self._activate(node_id, {}, 0) for node_id in node_ids]
        self._push(created)

    def next(self) -> Activation | None:
        """Take the next step that is ready; None when there is none now."""
        while True:
            if not self._ready and not (self._enter_loops() or self._complete_joins()):
                return None
            activation = self._ready.popleft()
            record = activation.record
            if record is not None and record.status in ENDED:
                self._note_turn(activation.key)
                self.replayed.append(record)
                self.finished(record)
            elif self._must_park(activation):
                self.park(activation)
            else:
                self._note_turn(activation.key)
                return activation

    def _note_turn(self, key: StepKey) -> None:
        turn = self._offered.get(key.node_id, 0)
        self._offered[key.node_id] = turn + 1
        self.turns[key] = turn

    def finished(self, record: StepRecord) -> None:
        """A step has ended: remember it and deliver what it put out."""
        key = record.key
        self.records[key] = record
        self.live.pop(key, None)
        if record.status not in ENDED:
            self.failed = self.failed or record.status == "error"
            return
        history = self.history.setdefault(key.node_id, [])
        self.ordinals[key] = len(history)
        history.append(record)
        if key.node_id == self.target:
            self._note_end(key)
        else:
            self._push(self._deliver(record))

    @property
    def was_undone(self) -> bool:
        """Was one of its steps undone before? Those of an earlier execution do not count."""
        return any(one.undone and one.status == "ok" for one in self._given.values())

    def replay(self) -> None:
        """Walk through what has ended already, and offer nothing."""
        # A loop that went on for too long has ended the execution, and ends the walk.
        with suppress(IterationLimit):
            while self.next() is not None:
                pass

    @property
    def is_ready(self) -> bool:
        """Is there a step that could be offered at once?"""
        return bool(self._ready)

    def park(self, activation: Activation) -> None:
        """Put a step aside until it is released."""
        self.parked[activation.key] = activation

    def release(self, key: StepKey) -> None:
        """Let a parked step go on."""
        self.released.add(key)
        activation = self.parked.pop(key, None)
        if activation is not None:
            self._ready.append(activation)

    def _must_park(self, activation: Activation) -> bool:
        key, record = activation.key, activation.record
        if key in self.released:
            return False
        in_doubt = record is not None and record.status == "in_doubt"
        return in_doubt or key.node_id in self._breakpoints

    def _deliver(self, record: StepRecord) -> list[Activation]:
        created: list[Activation] = []
        leads_on = False
        for port, arcs in self.topology.out.get(record.key.node_id, _NOWHERE).items():
            output = record.outputs.get(port)
            if output is None or not output.items:
                continue
            leads_on = True
            for arc in arcs:
                activation = self._arrive(arc, record.key)
                if activation is not None:
                    created.append(activation)
        if not leads_on:
            self._note_end(record.key)
        return created

    def _note_end(self, key: StepKey) -> None:
        before = self.ends.get(key.node_id)
        # Side by side the one that ends last is a matter of chance, its index is not.
        if before is None or self.order != "parallel" or key.run_index > before.run_index:
            self.ends[key.node_id] = key

    def _arrive(self, arc: Arc, key: StepKey) -> Activation | None:
        if self._allowed is not None and arc.target not in self._allowed:
            return None
        source = Source(step=key, port=arc.source_port, edge=arc.index)
        ports = self.topology.inputs[arc.target]
        wanted = self._wanted(arc, key)
        if len(ports) > 1 and arc.target not in self.topology.loops:
            return self._join(arc, source, wanted)
        if self.order == "parallel" and arc.target in self._rounds.bodies:
            insort(self._entries.setdefault(arc.target, []), (wanted, source, arc), key=_turn)
            return None
        return self._activate(arc.target, {arc.target_port: source}, wanted, arc)

    def _join(self, arc: Arc, source: Source, wanted: int) -> Activation | None:
        join = self._joins.get(arc.target)
        if join is None:
            ports = self.topology.inputs[arc.target]
            join = self._joins[arc.target] = Join({port: [] for port in ports})
        queue = join.queues[arc.target_port]
        if self._must_order(arc.target):
            insort(queue, (wanted, source), key=_place)
            return None
        queue.append((wanted, source))
        return None if join.missing() else self._fire(arc.target, join)

    def _fire(self, node_id: str, join: Join) -> Activation:
        sources = join.take()
        if not any(join.queues.values()):
            del self._joins[node_id]
        first = next(source for source in sources.values() if source is not None)
        arc = self.topology.arcs[first.edge]
        return self._activate(node_id, sources, self._wanted(arc, first.step, join=True), arc)

    def _wanted(self, arc: Arc, key: StepKey, *, join: bool = False) -> int:
        if arc.back:
            previous = self._ancestor(arc.target, key)
            if previous is not None:
                return previous.run_index + 1
        if join:
            return key.run_index
        return key.run_index * arc.fan_in + arc.ordinal

    def _ancestor(self, node_id: str, key: StepKey) -> StepKey | None:
        """The nearest step of a node among those that this one descends from."""
        seen: set[StepKey] = set()
        queue = deque((key,))
        while queue:
            current = queue.popleft()
            if current.node_id == node_id:
                return current
            if current in seen:
                continue
            seen.add(current)
            sources = self.records[current].sources.values()
            queue.extend(source.step for source in sources if source is not None)
        return None

    def _activate(
        self,
        node_id: str,
        sources: dict[str, Source | None],
        wanted: int,
        arc: Arc | None = None,
    ) -> Activation:
        record = self._given.get(_identity(node_id, sources)) if self._given else None
        key = record.key if record is not None else self._take_index(node_id, wanted)
        activation = Activation(key, sources, record)
        if arc is not None and (arc.back or node_id in self.topology.loops):
            activation.loop = self._enter(key, arc, sources)
        self.live[key] = activation
        return activation

    def _take_index(self, node_id: str, wanted: int) -> StepKey:
        taken = self._taken.setdefault(node_id, {})
        tried: list[int] = []
        while wanted in taken:
            tried.append(wanted)
            wanted = taken[wanted]
        # Whoever comes this way again need not look at the same indexes.
        taken.update(dict.fromkeys((*tried, wanted), wanted + 1))
        return StepKey(node_id, wanted)

    def _enter(self, key: StepKey, arc: Arc, sources: Mapping[str, Source | None]) -> LoopRun:
        source = next(source for source in sources.values() if source is not None)
        previous = self._ancestor(arc.target, source.step) if arc.back else None
        before = self.loops.get(previous) if previous is not None else None
        # An edge marked back leads to a node whose first run came from an ordinary edge.
        entry, returned = (source, []) if before is None else (before.entry, before.returned)
        if arc.back:
            returned.append(source)
        iteration = len(returned)
        self._check_limit(key, iteration)
        run = self.loops[key] = LoopRun(entry, iteration, returned)
        return run

    def _check_limit(self, key: StepKey, iteration: int) -> None:
        if iteration > self.max_iterations:
            message = f"The loop at node {key.node_id!r} came back {iteration:,} times: stopped."
            hint = "Check what ends the loop, or raise max_iterations in the node's settings."
            raise IterationLimit(message, hint=hint)

    def _push(self, created: list[Activation]) -> None:
        if self.order == "sequential" and len(created) > 1:
            rank = self.topology.rank
            created.sort(key=lambda activation: rank[activation.key.node_id])
        if self.order == "sequential":
            self._ready.extendleft(reversed(created))
        else:
            self._ready.extend(created)

    def _must_order(self, node_id: str) -> bool:
        """Could the deliveries to a join arrive in another order than the graph's?"""
        return self.order == "parallel" and node_id not in self._rounds.once

    def _enter_loops(self) -> bool:
        """Begin a round of loops that stand still; say whether any was begun."""
        if not self._entries:
            return False
        busy = self._busy()
        free = [header for header in self._entries if self._stands_still(header, busy)]
        if not free and not self.live and not self._joins:
            free = list(self._entries)[:1]
        for header in free:
            entries = self._entries[header]
            wanted, source, arc = entries.pop(0)
            if not entries:
                del self._entries[header]
            self._push([self._activate(header, {arc.target_port: source}, wanted, arc)])
        return bool(free)

    def _busy(self) -> _Busy:
        return _Busy({key.node_id for key in self.live}, set(self._joins))

    def _stands_still(self, header: str, busy: _Busy) -> bool:
        body = self._rounds.bodies[header]
        if self._is_under_way(body, header, busy):
            return False
        if self._entries[header][0][2].back:
            return True
        return not self._is_under_way(self._rounds.upstream(header) - body, header, busy)

    def _is_under_way(self, nodes: frozenset[str], node_id: str, busy: _Busy) -> bool:
        """Does anything go on in these nodes that this one has to wait for?"""
        if not nodes.isdisjoint(busy.live) or (nodes & busy.joins) - {node_id}:
            return True
        return any(header in nodes and header != node_id for header in self._outside(node_id))

    def _outside(self, node_id: str) -> Iterable[str]:
        """Loops that are to be entered and do not pass through a node."""
        return (entry for entry in self._entries if not self._rounds.within(node_id, entry))

    def _complete_joins(self) -> bool:
        """Start joins that have what they will get; say whether any was started."""
        if not self._joins or (self.order != "parallel" and self.live):
            return False
        if self.order == "legacy" and self._force():
            return True
        busy = self._busy()
        started = [join for join in list(self._joins) if not self._may_receive(join, busy)]
        if self.order != "parallel":
            started = started[:1]
        if not started and not self.live:
            started = [self._first_in_a_ring()]
        self._push([self._fire(node_id, self._joins[node_id]) for node_id in started])
        return bool(started)

    def _force(self) -> bool:
        """Run a node that a join waits for in vain with an empty item; say whether there is one."""
        self._forcing = self._forcing or Forcing(self.topology)
        for node_id, join in self._joins.items():
            found = self._forcing.find(node_id, join.missing(), self.history)
            if found is not None and (self._allowed is None or found in self._allowed):
                self.forced.add(found)
                self._push([self._activate(found, {}, 0)])
                return True
        return False

    def _may_receive(self, node_id: str, busy: _Busy) -> bool:
        """May a delivery still arrive that changes what this join gets next?"""
        if self._must_order(node_id) and self._is_under_way(
            self._rounds.upstream(node_id), node_id, busy
        ):
            return True
        return any(
            self._is_under_way(self.topology.reaching(node_id, port), node_id, busy)
            for port in self._joins[node_id].missing()
        )

    def _first_in_a_ring(self) -> str:
        """Joins that wait for each other around a cycle: the one that only waits for returns."""
        for node_id, join in self._joins.items():
            others = self._joins.keys() - {node_id}
            ahead = (self.topology.reaching(node_id, port, back=False) for port in join.missing())
            if not any(others & reaching for reaching in ahead):
                return node_id
        return next(iter(self._joins))


def _place(delivery: _Delivery) -> tuple[int, int, int]:
    wanted, source = delivery
    return wanted, source.edge, source.step.run_index


def _turn(entry: tuple[int, Source, Arc]) -> tuple[bool, int, int, int]:
    """Returns come before entries."""
    wanted, source, arc = entry
    return not arc.back, *_place((wanted, source))


def _identity(node_id: str, sources: Mapping[str, Source | None]) -> tuple[str, object]:
    return node_id, tuple(sources.values())
