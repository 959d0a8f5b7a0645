"""When a failed step is tried again, and the clock that everything waits by.

The rules:

* What a node type says of retries holds for `RetryLater` alone: its author knows what passes.
* What a person sets on a node holds for every failure but those that cannot pass: an expression, a
  parameter, a result of the wrong shape.
* A delay that the target asked for is respected, and never shortened.
"""

from __future__ import annotations

import asyncio
import random
import time
from typing import Protocol

from penstock_kernel.store.records import StepRecord
from penstock_kernel.workflow.document import RetrySettings
from penstock_sdk import PenstockError, Retry, RetryLater

HOPELESS = frozenset(
    ("expression.failed", "node.result_invalid", "parameter.invalid", "guest.refused")
)


class Clock(Protocol):
    """Time, passed in so that tests need not wait."""

    def now_ms(self) -> int: ...
    async def sleep(self, delay_s: float) -> None: ...


class SystemClock:
    """The machine's clock."""

    def now_ms(self) -> int:
        return time.time_ns() // 1_000_000

    async def sleep(self, delay_s: float) -> None:
        await asyncio.sleep(delay_s)


def may_retry(
    error: BaseException, attempt: int, settings: RetrySettings | None, declared: Retry
) -> bool:
    """Is another attempt allowed after this one?"""
    if settings is None:
        return isinstance(error, RetryLater) and attempt < declared.max_attempts
    if isinstance(error, PenstockError) and error.code in HOPELESS:
        return False
    return attempt < settings.max_attempts


def delay_s(
    error: BaseException, attempt: int, policy: RetrySettings | Retry, chance: float | None = None
) -> float:
    """Seconds until the next attempt: exponential with jitter, or what the target asked for.

    `chance` from 0 to 1 takes the place of a random number.
    """
    asked = error.delay_s if isinstance(error, RetryLater) else 0.0
    grown = policy.first_delay_s * policy.factor ** (attempt - 1)
    drawn = random.random() if chance is None else chance  # noqa: S311 - spreads load, no secret
    spread = 1 + policy.jitter * (2 * drawn - 1)
    return max(asked, min(grown, policy.max_delay_s) * spread)


def attempt_after(before: StepRecord | None) -> int:
    """The number of the attempt that follows what the journal knows of a step."""
    if before is None or before.waiting_for == "debug":
        return 1
    return before.attempt if before.waiting_for == "timer" else before.attempt + 1
