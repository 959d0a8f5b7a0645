"""People to sign in with, and a clock that is moved by hand."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import httpx2
from starlette.requests import Request

from penstock_kernel.kernel import Kernel
from penstock_kernel.settings import Settings
from penstock_kernel.store.rates import MemoryRates
from penstock_kernel.store.scope import Scope
from penstock_kernel.store.sealing import Sealer
from penstock_kernel.store.sql import members
from penstock_kernel.store.sql.sessions import From
from penstock_kernel.store.sql.sessions_once import hashed
from penstock_kernel.store.sql.users import NewUser, User
from penstock_sandbox.egress.addresses import Allowed
from penstock_sandbox.egress.egress import Egress
from penstock_web.app import create_app
from penstock_web.http.principal import Principal
from penstock_web.identity import cookies
from penstock_web.identity.accounts import SignedIn, setup_link
from penstock_web.identity.choices import Choices
from penstock_web.identity.identity import Identity
from penstock_web.identity.opening import identity_for
from penstock_web.identity.parts import Parts
from penstock_web.identity.passwords import Passwords
from penstock_web.server import Server
from tests.support.databases import new_sqlite_url, opened
from tests.support.server import HOST, Client

PASSWORD = "correct horse battery"
HERE = From("127.0.0.1", "a browser")
START_MS = 1_800_000_000_000


class Clock:
    """Both clocks of a process."""

    def __init__(self) -> None:
        self.ms = START_MS

    def now_ms(self) -> int:
        return self.ms

    def monotonic(self) -> float:
        return self.ms / 1_000

    def pass_s(self, seconds: float) -> None:
        self.ms += round(seconds * 1_000)


class People:
    """An installation, and what tests do in it again and again."""

    def __init__(self, identity: Identity, clock: Clock) -> None:
        self.identity, self.clock, self.db = identity, clock, identity.parts.db
        self.letters: list[tuple[str, str, str]] = []

    async def owner(self, email: str = "owner@example.com") -> SignedIn:
        """The first user, who owns the installation."""
        link = await setup_link(self.db, self.clock.now_ms)
        assert link is not None
        token = link.partition("setup=")[2]
        new = NewUser(email=email, name="Olga")
        return await self.identity.accounts.set_up(token, new, PASSWORD, HERE)

    async def invited(
        self, email: str, role: str, scope: Scope, *, whole: bool = False
    ) -> SignedIn:
        """Somebody who was invited and came."""
        made = await self.identity.invitations.invite(scope, email, role, whole=whole)
        token = made.link.partition("invitation=")[2]
        self.clock.pass_s(60)  # as many may come as a test needs
        return await self.identity.invitations.join(token, email.partition("@")[0], PASSWORD, HERE)

    async def scope_of(self, signed_in: SignedIn, workspace: str = "") -> Scope:
        """What somebody may do."""
        return (await self.principal(signed_in.cookie, workspace=workspace)).scope()

    async def principal(self, cookie: str = "", *, workspace: str = "") -> Principal:
        """Who calls."""
        return await self.identity.principal(call(cookie, workspace=workspace))

    async def give(self, user: User, organization: str, workspace: str, role: str) -> None:
        """Give a role past all rules."""
        await self.db.transact(
            lambda one: members.system_put(one, organization, workspace, user.id, role, 0)
        )
        self.identity.forget()


def call(
    cookie: str = "",
    *,
    method: str = "GET",
    bearer: str = "",
    workspace: str = "",
    client: str = "127.0.0.1",
    scheme: str = "http",
    host: str = "127.0.0.1:5680",
    headers: Mapping[str, str] | None = None,
) -> Request:
    """A call as a server sees it."""
    sent = {"host": host, **(headers or {})}
    if cookie:
        name = cookies.SECURE_NAME if scheme == "https" else cookies.PLAIN_NAME
        sent["cookie"] = f"{name}={cookie}"
    if bearer:
        sent["authorization"] = f"Bearer {bearer}"
    if workspace:
        sent["penstock-workspace"] = workspace
    address, _, port = host.partition(":")
    return Request(
        {
            "type": "http",
            "method": method,
            "scheme": scheme,
            "server": (address, int(port or 80)),
            "client": (client, 40_000),
            "path": "/api/v1/me",
            "query_string": b"",
            "headers": [(name.encode(), value.encode()) for name, value in sent.items()],
        }
    )


def from_page(cookie: str, *, method: str = "POST") -> Request:
    """A call that one of our own pages makes."""
    headers = {"origin": "http://127.0.0.1:5680", "x-csrf-token": cookies.csrf_token(cookie)}
    return call(cookie, method=method, headers=headers)


def session_of(signed_in: SignedIn) -> str:
    """The session that a cookie is of."""
    return hashed(signed_in.cookie)


@asynccontextmanager
async def people(
    kind: str, folder: Path, choices: Choices | None = None, *, mail: bool = True
) -> AsyncGenerator[People]:
    """An installation that nobody has set up."""
    clock = Clock()
    letters: list[tuple[str, str, str]] = []

    async def send(to: str, subject: str, text: str) -> None:
        letters.append((to, subject, text))

    async with opened(kind, folder) as db:
        egress = Egress(Allowed.parse(["127.0.0.1"]))
        parts = Parts(
            db=db,
            now_ms=clock.now_ms,
            rates=MemoryRates(clock.now_ms),
            sealer=Sealer({1: bytes(32)}),
            choices=choices or Choices(public_url="http://127.0.0.1:5680"),
            egress=egress,
            mail=send if mail else None,
        )
        light = Passwords(memory_kib=64)
        found = People(Identity(parts, passwords=light, monotonic=clock.monotonic), clock)
        found.letters = letters
        try:
            yield found
        finally:
            await egress.close()


@asynccontextmanager
async def serving_people(folder: Path, choices: Choices | None = None) -> AsyncGenerator[Client]:
    """A whole server in this process, with the real thing at its door."""
    settings = Settings(
        data_dir=folder,
        database=new_sqlite_url(folder / "penstock.db"),
        sandbox="inprocess",
        egress_allow=("127.0.0.1",),
    )
    async with Kernel.open(settings) as kernel, kernel.serve():
        light = Passwords(memory_kib=64)
        server = Server(kernel, identity_for(kernel, choices, passwords=light))
        transport = httpx2.ASGITransport(app=create_app(server), client=("127.0.0.1", 40_000))
        async with httpx2.AsyncClient(transport=transport, base_url=HOST) as http:
            yield Client(server, http)
