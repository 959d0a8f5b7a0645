"""The grants there are, and the roles that everybody has.

The rules:

* A grant is a noun and a verb. A role is a set of grants; custom roles belong to an organization.
* A role in a workspace never reaches beyond it, and a role in an organization never beyond that:
  what belongs to the installation is its owner's.
* Everybody who has signed in may see and change his own account.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Final

from penstock_sdk import PenstockError

_VERBS: Final[Mapping[str, str]] = {
    "workflow": "read write run publish delete",
    "execution": "read write run delete",
    "credential": "read write use delete",
    "variable": "read write delete",
    "table": "read write delete",
    "webhook": "read write run delete",
    "schedule": "read write",
    "template": "read write delete",
    "workspace": "read write admin",
    "organization": "read write admin",
    "member": "read write",
    "role": "read write",
    "token": "read write",
    "audit": "read",
    "settings": "read write",
    "usage": "read",
    "worker": "read write",
    "file": "read write delete",
    "comment": "read write",
    "view": "read write",
    "node": "read",
    "account": "read write",
}
#: All there are.
GRANTS: Final = frozenset(
    f"{noun}:{verb}" for noun, verbs in _VERBS.items() for verb in verbs.split()
)
#: One's own account.
ACCOUNT: Final = frozenset({"account:read", "account:write"})
#: What belongs to the installation.
INSTALLATION: Final = frozenset({"settings:read", "settings:write", "worker:write"})
#: What belongs to an organization as a whole.
ORGANIZATION: Final = frozenset(
    {"organization:read", "organization:write", "organization:admin", "role:write"}
    | {"workspace:admin"}
)
#: What a role in a workspace can give.
IN_WORKSPACE: Final = (GRANTS - INSTALLATION - ORGANIZATION - ACCOUNT) | {"organization:read"}
#: What a role in an organization can give.
IN_ORGANIZATION: Final = IN_WORKSPACE | ORGANIZATION

_VIEWER = frozenset(
    [
        "workflow:read",
        "execution:read",
        "table:read",
        "webhook:read",
        "schedule:read",
        "template:read",
        "variable:read",
        "workspace:read",
        "organization:read",
        "member:read",
        "role:read",
        "usage:read",
        "file:read",
        "comment:read",
        "comment:write",
        "view:read",
        "view:write",
        "node:read",
        "worker:read",
    ]
)
_BUILT = frozenset(
    {"workflow", "execution", "credential", "variable", "table", "webhook", "schedule"}
    | {"template", "file", "comment", "view", "node"}
)
_DEVELOPER = _VIEWER | {one for one in GRANTS if one.partition(":")[0] in _BUILT}
#: The roles that every organization has.
ROLES: Final[Mapping[str, frozenset[str]]] = {
    "admin": IN_ORGANIZATION,
    "developer": _DEVELOPER,
    "viewer": _VIEWER,
    # Belongs to an organization, and may do nothing in its workspaces by that.
    "member": frozenset(),
}
#: What may be done with a single object that was shared.
LEVELS: Final[Mapping[str, Mapping[str, frozenset[str]]]] = {
    "workflow": {
        "read": frozenset({"workflow:read", "execution:read"}),
        "run": frozenset({"workflow:read", "workflow:run", "execution:read", "execution:run"}),
        "write": frozenset(
            {"workflow:read", "workflow:write", "workflow:run", "workflow:publish"}
            | {"execution:read", "execution:run", "execution:write"}
        ),
    },
    "credential": {
        "use": frozenset({"credential:read", "credential:use"}),
        "write": frozenset({"credential:read", "credential:use", "credential:write"}),
    },
}


class RoleInvalid(PenstockError):
    """A role, or a set of grants, cannot be what is asked for."""

    code: ClassVar[str] = "role.invalid"


def checked(grants: frozenset[str]) -> frozenset[str]:
    """Grants that a custom role may have.

    Raises:
        RoleInvalid: One of them is not there, or belongs to the installation.
    """
    strange = sorted(grants - IN_ORGANIZATION)
    if strange:
        message = f"A role cannot have {', '.join(strange[:5])}."
        raise RoleInvalid(message, hint="The grants there are stand in docs/identity.md.")
    return grants
