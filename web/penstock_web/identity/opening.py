"""Puts together what knows people, for the kernel of a server."""

from __future__ import annotations

import msgspec

from penstock_kernel.kernel import Kernel
from penstock_kernel.store.journal import store_needed
from penstock_web.identity.choices import Choices
from penstock_web.identity.identity import Identity
from penstock_web.identity.parts import Parts, SendMail
from penstock_web.identity.passwords import Passwords


def identity_for(
    kernel: Kernel,
    choices: Choices | None = None,
    mail: SendMail | None = None,
    *,
    passwords: Passwords | None = None,
) -> Identity:
    """Everything about people on a server.

    Args:
        kernel: With a database.
        choices: What its operator chose about signing in.
        mail: Sends letters, where that is set up.
        passwords: How hashes are made; by default as expensive as they should be.

    Raises:
        StoreNeeded: The kernel keeps nothing.
    """
    if kernel.db is None:
        raise store_needed()
    parts = Parts(
        db=kernel.db,
        now_ms=kernel.now_ms,
        rates=kernel.host.rate_limits.rates,
        sealer=kernel.host.sealer,
        choices=msgspec.structs.replace(choices or Choices(), own_url=kernel.host.public_url),
        egress=kernel.host.egress,
        mail=mail,
    )
    identity = Identity(parts, passwords=passwords)
    for _, kind in kernel.plugins.collect("register_auth_providers"):
        identity.providers.add(kind)
    return identity
