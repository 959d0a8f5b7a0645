"""What the editor keeps: folders, variables, tables, views, templates; and versions on trial."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy import BigInteger, Boolean, Column, Integer, LargeBinary, Text

revision = "0007"
down_revision = "0006"

_Serial = BigInteger().with_variant(Integer, "sqlite")


def upgrade() -> None:
    """Go forward; there is no way back but a backup."""
    for name in ("folder_id", "description"):
        op.add_column("workflows", Column(name, Text, nullable=False, server_default=""))
    op.add_column("workflows", Column("archived_ms", BigInteger))
    op.add_column("workflows", Column("canary_version", BigInteger))
    op.add_column(
        "workflows", Column("canary_percent", BigInteger, nullable=False, server_default="0")
    )
    op.add_column("workflows", Column("canary_story", LargeBinary))
    op.add_column("workflow_versions", Column("name", Text, nullable=False, server_default=""))
    op.add_column("workflow_versions", Column("pins", LargeBinary))
    op.create_table(
        "workflow_tags",
        *(_words(name) for name in ("workspace_id", "tag", "workflow_id")),
        sa.PrimaryKeyConstraint("workspace_id", "tag", "workflow_id", name="pk_workflow_tags"),
    )
    op.create_index("ix_workflow_tags_of", "workflow_tags", ["workflow_id"])
    _desk()
    _tables()
    _once()
    _subscriptions()
    _destinations()


def _desk() -> None:
    op.create_table(
        "folders",
        Column("id", Text, nullable=False),
        _words("workspace_id"),
        _words("parent_id", default=""),
        _words("name"),
        _number("created_ms"),
        sa.PrimaryKeyConstraint("id", name="pk_folders"),
        sa.UniqueConstraint(
            "workspace_id", "parent_id", "name", name="uq_folders_workspace_id_parent_id_name"
        ),
    )
    op.create_table(
        "variables",
        _words("workspace_id"),
        _words("name"),
        Column("value", LargeBinary),
        _words("description", default=""),
        _words("updated_by", default=""),
        _number("updated_ms"),
        sa.PrimaryKeyConstraint("workspace_id", "name", name="pk_variables"),
    )
    op.create_table(
        "views",
        _words("id"),
        *(_words(name) for name in ("workspace_id", "owner", "kind", "name")),
        Column("query", LargeBinary),
        Column("shared", Boolean, nullable=False, server_default=sa.text("false")),
        _number("created_ms"),
        sa.PrimaryKeyConstraint("id", name="pk_views"),
    )
    op.create_index("ix_views_listed", "views", ["workspace_id", "kind"])
    op.create_table(
        "templates",
        *(_words(name) for name in ("id", "workspace_id", "name")),
        _words("description", default=""),
        Column("content", LargeBinary),
        _words("author", default=""),
        _number("created_ms"),
        sa.PrimaryKeyConstraint("id", name="pk_templates"),
    )
    op.create_index("ix_templates_listed", "templates", ["workspace_id", "name"])


def _tables() -> None:
    op.add_column("data_tables", _number("row_count"))
    op.create_table(
        "table_rows",
        Column("id", _Serial, nullable=False, autoincrement=True),
        _words("table_id"),
        _words("content", default="{}"),
        _number("created_ms"),
        _number("updated_ms"),
        sa.PrimaryKeyConstraint("id", name="pk_table_rows"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_table_rows_of", "table_rows", ["table_id", "id"])
    op.create_table(
        "files",
        *(_words(name) for name in ("id", "workspace_id", "name", "media_type")),
        _number("size"),
        _words("blob_id"),
        _words("created_by", default=""),
        _number("created_ms"),
        sa.PrimaryKeyConstraint("id", name="pk_files"),
    )
    op.create_index("ix_files_listed", "files", ["workspace_id", "created_ms", "id"])


def _once() -> None:
    op.create_table(
        "request_keys",
        *(_words(name) for name in ("workspace_id", "actor", "endpoint", "name", "digest")),
        Column("status", BigInteger),
        Column("answer", LargeBinary),
        _number("created_ms"),
        sa.PrimaryKeyConstraint(
            "workspace_id", "actor", "endpoint", "name", name="pk_request_keys"
        ),
    )
    op.create_index("ix_request_keys_old", "request_keys", ["created_ms"])


def _subscriptions() -> None:
    op.create_table(
        "subscriptions",
        *(_words(name) for name in ("id", "workspace_id", "workflow_id", "node_id")),
        _number("version"),
        Column("wanted", Boolean, nullable=False, server_default=sa.text("false")),
        _words("digest"),
        _words("status", default="due"),
        Column("sealed", LargeBinary),
        Column("error", Text),
        *(_number(name) for name in ("failures", "due_ms")),
        Column("checked_ms", BigInteger),
        _number("created_ms"),
        sa.PrimaryKeyConstraint("id", name="pk_subscriptions"),
    )
    op.create_index("ix_subscriptions_due", "subscriptions", ["due_ms"])
    op.create_index("ix_subscriptions_listed", "subscriptions", ["workspace_id", "id"])


def _destinations() -> None:
    op.create_table(
        "event_destinations",
        *(_words(name) for name in ("id", "workspace_id", "name", "url", "events")),
        _words("workflow_id", default=""),
        Column("disabled", Boolean, nullable=False, server_default=sa.text("false")),
        Column("secret_version", BigInteger, nullable=False, server_default="1"),
        *(_number(name) for name in ("created_ms", "updated_ms")),
        sa.PrimaryKeyConstraint("id", name="pk_event_destinations"),
    )
    op.create_index("ix_event_destinations_listed", "event_destinations", ["workspace_id", "id"])
    op.create_table(
        "event_messages",
        *(_words(name) for name in ("id", "destination_id", "workspace_id", "kind")),
        Column("content", LargeBinary),
        _words("status", default="due"),
        _number("attempts"),
        *(Column(name, BigInteger) for name in ("due_ms", "answered")),
        Column("error", Text),
        _number("created_ms"),
        sa.PrimaryKeyConstraint("id", name="pk_event_messages"),
    )
    op.create_index("ix_event_messages_of", "event_messages", ["destination_id", "created_ms"])
    op.create_index("ix_event_messages_due", "event_messages", ["due_ms"])


def _words(name: str, *, default: str | None = None) -> Column[str]:
    return Column(name, Text, nullable=False, server_default=default)


def _number(name: str) -> Column[int]:
    return Column(name, BigInteger, nullable=False, server_default="0")
