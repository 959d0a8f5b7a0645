"""Credentials as people deal with them: entered, changed, tested, looked after.

The rules:

* What is secret goes in and never comes out again.
* A change that would send what is secret to another place needs it entered again.
* A test sends one request to one of the credential's own hosts, and tells what came of it in our
  own words: an answer may repeat what it was sent.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec import UNSET, UnsetType
from sqlalchemy import Connection

from penstock_kernel.store.credentials import Credential, CredentialRefused, Use
from penstock_kernel.store.scope import Scope
from penstock_kernel.store.sealing import Sealer
from penstock_kernel.store.sql import audit
from penstock_kernel.store.sql import credentials as rows
from penstock_kernel.store.sql import credentials_bindings as bindings
from penstock_kernel.store.sql.credentials import Entry, Listed
from penstock_kernel.store.sql.credentials_bindings import Usage
from penstock_kernel.store.sql.database import Database
from penstock_kernel.work import credentials_tokens as oauth
from penstock_kernel.work.credentials_testing import tried
from penstock_kernel.work.credentials_types import (
    CredentialTypes,
    Given,
    check_target,
    made,
    secret_fields,
)
from penstock_sdk import PenstockError

if TYPE_CHECKING:
    from penstock_kernel.execution.policy import Clock
    from penstock_kernel.secrets.backends import Backends
    from penstock_kernel.store.credentials import Vault
    from penstock_sandbox.egress.egress import Egress

_LONGEST_DAYS = 3_650


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be different; what is left out stays."""

    name: str | UnsetType = UNSET
    #: By field; None takes a value away.
    fields: Mapping[str, Any] | UnsetType = UNSET
    references: Mapping[str, str] | UnsetType = UNSET
    hosts: Sequence[str] | UnsetType = UNSET
    rotate_days: int | UnsetType | None = UNSET


class Credentials:
    """The credentials of one database."""

    def __init__(
        self,
        db: Database,
        sealer: Sealer,
        types: CredentialTypes,
        vault: Vault,
        egress: Egress,
        clock: Clock,
        backends: Backends,
    ) -> None:
        self._db = db
        self._sealer = sealer
        self.types = types
        self._vault = vault
        self._egress = egress
        self._clock = clock
        self._backends = backends

    async def add(
        self,
        scope: Scope,
        name: str,
        type_: str,
        given: Given,
        *,
        rotate_days: int | None = None,
        credential: str = "",
    ) -> Listed:
        """Keep a new credential.

        Raises:
            AccessDenied: Not for whoever asks.
            CredentialTypeUnknown: No package brings this type.
            CredentialRefused: What was entered does not fit it.
            CredentialExists: There is one with this id already.
        """
        scope.require("credential:write")
        kind = self.types.get(type_)
        self._check_references(scope, given.references)
        whole = made(kind, credential or f"cr_{os.urandom(10).hex()}", given)
        filled = [one for one in secret_fields(kind) if whole.fields.get(one)]
        entry = Entry(
            name=name,
            credential=whole,
            filled=[*filled, *given.references],
            rotate_days=_days(rotate_days),
        )
        now_ms = self._clock.now_ms()

        def work(connection: Connection) -> Listed:
            kept = rows.add(connection, scope, self._sealer, entry, now_ms)
            told = {"name": name, "type": type_}
            audit.record(connection, scope, "credential.added", kept.id, told, now_ms)
            return kept

        return await self._db.transact(work)

    async def change(self, scope: Scope, credential: str, change: Change, *, seen: int) -> Listed:
        """Change a credential that was read at a version.

        Raises:
            AccessDenied: Not for whoever asks.
            CredentialNotFound: This workspace has none with that id.
            CredentialChanged: Somebody has changed it since.
            CredentialRefused: It would not fit its type, or send what is secret to another place.
        """
        now_ms = self._clock.now_ms()

        def work(connection: Connection) -> Listed:
            before = rows.get(connection, scope, credential, grant="credential:write")
            kept = rows.opened(connection, scope, self._sealer, credential)
            if not isinstance(change.references, UnsetType):
                self._check_references(scope, change.references)
            entry = self._changed(before, kept.credential, change)
            audit.record(connection, scope, "credential.changed", credential, {}, now_ms)
            return rows.change(connection, scope, self._sealer, entry, seen, now_ms)

        return await self._db.transact(work)

    async def get(self, scope: Scope, credential: str) -> Listed:
        """A credential, without what is secret.

        Raises:
            AccessDenied: Not for whoever asks.
            CredentialNotFound: This workspace has none with that id.
        """
        return await self._db.read(lambda one: rows.get(one, scope, credential))

    async def list(
        self,
        scope: Scope,
        *,
        part: str = "",
        type_: str = "",
        overdue: bool = False,
        after: tuple[str, str] | None = None,
        most: int = rows.MOST_LISTED,
    ) -> Sequence[Listed]:
        """The credentials that whoever asks may see, by name; `overdue`: that are to be changed."""
        before_ms = self._clock.now_ms() if overdue else None
        return await self._db.read(
            lambda one: rows.listed(
                one,
                scope,
                part=part,
                type_=type_,
                due_before_ms=before_ms,
                after=after,
                most=most,
            )
        )

    async def remove(self, scope: Scope, credential: str) -> None:
        """Forget a credential; nodes that use it fail from then on.

        Raises:
            AccessDenied: Not for whoever asks.
            CredentialNotFound: This workspace has none with that id.
        """
        now_ms = self._clock.now_ms()

        def work(connection: Connection) -> None:
            rows.remove(connection, scope, credential)
            audit.record(connection, scope, "credential.removed", credential, {}, now_ms)

        await self._db.transact(work)

    async def usage(self, scope: Scope, credential: str) -> Sequence[Usage]:
        """The nodes that may use a credential.

        Raises:
            AccessDenied: Not for whoever asks.
            CredentialNotFound: This workspace has none with that id.
        """

        def query(connection: Connection) -> Sequence[Usage]:
            rows.get(connection, scope, credential)
            return bindings.usage(connection, scope, credential)

        return await self._db.read(query)

    async def test(self, scope: Scope, credential: str, url: str = "") -> Listed:
        """Look whether a credential works, by one request; `test_error` says what came of it.

        Args:
            scope: Who asks.
            credential: Its id.
            url: What to ask; by default what its type says.

        Raises:
            AccessDenied: Not for whoever asks.
            CredentialNotFound: This workspace has none with that id.
            CredentialRefused: Its type does not say what to ask, and nobody else does.
        """

        def query(connection: Connection) -> Listed:
            return rows.get(connection, scope, credential, grant="credential:use")

        listed = await self._db.read(query)
        kind, error = self.types.get(listed.type), None
        use = Use(scope.workspace)
        try:
            known = await self._vault.known(use, credential)
            await tried(self._egress, self._vault, use, known, kind, url)
        except CredentialRefused:
            raise
        except PenstockError as failed:
            error = f"{failed.code}: {failed.message}"
        now_ms = self._clock.now_ms()
        return await self._db.transact(
            lambda one: rows.note_test(one, scope, credential, error, now_ms)
        )

    def _check_references(self, scope: Scope, references: Mapping[str, str]) -> None:
        for place in references.values():
            self._backends.check(scope.workspace, place)

    def _changed(self, before: Listed, old: Credential, change: Change) -> Entry:
        kind = self.types.get(old.type)
        fields = dict(old.fields)
        references = dict(old.references)
        entered: set[str] = set()
        if not isinstance(change.references, UnsetType):
            entered |= {n for n, place in change.references.items() if references.get(n) != place}
            references |= change.references
            fields = {name: one for name, one in fields.items() if name not in references}
        if not isinstance(change.fields, UnsetType):
            given = {name: one for name, one in change.fields.items() if one is not None}
            fields = {
                n: one
                for n, one in {**fields, **given}.items()
                if n in given or n not in change.fields
            }
            references = {n: place for n, place in references.items() if n not in change.fields}
            entered |= given.keys() & secret_fields(kind)
        hosts = old.hosts if isinstance(change.hosts, UnsetType) else change.hosts
        given_hosts = () if kind.hosts and isinstance(change.hosts, UnsetType) else hosts
        new = made(kind, old.id, Given(fields=fields, references=references, hosts=given_hosts))
        check_target(old, new, frozenset(entered))
        new = _with_tokens(old, new)
        days = change.rotate_days
        return Entry(
            name=before.name if isinstance(change.name, UnsetType) else change.name,
            credential=new,
            filled=[*(n for n in secret_fields(kind) if new.fields.get(n)), *references],
            rotate_days=before.rotate_days if isinstance(days, UnsetType) else _days(days),
            expires_ms=oauth.expires_ms(new.secrets),
            entered=bool(entered),
        )


def _with_tokens(old: Credential, new: Credential) -> Credential:
    """What a server has handed out stays with the same server and client, and goes nowhere else.

    It was entered by nobody, so nobody can enter it again where hosts are added.
    """
    if new.scheme != "oauth2" or set(new.hosts) - set(old.hosts):
        return new
    same = ("token_url", "client_id", "grant", "scope", "audience")
    if any(old.secrets.get(name) != new.secrets.get(name) for name in same):
        return new
    handed_out = {n: value for n, value in old.secrets.items() if n in oauth.HANDED_OUT}
    return msgspec.structs.replace(new, secrets={**new.secrets, **handed_out})


def _days(days: int | None) -> int | None:
    if days is not None and not 1 <= days <= _LONGEST_DAYS:
        message = f"A credential is to be changed after 1 to {_LONGEST_DAYS} days, or never."
        raise CredentialRefused(message, hint="Enter a number of days, or leave it out.")
    return days
