"""The people that the installation knows.

The rules:

* An address is compared in lower case, and belongs to one user.
* There is always an owner who is not disabled.
* Hashes of passwords and the second factor are read where they are checked, and nowhere else.
"""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Sequence
from typing import Any, ClassVar

import msgspec
from sqlalchemy import Connection, Table, func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from penstock_kernel.store.sql.rows import Row, all_rows, first_row
from penstock_kernel.store.sql.tables import identities, users
from penstock_sdk import PenstockError

_U = users.c
_I = identities.c
_EMAIL = re.compile(r"[^\s@<>\"(),:;\\\x00-\x1f\x7f]{1,64}@[^\s@<>\"(),:;\\\x00-\x1f\x7f]{1,190}")


class UserMissing(PenstockError):
    """There is no such user."""

    code: ClassVar[str] = "user.missing"


class UserTaken(PenstockError):
    """The address belongs to somebody already."""

    code: ClassVar[str] = "user.taken"


class UserInvalid(PenstockError):
    """An address or a name cannot be used."""

    code: ClassVar[str] = "user.invalid"


class LastOwner(PenstockError):
    """Nobody would own the installation any more."""

    code: ClassVar[str] = "owner.conflict"


class User(msgspec.Struct, frozen=True, kw_only=True):
    """A person, as others may know him."""

    id: str
    email: str
    name: str
    disabled: bool
    #: May do everything everywhere.
    owner: bool
    email_verified: bool
    #: Has a second factor.
    totp_on: bool
    has_password: bool
    created_ms: int
    signed_in_ms: int | None


class Secrets(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody is checked with. Never shown."""

    password_hash: str
    totp_secret: bytes | None
    totp_on: bool
    totp_used: int
    recovery_codes: tuple[str, ...]

    def __repr__(self) -> str:
        return "Secrets()"

    def __rich_repr__(self) -> list[tuple[str, Any]]:
        """For printers that do not ask `__repr__`."""
        return []


class NewUser(msgspec.Struct, frozen=True, kw_only=True):
    """A user to be added."""

    email: str
    name: str = ""
    password_hash: str = ""
    owner: bool = False
    email_verified: bool = False


def normalized(email: str) -> str:
    """An address as it is compared.

    Raises:
        UserInvalid: It is none.
    """
    text = unicodedata.normalize("NFC", email).strip().lower()
    if _EMAIL.fullmatch(text) is None:
        raise UserInvalid("This is no e-mail address.", hint="Write it as name@example.com.")
    return text


def system_add(connection: Connection, new: NewUser, now_ms: int) -> User:
    """Add a user.

    Raises:
        UserTaken: Somebody has this address.
        UserInvalid: The address is none.
    """
    email = normalized(new.email)
    user = f"usr_{os.urandom(10).hex()}"
    row = {
        "id": user,
        "email": email,
        "name": new.name.strip(),
        "password_hash": new.password_hash or None,
        "owner": new.owner,
        "email_verified": new.email_verified,
        "created_ms": now_ms,
    }
    # Two that come at once with the same address: one of them is told.
    added = _insert(connection, users).values(row).on_conflict_do_nothing()
    if connection.execute(added).rowcount == 0:
        hint = "Sign in with it, or choose another."
        raise UserTaken("Somebody has this address already.", hint=hint)
    return system_get(connection, user)


def system_get(connection: Connection, user: str) -> User:
    """One user.

    Raises:
        UserMissing: There is none with this id.
    """
    found = system_find(connection, user)
    if found is None:
        raise UserMissing(f"There is no user {user!r}.", hint="Look into the list of users.")
    return found


def system_find(connection: Connection, user: str) -> User | None:
    """One user, if he is there."""
    row = first_row(connection.execute(select(users).where(_U.id == user)))
    return None if row is None else _user(row)


def system_by_email(connection: Connection, email: str) -> User | None:
    """Who has an address, if anybody."""
    row = first_row(connection.execute(select(users).where(_U.email == email)))
    return None if row is None else _user(row)


def system_with_secrets(connection: Connection, email: str) -> tuple[User, Secrets] | None:
    """Who has an address, and what he is checked with."""
    row = first_row(connection.execute(select(users).where(_U.email == email)))
    return None if row is None else (_user(row), _secrets(row))


def system_by_identity(connection: Connection, issuer: str, subject: str) -> User | None:
    """Who is known as this elsewhere, if anybody."""
    own = (_I.issuer == issuer) & (_I.subject == subject)
    found = select(users).join(identities, _I.user_id == _U.id).where(own)
    row = first_row(connection.execute(found))
    return None if row is None else _user(row)


def system_link(
    connection: Connection, user: str, issuer: str, subject: str, email: str, now_ms: int
) -> None:
    """Let a user be known as this elsewhere from now on.

    Raises:
        UserTaken: Somebody is.
    """
    row = {
        "issuer": issuer,
        "subject": subject,
        "user_id": user,
        "email": email,
        "created_ms": now_ms,
        "signed_in_ms": now_ms,
    }
    new = _insert(connection, identities).values(row).on_conflict_do_nothing()
    if connection.execute(new).rowcount == 0:
        hint = "Sign in as the one who is."
        raise UserTaken("Somebody is known as this already.", hint=hint)


def system_secrets(connection: Connection, user: str) -> Secrets:
    """What a user is checked with.

    Raises:
        UserMissing: There is none with this id.
    """
    row = first_row(connection.execute(select(users).where(_U.id == user)))
    if row is None:
        raise UserMissing(f"There is no user {user!r}.", hint="Look into the list of users.")
    return _secrets(row)


def system_hold_password(connection: Connection, user: str) -> str:
    """The hash of a user's password, which nobody changes before the transaction ends."""
    found = select(_U.password_hash).where(_U.id == user).with_for_update()
    return connection.execute(found).scalar() or ""


def system_set(connection: Connection, user: str, **values: Any) -> None:
    """Change columns of a user."""
    connection.execute(update(users).where(_U.id == user).values(values))


def system_set_recovery(connection: Connection, user: str, hashes: Sequence[str]) -> None:
    """Keep the hashes of the codes for when the second factor is lost."""
    system_set(connection, user, recovery_codes=msgspec.json.encode(list(hashes)))


def system_spend_totp(connection: Connection, user: str, place: int) -> bool:
    """Use up a code by its place in time; False: it, or a later one, was used before."""
    later = update(users).where(_U.id == user, _U.totp_used < place).values(totp_used=place)
    return connection.execute(later).rowcount == 1


def system_spend_recovery(connection: Connection, user: str, hashed: str) -> bool:
    """Use up a recovery code; False: there is none like this."""
    found = select(_U.recovery_codes).where(_U.id == user).with_for_update()
    codes = _codes(connection.execute(found).scalar())
    if hashed not in codes:
        return False
    system_set_recovery(connection, user, [one for one in codes if one != hashed])
    return True


def system_anybody(connection: Connection) -> bool:
    """Is there any user?"""
    return connection.execute(select(_U.id).limit(1)).first() is not None


def system_listed(connection: Connection, after: str, limit: int) -> Sequence[User]:
    """All users, by address."""
    found = select(users).where(_U.email > after).order_by(_U.email).limit(limit)
    return [_user(row) for row in all_rows(connection.execute(found))]


def system_disable(connection: Connection, user: str, *, disabled: bool) -> None:
    """Let a user in no more, or again.

    Raises:
        LastOwner: He is the only owner.
    """
    if disabled:
        _keep_an_owner(connection, user)
    system_set(connection, user, disabled=disabled)


def system_own(connection: Connection, user: str, *, owner: bool) -> None:
    """Make somebody an owner of the installation, or no longer.

    Raises:
        LastOwner: He is the only owner.
    """
    if not owner:
        _keep_an_owner(connection, user)
    system_set(connection, user, owner=owner)


def _keep_an_owner(connection: Connection, user: str) -> None:
    # Held, so that two owners do not let go of each other at once.
    held = select(_U.id).where(_U.owner, _U.disabled.is_(False)).with_for_update()
    owners = {row[0] for row in connection.execute(held)}
    if owners == {user}:
        message = "This is the only owner of the installation."
        raise LastOwner(message, hint="Make somebody else an owner first.")


def system_counted(connection: Connection) -> int:
    """How many users there are."""
    return connection.execute(select(func.count()).select_from(users)).scalar_one()


def _insert(connection: Connection, table: Table) -> Any:
    dialect: Any = sqlite if connection.dialect.name == "sqlite" else postgresql
    return dialect.insert(table)


def _codes(data: bytes | None) -> tuple[str, ...]:
    return () if data is None else msgspec.json.decode(data, type=tuple[str, ...])


def _secrets(row: Row) -> Secrets:
    return Secrets(
        password_hash=row["password_hash"] or "",
        totp_secret=row["totp_secret"],
        totp_on=row["totp_on"],
        totp_used=row["totp_used"],
        recovery_codes=_codes(row["recovery_codes"]),
    )


def _user(row: Row) -> User:
    return User(
        id=row["id"],
        email=row["email"],
        name=row["name"] or "",
        disabled=row["disabled"],
        owner=row["owner"],
        email_verified=row["email_verified"],
        totp_on=row["totp_on"],
        has_password=bool(row["password_hash"]),
        created_ms=row["created_ms"],
        signed_in_ms=row["signed_in_ms"],
    )
