"""Reads what references name, from the places that Penstock and its packages know.

The rules:

* A reference is `NAME:PATH#FIELD`. Which ones credentials may have, the operator lists; a workspace
  may have paths of its own. The root key's is the operator's anyway.
* A backend reaches its own origins and nothing else, even where these are not public.
* What was read is remembered for a minute, so that the place is not asked for every request.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple, Protocol
from urllib.parse import urlsplit

from penstock_kernel.secrets.aws import AwsSecretsManager
from penstock_kernel.secrets.errors import ReferenceRefused, SecretUnavailable
from penstock_kernel.secrets.hashicorp import HashicorpVault
from penstock_sandbox.egress.addresses import Allowed
from penstock_sandbox.egress.egress import Egress
from penstock_sandbox.egress.exchange import Outgoing
from penstock_sandbox.egress.grants import HttpGrant
from penstock_sandbox.errors import EgressFailed, EgressRefused
from penstock_sdk.secret_backends import SecretAnswer, SecretBackend

_REFERENCE = re.compile(
    r"([a-z][a-z0-9-]{0,30}):([^#\x00-\x20]{1,500})(?:#([^#\x00-\x20]{1,200}))?"
)
_KEPT_MS = 60_000
_MOST_KEPT = 1_000
_MOST_BYTES = 256 << 10
_TIMEOUT_S = 10.0
KEY_DIGITS = 64


class Reference(NamedTuple):
    """Where a secret is kept."""

    name: str
    path: str
    field: str


def parse(text: str) -> Reference:
    """A reference.

    Raises:
        ReferenceRefused: It is none.
    """
    match = _REFERENCE.fullmatch(text)
    parts = match[2].split("/") if match else []
    if match is None or any(part in ("", ".", "..") for part in parts):
        message = "A reference names no place."
        raise ReferenceRefused(message, hint="Write it as vault:MOUNT/PATH#FIELD.")
    return Reference(match[1], match[2], match[3] or "")


class Backends:
    """All places of one kernel."""

    def __init__(
        self,
        backends: Sequence[SecretBackend],
        allowed: Sequence[str],
        now_ms: Callable[[], int],
    ) -> None:
        self._backends = {one.name: one for one in reversed(backends)}
        self._allowed = allowed
        self._now_ms = now_ms
        self._kept: dict[str, tuple[int, str]] = {}

    async def values(self, workspace: str, references: Mapping[str, str]) -> Mapping[str, str]:
        """The secrets of a credential, by field.

        Raises:
            ReferenceRefused: A place may not be read by this workspace.
            SecretUnavailable: A place does not hand its secret out.
        """
        return {name: await self._value(workspace, one) for name, one in references.items()}

    def check(self, workspace: str, reference: str) -> None:
        """Look whether a credential of a workspace may have a reference.

        Raises:
            ReferenceRefused: It may not.
        """
        parse(reference)
        if not any(_covers(pattern, workspace, reference) for pattern in self._allowed):
            message = "Credentials of this workspace may not read from there."
            hint = "The operator lists what they may read in the setting `secret_references`."
            raise ReferenceRefused(message, hint=hint)

    async def read(self, reference: str) -> str:
        """What a reference of the operator names.

        Raises:
            ReferenceRefused: It is none.
            SecretUnavailable: The place does not hand it out.
        """
        name, path, field = parse(reference)
        backend = self._backends.get(name)
        if backend is None:
            message = f"No package knows how to read secrets from {name!r}."
            raise ReferenceRefused(message, hint=f"There are: {', '.join(sorted(self._backends))}.")
        host = _Host(backend.origins)
        try:
            return await backend.read(host, path, field)
        finally:
            await host.close()

    async def _value(self, workspace: str, reference: str) -> str:
        self.check(workspace, reference)
        now_ms = self._now_ms()
        until_ms, value = self._kept.get(reference, (0, ""))
        if until_ms <= now_ms:
            value = await self.read(reference)
            self._kept[reference] = (now_ms + _KEPT_MS, value)
            while len(self._kept) > _MOST_KEPT:
                self._kept.pop(next(iter(self._kept)), None)
        return value


class _Host:
    """Implements `SecretHost` for one backend."""

    def __init__(self, origins: Sequence[str]) -> None:
        hosts = [urlsplit(origin).hostname or "" for origin in origins]
        # The operator has named them, and they usually stand in a private network.
        self._egress = Egress(Allowed.parse([host for host in hosts if host]))
        self._grants = (HttpGrant(hosts=tuple(origins)),)

    async def request(
        self, method: str, url: str, *, headers: Mapping[str, str] | None = None, body: bytes = b""
    ) -> SecretAnswer:
        """See `SecretHost.request`."""
        outgoing = Outgoing(
            method=method,
            url=url,
            headers=[*(headers or {}).items()],
            body=body or None,
            timeout_s=_TIMEOUT_S,
            max_redirects=0,
            max_bytes=_MOST_BYTES,
        )
        try:
            got = await self._egress.request(outgoing, grants=self._grants)
        except (EgressFailed, EgressRefused) as error:
            message = f"The place where a secret is kept cannot be reached: {error.message}"
            raise SecretUnavailable(message, hint="Look whether it is up.") from error
        return SecretAnswer(got.status, got.content)

    async def close(self) -> None:
        """Close its connections."""
        await self._egress.close()


class Asks(Protocol):
    """Asks all packages."""

    def collect(self, hook: str) -> list[tuple[str, Any]]: ...


def open_backends(plugins: Asks, allowed: Sequence[str], now_ms: Callable[[], int]) -> Backends:
    """The places that Penstock knows, and those that packages bring."""
    ours: list[SecretBackend] = [HashicorpVault(os.environ), AwsSecretsManager(os.environ)]
    theirs = [backend for _, backend in plugins.collect("register_secret_backends")]
    return Backends([*ours, *theirs], allowed, now_ms)


async def root_key_from(backends: Backends, reference: str) -> str:
    """The root key that a reference names, as hexadecimal digits.

    Raises:
        SecretUnavailable: It is not handed out, or is no key.
    """
    text = (await backends.read(reference)).strip()
    if re.fullmatch(r"[0-9a-fA-F]{64}", text) is None:
        message = f"What the setting `secret_key` names is not {KEY_DIGITS} hexadecimal digits."
        raise SecretUnavailable(message, hint="Make one: openssl rand -hex 32")
    return text


def _covers(pattern: str, workspace: str, reference: str) -> bool:
    wanted = pattern.replace("{workspace}", workspace)
    if wanted.endswith("*"):
        return reference.startswith(wanted[:-1])
    return reference == wanted
