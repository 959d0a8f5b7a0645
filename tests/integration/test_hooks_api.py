"""Webhooks and deliveries as the API shows them."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import delete
from tests.support.hooks import RESPOND, activated, client, workflow
from tests.support.server import served

from penstock_kernel.store.sql.tables import webhook_deliveries


async def test_webhooks_are_listed_with_their_addresses_and_who_may_call(tmp_path: Path) -> None:
    async with served(tmp_path) as api, client(api.server.kernel) as hooks:
        kernel = api.server.kernel
        found = await activated(kernel, workflow(RESPOND, path="orders/:id", name="open"))
        await activated(kernel, workflow(path="closed", authentication="github", name="closed"))
        await hooks.call("orders/7", body={"a": 1})

        page = await api.json("GET", "/webhooks")
        one = await api.json("GET", f"/webhooks/{found}:n0:0")
        missing = await api.ask("GET", "/webhooks/none", expect=404)

    assert {item["path"]: item["callers"] for item in page["items"]} == {
        "orders/:id": "public",
        "closed": "github",
    }
    assert (one["url"], one["method"]) == ("/hook/default/orders/:id", "POST")
    assert one["last_received_ms"] > 0
    assert missing.json()["code"] == "webhook.missing"


async def test_a_list_goes_on_though_the_delivery_that_it_stood_at_is_gone(tmp_path: Path) -> None:
    async with served(tmp_path) as api, client(api.server.kernel) as hooks:
        found = await activated(api.server.kernel, workflow())
        for key in ("k1", "k2", "k3"):
            await hooks.call(headers={"idempotency-key": key})
        where = f"/webhooks/{found}:n0:0/deliveries"
        first = await api.json("GET", where, limit=2)
        last = first["items"][-1]["delivery_id"]
        await api.server.db.transact(
            lambda one: (
                one.execute(
                    delete(webhook_deliveries).where(webhook_deliveries.c.delivery_id == last)
                ).rowcount
            )
        )
        rest = await api.json("GET", where, limit=2, cursor=first["next_cursor"])
        strange = await api.json("GET", where, cursor="k3")

    assert [one["delivery_id"] for one in first["items"] + rest["items"]] == ["k3", "k2", "k1"]
    assert rest["next_cursor"] is None
    assert strange["items"] == []


async def test_a_probe_tells_what_is_missing(tmp_path: Path) -> None:
    async with served(tmp_path) as api:
        kernel = api.server.kernel
        good = await activated(kernel, workflow(path="good", name="good"))
        bad = await activated(kernel, workflow(path="bad", authentication="basic", name="bad"))

        fine = await api.json("POST", f"/webhooks/{good}:n0:0/probe")
        wrong = await api.json("POST", f"/webhooks/{bad}:n0:0/probe")

    assert (fine["ok"], wrong["ok"]) == (True, False)
    assert [one["name"] for one in wrong["checks"] if not one["ok"]] == ["credential"]


async def test_a_delivery_is_shown_replayed_and_redriven(tmp_path: Path) -> None:
    async with served(tmp_path) as api, client(api.server.kernel) as hooks:
        found = await activated(api.server.kernel, workflow(RESPOND, reply="respond"))
        answer = await hooks.call(body={"a": 1}, headers={"idempotency-key": "k1"})
        where = f"/webhooks/{found}:n0:0/deliveries"

        page = await api.json("GET", where)
        shown = await api.json("GET", f"{where}/k1")
        replayed = await api.json("POST", f"{where}/k1/replay")
        redriven = await api.json("POST", f"{where}/k1/redrive", {"version": 1})
        unknown = await api.ask("POST", f"{where}/k1/redrive", {"version": 9}, expect=404)

    execution = answer.headers["penstock-execution"]
    assert [one["execution_id"] for one in page["items"]] == [execution]
    assert shown["items"][0]["json"]["body"] == {"a": 1}
    assert len({execution, replayed["execution"], redriven["execution"]}) == 3
    assert unknown.json()["code"] == "workflow.not_found"


async def test_a_draft_is_tried_with_a_call(tmp_path: Path) -> None:
    async with served(tmp_path) as api, client(api.server.kernel) as hooks:
        document = workflow(RESPOND, reply="respond")
        kept = await api.json("POST", "/workflows", {"document": document})
        workflow_id = kept["id"]

        (begun,) = await api.json("POST", f"/workflows/{workflow_id}/captures", {"node": "n0"})
        listening = await api.json("GET", f"/captures/{begun['id']}")
        answer = await hooks.http.post(begun["url"], json={"a": 9})
        called = await api.json("GET", f"/captures/{begun['id']}")
        await api.ask("DELETE", f"/captures/{begun['id']}", expect=204)

    assert (listening["state"], called["state"]) == ("listening", "called")
    assert answer.json()["body"] == {"a": 9}
    assert called["execution_id"] == answer.headers["penstock-execution"]


async def test_who_may_only_read_starts_nothing(tmp_path: Path) -> None:
    async with served(tmp_path) as api, client(api.server.kernel) as hooks:
        found = await activated(api.server.kernel, workflow())
        await hooks.call(headers={"idempotency-key": "k1"})
        reader = {"test-grants": "webhook:read workflow:read"}
        where = f"/webhooks/{found}:n0:0"

        await api.ask("GET", f"{where}/deliveries/k1", headers=reader, expect=200)
        await api.ask("POST", f"{where}/deliveries/k1/replay", headers=reader, expect=403)
        await api.ask(
            "POST", f"/workflows/{found}/captures", {"node": "n0"}, headers=reader, expect=403
        )
        await api.ask("GET", where, headers={"test-grants": ""}, expect=403)
