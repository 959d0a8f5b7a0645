"""Signatures of messages that go out, as Standard Webhooks has them.

The rules:

* The secret of a rule follows from the root key: it is stored nowhere, and another version is
  another secret.
* The signature covers the id, the moment and the body.
"""

from __future__ import annotations

import base64
import hmac
from collections.abc import Sequence

import msgspec

from penstock_kernel.store.blobs import derived
from penstock_sandbox.egress.egress import Egress
from penstock_sandbox.egress.exchange import Outgoing, Start

_PREFIX = "whsec_"
TIMEOUT_S = 20.0


def secret_of(root_key: bytes, rule: str, version: int) -> bytes:
    """The secret that signs the messages of a rule."""
    key = derived(root_key, "penstock alerts 1")
    return hmac.digest(key, f"{rule}\n{version}".encode(), "sha256")


def shown(secret: bytes) -> str:
    """A secret as receivers are told it."""
    return _PREFIX + base64.b64encode(secret).decode()


async def send_signed(
    egress: Egress, url: str, secret: bytes, message: str, at_s: int, content: object
) -> Start:
    """Send a message; how its answer begins. What else is said in it is not read.

    Raises:
        EgressRefused: It may not go there.
        EgressFailed: Nobody answers there.
    """
    body = msgspec.json.encode(content)
    outgoing = Outgoing(
        method="POST",
        url=url,
        headers=signed(secret, message, at_s, body),
        body=body,
        timeout_s=TIMEOUT_S,
        max_redirects=0,
    )
    async with egress.open(outgoing) as response:
        return response.start


def signed(secret: bytes, message: str, at_s: int, body: bytes) -> Sequence[tuple[str, str]]:
    """The headers of a message."""
    content = f"{message}.{at_s}.".encode() + body
    mark = base64.b64encode(hmac.digest(secret, content, "sha256")).decode()
    return (
        ("content-type", "application/json"),
        ("webhook-id", message),
        ("webhook-timestamp", str(at_s)),
        ("webhook-signature", f"v1,{mark}"),
    )
