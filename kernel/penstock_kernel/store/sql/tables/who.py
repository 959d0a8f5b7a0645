"""People, what they belong to, what they may do, and how they are known."""

from __future__ import annotations

from sqlalchemy import Index, UniqueConstraint

from penstock_kernel.store.sql.columns import data, flag, key, number, table, words

organizations = table("organizations", key("id"), words("name", empty=False), number("created_ms"))
teams = table(
    "teams", key("id"), words("organization_id"), words("name", empty=False), number("created_ms")
)
team_members = table("team_members", key("team_id"), key("user_id"), number("created_ms"))
Index("ix_team_members_of", team_members.c.user_id)
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
    # Who is in this team belongs to the workspace, in this role.
    words("team_id"),
    words("team_role"),
    # Networks that calls may come from; empty: any.
    data("allowed_ips"),
)
Index("ix_workspaces_of", workspaces.c.organization_id)
users = table(
    "users",
    key("id"),
    # In lower case, as it is compared.
    words("email", empty=False),
    words("name"),
    words("password_hash"),
    flag("disabled"),
    number("created_ms"),
    # May do everything everywhere; there is always one.
    flag("owner"),
    flag("email_verified"),
    number("signed_in_ms", None),
    # The second factor: sealed, and only once a first code was right.
    data("totp_secret"),
    flag("totp_on"),
    # The last code that was used, by its place in time: none is good twice.
    number("totp_used"),
    data("recovery_codes"),
    UniqueConstraint("email"),
)
#: Who somebody is elsewhere. A user is found by these two and never by an address.
identities = table(
    "identities",
    key("issuer"),
    key("subject"),
    words("user_id", empty=False),
    words("email"),
    number("created_ms"),
    number("signed_in_ms"),
)
Index("ix_identities_of", identities.c.user_id)
sessions = table(
    "sessions",
    # A hash of the cookie, from which nobody finds the cookie.
    key("id"),
    words("user_id", empty=False),
    number("created_ms"),
    number("expires_ms"),
    number("seen_ms"),
    words("address"),
    words("agent"),
)
Index("ix_sessions_of", sessions.c.user_id)
#: Links and steps that are good for one use: the hash of what was handed out, and what it is for.
single_uses = table(
    "single_uses",
    key("id"),
    words("kind", empty=False),
    words("subject"),
    words("workspace_id"),
    data("detail"),
    number("created_ms"),
    number("expires_ms"),
)
Index("ix_single_uses_of", single_uses.c.kind, single_uses.c.subject)
Index("ix_single_uses_expired", single_uses.c.expires_ms)
api_tokens = table(
    "api_tokens",
    key("id"),
    words("workspace_id"),
    # Of a personal token; a service token has none.
    words("user_id"),
    words("name"),
    words("token_hash", empty=False),
    data("scopes"),
    number("created_ms"),
    number("expires_ms", None),
    # The last characters, by which somebody tells his tokens apart.
    words("ending"),
    words("made_by"),
    number("used_ms", None),
    words("used_from"),
    data("allowed_ips"),
    UniqueConstraint("token_hash"),
)
Index("ix_api_tokens_of", api_tokens.c.workspace_id)
Index("ix_api_tokens_of_user", api_tokens.c.user_id)
#: A client that has short tokens, and renews them: all of them end together.
client_sessions = table(
    "client_sessions",
    key("id"),
    words("user_id"),
    # What it was begun with, and ends with.
    words("api_token_id"),
    words("session_id"),
    words("workspace_id"),
    data("scopes"),
    number("created_ms"),
    number("expires_ms"),
)
Index("ix_client_sessions_of", client_sessions.c.user_id)
Index("ix_client_sessions_of_token", client_sessions.c.api_token_id)
Index("ix_client_sessions_of_session", client_sessions.c.session_id)
#: Each is good once; one that comes again ends the session of its client.
refresh_tokens = table(
    "refresh_tokens",
    key("id"),
    words("client_session_id", empty=False),
    number("created_ms"),
    number("expires_ms"),
    number("used_ms", None),
)
Index("ix_refresh_tokens_of", refresh_tokens.c.client_session_id)
signing_keys = table(
    "signing_keys",
    key("id"),
    data("public"),
    # Sealed: nobody who reads the database can sign.
    data("private"),
    number("created_ms"),
    number("retired_ms", None),
)
#: Where somebody has a role: in an organization, or (with a workspace) in one of its workspaces.
members = table(
    "members",
    key("organization_id"),
    key("workspace_id"),
    key("user_id"),
    words("role", empty=False),
    number("created_ms"),
)
Index("ix_members_of", members.c.user_id)
roles = table(
    "roles",
    key("id"),
    words("organization_id", empty=False),
    words("name", empty=False),
    data("grants"),
    number("created_ms"),
    UniqueConstraint("organization_id", "name"),
)
#: Single objects that somebody, or a team, may use besides those of his workspaces.
shares = table(
    "shares",
    key("object_id"),
    # `user:ID` or `team:ID`.
    key("subject"),
    words("kind", empty=False),
    words("workspace_id", empty=False),
    words("level", empty=False),
    words("made_by"),
    number("created_ms"),
)
Index("ix_shares_with", shares.c.subject)
Index("ix_shares_in", shares.c.workspace_id)
#: Other places that somebody can sign in with.
sign_in_providers = table(
    "sign_in_providers",
    key("id"),
    words("kind", empty=False),
    words("name", empty=False),
    words("issuer"),
    words("client_id"),
    data("client_secret"),
    data("settings"),
    flag("disabled"),
    number("created_ms"),
)
