"""What the database makes of what it is told, in the model: each is one transaction."""

from __future__ import annotations

from tests.chaos.model.world import (
    MOST_RINGS,
    NOBODY,
    Execution,
    Luck,
    Mind,
    Rings,
    Rules,
    Status,
    Step,
    Worker,
    World,
)


def with_execution(world: World, place: int, execution: Execution) -> World:
    """The world with one execution changed."""
    all_of_them = world.executions
    changed = (*all_of_them[:place], execution, *all_of_them[place + 1 :])
    return World(world.workers, changed, world.rings, world.luck)


def with_worker(world: World, place: int, worker: Worker) -> World:
    """The world with one worker changed."""
    all_of_them = world.workers
    changed = (*all_of_them[:place], worker, *all_of_them[place + 1 :])
    return World(changed, world.executions, world.rings, world.luck)


def with_rings(world: World, rings: Rings) -> World:
    """The world with other rings on their way."""
    return World(world.workers, world.executions, rings, world.luck)


def with_luck(world: World, luck: Luck) -> World:
    """The world with less that may still go wrong."""
    return World(world.workers, world.executions, world.rings, luck)


def with_minds(execution: Execution, worker: int, minds: tuple[Mind, ...]) -> Execution:
    """The execution with what one worker believes of it."""
    others = execution.minds
    return execution._replace(minds=(*others[:worker], minds, *others[worker + 1 :]))


def raised(rules: Rules, execution: Execution) -> Execution:
    """The execution with a new epoch: nobody has the one that he believes in any more."""
    if not rules.raises_epochs:
        return execution
    minds = tuple(
        tuple(mind._replace(is_fresh=False) for mind in of_one) if of_one else of_one
        for of_one in execution.minds
    )
    return execution._replace(minds=minds)


def queued(rules: Rules, world: World, place: int, *, dispatches: int | None = None) -> World:
    """The world with an execution queued, and rung for."""
    execution = raised(rules, world.executions[place])
    count = execution.dispatches if dispatches is None else dispatches
    changed = execution._replace(status="queued", owner=NOBODY, dispatches=count)
    return rung(rules, with_execution(world, place, changed))


def rung(rules: Rules, world: World) -> World:
    """The world with one more ring to be handed over."""
    rings = world.rings
    if rules.rings_in_commit:
        return with_rings(world, rings._replace(outbox=min(rings.outbox + 1, MOST_RINGS)))
    return with_rings(world, rings._replace(afterwards=min(rings.afterwards + 1, MOST_RINGS)))


def on_the_bus(world: World) -> World:
    """The world with one more ring on the bus."""
    rings = world.rings
    return with_rings(world, rings._replace(bus=min(rings.bus + 1, MOST_RINGS)))


def ended(rules: Rules, world: World, place: int, status: Status) -> World:
    """The world with an execution ended by somebody who does not own it."""
    execution = raised(rules, world.executions[place])
    return with_execution(world, place, execution._replace(status=status, owner=NOBODY))


def again(rules: Rules, size_most: int, world: World, place: int) -> World:
    """The world with an execution taken from who is not there: queued, or dead after too many."""
    if world.executions[place].dispatches >= size_most:
        return ended(rules, world, place, "dead")
    return queued(rules, world, place)


def claimed(rules: Rules, world: World, place: int, worker: int, *, is_heard: bool = True) -> World:
    """The world with an execution owned by a worker, who hears of it or does not."""
    execution = raised(rules, world.executions[place])
    changed = execution._replace(
        status="running", owner=worker, dispatches=execution.dispatches + 1
    )
    if is_heard:
        changed = with_minds(changed, worker, (*changed.minds[worker], Mind()))
    return with_execution(world, place, changed)


def written(
    execution: Execution, step: int | None, now: Step, status: Status | None, *, releases: bool
) -> Execution:
    """The row after a commit that was not refused."""
    steps = execution.steps
    if step is not None:
        steps = (*steps[:step], now, *steps[step + 1 :])
    return execution._replace(
        steps=steps,
        status=execution.status if status is None else status,
        owner=NOBODY if releases else execution.owner,
    )
