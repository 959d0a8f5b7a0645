"""What a guest answered: its chunks joined and checked.

A guest's answer is data from a stranger: its shape, the range of its parents and its depth are
checked here, and what does not fit fails the step, naming the item. What it says of an error is
believed as far as the two errors that an author may raise.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from penstock_sandbox.errors import GuestFailed
from penstock_sandbox.runners.failures import GuestError, raised
from penstock_sdk import BinaryRef, Item, NodeFailed, Output, Parent, PenstockError, RetryLater

#: An item made of more input items than this is said to come from nowhere.
_MAX_PARENTS = 10_000
_MAX_DELAY_S = 30 * 24 * 3600.0


class _Ref(msgspec.Struct, kw_only=True, rename="camel"):
    id: str
    mime_type: str | None = None
    file_name: str | None = None
    file_size: int | None = None
    media_type: str | None = msgspec.field(default=None, name="media_type")
    plain_name: str | None = msgspec.field(default=None, name="file_name")
    size: int | None = None


class _WithBinary(msgspec.Struct):
    json: dict[str, Any]
    binary: dict[str, _Ref] | None = None


class _Port(msgspec.Struct):
    items: list[Item]
    parents: list[int | list[int]] | None = None


class _BinaryPort(msgspec.Struct):
    items: list[_WithBinary]
    parents: list[int | list[int]] | None = None


class _Beside(msgspec.Struct):
    """What a chunk may hold beside ports, or instead of them."""

    failures: list[tuple[int, GuestError]] = []
    custom_data: dict[str, Any] = msgspec.field(default={}, name="customData")
    static: dict[str, dict[str, Any]] | None = None


class _Chunk(_Beside):
    ports: dict[str, _Port] = {}


class _BinaryChunk(_Beside):
    ports: dict[str, _BinaryPort] = {}


_decode = msgspec.json.Decoder(_Chunk).decode
_decode_binary = msgspec.json.Decoder(_BinaryChunk).decode


class _Gathered(msgspec.Struct):
    items: list[Item]
    parents: list[Parent]
    known: bool = False


class Answer:
    """The answer of a code call or a packaged node, taken in chunk by chunk."""

    def __init__(self, count: int) -> None:
        """Begin; `count` is how many items the guest was given."""
        self.count = count
        #: Index of the input item to what the guest said of its failure.
        self.failures: dict[int, GuestFailed] = {}
        self.custom_data: dict[str, Any] = {}
        #: By scope; None where the code changed nothing.
        self.static: dict[str, dict[str, Any]] | None = None
        self._gathered: dict[str, _Gathered] = {}

    def take(self, body: bytes) -> None:
        """Take in a chunk.

        Raises:
            GuestFailed: It is not of the agreed form.
        """
        chunk = _read(body)
        for name, port in chunk.ports.items():
            _add(self._gathered.setdefault(name, _Gathered([], [])), port, self.count)
        for index, error in chunk.failures:
            self._fail(index, error)
        self.custom_data |= chunk.custom_data
        if chunk.static is not None:
            self.static = chunk.static

    def ports(self) -> dict[str, Output]:
        """All items, by port."""
        return {name: _output(found, self.count) for name, found in self._gathered.items()}

    def _fail(self, index: int, error: GuestError) -> None:
        if not 0 <= index < self.count:
            message = f"The code says that item {index} failed, but there are {self.count}"
            raise GuestFailed(message, name="RangeError")
        failure = raised(error)
        failure.item = index
        self.failures[index] = failure


async def read_answer(chunks: Iterable[bytes], count: int) -> Answer:
    """The whole answer of a guest that was given `count` items.

    Raises:
        GuestFailed: It is not of the agreed form.
    """
    answer = Answer(count)
    for body in chunks:
        answer.take(body)
        # A chunk may be a megabyte: between two of them the event loop has its turn.
        await asyncio.sleep(0)
    return answer


def as_authored(error: GuestFailed, count: int) -> PenstockError:
    """The error of the SDK that a package raised in its guest; any other stays what it is.

    Args:
        error: What came out of the guest.
        count: How many items it was given.
    """
    told, item = error.told, error.item
    if item is not None and not 0 <= item < count:
        item = None
    data = dict(told.data)
    if told.code == RetryLater.code:
        delay_s = min(max(told.delay_s or 0.0, 0.0), _MAX_DELAY_S)
        return RetryLater(error.message, delay_s=delay_s, hint=error.hint, item=item, data=data)
    if told.code == NodeFailed.code:
        return NodeFailed(error.message, hint=error.hint, item=item, field=told.field, data=data)
    return error


def _read(body: bytes) -> _Chunk:
    try:
        if b'"binary"' not in body:
            return _decode(body)
        found = _decode_binary(body)
    except msgspec.MsgspecError as error:
        raise _misshapen(error) from error
    except RecursionError as error:
        raise GuestFailed(
            "What the code returned is nested too deeply", name="RangeError"
        ) from error
    ports = {
        name: _Port([_item(item) for item in port.items], port.parents)
        for name, port in found.ports.items()
    }
    return _Chunk(found.failures, found.custom_data, found.static, ports)


_PLACE = re.compile(r"\$\.ports\[\.\.\.\]\.items\[(\d+)\]")


def _misshapen(error: msgspec.MsgspecError) -> GuestFailed:
    place = _PLACE.search(str(error))
    item = int(place[1]) if place else None
    return GuestFailed(
        f"What the code returned is not a list of items: {error}",
        name="TypeError",
        item=item,
        hint="Return a list of objects such as {json: {…}}.",
    )


def _item(wire: _WithBinary) -> Item:
    if wire.binary is None:
        return Item(wire.json)
    return Item(wire.json, {name: _reference(ref) for name, ref in wire.binary.items()})


def _reference(ref: _Ref) -> BinaryRef:
    return BinaryRef(
        id=ref.id,
        media_type=ref.media_type or ref.mime_type or "application/octet-stream",
        file_name=ref.plain_name or ref.file_name,
        size=max(ref.size or ref.file_size or 0, 0),
    )


def _add(found: _Gathered, port: _Port, count: int) -> None:
    if port.parents is None:
        found.parents += [-1] * len(port.items)
    else:
        if len(port.parents) != len(port.items):
            raise GuestFailed("The code named parents for another number of items than it returned")
        start = len(found.items)
        found.parents += [_parent(p, count, start + i) for i, p in enumerate(port.parents)]
        found.known = True
    found.items += port.items


def _parent(parent: int | list[int], count: int, item: int) -> Parent:
    indexes = parent if isinstance(parent, list) else [parent]
    for index in indexes:
        if not -1 <= index < count:
            raise GuestFailed(
                f"Item {item} of the result says that it comes from input item {index}, "
                f"but there are {count}",
                name="RangeError",
                item=item,
            )
    return tuple(parent) if isinstance(parent, list) else parent


def _output(found: _Gathered, count: int) -> Output:
    if found.known:
        return Output(found.items, found.parents)
    return Output(found.items, guess_parents(len(found.items), count))


def guess_parents(made: int, count: int) -> Sequence[Parent] | None:
    """Where items come from that do not say it, by the counts."""
    if made == count:
        return None
    if count == 1:
        return [0] * made
    if made == 1 and count <= _MAX_PARENTS:
        return [tuple(range(count))]
    return [-1] * made
