"""What nobody tries any more, and results that are kept to be used again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import msgspec
from msgspec import Meta

from penstock_kernel.store.sql.overview import DeadLetter
from penstock_kernel.store.sql.step_cache import CacheCounts
from penstock_sdk import PenstockError
from penstock_web.http.endpoint import Call, Given, Page, endpoint


class OneDead(Given, frozen=True):
    """Which execution."""

    execution: str


class Redriving(Given, frozen=True):
    """Which executions."""

    ids: Annotated[Sequence[str], Meta(min_length=1, max_length=100)]


class Redriven(msgspec.Struct, frozen=True):
    """What became of one of them."""

    execution: str
    #: It was dead, and is queued again.
    queued: bool
    #: Why it is not, where something kept it.
    error: str = ""


class CacheWanted(Given, frozen=True):
    """Results of which node type."""

    #: Empty: of all.
    node_type: str = ""


class Cleared(msgspec.Struct, frozen=True):
    """How many there were."""

    cleared: int


@endpoint("GET", "/dead-letters", needs="execution:read", tag="queue")
async def list_dead_letters(call: Call) -> Page[DeadLetter]:
    """Executions that nobody tries any more, the newest 100 first."""
    return Page(await call.kernel.history.dead_letters(call.scope))


@endpoint("POST", "/dead-letters/{execution}/redrive", needs="execution:write", tag="queue")
async def redrive_dead_letter(call: Call, path: OneDead) -> Redriven:
    """Queue a dead execution again: it goes on where it died."""
    queued = await call.kernel.history.redrive(call.scope, path.execution)
    return Redriven(path.execution, queued)


@endpoint("POST", "/dead-letters/redrive", needs="execution:write", tag="queue")
async def redrive_dead_letters(call: Call, body: Redriving) -> Page[Redriven]:
    """Queue up to 100 dead executions again."""
    done: list[Redriven] = []
    for one in body.ids:
        try:
            done.append(Redriven(one, await call.kernel.history.redrive(call.scope, one)))
        except PenstockError as error:
            done.append(Redriven(one, queued=False, error=f"{error.code}: {error.message}"))
    return Page(done)


@endpoint("GET", "/step-cache", needs="execution:read", tag="queue")
async def list_step_cache(call: Call) -> Page[CacheCounts]:
    """What was kept of the results of steps, and how often it was used, by node type."""
    return Page(await call.kernel.history.cache(call.scope))


@endpoint("DELETE", "/step-cache", needs="execution:write", tag="queue")
async def clear_step_cache(call: Call, query: CacheWanted) -> Cleared:
    """Forget results of steps, so that they run the next time."""
    return Cleared(await call.kernel.history.clear_cache(call.scope, query.node_type))


ENDPOINTS = [
    list_dead_letters,
    redrive_dead_letters,
    redrive_dead_letter,
    list_step_cache,
    clear_step_cache,
]
