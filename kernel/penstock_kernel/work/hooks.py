"""The way in from outside: which webhook a request is for, and the execution that it starts.

The rules:

* What answers is kept in memory and read again when it was changed: at once in this process and
  where the bus tells of it, within `LOOK_S` elsewhere.
* A delivery is kept together with its execution; the sender is told yes only then. The same one,
  told by its sender's name for it, leads to the same execution.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, ClassVar

import msgspec

from penstock_kernel.execution.asking import receive
from penstock_kernel.execution.executions import Executions
from penstock_kernel.execution.library import StoredText
from penstock_kernel.execution.program import NodePlan, Program
from penstock_kernel.store.records import Delivery, ExecutionId, ExecutionRecord
from penstock_kernel.store.scope import Scope
from penstock_kernel.store.sealing import Place
from penstock_kernel.store.sql import hooks as rows
from penstock_kernel.store.sql import subscriptions
from penstock_kernel.store.sql.database import Database
from penstock_kernel.store.sql.hooks import StoredWebhook
from penstock_kernel.work.accepting import Accepted
from penstock_kernel.work.answers import Awaiting
from penstock_kernel.work.entering import Incoming
from penstock_kernel.work.routes import Routes
from penstock_kernel.work.workflows import Workflows
from penstock_sdk import Item, PenstockError, Trigger

LOOK_S = 0.5
#: Where it is published that webhooks were changed.
CHANGED = "webhooks.changed"
log = logging.getLogger(__name__)


class WebhookGone(PenstockError):
    """The version that answered has no such trigger any more."""

    code: ClassVar[str] = "webhook.gone"


class Hosted(msgspec.Struct, frozen=True):
    """A webhook, made ready to be called."""

    webhook: StoredWebhook
    program: Program
    text: StoredText
    node: NodePlan
    trigger: Trigger
    #: What is configured, defaults filled in.
    config: Mapping[str, Any]
    #: Of a trigger that another system was asked to call: what it remembers of that.
    state: Mapping[str, Any] = {}


class Call(msgspec.Struct, kw_only=True):
    """A request, as far as workflows are concerned."""

    #: The id that its execution is to have.
    execution: ExecutionId
    request: Mapping[str, Any]
    #: What its sender calls it.
    delivery: str = ""
    mode: str = "webhook"


class Hooks:
    """Made for one process that accepts."""

    def __init__(
        self,
        db: Database,
        workflows: Workflows,
        executions: Executions,
        enters: Callable[[Incoming], Awaitable[Accepted]],
    ) -> None:
        self.routes = Routes([])
        self.awaiting = Awaiting(db, executions)
        self.executions = executions
        self._db = db
        self._workflows = workflows
        self._enters = enters
        self._bus = executions.host.bus
        self._hosted: dict[str, Hosted] = {}
        workflows.listeners.append(self.changed)

    def close(self) -> None:
        """Hear of no changes any more."""
        self._workflows.listeners.remove(self.changed)

    async def looks(self) -> None:
        """Read the webhooks again whenever they were changed, until canceled."""
        while True:
            try:
                revision = await self._db.read(rows.system_revision)
                if revision != self.routes.revision:
                    await self.refresh()
            except PenstockError as error:
                log.warning("webhooks_not_read: %s: %s", error.code, error.message)
            await asyncio.sleep(LOOK_S)

    async def hears(self) -> None:
        """Read them again when another process says so, until canceled."""
        async for _ in await self._bus.subscribe(CHANGED):
            await self.refresh()

    async def changed(self) -> None:
        """They were changed in this process: the others are told."""
        await self.refresh()
        await self._bus.publish(CHANGED, b"")

    async def refresh(self) -> None:
        """Read them again."""
        revision, found = await self._db.read(rows.system_all)
        if revision < self.routes.revision:
            return  # somebody was faster
        self.routes = Routes(found, revision)
        self._hosted = {}

    async def hosted(self, webhook: StoredWebhook) -> Hosted:
        """A webhook, made ready to be called.

        Raises:
            WebhookGone: Its version has no such trigger any more.
            WorkflowNotFound: Its version is gone.
        """
        known = self._hosted.get(webhook.id)
        if known is None or known.webhook is not webhook:
            scope = Scope(webhook.workspace_id, "webhook")
            workflow, version = webhook.workflow_id, str(webhook.version)
            text = await self._workflows.named(scope, workflow, version)
            known = self.host(webhook, text)
            if known.trigger.kind == "event":
                known = msgspec.structs.replace(known, state=await self._state(webhook))
            self._hosted[webhook.id] = known
        return known

    async def _state(self, webhook: StoredWebhook) -> Mapping[str, Any]:
        """What the trigger of a webhook remembers of whom it asked."""
        name = subscriptions.subscription_id(webhook.workflow_id, webhook.node_id)
        sealed, _ = await self._db.read(lambda one: subscriptions.system_sealed(one, name))
        sealer = self.executions.host.data.sealer
        if sealed is None or sealer is None:
            return {}
        place = Place(webhook.workspace_id, subscriptions.KIND, name)
        state: Mapping[str, Any] = msgspec.json.decode(sealer.open(place, sealed))["state"]
        return state

    def host(self, webhook: StoredWebhook, text: StoredText) -> Hosted:
        """A webhook of some version of a workflow, made ready to be called.

        Raises:
            WebhookGone: The version has no such trigger.
        """
        program, _ = self.executions.shelf.program(text.text)
        kind = program.types.get(webhook.node_id)
        trigger = None if kind is None else kind.implementation
        if kind is None or not isinstance(trigger, Trigger):
            message = f"The node {webhook.node_id!r} that answered here is gone."
            raise WebhookGone(message, hint="Activate the workflow again.")
        node = program.node(webhook.node_id)
        filled = {name: field.default for name, field in kind.fields.items()}
        return Hosted(webhook, program, text, node, trigger, {**filled, **node.spec.config})

    async def accept(self, hosted: Hosted, call: Call) -> Accepted | None:
        """Keep the execution that a request starts; none where its trigger wants nothing of it.

        Raises:
            QueueFull: Too many are queued already; nothing was accepted.
            StoreUnavailable: It could not be kept, or nobody knows whether it was.
            PenstockError: The trigger cannot tell what is in the request.
        """
        items, named = await self._event(hosted, call)
        if items is None:
            return None
        webhook, delivery = hosted.webhook, call.delivery or named or ""
        incoming = Incoming(
            workflow=webhook.workflow_id,
            scope=Scope(webhook.workspace_id, "webhook"),
            items=items,
            mode=call.mode,
            node=webhook.node_id,
            execution=call.execution,
            text=None if webhook.on_trial else hosted.text,
            delivery=Delivery(
                endpoint=webhook.id,
                id=delivery,
                method=call.request["method"],
                path=call.request["path"],
            ),
        )
        return await self._enters(incoming)

    async def _event(self, hosted: Hosted, call: Call) -> tuple[Sequence[Item] | None, str | None]:
        item = item_of(call.request)
        if hosted.trigger.takes_all(hosted.config):
            return [item], None
        webhook = hosted.webhook
        record = ExecutionRecord(
            id=call.execution,
            workspace_id=webhook.workspace_id,
            workflow_id=webhook.workflow_id,
            workflow_name=hosted.program.document.name,
            document=hosted.text.text,
            mode=call.mode,
            input=[item],
        )
        executions = self.executions
        async with executions.apart(hosted.program, None, record) as scene:
            event = await receive(executions.host, scene, hosted.node, call.request)
        return (None, None) if event is None else (event.items, event.id)


def item_of(request: Mapping[str, Any]) -> Item:
    """A request as one item."""
    json = {name: request[name] for name in ("headers", "params", "query", "body")}
    return Item(json, request.get("binary") or None)
