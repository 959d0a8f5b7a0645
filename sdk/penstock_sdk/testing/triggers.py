"""Play the host's part for a trigger."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from penstock_sdk.node import Event, Trigger
from penstock_sdk.testing.context import TestContext


async def poll(
    trigger: type[Trigger],
    config: Mapping[str, Any] | None = None,
    *,
    cursor: Any = None,
    context: TestContext | None = None,
    **options: Any,
) -> tuple[Sequence[Event], Any]:
    """Poll once, as the scheduler does; give the cursor back to poll again.

    Raises:
        AssertionError: Two events of one poll have the same id.
    """
    ctx = context or TestContext(trigger, config, **options)
    events, following = await trigger().poll(ctx, cursor)
    ids = [event.id for event in events if event.id is not None]
    twice = sorted({one for one in ids if ids.count(one) > 1})
    if twice:
        message = f"{trigger.__name__} told of {', '.join(twice)} twice in one poll."
        raise AssertionError(message)
    return events, following


async def request(
    trigger: type[Trigger],
    config: Mapping[str, Any] | None = None,
    *,
    method: str = "POST",
    headers: Mapping[str, str] | None = None,
    query: Mapping[str, str] | None = None,
    body: Any = None,
    context: TestContext | None = None,
    **options: Any,
) -> Event | None:
    """Send a request to a webhook trigger, as the server does."""
    ctx = context or TestContext(trigger, config, mode="webhook", **options)
    arrived = {
        "method": method,
        "headers": {name.lower(): value for name, value in (headers or {}).items()},
        "query": dict(query or {}),
        "body": body,
    }
    return await trigger().on_request(ctx, arrived)


async def activate_and_deactivate(
    trigger: type[Trigger],
    config: Mapping[str, Any] | None = None,
    *,
    context: TestContext | None = None,
    **options: Any,
) -> Mapping[str, Any]:
    """Publish and unpublish once; what `activate` wanted to remember."""
    ctx = context or TestContext(trigger, config, **options)
    instance = trigger()
    state = await instance.activate(ctx)
    await instance.deactivate(ctx, state)
    return state
