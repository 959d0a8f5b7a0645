"""Reads a Mini-N8N workflow forgivingly, within limits."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from penstock_sdk import NodeFailed

MAX_NODES = 2_000
MAX_CONNECTIONS = 10_000
MAX_DEPTH = 60
_MAX_NAME = 200
_ID = re.compile(r"[A-Za-z0-9_-]{1,50}\Z")
_CONTROL = re.compile(r"[\x00-\x1f]+")


@dataclass(frozen=True, kw_only=True)
class MiniNode:
    """One node of the file."""

    id: str
    name: str
    type: str
    config: Mapping[str, Any]
    place: tuple[float, float] | None


@dataclass(frozen=True, kw_only=True)
class Connection:
    """From the output of one node to the input of another."""

    source: str
    target: str
    output: str = "output"
    input: str = "input"


def matches(data: Any) -> bool:
    """Nodes with a `config`, and connections in a list: n8n's are an object."""
    file = mapping(data)
    nodes = sequence(file.get("nodes"))
    return (
        isinstance(file.get("connections"), list)
        and bool(nodes)
        and all(isinstance(mapping(node).get("type"), str) for node in nodes[:50])
        and any(isinstance(mapping(node).get("config"), Mapping) for node in nodes[:50])
    )


def nodes_of(file: Mapping[str, Any]) -> list[MiniNode]:
    """The nodes.

    Raises:
        NodeFailed: There are too many, they are nested too deep, or one has an id that cannot be.
    """
    given = sequence(file.get("nodes"))
    if len(given) > MAX_NODES:
        raise _refused(f"There are {len(given):,} nodes; {MAX_NODES:,} are allowed")
    _check_depth(file)
    found: dict[str, MiniNode] = {}
    names: set[str] = set()
    for entry in given:
        node = mapping(entry)
        id_ = node.get("id")
        if not isinstance(id_, str) or not _ID.match(id_) or id_ in found:
            raise _refused(f"{id_!r} cannot be the id of a node, or is there twice")
        name = _name(node, names)
        names.add(name)
        found[id_] = MiniNode(
            id=id_,
            name=name,
            type=str(node.get("type", "")),
            config=mapping(node.get("config")),
            place=_place(mapping(node.get("position"))),
        )
    return list(found.values())


def connections_of(file: Mapping[str, Any]) -> list[Connection]:
    """The connections; `from_node` and `to_node`, or `from` and `to`.

    Raises:
        NodeFailed: There are too many.
    """
    given = sequence(file.get("connections"))
    if len(given) > MAX_CONNECTIONS:
        raise _refused(f"There are {len(given):,} connections; {MAX_CONNECTIONS:,} are allowed")
    found: dict[Connection, None] = {}
    for entry in given:
        row = mapping(entry)
        source = row.get("from_node", row.get("from"))
        target = row.get("to_node", row.get("to"))
        if isinstance(source, str) and isinstance(target, str):
            output, into = row.get("from_output", "output"), row.get("to_input", "input")
            connection = Connection(
                source=source, target=target, output=str(output), input=str(into)
            )
            found[connection] = None
    return list(found)


def mapping(value: Any) -> Mapping[str, Any]:
    """The value where it is an object, else an empty one."""
    return cast("Mapping[str, Any]", value) if isinstance(value, Mapping) else {}


def sequence(value: Any) -> Sequence[Any]:
    """The value where it is a list, else an empty one."""
    return cast("list[Any]", value) if isinstance(value, list) else ()


def _name(node: Mapping[str, Any], taken: set[str]) -> str:
    given = node.get("name")
    stem = _CONTROL.sub(" ", given if isinstance(given, str) else "").strip()[: _MAX_NAME - 60]
    stem = stem or str(node["id"])
    return stem if stem not in taken else f"{stem} ({node['id']})"


def _place(position: Mapping[str, Any]) -> tuple[float, float] | None:
    found = [position.get("x"), position.get("y")]
    numbers = [
        value
        for value in found
        if isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    ]
    return (numbers[0], numbers[1]) if len(numbers) == 2 else None


def _check_depth(file: Mapping[str, Any]) -> None:
    level: list[Any] = [file]
    for _ in range(MAX_DEPTH):
        level = [
            inner
            for value in level
            for inner in (*mapping(value).values(), *sequence(value))
            if isinstance(inner, Mapping | list)
        ]
        if not level:
            return
    raise _refused(f"The file is nested deeper than {MAX_DEPTH} levels")


def _refused(message: str) -> NodeFailed:
    return NodeFailed(message, hint="Correct the file, or split it.")
