"""How large the worlds are that are looked at, and what goes wrong in them.

Each is searched to its end: only then is it known that everything can come to its end by itself.
"""

from __future__ import annotations

from typing import NamedTuple

from tests.chaos.model.protocol import Protocol
from tests.chaos.model.search import Found, Search
from tests.chaos.model.world import Luck, Rules, Size

MOST = 20_000_000


def luck(
    *,
    deaths: int = 0,
    pauses: int = 0,
    losses: int = 0,
    answers: int = 0,
    cancels: int = 0,
    redrives: int = 0,
) -> Luck:
    """How much goes wrong at most, and how much people do."""
    return Luck(deaths, pauses, losses, answers, cancels, redrives)


class Named(NamedTuple):
    """A size, and what it is called."""

    name: str
    size: Size


CI = (
    Named(
        "a worker dies, another sleeps",
        Size(2, 1, ("wait", "unsafe"), luck(deaths=1, pauses=1), most_dispatches=2),
    ),
    Named(
        "two executions, a worker dies",
        Size(2, 2, ("wait", "unsafe"), luck(deaths=1), most_dispatches=2),
    ),
    Named(
        "two executions, a worker dies, another sleeps",
        Size(2, 2, ("pure",), luck(deaths=1, pauses=1), most_dispatches=2),
    ),
    Named(
        "a worker dies, and the bus and the database fail",
        Size(2, 1, ("wait",), luck(deaths=1, losses=1, answers=1, cancels=1), most_dispatches=2),
    ),
    Named(
        "two places in each worker",
        Size(2, 3, ("pure",), luck(deaths=1, losses=1), places=2, most_dispatches=2),
    ),
    Named(
        "two deaths, and people try again",
        Size(2, 1, ("unsafe",), luck(deaths=2, cancels=1, redrives=1), most_dispatches=2),
    ),
)
FULL = (
    *CI,
    Named(
        "two executions of two steps, a worker dies, another sleeps",
        Size(2, 2, ("pure", "unsafe"), luck(deaths=1, pauses=1), most_dispatches=2),
    ),
    Named(
        "three workers, two executions of two steps, one sleeps",
        Size(3, 2, ("wait", "unsafe"), luck(pauses=1), most_dispatches=2),
    ),
    Named(
        "three workers and executions, a worker dies, and the bus fails",
        Size(3, 3, ("pure",), luck(deaths=1, losses=1), most_dispatches=2),
    ),
    Named(
        "everything goes wrong once",
        Size(
            2,
            1,
            ("unsafe",),
            luck(deaths=1, pauses=1, losses=1, answers=1, cancels=1, redrives=1),
            most_dispatches=2,
        ),
    ),
)


def look(size: Size, rules: Rules | None = None) -> Found:
    """Everything that can happen in a world of some size."""
    return Search(Protocol(rules or Rules(), size)).run(MOST)
