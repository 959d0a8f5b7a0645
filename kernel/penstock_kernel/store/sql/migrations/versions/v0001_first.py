"""The first schema."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Go forward; there is no way back but a backup."""
    op.create_table(
        "api_tokens",
        sa.Column("id", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("workspace_id", sa.Text(), nullable=True),
        sa.Column("user_id", sa.Text(), nullable=True),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("scopes", sa.LargeBinary(), nullable=True),
        sa.Column(
            "created_ms", sa.BigInteger(), server_default="0", autoincrement=False, nullable=False
        ),
        sa.Column("expires_ms", sa.BigInteger(), autoincrement=False, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_tokens")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_api_tokens_token_hash")),
    )
    op.create_table(
        "audit_events",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("workspace_id", sa.Text(), nullable=True),
        sa.Column("actor", sa.Text(), nullable=True),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("target", sa.Text(), nullable=True),
        sa.Column("detail", sa.LargeBinary(), nullable=True),
        sa.Column("chain", sa.LargeBinary(), nullable=True),
        sa.Column(
            "at_ms", sa.BigInteger(), server_default="0", autoincrement=False, nullable=False
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_events")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "blob_refs",
        sa.Column("workspace_id", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("blob_id", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("execution_id", sa.Text(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint(
            "workspace_id", "blob_id", "execution_id", name=op.f("pk_blob_refs")
        ),
    )
    op.create_index("ix_blob_refs_of", "blob_refs", ["execution_id"], unique=False)
    op.create_table(
        "blobs",
        sa.Column("workspace_id", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("size", sa.BigInteger(), server_default="0", autoincrement=False, nullable=False),
        sa.Column(
            "created_ms", sa.BigInteger(), server_default="0", autoincrement=False, nullable=False
        ),
        sa.Column(
            "keep_until_ms",
            sa.BigInteger(),
            server_default="0",
            autoincrement=False,
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_blobs")),
    )
    op.create_table(
        "credential_bindings",
        sa.Column("workflow_id", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("node_id", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("slot", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("credential_id", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint(
            "workflow_id", "node_id", "slot", name=op.f("pk_credential_bindings")
        ),
    )
    op.create_table(
        "credentials",
        sa.Column("id", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column(
            "version", sa.BigInteger(), server_default="1", autoincrement=False, nullable=False
        ),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column(
            "created_ms", sa.BigInteger(), server_default="0", autoincrement=False, nullable=False
        ),
        sa.Column(
            "updated_ms", sa.BigInteger(), server_default="0", autoincrement=False, nullable=False
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credentials")),
    )
    op.create_index("ix_credentials_listed", "credentials", ["workspace_id", "name"], unique=False)
    op.create_table(
        "data_tables",
        sa.Column("id", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("columns", sa.LargeBinary(), nullable=True),
        sa.Column(
            "created_ms", sa.BigInteger(), server_default="0", autoincrement=False, nullable=False
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_data_tables")),
        sa.UniqueConstraint("workspace_id", "name", name=op.f("uq_data_tables_workspace_id_name")),
    )
    op.create_table(
        "dead_letters",
        sa.Column("execution_id", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column(
            "epoch", sa.BigInteger(), server_default="0", autoincrement=False, nullable=False
        ),
        sa.Column("last_error", sa.LargeBinary(), nullable=True),
        sa.Column(
            "created_ms", sa.BigInteger(), server_default="0", autoincrement=False, nullable=False
        ),
        sa.PrimaryKeyConstraint("execution_id", name=op.f("pk_dead_letters")),
    )
    op.create_index(
        "ix_dead_letters_listed", "dead_letters", ["workspace_id", "created_ms"], unique=False
    )
    op.create_table(
        "documents",
        sa.Column("id", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_documents")),
    )
    op.create_table(
        "execution_keys",
        sa.Column("execution_id", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("execution_id", "name", name=op.f("pk_execution_keys")),
    )
    op.create_index(
        "ix_execution_keys_found", "execution_keys", ["workspace_id", "name", "value"], unique=False
    )
    op.create_table(
        "execution_logs",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("execution_id", sa.Text(), nullable=False),
        sa.Column("node_id", sa.Text(), nullable=True),
        sa.Column("run_index", sa.BigInteger(), autoincrement=False, nullable=True),
        sa.Column(
            "at_ms", sa.BigInteger(), server_default="0", autoincrement=False, nullable=False
        ),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_execution_logs")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_execution_logs_of", "execution_logs", ["execution_id", "id"], unique=False)
    op.create_table(
        "execution_steps",
        sa.Column("execution_id", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("node_id", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("run_index", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.BigInteger(), server_default="0", autoincrement=False, nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("effects", sa.Text(), nullable=False),
        sa.Column(
            "attempt", sa.BigInteger(), server_default="1", autoincrement=False, nullable=False
        ),
        sa.Column(
            "epoch", sa.BigInteger(), server_default="0", autoincrement=False, nullable=False
        ),
        sa.Column(
            "started_ms", sa.BigInteger(), server_default="0", autoincrement=False, nullable=False
        ),
        sa.Column(
            "finished_ms", sa.BigInteger(), server_default="0", autoincrement=False, nullable=False
        ),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.Column("outputs", sa.LargeBinary(), nullable=True),
        sa.Column("blob_id", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint(
            "execution_id", "node_id", "run_index", name=op.f("pk_execution_steps")
        ),
    )
    op.create_table(
        "leases",
        sa.Column("name", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("holder", sa.Text(), nullable=True),
        sa.Column(
            "epoch", sa.BigInteger(), server_default="0", autoincrement=False, nullable=False
        ),
        sa.Column(
            "until_ms", sa.BigInteger(), server_default="0", autoincrement=False, nullable=False
        ),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_leases")),
    )
    op.create_table(
        "nodes",
        sa.Column("type", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("version", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("package", sa.Text(), nullable=False),
        sa.Column("package_version", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=True),
        sa.Column(
            "seen_ms", sa.BigInteger(), server_default="0", autoincrement=False, nullable=False
        ),
        sa.PrimaryKeyConstraint("type", "version", name=op.f("pk_nodes")),
    )
    op.create_table(
        "organizations",
        sa.Column("id", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column(
            "created_ms", sa.BigInteger(), server_default="0", autoincrement=False, nullable=False
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organizations")),
    )
    op.create_table(
        "outbox",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.Column(
            "created_ms", sa.BigInteger(), server_default="0", autoincrement=False, nullable=False
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "permits",
        sa.Column("name", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("holder", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("worker_id", sa.Text(), nullable=True),
        sa.Column(
            "taken_ms", sa.BigInteger(), server_default="0", autoincrement=False, nullable=False
        ),
        sa.PrimaryKeyConstraint("name", "holder", name=op.f("pk_permits")),
    )
    op.create_table(
        "poll_seen",
        sa.Column("schedule_id", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("item_key", sa.Text(), autoincrement=False, nullable=False),
        sa.Column(
            "seen_ms", sa.BigInteger(), server_default="0", autoincrement=False, nullable=False
        ),
        sa.PrimaryKeyConstraint("schedule_id", "item_key", name=op.f("pk_poll_seen")),
    )
    op.create_index("ix_poll_seen_old", "poll_seen", ["schedule_id", "seen_ms"], unique=False)
    op.create_table(
        "rate_limits",
        sa.Column("name", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("tokens", sa.Float(), server_default="0", nullable=False),
        sa.Column(
            "at_ms", sa.BigInteger(), server_default="0", autoincrement=False, nullable=False
        ),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_rate_limits")),
    )
    op.create_table(
        "schedule_fires",
        sa.Column("schedule_id", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("fire_ms", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("execution_id", sa.Text(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column(
            "created_ms", sa.BigInteger(), server_default="0", autoincrement=False, nullable=False
        ),
        sa.PrimaryKeyConstraint("schedule_id", "fire_ms", name=op.f("pk_schedule_fires")),
    )
    op.create_table(
        "schedules",
        sa.Column("id", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("workflow_id", sa.Text(), nullable=False),
        sa.Column("node_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("spec", sa.LargeBinary(), nullable=True),
        sa.Column(
            "revision", sa.BigInteger(), server_default="1", autoincrement=False, nullable=False
        ),
        sa.Column("paused", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("next_ms", sa.BigInteger(), autoincrement=False, nullable=True),
        sa.Column("last_ms", sa.BigInteger(), autoincrement=False, nullable=True),
        sa.Column("cursor", sa.LargeBinary(), nullable=True),
        sa.Column(
            "failures", sa.BigInteger(), server_default="0", autoincrement=False, nullable=False
        ),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.Column(
            "created_ms", sa.BigInteger(), server_default="0", autoincrement=False, nullable=False
        ),
        sa.Column(
            "updated_ms", sa.BigInteger(), server_default="0", autoincrement=False, nullable=False
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_schedules")),
    )
    op.create_index("ix_schedules_due", "schedules", ["next_ms"], unique=False)
    op.create_index("ix_schedules_of", "schedules", ["workflow_id"], unique=False)
    op.create_table(
        "sessions",
        sa.Column("id", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column(
            "created_ms", sa.BigInteger(), server_default="0", autoincrement=False, nullable=False
        ),
        sa.Column(
            "expires_ms", sa.BigInteger(), server_default="0", autoincrement=False, nullable=False
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sessions")),
    )
    op.create_table(
        "state",
        sa.Column("workspace_id", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("scope", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("value", sa.LargeBinary(), nullable=True),
        sa.Column("expires_ms", sa.BigInteger(), autoincrement=False, nullable=True),
        sa.Column(
            "updated_ms", sa.BigInteger(), server_default="0", autoincrement=False, nullable=False
        ),
        sa.PrimaryKeyConstraint("workspace_id", "scope", "name", name=op.f("pk_state")),
    )
    op.create_table(
        "step_cache",
        sa.Column("workspace_id", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("cache_key", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("node_type", sa.Text(), nullable=False),
        sa.Column("outputs", sa.LargeBinary(), nullable=True),
        sa.Column("blob_id", sa.Text(), nullable=True),
        sa.Column("hits", sa.BigInteger(), server_default="0", autoincrement=False, nullable=False),
        sa.Column(
            "created_ms", sa.BigInteger(), server_default="0", autoincrement=False, nullable=False
        ),
        sa.Column(
            "expires_ms", sa.BigInteger(), server_default="0", autoincrement=False, nullable=False
        ),
        sa.PrimaryKeyConstraint("workspace_id", "cache_key", name=op.f("pk_step_cache")),
    )
    op.create_index("ix_step_cache_old", "step_cache", ["expires_ms"], unique=False)
    op.create_table(
        "teams",
        sa.Column("id", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("organization_id", sa.Text(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column(
            "created_ms", sa.BigInteger(), server_default="0", autoincrement=False, nullable=False
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_teams")),
    )
    op.create_table(
        "users",
        sa.Column("id", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("password_hash", sa.Text(), nullable=True),
        sa.Column("disabled", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column(
            "created_ms", sa.BigInteger(), server_default="0", autoincrement=False, nullable=False
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_users")),
        sa.UniqueConstraint("email", name=op.f("uq_users_email")),
    )
    op.create_table(
        "waits",
        sa.Column("id", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("execution_id", sa.Text(), nullable=False),
        sa.Column("node_id", sa.Text(), nullable=False),
        sa.Column(
            "run_index", sa.BigInteger(), server_default="0", autoincrement=False, nullable=False
        ),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("resume_ms", sa.BigInteger(), autoincrement=False, nullable=True),
        sa.Column("token_hash", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("answer", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_waits")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_waits_token_hash")),
    )
    op.create_index("ix_waits_of", "waits", ["execution_id"], unique=False)
    op.create_table(
        "webhook_deliveries",
        sa.Column("endpoint_id", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("delivery_id", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("execution_id", sa.Text(), nullable=False),
        sa.Column(
            "received_ms", sa.BigInteger(), server_default="0", autoincrement=False, nullable=False
        ),
        sa.PrimaryKeyConstraint("endpoint_id", "delivery_id", name=op.f("pk_webhook_deliveries")),
    )
    op.create_index(
        "ix_webhook_deliveries_old", "webhook_deliveries", ["received_ms"], unique=False
    )
    op.create_table(
        "webhooks",
        sa.Column("id", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("workflow_id", sa.Text(), nullable=False),
        sa.Column("node_id", sa.Text(), nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("spec", sa.LargeBinary(), nullable=True),
        sa.Column(
            "created_ms", sa.BigInteger(), server_default="0", autoincrement=False, nullable=False
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhooks")),
        sa.UniqueConstraint(
            "workspace_id", "method", "path", name=op.f("uq_webhooks_workspace_id_method_path")
        ),
    )
    op.create_index("ix_webhooks_of", "webhooks", ["workflow_id"], unique=False)
    op.create_table(
        "workers",
        sa.Column("id", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("host", sa.Text(), nullable=False),
        sa.Column("pid", sa.BigInteger(), server_default="0", autoincrement=False, nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("pools", sa.Text(), nullable=False),
        sa.Column(
            "concurrency", sa.BigInteger(), server_default="0", autoincrement=False, nullable=False
        ),
        sa.Column(
            "running", sa.BigInteger(), server_default="0", autoincrement=False, nullable=False
        ),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column(
            "started_ms", sa.BigInteger(), server_default="0", autoincrement=False, nullable=False
        ),
        sa.Column(
            "heartbeat_ms", sa.BigInteger(), server_default="0", autoincrement=False, nullable=False
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_workers")),
    )
    op.create_table(
        "workflow_executions",
        sa.Column("id", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("workflow_id", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), autoincrement=False, nullable=True),
        sa.Column("workflow_name", sa.Text(), nullable=False),
        sa.Column("document_id", sa.Text(), nullable=False),
        sa.Column("mode", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("waiting_for", sa.Text(), nullable=True),
        sa.Column("due_ms", sa.BigInteger(), autoincrement=False, nullable=True),
        sa.Column(
            "epoch", sa.BigInteger(), server_default="0", autoincrement=False, nullable=False
        ),
        sa.Column("worker_id", sa.Text(), nullable=True),
        sa.Column("root_id", sa.Text(), nullable=True),
        sa.Column("parent_id", sa.Text(), nullable=True),
        sa.Column("retry_of", sa.Text(), nullable=True),
        sa.Column(
            "dispatches", sa.BigInteger(), server_default="0", autoincrement=False, nullable=False
        ),
        sa.Column("pool", sa.Text(), server_default="default", nullable=False),
        sa.Column(
            "priority", sa.BigInteger(), server_default="5", autoincrement=False, nullable=False
        ),
        sa.Column("concurrency_key", sa.Text(), nullable=True),
        sa.Column("idem_key", sa.Text(), nullable=True),
        sa.Column(
            "steps", sa.BigInteger(), server_default="0", autoincrement=False, nullable=False
        ),
        sa.Column(
            "active_ms", sa.BigInteger(), server_default="0", autoincrement=False, nullable=False
        ),
        sa.Column(
            "created_ms", sa.BigInteger(), server_default="0", autoincrement=False, nullable=False
        ),
        sa.Column(
            "queued_ms", sa.BigInteger(), server_default="0", autoincrement=False, nullable=False
        ),
        sa.Column(
            "started_ms", sa.BigInteger(), server_default="0", autoincrement=False, nullable=False
        ),
        sa.Column(
            "finished_ms", sa.BigInteger(), server_default="0", autoincrement=False, nullable=False
        ),
        sa.Column("error_code", sa.Text(), nullable=True),
        sa.Column("request", sa.LargeBinary(), nullable=True),
        sa.Column("input", sa.LargeBinary(), nullable=True),
        sa.Column("error", sa.LargeBinary(), nullable=True),
        sa.Column("custom", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_workflow_executions")),
    )
    op.create_index(
        "ix_workflow_executions_children",
        "workflow_executions",
        ["parent_id"],
        unique=False,
        sqlite_where=sa.text("parent_id IS NOT NULL"),
        postgresql_where=sa.text("parent_id IS NOT NULL"),
    )
    op.create_index(
        "ix_workflow_executions_document", "workflow_executions", ["document_id"], unique=False
    )
    op.create_index(
        "ix_workflow_executions_due",
        "workflow_executions",
        ["due_ms"],
        unique=False,
        sqlite_where=sa.text("status = 'waiting' AND worker_id IS NULL"),
        postgresql_where=sa.text("status = 'waiting' AND worker_id IS NULL"),
    )
    op.create_index(
        "ix_workflow_executions_held",
        "workflow_executions",
        ["worker_id"],
        unique=False,
        sqlite_where=sa.text("worker_id IS NOT NULL"),
        postgresql_where=sa.text("worker_id IS NOT NULL"),
    )
    op.create_index(
        "ix_workflow_executions_in_line",
        "workflow_executions",
        ["root_id"],
        unique=False,
        sqlite_where=sa.text("root_id IS NOT NULL"),
        postgresql_where=sa.text("root_id IS NOT NULL"),
    )
    op.create_index(
        "ix_workflow_executions_listed",
        "workflow_executions",
        ["workspace_id", "created_ms"],
        unique=False,
    )
    op.create_index(
        "ix_workflow_executions_live",
        "workflow_executions",
        ["workflow_id", "concurrency_key"],
        unique=False,
        sqlite_where=sa.text("status IN ('queued', 'running', 'waiting')"),
        postgresql_where=sa.text("status IN ('queued', 'running', 'waiting')"),
    )
    op.create_index(
        "ix_workflow_executions_of_workflow",
        "workflow_executions",
        ["workflow_id", "created_ms"],
        unique=False,
    )
    op.create_index(
        "ix_workflow_executions_queued",
        "workflow_executions",
        ["pool", "workspace_id", "priority", "queued_ms"],
        unique=False,
        sqlite_where=sa.text("status = 'queued'"),
        postgresql_where=sa.text("status = 'queued'"),
    )
    op.create_index(
        "ix_workflow_executions_waiting_room",
        "workflow_executions",
        ["workspace_id"],
        unique=False,
        sqlite_where=sa.text("status = 'queued'"),
        postgresql_where=sa.text("status = 'queued'"),
    )
    op.create_index(
        "uq_workflow_executions_idem",
        "workflow_executions",
        ["workflow_id", "idem_key"],
        unique=True,
        sqlite_where=sa.text("idem_key IS NOT NULL"),
        postgresql_where=sa.text("idem_key IS NOT NULL"),
    )
    op.create_table(
        "workflow_versions",
        sa.Column("workflow_id", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("document_id", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("author", sa.Text(), nullable=True),
        sa.Column(
            "created_ms", sa.BigInteger(), server_default="0", autoincrement=False, nullable=False
        ),
        sa.PrimaryKeyConstraint("workflow_id", "number", name=op.f("pk_workflow_versions")),
    )
    op.create_table(
        "workflows",
        sa.Column("id", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("draft_id", sa.Text(), nullable=True),
        sa.Column(
            "revision", sa.BigInteger(), server_default="1", autoincrement=False, nullable=False
        ),
        sa.Column(
            "latest", sa.BigInteger(), server_default="0", autoincrement=False, nullable=False
        ),
        sa.Column("active_version", sa.BigInteger(), autoincrement=False, nullable=True),
        sa.Column("locked_by", sa.Text(), nullable=True),
        sa.Column(
            "locked_until_ms",
            sa.BigInteger(),
            server_default="0",
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("tags", sa.LargeBinary(), nullable=True),
        sa.Column(
            "created_ms", sa.BigInteger(), server_default="0", autoincrement=False, nullable=False
        ),
        sa.Column(
            "updated_ms", sa.BigInteger(), server_default="0", autoincrement=False, nullable=False
        ),
        sa.Column("removed_ms", sa.BigInteger(), autoincrement=False, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_workflows")),
    )
    op.create_index("ix_workflows_listed", "workflows", ["workspace_id", "name"], unique=False)
    op.create_table(
        "workspaces",
        sa.Column("id", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("organization_id", sa.Text(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column(
            "weight", sa.BigInteger(), server_default="1", autoincrement=False, nullable=False
        ),
        sa.Column("max_queued", sa.BigInteger(), autoincrement=False, nullable=True),
        sa.Column("settings", sa.LargeBinary(), nullable=True),
        sa.Column(
            "created_ms", sa.BigInteger(), server_default="0", autoincrement=False, nullable=False
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_workspaces")),
    )
