"""Where somebody works who comes alone."""

from __future__ import annotations

from sqlalchemy import Connection

from penstock_kernel.store.sql import members, members_places
from penstock_kernel.store.sql.users import User

_LONGEST = 80


def found_home(connection: Connection, user: User, now_ms: int, *, workspace: str = "") -> None:
    """Found an organization with a workspace, and make him its admin."""
    name = f"{(user.name or user.email)[:_LONGEST]}'s workspace"
    home = members_places.system_found(connection, name, now_ms, workspace=workspace)
    members.system_put(connection, home.organization, "", user.id, "admin", now_ms)
