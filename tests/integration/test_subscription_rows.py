"""What becomes of a subscription that somebody speaks of while it is looked after."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import Connection, func, insert, select, update
from tests.support.databases import KINDS, opened

from penstock_kernel.store.scope import Scope
from penstock_kernel.store.sql import subscriptions
from penstock_kernel.store.sql.subscriptions import Subscription, Wanted
from penstock_kernel.store.sql.tables import credential_bindings, workflows

LATER_MS, NOW_MS = 900_000, 1_000
SCOPE = Scope(grants=frozenset({"webhook:read", "webhook:write"}))


def taken(one: Connection) -> Subscription:
    """A subscription that is being looked after."""
    row = {"id": "w", "name": "W", "workspace_id": SCOPE.workspace}
    one.execute(insert(workflows).values(**row, created_ms=0, updated_ms=0, draft_id=None))
    subscriptions.replace(one, SCOPE, "w", 1, [Wanted("on", "a")], 0)
    (found,) = subscriptions.system_take(one, NOW_MS)
    return found


def now(one: Connection) -> Subscription:
    (found,) = subscriptions.listed(one, SCOPE)
    return found


@pytest.mark.parametrize("kind", KINDS)
async def test_what_stands_is_looked_at_again_much_later(kind: str, tmp_path: Path) -> None:
    async with opened(kind, tmp_path) as db:
        before = await db.transact(taken)

        def work(one: Connection) -> Subscription:
            subscriptions.system_stands(one, before, b"sealed", LATER_MS, NOW_MS)
            return now(one)

        found = await db.transact(work)

    assert (found.status, found.due_ms) == ("active", LATER_MS)


@pytest.mark.parametrize("fails", [False, True])
@pytest.mark.parametrize("kind", KINDS)
async def test_who_asks_while_it_is_looked_at_is_heard(
    kind: str, fails: bool, tmp_path: Path
) -> None:
    async with opened(kind, tmp_path) as db:
        before = await db.transact(taken)

        def work(one: Connection) -> Subscription:
            subscriptions.look_again(one, SCOPE, before.id, NOW_MS)
            if fails:
                subscriptions.system_fails(one, before, "away", LATER_MS)
            else:
                subscriptions.system_stands(one, before, b"sealed", LATER_MS, NOW_MS)
            return now(one)

        found = await db.transact(work)

    assert found.due_ms == NOW_MS


@pytest.mark.parametrize("kind", KINDS)
async def test_a_workflow_that_is_gone_uses_its_credentials_until_its_hook_was_taken_back(
    kind: str, tmp_path: Path
) -> None:
    async with opened(kind, tmp_path) as db:
        before = await db.transact(taken)

        def bound(one: Connection) -> int:
            return one.execute(select(func.count()).select_from(credential_bindings)).scalar_one()

        def work(one: Connection) -> tuple[int, int]:
            slot = {"workspace_id": SCOPE.workspace, "node_id": "on", "slot": "api"}
            row = {
                **slot,
                "workflow_id": "w",
                "credential_id": "c",
                "bound_ms": 0,
                "published": True,
            }
            one.execute(insert(credential_bindings).values(row))
            subscriptions.replace(one, SCOPE, "w", 2, [], NOW_MS)
            subscriptions.leave(one, "w")
            meanwhile = bound(one)
            one.execute(update(workflows).values(removed_ms=NOW_MS))
            subscriptions.system_forget(one, before)
            return meanwhile, bound(one)

        found = await db.transact(work)

    assert found == (1, 0)


@pytest.mark.parametrize("kind", KINDS)
async def test_what_is_not_wanted_any_more_is_taken_back_at_once_and_with_what_was_remembered(
    kind: str, tmp_path: Path
) -> None:
    async with opened(kind, tmp_path) as db:
        before = await db.transact(taken)

        def work(one: Connection) -> tuple[Subscription, bytes | None]:
            subscriptions.replace(one, SCOPE, "w", 2, [], NOW_MS)
            subscriptions.system_stands(one, before, b"sealed", LATER_MS, NOW_MS)
            return now(one), subscriptions.system_sealed(one, before.id)[0]

        found, sealed = await db.transact(work)

    assert (found.wanted, found.status, found.due_ms) == (False, "due", NOW_MS)
    assert sealed == b"sealed"
