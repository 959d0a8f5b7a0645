"""What is answered to whoever starts an execution: its id, or what came of it where he waits."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from penstock_kernel.execution.result import Execution
from penstock_kernel.store.records import ErrorRecord, ExecutionId, ExecutionStatus, WaitingFor
from penstock_kernel.work.answers import Came
from penstock_kernel.work.step_data import ItemPart, part_of
from penstock_web.http.endpoint import Call, Given, Reply

ACCEPTED = 202
#: Accepts an execution that is to have this id, and says which one it has.
Accepts = Callable[[ExecutionId], Awaitable[str]]


class Waiting(Given, frozen=True):
    """Whether to wait for the end, and for how long."""

    #: Answer when it has ended, and not as soon as it is accepted.
    wait: bool = False
    #: How long to wait at most.
    timeout_s: Annotated[float, Meta(ge=0, le=300)] = 30.0


class Started(msgspec.Struct, frozen=True, kw_only=True):
    """An execution that was accepted, and what came of it where somebody waited for that."""

    execution: str
    #: False: the same event was accepted before, as this execution.
    is_new: bool = True
    #: None: it has not ended as far as is known here.
    status: ExecutionStatus | None = None
    waiting_for: WaitingFor | None = None
    error: ErrorRecord | None = None
    #: What came out at its end, a megabyte at most.
    output: ItemPart | None = None


async def started(call: Call, wanted: Waiting, accept: Accepts) -> Reply[Started]:
    """Accept an execution, and wait for its end where that is wanted."""
    execution = call.kernel.new_id()
    if not wanted.wait:
        return _accepted(await accept(execution), execution)
    awaiting = call.kernel.serving.hooks.awaiting
    with awaiting.waiter(execution, "end") as waiter:
        kept = await accept(execution)
        if kept == execution:
            came = await awaiting.came(waiter, wanted.timeout_s, looks_first=False)
            return _answered(kept, came, is_new=True)
    with awaiting.waiter(kept, "end") as waiter:
        came = await awaiting.came(waiter, wanted.timeout_s, looks_first=True)
        return _answered(kept, came, is_new=False)


def _accepted(kept: str, wished: str) -> Reply[Started]:
    value = Started(execution=kept, is_new=kept == wished)
    return Reply(value=value, status=ACCEPTED, headers=_where(kept))


def _answered(kept: str, came: Came | None, *, is_new: bool) -> Reply[Started]:
    if not isinstance(came, Execution):
        value = Started(execution=kept, is_new=is_new)
        return Reply(value=value, status=ACCEPTED, headers=_where(kept))
    output = part_of("", came.items, len(came.items))
    value = Started(
        execution=kept,
        is_new=is_new,
        status=came.status,
        waiting_for=came.waiting_for,
        error=came.error,
        output=output,
    )
    return Reply(value=value, status=200, headers=_where(kept))


def _where(execution: str) -> dict[str, Any]:
    return {"location": f"/api/v1/executions/{execution}"}
