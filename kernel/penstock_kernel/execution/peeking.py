"""What the parameters of a node would be: resolved on data that is there, without running anything.

The rules:

* Data comes from an earlier execution, as far as it has steps that lead to the node, and from what
  stands in for nodes in the document.
* Where the node ran, it sees what it saw then. Else it sees what the nodes before it put out last.
* An expression has little time and little memory here: somebody waits, and types.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress

import msgspec

from penstock_kernel.execution.host import Host
from penstock_kernel.execution.plan import ENDED, Activation, IterationLimit, Plan
from penstock_kernel.execution.program import NodePlan
from penstock_kernel.execution.step_view import OneStep, Scene
from penstock_kernel.expressions.crossing import Guest
from penstock_kernel.expressions.resolve import Resolved, resolve, resolve_now
from penstock_kernel.store.records import PortOutput, Source, StepKey, StepRecord
from penstock_sandbox.contract import Budget
from penstock_sdk import Item

#: Items that a preview looks at.
MOST_ITEMS = 200
BUDGET = Budget(
    fuel=20_000_000_000,
    memory_bytes=64 << 20,
    wall_s=2.0,
    total_s=10.0,
    output_bytes=4 << 20,
    host_calls=0,
    fetched_bytes=0,
)


class Peeked(msgspec.Struct, frozen=True):
    """The parameters of a node, for the first of its items."""

    resolved: Resolved
    items: Sequence[Item]
    #: How many there are.
    total: int


def remember(
    scene: Scene, steps: Sequence[StepRecord], fixtures: Mapping[str, Sequence[Item]]
) -> None:
    """Let a scene know what was put out before, and what stands in for nodes."""
    plan, nodes = scene.plan, scene.graph.nodes
    ended = [step for step in steps if step.status in ENDED and step.key.node_id in nodes]
    _walk(plan, ended)
    more = [step for step in ended if step.key not in plan.records]
    more += [_standing_in(scene, node, items) for node, items in fixtures.items() if node in nodes]
    for step in more:
        history = plan.history.setdefault(step.key.node_id, [])
        plan.records[step.key], plan.ordinals[step.key] = step, len(history)
        history.append(step)
    for step in steps:
        if step.key.node_id in nodes:
            plan.records.setdefault(step.key, step)


def _walk(plan: Plan, steps: Sequence[StepRecord]) -> None:
    """Go the way of an execution again, as far as the graph is still the same."""
    known = {(step.key.node_id, tuple(step.sources.values())): step for step in steps}
    with suppress(IterationLimit):
        while (found := plan.next()) is not None:
            step = known.get((found.key.node_id, tuple(found.sources.values())))
            if step is not None:
                plan.finished(msgspec.structs.replace(step, key=found.key))


def _standing_in(scene: Scene, node: str, items: Sequence[Item]) -> StepRecord:
    ports = [port.name for port in scene.graph.ports[node].outputs] or ["main"]
    outputs = {ports[0]: PortOutput(items)}
    return StepRecord(key=StepKey(node, 0), status="cached", outputs=outputs)


async def peek(host: Host, scene: Scene, node: NodePlan, run: int | None) -> Peeked:
    """The parameters of a node as they would be.

    Args:
        host: The services of the kernel.
        scene: What is known of other nodes; see `remember`.
        node: The node.
        run: The run of it that is meant; by default the latest.

    Raises:
        PenstockError: From the sandbox: nothing of it could be evaluated.
    """
    activation = _activation(scene, node, run)
    source = next((one for one in activation.sources.values() if one is not None), None)
    found = scene.input if source is None else scene.items_of(source)
    if node.spec.settings.execute_once:
        found = found[:1]
    items = found[:MOST_ITEMS] or (Item({}),)
    now_ms = host.clock.now_ms()
    view = OneStep(scene, node.spec, activation, items=items, now_ms=now_ms, attempt=1)
    resolved = resolve_now(node.config, view, lenient=scene.lenient)
    if resolved is None:
        scene.crossed = True
        guest = Guest(
            sandbox=await host.sandbox(),
            workspace=scene.execution.workspace_id,
            vm=scene.execution.id,
            budget=BUDGET,
            lenient=scene.lenient,
        )
        resolved = await resolve(node.config, view, guest)
    return Peeked(resolved, items, len(found))


def _activation(scene: Scene, node: NodePlan, run: int | None) -> Activation:
    own = [key for key in scene.plan.records if key.node_id == node.spec.id]
    chosen = [key for key in own if run is None or key.run_index == run]
    if chosen:
        key = max(chosen)
        sources = dict(scene.plan.records[key].sources)
        if all(one is None or one.step in scene.plan.records for one in sources.values()):
            return Activation(key, sources)
    return Activation(StepKey(node.spec.id, 0), _latest_sources(scene, node.spec.id))


def _latest_sources(scene: Scene, node_id: str) -> dict[str, Source | None]:
    """What would arrive at the inputs of a node from what the nodes before it put out last."""
    topology = scene.plan.topology
    sources: dict[str, Source | None] = dict.fromkeys(topology.inputs.get(node_id, ()))
    for arc in topology.arcs.values():
        step = scene.latest(arc.source) if arc.target == node_id else None
        output = None if step is None else step.outputs.get(arc.source_port)
        if step is not None and output is not None and output.items:
            sources[arc.target_port] = Source(step.key, arc.source_port, arc.index)
    return {port: source for port, source in sources.items() if source is not None}
