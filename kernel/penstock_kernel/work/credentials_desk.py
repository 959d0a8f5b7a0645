"""Everything that people do with credentials, put together for one kernel."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

from penstock_kernel.store.journal import store_needed
from penstock_kernel.work.credentials import Credentials
from penstock_kernel.work.credentials_oauth import Tokens
from penstock_kernel.work.credentials_rotation import Rotation
from penstock_kernel.work.credentials_signin import SignIns
from penstock_kernel.work.credentials_types import Completing, CredentialTypes

if TYPE_CHECKING:
    from penstock_kernel.execution.host import Host
    from penstock_kernel.packages.loader import Plugins
    from penstock_kernel.store.sql.database import Database


class Desk(NamedTuple):
    """What there is to be done."""

    kept: Credentials
    sign_ins: SignIns
    keys: Rotation


class Opened(Protocol):
    """A kernel, as far as it matters here."""

    db: Database | None
    plugins: Plugins
    host: Host


def open_desk(kernel: Opened) -> Desk:
    """The desk of a kernel.

    Raises:
        StoreNeeded: It was opened without a database.
    """
    db, host = kernel.db, kernel.host
    backends = host.data.backends
    if db is None or backends is None:
        raise store_needed()
    sealer, egress, clock, data = host.sealer, host.egress, host.clock, host.data
    tokens = Tokens(db, sealer, egress, clock, Completing(backends))
    types = CredentialTypes(kernel.plugins)
    return Desk(
        Credentials(db, sealer, types, host.vault, egress, clock, backends),
        SignIns(db, sealer, tokens, egress, clock),
        Rotation(db, sealer, data.path, data.root, clock.now_ms),
    )
