"""The slots of a step: which credential is in each, and what its node may know of it.

What a node may know is found before it runs, so that it can ask without waiting. A credential that
cannot be used fails the node only when it asks.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from penstock_kernel.store.credentials import CredentialView, Use
from penstock_kernel.store.journal import JournalFailed
from penstock_sdk import NodeFailed, PenstockError

if TYPE_CHECKING:
    from penstock_kernel.execution.context import Shared

Views = Mapping[str, CredentialView | PenstockError]


async def views_of(shared: Shared) -> Views:
    """What the node of a step may know, by slot."""
    found: dict[str, CredentialView | PenstockError] = {}
    for slot, credential in shared.view.spec.credentials.items():
        try:
            found[slot] = await shared.host.vault.view(use_of(shared, slot), credential)
        except JournalFailed:
            raise
        except PenstockError as error:
            found[slot] = error
    return found


def view_of(shared: Shared, slot: str) -> CredentialView | None:
    """What the node of a step may know of a slot; None where nothing is in it.

    Raises:
        PenstockError: The credential cannot be used here.
    """
    found = shared.credentials.get(slot)
    if isinstance(found, PenstockError):
        raise found
    return found


def use_of(shared: Shared, slot: str) -> Use:
    """Who wants to use what is in a slot. A body is a part of the workflow that it belongs to."""
    whole = shared.scene.whole
    node = shared.view.spec.id
    return Use(whole.workspace_id, whole.workflow_id, whole.version, node, slot)


def bound_to(shared: Shared, slot: str) -> str:
    """The credential in a slot.

    Raises:
        NodeFailed: There is none.
    """
    bound = shared.view.spec.credentials.get(slot)
    if bound is None:
        message = f"No credential is bound to the slot {slot!r} of this node."
        raise NodeFailed(message, hint="Choose a credential in the node.", field=slot)
    return bound
