"""How often somebody may try, counted before anything that costs is done.

The rules:

* Five times a minute for an account, twenty for an address; a new password three times an hour.
* An account is counted by a hash of what was typed, whether it exists or not.
* Where counts cannot be kept nobody signs in.
"""

from __future__ import annotations

from hashlib import sha256
from typing import ClassVar

from penstock_kernel.store.rates import Rate, Rates
from penstock_sdk import PenstockError

_MINUTE_S, _HOUR_S = 60, 3_600


class TooManyAttempts(PenstockError):
    """Somebody tries too often.

    Attributes:
        delay_s: When to try again.
    """

    code: ClassVar[str] = "sign_in.too_many"

    def __init__(self, delay_s: float) -> None:
        message = f"Too many attempts. Try again in {max(1, round(delay_s))} seconds."
        super().__init__(message, hint="Who has forgotten a password can ask for a new one.")
        self.delay_s = delay_s

    def __reduce__(self) -> tuple[type[TooManyAttempts], tuple[float]]:
        return type(self), (self.delay_s,)


class Limits:
    """Counts attempts."""

    def __init__(self, rates: Rates) -> None:
        self._rates = rates

    async def sign_in(self, account: str, address: str) -> None:
        """One attempt to sign in, or to prove who somebody is.

        Raises:
            TooManyAttempts: It is one too many.
        """
        await self._take(
            _rate("sign-in:account", account, 5, _MINUTE_S),
            _rate("sign-in:address", address, 20, _MINUTE_S),
        )

    async def reset(self, account: str, address: str) -> None:
        """One request for a new password.

        Raises:
            TooManyAttempts: It is one too many.
        """
        await self._take(
            _rate("reset:account", account, 3, _HOUR_S),
            _rate("reset:address", address, 20, _HOUR_S),
        )

    async def link(self, address: str) -> None:
        """One use of a link, an account that somebody makes himself, or a token to renew with.

        Raises:
            TooManyAttempts: It is one too many.
        """
        await self._take(_rate("link:address", address, 20, _MINUTE_S))

    async def _take(self, *rates: Rate) -> None:
        delay_s = await self._rates.take(rates)
        if delay_s > 0:
            raise TooManyAttempts(delay_s)


def _rate(what: str, who: str, times: int, per_s: int) -> Rate:
    mark = sha256(who.encode("utf-8", "surrogatepass")).hexdigest()[:24]
    return Rate(f"identity:{what}:{mark}", times / per_s, times)
