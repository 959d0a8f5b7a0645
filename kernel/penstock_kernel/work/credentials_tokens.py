"""What is said to the token endpoint of an OAuth2 server, and what it answers. Pure.

The secrets of a credential with the scheme `oauth2`, all of them texts:

* `grant`: `authorization_code` (default), `client_credentials` or `device_code`.
* `token_url`, and `authorize_url` or `device_url` for the grant; `issuer`, to tell servers apart.
* `client_id`, `client_secret`; `client_auth`: `basic` (default) or `body`.
* `scope`, `audience`; `extra`: more parameters for the authorization, as `a=b&c=d`.
* What the server handed out: `access_token`, `token_type`, `refresh_token`, `expires_ms` and
  `obtained_ms`.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import ClassVar
from urllib.parse import quote, urlencode, urlsplit

import msgspec

from penstock_kernel.store.credentials import CredentialRefused
from penstock_sandbox.egress.exchange import Incoming, Outgoing
from penstock_sdk import PenstockError

#: Of an answer: tokens are short.
MOST_BYTES = 64 << 10
TIMEOUT_S = 20.0
HANDED_OUT = ("access_token", "token_type", "refresh_token", "expires_ms", "obtained_ms")
_LOCAL = ("127.0.0.1", "::1", "localhost")
_LONGEST_AHEAD_MS = 120_000


class SignInFailed(PenstockError):
    """An OAuth2 server did not hand out what was asked for."""

    code: ClassVar[str] = "credential.sign_in_failed"

    def __init__(self, message: str, *, hint: str = "", reason: str = "") -> None:
        super().__init__(message, hint=hint)
        #: The `error` of the server, where it is one of those that RFC 6749 and 8628 name.
        self.reason = reason


class _Answer(msgspec.Struct):
    """An answer of a token endpoint; whatever else it says is nobody's business."""

    access_token: str = ""
    token_type: str = ""
    refresh_token: str = ""
    expires_in: float | str | None = None
    error: str = ""


_REASONS = frozenset(
    {
        "access_denied",
        "authorization_pending",
        "expired_token",
        "invalid_client",
        "invalid_grant",
        "invalid_request",
        "invalid_scope",
        "slow_down",
        "unauthorized_client",
        "unsupported_grant_type",
    }
)
_decoder = msgspec.json.Decoder(_Answer, strict=False)


def check_url(url: str, what: str) -> str:
    """The URL, if secrets may be sent to it.

    Raises:
        CredentialRefused: They may not.
    """
    parts = urlsplit(url)
    local = parts.scheme == "http" and parts.hostname in _LOCAL
    if not parts.hostname or (parts.scheme != "https" and not local) or parts.username is not None:
        message = f"The {what} has to be an https URL without a name and password in it."
        raise CredentialRefused(message, hint="Correct it in the credential.")
    return url


def request(secrets: Mapping[str, str], fields: Mapping[str, str], url: str = "") -> Outgoing:
    """A request to the token endpoint, or to another one of the same server.

    Raises:
        CredentialRefused: The URL is none that secrets may be sent to.
    """
    headers = [
        ("accept", "application/json"),
        ("content-type", "application/x-www-form-urlencoded"),
    ]
    body = {name: value for name, value in fields.items() if value}
    client, secret = secrets["client_id"], secrets.get("client_secret", "")
    if secret and secrets.get("client_auth", "basic") != "body":
        pair = f"{quote(client, safe='')}:{quote(secret, safe='')}".encode()
        headers.append(("authorization", f"Basic {base64.b64encode(pair).decode()}"))
    else:
        body["client_id"] = client
        if secret:
            body["client_secret"] = secret
    return Outgoing(
        method="POST",
        url=check_url(url or secrets["token_url"], "token URL"),
        headers=headers,
        body=urlencode(body).encode(),
        timeout_s=TIMEOUT_S,
        max_redirects=0,
        max_bytes=MOST_BYTES,
    )


def tokens(secrets: Mapping[str, str], answer: Incoming, now_ms: int) -> dict[str, str]:
    """The secrets with what a token endpoint has handed out in them.

    Raises:
        SignInFailed: It handed out nothing.
    """
    found = _read(answer)
    if answer.status >= 400 or found.error or not found.access_token:
        raise refusal(answer, found.error)
    changed = {name: value for name, value in secrets.items() if name not in HANDED_OUT}
    lasts_s = _seconds(found.expires_in)
    changed |= {
        "access_token": found.access_token,
        "token_type": found.token_type or "Bearer",
        # A server that rotates it sends another one; one that does not lets it stay.
        "refresh_token": found.refresh_token or secrets.get("refresh_token", ""),
        "obtained_ms": str(now_ms),
        "expires_ms": "" if lasts_s is None else str(now_ms + round(lasts_s * 1_000)),
    }
    return {name: value for name, value in changed.items() if value}


def refusal(answer: Incoming, error: str) -> SignInFailed:
    """Why a server handed out nothing, without a word of its own: it might repeat a secret."""
    reason = error if error in _REASONS else ""
    told = f": {reason}" if reason else ""
    message = f"The sign-in server answered with status {answer.status}{told}."
    hint = "Check client id, secret, URLs and scopes of the credential; or connect it again."
    return SignInFailed(message, hint=hint, reason=reason)


def error_of(answer: Incoming) -> str:
    """The `error` of an answer."""
    return _read(answer).error


def expires_ms(secrets: Mapping[str, str]) -> int | None:
    """When the access token ends, if that is known."""
    text = secrets.get("expires_ms", "")
    return int(text) if text.isdigit() else None


def is_over(secrets: Mapping[str, str], now_ms: int) -> bool:
    """Is there no access token that still counts?"""
    ends_ms = expires_ms(secrets)
    return not secrets.get("access_token") or (ends_ms is not None and ends_ms <= now_ms + 5_000)


def is_due(secrets: Mapping[str, str], now_ms: int) -> bool:
    """Is it time for another access token, though this one may still count?"""
    ends_ms = expires_ms(secrets)
    if is_over(secrets, now_ms) or ends_ms is None:
        return is_over(secrets, now_ms)
    lasts_ms = ends_ms - int(secrets.get("obtained_ms", "0"))
    return ends_ms - now_ms < min(_LONGEST_AHEAD_MS, lasts_ms // 5)


def renewal(secrets: Mapping[str, str]) -> dict[str, str]:
    """What is asked for to have another access token.

    Raises:
        CredentialRefused: A person has to sign in.
    """
    if secrets.get("grant") == "client_credentials":
        scope, audience = secrets.get("scope", ""), secrets.get("audience", "")
        return {"grant_type": "client_credentials", "scope": scope, "audience": audience}
    if not secrets.get("refresh_token"):
        message = "Nobody has signed in for this credential, or the sign-in has ended."
        raise CredentialRefused(message, hint="Open the credential and connect the account.")
    return {"grant_type": "refresh_token", "refresh_token": secrets["refresh_token"]}


def _read(answer: Incoming) -> _Answer:
    try:
        return _decoder.decode(answer.content)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return _Answer()


def _seconds(value: float | str | None) -> float | None:
    try:
        found = float(value) if value is not None else None
    except ValueError:
        return None
    return found if found is not None and 0 < found < 10**10 else None
