"""Nodes that start a workflow, end it, or do nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from penstock_sdk import (
    Context,
    Event,
    Item,
    Node,
    NodeFailed,
    Port,
    Result,
    Trigger,
    options,
    text,
)
from penstock_sdk import json as json_field
from penstock_sdk.coerce import to_object

_STOPPED = "The workflow was stopped"


class Manual(Trigger):
    """Starts the workflow when a person says so."""

    id = "penstock/flow.manual"
    title = "Manual trigger"
    description = "Starts the workflow when a person runs it by hand or from the command line."
    group = "trigger"
    icon = "mouse-pointer-click"
    aliases = ("start", "run", "button", "test", "click")
    docs = (
        "Runs when somebody presses Execute, calls `penstock run`, or starts the workflow through "
        "the API. It passes on the items it was given, or one empty item."
    )
    outputs = (Port(name="main", title="Items", sample={}),)

    def run(self, ctx: Context, items: Sequence[Item]) -> Result:
        """Pass on what was given, or one empty item."""
        return items or [Item({})]

    async def sample(self, ctx: Context) -> Event:
        """One empty item."""
        return Event(items=[Item({})])


class NoOp(Node):
    """Does nothing."""

    id = "penstock/flow.noop"
    title = "No operation"
    description = "Passes its items on unchanged; useful to tidy up a canvas or to end a branch."
    group = "flow"
    icon = "arrow-right"
    aliases = ("nothing", "pass", "skip", "placeholder")
    docs = "Every item leaves as it came in."

    def run(self, ctx: Context, items: Sequence[Item]) -> Result:
        """Pass the items on."""
        return items


class Stop(Node):
    """Ends the execution with an error."""

    id = "penstock/flow.stop"
    title = "Stop and error"
    description = "Ends the execution as failed, with a message or data of your own."
    group = "flow"
    icon = "octagon-x"
    aliases = ("throw", "raise", "fail", "abort", "exit", "error")
    docs = (
        "The execution fails with your message, and the error workflow, if there is one, receives "
        "it. With `object` the error also carries data. Without items nothing happens."
    )
    outputs = ()

    error_type: str = options(
        {"message": "Message", "object": "Object"}, default="message", title="Error type"
    )
    message: str = text(
        title="Message",
        placeholder="e.g. The order has no lines",
        show_if={"error_type": ["message"]},
    )
    data: Any = json_field(
        title="Object",
        hint="An object; its `message` becomes the message of the error.",
        show_if={"error_type": ["object"]},
    )

    def run(self, ctx: Context, items: Sequence[Item]) -> Result:
        """Fail."""
        if not items:
            return []
        if ctx.param("error_type") == "object":
            data = _object(ctx.param("data"))
            raise NodeFailed(str(data.get("message") or _STOPPED), item=0, data=data)
        raise NodeFailed(str(ctx.param("message") or _STOPPED), item=0)


def _object(value: Any) -> dict[str, Any]:
    try:
        return to_object(value) or {}
    except ValueError as error:
        raise NodeFailed(
            f"The error object is none: {error}", hint="Give an object.", field="data"
        ) from error
