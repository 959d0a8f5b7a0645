"""What everything about signing in is built on."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from sqlalchemy import Connection

from penstock_kernel.store.rates import Rates
from penstock_kernel.store.sealing import Sealer
from penstock_kernel.store.sql import audit
from penstock_kernel.store.sql.database import Database
from penstock_kernel.store.sql.members_access import system_places
from penstock_kernel.store.sql.users import User
from penstock_sdk import PenstockError
from penstock_web.identity.choices import Choices

if TYPE_CHECKING:
    from penstock_sandbox.egress.egress import Egress

#: Sends a letter: to, subject, text.
SendMail = Callable[[str, str, str], Awaitable[None]]


class SignInRefused(PenstockError):
    """Somebody could not sign in. It is not told why: that would help whoever guesses."""

    code: ClassVar[str] = "sign_in.refused"


class Parts(NamedTuple):
    """What everything about signing in is built on."""

    db: Database
    now_ms: Callable[[], int]
    rates: Rates
    #: For what is secret: without it there are no second factors, signing keys and providers.
    sealer: Sealer
    choices: Choices = Choices()
    egress: Egress | None = None
    mail: SendMail | None = None


def refused() -> SignInRefused:
    """What somebody is told who could not sign in."""
    hint = "Check the address, the password and the code, or ask for a new password."
    return SignInRefused("This did not sign anybody in.", hint=hint)


def note(
    connection: Connection, user: User, action: str, *, address: str = "", now_ms: int, **more: str
) -> None:
    """Write down what a user did with his account, where he belongs first."""
    place = next(iter(system_places(connection, user)), None)
    event = audit.Event(
        action=action,
        actor=user.id,
        target=more.pop("target", user.id),
        detail=more,
        organization=place.organization if place else "",
        workspace=place.workspace if place else "",
        address=address,
        at_ms=now_ms,
    )
    audit.system_append(connection, [event])
