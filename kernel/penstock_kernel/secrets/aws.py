"""AWS Secrets Manager: requests signed with Signature Version 4.

`aws:NAME#FIELD`, where the secret is a JSON object, or `aws:NAME`, where it is one text; with the
usual variables `AWS_REGION`, `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`, `AWS_SESSION_TOKEN` and
`AWS_ENDPOINT_URL_SECRETS_MANAGER`.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import msgspec

from penstock_kernel.secrets.errors import SecretUnavailable, refused_by
from penstock_sdk.secret_backends import SecretHost

_SERVICE = "secretsmanager"
_TYPE = "application/x-amz-json-1.1"
_TARGET = "secretsmanager.GetSecretValue"


class Account(NamedTuple):
    """Who asks."""

    key_id: str
    secret: str
    session: str
    region: str

    def __repr__(self) -> str:
        return f"Account(region={self.region!r})"


class AwsSecretsManager:
    """Implements `penstock_sdk.secret_backends.SecretBackend`."""

    name = "aws"

    def __init__(
        self, environment: Mapping[str, str], now: Callable[[], datetime] | None = None
    ) -> None:
        region = environment.get("AWS_REGION") or environment.get("AWS_DEFAULT_REGION", "")
        self._account = Account(
            environment.get("AWS_ACCESS_KEY_ID", ""),
            environment.get("AWS_SECRET_ACCESS_KEY", ""),
            environment.get("AWS_SESSION_TOKEN", ""),
            region,
        )
        default = f"https://{_SERVICE}.{region}.amazonaws.com" if region else ""
        self._url = environment.get("AWS_ENDPOINT_URL_SECRETS_MANAGER", default).rstrip("/")
        self._now = now or (lambda: datetime.now(UTC))

    @property
    def origins(self) -> Sequence[str]:
        """See `SecretBackend.origins`."""
        return (self._url,) if self._url else ()

    async def read(self, host: SecretHost, path: str, field: str) -> str:
        """See `SecretBackend.read`."""
        if not self._url or not self._account.key_id or not self._account.secret:
            message = "Nobody has said how to reach AWS Secrets Manager."
            hint = "Set AWS_REGION, AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY."
            raise SecretUnavailable(message, hint=hint)
        body = msgspec.json.encode({"SecretId": path})
        headers = signed(self._account, f"{self._url}/", body, self._now())
        answer = await host.request("POST", f"{self._url}/", headers=headers, body=body)
        if answer.status != 200:
            # It says 400 for almost everything, what is not there included.
            raise refused_by("AWS Secrets Manager", answer.status)
        return _value(answer.content, field)


def signed(account: Account, url: str, body: bytes, now: datetime) -> dict[str, str]:
    """The headers of a request for one secret."""
    moment, day = now.strftime("%Y%m%dT%H%M%SZ"), now.strftime("%Y%m%d")
    headers = {
        "content-type": _TYPE,
        "host": urlsplit(url).netloc,
        "x-amz-date": moment,
        "x-amz-target": _TARGET,
    }
    if account.session:
        headers["x-amz-security-token"] = account.session
    names = ";".join(sorted(headers))
    lines = [f"{name}:{headers[name]}" for name in sorted(headers)]
    path = urlsplit(url).path or "/"
    canonical = "\n".join(["POST", path, "", *lines, "", names, sha256(body).hexdigest()])
    scope = f"{day}/{account.region}/{_SERVICE}/aws4_request"
    hashed = sha256(canonical.encode()).hexdigest()
    text = f"AWS4-HMAC-SHA256\n{moment}\n{scope}\n{hashed}"
    key = f"AWS4{account.secret}".encode()
    for part in (day, account.region, _SERVICE, "aws4_request"):
        key = hmac.digest(key, part.encode(), "sha256")
    signature = hmac.digest(key, text.encode(), "sha256").hex()
    headers["authorization"] = (
        f"AWS4-HMAC-SHA256 Credential={account.key_id}/{scope}, "
        f"SignedHeaders={names}, Signature={signature}"
    )
    return headers


def _value(content: bytes, field: str) -> str:
    try:
        text: Any = msgspec.json.decode(content, type=dict[str, Any]).get("SecretString")
        found = msgspec.json.decode(text, type=dict[str, Any]).get(field) if field else text
    except (msgspec.DecodeError, UnicodeDecodeError, TypeError):
        found = None
    if not isinstance(found, str):
        message = "The secret is not a text, or has no field of that name."
        raise SecretUnavailable(message, hint="Look at the field in the reference.")
    return found
