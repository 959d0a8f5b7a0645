"""Nodes that talk with the outside through the server: webhooks, forms, chats, and their replies.

The server hosts them. Everywhere else a trigger passes on the items that it was given, which is how
`penstock run --input` tries such a workflow; a reply is written to the log of the step, and a page
of a form, which needs somebody to look at it, fails.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from penstock_sdk import (
    Context,
    Event,
    Item,
    Node,
    NodeFailed,
    Port,
    Result,
    Trigger,
    boolean,
    credential,
    integer,
    key_value,
    list_of,
    options,
    text,
)
from penstock_sdk import json as json_field
from penstock_sdk.loose import table

_REQUEST: Mapping[str, Any] = {
    "headers": {"content-type": "application/json", "user-agent": "curl/8.5"},
    "params": {},
    "query": {"page": "1"},
    "body": {"name": "Ada"},
}
_FIELD_TYPES = {
    "text": "Text",
    "textarea": "Text of several lines",
    "number": "Number",
    "email": "Email address",
    "password": "Password",
    "date": "Date",
    "dropdown": "Choice",
    "checkbox": "Several choices",
    "file": "File",
    "hidden": "Hidden value",
}
_FIELDS = list_of(
    {
        "label": text(title="Label", expression=False),
        "name": text("", title="Name", hint="The label where it is empty.", expression=False),
        "type": options(_FIELD_TYPES, default="text", title="Type", expression=False),
        "required": boolean(False, title="Required", expression=False),
        "choices": text("", title="Choices", hint="With commas.", expression=False),
        "placeholder": text("", title="Placeholder", expression=False),
        "default": json_field(None, title="Default", expression=False),
    },
    default=(),
    title="Fields",
)


class _Hosted(Trigger):
    """What triggers of this module share."""

    kind = "webhook"
    group = "trigger"

    def run(self, ctx: Context, items: Sequence[Item]) -> Result:
        """Pass on what came; an empty item stands for an event without data."""
        return items or [Item({})]

    async def sample(self, ctx: Context) -> Event:
        """What the port shows."""
        return Event(items=[Item(dict(self.outputs[0].sample or {}))])

    async def on_request(self, ctx: Context, request: Mapping[str, Any]) -> Event | None:
        """The request as one item: headers, params, query, body."""
        json = {name: request.get(name, {}) for name in ("headers", "params", "query", "body")}
        return Event(items=[Item(json)], id=None)


class Webhook(_Hosted):
    """Starts the workflow when a request comes."""

    id = "penstock/flow.webhook"
    title = "Webhook"
    description = "Starts the workflow when a request reaches its address."
    icon = "webhook"
    aliases = ("http", "api", "endpoint", "request", "callback", "rest")
    docs = (
        "A published workflow answers at `/hook/<workspace>/<path>`. One item holds the request: "
        "`headers`, `params` of the path, `query` and `body`. Choose when to reply: at once, with "
        "the items of the last node, or with the node Respond."
    )
    outputs = (Port(name="main", title="Request", sample=_REQUEST),)

    path: str = text("", title="Path", placeholder="orders/:id", expression=False)
    method: str = options(
        ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "ANY"],
        default="GET",
        title="Method",
        expression=False,
    )
    reply: str = options(
        {
            "at_once": "At once",
            "last_node": "When the workflow has ended",
            "respond": "With the node Respond",
        },
        default="at_once",
        title="Reply",
        expression=False,
    )
    data: str = options(
        {"first": "The first item", "all": "All items", "file": "A file", "none": "Nothing"},
        default="first",
        title="Reply with",
        show_if={"reply": ["last_node"]},
        expression=False,
    )
    status: int = integer(200, minimum=100, maximum=599, title="Status", advanced=True)
    auth: Any = credential("http_basic", "http_header", "jwt", title="Who may call")
    raw_body: bool = boolean(
        False, title="Keep the body as a file", advanced=True, expression=False
    )
    allowed_origins: str = text("", title="Allowed origins", advanced=True, expression=False)


class Respond(Node):
    """Replies to the request that started the workflow."""

    id = "penstock/flow.respond"
    title = "Respond"
    description = "Replies to the request that started the workflow, and passes the items on."
    group = "flow"
    icon = "reply"
    aliases = ("webhook response", "answer", "return", "http response", "redirect")
    docs = (
        "The reply leaves once the steps before it are safe. A workflow replies once; what comes "
        "later is only logged. Without a server the reply is written to the log of the step."
    )
    effects = "keyed"
    outputs = (Port(name="main", title="Items", sample={"name": "Ada"}),)

    reply: str = options(
        {
            "first": "The first item",
            "all": "All items",
            "json": "JSON",
            "text": "Text",
            "file": "A file",
            "redirect": "Redirect",
            "none": "Nothing",
        },
        default="first",
        title="Reply with",
        expression=False,
    )
    body: Any = json_field({}, title="JSON", show_if={"reply": ["json"]})
    text_: str = text("", title="Text", multiline=True, show_if={"reply": ["text"]})
    file: str = text("data", title="Name of the file in the item", show_if={"reply": ["file"]})
    location: str = text("", title="Address", show_if={"reply": ["redirect"]})
    status: int = integer(200, minimum=100, maximum=599, title="Status")
    headers: list[Any] = key_value(title="Headers")

    def run(self, ctx: Context, items: Sequence[Item]) -> Result:
        """Tell what would be replied."""
        if items:
            ctx.log.info("reply", status=ctx.param("status"), body=_reply(ctx, items))
        return items


def _reply(ctx: Context, items: Sequence[Item]) -> Any:
    kind = ctx.param("reply")
    if kind == "all":
        return [item.json for item in items]
    if kind == "first":
        return items[0].json
    names = {"json": "body", "text": "text", "redirect": "location", "file": "file"}
    return ctx.param(names[kind]) if kind in names else None


class Form(_Hosted):
    """Starts the workflow when somebody sends a form."""

    id = "penstock/flow.form"
    title = "Form"
    description = "Shows a form, and starts the workflow when somebody sends it."
    icon = "clipboard-list"
    aliases = ("survey", "questionnaire", "input", "submit", "page")
    docs = (
        "A published workflow shows the form at `/form/<workspace>/<path>`. One item holds the "
        "values by the names of the fields, and when it was sent."
    )
    outputs = (
        Port(
            name="main",
            title="Answer",
            sample={"name": "Ada", "submittedAt": "2026-03-02T09:00:00.000Z", "formMode": "test"},
        ),
    )

    title_: str = text("", title="Title")
    description_: str = text("", title="Description", multiline=True)
    path: str = text("", title="Path", expression=False)
    fields_: list[Any] = _FIELDS
    button: str = text("Submit", title="Button", advanced=True)
    reply: str = options(
        {"at_once": "At once", "last_node": "When the workflow has ended"},
        default="at_once",
        title="Reply",
        expression=False,
    )
    auth: Any = credential("http_basic", title="Who may see it")


class FormPage(Node):
    """Shows another page of a form, or its end."""

    id = "penstock/flow.form_page"
    title = "Form page"
    description = "Shows the next page of a form, or tells that it is complete."
    group = "flow"
    icon = "clipboard-check"
    aliases = ("next form", "completion", "thank you", "wizard")
    docs = (
        "Goes behind a form trigger. A page waits until it is sent; its values go on. An end shows "
        "a message or leads elsewhere. It needs the server, and somebody who looks at it."
    )
    effects = "keyed"
    outputs = (Port(name="main", title="Answer", sample={"name": "Ada"}),)

    kind: str = options(
        {"page": "Next page", "end": "End"}, default="page", title="Kind", expression=False
    )
    title_: str = text("", title="Title")
    message: str = text("", title="Message", multiline=True)
    fields_: list[Any] = _FIELDS
    location: str = text("", title="Lead to this address", show_if={"kind": ["end"]})
    button: str = text("Submit", title="Button", advanced=True)

    def run(self, ctx: Context, items: Sequence[Item]) -> Result:
        """Fail where there is nobody to look at it."""
        if not items:
            return []
        if ctx.param("kind") == "end":
            ctx.log.info("form_ended", title=ctx.param("title"), text=ctx.param("message"))
            return items
        raise NodeFailed(
            "There is nobody to show a page to",
            hint="Run the workflow on a server, or give the node fixtures.",
        )


class Chat(_Hosted):
    """Starts the workflow when a message comes."""

    id = "penstock/flow.chat"
    title = "Chat"
    description = "Starts the workflow when somebody writes a message in its chat."
    icon = "message-circle"
    aliases = ("message", "conversation", "bot", "assistant")
    docs = (
        "A published workflow shows a chat, or serves one in your own pages. One item holds the "
        "message as `chatInput` and the conversation as `sessionId`."
    )
    outputs = (
        Port(
            name="main",
            title="Message",
            sample={"sessionId": "c7a1", "action": "sendMessage", "chatInput": "Hello!"},
        ),
    )

    public: bool = boolean(False, title="Anybody may use it", expression=False)
    greeting: str = text("Hi there! How can I help?", title="Greeting", multiline=True)
    reply: str = options(
        {"last_node": "When the workflow has ended", "stream": "Word by word"},
        default="last_node",
        title="Reply",
        expression=False,
    )
    allow_files: bool = boolean(False, title="Files may be sent", advanced=True, expression=False)

    async def on_request(self, ctx: Context, request: Mapping[str, Any]) -> Event | None:
        """The body of the request is the message."""
        return Event(items=[Item(dict(table(request.get("body"))))])


class ErrorTrigger(Trigger):
    """Starts the workflow when another one has failed."""

    id = "penstock/flow.error_trigger"
    title = "Error trigger"
    description = "Starts this workflow when another one that names it has failed."
    group = "trigger"
    icon = "siren"
    aliases = ("on error", "failure", "catch", "alert", "error workflow")
    docs = (
        "Name this workflow as the error workflow in the settings of others. One item tells which "
        "execution of which workflow failed, where and why."
    )
    kind = "event"
    outputs = (
        Port(
            name="main",
            title="Failure",
            sample={
                "execution": {
                    "id": "0197c2",
                    "mode": "webhook",
                    "error": {"message": "The order has no lines", "code": "node.failed"},
                    "lastNodeExecuted": "Check order",
                },
                "workflow": {"id": "w1", "name": "Orders"},
            },
        ),
    )

    def run(self, ctx: Context, items: Sequence[Item]) -> Result:
        """Pass on the failure."""
        return items or [Item({})]

    async def sample(self, ctx: Context) -> Event:
        """A failure as it looks."""
        return Event(items=[Item(dict(self.outputs[0].sample or {}))])
