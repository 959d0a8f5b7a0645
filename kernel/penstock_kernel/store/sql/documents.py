"""Binary data that documents name, in fixtures: as long as the text is kept, so are the bytes.

The rules:

* A text refers to bytes under a name of its own, in the table in which executions do.
* A handle counts in the workspace of the text alone: nobody keeps what belongs to another one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import Connection, delete, select

from penstock_kernel.store.blobs import FileBlobs
from penstock_kernel.store.sql import texts
from penstock_kernel.store.sql.referring import refer
from penstock_kernel.store.sql.tables import blob_refs

_B = blob_refs.c
_HOLDER = "document-"
#: Of those that texts hold, among all references.
HELD = _B.execution_id.startswith(_HOLDER)
_HANDLE = re.compile(r"[0-9a-f]{64}")


def keep(connection: Connection, workspace: str, text: str, named: Sequence[str]) -> str:
    """Keep a text with the bytes that it names, and say what it is called."""
    kept = texts.keep(connection, workspace, text)
    keep_named(connection, workspace, kept, named)
    return kept


def keep_named(connection: Connection, workspace: str, document: str, named: Sequence[str]) -> None:
    """Keep bytes as long as a text that is kept."""
    # People write texts: what is no handle names nothing.
    handles = [blob for blob in named if _HANDLE.fullmatch(blob)]
    refer(connection, workspace, _HOLDER + document, handles)


def let_go(connection: Connection, documents: Sequence[str]) -> None:
    """Leave the bytes that texts name to whoever else names them."""
    holders = [_HOLDER + document for document in documents]
    connection.execute(delete(blob_refs).where(_B.execution_id.in_(holders)))


def held(connection: Connection, names: Sequence[str]) -> set[tuple[str, str]]:
    """Those of some handles that texts name, each with the folder of the workspace of the text."""
    found = select(_B.workspace_id, _B.blob_id).where(_B.blob_id.in_(names), HELD).distinct()
    return {(row.blob_id, _folder_of(row.workspace_id)) for row in connection.execute(found)}


def _folder_of(workspace: str) -> str:
    return FileBlobs(Path(), b"").path(workspace, "0" * 64).parts[0]
