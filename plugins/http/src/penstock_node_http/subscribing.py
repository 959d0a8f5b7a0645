"""Triggers of systems that are asked to send events: their hooks are made, kept and taken back."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, cast
from urllib.parse import quote, urlencode

from penstock_sdk import (
    Context,
    Event,
    Item,
    NodeFailed,
    Port,
    Trigger,
    credential,
    text,
)

_GONE = (404, 410)


class _Subscribed(Trigger):
    """What these triggers share."""

    kind = "event"
    group = "trigger"
    effects = "idempotent"
    #: The parameters that say where the system is.
    base: ClassVar[str] = "base_url"

    async def _ask(
        self,
        ctx: Context,
        method: str,
        path: str,
        *,
        body: bytes | None = None,
        kind: str = "",
        spared: Sequence[int] = (),
    ) -> dict[str, Any] | None:
        """What the system says; none where it says so with a status that is spared."""
        url = str(ctx.param(self.base)).rstrip("/") + path
        headers = {"accept": "application/json", "user-agent": "Penstock"}
        if kind:
            headers["content-type"] = kind
        bound = "account" if ctx.credential("account") else None
        response = await ctx.http.request(method, url, headers=headers, body=body, credential=bound)
        if response.status in spared:
            return None
        if response.status >= 400:
            raise NodeFailed(
                f"{method} {path} was answered with {response.status}.",
                hint="Check the credential, and what it may do there.",
                data={"body": response.text()[:2_000]},
            )
        return cast("dict[str, Any]", response.json()) if response.content else {}

    async def sample(self, ctx: Context) -> Event:
        """What the port shows."""
        return Event(items=[Item(dict(self.outputs[0].sample or {}))])


class GithubTrigger(_Subscribed):
    """Starts the workflow when something happens in a repository."""

    id = "penstock/http.github_trigger"
    title = "GitHub trigger"
    description = "Starts the workflow when something happens in a repository of GitHub."
    icon = "github"
    aliases = ("git", "push", "pull request", "issue", "release", "webhook")
    docs = (
        "The hook is made in the repository when the workflow becomes active, looked at every "
        "quarter of an hour, mended, and taken back at the end. Its requests are signed with a "
        "secret of their own. The token needs the right to administer hooks."
    )
    signature = "github"
    outputs = (
        Port(
            name="main",
            title="Event",
            sample={"event": "push", "body": {"ref": "refs/heads/main", "commits": []}},
        ),
    )

    repository: str = text(title="Repository", placeholder="owner/name", expression=False)
    events: str = text("push", title="Events", hint="With commas; * for all.", expression=False)
    account: Any = credential("http_bearer", title="Token")
    base_url: str = text(
        "https://api.github.com", title="Address of the API", advanced=True, expression=False
    )

    async def activate(self, ctx: Context) -> Mapping[str, Any]:
        """Make the hook."""
        secret = secrets.token_urlsafe(32)
        made = await self._ask(ctx, "POST", _hooks(ctx), **_json(_wanted(ctx, secret)))
        return {"id": (made or {})["id"], "secret": secret, "path": _hooks(ctx)}

    async def check(self, ctx: Context, state: Mapping[str, Any]) -> Mapping[str, Any] | None:
        """Look at the hook; let it say what is wanted."""
        path = f"{state['path']}/{state['id']}"
        found = await self._ask(ctx, "GET", path, spared=_GONE)
        if found is None:
            return None
        wanted = _wanted(ctx, str(state["secret"]))
        same = found.get("active") and found.get("config", {}).get("url") == ctx.hook_url()
        if not same or sorted(found.get("events", ())) != sorted(wanted["events"]):
            await self._ask(ctx, "PATCH", path, **_json(wanted))
        return state

    async def deactivate(self, ctx: Context, state: Mapping[str, Any]) -> None:
        """Take the hook back."""
        await self._ask(ctx, "DELETE", f"{state['path']}/{state['id']}", spared=_GONE)

    def handshake(self, request: Mapping[str, Any]) -> str | None:
        """A ping is sent when a hook is made."""
        return "pong" if request["headers"].get("x-github-event") == "ping" else None

    async def on_request(self, ctx: Context, request: Mapping[str, Any]) -> Event | None:
        """The event, by its name."""
        headers = request["headers"]
        told = {"event": headers.get("x-github-event", ""), "body": request.get("body")}
        return Event(items=[Item(told)], id=headers.get("x-github-delivery"))


class StripeTrigger(_Subscribed):
    """Starts the workflow when something happens in an account."""

    id = "penstock/http.stripe_trigger"
    title = "Stripe trigger"
    description = "Starts the workflow when something happens in an account of Stripe."
    icon = "credit-card"
    aliases = ("payment", "invoice", "subscription", "charge", "webhook")
    docs = (
        "The endpoint is made in the account when the workflow becomes active, looked at every "
        "quarter of an hour, enabled again where it was disabled, and taken back at the end. Its "
        "requests are signed with the secret that Stripe gives it."
    )
    signature = "stripe"
    outputs = (
        Port(
            name="main",
            title="Event",
            sample={"id": "evt_1", "type": "invoice.paid", "data": {"object": {"id": "in_1"}}},
        ),
    )

    events: str = text("*", title="Events", hint="With commas; * for all.", expression=False)
    account: Any = credential("http_bearer", title="Secret key")
    base_url: str = text(
        "https://api.stripe.com", title="Address of the API", advanced=True, expression=False
    )

    async def activate(self, ctx: Context) -> Mapping[str, Any]:
        """Make the endpoint."""
        pairs = [("url", ctx.hook_url()), *(("enabled_events[]", one) for one in _events(ctx))]
        made = await self._ask(ctx, "POST", "/v1/webhook_endpoints", **_form(pairs)) or {}
        return {"id": made["id"], "secret": made["secret"]}

    async def check(self, ctx: Context, state: Mapping[str, Any]) -> Mapping[str, Any] | None:
        """Look at the endpoint; enable it where somebody has disabled it."""
        path = f"/v1/webhook_endpoints/{quote(str(state['id']))}"
        found = await self._ask(ctx, "GET", path, spared=_GONE)
        if found is None:
            return None
        if found.get("status") != "enabled" or found.get("url") != ctx.hook_url():
            pairs = [("disabled", "false"), ("url", ctx.hook_url())]
            await self._ask(ctx, "POST", path, **_form(pairs))
        return state

    async def deactivate(self, ctx: Context, state: Mapping[str, Any]) -> None:
        """Take the endpoint back."""
        path = f"/v1/webhook_endpoints/{quote(str(state['id']))}"
        await self._ask(ctx, "DELETE", path, spared=_GONE)

    async def on_request(self, ctx: Context, request: Mapping[str, Any]) -> Event | None:
        """The event as it was sent."""
        body = cast("dict[str, Any]", request.get("body") or {})
        return Event(items=[Item(dict(body))], id=body.get("id"))


def _hooks(ctx: Context) -> str:
    owner, _, name = str(ctx.param("repository")).strip("/ ").partition("/")
    if not owner or not name:
        hint = "Write it as owner/name."
        raise NodeFailed("This is no repository.", hint=hint, field="repository")
    return f"/repos/{quote(owner, safe='')}/{quote(name, safe='')}/hooks"


def _events(ctx: Context) -> list[str]:
    return [word.strip() for word in str(ctx.param("events")).split(",") if word.strip()]


def _wanted(ctx: Context, secret: str) -> dict[str, Any]:
    config = {"url": ctx.hook_url(), "content_type": "json", "secret": secret}
    return {"name": "web", "active": True, "events": _events(ctx), "config": config}


def _json(value: Any) -> dict[str, Any]:
    return {"body": json.dumps(value).encode(), "kind": "application/json"}


def _form(pairs: Sequence[tuple[str, str]]) -> dict[str, Any]:
    return {"body": urlencode(pairs).encode(), "kind": "application/x-www-form-urlencoded"}
