"""How each scheme attaches its secrets to a request whose host was checked.

`hmac` signs with a shared key. Its secrets say how:

* `key`, and `key_encoding`: `text` (default), `hex` or `base64`.
* `header`: the header with the signature; `prefix`: what stands before it, e.g. `sha256=`.
* `algorithm`: `sha256` (default), `sha512` or `sha1`; `encoding`: `hex` (default) or `base64`.
* `template`: what is signed, `{body}` by default; also `{method}`, `{path}`, `{query}`, `{host}`,
  `{timestamp}` and `{id}`. The body stands as it is sent.
* `timestamp_header`, `id_header`: headers that tell them, where the target asks for them.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import re
import time
import uuid
from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

from penstock_kernel.store import digest
from penstock_sandbox.egress.exchange import Identity, Signable
from penstock_sandbox.errors import EgressRefused

_IDENTITY = ("certificate", "key", "passphrase", "authority")
_ALGORITHMS = ("sha256", "sha512", "sha1")
_PARTS = re.compile(r"\{(method|path|query|host|timestamp|id|body)\}")


def attach(scheme: str, secrets: Mapping[str, str], signable: Signable) -> None:
    """Change a request so that its target knows who asks.

    Raises:
        EgressRefused: It cannot be signed as it is.
    """
    if scheme == "certificate":
        signable.identity = Identity(**{name: secrets.get(name, "") for name in _IDENTITY})
    elif scheme == "digest":
        answer = digest.answer(signable, secrets["user"], secrets["password"])
        if answer is not None:
            set_header(signable, "authorization", answer)
            signable.answered = True
    elif scheme == "query":
        signable.query.append((secrets["name"], secrets["value"]))
    elif scheme == "hmac":
        _sign(secrets, signable)
    else:
        set_header(signable, *_header(scheme, secrets))


def set_header(signable: Signable, name: str, value: str) -> None:
    """Let a request have this header, and no other of that name."""
    signable.headers[:] = [pair for pair in signable.headers if pair[0].lower() != name.lower()]
    signable.headers.append((name, value))


def _header(scheme: str, secrets: Mapping[str, str]) -> tuple[str, str]:
    if scheme == "bearer":
        return "authorization", f"Bearer {secrets['token']}"
    if scheme == "oauth2":
        kind = secrets.get("token_type") or "Bearer"
        word = "Bearer" if kind.lower() == "bearer" else kind
        return "authorization", f"{word} {secrets['access_token']}"
    if scheme == "basic":
        pair = f"{secrets['user']}:{secrets['password']}".encode()
        return "authorization", f"Basic {base64.b64encode(pair).decode()}"
    return secrets["name"], secrets["value"]


def problems(secrets: Mapping[str, str]) -> Sequence[str]:
    """What keeps an `hmac` credential from signing."""
    found: list[str] = []
    if secrets.get("algorithm", "sha256") not in _ALGORITHMS:
        found.append(f"the algorithm is one of {', '.join(_ALGORITHMS)}")
    if secrets.get("encoding", "hex") not in ("hex", "base64"):
        found.append("the signature is written as hex or base64")
    try:
        _key(secrets)
    except (ValueError, binascii.Error):
        found.append("the key is not written as its encoding says")
    return found


def _sign(secrets: Mapping[str, str], signable: Signable) -> None:
    if (
        signable.body is None
        and "{body}" in secrets.get("template", "{body}")
        and _has_body(signable)
    ):
        message = "A body that is streamed cannot be signed before it is sent."
        raise EgressRefused(message, hint="Send the body as text or JSON.")
    parts = {
        "method": signable.method,
        "path": signable.path.partition("?")[0],
        "query": urlencode(signable.query),
        "host": signable.host,
        "timestamp": str(int(time.time())),
        "id": f"msg_{uuid.uuid4().hex}",
    }
    signed = _filled(secrets.get("template", "{body}"), parts, signable.body or b"")
    made = hmac.digest(_key(secrets), signed, secrets.get("algorithm", "sha256"))
    in_hex = secrets.get("encoding", "hex") == "hex"
    text = made.hex() if in_hex else base64.b64encode(made).decode()
    set_header(signable, secrets["header"], secrets.get("prefix", "") + text)
    for part in ("timestamp", "id"):
        name = secrets.get(f"{part}_header")
        if name:
            set_header(signable, name, parts[part])


def _has_body(signable: Signable) -> bool:
    return any(name.lower() == "transfer-encoding" for name, _ in signable.headers) or any(
        name.lower() == "content-length" and value != "0" for name, value in signable.headers
    )


def _filled(template: str, parts: Mapping[str, str], body: bytes) -> bytes:
    pieces = _PARTS.split(template)
    # Every second piece is a name.
    return b"".join(
        (body if piece == "body" else parts[piece].encode()) if place % 2 else piece.encode()
        for place, piece in enumerate(pieces)
    )


def _key(secrets: Mapping[str, str]) -> bytes:
    written = secrets.get("key_encoding", "text")
    if written == "hex":
        return bytes.fromhex(secrets["key"])
    if written == "base64":
        return base64.b64decode(secrets["key"], validate=True)
    return secrets["key"].encode()
