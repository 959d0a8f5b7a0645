"""What comes in from outside, and what goes out."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy import BigInteger, Column, LargeBinary, Text

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Go forward; there is no way back but a backup."""
    op.add_column("webhooks", Column("version", BigInteger, nullable=False, server_default="0"))
    for name in ("workspace_id", "workflow_id", "node_id", "method", "path"):
        op.add_column("webhook_deliveries", Column(name, Text, nullable=False, server_default=""))
    op.add_column("webhook_deliveries", Column("version", BigInteger))
    op.add_column("webhook_deliveries", Column("request", LargeBinary))
    op.create_index(
        "ix_webhook_deliveries_listed", "webhook_deliveries", ["endpoint_id", "received_ms"]
    )
    op.create_table(
        "webhook_captures",
        Column("id", Text, nullable=False),
        Column("workspace_id", Text, nullable=False),
        Column("workflow_id", Text, nullable=False),
        Column("node_id", Text, nullable=False),
        Column("method", Text, nullable=False),
        Column("path", Text, nullable=False),
        Column("until_ms", BigInteger, nullable=False, server_default="0"),
        Column("execution_id", Text),
        Column("created_ms", BigInteger, nullable=False, server_default="0"),
        sa.PrimaryKeyConstraint("id", name="pk_webhook_captures"),
    )
    op.create_index("ix_webhook_captures_open", "webhook_captures", ["workspace_id", "until_ms"])
    op.create_table(
        "revisions",
        Column("name", Text, nullable=False),
        Column("number", BigInteger, nullable=False, server_default="0"),
        sa.PrimaryKeyConstraint("name", name="pk_revisions"),
    )
