"""Many executions at once: run again, ended, removed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from penstock_kernel.store.sql.overview import Filter
from penstock_kernel.work.history import MOST_AT_ONCE, Done, Which
from penstock_web.api.executions import Wanted
from penstock_web.http.endpoint import Call, Given, endpoint
from penstock_web.http.problem import BadRequest


class Many(Given, frozen=True):
    """What to do with which executions: with those that are named, or those that are found."""

    do: Literal["retry", "replay", "cancel", "remove"]
    executions: Annotated[Sequence[str], Meta(max_length=MOST_AT_ONCE)] = ()
    found: Wanted | None = None
    #: Of those that run again.
    version: Which = "original"


class ManyDone(msgspec.Struct, frozen=True):
    """What became of each."""

    executions: Sequence[Done]
    #: As many as are done at once: there may be more.
    may_be_more: bool


@endpoint("POST", "/executions/bulk", needs="execution:read", tag="executions")
async def change_executions(call: Call, body: Many) -> ManyDone:
    """Run many executions again, cancel or remove them: a thousand at most, the oldest first.

    Each one needs the grant that it needs alone; what is refused is told with the others.

    Raises:
        BadRequest: Neither ids nor a filter are given, or both.
    """
    if (body.found is None) == (not body.executions):
        raise BadRequest("Name executions, or say which are to be found.", hint="One of the two.")
    chosen = body.executions if body.found is None else body.found.filter()
    done = await _all_done(call, body, chosen)
    return ManyDone(done, len(done) == MOST_AT_ONCE)


async def _all_done(call: Call, body: Many, chosen: Filter | Sequence[str]) -> Sequence[Done]:
    history = call.kernel.history
    if body.do == "cancel":
        return await history.cancel_all(call.scope, chosen)
    if body.do == "remove":
        return await history.remove_all(call.scope, chosen)
    whole = body.do == "replay"
    return await history.again_all(call.scope, chosen, which=body.version, whole=whole)


ENDPOINTS = [change_executions]
