"""Who may call a webhook: by address, by password, by header, by token, or by signature.

The rules:

* A webhook says what it asks for; what asks for nothing is shown as public.
* Secrets are compared in constant time, and appear in no message and in no item.
* Of a token the algorithm is that of the webhook, never that of the token; it has to expire.
* What is checked here comes from the credential that is bound to the trigger, read each time: what
  was exchanged or withdrawn counts at once.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import ipaddress
import logging
import warnings
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, Literal

from joserfc import jwt
from joserfc.errors import JoseError, SecurityWarning
from joserfc.jwk import ECKey, Key, OctKey, OKPKey, RSAKey

from penstock_kernel.store.credentials import Credential, Use, Vault
from penstock_kernel.work.hooks import Hosted
from penstock_sdk import PenstockError
from penstock_web.hooks.reading import Arrived
from penstock_web.hooks.refusals import CallerRefused, CallerUnknown
from penstock_web.hooks.signatures import Form, Scheme, Signed, verify

Kind = Literal["none", "basic", "header", "jwt", "signature"]
SIGNATURES: Mapping[str, Scheme] = {
    "standard": "standard",
    "stripe": "stripe",
    "github": "github",
    "slack": "slack",
    "hmac": "hmac",
}
#: What a credential of a type is for, where a webhook does not say.
_BY_TYPE = {"http_basic": "basic", "http_header": "header", "jwt": "jwt"}
_KEY_NAMES = ("key", "secret", "value", "token", "password")
_KEYS: Mapping[str, type[Key]] = {
    "HS": OctKey,
    "RS": RSAKey,
    "PS": RSAKey,
    "ES": ECKey,
    "Ed": OKPKey,
}
_SLOT = "auth"
log = logging.getLogger(__name__)


def kind_of(config: Mapping[str, Any], credential_type: str = "") -> str:
    """How callers are known, as a webhook is configured."""
    said = str(config.get("authentication") or "none")
    if said == "none" and credential_type:
        return _BY_TYPE.get(credential_type, "header")
    return said


class Callers:
    """Made for one server."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault

    async def check(self, hosted: Hosted, arrived: Arrived, now_ms: int) -> str:
        """Go on only where somebody may call; what a signature names the delivery.

        Raises:
            CallerRefused: He may not, or not from there.
            CallerUnknown: He has to say who he is.
            SignatureInvalid: The request is not signed, or not so.
        """
        config = hosted.config
        if config.get("allowed_ips"):
            check_address(str(config["allowed_ips"]), arrived.address)
        if hosted.trigger.kind == "event":
            return await _signed_by(hosted, arrived, now_ms)
        bound = hosted.node.spec.credentials.get(_SLOT)
        if bound is None:
            if (config.get("authentication") or "none") != "none":
                message = "This webhook has no credential to know its callers by."
                raise CallerRefused(message, hint="Choose one in its trigger.")
            return ""
        webhook = hosted.webhook
        use = Use(
            webhook.workspace_id,
            webhook.workflow_id,
            webhook.version or None,
            webhook.node_id,
            _SLOT,
        )
        try:
            credential = await self._vault.known(use, bound)
        except PenstockError as error:
            log.warning("callers_unknown: %s: %s: %s", webhook.id, error.code, error.message)
            message = "What this webhook knows its callers by cannot be used."
            raise CallerRefused(message, hint="Its owner sees why when it is probed.") from error
        return await _checked(credential, hosted, arrived, now_ms)


async def _checked(credential: Credential, hosted: Hosted, arrived: Arrived, now_ms: int) -> str:
    kind = kind_of(hosted.config, credential.type)
    secrets = {**credential.fields, **credential.secrets}
    if kind == "basic":
        _check_basic(secrets, arrived)
    elif kind == "header":
        _check_header(secrets, arrived)
    elif kind == "jwt":
        _check_token(secrets, hosted.config, arrived, now_ms)
    else:
        signed = Signed(
            headers=arrived.headers,
            body=await arrived.body(),
            now_s=now_ms / 1_000,
            secrets=_key(secrets).split(),
        )
        return verify(SIGNATURES[kind], signed, form_of(hosted.config))
    return ""


def form_of(config: Mapping[str, Any]) -> Form:
    """How requests of a sender with a way of its own are signed."""
    return Form(
        header=config.get("signature_header") or "x-signature",
        prefix=config.get("signature_prefix") or "",
        encoding=config.get("signature_encoding") or "hex",
        timestamp_header=config.get("timestamp_header") or "",
        id_header=config.get("delivery_header") or "",
    )


async def _signed_by(hosted: Hosted, arrived: Arrived, now_ms: int) -> str:
    """Go on only where the system calls that was asked to."""
    scheme = SIGNATURES.get(hosted.trigger.signature)
    if scheme is None:
        return ""
    secret = str(hosted.state.get("secret") or "")
    signed = Signed(
        headers=arrived.headers,
        body=await arrived.body(),
        now_s=now_ms / 1_000,
        secrets=[secret] if secret else [],
    )
    return verify(scheme, signed)


def check_address(allowed: str, address: str) -> None:
    """Go on only where an address is in a list, with commas, of addresses and networks.

    Raises:
        CallerRefused: It is not.
    """
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        raise CallerRefused("Nobody knows where this call comes from.") from None
    mapped = getattr(found, "ipv4_mapped", None)
    found = mapped or found
    if not any(found in network for network in _networks(allowed)):
        message = f"Calls from {address} are not taken here."
        raise CallerRefused(message, hint="Add it to the allowed addresses of the webhook.")


@lru_cache(maxsize=256)
def _networks(allowed: str) -> Sequence[ipaddress.IPv4Network | ipaddress.IPv6Network]:
    found: list[ipaddress.IPv4Network | ipaddress.IPv6Network] = []
    for part in allowed.replace(",", " ").split():
        try:
            found.append(ipaddress.ip_network(part, strict=False))
        except ValueError:
            continue  # what is no address lets nobody in
    return found


def _check_basic(secrets: Mapping[str, Any], arrived: Arrived) -> None:
    scheme, _, encoded = arrived.named.get("authorization", "").partition(" ")
    try:
        given = base64.b64decode(encoded, validate=True) if scheme.lower() == "basic" else b""
    except (binascii.Error, ValueError):
        given = b""
    if not given:
        message = "This webhook asks for a user name and a password."
        raise CallerUnknown(message, scheme='Basic realm="webhook", charset="UTF-8"')
    expected = f"{secrets['user']}:{secrets['password']}".encode()
    if not hmac.compare_digest(given, expected):
        message = "The user name or the password is wrong."
        raise CallerUnknown(message, scheme='Basic realm="webhook", charset="UTF-8"')
    arrived.conceal("authorization")


def _check_header(secrets: Mapping[str, Any], arrived: Arrived) -> None:
    name = str(secrets.get("name") or "authorization").lower()
    given = [value for known, value in arrived.headers if known == name]
    expected = _key(secrets) if "value" not in secrets else str(secrets["value"])
    if len(given) != 1 or not hmac.compare_digest(given[0].encode(), expected.encode()):
        raise CallerUnknown(f"The header {name} does not say what this webhook asks for.")
    arrived.conceal(name)


def _check_token(
    secrets: Mapping[str, Any], config: Mapping[str, Any], arrived: Arrived, now_ms: int
) -> None:
    scheme, _, token = arrived.named.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise CallerUnknown("This webhook asks for a token.", scheme='Bearer realm="webhook"')
    algorithm = str(config.get("token_algorithm") or "HS256")
    asked: dict[str, Any] = {"exp": {"essential": True}}
    for claim, name in (("iss", "token_issuer"), ("aud", "token_audience")):
        if config.get(name):
            asked[claim] = {"essential": True, "value": config[name]}
    try:
        key = _KEYS[algorithm[:2]].import_key(_key(secrets))
        with warnings.catch_warnings():
            # The old name of Ed25519 is what most senders know.
            warnings.simplefilter("ignore", SecurityWarning)
            found = jwt.decode(token.strip(), key, algorithms=[algorithm])
        jwt.JWTClaimsRegistry(now=now_ms // 1_000, leeway=30, **asked).validate(found.claims)
    except (JoseError, ValueError, KeyError) as error:
        message = "The token is not one that this webhook takes."
        raise CallerUnknown(message, scheme='Bearer error="invalid_token"') from error
    # Without its signature: the workflow sees what it claims, and nobody can use it again.
    arrived.conceal("authorization", f"Bearer {token.strip().rpartition('.')[0]}.")


def _key(secrets: Mapping[str, Any]) -> str:
    return next((str(secrets[name]) for name in _KEY_NAMES if secrets.get(name)), "")
