"""Who makes a call, and what he may do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, Protocol

import msgspec
from starlette.requests import HTTPConnection

from penstock_kernel.store.scope import WORKSPACE, Scope

Kind = Literal["user", "token", "service", "anonymous"]


class Principal(msgspec.Struct, frozen=True, kw_only=True):
    """Who makes a call, in the workspace that it is for."""

    kind: Kind
    #: Of the user or the token.
    id: str = ""
    name: str = ""
    organization: str = ""
    workspace: str = WORKSPACE
    grants: frozenset[str] = frozenset()
    #: Grants for single objects, by their ids.
    shared: Mapping[str, frozenset[str]] = {}
    #: The browser session that it came with.
    session: str = ""

    def scope(self) -> Scope:
        """What the store is asked with."""
        actor = self.id or self.kind
        return Scope(self.workspace, actor, self.grants, self.shared)

    def may_somewhere(self, grant: str) -> bool:
        """Whether it may do something with everything, or with at least one object."""
        return grant in self.grants or any(grant in some for some in self.shared.values())


#: A call that nobody has signed in for.
ANONYMOUS = Principal(kind="anonymous")


class Authenticates(Protocol):
    """Finds out who makes a call."""

    async def principal(self, connection: HTTPConnection) -> Principal:
        """Who it is; `ANONYMOUS` where nothing is presented.

        Raises:
            PenstockError: What is presented is not good, or the call may be forged.
        """
        ...
