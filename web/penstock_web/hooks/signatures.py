"""Who signed a request, by the schemes that senders use. Pure: bytes and a moment in, a name out.

The rules:

* What is signed is the body as it came, byte for byte; signatures are compared in constant time.
* A header that the scheme needs stands there once. Two of them are refused: a proxy and we might
  take different ones.
* A moment that is signed lies at most `TOLERANCE_S` before or after ours.
* Any of several secrets will do, so that they can be exchanged without a gap.
* What comes out is what the sender calls the delivery, or else a digest of what was signed: the
  same request is one delivery, however often it is sent.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import string
from collections.abc import Callable, Iterable, Mapping, Sequence
from hashlib import sha256
from typing import ClassVar, Literal

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from penstock_sdk import PenstockError

TOLERANCE_S = 300
#: Signatures in one header that are looked at.
_MOST = 16
Headers = Sequence[tuple[str, str]]
Scheme = Literal["standard", "stripe", "github", "slack", "hmac"]


class SignatureInvalid(PenstockError):
    """A request is not signed by whoever may send it, or was signed too long ago."""

    code: ClassVar[str] = "webhook.signature_invalid"


class Signed(msgspec.Struct, frozen=True, kw_only=True):
    """A request, as far as its signature is concerned."""

    #: Names in lower case.
    headers: Headers
    body: bytes
    #: Our clock, in seconds.
    now_s: float
    secrets: Sequence[str]


class Form(msgspec.Struct, frozen=True, kw_only=True):
    """Of a sender with a way of its own: an HMAC-SHA256 in a header."""

    header: str = "x-signature"
    #: What stands before the signature, such as `sha256=`.
    prefix: str = ""
    encoding: Literal["hex", "base64"] = "hex"
    #: With one, `MOMENT.BODY` is signed, the moment in seconds.
    timestamp_header: str = ""
    #: Names the delivery.
    id_header: str = ""
    tolerance_s: int = TOLERANCE_S


def verify(scheme: Scheme, signed: Signed, form: Form | None = None) -> str:
    """Go on only where a request is signed; what its delivery is called.

    Raises:
        SignatureInvalid: It is not, or not so.
    """
    if not any(signed.secrets):
        raise _invalid("No secret is set for this webhook.")
    if scheme == "hmac":
        return _generic(signed, form or Form())
    return _SCHEMES[scheme](signed)


def _standard(signed: Signed) -> str:
    """Standard Webhooks: `v1` is an HMAC, `v1a` is Ed25519; several stand side by side."""
    identity, moment = _one(signed, "webhook-id"), _one(signed, "webhook-timestamp")
    _check_moment(moment, signed.now_s, TOLERANCE_S)
    content = b".".join((identity.encode(), moment.encode(), signed.body))
    for one in _one(signed, "webhook-signature").split(" ")[:_MOST]:
        version, _, encoded = one.partition(",")
        given = _from_base64(encoded)
        if given is not None and version == "v1" and _is_standard_hmac(signed, content, given):
            return identity
        if given is not None and version == "v1a" and _is_ed25519(signed, content, given):
            return identity
    raise _wrong()


def _is_standard_hmac(signed: Signed, content: bytes, given: bytes) -> bool:
    keys = [_from_base64(one.removeprefix("whsec_")) for one in signed.secrets if one]
    # Those of Ed25519 are public: an HMAC with one of them is no proof of anything.
    usable = [
        key for key, one in zip(keys, signed.secrets, strict=False) if not one.startswith("whpk_")
    ]
    return _matches((key for key in usable if key), content, given)


def _is_ed25519(signed: Signed, content: bytes, given: bytes) -> bool:
    for secret in signed.secrets:
        key = _from_base64(secret.removeprefix("whpk_")) if secret.startswith("whpk_") else None
        if key is None or len(key) != 32:
            continue
        try:
            Ed25519PublicKey.from_public_bytes(key).verify(given, content)
        except InvalidSignature:
            continue
        return True
    return False


def _stripe(signed: Signed) -> str:
    """`t=MOMENT,v1=HEX`, of which `v1` may stand there several times."""
    pairs = [part.partition("=") for part in _one(signed, "stripe-signature").split(",")][:_MOST]
    moments = [value for name, _, value in pairs if name == "t"]
    if len(moments) != 1:
        raise _invalid("The signature names no moment, or several.")
    _check_moment(moments[0], signed.now_s, TOLERANCE_S)
    content = moments[0].encode() + b"." + signed.body
    for name, _, value in pairs:
        given = _from_hex(value)
        if name == "v1" and given is not None and _matches(_keys(signed), content, given):
            return _in_body(signed.body, "id") or _digest(content)
    raise _wrong()


def _github(signed: Signed) -> str:
    """`sha256=HEX` of the body alone: nothing tells how old it is."""
    value = _one(signed, "x-hub-signature-256")
    given = _from_hex(value[7:]) if value.startswith("sha256=") else None
    if given is None or not _matches(_keys(signed), signed.body, given):
        raise _wrong()
    return _at_most_one(signed, "x-github-delivery") or _digest(signed.body)


def _slack(signed: Signed) -> str:
    """`v0=HEX` of `v0:MOMENT:BODY`."""
    moment, value = _one(signed, "x-slack-request-timestamp"), _one(signed, "x-slack-signature")
    _check_moment(moment, signed.now_s, TOLERANCE_S)
    content = b"v0:" + moment.encode() + b":" + signed.body
    given = _from_hex(value[3:]) if value.startswith("v0=") else None
    if given is None or not _matches(_keys(signed), content, given):
        raise _wrong()
    return _in_body(signed.body, "event_id") or _digest(content)


def _generic(signed: Signed, form: Form) -> str:
    value, content = _one(signed, form.header.lower()), signed.body
    if form.timestamp_header:
        moment = _one(signed, form.timestamp_header.lower())
        _check_moment(moment, signed.now_s, form.tolerance_s)
        content = moment.encode() + b"." + signed.body
    decode = _from_hex if form.encoding == "hex" else _from_base64
    given = decode(value[len(form.prefix) :]) if value.startswith(form.prefix) else None
    if given is None or not _matches(_keys(signed), content, given):
        raise _wrong()
    named = _at_most_one(signed, form.id_header.lower()) if form.id_header else ""
    return named or _digest(content)


_SCHEMES: Mapping[str, Callable[[Signed], str]] = {
    "standard": _standard,
    "stripe": _stripe,
    "github": _github,
    "slack": _slack,
}


def _keys(signed: Signed) -> Iterable[bytes]:
    return (secret.encode() for secret in signed.secrets if secret)


def _matches(keys: Iterable[bytes], content: bytes, given: bytes) -> bool:
    # All are tried, so that the time says nothing about which one it was.
    found = [hmac.compare_digest(hmac.digest(key, content, sha256), given) for key in keys]
    return any(found)


def _one(signed: Signed, name: str) -> str:
    value = _at_most_one(signed, name)
    if not value:
        raise _invalid(f"The header {name} is missing.")
    return value


def _at_most_one(signed: Signed, name: str) -> str:
    values = [value for known, value in signed.headers if known == name]
    if len(values) > 1:
        raise _invalid(f"The header {name} stands there {len(values)} times.")
    return values[0].strip(" \t") if values else ""


def _check_moment(text: str, now_s: float, tolerance_s: int) -> None:
    if not text.isascii() or not text.isdigit() or len(text) > 12:
        raise _invalid("The moment of the signature is no number of seconds.")
    if abs(now_s - int(text)) > tolerance_s:
        hint = "Look at the clocks of both sides; a request that was kept is to be signed again."
        message = f"It was signed more than {tolerance_s} seconds before or after now."
        raise SignatureInvalid(message, hint=hint)


def _from_hex(text: str) -> bytes | None:
    if len(text) % 2 or not text or set(text) - set(string.hexdigits):
        return None
    return bytes.fromhex(text)


def _from_base64(text: str) -> bytes | None:
    try:
        return base64.b64decode(text, validate=True) or None
    except (binascii.Error, ValueError):
        return None


class _Named(msgspec.Struct):
    id: str = ""
    event_id: str = ""


def _in_body(body: bytes, field: Literal["id", "event_id"]) -> str:
    try:
        named = msgspec.json.decode(body, type=_Named)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        return ""
    return str(getattr(named, field))


def _digest(content: bytes) -> str:
    return "sha256-" + sha256(content).hexdigest()


def _wrong() -> SignatureInvalid:
    return _invalid("The signature is not that of this request with the secret of this webhook.")


def _invalid(message: str) -> SignatureInvalid:
    hint = "The sender and this webhook need the same scheme and the same secret."
    return SignatureInvalid(message, hint=hint)
