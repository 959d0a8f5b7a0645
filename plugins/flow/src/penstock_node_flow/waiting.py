"""The node that waits: for an interval, until a moment, or for somebody."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal

from penstock_node_flow.form_fields import FIELDS, form_shown
from penstock_sdk import (
    Context,
    Item,
    Node,
    NodeFailed,
    Result,
    Wait,
    date_time,
    notice,
    number,
    options,
    text,
)
from penstock_sdk.coerce import to_number
from penstock_sdk.moments import moment

_SECONDS = {"seconds": 1, "minutes": 60, "hours": 3_600, "days": 86_400}
_DAY_MS = 86_400_000
_LONGEST_MS = 10 * 366 * 86_400_000  # ten years: what is longer is a mistake


class WaitNode(Node):
    """Waits, and passes its items on."""

    id = "penstock/flow.wait"
    title = "Wait"
    description = "Pauses the workflow for an interval or until a moment, then passes the items on."
    group = "flow"
    icon = "hourglass"
    aliases = ("sleep", "delay", "pause", "timer", "until", "resume")
    docs = (
        "A wait costs nothing: the step is parked and no process holds it. Time limits do not "
        "count it. `penstock run` waits as long as a minute, and for longer ones says when it "
        "would go on. A request or a form comes to `$execution.resumeUrl`, once."
    )

    resume: str = options(
        {
            "interval": "After an interval",
            "date": "At a moment",
            "webhook": "When a request comes",
            "form": "When a form was sent",
        },
        default="interval",
        title="Go on",
        expression=False,
    )
    amount: float = number(5, minimum=0, title="Amount", show_if={"resume": ["interval"]})
    unit: str = options(
        {"seconds": "Seconds", "minutes": "Minutes", "hours": "Hours", "days": "Days"},
        default="seconds",
        title="Unit",
        show_if={"resume": ["interval"]},
    )
    until: str = date_time("", title="Until", show_if={"resume": ["date"]})
    days: float = number(
        30,
        minimum=0.001,
        maximum=3_650,
        title="Wait for at most (days)",
        hint="Then the items go on as they came.",
        show_if={"resume": ["webhook", "form"]},
    )
    title_: str = text("", title="Title", show_if={"resume": ["form"]})
    message: str = text("", title="Message", multiline=True, show_if={"resume": ["form"]})
    fields_: list[Any] = FIELDS
    button: str = text("Submit", title="Button", show_if={"resume": ["form"]}, advanced=True)
    hosted: None = notice(
        "Its address is `$execution.resumeUrl`: send it on before. The server hosts it.",
        show_if={"resume": ["webhook", "form"]},
    )

    def run(self, ctx: Context, items: Sequence[Item]) -> Result:
        """Say until when."""
        if not items:
            return []
        resume = ctx.param("resume")
        if resume == "interval":
            until = ctx.now_ms() + _length_ms(ctx)
        elif resume == "date":
            until = _moment_ms(ctx)
        else:
            return _somebody(ctx, resume)
        return Wait(until_ms=until, items=list(items)) if until > ctx.now_ms() else items


def _somebody(ctx: Context, kind: Literal["webhook", "form"]) -> Wait:
    until = ctx.now_ms() + round(float(ctx.param("days")) * _DAY_MS)
    if kind == "webhook":
        return Wait(until_ms=until, kind=kind)
    return Wait(until_ms=until, kind=kind, shows=form_shown(ctx))


def _length_ms(ctx: Context) -> int:
    try:
        amount = to_number(ctx.param("amount")) or 0
    except ValueError as error:
        raise NodeFailed(
            f"The amount is no number: {error}", hint="Give a number.", field="amount"
        ) from error
    length = amount * _SECONDS.get(str(ctx.param("unit")), 1) * 1_000
    if not 0 <= length <= _LONGEST_MS:
        raise NodeFailed(
            "The interval is negative, or longer than ten years",
            hint="Choose a smaller amount or unit.",
            field="amount",
        )
    return round(length)


def _moment_ms(ctx: Context) -> int:
    value: Any = ctx.param("until")
    found = value if isinstance(value, datetime) else moment(value, ctx.timezone)
    if found is None:
        raise NodeFailed(
            f"{value!r} is no moment"[:200],
            hint="Write it like 2026-12-24T18:00:00, in the time zone of the workflow.",
            field="until",
        )
    until = round(found.timestamp() * 1_000)
    if until - ctx.now_ms() > _LONGEST_MS:
        raise NodeFailed(
            "The moment is more than ten years away", hint="Check the year.", field="until"
        )
    return until
