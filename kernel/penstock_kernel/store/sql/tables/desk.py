"""What people arrange their work with: folders, variables, tables, views, templates, files."""

from __future__ import annotations

from sqlalchemy import Index, UniqueConstraint

from penstock_kernel.store.sql.columns import data, flag, key, number, table, words

folders = table(
    "folders",
    key("id"),
    words("workspace_id", empty=False),
    # Empty: at the top.
    words("parent_id", empty=False, default=""),
    words("name", empty=False),
    number("created_ms"),
    UniqueConstraint("workspace_id", "parent_id", "name"),
)
variables = table(
    "variables",
    key("workspace_id"),
    key("name"),
    data("value"),
    words("description", empty=False, default=""),
    words("updated_by", empty=False, default=""),
    number("updated_ms"),
)
data_tables = table(
    "data_tables",
    key("id"),
    words("workspace_id", empty=False),
    words("name", empty=False),
    data("columns"),
    number("created_ms"),
    # Counted along, because counting them takes as long as reading them.
    number("row_count"),
    UniqueConstraint("workspace_id", "name"),
)
table_rows = table(
    "table_rows",
    key("id", serial=True),
    words("table_id", empty=False),
    # JSON, by the ids of columns: the database looks into it to find and to sort.
    words("content", empty=False, default="{}"),
    number("created_ms"),
    number("updated_ms"),
)
Index("ix_table_rows_of", table_rows.c.table_id, table_rows.c.id)
views = table(
    "views",
    key("id"),
    words("workspace_id", empty=False),
    words("owner", empty=False),
    # What it is a view of: `executions`, `workflows`.
    words("kind", empty=False),
    words("name", empty=False),
    data("query"),
    flag("shared"),
    number("created_ms"),
)
Index("ix_views_listed", views.c.workspace_id, views.c.kind)
templates = table(
    "templates",
    key("id"),
    words("workspace_id", empty=False),
    words("name", empty=False),
    words("description", empty=False, default=""),
    data("content"),
    words("author", empty=False, default=""),
    number("created_ms"),
)
Index("ix_templates_listed", templates.c.workspace_id, templates.c.name)
#: What people uploaded; the bytes lie in the blob store, under a name that `blob_refs` has too.
files = table(
    "files",
    key("id"),
    words("workspace_id", empty=False),
    words("name", empty=False),
    words("media_type", empty=False),
    number("size"),
    words("blob_id", empty=False),
    words("created_by", empty=False, default=""),
    number("created_ms"),
)
Index("ix_files_listed", files.c.workspace_id, files.c.created_ms, files.c.id)
#: Calls that are done once, however often they are sent.
request_keys = table(
    "request_keys",
    key("workspace_id"),
    key("actor"),
    key("endpoint"),
    key("name"),
    words("digest", empty=False),
    # Empty: it is being answered.
    number("status", None),
    data("answer"),
    number("created_ms"),
)
Index("ix_request_keys_old", request_keys.c.created_ms)
