"""Places outside of Penstock where secrets are kept, for `register_secret_backends`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple, Protocol


class SecretAnswer(NamedTuple):
    """What a place answers."""

    status: int
    content: bytes


class SecretHost(Protocol):
    """What a backend is given to reach its place with."""

    async def request(
        self, method: str, url: str, *, headers: Mapping[str, str] | None = None, body: bytes = b""
    ) -> SecretAnswer:
        """Send one request to one of the origins of the backend; redirects are not followed."""
        ...


class SecretBackend(Protocol):
    """Reads secrets from one kind of place."""

    @property
    def name(self) -> str:
        """What references begin with: `vault` in `vault:path#field`."""
        ...

    @property
    def origins(self) -> Sequence[str]:
        """Where it sends requests, such as `https://vault.example.com:8200`."""
        ...

    async def read(self, host: SecretHost, path: str, field: str) -> str:
        """A secret.

        Args:
            host: To send requests with.
            path: What stands between the colon and the `#`.
            field: What stands after the `#`; empty where there is none.

        Raises:
            PenstockError: It is not there, or may not be read. No message has a secret in it.
        """
        ...
