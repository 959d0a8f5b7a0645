"""The texts of documents: each is kept once in a workspace, under a name that it gives itself."""

from __future__ import annotations

from sqlalchemy import Connection, bindparam, select
from sqlalchemy.dialects import postgresql, sqlite

from penstock_kernel.store.scope import Scope
from penstock_kernel.store.sql import codec
from penstock_kernel.store.sql.rows import document_id
from penstock_kernel.store.sql.tables import documents

_TEXT = select(documents.c.content).where(
    documents.c.id == bindparam("document"), documents.c.workspace_id == bindparam("workspace")
)


def read(connection: Connection, scope: Scope, document: str) -> str:
    """The text that a draft or a version names."""
    asked = {"document": document, "workspace": scope.workspace}
    return codec.unpack(connection.execute(_TEXT, asked).scalar_one(), str)


def keep(connection: Connection, workspace: str, text: str) -> str:
    """Keep a text, if it is not kept already, and say what it is called."""
    kept = document_id(workspace, text)
    row = {"id": kept, "workspace_id": workspace, "content": codec.pack(text)}
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    connection.execute(dialect.insert(documents).values(row).on_conflict_do_nothing())
    return kept
