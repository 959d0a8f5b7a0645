"""What one step sees of its execution: the implementation of `view.py` over plan and lineage."""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from penstock_kernel.execution.lineage import Lineage
from penstock_kernel.execution.plan import Activation, Plan
from penstock_kernel.expressions.view import NodeView
from penstock_kernel.store.records import ExecutionRecord, PortOutput, Source, StepRecord
from penstock_kernel.workflow.document import NodeSpec
from penstock_sdk import Item

NO_ITEMS: tuple[Item, ...] = ()


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
    ) -> None:
        self.execution = execution
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
        #: Has an expression VM been used?
        self.crossed = False
        self.lineage = Lineage(plan.records, plan.loops, plan.topology.loops)
        self.graph = plan.topology.graph
        self.names = tuple(node.name for node in self.graph.nodes.values())

    def items_of(self, source: Source | None) -> Sequence[Item]:
        """The items that a source delivers."""
        if source is None:
            return NO_ITEMS
        output = self.plan.records[source.step].outputs.get(source.port)
        return NO_ITEMS if output is None else output.items

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
        spec = self.scene.graph.node(name)
        return None if spec is None else OtherNode(self.scene, spec)

    def node_names(self) -> Sequence[str]:
        return self.scene.names

    def paired(self, name: str) -> Sequence[Item | None]:
        spec = self.scene.graph.node(name)
        source = next(iter(self.activation.sources.values()), None)
        if spec is None or source is None:
            return [None] * len(self.items)
        column = self.scene.lineage.paired(source.step, source.port, spec.id)
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
                "id": execution.id,
                "mode": execution.mode,
                "resumeUrl": "",
                "resumeFormUrl": "",
                "customData": execution.custom_data,
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
