"""What becomes of nodes, names, settings and what stands around them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from penstock_kernel.workflow.document import Document, parse
from penstock_sdk.importing import Imported

Import = Callable[..., Imported]


def read(imported: Imported) -> Document:
    """The document; it has to be of the right shape."""
    return parse(imported.document)


def codes(imported: Imported) -> list[str]:
    return [remark.code for remark in imported.remarks]


def test_names_are_kept_and_ids_are_those_of_n8n(import_n8n: Import) -> None:
    imported = import_n8n({"id": "5f-A_1", "name": "Wärme: größer?"})

    (node,) = read(imported).nodes
    assert (node.id, node.name) == ("5f-A_1", "Wärme: größer?")
    assert imported.ready


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        pytest.param({"name": "Edit Fields"}, "edit-fields", id="none"),
        pytest.param({"id": "a b/c", "name": "Edit Fields"}, "edit-fields", id="invalid"),
        pytest.param({"id": "x" * 65, "name": "Y"}, "y", id="too-long"),
        pytest.param({"id": 7, "name": "Y"}, "y", id="no-text"),
        pytest.param({"id": "ok\n", "name": "日本"}, "node", id="nothing-to-make-one-of"),
    ],
)
def test_an_id_that_cannot_be_one_is_made_of_the_name(
    import_n8n: Import, given: dict[str, Any], expected: str
) -> None:
    assert read(import_n8n(given)).nodes[0].id == expected


def test_ids_are_unique(import_n8n: Import) -> None:
    imported = import_n8n({"id": "a", "name": "A"}, {"id": "a", "name": "B"})

    assert [node.id for node in read(imported).nodes] == ["a", "a-2"]


def test_of_two_nodes_with_one_name_the_last_keeps_it_and_the_connections(
    import_n8n: Import,
) -> None:
    imported = import_n8n(
        {"id": "1", "name": "A"},
        {"id": "2", "name": "A"},
        {"id": "3", "name": "B"},
        links=[("A", "B")],
    )

    document = read(imported)
    assert {node.id: node.name for node in document.nodes} == {"1": "A 2", "2": "A", "3": "B"}
    assert document.edges[0].source == ("2", "main")
    assert codes(imported) == ["import.name_changed"]


def test_a_name_with_control_characters_is_mended_and_its_connections_stay(
    import_n8n: Import,
) -> None:
    imported = import_n8n({"name": "A\nB"}, {"name": "C"}, links=[("A\nB", "C")])

    document = read(imported)
    assert document.nodes[0].name == "A B"
    assert len(document.edges) == 1


def test_what_is_not_known_keeps_its_parameters_byte_for_byte(import_n8n: Import) -> None:
    parameters = {"text": "={{ $env.X }} ", "n": 1.50, "rows": [{"a": None}], "": {"": []}}

    imported = import_n8n(
        {"name": "A", "type": "acme.magic", "typeVersion": 2.1, "parameters": parameters}
    )

    (node,) = read(imported).nodes
    assert node.type == "penstock/core.placeholder"
    assert node.config["parameters"] == parameters
    assert node.config["original_type"] == "acme.magic"
    assert node.config["original_version"] == 2.1
    assert codes(imported) == ["import.unknown_node"]
    assert not imported.ready
    assert imported.score == 0


def test_a_node_that_is_disabled_stands_in_nobodys_way(import_n8n: Import) -> None:
    imported = import_n8n({"name": "A", "type": "acme.magic", "disabled": True}, {"name": "B"})

    assert imported.ready
    assert imported.score == 0.5
    assert read(imported).nodes[0].settings.disabled


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        pytest.param({}, {}, id="nothing"),
        pytest.param({"onError": "stopWorkflow"}, {}, id="stop"),
        pytest.param(
            {"onError": "continueRegularOutput"}, {"on_error": "continue"}, id="regular-output"
        ),
        pytest.param(
            {"onError": "continueErrorOutput"}, {"on_error": "error_port"}, id="error-output"
        ),
        pytest.param({"continueOnFail": True}, {"on_error": "continue"}, id="as-it-was-before"),
        pytest.param(
            {"continueOnFail": True, "onError": "stopWorkflow"}, {}, id="the-newer-one-counts"
        ),
        pytest.param({"alwaysOutputData": True}, {"always_output": True}, id="always-output"),
        pytest.param({"executeOnce": True}, {"execute_once": True}, id="execute-once"),
        pytest.param({"executeOnce": "true", "disabled": 1}, {}, id="of-the-wrong-type"),
        pytest.param({"retryOnFail": False, "maxTries": 4}, {}, id="no-retry"),
        pytest.param(
            {"retryOnFail": True},
            {"max_attempts": 3, "first_delay_s": 1.0, "max_delay_s": 1.0},
            id="retry",
        ),
        pytest.param(
            {"retryOnFail": True, "maxTries": 99, "waitBetweenTries": 60_000},
            {"max_attempts": 5, "first_delay_s": 5.0, "max_delay_s": 5.0},
            id="retry-beyond-what-n8n-allows",
        ),
    ],
)
def test_settings_of_a_node_are_carried_over(
    import_n8n: Import, given: dict[str, Any], expected: dict[str, Any]
) -> None:
    document = import_n8n({"name": "A", **given}).document

    settings = document["nodes"][0]["settings"]
    retry = settings.pop("retry", {})
    assert bool(settings.pop("failed_item", None)) == ("on_error" in expected)
    assert settings | {key: retry[key] for key in retry.keys() & expected.keys()} == expected
    assert bool(retry) == bool(given.get("retryOnFail"))
    parse(document)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        pytest.param({}, {"order": "legacy"}, id="nothing"),
        pytest.param({"executionOrder": "v0"}, {"order": "legacy"}, id="v0"),
        pytest.param({"executionOrder": "v1"}, {"order": "sequential"}, id="v1"),
        pytest.param({"timezone": "Asia/Kolkata"}, {"timezone": "Asia/Kolkata"}, id="zone"),
        pytest.param({"timezone": "DEFAULT"}, {"timezone": None}, id="the-servers-zone"),
        pytest.param({"timezone": "../etc/x"}, {"timezone": None}, id="no-zone"),
        pytest.param({"executionTimeout": 120}, {"timeout_s": 120}, id="timeout"),
        pytest.param({"executionTimeout": -1}, {"timeout_s": None}, id="no-timeout"),
        pytest.param({"errorWorkflow": "Khp"}, {"error_workflow": "Khp"}, id="error-workflow"),
        pytest.param({"errorWorkflow": "DEFAULT"}, {"error_workflow": None}, id="the-servers"),
        pytest.param({"saveDataSuccessExecution": "none"}, {"save": "errors"}, id="save-errors"),
        pytest.param(
            {"saveDataSuccessExecution": "none", "saveDataErrorExecution": "none"},
            {"save": "none"},
            id="save-nothing",
        ),
    ],
)
def test_settings_of_the_workflow_are_carried_over(
    import_n8n: Import, given: dict[str, Any], expected: dict[str, Any]
) -> None:
    settings = read(import_n8n({"name": "A"}, settings=given)).settings

    assert {key: getattr(settings, key) for key in expected} == expected
    assert settings.expressions == "lenient"


def test_a_setting_that_is_not_known_is_told(import_n8n: Import) -> None:
    imported = import_n8n({"name": "A"}, settings={"warp": 9, "callerPolicy": "any"})

    assert [(remark.code, remark.field) for remark in imported.remarks] == [
        ("import.setting_unused", "settings.warp")
    ]


def test_pinned_data_becomes_the_default_fixture(import_n8n: Import) -> None:
    imported = import_n8n(
        {"id": "a", "name": "A"},
        pinData={"A": [{"json": {"n": 1}, "pairedItem": 0}, {"bare": True}, 5], "gone": []},
    )

    fixtures = read(imported).fixtures
    assert [item.json for item in fixtures["a"]["default"]] == [{"n": 1}, {"bare": True}]
    assert codes(imported) == ["import.pinned_data"] * 2


def test_a_file_in_pinned_data_is_left_out_and_told(import_n8n: Import) -> None:
    item = {"json": {"n": 1}, "binary": {"data": {"data": "aGk=", "mimeType": "text/plain"}}}

    imported = import_n8n({"id": "a", "name": "A"}, pinData={"A": [item]})

    assert read(imported).fixtures["a"]["default"][0].binary is None
    assert codes(imported) == ["import.pinned_data"]


def test_a_place_beyond_all_screens_is_brought_back(import_n8n: Import) -> None:
    imported = import_n8n({"id": "a", "name": "A", "position": [-1.7e308, 0]})

    assert read(imported).layout == {"a": (-1_500_000_000, 0)}


def test_sticky_notes_are_notes_and_no_nodes(import_n8n: Import) -> None:
    sticky = {
        "id": "s",
        "name": "Sticky Note",
        "type": "n8n-nodes-base.stickyNote",
        "position": [-20, 40.5],
        "parameters": {"content": "## Read me", "width": 300, "color": 4},
    }

    imported = import_n8n(sticky, {"id": "a", "name": "A", "position": [0, 10]})

    document = read(imported)
    (note,) = document.notes
    assert (note.text, note.width, note.height, note.color) == ("## Read me", 450, 160, "green")
    assert document.layout == {"s": (-30, 40.5), "a": (0, 10)}
    assert [node.id for node in document.nodes] == ["a"]
    assert len(imported.nodes) == 1


def test_what_was_written_about_a_node_is_a_comment(import_n8n: Import) -> None:
    imported = import_n8n({"id": "a", "name": "A", "notes": "Careful"}, {"name": "B", "notes": " "})

    (comment,) = read(imported).comments
    assert (comment.node, comment.text) == ("a", "Careful")


@pytest.mark.parametrize(
    "position",
    [
        pytest.param(None, id="none"),
        pytest.param(["a", "b"], id="texts"),
        pytest.param([1], id="one"),
        pytest.param([float("inf"), 1], id="endless"),
        pytest.param([True, 1], id="yes"),
    ],
)
def test_a_place_that_is_none_is_left_out(import_n8n: Import, position: Any) -> None:
    assert read(import_n8n({"name": "A", "position": position})).layout == {}


def test_parameters_that_nobody_reads_are_told(import_n8n: Import) -> None:
    imported = import_n8n(
        {"name": "A", "parameters": {"speed": {"x": 1}, "empty": {}, "notice": "Read this"}}
    )

    assert [(remark.code, remark.field) for remark in imported.remarks] == [
        ("import.parameter_unused", "speed")
    ]
    assert imported.ready


def test_a_credential_that_was_used_has_to_be_chosen_again(import_n8n: Import) -> None:
    credentials = {"httpBasicAuth": {"id": "1", "name": "Mine"}}

    imported = import_n8n({"name": "A", "credentials": credentials})

    assert [(remark.code, remark.field) for remark in imported.remarks] == [
        ("import.credential", "httpBasicAuth")
    ]
    assert not imported.ready
