"""Saved views: one's own, and those that everybody sees."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.support.databases import KINDS, opened
from tests.support.server import Client, served

from penstock_kernel.store.scope import AccessDenied, Scope
from penstock_kernel.store.sql import views
from penstock_kernel.store.sql.views import ViewGiven, ViewInvalid, ViewMissing

ADA, BOB = Scope("w1", "ada"), Scope("w1", "bob", frozenset({"view:read", "view:write"}))
GIVEN = ViewGiven(kind="executions", name="failed", query={"status": ["error"]})
SHARED = ViewGiven(kind="workflows", name="ours", query={}, shared=True)


@pytest.mark.parametrize("kind", KINDS)
async def test_others_see_what_is_shared_and_change_nothing(kind: str, tmp_path: Path) -> None:
    async with opened(kind, tmp_path) as db:
        mine = await db.transact(lambda one: views.add(one, ADA, GIVEN, 1))
        ours = await db.transact(lambda one: views.add(one, ADA, SHARED, 1))
        seen = await db.read(lambda one: views.listed(one, BOB))
        with pytest.raises(ViewMissing):
            await db.read(lambda one: views.get(one, BOB, mine.id))
        with pytest.raises(AccessDenied):
            await db.transact(lambda one: views.change(one, BOB, ours.id, GIVEN))
        with pytest.raises(AccessDenied):
            await db.transact(lambda one: views.remove(one, BOB, ours.id))
        with pytest.raises(ViewMissing):
            await db.read(lambda one: views.get(one, Scope("w2", "ada"), ours.id))
        listed = await db.read(lambda one: views.listed(one, ADA, "executions"))

    assert seen == [ours]
    assert listed == [mine]
    assert mine.query == {"status": ["error"]}


async def test_a_view_stays_small(tmp_path: Path) -> None:
    large = ViewGiven(kind="executions", name="large", query={"a": "x" * 20_000})
    async with opened("memory", tmp_path) as db:
        with pytest.raises(ViewInvalid):
            await db.transact(lambda one: views.add(one, ADA, large, 1))


async def test_views_are_kept_changed_and_forgotten_over_http(tmp_path: Path) -> None:
    body: dict[str, Any] = {"kind": "executions", "name": "failed", "query": {"status": "error"}}
    async with served(tmp_path) as client:
        made = await client.json("POST", "/views", body, expect=201)
        place = f"/views/{made['id']}"
        await hidden(client, place)
        changed = await client.json("PUT", place, {**body, "shared": True})
        other = {"test-user": "u_2", "test-grants": "view:read"}
        seen = await client.json("GET", "/views", headers=other, kind="executions")
        await client.ask("DELETE", place, expect=204)
        gone = await client.ask("GET", place, expect=404)
        strange = await client.ask("POST", "/views", {**body, "kind": "A B"}, expect=400)

    assert (made["owner"], made["shared"], changed["shared"]) == ("u_1", False, True)
    assert seen["items"] == [changed]
    assert gone.json()["code"] == "view.missing"
    assert strange.json()["field"] == "body.kind"


async def hidden(client: Client, place: str) -> None:
    await client.ask("GET", place, headers={"test-user": "u_2"}, expect=404)
