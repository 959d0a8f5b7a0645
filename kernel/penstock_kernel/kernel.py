"""The kernel: the one place that assembles plugins, sandbox, stores and journal, and runs documents.

The rules:

* Nothing is global: two kernels in one process share nothing.
* The sandbox starts at the first need, in the background; a workflow without guests never pays for it.
* An execution counts from the moment its acceptance is committed.
* Closing the kernel cancels what still runs.
"""

from __future__ import annotations

import asyncio
import gc
import os
from collections.abc import AsyncGenerator, AsyncIterator, Collection, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from time import perf_counter_ns
from typing import Any

import msgspec

from penstock_bus import Bus, MemoryBus
from penstock_kernel.costs import Costs
from penstock_kernel.engine import Drive
from penstock_kernel.events import Event, decode_event, subject_of
from penstock_kernel.findings import Finding
from penstock_kernel.host import DataDir, Host
from penstock_kernel.journal import Journal
from penstock_kernel.loader import Plugins, load_plugins
from penstock_kernel.memory_journal import MemoryJournal
from penstock_kernel.outcome import error_json
from penstock_kernel.partial import kept
from penstock_kernel.plan import Plan
from penstock_kernel.policy import Clock, SystemClock
from penstock_kernel.program import Program
from penstock_kernel.records import ExecutionId, ExecutionRecord, StepKey, StepRecord
from penstock_kernel.result import Execution, result_of
from penstock_kernel.scribe import Scribe
from penstock_kernel.settings import Settings, load_settings
from penstock_kernel.shelf import Shelf, Workflow
from penstock_kernel.step_view import Scene
from penstock_kernel.subworkflow import check_depth, failure_of, file_of
from penstock_sandbox.addresses import Allowed
from penstock_sandbox.contract import Sandbox
from penstock_sandbox.egress import Egress
from penstock_sandbox.sandbox import open_sandbox
from penstock_sdk import Item

WORKSPACE = "default"
#: Executions that a person starts use fixtures and breakpoints; those that events start do not.
_BY_HAND = frozenset({"manual", "cli", "test"})
_ENDED = frozenset({"success", "error", "canceled", "dead"})


class Session(msgspec.Struct):
    """What this process knows of an execution beyond the journal."""

    program: Program
    folder: Path | None
    depth: int = 0
    target: str | None = None
    fixtures: Mapping[str, Sequence[Item]] = {}
    breakpoints: Collection[str] = ()
    given: Sequence[StepRecord] = ()
    drive: Drive | None = None


class Kernel:
    """Runs workflows. Made by `Kernel.open`."""

    def __init__(
        self,
        settings: Settings,
        plugins: Plugins,
        journal: Journal,
        bus: Bus,
        clock: Clock,
        sandbox: Sandbox | None,
        egress: Egress,
    ) -> None:
        self.settings = settings
        self.plugins = plugins
        self.journal = journal
        self.bus = bus
        self.worker = f"{os.getpid()}-{os.urandom(4).hex()}"
        self.host = Host(
            clock=clock,
            egress=egress,
            data=DataDir(settings.data_dir, clock),
            bus=bus,
            sandbox=self.sandbox,
            sub_workflows=self._execute_sub,
            budget=settings.budget,
        )
        self._shelf = Shelf(plugins)
        self._sessions: dict[str, Session] = {}
        self._background: set[asyncio.Task[Any]] = set()
        self._sandbox = sandbox
        self._owns_sandbox = sandbox is None
        self._opening = asyncio.Lock()

    @classmethod
    @asynccontextmanager
    async def open(
        cls,
        settings: Settings | None = None,
        *,
        packages: Iterable[Path] = (),
        sandbox: Sandbox | None = None,
        journal: Journal | None = None,
        bus: Bus | None = None,
        clock: Clock | None = None,
        plugins: Plugins | None = None,
        egress: Egress | None = None,
    ) -> AsyncGenerator[Kernel]:
        """A kernel, until the block ends. Whatever is not given is made from the settings.

        Raises:
            SettingsInvalid: The settings cannot be used.
        """
        chosen = load_settings().settings if settings is None else settings
        folders = (*chosen.packages, *packages)
        kernel = cls(
            chosen,
            plugins or load_plugins(native=chosen.native_plugins, folders=folders),
            journal or MemoryJournal(),
            bus or MemoryBus(),
            clock or SystemClock(),
            sandbox,
            egress or Egress(Allowed.parse(chosen.egress_allow), proxy=chosen.egress_proxy),
        )
        if chosen.tune_gc:
            gc.freeze()
            gc.set_threshold(50_000, 20, 100)
        try:
            yield kernel
        finally:
            await kernel.close()

    async def close(self) -> None:
        """Cancel what still runs and end what was started."""
        for session in list(self._sessions.values()):
            if session.drive is not None:
                session.drive.cancel()
        for task in self._background:
            task.cancel()
        if self._background:
            await asyncio.gather(*self._background, return_exceptions=True)
        await self.bus.close()
        await self.host.egress.close()
        if self._owns_sandbox and self._sandbox is not None:
            await self._sandbox.close()

    async def sandbox(self) -> Sandbox:
        """The sandbox, opened at first need."""
        if self._sandbox is None:
            async with self._opening:
                if self._sandbox is None:
                    settings = self.settings
                    self._sandbox = await open_sandbox(
                        settings.sandbox,
                        required_walls=settings.required_walls,
                        slots=settings.runners or None,
                        warm=True,
                    )
        return self._sandbox

    def validate(self, workflow: Workflow) -> list[Finding]:
        """Everything that is wrong with a document.

        Raises:
            DocumentInvalid: It does not have the shape of a document.
        """
        return self._shelf.findings(workflow)

    async def execute(
        self,
        workflow: Workflow,
        items: Sequence[Item] | None = None,
        *,
        start: str | None = None,
        to: str | None = None,
        mode: str = "manual",
        vars: Mapping[str, Any] | None = None,  # noqa: A002 - the name people use in expressions
        fixtures: str = "default",
        mocks: Mapping[str, Sequence[Item]] | None = None,
        earlier: Sequence[StepRecord] = (),
        breakpoints: Collection[str] = (),
        execution_id: str | None = None,
    ) -> Execution:
        """Run a workflow to its end, or to where it waits for a signal.

        Args:
            workflow: A document, its text or plain values, or the path of its file.
            items: What the start node receives; one empty item by default.
            start: Id of the node to start at; by default the workflow's start.
            to: Id of the node to run up to.
            mode: Who started it; `manual`, `cli` and `test` use fixtures and breakpoints.
            vars: Variables, `$vars` in expressions.
            fixtures: Name of the set of fixtures to use.
            mocks: Node to the items that it puts out instead of running.
            earlier: Steps of an earlier execution: those before `start` are taken from there, or, without
                `start`, all that ended well.
            breakpoints: Ids of nodes to stop before.
            execution_id: The id to use, for a caller that listened for its events beforehand.

        Raises:
            DocumentInvalid: The document cannot run.
            CancelledError: The caller was canceled; the execution is canceled too.
        """
        entered = perf_counter_ns()
        program, folder = self._shelf.program(workflow)
        document = program.document
        record = ExecutionRecord(
            id=ExecutionId(execution_id or self.new_id()),
            workspace_id=WORKSPACE,
            workflow_id=str(folder / document.name) if folder else document.name,
            workflow_name=document.name,
            document=program.text,
            mode=mode,
            input=_start_items(items),
            start_node=start,
            target_node=to,
            vars=vars or {},
        )
        by_hand = mode in _BY_HAND
        pinned = document.fixtures.items() if by_hand else ()
        session = Session(
            program,
            folder,
            target=to,
            fixtures={node: sets[fixtures] for node, sets in pinned if fixtures in sets}
            | dict(mocks or {}),
            breakpoints={*breakpoints, *(program.breakpoints if by_hand else ())},
            given=kept(earlier, program.topology, start=start),
        )
        return await self._begin(record, session, entered)

    async def stream(self, workflow: Workflow, *args: Any, **kwargs: Any) -> AsyncIterator[Event]:
        """Run a workflow as `execute` does, and yield what happens; the last event is its end.

        Closing the iterator cancels the execution.
        """
        execution_id = self.new_id()
        subscription = await self.bus.subscribe(subject_of(execution_id), limit=100_000)
        task = asyncio.create_task(
            self.execute(workflow, *args, execution_id=execution_id, **kwargs)
        )
        task.add_done_callback(lambda _: subscription.close())
        try:
            async for message in subscription:
                yield decode_event(message.data)
            await task
        finally:
            subscription.close()
            task.cancel()

    def cancel(self, execution_id: str) -> bool:
        """Stop an execution at once; say whether it was running here."""
        session = self._sessions.get(execution_id)
        if session is None or session.drive is None:
            return False
        session.drive.cancel()
        return True

    async def continue_(
        self, execution_id: str, *, breakpoints: Collection[str] | None = None
    ) -> Execution:
        """Let an execution that waits at a breakpoint, in doubt or in the journal go on.

        Args:
            execution_id: The execution.
            breakpoints: Nodes to stop before from now on; by default as before.

        Raises:
            ExecutionNotFound: There is none with this id.
        """
        entered = perf_counter_ns()
        record = await self.journal.claim(ExecutionId(execution_id), self.worker)
        steps = await self.journal.steps(record.id)
        session = self._sessions.get(execution_id) or self._session_of(record)
        session.given = steps
        if breakpoints is not None:
            session.breakpoints = breakpoints
        released = {step.key for step in steps if step.waiting_for in ("debug", "in_doubt")}
        return await self._drive(
            record, session, Costs(accept=perf_counter_ns() - entered), released
        )

    def new_id(self) -> str:
        """An id for an execution; later ones sort after earlier ones."""
        return f"{self.host.clock.now_ms():012x}{os.urandom(10).hex()}"

    def _session_of(self, record: ExecutionRecord) -> Session:
        program, _ = self._shelf.program(record.document)
        return Session(program, None, target=record.target_node)

    async def _begin(self, record: ExecutionRecord, session: Session, entered: int) -> Execution:
        record.created_ms = self.host.clock.now_ms()
        await self.journal.accept(record)
        claimed = await self.journal.claim(record.id, self.worker)
        claimed.started_ms = self.host.clock.now_ms()
        return await self._drive(claimed, session, Costs(accept=perf_counter_ns() - entered))

    async def _drive(
        self,
        record: ExecutionRecord,
        session: Session,
        costs: Costs,
        released: Collection[StepKey] = (),
    ) -> Execution:
        if session.program.needs_guests and self._sandbox is None:
            self._spawn(self.sandbox())
        drive = self._make_drive(record, session, costs, released)
        session.drive = drive
        self._sessions[record.id] = session
        try:
            await asyncio.create_task(drive.run())
        finally:
            session.drive = None
            if drive.scene.crossed:
                await (await self.sandbox()).release(record.id)
            if record.status in _ENDED:
                await self._forget(record, session)
        return result_of(record, drive.plan, costs)

    def _make_drive(
        self,
        record: ExecutionRecord,
        session: Session,
        costs: Costs,
        released: Collection[StepKey],
    ) -> Drive:
        program, settings = session.program, session.program.document.settings
        plan = Plan(
            program.topology,
            order=settings.order,
            target=session.target,
            max_iterations=program.max_iterations,
            given=session.given,
            breakpoints=session.breakpoints,
        )
        plan.released.update(released)
        plan.begin(_starts(program, record, resumed=bool(session.given)))
        scene = Scene(
            record,
            plan,
            timezone=settings.timezone or self.settings.timezone,
            folder=session.folder,
            depth=session.depth,
        )
        scribe = Scribe(
            self.journal,
            self.bus,
            self.host.clock,
            record,
            costs,
            commits_steps=settings.durability == "step",
        )
        return Drive(
            self.host, program, plan, scene, scribe, fixtures=session.fixtures, costs=costs
        )

    async def _forget(self, record: ExecutionRecord, session: Session) -> None:
        """After the end: tell the error workflow, and drop what is not to be kept."""
        self._sessions.pop(record.id, None)
        settings = session.program.document.settings
        if record.status == "error" and settings.error_workflow and record.mode != "error":
            self._spawn(self._call_error_workflow(record, session, settings.error_workflow))
        if settings.save == "none" or (settings.save == "errors" and record.status == "success"):
            await self.journal.forget(record.id)

    async def _call_error_workflow(
        self, record: ExecutionRecord, session: Session, workflow: str
    ) -> None:
        error = record.error
        told = {
            "execution": {
                "id": record.id,
                "mode": record.mode,
                "error": {} if error is None else error_json(error),
                "lastNodeExecuted": "" if error is None else error.node_name,
            },
            "workflow": {"id": record.workflow_id, "name": record.workflow_name},
        }
        await self.execute(file_of(session.folder, workflow), [Item(told)], mode="error")

    async def _execute_sub(
        self,
        scene: Scene,
        workflow: str,
        items: Sequence[Item],
        *,
        version: str | int,
        wait: bool,
    ) -> Mapping[str, Sequence[Item]]:
        """Run a workflow for a step; a file has no versions but the one it holds."""
        check_depth(scene.depth)
        path = file_of(scene.folder, workflow)
        program, folder = self._shelf.program(path)
        parent = scene.execution
        record = ExecutionRecord(
            id=ExecutionId(self.new_id()),
            workspace_id=parent.workspace_id,
            workflow_id=str(path),
            workflow_name=program.document.name,
            document=program.text,
            mode="sub",
            parent=parent.id,
            input=list(items),
            vars=parent.vars,
        )
        session = Session(program, folder, depth=scene.depth + 1)
        running = self._begin(record, session, perf_counter_ns())
        if not wait:
            self._spawn(running)
            return {}
        result = await running
        if result.status != "success":
            raise failure_of(result.workflow_name, result.error, result.status)
        return {"main": result.items}

    def _spawn(self, work: Any) -> None:
        task = asyncio.ensure_future(work)
        self._background.add(task)
        task.add_done_callback(self._background.discard)


def _start_items(items: Sequence[Item] | None) -> Sequence[Item]:
    return [Item({})] if items is None else items


def _starts(program: Program, record: ExecutionRecord, *, resumed: bool) -> Sequence[str]:
    """The first start of the workflow, or the node that was asked for."""
    if record.start_node is not None and not resumed:
        return [record.start_node]
    return program.graph.starts[:1]
