"""The node that makes and checks one-time passwords that change with time (RFC 6238)."""

from __future__ import annotations

import base64
import binascii
import hmac
from collections.abc import Sequence
from typing import Any

from penstock_node_data.values.writing import with_value
from penstock_sdk import (
    Context,
    Item,
    Node,
    NodeFailed,
    Port,
    Result,
    boolean,
    integer,
    options,
    text,
)
from penstock_sdk.columns import as_list

_ALGORITHMS = {"sha1": "SHA-1", "sha256": "SHA-256", "sha512": "SHA-512"}


class Totp(Node):
    """Makes and checks one-time passwords that change with time."""

    id = "penstock/data.totp"
    title = "TOTP"
    description = "Makes the one-time password of this moment from a secret, or checks one."
    group = "data"
    icon = "shield-check"
    aliases = ("one-time password", "2fa", "otp", "authenticator", "two factor")
    docs = (
        "The secret is the text in Base32 that is behind the QR code. Checking accepts passwords "
        "of the periods before and after, as many as are allowed. The secret is a parameter of "
        "the node: bring it in by an expression rather than writing it down."
    )
    outputs = (Port(name="main", sample={"token": "025086", "seconds_remaining": 10}),)

    operation: str = options(
        {"generate": "Make", "verify": "Check"},
        default="generate",
        title="Operation",
        expression=False,
    )
    secret: str = text(title="Secret, in Base32", secret=True)
    token: str = text(title="Password to check", show_if={"operation": ["verify"]})
    window: int = integer(
        1,
        title="Periods before and after that count",
        minimum=0,
        maximum=10,
        show_if={"operation": ["verify"]},
    )
    algorithm: str = options(_ALGORITHMS, default="sha1", title="Algorithm", advanced=True)
    digits: int = integer(6, title="Digits", minimum=6, maximum=10, advanced=True)
    period_s: int = integer(30, title="Period in seconds", minimum=1, maximum=3600, advanced=True)
    output_field: str = text(
        "", title="Put the result in field", hint="Empty: the fields are added to the item."
    )
    keep_fields: bool = boolean(True, title="Keep the other fields")
    remaining_field: str = text(
        "seconds_remaining", title="Field with the time that is left", advanced=True
    )

    def run(self, ctx: Context, items: Sequence[Item]) -> Result:
        """Make or check one password per item."""
        names = ("secret", "algorithm", "digits", "period_s", "output_field")
        columns = [as_list(ctx.columns(name), len(items)) for name in names]
        keep = bool(ctx.param("keep_fields"))
        found = list[Item]()
        for i, (item, *given, target) in enumerate(zip(items, *columns, strict=True)):
            values = _values(ctx, i, *given)
            if target:
                found.append(with_value(item, str(target), values, keep=keep))
            else:
                json = {**item.json, **values} if keep else values
                found.append(Item(json, item.binary))
        return found


def _values(
    ctx: Context, i: int, secret: Any, algorithm: Any, digits: Any, period_s: Any
) -> dict[str, Any]:
    key = _key(secret, i)
    if algorithm not in _ALGORITHMS or not 6 <= int(digits) <= 10 or int(period_s) < 1:
        raise NodeFailed("Algorithm, digits or period cannot be used", field="algorithm", item=i)
    seconds = ctx.now_ms() // 1000
    counter, spent = divmod(seconds, int(period_s))
    if ctx.param("operation") == "generate":
        token = _password(key, counter, str(algorithm), int(digits))
        return {"token": token, str(ctx.param("remaining_field", i)): int(period_s) - spent}
    window = max(0, min(10, int(ctx.param("window", i))))
    offered = str(ctx.param("token", i) or "").replace(" ", "")
    matches = [
        hmac.compare_digest(_password(key, at, str(algorithm), int(digits)), offered)
        for at in range(max(0, counter - window), counter + window + 1)
        if offered.isascii()
    ]
    return {"valid": any(matches)}


def _password(key: bytes, counter: int, algorithm: str, digits: int) -> str:
    digest = hmac.digest(key, counter.to_bytes(8, "big"), algorithm)
    start = digest[-1] & 15
    number = int.from_bytes(digest[start : start + 4], "big") & 0x7FFFFFFF
    return str(number % 10**digits).zfill(digits)


def _key(secret: Any, i: int) -> bytes:
    text_ = "".join(str(secret or "").upper().replace("-", "").split()).rstrip("=")
    try:
        key = base64.b32decode(text_ + "=" * (-len(text_) % 8))
    except (binascii.Error, ValueError):
        key = b""
    if not key:
        raise NodeFailed(
            "The secret is not Base32",
            hint="Base32 has the letters A to Z and the digits 2 to 7.",
            field="secret",
            item=i,
        )
    return key
