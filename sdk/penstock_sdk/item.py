"""The data that travels between nodes.

An item is `{"json": {...}, "binary": {name: BinaryRef}}`. Items are shared between branches, so a
node never changes an item it was given; it makes a new one.

On the host an item is a msgspec struct outside the garbage collector's reach, which is what makes
100,000 items affordable. In the Python guest, where msgspec does not exist, it is a plain class of
the same shape.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from msgspec import Struct
else:
    try:
        from msgspec import Struct
    except ImportError:  # inside the Python guest
        from penstock_sdk._struct import Struct


class BinaryRef(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A handle to bytes in the blob store; the bytes themselves never travel with the item."""

    #: What `ctx.binary` opens.
    id: str
    media_type: str = "application/octet-stream"
    file_name: str | None = None
    size: int = 0  # bytes


class Item(Struct, gc=False, omit_defaults=True):
    """One thing that travels along an edge."""

    json: dict[str, Any]
    binary: dict[str, BinaryRef] | None = None


#: Where an output item came from: the index of an input item, several of them, or -1 for nowhere.
#: With several inputs the index counts through them in the order of the ports.
Parent = int | tuple[int, ...]


class Output(Struct, gc=False):
    """Items for one port, with their parents where item i does not come from item i."""

    items: Sequence[Item]
    parents: Sequence[Parent] | None = None


class Wait(Struct, frozen=True, kw_only=True):
    """Returned by a node that has nothing more to do until a moment, or until somebody answers.

    The step is parked in the journal and costs nothing until then; `items` are its output when the
    moment comes (the input items when left out), on `port` or the first one.
    """

    until_ms: int  # since the epoch, UTC
    items: Sequence[Item] | None = None
    port: str = ""
    #: What it waits for: a moment, or an answer to `ctx.resume_url()`.
    kind: Literal["timer", "webhook", "form", "approval"] = "timer"
    #: What may be answered, and the ports that the answers lead to; any answer to the first port
    #: where it is empty.
    answers: Mapping[str, str] = {}
    #: What who answers is shown: `title`, `message`, `fields` of a form, …
    shows: Mapping[str, Any] = {}


#: What `run` may return: items for the first port, or items per port, or a wait.
Result = Sequence[Item] | Output | Mapping[str, Sequence[Item] | Output] | Wait
