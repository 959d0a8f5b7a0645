"""HashiCorp Vault and OpenBao: version 2 of the key-value engine, over its HTTP API.

`vault:MOUNT/PATH#FIELD`, with the usual variables `VAULT_ADDR`, `VAULT_TOKEN` (or
`VAULT_TOKEN_FILE`) and `VAULT_NAMESPACE`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

import msgspec

from penstock_kernel.secrets.errors import ReferenceRefused, SecretUnavailable, refused_by
from penstock_sdk.secret_backends import SecretHost


class _Version(msgspec.Struct):
    data: dict[str, Any] | None = None


class _Answer(msgspec.Struct):
    data: _Version = msgspec.field(default_factory=_Version)


class HashicorpVault:
    """Implements `penstock_sdk.secret_backends.SecretBackend`."""

    name = "vault"

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._address = environment.get("VAULT_ADDR", "").rstrip("/")
        self._token = environment.get("VAULT_TOKEN", "")
        self._token_file = environment.get("VAULT_TOKEN_FILE", "")
        self._namespace = environment.get("VAULT_NAMESPACE", "")

    @property
    def origins(self) -> Sequence[str]:
        """See `SecretBackend.origins`."""
        return (self._address,) if self._address else ()

    async def read(self, host: SecretHost, path: str, field: str) -> str:
        """See `SecretBackend.read`."""
        if not self._address:
            message = "Nobody has said where the vault is."
            raise SecretUnavailable(message, hint="Set VAULT_ADDR and VAULT_TOKEN.")
        mount, _, rest = path.partition("/")
        if not mount or not rest or not field:
            message = "A reference to the vault has a mount, a path and a field."
            raise ReferenceRefused(message, hint="Write it as vault:MOUNT/PATH#FIELD.")
        headers = {"x-vault-token": self._read_token(), "x-vault-request": "true"}
        if self._namespace:
            headers["x-vault-namespace"] = self._namespace
        url = f"{self._address}/v1/{quote(mount, safe='')}/data/{quote(rest, safe='/')}"
        answer = await host.request("GET", url, headers=headers)
        if answer.status != 200:
            raise refused_by("The vault", answer.status)
        return _value(answer.content, field)

    def _read_token(self) -> str:
        if not self._token_file:
            return self._token
        try:
            # Agents renew the file, so it is read each time.
            return Path(self._token_file).read_text("utf-8").strip()
        except (OSError, UnicodeDecodeError):
            message = f"The token of the vault cannot be read from {self._token_file}."
            raise SecretUnavailable(message, hint="Correct VAULT_TOKEN_FILE.") from None


def _value(content: bytes, field: str) -> str:
    try:
        found = msgspec.json.decode(content, type=_Answer).data.data or {}
    except (msgspec.DecodeError, UnicodeDecodeError):
        message = "The answer of the vault is none of its key-value engine, version 2."
        # Without the cause, which may repeat a secret.
        raise SecretUnavailable(message, hint="Look at VAULT_ADDR and the mount.") from None
    value = found.get(field)
    if not isinstance(value, str):
        message = f"What is at that path of the vault has no text {field!r}."
        raise SecretUnavailable(message, hint="Look at the field in the reference.")
    return value
