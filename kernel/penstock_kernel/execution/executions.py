"""The executions of one kernel: begun, driven, resumed, canceled, and called by each other.

The rules:

* An execution counts from the moment its acceptance is committed; what it was given of an earlier
  one is committed before it starts.
* A sub-execution has an id that follows from the step that calls it: a step that is repeated after
  a crash finds what is there already, and begins nothing twice.
* After the end of a failed execution its error workflow runs; a failure on the way is logged.
* What nobody waits for is, in a process that serves, accepted like any event.
"""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import AsyncGenerator, Collection, Coroutine, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from time import perf_counter_ns
from typing import Any, TypeVar

from penstock_kernel.execution.asking import choices_of, poll, record_apart
from penstock_kernel.execution.bodies import (
    BodyKey,
    body_failure,
    body_output,
    body_record,
    entered,
    pause_before,
)
from penstock_kernel.execution.calling import Enters, sub_of
from penstock_kernel.execution.costs import Costs
from penstock_kernel.execution.engine import Drive
from penstock_kernel.execution.error_workflow import log_failure, tell_later, telling, tells
from penstock_kernel.execution.host import Host
from penstock_kernel.execution.library import PUBLISHED, Called, Library, Where
from penstock_kernel.execution.outcome import error_record
from penstock_kernel.execution.plan import Activation, Plan
from penstock_kernel.execution.program import NodeUnknown, Program
from penstock_kernel.execution.resting import Rest
from penstock_kernel.execution.result import Execution, result_of
from penstock_kernel.execution.scribe import Scribe
from penstock_kernel.execution.session import Session, fence_of, note, passed, session_again, starts
from penstock_kernel.execution.shelf import Shelf
from penstock_kernel.execution.step_view import Outer, Scene
from penstock_kernel.execution.subworkflow import check_depth, failure_of
from penstock_kernel.store.journal import (
    Commit,
    ExecutionExists,
    ExecutionNotFound,
    Journal,
    JournalFailed,
    OwnershipLost,
)
from penstock_kernel.store.records import ENDED, ExecutionId, ExecutionRecord, StepKey
from penstock_sdk import Choice, Item, Output, PenstockError
from penstock_sdk import Event as TriggerEvent

#: Runs of bodies that a result tells of; the journal has all.
MAX_BODIES = 1_000
log = logging.getLogger(__name__)
T = TypeVar("T")


class Executions:
    """Runs executions for a kernel."""

    def __init__(
        self, host: Host, journal: Journal, library: Library, timezone: str, worker: str
    ) -> None:
        self.host = host
        self.journal = journal
        self.worker = worker
        #: Accepts what stands on its own, while this process serves.
        self.enters: Enters | None = None
        self._library = library
        self._shelf = library.shelf
        self._timezone = timezone
        self._sessions: dict[str, Session] = {}
        self._background: set[asyncio.Task[Any]] = set()
        self._warmed = False

    def new_id(self) -> ExecutionId:
        """An id for an execution; later ones sort after earlier ones."""
        return ExecutionId(f"{self.host.clock.now_ms():012x}{os.urandom(10).hex()}")

    async def begin(self, record: ExecutionRecord, session: Session, entered: int) -> Execution:
        begun = await self._accepted(record, session)
        return await self._drive(begun, session, Costs(accept=perf_counter_ns() - entered))

    async def _accepted(self, record: ExecutionRecord, session: Session) -> ExecutionRecord:
        record.created_ms = record.started_ms = self.host.clock.now_ms()
        note(record, session)
        return await self.journal.begin(
            record, self.worker, fence=session.fence, steps=session.given
        )

    async def drive(
        self, record: ExecutionRecord, *, has_steps: bool, longest_wait_s: float
    ) -> Execution:
        """Drive an execution that this process has claimed to where it ends, or waits for long."""
        program, _ = self._shelf.program(record.document)
        session = session_again(program, record)
        session.longest_wait_s = longest_wait_s
        if has_steps:
            session.given = await self.journal.steps(record.id)
        try:
            return await self._drive(record, session, Costs(), passed(session.given))
        finally:
            # Whoever goes on with it may be another process: nothing is remembered here.
            self._forget(record, session)

    def _forget(self, record: ExecutionRecord, session: Session) -> None:
        """Drop what is known of an execution, unless it was taken on here again since."""
        if self._sessions.get(record.id) is session:
            del self._sessions[record.id]

    async def fail(self, record: ExecutionRecord, problem: PenstockError) -> None:
        """End an execution that this process has claimed and that cannot be run."""
        await self.journal.commit(
            Commit(
                execution=record.id,
                epoch=record.epoch,
                status="error",
                error=error_record(problem),
                finished_ms=self.host.clock.now_ms(),
                released=True,
            )
        )

    @property
    def shelf(self) -> Shelf:
        """The programs used last."""
        return self._shelf

    @property
    def driven(self) -> set[str]:
        """The executions that this process drives now."""
        return {one for one, session in self._sessions.items() if session.drive is not None}

    def let_go(self, execution_id: str) -> None:
        """Stop driving an execution without ending it: somebody else goes on with it."""
        drive = self.drive_of(execution_id)
        if drive is not None:
            drive.let_go()

    async def go_on(
        self, execution_id: str, *, breakpoints: Collection[str] | None = None
    ) -> Execution:
        """Let an execution that waits go on; see `Kernel.continue_`."""
        entered = perf_counter_ns()
        record = await self.journal.execution(ExecutionId(execution_id))
        session = self._sessions.get(execution_id)
        if session is None:
            program, _ = self._shelf.program(record.document)
            session = session_again(program, record)
        if record.status in ENDED:
            return await self._ended(record, session)
        record = await self.journal.claim(record.id, self.worker)
        session.given = steps = await self.journal.steps(record.id)
        if breakpoints is not None:
            session.breakpoints = breakpoints
        released = {step.key for step in steps if step.waiting_for in ("debug", "in_doubt")}
        costs = Costs(accept=perf_counter_ns() - entered)
        return await self._drive(record, session, costs, released)

    async def cancel(self, execution_id: str) -> bool:
        """Stop an execution; see `Kernel.cancel`."""
        if self.cancel_here(execution_id):
            return True
        record = await self.journal.execution(ExecutionId(execution_id))
        if record.status not in ("waiting", "queued"):
            return False
        now_ms = self.host.clock.now_ms()
        try:
            epoch = (await self.journal.claim(record.id, self.worker)).epoch
            end = Commit(execution=record.id, epoch=epoch, status="canceled", finished_ms=now_ms)
            await self.journal.commit(end)
        except OwnershipLost:
            return False  # it has ended, or goes on elsewhere
        self._sessions.pop(execution_id, None)
        return True

    def cancel_here(self, execution_id: str) -> bool:
        """Stop an execution if this process drives it."""
        drive = self.drive_of(execution_id)
        if drive is not None:
            drive.cancel()
        return drive is not None

    def drive_of(self, execution_id: str) -> Drive | None:
        """What drives an execution in this process."""
        return one.drive if (one := self._sessions.get(execution_id)) else None

    async def choices(
        self, program: Program, file: Path | None, node_id: str, field: str
    ) -> Sequence[Choice]:
        """What may be chosen for a field; see `Kernel.choices`."""
        if node_id not in program.graph.nodes:
            message = f"The workflow has no node {node_id!r}."
            raise NodeUnknown(message, hint="Name one by its id.")
        async with self.apart(program, file) as scene:
            return await choices_of(self.host, scene, program.node(node_id), field)

    async def poll(
        self, record: ExecutionRecord, node_id: str, cursor: Any
    ) -> tuple[Sequence[TriggerEvent], Any]:
        """What a trigger finds that is new since its cursor, and its next cursor.

        Raises:
            PenstockError: It cannot tell, or its code failed.
        """
        program, file = self._shelf.program(record.document)
        async with self.apart(program, file, record) as scene:
            return await poll(self.host, scene, program.node(node_id), cursor)

    @asynccontextmanager
    async def apart(
        self, program: Program, file: Path | None, record: ExecutionRecord | None = None
    ) -> AsyncGenerator[Scene]:
        """A place to ask a node something, outside of any execution that is kept."""
        record = record or record_apart(self.new_id(), program, file)
        scene = self._make_drive(record, Session(program, file), Costs(), ()).scene
        try:
            yield scene
        finally:
            if scene.crossed:
                await (await self.host.sandbox()).release(record.id)

    async def idle(self) -> None:
        """Wait until nothing runs in the background."""
        while self._background:
            await asyncio.wait(list(self._background))

    async def close(self) -> None:
        """Cancel what still runs."""
        drives = [one.drive for one in self._sessions.values() if one.drive is not None]
        running = [drive.task for drive in drives if drive.task is not None]
        for drive in drives:
            drive.cancel()
        for task in self._background:
            task.cancel()
        await asyncio.gather(*running, *self._background, return_exceptions=True)

    async def _drive(
        self,
        record: ExecutionRecord,
        session: Session,
        costs: Costs,
        released: Collection[StepKey] = (),
    ) -> Execution:
        if not self._warmed and session.program.needs_guests:
            self._warmed = True
            self.spawn(self.host.sandbox())
        drive = self._make_drive(record, session, costs, released)
        session.drive = drive
        self._sessions[record.id] = session
        try:
            await asyncio.create_task(drive.run())
        except BaseException:
            if session.drive is drive:
                self._forget(record, session)
            raise
        finally:
            # Somebody else here may have begun to drive it since.
            if session.drive is drive:
                session.drive = None
            if drive.scene.crossed:
                await (await self.host.sandbox()).release(record.id)
        result = result_of(record, drive.plan, costs, session.bodies)
        if record.status in ENDED:
            self.host.ended(record)
            await self.host.answers.ended(record, result)
            await self._end(record, session)
        return result

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
        plan.begin(starts(program, record, session.given))
        scene = Scene(
            record,
            plan,
            timezone=settings.timezone or self._timezone,
            folder=None if session.file is None else session.file.parent,
            root=session.root,
            depth=session.depth,
            lenient=settings.expressions == "lenient",
            outer=session.outer,
            rest=session.rest,
            resume_url=self.host.resume_url,
        )
        session.plan = plan
        scribe = Scribe(
            self.journal,
            self.host.bus,
            self.host.clock,
            record,
            costs,
            commits_steps=settings.durability == "step",
            whole=scene.whole,
            tells_errors=tells(program, record),
            answers=self.host.answers,
        )
        return Drive(
            self.host,
            program,
            plan,
            scene,
            scribe,
            fixtures=session.fixtures,
            costs=costs,
            longest_wait_s=session.longest_wait_s,
        )

    async def _end(self, record: ExecutionRecord, session: Session) -> None:
        """After the end: tell the error workflow, and drop what is not to be kept."""
        self._forget(record, session)
        settings = session.program.document.settings
        if record.status == "error" and tells(session.program, record):
            await self._tell(record, session)
        if settings.save == "none" or (settings.save == "errors" and record.status == "success"):
            for body in session.bodies.values():
                await self.journal.forget(body.id)
            await self.journal.forget(record.id)

    async def _tell(self, record: ExecutionRecord, session: Session) -> None:
        """Begin what tells of a failure, and see it through; who serves has it accepted."""
        if self.enters is not None:
            await tell_later(self.journal, self._library, record, self.enters)
            return
        told: tuple[ExecutionRecord, Session] | None = None
        try:
            told_to, called = await telling(
                self._library, session.program, record, file=session.file, root=session.root
            )
            other = Session(called.program, called.file)
            told = await self._accepted(told_to, other), other
        except ExecutionExists:
            pass  # whoever keeps things in order was faster
        except JournalFailed:
            raise
        except PenstockError as problem:
            log_failure(problem)
        await self.journal.told(record.id)
        if told is not None:
            await self._drive(*told, Costs())

    async def tell_later(self, execution_id: str) -> None:
        """Tell of an execution whose process died before it could."""
        record = await self.journal.execution(ExecutionId(execution_id))
        await tell_later(self.journal, self._library, record, self.enters)

    async def execute_sub(
        self,
        scene: Scene,
        workflow: str,
        items: Sequence[Item],
        *,
        key: str,
        wait: bool,
        rest: Rest,
        version: int | str = PUBLISHED,
    ) -> Mapping[str, Sequence[Item]]:
        """Run a workflow for a step.

        `key` is the same when the step is repeated after a crash; `rest` is the step's.
        """
        check_depth(scene.depth)
        where = Where(scene.execution.workspace_id, scene.folder, scene.root)
        called = await self._library.find(where, workflow, str(version))
        if not wait:
            await self._begin_aside(scene, called, items, key)
            return {}
        with rest.part(key):
            result = await self._sub_execution(scene, called, items, key, Rest(rest, key))
        if result.status != "success":
            raise failure_of(result.workflow_name, result.error, result.status)
        return {"main": result.items}

    async def _begin_aside(
        self, scene: Scene, called: Called, items: Sequence[Item], key: str
    ) -> None:
        """Accept a workflow that nobody waits for; from then on it stands on its own."""
        execution_id, earlier = await self._sub_id(key)
        if earlier is not None:
            return  # it was begun before a crash, and is somebody's
        record, session = sub_of(called, execution_id, scene, items, None)
        if self.enters is None:
            begun = await self._accepted(record, session)
            self.spawn(self._drive(begun, session, Costs()))
            return
        note(record, session)
        with suppress(ExecutionExists):  # another owner of the caller was faster
            await self.enters(record, called.program)

    async def run_body(
        self, scene: Scene, activation: Activation, batch: Output, *, key: BodyKey, rest: Rest
    ) -> Output:
        """Run the body of a container for its step; `key` and `rest` as in `execute_sub`."""
        check_depth(scene.depth)
        outside = self._sessions[scene.execution.id]
        container = activation.key.node_id
        program = outside.program.body(container)
        items, parents = entered(batch)
        session = Session(
            program,
            outside.file,
            depth=scene.depth + 1,
            root=outside.root,
            target=program.nearest(outside.within),
            within=outside.within,
            fixtures={**outside.fixtures, container: items},
            outer=Outer(scene, activation, parents),
            rest=Rest(rest, str(key)),
            fence=fence_of(scene),
        )
        with rest.part(str(key)):
            execution_id, earlier = await self._sub_id(str(key), kind="body")
            if earlier is None:
                await pause_before(self.journal, self.host.clock, key, rest)
                record = body_record(execution_id, scene.execution, program, container, items)
                execution = await self.begin(record, session, perf_counter_ns())
            else:
                execution = await self._again(earlier, session)
        execution.container = container
        if len(outside.bodies) < MAX_BODIES:
            outside.bodies[container, activation.key.run_index, key.number] = execution
        if execution.status != "success" or session.plan is None:
            raise body_failure(execution.error, execution.status)
        return body_output(program, session.plan, container, parents, session.target)

    async def _sub_execution(
        self,
        scene: Scene,
        called: Called,
        items: Sequence[Item],
        key: str,
        rest: Rest,
    ) -> Execution:
        """Run a workflow in line: its rest is a part of a step's."""
        execution_id, earlier = await self._sub_id(key)
        record, session = sub_of(called, execution_id, scene, items, rest)
        if earlier is not None:
            return await self._again(earlier, session)
        return await self.begin(record, session, perf_counter_ns())

    async def _sub_id(
        self, key: str, *, kind: str = "sub"
    ) -> tuple[ExecutionId, ExecutionRecord | None]:
        """The id for a sub-execution, and what is there already; a failed one is not used again."""
        number = 0
        while True:
            execution_id = ExecutionId(f"{kind}-{key}-{number}")
            try:
                record = await self.journal.execution(execution_id)
            except ExecutionNotFound:
                return execution_id, None
            if record.status not in ("error", "canceled", "dead"):
                return execution_id, record
            number += 1

    async def _again(self, record: ExecutionRecord, session: Session) -> Execution:
        """The result of a sub-execution that was accepted before the step was repeated."""
        if record.status in ENDED:
            return await self._ended(record, session)
        claimed = await self.journal.claim(record.id, self.worker, fence=session.fence)
        session.given = await self.journal.steps(record.id)
        return await self._drive(claimed, session, Costs())

    async def _ended(self, record: ExecutionRecord, session: Session) -> Execution:
        """The result of an execution that has ended, from the journal alone."""
        session.given = await self.journal.steps(record.id)
        plan = self._make_drive(record, session, Costs(), ()).plan
        plan.replay()
        return result_of(record, plan, Costs(), session.bodies)

    def spawn(self, work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        """Let something run in the background."""
        task = asyncio.create_task(work)
        self._background.add(task)
        task.add_done_callback(self._background.discard)
        return task
