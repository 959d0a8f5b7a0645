"""Nodes that work with keys: Crypto, JWT and TOTP.

Their credentials do not come with a file: a person fills in the secret, and the converter says so.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, cast

from penstock_node_n8n.source import Mapped, Mapper, Source, is_expression

_HASHES = {
    "MD5": "md5",
    "SHA1": "sha1",
    "SHA256": "sha256",
    "SHA384": "sha384",
    "SHA512": "sha512",
    "SHA3-256": "sha3_256",
    "SHA3-384": "sha3_384",
    "SHA3-512": "sha3_512",
}
_SIGNATURES = {
    **{f"RSA-{name}": ours for name, ours in _HASHES.items()},
    **_HASHES,
    "sha256WithRSAEncryption": "sha256",
    "sha384WithRSAEncryption": "sha384",
    "sha512WithRSAEncryption": "sha512",
}
_CRYPTO = "penstock/data.crypto"
_FIRST_CLAIMS = {"my_field_1": "value 1", "my_field_2": "value 2"}


def _crypto(source: Source) -> Mapped:
    words = {"generate": "random", "hash": "hash", "hmac": "hmac", "sign": "sign"}
    operation = source.one_of("action", words, "hash")
    config: dict[str, Any] = {
        "operation": operation,
        "output_field": source.text("dataPropertyName", "data"),
    }
    if operation == "random":
        kinds = {kind: kind for kind in ("ascii", "base64", "hex", "uuid")}
        config["kind"] = source.one_of("encodingType", kinds, "uuid")
        config["length"] = source.get("stringLength", 32)
        return Mapped(type=_CRYPTO, config=config)
    if source.get("binaryData") is True:
        config |= {"source": "file", "file": source.text("binaryPropertyName", "data")}
    else:
        config["value"] = source.get("value", "")
    encodings = {"hex": "hex", "base64": "base64"}
    config["encoding"] = source.one_of("encoding", encodings, "hex")
    if operation == "sign":
        config["algorithm"] = source.one_of("algorithm", _SIGNATURES, "RSA-SHA256")
        config["key"] = source.text("privateKey")
    else:
        config["algorithm"] = source.one_of("type", _HASHES, "MD5")
    if operation == "hmac":
        config["secret"] = source.text("secret")
    return Mapped(type=_CRYPTO, config=config)


def _jwt(source: Source) -> Mapped:
    words = {"sign": "sign", "verify": "verify", "decode": "decode"}
    operation = source.one_of("operation", words, "sign")
    config: dict[str, Any] = {"operation": operation, "keep_fields": False}
    if operation != "decode":
        config["key"] = ""
        config["algorithm"] = source.text("options.algorithm", "HS256")
    if operation == "sign":
        config |= _claims(source)
        return Mapped(type="penstock/data.jwt", config=config)
    config["token"] = source.text("token")
    config["more"] = {
        "complete": source.flag("options.complete"),
        "ignore_expiry": source.flag("options.ignoreExpiration"),
        "ignore_start": source.flag("options.ignoreNotBefore"),
        "tolerance_s": source.get("options.clockTolerance", 0),
    }
    return Mapped(type="penstock/data.jwt", config=config)


def _claims(source: Source) -> dict[str, Any]:
    if source.get("useJson") is True:
        payload = _json(source.get("claimsJson", _FIRST_CLAIMS))
        return {"payload": payload, **_header(source)}
    claims = dict(cast("Mapping[str, Any]", source.get("claims") or {}))
    expires = claims.pop("expiresIn", 0)
    return {"payload": claims, "expires_in_s": expires, **_header(source)}


def _header(source: Source) -> dict[str, Any]:
    given = source.get("headerClaims", source.get("options.headerClaims", {}))
    return {"header": _json(given), "key_id": source.text("options.kid")}


def _json(value: Any) -> Any:
    if not isinstance(value, str) or is_expression(value):
        return value
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        return value


def _totp(source: Source) -> Mapped:
    source.get("operation")
    more = "additionalOptions" if source.get("additionalOptions") is not None else "options"
    algorithms = {"SHA1": "sha1", "SHA256": "sha256", "SHA512": "sha512"}
    config: dict[str, Any] = {
        "operation": "generate",
        "secret": "",
        "algorithm": source.one_of(f"{more}.algorithm", algorithms, "SHA1"),
        "digits": source.get(f"{more}.digits", 6),
        "period_s": source.get(f"{more}.period", 30),
        "keep_fields": False,
        "remaining_field": "secondsRemaining",
    }
    return Mapped(type="penstock/data.totp", config=config)


MAPPINGS: Mapping[str, Mapper] = {
    "n8n-nodes-base.crypto": _crypto,
    "n8n-nodes-base.jwt": _jwt,
    "n8n-nodes-base.totp": _totp,
}
