"""OpenID Connect: the authorization code flow with PKCE.

The rules:

* What a provider says of itself is believed only where it names the issuer that was set up.
* All of its addresses are over HTTPS, but for one on this machine.
* PKCE with S256, always. The nonce of the ID token is ours, its issuer is the issuer, its audience
  is us, and it has not expired.
* ID tokens are signed with a key of the provider's own set and a public-key algorithm. A token
  that is not signed, or signed with a shared secret, is refused.
* Where the provider says that it tells its name with the answer, an answer without it is refused.
"""

from __future__ import annotations

import base64
import secrets
from collections.abc import Mapping
from hashlib import sha256
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import msgspec
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from penstock_sdk.auth import AuthHost, Begun, ExternalIdentity, ProviderConfig, ProviderRefused
from penstock_web.identity.addresses import is_loopback

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "Ed25519")
_LEEWAY_S = 60
_FORM = ("content-type", "application/x-www-form-urlencoded")
_JSON = ("accept", "application/json")


class _Metadata(msgspec.Struct, frozen=True, kw_only=True):
    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    userinfo_endpoint: str = ""
    authorization_response_iss_parameter_supported: bool = False


class _Tokens(msgspec.Struct, frozen=True, kw_only=True):
    id_token: str
    access_token: str = ""


class _Claims(msgspec.Struct, frozen=True, kw_only=True):
    iss: str
    sub: str
    aud: str | list[str]
    exp: int
    iat: int = 0
    azp: str = ""
    nonce: str = ""
    email: str = ""
    email_verified: bool | str = False
    name: str = ""
    preferred_username: str = ""
    groups: list[str] = []


class Oidc:
    """Any provider that speaks OpenID Connect."""

    kind = "oidc"
    title = "OpenID Connect"

    async def begin(self, host: AuthHost, config: ProviderConfig, state: str) -> Begun:
        """See the contract."""
        metadata = await _metadata(host, config)
        verifier, nonce = secrets.token_urlsafe(48), secrets.token_urlsafe(24)
        scopes = config.settings.get("scopes") or ["openid", "email", "profile"]
        query = {
            "response_type": "code",
            "client_id": config.client_id,
            "redirect_uri": config.redirect_uri,
            "scope": " ".join(scopes),
            "state": state,
            "nonce": nonce,
            "code_challenge": challenge(verifier),
            "code_challenge_method": "S256",
        }
        return Begun(
            with_query(metadata.authorization_endpoint, query),
            {"verifier": verifier, "nonce": nonce},
        )

    async def finish(
        self,
        host: AuthHost,
        config: ProviderConfig,
        given: Mapping[str, str],
        kept: Mapping[str, str],
    ) -> ExternalIdentity:
        """See the contract."""
        metadata = await _metadata(host, config)
        named = given.get("iss")
        required = metadata.authorization_response_iss_parameter_supported
        if named != config.issuer and (named is not None or required):
            raise refused("answered in the name of another one")
        tokens = await _exchange(host, config, metadata, code_of(given), kept["verifier"])
        claims = await _checked(host, config, metadata, tokens, kept["nonce"])
        if not claims.email and metadata.userinfo_endpoint and tokens.access_token:
            claims = await _completed(host, metadata, tokens, claims)
        return ExternalIdentity(
            issuer=claims.iss,
            subject=claims.sub,
            email=claims.email,
            email_verified=claims.email_verified in (True, "true"),
            name=claims.name or claims.preferred_username,
            groups=claims.groups,
        )


def challenge(verifier: str) -> str:
    """What is told of a verifier before it is (RFC 7636)."""
    digest = sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def is_private(url: str) -> bool:
    """Does nobody else read what goes there?"""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return False
    return bool(host) and (parts.scheme == "https" or (parts.scheme == "http" and _is_here(host)))


def _is_here(host: str) -> bool:
    return host == "localhost" or is_loopback(host)


def with_query(url: str, query: Mapping[str, str]) -> str:
    """A URL with more in its query."""
    return f"{url}{'&' if '?' in url else '?'}{urlencode(query)}"


def code_of(given: Mapping[str, str]) -> str:
    """The code that a browser came back with.

    Raises:
        ProviderRefused: It came back with none.
    """
    if "error" in given or not given.get("code"):
        raise refused("did not let anybody in")
    return given["code"]


def basic(config: ProviderConfig) -> tuple[str, str]:
    """The header by which a client says who it is (RFC 6749, 2.3.1)."""
    pair = f"{quote(config.client_id, safe='')}:{quote(config.client_secret, safe='')}"
    return "authorization", f"Basic {base64.b64encode(pair.encode()).decode()}"


def refused(why: str) -> ProviderRefused:
    """What somebody is told who was not let in."""
    hint = "Try again; whoever administers this server finds more in how it was set up."
    return ProviderRefused(f"The provider {why}.", hint=hint)


async def read(host: AuthHost, url: str, kind: Any, headers: Any = (_JSON,)) -> Any:
    """What a server says at an address.

    Raises:
        ProviderRefused: It says nothing that can be read.
    """
    answer = await host.request("GET", url, headers=headers)
    return decoded(answer.status, answer.content, kind)


def decoded(status: int, content: bytes, kind: Any) -> Any:
    """What a server answered.

    Raises:
        ProviderRefused: It is not what is asked for.
    """
    if status != 200:
        raise refused(f"answered with the status {status}")
    try:
        return msgspec.json.decode(content, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise refused("answered with what cannot be read") from error


async def _metadata(host: AuthHost, config: ProviderConfig) -> _Metadata:
    url = config.issuer.rstrip("/") + "/.well-known/openid-configuration"
    found: _Metadata = await read(host, url, _Metadata)
    if found.issuer != config.issuer:
        raise refused("says that it is another one")
    named = [found.authorization_endpoint, found.token_endpoint, found.jwks_uri]
    if not all(map(is_private, [*named, found.userinfo_endpoint or config.issuer])):
        raise refused("has addresses that are not over HTTPS")
    return found


async def _exchange(
    host: AuthHost, config: ProviderConfig, metadata: _Metadata, code: str, verifier: str
) -> _Tokens:
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": config.redirect_uri,
        "client_id": config.client_id,
        "code_verifier": verifier,
    }
    headers: list[tuple[str, str]] = [_FORM, _JSON]
    if config.client_secret:
        headers.append(basic(config))
    body = urlencode(form).encode()
    answer = await host.request("POST", metadata.token_endpoint, headers=headers, body=body)
    found: _Tokens = decoded(answer.status, answer.content, _Tokens)
    return found


async def _checked(
    host: AuthHost, config: ProviderConfig, metadata: _Metadata, tokens: _Tokens, nonce: str
) -> _Claims:
    keys = await read(host, metadata.jwks_uri, dict[str, Any])
    try:
        found = jwt.decode(tokens.id_token, _asymmetric(keys), algorithms=list(ALGORITHMS))
        claims = msgspec.convert(found.claims, _Claims)
    except (JoseError, msgspec.ValidationError, ValueError, KeyError, TypeError) as error:
        raise refused("sent an ID token that is not good") from error
    audience = [claims.aud] if isinstance(claims.aud, str) else claims.aud
    ours = config.client_id in audience and (
        claims.azp == config.client_id or (not claims.azp and len(audience) == 1)
    )
    now_s = host.now_s()
    if claims.iss != config.issuer or not ours or not claims.sub:
        raise refused("sent an ID token that is for somebody else")
    if claims.exp <= now_s - _LEEWAY_S or claims.iat > now_s + _LEEWAY_S:
        raise refused("sent an ID token that is too old")
    if not secrets.compare_digest(claims.nonce.encode(), nonce.encode()):
        raise refused("sent an ID token of another sign-in")
    return claims


def _asymmetric(keys: Mapping[str, Any]) -> KeySet:
    """The keys of a set that only their owner signs with."""
    some = [
        one
        for one in keys.get("keys", [])
        if one.get("kty") in ("RSA", "EC", "OKP") and one.get("use", "sig") == "sig"
    ]
    if not some:
        raise ValueError("no keys")
    return KeySet.import_key_set({"keys": some})


async def _completed(
    host: AuthHost, metadata: _Metadata, tokens: _Tokens, claims: _Claims
) -> _Claims:
    bearer = ("authorization", f"Bearer {tokens.access_token}")
    told = await read(host, metadata.userinfo_endpoint, dict[str, Any], (_JSON, bearer))
    if told.get("sub") != claims.sub:
        raise refused("told of somebody else")
    more = {
        name: told[name]
        for name in ("email", "email_verified", "name", "preferred_username", "groups")
        if name in told
    }
    try:
        return msgspec.convert({**msgspec.to_builtins(claims), **more}, _Claims)
    except msgspec.ValidationError as error:
        raise refused("answered with what cannot be read") from error
