"""What people see of executions and do with them: look, run again, end, decide what is in doubt.

The rules:

* Running again makes a new execution, which names the one it was made from. It begins with what
  ended well there, or with what stands before the step to begin with, and runs the rest.
* It runs what ran then, or the version that counts now.
* A step that nobody knows the outcome of waits for a person: it runs again, or is taken as done
  with what the person says came of it.
* Looking needs the grant `execution:read`, running again `execution:run` and everything else
  `execution:write`: in general, or for the workflow.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import ClassVar, Literal, Protocol

import msgspec
from sqlalchemy import Connection

from penstock_kernel.execution.library import PUBLISHED, StoredText
from penstock_kernel.execution.partial import kept
from penstock_kernel.execution.program import NodeUnknown, Program
from penstock_kernel.execution.shelf import Shelf
from penstock_kernel.store.journal import Journal, not_found, store_needed
from penstock_kernel.store.records import (
    ENDED,
    ExecutionId,
    ExecutionRecord,
    LogLine,
    PortOutput,
    StepRecord,
)
from penstock_kernel.store.scope import Scope
from penstock_kernel.store.sql import audit, doubt, queue, step_cache
from penstock_kernel.store.sql import overview as rows
from penstock_kernel.store.sql.changes import forget
from penstock_kernel.store.sql.database import Database
from penstock_kernel.store.sql.journal import SqlJournal
from penstock_kernel.store.sql.overview import DeadLetter, Filter, Listed, Page, QueueLine
from penstock_kernel.store.sql.rows import Row
from penstock_kernel.store.sql.step_cache import CacheCounts
from penstock_kernel.work.step_data import StepData
from penstock_sdk import Item, PenstockError

#: Executions that are run again or ended with one command.
MOST_AT_ONCE = 1_000
Which = Literal["original", "current"]
_LIVE = ("queued", "running", "waiting")


class NotEnded(PenstockError):
    """It still goes on, and can be run again when it has ended."""

    code: ClassVar[str] = "execution.not_ended"


class NotInDoubt(PenstockError):
    """No step of this execution waits for somebody to decide."""

    code: ClassVar[str] = "execution.not_in_doubt"


class Detail(msgspec.Struct, frozen=True):
    """An execution with its steps, and what it called."""

    execution: ExecutionRecord
    steps: Sequence[StepRecord]
    parts: Sequence[Listed]


class About(msgspec.Struct, frozen=True):
    """An execution without its steps, and what it called."""

    listed: Listed
    record: ExecutionRecord
    parts: Sequence[Listed]


class LogEntry(msgspec.Struct, frozen=True):
    """A line that a step wrote."""

    node_id: str
    run_index: int
    line: LogLine


class Done(msgspec.Struct, frozen=True):
    """What became of one of many: what it led to, or why it did not."""

    execution: str
    result: str | None = None
    error: str | None = None


class Doors(Protocol):
    """What the kernel does for whoever runs something again."""

    def new_id(self) -> ExecutionId: ...
    def now_ms(self) -> int: ...

    async def find(self, scope: Scope, workflow: str, version: str) -> StoredText:
        """The text of a stored workflow."""
        ...

    async def accept_again(
        self, record: ExecutionRecord, program: Program, steps: Sequence[StepRecord]
    ) -> ExecutionId:
        """Keep an execution that is to be run, where its workflow says."""
        ...

    async def cancel(self, execution_id: str) -> bool:
        """End an execution wherever it is."""
        ...


class History:
    """The executions of one database."""

    def __init__(
        self,
        db: Database,
        journal: Journal,
        shelf: Shelf,
        doors: Doors,
    ) -> None:
        self._db = db
        self._journal = journal
        self._shelf = shelf
        self._doors = doors

    async def list(
        self,
        scope: Scope,
        wanted: Filter | None = None,
        *,
        workflow: str = "",
        after: str = "",
        most: int = 50,
    ) -> Page:
        """The executions that a filter finds, newest first, a page at a time."""
        chosen = wanted or Filter(workflow=workflow)
        return await self._db.read(
            lambda reading: rows.find(reading, scope, chosen, after=after, most=most)
        )

    async def counts(self, scope: Scope, wanted: Filter | None = None) -> Mapping[str, int]:
        """How many there are of each status."""
        chosen = wanted or Filter()
        return await self._db.read(lambda reading: rows.counts(reading, scope, chosen))

    async def show(self, scope: Scope, execution: str) -> Detail:
        """An execution with everything that is known of it.

        Raises:
            ExecutionNotFound: There is none with this id.
        """
        record = await self.record(scope, execution)
        called = await self._db.read(lambda reading: rows.parts(reading, scope, execution))
        return Detail(record, await self._journal.steps(record.id), called)

    async def about(self, scope: Scope, execution: str) -> About:
        """An execution, what it was asked for, and what it called.

        Raises:
            ExecutionNotFound: There is none with this id.
            AccessDenied: It may not be read.
        """
        found = await self.check(scope, execution)
        called = await self._db.read(lambda reading: rows.parts(reading, scope, execution))
        return About(found, await self._journal.execution(ExecutionId(execution)), called)

    async def logs(self, scope: Scope, execution: str) -> Sequence[LogEntry]:
        """What its steps wrote, in the order of time.

        Raises:
            ExecutionNotFound: There is none with this id.
        """
        steps = (await self.show(scope, execution)).steps
        found = [
            LogEntry(step.key.node_id, step.key.run_index, line)
            for step in steps
            for line in step.logs
        ]
        return sorted(found, key=lambda entry: entry.line.at_ms)

    async def again(
        self,
        scope: Scope,
        execution: str,
        *,
        which: Which = "original",
        start: str | None = None,
        whole: bool = False,
        new_id: ExecutionId | None = None,
    ) -> ExecutionId:
        """Run an execution again: from where it failed, from a node on, or as a whole.

        The new one has the id that is given, for a caller that listened for it beforehand.

        Raises:
            ExecutionNotFound: There is none with this id.
            NotEnded: It still goes on.
            NodeUnknown: There is no such node to begin with.
            WorkflowNotFound: There is no version that counts now.
            DocumentInvalid: It cannot run any more.
        """
        before = await self.record(scope, execution, "execution:run")
        if before.status not in ENDED:
            hint = "Cancel it first, or wait for its end."
            raise NotEnded(f"The execution {execution} still goes on.", hint=hint)
        record = await self._remade(scope, before, which)
        record.id = new_id or record.id
        program, _ = self._shelf.program(record.document)
        if start is not None:
            record.start_node = _known(program, start)
        steps: Sequence[StepRecord] = ()
        if not whole:
            earlier = await self._journal.steps(before.id)
            steps = kept(earlier, program.topology, start=program.nearest(start))
        return await self._doors.accept_again(record, program, steps)

    async def again_all(
        self,
        scope: Scope,
        wanted: Filter | Sequence[str],
        *,
        which: Which = "original",
        whole: bool = False,
    ) -> Sequence[Done]:
        """Run all that are named or found again, oldest first, `MOST_AT_ONCE` at most."""

        async def one(execution: str) -> str:
            return await self.again(scope, execution, which=which, whole=whole)

        return await self._each(await self._chosen(scope, wanted), one)

    async def cancel(self, scope: Scope, execution: str) -> bool:
        """End an execution; say whether there was anything to end.

        Raises:
            ExecutionNotFound: There is none with this id.
        """
        await self.check(scope, execution, "execution:write")
        return await self._doors.cancel(execution)

    async def cancel_all(self, scope: Scope, wanted: Filter | Sequence[str]) -> Sequence[Done]:
        """End all that are named or found and that go on, `MOST_AT_ONCE` at most."""

        async def one(execution: str) -> str | None:
            return "canceled" if await self.cancel(scope, execution) else None

        if not isinstance(wanted, Filter):
            return await self._each(await self._chosen(scope, wanted), one)
        status = [name for name in wanted.status or _LIVE if name in _LIVE]
        if not status:
            return []
        live = msgspec.structs.replace(wanted, status=status)
        return await self._each(await self._chosen(scope, live), one)

    async def remove(self, scope: Scope, execution: str) -> None:
        """Remove an execution that has ended, with all that is known of it.

        Raises:
            ExecutionNotFound: There is none with this id.
            NotEnded: It still goes on.
            AccessDenied: Who asks may not remove it.
        """
        found = await self.check(scope, execution, "execution:delete")
        if found.status not in ENDED:
            hint = "Cancel it first, or wait for its end."
            raise NotEnded(f"The execution {execution} still goes on.", hint=hint)
        now_ms = self._doors.now_ms()

        def work(connection: Connection) -> None:
            forget(connection, [execution])
            audit.record(connection, scope, "execution.removed", execution, {}, now_ms)

        await self._db.transact(work)

    async def remove_all(self, scope: Scope, wanted: Filter | Sequence[str]) -> Sequence[Done]:
        """Remove all that are named or found and have ended, `MOST_AT_ONCE` at most."""

        async def one(execution: str) -> str:
            await self.remove(scope, execution)
            return "removed"

        return await self._each(await self._chosen(scope, wanted), one)

    async def decide(
        self,
        scope: Scope,
        execution: str,
        choice: Literal["again", "done"],
        *,
        items: Sequence[Item] = (),
    ) -> int:
        """Decide what is in doubt: let the steps run again, or take them as done with these items.

        Raises:
            ExecutionNotFound: There is none with this id.
            NotInDoubt: None of its steps is in doubt.
        """
        record = await self.record(scope, execution, "execution:write")
        program, _ = self._shelf.program(record.document)
        now_ms = self._doors.now_ms()

        def outputs(node_id: str) -> Mapping[str, PortOutput]:
            return {program.node(node_id).first_output: PortOutput(list(items))}

        def work(connection: Connection) -> int:
            if choice == "again":
                return doubt.again(connection, execution, now_ms)
            return doubt.done(connection, execution, outputs, now_ms)

        decided = await self._db.transact(work)
        if not decided:
            hint = "`penstock executions show` tells what it waits for."
            raise NotInDoubt(f"Nothing in the execution {execution} is in doubt.", hint=hint)
        return decided

    async def queue(self, scope: Scope) -> Sequence[QueueLine]:
        """What is queued, by pool."""
        return await self._db.read(lambda reading: rows.lines(reading, scope))

    async def workers(self) -> Sequence[Row]:
        """The processes there are."""
        return await self._db.read(rows.system_workers)

    async def dead_letters(self, scope: Scope) -> Sequence[DeadLetter]:
        """What nobody tries any more."""
        return await self._db.read(lambda reading: rows.letters(reading, scope))

    async def cache(self, scope: Scope) -> Sequence[CacheCounts]:
        """What the cache of steps did for each node type."""
        return await self._db.read(lambda reading: step_cache.counts(reading, scope))

    async def clear_cache(self, scope: Scope, node_type: str = "") -> int:
        """Forget the results of steps, of one node type or of all; say how many."""
        scope.require("execution:write")
        return await self._db.transact(lambda one: step_cache.clear(one, scope, node_type))

    async def redrive(self, scope: Scope, execution: str) -> bool:
        """Queue a dead execution again; say whether it was dead.

        Raises:
            ExecutionNotFound: There is none with this id.
        """
        await self.check(scope, execution, "execution:write")
        now_ms = self._doors.now_ms()
        return await self._db.transact(lambda one: queue.redrive(one, execution, now_ms))

    async def check(self, scope: Scope, execution: str, grant: str = "execution:read") -> Listed:
        """The execution, if it belongs to this workspace and that may be done with it.

        Raises:
            ExecutionNotFound: It does not, or is not there.
            AccessDenied: That may not be done.
        """
        found = await self._db.read(lambda reading: rows.get(reading, scope, execution))
        if found is None:
            raise not_found(ExecutionId(execution))
        scope.require(grant, found.workflow_id)
        return found

    async def record(
        self, scope: Scope, execution: str, grant: str = "execution:read"
    ) -> ExecutionRecord:
        """The execution with what it was given and what it runs; see `check`.

        Raises:
            ExecutionNotFound: It belongs to another workspace, or is not there.
            AccessDenied: That may not be done.
        """
        await self.check(scope, execution, grant)
        return await self._journal.execution(ExecutionId(execution))

    @property
    def journal(self) -> SqlJournal:
        """Where they are kept.

        Raises:
            StoreNeeded: That is no database.
        """
        if not isinstance(self._journal, SqlJournal):
            raise store_needed()
        return self._journal

    @property
    def steps(self) -> StepData:
        """What went into their steps and what came out."""
        return StepData(self._db, self.journal, self.check)

    async def _remade(self, scope: Scope, before: ExecutionRecord, which: Which) -> ExecutionRecord:
        text, version = str(before.document), before.version
        if which == "current":
            found = await self._doors.find(scope, before.workflow_id, PUBLISHED)
            text, version = found.text, found.version
        return ExecutionRecord(
            id=self._doors.new_id(),
            workspace_id=before.workspace_id,
            workflow_id=before.workflow_id,
            workflow_name=before.workflow_name,
            version=version,
            document=text,
            mode="retry",
            input=before.input,
            start_node=before.start_node,
            target_node=before.target_node,
            vars=before.vars,
            folder=before.folder,
            retry_of=before.id,
        )

    async def _chosen(self, scope: Scope, wanted: Filter | Sequence[str]) -> Sequence[str]:
        if not isinstance(wanted, Filter):
            return wanted[:MOST_AT_ONCE]
        return await self._db.read(lambda reading: rows.ids(reading, scope, wanted, MOST_AT_ONCE))

    async def _each(
        self, executions: Sequence[str], act: Callable[[str], Awaitable[str | None]]
    ) -> Sequence[Done]:
        done: list[Done] = []
        for execution in executions:
            try:
                done.append(Done(execution, await act(execution)))
            except PenstockError as error:
                done.append(Done(execution, error=f"{error.code}: {error.message}"))
        return done


def _known(program: Program, node: str) -> str:
    if node not in program.graph.nodes:
        message = f"The workflow has no node {node!r}."
        raise NodeUnknown(message, hint="Name one by its id.")
    return node
