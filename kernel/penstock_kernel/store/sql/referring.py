"""Which blobs an execution names: as long as it is kept, so are they."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection
from sqlalchemy.dialects import postgresql, sqlite

from penstock_kernel.store.sql.tables import blob_refs


def refer(connection: Connection, workspace: str, execution: str, blobs: Sequence[str]) -> None:
    """Keep blobs as long as an execution."""
    if not blobs:
        return
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    rows = [
        {"workspace_id": workspace, "blob_id": blob, "execution_id": execution}
        for blob in sorted(set(blobs))
    ]
    connection.execute(dialect.insert(blob_refs).on_conflict_do_nothing(), rows)
