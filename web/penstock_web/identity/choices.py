"""What an operator chooses about signing in."""

from __future__ import annotations

from typing import Literal

import msgspec

from penstock_kernel.store.sql.sessions import ABSOLUTE_MS, IDLE_MS, Lifetime


class Choices(msgspec.Struct, frozen=True, kw_only=True):
    """What an operator chooses about signing in."""

    #: Where people reach this server: `https://flows.example.com`. Empty: as they call it.
    public_url: str = ""
    #: What links begin with where there is no public address.
    own_url: str = ""
    #: secure: cookies go over HTTPS alone. auto: over plain HTTP too where caller and server are
    #: the same machine. plain: over plain HTTP from anywhere; for networks that are trusted.
    cookies: Literal["auto", "secure", "plain"] = "auto"
    #: lax: no other site sends the cookie along. none: one that shows the editor in a frame does.
    same_site: Literal["lax", "none"] = "lax"
    #: Origins besides our own from which a browser may change something with a cookie.
    trusted_origins: tuple[str, ...] = ()
    #: Networks of proxies whose X-Forwarded-For counts.
    proxies: tuple[str, ...] = ()
    #: May whoever likes make himself an account?
    registration: bool = False
    #: Addresses that may; empty: all. `example.com` is the part after the @.
    registration_domains: tuple[str, ...] = ()
    idle_ms: int = IDLE_MS
    absolute_ms: int = ABSOLUTE_MS
    set_up_ms: int = 15 * 60_000
    invitation_ms: int = 7 * 86_400_000
    reset_ms: int = 3_600_000
    #: Between the password and the code.
    step_ms: int = 5 * 60_000
    access_token_ms: int = 15 * 60_000
    client_session_ms: int = 30 * 86_400_000

    @property
    def link_url(self) -> str:
        """What links begin with."""
        return (self.public_url or self.own_url).rstrip("/")

    @property
    def lifetime(self) -> Lifetime:
        """How long browsers stay signed in."""
        return Lifetime(self.idle_ms, self.absolute_ms)
