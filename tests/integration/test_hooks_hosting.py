"""Which workflows answer requests, from when on, and in which processes; and drafts that listen."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import httpx2
import pytest
from tests.support.databases import KINDS, new_sqlite_url, url_of
from tests.support.hooks import ADD, RESPOND, Hooked, client, hooked, opened, workflow

from penstock_bus import MemoryBus
from penstock_kernel.execution.program import NodeUnknown
from penstock_kernel.store.records import ExecutionId
from penstock_kernel.store.scope import AccessDenied, Scope
from penstock_kernel.store.sql.hook_captures import CaptureMissing
from penstock_kernel.store.sql.hook_deliveries import DeliveryMissing, cursor
from penstock_kernel.store.sql.hooks import WebhookMissing, WebhookTaken
from penstock_kernel.work.triggers import TriggerUnusable

OURS = Scope()
REPLY = workflow(ADD, RESPOND, reply="respond")


@pytest.fixture(params=KINDS)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    return url_of(request.param, tmp_path)


async def change(hooks: Hooked, workflow_id: str, document: object) -> None:
    """Publish another version, without activating it."""
    stored = (await hooks.kernel.workflows.show(OURS, workflow_id)).workflow
    await hooks.kernel.workflows.save(OURS, workflow_id, document, seen=stored.revision)  # type: ignore[arg-type]
    await hooks.kernel.workflows.publish(OURS, workflow_id)


async def answered(hooks: Hooked) -> httpx2.Response:
    """The first answer that is none of nobody."""
    while True:
        answer = await hooks.call(body={"a": 2})
        if answer.status_code != 404:
            return answer
        await asyncio.sleep(0.02)


async def test_a_workflow_answers_while_it_is_active(url: str, tmp_path: Path) -> None:
    async with hooked(url, tmp_path) as hooks:
        before = await hooks.call(body={"a": 1})
        (found,) = await hooks.activate(REPLY)
        during = await hooks.call(body={"a": 1})
        await hooks.kernel.workflows.deactivate(OURS, found)
        after = await hooks.call(body={"a": 1})

    assert [one.status_code for one in (before, during, after)] == [404, 200, 404]


async def test_what_is_removed_answers_no_more(tmp_path: Path) -> None:
    async with hooked("sqlite://", tmp_path) as hooks:
        (found,) = await hooks.activate(REPLY)
        await hooks.kernel.workflows.remove(OURS, found, force=True)

        answer = await hooks.call(body={"a": 1})

    assert answer.status_code == 404


async def test_a_new_version_answers_only_when_it_is_activated(url: str, tmp_path: Path) -> None:
    async with hooked(url, tmp_path) as hooks:
        (found,) = await hooks.activate(REPLY)
        await change(hooks, found, workflow(RESPOND, reply="respond", path="moved"))

        old = await hooks.call(body={"a": 1})
        early = await hooks.call("moved")
        await hooks.kernel.workflows.activate(OURS, found)
        late = await hooks.call(body={"a": 1})
        moved = await hooks.call("moved")

    assert [one.status_code for one in (old, early, late, moved)] == [200, 404, 404, 200]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        pytest.param({"path": "orders"}, {"path": "/orders/"}, id="same-path"),
        pytest.param({"path": "o/:id"}, {"path": "o/:number"}, id="same-but-for-names"),
    ],
)
async def test_an_address_belongs_to_one_workflow(
    first: dict[str, Any], second: dict[str, Any], url: str, tmp_path: Path
) -> None:
    async with hooked(url, tmp_path) as hooks:
        (owner,) = await hooks.activate(workflow(RESPOND, name="first", reply="respond", **first))

        with pytest.raises(WebhookTaken, match="first") as caught:
            await hooks.activate(workflow(RESPOND, name="second", reply="respond", **second))

        other = await hooks.activate(
            workflow(RESPOND, name="third", reply="respond", **{**second, "method": "PUT"})
        )

    assert owner in caught.value.message
    assert len(other) == 1


async def test_what_was_refused_did_not_become_active_either(url: str, tmp_path: Path) -> None:
    async with hooked(url, tmp_path) as hooks:
        await hooks.activate(workflow(name="first"))
        stored = await hooks.kernel.workflows.add(OURS, workflow(name="second"))
        await hooks.kernel.workflows.publish(OURS, stored.id)

        with pytest.raises(WebhookTaken):
            await hooks.kernel.workflows.activate(OURS, stored.id)

        shown = await hooks.kernel.workflows.show(OURS, stored.id)

    assert shown.workflow.active_version is None


async def test_without_a_path_the_address_is_made_of_ids(tmp_path: Path) -> None:
    async with hooked("sqlite://", tmp_path) as hooks:
        (found,) = await hooks.activate(workflow(RESPOND, reply="respond", path=""))

        answer = await hooks.call(f"{found}/n0", body={"a": 1})

    assert answer.status_code == 200


@pytest.mark.parametrize("path", ["a//b", "o/:", "o/:id/:id", "x" * 501, "a\nb"])
async def test_a_path_that_is_none_is_refused(path: str, tmp_path: Path) -> None:
    async with hooked("sqlite://", tmp_path) as hooks:
        with pytest.raises(TriggerUnusable):
            await hooks.activate(workflow(path=path))


@pytest.mark.parametrize("with_bus", [True, False], ids=["bus", "no-bus"])
async def test_another_process_answers_too(with_bus: bool, tmp_path: Path) -> None:
    url = new_sqlite_url(tmp_path / "p.db")
    shared: dict[str, Any] = {"bus": MemoryBus()} if with_bus else {}
    async with (
        opened(url, tmp_path, **shared) as one,
        opened(url, tmp_path, **shared) as other,
        client(one) as here,
        client(other) as there,
    ):
        await here.activate(REPLY)
        async with asyncio.timeout(3.0):
            answer = await answered(there)

    assert answer.json()["sum"] == 2


async def test_what_was_active_answers_after_a_restart(tmp_path: Path) -> None:
    url = new_sqlite_url(tmp_path / "p.db")
    async with hooked(url, tmp_path) as hooks:
        await hooks.activate(REPLY)

    async with hooked(url, tmp_path) as hooks:
        answer = await hooks.call(body={"a": 3})

    assert answer.json()["sum"] == 3


# --- deliveries ------------------------------------------------------------------------------


async def test_every_delivery_is_kept_and_can_be_carried_out_again(
    url: str, tmp_path: Path
) -> None:
    async with hooked(url, tmp_path) as hooks:
        (found,) = await hooks.activate(REPLY)
        webhook, deliveries = f"{found}:n0:0", hooks.kernel.serving.deliveries
        await hooks.call(body={"a": 1})
        await hooks.call(body={"a": 2}, headers={"webhook-id": "msg_2"})
        await change(hooks, found, workflow(RESPOND, reply="respond"))

        listed = await deliveries.list(OURS, webhook)
        shown, items = await deliveries.show(OURS, webhook, "msg_2")
        replayed = await deliveries.again(OURS, webhook, "msg_2")
        redriven = await deliveries.again(OURS, webhook, "msg_2", version=2)
        records = [await hooks.kernel.journal.execution(one) for one in (replayed, redriven)]
        (_, last_ms) = await deliveries.webhook(OURS, webhook)

    assert [one.delivery_id == "msg_2" for one in listed].count(True) == 1
    assert len({one.execution_id for one in listed}) == 2
    assert (shown.method, shown.path, shown.version) == ("POST", "/hook/default/orders", 1)
    assert items[0].json["body"] == {"a": 2}
    assert [record.version for record in records] == [1, 2]
    assert all(record.input[0].json["body"] == {"a": 2} for record in records)
    assert last_ms == max(one.received_ms for one in listed)


async def test_deliveries_are_listed_a_page_at_a_time(tmp_path: Path) -> None:
    async with hooked("sqlite://", tmp_path) as hooks:
        (found,) = await hooks.activate(workflow())
        for number in range(5):
            await hooks.call(headers={"webhook-id": f"m{number}"})
        deliveries, seen, after = hooks.kernel.serving.deliveries, list[str](), ""

        while page := await deliveries.list(OURS, f"{found}:n0:0", after=after, most=2):
            seen += [one.delivery_id for one in page]
            after = cursor(page[-1])

    assert sorted(seen) == ["m0", "m1", "m2", "m3", "m4"]


async def test_others_see_neither_webhooks_nor_deliveries(tmp_path: Path) -> None:
    async with hooked("sqlite://", tmp_path) as hooks:
        (found,) = await hooks.activate(workflow())
        await hooks.call(headers={"webhook-id": "m"})
        webhook, deliveries = f"{found}:n0:0", hooks.kernel.serving.deliveries
        theirs, nobody = Scope("other"), Scope(actor="u", grants=frozenset())

        with pytest.raises(WebhookMissing):
            await deliveries.webhook(theirs, webhook)
        with pytest.raises(DeliveryMissing):
            await deliveries.show(theirs, webhook, "m")
        with pytest.raises(AccessDenied):
            await deliveries.webhook(nobody, webhook)
        with pytest.raises(AccessDenied):
            await deliveries.again(Scope(grants=frozenset({"webhook:read"})), webhook, "m")
        lists = [
            (await deliveries.webhooks(theirs))[0],
            (await deliveries.webhooks(nobody))[0],
            await deliveries.list(theirs, webhook),
        ]

    assert lists == [[], [], []]


# --- drafts that listen ----------------------------------------------------------------------


async def test_a_draft_that_listens_gets_one_call_and_answers_it(url: str, tmp_path: Path) -> None:
    async with hooked(url, tmp_path) as hooks:
        stored = await hooks.kernel.workflows.add(OURS, REPLY)
        captures = hooks.kernel.serving.captures
        before = await hooks.http.post("/hook-test/default/orders", json={"a": 1})
        (capture,) = await captures.begin(OURS, stored.id, "n0", 60_000)

        called = await hooks.http.post("/hook-test/default/orders", json={"a": 5})
        again = await hooks.http.post("/hook-test/default/orders", json={"a": 6})
        published = await hooks.call(body={"a": 1})
        shown = await captures.show(OURS, capture.id)
        record = await hooks.kernel.journal.execution(ExecutionId(shown.execution_id or ""))

    assert [one.status_code for one in (before, called, again, published)] == [404, 200, 404, 404]
    assert called.json()["sum"] == 5
    assert called.headers["penstock-execution"] == record.id
    assert (record.mode, record.version) == ("manual", None)


async def test_a_draft_listens_only_for_a_while(tmp_path: Path) -> None:
    async with hooked("sqlite://", tmp_path) as hooks:
        stored = await hooks.kernel.workflows.add(OURS, REPLY)
        captures = hooks.kernel.serving.captures
        (ended,) = await captures.begin(OURS, stored.id, "n0", 60_000)
        await captures.end(OURS, ended.id)
        await captures.begin(OURS, stored.id, "n0", 0)

        answer = await hooks.http.post("/hook-test/default/orders", json={"a": 5})

    assert answer.status_code == 404


async def test_only_who_may_run_a_workflow_lets_it_listen(tmp_path: Path) -> None:
    async with hooked("sqlite://", tmp_path) as hooks:
        stored = await hooks.kernel.workflows.add(OURS, REPLY)
        captures = hooks.kernel.serving.captures
        (capture,) = await captures.begin(OURS, stored.id, "n0", 60_000)

        with pytest.raises(AccessDenied):
            await captures.begin(Scope(grants=frozenset()), stored.id, "n0", 60_000)
        with pytest.raises(NodeUnknown):
            await captures.begin(OURS, stored.id, "n1", 60_000)
        with pytest.raises(CaptureMissing):
            await captures.show(Scope("other"), capture.id)
