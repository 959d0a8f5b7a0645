"""The node that keeps items of several executions and lets them go on together.

The rules:

* What is kept is one value in the state of the node, changed by compare and set: two executions
  at once lose nothing.
* A step that is repeated after a crash adds nothing twice, and gives what it gave: the state names
  the latest steps whose items it holds, and keeps what was released last.
* Time is looked at when items arrive; nothing wakes the node in between.
* What would be too large to be kept is released at once.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, cast

from penstock_sdk import (
    BinaryRef,
    Context,
    Item,
    Node,
    Output,
    Port,
    RetryLater,
    boolean,
    integer,
    number,
)

_KEY = "penstock.batch"
_ATTEMPTS = 20
#: Of what is kept as JSON; what was released last is kept beside it.
MAX_BYTES = 400_000
_MOST_STEPS = 1_000


class Batch(Node):
    """Keeps items until there are enough, over several executions."""

    id = "penstock/flow.batch"
    title = "Batch"
    description = "Keeps items of several executions, and lets them go on together."
    group = "flow"
    icon = "package"
    aliases = ("accumulate", "collect", "buffer", "queue", "debounce", "bulk", "window", "digest")
    docs = (
        "Items are kept until at least so many are there, or until the oldest has waited for long "
        "enough; then all of them go on in the execution that brought the last ones. The others "
        "end here. Time is looked at when items arrive: a batch that is due leaves with the next "
        "execution, so let a schedule call the workflow with `Release now` if that may take long. "
        "What would exceed 400 KB leaves at once."
    )
    outputs = (Port(name="main", title="Batch"), Port(name="kept", title="Kept for later"))
    effects = "keyed"

    max_items: int = integer(10, minimum=1, title="Release at so many items")
    max_wait_s: float = number(
        0, minimum=0, title="Release after", hint="Seconds; 0 waits for the number of items."
    )
    release_now: bool = boolean(
        False, title="Release now", hint="Lets go what is there, these items included."
    )

    async def run(self, ctx: Context, items: Sequence[Item]) -> Mapping[str, Output]:
        """Keep the items, or let all go.

        Raises:
            RetryLater: Others change what is kept all the time.
        """
        if not items:
            return {"main": Output([], []), "kept": Output([], [])}
        for _ in range(_ATTEMPTS):
            stored = await ctx.state.get(_KEY)
            change = _Change(ctx, items, _table(stored))
            if change.after is None or await ctx.state.update(_KEY, stored, change.after):
                return change.outputs()
        message = "What is kept is changed by other executions all the time."
        raise RetryLater(message, delay_s=1)


class _Change:
    """What this step makes of what is kept."""

    def __init__(self, ctx: Context, items: Sequence[Item], kept: Mapping[str, Any]) -> None:
        self._items = items
        self._key = ctx.idempotency_key()
        #: What earlier steps brought, where all goes on now.
        self._earlier: Sequence[Any] | None = None
        #: None: the step ran before, and nothing changes.
        self.after: dict[str, Any] | None = None
        last = _table(kept.get("last"))
        if last.get("key") == self._key:
            self._earlier = last["items"]
        elif self._key not in kept.get("steps", ()):
            self._add(ctx, kept)

    def _add(self, ctx: Context, kept: Mapping[str, Any]) -> None:
        earlier: Sequence[Any] = kept.get("items", ())
        since: int = kept.get("since_ms") or ctx.now_ms()
        if not _is_due(ctx, len(earlier) + len(self._items), ctx.now_ms() - since):
            rows = [*earlier, *map(_row, self._items)]
            if len(json.dumps(rows)) <= MAX_BYTES:
                steps = [*kept.get("steps", ()), self._key][-_MOST_STEPS:]
                self.after = {"items": rows, "since_ms": since, "steps": steps}
                self.after["last"] = kept.get("last")
                return
        self._earlier = earlier
        self.after = {"last": {"key": self._key, "items": earlier}}

    def outputs(self) -> Mapping[str, Output]:
        """Either all that was there, or these items as kept."""
        count = len(self._items)
        if self._earlier is None:
            return {"main": Output([], []), "kept": Output(self._items, range(count))}
        found = [*map(_item, self._earlier), *self._items]
        parents = [*([-1] * len(self._earlier)), *range(count)]
        return {"main": Output(found, parents), "kept": Output([], [])}


def _is_due(ctx: Context, count: int, waited_ms: int) -> bool:
    most_s = float(ctx.param("max_wait_s") or 0)
    return (
        count >= int(ctx.param("max_items") or 1)
        or bool(ctx.param("release_now"))
        or (most_s > 0 and waited_ms >= most_s * 1000)
    )


def _table(value: Any) -> Mapping[str, Any]:
    return cast("Mapping[str, Any]", value) if isinstance(value, Mapping) else {}


def _row(item: Item) -> dict[str, Any]:
    if not item.binary:
        return {"json": item.json}
    files = {
        name: [ref.id, ref.media_type, ref.file_name, ref.size] for name, ref in item.binary.items()
    }
    return {"json": item.json, "files": files}


def _item(row: Mapping[str, Any]) -> Item:
    files = {
        name: BinaryRef(id=id_, media_type=media_type, file_name=file_name, size=size)
        for name, (id_, media_type, file_name, size) in row.get("files", {}).items()
    }
    return Item(row["json"], files or None)
