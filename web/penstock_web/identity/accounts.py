"""Signing in and out: the first user, passwords, second steps, new passwords.

The rules:

* Attempts are counted before a password is looked at, and nobody is told which part was wrong.
* Signing in makes a new session, and ends the one that the browser had. So does every change of
  what somebody is known by, and that ends his other sessions too.
* A password that was right is looked at again as the session begins: one that was changed while it
  was checked signs nobody in.
* The first user owns the installation. He comes by a link that is printed at start, is good once
  and for a quarter of an hour, and only as long as there is nobody.
* What a link does is decided by its row alone.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Callable, Coroutine
from typing import Any, ClassVar
from urllib.parse import urlencode

import msgspec
from sqlalchemy import Connection

from penstock_kernel.store.scope import WORKSPACE
from penstock_kernel.store.sql import sessions, users
from penstock_kernel.store.sql import sessions_once as once
from penstock_kernel.store.sql.database import Database
from penstock_kernel.store.sql.sessions import From
from penstock_kernel.store.sql.sessions_once import NewOnce, hashed
from penstock_kernel.store.sql.users import NewUser, User
from penstock_sdk import PenstockError
from penstock_web.identity.homes import found_home
from penstock_web.identity.limits import Limits
from penstock_web.identity.parts import Parts, note, refused
from penstock_web.identity.passwords import Passwords
from penstock_web.identity.second_factor import SecondFactor

log = logging.getLogger(__name__)


class SetUpDone(PenstockError):
    """The installation has an owner."""

    code: ClassVar[str] = "set_up.conflict"


class RegistrationClosed(PenstockError):
    """Nobody makes himself an account here."""

    code: ClassVar[str] = "registration.denied"


class SignedIn(msgspec.Struct, frozen=True):
    """A new session: the cookie is for the browser alone."""

    user: User
    cookie: str

    def __repr__(self) -> str:
        return f"SignedIn(user={self.user.id!r})"


class StepNeeded(msgspec.Struct, frozen=True):
    """The password was right, and a code is needed too."""

    #: To be sent back with the code.
    step: str


async def setup_link(
    db: Database, now_ms: Callable[[], int], *, url: str = "", lasts_ms: int = 15 * 60_000
) -> str | None:
    """The link by which the first user comes; None where there is one.

    Each that is made replaces the one before.
    """

    def make(connection: Connection) -> str | None:
        if users.system_anybody(connection):
            return None
        once.system_take_back(connection, "set_up")
        return once.system_issue(
            connection, NewOnce(kind="set_up", ends_ms=now_ms() + lasts_ms), now_ms()
        )

    token = await db.transact(make)
    return None if token is None else f"{url}/?{urlencode({'setup': token})}"


class Accounts:
    """Lets people in and out."""

    def __init__(
        self, parts: Parts, passwords: Passwords, limits: Limits, factor: SecondFactor
    ) -> None:
        self._parts, self._db, self._choices = parts, parts.db, parts.choices
        self._passwords, self._limits, self._factor = passwords, limits, factor
        # The loop alone does not keep a task.
        self._beside: set[asyncio.Task[None]] = set()

    async def is_set_up(self) -> bool:
        """Is there anybody yet?"""
        return await self._db.read(users.system_anybody)

    async def set_up(self, token: str, new: NewUser, password: str, where: From) -> SignedIn:
        """Make the first user, who owns the installation, and sign him in.

        Raises:
            SetUpDone: There is somebody.
            SingleUseExpired: The link is too old, or was used.
            PasswordInvalid: The password cannot be used.
            TooManyAttempts: Somebody tries too often.
        """
        await self._limits.link(where.address)
        if await self.is_set_up():
            raise _set_up()
        now_ms = self._parts.now_ms()
        await self._db.read(lambda one: once.system_look(one, "set_up", token, now_ms))
        made = await self._passwords.hash(password)

        def change(connection: Connection) -> SignedIn:
            if users.system_anybody(connection):
                raise _set_up()
            once.system_use(connection, "set_up", token, now_ms)
            owner = msgspec.structs.replace(new, password_hash=made, owner=True)
            user = users.system_add(connection, owner, now_ms)
            found_home(connection, user, now_ms, workspace=WORKSPACE)
            return self.began(connection, user, where)

        return await self._db.transact(change)

    async def register(self, new: NewUser, password: str, where: From) -> SignedIn:
        """Make an account for whoever asks, where that is allowed; it gets its own organization.

        Raises:
            RegistrationClosed: It is not.
            UserTaken: Somebody has this address.
            PasswordInvalid: The password cannot be used.
        """
        await self._limits.link(where.address)
        email = users.normalized(new.email)
        domains = self._choices.registration_domains
        allowed = not domains or email.rpartition("@")[2] in domains
        if not self._choices.registration or not allowed or not await self.is_set_up():
            hint = "Ask somebody who has one to invite you."
            raise RegistrationClosed("Nobody makes himself an account here.", hint=hint)
        made = await self._passwords.hash(password)
        now_ms = self._parts.now_ms()

        def change(connection: Connection) -> SignedIn:
            wanted = msgspec.structs.replace(new, password_hash=made, owner=False)
            user = users.system_add(connection, wanted, now_ms)
            found_home(connection, user, now_ms)
            return self.began(connection, user, where)

        return await self._db.transact(change)

    async def sign_in(
        self, email: str, password: str, where: From, *, before: str = ""
    ) -> SignedIn | StepNeeded:
        """Sign somebody in by his password; or say that a code is needed too.

        Args:
            email: His address.
            password: What he typed.
            where: Where he signs in from.
            before: The cookie that his browser had.

        Raises:
            SignInRefused: It is not right.
            TooManyAttempts: Somebody tries too often.
        """
        address = email.strip().lower()
        await self._limits.sign_in(address, where.address)
        found = await self._db.read(lambda one: users.system_with_secrets(one, address))
        kept = found[1].password_hash if found and not found[0].disabled else ""
        fits = await self._passwords.fits(kept, password)
        if found is None:
            raise refused()
        user = found[0]
        if not fits:
            # Who waits for the answer does not learn by the time that there is something to note.
            self._spawn(self._note(user, "session.refused", where))
            raise refused()
        renewed = await self._renewed(kept, password)

        def change(connection: Connection) -> SignedIn | StepNeeded:
            _check_same(connection, user.id, kept)
            now = users.system_find(connection, user.id)
            if now is None or now.disabled:
                raise refused()
            if renewed:
                users.system_set(connection, now.id, password_hash=renewed)
            if now.totp_on:
                return StepNeeded(self.step(connection, now))
            return self.began(connection, now, where, before=before)

        return await self._db.transact(change)

    async def second_step(self, step: str, code: str, where: From, *, before: str = "") -> SignedIn:
        """Sign somebody in by the code that was needed too.

        Raises:
            SignInRefused: It is not the code.
            SingleUseExpired: It took too long.
            TooManyAttempts: Somebody tries too often.
        """
        now_ms = self._parts.now_ms()
        found = await self._db.read(lambda one: once.system_look(one, "sign_in", step, now_ms))
        await self._limits.sign_in(found.subject, where.address)

        def change(connection: Connection) -> SignedIn | None:
            user = users.system_find(connection, found.subject)
            if user is None or user.disabled:
                raise refused()
            if not self._factor.spend(connection, user, code):
                note(connection, user, "session.refused", address=where.address, now_ms=now_ms)
                return None
            once.system_use(connection, "sign_in", step, now_ms)
            return self.began(connection, user, where, before=before)

        signed_in = await self._db.transact(change)
        if signed_in is None:
            raise refused()
        return signed_in

    async def sign_out(self, user: str, session: str) -> None:
        """End a session, and what was begun with it."""

        def change(connection: Connection) -> None:
            sessions.system_end(connection, user, session)
            found = users.system_get(connection, user)
            note(connection, found, "session.ended", now_ms=self._parts.now_ms(), target=session)

        await self._db.transact(change)

    async def change_password(self, user: str, before: str, after: str, where: From) -> SignedIn:
        """Give somebody another password, end his sessions and begin a new one.

        Raises:
            SignInRefused: It is not the one of before.
            PasswordInvalid: The new one cannot be used.
            TooManyAttempts: He tries too often.
        """
        await self._limits.sign_in(user, where.address)
        kept = await self._db.read(lambda one: users.system_secrets(one, user))
        if kept.password_hash and not await self._passwords.fits(kept.password_hash, before):
            raise refused()
        made = await self._passwords.hash(after)

        def change(connection: Connection) -> SignedIn:
            _check_same(connection, user, kept.password_hash)
            found = users.system_get(connection, user)
            self._set_password(connection, found, made, where)
            return self.began(connection, found, where)

        return await self._db.transact(change)

    async def forgotten(self, email: str, where: From) -> None:
        """Send a link for a new password to whoever has the address, if anybody.

        Who asks is answered before that, so that he does not learn by the time whether it is known.

        Raises:
            TooManyAttempts: Somebody tries too often.
        """
        address = email.strip().lower()
        await self._limits.reset(address, where.address)
        self._spawn(self._send_link(address))

    async def idle(self) -> None:
        """Wait until nothing goes on beside: letters, notes."""
        await asyncio.gather(*self._beside)

    async def _send_link(self, address: str) -> None:
        try:
            user = await self._db.read(lambda one: users.system_by_email(one, address))
            if user is None or user.disabled or self._parts.mail is None:
                return
            link = await self.reset_link(user.id)
            text = f"Somebody, probably you, asked for a new password:\n\n{link}\n\n"
            text += "The link is good once, for an hour. If it was not you, ignore this."
            await self._parts.mail(user.email, "A new password for Penstock", text)
        except PenstockError as error:
            log.warning("letter_not_sent: %s: %s", error.code, error.message)

    async def reset_link(self, user: str) -> str:
        """A link by which a user gives himself a new password; it replaces the one before."""
        now_ms, lasts_ms = self._parts.now_ms(), self._choices.reset_ms

        def change(connection: Connection) -> str:
            found = users.system_get(connection, user)
            once.system_take_back(connection, "password", subject=user)
            note(connection, found, "user.reset_asked", now_ms=now_ms)
            new = NewOnce(kind="password", subject=user, ends_ms=now_ms + lasts_ms)
            return once.system_issue(connection, new, now_ms)

        token = await self._db.transact(change)
        return f"{self._choices.link_url}/?{urlencode({'reset': token})}"

    async def reset(self, token: str, password: str, where: From) -> SignedIn | StepNeeded:
        """Give whoever has a link a new password, and sign him in.

        Raises:
            SingleUseExpired: The link is too old, or was used.
            PasswordInvalid: The password cannot be used.
        """
        await self._limits.link(where.address)
        now_ms = self._parts.now_ms()
        await self._db.read(lambda one: once.system_look(one, "password", token, now_ms))
        made = await self._passwords.hash(password)

        def change(connection: Connection) -> SignedIn | StepNeeded:
            found = once.system_use(connection, "password", token, now_ms)
            user = users.system_find(connection, found.subject)
            if user is None or user.disabled:
                raise refused()
            self._set_password(connection, user, made, where)
            # Who reads somebody's mail has the link, and not the program for codes.
            if user.totp_on:
                return StepNeeded(self.step(connection, user))
            return self.began(connection, user, where)

        return await self._db.transact(change)

    def step(self, connection: Connection, user: User) -> str:
        """What is sent back with the code."""
        now_ms = self._parts.now_ms()
        ends_ms = now_ms + self._choices.step_ms
        new = NewOnce(kind="sign_in", subject=user.id, ends_ms=ends_ms)
        return once.system_issue(connection, new, now_ms)

    def began(
        self, connection: Connection, user: User, where: From, *, before: str = ""
    ) -> SignedIn:
        """Begin a session in the transaction that stands, and end the one of before."""
        now_ms, cookie = self._parts.now_ms(), secrets.token_urlsafe(32)
        if before:
            sessions.system_end(connection, user.id, hashed(before))
        ends_ms = now_ms + self._choices.absolute_ms
        sessions.system_begin(connection, hashed(cookie), user.id, where, ends_ms, now_ms)
        users.system_set(connection, user.id, signed_in_ms=now_ms)
        note(connection, user, "session.began", address=where.address, now_ms=now_ms)
        return SignedIn(user, cookie)

    def _set_password(self, connection: Connection, user: User, made: str, where: From) -> None:
        users.system_set(connection, user.id, password_hash=made)
        sessions.system_end_all(connection, user.id)
        once.system_take_back(connection, "password", subject=user.id)
        once.system_take_back(connection, "sign_in", subject=user.id)
        now_ms = self._parts.now_ms()
        note(connection, user, "user.password_changed", address=where.address, now_ms=now_ms)

    async def _renewed(self, kept: str, password: str) -> str:
        return await self._passwords.hash(password) if self._passwords.outdated(kept) else ""

    async def _note(self, user: User, action: str, where: From) -> None:
        now_ms = self._parts.now_ms()
        try:
            await self._db.transact(
                lambda one: note(one, user, action, address=where.address, now_ms=now_ms)
            )
        except PenstockError as error:
            log.warning("not_noted: %s: %s", error.code, error.message)

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._beside.add(task)
        task.add_done_callback(self._beside.discard)


def _check_same(connection: Connection, user: str, kept: str) -> None:
    """Go on only where the password is the one that was checked.

    Raises:
        SignInRefused: It was changed meanwhile.
    """
    if users.system_hold_password(connection, user) != kept:
        raise refused()


def _set_up() -> SetUpDone:
    return SetUpDone("The installation has an owner already.", hint="Sign in.")
