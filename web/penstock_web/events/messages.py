"""What clients send and are sent. `docs/events.md` describes it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

Kind = Literal["hello", "subscribed", "unsubscribed", "refused", "missed", "lost", "pong"]
Id = Annotated[str, Meta(max_length=200)]


class Wish(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a client asks for. One of workflow, execution and workspace says what it is about."""

    do: Literal["subscribe", "unsubscribe", "open", "close", "ping"]
    workflow: Id = ""
    execution: Id = ""
    workspace: bool = False
    #: The last id that was seen: what came after it is sent first.
    after: Id = ""
    #: Comes back with the answer.
    ref: Annotated[str, Meta(max_length=100)] | None = None


class Told(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is told of the connection itself; an event has its own form."""

    kind: Kind
    workflow: str = ""
    execution: str = ""
    workspace: bool = False
    ref: str | None = None
    #: Events that a client was too slow for.
    count: int = 0
    code: str = ""
    detail: str = ""
    hint: str = ""


class Person(msgspec.Struct, frozen=True):
    """Somebody who has a workflow open."""

    id: str
    name: str


class Presence(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind", tag="presence"):
    """Who has a workflow open; sent whenever that changes."""

    workflow: str
    people: Sequence[Person]


class Beat(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What the processes tell each other of who has a workflow open."""

    do: Literal["here", "gone", "ask"]
    workflow: str
    client: str = ""
    id: str = ""
    name: str = ""


class WorkflowChanged(msgspec.Struct, frozen=True, kw_only=True):
    """Something was done to a workflow."""

    #: `workflow.saved`, `workflow.published`, `workflow.activated`, ….
    kind: str
    workflow: str
    at_ms: int
    #: Id of who did it.
    by: str
    detail: dict[str, Any] = {}


decode_wish = msgspec.json.Decoder(Wish).decode
decode_beat = msgspec.json.Decoder(Beat).decode
encode = msgspec.json.Encoder().encode
