"""Whether an alert rule fires, from what was seen. Pure.

The rules:

* Too few executions say nothing about a share or a duration: then nothing fires.
* After a message that it fires, there is none for the time of its cool-down; that it is over is
  told at once, to whom it was told that it fires.
"""

from __future__ import annotations

from typing import Any

import msgspec

from penstock_kernel.store.sql.alerts import Kind, Message, Rule, State
from penstock_kernel.store.sql.usage import Figures

_WORDS: dict[Kind, tuple[str, str]] = {
    "failure_rate": ("share of executions that failed", ""),
    "latency_p95": ("duration of 95 of 100 executions", " s"),
    "queue_age": ("age of the oldest execution that is queued", " s"),
    "no_executions": ("executions that ended", ""),
    "credentials_due": ("credentials that were to be changed by now", ""),
}
#: Of these it is told how things stand, not how they went.
_AT_ONCE = frozenset(("queue_age", "credentials_due"))


class Seen(msgspec.Struct, frozen=True):
    """What was looked at for a rule."""

    figures: Figures
    #: How long the oldest execution has been queued.
    queued_s: float = 0
    #: How many credentials were to be changed by now.
    due: int = 0


class Verdict(msgspec.Struct, frozen=True):
    """What came of it."""

    state: State
    value: float | None


def judge(rule: Rule, seen: Seen) -> Verdict:
    """Whether a rule fires, and the value that says so."""
    value = _value(rule, seen)
    if value is None:
        return Verdict("ok", None)
    if rule.kind == "no_executions":
        return Verdict("ok" if value else "firing", value)
    return Verdict("firing" if value > rule.threshold else "ok", value)


def _value(rule: Rule, seen: Seen) -> float | None:
    figures = seen.figures
    if rule.kind == "queue_age":
        return seen.queued_s
    if rule.kind == "no_executions":
        return float(figures.executions)
    if rule.kind == "credentials_due":
        return float(seen.due)
    if figures.executions < max(1, rule.least):
        return None
    if rule.kind == "failure_rate":
        return figures.failed / figures.executions
    p95_ms = figures.percentile(0.95)
    return None if p95_ms is None else p95_ms / 1_000


def message_for(rule: Rule, verdict: Verdict, now_ms: int, name: str) -> Message | None:
    """What is to be told now that a rule is found so; `name` is of the new message."""
    is_told = rule.state == "firing" and rule.told_ms >= rule.since_ms
    if verdict.state == "firing":
        if is_told or now_ms - rule.told_ms < rule.cooldown_s * 1_000:
            return None
    elif not is_told:
        return None
    return new_message(rule, verdict.state, verdict.value, now_ms, name)


def new_message(rule: Rule, state: Any, value: float | None, now_ms: int, name: str) -> Message:
    """A message of a rule, to be sent at once."""
    content: dict[str, Any] = {
        "type": f"alert.{state}",
        "at_ms": now_ms,
        "workspace": rule.workspace_id,
        "rule": {"id": rule.id, "name": rule.name, "kind": rule.kind},
        "workflow": rule.workflow_id or None,
        "state": state,
        "value": value,
        "threshold": rule.threshold,
        "window_s": rule.window_s,
        "text": sentence(rule, state, value),
    }
    return Message(
        id=name,
        rule_id=rule.id,
        workspace_id=rule.workspace_id,
        state=state,
        content=content,
        created_ms=now_ms,
        status="due",
        attempts=0,
        due_ms=now_ms,
        error=None,
    )


def sentence(rule: Rule, state: str, value: float | None) -> str:
    """What happened, in words."""
    what, unit = _WORDS[rule.kind]
    of = f" of the workflow {rule.workflow_id}" if rule.workflow_id else ""
    if state == "test":
        return f"This is a test of the alert rule {rule.name!r}: its messages arrive."
    seen = "nothing" if value is None else f"{value:g}{unit}"
    limit = f"the limit is {rule.threshold:g}{unit}"
    if rule.kind == "no_executions":
        limit = "at least one is expected"
    during = "" if rule.kind in _AT_ONCE else f" in {rule.window_s} s"
    return f"{subject(rule, state)}. {what.capitalize()}{of}{during}: {seen} ({limit})."


def subject(rule: Rule, state: str) -> str:
    """What happened, in a few words."""
    begin = {"firing": "Alert", "ok": "Over"}.get(state, "Test")
    return f"{begin}: {rule.name}"
