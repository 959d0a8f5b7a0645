"""Which pages of other origins may call a webhook from a browser."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from penstock_web.hooks.answering import Outgoing
from penstock_web.hooks.reading import Arrived

_MAX_AGE = "600"


def allowed_origin(config: Mapping[str, Any], arrived: Arrived) -> str:
    """What a browser is told of the origin that calls; empty: nothing."""
    said, origin = str(config.get("allowed_origins") or ""), arrived.named.get("origin", "")
    if not said or not origin:
        return ""
    names = [one.strip().rstrip("/") for one in said.split(",")]
    if "*" in names:
        return "*"
    return origin if origin in names else ""


def allow(outgoing: Outgoing, origin: str) -> None:
    """Let a page read the answer."""
    if not origin:
        return
    outgoing.add(b"access-control-allow-origin", origin)
    if origin != "*":
        outgoing.add(b"vary", "Origin")


def asked_method(arrived: Arrived) -> str:
    """Of a browser that asks what a page may send: the method; empty for any other request."""
    if arrived.method != "OPTIONS" or "origin" not in arrived.named:
        return ""
    return arrived.named.get("access-control-request-method", "")


def preflight(arrived: Arrived, config: Mapping[str, Any], method: str) -> Outgoing:
    """The answer to a browser that asks what a page may send."""
    origin, outgoing = allowed_origin(config, arrived), Outgoing(204, [])
    allow(outgoing, origin)
    if origin:
        outgoing.add(b"access-control-allow-methods", method)
        asked = arrived.named.get("access-control-request-headers", "")
        if asked:
            outgoing.add(b"access-control-allow-headers", asked)
        outgoing.add(b"access-control-max-age", _MAX_AGE)
    return outgoing
