"""The endpoints for alerts, usage, statistics, workers and the moment, as a client sees them."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, insert
from tests.support.databases import new_sqlite_url
from tests.support.server import Client, served

from penstock_kernel.settings import Settings
from penstock_kernel.store.sql.tables import usage

ALERT = {
    "name": "Failures",
    "kind": "failure_rate",
    "threshold": 0.1,
    "target": "https://alerts.example.com/x",
}


@pytest.fixture
async def client(tmp_path: Path) -> AsyncGenerator[Client]:
    settings = Settings(
        data_dir=tmp_path, database=new_sqlite_url(tmp_path / "p.db"), sandbox="inprocess"
    )
    async with served(tmp_path, settings) as found:
        yield found


async def ended(client: Client, *rows: dict[str, Any]) -> None:
    def work(connection: Connection) -> None:
        for shard, row in enumerate(rows):
            usual = {"workspace_id": "default", "workflow_id": "f1", "shard": shard}
            connection.execute(insert(usage).values({**usual, **row}))

    await client.server.db.transact(work)


async def test_an_alert_rule_is_added_changed_and_removed(client: Client) -> None:
    added = await client.ask("POST", "/alerts", ALERT, expect=201)
    place, etag = f"/alerts/{added.json()['id']}", added.headers["etag"]

    listed = await client.json("GET", "/alerts")
    changed = await client.ask("PUT", place, {**ALERT, "name": "More"}, headers={"if-match": etag})
    await client.ask("PUT", place, ALERT, headers={"if-match": etag}, expect=412)
    for nothing in ("", "x", "²", "9" * 40):
        headers = {"if-match": nothing.encode()} if nothing else {}
        await client.ask("PUT", place, ALERT, headers=headers, expect=428)  # type: ignore[arg-type]
    shown = await client.json("GET", place)
    await client.ask("DELETE", place, expect=204)
    await client.ask("GET", place, expect=404)

    assert [one["name"] for one in listed["items"]] == ["Failures"]
    assert (shown["name"], shown["state"], shown["window_s"]) == ("More", "ok", 900)
    assert changed.headers["etag"] != etag


@pytest.mark.parametrize(
    "wrong",
    [
        {"target": "ftp://x.example.com"},
        {"channel": "email", "target": "nobody"},
        {"threshold": 2},
        {"window_s": 1},
        {"kind": "weather"},
        {"surplus": 1},
    ],
)
async def test_a_rule_that_makes_no_sense_is_refused(client: Client, wrong: dict[str, Any]) -> None:
    answer = await client.http.post("/api/v1/alerts", json={**ALERT, **wrong})

    assert answer.status_code in (400, 422)
    assert (await client.json("GET", "/alerts"))["items"] == []


async def test_a_test_message_says_what_keeps_it_from_arriving(client: Client) -> None:
    private = {**ALERT, "target": "http://127.0.0.1:9/x"}
    rule = (await client.json("POST", "/alerts", private))["id"]
    mail = {**ALERT, "channel": "email", "target": "a@example.com"}
    other = (await client.json("POST", "/alerts", mail))["id"]

    refused = (await client.ask("POST", f"/alerts/{rule}/test", expect=422)).json()
    not_set = (await client.ask("POST", f"/alerts/{other}/test", expect=422)).json()

    assert (refused["code"], not_set["code"]) == ("egress.refused", "mail.not_set")
    assert (await client.json("GET", f"/alerts/{rule}/messages"))["items"] == []


async def test_a_secret_stays_until_it_is_renewed(client: Client) -> None:
    rule = (await client.json("POST", "/alerts", ALERT))["id"]

    first, again = [await client.json("GET", f"/alerts/{rule}/secret") for _ in range(2)]
    renewed = await client.json("POST", f"/alerts/{rule}/secret")

    assert first == again
    assert renewed["secret"] != first["secret"]
    assert renewed["secret"].startswith("whsec_")


async def test_usage_and_statistics_are_of_the_time_and_the_workflow_asked_for(
    client: Client,
) -> None:
    day = 86_400_000 * 20_000
    await ended(
        client,
        {"from_ms": day, "executions": 4, "failed": 1, "within_100": 4, "cpu_us": 1_500_000},
        {"from_ms": day + 3_600_000, "executions": 1, "workflow_id": "f2", "within_10": 1},
        {"from_ms": day + 86_400_000, "executions": 8, "within_10": 8},
    )
    span = {"from_ms": day, "until_ms": day + 2 * 86_400_000}

    days = (await client.json("GET", "/usage", **span))["items"]
    hours = (await client.json("GET", "/statistics", **span))["items"]
    workflows = (await client.json("GET", "/statistics", **span, step="all", by_workflow="true"))[
        "items"
    ]
    await client.ask("GET", "/usage", from_ms=5, until_ms=1, expect=400)

    assert [(one["executions"], one["cpu_s"]) for one in days] == [(5, 1.5), (8, 0)]
    assert [one["executions"] for one in hours] == [4, 1, 8]
    assert hours[0]["failure_rate"] == 0.25
    assert 0.05 <= hours[0]["p50_s"] <= 0.1
    assert {one["workflow_id"]: one["executions"] for one in workflows} == {"f1": 12, "f2": 1}


async def test_what_runs_through_the_server_is_counted_and_shown(client: Client) -> None:
    kernel = client.server.kernel
    nodes = [{"id": "n", "name": "N", "type": "penstock/flow.noop", "config": {}}]
    await kernel.execute({"format": "penstock/1", "name": "seen", "nodes": nodes})

    moment = await client.json("GET", "/metrics")
    workers = (await client.json("GET", "/workers"))["items"]

    assert (moment["executions"], moment["failed"], moment["queued"]) == (1, 0, 0)
    assert [one["role"] for one in workers] == ["all"]
    assert moment["workers"] == 1
    assert (await client.json("GET", "/queue"))["items"] == []


@pytest.mark.parametrize(
    "path", ["/alerts", "/usage", "/statistics", "/workers", "/queue", "/metrics"]
)
async def test_a_grant_is_needed_for_each(client: Client, path: str) -> None:
    await client.ask("GET", path, headers={"test-grants": "workflow:read"}, expect=403)


async def test_rules_and_figures_of_another_workspace_are_not_shown(client: Client) -> None:
    rule = (await client.json("POST", "/alerts", ALERT))["id"]
    await ended(client, {"from_ms": 0, "executions": 1})
    other = {"penstock-workspace": "other"}

    await client.ask("GET", f"/alerts/{rule}", headers=other, expect=404)
    await client.ask("DELETE", f"/alerts/{rule}", headers=other, expect=404)
    await client.ask("POST", f"/alerts/{rule}/secret", headers=other, expect=404)
    found = await client.json("GET", "/usage", headers=other, until_ms=86_400_000)
    assert found["items"] == []
