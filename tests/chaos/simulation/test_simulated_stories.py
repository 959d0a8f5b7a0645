"""Whole processes, with accidents that follow from a seed: nothing is lost, nothing is done twice."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from penstock_kernel.store.sql import changes, queue
from penstock_kernel.store.sql.queue import Swept
from penstock_kernel.work.worker import Worker
from tests.chaos.simulation.judge import Verdict
from tests.chaos.simulation.nodes import WAITS_INSIDE
from tests.chaos.simulation.story import Scale, tell

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]
STORIES = 40


def first_wrong(of_what: str) -> Verdict | None:
    """The first story in which something of a kind is wrong."""
    for seed in range(STORIES):
        verdict = tell(seed)
        if any(line.startswith(of_what) for line in verdict.wrong):
            return verdict
    return None


def test_no_story_breaks_a_promise() -> None:
    ends, again = Counter[str](), 0
    for seed in range(STORIES):
        verdict = tell(seed)
        ends.update(verdict.ends)
        again += verdict.again
        assert not verdict.wrong, f"python3 -m tests.chaos.simulation {seed}: {verdict.wrong}"

    assert ends["success"] > 5 * STORIES
    assert again > STORIES


def test_a_seed_tells_the_same_story_again() -> None:
    assert tell(3) == tell(3)


def test_without_the_check_of_the_owner_a_step_is_committed_by_two(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(changes, "_refusal", lambda _commit, _held: None)

    assert first_wrong("a step was committed by two owners") is not None


def test_without_the_sweep_what_dead_workers_held_does_not_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(queue, "sweep", lambda _db, _connection, _watched: Swept(0, [], 0, 0))

    assert first_wrong("not ended") is not None


def test_without_putting_back_what_was_claimed_unheard_does_not_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def nothing(_worker: Any) -> None:
        return

    monkeypatch.setattr(Worker, "_put_back_lost", nothing)

    assert first_wrong("not ended") is not None


def test_a_body_that_waits_is_left_to_what_it_is_a_part_of() -> None:
    scale = Scale(executions=3, accidents=1, workflows=(WAITS_INSIDE,))

    wrong = [line for seed in range(6) for line in tell(seed, scale).wrong]

    assert not wrong
