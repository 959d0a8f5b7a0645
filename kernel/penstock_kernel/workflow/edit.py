"""Change parts of a document: single nodes, edges, settings, places, comments.

The rules:

* Edits are made one after the other, all of them or none; the one that cannot be made is told.
* A node that goes takes with it what hangs on it: its edges, its place, its fixtures, the comments
  on it, and the nodes that it contains.
* An edge is known by its ends and its kind; there is one of each.
* Only the shape is looked at. Whether the result can run is for validation to say.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any, TypeVar

import msgspec
from msgspec import UNSET, Meta, UnsetType

from penstock_kernel.workflow.document import (
    Count,
    Document,
    EdgeKind,
    EdgeSpec,
    End,
    Group,
    Id,
    Name,
    NodeSettings,
    NodeSpec,
    Note,
    Number,
    TypeId,
    WorkflowSettings,
    WorkflowTest,
)
from penstock_kernel.workflow.edit_comments import (
    AddComment,
    By,
    ChangeComment,
    RemoveComment,
    ResolveComment,
    commented,
)
from penstock_kernel.workflow.edit_refused import Edit, EditRefused
from penstock_kernel.workflow.references import Languages
from penstock_kernel.workflow.rename import no_code, rename
from penstock_sdk import Item

Description = Annotated[str, Meta(max_length=50_000)]
MOST_EDITS = 1_000


class SetNode(Edit, frozen=True, kw_only=True, tag="set_node"):
    """Add a node, or put another one in its place."""

    node: NodeSpec


class ChangeNode(Edit, frozen=True, kw_only=True, tag="change_node"):
    """Change some of a node; what is left out stays."""

    id: Id
    #: Taken as it is: expressions that name the node are not changed. `rename_node` does that.
    name: Name | UnsetType = UNSET
    type: TypeId | UnsetType = UNSET
    version: Count | UnsetType = UNSET
    #: Keys that get these values; the others stay.
    config: dict[str, Any] | UnsetType = UNSET
    #: Keys of the config that go.
    unset: Sequence[str] = ()
    credentials: dict[str, str] | UnsetType = UNSET
    settings: NodeSettings | UnsetType = UNSET
    parent: Id | UnsetType | None = UNSET


class RenameNode(Edit, frozen=True, kw_only=True, tag="rename_node"):
    """Give a node another name, and rewrite the expressions that name it."""

    id: Id
    name: Name


class RemoveNode(Edit, frozen=True, kw_only=True, tag="remove_node"):
    """Take a node away, with what hangs on it."""

    id: Id


class AddEdge(Edit, frozen=True, kw_only=True, tag="add_edge"):
    """Connect two nodes, or change what is said about a connection."""

    edge: EdgeSpec
    #: Its place among the edges of its output port, which deliver in this order.
    place: Annotated[int, Meta(ge=0)] | None = None


class RemoveEdge(Edit, frozen=True, kw_only=True, tag="remove_edge"):
    """Take a connection away."""

    source: End = msgspec.field(name="from")
    target: End = msgspec.field(name="to")
    kind: EdgeKind = "main"


class SetSetting(Edit, frozen=True, kw_only=True, tag="set_setting"):
    """Change a setting of the workflow; null is its default."""

    name: str
    value: Any = None


class SetAbout(Edit, frozen=True, kw_only=True, tag="set_about"):
    """Give the workflow another name or description."""

    name: Name | UnsetType = UNSET
    description: Description | UnsetType = UNSET


class SetLayout(Edit, frozen=True, kw_only=True, tag="set_layout"):
    """Put nodes and notes somewhere on the canvas; null: nowhere."""

    places: Mapping[Id, tuple[Number, Number] | None]


class SetNote(Edit, frozen=True, kw_only=True, tag="set_note"):
    """Add a note, or put another one in its place."""

    note: Note


class RemoveNote(Edit, frozen=True, kw_only=True, tag="remove_note"):
    """Take a note away."""

    id: Id


class SetGroup(Edit, frozen=True, kw_only=True, tag="set_group"):
    """Draw nodes together, or do so otherwise."""

    group: Group


class RemoveGroup(Edit, frozen=True, kw_only=True, tag="remove_group"):
    """Take a group away; its nodes stay."""

    id: Id


class SetFixture(Edit, frozen=True, kw_only=True, tag="set_fixture"):
    """Let a node put out these items instead of running."""

    node: Id
    name: str = "default"
    items: list[Item]


class RemoveFixture(Edit, frozen=True, kw_only=True, tag="remove_fixture"):
    """Let a node run again."""

    node: Id
    name: str = "default"


class SetTest(Edit, frozen=True, kw_only=True, tag="set_test"):
    """Add a test, or put another one in the place of that with its name."""

    test: WorkflowTest


class RemoveTest(Edit, frozen=True, kw_only=True, tag="remove_test"):
    """Take a test away."""

    name: Name


DraftEdit = (
    SetNode
    | ChangeNode
    | RenameNode
    | RemoveNode
    | AddEdge
    | RemoveEdge
    | SetSetting
    | SetAbout
    | SetLayout
    | SetNote
    | RemoveNote
    | SetGroup
    | RemoveGroup
    | SetFixture
    | RemoveFixture
    | SetTest
    | RemoveTest
    | AddComment
    | ChangeComment
    | ResolveComment
    | RemoveComment
)
_NOBODY = By()
LanguagesOf = Callable[[NodeSpec], Languages]
_Part = TypeVar("_Part", NodeSpec, Note, Group)


def edited(
    document: Document,
    edits: Sequence[DraftEdit],
    *,
    by: By = _NOBODY,
    languages: LanguagesOf = no_code,
) -> Document:
    """A document after some edits.

    Args:
        document: Is not changed.
        edits: What to do, in this order.
        by: Who says so, for comments.
        languages: Which keys of a node's config hold code, and in which language.

    Raises:
        EditRefused: One of them cannot be made.
        DocumentInvalid: A node cannot be called so.
    """
    for number, one in enumerate(edits):
        try:
            document = _edited(document, one, by, languages)
        except EditRefused as error:
            raise EditRefused(error.message, error.hint, f"edits[{number}]") from error
    return document


def _edited(document: Document, edit: DraftEdit, by: By, languages: LanguagesOf) -> Document:
    if isinstance(edit, RenameNode):
        _node(document, edit.id)
        return rename(document, edit.id, edit.name, languages=languages)
    if isinstance(edit, AddComment | ChangeComment | ResolveComment | RemoveComment):
        changes = commented(document, edit, by)
    else:
        changes = _EDITS[type(edit)](document, edit)
    return msgspec.structs.replace(document, **changes)


def _set_node(document: Document, edit: SetNode) -> Mapping[str, Any]:
    return {"nodes": _put(document.nodes, edit.node)}


def _change_node(document: Document, edit: ChangeNode) -> Mapping[str, Any]:
    node = _node(document, edit.id)
    named = ("name", "type", "version", "credentials", "settings", "parent")
    given = {name: getattr(edit, name) for name in named}
    changes: dict[str, Any] = {name: one for name, one in given.items() if one is not UNSET}
    config = {**node.config, **(edit.config or {})}
    changes["config"] = {key: config[key] for key in config if key not in edit.unset}
    return {"nodes": _put(document.nodes, msgspec.structs.replace(node, **changes))}


def _remove_node(document: Document, edit: RemoveNode) -> Mapping[str, Any]:
    _node(document, edit.id)
    gone = _with_contents(document.nodes, edit.id)
    return {
        "nodes": [one for one in document.nodes if one.id not in gone],
        "edges": [one for one in document.edges if not {one.source[0], one.target[0]} & gone],
        "layout": {name: place for name, place in document.layout.items() if name not in gone},
        "fixtures": {name: sets for name, sets in document.fixtures.items() if name not in gone},
        "comments": [
            one
            for one in document.comments
            if one.node not in gone and not (one.edge and {one.edge[0][0], one.edge[1][0]} & gone)
        ],
        "groups": [
            msgspec.structs.replace(one, nodes=[name for name in one.nodes if name not in gone])
            for one in document.groups
        ],
    }


def _with_contents(nodes: Sequence[NodeSpec], node: str) -> set[str]:
    """A node and all that it contains, however deep."""
    gone, size = {node}, 0
    while len(gone) > size:
        size = len(gone)
        gone |= {one.id for one in nodes if one.parent in gone}
    return gone


def _add_edge(document: Document, edit: AddEdge) -> Mapping[str, Any]:
    edge = edit.edge
    for end in (edge.source, edge.target):
        _node(document, end[0])
    before = _place_of(document, edge.source, edge.target, edge.kind)
    edges = list(document.edges)
    if before is not None and edit.place is None:
        edges[before] = edge
        return {"edges": edges}
    if before is not None:
        del edges[before]
    beside = [number for number, one in enumerate(edges) if one.source == edge.source]
    wanted = len(beside) if edit.place is None else edit.place
    edges.insert(beside[wanted] if wanted < len(beside) else len(edges), edge)
    return {"edges": edges}


def _remove_edge(document: Document, edit: RemoveEdge) -> Mapping[str, Any]:
    place = _place_of(document, edit.source, edit.target, edit.kind)
    if place is None:
        source, target = ".".join(edit.source), ".".join(edit.target)
        message = f"There is no edge from {source} to {target}."
        raise EditRefused(message, "Read the draft again: somebody may have removed it.")
    edges = list(document.edges)
    del edges[place]
    ends = (edit.source, edit.target)
    return {"edges": edges, "comments": [one for one in document.comments if one.edge != ends]}


def _place_of(document: Document, source: End, target: End, kind: str) -> int | None:
    for number, one in enumerate(document.edges):
        if (one.source, one.target, one.kind) == (source, target, kind):
            return number
    return None


def _set_setting(document: Document, edit: SetSetting) -> Mapping[str, Any]:
    values: dict[str, Any] = msgspec.to_builtins(document.settings)
    if edit.name not in WorkflowSettings.__struct_fields__:
        message = f"A workflow has no setting {edit.name[:80]!r}."
        raise EditRefused(message, "docs/workflow-format.md lists them.")
    values.pop(edit.name, None)
    if edit.value is not None:
        values[edit.name] = edit.value
    try:
        return {"settings": msgspec.convert(values, WorkflowSettings)}
    except msgspec.ValidationError as error:
        message = f"The setting {edit.name!r} cannot be that: {error}."
        raise EditRefused(message, "docs/workflow-format.md tells what it takes.") from error


def _set_about(_document: Document, edit: SetAbout) -> Mapping[str, Any]:
    given = {"name": edit.name, "description": edit.description}
    return {name: value for name, value in given.items() if value is not UNSET}


def _set_layout(document: Document, edit: SetLayout) -> Mapping[str, Any]:
    places = {**document.layout, **edit.places}
    return {"layout": {name: place for name, place in places.items() if place is not None}}


def _set_note(document: Document, edit: SetNote) -> Mapping[str, Any]:
    return {"notes": _put(document.notes, edit.note)}


def _remove_note(document: Document, edit: RemoveNote) -> Mapping[str, Any]:
    _part(document.notes, edit.id, "note")
    layout = {name: place for name, place in document.layout.items() if name != edit.id}
    return {"notes": [one for one in document.notes if one.id != edit.id], "layout": layout}


def _set_group(document: Document, edit: SetGroup) -> Mapping[str, Any]:
    return {"groups": _put(document.groups, edit.group)}


def _remove_group(document: Document, edit: RemoveGroup) -> Mapping[str, Any]:
    _part(document.groups, edit.id, "group")
    return {"groups": [one for one in document.groups if one.id != edit.id]}


def _set_fixture(document: Document, edit: SetFixture) -> Mapping[str, Any]:
    _node(document, edit.node)
    sets = {**document.fixtures.get(edit.node, {}), edit.name: edit.items}
    return {"fixtures": {**document.fixtures, edit.node: sets}}


def _remove_fixture(document: Document, edit: RemoveFixture) -> Mapping[str, Any]:
    sets = dict(document.fixtures.get(edit.node, {}))
    if sets.pop(edit.name, None) is None:
        message = f"The node {edit.node!r} has no fixture {edit.name[:80]!r}."
        raise EditRefused(message, "Read the draft again: somebody may have removed it.")
    others = {name: one for name, one in document.fixtures.items() if name != edit.node}
    return {"fixtures": {**others, edit.node: sets} if sets else others}


def _set_test(document: Document, edit: SetTest) -> Mapping[str, Any]:
    tests = list(document.tests)
    names = [one.name for one in tests]
    if edit.test.name in names:
        tests[names.index(edit.test.name)] = edit.test
    else:
        tests.append(edit.test)
    return {"tests": tests}


def _remove_test(document: Document, edit: RemoveTest) -> Mapping[str, Any]:
    left = [one for one in document.tests if one.name != edit.name]
    if len(left) == len(document.tests):
        message = f"There is no test {edit.name!r}."
        raise EditRefused(message, "Read the draft again: somebody may have removed it.")
    return {"tests": left}


_EDITS: Mapping[type[Edit], Callable[[Document, Any], Mapping[str, Any]]] = {
    SetNode: _set_node,
    ChangeNode: _change_node,
    RemoveNode: _remove_node,
    AddEdge: _add_edge,
    RemoveEdge: _remove_edge,
    SetSetting: _set_setting,
    SetAbout: _set_about,
    SetLayout: _set_layout,
    SetNote: _set_note,
    RemoveNote: _remove_note,
    SetGroup: _set_group,
    RemoveGroup: _remove_group,
    SetFixture: _set_fixture,
    RemoveFixture: _remove_fixture,
    SetTest: _set_test,
    RemoveTest: _remove_test,
}


def _node(document: Document, name: str) -> NodeSpec:
    return _part(document.nodes, name, "node")


def _put(parts: Sequence[_Part], part: _Part) -> list[_Part]:
    """The parts with this one, in the place of that with its id."""
    known = list(parts)
    for place, one in enumerate(known):
        if one.id == part.id:
            known[place] = part
            return known
    known.append(part)
    return known


def _part(parts: Sequence[_Part], name: str, what: str) -> _Part:
    for one in parts:
        if one.id == name:
            return one
    message = f"There is no {what} {name!r}."
    raise EditRefused(message, "Read the draft again: somebody may have removed it.")
