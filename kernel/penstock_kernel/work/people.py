"""Executions that wait for somebody: what they ask, and what comes of the answer.

The rules:

* Whoever has the link of a step may answer it, once; an approval can also be given by anybody who
  may run the workflow.
* An approval lets the items go on that came, and says on each what was decided. Any other answer is
  an item of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar

import msgspec
from sqlalchemy import Connection

from penstock_kernel.execution.policy import Clock
from penstock_kernel.store.links import Resume, ResumeLinks
from penstock_kernel.store.records import ENDED, ExecutionId, PortOutput, StepKey
from penstock_kernel.store.scope import Scope
from penstock_kernel.store.sql import asks
from penstock_kernel.store.sql.asks import AnsweredAlready, Asked, NothingAsked
from penstock_kernel.store.sql.database import Database
from penstock_kernel.store.sql.journal import SqlJournal
from penstock_kernel.store.sql.parked import NewOutputs
from penstock_kernel.store.sql.rows import named_in
from penstock_sdk import BinaryRef, Item, PenstockError


class AnswerRefused(PenstockError):
    """That is none of the answers that are asked for."""

    code: ClassVar[str] = "ask.refused"


class Answered(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody says."""

    #: One of those that were offered, where some were.
    choice: str = ""
    json: Mapping[str, Any] = {}
    files: Mapping[str, BinaryRef] = {}


class People:
    """Made for one kernel with a database."""

    def __init__(
        self,
        db: Database,
        journal: SqlJournal,
        links: ResumeLinks,
        clock: Clock,
        woken: Callable[[], None],
    ) -> None:
        self._db = db
        self._journal = journal
        self._links = links
        self._clock = clock
        self._woken = woken

    async def asked(self, word: str) -> tuple[str, Asked]:
        """What a link asks for, and the workspace that it belongs to.

        Raises:
            LinkInvalid: It was not made here.
            NothingAsked: Nobody is waited for.
            AnsweredAlready: Somebody has answered it.
        """
        resume = self._links.read(word)
        found = await self._db.read(
            lambda reading: asks.find(
                reading, resume.workspace, resume.execution, resume.node, resume.run_index
            )
        )
        return resume.workspace, found

    def word(self, workspace: str, asked: Asked) -> str:
        """The word of the link that answers a step."""
        resume = Resume(workspace, asked.execution_id, asked.node_id, asked.run_index)
        return self._links.make(resume)

    async def next(self, workspace: str, execution: str) -> Asked | None:
        """What an execution asks next; none: nothing now."""
        try:
            return await self._db.read(lambda one: asks.find(one, workspace, execution))
        except (NothingAsked, AnsweredAlready):
            return None

    async def has_ended(self, execution: str) -> bool:
        """Will an execution ask nothing any more?"""
        record = await self._journal.execution(ExecutionId(execution))
        return record.status in ENDED

    async def find(self, scope: Scope, execution: str, node: str, run_index: int) -> Asked:
        """What a step asks for, for somebody who may answer.

        Raises:
            NothingAsked: Nobody is waited for.
            AnsweredAlready: Somebody has answered it.
            AccessDenied: He may not.
        """
        found = await self._db.read(
            lambda reading: asks.find(reading, scope.workspace, execution, node, run_index)
        )
        scope.require("execution:run", found.workflow_id)
        return found

    async def inbox(self, scope: Scope) -> Sequence[Asked]:
        """What waits for a decision, the oldest first."""
        return await self._db.read(lambda reading: asks.inbox(reading, scope, ["approval"]))

    async def answer(self, workspace: str, asked: Asked, said: Answered) -> bool:
        """Let a step go on; say whether it does so at once.

        Raises:
            AnswerRefused: That is none of the answers.
            AnsweredAlready: Somebody was faster.
        """
        port = asked.asks.ports.get(said.choice)
        if port is None:
            hint = f"The answers are {', '.join(sorted(asked.asks.ports))}."
            raise AnswerRefused(f"{said.choice!r} is no answer to this.", hint=hint)
        items = await self._items(asked, said)
        packed, blob = await self._journal.lay_down({port: PortOutput(items)})
        given = NewOutputs(packed, blob, named_in(items))
        now_ms = self._clock.now_ms()

        def work(connection: Connection) -> bool:
            return asks.answer(connection, asked, workspace, given, now_ms)

        goes_on = await self._db.transact(work)
        self._woken()
        return goes_on

    async def _items(self, asked: Asked, said: Answered) -> Sequence[Item]:
        if asked.kind != "approval":
            return [Item(dict(said.json), binary=dict(said.files) or None)]
        steps = await self._journal.steps(ExecutionId(asked.execution_id))
        key = StepKey(asked.node_id, asked.run_index)
        kept: Mapping[str, PortOutput] = next(one.outputs for one in steps if one.key == key)
        approval = {"decision": said.choice, **said.json}
        return [
            msgspec.structs.replace(item, json={**item.json, "approval": approval})
            for output in kept.values()
            for item in output.items
        ]
