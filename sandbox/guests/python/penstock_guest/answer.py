"""What a person's code returned, as chunks of items with their parents."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from wit_world.imports import items as wire

from penstock_guest.text import NotJson, encode

_CHUNK_ITEMS = 1_000
_CHUNK_CHARACTERS = 1 << 20

Parent = int | list[int]


class WrongResult(TypeError):  # noqa: D101
    pass


WrongResult.__module__ = "builtins"


def emit_beside(**more: Any) -> None:
    """Answer with something beside items: what changed, what failed."""
    wire.emit(encode(more))


def emit_all(result: Any, given: Sequence[dict[str, Any]]) -> None:
    """Answer with the result of code that ran once for all items."""
    items = _as_list(result)
    origin = {id(item): index for index, item in enumerate(given)}
    origin |= {id(item["json"]): index for index, item in enumerate(given)}
    out: list[dict[str, Any]] = []
    parents: list[Parent] = []
    for index, value in enumerate(items):
        item = _as_item(value, index)
        out.append(item)
        parents.append(_parent(value, item, origin, len(given)))
    emit_port("main", out, _shortened(parents, len(given)))


class Each:
    """The results of code that ran once for each item.

    With `fail`, which is told of an item that cannot be sent, the others go on.
    """

    def __init__(self, count: int, fail: Callable[[int, Exception], None] | None = None) -> None:
        self._count = count
        self._fail = fail
        self._items: list[dict[str, Any]] = []
        self._parents: list[int] = []

    def add(self, index: int, item: dict[str, Any], result: Any) -> None:
        """Take what the code returned for one item: nothing, one, or several."""
        made = [_as_item(value, index) for value in _as_list(result)]
        for out in made:
            if "binary" not in out and out["json"] is item["json"] and "binary" in item:
                out["binary"] = item["binary"]
        self._items += made
        self._parents += [index] * len(made)

    def finish(self) -> None:
        """Send everything."""
        if self._fail is None:
            emit_port("main", self._items, _shortened(self._parents, self._count))
            return
        for start in range(0, len(self._items), _CHUNK_ITEMS):
            end = start + _CHUNK_ITEMS
            self._send_good(self._items[start:end], self._parents[start:end], self._fail)

    def _send_good(
        self,
        items: Sequence[dict[str, Any]],
        parents: Sequence[int],
        fail: Callable[[int, Exception], None],
    ) -> None:
        try:
            emit_port("main", items, parents)
        except NotJson:
            odd: dict[int, NotJson] = {}
            for item, parent in zip(items, parents, strict=True):
                if error := _odd(item):
                    odd[parent] = error
            for parent, error in odd.items():
                fail(parent, error)
            good = [place for place, parent in enumerate(parents) if parent not in odd]
            emit_port("main", [items[at] for at in good], [parents[at] for at in good])


def _odd(item: Any) -> NotJson | None:
    try:
        encode(item)
    except NotJson as error:
        return error
    return None


def emit_port(port: str, items: Sequence[Any], parents: Sequence[Parent] | None) -> None:
    """Send items of one port in chunks."""
    for start in range(0, max(1, len(items)), _CHUNK_ITEMS):
        _emit_part(port, items, parents, start, min(start + _CHUNK_ITEMS, len(items)))


def _emit_part(
    port: str, items: Sequence[Any], parents: Sequence[Parent] | None, start: int, end: int
) -> None:
    part = items[start:end]
    try:
        body = encode({"ports": {port: {"items": part, "parents": parents and parents[start:end]}}})
    except NotJson:
        raise _located(part, start) from None
    if len(body) <= _CHUNK_CHARACTERS or end - start <= 1:
        wire.emit(body)
        return
    middle = (start + end) // 2
    _emit_part(port, items, parents, start, middle)
    _emit_part(port, items, parents, middle, end)


def _located(items: Sequence[Any], start: int) -> Exception:
    for index, item in enumerate(items):
        if error := _odd(item):
            return NotJson(f"Item {start + index}: {error}")
    return NotJson("The answer is not JSON")


def _as_list(result: Any) -> Sequence[Any]:
    if result is None:
        return ()
    if isinstance(result, Mapping):
        return (result,)
    if isinstance(result, (list, tuple)):
        return result
    raise WrongResult(
        f"The code must return a list of items, one item or None, not a {type(result).__name__}"
    )


def _as_item(value: Any, index: int) -> dict[str, Any]:
    if not isinstance(value, Mapping):
        raise WrongResult(f"Item {index} is a {type(value).__name__}; an item is a dict")
    if not isinstance(value.get("json"), Mapping):
        if "json" in value and set(value) <= _ITEM_KEYS:
            kind = type(value["json"]).__name__
            raise WrongResult(f'"json" of item {index} is a {kind}; it must be a dict')
        return {"json": value}
    item = {"json": value["json"]}
    if binary := value.get("binary"):
        item["binary"] = binary
    return item


_ITEM_KEYS = {"json", "binary", "pairedItem", "error"}


def _parent(value: Any, item: dict[str, Any], origin: Mapping[int, int], count: int) -> Parent:
    paired = value.get("pairedItem") if value is not item["json"] else None
    if paired is not None:
        return _paired(paired, count)
    return origin.get(id(value), origin.get(id(item["json"]), -1))


def _paired(paired: Any, count: int) -> Parent:
    if isinstance(paired, list):
        return [_index(one, count) for one in paired]
    return _index(paired, count)


def _index(paired: Any, count: int) -> int:
    index = paired.get("item") if isinstance(paired, Mapping) else paired
    if isinstance(index, int) and 0 <= index < count:
        return index
    raise WrongResult(f"pairedItem names input item {index!r}, which does not exist")


def _shortened(parents: Sequence[Parent], given: int) -> Sequence[Parent] | None:
    """None where the host comes to the same by itself, or where nothing is known."""
    if len(parents) == given and all(parent == i for i, parent in enumerate(parents)):
        return None
    return None if all(parent == -1 for parent in parents) else parents
