"""Limits of executions side by side, sticky keys, misses of the cache, and more indexes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Go forward; there is no way back but a backup."""
    op.add_column(
        "step_cache", sa.Column("misses", sa.BigInteger(), server_default="0", nullable=False)
    )
    op.add_column("workflow_executions", sa.Column("concurrency_limit", sa.BigInteger()))
    op.add_column("workflow_executions", sa.Column("overflow", sa.Text()))
    op.add_column("workflow_executions", sa.Column("sticky_key", sa.Text()))
    beside = sa.text("worker_id IS NOT NULL AND concurrency_key IS NOT NULL")
    op.create_index(
        "ix_workflow_executions_beside",
        "workflow_executions",
        ["workflow_id", "concurrency_key"],
        sqlite_where=beside,
        postgresql_where=beside,
    )
    rare = sa.text("root_id IS NULL AND status IN ('waiting', 'error', 'canceled', 'dead')")
    op.create_index(
        "ix_workflow_executions_of_status",
        "workflow_executions",
        ["workspace_id", "status", "created_ms"],
        sqlite_where=rare,
        postgresql_where=rare,
    )
    op.create_index("ix_blob_refs_named", "blob_refs", ["blob_id"])
    op.create_index("ix_waits_due", "waits", ["kind", "resume_ms"])
