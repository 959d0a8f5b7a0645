"""What the triggers of a workflow ask for: schedules and addresses, for as long as it is active.

The rules:

* Each rule of a schedule and each trigger that polls is a schedule of its own, named by its
  workflow, its node and its place there: it keeps its name from version to version.
* Each address of a trigger that is called from outside is a webhook of its own, named likewise.
* What a trigger says is read when its version is activated, and refused then if it is wrong.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar

import msgspec

from penstock_kernel.execution.program import Program
from penstock_kernel.schedules.rule import Rule, ScheduleInvalid, zone_of
from penstock_kernel.store.sql.hooks import ANY, Address
from penstock_kernel.store.sql.schedules import Planned
from penstock_kernel.store.sql.subscriptions import Wanted
from penstock_kernel.workflow.canonical import canonical_text
from penstock_kernel.workflow.document import NodeSpec
from penstock_sdk import NodeFailed, PenstockError, Trigger

METHODS = frozenset(("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", ANY))
#: What stands for a method where an address shows a page or takes messages.
FACES = frozenset(("FORM", "CHAT"))
_LONGEST_PATH = 500
#: How often a trigger that polls looks, where it says nothing.
POLL_S = 60


class TriggerUnusable(PenstockError):
    """A trigger cannot be hosted as it is configured."""

    code: ClassVar[str] = "trigger.unusable"


def planned(program: Program, timezone: str, now_ms: int) -> list[Planned]:
    """The schedules of a workflow.

    Raises:
        TriggerUnusable: A trigger asks for what cannot be.
    """
    zone = program.document.settings.timezone or timezone
    hint = "Use the Schedule trigger in its place."
    found: list[Planned] = []
    for node, trigger in _triggers(program, ("schedule", "poll"), "when to start", hint):
        found += _of(node, trigger, zone, now_ms)
    return found


def addresses(program: Program, workflow: str) -> list[Address]:
    """Where a workflow wants to be called.

    Raises:
        TriggerUnusable: A trigger asks for what cannot be.
    """
    hint = "Use the Webhook trigger in its place."
    return [
        _address(node, number, said, workflow)
        for node, trigger in _triggers(program, ("webhook", "event"), "where to be called", hint)
        for number, said in enumerate(trigger.webhooks(node.config))
    ]


def wanted(program: Program) -> list[Wanted]:
    """What a workflow asks of other systems.

    Raises:
        TriggerUnusable: A trigger asks for what cannot be.
    """
    hint = "Use the Webhook trigger in its place."
    found: list[Wanted] = []
    for node, trigger in _triggers(program, ("event",), "what to subscribe to", hint):
        if type(trigger).activate is not Trigger.activate:
            said = {"config": dict(node.config), "credentials": dict(node.credentials)}
            found.append(Wanted(node.id, f"{trigger.id}@{trigger.version}:{canonical_text(said)}"))
    return found


def _triggers(
    program: Program, kinds: Sequence[str], what: str, hint: str
) -> Iterator[tuple[NodeSpec, Trigger]]:
    for node in program.document.nodes:
        kind = program.types[node.id]
        if kind is None or node.settings.disabled or kind.trigger not in kinds:
            continue
        trigger = kind.implementation
        if not isinstance(trigger, Trigger):
            message = f"The trigger {node.name!r} comes from a package in the sandbox, and those "
            raise TriggerUnusable(f"{message}cannot be asked {what}.", hint=hint)
        yield node, trigger


def _address(node: NodeSpec, number: int, said: Mapping[str, Any], workflow: str) -> Address:
    method, path = str(said.get("method", "POST")).upper(), str(said.get("path") or "").strip("/")
    if method not in METHODS | FACES:
        raise _unusable(node, f"There is no method {method!r}.", "")
    parts = path.split("/") if path else [workflow, node.id]
    named = [part for part in parts if part.startswith(":")]
    if len(path) > _LONGEST_PATH or not all(part.isprintable() and part for part in parts):
        hint = "Write words with slashes between them, such as `orders/:id`."
        raise _unusable(node, f"{path!r} is no path.", hint)
    if len(set(named)) < len(named) or ":" in named:
        raise _unusable(node, f"The parameters of {path!r} have no names that differ.", "")
    return Address(node.id, number, method, "/".join(parts))


def _of(node: NodeSpec, trigger: Trigger, zone: str, now_ms: int) -> list[Planned]:
    try:
        said = trigger.schedules(node.config)
    except NodeFailed as error:
        raise _unusable(node, error.message, error.hint) from error
    if trigger.kind == "poll" and not said:
        said = [{"every_s": POLL_S}]
    rules = [_rule(node, one, zone, now_ms) for one in said]
    return [Planned(node.id, i, trigger.kind, rule) for i, rule in enumerate(rules)]


def _rule(node: NodeSpec, said: Mapping[str, Any], zone: str, now_ms: int) -> Rule:
    try:
        # Every minute is at its beginning, and every second too.
        grain_ms = 1_000 if 0 < said.get("every_s", 0) < 60 else 60_000
        anchor_ms = now_ms - now_ms % grain_ms
        values = {"timezone": zone, "anchor_ms": anchor_ms, **_moments(said, zone)}
        rule = msgspec.convert(values, Rule)
        rule.check()
    except msgspec.ValidationError as error:
        raise _unusable(node, f"It asks for {dict(said)!r}: {error}.", "") from error
    except ScheduleInvalid as error:
        raise _unusable(node, error.message, error.hint) from error
    return rule


def _moments(said: Mapping[str, Any], zone: str) -> dict[str, Any]:
    """What a trigger says, with its moments by the clocks of a zone as milliseconds."""
    found = dict(said)
    for name in ("at", "start", "end"):
        if name in found:
            moment = datetime.fromisoformat(str(found.pop(name)))
            local = moment if moment.tzinfo else moment.replace(tzinfo=zone_of(zone))
            found[f"{name}_ms"] = round(local.timestamp() * 1_000)
    return found


def _unusable(node: NodeSpec, why: str, hint: str) -> TriggerUnusable:
    message = f"The trigger {node.name!r} cannot be used: {why}"
    return TriggerUnusable(message, hint=hint or "Correct what it is configured with.")
