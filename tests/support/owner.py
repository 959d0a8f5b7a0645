"""A server whose owner has come, with a token that may do everything."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

from penstock_web.identity.accounts import setup_link
from tests.support.identity import PASSWORD, serving_people
from tests.support.server import Client
from tests.support.sockets import listening


async def token_of_owner(client: Client) -> str:
    """Set a server up, and make a token of its owner."""
    link = await setup_link(client.server.db, client.server.kernel.now_ms)
    assert link is not None
    body = {"token": link.partition("=")[2], "email": "o@example.com", "password": PASSWORD}
    done = await client.json("POST", "/set-up", body, expect=201)
    grants = (await client.json("GET", "/me"))["grants"]
    page = {"x-csrf-token": done["csrf_token"]}
    asked = {"name": "all", "scopes": grants, "everywhere": True}
    made = await client.json("POST", "/tokens", asked, headers=page, expect=201)
    client.http.cookies.clear()
    token: str = made["value"]
    return token


@asynccontextmanager
async def owned(folder: Path) -> AsyncGenerator[tuple[Client, str, str]]:
    """A client in this process, the address of the server, and the token."""
    async with serving_people(folder) as client, listening(client.server) as far:
        yield client, str(far.http.base_url).rstrip("/"), await token_of_owner(client)
