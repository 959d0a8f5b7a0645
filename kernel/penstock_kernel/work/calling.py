"""Which other workflows somebody may have a workflow run.

With whom one workflow was shared, he sees no other: nor does he by having this one call it.
"""

from __future__ import annotations

from penstock_kernel.store.scope import AccessDenied, Scope
from penstock_kernel.workflow.document import Document
from penstock_kernel.workflow.relink import named_in


def check_calls(scope: Scope, before: Document, after: Document) -> None:
    """Go on only where somebody may run what a document names and did not name before.

    Raises:
        AccessDenied: He may not, or nobody can know which one an expression comes to.
    """
    if scope.may("workflow:run"):
        return
    for name in sorted(named_in(after) - named_in(before)):
        if name.startswith("="):
            message = "Who may run single workflows only names those that are called by their ids."
            raise AccessDenied(message, hint="Enter the id of a workflow that was shared with you.")
        scope.require("workflow:run", name)
