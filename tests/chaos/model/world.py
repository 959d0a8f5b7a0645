"""What there is in the model: executions as the database has them, workers, rings.

The rules that keep it small, without leaving anything out:

* An epoch only grows, and is only compared with that of the row: of what a worker believes, all that
  matters is whether it is still the one.
* Rings of one pool are all alike. Those that are to be rung and those on the bus are counted, and
  no more than `MOST_RINGS` of them: rings that are left out can only make it harder to end.
* Workers are all alike, and so are executions: states that differ in their names are one.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

Status = Literal["new", "queued", "running", "waiting", "in doubt", "success", "canceled", "dead"]
#: `again`: somebody decided that it may be repeated.
Step = Literal["", "started", "waiting", "in doubt", "again", "ok"]
#: `unsafe`: its effect cannot be repeated, and nobody can ask whether it has happened.
Kind = Literal["pure", "wait", "unsafe"]
Mode = Literal["up", "paused", "down"]
#: What a worker does next for an execution: read its steps, go on with one, make a call, or tell
#: what came of the call.
Next = Literal["read", "step", "call", "told"]
MOST_RINGS = 2
NOBODY = -1
ENDED: frozenset[Status] = frozenset({"success", "canceled", "dead"})
LIVE: frozenset[Status] = frozenset({"queued", "running", "waiting", "in doubt"})


class Mind(NamedTuple):
    """What a worker believes of an execution that it drives."""

    next: Next = "read"
    #: Steps that have ended, as far as it knows.
    done: int = 0
    #: The first that has not, as it was read.
    found: Step = ""
    #: Is the epoch that it has the one of the row?
    is_fresh: bool = True


class Execution(NamedTuple):
    """A row, with its steps; and what each worker believes of it."""

    status: Status
    owner: int
    dispatches: int
    steps: tuple[Step, ...]
    #: How often an effect that cannot be repeated may still be made: once, and once more for each
    #: time that somebody said so.
    licences: int
    minds: tuple[tuple[Mind, ...], ...]


class Worker(NamedTuple):
    """A process that runs executions."""

    mode: Mode = "up"
    #: Has the database heard of it lately?
    is_known: bool = True
    is_woken: bool = False
    #: Is there more than it could take on, as far as it knows?
    is_behind: bool = False


class Luck(NamedTuple):
    """How much may still go wrong, and how often people may still do something."""

    deaths: int
    pauses: int
    losses: int
    #: Answers of the database that do not arrive.
    answers: int
    cancels: int
    redrives: int


class Rings(NamedTuple):
    """Rings on their way."""

    #: In the database, to be handed over.
    outbox: int = 0
    bus: int = 0
    #: Still to be written into the database, by whoever has queued something. Never with the real
    #: rules: they are written with what they tell of.
    afterwards: int = 0


class World(NamedTuple):
    """Everything at one moment."""

    workers: tuple[Worker, ...]
    executions: tuple[Execution, ...]
    rings: Rings
    luck: Luck


class Rules(NamedTuple):
    """The rules that are kept; each can be dropped, to see what it is for."""

    #: A commit of somebody who is not the owner any more changes nothing.
    fences: bool = True
    #: Whoever takes an execution from somebody raises its epoch.
    raises_epochs: bool = True
    #: What dead workers hold is queued again.
    sweeps: bool = True
    #: What has been queued for long is rung for again.
    rings_again: bool = True
    #: A ring is written in the transaction that queues what it tells of.
    rings_in_commit: bool = True
    #: A call that cannot be repeated is announced before it is made.
    announces: bool = True
    #: What is held and not driven is put back.
    puts_back: bool = True


class Size(NamedTuple):
    """How large a world is looked at, and how much goes wrong in it."""

    workers: int
    executions: int
    program: tuple[Kind, ...]
    luck: Luck
    #: Places of one worker.
    places: int = 1
    most_dispatches: int = 3


class Wrote(NamedTuple):
    """What a commit was about to make true."""

    #: Had its writer the epoch of the row?
    was_fresh: bool
    #: A step that it ends.
    step: int | None = None
    status: Status | None = None


class Move(NamedTuple):
    """Something that may happen next."""

    verb: str
    worker: int
    execution: int
    world: World
    #: Does it happen by itself in the end? Failures do not, nor what people do.
    is_certain: bool = True
    wrote: Wrote | None = None

    def __str__(self) -> str:
        who = "" if self.worker == NOBODY else f"worker {self.worker} "
        what = "" if self.execution == NOBODY else f" execution {self.execution}"
        return f"{who}{self.verb}{what}"
