"""What becomes of webhooks and forms."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from penstock_kernel.workflow.document import parse
from penstock_sdk.importing import Imported

Import = Callable[..., Imported]


def test_a_webhook_with_an_output_for_each_method_is_kept_with_its_connections(
    import_n8n: Import,
) -> None:
    hook = {
        "id": "h",
        "name": "Hook",
        "type": "n8n-nodes-base.webhook",
        "typeVersion": 2,
        "parameters": {"path": "x", "multipleMethods": True},
    }
    main = [[], [{"node": "A", "type": "main", "index": 0}]]

    imported = import_n8n(hook, {"id": "a", "name": "A"}, connections={"Hook": {"main": main}})

    document = parse(imported.document)
    assert document.nodes[0].type == "penstock/core.placeholder"
    assert document.edges[0].source == ("h", "main2")


def test_html_in_a_form_is_told_and_its_value_is_carried_over(import_n8n: Import) -> None:
    rows: list[dict[str, Any]] = [
        {"fieldLabel": "City", "requiredField": True},
        {"fieldType": "html", "html": "<b>Hi</b>", "elementName": "notes"},
        {"fieldType": "html", "html": "<b>Only to look at</b>"},
    ]
    page = {
        "name": "Page",
        "type": "n8n-nodes-base.form",
        "parameters": {"formFields": {"values": rows}},
    }

    imported = import_n8n(page)

    (node,) = parse(imported.document).nodes
    assert node.config["fields"] == [
        {"label": "City", "type": "text", "required": True},
        {"label": "notes", "name": "notes", "type": "hidden", "default": "<b>Hi</b>"},
    ]
    assert [remark.code for remark in imported.remarks] == ["import.parameter_changed"]
    assert not imported.ready


def test_a_credential_is_asked_for_once_and_blocks(import_n8n: Import) -> None:
    request = {
        "name": "Ask",
        "type": "n8n-nodes-base.httpRequest",
        "typeVersion": 4.2,
        "parameters": {
            "url": "https://api.example",
            "authentication": "genericCredentialType",
            "genericAuthType": "httpHeaderAuth",
        },
        "credentials": {"httpHeaderAuth": {"id": "1", "name": "Key"}},
    }

    imported = import_n8n(request)

    assert [(remark.code, remark.blocks) for remark in imported.remarks] == [
        ("import.credential", True)
    ]


def test_a_credential_of_a_choice_that_was_taken_back_is_not_asked_for(
    import_n8n: Import,
) -> None:
    request = {
        "name": "Ask",
        "type": "n8n-nodes-base.httpRequest",
        "typeVersion": 4.2,
        "parameters": {"url": "https://api.example"},
        "credentials": {"httpHeaderAuth": {"id": "1", "name": "Key"}},
    }

    assert import_n8n(request).remarks == []


def test_a_webhook_that_asks_who_calls_is_never_open_to_anybody(import_n8n: Import) -> None:
    hook = {
        "name": "Hook",
        "type": "n8n-nodes-base.webhook",
        "typeVersion": 2,
        "parameters": {
            "path": "x",
            "authentication": "headerAuth",
            "options": {"ipWhitelist": "10.0.0.0/8"},
        },
    }

    (node,) = parse(import_n8n(hook).document).nodes

    assert node.config["authentication"] == "header"
    assert node.config["allowed_ips"] == "10.0.0.0/8"
