"""What is wrong in the end, by what the database and the ledger say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import text

from tests.chaos.simulation.nodes import Workflow
from tests.chaos.simulation.store import Store

_TWICE = "SELECT id FROM completions GROUP BY id HAVING count(*) > 1"
_RESTED = "SELECT id, was, became FROM ended_again"
_STEP_TWICE = """
SELECT execution_id, node_id, count(DISTINCT epoch) FROM steps_ok
GROUP BY execution_id, node_id, run_index HAVING count(DISTINCT epoch) > 1
"""
_STEP_LOST = "SELECT execution_id, node_id, became FROM steps_lost"
_STRANGERS = "SELECT execution_id, node_id, epoch FROM strangers"
_CROWDS = "SELECT id, beside FROM crowds"
_HELD = "SELECT id, status, worker_id FROM workflow_executions WHERE worker_id IS NOT NULL"
_ROOTS = "SELECT id, idem_key, status, epoch FROM workflow_executions WHERE root_id IS NULL"
_STEPS = """
SELECT coalesce(own.root_id, own.id), count(*) FROM execution_steps step
JOIN workflow_executions own ON own.id = step.execution_id
WHERE step.status = 'ok' GROUP BY 1
"""


class Verdict(NamedTuple):
    """What a story has shown."""

    seed: int
    #: What is wrong, in words.
    wrong: Sequence[str]
    #: How the executions ended, and how often things happened.
    ends: Mapping[str, int]
    #: Executions that more than one has owned.
    again: int
    #: Everything that is in the database, so that two stories can be compared.
    history: Sequence[Any]


def judge(
    seed: int,
    store: Store,
    workflows: Sequence[Workflow],
    *,
    events: int,
    promised: Sequence[str],
    ledger: Counter[int],
    licences: Counter[int],
) -> Verdict:
    """Look at what is left, for the ids that were promised; and by event for payments, and how many
    more of these somebody allowed."""
    wrong = [f"{what}: {tuple(row)}" for what, query in _QUESTIONS for row in _ask(store, query)]
    roots = _ask(store, _ROOTS)
    wrong += _lost(roots, promised)
    if len(promised) != events:
        wrong.append(f"{events} events, and {len(promised)} promises")
    wrong += _missing(roots, {row[0]: row[1] for row in _ask(store, _STEPS)}, workflows)
    for number, count in sorted(ledger.items()):
        if count > 1 + licences[number]:
            wrong.append(f"paid {count} times, event {number}: {licences[number]} were allowed")
    history = [tuple(row) for row in _ask(store, _HISTORY)]
    again = sum(row.epoch > 1 for row in roots)
    return Verdict(seed, wrong, Counter(row.status for row in roots), again, history)


_QUESTIONS = (
    ("completed twice", _TWICE),
    ("has ended, and changed", _RESTED),
    ("a step was committed by two owners", _STEP_TWICE),
    ("a step that was committed is not any more", _STEP_LOST),
    ("somebody with an old epoch has written", _STRANGERS),
    ("more ran at once than may", _CROWDS),
    ("has an owner in the end", _HELD),
)
_HISTORY = """
SELECT id, status, epoch, dispatches, created_ms, finished_ms FROM workflow_executions ORDER BY id
"""


def _ask(store: Store, query: str) -> Sequence[Any]:
    return store.ask(lambda one: one.execute(text(query)).all())


def _lost(roots: Sequence[Any], promised: Sequence[str]) -> list[str]:
    ids, keys = {row.id for row in roots}, Counter(row.idem_key for row in roots)
    wrong = [f"promised and lost: {one}" for one in promised if one not in ids]
    wrong += [f"accepted twice: {key}" for key, count in keys.items() if count > 1]
    wrong += [f"not ended: {row.id} {row.status}" for row in roots if row.status not in _GOOD]
    return wrong


_GOOD = ("success", "canceled")


def _missing(
    roots: Sequence[Any], steps: Mapping[str, int], workflows: Sequence[Workflow]
) -> list[str]:
    wrong: list[str] = []
    for row in roots:
        number = int(row.idem_key.removeprefix("event-"))
        wanted = workflows[number % len(workflows)].steps
        if row.status == "success" and steps.get(row.id) != wanted:
            wrong.append(f"{row.id} has {steps.get(row.id)} steps of {wanted}")
    return wrong
