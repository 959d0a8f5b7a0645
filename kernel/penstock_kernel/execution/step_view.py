"""What one step sees of its execution: the implementation of `view.py` over plan and lineage."""

from __future__ import annotations

import math
import zlib
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from penstock_kernel.execution.lineage import Lineage
from penstock_kernel.execution.plan import Activation, Plan
from penstock_kernel.execution.resting import Rest
from penstock_kernel.expressions.view import NodeView
from penstock_kernel.store.records import ExecutionRecord, PortOutput, Source, StepRecord
from penstock_kernel.workflow.document import NodeSpec
from penstock_sdk import Item, Parent

NO_ITEMS: tuple[Item, ...] = ()


class Outer:
    """The step of a container, as the body that it runs sees it."""

    def __init__(self, scene: Scene, activation: Activation, parents: Sequence[Parent]) -> None:
        self.scene = scene
        self.node_id = activation.key.node_id
        self._activation = activation
        #: Of what enters the body: items of the step.
        self._parents = parents

    def paired(self, name: str) -> Sequence[Item | None]:
        """For each item of the step, the item of a node outside that it descends from."""
        source = next(iter(self._activation.sources.values()), None)
        return () if source is None else self.scene.paired(source, name)

    def parents_of(self, entered: Sequence[Item | None], body: Scene) -> list[Parent]:
        """The items of the step that items which entered its body come from."""
        # Told apart as objects: each entered once, and equal items may come from different ones.
        places = {id(item): place for place, item in enumerate(entering(body.plan, self.node_id))}
        found = (places.get(id(item), -1) for item in entered)
        return [self._parents[place] if place >= 0 else -1 for place in found]


def entering(plan: Plan, node_id: str) -> Sequence[Item]:
    """The items that entered a body, as its container put them out there."""
    outputs = plan.history[node_id][0].outputs.values()
    return next((output.items for output in outputs), NO_ITEMS)


def _first(parent: Parent) -> int:
    return min(parent, default=-1) if isinstance(parent, tuple) else parent


class Scene:
    """What all steps of one execution share."""

    def __init__(
        self,
        execution: ExecutionRecord,
        plan: Plan,
        *,
        timezone: str,
        folder: Path | None = None,
        root: Path | None = None,
        depth: int = 0,
        lenient: bool = False,
        outer: Outer | None = None,
        rest: Rest | None = None,
        resume_url: Callable[[Scene], str] | None = None,
    ) -> None:
        self.execution = execution
        #: Its steps, and whether they only wait.
        self.rest = Rest() if rest is None else rest
        #: The step whose body this is.
        self.outer = outer
        #: The execution that people see: bodies are parts of it.
        self.whole: ExecutionRecord = self.outermost.execution
        #: Do expressions that go through something missing give nothing instead of failing?
        self.lenient = lenient
        self.plan = plan
        self.timezone = timezone
        #: What the start node receives.
        self.input = execution.input
        #: Where the document's file lies; relative paths begin there.
        self.folder = folder
        #: Paths do not lead out of it.
        self.root = folder if root is None else root
        #: How many executions wait for this one.
        self.depth = depth
        self.canceled = False
        self._resume_url = resume_url
        #: Of a simulation: what nodes would keep.
        self.pretended: dict[tuple[str, str], Any] = {}
        #: Has an expression VM been used?
        self.crossed = False
        self.lineage = Lineage(plan.records, plan.loops, plan.topology.loops)
        self.graph = plan.topology.graph
        own = (node.name for node in self.graph.nodes.values())
        self.names: tuple[str, ...] = tuple(own) if outer is None else outer.scene.names

    def items_of(self, source: Source | None) -> Sequence[Item]:
        """The items that a source delivers."""
        if source is None:
            return NO_ITEMS
        output = self.plan.records[source.step].outputs.get(source.port)
        return NO_ITEMS if output is None else output.items

    @cached_property
    def resume_url(self) -> str:
        """Where somebody answers whichever step waits for him; made when somebody asks."""
        return "" if self._resume_url is None else self._resume_url(self)

    @property
    def outermost(self) -> Scene:
        """The scene of the execution that this is a part of, or this one."""
        scene = self
        while scene.outer is not None:
            scene = scene.outer.scene
        return scene

    @property
    def body(self) -> str:
        """The id of the run of a container's body, where this is one."""
        return "" if self.outer is None else self.execution.id

    @property
    def is_canceled(self) -> bool:
        """Has this execution been canceled, or the one that it is a part of?"""
        return self.canceled or (self.outer is not None and self.outer.scene.is_canceled)

    def node(self, name: str) -> OtherNode | None:
        """The node with this name, here or outside of the body that this is."""
        spec = self.graph.node(name)
        if spec is not None:
            return OtherNode(self, spec)
        return None if self.outer is None else self.outer.scene.node(name)

    def paired(self, source: Source, name: str) -> Sequence[Item | None]:
        """For each item that a source delivers, the item of a node it descends from."""
        spec = self.graph.node(name)
        if spec is not None:
            return self.lineage.paired(source.step, source.port, spec.id)
        if self.outer is None:
            return ()
        entered = self.lineage.paired(source.step, source.port, self.outer.node_id)
        column = self.outer.paired(name)
        return [
            column[place] if 0 <= (place := _first(parent)) < len(column) else None
            for parent in self.outer.parents_of(entered, self)
        ]

    def latest(self, node_id: str) -> StepRecord | None:
        """The latest run of a node that has ended."""
        finished = self.finished(node_id)
        return finished[-1] if finished else None

    def finished(self, node_id: str) -> list[StepRecord]:
        """The runs of a node that have ended, in order."""
        return self.plan.history.get(node_id, [])


class OtherNode:
    """Another node of the workflow, as `$('Name')` sees it."""

    def __init__(self, scene: Scene, spec: NodeSpec) -> None:
        self.name = spec.name
        self.parameter: Mapping[str, Any] = spec.config
        self._scene = scene
        self._records = scene.finished(spec.id)
        self._ports = [port.name for port in scene.graph.ports[spec.id].outputs]
        self.executed = bool(self._records)
        self.run_index = max(0, len(self._records) - 1)

    def items(self, *, port: int | None = None, run: int | None = None) -> Sequence[Item]:
        """Its output: the first port with items, of its latest run, unless said otherwise."""
        place = len(self._records) - 1 if run is None else run
        if not 0 <= place < len(self._records):
            return NO_ITEMS
        outputs = self._records[place].outputs
        if port is not None:
            return self._of(outputs, self._ports[port]) if port < len(self._ports) else NO_ITEMS
        found = (self._of(outputs, name) for name in self._ports)
        return next((items for items in found if items), NO_ITEMS)

    @property
    def context(self) -> Mapping[str, Any]:
        """Where a loop stands: what has gone round since its items entered, and what is left."""
        loop = self._scene.plan.loops.get(self._records[-1].key) if self._records else None
        if loop is None:
            return {}
        given = len(self._scene.items_of(loop.entry))
        # All rounds are of one size but the last: to add them up in each round would take too long.
        first = max(-1 - loop.iteration, -len(self._records))
        size = max(1, self._round_size(first))
        return {
            "noItemsLeft": size * (loop.iteration + 1) >= given,
            "currentRunIndex": loop.iteration,
            "maxRunIndex": math.ceil(given / size),
            "done": not self._round_size(-1),
        }

    def _round_size(self, place: int) -> int:
        return len(self._of(self._records[place].outputs, "loop"))

    def _of(self, outputs: Mapping[str, PortOutput], port: str) -> Sequence[Item]:
        output = outputs.get(port)
        return NO_ITEMS if output is None else output.items


class OneStep:
    """One step that is about to run: a `StepView`."""

    __slots__ = ("_facts", "activation", "attempt", "items", "now_ms", "scene", "spec")

    def __init__(
        self,
        scene: Scene,
        spec: NodeSpec,
        activation: Activation,
        *,
        items: Sequence[Item],
        now_ms: int,
        attempt: int,
    ) -> None:
        self.scene = scene
        self.spec = spec
        self.activation = activation
        self.items = items
        self.now_ms = now_ms
        self.attempt = attempt
        self._facts: dict[str, Any] | None = None

    @property
    def facts(self) -> Mapping[str, Any]:
        if self._facts is None:
            self._facts = self._find_facts()
        return self._facts

    def node(self, name: str) -> NodeView | None:
        return self.scene.node(name)

    def node_names(self) -> Sequence[str]:
        return self.scene.names

    def paired(self, name: str) -> Sequence[Item | None]:
        source = next(iter(self.activation.sources.values()), None)
        column = () if source is None else self.scene.paired(source, name)
        if len(column) < len(self.items):
            return [None] * len(self.items)
        return column if len(column) == len(self.items) else column[: len(self.items)]

    def _find_facts(self) -> dict[str, Any]:
        execution = self.scene.execution
        key = self.activation.key
        return {
            "now": self.now_ms,
            "zone": self.scene.timezone,
            "seed": zlib.crc32(
                f"{execution.id}|{key.node_id}|{key.run_index}|{self.now_ms}".encode()
            ),
            "runIndex": self.scene.plan.turns.get(key, 0),
            "attempt": self.attempt,
            "node": {"id": self.spec.id, "name": self.spec.name},
            "workflow": {
                "id": execution.workflow_id,
                "name": execution.workflow_name,
                "active": False,
            },
            "execution": {
                "id": self.scene.whole.id,
                "mode": execution.mode,
                "resumeUrl": self.scene.resume_url,
                "resumeFormUrl": self.scene.resume_url,
                "customData": self.scene.whole.custom_data,
            },
            "vars": execution.vars,
            "parameter": self.spec.config,
            "prevNode": self._previous(),
        }

    def _previous(self) -> dict[str, Any]:
        sources = self.activation.sources.values()
        source = next((source for source in sources if source is not None), None)
        if source is None:
            return {"name": "", "outputIndex": 0, "runIndex": 0}
        ports = [port.name for port in self.scene.graph.ports[source.step.node_id].outputs]
        return {
            "name": self.scene.graph.nodes[source.step.node_id].name,
            "outputIndex": ports.index(source.port) if source.port in ports else 0,
            "runIndex": self.scene.plan.ordinals.get(source.step, 0),
        }
