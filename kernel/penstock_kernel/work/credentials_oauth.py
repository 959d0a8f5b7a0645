"""Keeps the tokens of OAuth2 credentials good.

The rules:

* A token is renewed before it ends, by one process at a time: a server that rotates refresh tokens
  takes the second use of one for theft.
* While somebody else renews it, a token that still counts is used; for one that does not, we wait.
* What was handed out is kept before it is used. If a person has connected another account or client
  meanwhile, what he entered counts.
"""

from __future__ import annotations

import secrets as random
from collections.abc import Mapping
from typing import TYPE_CHECKING

import msgspec
from sqlalchemy import Connection

from penstock_kernel.store.credentials import CredentialRefused
from penstock_kernel.store.sealing import Sealer
from penstock_kernel.store.sql import credentials as rows
from penstock_kernel.store.sql.credentials import CredentialChanged, Kept
from penstock_kernel.store.sql.credentials_vault import Completes
from penstock_kernel.store.sql.database import Database, StoreUnavailable
from penstock_kernel.store.sql.retention import hold, let_go
from penstock_kernel.work import credentials_tokens as oauth
from penstock_kernel.work.credentials_tokens import SignInFailed

if TYPE_CHECKING:
    from penstock_kernel.execution.policy import Clock
    from penstock_sandbox.egress.egress import Egress

#: Longer than a request to a token endpoint may take.
LEASE_MS = 30_000
_LOOK_S = 0.2
_PATIENCE_S = 35.0
_ATTEMPTS = 5
#: With another value of these, what was handed out is for something else.
_OF_ONE_CLIENT = ("token_url", "client_id", "client_secret", "grant", "scope", "refresh_token")
#: A token that was obtained just now and was refused will not get better.
_FRESH_MS = 60_000


class Tokens:
    """Implements `penstock_kernel.store.sql.credentials_vault.Refreshes`."""

    def __init__(
        self, db: Database, sealer: Sealer, egress: Egress, clock: Clock, completes: Completes
    ) -> None:
        self._db = db
        self._sealer = sealer
        self._egress = egress
        self._clock = clock
        self._completes = completes

    async def __call__(self, workspace: str, kept: Kept, *, refused: bool) -> Kept:
        """What can be used now; see `Refreshes`.

        Raises:
            CredentialRefused: A person has to sign in.
            SignInFailed: The server hands out nothing.
            EgressFailed: It cannot be reached.
        """
        waited_s = 0.0
        while self._is_needed(kept, refused=refused):
            holder = random.token_hex(8)
            if await self._take(kept.credential.id, holder):
                try:
                    kept = await self._renew(workspace, kept, refused=refused)
                finally:
                    await self._give_back(kept.credential.id, holder)
                break
            if not refused and not oauth.is_over(kept.credential.secrets, self._clock.now_ms()):
                return kept
            if waited_s > _PATIENCE_S:
                message = "Another process has not renewed the token of this credential in time."
                raise SignInFailed(message, hint="Try again.")
            await self._clock.sleep(_LOOK_S)
            waited_s += _LOOK_S
            kept = await self._read(workspace, kept.credential.id)
        return kept

    async def exchange(
        self, workspace: str, kept: Kept, fields: Mapping[str, str]
    ) -> dict[str, str]:
        """The secrets of a credential with what its server hands out for something.

        Raises:
            SignInFailed: It hands out nothing.
            EgressFailed: It cannot be reached.
        """
        whole = await self._completes(workspace, kept.credential)
        answer = await self._egress.request(oauth.request(whole.secrets, fields))
        return oauth.tokens(kept.credential.secrets, answer, self._clock.now_ms())

    async def keep(self, workspace: str, kept: Kept, secrets: dict[str, str]) -> Kept:
        """Keep what was handed out.

        Raises:
            CredentialChanged: A person has changed the credential meanwhile.
        """
        credential = msgspec.structs.replace(kept.credential, secrets=secrets)
        changed = Kept(credential, kept.version, oauth.expires_ms(secrets))

        def work(connection: Connection) -> Kept:
            return rows.system_keep(connection, workspace, self._sealer, changed)

        for attempt in range(_ATTEMPTS):
            try:
                return await self._db.transact(work)
            except StoreUnavailable:
                # The server may have made the old one worthless: it must not be lost so easily.
                if attempt == _ATTEMPTS - 1:
                    raise
                await self._clock.sleep(_LOOK_S * 2**attempt)
        raise AssertionError

    def _is_needed(self, kept: Kept, *, refused: bool) -> bool:
        secrets, now_ms = kept.credential.secrets, self._clock.now_ms()
        if refused:
            return now_ms - int(secrets.get("obtained_ms", "0")) > _FRESH_MS
        return oauth.is_due(secrets, now_ms) and _can_renew(secrets, now_ms)

    async def _renew(self, workspace: str, seen: Kept, *, refused: bool) -> Kept:
        kept = await self._read(workspace, seen.credential.id)
        if kept.version != seen.version and not self._is_needed(kept, refused=refused):
            return kept
        secrets = kept.credential.secrets
        try:
            found = await self.exchange(workspace, kept, oauth.renewal(secrets))
        except SignInFailed as error:
            if error.reason != "invalid_grant":
                raise
            message = f"The sign-in of the credential {kept.credential.id!r} has ended."
            hint = "Open the credential and connect the account again."
            raise CredentialRefused(message, hint=hint) from error
        return await self._keep_renewed(workspace, kept, found)

    async def _keep_renewed(self, workspace: str, kept: Kept, found: dict[str, str]) -> Kept:
        """Keep what was handed out, also with what a person has changed meanwhile."""
        used = kept.credential.secrets
        for _ in range(_ATTEMPTS):
            try:
                return await self.keep(workspace, kept, found)
            except CredentialChanged:
                kept = await self._read(workspace, kept.credential.id)
            now = kept.credential.secrets
            if any(now.get(name) != used.get(name) for name in _OF_ONE_CLIENT):
                break
            handed_out = {name: found[name] for name in oauth.HANDED_OUT if name in found}
            found = {**now, **handed_out}
        return kept

    async def _take(self, credential: str, holder: str) -> bool:
        name = f"credential:{credential}"
        return await self._db.transact(lambda one: hold(self._db, one, name, holder, LEASE_MS))

    async def _give_back(self, credential: str, holder: str) -> None:
        name = f"credential:{credential}"
        await self._db.transact(lambda one: let_go(one, name, holder))

    async def _read(self, workspace: str, credential: str) -> Kept:
        return await self._db.read(
            lambda one: rows.system_opened(one, workspace, self._sealer, credential)
        )


def _can_renew(secrets: Mapping[str, str], now_ms: int) -> bool:
    """Can it be renewed, or is there at least nothing else to be done?"""
    by_itself = secrets.get("grant") == "client_credentials" or "refresh_token" in secrets
    return by_itself or oauth.is_over(secrets, now_ms)
