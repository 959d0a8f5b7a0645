"""Folders of workflows: a tree that holds together, on each kind of database and over HTTP."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from tests.integration.test_api_workflows import document
from tests.support.databases import KINDS, opened
from tests.support.server import Client, served

from penstock_kernel.store.scope import AccessDenied, Scope
from penstock_kernel.store.sql import folders
from penstock_kernel.store.sql.database import Database
from penstock_kernel.store.sql.folders import (
    DEEPEST_FOLDER,
    Folder,
    FolderChange,
    FolderFull,
    FolderInvalid,
    FolderMissing,
    FolderTaken,
)

SCOPE = Scope("w1", "ada")


async def add(db: Database, name: str, parent: str = "", scope: Scope = SCOPE) -> Folder:
    return await db.transact(lambda one: folders.add(one, scope, name, 1, parent_id=parent))


async def move(db: Database, folder: str, to: str) -> Folder:
    wanted = FolderChange(parent_id=to)
    return await db.transact(lambda one: folders.change(one, SCOPE, folder, wanted))


async def names(db: Database) -> dict[str, str]:
    """The names of the folders that each one is in."""
    tree = await db.read(lambda one: folders.tree(one, SCOPE))
    known = {one.id: one.name for one in tree}
    return {one.name: known.get(one.parent_id, "") for one in tree}


@pytest.mark.parametrize("kind", KINDS)
async def test_a_folder_is_renamed_and_moved_with_what_is_in_it(kind: str, tmp_path: Path) -> None:
    async with opened(kind, tmp_path) as db:
        a, b = await add(db, "a"), await add(db, "b")
        inner = await add(db, "inner", a.id)
        await move(db, a.id, b.id)
        renamed = FolderChange(name="A")
        await db.transact(lambda one: folders.change(one, SCOPE, a.id, renamed))

        assert await names(db) == {"A": "b", "b": "", "inner": "A"}
        assert inner.parent_id == a.id


@pytest.mark.parametrize("kind", KINDS)
async def test_a_folder_cannot_be_inside_of_itself(kind: str, tmp_path: Path) -> None:
    async with opened(kind, tmp_path) as db:
        a = await add(db, "a")
        b = await add(db, "b", a.id)
        c = await add(db, "c", b.id)

        for target in (a.id, b.id, c.id):
            with pytest.raises(FolderInvalid, match="inside of itself"):
                await move(db, a.id, target)
        with pytest.raises(FolderMissing):
            await move(db, a.id, "fo_nowhere")


async def test_two_moves_at_once_do_not_make_a_ring(tmp_path: Path) -> None:
    async with opened("postgresql", tmp_path) as db:
        a, b = await add(db, "a"), await add(db, "b")
        done = await asyncio.gather(
            move(db, a.id, b.id), move(db, b.id, a.id), return_exceptions=True
        )

        assert sorted(type(one).__name__ for one in done) == ["Folder", "FolderInvalid"]


@pytest.mark.parametrize("kind", KINDS)
async def test_names_are_taken_in_one_place_only(kind: str, tmp_path: Path) -> None:
    async with opened(kind, tmp_path) as db:
        a = await add(db, "a")
        await add(db, "a", a.id)
        with pytest.raises(FolderTaken):
            await add(db, "a")
        await add(db, "a", scope=Scope("w2"))


async def test_folders_end_somewhere(tmp_path: Path) -> None:
    async with opened("memory", tmp_path) as db:
        parent = ""
        for level in range(DEEPEST_FOLDER):
            parent = (await add(db, f"f{level}", parent)).id
        with pytest.raises(FolderInvalid, match="deep"):
            await add(db, "one-more", parent)
        top = await add(db, "top")
        inner = await add(db, "inner", top.id)
        with pytest.raises(FolderInvalid, match="deep"):
            await move(db, top.id, parent)
        assert inner.parent_id == top.id


@pytest.mark.parametrize("kind", KINDS)
async def test_what_is_in_a_folder_goes_where_it_is_said(kind: str, tmp_path: Path) -> None:
    async with opened(kind, tmp_path) as db:
        a, b = await add(db, "a"), await add(db, "b")
        await add(db, "inner", a.id)
        with pytest.raises(FolderFull):
            await db.transact(lambda one: folders.remove(one, SCOPE, a.id))
        await db.transact(lambda one: folders.remove(one, SCOPE, a.id, move_to=b.id))

        assert await names(db) == {"b": "", "inner": "b"}


@pytest.mark.parametrize("kind", KINDS)
async def test_a_folder_cannot_go_into_what_goes_with_it(kind: str, tmp_path: Path) -> None:
    async with opened(kind, tmp_path) as db:
        a = await add(db, "a")
        inner = await add(db, "inner", a.id)
        with pytest.raises(FolderInvalid):
            await db.transact(lambda one: folders.remove(one, SCOPE, a.id, move_to=inner.id))
        with pytest.raises(FolderMissing):
            await db.transact(lambda one: folders.remove(one, SCOPE, a.id, move_to=a.id))


async def test_the_store_asks_for_grants_and_workspaces(tmp_path: Path) -> None:
    reader = Scope("w1", "bob", frozenset({"workflow:read"}))
    async with opened("memory", tmp_path) as db:
        made = await add(db, "a")
        with pytest.raises(AccessDenied):
            await add(db, "b", scope=reader)
        with pytest.raises(FolderMissing):
            await db.transact(
                lambda one: folders.change(one, Scope("w2"), made.id, FolderChange(name="x"))
            )
        with pytest.raises(FolderMissing):
            await db.transact(lambda one: folders.remove(one, Scope("w2"), made.id))
        assert await db.read(lambda one: folders.tree(one, Scope("w2"))) == []


async def filed(client: Client, folder: str, name: str = "One") -> str:
    made = await client.json("POST", "/workflows", {"document": document(name)})
    await client.ask("PATCH", f"/workflows/{made['id']}", {"folder": folder})
    return str(made["id"])


async def test_a_workflow_lies_in_a_folder_that_there_is(tmp_path: Path) -> None:
    async with served(tmp_path) as client:
        folder = await client.json("POST", "/folders", {"name": "Invoices"}, expect=201)
        made = await filed(client, folder["id"])
        lost = await client.ask("PATCH", f"/workflows/{made}", {"folder": "fo_no"}, expect=404)
        tree = await client.json("GET", "/folders")
        inside = await client.json("GET", "/workflows", folder=folder["id"])
        top = await client.json("GET", "/workflows", folder="")

    assert lost.json()["code"] == "folder.missing"
    assert [(one["name"], one["workflows"]) for one in tree["items"]] == [("Invoices", 1)]
    assert [one["id"] for one in inside["items"]] == [made]
    assert top["items"] == []


async def test_workflows_survive_the_folder_that_they_were_in(tmp_path: Path) -> None:
    async with served(tmp_path) as client:
        folder = await client.json("POST", "/folders", {"name": "Old"})
        made = await filed(client, folder["id"])
        full = await client.ask("DELETE", f"/folders/{folder['id']}", expect=409)
        await client.ask("DELETE", f"/folders/{folder['id']}", move_to="", expect=204)
        shown = await client.json("GET", f"/workflows/{made}")
        gone = await client.ask("PATCH", f"/folders/{folder['id']}", {"name": "x"}, expect=404)

    assert "move_to" in full.json()["hint"]
    assert shown["workflow"]["folder_id"] == ""
    assert gone.json()["code"] == "folder.missing"
