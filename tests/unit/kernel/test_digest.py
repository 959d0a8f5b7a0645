"""Answers to digest challenges, checked by doing the server's part."""

from __future__ import annotations

import hashlib
import re

import pytest

from penstock_kernel.store import digest
from penstock_sandbox.egress.exchange import Signable

PASSWORD = "Circle of Life"


def answered(challenge: str, *, method: str = "GET", user: str = "Mufasa") -> dict[str, str] | None:
    signable = Signable(
        method=method,
        scheme="http",
        host="a.example",
        port=80,
        path="/dir/index.html?a=b",
        headers=[],
        query=[],
        body=None,
        challenge=challenge,
    )
    header = digest.answer(signable, user, PASSWORD)
    if header is None:
        return None
    assert header.startswith("Digest ")
    pairs = re.findall(r'(\w+)=(?:"((?:[^"\\]|\\.)*)"|([^\s,]+))', header)
    return {name: quoted or plain for name, quoted, plain in pairs}


def expected(found: dict[str, str], hashed: str, *, sess: bool = False) -> str:
    def h(text: str) -> str:
        return hashlib.new(hashed, text.encode(), usedforsecurity=False).hexdigest()

    first = h(f"Mufasa:{found['realm']}:{PASSWORD}")
    if sess:
        first = h(f"{first}:{found['nonce']}:{found['cnonce']}")
    second = h(f"GET:{found['uri']}")
    if "qop" not in found:
        return h(f"{first}:{found['nonce']}:{second}")
    return h(f"{first}:{found['nonce']}:{found['nc']}:{found['cnonce']}:{found['qop']}:{second}")


@pytest.mark.parametrize(
    ("algorithm", "hashed", "sess"),
    [
        ("MD5", "md5", False),
        ("MD5-sess", "md5", True),
        ("SHA-256", "sha256", False),
        ("SHA-256-sess", "sha256", True),
        ("SHA-512-256", "sha512_256", False),
    ],
)
def test_every_algorithm_of_the_standard_is_answered(
    algorithm: str, hashed: str, sess: bool
) -> None:
    found = answered(f'Digest realm="r", nonce="n", qop="auth,auth-int", algorithm={algorithm}')

    assert found is not None
    assert found["response"] == expected(found, hashed, sess=sess)
    assert (found["uri"], found["algorithm"]) == ("/dir/index.html?a=b", algorithm)


def test_an_old_server_without_a_quality_gets_the_old_form() -> None:
    found = answered('Digest realm="a, b", nonce="n"')

    assert found is not None
    assert found["response"] == expected(found, "md5")
    assert "qop" not in found


def test_the_strongest_of_several_challenges_is_answered() -> None:
    weak, strong = 'Digest realm="r", nonce="n1", qop="auth"', "algorithm=SHA-256"

    found = answered(f'Basic realm="x", {weak}, Digest realm="r", nonce="n2", qop="auth", {strong}')

    assert found is not None
    assert (found["algorithm"], found["nonce"]) == ("SHA-256", "n2")


@pytest.mark.parametrize(
    "challenge",
    [
        "",
        'Basic realm="r"',
        'Digest realm="r", nonce="n", qop="auth-int"',
        'Digest realm="r", nonce="n", algorithm=ROT13',
        "Digest " * 5_000,
        'Digest realm="' + "\\" * 100_000,
    ],
)
def test_what_cannot_be_answered_is_left(challenge: str) -> None:
    assert answered(challenge) is None


def test_a_name_with_quotes_cannot_add_to_the_header() -> None:
    found = answered('Digest realm="r", nonce="n"', user='x", realm="other')

    assert found is not None
    assert found["username"] == 'x\\", realm=\\"other'
    assert found["realm"] == "r"
