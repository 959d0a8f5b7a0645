"""Alert rules: what somebody wants to be told of, and whether it arrives."""

from __future__ import annotations

import os
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from penstock_kernel.kernel import Kernel
from penstock_kernel.store.sql import alerts
from penstock_kernel.store.sql.alerts import Channel, Kind, Message, Rule, Wanted
from penstock_web.http.endpoint import Call, Given, Page, Reply, endpoint
from penstock_web.http.problem import BadRequest, StateNeeded
from penstock_web.operations.alerting import Alerting
from penstock_web.operations.mail import Mailer, checked
from penstock_web.operations.metrics import Metrics
from penstock_web.operations.signing import secret_of, shown

#: Of what is kept by the minute, a day is looked at at most.
_LONGEST_WINDOW_S = 86_400


class OneAlert(Given, frozen=True):
    """Which rule."""

    alert: str


class AlertGiven(Given, frozen=True):
    """What somebody wants to be told of, and how."""

    name: Annotated[str, Meta(min_length=1, max_length=200)]
    kind: Kind
    #: A URL for the channel `webhook`, an address for `email`.
    target: Annotated[str, Meta(min_length=3, max_length=2_000)]
    channel: Channel = "webhook"
    #: Of one workflow; empty: of all in the workspace.
    workflow_id: Annotated[str, Meta(max_length=200)] = ""
    #: A share from 0 to 1 for `failure_rate`, a number for `credentials_due`, else seconds;
    #: `no_executions` has none.
    threshold: Annotated[float, Meta(ge=0, le=1_000_000_000)] = 0
    #: How much time is looked at.
    window_s: Annotated[int, Meta(ge=60, le=_LONGEST_WINDOW_S)] = 900
    #: For so long after a message no other one says that it fires.
    cooldown_s: Annotated[int, Meta(ge=0, le=7 * 86_400)] = 3_600
    #: Fewer executions than this in the window say nothing.
    least: Annotated[int, Meta(ge=1, le=1_000_000)] = 1
    disabled: bool = False


class Secret(msgspec.Struct, frozen=True):
    """What messages are signed with."""

    secret: str
    algorithm: Literal["standard-webhooks v1"] = "standard-webhooks v1"


@endpoint("GET", "/alerts", needs="workspace:write")
async def list_alerts(call: Call) -> Page[Rule]:
    """The alert rules of the workspace, by name, and how things stand with them."""
    return Page(await call.server.db.read(lambda one: alerts.list_rules(one, call.scope)))


@endpoint("POST", "/alerts", needs="workspace:write", status=201)
async def add_alert(call: Call, body: AlertGiven) -> Reply[Rule]:
    """Keep a new alert rule."""
    wanted, name = _wanted(body), f"al_{os.urandom(8).hex()}"
    made = await call.server.db.transact(
        lambda one: alerts.add_rule(one, call.scope, name, wanted, call.kernel.now_ms())
    )
    return Reply(value=made, etag=str(made.revision))


@endpoint("GET", "/alerts/{alert}", needs="workspace:write")
async def show_alert(call: Call, path: OneAlert) -> Reply[Rule]:
    """One alert rule."""
    rule = await call.server.db.read(lambda one: alerts.get_rule(one, call.scope, path.alert))
    return Reply(value=rule, etag=str(rule.revision))


@endpoint("PUT", "/alerts/{alert}", needs="workspace:write")
async def change_alert(call: Call, path: OneAlert, body: AlertGiven) -> Reply[Rule]:
    """Change an alert rule; send the ETag that you saw as `If-Match`."""
    wanted = _wanted(body)
    seen = call.seen
    if seen is None:
        hint = "Send the ETag of the rule as `If-Match`."
        raise StateNeeded("Which state of the rule is changed?", hint=hint)
    changed = await call.server.db.transact(
        lambda one: alerts.change_rule(
            one, call.scope, path.alert, wanted, seen, call.kernel.now_ms()
        )
    )
    return Reply(value=changed, etag=str(changed.revision))


@endpoint("DELETE", "/alerts/{alert}", needs="workspace:write")
async def remove_alert(call: Call, path: OneAlert) -> None:
    """Remove an alert rule, and what is known of its messages."""
    now_ms = call.kernel.now_ms()
    await call.server.db.transact(
        lambda one: alerts.remove_rule(one, call.scope, path.alert, now_ms)
    )


@endpoint("POST", "/alerts/{alert}/test", needs="workspace:write")
async def test_alert(call: Call, path: OneAlert) -> Message:
    """Send a message that says that messages arrive, now.

    Whatever keeps it from arriving is the answer.
    """
    mailer = Mailer(call.kernel.settings)
    try:
        return await _alerting(call.kernel, mailer, call).test(call.scope, path.alert)
    finally:
        await mailer.close()


@endpoint("GET", "/alerts/{alert}/messages", needs="workspace:write")
async def list_alert_messages(call: Call, path: OneAlert) -> Page[Message]:
    """The messages of an alert rule, the newest first, and what became of them."""
    return Page(
        await call.server.db.read(lambda one: alerts.messages_of(one, call.scope, path.alert))
    )


@endpoint("GET", "/alerts/{alert}/secret", needs="workspace:write")
async def show_alert_secret(call: Call, path: OneAlert) -> Secret:
    """What the messages of an alert rule are signed with."""
    call.scope.require("workspace:write")
    rule = await call.server.db.read(lambda one: alerts.get_rule(one, call.scope, path.alert))
    return Secret(shown(secret_of(_root_key(call.kernel), rule.id, rule.secret_version)))


@endpoint("POST", "/alerts/{alert}/secret", needs="workspace:write", secret=True)
async def renew_alert_secret(call: Call, path: OneAlert) -> Secret:
    """Sign the messages of an alert rule with a new secret from now on."""
    rule = await call.server.db.transact(
        lambda one: alerts.renew_secret(one, call.scope, path.alert, call.kernel.now_ms())
    )
    return Secret(shown(secret_of(_root_key(call.kernel), rule.id, rule.secret_version)))


def _wanted(given: AlertGiven) -> Wanted:
    if given.channel == "email":
        checked(given.target)
    elif not given.target.startswith(("http://", "https://")):
        message = f"body.target: {given.target!r} is no URL."
        raise BadRequest(message, hint="Begin it with https://.")
    if given.kind == "failure_rate" and given.threshold > 1:
        message = "body.threshold: a share is between 0 and 1."
        raise BadRequest(message, hint="Write 0.1 for a tenth.")
    return Wanted(**msgspec.structs.asdict(given))


def _alerting(kernel: Kernel, mailer: Mailer, call: Call) -> Alerting:
    return Alerting(
        call.server.db,
        kernel.host.egress,
        mailer,
        Metrics(),
        lambda: _root_key(kernel),
        kernel.worker,
    )


def _root_key(kernel: Kernel) -> bytes:
    return kernel.host.data.key


ENDPOINTS = [
    list_alerts,
    add_alert,
    show_alert,
    change_alert,
    remove_alert,
    test_alert,
    list_alert_messages,
    show_alert_secret,
    renew_alert_secret,
]
