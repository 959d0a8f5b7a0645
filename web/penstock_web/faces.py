"""What a server answers, by where it is asked: health, webhooks, the API and pages.

The rules:

* Health is answered from the first moment to the last; everything else once it stands.
* Webhooks are asked most often and take the shortest way.
"""

from __future__ import annotations

from starlette.types import ASGIApp, Receive, Scope, Send

from penstock_kernel.settings import Settings
from penstock_web.app import create_app
from penstock_web.health import Health
from penstock_web.hooks.app import PREFIXES, hooks_app
from penstock_web.identity.choices import Choices
from penstock_web.server import Server

_HOOKS = frozenset(PREFIXES)


class Faces:
    """The ASGI app of a process; what it has besides health is set when it stands."""

    def __init__(self, health: Health) -> None:
        self.health = health
        self.hooks: ASGIApp | None = None
        self.app: ASGIApp | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or hand over to what does."""
        chosen: ASGIApp | None = None
        if scope["type"] != "lifespan":
            first = scope["path"].split("/", 2)[1]
            chosen = self.hooks if first in _HOOKS else self.app
            if first == "healthz":
                chosen = None
        await (chosen or self.health)(scope, receive, send)

    def stand(self, server: Server) -> None:
        """Answer everything from now on."""
        self.hooks = hooks_app(server)
        self.app = create_app(server)

    def fall(self) -> None:
        """Answer nothing but health any more."""
        self.hooks = self.app = None


def choices_of(settings: Settings) -> Choices:
    """What an operator chose about signing in."""
    return Choices(
        public_url=settings.public_url.rstrip("/"),
        cookies=settings.cookies,
        same_site=settings.same_site,
        trusted_origins=settings.trusted_origins,
        proxies=settings.proxies,
        registration=settings.registration,
        registration_domains=settings.registration_domains,
    )
