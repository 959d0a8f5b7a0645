"""For whom something is asked of the store: a query without one is named `system_…`.

The rules:

* What somebody may do is a set of grants such as `workflow:write`; whoever sits at the machine may
  do everything.
* What was shared with somebody adds grants for this one object and no other.
* The store asks, whatever was asked before it: `scope.require("workflow:write", workflow)`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import msgspec

from penstock_sdk import PenstockError

#: Where there is one workspace, it is called so.
WORKSPACE = "default"


class AccessDenied(PenstockError):
    """Who asks may not do that here."""

    code: ClassVar[str] = "access.denied"


class Scope(msgspec.Struct, frozen=True):
    """A workspace, and who asks."""

    workspace: str = WORKSPACE
    actor: str = "local"
    #: What may be done with everything in the workspace; none: all there is.
    grants: frozenset[str] | None = None
    #: What may be done besides with single objects, by their ids.
    shared: Mapping[str, frozenset[str]] = {}

    def may(self, grant: str, target: str = "") -> bool:
        """Whether something may be done, in general or with one object."""
        if self.grants is None or grant in self.grants:
            return True
        return grant in self.shared.get(target, ())

    def require(self, grant: str, target: str = "") -> None:
        """Go on only where something may be done.

        Raises:
            AccessDenied: It may not.
        """
        if not self.may(grant, target):
            what = f" with {target}" if target else ""
            raise AccessDenied(
                f"This needs the grant {grant!r}{what} in the workspace {self.workspace!r}.",
                hint="Ask whoever administers the workspace for a role that has it.",
            )
