"""Credentials, the nodes that may use them, sign-ins that are under way, and the keys of all."""

from __future__ import annotations

from sqlalchemy import Index

from penstock_kernel.store.sql.columns import data, flag, key, number, table, words

credentials = table(
    "credentials",
    key("id"),
    words("workspace_id", empty=False),
    words("type", empty=False),
    words("name", empty=False),
    # Raised by each change of what is sealed.
    number("version", 1),
    data("sealed"),
    number("created_ms"),
    number("updated_ms"),
    # What may be shown, as it was sealed: never read for anything but showing.
    data("shown"),
    words("created_by", empty=False, default=""),
    words("updated_by", empty=False, default=""),
    number("used_ms", None),
    # When what is secret was entered last, after how many days it is to be changed, and so when.
    number("entered_ms"),
    number("rotate_days", None),
    number("due_ms", None),
    # The latest test, and what it came to; empty: it worked.
    number("tested_ms", None),
    words("test_error"),
    # When what was handed out by somebody else's server ends.
    number("expires_ms", None),
)
Index("ix_credentials_listed", credentials.c.workspace_id, credentials.c.name)
Index("ix_credentials_due", credentials.c.due_ms)
#: Which slots of which nodes may use which credential; what a document says is only a wish.
credential_bindings = table(
    "credential_bindings",
    key("workflow_id"),
    key("node_id"),
    key("slot"),
    key("credential_id"),
    words("workspace_id", empty=False),
    words("bound_by", empty=False, default=""),
    number("bound_ms"),
    # Does a version say so, and not only a draft?
    flag("published"),
)
Index(
    "ix_credential_bindings_usage",
    credential_bindings.c.workspace_id,
    credential_bindings.c.credential_id,
)
#: Sign-ins at somebody else's server that have begun; each ends once.
oauth_flows = table(
    "oauth_flows",
    # The hash of what comes back with it.
    key("id"),
    words("workspace_id", empty=False),
    words("credential_id", empty=False),
    # Who began it; nobody else may end it.
    words("actor", empty=False),
    words("session_id", empty=False, default=""),
    words("kind", empty=False),
    data("sealed"),
    number("next_ms"),
    number("expires_ms"),
)
Index("ix_oauth_flows_expires", oauth_flows.c.expires_ms)
#: Keys under the root key: `master` for what is sealed, `files` for what lies in files. During a
#: change of the root key each is there twice, under the old one and under the new one.
secret_keys = table(
    "secret_keys",
    key("purpose"),
    number("generation", key=True),
    # The fingerprint of the root key.
    key("root"),
    data("wrapped"),
    number("created_ms"),
)
