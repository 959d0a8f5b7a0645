"""Carries out changes in groups: those of one kind at once, all in one transaction.

The rules:

* A group that fails is taken back, and each of its changes is made again in a transaction of its
  own: who asked for what cannot be done is told so, and nobody else.
* A piece of work for `transact` that raises fails its group in the same way.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection

from penstock_kernel.store.sql.database import Change
from penstock_sdk import PenstockError


class Wanted(NamedTuple):
    """A change that somebody waits for."""

    change: Change[Any, Any]
    asked: Any
    future: asyncio.Future[Any]


#: What came of a change: its answer, or what to raise.
Settled = tuple[asyncio.Future[Any], Any, BaseException | None]


def apply(connection: Connection, group: Sequence[Wanted]) -> list[Settled]:
    """Carry out a group within the transaction that stands."""
    settled: list[Settled] = []
    for change, wanted in _by_change(group):
        answers = change(connection, [one.asked for one in wanted])
        for one, answer in zip(wanted, answers, strict=True):
            failed = isinstance(answer, PenstockError)
            settled.append((one.future, None if failed else answer, answer if failed else None))
    return settled


def settle(settled: Iterable[Settled]) -> None:
    """Let everybody go on who waited, on the loop that they wait in."""
    for future, answer, error in settled:
        if future.done():
            continue  # nobody waits any more
        if error is None:
            future.set_result(answer)
        else:
            future.set_exception(error)


def _by_change(group: Sequence[Wanted]) -> Iterable[tuple[Change[Any, Any], list[Wanted]]]:
    kinds: dict[Change[Any, Any], list[Wanted]] = {}
    for wanted in group:
        kinds.setdefault(wanted.change, []).append(wanted)
    return kinds.items()
