"""For whom something is asked of the store: a query without one is named `system_…`."""

from __future__ import annotations

import msgspec

#: Where there is one workspace, it is called so.
WORKSPACE = "default"


class Scope(msgspec.Struct, frozen=True):
    """A workspace, and who asks."""

    workspace: str = WORKSPACE
    actor: str = "local"
