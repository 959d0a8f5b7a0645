"""What a process knows of an execution beyond the journal, and how another one comes to know it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

import msgspec

from penstock_kernel.execution.engine import Drive
from penstock_kernel.execution.plan import Plan
from penstock_kernel.execution.program import Program
from penstock_kernel.execution.resting import Rest
from penstock_kernel.execution.result import Execution
from penstock_kernel.execution.step_view import Outer, Scene
from penstock_kernel.store.journal import Fence
from penstock_kernel.store.records import ExecutionRecord, StepKey, StepRecord
from penstock_sdk import Item

#: Among the nodes to stop before: it stands for all of them.
EVERY_NODE = "*"


class Session(msgspec.Struct):
    """What this process knows of an execution beyond the journal."""

    program: Program
    #: Relative paths begin in its folder.
    file: Path | None
    depth: int = 0
    #: Where all files have to lie that it names: by default the folder of the first file.
    root: Path | None = None
    #: Node to run up to, and, where a container holds it, the node that it is in the end.
    target: str | None = None
    within: str | None = None
    fixtures: Mapping[str, Sequence[Item]] = {}
    breakpoints: Collection[str] = ()
    given: Sequence[StepRecord] = ()
    drive: Drive | None = None
    #: Of the body of a container: the step that runs it.
    outer: Outer | None = None
    #: Of an execution that another one waits for: it is a part of what that does.
    rest: Rest | None = None
    #: A wait that would be longer ends the drive.
    longest_wait_s: float | None = None
    #: In line: what the owner of the root holds.
    fence: Fence | None = None
    #: The latest plan, for what came of an execution that has ended.
    plan: Plan | None = None
    #: The runs of the bodies of its containers, by container, its run, and their number.
    bodies: dict[tuple[str, int, int], Execution] = {}


def fence_of(scene: Scene) -> Fence:
    """What the owner of an execution holds, for what runs in line with it."""
    execution = scene.execution
    return Fence(execution.root or execution.id, execution.epoch)


def note(record: ExecutionRecord, session: Session) -> None:
    """Write down in its record what another process has to know of an execution."""
    record.depth, record.fixtures = session.depth, session.fixtures
    record.breakpoints = list(session.breakpoints)
    record.folder = "" if session.root is None else str(session.root)


def session_again(program: Program, record: ExecutionRecord) -> Session:
    """What a process has to know of an execution that another one began."""
    every = EVERY_NODE in record.breakpoints
    return Session(
        program,
        _file_of(record),
        depth=record.depth,
        root=Path(record.folder) if record.folder else None,
        target=program.nearest(record.target_node),
        within=record.target_node,
        fixtures=record.fixtures,
        breakpoints=program.graph.nodes.keys() if every else record.breakpoints,
    )


def passed(steps: Sequence[StepRecord]) -> set[StepKey]:
    """Steps that have passed their breakpoint: they began, or somebody let them go on."""
    return {
        step.key
        for step in steps
        if step.status != "in_doubt" and (step.waiting_for != "debug" or step.due_ms is not None)
    }


def _file_of(record: ExecutionRecord) -> Path | None:
    """The file that a document came from: its path is the id of its workflow."""
    path = Path(record.workflow_id)
    return path if path.is_absolute() else None


def starts(program: Program, record: ExecutionRecord, given: Sequence[StepRecord]) -> Sequence[str]:
    """Where the plan begins: where it began before, at the node asked for, at the first start.

    A start that is disabled comes last.
    """
    roots = [step.key.node_id for step in given if not step.sources]
    if roots:
        return roots
    if record.start_node is not None:
        return [program.nearest(record.start_node) or record.start_node]
    starts, nodes = program.graph.starts, program.graph.nodes
    return ([one for one in starts if not nodes[one].settings.disabled] or list(starts))[:1]
