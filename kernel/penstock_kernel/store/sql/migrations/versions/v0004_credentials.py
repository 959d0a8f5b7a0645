"""Credentials under keys of their own."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Go forward; there is no way back but a backup."""
    op.add_column("credentials", sa.Column("shown", sa.LargeBinary()))
    for name in ("created_by", "updated_by"):
        who = sa.Column(name, sa.Text(), server_default="", nullable=False)
        op.add_column("credentials", who)
    entered = sa.Column("entered_ms", sa.BigInteger(), server_default="0", nullable=False)
    op.add_column("credentials", entered)
    for name in ("used_ms", "rotate_days", "due_ms", "tested_ms", "expires_ms"):
        op.add_column("credentials", sa.Column(name, sa.BigInteger()))
    op.add_column("credentials", sa.Column("test_error", sa.Text()))
    op.create_index("ix_credentials_due", "credentials", ["due_ms"])
    # Nothing has ever written to it, and its key is another one now.
    op.drop_table("credential_bindings")
    op.create_table(
        "credential_bindings",
        sa.Column("workflow_id", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("node_id", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("slot", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("credential_id", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("bound_by", sa.Text(), server_default="", nullable=False),
        sa.Column("bound_ms", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("published", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.PrimaryKeyConstraint(
            "workflow_id",
            "node_id",
            "slot",
            "credential_id",
            name=op.f("pk_credential_bindings"),
        ),
    )
    op.create_index(
        "ix_credential_bindings_usage",
        "credential_bindings",
        ["workspace_id", "credential_id"],
    )
    op.create_table(
        "oauth_flows",
        sa.Column("id", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("credential_id", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("session_id", sa.Text(), server_default="", nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("next_ms", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("expires_ms", sa.BigInteger(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_oauth_flows")),
    )
    op.create_index("ix_oauth_flows_expires", "oauth_flows", ["expires_ms"])
    op.create_table(
        "secret_keys",
        sa.Column("purpose", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("generation", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("root", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=True),
        sa.Column("created_ms", sa.BigInteger(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("purpose", "generation", "root", name=op.f("pk_secret_keys")),
    )
