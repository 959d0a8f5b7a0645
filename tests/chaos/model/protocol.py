"""What may happen next, in the model.

The rules are those of the product: `store/sql/queue.py`, `store/sql/claiming.py`,
`store/sql/changes.py` and the loops of `work/`. Each transaction is one move, and so is each moment
between two of them at which a process may die, sleep or hear nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from tests.chaos.model import changes
from tests.chaos.model.changes import with_execution, with_luck, with_minds, with_rings, with_worker
from tests.chaos.model.world import (
    LIVE,
    MOST_RINGS,
    NOBODY,
    Execution,
    Mind,
    Move,
    Rings,
    Rules,
    Size,
    Status,
    Step,
    Worker,
    World,
    Wrote,
)


class Protocol:
    """The moves of a world of some size, by some rules."""

    def __init__(self, rules: Rules, size: Size) -> None:
        self._rules = rules
        self._size = size

    def start(self) -> World:
        """The beginning: everybody is there, and nothing was accepted."""
        size = self._size
        not_begun: Step = ""
        steps = (not_begun,) * len(size.program)
        nothing: tuple[tuple[Mind, ...], ...] = ((),) * size.workers
        execution = Execution("new", NOBODY, 0, steps, 1, nothing)
        workers, executions = (Worker(),) * size.workers, (execution,) * size.executions
        return World(workers, executions, Rings(), size.luck)

    def moves(self, world: World) -> Iterator[Move]:
        """Everything that may happen next."""
        for place in range(len(world.executions)):
            yield from self._of_people(world, place)
            yield from self._of_keepers(world, place)
        yield from self._of_rings(world)
        for worker in range(len(world.workers)):
            yield from self._of_worker(world, worker)
            yield from self._accidents(world, worker)

    # --- people --------------------------------------------------------------------------------

    def _of_people(self, world: World, place: int) -> Iterator[Move]:
        execution, luck = world.executions[place], world.luck
        if execution.status == "new":
            after = changes.queued(self._rules, world, place)
            yield Move("accepted:", NOBODY, place, after, is_certain=False)
        elif execution.status == "in doubt":
            yield Move("may be repeated:", NOBODY, place, self._decided(world, place))
        elif execution.status == "dead" and luck.redrives:
            after = changes.queued(self._rules, world, place, dispatches=0)
            after = with_luck(after, luck._replace(redrives=luck.redrives - 1))
            yield Move("tried again:", NOBODY, place, after, is_certain=False)
        if execution.status in LIVE and luck.cancels:
            after = changes.ended(self._rules, world, place, "canceled")
            after = with_luck(after, luck._replace(cancels=luck.cancels - 1))
            yield Move("canceled:", NOBODY, place, after, is_certain=False)

    def _decided(self, world: World, place: int) -> World:
        execution = world.executions[place]
        steps: tuple[Step, ...] = tuple(
            "again" if step == "in doubt" else step for step in execution.steps
        )
        decided = execution._replace(steps=steps, licences=execution.licences + 1)
        return changes.queued(self._rules, with_execution(world, place, decided), place)

    # --- those that keep things in order -------------------------------------------------------

    def _of_keepers(self, world: World, place: int) -> Iterator[Move]:
        execution = world.executions[place]
        owner = execution.owner
        if owner != NOBODY and not world.workers[owner].is_known and self._rules.sweeps:
            after = changes.again(self._rules, self._size.most_dispatches, world, place)
            yield Move("swept:", NOBODY, place, after)
        if execution.status == "waiting" and owner == NOBODY:
            after = changes.queued(self._rules, world, place, dispatches=0)
            yield Move("due:", NOBODY, place, after)

    def _of_rings(self, world: World) -> Iterator[Move]:
        rings = world.rings
        if rings.outbox:
            after = with_rings(world, rings._replace(outbox=rings.outbox - 1))
            yield Move("a ring is handed over", NOBODY, NOBODY, changes.on_the_bus(after))
        elif self._rules.rings_again and any(one.status == "queued" for one in world.executions):
            after = with_rings(world, rings._replace(outbox=1))
            yield Move("rung again for what waits long", NOBODY, NOBODY, after)
        if rings.afterwards:
            later = rings._replace(
                afterwards=rings.afterwards - 1, outbox=min(rings.outbox + 1, MOST_RINGS)
            )
            yield Move("a ring is written", NOBODY, NOBODY, with_rings(world, later))
        yield from self._accidents_of_rings(world)

    def _accidents_of_rings(self, world: World) -> Iterator[Move]:
        rings, luck = world.rings, world.luck
        if luck.losses:
            less = with_luck(world, luck._replace(losses=luck.losses - 1))
            if rings.bus:
                after = with_rings(less, rings._replace(bus=0))
                yield Move("the bus loses all", NOBODY, NOBODY, after, is_certain=False)
            if rings.outbox:
                after = changes.on_the_bus(less)
                yield Move("a ring is handed over twice", NOBODY, NOBODY, after, is_certain=False)
        if rings.afterwards and luck.deaths:
            less = with_luck(world, luck._replace(deaths=luck.deaths - 1))
            after = with_rings(less, rings._replace(afterwards=rings.afterwards - 1))
            verb = "whoever was to write a ring dies"
            yield Move(verb, NOBODY, NOBODY, after, is_certain=False)

    # --- workers -------------------------------------------------------------------------------

    def _of_worker(self, world: World, number: int) -> Iterator[Move]:
        worker = world.workers[number]
        if worker.mode == "up":
            yield from self._of_worker_up(world, number, worker)
            return
        if worker.is_known:
            after = with_worker(world, number, worker._replace(is_known=False))
            yield Move("was not heard of for long", number, NOBODY, after)
        if worker.mode == "paused":
            after = with_worker(world, number, worker._replace(mode="up"))
            yield Move("wakes up", number, NOBODY, after, is_certain=False)
        elif not worker.is_known and all(one.owner != number for one in world.executions):
            yield Move("is replaced", number, NOBODY, with_worker(world, number, Worker()))

    def _of_worker_up(self, world: World, number: int, worker: Worker) -> Iterator[Move]:
        if not worker.is_known:
            after = with_worker(world, number, worker._replace(is_known=True))
            yield Move("says that it is there", number, NOBODY, after)
        free = self._free(world, number)
        rings = world.rings
        if rings.bus and not worker.is_woken and free:
            after = with_rings(world, rings._replace(bus=rings.bus - 1))
            after = with_worker(after, number, worker._replace(is_woken=True))
            yield Move("hears a ring", number, NOBODY, after)
        if worker.is_woken:
            yield from self._claims(world, number, free)
        for place, execution in enumerate(world.executions):
            if execution.status == "new" and free and not worker.is_behind:
                yield self._begun(world, number, place)
            if execution.owner == number and not execution.minds[number]:
                yield from self._put_back(world, number, place)
            for which in range(len(execution.minds[number])):
                yield from self._goes_on(world, number, place, which)

    def _free(self, world: World, number: int) -> int:
        return self._size.places - sum(bool(one.minds[number]) for one in world.executions)

    def _begun(self, world: World, number: int, place: int) -> Move:
        execution = world.executions[place]._replace(status="running", owner=number, dispatches=1)
        execution = with_minds(execution, number, (Mind("step"),))
        after = with_execution(world, place, execution)
        return Move("accepts and begins", number, place, after, is_certain=False)

    def _put_back(self, world: World, number: int, place: int) -> Iterator[Move]:
        if self._rules.puts_back:
            after = changes.again(self._rules, self._size.most_dispatches, world, place)
            yield Move("puts back what it does not drive,", number, place, after)

    # --- claims --------------------------------------------------------------------------------

    def _claims(self, world: World, number: int, free: int) -> Iterator[Move]:
        line = [place for place, one in enumerate(world.executions) if one.status == "queued"]
        count = min(free, len(line))
        for chosen in combinations(line, count):
            yield self._claimed(world, number, chosen, is_behind=count == free)
            if world.luck.answers and chosen:
                yield self._claimed_unheard(world, number, chosen)

    def _claimed(
        self, world: World, number: int, chosen: tuple[int, ...], *, is_behind: bool
    ) -> Move:
        after = world
        for place in chosen:
            after = changes.claimed(self._rules, after, place, number)
        worker = world.workers[number]._replace(is_woken=False, is_behind=is_behind)
        after = with_worker(after, number, worker)
        if is_behind and chosen:
            after = changes.on_the_bus(after)
        return Move("claims", number, chosen[0] if chosen else NOBODY, after)

    def _claimed_unheard(self, world: World, number: int, chosen: tuple[int, ...]) -> Move:
        after = self._without_answer(world)
        for place in chosen:
            after = changes.claimed(self._rules, after, place, number, is_heard=False)
        verb = "claims, and does not hear of it,"
        return Move(verb, number, chosen[0], after, is_certain=False)

    def _without_answer(self, world: World) -> World:
        luck = world.luck
        return with_luck(world, luck._replace(answers=luck.answers - 1))

    # --- work ----------------------------------------------------------------------------------

    def _goes_on(self, world: World, number: int, place: int, which: int) -> Iterator[Move]:
        execution = world.executions[place]
        mind = execution.minds[number][which]
        if mind.next == "read":
            thinks = _read(execution, mind)
            yield Move("reads", number, place, self._minded(world, number, place, which, thinks))
        elif mind.next == "call":
            called = execution._replace(licences=execution.licences - 1)
            after = with_execution(world, place, called)
            thinks = mind._replace(next="told")
            after = self._minded(after, number, place, which, thinks)
            yield Move("makes the call of", number, place, after)
        elif mind.next == "told":
            yield from self._commits(world, number, place, which, "ok", None)
        else:
            yield from self._steps_on(world, number, place, which, mind)

    def _steps_on(
        self, world: World, number: int, place: int, which: int, mind: Mind
    ) -> Iterator[Move]:
        program, done = self._size.program, mind.done
        if done == len(program):
            yield from self._commits(world, number, place, which, None, "success")
        elif program[done] == "pure":
            status: Status | None = "success" if done == len(program) - 1 else None
            yield from self._commits(world, number, place, which, "ok", status)
        elif program[done] == "wait":
            if mind.found == "waiting":
                yield from self._commits(world, number, place, which, "ok", None)
            else:
                yield from self._commits(world, number, place, which, "waiting", "waiting")
        elif mind.found == "started":
            yield from self._commits(world, number, place, which, "in doubt", "in doubt")
        elif self._rules.announces:
            yield from self._commits(world, number, place, which, "started", None)
        else:
            thinks = mind._replace(next="call")
            after = self._minded(world, number, place, which, thinks)
            yield Move("is about to call for", number, place, after)

    def _commits(
        self,
        world: World,
        number: int,
        place: int,
        which: int,
        now: Step | None,
        status: Status | None,
    ) -> Iterator[Move]:
        execution = world.executions[place]
        mind = execution.minds[number][which]
        wrote = Wrote(mind.is_fresh, mind.done if now == "ok" else None, status)
        verb = f"commits {status or now} of"
        if self._rules.fences and (not mind.is_fresh or execution.owner == NOBODY):
            after = self._minded(world, number, place, which, None)
            yield Move(f"{verb} (refused)", number, place, after, wrote=wrote)
            return
        step = None if now is None else mind.done
        row = changes.written(execution, step, now or "", status, releases=status is not None)
        after = with_execution(world, place, row)
        thinks = None if status is not None else _after_commit(mind, now or "")
        heard = self._minded(after, number, place, which, thinks)
        yield Move(verb, number, place, heard, wrote=wrote)
        if world.luck.answers:
            unheard = self._minded(self._without_answer(after), number, place, which, None)
            yield Move(f"{verb} (unheard)", number, place, unheard, is_certain=False, wrote=wrote)

    def _minded(
        self, world: World, number: int, place: int, which: int, mind: Mind | None
    ) -> World:
        """The world in which a worker thinks something else; with nothing left, a place is free."""
        execution = world.executions[place]
        minds = execution.minds[number]
        rest = () if mind is None else (mind,)
        minds = (*minds[:which], *rest, *minds[which + 1 :])
        after = with_execution(world, place, with_minds(execution, number, minds))
        worker = world.workers[number]
        if mind is None and worker.is_behind:
            after = with_worker(after, number, worker._replace(is_woken=True))
        return after

    # --- accidents -----------------------------------------------------------------------------

    def _accidents(self, world: World, number: int) -> Iterator[Move]:
        worker, luck = world.workers[number], world.luck
        if worker.mode != "down" and luck.deaths:
            less = with_luck(world, luck._replace(deaths=luck.deaths - 1))
            yield Move("dies", number, NOBODY, _without(less, number), is_certain=False)
            if worker.mode == "up":
                yield self._left(less, number)
        others = sum(one.mode == "paused" for one in world.workers)
        if worker.mode == "up" and luck.pauses and others + 1 < len(world.workers):
            less = with_luck(world, luck._replace(pauses=luck.pauses - 1))
            after = with_worker(less, number, worker._replace(mode="paused"))
            yield Move("stands still", number, NOBODY, after, is_certain=False)

    def _left(self, world: World, number: int) -> Move:
        after = _without(world, number)
        for place, execution in enumerate(world.executions):
            if execution.owner == number:
                count = max(0, execution.dispatches - 1)
                after = changes.queued(self._rules, after, place, dispatches=count)
        gone = after.workers[number]._replace(is_known=False)
        after = with_worker(after, number, gone)
        return Move("ends in order", number, NOBODY, after, is_certain=False)


def _without(world: World, number: int) -> World:
    """The world after the death of a worker: nobody knows any more what it knew."""
    worker = world.workers[number]
    after = with_worker(world, number, Worker("down", worker.is_known))
    for place, execution in enumerate(after.executions):
        if execution.minds[number]:
            after = with_execution(after, place, with_minds(execution, number, ()))
    return after


def _read(execution: Execution, mind: Mind) -> Mind:
    """What a worker knows after it has read the steps."""
    steps = execution.steps
    done = next((place for place, step in enumerate(steps) if step != "ok"), len(steps))
    return Mind("step", done, steps[done] if done < len(steps) else "", mind.is_fresh)


def _after_commit(mind: Mind, now: Step) -> Mind:
    """What a worker does after a commit."""
    if now == "started":
        return mind._replace(next="call")
    return Mind("step", mind.done + 1, "", mind.is_fresh)
