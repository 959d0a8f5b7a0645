"""The workflows that are measured: the same work that peers were measured with, built natively."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from penstock_kernel.workflow.document import Document, parse
from penstock_sdk import Item

Step = tuple[str, dict[str, Any]]

PLUS_ONE = "={{ ($json.a ?? $json.body?.a ?? 0) + 1 }}"


def set_field(*fields: tuple[str, str]) -> Step:
    """A node that sets fields."""
    assignments = [{"name": name, "value": value} for name, value in fields]
    return "penstock/data.set", {"assignments": assignments}


def keep_positive(field: str) -> Step:
    """A filter that keeps everything that is larger than -1."""
    condition = {
        "left": f"={{{{ $json.{field} }}}}",
        "operator": {"type": "number", "operation": "gt"},
        "right": -1,
    }
    return "penstock/flow.filter", {"conditions": {"combinator": "and", "conditions": [condition]}}


def sort_by(field: str) -> Step:
    """A node that sorts by a field."""
    return "penstock/data.sort", {"fields_to_sort": [{"name": field}]}


def code(source: str, *, mode: str = "all", language: str = "javascript") -> Step:
    """A code node."""
    return f"penstock/code.{language}", {"source": source, "mode": mode}


def chain(name: str, steps: Sequence[Step]) -> Document:
    """A workflow of nodes one after another."""
    nodes = [
        {"id": f"n{index}", "name": f"N{index}", "type": type_, "config": config}
        for index, (type_, config) in enumerate(steps)
    ]
    ports = ["kept" if type_.endswith(".filter") else "main" for type_, _ in steps]
    edges = [
        {"from": [f"n{index}", ports[index]], "to": [f"n{index + 1}", "main"]}
        for index in range(len(steps) - 1)
    ]
    return parse({"format": "penstock/1", "name": name, "nodes": nodes, "edges": edges})


def set50(*, plain: bool) -> Document:
    """Fifty nodes that set a field of one item."""
    value = "={{ $json.a }}" if plain else PLUS_ONE
    return chain("set50", [set_field(("a", value))] * 50)


def chain10() -> Document:
    """Ten nodes that set, filter and sort, with expressions."""
    return chain(
        "chain10",
        [
            set_field(("a", PLUS_ONE)),
            keep_positive("a"),
            set_field(("c", "={{ $json.b * 2 }}")),
            sort_by("b"),
            set_field(("a", PLUS_ONE)),
            keep_positive("a"),
            set_field(("d", "={{ $json.a + $json.c }}")),
            sort_by("b"),
            keep_positive("a"),
            set_field(("a", PLUS_ONE)),
        ],
    )


def two_expressions() -> Document:
    """One node with two expressions that need JavaScript."""
    label = "={{ $json.name.toUpperCase() + '-' + ($json.a * 3 % 7) }}"
    flag = "={{ $json.a > 10 && $json.name.length > 3 ? 'big' : 'small' }}"
    return chain("two expressions", [set_field(("label", label), ("size", flag))])


def two_paths() -> Document:
    """One node with two plain paths."""
    return chain("two paths", [set_field(("x", "={{ $json.name }}"), ("y", "={{ $json.a }}"))])


def two_burners(count: int) -> Document:
    """Guests that only compute, side by side."""
    source = (
        "let t = 0; for (let i = 0; i < 3e6; i++) t = (t * 31 + i) % 1000003; return [{json: {t}}];"
    )
    nodes: list[dict[str, Any]] = [
        {"id": "start", "name": "Start", "type": "penstock/flow.manual"},
        *(
            {
                "id": f"burn{index}",
                "name": f"Burn {index}",
                "type": "penstock/code.javascript",
                "config": {"source": source},
            }
            for index in range(count)
        ),
    ]
    edges = [{"from": ["start", "main"], "to": [f"burn{i}", "main"]} for i in range(count)]
    return parse({"format": "penstock/1", "name": "burners", "nodes": nodes, "edges": edges})


def peer_items(count: int) -> list[Item]:
    """The items that the peers' workloads generate."""
    return [
        Item({"a": i, "b": (i * 7919) % 10007, "name": f"item{i}", "ok": i % 10 != 0})
        for i in range(count)
    ]


def sized_items(count: int, size: int) -> list[Item]:
    """Items of about `size` bytes of JSON."""
    filler = "x" * max(size - 60, 0)
    return [
        # Each text is its own: one that all items share would take the memory of one.
        Item({"a": i, "b": i * 3, "name": f"user{i}", "text": f"{i:08}{filler}"})
        for i in range(count)
    ]
