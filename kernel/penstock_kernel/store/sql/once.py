"""Calls that are done once: who asks first does it, the others are told what came of it.

The rules:

* A key belongs to who sent it, and to one endpoint. With something else it is refused.
* What is being answered is neither done again nor waited for, as long as who answers says from
  time to time that he does. Where nobody says so any more it is given up: his process has died.
* Who was given up changes nothing of what the next one has taken on.
* Answers are remembered for a day.
"""

from __future__ import annotations

from typing import ClassVar

import msgspec
from sqlalchemy import ColumnElement, Connection, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from penstock_kernel.store.scope import Scope
from penstock_kernel.store.sql.rows import first_row
from penstock_kernel.store.sql.tables import request_keys
from penstock_sdk import PenstockError

_K = request_keys.c
KEPT_MS = 24 * 3_600_000
GIVEN_UP_MS = 60_000


class KeyReused(PenstockError):
    """The key of a call was used before, for something else."""

    code: ClassVar[str] = "request.key_reused"


class InProgress(PenstockError):
    """The same call is being answered already."""

    code: ClassVar[str] = "request.in_progress"


class Asked(msgspec.Struct, frozen=True):
    """What is to be done once."""

    endpoint: str
    key: str
    #: Of what was sent.
    digest: str


class Taken(msgspec.Struct, frozen=True):
    """What somebody has taken on, and the moment by which his attempt is told from others."""

    asked: Asked
    at_ms: int


class Answer(msgspec.Struct, frozen=True):
    """What came of it."""

    status: int
    headers: dict[str, str]
    body: bytes


def begin(connection: Connection, scope: Scope, asked: Asked, now_ms: int) -> Answer | Taken:
    """Take it on, or tell what came of it.

    Raises:
        KeyReused: Something else was asked for with this key.
        InProgress: It is being answered.
    """
    connection.execute(delete(request_keys).where(_K.created_ms < now_ms - KEPT_MS))
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    row = {**_place(scope, asked), "digest": asked.digest, "created_ms": now_ms}
    if connection.execute(
        dialect.insert(request_keys).values(row).on_conflict_do_nothing()
    ).rowcount:
        return Taken(asked, now_ms)
    found = first_row(connection.execute(select(request_keys).where(*_own(scope, asked))))
    if found is None:
        raise _in_progress()
    if found["digest"] != asked.digest:
        raise KeyReused(
            f"The key {asked.key!r} was used before, with something else.",
            hint="Use a new key for each thing that is to be done.",
        )
    if found["status"] is not None:
        return msgspec.msgpack.decode(found["answer"], type=Answer)
    before = Taken(asked, found["created_ms"])
    if before.at_ms > now_ms - GIVEN_UP_MS or not _moved(connection, scope, before, now_ms):
        raise _in_progress()
    return Taken(asked, now_ms)


def keep(connection: Connection, scope: Scope, taken: Taken, now_ms: int) -> Taken:
    """Say that it is still being answered."""
    return Taken(taken.asked, now_ms) if _moved(connection, scope, taken, now_ms) else taken


def end(connection: Connection, scope: Scope, taken: Taken, answer: Answer) -> None:
    """Remember what came of it."""
    values = {"status": answer.status, "answer": msgspec.msgpack.encode(answer)}
    connection.execute(update(request_keys).where(*_held(scope, taken)).values(values))


def forget(connection: Connection, scope: Scope, taken: Taken) -> None:
    """Let it be asked for again: it was refused."""
    connection.execute(delete(request_keys).where(*_held(scope, taken)))


def _moved(connection: Connection, scope: Scope, taken: Taken, now_ms: int) -> bool:
    moved = update(request_keys).where(*_held(scope, taken)).values(created_ms=now_ms)
    return connection.execute(moved).rowcount > 0


def _in_progress() -> InProgress:
    hint = "Send it again in a moment, with the same key."
    return InProgress("The same call is being answered already.", hint=hint)


def _place(scope: Scope, asked: Asked) -> dict[str, str]:
    return {
        "workspace_id": scope.workspace,
        "actor": scope.actor,
        "endpoint": asked.endpoint,
        "name": asked.key,
    }


def _held(scope: Scope, taken: Taken) -> list[ColumnElement[bool]]:
    mine = [_K.status.is_(None), _K.created_ms == taken.at_ms]
    return [*_own(scope, taken.asked), *mine]


def _own(scope: Scope, asked: Asked) -> list[ColumnElement[bool]]:
    return [_K[name] == value for name, value in _place(scope, asked).items()]
