"""Webhooks as rows: which address starts which node of which version.

The rules:

* An address belongs to one node: a workspace, a method, and a path in which every parameter is the
  same. Who comes second is told who has it.
* Each change raises a number, by which every process sees that it has to read them again.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

import msgspec
from sqlalchemy import Connection, delete, func, insert, select
from sqlalchemy.dialects import postgresql, sqlite

from penstock_kernel.store.scope import Scope
from penstock_kernel.store.sql import codec
from penstock_kernel.store.sql.rows import Row, all_rows, first_row
from penstock_kernel.store.sql.tables import revisions, webhook_deliveries, webhooks, workflows
from penstock_sdk import PenstockError

_H = webhooks.c
_D = webhook_deliveries.c
#: Of `revisions`.
REVISION = "webhooks"
#: Takes what no other method of the same path takes.
ANY = "ANY"
MOST_LISTED = 1_000


class WebhookTaken(PenstockError):
    """Another workflow answers at this address."""

    code: ClassVar[str] = "webhook.taken"


class WebhookMissing(PenstockError):
    """There is no such webhook."""

    code: ClassVar[str] = "webhook.missing"


class Address(msgspec.Struct, frozen=True):
    """Where a node of a version wants to be called."""

    node_id: str
    number: int
    method: str
    #: Without slashes around it; a part that begins with a colon is a parameter.
    path: str

    @property
    def shape(self) -> str:
        """The path, with every parameter the same."""
        return "/".join(":" if part.startswith(":") else part for part in self.path.split("/"))


class _Spec(msgspec.Struct, omit_defaults=True):
    """What nobody searches for."""

    path: str


class StoredWebhook(msgspec.Struct, frozen=True, kw_only=True):
    """A webhook of an active version."""

    id: str
    workspace_id: str
    workflow_id: str
    node_id: str
    version: int
    method: str
    path: str
    created_ms: int
    #: Does another version get a share of what comes?
    on_trial: bool = False


_NAMED = [name for name in StoredWebhook.__struct_fields__ if name not in ("path", "on_trial")]


def webhook_id(workflow: str, address: Address) -> str:
    """What a webhook is called: it keeps its name from version to version."""
    return f"{workflow}:{address.node_id}:{address.number}"


def replace(
    connection: Connection,
    scope: Scope,
    workflow: str,
    version: int,
    addresses: Sequence[Address],
    now_ms: int,
) -> None:
    """Let a version of a workflow answer at these addresses, and at no others.

    Raises:
        WebhookTaken: Another workflow has one of them.
    """
    found = select(webhooks).where(_H.workflow_id == workflow)
    before = {row["id"]: row["created_ms"] for row in all_rows(connection.execute(found))}
    if not before and not addresses:
        return
    connection.execute(delete(webhooks).where(_H.workflow_id == workflow))
    for address in addresses:
        _refuse_if_taken(connection, scope, workflow, address)
        name = webhook_id(workflow, address)
        row = {
            "id": name,
            "workspace_id": scope.workspace,
            "workflow_id": workflow,
            "node_id": address.node_id,
            "method": address.method,
            "path": address.shape,
            "spec": codec.pack(_Spec(address.path)),
            "version": version,
            "created_ms": before.get(name, now_ms),
        }
        connection.execute(insert(webhooks).values(row))
    changed(connection)


def changed(connection: Connection) -> None:
    """Let every process read the webhooks again."""
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    new = dialect.insert(revisions).values(name=REVISION, number=1)
    raised = {"number": revisions.c.number + 1}
    connection.execute(new.on_conflict_do_update(index_elements=[revisions.c.name], set_=raised))


def _refuse_if_taken(connection: Connection, scope: Scope, workflow: str, address: Address) -> None:
    same = (_H.workspace_id == scope.workspace) & (_H.method == address.method)
    taken = select(_H.workflow_id, workflows.c.name).where(same, _H.path == address.shape)
    row = connection.execute(
        taken.join_from(webhooks, workflows, workflows.c.id == _H.workflow_id, isouter=True)
    ).first()
    if row is None:
        return
    where = f"{address.method} {address.path}"
    if row.workflow_id == workflow:
        raise WebhookTaken(
            f"Two nodes of this workflow want to answer at {where}.",
            hint="Give one of them another path or another method.",
        )
    raise WebhookTaken(
        f"The workflow {row.name!r} ({row.workflow_id}) answers at {where} already.",
        hint="Choose another path or method, or deactivate the other workflow.",
    )


def system_revision(connection: Connection) -> int:
    """How often webhooks were changed so far."""
    found = select(revisions.c.number).where(revisions.c.name == REVISION)
    return connection.execute(found).scalar_one_or_none() or 0


def system_all(connection: Connection) -> tuple[int, Sequence[StoredWebhook]]:
    """Every webhook there is, and the revision that this is of."""
    rows = all_rows(connection.execute(select(webhooks).order_by(_H.id)))
    trials = select(workflows.c.id).where(workflows.c.canary_version.is_not(None))
    tried = set(connection.execute(trials).scalars())
    found = [_stored(row, on_trial=row["workflow_id"] in tried) for row in rows]
    return system_revision(connection), found


def listed(
    connection: Connection, scope: Scope, *, workflow: str = "", after: str = "", most: int = 50
) -> Sequence[StoredWebhook]:
    """The webhooks of a workspace that may be seen, or of one of its workflows."""
    own = (_H.workspace_id == scope.workspace) & (_H.id > after)
    if workflow:
        own &= _H.workflow_id == workflow
    if not scope.may("webhook:read"):
        shared = [one for one, grants in scope.shared.items() if "webhook:read" in grants]
        own &= _H.workflow_id.in_(shared)
    found = select(webhooks).where(own).order_by(_H.id).limit(min(most, MOST_LISTED))
    return [_stored(row) for row in all_rows(connection.execute(found))]


def get(connection: Connection, scope: Scope, webhook: str) -> StoredWebhook:
    """One webhook.

    Raises:
        WebhookMissing: There is none with this id.
    """
    own = (_H.id == webhook) & (_H.workspace_id == scope.workspace)
    row = first_row(connection.execute(select(webhooks).where(own)))
    if row is None:
        raise WebhookMissing(
            f"There is no webhook {webhook}.",
            hint="Only those of active workflows answer; list them to see their ids.",
        )
    scope.require("webhook:read", row["workflow_id"])
    return _stored(row)


def last_received(connection: Connection, ids: Sequence[str]) -> dict[str, int]:
    """When each of some webhooks was called last; those that never were are left out."""
    found = select(_D.endpoint_id, func.max(_D.received_ms)).where(_D.endpoint_id.in_(ids))
    return {row[0]: row[1] for row in connection.execute(found.group_by(_D.endpoint_id))}


def _stored(row: Row, *, on_trial: bool = False) -> StoredWebhook:
    named: dict[str, Any] = {name: row[name] for name in _NAMED}
    return StoredWebhook(**named, path=codec.unpack(row["spec"], _Spec).path, on_trial=on_trial)
