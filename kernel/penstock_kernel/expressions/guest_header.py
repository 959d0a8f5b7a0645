"""What a guest is told of the execution around it: `ctx` of docs/guests.md, and chunks of items.

The rule: only what the sources read is sent, and no chunk is longer than 1,000 items or about 1 MB.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import PurePath
from typing import Any

import msgspec

from penstock_kernel.expressions.reads import NOTHING, Fields, NodeReads, Reads
from penstock_kernel.expressions.view import NodeView, StepView
from penstock_sdk import BinaryRef, Item

CHUNK_ITEMS = 1_000
CHUNK_BYTES = 1 << 20
#: Ports of one node that `$('X').all(port)` can name.
_MAX_PORTS = 16
#: Earlier runs of one node that `$items('X', port, run)` can name.
_MAX_RUNS = 50

encode = msgspec.json.Encoder().encode


def item_data(item: Item, fields: Fields = None) -> dict[str, Any]:
    """An item as guests see it."""
    if fields is not None:
        return {"json": project(item.json, fields)}
    if not item.binary:
        return {"json": item.json}
    return {"json": item.json, "binary": binary_data(item.binary)}


def binary_data(binary: Mapping[str, BinaryRef]) -> dict[str, Any]:
    """Binary handles as guests see them, with the names that expressions use."""
    return {name: _reference(ref) for name, ref in binary.items()}


def _reference(ref: BinaryRef) -> dict[str, Any]:
    data: dict[str, Any] = {"id": ref.id, "mimeType": ref.media_type, "fileSize": ref.size}
    if ref.file_name is not None:
        data["fileName"] = ref.file_name
        data["fileExtension"] = PurePath(ref.file_name).suffix.removeprefix(".")
    return data


def project(json: dict[str, Any], fields: frozenset[str]) -> dict[str, Any]:
    """Only these fields."""
    return {name: json[name] for name in fields if name in json}


def ctx_header(
    view: StepView, reads: Reads, *, extra: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """The `ctx` of a call: the facts, and what the sources read beyond the items themselves."""
    ctx = _facts(view, reads.facts)
    if reads.input != NOTHING:
        items = [item_data(item, reads.input) for item in view.items]
        ctx["input"] = {"count": len(items), "items": items}
    came = _came(view) if reads.came else ()
    if len(came) > len(view.items):
        ctx["came"] = [item_data(item) for item in came]
    nodes = _nodes(view, reads)
    if nodes:
        ctx["nodes"] = nodes
    if extra:
        ctx["extra"] = extra
    if reads.static and "static" in view.facts:
        ctx["static"] = view.facts["static"]
    else:
        ctx.pop("static", None)
    return ctx


def _came(view: StepView) -> Sequence[Item]:
    """What the node before put out for this one, of which `execute_once` counts the first."""
    previous: dict[str, Any] = view.facts.get("prevNode") or {}
    node = view.node(previous.get("name", ""))
    if node is None or not node.executed:
        return ()
    return node.items(port=previous["outputIndex"], run=previous["runIndex"])


_ALWAYS = frozenset({"now", "zone", "seed"})


def _facts(view: StepView, fields: Fields) -> dict[str, Any]:
    facts = view.facts
    if fields is None:
        return dict(facts)
    return {name: facts[name] for name in _ALWAYS | fields if name in facts}


def _nodes(view: StepView, reads: Reads) -> dict[str, Any]:
    found = {name: _node(view, name, wanted) for name, wanted in reads.nodes.items()}
    if reads.every_node:
        whole = NodeReads(items=None, outputs=True)
        found |= {name: _node(view, name, whole) for name in view.node_names()}
    previous: dict[str, Any] = view.facts.get("prevNode") or {}
    name = previous.get("name", "")
    if reads.previous and name and name not in found:
        found[name] = _node(view, name, NodeReads())
    return {name: data for name, data in found.items() if data is not None}


def _node(view: StepView, name: str, wanted: NodeReads) -> dict[str, Any] | None:
    node = view.node(name)
    if node is None:
        return None
    data: dict[str, Any] = {
        "executed": node.executed,
        "parameter": node.parameter,
        "runIndex": node.run_index,
    }
    if node.context:
        data["context"] = node.context
    if node.executed:
        data |= _node_items(node, wanted)
    return data


def _node_items(node: NodeView, wanted: NodeReads) -> dict[str, Any]:
    items = node.items()
    data: dict[str, Any] = {"count": len(items)}
    if wanted.items != NOTHING:
        data["items"] = [item_data(item, wanted.items) for item in items]
    for which, fields, at in (("first", wanted.first, 0), ("last", wanted.last, -1)):
        if fields != NOTHING:
            data[which] = item_data(items[at], fields) if items else None
    if wanted.outputs:
        latest = node.run_index
        data["outputs"] = _outputs(node, wanted.items, latest)
        data["runs"] = {
            str(run): _outputs(node, wanted.items, run)
            for run in range(max(0, latest - _MAX_RUNS), latest)
        }
    return data


def _outputs(node: NodeView, fields: Fields, run: int) -> list[list[dict[str, Any]]]:
    found = [
        [item_data(item, fields) for item in node.items(port=port, run=run)]
        for port in range(_MAX_PORTS)
    ]
    while found and not found[-1]:
        found.pop()
    return found


def expression_chunks(view: StepView, reads: Reads, count: int) -> Iterator[bytes]:
    """The chunks of an expression call for the first `count` items of the step."""
    pairs = _pairs(view, reads)
    for start in range(0, count, CHUNK_ITEMS):
        yield from _expression_chunk(view, reads, pairs, start, min(start + CHUNK_ITEMS, count))


_Pairs = Mapping[str, tuple[Sequence[Item | None], Fields]]


def _pairs(view: StepView, reads: Reads) -> _Pairs:
    wanted = {name: node.paired for name, node in reads.nodes.items() if node.paired != NOTHING}
    if reads.every_node:
        wanted |= dict.fromkeys(view.node_names())
    return {
        name: (view.paired(name), fields) for name, fields in wanted.items() if _ran(view, name)
    }


def paired_nodes(view: StepView, reads: Reads, count: int) -> dict[str, Any]:
    """Per node whose paired item is read, its rows and which one belongs to each item."""
    found = _pairs(view, reads)
    return {name: _paired(rows[:count], fields) for name, (rows, fields) in found.items()}


def _ran(view: StepView, name: str) -> bool:
    node = view.node(name)
    return node is not None and node.executed


def _expression_chunk(
    view: StepView, reads: Reads, pairs: _Pairs, start: int, end: int
) -> Iterator[bytes]:
    chunk: dict[str, Any] = {"at": start, "n": end - start}
    items = view.items[start:end]
    if reads.json != NOTHING:
        chunk["json"] = _columns(items, reads.json) or [{}]
    if reads.binary:
        chunk["binary"] = [binary_data(item.binary or {}) for item in items] or [{}]
    if pairs:
        chunk["pairs"] = {name: _paired(rows[start:end], f) for name, (rows, f) in pairs.items()}
    body = encode(chunk)
    if len(body) <= CHUNK_BYTES or end - start == 1:
        yield body
        return
    middle = (start + end) // 2
    yield from _expression_chunk(view, reads, pairs, start, middle)
    yield from _expression_chunk(view, reads, pairs, middle, end)


def _columns(items: Sequence[Item], fields: Fields) -> list[dict[str, Any]]:
    if fields is None:
        return [item.json for item in items]
    if len(fields) == 1:
        (name,) = fields
        return [{name: item.json[name]} if name in item.json else {} for item in items]
    return [project(item.json, fields) for item in items]


def _paired(rows: Sequence[Item | None], fields: Fields) -> dict[str, Any]:
    places: dict[int, int] = {}
    distinct: list[dict[str, Any]] = []
    at: list[int] = []
    for row in rows:
        if row is None:
            at.append(-1)
            continue
        place = places.setdefault(id(row), len(distinct))
        if place == len(distinct):
            distinct.append(item_data(row, fields))
        at.append(place)
    return {"rows": distinct, "at": at}
