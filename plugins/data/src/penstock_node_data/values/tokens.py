"""JSON Web Tokens in their compact form: sign, verify, take apart (RFC 7519).

The rules:

* The algorithm is the one that the person chose; what a token says about itself is never trusted.
* A token without a signature is never valid.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import json
from collections.abc import Mapping
from typing import Any, cast

from penstock_node_data.values.keys import pem

ALGORITHMS = tuple(f"{kind}{size}" for kind in ("HS", "RS", "ES", "PS") for size in (256, 384, 512))
_MAX_TOKEN = 100_000  # characters


class BadToken(Exception):
    """The token cannot be read or is not valid. Stays inside: it becomes a `NodeFailed`."""


def sign(header: Mapping[str, Any], payload: Mapping[str, Any], key: str) -> str:
    """A token with this header, which names the algorithm; `ValueError` for a key of no use."""
    algorithm = str(header["alg"])
    if algorithm.startswith("HS"):
        signed = f"{_packed(header)}.{_packed(payload)}"
        return f"{signed}.{_text(_mac(algorithm, key, signed))}"
    # A library that most runs never need.
    from joserfc import jws  # noqa: PLC0415
    from joserfc.errors import JoseError  # noqa: PLC0415

    registry = jws.JWSRegistry(algorithms=[algorithm], strict_check_header=False)
    try:
        return jws.serialize_compact(
            dict(header), _json(payload), _pem_key(algorithm, key), registry=registry
        )
    except (JoseError, TypeError) as error:
        raise ValueError(str(error)) from None


def _pem_key(algorithm: str, key: str) -> Any:
    # A library that most runs never need.
    from joserfc.jwk import ECKey, RSAKey  # noqa: PLC0415

    kind = ECKey if algorithm.startswith("ES") else RSAKey
    return kind.import_key(pem(key, "key"))


def parts(token: Any) -> tuple[dict[str, Any], dict[str, Any], str]:
    """Header, payload and signature of a token, unchecked.

    Raises:
        BadToken: It is no token.
    """
    pieces = token.strip().split(".") if isinstance(token, str) else []
    if len(pieces) != 3 or len(cast("str", token)) > _MAX_TOKEN:
        raise BadToken("it does not have three parts")
    try:
        header, payload = (json.loads(_bytes(piece)) for piece in pieces[:2])
    except (ValueError, binascii.Error, RecursionError):
        raise BadToken("its parts are not JSON in Base64") from None
    if not isinstance(header, dict) or not isinstance(payload, dict):
        raise BadToken("its parts are not objects")
    return cast("dict[str, Any]", header), cast("dict[str, Any]", payload), pieces[2]


def verify(token: Any, key: str, algorithm: str) -> tuple[dict[str, Any], dict[str, Any], str]:
    """Header, payload and signature of a token, after its signature was checked.

    Raises:
        BadToken: It is no token, or was not signed with this key and algorithm.
    """
    header, payload, signature = parts(token)
    if header.get("alg") != algorithm:
        raise BadToken(f"its algorithm is {str(header.get('alg'))[:20]!r}, not {algorithm!r}")
    if not _is_signed(token.strip(), key, algorithm):
        raise BadToken("its signature is not valid")
    return header, payload, signature


def _is_signed(token: str, key: str, algorithm: str) -> bool:
    signed, _, signature = token.rpartition(".")
    if algorithm.startswith("HS"):
        try:
            return hmac.compare_digest(_mac(algorithm, key, signed), _bytes(signature))
        except (ValueError, binascii.Error):
            return False
    # A library that most runs never need.
    from joserfc import jws  # noqa: PLC0415
    from joserfc.errors import JoseError  # noqa: PLC0415

    registry = jws.JWSRegistry(algorithms=[algorithm], strict_check_header=False)
    try:
        jws.deserialize_compact(token, _pem_key(algorithm, key), registry=registry)
    except (JoseError, ValueError, TypeError):
        return False
    return True


def check_times(
    payload: Mapping[str, Any], now_s: int, tolerance_s: float, *, expiry: bool, start: bool
) -> None:
    """Compare `exp` and `nbf` with the clock.

    Raises:
        BadToken: It is no longer, or not yet, valid.
    """
    until, since = payload.get("exp"), payload.get("nbf")
    if expiry and until is not None and (not _is_number(until) or until + tolerance_s <= now_s):
        raise BadToken("it has expired")
    if start and since is not None and (not _is_number(since) or since - tolerance_s > now_s):
        raise BadToken("it is not valid yet")


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _mac(algorithm: str, key: str, signed: str) -> bytes:
    if not key:
        raise ValueError("there is no secret")
    return hmac.digest(key.encode(), signed.encode(), f"sha{algorithm[2:]}")


def _packed(value: Mapping[str, Any]) -> str:
    return _text(_json(value))


def _json(value: Mapping[str, Any]) -> bytes:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _bytes(text: str) -> bytes:
    if "+" in text or "/" in text:
        raise ValueError("not the alphabet of URLs")
    plain = text.replace("-", "+").replace("_", "/") + "=" * (-len(text) % 4)
    return binascii.a2b_base64(plain, strict_mode=True)
