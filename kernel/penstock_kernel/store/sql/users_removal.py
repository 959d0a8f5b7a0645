"""Removing a user with everything that is about him.

What he did stays, under his id, which says nothing about who he was: versions that he published,
comments, credentials of his workspaces, and the audit log, whose rows cannot be taken out.
"""

from __future__ import annotations

from sqlalchemy import Connection, delete

from penstock_kernel.store.sql import sessions, users
from penstock_kernel.store.sql.tables import (
    api_tokens,
    identities,
    members,
    oauth_flows,
    shares,
    single_uses,
    team_members,
    views,
)
from penstock_kernel.store.sql.tables import users as _users

#: Rows that are his alone, by the column that names him.
_HIS = (
    api_tokens.c.user_id,
    identities.c.user_id,
    members.c.user_id,
    oauth_flows.c.actor,
    single_uses.c.subject,
    team_members.c.user_id,
)


def system_remove(connection: Connection, user: str) -> None:
    """Remove a user, and end his sessions and those of his clients.

    Raises:
        UserMissing: There is none with this id.
        LastOwner: He is the only owner.
    """
    users.system_get(connection, user)
    users.system_disable(connection, user, disabled=True)
    sessions.system_end_all(connection, user)
    for column in _HIS:
        connection.execute(delete(column.table).where(column == user))
    connection.execute(delete(shares).where(shares.c.subject == f"user:{user}"))
    connection.execute(delete(views).where(views.c.owner == user, views.c.shared.is_(False)))
    connection.execute(delete(_users).where(_users.c.id == user))
