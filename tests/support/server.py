"""A whole server in this process, and a client that reaches it without a socket."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx2
from starlette.requests import HTTPConnection

from penstock_kernel.kernel import Kernel
from penstock_kernel.settings import Settings
from penstock_kernel.store.sql.members_grants import GRANTS
from penstock_web.app import create_app
from penstock_web.http.principal import Principal
from penstock_web.server import Server
from tests.support.databases import new_sqlite_url

HOST = "http://127.0.0.1"
EVERYTHING = frozenset(GRANTS)


class Trusting:
    """Takes a caller for whoever the headers say: for tests of what comes after."""

    async def principal(self, connection: HTTPConnection) -> Principal:
        """Who it is."""
        headers = connection.headers
        named = headers.get("test-grants")
        return Principal(
            kind="user",
            id=headers.get("test-user", "u_1"),
            workspace=headers.get("penstock-workspace", "default"),
            grants=EVERYTHING if named is None else frozenset(named.split()),
        )


class Client:
    """Calls the API, and fails where the answer is not the expected one."""

    def __init__(self, server: Server, http: httpx2.AsyncClient) -> None:
        self.server = server
        self.http = http

    async def ask(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        expect: int | None = None,
        headers: Mapping[str, str] | None = None,
        **params: Any,
    ) -> httpx2.Response:
        """The answer to a call of `/api/v1`."""
        answer = await self.http.request(
            method, f"/api/v1{path}", json=body, headers=headers, params=params
        )
        good = answer.status_code == expect if expect else answer.is_success
        assert good, (answer.status_code, answer.text)
        return answer

    async def json(self, method: str, path: str, body: Any = None, **more: Any) -> Any:
        """The value of the answer to a call."""
        return (await self.ask(method, path, body, **more)).json()


@asynccontextmanager
async def served(folder: Path, settings: Settings | None = None) -> AsyncGenerator[Client]:
    """A server on a database of its own that runs what it accepts."""
    chosen = settings or Settings(
        data_dir=folder, database=new_sqlite_url(folder / "penstock.db"), sandbox="inprocess"
    )
    async with Kernel.open(chosen) as kernel, kernel.serve():
        server = Server(kernel, Trusting())
        transport = httpx2.ASGITransport(app=create_app(server))
        async with httpx2.AsyncClient(transport=transport, base_url=HOST) as http:
            yield Client(server, http)
