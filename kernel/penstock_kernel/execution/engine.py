"""Drive one execution: ask the plan what may run, run it, commit, and tell.

The rules:

* Before a step with effects starts, everything it depends on and its own intent are committed;
  after it ends, its outcome is. Pure steps are committed with the next such boundary, or with the
  end.
* After a step has failed under the policy `stop`, no other step starts; those that run may finish.
* A step that waits holds no slot. An execution in which nothing runs and something waits is
  `waiting`, and committed as such before anything sleeps.
* Canceling stops running guests and nodes at once; what they did is not delivered.
* A second cancel does not keep the end from being committed; a workflow that took too long has
  failed, and is undone where it asks for that.
* A step that failed for good before a crash has failed: it is not run again. An execution that was
  being undone then has failed too: nothing of it is run again.
* A loop node that is disabled or pinned is not gone round: its items leave at its other port.
* An execution that waits for longer than it was to is put down: committed as waiting, with what
  it runs.
* A stale owner drops everything: a commit that is refused ends the drive without another write.
* Work is done in turns: the loop is given back after 10 ms of uninterrupted steps.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from time import perf_counter, perf_counter_ns
from typing import ClassVar

from penstock_kernel.execution.compensation import compensate
from penstock_kernel.execution.costs import Costs
from penstock_kernel.execution.deadline import Deadline
from penstock_kernel.execution.ending import stop, to_the_end
from penstock_kernel.execution.events import Event, Kind, step_event
from penstock_kernel.execution.execute import run_step
from penstock_kernel.execution.host import Host
from penstock_kernel.execution.outcome import error_record
from penstock_kernel.execution.plan import Activation, IterationLimit, Plan
from penstock_kernel.execution.policy import attempt_after
from penstock_kernel.execution.program import NodePlan, Program
from penstock_kernel.execution.recovery import decide
from penstock_kernel.execution.scribe import Scribe
from penstock_kernel.execution.step_view import Scene
from penstock_kernel.expressions.guest_answer import guess_parents
from penstock_kernel.store.records import ErrorRecord, PortOutput, StepKey, StepRecord
from penstock_sdk import Item, Parent, PenstockError

_TURN_S = 0.01
#: Of an execution that was being undone, where nobody knows any more why.
_UNDONE = ErrorRecord(
    code="execution.dead",
    message="The process that undid this execution died before it had come to an end.",
    hint="Run it again as a new execution.",
)


class WorkflowTimedOut(PenstockError):
    """An execution took longer than its workflow allows."""

    code: ClassVar[str] = "execution.timed_out"


class Drive:
    """One owner's turn at one execution."""

    def __init__(
        self,
        host: Host,
        program: Program,
        plan: Plan,
        scene: Scene,
        scribe: Scribe,
        *,
        fixtures: Mapping[str, Sequence[Item]],
        costs: Costs,
        longest_wait_s: float | None = None,
    ) -> None:
        self.plan = plan
        self.scene = scene
        self.costs = costs
        self.error: ErrorRecord | None = None
        self.timed_out = False
        self.is_let_go = False
        self.task: asyncio.Task[object] | None = None
        self._host = host
        self._program = program
        self._scribe = scribe
        self._fixtures = fixtures
        self._settings = program.document.settings
        self._slots = self._settings.max_parallel if plan.order == "parallel" else 1
        self._tasks: dict[asyncio.Task[StepRecord], Activation] = {}
        self._sleeping: dict[StepKey, Activation] = {}
        self._woken: list[Activation] = []
        self._turn = perf_counter()
        self._longest_wait_s = longest_wait_s
        self._deadline = Deadline(self._settings.timeout_s, self._time_out)
        self._rest = scene.rest

    async def run(self) -> None:
        """Go on until the execution has ended or can only wait for a signal.

        Raises:
            OwnershipLost: Somebody else owns the execution now.
            CancelledError: The caller was canceled; the execution is committed as canceled.
        """
        self.task = asyncio.current_task()
        await self._tell("execution.started")
        self.error = self._failed_before()
        self._rest.listeners.append(self._rests)
        try:
            await self._go_on()
        except asyncio.CancelledError:
            self._pause()
            await to_the_end(self._settle_canceled())
            if not self._was_stopped:
                raise
        except BaseException:
            await to_the_end(stop(self._tasks))
            raise
        else:
            self._pause()
            if await to_the_end(self._settle()) and not self._was_stopped:
                raise asyncio.CancelledError
        finally:
            self._pause()
            self.task = None

    def _pause(self) -> None:
        self._rest.listeners.clear()
        self._deadline.stop()

    def cancel(self) -> None:
        """Stop at once."""
        self.scene.canceled = True
        if self.task is not None:
            self.task.cancel()

    def let_go(self) -> None:
        """Stop at once, and leave the execution as it was last committed."""
        self.is_let_go = True
        self._rest.put_down = True  # what runs in line ends nothing either
        if self.task is not None:
            self.task.cancel()

    @property
    def _was_stopped(self) -> bool:
        """Was the drive canceled on purpose, not because its caller was?"""
        return self.timed_out or self.scene.canceled or self._rest.put_down

    def _time_out(self) -> None:
        self.timed_out = True
        if self.task is not None:
            self.task.cancel()

    def _rests(self, due_ms: int | None) -> None:
        """Time counts while anything works; a wait that is too long ends the drive."""
        if due_ms is None:
            self._deadline.start()
            return
        self._deadline.stop()
        if self._longest_wait_s is not None:
            # Not at once: a step that has ended may be followed by one that works.
            asyncio.get_running_loop().call_soon(self._put_down)

    def _put_down(self) -> None:
        due_ms, longest_s = self._rest.due_ms, self._longest_wait_s
        if due_ms is None or longest_s is None or self.task is None:
            return
        if due_ms - self._host.clock.now_ms() > longest_s * 1000:
            self._rest.put_down = True
            self.task.cancel()

    def _failed_before(self) -> ErrorRecord | None:
        """Why this execution fails, if it was being undone when its process died."""
        error = self.scene.execution.error
        return _UNDONE if error is None and self.plan.was_undone else error

    async def _go_on(self) -> None:
        if self.error is not None:
            self.plan.replay()  # what has ended is what can be undone
            return
        self._deadline.start()
        while True:
            await self._start_ready()
            if self._tasks:
                await self._await_some()
            elif self._sleeping and self.error is None:
                await self._scribe.waiting(self._sleeping.values())
                await self._tell("execution.waiting")
                await self._sleep()
            else:
                return

    async def _start_ready(self) -> None:
        while self.error is None and self._has_slot():
            activation = self._next()
            if activation is None:
                break
            if self._scribe.owes_answer:
                await self._scribe.answer()
            await self._start(activation)
            if perf_counter() - self._turn > _TURN_S:
                await asyncio.sleep(0)
                self._turn = perf_counter()
        if self._scribe.owes_answer and (self._tasks or self._sleeping):
            await self._scribe.answer()

    def _has_slot(self) -> bool:
        held = len(self._tasks)
        if self.plan.order != "parallel":
            held += len(self._sleeping)
        return held < self._slots

    def _next(self) -> Activation | None:
        if self._woken:
            return self._woken.pop(0)
        started = perf_counter_ns()
        try:
            activation = self.plan.next()
        except IterationLimit as error:
            self.error = error_record(error)
            return None
        self.costs.plan += perf_counter_ns() - started
        return activation

    async def _start(self, activation: Activation) -> None:
        before = activation.record
        if before is not None and (before.due_ms or 0) > self._host.clock.now_ms():
            self._lay_down(activation)
            return
        if before is not None and before.status == "error":
            self._finish(before)
            return
        given = self._without_running(activation)
        if given is not None:
            self._scribe.keep(given)
            self._finish(given)
            return
        node = self._program.node(activation.key.node_id)
        self._rest.begin(activation.key)
        if self._runs_inline(node):
            await self._take(await self._run_step(node, activation), activation)
        else:
            self._tasks[asyncio.create_task(self._run_step(node, activation))] = activation

    def _runs_inline(self, node: NodePlan) -> bool:
        """A task costs more than most steps; where nothing is beside it, it is not needed."""
        if node.is_pure and len(self.plan.live) == 1:
            return True
        if node.is_pure and not node.config.crosses:
            return True
        return not (self._tasks or self._sleeping or self._woken or self.plan.is_ready)

    def _without_running(self, activation: Activation) -> StepRecord | None:
        """The record of a step that is disabled, or that a fixture stands in for."""
        node_id = activation.key.node_id
        items = self._fixtures.get(node_id)
        if items is not None:
            return self._given(activation, items, self._parents_of(activation, len(items)))
        if not self._program.graph.nodes[node_id].settings.disabled:
            return None
        sources = (source for source in activation.sources.values() if source is not None)
        first = next(sources, None)
        passing = self.scene.items_of(first) if first is not None else self.scene.input
        record = self._given(activation, passing)
        record.status = "skipped"
        return record

    def _parents_of(self, activation: Activation, count: int) -> Sequence[Parent] | None:
        """Where items that stand in come from, by the counts."""
        sources = [source for source in activation.sources.values() if source is not None]
        came = sum(len(self.scene.items_of(source)) for source in sources)
        return guess_parents(count, came) if sources else None

    def _given(
        self,
        activation: Activation,
        items: Sequence[Item],
        parents: Sequence[Parent] | None = None,
    ) -> StepRecord:
        port = self._passing_port(activation.key.node_id)
        now_ms = self._host.clock.now_ms()
        return StepRecord(
            key=activation.key,
            status="cached",
            sources=activation.sources,
            outputs={port: PortOutput(items, parents)},
            started_ms=now_ms,
            finished_ms=now_ms,
            now_ms=now_ms,
        )

    def _passing_port(self, node_id: str) -> str:
        ports = [port.name for port in self._program.graph.ports[node_id].outputs]
        if node_id in self.plan.topology.loops:
            ports = [port for port in ports if port != "loop"]
        return ports[0] if ports else "main"

    async def _run_step(self, node: NodePlan, activation: Activation) -> StepRecord:
        limits = self._host.node_limits
        if node.type.id not in limits:
            return await self._run_now(node, activation)
        key = activation.key
        holder = f"{self.scene.execution.id}/{key.node_id}/{key.run_index}"
        async with limits.place(node.type.id, holder):
            return await self._run_now(node, activation)

    async def _run_now(self, node: NodePlan, activation: Activation) -> StepRecord:
        before = activation.record
        if before is not None and before.status == "started":
            decided = await decide(self._host, self.scene, node, activation)
            if decided is not None:
                await self._scribe.outcome(decided)
                return decided
        if before is not None and before.asks is not None:
            activation.record = await self._scribe.time_up(before)
        if self._scribe.is_heard:
            await self._tell_start(activation)
        if node.effects != "none":
            await self._scribe.intent(node, activation)
        record = await run_step(self._host, self.scene, node, activation, self.costs)
        if node.effects == "none" and record.asks is None:
            self._scribe.keep(record)
        else:
            await self._scribe.outcome(record)
        if self._scribe.is_heard:
            whole, body = self.scene.whole.id, self.scene.body
            await self._scribe.tell(step_event(whole, record, node.spec.name, body))
        return record

    async def _take(self, record: StepRecord, activation: Activation) -> None:
        activation.record = record
        if record.status == "waiting":
            self._lay_down(activation)
            return
        self._rest.end(record.key)
        if record.status == "in_doubt":
            self.plan.park(activation)
        else:
            self._finish(record)

    def _lay_down(self, activation: Activation) -> None:
        self._sleeping[activation.key] = activation
        self._rest.wait(activation.key, _due(activation))

    def _finish(self, record: StepRecord) -> None:
        started = perf_counter_ns()
        try:
            self.plan.finished(record)
        except IterationLimit as error:
            self.error = self.error or error_record(error)
        if record.status == "error":
            self.error = self.error or record.error
        self.costs.plan += perf_counter_ns() - started

    async def _await_some(self) -> None:
        waiting: set[asyncio.Task[StepRecord] | asyncio.Task[None]] = set(self._tasks)
        timer = asyncio.create_task(self._sleep()) if self._sleeping else None
        if timer is not None:
            waiting.add(timer)
        try:
            done, _ = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        finally:
            if timer is not None:
                timer.cancel()
        for task in [task for task in self._tasks if task in done]:
            activation = self._tasks.pop(task)
            await self._take(task.result(), activation)
        self._turn = perf_counter()

    async def _sleep(self) -> None:
        """Until the first of the steps that wait is due."""
        clock = self._host.clock
        first = min(_due(activation) for activation in self._sleeping.values())
        delay_ms = first - clock.now_ms()
        if delay_ms > 0:
            await clock.sleep(delay_ms / 1000)
        now_ms = clock.now_ms()
        due = [key for key, activation in self._sleeping.items() if _due(activation) <= now_ms]
        self._woken += [self._sleeping.pop(key) for key in due]
        for key in due:
            self._rest.begin(key)

    async def _settle(self) -> None:
        if self.error is not None:
            await self._fail(self.error)
        elif self.plan.parked:
            await self._scribe.parked(self.plan.parked.values())
            await self._tell("execution.waiting")
            return
        else:
            await self._scribe.ended("success")
        await self._tell("execution.finished")

    async def _fail(self, error: ErrorRecord) -> None:
        if self._settings.compensate:
            await compensate(self._host, self.scene, self._program, self._scribe, error)
        await self._scribe.ended("error", error)

    async def _settle_canceled(self) -> None:
        due_ms = self._rest.due_ms
        await stop(self._tasks)
        if self.is_let_go or (self._rest.is_put_down and due_ms is None):
            return
        if self._rest.is_put_down and due_ms is not None:
            await self._scribe.put_down(due_ms, self._sleeping.values())
            await self._tell("execution.waiting")
            return
        if self.timed_out:
            limit_s = self._settings.timeout_s or 0
            message = f"The execution did not end within {limit_s:g} seconds."
            hint = "Raise `timeout_s` in the workflow's settings."
            self.error = error_record(WorkflowTimedOut(message, hint=hint))
            await self._fail(self.error)
        else:
            await self._scribe.ended("canceled")
        await self._tell("execution.finished")

    async def _tell(self, kind: Kind) -> None:
        # A body has steps to tell of; it begins and ends with the step that runs it.
        if self.scene.outer is not None or not self._scribe.is_heard:
            return
        record = self._scribe.execution
        event = Event(
            kind=kind,
            execution=record.id,
            at_ms=self._host.clock.now_ms(),
            status=record.status,
            waiting_for=record.waiting_for,
            due_ms=record.due_ms,
            error=self.error,
        )
        await self._scribe.tell(event)

    async def _tell_start(self, activation: Activation) -> None:
        before = activation.record
        event = Event(
            kind="step.started",
            execution=self.scene.whole.id,
            body=self.scene.body,
            at_ms=self._host.clock.now_ms(),
            node_id=activation.key.node_id,
            node_name=self._program.graph.nodes[activation.key.node_id].name,
            run_index=activation.key.run_index,
            attempt=attempt_after(before),
            status="started",
        )
        await self._scribe.tell(event)


def _due(activation: Activation) -> int:
    record = activation.record
    return 0 if record is None else record.due_ms or 0
