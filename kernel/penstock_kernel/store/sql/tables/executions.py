"""Executions, and what happened in them."""

from __future__ import annotations

from sqlalchemy import Index, UniqueConstraint, text

from penstock_kernel.store.sql.columns import data, key, number, table, words

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
