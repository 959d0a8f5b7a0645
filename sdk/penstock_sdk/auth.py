"""Other places that people sign in with: the contract of a provider.

A provider sends a browser away and reads what comes back with it. It keeps nothing: what it has to
remember goes along with `Begun.kept`, which the host binds to the browser and hands out once. What
it asks of other servers goes through `AuthHost`, so that the operator's rules for outgoing requests
hold. Who somebody is comes to an issuer and a subject; an address never finds a user.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Protocol

import msgspec

from penstock_sdk.errors import PenstockError


class ProviderRefused(PenstockError):
    """A provider did not say who somebody is, or not so that it can be believed."""

    code: ClassVar[str] = "provider.refused"


class AuthAnswer(msgspec.Struct, frozen=True):
    """What a server answered."""

    status: int
    content: bytes


class AuthHost(Protocol):
    """What a provider may use."""

    async def request(
        self,
        method: str,
        url: str,
        *,
        headers: Sequence[tuple[str, str]] = (),
        body: bytes | None = None,
    ) -> AuthAnswer:
        """Ask another server, under the operator's rules for what goes out."""
        ...

    def now_s(self) -> int:
        """The moment, in seconds since 1970."""
        ...


class ProviderConfig(msgspec.Struct, frozen=True, kw_only=True):
    """How one provider was set up. Its representation tells no secret."""

    id: str
    #: Who answers for identities: `https://login.example.com`.
    issuer: str
    client_id: str
    client_secret: str = ""
    #: Where the browser comes back to, exactly.
    redirect_uri: str
    settings: Mapping[str, Any] = {}

    def __repr__(self) -> str:
        return f"ProviderConfig(id={self.id!r}, issuer={self.issuer!r})"

    def __rich_repr__(self) -> list[tuple[str, Any]]:
        """For printers that do not ask `__repr__`."""
        return [("id", self.id), ("issuer", self.issuer)]


class Begun(msgspec.Struct, frozen=True):
    """A sign-in that was begun."""

    #: Where the browser is sent.
    url: str
    #: What `finish` needs again: verifiers, nonces.
    kept: Mapping[str, str] = {}


class ExternalIdentity(msgspec.Struct, frozen=True, kw_only=True):
    """Who somebody is elsewhere."""

    #: Issuer and subject together are the identity, for ever.
    issuer: str
    subject: str
    email: str = ""
    #: Did the provider say that it has checked the address?
    email_verified: bool = False
    name: str = ""
    groups: Sequence[str] = ()


class AuthProvider(Protocol):
    """A kind of place to sign in with."""

    #: As it is named when one is set up: `oidc`.
    kind: str
    title: str

    async def begin(self, host: AuthHost, config: ProviderConfig, state: str) -> Begun:
        """Say where to send the browser.

        Args:
            host: What may be used.
            config: How the provider was set up.
            state: To be sent along, and to come back unchanged.
        """
        ...

    async def finish(
        self,
        host: AuthHost,
        config: ProviderConfig,
        given: Mapping[str, str],
        kept: Mapping[str, str],
    ) -> ExternalIdentity:
        """Say who came back.

        Args:
            host: What may be used.
            config: How the provider was set up.
            given: What the browser came back with, in the query or in a form.
            kept: Of `begin`. The host has checked the state, and that it is the same browser.

        Raises:
            ProviderRefused: It cannot be said.
        """
        ...
