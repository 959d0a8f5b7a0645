"""The second factor: codes that change with time, and recovery codes.

The rules:

* What codes come from is sealed. It counts from the moment a first code was right.
* A code is good once, and none that is older than one that was used.
* Of recovery codes only hashes are kept; each is good once.
* Who turns it off proves who he is with his password and a code.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import msgspec
from sqlalchemy import Connection

from penstock_kernel.store.sealing import Place
from penstock_kernel.store.sql import sessions, users
from penstock_kernel.store.sql.sessions_once import hashed
from penstock_kernel.store.sql.users import User
from penstock_sdk import PenstockError
from penstock_web.identity import totp
from penstock_web.identity.limits import Limits
from penstock_web.identity.parts import Parts, note, refused
from penstock_web.identity.passwords import Passwords

ISSUER = "Penstock"


class SecondFactorOn(PenstockError):
    """There is a second factor already, or none yet."""

    code: ClassVar[str] = "second_factor.conflict"


class NewFactor(msgspec.Struct, frozen=True):
    """What is entered into a program for codes."""

    #: To be typed.
    secret: str
    #: To be shown as a picture.
    address: str


class SecondFactor:
    """Begins, checks and ends second factors."""

    def __init__(self, parts: Parts, passwords: Passwords, limits: Limits) -> None:
        self._parts, self._passwords, self._limits = parts, passwords, limits

    async def begin(self, user: str) -> NewFactor:
        """Make a new secret, which counts once `confirm` was right.

        Raises:
            SecondFactorOn: There is one.
        """
        secret = totp.new_secret()
        sealed = self._parts.sealer.seal(_place(user), secret)

        def change(connection: Connection) -> User:
            found = users.system_get(connection, user)
            if found.totp_on:
                raise SecondFactorOn("There is a second factor already.", hint="Turn it off first.")
            users.system_set(connection, user, totp_secret=sealed, totp_used=0)
            return found

        found = await self._parts.db.transact(change)
        return NewFactor(totp.readable(secret), totp.address(secret, found.email, ISSUER))

    async def confirm(self, user: str, code: str, session: str) -> Sequence[str]:
        """Let it count from now on; the recovery codes, which are shown once.

        Raises:
            SecondFactorOn: There is one, or none was begun.
            SignInRefused: It is not the code.
            TooManyAttempts: He tries too often.
        """
        await self._limits.sign_in(user, "")
        codes, now_ms = totp.new_recovery_codes(), self._parts.now_ms()
        hashes = [_hashed(user, one) for one in codes]

        def change(connection: Connection) -> None:
            found, kept = users.system_get(connection, user), users.system_secrets(connection, user)
            if found.totp_on or kept.totp_secret is None:
                raise SecondFactorOn("No second factor was begun.", hint="Begin with a new one.")
            if not self.spend(connection, found, code, recovery=False):
                raise refused()
            users.system_set(connection, user, totp_on=True)
            users.system_set_recovery(connection, user, hashes)
            sessions.system_end_all(connection, user, but=session)
            note(connection, found, "user.second_factor_on", now_ms=now_ms)

        await self._parts.db.transact(change)
        return codes

    async def end(self, user: str, password: str, code: str) -> None:
        """Turn it off.

        Raises:
            SignInRefused: It is not the password, or not the code.
            TooManyAttempts: He tries too often.
        """
        await self._limits.sign_in(user, "")
        kept = await self._parts.db.read(lambda one: users.system_secrets(one, user))
        if kept.password_hash and not await self._passwords.fits(kept.password_hash, password):
            raise refused()

        def change(connection: Connection) -> None:
            if users.system_hold_password(connection, user) != kept.password_hash:
                raise refused()
            found = users.system_get(connection, user)
            if found.totp_on and not self.spend(connection, found, code):
                raise refused()
            forget(connection, user)
            now_ms = self._parts.now_ms()
            note(connection, found, "user.second_factor_off", now_ms=now_ms)

        await self._parts.db.transact(change)

    def spend(
        self, connection: Connection, user: User, code: str, *, recovery: bool = True
    ) -> bool:
        """Is it a code of this user that is good? It is not, from now on."""
        kept = users.system_secrets(connection, user.id)
        if kept.totp_secret is None:
            return False
        secret = self._parts.sealer.open(_place(user.id), kept.totp_secret, connection)
        place = totp.place_of(secret, code, self._parts.now_ms())
        if place is not None:
            return users.system_spend_totp(connection, user.id, place)
        hashed_code = _hashed(user.id, code)
        return recovery and users.system_spend_recovery(connection, user.id, hashed_code)


def forget(connection: Connection, user: str) -> None:
    """Let a user be without a second factor."""
    users.system_set(
        connection, user, totp_on=False, totp_secret=None, totp_used=0, recovery_codes=None
    )


def _place(user: str) -> Place:
    return Place("", "totp", user)


def _hashed(user: str, code: str) -> str:
    return hashed(f"{user}:{totp.plain_recovery(code)}")
