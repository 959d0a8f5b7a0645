"""Nodes that talk with the outside through a server: webhooks, forms, chats and failures."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from penstock_node_n8n.source import Mapped, Mapper, Source, Unmapped
from penstock_sdk.loose import table, tables

_REPLY = {
    "onReceived": "at_once",
    "lastNode": "last_node",
    "responseNode": "respond",
    "streaming": "respond",
}
_DATA = {
    "firstEntryJson": "first",
    "allEntries": "all",
    "firstEntryBinary": "file",
    "noData": "none",
}
_CALLERS = {"none": "none", "basicAuth": "basic", "headerAuth": "header", "jwtAuth": "jwt"}
_RESPOND = {
    "firstIncomingItem": "first",
    "allIncomingItems": "all",
    "json": "json",
    "text": "text",
    "binary": "file",
    "redirect": "redirect",
    "noData": "none",
}
_FIELDS = {
    "text": "text",
    "textarea": "textarea",
    "number": "number",
    "email": "email",
    "password": "password",
    "date": "date",
    "dropdown": "dropdown",
    "checkbox": "checkbox",
    "radio": "dropdown",
    "file": "file",
    "hiddenField": "hidden",
}


def _webhook(source: Source) -> Mapped:
    method = source.get("httpMethod", "GET")
    if source.get("multipleMethods") is True:
        raise Unmapped("One output for each method has no counterpart", field="multipleMethods")
    config: dict[str, Any] = {
        "path": source.text("path"),
        "method": method if isinstance(method, str) else "ANY",
        "reply": source.one_of("responseMode", _REPLY, "onReceived"),
        "data": source.one_of("responseData", _DATA, "firstEntryJson"),
    }
    status = source.get("options.responseCode.values.responseCode", source.get("responseCode"))
    if isinstance(status, int):
        config["status"] = status
    if source.get("options.rawBody") is True or source.get("options.binaryData") is True:
        config["raw_body"] = True
    origins = source.text("options.allowedOrigins")
    if origins:
        config["allowed_origins"] = origins
    callers = source.one_of("authentication", _CALLERS, "none")
    if callers != "none":
        # Without it, what was closed would be open to anybody until its credential is bound.
        config["authentication"] = callers
    addresses = source.text("options.ipWhitelist")
    if addresses:
        config["allowed_ips"] = addresses
    return Mapped(type="penstock/flow.webhook", config=config, inputs=())


def _respond(source: Source) -> Mapped:
    default = "firstIncomingItem"
    config: dict[str, Any] = {"reply": source.one_of("respondWith", _RESPOND, default)}
    if config["reply"] in ("json", "text"):
        name = "body" if config["reply"] == "json" else "text"
        config[name] = source.get("responseBody", "")
    if config["reply"] == "redirect":
        config["location"] = source.text("redirectURL")
    if config["reply"] == "file" and source.get("responseDataSource") == "set":
        config["file"] = source.text("inputFieldName", "data")
    status = source.get("options.responseCode")
    if status is not None:
        config["status"] = status
    headers = tables(source.get("options.responseHeaders.entries"))
    if headers:
        config["headers"] = [
            {"name": row.get("name", ""), "value": row.get("value", "")} for row in headers
        ]
    return Mapped(type="penstock/flow.respond", config=config)


def _form(source: Source) -> Mapped:
    reply = source.text("responseMode", "onReceived")
    config: dict[str, Any] = {
        "title": source.text("formTitle"),
        "description": source.text("formDescription"),
        "path": source.text("path") or source.text("options.path"),
        "fields": _fields(source),
        "reply": "last_node" if reply == "lastNode" else "at_once",
    }
    button = source.text("options.buttonLabel")
    if button:
        config["button"] = button
    source.read.add("authentication")
    return Mapped(type="penstock/flow.form", config=config, inputs=(), blockers=_not_shown(source))


def _fields(source: Source) -> list[dict[str, Any]]:
    rows = tables(source.get("formFields.values"))
    return [_field(row) for row in rows if not _is_html(row) or row.get("elementName")]


def _is_html(row: Mapping[str, Any]) -> bool:
    return row.get("fieldType") == "html"


def _not_shown(source: Source) -> list[tuple[str, str, str]]:
    """HTML in a form is there to be looked at; only what it adds to the items is carried over."""
    if not any(_is_html(row) for row in tables(source.get("formFields.values"))):
        return []
    message = "The HTML in the form is not shown"
    return [("import.parameter_changed", message, "formFields.values")]


def _field(row: Mapping[str, Any]) -> dict[str, Any]:
    if _is_html(row):
        name = str(row["elementName"])
        return {"label": name, "name": name, "type": "hidden", "default": row.get("html", "")}
    kind = _FIELDS.get(str(row.get("fieldType", "text")))
    if kind is None:
        raise Unmapped(f"A field of the type {row.get('fieldType')!r} has no counterpart")
    label = row.get("fieldLabel") or row.get("fieldName") or ""
    field: dict[str, Any] = {"label": str(label), "type": kind}
    if row.get("fieldName"):
        field["name"] = str(row["fieldName"])
    if row.get("requiredField") is True:
        field["required"] = True
    choices = tables(table(row.get("fieldOptions")).get("values"))
    if choices:
        field["choices"] = ", ".join(str(choice.get("option", "")) for choice in choices)
    if row.get("placeholder"):
        field["placeholder"] = str(row["placeholder"])
    if row.get("defaultValue") or row.get("fieldValue"):
        field["default"] = row.get("defaultValue") or row.get("fieldValue")
    return field


def _form_page(source: Source) -> Mapped:
    if source.text("operation", "page") == "completion":
        config: dict[str, Any] = {
            "kind": "end",
            "title": source.text("completionTitle"),
            "message": source.text("completionMessage"),
        }
        if source.get("respondWith") == "redirect":
            config["location"] = source.text("redirectUrl")
        return Mapped(type="penstock/flow.form_page", config=config)
    if source.get("defineForm", "fields") != "fields":
        raise Unmapped("Fields given as JSON have no counterpart", field="defineForm")
    config = {
        "title": source.text("options.formTitle"),
        "message": source.text("options.formDescription"),
        "fields": _fields(source),
    }
    return Mapped(type="penstock/flow.form_page", config=config, blockers=_not_shown(source))


def _chat(source: Source) -> Mapped:
    config: dict[str, Any] = {}
    if source.get("public") is True:
        config["public"] = True
    greeting = source.text("initialMessages")
    if greeting:
        config["greeting"] = greeting
    if source.get("options.allowFileUploads") is True:
        config["allow_files"] = True
    return Mapped(type="penstock/flow.chat", config=config, inputs=())


def _error(source: Source) -> Mapped:
    return Mapped(type="penstock/flow.error_trigger", inputs=())


MAPPINGS: Mapping[str, Mapper] = {
    "n8n-nodes-base.webhook": _webhook,
    "n8n-nodes-base.respondToWebhook": _respond,
    "n8n-nodes-base.formTrigger": _form,
    "n8n-nodes-base.form": _form_page,
    "@n8n/n8n-nodes-langchain.chatTrigger": _chat,
    "@n8n/n8n-nodes-langchain.manualChatTrigger": _chat,
    "n8n-nodes-base.errorTrigger": _error,
}
