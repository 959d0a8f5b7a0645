"""What executions see as `$vars`, remembered so that accepting one asks the database nothing.

The rules:

* What was changed in this process counts at once; what another one changed, within `FRESH_MS`.
* The values are read again only when their number says that they were changed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection

from penstock_kernel.execution.policy import Clock
from penstock_kernel.store.scope import Scope
from penstock_kernel.store.sql import variables as rows
from penstock_kernel.store.sql.database import Database
from penstock_kernel.store.sql.variables import Variable

FRESH_MS = 1_000
_WORKSPACES_KEPT = 1_000


class _Known(msgspec.Struct, frozen=True):
    revision: int
    values: Mapping[str, Any]
    seen_ms: int


class Variables:
    """The variables of one database."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock
        self._known: dict[str, _Known] = {}
        #: Changes of this process so far.
        self._changes = 0

    async def of(self, workspace: str) -> Mapping[str, Any]:
        """The variables of a workspace, by name."""
        known, now_ms = self._known.get(workspace), self._clock.now_ms()
        # A clock that was put back must not make old values last.
        if known is not None and 0 <= now_ms - known.seen_ms < FRESH_MS:
            return known.values
        if known is not None:
            # One asks for all: the others go on meanwhile with what they know.
            self._known[workspace] = msgspec.structs.replace(known, seen_ms=now_ms)
        changes = self._changes
        found = await self._db.read(lambda reading: _read(reading, workspace, known, now_ms))
        if changes != self._changes:
            return found.values  # read before a change here, which must count from now on
        self._known[workspace] = found
        while len(self._known) > _WORKSPACES_KEPT:
            self._known.pop(next(iter(self._known)))
        return found.values

    async def beside(self, workspace: str, given: Mapping[str, Any]) -> Mapping[str, Any]:
        """The variables of a workspace; what comes with an event counts before them."""
        known = await self.of(workspace)
        return {**known, **given} if given else known

    async def list(self, scope: Scope) -> Sequence[Variable]:
        """All of them, with what is said about them."""
        return await self._db.read(lambda reading: rows.listed(reading, scope))

    async def show(self, scope: Scope, name: str) -> Variable:
        """One of them.

        Raises:
            VariableMissing: There is none of this name.
        """
        return await self._db.read(lambda reading: rows.get(reading, scope, name))

    async def put(self, scope: Scope, name: str, value: Any, *, description: str = "") -> Variable:
        """Let a variable have a value.

        Raises:
            VariableInvalid: It cannot be called so, or there is too much of it.
        """
        now_ms = self._clock.now_ms()
        done = await self._db.transact(
            lambda one: rows.put(one, scope, name, value, now_ms, description=description)
        )
        self._changed(scope.workspace)
        return done

    async def remove(self, scope: Scope, name: str) -> None:
        """Forget a variable.

        Raises:
            VariableMissing: There is none of this name.
        """
        now_ms = self._clock.now_ms()
        await self._db.transact(lambda one: rows.remove(one, scope, name, now_ms))
        self._changed(scope.workspace)

    def _changed(self, workspace: str) -> None:
        self._changes += 1
        self._known.pop(workspace, None)


def _read(connection: Connection, workspace: str, known: _Known | None, now_ms: int) -> _Known:
    # The number first: should somebody change values meanwhile, they are read once too often.
    revision = rows.system_revision(connection, workspace)
    if known is not None and known.revision == revision:
        return msgspec.structs.replace(known, seen_ms=now_ms)
    return _Known(revision, rows.system_values(connection, workspace), now_ms)
