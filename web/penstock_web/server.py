"""What was put together for one server, for its endpoints to reach."""

from __future__ import annotations

from penstock_kernel.kernel import Kernel
from penstock_kernel.store.journal import store_needed
from penstock_kernel.store.sql.database import Database
from penstock_kernel.store.sql.journal import SqlJournal
from penstock_kernel.work.people import People
from penstock_web.events.hub import Events
from penstock_web.http.once import Once
from penstock_web.http.principal import Authenticates


class Server:
    """Made once, when a server starts."""

    def __init__(self, kernel: Kernel, identity: Authenticates) -> None:
        journal = kernel.journal
        if kernel.db is None or not isinstance(journal, SqlJournal):
            raise store_needed()
        self.kernel = kernel
        self.identity = identity
        self.db: Database = kernel.db
        self.once = Once(kernel.db, kernel.now_ms)
        #: What people who watch are told.
        self.events = Events(kernel)
        links, clock = kernel.host.resume_links, kernel.host.clock
        self.people = People(kernel.db, journal, links, clock, kernel.serving.woken)
