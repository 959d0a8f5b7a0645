"""What must be true of each move, whatever happened before."""

from __future__ import annotations

from tests.chaos.model.world import ENDED, NOBODY, Execution, Move, World

ENDED_ONCE = "An execution is completed once."
STEP_ONCE = "A step that was committed is not committed again."
STEP_STAYS = "A step that was committed stays."
END_STAYS = "What has ended stays as it is."
OLD_EPOCH = "A commit with an old epoch changes nothing."
ONE_OWNER = "One writes at a time."
NOT_SILENT = "An effect that cannot be repeated is not repeated unless somebody says so."
GETS_THERE = "What was accepted can always come to its end by itself."
#: What a look at each move can tell; the last of all needs a look at all that comes after.
OF_A_MOVE = frozenset(
    {ENDED_ONCE, STEP_ONCE, STEP_STAYS, END_STAYS, OLD_EPOCH, ONE_OWNER, NOT_SILENT}
)
_Row = tuple[str, int, int, tuple[str, ...]]


def broken(before: World, move: Move) -> set[str]:
    """Which of the promises a move breaks."""
    if move.execution == NOBODY:
        return set()
    old, new = before.executions[move.execution], move.world.executions[move.execution]
    found = _by_what_is_there(old, new)
    if move.wrote is None:
        return found
    step, status = move.wrote.step, move.wrote.status
    if step is not None and old.steps[step] == "ok" and not _refused(old, new, move):
        found.add(STEP_ONCE)
    if status in ENDED and old.status in ENDED and not _refused(old, new, move):
        found.add(ENDED_ONCE)
    if not move.wrote.was_fresh and _row(old) != _row(new):
        found.add(OLD_EPOCH)
    return found


def is_at_rest(world: World) -> bool:
    """Has everything ended that was accepted?"""
    return all(one.status in ENDED or one.status == "new" for one in world.executions)


def _by_what_is_there(old: Execution, new: Execution) -> set[str]:
    found: set[str] = set()
    pairs = zip(old.steps, new.steps, strict=True)
    if any(before == "ok" != after for before, after in pairs):
        found.add(STEP_STAYS)
    if old.status in ("success", "canceled") and old.status != new.status:
        found.add(END_STAYS)
    if sum(mind.is_fresh for minds in new.minds for mind in minds) > 1:
        found.add(ONE_OWNER)
    if new.licences < 0:
        found.add(NOT_SILENT)
    return found


def _refused(old: Execution, new: Execution, move: Move) -> bool:
    return move.verb.endswith("(refused)") and _row(old) == _row(new)


def _row(execution: Execution) -> _Row:
    return execution.status, execution.owner, execution.dispatches, execution.steps
