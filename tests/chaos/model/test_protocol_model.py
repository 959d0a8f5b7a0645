"""No order of events breaks a promise; and where a rule is dropped, one is found that does."""

from __future__ import annotations

import pytest

from tests.chaos.model import promises
from tests.chaos.model.protocol import Protocol
from tests.chaos.model.search import Found, Search
from tests.chaos.model.sizes import CI, Named, look, luck
from tests.chaos.model.world import Kind, Luck, Rules, Size

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]
ASLEEP = luck(pauses=1)


def without(
    rules: Rules, what_happens: Luck, *program: Kind, promise: str = "", workers: int = 2
) -> Found:
    """What is found where a rule is dropped."""
    size = Size(workers, 1, program, what_happens)
    asked = {promise} if promise else promises.OF_A_MOVE
    return Search(Protocol(rules, size), asked).run(100_000)


@pytest.mark.parametrize("named", [pytest.param(one, id=one.name) for one in CI])
def test_no_order_of_events_breaks_a_promise(named: Named) -> None:
    found = look(named.size)

    assert found.is_whole, str(found)
    assert not found.broken, str(found)


def test_the_search_meets_every_accident() -> None:
    everything = luck(deaths=1, pauses=1, losses=1, answers=1, cancels=1)

    verbs = look(Size(2, 1, ("pure",), everything, most_dispatches=1)).verbs

    assert {"dies", "stands still", "wakes up", "ends in order", "canceled:"} <= verbs
    assert {"the bus loses all", "a ring is handed over twice"} <= verbs
    assert {"claims, and does not hear of it,", "commits success of (unheard)"} <= verbs
    assert "commits success of (refused)" in verbs


@pytest.mark.parametrize(
    ("promise", "program"),
    [
        pytest.param(promises.ENDED_ONCE, ("pure",), id="completed-twice"),
        pytest.param(promises.STEP_ONCE, ("pure", "pure"), id="step-twice"),
        pytest.param(promises.STEP_STAYS, ("unsafe",), id="step-undone"),
        pytest.param(promises.OLD_EPOCH, ("pure",), id="old-epoch-writes"),
        pytest.param(promises.NOT_SILENT, ("unsafe",), id="effect-twice"),
    ],
)
def test_without_the_check_of_the_epoch_a_worker_that_was_asleep_breaks_it(
    promise: str, program: tuple[Kind, ...]
) -> None:
    found = without(Rules(fences=False), ASLEEP, *program, promise=promise)

    assert found.broken == promise, str(found)
    assert {"worker 0 stands still", "worker 0 wakes up"} <= set(found.way), str(found)


def test_with_claims_that_raise_no_epoch_two_write_at_a_time() -> None:
    found = without(Rules(raises_epochs=False), ASLEEP, "pure")

    assert found.broken == promises.ONE_OWNER, str(found)


def test_without_the_sweep_what_a_dead_worker_held_is_lost() -> None:
    found = without(Rules(sweeps=False), luck(deaths=1), "pure")

    assert found.broken == promises.GETS_THERE, str(found)
    assert found.way == ["worker 0 accepts and begins execution 0", "worker 0 dies"]


def test_a_ring_that_is_written_after_the_commit_is_lost_with_its_writer() -> None:
    nothing_else = Rules(rings_in_commit=False, rings_again=False)

    found = without(nothing_else, luck(deaths=1), "pure", workers=1)

    assert found.broken == promises.GETS_THERE, str(found)
    assert found.way == ["accepted: execution 0", "whoever was to write a ring dies"]


def test_a_ring_that_is_written_in_the_commit_is_enough_where_nothing_else_is_lost() -> None:
    size = Size(2, 2, ("wait", "unsafe"), luck(cancels=1))

    found = look(size, Rules(rings_again=False))

    assert found.is_whole, str(found)
    assert not found.broken, str(found)


@pytest.mark.parametrize(
    "what_happens",
    [
        pytest.param(luck(losses=1), id="the-bus-loses-it"),
        pytest.param(luck(deaths=1), id="its-hearer-dies"),
        pytest.param(luck(pauses=1), id="its-hearer-sleeps"),
    ],
)
def test_a_ring_that_is_lost_is_missed_unless_it_is_rung_again(what_happens: Luck) -> None:
    found = without(Rules(rings_again=False), what_happens, "pure")

    assert found.broken == promises.GETS_THERE, str(found)


def test_a_call_that_was_not_announced_is_repeated_in_silence() -> None:
    found = without(Rules(announces=False), luck(deaths=1), "unsafe")

    assert found.broken == promises.NOT_SILENT, str(found)


def test_without_putting_back_what_was_claimed_unheard_is_lost() -> None:
    found = without(Rules(puts_back=False), luck(answers=1), "pure")

    assert found.broken == promises.GETS_THERE, str(found)
    assert "does not hear of it" in found.way[-1]
