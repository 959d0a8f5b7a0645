"""Signs in at somebody else's server, so that it hands out tokens for a credential.

The rules:

* The authorization code flow has a `state` that is used once, by the browser session that began it,
  and PKCE with S256 always. Where the server says who it is, it has to be the one that was asked.
* Where to return to is kept with the flow and is not taken from what comes back.
* The device flow asks no oftener than the server wants.
* A flow is over as soon as its code is used, whatever comes of it.
"""

from __future__ import annotations

import base64
import secrets as random
from collections.abc import Mapping
from hashlib import sha256
from typing import TYPE_CHECKING, Literal
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import msgspec
from sqlalchemy import Connection

from penstock_kernel.store.credentials import CredentialRefused
from penstock_kernel.store.scope import Scope
from penstock_kernel.store.sealing import Sealer
from penstock_kernel.store.sql import credentials as rows
from penstock_kernel.store.sql import credentials_flows as flows
from penstock_kernel.store.sql.credentials import Kept
from penstock_kernel.store.sql.credentials_flows import Flow, FlowUnknown
from penstock_kernel.store.sql.database import Database
from penstock_kernel.work import credentials_tokens as oauth
from penstock_kernel.work.credentials_oauth import Tokens
from penstock_kernel.work.credentials_tokens import SignInFailed

if TYPE_CHECKING:
    from penstock_kernel.execution.policy import Clock
    from penstock_sandbox.egress.egress import Egress

LASTS_MS = 10 * 60_000
_LEAST_INTERVAL_S, _MOST_INTERVAL_S = 5.0, 60.0
_LONGEST_DEVICE_S = 1_800.0


class Begun(msgspec.Struct, frozen=True, kw_only=True):
    """A sign-in in a browser."""

    #: Where the person goes.
    url: str
    expires_ms: int


class DeviceBegun(msgspec.Struct, frozen=True, kw_only=True):
    """A sign-in on another device."""

    #: To ask with how it stands.
    flow: str
    #: What the person enters, and where.
    user_code: str
    url: str
    #: The same with the code in it, where the server has that.
    whole_url: str = ""
    interval_s: float
    expires_ms: int


class DeviceState(msgspec.Struct, frozen=True, kw_only=True):
    """How a sign-in on another device stands."""

    state: Literal["pending", "connected"]
    #: Ask again after so long.
    interval_s: float = 0.0


class _DeviceAnswer(msgspec.Struct):
    device_code: str = ""
    user_code: str = ""
    verification_uri: str = ""
    verification_uri_complete: str = ""
    interval: float = _LEAST_INTERVAL_S
    expires_in: float = 600.0


class SignIns:
    """The sign-ins of one database."""

    def __init__(
        self, db: Database, sealer: Sealer, tokens: Tokens, egress: Egress, clock: Clock
    ) -> None:
        self._db = db
        self._sealer = sealer
        self._tokens = tokens
        self._egress = egress
        self._clock = clock

    async def begin(
        self, scope: Scope, credential: str, *, return_to: str, session: str = ""
    ) -> Begun:
        """Begin a sign-in in a browser.

        Args:
            scope: Who signs in.
            credential: What for.
            return_to: Our own address that the server is to send the browser back to.
            session: Of the browser; it has to come back with the same.

        Raises:
            AccessDenied: Not for whoever asks.
            CredentialNotFound: This workspace has none with that id.
            CredentialRefused: It does not sign in in a browser.
        """
        secrets = (await self._kept(scope, credential)).credential.secrets
        if secrets.get("grant", "authorization_code") != "authorization_code":
            message = "This credential does not sign in in a browser."
            raise CredentialRefused(message, hint="Choose the grant `authorization_code`.")
        state, verifier = random.token_urlsafe(32), random.token_urlsafe(64)
        kept = {"verifier": verifier, "return_to": return_to, "issuer": secrets.get("issuer", "")}
        asked = {
            "response_type": "code",
            "client_id": secrets["client_id"],
            "redirect_uri": return_to,
            "scope": secrets.get("scope", ""),
            "audience": secrets.get("audience", ""),
            "state": state,
            "code_challenge": _challenge(verifier),
            "code_challenge_method": "S256",
        }
        url = _with_query(secrets.get("authorize_url", ""), secrets.get("extra", ""), asked)
        flow = self._flow(scope, credential, "code", kept, LASTS_MS)
        await self._keep(scope, state, flow, session)
        return Begun(url=url, expires_ms=flow.expires_ms)

    async def finish(self, scope: Scope, given: Mapping[str, str], *, session: str = "") -> str:
        """End a sign-in with what came back with the browser; the id of the credential.

        Raises:
            FlowUnknown: It was not begun by whoever comes back, or has ended.
            SignInFailed: The server hands out nothing.
        """
        flow = await self._taken(scope, given.get("state", ""), session)
        issuer, said = flow.kept.get("issuer", ""), given.get("iss", "")
        if issuer and said != issuer:
            message = "Another server answered than the one that was asked."
            raise SignInFailed(message, hint="Look at the issuer in the credential.")
        code = given.get("code", "")
        if not code:
            message = "The server did not let this account be connected."
            raise SignInFailed(message, hint="Begin again, and allow it there.")
        fields = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": flow.kept["return_to"],
            "code_verifier": flow.kept["verifier"],
        }
        return await self._exchange(flow, fields)

    async def begin_device(
        self, scope: Scope, credential: str, *, session: str = ""
    ) -> DeviceBegun:
        """Begin a sign-in on another device.

        Raises:
            AccessDenied: Not for whoever asks.
            CredentialNotFound: This workspace has none with that id.
            CredentialRefused: It does not sign in on another device.
            SignInFailed: The server does not want to.
        """
        secrets = (await self._kept(scope, credential)).credential.secrets
        if secrets.get("grant") != "device_code" or not secrets.get("device_url"):
            message = "This credential does not sign in on another device."
            raise CredentialRefused(message, hint="Choose the grant `device_code` and its URL.")
        asked = {"scope": secrets.get("scope", ""), "audience": secrets.get("audience", "")}
        outgoing = oauth.request(secrets, asked, secrets["device_url"])
        answer = await self._egress.request(outgoing)
        try:
            found = msgspec.json.decode(answer.content, type=_DeviceAnswer, strict=False)
        except (msgspec.DecodeError, UnicodeDecodeError):
            found = _DeviceAnswer()
        if answer.status >= 400 or not found.device_code or not _is_web(found.verification_uri):
            raise oauth.refusal(answer, oauth.error_of(answer))
        interval_s = min(max(found.interval, _LEAST_INTERVAL_S), _MOST_INTERVAL_S)
        lasts_ms = round(min(max(found.expires_in, 1.0), _LONGEST_DEVICE_S) * 1_000)
        token = random.token_urlsafe(32)
        kept = {"device_code": found.device_code, "interval_s": str(interval_s)}
        flow = self._flow(scope, credential, "device", kept, lasts_ms)
        await self._keep(scope, token, flow, session)
        whole = found.verification_uri_complete
        return DeviceBegun(
            flow=token,
            user_code=found.user_code,
            url=found.verification_uri,
            whole_url=whole if _is_web(whole) else "",
            interval_s=interval_s,
            expires_ms=flow.expires_ms,
        )

    async def ask_device(self, scope: Scope, token: str, *, session: str = "") -> DeviceState:
        """Ask how a sign-in on another device stands.

        Raises:
            FlowUnknown: It was not begun by whoever asks, or has ended.
            SignInFailed: The person refused, or the server does not want to.
        """
        now_ms = self._clock.now_ms()
        flow = await self._found(scope, token, "device", session)
        interval_s = float(flow.kept["interval_s"])
        next_ms = now_ms + round(interval_s * 1_000)
        is_ours = flow.next_ms <= now_ms and await self._db.transact(
            lambda one: flows.take_turn(one, flow, next_ms)
        )
        if not is_ours:
            return DeviceState(state="pending", interval_s=interval_s)
        fields = {
            "grant_type": "urn:ietf:params:oauth:grant-type:device_code",
            "device_code": flow.kept["device_code"],
        }
        try:
            await self._exchange(flow, fields)
        except SignInFailed as error:
            if error.reason == "slow_down":
                slower = next_ms + 5_000
                later = msgspec.structs.replace(flow, next_ms=next_ms)
                await self._db.transact(lambda one: flows.take_turn(one, later, slower))
            elif error.reason != "authorization_pending":
                await self._db.transact(lambda one: flows.end(one, flow))
                raise
            return DeviceState(state="pending", interval_s=interval_s)
        await self._db.transact(lambda one: flows.end(one, flow))
        return DeviceState(state="connected")

    async def _exchange(self, flow: Flow, fields: Mapping[str, str]) -> str:
        workspace, credential = flow.workspace_id, flow.credential_id
        kept = await self._db.read(
            lambda one: rows.system_opened(one, workspace, self._sealer, credential)
        )
        found = await self._tokens.exchange(workspace, kept, fields)
        await self._tokens.keep(workspace, kept, found)
        return credential

    async def _kept(self, scope: Scope, credential: str) -> Kept:
        kept = await self._db.read(lambda one: rows.opened(one, scope, self._sealer, credential))
        if kept.credential.scheme != "oauth2":
            message = f"The credential {credential!r} needs no sign-in."
            raise CredentialRefused(message, hint="Only OAuth2 credentials do.")
        return kept

    def _flow(
        self,
        scope: Scope,
        credential: str,
        kind: flows.Kind,
        kept: Mapping[str, str],
        lasts_ms: int,
    ) -> Flow:
        now_ms = self._clock.now_ms()
        return Flow(
            id="",
            workspace_id=scope.workspace,
            credential_id=credential,
            kind=kind,
            next_ms=now_ms,
            expires_ms=now_ms + lasts_ms,
            kept=kept,
        )

    async def _keep(self, scope: Scope, token: str, flow: Flow, session: str) -> None:
        now_ms = self._clock.now_ms()
        await self._db.transact(
            lambda one: flows.begin(
                one, scope, self._sealer, token, flow, session=session, now_ms=now_ms
            )
        )

    async def _found(self, scope: Scope, token: str, kind: flows.Kind, session: str) -> Flow:
        now_ms = self._clock.now_ms()
        return await self._db.read(
            lambda one: flows.get(
                one, scope, self._sealer, token, kind, session=session, now_ms=now_ms
            )
        )

    async def _taken(self, scope: Scope, state: str, session: str) -> Flow:
        """A flow that is over from now on."""
        now_ms = self._clock.now_ms()

        def work(connection: Connection) -> Flow:
            flow = flows.get(
                connection, scope, self._sealer, state, "code", session=session, now_ms=now_ms
            )
            if not flows.end(connection, flow):
                message = "This sign-in has ended already."
                raise FlowUnknown(message, hint="Begin it again from the credential.")
            return flow

        return await self._db.transact(work)


def _challenge(verifier: str) -> str:
    hashed = sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(hashed).rstrip(b"=").decode()


def _with_query(url: str, extra: str, asked: Mapping[str, str]) -> str:
    """The authorization URL; what we ask for cannot be replaced by what the credential adds."""
    parts = urlsplit(oauth.check_url(url, "authorization URL"))
    pairs = [*parse_qsl(parts.query), *parse_qsl(extra)]
    more = [pair for pair in pairs if pair[0] not in asked]
    query = urlencode([*more, *((name, value) for name, value in asked.items() if value)])
    return urlunsplit((parts.scheme, parts.netloc, parts.path, query, ""))


def _is_web(url: str) -> bool:
    try:
        oauth.check_url(url, "URL")
    except CredentialRefused:
        return False
    return True
