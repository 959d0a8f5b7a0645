"""Workflows, and what they are made of."""

from __future__ import annotations

from sqlalchemy import Index

from penstock_kernel.store.sql.columns import data, key, number, table, words

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
    words("folder_id", empty=False, default=""),
    words("description", empty=False, default=""),
    number("archived_ms", None),
    # A share of the events, in percent, goes to another version, until it fails too often.
    number("canary_version", None),
    number("canary_percent"),
    data("canary_story"),
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
    words("name", empty=False, default=""),
    # Version and hash of each package that its nodes come from.
    data("pins"),
)
workflow_tags = table("workflow_tags", key("workspace_id"), key("tag"), key("workflow_id"))
Index("ix_workflow_tags_of", workflow_tags.c.workflow_id)
nodes = table(
    "nodes",
    key("type"),
    number("version", None, key=True),
    words("package", empty=False),
    words("package_version", empty=False),
    words("digest"),
    number("seen_ms"),
)
