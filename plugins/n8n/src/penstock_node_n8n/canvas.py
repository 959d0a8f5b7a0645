"""What stands around the nodes: sticky notes, comments, places, and pinned data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from penstock_node_n8n.reading import mapping, number, sequence
from penstock_node_n8n.remarks import Remarks

STICKY = "n8n-nodes-base.stickyNote"
MAX_TEXT = 50_000
#: n8n numbers its colours.
_COLORS = {1: "yellow", 2: "orange", 3: "red", 4: "green", 5: "blue", 6: "purple", 7: "gray"}
_WIDTH, _HEIGHT = 240, 160  # of a note whose file does not say
#: A node there is a square of 96 with its name below, 220 from the next one; here it is a card of
#: 224 with its name in it. What lies between them stays as wide as it was.
_WIDER = 1.5
_FARTHEST = 1e9


def note_of(node: Mapping[str, Any], id_: str, remarks: Remarks) -> dict[str, Any]:
    """A sticky note."""
    parameters = mapping(node.get("parameters"))
    width, height = number(parameters.get("width")), number(parameters.get("height"))
    color = parameters.get("color", 1)
    named = _COLORS.get(color) if isinstance(color, int) else color
    note: dict[str, Any] = {
        "id": id_,
        "text": shortened(parameters.get("content"), id_, remarks),
        "width": wider(width or _WIDTH),
        "height": height or _HEIGHT,
    }
    if isinstance(named, str) and 0 < len(named) <= 30:
        note["color"] = named
    return note


def comment_of(node: Mapping[str, Any], id_: str, remarks: Remarks) -> dict[str, Any] | None:
    """What somebody wrote down about a node, if anything."""
    text = shortened(node.get("notes"), id_, remarks)
    return {"id": f"{id_[:58]}-note", "text": text, "node": id_} if text.strip() else None


def place_of(node: Mapping[str, Any]) -> list[float | int] | None:
    """Its place on the canvas."""
    position = node.get("position")
    pair = sequence(position) or [mapping(position).get(key) for key in ("x", "y")]
    found = [number(part) for part in pair[:2]]
    known = [part for part in found if part is not None]
    return [wider(known[0]), known[1]] if len(known) == 2 else None


def wider(number_: float) -> float | int:
    """A distance from left to right, as our cards need it."""
    return round(max(-_FARTHEST, min(_FARTHEST, number_)) * _WIDER)


def pinned(items: Any, id_: str, remarks: Remarks) -> list[dict[str, Any]] | None:
    """Pinned data as items, or nothing where it is of no use."""
    if not isinstance(items, list):
        remarks.add("import.pinned_data", "Pinned data is no list of items", node=id_)
        return None
    found: list[dict[str, Any]] = []
    for value in sequence(items):
        item = mapping(value)
        if not isinstance(value, Mapping):
            remarks.add("import.pinned_data", "Pinned data that is no item", node=id_)
        elif isinstance(item.get("json"), Mapping):
            found.append({"json": dict(item["json"])})
            if item.get("binary"):
                message = "Files in pinned data are left out; their names stay in n8n"
                remarks.add("import.pinned_data", message, node=id_)
        else:
            found.append({"json": dict(item)})
    return found


def shortened(text: Any, id_: str, remarks: Remarks) -> str:
    """The text, cut to what a note may hold."""
    if not isinstance(text, str):
        return ""
    if len(text) > MAX_TEXT:
        message = f"A text of {len(text):,} characters was cut to {MAX_TEXT:,}"
        remarks.add("import.text_shortened", message, node=id_)
    return text[:MAX_TEXT]


def in_canvas_order(ids: Sequence[str], layout: Mapping[str, Sequence[float]]) -> list[str]:
    """The upper node first, and of two at the same height the left one."""
    return sorted(ids, key=lambda id_: tuple(reversed(layout.get(id_, (0, 0)))))
