"""Who may do what, and how they are known."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Go forward; there is no way back but a backup."""
    op.add_column("workspaces", sa.Column("team_id", sa.Text(), nullable=True))
    op.add_column("workspaces", sa.Column("team_role", sa.Text(), nullable=True))
    op.add_column("workspaces", sa.Column("allowed_ips", sa.LargeBinary(), nullable=True))
    op.add_column(
        "users", sa.Column("owner", sa.Boolean(), server_default=sa.text("false"), nullable=False)
    )
    op.add_column(
        "users",
        sa.Column("email_verified", sa.Boolean(), server_default=sa.text("false"), nullable=False),
    )
    op.add_column("users", sa.Column("signed_in_ms", sa.BigInteger(), nullable=True))
    op.add_column("users", sa.Column("totp_secret", sa.LargeBinary(), nullable=True))
    op.add_column(
        "users", sa.Column("totp_on", sa.Boolean(), server_default=sa.text("false"), nullable=False)
    )
    op.add_column(
        "users", sa.Column("totp_used", sa.BigInteger(), server_default="0", nullable=False)
    )
    op.add_column("users", sa.Column("recovery_codes", sa.LargeBinary(), nullable=True))
    op.add_column(
        "sessions", sa.Column("seen_ms", sa.BigInteger(), server_default="0", nullable=False)
    )
    op.add_column("sessions", sa.Column("address", sa.Text(), nullable=True))
    op.add_column("sessions", sa.Column("agent", sa.Text(), nullable=True))
    op.add_column("api_tokens", sa.Column("ending", sa.Text(), nullable=True))
    op.add_column("api_tokens", sa.Column("made_by", sa.Text(), nullable=True))
    op.add_column("api_tokens", sa.Column("used_ms", sa.BigInteger(), nullable=True))
    op.add_column("api_tokens", sa.Column("used_from", sa.Text(), nullable=True))
    op.add_column("api_tokens", sa.Column("allowed_ips", sa.LargeBinary(), nullable=True))
    op.add_column("audit_events", sa.Column("organization_id", sa.Text(), nullable=True))
    op.add_column("audit_events", sa.Column("address", sa.Text(), nullable=True))
    op.create_table(
        "audit_head",
        sa.Column("name", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("last", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("chain", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_audit_head")),
    )
    op.create_table(
        "audit_seals",
        sa.Column("last", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("chain", sa.LargeBinary(), nullable=True),
        sa.Column("seal", sa.LargeBinary(), nullable=True),
        sa.Column("at_ms", sa.BigInteger(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("last", name=op.f("pk_audit_seals")),
    )
    op.create_table(
        "client_sessions",
        sa.Column("id", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("user_id", sa.Text(), nullable=True),
        sa.Column("api_token_id", sa.Text(), nullable=True),
        sa.Column("session_id", sa.Text(), nullable=True),
        sa.Column("workspace_id", sa.Text(), nullable=True),
        sa.Column("scopes", sa.LargeBinary(), nullable=True),
        sa.Column("created_ms", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("expires_ms", sa.BigInteger(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_client_sessions")),
    )
    op.create_table(
        "identities",
        sa.Column("issuer", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("subject", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("created_ms", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("signed_in_ms", sa.BigInteger(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("issuer", "subject", name=op.f("pk_identities")),
    )
    op.create_table(
        "members",
        sa.Column("organization_id", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("workspace_id", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("user_id", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("created_ms", sa.BigInteger(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint(
            "organization_id", "workspace_id", "user_id", name=op.f("pk_members")
        ),
    )
    op.create_table(
        "refresh_tokens",
        sa.Column("id", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("client_session_id", sa.Text(), nullable=False),
        sa.Column("created_ms", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("expires_ms", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("used_ms", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refresh_tokens")),
    )
    op.create_table(
        "roles",
        sa.Column("id", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("organization_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("grants", sa.LargeBinary(), nullable=True),
        sa.Column("created_ms", sa.BigInteger(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roles")),
        sa.UniqueConstraint("organization_id", "name", name=op.f("uq_roles_organization_id_name")),
    )
    op.create_table(
        "shares",
        sa.Column("object_id", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("subject", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=True),
        sa.Column("created_ms", sa.BigInteger(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("object_id", "subject", name=op.f("pk_shares")),
    )
    op.create_table(
        "sign_in_providers",
        sa.Column("id", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("issuer", sa.Text(), nullable=True),
        sa.Column("client_id", sa.Text(), nullable=True),
        sa.Column("client_secret", sa.LargeBinary(), nullable=True),
        sa.Column("settings", sa.LargeBinary(), nullable=True),
        sa.Column("disabled", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("created_ms", sa.BigInteger(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_providers")),
    )
    op.create_table(
        "signing_keys",
        sa.Column("id", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("public", sa.LargeBinary(), nullable=True),
        sa.Column("private", sa.LargeBinary(), nullable=True),
        sa.Column("created_ms", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("retired_ms", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signing_keys")),
    )
    op.create_table(
        "single_uses",
        sa.Column("id", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=True),
        sa.Column("workspace_id", sa.Text(), nullable=True),
        sa.Column("detail", sa.LargeBinary(), nullable=True),
        sa.Column("created_ms", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("expires_ms", sa.BigInteger(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_single_uses")),
    )
    op.create_table(
        "team_members",
        sa.Column("team_id", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("user_id", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("created_ms", sa.BigInteger(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("team_id", "user_id", name=op.f("pk_team_members")),
    )
    op.create_index("ix_client_sessions_of", "client_sessions", ["user_id"])
    op.create_index("ix_client_sessions_of_token", "client_sessions", ["api_token_id"])
    op.create_index("ix_client_sessions_of_session", "client_sessions", ["session_id"])
    op.create_index("ix_identities_of", "identities", ["user_id"])
    op.create_index("ix_members_of", "members", ["user_id"])
    op.create_index("ix_refresh_tokens_of", "refresh_tokens", ["client_session_id"])
    op.create_index("ix_shares_in", "shares", ["workspace_id"])
    op.create_index("ix_shares_with", "shares", ["subject"])
    op.create_index("ix_single_uses_expired", "single_uses", ["expires_ms"])
    op.create_index("ix_single_uses_of", "single_uses", ["kind", "subject"])
    op.create_index("ix_team_members_of", "team_members", ["user_id"])
    op.create_index("ix_workspaces_of", "workspaces", ["organization_id"])
    op.create_index("ix_sessions_of", "sessions", ["user_id"])
    op.create_index("ix_api_tokens_of", "api_tokens", ["workspace_id"])
    op.create_index("ix_api_tokens_of_user", "api_tokens", ["user_id"])
    op.create_index("ix_audit_events_in", "audit_events", ["workspace_id", "id"])
    op.create_index("ix_audit_events_of", "audit_events", ["organization_id", "id"])
