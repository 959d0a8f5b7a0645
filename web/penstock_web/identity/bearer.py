"""Short tokens of API clients: JSON Web Tokens, signed with keys of our own.

The rules:

* One algorithm, Ed25519, and keys that are found by their `kid` in our own set; what a token says
  of itself chooses nothing. `typ`, `iss`, `aud` and `exp` have to be right, always.
* A token lasts a quarter of an hour. It names the session of its client, which is looked up at each
  call: what ends that ends the token.
* Keys that sign lie sealed in the database. A new one is made every ninety days, and the old ones
  are kept for as long as what they signed is good.
"""

from __future__ import annotations

import base64
import binascii
import os
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import msgspec
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey
from sqlalchemy import Connection

from penstock_kernel.store.sealing import Place
from penstock_kernel.store.sql import sessions
from penstock_kernel.store.sql import tokens_client as clients
from penstock_kernel.store.sql.tokens_client import ClientSession, NewClient
from penstock_kernel.store.sql.tokens_keys import SigningKey, system_add, system_keys
from penstock_sdk import PenstockError
from penstock_web.identity.limits import Limits
from penstock_web.identity.parts import Parts

ALGORITHM = "Ed25519"
TYPE = "at+jwt"
AUDIENCE = "penstock-api"
KEY_MS = 90 * 86_400_000
#: Clocks may differ by so much.
_LEEWAY_S = 30
_LONGEST = 4_096
_KID_BYTES = 8


class TokenRefused(PenstockError):
    """A token is not good, or no longer."""

    code: ClassVar[str] = "token.refused"


class Claims(msgspec.Struct, frozen=True, kw_only=True):
    """What a token says."""

    iss: str
    aud: str
    sub: str
    #: The session of the client.
    sid: str
    jti: str
    iat: int
    exp: int


class Issued(msgspec.Struct, frozen=True, kw_only=True):
    """What a client gets."""

    access_token: str
    token_type: str = "Bearer"  # noqa: S105 - the name of a scheme
    #: Seconds.
    expires_in: int
    #: Good once: the answer has the next one.
    refresh_token: str


class _Header(msgspec.Struct, frozen=True):
    alg: str
    typ: str
    kid: str


class Bearer:
    """Signs and checks short tokens."""

    def __init__(self, parts: Parts, limits: Limits) -> None:
        self._parts, self._limits = parts, limits
        self._keys: dict[str, OKPKey] = {}
        self._signing: SigningKey | None = None

    @property
    def issuer(self) -> str:
        """Who signs."""
        return self._parts.choices.public_url or "penstock"

    async def begin(self, new: NewClient) -> Issued:
        """Begin the session of a client."""
        now_ms = self._parts.now_ms()
        client, token = await self._parts.db.transact(
            lambda one: clients.system_begin(one, new, now_ms)
        )
        return await self._issued(client, token)

    async def renew(self, token: str, address: str) -> Issued:
        """Go on with the session of a client.

        Raises:
            TokenRefused: The token was used before, which ends the session; or it is none; or the
                browser's session that it was begun in has ended.
            TooManyAttempts: Somebody tries too often.
        """
        now_ms = self._parts.now_ms()

        def go_on(connection: Connection) -> tuple[ClientSession, str] | None:
            found = clients.system_renew(connection, token, now_ms)
            if isinstance(found, str):
                return None
            if self._outlived(connection, found[0], now_ms):
                clients.system_end(connection, found[0].id)
                return None
            return found

        found = await self._parts.db.transact(go_on)
        if found is None:
            await self._limits.link(address)
            raise token_refused()
        return await self._issued(*found)

    async def end(self, client: str) -> None:
        """End the session of a client."""
        await self._parts.db.transact(lambda one: clients.system_end(one, client))

    async def claims(self, token: str) -> Claims:
        """What a token says, if it is one of ours and good.

        Raises:
            TokenRefused: It is not.
        """
        header = _header(token)
        if header is None or header.alg != ALGORITHM or header.typ.lower() != TYPE:
            raise token_refused()
        key = await self._key(header.kid)
        if key is None:
            raise token_refused()
        try:
            read = jwt.decode(token, key, algorithms=[ALGORITHM])
            claims = msgspec.convert(read.claims, Claims)
        except (JoseError, msgspec.ValidationError, ValueError) as error:
            raise token_refused() from error
        now_s = self._parts.now_ms() // 1_000
        good = claims.iss == self.issuer and claims.aud == AUDIENCE
        if not good or claims.exp <= now_s or claims.iat > now_s + _LEEWAY_S:
            raise token_refused()
        return claims

    async def public_keys(self) -> Mapping[str, Sequence[Mapping[str, Any]]]:
        """The keys that tokens are checked with, as a JSON Web Key Set."""
        await self._signing_key()
        return {
            "keys": [
                {**key.as_dict(private=False), "kid": kid, "alg": ALGORITHM, "use": "sig"}
                for kid, key in self._keys.items()
            ]
        }

    def _outlived(self, connection: Connection, client: ClientSession, now_ms: int) -> bool:
        """Was it begun in a browser whose session has ended?"""
        idle_ms = self._parts.choices.idle_ms
        return bool(client.session) and (
            sessions.system_find(connection, client.session, idle_ms, now_ms) is None
        )

    async def _issued(self, client: ClientSession, token: str) -> Issued:
        now_s = self._parts.now_ms() // 1_000
        most_s = self._parts.choices.access_token_ms // 1_000
        lasts_s = max(1, min(most_s, client.expires_ms // 1_000 - now_s))
        claims = Claims(
            iss=self.issuer,
            aud=AUDIENCE,
            sub=client.user or client.api_token,
            sid=client.id,
            jti=os.urandom(12).hex(),
            iat=now_s,
            exp=now_s + lasts_s,
        )
        kid, key = await self._signing_key()
        header = {"alg": ALGORITHM, "typ": TYPE, "kid": kid}
        text = jwt.encode(header, msgspec.to_builtins(claims), key, algorithms=[ALGORITHM])
        return Issued(access_token=text, expires_in=lasts_s, refresh_token=token)

    async def _signing_key(self) -> tuple[str, OKPKey]:
        now_ms = self._parts.now_ms()
        if self._signing is None or self._signing.created_ms < now_ms - KEY_MS:
            await self._load()
        if self._signing is None or self._signing.created_ms < now_ms - KEY_MS:
            await self._make(now_ms)
        assert self._signing is not None  # noqa: S101 - it was just loaded or made
        sealed = self._signing
        plain = self._parts.sealer.open(Place("", "signing_key", sealed.id), sealed.sealed)
        return sealed.id, OKPKey.import_key(plain)

    async def _key(self, kid: str) -> OKPKey | None:
        if kid not in self._keys and len(kid) == 2 * _KID_BYTES:
            await self._load()
        return self._keys.get(kid)

    async def _load(self) -> None:
        def load(connection: Connection) -> Sequence[SigningKey]:
            found = system_keys(connection)
            for one in found:
                # Opened once with a reader, so that the sealer knows what it was sealed with.
                self._parts.sealer.open(Place("", "signing_key", one.id), one.sealed, connection)
            return found

        self._learn(await self._parts.db.read(load))

    async def _make(self, now_ms: int) -> None:
        kid, key = os.urandom(_KID_BYTES).hex(), OKPKey.generate_key("Ed25519", private=True)
        sealed = self._parts.sealer.seal(Place("", "signing_key", kid), key.as_der(private=True))
        made = SigningKey(
            id=kid,
            public=msgspec.json.encode(key.as_dict(private=False)),
            sealed=sealed,
            created_ms=now_ms,
            retired_ms=None,
        )
        keep_ms = self._parts.choices.access_token_ms * 2

        def add(connection: Connection) -> Sequence[SigningKey]:
            return system_add(connection, made, keep_ms=keep_ms)

        self._learn(await self._parts.db.transact(add))

    def _learn(self, found: Sequence[SigningKey]) -> None:
        self._keys = {one.id: OKPKey.import_key(msgspec.json.decode(one.public)) for one in found}
        self._signing = next((one for one in found if one.retired_ms is None), None)


def looks_like_jwt(text: str) -> bool:
    """Is it written as three parts?"""
    return text.count(".") == 2


def token_refused() -> TokenRefused:
    """What somebody is told whose token is not good."""
    hint = "Get a new one: it may have expired, been revoked or been used before."
    return TokenRefused("This token is not good.", hint=hint)


def _header(token: str) -> _Header | None:
    head = token.partition(".")[0]
    if len(token) > _LONGEST:
        return None
    try:
        plain = base64.urlsafe_b64decode(head + "=" * (-len(head) % 4))
        return msgspec.json.decode(plain, type=_Header)
    except (binascii.Error, msgspec.DecodeError, ValueError):
        return None
