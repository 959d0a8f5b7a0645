"""Schedules over HTTP: seen, paused, resumed, made up for."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

from tests.support.server import Client, served

from penstock_kernel.store.scope import Scope

HOUR_MS = 3_600_000


def scheduled(**rule: Any) -> dict[str, Any]:
    node = {
        "id": "when",
        "name": "When",
        "type": "penstock/flow.schedule",
        "config": {"rules": [rule]},
    }
    return {"format": "penstock/1", "name": "scheduled", "nodes": [node]}


async def active(client: Client) -> str:
    body = {"document": scheduled(unit="cron", cron="0 * * * *")}
    made = await client.json("POST", "/workflows", body)
    await client.ask("POST", f"/workflows/{made['id']}/versions", {"activate": True})
    return str(made["id"])


async def test_a_schedule_shows_its_next_five_moments(tmp_path: Path) -> None:
    async with served(tmp_path) as client:
        workflow = await active(client)
        listed = await client.json("GET", "/schedules", workflow=workflow)
        other = await client.json("GET", "/schedules", workflow="wf_no")
        (one,) = listed["items"]
        shown = await client.json("GET", f"/schedules/{one['id']}")
        elsewhere = {"penstock-workspace": "other"}
        hidden = await client.ask("GET", f"/schedules/{one['id']}", headers=elsewhere, expect=404)

    assert other["items"] == []
    assert (one["workflow_id"], one["rule"]["cron"], one["paused"]) == (
        workflow,
        "0 * * * *",
        False,
    )
    assert len(shown["next"]) == 5
    assert {
        later - sooner for sooner, later in zip(shown["next"], shown["next"][1:], strict=False)
    } == {HOUR_MS}
    assert hidden.json()["code"] == "schedule.missing"


async def test_a_schedule_is_paused_and_goes_on(tmp_path: Path) -> None:
    async with served(tmp_path) as client:
        await active(client)
        (one,) = (await client.json("GET", "/schedules"))["items"]
        place = f"/schedules/{one['id']}"
        reader = {"test-grants": "schedule:read"}
        refused = await client.ask("POST", f"{place}/pause", headers=reader, expect=403)
        paused = await client.json("POST", f"{place}/pause")
        resumed = await client.json("POST", f"{place}/resume")

    assert refused.json()["code"] == "access.denied"
    assert (paused["paused"], paused["next"]) == (True, [])
    assert (resumed["paused"], len(resumed["next"])) == (False, 5)


async def test_moments_that_were_missed_are_made_up_for_once(tmp_path: Path) -> None:
    async with served(tmp_path) as client:
        workflow = await active(client)
        (one,) = (await client.json("GET", "/schedules"))["items"]
        place = f"/schedules/{one['id']}/backfill"
        first = one["next"][0] - 100 * HOUR_MS
        body = {"from_ms": first, "until_ms": first + 2 * HOUR_MS}
        done = (await client.json("POST", place, body))["items"]
        again = (await client.json("POST", place, body))["items"]
        found = await client.server.kernel.history.list(Scope(), workflow=workflow)
        long = {"from_ms": first - 2_000 * HOUR_MS, "until_ms": first}
        too_long = await client.ask("POST", place, long, expect=422)
        shown = await client.json("GET", f"/schedules/{one['id']}")

    assert [fired["moment_ms"] for fired in done] == [first + n * HOUR_MS for n in range(3)]
    assert {fired["execution"] for fired in again} == {one.id for one in found.executions}
    assert len(found.executions) == 3
    assert too_long.json()["code"] == "schedule.backfill_too_long"
    assert [fired["outcome"] for fired in shown["fires"]] == ["started"] * 3


async def test_the_moments_of_a_time_are_told_of_one_and_of_all(tmp_path: Path) -> None:
    async with served(tmp_path) as client:
        await active(client)
        (one,) = (await client.json("GET", "/schedules"))["items"]
        first = one["next"][0]
        time = {"from_ms": first, "until_ms": first + 2 * HOUR_MS}
        (told,) = (await client.json("GET", "/schedules/moments", **time))["items"]
        long = {"from_ms": first, "until_ms": first + 2_000 * HOUR_MS, "schedule": one["id"]}
        (cut,) = (await client.json("GET", "/schedules/moments", **long))["items"]
        place = "/schedules/moments"
        missing = await client.ask("GET", place, expect=404, schedule="no", from_ms=0, until_ms=1)

    moments = [first, first + HOUR_MS, first + 2 * HOUR_MS]
    assert told == {"schedule": one["id"], "moments": moments, "more": False}
    assert (len(cut["moments"]), cut["more"]) == (1_000, True)
    assert missing.json()["code"] == "schedule.missing"


async def test_a_draft_tells_when_it_would_start_by_itself(tmp_path: Path) -> None:
    hourly = scheduled(unit="cron", cron="30 * * * *")
    never = scheduled(unit="cron", cron="61 * * * *")
    plain = {"format": "penstock/1", "name": "plain"}
    async with served(tmp_path) as client:
        told = await client.json("POST", "/schedules/upcoming", {"document": hourly})
        nothing = await client.json("POST", "/schedules/upcoming", {"document": plain})
        wrong = await client.ask("POST", "/schedules/upcoming", {"document": never}, expect=422)

    moments = told["moments"]
    assert {moment // 60_000 % 60 for moment in moments} == {30}
    assert [later - sooner for sooner, later in pairwise(moments)] == [HOUR_MS] * 4
    assert nothing == {"moments": []}
    assert wrong.json()["code"] == "trigger.unusable"
    assert "'When'" in wrong.json()["detail"]
