"""Hashes, signatures and encryption of bytes."""

from __future__ import annotations

import base64
import hashlib
import os
from collections.abc import Callable, Mapping
from typing import Any

from penstock_node_data.values.keys import private_key, public_key
from penstock_sdk import NodeFailed

ALGORITHMS: Mapping[str, str] = {
    "md5": "MD5",
    "sha1": "SHA-1",
    "sha224": "SHA-224",
    "sha256": "SHA-256",
    "sha384": "SHA-384",
    "sha512": "SHA-512",
    "sha3_224": "SHA3-224",
    "sha3_256": "SHA3-256",
    "sha3_384": "SHA3-384",
    "sha3_512": "SHA3-512",
}
ENCODINGS: Mapping[str, str] = {"hex": "Hex", "base64": "Base64", "base64url": "Base64 for URLs"}

_SALT, _NONCE, _TAG = 16, 12, 16  # bytes
_ROUNDS = 600_000  # of PBKDF2, as recommended in 2023
_MAGIC = b"PSE1"


def encoded(data: bytes, encoding: str) -> str:
    """The bytes as text."""
    if encoding == "hex":
        return data.hex()
    if encoding == "base64":
        return base64.b64encode(data).decode()
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def decoded(text: str, encoding: str) -> bytes:
    """The bytes of a text; `ValueError` where it is none."""
    if encoding == "hex":
        return bytes.fromhex(text)
    if encoding == "base64":
        return base64.b64decode(text, validate=True)
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def new_hash(algorithm: str) -> Any:
    """A hash that takes bytes piece by piece."""
    return hashlib.new(algorithm, usedforsecurity=False)


def _hash_of(algorithm: str) -> Any:
    # A native library of its own: most runs never need it.
    from cryptography.hazmat.primitives import hashes  # noqa: PLC0415

    return getattr(hashes, algorithm.upper())()


def signer(key_text: Any, algorithm: str, passphrase: str) -> Callable[[bytes], bytes]:
    """What signs bytes with this key: RSA by PKCS #1 1.5, curves by ECDSA, Ed25519."""
    # A native library of its own: most runs never need it.
    from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa  # noqa: PLC0415
    from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15  # noqa: PLC0415

    key = private_key(key_text, "key", passphrase)
    if isinstance(key, rsa.RSAPrivateKey):
        return lambda data: key.sign(data, PKCS1v15(), _hash_of(algorithm))
    if isinstance(key, ec.EllipticCurvePrivateKey):
        return lambda data: key.sign(data, ec.ECDSA(_hash_of(algorithm)))
    if isinstance(key, ed25519.Ed25519PrivateKey):
        return key.sign
    raise NodeFailed("A key of this kind cannot sign", hint="Use RSA, EC or Ed25519.", field="key")


def verifier(key_text: Any, algorithm: str) -> Callable[[bytes, bytes], bool]:
    """What tells whether a signature of bytes was made with the private key to this one."""
    # A native library of its own: most runs never need it.
    from cryptography.exceptions import InvalidSignature  # noqa: PLC0415
    from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa  # noqa: PLC0415
    from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15  # noqa: PLC0415

    key = public_key(key_text, "key")

    def verify(signature: bytes, data: bytes) -> bool:
        try:
            if isinstance(key, rsa.RSAPublicKey):
                key.verify(signature, data, PKCS1v15(), _hash_of(algorithm))
            elif isinstance(key, ec.EllipticCurvePublicKey):
                key.verify(signature, data, ec.ECDSA(_hash_of(algorithm)))
            elif isinstance(key, ed25519.Ed25519PublicKey):
                key.verify(signature, data)
            else:
                raise NodeFailed("A key of this kind cannot verify", field="key")
        except InvalidSignature:
            return False
        return True

    return verify


def encrypt(data: bytes, secret: str, key: bytes | None) -> bytes:
    """AES-256-GCM: magic, salt, nonce, then the encrypted bytes with their tag."""
    # A native library of its own: most runs never need it.
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415

    # Never seeded: a nonce that comes again would give the key away.
    salt, nonce = os.urandom(_SALT), os.urandom(_NONCE)
    sealed = AESGCM(key or _derived(secret, salt)).encrypt(nonce, data, _MAGIC)
    return _MAGIC + salt + nonce + sealed


def decrypt(data: bytes, secret: str, key: bytes | None) -> bytes:
    """What `encrypt` was given; `ValueError` where the key or the bytes are others."""
    # A native library of its own: most runs never need it.
    from cryptography.exceptions import InvalidTag  # noqa: PLC0415
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415

    start = len(_MAGIC) + _SALT
    if not data.startswith(_MAGIC) or len(data) < start + _NONCE + _TAG:
        raise ValueError("it was not encrypted by this node")
    salt, nonce = data[len(_MAGIC) : start], data[start : start + _NONCE]
    try:
        return AESGCM(key or _derived(secret, salt)).decrypt(nonce, data[start + _NONCE :], _MAGIC)
    except InvalidTag:
        raise ValueError("the secret is another one, or it was changed") from None


def _derived(secret: str, salt: bytes) -> bytes:
    return hashlib.pbkdf2_hmac("sha256", secret.encode(), salt, _ROUNDS)
