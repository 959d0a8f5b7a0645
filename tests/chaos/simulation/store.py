"""The database: a real one in memory, that is reached over a bad line.

What is asked for takes a while to arrive, and its answer takes a while to come back. Either may be
lost, and whoever asked may be gone by then. What is on its way from one process at the same time
may share a transaction, as it does with the real ones.

The database itself writes down what must not happen twice, by triggers that our code has no part in.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.pool import StaticPool

from penstock_kernel.store.sql.database import (
    Answer,
    Asked,
    Change,
    Kind,
    Query,
    StoreUnavailable,
    alone,
)
from penstock_kernel.store.sql.groups import Wanted, apply
from penstock_kernel.store.sql.sqlite import told
from penstock_kernel.store.sql.tables import metadata
from tests.chaos.simulation.fate import Fate, Life
from tests.chaos.simulation.virtual_time import now_ms

_WITNESSES = """
CREATE TABLE completions (id TEXT NOT NULL);
CREATE TABLE ended_again (id TEXT NOT NULL, was TEXT, became TEXT);
CREATE TABLE steps_ok (execution_id TEXT, node_id TEXT, run_index INTEGER, epoch INTEGER);
CREATE TABLE steps_lost (execution_id TEXT, node_id TEXT, became TEXT);
CREATE TABLE strangers (execution_id TEXT, node_id TEXT, epoch INTEGER);
CREATE TABLE crowds (id TEXT, beside INTEGER);
CREATE TRIGGER completed AFTER UPDATE OF status ON workflow_executions
WHEN NEW.status = 'success' BEGIN INSERT INTO completions VALUES (NEW.id); END;
CREATE TRIGGER ends_again AFTER UPDATE OF status ON workflow_executions
WHEN OLD.status IN ('success', 'error', 'canceled') AND OLD.status <> NEW.status
BEGIN INSERT INTO ended_again VALUES (NEW.id, OLD.status, NEW.status); END;
CREATE TRIGGER first_ok AFTER INSERT ON execution_steps WHEN NEW.status = 'ok'
BEGIN INSERT INTO steps_ok VALUES (NEW.execution_id, NEW.node_id, NEW.run_index, NEW.epoch); END;
CREATE TRIGGER later_ok AFTER UPDATE ON execution_steps WHEN NEW.status = 'ok'
BEGIN INSERT INTO steps_ok VALUES (NEW.execution_id, NEW.node_id, NEW.run_index, NEW.epoch); END;
CREATE TRIGGER lost_ok AFTER UPDATE ON execution_steps WHEN OLD.status = 'ok' AND NEW.status <> 'ok'
BEGIN INSERT INTO steps_lost VALUES (NEW.execution_id, NEW.node_id, NEW.status); END;
CREATE TRIGGER crowded AFTER UPDATE OF worker_id ON workflow_executions
WHEN NEW.worker_id IS NOT NULL AND NEW.concurrency_limit < (
SELECT count(*) FROM workflow_executions beside WHERE beside.worker_id IS NOT NULL
AND beside.workflow_id = NEW.workflow_id AND beside.concurrency_key = NEW.concurrency_key)
BEGIN INSERT INTO crowds VALUES (NEW.id, NEW.concurrency_limit); END;
"""
_TABLES = ("completions", "ended_again", "steps_ok", "steps_lost", "strangers", "crowds")
_STRANGER = """
CREATE TRIGGER {name} AFTER {kind} ON execution_steps WHEN NEW.epoch <> (
SELECT root.epoch FROM workflow_executions own
JOIN workflow_executions root ON root.id = coalesce(own.root_id, own.id)
WHERE own.id = NEW.execution_id)
BEGIN INSERT INTO strangers VALUES (NEW.execution_id, NEW.node_id, NEW.epoch); END;
"""


class Request(NamedTuple):
    """Something asked of the database."""

    life: Life
    wanted: Wanted
    fate: Fate


class Store:
    """The database of one story."""

    def __init__(self) -> None:
        self._engine = _empty()
        self._on_the_way: list[Request] = []

    def send(self, request: Request, delay_s: float) -> None:
        """Have a request arrive after a while."""
        loop = asyncio.get_running_loop()
        if request.fate == "unsent":
            loop.call_later(delay_s, _settle, request.wanted.future, None, _cut_off())
            return
        self._on_the_way.append(request)
        loop.call_later(delay_s, self._arrive, request)

    def forget(self, life: Life) -> None:
        """A process died: some of what it had sent was on its way already, and some was not."""
        chance = life.chance.random
        self._on_the_way = [
            one for one in self._on_the_way if one.life is not life or chance.random() < 0.5
        ]

    def ask(self, query: Query[Answer]) -> Answer:
        """Ask, or change, without any delay: what people do, and what is looked at in the end."""
        with self._engine.begin() as connection:
            return query(connection)

    def _arrive(self, request: Request) -> None:
        """Carry out a request, with some that come from the same process at the same time."""
        if request not in self._on_the_way:
            return
        chance = request.life.chance.random
        others = [one for one in self._on_the_way if one.life is request.life]
        group = [one for one in others if one is request or chance.random() < 0.5]
        self._on_the_way = [one for one in self._on_the_way if one not in group]
        self._commit(group)

    def _commit(self, group: Sequence[Request]) -> None:
        try:
            with self._engine.begin() as connection:
                settled = apply(connection, [one.wanted for one in group])
        except Exception as error:  # noqa: BLE001 - as with the real ones: each is told of its own
            if len(group) > 1:
                for one in group:
                    self._commit([one])
                return
            settled = [(group[0].wanted.future, None, told(error))]
        answers = {future: (answer, error) for future, answer, error in settled}
        for one in group:
            self._answer(one, *answers[one.wanted.future])

    def _answer(self, request: Request, answer: Any, error: BaseException | None) -> None:
        if request.fate == "unheard":
            answer, error = None, _cut_off()
        delay_s = request.life.chance.delay_s()
        loop = asyncio.get_running_loop()
        loop.call_later(delay_s, _settle, request.wanted.future, answer, error)


class Line:
    """The database, as one process reaches it."""

    kind: Kind = "sqlite"

    def __init__(self, store: Store, life: Life) -> None:
        self.commits = 0
        self._store = store
        self._life = life

    def now_ms(self, connection: Connection) -> int:
        return now_ms()

    async def read(self, query: Query[Answer]) -> Answer:
        return await self.transact(query)

    async def transact(self, work: Query[Answer]) -> Answer:
        return await self.change(alone, work)

    async def change(self, change: Change[Asked, Answer], asked: Asked) -> Answer:
        await self._life.awake()
        chance = self._life.chance
        future: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        request = Request(self._life, Wanted(change, asked, future), chance.fate())
        self._store.send(request, chance.delay_s())
        try:
            return await future
        finally:
            await self._life.awake()

    async def close(self) -> None:
        """Nothing: others use it too."""


def _settle(future: asyncio.Future[Any], answer: Any, error: BaseException | None) -> None:
    if future.done():
        return
    if error is None:
        future.set_result(answer)
    else:
        future.set_exception(error)


def _cut_off() -> StoreUnavailable:
    return StoreUnavailable("The line is cut.", hint="Try again.")


@cache
def _engine() -> Engine:
    """One for all stories of this process: making the tables takes longer than a story."""
    engine = create_engine("sqlite://", poolclass=StaticPool)

    def connected(connection: Any, _record: object) -> None:
        connection.isolation_level = None

    def begun(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    event.listen(engine, "connect", connected)
    event.listen(engine, "begin", begun)
    with engine.begin() as connection:
        metadata.create_all(connection)
        raw: Any = connection.connection.driver_connection
        for name, kind in (("new", "INSERT"), ("later", "UPDATE OF epoch")):
            connection.execute(text(_STRANGER.format(name=f"strange_{name}", kind=kind)))
    raw.executescript(_WITNESSES)
    return engine


def _empty() -> Engine:
    engine = _engine()
    names = [table.name for table in metadata.sorted_tables]
    with engine.begin() as connection:
        for name in (*_TABLES, *reversed(names)):
            connection.execute(text(f"DELETE FROM {name}"))  # noqa: S608 - our own names
    return engine
