"""The kernel: the one place that assembles plugins, sandbox, stores and journal.

The rules:

* Nothing is global: two kernels in one process share nothing.
* The sandbox starts at the first need, in the background; who has no guests never pays for it.
* An execution counts from the moment its acceptance is committed.
* Closing the kernel cancels what still runs.
"""

from __future__ import annotations

import asyncio
import gc
from collections.abc import AsyncGenerator, AsyncIterator, Collection, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from time import perf_counter_ns
from typing import Any

from penstock_bus import Bus, MemoryBus
from penstock_kernel.events import Event, decode_event, subject_of
from penstock_kernel.executions import WORKSPACE, Executions, Session
from penstock_kernel.findings import Finding
from penstock_kernel.host import DataDir, Host
from penstock_kernel.journal import Journal
from penstock_kernel.loader import Plugins, load_plugins
from penstock_kernel.memory_journal import MemoryJournal
from penstock_kernel.partial import kept
from penstock_kernel.policy import Clock, SystemClock
from penstock_kernel.records import ExecutionId, ExecutionRecord, StepRecord
from penstock_kernel.result import Execution
from penstock_kernel.settings import Settings, load_settings
from penstock_kernel.shelf import Shelf, Workflow
from penstock_kernel.step_view import Scene
from penstock_sandbox.addresses import Allowed
from penstock_sandbox.contract import Sandbox
from penstock_sandbox.egress import Egress
from penstock_sandbox.sandbox import open_sandbox
from penstock_sdk import Item

#: Executions that a person starts use fixtures and breakpoints; those that events start do not.
_BY_HAND = frozenset({"manual", "cli", "test"})


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
        self._executions = Executions(self.host, journal, self._shelf, settings.timezone)
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
        await self._executions.close()
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
        items: Sequence[Item | Mapping[str, Any]] | None = None,
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
            items: What the start node receives, as items or as plain objects; one empty item by
                default.
            start: Id of the node to start at; by default the workflow's start.
            to: Id of the node to run up to.
            mode: Who started it; `manual`, `cli` and `test` use fixtures and breakpoints.
            vars: Variables, `$vars` in expressions.
            fixtures: Name of the set of fixtures to use.
            mocks: Node to the items that it puts out instead of running.
            earlier: Steps of an earlier execution: those before `start` are taken from there, or,
                without `start`, all that ended well.
            breakpoints: Ids of nodes to stop before.
            execution_id: The id to use, for a caller that listened for its events beforehand.

        Raises:
            DocumentInvalid: The document cannot run.
            CancelledError: The caller was canceled; the execution is canceled too.
        """
        entered = perf_counter_ns()
        program, file = self._shelf.program(workflow)
        document = program.document
        record = ExecutionRecord(
            id=ExecutionId(execution_id or self.new_id()),
            workspace_id=WORKSPACE,
            workflow_id=document.name if file is None else str(file),
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
            file,
            target=to,
            fixtures={node: sets[fixtures] for node, sets in pinned if fixtures in sets}
            | dict(mocks or {}),
            breakpoints={*breakpoints, *(program.breakpoints if by_hand else ())},
            given=kept(earlier, program.topology, start=start),
        )
        return await self._executions.begin(record, session, entered)

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
            if not task.done():
                task.cancel()
                await asyncio.wait([task])

    async def cancel(self, execution_id: str) -> bool:
        """Stop an execution at once, or end it where it waits; say whether there was one to stop.

        Raises:
            ExecutionNotFound: There is none with this id.
        """
        return await self._executions.cancel(execution_id)

    async def idle(self) -> None:
        """Wait until nothing runs in the background: workflows that nobody waits for."""
        await self._executions.idle()

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
        return await self._executions.go_on(execution_id, breakpoints=breakpoints)

    def new_id(self) -> str:
        """An id for an execution; later ones sort after earlier ones."""
        return self._executions.new_id()

    async def _execute_sub(
        self, scene: Scene, workflow: str, items: Sequence[Item], *, key: str, wait: bool
    ) -> Mapping[str, Sequence[Item]]:
        return await self._executions.execute_sub(scene, workflow, items, key=key, wait=wait)


def _start_items(items: Sequence[Item | Mapping[str, Any]] | None) -> Sequence[Item]:
    if items is None:
        return [Item({})]
    return [item if isinstance(item, Item) else Item(dict(item)) for item in items]
