"""Writes what one execution did: steps in groups into the journal, events to whoever listens.

The rules:

* Commits of one execution are made one after the other: what a step depends on is never still on
  its way. Who had to wait finds, as a rule, that the commit before took its steps along.
* A commit that failed or was cut off loses nothing: its steps go into the next.
* A step that waits for somebody is committed at once, for he may answer from then on. Before it
  ends because its time is up, the journal is asked whether he has.
* An answer leaves after the commit that contains it. That commit is made before anything else
  begins; where nothing else does, it is the end.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from time import perf_counter_ns
from typing import Protocol, runtime_checkable

import msgspec

from penstock_bus import Bus
from penstock_kernel.execution.answers import Answers, answer_of
from penstock_kernel.execution.costs import Costs
from penstock_kernel.execution.events import Event, message_of, subject_of
from penstock_kernel.execution.plan import Activation
from penstock_kernel.execution.policy import Clock, attempt_after
from penstock_kernel.execution.program import NodePlan
from penstock_kernel.store.journal import Commit, Journal
from penstock_kernel.store.records import (
    ENDED,
    ErrorRecord,
    ExecutionRecord,
    ExecutionStatus,
    PortOutput,
    StepKey,
    StepRecord,
    WaitingFor,
)

_PEOPLE: Sequence[WaitingFor] = ("approval", "form", "webhook")


@runtime_checkable
class KeepsAnswers(Protocol):
    """A journal that others reach too: whoever is waited for can answer there."""

    async def answer_to(
        self, execution: ExecutionRecord, key: StepKey
    ) -> Mapping[str, PortOutput] | None:
        """What a step was answered whose time is up; from now on nobody answers it."""
        ...


class Scribe:
    """The pen of an execution's owner."""

    def __init__(
        self,
        journal: Journal,
        bus: Bus,
        clock: Clock,
        execution: ExecutionRecord,
        costs: Costs,
        *,
        commits_steps: bool,
        whole: ExecutionRecord,
        tells_errors: bool,
        answers: Answers,
    ) -> None:
        """With the execution that people listen to: bodies are parts of it."""
        self.execution = execution
        self._journal = journal
        self._bus = bus
        self._clock = clock
        self._costs = costs
        self._commits_steps = commits_steps
        self._buffer: list[StepRecord] = []
        self._turn = asyncio.Lock()
        self._workflow, self._subject = whole.workflow_id, subject_of(whole)
        self._tells_errors = tells_errors
        self._answers = answers
        #: Has a step answered that is not committed yet?
        self.owes_answer = False

    @property
    def is_heard(self) -> bool:
        """Does anybody listen to this execution?"""
        return self._bus.has_listener(self._subject)

    async def tell(self, event: Event) -> None:
        """Publish an event."""
        told = msgspec.structs.replace(event, workflow=self._workflow)
        await self._bus.publish(self._subject, message_of(told))

    def keep(self, record: StepRecord) -> None:
        """Take a step into the next commit."""
        self._buffer.append(record)
        self.owes_answer = self.owes_answer or record.answer is not None

    async def answer(self) -> None:
        """Commit what a step has answered: whoever waits is not to wait for what comes next."""
        if self._commits_steps:
            await self._commit()

    async def intent(self, node: NodePlan, activation: Activation) -> None:
        """Commit that a step with effects is about to start, with everything before it."""
        if not self._commits_steps:
            return
        before = activation.record
        now_ms = self._clock.now_ms()
        started = StepRecord(
            key=activation.key,
            status="started",
            effects=node.effects,
            attempt=attempt_after(before),
            sources=activation.sources,
            outputs={} if before is None else before.outputs,
            done=() if before is None else before.done,
            started_ms=now_ms,
            now_ms=now_ms,
        )
        self._buffer.append(started)
        try:
            await self._commit()
        except BaseException:
            self._buffer = [record for record in self._buffer if record is not started]
            raise

    async def outcome(self, record: StepRecord) -> None:
        """Commit how a step with effects ended."""
        self.keep(record)
        if self._commits_steps:
            await self._commit()

    async def time_up(self, record: StepRecord) -> StepRecord:
        """A step that waited for somebody, with what he has answered in time."""
        if not isinstance(self._journal, KeepsAnswers):
            return record
        outputs = await self._journal.answer_to(self.execution, record.key)
        return record if outputs is None else msgspec.structs.replace(record, outputs=outputs)

    async def waiting(self, sleeping: Iterable[Activation]) -> None:
        """Commit that the execution waits for a moment in time."""
        records = [one.record for one in sleeping if one.record is not None]
        first = min(records, key=lambda record: record.due_ms or 0)
        waited_for = _somebody(records) or first.waiting_for
        await self._commit("waiting", waiting_for=waited_for, due_ms=first.due_ms)

    async def put_down(self, due_ms: int, sleeping: Iterable[Activation]) -> None:
        """Commit that the execution waits, it or what it runs, and is left alone until then."""
        records = [one.record for one in sleeping if one.record is not None]
        waited_for = _somebody(records) or "timer"
        await self._commit("waiting", waiting_for=waited_for, due_ms=due_ms, released=True)

    async def parked(self, parked: Iterable[Activation]) -> None:
        """Commit that the execution waits for a signal."""
        reason: WaitingFor = "debug"
        for activation in parked:
            if activation.record is not None and activation.record.status == "in_doubt":
                reason = "in_doubt"
            else:
                self._buffer.append(_at_breakpoint(activation, self._clock.now_ms()))
        await self._commit("waiting", waiting_for=reason, released=True)

    async def failing(self, error: ErrorRecord) -> None:
        """Commit why the execution fails, before any of it is undone: then it cannot go on."""
        if self._commits_steps:
            await self._commit("running", error=error)

    async def ended(self, status: ExecutionStatus, error: ErrorRecord | None = None) -> None:
        """Commit the end."""
        await self._commit(status, error=error, finished_ms=self._clock.now_ms(), released=True)

    async def _commit(
        self,
        status: ExecutionStatus | None = None,
        *,
        waiting_for: WaitingFor | None = None,
        due_ms: int | None = None,
        error: ErrorRecord | None = None,
        finished_ms: int | None = None,
        released: bool = False,
    ) -> None:
        started = perf_counter_ns()
        async with self._turn:
            if status is None and not self._buffer:
                return
            execution = self.execution
            commit = Commit(
                execution=execution.id,
                epoch=execution.epoch,
                root=execution.root,
                released=released,
                steps=self._buffer,
                status=status,
                waiting_for=waiting_for,
                due_ms=due_ms,
                error=error,
                finished_ms=finished_ms,
                custom_data=execution.custom_data or None,
                tells=status == "error" and self._tells_errors,
            )
            await self._hand_over(commit)
            if status is not None:
                execution.status, execution.waiting_for = status, waiting_for
                execution.due_ms, execution.error = due_ms, error
                execution.finished_ms = finished_ms or 0
        self._costs.commit += perf_counter_ns() - started

    async def _hand_over(self, commit: Commit) -> None:
        self._buffer = []
        try:
            await self._journal.commit(commit)
        except BaseException:
            self._buffer = [*commit.steps, *self._buffer]
            raise
        if self.owes_answer:
            self.owes_answer = False
            # With the end, it is told when the place of the execution is free for the next one.
            answer = None if commit.status in ENDED else answer_of(commit.steps)
            if answer is not None:
                await self._answers.answered(self.execution, answer)


def _at_breakpoint(activation: Activation, now_ms: int) -> StepRecord:
    return StepRecord(
        key=activation.key,
        status="waiting",
        waiting_for="debug",
        sources=activation.sources,
        started_ms=now_ms,
        now_ms=now_ms,
    )


def _somebody(records: Iterable[StepRecord]) -> WaitingFor | None:
    """Who is waited for, which people look for; none: a moment alone."""
    kinds = {record.waiting_for for record in records}
    return next((kind for kind in _PEOPLE if kind in kinds), None)
