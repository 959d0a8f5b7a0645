"""Nodes that talk with the outside through the server: webhooks, forms, chats, and their replies.

The server hosts them. Everywhere else a trigger passes on the items that it was given, which is how
`penstock run --input` tries such a workflow; a reply is written to the log of the step, and a page
of a form waits for somebody who looks at it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from penstock_node_flow.form_fields import FIELDS, form_shown
from penstock_sdk import (
    Context,
    Event,
    Item,
    Node,
    NodeFailed,
    Port,
    Result,
    Trigger,
    Wait,
    boolean,
    conditions,
    credential,
    integer,
    key_value,
    options,
    text,
)
from penstock_sdk import json as json_field
from penstock_sdk.loose import table, tables
from penstock_sdk.predicates import evaluate

#: Who may call a webhook.
_CALLERS = {
    "none": "Anybody may call",
    "basic": "User name and password",
    "header": "A secret header",
    "jwt": "A token (JWT)",
    "standard": "Signed: Standard Webhooks",
    "stripe": "Signed: Stripe",
    "github": "Signed: GitHub",
    "slack": "Signed: Slack",
    "hmac": "Signed: HMAC in a header",
}
#: So long somebody may think about a page.
_PAGE_MS = 86_400_000
_REQUEST: Mapping[str, Any] = {
    "headers": {"content-type": "application/json", "user-agent": "curl/8.5"},
    "params": {},
    "query": {"page": "1"},
    "body": {"name": "Ada"},
}


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


class Webhook(_Hosted):
    """Starts the workflow when a request comes."""

    id = "penstock/flow.webhook"
    title = "Webhook"
    description = "Starts the workflow when a request reaches its address."
    icon = "webhook"
    aliases = ("http", "api", "endpoint", "request", "callback", "rest")
    docs = (
        "A published workflow answers at `/hook/<workspace>/<path>`. One item holds the request: "
        "`headers`, `params` of the path, `query` and `body`; files are binary data. Choose when "
        "to reply: at once, with the items of the last node, or with the node Respond."
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
    authentication: str = options(
        _CALLERS,
        default="none",
        title="Who may call",
        expression=False,
    )
    auth: Any = credential(
        "http_basic",
        "http_header",
        "jwt",
        "webhook_signature",
        title="Known by",
        show_if={"authentication": [one for one in _CALLERS if one != "none"]},
    )
    token_algorithm: str = options(
        ["HS256", "HS384", "HS512", "RS256", "PS256", "ES256", "EdDSA", "Ed25519"],
        default="HS256",
        title="Algorithm",
        show_if={"authentication": ["jwt"]},
        expression=False,
    )
    token_issuer: str = text(
        "", title="Issuer", show_if={"authentication": ["jwt"]}, expression=False
    )
    token_audience: str = text(
        "", title="Audience", show_if={"authentication": ["jwt"]}, expression=False
    )
    signature_header: str = text(
        "x-signature",
        title="Header with the signature",
        show_if={"authentication": ["hmac"]},
        expression=False,
    )
    signature_prefix: str = text(
        "",
        title="In front of it",
        placeholder="sha256=",
        show_if={"authentication": ["hmac"]},
        expression=False,
    )
    signature_encoding: str = options(
        {"hex": "Hexadecimal", "base64": "Base64"},
        default="hex",
        title="Written as",
        show_if={"authentication": ["hmac"]},
        expression=False,
    )
    timestamp_header: str = text(
        "",
        title="Header with the moment",
        hint="With one, the moment, a dot and the body are signed.",
        show_if={"authentication": ["hmac"]},
        expression=False,
    )
    delivery_header: str = text(
        "",
        title="Header with the name of the delivery",
        show_if={"authentication": ["hmac"]},
        expression=False,
    )
    allowed_ips: str = text(
        "",
        title="Allowed addresses",
        hint="Addresses and networks, with commas.",
        placeholder="203.0.113.7, 10.0.0.0/8",
        advanced=True,
        expression=False,
    )
    only_if: Any = conditions(
        default=None, title="Only if", hint="Other requests start nothing.", advanced=True
    )
    patience_s: int = integer(
        120,
        minimum=1,
        maximum=900,
        title="Wait for the reply",
        hint="Seconds; the workflow goes on after it.",
        show_if={"reply": ["last_node", "respond"]},
        advanced=True,
        expression=False,
    )
    raw_body: bool = boolean(
        False, title="Keep the body as a file", advanced=True, expression=False
    )
    allowed_origins: str = text(
        "",
        title="Allowed origins",
        hint="Of pages that may call it, with commas; * for all.",
        advanced=True,
        expression=False,
    )

    def takes_all(self, config: Mapping[str, Any]) -> bool:
        """Only conditions have to be looked at."""
        return not config.get("only_if")

    async def on_request(self, ctx: Context, request: Mapping[str, Any]) -> Event | None:
        """The request as one item, if it meets the conditions."""
        if ctx.config.get("only_if"):
            met = await evaluate(ctx, ctx.columns("only_if"), 1, field="only_if")
            if not met[0]:
                return None
        return await super().on_request(ctx, request)


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
        "later does not count. Without a server the reply is written to the log of the step."
    )
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
        """Reply; where nobody can wait for it, tell what would be replied."""
        if not items:
            return items
        if ctx.mode != "webhook":
            ctx.log.info("reply", status=ctx.param("status"), body=_told(ctx, items))
        headers = [(str(row["name"]), str(row["value"])) for row in tables(ctx.param("headers"))]
        kind, status = ctx.param("reply"), ctx.param("status")
        if kind == "redirect":
            headers.append(("location", str(ctx.param("location"))))
            status = status if 300 <= status < 400 else 302
        ctx.reply(_body(ctx, items, headers), status=status, headers=headers)
        return items


def _told(ctx: Context, items: Sequence[Item]) -> Any:
    kind = ctx.param("reply")
    if kind == "all":
        return [item.json for item in items]
    if kind == "first":
        return items[0].json
    names = {"json": "body", "text": "text", "redirect": "location", "file": "file"}
    return ctx.param(names[kind]) if kind in names else None


def _body(ctx: Context, items: Sequence[Item], headers: list[tuple[str, str]]) -> Any:
    """What is sent; None is nothing, so that JSON's null goes as a text."""
    kind = ctx.param("reply")
    if kind in ("none", "redirect"):
        return None
    if kind == "file":
        name = ctx.param("file")
        found = (items[0].binary or {}).get(name)
        if found is None:
            hint = "Name one that the item has."
            raise NodeFailed(f"The first item has no file {name!r}.", hint=hint, field="file")
        return found
    told = _told(ctx, items)
    if kind == "json" and (told is None or isinstance(told, str)):
        # A text is JSON already.
        if not any(name.lower() == "content-type" for name, _ in headers):
            headers.append(("content-type", "application/json"))
        return "null" if told is None else told
    return str(told) if kind == "text" else told


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

    title_: str = text("", title="Title", expression=False)
    description_: str = text("", title="Description", multiline=True, expression=False)
    path: str = text("", title="Path", expression=False)
    fields_: list[Any] = FIELDS
    button: str = text("Submit", title="Button", advanced=True, expression=False)
    reply: str = options(
        {"at_once": "At once", "last_node": "When the workflow has ended"},
        default="at_once",
        title="Reply",
        expression=False,
    )
    auth: Any = credential("http_basic", title="Who may see it")

    def webhooks(self, config: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
        """It is shown at a page of its own."""
        return [{"method": "FORM", "path": config.get("path", "")}]

    async def on_request(self, ctx: Context, request: Mapping[str, Any]) -> Event | None:
        """The values by the names of the fields, and when they were sent."""
        sent = datetime.fromtimestamp(ctx.now_ms() / 1_000, UTC).isoformat(timespec="milliseconds")
        told = {"submittedAt": sent.replace("+00:00", "Z"), "formMode": "production"}
        values = {**dict(table(request.get("body"))), **told}
        return Event(items=[Item(values, request.get("binary") or None)])


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
    fields_: list[Any] = FIELDS
    location: str = text("", title="Lead to this address", show_if={"kind": ["end"]})
    button: str = text("Submit", title="Button", advanced=True)

    def run(self, ctx: Context, items: Sequence[Item]) -> Result:
        """Wait until the page was sent, or tell the end."""
        if not items:
            return []
        if ctx.param("kind") == "end":
            shows = {name: ctx.param(name) for name in ("title", "message", "location")}
            ctx.log.info("form_ended", shows=shows)
            ctx.reply({"form_end": shows})
            return items
        return Wait(until_ms=ctx.now_ms() + _PAGE_MS, kind="form", shows=form_shown(ctx))


class Chat(_Hosted):
    """Starts the workflow when a message comes."""

    id = "penstock/flow.chat"
    title = "Chat"
    description = "Starts the workflow when somebody writes a message in its chat."
    icon = "message-circle"
    aliases = ("message", "conversation", "bot", "assistant")
    docs = (
        "A published workflow takes messages at `/chat/<workspace>/<path>`: `chatInput`, and the "
        "conversation as `sessionId`. The reply is what Respond says, or `output` or `text` of the "
        "last item; a client that takes events hears of progress too."
    )
    outputs = (
        Port(
            name="main",
            title="Message",
            sample={"sessionId": "c7a1", "action": "sendMessage", "chatInput": "Hello!"},
        ),
    )

    path: str = text("", title="Path", expression=False)
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

    def webhooks(self, config: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
        """It takes messages at an address of its own."""
        return [{"method": "CHAT", "path": config.get("path", "")}]


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

    def webhooks(self, config: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
        """Nobody calls it from outside."""
        return ()

    def run(self, ctx: Context, items: Sequence[Item]) -> Result:
        """Pass on the failure."""
        return items or [Item({})]

    async def sample(self, ctx: Context) -> Event:
        """A failure as it looks."""
        return Event(items=[Item(dict(self.outputs[0].sample or {}))])
