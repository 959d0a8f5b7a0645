"""Who connects: as with any call, with two things that a browser cannot say in a header.

The rules:

* The workspace may stand in the query, as `workspace`.
* A token may come as a subprotocol of a WebSocket, `bearer.<token>`, beside `penstock`.
* Who it is is asked again every few seconds: who is signed out or loses a grant hears no more.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from starlette.datastructures import Headers
from starlette.requests import HTTPConnection

from penstock_web.http.principal import Principal
from penstock_web.http.problem import SignInNeeded

if TYPE_CHECKING:
    from penstock_web.server import Server

#: How often it is asked who it is.
CHECK_S = 5.0
PROTOCOL = "penstock"
_TOKEN = "bearer."  # noqa: S105 - what a token comes after
_WORKSPACE = b"penstock-workspace"


def connection_of(connection: HTTPConnection) -> HTTPConnection:
    """The connection with what it says elsewhere than in its headers."""
    workspace = connection.query_params.get("workspace", "")
    if workspace and "penstock-workspace" not in connection.headers:
        connection = in_workspace(connection, workspace)
    token = _token(connection.headers)
    if token and "authorization" not in connection.headers:
        connection = _with(connection, b"authorization", f"Bearer {token}")
    return connection


def in_workspace(connection: HTTPConnection, workspace: str) -> HTTPConnection:
    """The connection of somebody who has to belong there, whatever he says himself."""
    return _with(connection, _WORKSPACE, workspace)


def _with(connection: HTTPConnection, name: bytes, value: str) -> HTTPConnection:
    others = [one for one in connection.scope["headers"] if one[0] != name]
    scope: Any = {**connection.scope, "headers": [*others, (name, value.encode())]}
    return HTTPConnection(scope)


async def principal_of(server: Server, connection: HTTPConnection) -> Principal:
    """Who connects.

    Raises:
        SignInNeeded: Nobody has signed in.
        PenstockError: What is presented is not good.
    """
    principal = await server.identity.principal(connection)
    if principal.kind == "anonymous":
        hint = "Send a session cookie, or a token as `Authorization: Bearer …`."
        raise SignInNeeded("Nobody has signed in.", hint=hint)
    return principal


def _token(headers: Headers) -> str:
    offered = headers.get("sec-websocket-protocol", "").split(",")
    found = (one.strip() for one in offered)
    return next((one.removeprefix(_TOKEN) for one in found if one.startswith(_TOKEN)), "")
