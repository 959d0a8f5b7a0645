"""Variables: what executions of stored workflows see as `$vars`."""

from __future__ import annotations

from typing import Annotated, Any

from msgspec import Meta

from penstock_kernel.store.sql.variables import Variable
from penstock_web.http.endpoint import Call, Given, Page, endpoint


class OneVariable(Given, frozen=True):
    """Which variable."""

    name: str


class VariableGiven(Given, frozen=True):
    """What a variable is to be."""

    value: Any
    description: Annotated[str, Meta(max_length=2_000, pattern=r"^[^\x00]*$")] = ""


@endpoint("GET", "/variables", needs="variable:read")
async def list_variables(call: Call) -> Page[Variable]:
    """The variables of the workspace, by name."""
    return Page(await call.kernel.workflows.variables.list(call.scope))


@endpoint("GET", "/variables/{name}", needs="variable:read")
async def show_variable(call: Call, path: OneVariable) -> Variable:
    """One variable."""
    return await call.kernel.workflows.variables.show(call.scope, path.name)


@endpoint("PUT", "/variables/{name}", needs="variable:write")
async def set_variable(call: Call, path: OneVariable, body: VariableGiven) -> Variable:
    """Let a variable have a value, whether there was one of this name or not.

    Executions that are accepted from now on see it; in other processes of this installation
    that takes up to a second. It is no place for secrets: credentials are.
    """
    return await call.kernel.workflows.variables.put(
        call.scope, path.name, body.value, description=body.description
    )


@endpoint("DELETE", "/variables/{name}", needs="variable:delete")
async def remove_variable(call: Call, path: OneVariable) -> None:
    """Forget a variable."""
    await call.kernel.workflows.variables.remove(call.scope, path.name)


ENDPOINTS = [list_variables, show_variable, set_variable, remove_variable]
