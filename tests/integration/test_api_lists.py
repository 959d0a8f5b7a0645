"""Lists in pages: nothing twice, nothing left out, whatever happens between two pages."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, func, literal, null, select
from tests.support.databases import KINDS, opened
from tests.support.hooks import RESPOND, activated, client, workflow
from tests.support.server import Client, served

from penstock_kernel.store.scope import Scope
from penstock_kernel.store.sql import (
    data_tables,
    data_tables_rows,
    destinations,
    files,
    templates,
    workflows,
)
from penstock_kernel.store.sql.data_tables import ColumnGiven
from penstock_kernel.store.sql.database import Database
from penstock_kernel.store.sql.destinations import MOST_LISTED, Destination, Happening
from penstock_kernel.store.sql.tables import event_messages
from penstock_kernel.store.sql.templates import TemplateGiven
from penstock_kernel.store.sql.workflows import Draft, WorkflowFilter
from penstock_sdk import BinaryRef

SCOPE = Scope("w1", "ada")
TEXT = {"content-type": "text/plain"}


def a_file(connection: Connection, name: str) -> None:
    ref = BinaryRef(id="b" * 64, media_type="text/plain", file_name=name, size=3)
    files.add(connection, SCOPE, name, ref, 1)


def a_template(connection: Connection, name: str) -> None:
    templates.add(connection, SCOPE, TemplateGiven(name=name, description="", text="{}"), 1)


def a_workflow(connection: Connection, name: str) -> None:
    workflows.add(connection, SCOPE, f"wf_{name}", Draft(name, "{}"), 1)


def a_row(connection: Connection, name: str) -> None:
    known = data_tables.listed(connection, SCOPE)
    column = ColumnGiven(name="name")
    table = known[0] if known else data_tables.add(connection, SCOPE, "t", [column], 1)
    data_tables_rows.add(connection, SCOPE, table.id, [{"name": name}], 1)


def files_named(connection: Connection, part: str) -> list[str]:
    return [one.name for one in files.listed(connection, SCOPE, part=part)]


def templates_named(connection: Connection, part: str) -> list[str]:
    return [one.name for one in templates.listed(connection, SCOPE, part=part)]


def workflows_named(connection: Connection, part: str) -> list[str]:
    found = workflows.find(connection, SCOPE, WorkflowFilter(part=part))
    return [one.name for one in found.workflows]


def rows_named(connection: Connection, part: str) -> list[str]:
    (table,) = data_tables.listed(connection, SCOPE)
    wanted = data_tables_rows.Wanted(
        conditions=[data_tables_rows.Condition("name", "contains", part)]
    )
    found = data_tables_rows.find(connection, SCOPE, table.id, wanted)
    return [one.cells["name"] for one in found.rows]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("add", "named"),
    [
        (a_file, files_named),
        (a_template, templates_named),
        (a_workflow, workflows_named),
        (a_row, rows_named),
    ],
)
async def test_a_search_knows_great_and_small_letters_of_every_alphabet(
    kind: str,
    add: Callable[[Connection, str], None],
    named: Callable[[Connection, str], list[str]],
    tmp_path: Path,
) -> None:
    async with opened(kind, tmp_path) as db:

        def keep(connection: Connection) -> None:
            for name in ("Übersicht", "übersicht 2", "ДОМ", "other"):
                add(connection, name)

        await db.transact(keep)
        great = await db.read(lambda one: named(one, "ÜBER"))
        small = await db.read(lambda one: named(one, "übersicht"))
        house = await db.read(lambda one: named(one, "дом"))

    assert sorted(great) == sorted(small) == ["Übersicht", "übersicht 2"]
    assert house == ["ДОМ"]


@pytest.mark.parametrize("kind", ["memory", "sqlite"])
async def test_nothing_and_numbers_are_lowered_as_before(kind: str, tmp_path: Path) -> None:
    def lowered(connection: Connection) -> Sequence[Any]:
        asked = select(func.lower(null()), func.lower(12), func.lower(literal(1.5)))
        return tuple(connection.execute(asked).one())

    async with opened(kind, tmp_path) as db:
        assert await db.read(lowered) == (None, "12", "1.5")


async def uploaded(client: Client, name: str) -> str:
    answer = await client.http.post(
        "/api/v1/files", content=b"x", params={"name": name}, headers=TEXT
    )
    return str(answer.json()["id"])


def document(name: str) -> dict[str, Any]:
    node = {"id": "start", "name": "Start", "type": "penstock/flow.manual"}
    return {"format": "penstock/1", "name": name, "nodes": [node], "edges": []}


async def kept(client: Client, name: str) -> str:
    made = await client.json("POST", "/workflows", {"document": document(name)}, expect=201)
    return str(made["id"])


async def as_template(client: Client, name: str) -> str:
    given = {"workflow": await kept(client, name)}
    return str((await client.json("POST", "/templates", given, expect=201))["id"])


@pytest.mark.parametrize(
    ("what", "add"), [("files", uploaded), ("templates", as_template), ("workflows", kept)]
)
async def test_the_next_page_follows_though_the_last_of_the_one_before_is_gone(
    what: str, add: Any, tmp_path: Path
) -> None:
    async with served(tmp_path) as client:
        ids = {await add(client, name) for name in ("a", "b", "c", "d")}
        first = await client.json("GET", f"/{what}", limit=2)
        for one in first["items"]:
            await client.ask("DELETE", f"/{what}/{one['id']}", expect=204)
        rest = await client.json("GET", f"/{what}", limit=2, cursor=first["next_cursor"])

    found = [one["id"] for one in [*first["items"], *rest["items"]]]
    assert len(found) == 4
    assert set(found) == ids


async def test_a_workflow_with_another_name_since_moves_no_other_to_another_page(
    tmp_path: Path,
) -> None:
    async with served(tmp_path) as client:
        for name in ("a", "b.2", "c", "d"):
            await kept(client, name)
        first = await client.json("GET", "/workflows", limit=2)
        last = first["items"][-1]
        given = {"document": document("z")}
        seen = {"if-match": str(last["revision"])}
        await client.ask("PUT", f"/workflows/{last['id']}", given, headers=seen)
        rest = await client.json("GET", "/workflows", cursor=first["next_cursor"])

    assert [one["name"] for one in first["items"]] == ["a", "b.2"]
    assert [one["name"] for one in rest["items"]] == ["c", "d", "z"]


@pytest.mark.parametrize("limit", [0, -1, -(2**62)])
async def test_a_page_has_one_of_a_list_at_least(limit: int, tmp_path: Path) -> None:
    async with served(tmp_path) as api, client(api.server.kernel) as hooks:
        for name in ("a", "b"):
            found = await activated(api.server.kernel, workflow(RESPOND, path=name, name=name))
            await hooks.call(name, body={}, headers={"idempotency-key": "1"})
            await hooks.call(name, body={}, headers={"idempotency-key": "2"})
        pages = [
            await api.json("GET", path, limit=limit)
            for path in ("/workflows", "/webhooks", f"/webhooks/{found}:n0:0/deliveries")
        ]

    assert [len(page["items"]) for page in pages] == [1, 1, 1]
    assert all(page["next_cursor"] for page in pages)


def many_workflows(connection: Connection) -> None:
    here = Scope("default", "ada")
    for number in range(1_001):
        workflows.add(connection, here, f"wf_{number}", Draft(f"w{number:04}", "{}"), 1)


async def test_what_is_more_than_a_page_may_have_comes_with_the_next_one(tmp_path: Path) -> None:
    async with served(tmp_path) as client:
        await client.server.db.transact(many_workflows)
        first = await client.json("GET", "/workflows", limit=5_000)
        rest = await client.json("GET", "/workflows", limit=5_000, cursor=first["next_cursor"])

    assert (len(first["items"]), len(rest["items"])) == (1_000, 1)
    assert rest["next_cursor"] is None


async def test_a_page_that_is_just_full_is_the_last_one(tmp_path: Path) -> None:
    async with served(tmp_path) as api, client(api.server.kernel) as hooks:
        found = await activated(api.server.kernel, workflow(RESPOND, path="a", name="a"))
        await hooks.call("a", body={})
        webhooks = await api.json("GET", "/webhooks", limit=1)
        deliveries = await api.json("GET", f"/webhooks/{found}:n0:0/deliveries", limit=1)

    assert (len(webhooks["items"]), webhooks["next_cursor"]) == (1, None)
    assert (len(deliveries["items"]), deliveries["next_cursor"]) == (1, None)


async def many_messages(db: Database) -> str:
    here = Scope("default", "ada")
    wanted = Destination(
        id="", workspace_id="", name="d", url="http://d.test", events=["execution.failed"]
    )
    told = Happening("default", "test", 1, {})

    def work(connection: Connection) -> str:
        made = destinations.add(connection, here, wanted, 1)
        rows = [destinations.message_to(made.id, "default", told) for _ in range(3)]
        connection.execute(event_messages.insert(), rows)
        return made.id

    return await db.transact(work)


@pytest.mark.parametrize(("limit", "found"), [(-1, 1), (0, 1), (2, 2), (MOST_LISTED + 1, 3)])
async def test_messages_to_a_destination_are_never_answered_without_a_bound(
    limit: int, found: int, tmp_path: Path
) -> None:
    async with served(tmp_path) as client:
        made = await many_messages(client.server.db)
        page = await client.json("GET", f"/destinations/{made}/messages", limit=limit)

    assert len(page["items"]) == found
