"""Folders that workflows lie in."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from penstock_kernel.store.sql import folders
from penstock_kernel.store.sql.folders import Folder, FolderChange
from penstock_web.http.endpoint import Call, Given, Page, endpoint

FolderName = Annotated[str, Meta(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f]*$")]


class OneFolder(Given, frozen=True):
    """Which folder."""

    folder: str


class FolderGiven(Given, frozen=True):
    """A folder to be made."""

    name: FolderName
    #: The folder to put it in; empty: at the top.
    parent: str = ""


class FolderChanged(Given, frozen=True):
    """What is to be changed; what is left out stays."""

    name: FolderName | None = None
    #: The folder to put it in; empty: at the top.
    parent: str | None = None


class FolderRemoving(Given, frozen=True):
    """Where what is in it goes; left out: it has to be empty."""

    #: Id of a folder; empty: to the top.
    move_to: str | None = None


@endpoint("GET", "/folders", needs="workflow:read")
async def list_folders(call: Call) -> Page[Folder]:
    """All folders, by name. Each names the one that it is in, which makes a tree."""
    return Page(await call.server.db.read(lambda one: folders.tree(one, call.scope)))


@endpoint("POST", "/folders", needs="workflow:write", status=201)
async def add_folder(call: Call, body: FolderGiven) -> Folder:
    """Make a folder."""
    now_ms = call.kernel.now_ms()
    return await call.server.db.transact(
        lambda one: folders.add(one, call.scope, body.name, now_ms, parent_id=body.parent)
    )


@endpoint("PATCH", "/folders/{folder}", needs="workflow:write")
async def change_folder(call: Call, path: OneFolder, body: FolderChanged) -> Folder:
    """Give a folder another name, or move it with all that is in it."""
    wanted = FolderChange(name=body.name, parent_id=body.parent)
    return await call.server.db.transact(
        lambda one: folders.change(one, call.scope, path.folder, wanted)
    )


@endpoint("DELETE", "/folders/{folder}", needs="workflow:write")
async def remove_folder(call: Call, path: OneFolder, query: FolderRemoving) -> None:
    """Remove a folder. What is in it is never removed with it: it goes where `move_to` says."""
    await call.server.db.transact(
        lambda one: folders.remove(one, call.scope, path.folder, move_to=query.move_to)
    )


ENDPOINTS = [list_folders, add_folder, change_folder, remove_folder]
