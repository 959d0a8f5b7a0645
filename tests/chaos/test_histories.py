"""Histories of processes that are killed, stopped and cut off make sense; others are found out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.chaos import histories
from tests.chaos.history import Final, Operation, anomalies, read
from tests.support.databases import new_postgres_url

NODES = ("a", "b")
CLAIM = Operation("w1", "claim", "e", 10, 20, "ok", 1)
FIRST = Operation("w1", "commit", "e", 30, 40, "ok", 1, (("a", 0),))
LAST = Operation("w1", "commit", "e", 50, 60, "ok", 1, (("b", 0),), "success")
HISTORY = (Operation("g", "accept", "e", 0, 5, "ok"), CLAIM, FIRST, LAST)
FINAL = Final(
    kept=frozenset({"e"}),
    status={"e": "success"},
    steps={"e": frozenset({("a", 0), ("b", 0)})},
    completions={"e": 1},
)


@pytest.mark.slow
@pytest.mark.timeout(300)
async def test_a_cluster_in_which_everything_breaks_leaves_a_history_that_makes_sense(
    tmp_path: Path,
) -> None:
    found = await histories.play(histories.CI, new_postgres_url(), tmp_path)

    assert found.is_clean, found
    assert found.redispatched > 0, found
    assert sum(found.broken.values()) == histories.CI.kills, found


def test_a_history_that_makes_sense_is_left_alone() -> None:
    assert not anomalies(HISTORY, FINAL, NODES)


def test_an_owner_who_goes_on_after_another_one_has_taken_over_is_found() -> None:
    taken = Operation("w2", "claim", "e", 31, 45, "ok", 2)

    found = anomalies((*HISTORY, taken), FINAL, NODES)

    assert found == {"an older owner after a newer one": 1}


def test_an_owner_who_may_have_been_faster_than_the_next_one_is_left_alone() -> None:
    taken = Operation("w2", "claim", "e", 55, 65, "ok", 2)

    assert not anomalies((*HISTORY, taken), FINAL, NODES)


def test_two_owners_of_one_epoch_are_found() -> None:
    other = changed_in(FIRST, process="w2", steps=())

    assert anomalies((*HISTORY, other), FINAL, NODES) == {"two owners of an epoch": 1}


def test_what_nobody_heard_the_end_of_is_held_against_nobody() -> None:
    other = changed_in(FIRST, process="w2", outcome="info", ended=None)

    assert not anomalies((*HISTORY, other), FINAL, NODES)


def test_a_step_that_is_finished_twice_is_found() -> None:
    again = changed_in(FIRST, begun=41, ended=45)

    assert anomalies((*HISTORY, again), FINAL, NODES) == {"a step finished twice": 1}


def test_a_step_that_is_finished_before_the_one_it_follows_is_found() -> None:
    late = changed_in(FIRST, begun=61, ended=70)
    history = (*HISTORY[:2], late, LAST)

    assert anomalies(history, FINAL, NODES) == {"a step before the one it follows": 1}


def test_a_step_that_was_acknowledged_and_is_gone_is_found() -> None:
    final = FINAL._replace(steps={"e": frozenset({("b", 0)})})

    assert anomalies(HISTORY, final, NODES) == {"a step that is gone": 1}


def test_an_execution_that_was_accepted_and_is_gone_is_found() -> None:
    final = FINAL._replace(kept=frozenset({"e", "f"}))
    told = (*HISTORY, Operation("g", "accept", "f", 0, 5, "ok"))

    assert anomalies(told, final, NODES) == {"an execution that is gone": 1}


def test_an_execution_that_nobody_has_accepted_is_found() -> None:
    assert anomalies(HISTORY[1:], FINAL, NODES) == {"told, and accepted by nobody": 1}


@pytest.mark.parametrize("status", ["running", "queued", "error"])
def test_an_execution_that_does_not_end_well_is_found(status: str) -> None:
    final = FINAL._replace(status={"e": status})

    assert anomalies(HISTORY, final, NODES) == {"not finished": 1}


def test_an_execution_that_is_completed_twice_is_found() -> None:
    final = FINAL._replace(completions={"e": 2})

    assert anomalies(HISTORY, final, NODES) == {"completed twice": 1}


def test_an_operation_of_a_process_that_died_in_it_has_no_end(tmp_path: Path) -> None:
    begun = {"number": 0, "type": "invoke", "at": 7, "op": "claim", "execution": "e", "epoch": 1}
    (tmp_path / "p.jsonl").write_text(json.dumps(begun) + "\n")

    assert read(tmp_path) == [Operation("p", "claim", "e", 7, None, "info", 1)]


def changed_in(one: Operation, **changed: Any) -> Operation:
    return Operation(**{**one._asdict(), **changed})
