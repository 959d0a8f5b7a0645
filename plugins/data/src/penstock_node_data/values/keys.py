"""Keys as people paste them: PEM texts of RSA and elliptic curve keys."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from penstock_sdk import NodeFailed

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes, PublicKeyTypes

_MAX_KEY = 100_000  # characters
_HINT = "Paste the whole text, from -----BEGIN to -----END, with its line ends."


def pem(text: Any, field: str) -> bytes:
    """The bytes of a PEM text; line ends may have been written as a backslash and an n."""
    if not isinstance(text, str) or "-----BEGIN" not in text or len(text) > _MAX_KEY:
        raise NodeFailed("The key is not a PEM text", hint=_HINT, field=field)
    return text.replace("\\n", "\n").strip().encode()


def private_key(text: Any, field: str, passphrase: str = "") -> PrivateKeyTypes:
    """A private key."""
    # A native library of its own: most runs never need it.
    from cryptography.hazmat.primitives.serialization import (  # noqa: PLC0415
        load_pem_private_key,
    )

    data = pem(text, field)
    try:
        return load_pem_private_key(data, passphrase.encode() or None)
    except (ValueError, TypeError) as error:
        raise NodeFailed("The private key cannot be read", hint=_HINT, field=field) from error


def public_key(text: Any, field: str) -> PublicKeyTypes:
    """A public key; it may be given as a certificate or a private key, too."""
    # A native library of its own: most runs never need it.
    from cryptography import x509  # noqa: PLC0415
    from cryptography.hazmat.primitives.serialization import (  # noqa: PLC0415
        load_pem_public_key,
    )

    data = pem(text, field)
    try:
        if b"BEGIN CERTIFICATE" in data:
            return cast("PublicKeyTypes", x509.load_pem_x509_certificate(data).public_key())
        if b"PRIVATE KEY" in data:
            return private_key(text, field).public_key()
        return load_pem_public_key(data)
    except ValueError as error:
        raise NodeFailed("The public key cannot be read", hint=_HINT, field=field) from error
