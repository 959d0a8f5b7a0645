"""A trigger that polls, from a plugin, as a server hosts it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Any, ClassVar

import pytest
from tests.support.databases import url_of

from penstock_kernel.kernel import Kernel
from penstock_kernel.packages.catalog import NativeNode
from penstock_kernel.packages.loader import Plugins, load_plugins
from penstock_kernel.settings import Settings
from penstock_kernel.store.scope import Scope
from penstock_sdk import Context, Event, Item, NodeFailed, Port, Trigger, text

SCOPE = Scope()
PATIENCE_S = 30


class Inbox(Trigger):
    """What somebody put on a list."""

    id = "test/mail.inbox"
    title = "Inbox"
    kind = "poll"
    outputs = (Port(name="main"),)
    letters: ClassVar[list[str]] = []
    fails: ClassVar[bool] = False

    folder: str = text("in", title="Folder")

    def schedules(self, config: Any) -> Sequence[Any]:
        return [{"every_s": 1}]

    async def poll(self, ctx: Context, cursor: Any) -> tuple[Sequence[Event], Any]:
        if self.fails:
            raise NodeFailed("The mail server is away.")
        seen = cursor or 0
        folder = ctx.param("folder")
        new = [
            Event(items=[Item({"letter": one, "folder": folder})], id=one)
            for one in self.letters[seen:]
        ]
        return new, len(self.letters)


def with_inbox() -> Plugins:
    found = load_plugins()
    found.nodes[Inbox.id, Inbox.version] = NativeNode(Inbox, "test/mail")
    return found


DOCUMENT = {
    "format": "penstock/1",
    "name": "letters",
    "nodes": [
        {"id": "in", "name": "In", "type": Inbox.id, "config": {"folder": "post"}},
        {
            "id": "set",
            "name": "Set",
            "type": "penstock/data.set",
            "config": {"assignments": [{"name": "read", "value": "={{ $json.letter }}"}]},
        },
    ],
    "edges": [{"from": ["in", "main"], "to": ["set", "main"]}],
}


async def read(kernel: Kernel, count: int) -> list[list[Any]]:
    """What the executions put out, oldest first, as soon as there are so many."""
    async with asyncio.timeout(PATIENCE_S):
        while True:
            found = (await kernel.history.list(SCOPE)).executions
            if len(found) >= count and all(one.status == "success" for one in found):
                break
            await asyncio.sleep(0.02)
    steps = [await kernel.journal.steps(one.id) for one in reversed(found)]  # type: ignore[arg-type]
    return [[item.json for item in some[-1].outputs["main"].items] for some in steps]


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
async def test_a_node_that_polls_starts_its_workflow_with_what_is_new(
    kind: str, tmp_path: Path
) -> None:
    Inbox.letters, Inbox.fails = ["a", "b"], False
    settings = Settings(
        database=url_of(kind, tmp_path), data_dir=tmp_path / "data", sandbox="inprocess"
    )
    async with Kernel.open(settings, plugins=with_inbox()) as kernel, kernel.serve():
        added = await kernel.workflows.add(SCOPE, DOCUMENT)
        await kernel.workflows.publish(SCOPE, added.id)
        await kernel.workflows.activate(SCOPE, added.id)
        first = await read(kernel, 1)
        Inbox.letters.append("c")
        both = await read(kernel, 2)

        Inbox.fails = True
        async with asyncio.timeout(PATIENCE_S):
            while True:
                (timed,) = await kernel.schedules.list(SCOPE)
                if timed.schedule.last_error:
                    break
                await asyncio.sleep(0.02)

    assert first == [
        [
            {"letter": "a", "folder": "post", "read": "a"},
            {"letter": "b", "folder": "post", "read": "b"},
        ]
    ]
    assert both[1] == [{"letter": "c", "folder": "post", "read": "c"}]
    assert timed.schedule.last_error == "node.failed: The mail server is away."
