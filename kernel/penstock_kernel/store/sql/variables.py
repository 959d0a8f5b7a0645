"""Variables of a workspace: what its executions see as `$vars`.

The rules:

* A name is that of a variable in code; a value is any JSON.
* All variables of a workspace together are small, because each execution keeps those it ran with.
* Each change raises a number, by which processes see that what they remember is old.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import msgspec
from sqlalchemy import Connection, delete, select
from sqlalchemy.dialects import postgresql, sqlite

from penstock_kernel.store.scope import Scope
from penstock_kernel.store.sql import audit, codec
from penstock_kernel.store.sql.rows import Row, all_rows
from penstock_kernel.store.sql.tables import revisions, variables
from penstock_sdk import PenstockError

_V = variables.c
MOST_VARIABLES = 500
#: Bytes of all names and values of a workspace.
MOST_VARIABLES_BYTES = 65_536
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,63}")


class VariableMissing(PenstockError):
    """There is no such variable."""

    code: ClassVar[str] = "variable.missing"


class VariableInvalid(PenstockError):
    """A variable cannot be called so, or is too much."""

    code: ClassVar[str] = "variable.invalid"


class Variable(msgspec.Struct, frozen=True, kw_only=True):
    """A variable."""

    name: str
    value: Any
    description: str = ""
    updated_by: str = ""
    updated_ms: int = 0


def listed(connection: Connection, scope: Scope) -> Sequence[Variable]:
    """The variables of a workspace, by name."""
    scope.require("variable:read")
    found = select(variables).where(_V.workspace_id == scope.workspace).order_by(_V.name)
    return [_variable(row) for row in all_rows(connection.execute(found))]


def get(connection: Connection, scope: Scope, name: str) -> Variable:
    """One variable.

    Raises:
        VariableMissing: There is none of this name.
    """
    found = next((one for one in listed(connection, scope) if one.name == name), None)
    if found is None:
        raise _missing(name)
    return found


def put(
    connection: Connection,
    scope: Scope,
    name: str,
    value: Any,
    now_ms: int,
    *,
    description: str = "",
) -> Variable:
    """Let a variable have a value.

    Raises:
        VariableInvalid: It cannot be called so, or there is too much of it.
    """
    scope.require("variable:write")
    if not _NAME.fullmatch(name):
        message = f"A variable cannot be called {name[:80]!r}."
        hint = "Use letters, digits and underscores, at most 64, and no digit in front."
        raise VariableInvalid(message, hint=hint)
    # First this: whoever else changes a variable of the workspace waits for it.
    _raise(connection, scope.workspace)
    others = system_values(connection, scope.workspace)
    _check_room({**others, name: value})
    row = {
        "workspace_id": scope.workspace,
        "name": name,
        "value": codec.pack(value),
        "description": description,
        "updated_by": scope.actor,
        "updated_ms": now_ms,
    }
    new = _dialect(connection).insert(variables).values(row)
    changed = {key: new.excluded[key] for key in row if key not in ("workspace_id", "name")}
    keys = [_V.workspace_id, _V.name]
    connection.execute(new.on_conflict_do_update(index_elements=keys, set_=changed))
    # That it was changed, and not to what: whoever reads this need not see the value.
    audit.record(connection, scope, "variable.changed", name, {}, now_ms)
    return _variable(row)


def remove(connection: Connection, scope: Scope, name: str, now_ms: int) -> None:
    """Forget a variable.

    Raises:
        VariableMissing: There is none of this name.
    """
    scope.require("variable:delete")
    own = (_V.workspace_id == scope.workspace) & (_V.name == name)
    if not connection.execute(delete(variables).where(own)).rowcount:
        raise _missing(name)
    _raise(connection, scope.workspace)
    audit.record(connection, scope, "variable.removed", name, {}, now_ms)


def system_revision(connection: Connection, workspace: str) -> int:
    """How often the variables of a workspace were changed."""
    found = select(revisions.c.number).where(revisions.c.name == _revision(workspace))
    return int(connection.execute(found).scalar_one_or_none() or 0)


def system_values(connection: Connection, workspace: str) -> Mapping[str, Any]:
    """The variables of a workspace as an execution sees them."""
    found = select(_V.name, _V.value).where(_V.workspace_id == workspace).order_by(_V.name)
    return {name: codec.unpack(value, object) for name, value in connection.execute(found)}


def _check_room(values: Mapping[str, Any]) -> None:
    size = len(msgspec.json.encode(values))
    if len(values) > MOST_VARIABLES or size > MOST_VARIABLES_BYTES:
        message = (
            f"A workspace has {MOST_VARIABLES} variables of {MOST_VARIABLES_BYTES:,} bytes in all "
            f"at most; these would be {len(values)} of {size:,} bytes."
        )
        raise VariableInvalid(message, hint="Keep larger things in a table or in a file.")


def _raise(connection: Connection, workspace: str) -> None:
    new = _dialect(connection).insert(revisions).values(name=_revision(workspace), number=1)
    raised = {"number": revisions.c.number + 1}
    connection.execute(new.on_conflict_do_update(index_elements=[revisions.c.name], set_=raised))


def _revision(workspace: str) -> str:
    return f"variables:{workspace}"


def _missing(name: str) -> VariableMissing:
    hint = "Look at the list of variables."
    return VariableMissing(f"There is no variable {name[:80]!r}.", hint=hint)


def _variable(row: Row) -> Variable:
    return Variable(
        name=row["name"],
        value=codec.unpack(row["value"], object),
        description=row["description"],
        updated_by=row["updated_by"],
        updated_ms=row["updated_ms"],
    )


def _dialect(connection: Connection) -> Any:
    return sqlite if connection.dialect.name == "sqlite" else postgresql
