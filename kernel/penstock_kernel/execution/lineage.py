"""Which item came from which: the host's own record, walked when somebody asks.

The rules:

* A step keeps, per output port, the parents of its items as indexes into its inputs, counted
  through the inputs in the order of the ports. No parents means: item i comes from item i.
* The inputs of a loop node are what entered the loop, followed by everything that came back.
* Of several parents the first that leads to the wanted node counts.
* The nearest ancestor counts: within a loop that is the one of this iteration.
* Answers are remembered per step, port and wanted node, and shared where nothing changed.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from itertools import chain, islice

from penstock_kernel.execution.plan import LoopRun
from penstock_kernel.store.records import PortOutput, Source, StepKey, StepRecord
from penstock_sdk import Item, Parent

Column = Sequence[Item | None]
_Place = tuple[StepKey, str]


class Lineage:
    """The ancestry of every item of one execution."""

    def __init__(
        self,
        records: Mapping[StepKey, StepRecord],
        loops: Mapping[StepKey, LoopRun],
        loop_nodes: Container[str] = (),
    ) -> None:
        self._records = records
        self._loops = loops
        #: Only these are given all that came back; to others an edge that returns is an input.
        self._loop_nodes = loop_nodes
        self._known: dict[tuple[StepKey, str, str], Column] = {}

    def paired(self, step: StepKey, port: str, node_id: str) -> Column:
        """For each item that a step put out on a port, the item of a node it descends from."""
        wanted = (step, port)
        stack = [wanted]
        while stack:
            place = stack[-1]
            needed = [
                other for other in self._needs(place, node_id) if not self._has(other, node_id)
            ]
            if needed:
                stack.extend(needed)
                continue
            stack.pop()
            if not self._has(place, node_id):
                self._known[*place, node_id] = self._combine(place, node_id)
        return self._known[*wanted, node_id]

    def _has(self, place: _Place, node_id: str) -> bool:
        return (*place, node_id) in self._known

    def _needs(self, place: _Place, node_id: str) -> list[_Place]:
        step, _ = place
        if step.node_id == node_id or (output := self._output(place)) is None or not output.items:
            return []
        sources = self._sources(step)
        if output.parents is not None:
            return self._reached(sources, output.parents)
        return [(source.step, source.port) for source in sources]

    def _reached(self, sources: Iterable[Source], parents: Sequence[Parent]) -> list[_Place]:
        """Without the inputs behind the last parent: in a loop that is most of them."""
        last = max(max(p, default=-1) if isinstance(p, tuple) else p for p in parents)
        reached: list[_Place] = []
        count = 0
        for source in sources:
            reached.append((source.step, source.port))
            count += self._count(source)
            if count > last:
                break
        return reached

    def _combine(self, place: _Place, node_id: str) -> Column:
        step, _ = place
        output = self._output(place)
        if output is None:
            return ()
        if step.node_id == node_id:
            return output.items
        column = self._input_column(self._needs(place, node_id), node_id)
        return _through(output, column)

    def _input_column(self, places: list[_Place], node_id: str) -> Column:
        columns = [self._known[*place, node_id] for place in places]
        if len(columns) == 1:
            return columns[0]
        return [item for column in columns for item in column]

    def _sources(self, step: StepKey) -> Iterable[Source]:
        loop = self._loops.get(step) if step.node_id in self._loop_nodes else None
        if loop is not None:
            return chain((loop.entry,), islice(loop.returned, loop.iteration))
        return [source for source in self._records[step].sources.values() if source is not None]

    def _count(self, source: Source) -> int:
        output = self._output((source.step, source.port))
        return 0 if output is None else len(output.items)

    def _output(self, place: _Place) -> PortOutput | None:
        return self._records[place[0]].outputs.get(place[1])


def _through(output: PortOutput, column: Column) -> Column:
    count = len(column)
    if output.parents is None:
        if len(output.items) == count:
            return column
        return [column[i] if i < count else None for i in range(len(output.items))]
    return [_follow(parent, column, count) for parent in output.parents]


def _follow(parent: Parent, column: Column, count: int) -> Item | None:
    if isinstance(parent, tuple):
        found = (column[one] for one in parent if 0 <= one < count)
        return next((item for item in found if item is not None), None)
    return column[parent] if 0 <= parent < count else None
