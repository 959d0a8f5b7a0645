"""The names that a person's code finds: its items, the step, the other nodes."""

from __future__ import annotations

import datetime
import json
import zoneinfo
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from wit_world.imports import items as wire

from penstock_guest.code_http import CodeHttp, Helpers
from penstock_guest.text import encode


class Item(dict[str, Any]):
    """`{"json": …, "binary": …}`, whose two keys can be read with a dot as well."""

    @property
    def json(self) -> dict[str, Any]:
        """The data."""
        data: dict[str, Any] = self["json"]
        return data

    @property
    def binary(self) -> dict[str, Any]:
        """The files by name, as handles."""
        return self.get("binary") or {}


def read_items() -> list[Item]:
    """All items of the call."""
    items: list[Item] = []
    while (chunk := wire.next()) is not None:
        items.extend(map(Item, json.loads(chunk)))
    return items


class Plain(dict[str, Any]):
    """Facts that can be read with a dot: `_workflow.name`."""

    def __getattr__(self, name: str) -> Any:
        try:
            value = self[name]
        except KeyError:
            raise AttributeError(f"There is no {name!r} here; there are {sorted(self)}") from None
        return Plain(value) if type(value) is dict else value


class Input:
    """`_input`: the items that came in."""

    def __init__(self, names: Names) -> None:
        self._names = names

    def all(self) -> list[Item]:
        """Every item."""
        return self._names.items

    def first(self) -> Item | None:
        """The first item, if there is one."""
        return self._names.items[0] if self._names.items else None

    def last(self) -> Item | None:
        """The last item, if there is one."""
        return self._names.items[-1] if self._names.items else None

    @property
    def item(self) -> Item:
        """The item this run is for; only where the code runs once for each item."""
        if self._names.current is None:
            raise RuntimeError(
                "`_input.item` is there when the code runs once for each item; "
                "here it runs once for all: use `_input.all()` or `_input.first()`"
            )
        return self._names.current

    def item_matching(self, index: int) -> Item:
        """The item at an index."""
        return self._names.items[index]

    itemMatching = item_matching  # noqa: N815  the name known from JavaScript

    @property
    def params(self) -> Plain:
        """The parameters of the node before, unresolved."""
        before = self._names.ctx.get("prevNode", {}).get("name")
        return Plain(self._names.ctx.get("nodes", {}).get(before, {}).get("parameter", {}))

    def __len__(self) -> int:
        return len(self._names.items)


class OtherNode:
    """`_("Name")`: what another node put out."""

    def __init__(self, name: str, facts: Mapping[str, Any], names: Names) -> None:
        self.name = name
        self._facts = facts
        self._names = names

    @property
    def is_executed(self) -> bool:
        """Has it run in this execution?"""
        return bool(self._facts.get("executed"))

    isExecuted = is_executed  # noqa: N815  the name known from JavaScript

    @property
    def params(self) -> Plain:
        """Its parameters, unresolved."""
        return Plain(self._facts.get("parameter", {}))

    def all(self, output: int | None = None) -> list[Item]:
        """All items that it put out; on its output `output`, counted from 0."""
        self._need_run()
        if output is None:
            return list(map(Item, self._facts.get("items", ())))
        outputs = self._facts.get("outputs", ())
        return list(map(Item, outputs[output])) if output < len(outputs) else []

    def first(self, output: int | None = None) -> Item | None:
        """Its first item, if there is one."""
        return next(iter(self.all(output)), None)

    def last(self, output: int | None = None) -> Item | None:
        """Its last item, if there is one."""
        return next(iter(self.all(output)[-1:]), None)

    @property
    def json(self) -> dict[str, Any]:
        """The data of its item with the same index, as older workflows have it."""
        index, found = self._names.index or 0, self.all()
        if index >= len(found):
            raise LookupError(f"Node {self.name!r} has no item with the index {index}")
        return found[index].json

    @property
    def item(self) -> Item:
        """The item that the current one descends from."""
        if self._names.index is None:
            raise RuntimeError(
                f'`_("{self.name}").item` is there when the code runs once for each item; '
                "use .all(), .first() or .item_matching(index)"
            )
        return self.item_matching(self._names.index)

    def item_matching(self, index: int) -> Item:
        """The item that input item `index` descends from."""
        self._need_run()
        pairs = self._names.pairs.get(self.name)
        at = pairs["at"][index] if pairs and index < len(pairs["at"]) else -1
        if pairs is None or at < 0:
            raise LookupError(
                f"It is not known from which item of {self.name!r} item {index} comes; "
                "use .all(), .first() or .last()"
            )
        return Item(pairs["rows"][at])

    itemMatching = item_matching  # noqa: N815

    def _need_run(self) -> None:
        if not self.is_executed:
            raise LookupError(f"Node {self.name!r} has not run in this execution")


class Items(list[Item]):
    """`_items`: the items; called with a node's name, that node's items."""

    def __init__(self, items: list[Item], find: Callable[[str], OtherNode]) -> None:
        super().__init__(items)
        self._find = find

    def __call__(self, name: str, output: int | None = None) -> list[Item]:
        return self._find(name).all(output)


class CustomData:
    """`_execution.customData`: short texts that are shown with the execution."""

    def __init__(self, kept: Mapping[str, Any]) -> None:
        self._kept = dict(kept)
        self.changed: dict[str, str] = {}

    def get(self, key: str) -> Any:
        """One text, or None."""
        return self._kept.get(key)

    def getAll(self) -> dict[str, Any]:  # noqa: N802  the name known from JavaScript
        """All of them."""
        return dict(self._kept)

    def set(self, key: str, value: Any) -> None:
        """Keep a text."""
        self._kept[key] = self.changed[key] = str(value)

    def setAll(self, values: Mapping[str, Any]) -> None:  # noqa: N802
        """Keep several."""
        for key, value in values.items():
            self.set(key, value)


class Names:
    """Everything in the scope of a program."""

    def __init__(self, header: Mapping[str, Any], items: list[Item]) -> None:
        self.ctx: Mapping[str, Any] = header.get("ctx", {})
        self.pairs: Mapping[str, Any] = self.ctx.get("pairs", {})
        self.items = items
        self.current: Item | None = None
        self.index: int | None = None
        execution = self.ctx.get("execution", {})
        self._custom = CustomData(execution.get("customData") or {})
        self._execution = Plain(execution, customData=self._custom)
        self._static: dict[str, Any] = dict(self.ctx.get("static") or {})
        self._static_before = encode(self._static)
        self._http = CodeHttp(granted=bool(header.get("http")))

    def scope(self) -> dict[str, Any]:
        """The globals of the program."""
        now = _moment(self.ctx)
        return {
            "__name__": "__main__",
            "_": self.node,
            "_node": Nodes(self.ctx.get("nodes", {}), self.node),
            "_input": Input(self),
            "_items": Items(self.items, self.node),
            "items": self.items,
            "_now": now,
            "_today": now.replace(hour=0, minute=0, second=0, microsecond=0),
            "_vars": Plain(self.ctx.get("vars", {})),
            "_workflow": Plain(self.ctx.get("workflow", {})),
            "_execution": self._execution,
            "_getWorkflowStaticData": self._static_data,
            "_runIndex": self.ctx.get("runIndex", 0),
            "_prevNode": Plain(self.ctx.get("prevNode", {})),
            "_parameter": Plain(self.ctx.get("parameter", {})),
            "_helpers": Helpers(self._http),
            "http": self._http,
        }

    def changes(self) -> dict[str, Any]:
        """What the code changed beside its items."""
        found: dict[str, Any] = {}
        if self._custom.changed:
            found["customData"] = self._custom.changed
        if encode(self._static) != self._static_before:
            found["static"] = self._static
        return found

    def _static_data(self, scope: str) -> dict[str, Any]:
        if scope not in ("global", "node"):
            raise ValueError(f"Static data is 'global' or 'node', not {scope!r}")
        data: dict[str, Any] = self._static.setdefault(scope, {})
        return data

    def select(self, scope: dict[str, Any], index: int, item: Item) -> None:
        """Make one item the current one."""
        self.current, self.index = item, index
        scope["_item"] = scope["item"] = item
        scope["_json"] = item["json"]
        scope["_binary"] = item.binary
        scope["_itemIndex"] = index

    def node(self, name: str) -> OtherNode:
        """Another node, by name."""
        facts = self.ctx.get("nodes", {}).get(name)
        if facts is None:
            raise LookupError(f"There is no node {name!r}, or this code names it indirectly")
        return OtherNode(name, facts, self)


class Nodes:
    """`_node["Name"]` or `_node.Name`, as older workflows have it."""

    def __init__(self, nodes: Mapping[str, Any], find: Callable[[str], OtherNode]) -> None:
        self._names: Sequence[str] = list(nodes)
        self._find = find

    def __getitem__(self, name: str) -> OtherNode:
        return self._find(name)

    def __getattr__(self, name: str) -> OtherNode:
        return self._find(name)

    def __contains__(self, name: object) -> bool:
        return name in self._names


def _moment(ctx: Mapping[str, Any]) -> datetime.datetime:
    zone = zoneinfo.ZoneInfo(ctx.get("zone") or "UTC")
    if "now" not in ctx:
        return datetime.datetime.now(zone)
    return datetime.datetime.fromtimestamp(ctx["now"] / 1000, zone)
