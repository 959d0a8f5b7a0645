"""What came in by webhooks, and what was started by it.

The rules:

* A delivery is written together with the execution that it starts: there is none without the other.
* The same delivery, told by what its sender calls it, leads to the execution that is there already.
* The character NUL, which no text of a database can hold, is left out of what comes from outside.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, ClassVar

import msgspec
from sqlalchemy import Connection, insert, select, tuple_

from penstock_kernel.store.records import ExecutionRecord
from penstock_kernel.store.scope import Scope
from penstock_kernel.store.sql import codec
from penstock_kernel.store.sql.columns import without_nul
from penstock_kernel.store.sql.newest import cursor_of, place_of
from penstock_kernel.store.sql.rows import Row, all_rows, first_row
from penstock_kernel.store.sql.tables import webhook_deliveries
from penstock_sdk import Item, PenstockError

_D = webhook_deliveries.c
MOST_LISTED = 1_000
#: An endpoint, and what the sender calls the delivery.
Key = tuple[str, str]


class DeliveryMissing(PenstockError):
    """There is no such delivery, or it is not kept any more."""

    code: ClassVar[str] = "delivery.missing"


class StoredDelivery(msgspec.Struct, frozen=True, kw_only=True):
    """A delivery, without what it brought."""

    endpoint_id: str
    delivery_id: str
    workspace_id: str
    workflow_id: str
    node_id: str
    version: int | None
    execution_id: str
    method: str
    path: str
    received_ms: int


def row_of(execution: ExecutionRecord, packed: bytes) -> dict[str, Any] | None:
    """The row of the delivery that an execution is accepted for, if there is one."""
    delivery = execution.delivery
    if delivery is None:
        return None
    return {
        "endpoint_id": delivery.endpoint,
        "delivery_id": without_nul(delivery.id) or execution.id,
        "execution_id": execution.id,
        "received_ms": execution.created_ms,
        "workspace_id": execution.workspace_id,
        "workflow_id": execution.workflow_id,
        "node_id": execution.start_node or "",
        "version": execution.version,
        "method": delivery.method,
        "path": without_nul(delivery.path),
        "request": packed,
    }


def key_of(row: Mapping[str, Any] | None) -> Key | None:
    """By what a delivery is told from others; none: its sender does not name it."""
    if row is None or row["delivery_id"] == row["execution_id"]:
        return None
    return row["endpoint_id"], row["delivery_id"]


def earlier(connection: Connection, keys: Collection[Key]) -> dict[Key, str]:
    """The executions that were started by deliveries before."""
    if not keys:
        return {}
    wanted = tuple_(_D.endpoint_id, _D.delivery_id).in_(list(keys))
    found = select(_D.endpoint_id, _D.delivery_id, _D.execution_id).where(wanted)
    return {(row[0], row[1]): row[2] for row in connection.execute(found)}


def write(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Keep deliveries."""
    if rows:
        connection.execute(insert(webhook_deliveries), list(rows))


def holder(row: Mapping[str, Any]) -> Row:
    """A delivery as one that names blobs: they stay as long as it does."""
    return {"id": holder_id(row["execution_id"]), "workspace_id": row["workspace_id"]}


def holder_id(execution: str) -> str:
    """What the delivery that started an execution is called where blobs are named."""
    return f"delivery-{execution}"


def listed(
    connection: Connection, scope: Scope, endpoint: str, *, after: str = "", most: int = 50
) -> Sequence[StoredDelivery]:
    """The deliveries to a webhook, newest first; those that follow a `cursor`."""
    scope.require("webhook:read", endpoint.partition(":")[0])
    own = (_D.endpoint_id == endpoint) & (_D.workspace_id == scope.workspace)
    if after:
        own &= tuple_(_D.received_ms, _D.delivery_id) < tuple_(*place_of(after))
    columns = [_D[name] for name in StoredDelivery.__struct_fields__]
    newest = select(*columns).where(own).order_by(_D.received_ms.desc(), _D.delivery_id.desc())
    found = newest.limit(min(most, MOST_LISTED))
    return [_stored(row) for row in all_rows(connection.execute(found))]


def cursor(last: StoredDelivery) -> str:
    """Where a page that ends with this delivery is followed by the next, even if it goes."""
    return cursor_of(last.received_ms, last.delivery_id)


def get(
    connection: Connection, scope: Scope, endpoint: str, delivery: str
) -> tuple[StoredDelivery, Sequence[Item]]:
    """A delivery, and the items that were made of it.

    Raises:
        DeliveryMissing: There is none.
    """
    own = (_D.endpoint_id == endpoint) & (_D.delivery_id == delivery)
    found = select(webhook_deliveries).where(own, _D.workspace_id == scope.workspace)
    row = first_row(connection.execute(found))
    if row is None:
        raise DeliveryMissing(
            f"There is no delivery {delivery} to {endpoint}.",
            hint="Deliveries are kept for a week; list those that there are.",
        )
    scope.require("webhook:read", row["workflow_id"])
    items = codec.unpack(row["request"], list[Item]) if row["request"] else []
    return _stored(row), items


def _stored(row: Row) -> StoredDelivery:
    return StoredDelivery(**{name: row[name] for name in StoredDelivery.__struct_fields__})
