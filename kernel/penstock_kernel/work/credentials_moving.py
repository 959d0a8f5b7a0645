"""Moves credentials that lie in files into the database, once.

Until there was a database for them, everybody at the machine could use every credential in every
workflow: so each node may go on using what its workflow names.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import Connection, select

from penstock_kernel.store.credentials import Credential, FileVault
from penstock_kernel.store.scope import Scope
from penstock_kernel.store.sealing import Sealer
from penstock_kernel.store.sql import credentials as rows
from penstock_kernel.store.sql import texts
from penstock_kernel.store.sql.credentials import CredentialExists, Entry
from penstock_kernel.store.sql.credentials_bindings import bind
from penstock_kernel.store.sql.database import Database
from penstock_kernel.store.sql.rows import all_rows
from penstock_kernel.store.sql.tables import workflow_versions, workflows
from penstock_kernel.work.credentials_slots import slots_of
from penstock_kernel.workflow.document import parse
from penstock_sdk import PenstockError

FOLDER = "credentials"
#: What the folder is called afterwards: nothing is thrown away.
MOVED = "credentials.moved"


async def move_credentials(
    db: Database, sealer: Sealer, data_dir: Path, root: bytes, now_ms: int
) -> Sequence[str]:
    """Take over what lies in files; the ids of what was taken over."""
    folder = data_dir / FOLDER
    if not await asyncio.to_thread(folder.is_dir):
        return ()
    found = await asyncio.to_thread(_read, folder, root)

    def work(connection: Connection) -> Sequence[str]:
        moved: list[str] = []
        for workspace, credential in found:
            filled = list(credential.secrets)
            whole = msgspec.structs.replace(credential, fields=_fields(credential))
            entry = Entry(name=credential.id, credential=whole, filled=filled)
            try:
                rows.add(connection, Scope(workspace), sealer, entry, now_ms)
            except CredentialExists:
                continue
            moved.append(credential.id)
        if moved:
            _bind_all(connection, now_ms)
        return moved

    moved = await db.transact(work)
    await asyncio.to_thread(_put_away, folder)
    return moved


def _fields(credential: Credential) -> Mapping[str, Any]:
    """What a person would have entered, so that it can be changed in part."""
    fields: dict[str, Any] = dict(credential.secrets)
    if str(fields.get("port", "")).isdigit():
        fields["port"] = int(fields["port"])
    return fields


def _read(folder: Path, root: bytes) -> Sequence[tuple[str, Credential]]:
    vault = FileVault(folder, root)
    return [
        (workspace, vault.get(workspace, one))
        for workspace in vault.workspaces()
        for one in vault.ids(workspace)
    ]


def _put_away(folder: Path) -> None:
    number, place = 1, folder.with_name(MOVED)
    while place.exists():
        number += 1
        place = folder.with_name(f"{MOVED}.{number}")
    folder.rename(place)


def _bind_all(connection: Connection, now_ms: int) -> None:
    """Let each node use what its workflow names, in its draft and in every version."""
    version = select(
        workflow_versions.c.workflow_id,
        workflow_versions.c.workspace_id,
        workflow_versions.c.document_id,
    )
    draft = select(workflows.c.id.label("workflow_id"), workflows.c.workspace_id)
    draft = draft.add_columns(workflows.c.draft_id.label("document_id"))
    for query, published in ((version, True), (draft, False)):
        for row in all_rows(connection.execute(query)):
            scope = Scope(row["workspace_id"])
            try:
                wanted = slots_of(parse(texts.read(connection, scope, row["document_id"])))
            except PenstockError:
                continue  # what no longer has the shape of a document cannot run either
            bind(connection, scope, row["workflow_id"], wanted, now_ms, published=published)
