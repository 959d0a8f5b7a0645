"""Every table there is; the migrations make them, and a test holds the two together.

The rules:

* Moments are milliseconds since 1970, in UTC, and their columns end in `_ms`.
* Every row that belongs to somebody names its workspace.
* What only we read is one column of bytes; what is searched for has a column of its own.
* An index stands beside the query that it is for, in the module that asks it.
"""

from __future__ import annotations

from sqlalchemy import Column, Float, Index, UniqueConstraint, text

from penstock_kernel.store.sql.columns import data, flag, key, metadata, number, table, words

__all__ = ["metadata"]

# --- Who -------------------------------------------------------------------------------------

organizations = table("organizations", key("id"), words("name", empty=False), number("created_ms"))
teams = table(
    "teams", key("id"), words("organization_id"), words("name", empty=False), number("created_ms")
)
workspaces = table(
    "workspaces",
    key("id"),
    words("organization_id"),
    words("name", empty=False),
    # Of two workspaces with work, one of weight 2 gets twice as much done.
    number("weight", 1),
    # Executions that may be queued at once; empty: the limit of the installation.
    number("max_queued", None),
    data("settings"),
    number("created_ms"),
)
users = table(
    "users",
    key("id"),
    words("email", empty=False),
    words("name"),
    words("password_hash"),
    flag("disabled"),
    number("created_ms"),
    UniqueConstraint("email"),
)
sessions = table(
    "sessions",
    key("id"),
    words("user_id", empty=False),
    number("created_ms"),
    number("expires_ms"),
)
api_tokens = table(
    "api_tokens",
    key("id"),
    words("workspace_id"),
    words("user_id"),
    words("name"),
    words("token_hash", empty=False),
    data("scopes"),
    number("created_ms"),
    number("expires_ms", None),
    UniqueConstraint("token_hash"),
)
audit_events = table(
    "audit_events",
    key("id", serial=True),
    words("workspace_id"),
    words("actor"),
    words("action", empty=False),
    words("target"),
    data("detail"),
    data("chain"),
    number("at_ms"),
)

# --- What ------------------------------------------------------------------------------------

#: Texts of workflows, by content: versions and executions name them.
documents = table("documents", key("id"), words("workspace_id", empty=False), data("content"))
workflows = table(
    "workflows",
    key("id"),
    words("workspace_id", empty=False),
    words("name", empty=False),
    words("draft_id"),
    # Of the draft: raised by each change, so that nobody overwrites what he has not seen.
    number("revision", 1),
    number("latest", 0),
    number("active_version", None),
    words("locked_by"),
    number("locked_until_ms", 0),
    data("tags"),
    number("created_ms"),
    number("updated_ms"),
    number("removed_ms", None),
)
Index("ix_workflows_listed", workflows.c.workspace_id, workflows.c.name)
workflow_versions = table(
    "workflow_versions",
    key("workflow_id"),
    number("number", None, key=True),
    words("workspace_id", empty=False),
    words("document_id", empty=False),
    words("note"),
    words("author"),
    number("created_ms"),
)
nodes = table(
    "nodes",
    key("type"),
    number("version", None, key=True),
    words("package", empty=False),
    words("package_version", empty=False),
    words("digest"),
    number("seen_ms"),
)
credentials = table(
    "credentials",
    key("id"),
    words("workspace_id", empty=False),
    words("type", empty=False),
    words("name", empty=False),
    number("version", 1),
    data("sealed"),
    number("created_ms"),
    number("updated_ms"),
)
Index("ix_credentials_listed", credentials.c.workspace_id, credentials.c.name)
credential_bindings = table(
    "credential_bindings",
    key("workflow_id"),
    key("node_id"),
    key("slot"),
    words("workspace_id", empty=False),
    words("credential_id", empty=False),
)
data_tables = table(
    "data_tables",
    key("id"),
    words("workspace_id", empty=False),
    words("name", empty=False),
    data("columns"),
    number("created_ms"),
    UniqueConstraint("workspace_id", "name"),
)

# --- What happened ---------------------------------------------------------------------------

workflow_executions = table(
    "workflow_executions",
    key("id"),
    words("workspace_id", empty=False),
    words("workflow_id", empty=False),
    number("version", None),
    words("workflow_name", empty=False),
    words("document_id", empty=False),
    words("mode", empty=False),
    words("status", empty=False),
    words("waiting_for"),
    number("due_ms", None),
    # Whoever has the latest epoch writes; nobody owns what has no worker. What runs in line has no
    # worker, and the epoch of its root.
    number("epoch"),
    words("worker_id"),
    words("root_id"),
    words("parent_id"),
    words("retry_of"),
    number("dispatches"),
    words("pool", empty=False, default="default"),
    number("priority", 5),
    # So many of a workflow with the same key run at once; what becomes of one more.
    words("concurrency_key"),
    number("concurrency_limit", None),
    words("overflow"),
    # Executions with the same one run on the same worker, as long as it is there.
    words("sticky_key"),
    words("idem_key"),
    number("steps"),
    number("active_ms"),
    number("created_ms"),
    number("queued_ms"),
    number("started_ms"),
    number("finished_ms"),
    words("error_code"),
    # Input, variables, start, target, error, custom data: see `codec`.
    data("request"),
    data("input"),
    data("error"),
    data("custom"),
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
_RUNNING = text("worker_id IS NOT NULL AND concurrency_key IS NOT NULL")
Index(
    "ix_workflow_executions_beside",
    _executions.workflow_id,
    _executions.concurrency_key,
    sqlite_where=_RUNNING,
    postgresql_where=_RUNNING,
)
Index("ix_workflow_executions_listed", _executions.workspace_id, _executions.created_ms)
#: Of those that go well there are many, and nobody looks for them.
_RARE = text("root_id IS NULL AND status IN ('waiting', 'error', 'canceled', 'dead')")
Index(
    "ix_workflow_executions_of_status",
    _executions.workspace_id,
    _executions.status,
    _executions.created_ms,
    sqlite_where=_RARE,
    postgresql_where=_RARE,
)
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

execution_steps = table(
    "execution_steps",
    key("execution_id"),
    key("node_id"),
    number("run_index", None, key=True),
    number("seq"),
    words("status", empty=False),
    words("effects", empty=False),
    number("attempt", 1),
    number("epoch"),
    number("started_ms"),
    number("finished_ms"),
    data("body"),
    data("outputs"),
    # Of outputs that lie elsewhere: the blob that has them.
    words("blob_id"),
)
execution_keys = table(
    "execution_keys",
    key("execution_id"),
    key("name"),
    words("workspace_id", empty=False),
    words("value", empty=False),
)
Index(
    "ix_execution_keys_found",
    execution_keys.c.workspace_id,
    execution_keys.c.name,
    execution_keys.c.value,
)
execution_logs = table(
    "execution_logs",
    key("id", serial=True),
    words("workspace_id", empty=False),
    words("execution_id", empty=False),
    words("node_id"),
    number("run_index", None),
    number("at_ms"),
    words("level", empty=False),
    words("message", empty=False),
    data("data"),
)
Index("ix_execution_logs_of", execution_logs.c.execution_id, execution_logs.c.id)
dead_letters = table(
    "dead_letters",
    key("execution_id"),
    words("workspace_id", empty=False),
    words("reason", empty=False),
    number("epoch"),
    data("last_error"),
    number("created_ms"),
)
Index("ix_dead_letters_listed", dead_letters.c.workspace_id, dead_letters.c.created_ms)
waits = table(
    "waits",
    key("id"),
    words("workspace_id", empty=False),
    words("execution_id", empty=False),
    words("node_id", empty=False),
    number("run_index"),
    words("kind", empty=False),
    number("resume_ms", None),
    words("token_hash"),
    words("state", empty=False),
    data("answer"),
    UniqueConstraint("token_hash"),
)
Index("ix_waits_of", waits.c.execution_id)
Index("ix_waits_due", waits.c.kind, waits.c.resume_ms)

# --- Who works -------------------------------------------------------------------------------

workers = table(
    "workers",
    key("id"),
    words("host", empty=False),
    number("pid"),
    words("version", empty=False),
    words("role", empty=False),
    words("pools", empty=False),
    number("concurrency"),
    number("running"),
    words("state", empty=False),
    number("started_ms"),
    number("heartbeat_ms"),
)
outbox = table(
    "outbox",
    key("id", serial=True),
    words("subject", empty=False),
    words("message_id", empty=False),
    number("created_ms"),
)
leases = table("leases", key("name"), words("holder"), number("epoch"), number("until_ms"))
#: Places that are taken, of those that a limit allows: of a node type, a workflow, a key.
permits = table(
    "permits",
    key("name"),
    key("holder"),
    words("worker_id"),
    number("taken_ms"),
)
rate_limits = table(
    "rate_limits",
    key("name"),
    Column("tokens", Float, nullable=False, server_default="0"),
    number("at_ms"),
)

# --- When ------------------------------------------------------------------------------------

schedules = table(
    "schedules",
    key("id"),
    words("workspace_id", empty=False),
    words("workflow_id", empty=False),
    words("node_id", empty=False),
    words("kind", empty=False),
    data("spec"),
    # Raised by each change of the rule.
    number("revision", 1),
    flag("paused"),
    number("next_ms", None),
    number("last_ms", None),
    # Of a trigger that polls: where it stopped reading, and how often it failed in a row.
    data("cursor"),
    number("failures"),
    words("last_error"),
    number("created_ms"),
    number("updated_ms"),
)
Index("ix_schedules_due", schedules.c.next_ms)
Index("ix_schedules_of", schedules.c.workflow_id)
schedule_fires = table(
    "schedule_fires",
    key("schedule_id"),
    number("fire_ms", None, key=True),
    # Empty: left out, by the rule for those that overlap or were missed.
    words("execution_id"),
    words("outcome", empty=False),
    number("created_ms"),
)
#: What a trigger that polls has seen already.
poll_seen = table("poll_seen", key("schedule_id"), key("item_key"), number("seen_ms"))
Index("ix_poll_seen_old", poll_seen.c.schedule_id, poll_seen.c.seen_ms)
webhooks = table(
    "webhooks",
    key("id"),
    words("workspace_id", empty=False),
    words("workflow_id", empty=False),
    words("node_id", empty=False),
    words("method", empty=False),
    words("path", empty=False),
    data("spec"),
    number("created_ms"),
    UniqueConstraint("workspace_id", "method", "path"),
)
Index("ix_webhooks_of", webhooks.c.workflow_id)
webhook_deliveries = table(
    "webhook_deliveries",
    key("endpoint_id"),
    key("delivery_id"),
    words("execution_id", empty=False),
    number("received_ms"),
)
Index("ix_webhook_deliveries_old", webhook_deliveries.c.received_ms)

# --- What is kept ----------------------------------------------------------------------------

state = table(
    "state",
    key("workspace_id"),
    key("scope"),
    key("name"),
    data("value"),
    number("expires_ms", None),
    number("updated_ms"),
)
blobs = table(
    "blobs",
    key("workspace_id"),
    key("id"),
    number("size"),
    number("created_ms"),
    # While it is being written or read, or nothing names it yet, it is not removed before then.
    number("keep_until_ms"),
)
blob_refs = table(
    "blob_refs",
    key("workspace_id"),
    key("blob_id"),
    key("execution_id"),
)
Index("ix_blob_refs_of", blob_refs.c.execution_id)
Index("ix_blob_refs_named", blob_refs.c.blob_id)
step_cache = table(
    "step_cache",
    key("workspace_id"),
    key("cache_key"),
    words("node_type", empty=False),
    data("outputs"),
    # Of outputs that lie elsewhere; none do yet.
    words("blob_id"),
    number("hits"),
    number("misses"),
    number("created_ms"),
    number("expires_ms"),
)
Index("ix_step_cache_old", step_cache.c.expires_ms)
