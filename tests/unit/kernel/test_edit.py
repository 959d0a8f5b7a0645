"""Edits of a document: each one, what hangs on what goes, and what is refused."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from penstock_kernel.workflow.document import Document, parse, plain
from penstock_kernel.workflow.edit import DraftEdit, edited
from penstock_kernel.workflow.edit_comments import By
from penstock_kernel.workflow.edit_refused import EditRefused

BY = By("ada", "2026-03-01T00:00:00Z")


def node(name: str, **more: Any) -> dict[str, Any]:
    return {"id": name, "name": name.upper(), "type": "penstock/data.set", **more}


def edge(source: str, target: str, **more: Any) -> dict[str, Any]:
    return {"from": [source, "main"], "to": [target, "main"], **more}


def document() -> Document:
    return parse(
        {
            "format": "penstock/1",
            "name": "W",
            "nodes": [
                node("a", config={"x": 1, "y": 2}),
                node("b"),
                node("c"),
                node("in", parent="b"),
            ],
            "edges": [edge("a", "b"), edge("a", "c"), edge("b", "c")],
            "fixtures": {"b": {"default": [{"json": {}}], "other": []}},
            "notes": [{"id": "n1", "text": "hello"}],
            "groups": [{"id": "g1", "nodes": ["a", "b"]}],
            "comments": [
                {"id": "c1", "text": "on b", "node": "b"},
                {"id": "c2", "text": "on an edge", "edge": [["a", "main"], ["b", "main"]]},
                {"id": "c3", "text": "on it all"},
                {"id": "c4", "text": "yes", "answers": "c3"},
            ],
            "layout": {"a": [0, 0], "b": [1, 1], "in": [2, 2], "n1": [3, 3]},
            "tests": [{"name": "t1"}],
        }
    )


def after(*edits: dict[str, Any]) -> dict[str, Any]:
    wanted = msgspec.convert(list(edits), list[DraftEdit])
    value: dict[str, Any] = msgspec.json.decode(
        msgspec.json.encode(plain(edited(document(), wanted, by=BY)))
    )
    return value


def ids(parts: list[dict[str, Any]]) -> list[str]:
    return [part["id"] for part in parts]


def ends(value: dict[str, Any]) -> list[str]:
    return [f"{one['from'][0]}{one['to'][0]}" for one in value["edges"]]


def test_a_document_is_not_changed_by_edits_of_it() -> None:
    before = document()
    edited(before, msgspec.convert([{"op": "remove_node", "id": "b"}], list[DraftEdit]))

    assert before == document()


def test_a_node_is_added_or_put_in_the_place_of_another() -> None:
    value = after(
        {"op": "set_node", "node": node("d")}, {"op": "set_node", "node": node("a", version=2)}
    )

    assert ids(value["nodes"]) == ["a", "b", "c", "in", "d"]
    assert value["nodes"][0] == node("a", version=2)


def test_what_is_left_out_of_a_change_stays() -> None:
    value = after(
        {"op": "change_node", "id": "a", "config": {"x": None, "z": 3}, "unset": ["y"]},
        {"op": "change_node", "id": "in", "parent": None, "settings": {"disabled": True}},
    )

    assert value["nodes"][0] == node("a", config={"x": None, "z": 3})
    assert value["nodes"][3] == node("in", settings={"disabled": True})


def test_a_node_takes_with_it_what_hangs_on_it() -> None:
    value = after({"op": "remove_node", "id": "b"})

    assert ids(value["nodes"]) == ["a", "c"]
    assert ends(value) == ["ac"]
    assert "fixtures" not in value
    assert value["layout"] == {"a": [0, 0], "n1": [3, 3]}
    assert ids(value["comments"]) == ["c3", "c4"]
    assert value["groups"][0]["nodes"] == ["a"]


def test_an_edge_is_there_once_and_in_its_place() -> None:
    changed = after({"op": "add_edge", "edge": edge("a", "b", back=True)})
    moved = after({"op": "add_edge", "edge": edge("a", "c"), "place": 0})
    first = after({"op": "add_edge", "edge": edge("a", "in"), "place": 0})
    last = after({"op": "add_edge", "edge": edge("a", "in")})

    assert ends(changed) == ["ab", "ac", "bc"]
    assert changed["edges"][0]["back"] is True
    assert ends(moved) == ["ac", "ab", "bc"]
    assert [one for one in ends(first) if one[0] == "a"] == ["ain", "ab", "ac"]
    assert [one for one in ends(last) if one[0] == "a"] == ["ab", "ac", "ain"]


def test_a_removed_edge_takes_its_comments_along() -> None:
    value = after({"op": "remove_edge", **edge("a", "b")})

    assert ends(value) == ["ac", "bc"]
    assert ids(value["comments"]) == ["c1", "c3", "c4"]


def test_a_setting_is_changed_and_taken_back_to_its_default() -> None:
    assert after({"op": "set_setting", "name": "priority", "value": 1})["settings"] == {
        "priority": 1
    }
    assert "settings" not in after(
        {"op": "set_setting", "name": "priority", "value": 1},
        {"op": "set_setting", "name": "priority", "value": None},
    )


def test_places_notes_groups_fixtures_and_tests_are_changed() -> None:
    value = after(
        {"op": "set_layout", "places": {"a": None, "c": [5, 6.5]}},
        {"op": "set_note", "note": {"id": "n2", "text": "two"}},
        {"op": "remove_note", "id": "n1"},
        {"op": "set_group", "group": {"id": "g2", "nodes": ["c"]}},
        {"op": "remove_group", "id": "g1"},
        {"op": "set_fixture", "node": "a", "items": [{"json": {"k": 1}}]},
        {"op": "remove_fixture", "node": "b", "name": "other"},
        {"op": "set_test", "test": {"name": "t1", "to": "a"}},
        {"op": "set_test", "test": {"name": "t2"}},
        {"op": "set_about", "description": "what it does"},
    )

    assert value["layout"] == {"b": [1, 1], "in": [2, 2], "c": [5, 6.5]}
    assert (ids(value["notes"]), ids(value["groups"])) == (["n2"], ["g2"])
    assert value["fixtures"] == {
        "a": {"default": [{"json": {"k": 1}}]},
        "b": {"default": [{"json": {}}]},
    }
    assert value["tests"] == [{"name": "t1", "to": "a"}, {"name": "t2"}]
    assert (value["name"], value["description"]) == ("W", "what it does")


def test_the_last_fixture_of_a_node_leaves_nothing_behind() -> None:
    value = after(
        {"op": "remove_fixture", "node": "b"},
        {"op": "remove_fixture", "node": "b", "name": "other"},
    )

    assert "fixtures" not in value


def test_a_comment_has_its_author_and_its_time_from_who_makes_the_edit() -> None:
    said = after({"op": "add_comment", "text": "hi", "node": "a"})["comments"][-1]

    assert {key: said[key] for key in ("author", "at", "node", "text")} == {
        "author": "ada",
        "at": BY.at,
        "node": "a",
        "text": "hi",
    }


def test_answers_are_settled_and_removed_with_what_they_answer() -> None:
    settled = after({"op": "resolve_comment", "id": "c3"})["comments"]
    opened = after(
        {"op": "resolve_comment", "id": "c3"},
        {"op": "resolve_comment", "id": "c3", "resolved": False},
    )["comments"]
    removed = after({"op": "remove_comment", "id": "c3"})["comments"]

    assert [one.get("resolved", False) for one in settled] == [False, False, True, True]
    assert not any("resolved" in one for one in opened)
    assert ids(removed) == ["c1", "c2"]


REFUSED: list[dict[str, Any]] = [
    {"op": "change_node", "id": "no"},
    {"op": "rename_node", "id": "no", "name": "x"},
    {"op": "remove_node", "id": "no"},
    {"op": "add_edge", "edge": edge("a", "no")},
    {"op": "remove_edge", **edge("c", "a")},
    {"op": "remove_edge", **edge("a", "b"), "kind": "ai_tool"},
    {"op": "set_setting", "name": "no", "value": 1},
    {"op": "set_setting", "name": "priority", "value": 99},
    {"op": "remove_note", "id": "no"},
    {"op": "remove_group", "id": "no"},
    {"op": "set_fixture", "node": "no", "items": []},
    {"op": "remove_fixture", "node": "a"},
    {"op": "remove_test", "name": "no"},
    {"op": "add_comment", "text": "x", "node": "a", "edge": [["a", "main"], ["b", "main"]]},
    {"op": "add_comment", "text": "x", "id": "c1"},
    {"op": "change_comment", "id": "no", "text": "x"},
]


@pytest.mark.parametrize("edit", REFUSED, ids=lambda one: one["op"])
def test_an_edit_that_cannot_be_made_is_told_by_its_number(edit: dict[str, Any]) -> None:
    with pytest.raises(EditRefused) as caught:
        after({"op": "set_about", "name": "x"}, edit)

    assert caught.value.field == "edits[1]"
    assert caught.value.message
