"""Signing in with GitHub, which speaks OAuth and tells of its users by its own API."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import msgspec

from penstock_sdk.auth import AuthHost, Begun, ExternalIdentity, ProviderConfig
from penstock_web.identity.oidc import challenge, code_of, decoded, read, refused, with_query

ISSUER = "https://github.com"
_API = "https://api.github.com"
_FORM = ("content-type", "application/x-www-form-urlencoded")
_JSON = ("accept", "application/json")


class _Tokens(msgspec.Struct, frozen=True):
    access_token: str


class _User(msgspec.Struct, frozen=True, kw_only=True):
    id: int
    login: str
    name: str | None = None


class _Email(msgspec.Struct, frozen=True, kw_only=True):
    email: str
    primary: bool = False
    verified: bool = False


class GitHub:
    """GitHub, or a GitHub server of one's own: then the setting `api_url` says where its API is."""

    kind = "github"
    title = "GitHub"

    async def begin(self, host: AuthHost, config: ProviderConfig, state: str) -> Begun:
        """See the contract."""
        del host
        verifier = secrets.token_urlsafe(48)
        query = {
            "client_id": config.client_id,
            "redirect_uri": config.redirect_uri,
            "scope": "read:user user:email",
            "state": state,
            "code_challenge": challenge(verifier),
            "code_challenge_method": "S256",
        }
        return Begun(
            with_query(f"{_site(config)}/login/oauth/authorize", query), {"verifier": verifier}
        )

    async def finish(
        self,
        host: AuthHost,
        config: ProviderConfig,
        given: Mapping[str, str],
        kept: Mapping[str, str],
    ) -> ExternalIdentity:
        """See the contract."""
        token = await _exchange(host, config, code_of(given), kept["verifier"])
        headers = (_JSON, ("authorization", f"Bearer {token}"))
        api = str(config.settings.get("api_url") or _API).rstrip("/")
        user: _User = await read(host, f"{api}/user", _User, headers)
        emails: list[_Email] = await read(host, f"{api}/user/emails", list[_Email], headers)
        main = next((one for one in emails if one.primary), None)
        return ExternalIdentity(
            issuer=_site(config),
            subject=str(user.id),
            email=main.email if main else "",
            email_verified=bool(main and main.verified),
            name=user.name or user.login,
        )


def _site(config: ProviderConfig) -> str:
    return config.issuer.rstrip("/") or ISSUER


async def _exchange(host: AuthHost, config: ProviderConfig, code: str, verifier: str) -> str:
    form = {
        "client_id": config.client_id,
        "client_secret": config.client_secret,
        "code": code,
        "redirect_uri": config.redirect_uri,
        "code_verifier": verifier,
    }
    answer = await host.request(
        "POST",
        f"{_site(config)}/login/oauth/access_token",
        headers=(_FORM, _JSON),
        body=urlencode(form).encode(),
    )
    # Its failures are 200 too, with `error` in the place of a token.
    told: dict[str, Any] = decoded(answer.status, answer.content, dict[str, Any])
    try:
        return msgspec.convert(told, _Tokens).access_token
    except msgspec.ValidationError as error:
        raise refused("did not let anybody in") from error
