"""Every table there is; the migrations make them, and a test holds the two together.

The rules:

* Moments are milliseconds since 1970, in UTC, and their columns end in `_ms`.
* Every row that belongs to somebody names its workspace.
* What only we read is one column of bytes; what is searched for has a column of its own.
* An index stands beside the query that it is for, in the module that asks it.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.sql.schema import SchemaItem

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)
#: Numbers that grow by themselves: SQLite knows one type for them.
_Serial = BigInteger().with_variant(Integer, "sqlite")


def _key(name: str, *, serial: bool = False) -> Column[object]:
    return Column(name, _Serial if serial else Text, primary_key=True, autoincrement=serial)


def _text(name: str, *, empty: bool = True, default: str | None = None) -> Column[object]:
    return Column(name, Text, nullable=empty, server_default=default)


def _number(name: str, default: int | None = 0, *, key: bool = False) -> Column[object]:
    given = None if default is None or key else str(default)
    empty = default is None and not key
    return Column(
        name, BigInteger, nullable=empty, server_default=given, primary_key=key, autoincrement=False
    )


def _flag(name: str) -> Column[object]:
    return Column(name, Boolean, nullable=False, server_default=text("false"))


def _bytes(name: str) -> Column[object]:
    return Column(name, LargeBinary, nullable=True)


def _table(name: str, *items: SchemaItem) -> Table:
    # A number that was used once is never used again: what was told of it stays true.
    counted = any(getattr(item, "autoincrement", False) is True for item in items)
    table: Table = Table(name, metadata, *items)
    if counted:
        table.dialect_options["sqlite"]["autoincrement"] = True
    return table


# --- Who -------------------------------------------------------------------------------------

organizations = _table(
    "organizations", _key("id"), _text("name", empty=False), _number("created_ms")
)
teams = _table(
    "teams", _key("id"), _text("organization_id"), _text("name", empty=False), _number("created_ms")
)
workspaces = _table(
    "workspaces",
    _key("id"),
    _text("organization_id"),
    _text("name", empty=False),
    # Of two workspaces with work, one of weight 2 gets twice as much done.
    _number("weight", 1),
    # Executions that may be queued at once; empty: the limit of the installation.
    _number("max_queued", None),
    _bytes("settings"),
    _number("created_ms"),
)
users = _table(
    "users",
    _key("id"),
    _text("email", empty=False),
    _text("name"),
    _text("password_hash"),
    _flag("disabled"),
    _number("created_ms"),
    UniqueConstraint("email"),
)
sessions = _table(
    "sessions",
    _key("id"),
    _text("user_id", empty=False),
    _number("created_ms"),
    _number("expires_ms"),
)
api_tokens = _table(
    "api_tokens",
    _key("id"),
    _text("workspace_id"),
    _text("user_id"),
    _text("name"),
    _text("token_hash", empty=False),
    _bytes("scopes"),
    _number("created_ms"),
    _number("expires_ms", None),
    UniqueConstraint("token_hash"),
)
audit_events = _table(
    "audit_events",
    _key("id", serial=True),
    _text("workspace_id"),
    _text("actor"),
    _text("action", empty=False),
    _text("target"),
    _bytes("detail"),
    _bytes("chain"),
    _number("at_ms"),
)

# --- What ------------------------------------------------------------------------------------

#: Texts of workflows, by content: versions and executions name them.
documents = _table("documents", _key("id"), _text("workspace_id", empty=False), _bytes("content"))
workflows = _table(
    "workflows",
    _key("id"),
    _text("workspace_id", empty=False),
    _text("name", empty=False),
    _text("draft_id"),
    # Of the draft: raised by each change, so that nobody overwrites what he has not seen.
    _number("revision", 1),
    _number("latest", 0),
    _number("active_version", None),
    _text("locked_by"),
    _number("locked_until_ms", 0),
    _bytes("tags"),
    _number("created_ms"),
    _number("updated_ms"),
    _number("removed_ms", None),
)
Index("ix_workflows_listed", workflows.c.workspace_id, workflows.c.name)
workflow_versions = _table(
    "workflow_versions",
    _key("workflow_id"),
    _number("number", None, key=True),
    _text("workspace_id", empty=False),
    _text("document_id", empty=False),
    _text("note"),
    _text("author"),
    _number("created_ms"),
)
nodes = _table(
    "nodes",
    _key("type"),
    _number("version", None, key=True),
    _text("package", empty=False),
    _text("package_version", empty=False),
    _text("digest"),
    _number("seen_ms"),
)
credentials = _table(
    "credentials",
    _key("id"),
    _text("workspace_id", empty=False),
    _text("type", empty=False),
    _text("name", empty=False),
    _number("version", 1),
    _bytes("sealed"),
    _number("created_ms"),
    _number("updated_ms"),
)
Index("ix_credentials_listed", credentials.c.workspace_id, credentials.c.name)
credential_bindings = _table(
    "credential_bindings",
    _key("workflow_id"),
    _key("node_id"),
    _key("slot"),
    _text("workspace_id", empty=False),
    _text("credential_id", empty=False),
)
data_tables = _table(
    "data_tables",
    _key("id"),
    _text("workspace_id", empty=False),
    _text("name", empty=False),
    _bytes("columns"),
    _number("created_ms"),
    UniqueConstraint("workspace_id", "name"),
)

# --- What happened ---------------------------------------------------------------------------

workflow_executions = _table(
    "workflow_executions",
    _key("id"),
    _text("workspace_id", empty=False),
    _text("workflow_id", empty=False),
    _number("version", None),
    _text("workflow_name", empty=False),
    _text("document_id", empty=False),
    _text("mode", empty=False),
    _text("status", empty=False),
    _text("waiting_for"),
    _number("due_ms", None),
    # Whoever has the latest epoch writes; nobody owns what has no worker. What runs in line has no
    # worker, and the epoch of its root.
    _number("epoch"),
    _text("worker_id"),
    _text("root_id"),
    _text("parent_id"),
    _text("retry_of"),
    _number("dispatches"),
    _text("pool", empty=False, default="default"),
    _number("priority", 5),
    _text("concurrency_key"),
    _text("idem_key"),
    _number("steps"),
    _number("active_ms"),
    _number("created_ms"),
    _number("queued_ms"),
    _number("started_ms"),
    _number("finished_ms"),
    _text("error_code"),
    # Input, variables, start, target, error, custom data: see `codec`.
    _bytes("request"),
    _bytes("input"),
    _bytes("error"),
    _bytes("custom"),
)
_executions = workflow_executions.c
Index(
    "uq_workflow_executions_idem",
    _executions.workflow_id,
    _executions.idem_key,
    unique=True,
    sqlite_where=_executions.idem_key.is_not(None),
    postgresql_where=_executions.idem_key.is_not(None),
)
_QUEUED = text("status = 'queued'")
Index(
    "ix_workflow_executions_queued",
    _executions.pool,
    _executions.workspace_id,
    _executions.priority,
    _executions.queued_ms,
    sqlite_where=_QUEUED,
    postgresql_where=_QUEUED,
)
Index(
    "ix_workflow_executions_held",
    _executions.worker_id,
    sqlite_where=_executions.worker_id.is_not(None),
    postgresql_where=_executions.worker_id.is_not(None),
)
Index(
    "ix_workflow_executions_in_line",
    _executions.root_id,
    sqlite_where=_executions.root_id.is_not(None),
    postgresql_where=_executions.root_id.is_not(None),
)
Index(
    "ix_workflow_executions_waiting_room",
    _executions.workspace_id,
    sqlite_where=_QUEUED,
    postgresql_where=_QUEUED,
)
_WAITING = text("status = 'waiting' AND worker_id IS NULL")
Index(
    "ix_workflow_executions_due",
    _executions.due_ms,
    sqlite_where=_WAITING,
    postgresql_where=_WAITING,
)
_LIVE = text("status IN ('queued', 'running', 'waiting')")
Index(
    "ix_workflow_executions_live",
    _executions.workflow_id,
    _executions.concurrency_key,
    sqlite_where=_LIVE,
    postgresql_where=_LIVE,
)
Index("ix_workflow_executions_listed", _executions.workspace_id, _executions.created_ms)
Index(
    "ix_workflow_executions_of_workflow",
    _executions.workflow_id,
    _executions.created_ms,
)
Index(
    "ix_workflow_executions_children",
    _executions.parent_id,
    sqlite_where=_executions.parent_id.is_not(None),
    postgresql_where=_executions.parent_id.is_not(None),
)
Index("ix_workflow_executions_document", _executions.document_id)

execution_steps = _table(
    "execution_steps",
    _key("execution_id"),
    _key("node_id"),
    _number("run_index", None, key=True),
    _number("seq"),
    _text("status", empty=False),
    _text("effects", empty=False),
    _number("attempt", 1),
    _number("epoch"),
    _number("started_ms"),
    _number("finished_ms"),
    _bytes("body"),
    _bytes("outputs"),
    # Of outputs that lie elsewhere: the blob that has them.
    _text("blob_id"),
)
execution_keys = _table(
    "execution_keys",
    _key("execution_id"),
    _key("name"),
    _text("workspace_id", empty=False),
    _text("value", empty=False),
)
Index(
    "ix_execution_keys_found",
    execution_keys.c.workspace_id,
    execution_keys.c.name,
    execution_keys.c.value,
)
execution_logs = _table(
    "execution_logs",
    _key("id", serial=True),
    _text("workspace_id", empty=False),
    _text("execution_id", empty=False),
    _text("node_id"),
    _number("run_index", None),
    _number("at_ms"),
    _text("level", empty=False),
    _text("message", empty=False),
    _bytes("data"),
)
Index("ix_execution_logs_of", execution_logs.c.execution_id, execution_logs.c.id)
dead_letters = _table(
    "dead_letters",
    _key("execution_id"),
    _text("workspace_id", empty=False),
    _text("reason", empty=False),
    _number("epoch"),
    _bytes("last_error"),
    _number("created_ms"),
)
Index("ix_dead_letters_listed", dead_letters.c.workspace_id, dead_letters.c.created_ms)
waits = _table(
    "waits",
    _key("id"),
    _text("workspace_id", empty=False),
    _text("execution_id", empty=False),
    _text("node_id", empty=False),
    _number("run_index"),
    _text("kind", empty=False),
    _number("resume_ms", None),
    _text("token_hash"),
    _text("state", empty=False),
    _bytes("answer"),
    UniqueConstraint("token_hash"),
)
Index("ix_waits_of", waits.c.execution_id)

# --- Who works -------------------------------------------------------------------------------

workers = _table(
    "workers",
    _key("id"),
    _text("host", empty=False),
    _number("pid"),
    _text("version", empty=False),
    _text("role", empty=False),
    _text("pools", empty=False),
    _number("concurrency"),
    _number("running"),
    _text("state", empty=False),
    _number("started_ms"),
    _number("heartbeat_ms"),
)
outbox = _table(
    "outbox",
    _key("id", serial=True),
    _text("subject", empty=False),
    _text("message_id", empty=False),
    _number("created_ms"),
)
leases = _table("leases", _key("name"), _text("holder"), _number("epoch"), _number("until_ms"))
#: Places that are taken, of those that a limit allows: of a node type, a workflow, a key.
permits = _table(
    "permits",
    _key("name"),
    _key("holder"),
    _text("worker_id"),
    _number("taken_ms"),
)
rate_limits = _table(
    "rate_limits",
    _key("name"),
    Column("tokens", Float, nullable=False, server_default="0"),
    _number("at_ms"),
)

# --- When ------------------------------------------------------------------------------------

schedules = _table(
    "schedules",
    _key("id"),
    _text("workspace_id", empty=False),
    _text("workflow_id", empty=False),
    _text("node_id", empty=False),
    _text("kind", empty=False),
    _bytes("spec"),
    # Raised by each change of the rule.
    _number("revision", 1),
    _flag("paused"),
    _number("next_ms", None),
    _number("last_ms", None),
    # Of a trigger that polls: where it stopped reading, and how often it failed in a row.
    _bytes("cursor"),
    _number("failures"),
    _text("last_error"),
    _number("created_ms"),
    _number("updated_ms"),
)
Index("ix_schedules_due", schedules.c.next_ms)
Index("ix_schedules_of", schedules.c.workflow_id)
schedule_fires = _table(
    "schedule_fires",
    _key("schedule_id"),
    _number("fire_ms", None, key=True),
    # Empty: left out, by the rule for those that overlap or were missed.
    _text("execution_id"),
    _text("outcome", empty=False),
    _number("created_ms"),
)
#: What a trigger that polls has seen already.
poll_seen = _table("poll_seen", _key("schedule_id"), _key("item_key"), _number("seen_ms"))
Index("ix_poll_seen_old", poll_seen.c.schedule_id, poll_seen.c.seen_ms)
webhooks = _table(
    "webhooks",
    _key("id"),
    _text("workspace_id", empty=False),
    _text("workflow_id", empty=False),
    _text("node_id", empty=False),
    _text("method", empty=False),
    _text("path", empty=False),
    _bytes("spec"),
    _number("created_ms"),
    UniqueConstraint("workspace_id", "method", "path"),
)
Index("ix_webhooks_of", webhooks.c.workflow_id)
webhook_deliveries = _table(
    "webhook_deliveries",
    _key("endpoint_id"),
    _key("delivery_id"),
    _text("execution_id", empty=False),
    _number("received_ms"),
)
Index("ix_webhook_deliveries_old", webhook_deliveries.c.received_ms)

# --- What is kept ----------------------------------------------------------------------------

state = _table(
    "state",
    _key("workspace_id"),
    _key("scope"),
    _key("name"),
    _bytes("value"),
    _number("expires_ms", None),
    _number("updated_ms"),
)
blobs = _table(
    "blobs",
    _key("workspace_id"),
    _key("id"),
    _number("size"),
    _number("created_ms"),
    # While it is being written or read, or nothing names it yet, it is not removed before then.
    _number("keep_until_ms"),
)
blob_refs = _table(
    "blob_refs",
    _key("workspace_id"),
    _key("blob_id"),
    _key("execution_id"),
)
Index("ix_blob_refs_of", blob_refs.c.execution_id)
step_cache = _table(
    "step_cache",
    _key("workspace_id"),
    _key("cache_key"),
    _text("node_type", empty=False),
    _bytes("outputs"),
    _text("blob_id"),
    _number("hits"),
    _number("created_ms"),
    _number("expires_ms"),
)
Index("ix_step_cache_old", step_cache.c.expires_ms)
