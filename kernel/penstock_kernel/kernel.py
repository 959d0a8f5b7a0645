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
import os
from collections.abc import AsyncGenerator, Collection, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from time import perf_counter_ns
from typing import TYPE_CHECKING, Unpack

from penstock_bus import Bus, MemoryBus
from penstock_kernel.execution.asked import Asked, GivenItems, record_of, session_of
from penstock_kernel.execution.bodies import BodyKey
from penstock_kernel.execution.events import Event
from penstock_kernel.execution.executions import Executions
from penstock_kernel.execution.host import DataDir, Host, open_data
from penstock_kernel.execution.library import Library, StoredText
from penstock_kernel.execution.node_limits import NodeLimits
from penstock_kernel.execution.plan import Activation
from penstock_kernel.execution.policy import Clock, SystemClock
from penstock_kernel.execution.rate_limits import RateLimits
from penstock_kernel.execution.resting import Rest
from penstock_kernel.execution.result import Execution
from penstock_kernel.execution.running import Running, listen, watch
from penstock_kernel.execution.shelf import Checked, Shelf, Workflow
from penstock_kernel.execution.step_cache import StepCache
from penstock_kernel.execution.step_view import Scene
from penstock_kernel.packages.loader import Plugins, load_plugins
from penstock_kernel.settings import Settings, load_settings
from penstock_kernel.store.journal import Journal, store_needed
from penstock_kernel.store.memory_journal import MemoryJournal
from penstock_kernel.store.scope import Scope
from penstock_kernel.store.sharing import Shared, shared_by_none
from penstock_kernel.workflow.findings import Finding
from penstock_sandbox.contract import Sandbox
from penstock_sandbox.egress.addresses import Allowed
from penstock_sandbox.egress.egress import Egress
from penstock_sandbox.sandbox import open_sandbox
from penstock_sdk import Choice, Item, Output
from penstock_sdk.rooted import RootedFiles, parse_roots

if TYPE_CHECKING:
    from penstock_kernel.execution.program import Program
    from penstock_kernel.store.records import ExecutionId, ExecutionRecord, StepRecord
    from penstock_kernel.store.sql.database import Database
    from penstock_kernel.work.accepting import Accepted
    from penstock_kernel.work.doorbell import Doorbells
    from penstock_kernel.work.entering import Incoming
    from penstock_kernel.work.history import History
    from penstock_kernel.work.presence import Presence
    from penstock_kernel.work.serving import Role, Serving
    from penstock_kernel.work.timetable import Timetable
    from penstock_kernel.work.workflows import Workflows


class Kernel:
    """Runs workflows. Made by `Kernel.open`."""

    def __init__(
        self,
        settings: Settings,
        plugins: Plugins,
        journal: Journal,
        bus: Bus,
        data: DataDir,
        sandbox: Sandbox | None,
        egress: Egress,
        *,
        db: Database | None = None,
    ) -> None:
        self.settings = settings
        self.plugins = plugins
        self.journal = journal
        self.bus = bus
        #: Where everything is kept; none: in memory, as long as this kernel is open.
        self.db = db
        #: What this process is called among those that share a database.
        self.worker = f"{os.getpid()}-{os.urandom(4).hex()}"
        shared = self._shared(data.clock)
        self.host = Host(
            clock=data.clock,
            egress=egress,
            data=data,
            bus=bus,
            sandbox=self.sandbox,
            sub_workflows=self._execute_sub,
            bodies=self._run_body,
            budget=settings.budget,
            roots=RootedFiles(parse_roots(settings.file_roots), [settings.data_dir]),
            rate_limits=RateLimits(settings.rate_limits, shared.rates, data.clock),
            node_limits=NodeLimits(settings.node_limits, shared.permits, data.clock),
            cache=StepCache(settings.cache, shared.results),
        )
        self._shelf = Shelf(plugins)
        library = Library(self._shelf, None if db is None else self._stored)
        #: What runs here.
        self.executions = Executions(self.host, journal, library, settings.timezone, self.worker)
        self._presence: Presence | None = None
        self._serving: Serving | None = None
        self._workflows: Workflows | None = None
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
        known = plugins or load_plugins(native=chosen.native_plugins, folders=folders)
        data = await open_data(chosen, known, clock or SystemClock())
        out = egress or Egress(Allowed.parse(chosen.egress_allow), proxy=chosen.egress_proxy)
        db = None
        if journal is None and chosen.database:
            # It takes a fifth of a second to load, which who keeps nothing need not wait for.
            from penstock_kernel.work.opening import open_store  # noqa: PLC0415

            db, journal = await open_store(chosen, data, out, known)
        kernel = cls(
            chosen,
            known,
            journal or MemoryJournal(),
            bus or MemoryBus(),
            data,
            sandbox,
            out,
            db=db,
        )
        if chosen.tune_gc:
            gc.freeze()
            gc.set_threshold(5_000, 20, 10)  # more at once stops everybody for 50 ms
        try:
            async with kernel.presence():
                yield kernel
        finally:
            await kernel.close()

    @asynccontextmanager
    async def presence(self) -> AsyncGenerator[None]:
        """Say that this process is there, where others could take its executions for left."""
        if self.db is None:
            yield
            return
        from penstock_kernel.work.presence import present  # noqa: PLC0415 - see `open`

        async with present(self.db, self.executions.worker) as self._presence:
            yield

    async def close(self) -> None:
        """Cancel what still runs and end what was started."""
        await self.executions.close()
        await self.bus.close()
        await self.host.egress.close()
        if self._owns_sandbox and self._sandbox is not None:
            await self._sandbox.close()
        await self.host.data.close()
        if self.db is not None:
            await self.db.close()

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

    def checked(self, workflow: Workflow) -> Checked:
        """What is wrong with a document of the right shape, and the ports of its nodes."""
        return self._shelf.checked(workflow)

    async def execute(
        self, workflow: Workflow, items: GivenItems = None, **asked: Unpack[Asked]
    ) -> Execution:
        """Run a workflow to its end, or to where it waits for a signal.

        Args:
            workflow: A document, its text or plain values, or the path of its file.
            items: What the start node receives, as items or as plain objects; one empty item by
                default.
            asked: All of these may be left out.

                * `start`: id of the node to start at; by default the workflow's start.
                * `to`: id of the node to run up to.
                * `mode`: who started it; `manual`, `cli` and `test` use fixtures and breakpoints.
                * `vars`: variables, `$vars` in expressions.
                * `fixtures`: name of the set of fixtures to use, `default` by default.
                * `mocks`: node to the items that it puts out instead of running.
                * `earlier`: steps of an earlier execution: those before `start` are taken from
                  there, or, without `start`, all that ended well.
                * `breakpoints`: ids of nodes to stop before.
                * `longest_wait_s`: end as waiting where it would wait for longer; by default it
                  waits, however long.
                * `execution_id`: the id to use, for a caller that listened for it beforehand.

        Raises:
            DocumentInvalid: The document cannot run.
            CancelledError: The caller was canceled; the execution is canceled too.
        """
        entered = perf_counter_ns()
        program, file = self._shelf.program(workflow)
        record = record_of(asked.get("execution_id") or self.new_id(), program, file, items, asked)
        session = session_of(record, program, file, asked)
        return await self.executions.begin(record, session, entered)

    async def start(
        self, workflow: Workflow, items: GivenItems = None, **asked: Unpack[Asked]
    ) -> Running:
        """Run a workflow as `execute` does, without waiting for it.

            running = await kernel.start(workflow)
            async for event in running: ...
            execution = await running.result()

        Raises:
            DocumentInvalid: The document cannot run.
        """
        self._shelf.program(workflow)  # what cannot run is refused here
        execution_id = asked["execution_id"] = asked.get("execution_id") or self.new_id()
        events = await listen(self.bus, execution_id)
        task = self.executions.spawn(self.execute(workflow, items, **asked))
        return Running(execution_id, task, events)

    async def stream(
        self, workflow: Workflow, items: GivenItems = None, **asked: Unpack[Asked]
    ) -> AsyncGenerator[Event]:
        """Run a workflow as `execute` does, and yield what happens; the last event is its end.

        Closing the iterator cancels the execution.
        """
        running = await self.start(workflow, items, **asked)
        try:
            async for event in running:
                yield event
            await running.result()
        finally:
            await running.cancel()

    async def watch(self, execution_id: str) -> AsyncGenerator[Event]:
        """What happens in an execution from now on, wherever it runs, until it has ended.

        Events are hints, and some may be lost; what is true is in the journal.

        Raises:
            ExecutionNotFound: There is none with this id.
        """
        async for event in watch(self.bus, self.journal, execution_id):
            yield event

    async def choices(self, workflow: Workflow, node_id: str, field: str) -> Sequence[Choice]:
        """What a person may choose for a dynamic field of a node, with what is filled in so far.

        The document need not be able to run yet.

        Raises:
            DocumentInvalid: It does not have the shape of a document.
            NodeUnknown: It has no such node, or nothing that is installed provides its type.
            PenstockError: The node cannot tell.
        """
        program, file = self._shelf.draft(workflow)
        return await self.executions.choices(program, file, node_id, field)

    async def cancel(self, execution_id: str) -> bool:
        """Stop an execution at once, or end it where it waits; say whether there was one to stop.

        Raises:
            ExecutionNotFound: There is none with this id.
        """
        if self.db is None:
            return await self.executions.cancel(execution_id)
        from penstock_kernel.work.canceling import stop  # noqa: PLC0415 - see `open`

        return await stop(self.executions, self.db, self.bus, execution_id)

    @asynccontextmanager
    async def serve(
        self,
        *,
        role: Role = "all",
        pools: Sequence[str] = ("default",),
        concurrency: int = 64,
        bells: Doorbells | None = None,
        patience_s: float = 20.0,
    ) -> AsyncGenerator[Serving]:
        """Accept and run executions of the database, until the block ends.

        Args:
            role: What this process is to do; see `penstock_kernel.work.serving`.
            pools: The pools to work for.
            concurrency: Executions to run side by side.
            bells: The doorbells of a bus; without one, workers look into the database.
            patience_s: At the end: how long what runs may go on.

        Raises:
            StoreNeeded: The kernel was opened without a database.
        """
        from penstock_kernel.work.serving import serving  # noqa: PLC0415 - see `open`

        loops = serving(
            self._database(),
            self.journal,
            self.executions,
            self.workflows,
            self.settings,
            bells,
            self._presence,
            role=role,
            pools=pools,
            concurrency=concurrency,
            patience_s=patience_s,
        )
        async with loops as process:
            self._serving = process
            try:
                yield process
            finally:
                self._serving = None

    @property
    def workflows(self) -> Workflows:
        """The workflows of the store.

        Raises:
            StoreNeeded: The kernel was opened without a database.
        """
        if self._workflows is None:
            from penstock_kernel.work.workflows import Workflows  # noqa: PLC0415 - see `open`

            db, clock = self._database(), self.host.clock
            self._workflows = Workflows(db, self._shelf, clock, self.settings.timezone)
        return self._workflows

    @property
    def history(self) -> History:
        """The executions of the store.

        Raises:
            StoreNeeded: The kernel was opened without a database.
        """
        from penstock_kernel.work.history import History  # noqa: PLC0415 - see `open`

        return History(self._database(), self.journal, self._shelf, self)

    @property
    def schedules(self) -> Timetable:
        """The schedules of active workflows.

        Raises:
            StoreNeeded: The kernel was opened without a database.
        """
        from penstock_kernel.work.timetable import Timetable  # noqa: PLC0415 - see `open`

        return Timetable(self._database(), self.accept, self.host.clock)

    @property
    def serving(self) -> Serving:
        """The loops of this process; there are none where it does not serve: `StoreNeeded`."""
        if self._serving is None:
            raise store_needed()
        return self._serving

    async def accept(self, incoming: Incoming) -> Accepted:
        """Keep an execution of a stored workflow, to be run: the one way in for every trigger.

        Raises:
            StoreNeeded: The kernel is not serving.
            WorkflowMissing: There is no such workflow.
            WorkflowInactive: No version of it is active, and none was named.
            QueueFull: Too many are queued already; nothing was accepted.
            StoreUnavailable: It could not be kept, or nobody knows whether it was.
        """
        return await self.serving.enter(incoming)

    async def accept_again(
        self, record: ExecutionRecord, program: Program, steps: Sequence[StepRecord]
    ) -> ExecutionId:
        """Keep an execution that begins with steps of an earlier one; see `history.again`."""
        return await self.serving.again(record, program, steps)

    async def find(self, scope: Scope, workflow: str, version: str) -> StoredText:
        """The text of a version of a stored workflow, by its number or as `published`.

        Raises:
            WorkflowNotFound: There is no such workflow, or no such version.
        """
        return await self.workflows.named(scope, workflow, version)

    def now_ms(self) -> int:
        """The moment, by the clock of this kernel."""
        return self.host.clock.now_ms()

    def _shared(self, clock: Clock) -> Shared:
        if self.db is None:
            return shared_by_none(clock.now_ms)
        from penstock_kernel.store.sql.sharing import shared_by  # noqa: PLC0415 - see `open`

        return shared_by(self.db, self.worker)

    def _database(self) -> Database:
        if self.db is None:
            raise store_needed()
        return self.db

    def record(
        self, workflow: Workflow, items: GivenItems = None, **asked: Unpack[Asked]
    ) -> ExecutionRecord:
        """An execution of a workflow, to be accepted.

        Raises:
            DocumentInvalid: The document cannot run.
        """
        program, file = self._shelf.program(workflow)
        execution_id = asked.get("execution_id") or self.new_id()
        return record_of(execution_id, program, file, items, asked)

    async def idle(self) -> None:
        """Wait until nothing runs in the background: workflows that nobody waits for."""
        await self.executions.idle()

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
        return await self.executions.go_on(execution_id, breakpoints=breakpoints)

    def new_id(self) -> ExecutionId:
        """An id for an execution; later ones sort after earlier ones."""
        return self.executions.new_id()

    async def _execute_sub(
        self,
        scene: Scene,
        workflow: str,
        items: Sequence[Item],
        *,
        key: str,
        wait: bool,
        rest: Rest,
        version: int | str,
    ) -> Mapping[str, Sequence[Item]]:
        return await self.executions.execute_sub(
            scene, workflow, items, key=key, wait=wait, rest=rest, version=version
        )

    async def _stored(self, workspace: str, workflow: str, version: str) -> StoredText:
        return await self.find(Scope(workspace), workflow, version)

    async def _run_body(
        self, scene: Scene, activation: Activation, batch: Output, *, key: BodyKey, rest: Rest
    ) -> Output:
        return await self.executions.run_body(scene, activation, batch, key=key, rest=rest)
