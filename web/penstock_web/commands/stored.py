"""A kernel with the database of the settings, for commands that look at it or change it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import TypeVar

import msgspec

from penstock_kernel.kernel import Kernel
from penstock_kernel.store.scope import Scope
from penstock_web.commands.assembly import chosen_settings
from penstock_web.errors import CommandRefused

SCOPE = Scope()
T = TypeVar("T")


def with_kernel(work: Callable[[Kernel], Awaitable[T]], *, accepts: bool = False) -> T:
    """Do something with a kernel; `accepts`: it starts executions, which a server runs."""

    async def do() -> T:
        async with _opened(accepts=accepts) as kernel:
            return await work(kernel)

    return asyncio.run(do())


@asynccontextmanager
async def _opened(*, accepts: bool) -> AsyncGenerator[Kernel]:
    settings = chosen_settings()
    settings = msgspec.structs.replace(settings, database=settings.store_url)
    async with Kernel.open(settings) as kernel:
        if not accepts:
            yield kernel
            return
        async with kernel.serve(role="api"):
            yield kernel


def moment(ms: int | None) -> str:
    """A moment as people read it, in UTC; empty where there is none."""
    if not ms:
        return ""
    return datetime.fromtimestamp(ms / 1_000, UTC).strftime("%Y-%m-%d %H:%M:%S")


def moment_ms(text: str, option: str) -> int | None:
    """What a person wrote as a moment; without a zone it is UTC.

    Raises:
        CommandRefused: It is no moment.
    """
    if not text:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        message = f"{option} cannot be {text!r}: it is no moment."
        raise CommandRefused(message, hint="Write it as 2026-03-02 or 2026-03-02T09:30.") from error
    return round((found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp() * 1_000)


def took(started_ms: int, finished_ms: int) -> str:
    """How long something took."""
    if not started_ms or finished_ms < started_ms:
        return ""
    seconds = (finished_ms - started_ms) / 1_000
    return f"{seconds:.3g} s" if seconds < 60 else f"{seconds / 60:.1f} min"
