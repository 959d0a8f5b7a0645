"""The answer to a challenge of digest authentication (RFC 7616).

The rules:

* MD5, SHA-256 and SHA-512/256, each with `-sess` too; of several challenges the strongest.
* `auth` is answered, and what names no quality at all, as old servers do; `auth-int` alone is not.
* Each request has a nonce of its own and counts as the first with it.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Callable, Mapping

from penstock_sandbox.egress.exchange import Signable

_PAIR = re.compile(r'([a-zA-Z0-9_-]{1,40})\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,]+))')
_CHALLENGE = re.compile(r"(?:^|,)\s*Digest\s+", re.IGNORECASE)
_LONGEST = 8_000
#: From strong to weak; the name of the algorithm, and of the hash.
_ALGORITHMS = {"SHA-512-256": "sha512_256", "SHA-256": "sha256", "MD5": "md5"}


def answer(signable: Signable, user: str, password: str) -> str | None:
    """The value of the header, or None where there is no challenge that can be answered."""
    for name, hashed in _ALGORITHMS.items():
        for given in _challenges(signable.challenge):
            algorithm = given.get("algorithm", "MD5").upper().removesuffix("-SESS")
            if algorithm == name and given.get("nonce") and _quality(given) is not None:
                return _header(signable, given, user, password, hashed)
    return None


def _challenges(text: str) -> list[Mapping[str, str]]:
    starts = _CHALLENGE.split(text[:_LONGEST])[1:]
    return [
        {name.lower(): _unquoted(quoted) or plain for name, quoted, plain in _PAIR.findall(one)}
        for one in starts
    ]


def _unquoted(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text)


def _quality(given: Mapping[str, str]) -> str | None:
    """`auth`, nothing for old servers, or None for what cannot be answered."""
    offered = [one.strip() for one in given.get("qop", "").split(",") if one.strip()]
    return "auth" if "auth" in offered else None if offered else ""


def _header(
    signable: Signable, given: Mapping[str, str], user: str, password: str, hashed: str
) -> str:
    def digest(text: str) -> str:
        return hashlib.new(hashed, text.encode(), usedforsecurity=False).hexdigest()

    nonce, realm = given.get("nonce", ""), given.get("realm", "")
    count, own, quality = "00000001", secrets.token_hex(16), _quality(given)
    first = _first(digest, f"{user}:{realm}:{password}", given, nonce, own)
    second = digest(f"{signable.method}:{signable.path}")
    middle = f"{nonce}:{count}:{own}:{quality}" if quality else nonce
    parts = {
        "username": user,
        "realm": realm,
        "nonce": nonce,
        "uri": signable.path,
        "response": digest(f"{first}:{middle}:{second}"),
    }
    if "opaque" in given:
        parts["opaque"] = given["opaque"]
    text = ", ".join(f'{name}="{_quoted(value)}"' for name, value in parts.items())
    if "algorithm" in given:
        text += f", algorithm={given['algorithm']}"
    if quality:
        text += f', qop={quality}, nc={count}, cnonce="{own}"'
    return f"Digest {text}"


def _first(
    digest: Callable[[str], str], text: str, given: Mapping[str, str], nonce: str, own: str
) -> str:
    hashed = digest(text)
    if given.get("algorithm", "").upper().endswith("-SESS"):
        return digest(f"{hashed}:{nonce}:{own}")
    return hashed


def _quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')
