"""What has changed between two documents, in the words of the document.

Nodes are recognised by their ids, edges by their ends. The layout is told apart from the rest,
because moving a node changes nothing that runs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal, cast

import msgspec

from penstock_kernel.workflow.document import Document, plain
from penstock_kernel.workflow.findings import path_of

What = Literal["workflow", "node", "edge", "setting", "fixture", "test", "note", "layout", "lock"]
Kind = Literal["added", "removed", "changed"]
Path = tuple[str | int, ...]


class Change(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One difference."""

    kind: Kind
    what: What
    #: Id of the node or the note, name of the setting, `a.main -> b.main` of an edge.
    id: str
    #: Of what changed inside: `config.assignments[0].value`.
    path: str = ""
    before: Any = None
    after: Any = None


_BLOCKS: tuple[tuple[str, What], ...] = (
    ("fixtures", "fixture"),
    ("tests", "test"),
    ("notes", "note"),
    ("groups", "note"),
    ("comments", "note"),
    ("layout", "layout"),
    ("lock", "lock"),
)
_SIGNS: dict[Kind, str] = {"added": "+", "removed": "-", "changed": "~"}


def diff(before: Document, after: Document) -> list[Change]:
    """All changes that lead from one document to the other, in a stable order."""
    old, new = plain(before), plain(after)
    changes = [*_whole(old, new), *_nodes(old, new), *_edges(old, new), *_settings(old, new)]
    for block, what in _BLOCKS:
        changes += _named(_by_id(old.get(block, {})), _by_id(new.get(block, {})), what)
    return changes


def diff_text(changes: list[Change], before: Document, after: Document) -> str:
    """The changes for a person, one line each; empty where there are none."""
    names = {node.id: node.name for node in (*before.nodes, *after.nodes)}
    lines = [_line(change, names) for change in changes if change.what != "layout"]
    moved = sum(change.what == "layout" for change in changes)
    if moved:
        lines.append(f"  {moved} moved on the canvas")
    return "\n".join(lines) + "\n" if lines else ""


def _whole(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Change]:
    for key in ("name", "description"):
        if old.get(key) != new.get(key):
            yield Change(
                kind="changed", what="workflow", id=key, before=old.get(key), after=new.get(key)
            )


def _nodes(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Change]:
    yield from _named(_by_id(old.get("nodes", [])), _by_id(new.get("nodes", [])), "node")


def _edges(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Change]:
    before, after = _edge_map(old), _edge_map(new)
    yield from _named(before, after, "edge")
    for port, order in _orders(after).items():
        common = [end for end in order if f"{port} -> {end}" in before]
        former = [end for end in _orders(before).get(port, []) if f"{port} -> {end}" in after]
        if common != former:
            yield Change(
                kind="changed", what="edge", id=port, path="order", before=former, after=common
            )


def _settings(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Change]:
    yield from _named(old.get("settings", {}), new.get("settings", {}), "setting")


def _named(old: Mapping[str, Any], new: Mapping[str, Any], what: What) -> Iterator[Change]:
    for id_ in sorted(old.keys() | new.keys()):
        if id_ not in new:
            yield Change(kind="removed", what=what, id=id_, before=old[id_])
        elif id_ not in old:
            yield Change(kind="added", what=what, id=id_, after=new[id_])
        elif what == "layout" and old[id_] != new[id_]:
            yield Change(kind="changed", what=what, id=id_, before=old[id_], after=new[id_])
        else:
            yield from _inside(old[id_], new[id_], what, id_, ())


def _inside(old: Any, new: Any, what: What, id_: str, path: Path) -> Iterator[Change]:
    before, after = _members(old), _members(new)
    if before is None or after is None or isinstance(old, dict) != isinstance(new, dict):
        if old != new or isinstance(old, bool) != isinstance(new, bool):
            yield _change("changed", what, id_, path, old, new)
        return
    for key in [*before, *(key for key in after if key not in before)]:
        if key not in after:
            yield _change("removed", what, id_, (*path, key), before[key], None)
        elif key not in before:
            yield _change("added", what, id_, (*path, key), None, after[key])
        else:
            yield from _inside(before[key], after[key], what, id_, (*path, key))


def _change(kind: Kind, what: What, id_: str, path: Path, old: Any, new: Any) -> Change:
    return Change(kind=kind, what=what, id=id_, path=path_of(path), before=old, after=new)


def _members(value: Any) -> dict[str | int, Any] | None:
    if isinstance(value, dict):
        return dict(sorted(cast("dict[str | int, Any]", value).items()))
    if isinstance(value, list | tuple):
        return dict(enumerate(cast("list[Any]", value)))
    return None


def _by_id(block: Any) -> dict[str, Any]:
    if isinstance(block, dict):
        return cast("dict[str, Any]", block)
    parts = cast("list[dict[str, Any]]", block)
    return {str(part.get("id", part.get("name"))): part for part in parts}


def _edge_map(value: Mapping[str, Any]) -> dict[str, Any]:
    edges: dict[str, Any] = {}
    for edge in value.get("edges", []):
        end = f"{'.'.join(edge['from'])} -> {'.'.join(edge['to'])}"
        edges[end] = {key: edge[key] for key in edge if key not in {"from", "to"}}
    return edges


def _orders(edges: Mapping[str, Any]) -> dict[str, list[str]]:
    orders: dict[str, list[str]] = {}
    for end in edges:
        port, target = end.split(" -> ", 1)
        orders.setdefault(port, []).append(target)
    return orders


def _line(change: Change, names: Mapping[str, str]) -> str:
    subject = f"{_SIGNS[change.kind]} {change.what} {change.id}"
    if change.what in {"node", "fixture"} and change.id in names:
        subject += f" ({names[change.id]})"
    if not change.path and change.what in {"node", "edge", "fixture", "test", "note"}:
        return subject
    where = f" {change.path}" if change.path else ""
    return f"{subject}{where}: {_values(change)}"


def _values(change: Change) -> str:
    if change.kind == "added":
        return _short(change.after)
    if change.kind == "removed":
        return f"was {_short(change.before)}"
    return f"{_short(change.before)} -> {_short(change.after)}"


def _short(value: Any) -> str:
    text = msgspec.json.encode(value).decode()
    return text if len(text) <= 80 else text[:77] + "..."
