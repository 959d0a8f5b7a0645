"""The vault of a database: see `penstock_kernel.store.credentials` for what it promises.

Each use looks into the database, so that what was removed, changed or is not allowed any more
counts at once, in all processes.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Protocol

from sqlalchemy import Connection

from penstock_kernel.store.credentials import (
    Credential,
    CredentialView,
    Use,
    attach,
    check_target,
    login_of,
    seen,
)
from penstock_kernel.store.sealing import Sealer
from penstock_kernel.store.sql import credentials as rows
from penstock_kernel.store.sql import credentials_bindings as bindings
from penstock_kernel.store.sql.credentials import Kept
from penstock_kernel.store.sql.database import Database
from penstock_sandbox.egress.exchange import Login, Signable

#: Between two notes of when a credential was used.
_NOTED_EVERY_MS = 60_000


class Refreshes(Protocol):
    """Sees to it that what an OAuth2 server has handed out is still good."""

    async def __call__(self, workspace: str, kept: Kept, *, refused: bool) -> Kept:
        """What can be used now.

        Args:
            workspace: Whose it is.
            kept: What there is.
            refused: The target did not take what there is.
        """
        ...


#: A credential with the values of the fields that are kept elsewhere.
Completes = Callable[[str, Credential], Awaitable[Credential]]


class SqlVault:
    """Implements `penstock_kernel.store.credentials.Vault`."""

    def __init__(
        self,
        db: Database,
        sealer: Sealer,
        now_ms: Callable[[], int],
        refreshes: Refreshes,
        completes: Completes,
    ) -> None:
        self._db = db
        self._sealer = sealer
        self._now_ms = now_ms
        self._refreshes = refreshes
        self._completes = completes
        self._noted: dict[str, int] = {}

    async def view(self, use: Use, credential: str) -> CredentialView:
        """See `Vault.view`."""
        return seen((await self._stored(use, credential)).credential, use.slot)

    async def sign(self, use: Use, credential: str, signable: Signable) -> None:
        """See `Vault.sign`."""
        kept = await self._kept(use, credential)
        if kept.credential.scheme == "oauth2":
            # Before somebody else's server is asked for anything.
            check_target(kept.credential, signable)
            refused = bool(signable.challenge)
            fresh = await self._refreshes(use.workspace, kept, refused=refused)
            signable.answered = refused and fresh.version != kept.version
            kept = fresh
        attach(kept.credential, signable)
        await self._note(credential)

    async def login(self, use: Use, credential: str) -> Login:
        """See `Vault.login`."""
        found = login_of((await self._kept(use, credential)).credential)
        await self._note(credential)
        return found

    async def known(self, use: Use, credential: str) -> Credential:
        """See `Vault.known`."""
        found = (await self._kept(use, credential)).credential
        await self._note(credential)
        return found

    async def _kept(self, use: Use, credential: str) -> Kept:
        kept = await self._stored(use, credential)
        if not kept.credential.references:
            return kept
        whole = await self._completes(use.workspace, kept.credential)
        return Kept(whole, kept.version, kept.expires_ms)

    async def _stored(self, use: Use, credential: str) -> Kept:
        def query(connection: Connection) -> Kept:
            found = rows.system_opened(connection, use.workspace, self._sealer, credential)
            bindings.check(connection, use, credential)
            return found

        return await self._db.read(query)

    async def _note(self, credential: str) -> None:
        now_ms = self._now_ms()
        if now_ms - self._noted.get(credential, -_NOTED_EVERY_MS) >= _NOTED_EVERY_MS:
            self._noted[credential] = now_ms
            await self._db.change(rows.system_used, (credential, now_ms))
