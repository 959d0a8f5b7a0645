"""The node that signs, verifies and reads JSON Web Tokens."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Mapping, Sequence
from typing import Any, cast

from penstock_node_data.values.tokens import ALGORITHMS, BadToken, check_times, parts, sign, verify
from penstock_node_data.values.writing import with_value
from penstock_sdk import (
    Context,
    Item,
    Node,
    NodeFailed,
    Port,
    Result,
    boolean,
    collection,
    integer,
    options,
    text,
)
from penstock_sdk import json as json_field
from penstock_sdk.coerce import to_object
from penstock_sdk.columns import as_list

_NAMES = (
    "algorithm",
    "key",
    "payload",
    "header",
    "key_id",
    "expires_in_s",
    "issued_at",
    "token",
    "more",
    "output_field",
    "keep_fields",
)
_WITH_KEY = ["sign", "verify"]


class Jwt(Node):
    """Signs, verifies and reads JSON Web Tokens."""

    id = "penstock/data.jwt"
    title = "JWT"
    description = "Signs a JSON Web Token, verifies one, or reads it without checking."
    group = "data"
    icon = "key-round"
    aliases = ("json web token", "bearer", "sign token", "decode token", "verify token")
    docs = (
        "HS algorithms take a secret; RS, PS and ES a key as PEM: the private one to sign, the "
        "public one to verify. Reading does not check the signature: never rely on what it gives. "
        "The key is a parameter of the node: bring it in by an expression rather than writing it "
        "down."
    )
    outputs = (Port(name="main", sample={"payload": {"sub": "7", "iat": 1700000000}}),)

    operation: str = options(
        {"sign": "Sign", "verify": "Verify", "decode": "Read without checking"},
        default="sign",
        title="Operation",
        expression=False,
    )
    algorithm: str = options(
        ALGORITHMS, default="HS256", title="Algorithm", show_if={"operation": _WITH_KEY}
    )
    key: str = text(
        title="Secret, or key as PEM",
        secret=True,
        multiline=True,
        show_if={"operation": _WITH_KEY},
    )
    payload: Any = json_field(
        {}, title="Payload", placeholder='{"sub": "7"}', show_if={"operation": ["sign"]}
    )
    header: Any = json_field({}, title="More of the header", show_if={"operation": ["sign"]})
    key_id: str = text("", title="Key id (kid)", show_if={"operation": ["sign"]})
    expires_in_s: int = integer(
        0,
        title="Expires in seconds",
        hint="0: the payload decides.",
        minimum=0,
        show_if={"operation": ["sign"]},
    )
    issued_at: bool = boolean(
        True, title="Say when it was issued (iat)", show_if={"operation": ["sign"]}
    )
    token: str = text(
        title="Token", placeholder="={{ $json.token }}", show_if={"operation": ["verify", "decode"]}
    )
    more: dict[str, Any] = collection(
        {
            "complete": boolean(title="Header and signature, too"),
            "ignore_expiry": boolean(title="Accept what has expired"),
            "ignore_start": boolean(title="Accept what is not valid yet"),
            "tolerance_s": integer(0, title="Tolerance of clocks in seconds", minimum=0),
            "audience": text("", title="Wanted audience"),
            "issuer": text("", title="Wanted issuer"),
        },
        title="More",
        show_if={"operation": ["verify", "decode"]},
    )
    output_field: str = text(
        "", title="Put the result in field", hint="Empty: the fields are added to the item."
    )
    keep_fields: bool = boolean(True, title="Keep the other fields")

    def run(self, ctx: Context, items: Sequence[Item]) -> Result | Awaitable[Result]:
        """Work on one token per item."""
        if not items:
            return []
        columns = {name: as_list(ctx.columns(name), len(items)) for name in _NAMES}
        columns["operation"] = [ctx.param("operation")] * len(items)
        rows = [
            dict(zip(columns, values, strict=True))
            for values in zip(*columns.values(), strict=True)
        ]
        is_slow = any(not str(name).startswith("HS") for name in columns["algorithm"])
        # Key pairs take a thousand times longer: not on the event loop.
        return (
            asyncio.to_thread(_worked, ctx, items, rows) if is_slow else _worked(ctx, items, rows)
        )


def _worked(ctx: Context, items: Sequence[Item], rows: Sequence[Mapping[str, Any]]) -> list[Item]:
    found = list[Item]()
    for i, (item, given) in enumerate(zip(items, rows, strict=True)):
        values = _signed(ctx, given, i) if given["operation"] == "sign" else _read(ctx, given, i)
        target, keep = str(given["output_field"] or ""), bool(given["keep_fields"])
        if target:
            found.append(with_value(item, target, values, keep=keep))
        else:
            found.append(Item({**item.json, **values} if keep else values, item.binary))
    return found


def _signed(ctx: Context, given: Mapping[str, Any], i: int) -> dict[str, Any]:
    algorithm = _algorithm(given["algorithm"], i)
    now_s = ctx.now_ms() // 1000
    payload = _object(given["payload"], "payload", i)
    if given["issued_at"] and "iat" not in payload:
        payload["iat"] = now_s
    if given["expires_in_s"]:
        payload["exp"] = now_s + int(given["expires_in_s"])
    header: dict[str, Any] = {"alg": algorithm, "typ": "JWT"}
    if given["key_id"]:
        header["kid"] = str(given["key_id"])
    header |= {**_object(given["header"], "header", i), "alg": algorithm}
    try:
        return {"token": sign(header, payload, str(given["key"] or ""))}
    except ValueError as error:
        raise NodeFailed(
            f"The token cannot be signed: {error}",
            hint="HS takes a secret, RS and PS an RSA key, ES a key of the curve of that size.",
            field="key",
            item=i,
        ) from None


def _read(ctx: Context, given: Mapping[str, Any], i: int) -> dict[str, Any]:
    more = cast("Mapping[str, Any]", given["more"] or {})
    try:
        if given["operation"] == "decode":
            header, payload, signature = parts(given["token"])
        else:
            algorithm = _algorithm(given["algorithm"], i)
            key = str(given["key"] or "")
            if not key:
                raise BadToken("there is no key to check it with")
            header, payload, signature = verify(given["token"], key, algorithm)
            _check_claims(ctx, payload, more)
    except BadToken as error:
        raise NodeFailed(
            f"The token is not valid: {error}",
            hint="Check the token, the key and the algorithm.",
            field="token",
            item=i,
        ) from None
    if more.get("complete"):
        return {"header": header, "payload": payload, "signature": signature}
    return {"payload": payload}


def _check_claims(ctx: Context, payload: Mapping[str, Any], more: Mapping[str, Any]) -> None:
    check_times(
        payload,
        ctx.now_ms() // 1000,
        float(more.get("tolerance_s") or 0),
        expiry=not more.get("ignore_expiry"),
        start=not more.get("ignore_start"),
    )
    audience, issuer = more.get("audience"), more.get("issuer")
    meant = payload.get("aud")
    listed = cast("list[Any]", meant) if isinstance(meant, list) else [meant]
    if audience and audience not in listed:
        raise BadToken("it is for another audience")
    if issuer and payload.get("iss") != issuer:
        raise BadToken("it is of another issuer")


def _algorithm(name: Any, i: int) -> str:
    if name not in ALGORITHMS:
        raise NodeFailed(
            f"{str(name)[:40]!r} is no algorithm for tokens",
            hint=f"Use one of {', '.join(ALGORITHMS)}.",
            field="algorithm",
            item=i,
        )
    return str(name)


def _object(value: Any, field: str, i: int) -> dict[str, Any]:
    try:
        found = to_object(value)
    except ValueError as error:
        raise NodeFailed(f"The {field} cannot be used: {error}", field=field, item=i) from None
    return dict(found or {})
