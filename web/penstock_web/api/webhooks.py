"""Webhooks: where active workflows are called, who may, and drafts that listen for a call."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal
from urllib.parse import quote

import msgspec
from msgspec import Meta

from penstock_kernel.store.credentials import Use
from penstock_kernel.store.sql.hook_captures import Capture
from penstock_kernel.store.sql.hooks import StoredWebhook
from penstock_kernel.work.hooks import Hosted
from penstock_sdk import PenstockError
from penstock_web.api.workflows import OneWorkflow
from penstock_web.http.endpoint import Call, Given, Page, Paged, endpoint

#: Who may call: `public` is anybody, `credential` goes by what is bound to the trigger.
Badge = Literal[
    "public",
    "credential",
    "basic",
    "header",
    "jwt",
    "standard",
    "stripe",
    "github",
    "slack",
    "hmac",
]


#: Of webhooks, and of what came in by one.
MOST_LISTED = 500


class OneWebhook(Given, frozen=True):
    """Which webhook."""

    webhook: str


class OneCapture(Given, frozen=True):
    """Which capture."""

    capture: str


class WebhooksWanted(Paged, frozen=True):
    """Which webhooks to list."""

    workflow: str = ""


class Listening(Given, frozen=True):
    """What is to listen for a call, and for how long."""

    node: str
    minutes: Annotated[int, Meta(ge=1, le=60)] = 10


class WebhookShown(msgspec.Struct, frozen=True, kw_only=True):
    """A webhook of an active workflow."""

    id: str
    workflow_id: str
    node_id: str
    version: int
    method: str
    #: With its parameters, as `orders/:id`.
    path: str
    #: Where it is called, without the address of the server.
    url: str
    #: Who may call; empty where the version cannot be read.
    callers: Badge | Literal[""]
    created_ms: int
    #: When it was called last; none: never, or longer ago than deliveries are kept.
    last_received_ms: int | None


class Probed(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that has to be in order for a webhook to answer."""

    name: Literal["address", "version", "credential"]
    ok: bool
    #: What is wrong, and what to do.
    detail: str = ""


class Probe(msgspec.Struct, frozen=True, kw_only=True):
    """Whether a webhook would answer now."""

    ok: bool
    checks: Sequence[Probed]


class CaptureShown(msgspec.Struct, frozen=True, kw_only=True):
    """A draft that listens for one call."""

    id: str
    workflow_id: str
    node_id: str
    method: str
    url: str
    state: Literal["listening", "called", "over"]
    until_ms: int
    execution_id: str | None


@endpoint("GET", "/webhooks", needs="webhook:read")
async def list_webhooks(call: Call, query: WebhooksWanted) -> Page[WebhookShown]:
    """List webhooks.

    Those of active workflows, in the order of their ids.
    """
    deliveries = call.kernel.serving.deliveries
    most = max(1, min(query.limit, MOST_LISTED))
    found, last = await deliveries.webhooks(
        call.scope, workflow=query.workflow, after=query.cursor, most=most + 1
    )
    shown = [await _shown(call, one, last.get(one.id)) for one in found[:most]]
    return Page(shown, shown[-1].id if len(found) > most else None)


@endpoint("GET", "/webhooks/{webhook}", needs="webhook:read")
async def show_webhook(call: Call, path: OneWebhook) -> WebhookShown:
    """Show a webhook."""
    found, last = await call.kernel.serving.deliveries.webhook(call.scope, path.webhook)
    return await _shown(call, found, last)


@endpoint("POST", "/webhooks/{webhook}/probe", needs="webhook:read")
async def probe_webhook(call: Call, path: OneWebhook) -> Probe:
    """Look whether a webhook would answer.

    Nothing is started: it is asked whether its address leads to it, whether its version can run
    here, and whether the credential that callers are known by is there.
    """
    found, _ = await call.kernel.serving.deliveries.webhook(call.scope, path.webhook)
    checks = [_address_leads(call, found)]
    try:
        hosted = await call.kernel.serving.hooks.hosted(found)
    except PenstockError as error:
        checks.append(_wrong("version", error))
    else:
        checks += [Probed(name="version", ok=True), await _credential_is_there(call, hosted)]
    return Probe(ok=all(one.ok for one in checks), checks=checks)


@endpoint("POST", "/workflows/{workflow}/captures", needs="workflow:run", status=201)
async def begin_capture(call: Call, path: OneWorkflow, body: Listening) -> Sequence[CaptureShown]:
    """Let a draft listen for one call.

    The call is given to the draft as it is then, as an execution by hand, and answered as the draft
    says.
    """
    begun = await call.kernel.serving.captures.begin(
        call.scope, path.workflow, body.node, body.minutes * 60_000
    )
    return [_capture(call, one) for one in begun]


@endpoint("GET", "/captures/{capture}", needs="workflow:read")
async def show_capture(call: Call, path: OneCapture) -> CaptureShown:
    """Show what became of a capture."""
    return _capture(call, await call.kernel.serving.captures.show(call.scope, path.capture))


@endpoint("DELETE", "/captures/{capture}", needs="workflow:run")
async def end_capture(call: Call, path: OneCapture) -> None:
    """Listen no more."""
    await call.kernel.serving.captures.end(call.scope, path.capture)


async def _shown(call: Call, webhook: StoredWebhook, last_ms: int | None) -> WebhookShown:
    return WebhookShown(
        id=webhook.id,
        workflow_id=webhook.workflow_id,
        node_id=webhook.node_id,
        version=webhook.version,
        method=webhook.method,
        path=webhook.path,
        url=_url("hook", webhook.workspace_id, webhook.path),
        callers=await _badge(call, webhook),
        created_ms=webhook.created_ms,
        last_received_ms=last_ms,
    )


async def _badge(call: Call, webhook: StoredWebhook) -> Badge | Literal[""]:
    try:
        hosted = await call.kernel.serving.hooks.hosted(webhook)
    except PenstockError:
        return ""
    said: Badge | Literal["none"] = hosted.config.get("authentication") or "none"
    if said != "none":
        return said
    return "credential" if "auth" in hosted.node.spec.credentials else "public"


def _address_leads(call: Call, webhook: StoredWebhook) -> Probed:
    routes = call.kernel.serving.hooks.routes
    found = routes.find(webhook.workspace_id, webhook.method, webhook.path)
    if found is not None and found.webhook.id == webhook.id:
        return Probed(name="address", ok=True)
    return Probed(name="address", ok=False, detail="Its address leads elsewhere, or nowhere.")


async def _credential_is_there(call: Call, hosted: Hosted) -> Probed:
    bound = hosted.node.spec.credentials.get("auth")
    said = hosted.config.get("authentication") or "none"
    if bound is None:
        if said == "none":
            return Probed(name="credential", ok=True)
        detail = "It has no credential to know its callers by. Choose one in its trigger."
        return Probed(name="credential", ok=False, detail=detail)
    one = hosted.webhook
    use = Use(one.workspace_id, one.workflow_id, one.version, one.node_id, "auth")
    try:
        await call.kernel.host.vault.known(use, bound)
    except PenstockError as error:
        return _wrong("credential", error)
    return Probed(name="credential", ok=True)


def _wrong(name: Literal["address", "version", "credential"], error: PenstockError) -> Probed:
    return Probed(name=name, ok=False, detail=f"{error.message} {error.hint}".strip())


def _capture(call: Call, capture: Capture) -> CaptureShown:
    is_over = capture.until_ms <= call.kernel.now_ms()
    return CaptureShown(
        id=capture.id,
        workflow_id=capture.workflow_id,
        node_id=capture.node_id,
        method=capture.method,
        url=_url("hook-test", capture.workspace_id, capture.path),
        state="called" if capture.execution_id else "over" if is_over else "listening",
        until_ms=capture.until_ms,
        execution_id=capture.execution_id,
    )


def _url(prefix: str, workspace: str, path: str) -> str:
    return f"/{prefix}/{quote(workspace)}/{quote(path, safe='/:')}"


ENDPOINTS = [
    list_webhooks,
    show_webhook,
    probe_webhook,
    begin_capture,
    show_capture,
    end_capture,
]
