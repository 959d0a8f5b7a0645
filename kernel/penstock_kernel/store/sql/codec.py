"""Records as bytes: JSON, packed where that is worth it.

The rules:

* The first byte says how the rest is written, so that another way can be added.
* Outputs are lines of at most `CHUNK` items, so that nobody has to write or read 100,000 items in
  one piece while everybody else waits.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, TypeVar, cast

import msgspec

from penstock_kernel.store.records import (
    Answer,
    Asks,
    ErrorRecord,
    LogLine,
    PortOutput,
    Source,
    StepKey,
    StepRecord,
    WaitingFor,
)
from penstock_sdk import Item, Parent

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

CHUNK = 1_000
PACK_FROM = 1_024
_LEVEL = 1
_PLAIN, _PACKED, _ESCAPED = b"\x00", b"\x01", b"\x02"
T = TypeVar("T")


def _plain(value: object) -> object:
    """What items come as besides lists: columns and views that look like sequences."""
    if isinstance(value, Mapping):
        return dict(cast("Mapping[str, Any]", value))
    if isinstance(value, Sequence):
        return list(cast("Sequence[Any]", value))
    raise TypeError(type(value))


_encoder = msgspec.json.Encoder(enc_hook=_plain)


def text_of(value: object) -> tuple[bytes, bytes]:
    """A value as JSON, and how that is to be read."""
    try:
        return _encoder.encode(value), _PLAIN
    except (UnicodeEncodeError, OverflowError):
        # Half a character, or a number of hundreds of digits: rare, and to be kept as it is.
        found = msgspec.to_builtins(value, enc_hook=_plain)
        return json.dumps(found, separators=(",", ":")).encode(), _ESCAPED


def pack(value: object) -> bytes:
    """A value as bytes."""
    text, mark = text_of(value)
    if len(text) < PACK_FROM or mark == _ESCAPED:
        return mark + text
    return _PACKED + zstd.compress(text, _LEVEL)


def unpack(data: bytes, kind: type[T]) -> T:
    """What was packed, as what it was."""
    if data[:1] == _ESCAPED:
        return msgspec.convert(json.loads(data[1:]), kind)
    text = zstd.decompress(data[1:]) if data[:1] == _PACKED else data[1:]
    return msgspec.json.decode(text, type=kind)


class StepBody(msgspec.Struct, omit_defaults=True):
    """What a step has besides its columns and its outputs."""

    sources: Mapping[str, Source | None] = {}
    error: ErrorRecord | None = None
    waiting_for: WaitingFor | None = None
    due_ms: int | None = None
    logs: list[LogLine] = []
    spent: Mapping[str, float] = {}
    now_ms: int = 0
    undone: bool = False
    done: Sequence[int] = ()
    answer: Answer | None = None
    asks: Asks | None = None


_SHARED = StepBody.__struct_fields__


def body_of(step: StepRecord) -> StepBody:
    """The part of a step that its columns do not have."""
    return StepBody(*[getattr(step, name) for name in _SHARED])


class Chunk(msgspec.Struct, omit_defaults=True):
    """Some of the items of one port."""

    port: str
    items: Sequence[Item]
    parents: list[Parent] | None = None


def chunks_of(outputs: Mapping[str, PortOutput]) -> Iterator[Chunk]:
    """Outputs in pieces."""
    for port, output in outputs.items():
        if len(output.items) <= CHUNK:
            parents = None if output.parents is None else list(output.parents)
            yield Chunk(port, output.items, parents)
            continue
        items = iter(output.items)
        parents_left = None if output.parents is None else iter(output.parents)
        while piece := list(islice(items, CHUNK)):
            found = None if parents_left is None else list(islice(parents_left, CHUNK))
            yield Chunk(port, piece, found)


def frame(chunks: Iterator[bytes]) -> bytes:
    """Packed pieces one after the other, each after its length."""
    return b"".join(part for chunk in chunks for part in (len(chunk).to_bytes(4, "big"), chunk))


def unframe(data: bytes) -> Iterator[bytes]:
    """The packed pieces."""
    place = 0
    while place < len(data):
        size = int.from_bytes(data[place : place + 4], "big")
        yield data[place + 4 : place + 4 + size]
        place += 4 + size


def joined(chunks: Iterator[Chunk]) -> dict[str, PortOutput]:
    """The outputs that pieces are of."""
    found: dict[str, tuple[list[Item], list[Parent] | None]] = {}
    for chunk in chunks:
        items, parents = found.setdefault(chunk.port, ([], None if chunk.parents is None else []))
        items.extend(chunk.items)
        if parents is not None:
            parents.extend(chunk.parents or ())
    return {port: PortOutput(items, parents) for port, (items, parents) in found.items()}


def step_of(columns: Mapping[str, Any], outputs: dict[str, PortOutput]) -> StepRecord:
    """A step from its row."""
    body = unpack(columns["body"], StepBody)
    return StepRecord(
        key=StepKey(columns["node_id"], columns["run_index"]),
        status=columns["status"],
        effects=columns["effects"],
        attempt=columns["attempt"],
        started_ms=columns["started_ms"],
        finished_ms=columns["finished_ms"],
        outputs=outputs,
        **{name: getattr(body, name) for name in _SHARED},
    )
