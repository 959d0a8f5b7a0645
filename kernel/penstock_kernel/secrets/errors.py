"""What may be wrong with a secret that is kept elsewhere."""

from __future__ import annotations

from typing import ClassVar

from penstock_sdk import PenstockError


class SecretUnavailable(PenstockError):
    """The place where a secret is kept does not hand it out."""

    code: ClassVar[str] = "secret.unavailable"


class ReferenceRefused(PenstockError):
    """A reference names no place, or none that may be read here."""

    code: ClassVar[str] = "secret.refused"


def refused_by(place: str, status: int) -> SecretUnavailable:
    """A place has answered with an error. What it says may hold a secret and is not repeated."""
    message = f"{place} answered with status {status}."
    hints = {
        403: "Its token may not read that path.",
        404: "There is nothing at that path; look at the reference.",
    }
    return SecretUnavailable(message, hint=hints.get(status, "Look whether it is up and unsealed."))
