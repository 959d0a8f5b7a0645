"""How certificates are checked, and how the client shows its own."""

from __future__ import annotations

import os
import ssl
import tempfile
from pathlib import Path
from typing import Any

from penstock_sandbox.egress.exchange import Identity
from penstock_sandbox.errors import EgressRefused


def new_context(verify: bool) -> ssl.SSLContext:
    """Checks certificates, or takes any."""
    context = ssl.create_default_context()
    if not verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def with_identity(context: ssl.SSLContext, identity: Identity) -> ssl.SSLContext:
    """The same context, showing a client certificate.

    Raises:
        EgressRefused: It is no certificate with its key.
    """
    # The library reads files only; this one is private, and gone before anything is sent.
    handle, name = tempfile.mkstemp(prefix="penstock-")
    try:
        with os.fdopen(handle, "w") as file:
            file.write(f"{identity.certificate.strip()}\n{identity.key.strip()}\n")
        # An empty text, unlike None, asks nobody at the terminal.
        context.load_cert_chain(name, password=identity.passphrase or "")
        if identity.authority:
            context.load_verify_locations(cadata=identity.authority)
    except (ssl.SSLError, ValueError, UnicodeError):
        message = "The client certificate of this credential cannot be used."
        hint = "It needs a certificate and its key in PEM, and the passphrase if there is one."
        # Without the cause: its text could hold parts of the key.
        raise EgressRefused(message, hint=hint) from None
    finally:
        Path(name).unlink(missing_ok=True)
    return context


class NamedContext(ssl.SSLContext):
    """Checks the certificate for one name, whatever address the library connected to."""

    name = ""

    def wrap_bio(self, *args: Any, **given: Any) -> ssl.SSLObject:
        """As the base class, for that name."""
        return super().wrap_bio(*args, **{**given, "server_hostname": self.name})


def named_context(name: str, authority: str = "") -> NamedContext:
    """Checks certificates for a name; trusts the system's authorities and one more.

    Raises:
        EgressRefused: The authority is no certificate.
    """
    context = NamedContext(ssl.PROTOCOL_TLS_CLIENT)
    context.name = name
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_default_certs()
    if authority:
        try:
            context.load_verify_locations(cadata=authority)
        except (ssl.SSLError, ValueError) as error:
            message = "The authority of this credential is no certificate."
            raise EgressRefused(message, hint="Enter it in PEM.") from error
    return context
