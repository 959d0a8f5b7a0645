"""What nodes and people keep."""

from __future__ import annotations

from sqlalchemy import Index

from penstock_kernel.store.sql.columns import data, key, number, table, words

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
