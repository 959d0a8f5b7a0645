"""Which rates a request counts against, and waiting for one's turn."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar
from urllib.parse import urlsplit

import msgspec

from penstock_kernel.execution.policy import Clock
from penstock_kernel.store.rates import LONGEST_S, Rate, Rates
from penstock_sdk import RetryLater

_SECONDS = {"s": 1, "m": 60, "h": 3_600}


class RateLimited(RetryLater):
    """So much was sent there already that its turn is too far away."""

    code: ClassVar[str] = "rate.limited"


class Rule(msgspec.Struct, frozen=True):
    """How often one of a kind may be used; `*` is each one that no other rule names."""

    kind: str
    name: str
    per_s: float
    burst: float

    @classmethod
    def parse(cls, text: str) -> Rule:
        """From the settings."""
        what, _, rate = text.rpartition("=")
        kind, _, name = what.partition(":")
        count, _, unit = rate.partition("/")
        # What is allowed in a second may come at once; of what is allowed in an hour, a second's.
        per_s = int(count) / _SECONDS[unit]
        return cls(kind, name.lower(), per_s, max(1.0, per_s))


class RateLimits:
    """The rules of the settings, and the count that all processes share."""

    def __init__(self, rules: Sequence[str], rates: Rates, clock: Clock) -> None:
        self._rules = {(rule.kind, rule.name): rule for rule in map(Rule.parse, rules)}
        self.rates = rates
        self._clock = clock

    async def wait(self, workspace: str, url: str, credential: str | None) -> None:
        """Wait until a request may be sent.

        Raises:
            RateLimited: Its turn is too far away.
        """
        if not self._rules:
            return
        rates = self._of(workspace, url, credential)
        if not rates:
            return
        wait_s = await self.rates.take(rates)
        if wait_s > LONGEST_S:
            names = ", ".join(rate.name for rate in rates)
            message = f"So much was sent already that it would be sent in {wait_s:,.0f} s: {names}."
            hint = "Send less, or raise the limit in the setting `rate_limits`."
            raise RateLimited(message, delay_s=wait_s, hint=hint)
        if wait_s:
            await self._clock.sleep(wait_s)

    def _of(self, workspace: str, url: str, credential: str | None) -> list[Rate]:
        host = (urlsplit(url).hostname or "").lower()
        found = [self._rate("workspace", workspace), self._rate("host", host)]
        if credential is not None:
            found.append(self._rate("credential", credential))
        return [rate for rate in found if rate is not None]

    def _rate(self, kind: str, name: str) -> Rate | None:
        rule = self._rules.get((kind, name.lower())) or self._rules.get((kind, "*"))
        return None if rule is None else Rate(f"{kind}:{name}", rule.per_s, rule.burst)
