"""The slots of a document that name a credential, and what is written down about them."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection

from penstock_kernel.store.scope import Scope
from penstock_kernel.store.sql.credentials_bindings import Slot, bind
from penstock_kernel.workflow.document import Document


def slots_of(document: Document) -> Sequence[Slot]:
    """Which slot of which node wants which credential."""
    return [
        Slot(node.id, slot, credential)
        for node in document.nodes
        for slot, credential in node.credentials.items()
        if credential
    ]


def bind_document(
    connection: Connection,
    scope: Scope,
    workflow: str,
    document: Document,
    now_ms: int,
    *,
    published: bool = False,
    leaves_out: bool = False,
) -> Sequence[Slot]:
    """Let the nodes of a draft use what they name, in the transaction that keeps it.

    Gives back the slots that name a credential that is not there; with `leaves_out` those too whose
    credential whoever saves may not use.

    Raises:
        AccessDenied: A node names a credential that it did not name before, and that whoever saves
            may not use.
    """
    wanted = slots_of(document)
    return bind(
        connection,
        scope,
        workflow,
        wanted,
        now_ms,
        published=published,
        leaves_out=leaves_out,
    )
