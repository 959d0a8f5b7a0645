"""Every table there is; the migrations make them, and a test holds the two together.

The rules:

* Moments are milliseconds since 1970, in UTC, and their columns end in `_ms`.
* Every row that belongs to somebody names its workspace.
* What only we read is one column of bytes; what is searched for has a column of its own.
* An index stands beside the query that it is for, in the module that asks it.
"""

from __future__ import annotations

from penstock_kernel.store.sql.columns import metadata
from penstock_kernel.store.sql.tables.audit import (
    audit_events,
    audit_head,
    audit_seals,
)
from penstock_kernel.store.sql.tables.credentials import (
    credential_bindings,
    credentials,
    oauth_flows,
    secret_keys,
)
from penstock_kernel.store.sql.tables.desk import (
    data_tables,
    files,
    folders,
    request_keys,
    table_rows,
    templates,
    variables,
    views,
)
from penstock_kernel.store.sql.tables.destinations import (
    event_destinations,
    event_messages,
)
from penstock_kernel.store.sql.tables.executions import (
    dead_letters,
    execution_keys,
    execution_logs,
    execution_steps,
    waits,
    workflow_executions,
)
from penstock_kernel.store.sql.tables.hooks import (
    revisions,
    webhook_captures,
    webhook_deliveries,
    webhooks,
)
from penstock_kernel.store.sql.tables.kept import (
    blob_refs,
    blobs,
    state,
    step_cache,
)
from penstock_kernel.store.sql.tables.operations import (
    alert_messages,
    alert_rules,
    usage,
)
from penstock_kernel.store.sql.tables.subscriptions import subscriptions
from penstock_kernel.store.sql.tables.triggers import (
    poll_seen,
    schedule_fires,
    schedules,
)
from penstock_kernel.store.sql.tables.who import (
    api_tokens,
    client_sessions,
    identities,
    members,
    organizations,
    refresh_tokens,
    roles,
    sessions,
    shares,
    sign_in_providers,
    signing_keys,
    single_uses,
    team_members,
    teams,
    users,
    workspaces,
)
from penstock_kernel.store.sql.tables.workers import (
    leases,
    outbox,
    permits,
    rate_limits,
    workers,
)
from penstock_kernel.store.sql.tables.workflows import (
    documents,
    nodes,
    workflow_tags,
    workflow_versions,
    workflows,
)

__all__ = [
    "alert_messages",
    "alert_rules",
    "api_tokens",
    "audit_events",
    "audit_head",
    "audit_seals",
    "blob_refs",
    "blobs",
    "client_sessions",
    "credential_bindings",
    "credentials",
    "data_tables",
    "dead_letters",
    "documents",
    "event_destinations",
    "event_messages",
    "execution_keys",
    "execution_logs",
    "execution_steps",
    "files",
    "folders",
    "identities",
    "leases",
    "members",
    "metadata",
    "nodes",
    "oauth_flows",
    "organizations",
    "outbox",
    "permits",
    "poll_seen",
    "rate_limits",
    "refresh_tokens",
    "request_keys",
    "revisions",
    "roles",
    "schedule_fires",
    "schedules",
    "secret_keys",
    "sessions",
    "shares",
    "sign_in_providers",
    "signing_keys",
    "single_uses",
    "state",
    "step_cache",
    "subscriptions",
    "table_rows",
    "team_members",
    "teams",
    "templates",
    "usage",
    "users",
    "variables",
    "views",
    "waits",
    "webhook_captures",
    "webhook_deliveries",
    "webhooks",
    "workers",
    "workflow_executions",
    "workflow_tags",
    "workflow_versions",
    "workflows",
    "workspaces",
]
