"""What came in by webhooks: looked at, and carried out again.

The rules:

* A delivery that is carried out again starts an execution of its own, with what came in then: of
  the version that it started, or of any other one.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from sqlalchemy import Connection

from penstock_kernel.store.records import ExecutionId
from penstock_kernel.store.scope import Scope
from penstock_kernel.store.sql import hook_deliveries as rows
from penstock_kernel.store.sql import hooks
from penstock_kernel.store.sql.database import Database
from penstock_kernel.store.sql.hook_deliveries import StoredDelivery
from penstock_kernel.store.sql.hooks import StoredWebhook
from penstock_kernel.work.accepting import Accepted
from penstock_kernel.work.entering import Incoming
from penstock_sdk import Item


class Deliveries:
    """Made for one process that accepts."""

    def __init__(self, db: Database, enters: Callable[[Incoming], Awaitable[Accepted]]) -> None:
        self._db = db
        self._enters = enters

    async def webhooks(
        self, scope: Scope, *, workflow: str = "", after: str = "", most: int = 50
    ) -> tuple[Sequence[StoredWebhook], dict[str, int]]:
        """The webhooks of a workspace, and when each was called last."""

        def query(connection: Connection) -> tuple[Sequence[StoredWebhook], dict[str, int]]:
            found = hooks.listed(connection, scope, workflow=workflow, after=after, most=most)
            return found, hooks.last_received(connection, [one.id for one in found])

        return await self._db.read(query)

    async def webhook(self, scope: Scope, webhook: str) -> tuple[StoredWebhook, int | None]:
        """One webhook, and when it was called last.

        Raises:
            WebhookMissing: There is none with this id.
        """
        found = await self._db.read(lambda one: hooks.get(one, scope, webhook))
        last = await self._db.read(lambda one: hooks.last_received(one, [webhook]))
        return found, last.get(webhook)

    async def list(
        self, scope: Scope, webhook: str, *, after: str = "", most: int = 50
    ) -> Sequence[StoredDelivery]:
        """The deliveries to a webhook, newest first."""
        return await self._db.read(
            lambda one: rows.listed(one, scope, webhook, after=after, most=most)
        )

    async def show(
        self, scope: Scope, webhook: str, delivery: str
    ) -> tuple[StoredDelivery, Sequence[Item]]:
        """A delivery, and the items that were made of it.

        Raises:
            DeliveryMissing: There is none, or it is not kept any more.
        """
        return await self._db.read(lambda one: rows.get(one, scope, webhook, delivery))

    async def again(
        self, scope: Scope, webhook: str, delivery: str, *, version: int | None = None
    ) -> ExecutionId:
        """Carry a delivery out again, by default with the version that it started then.

        Raises:
            AccessDenied: The workflow may not be run.
            DeliveryMissing: There is none, or it is not kept any more.
            WorkflowNotFound: There is no such version.
            QueueFull: Too many are queued already.
        """
        found, items = await self.show(scope, webhook, delivery)
        scope.require("workflow:run", found.workflow_id)
        incoming = Incoming(
            workflow=found.workflow_id,
            scope=Scope(found.workspace_id, scope.actor),
            items=items,
            mode="webhook",
            node=found.node_id,
            version=version or found.version,
        )
        return (await self._enters(incoming)).execution
