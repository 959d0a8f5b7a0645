"""What a process that serves does beside serving: metrics, traces, log lines, alerts.

The rules:

* Alerts are looked at by processes that schedule; one of them at a time.
* What fails here is logged, and never in the way of an execution.
"""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from urllib.parse import unquote, urlsplit

from penstock_kernel.kernel import Kernel
from penstock_kernel.settings import SECRET, Settings
from penstock_kernel.work.serving import Serving
from penstock_sandbox.egress.addresses import Allowed
from penstock_sandbox.egress.egress import Egress
from penstock_sdk import PenstockError
from penstock_web.operations import traces
from penstock_web.operations.alerting import Alerting
from penstock_web.operations.binding import is_loopback
from penstock_web.operations.exposing import App, Exposition, Watched
from penstock_web.operations.logs import configure
from penstock_web.operations.mail import Mailer
from penstock_web.operations.metrics import Metrics
from penstock_web.operations.naming import Naming
from penstock_web.operations.redaction import Redactor
from penstock_web.operations.telling import Telling

_LOOKS = ("all", "scheduler")
log = logging.getLogger(__name__)


class Operations:
    """Made once per process, before its kernel is opened."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.redactor = Redactor(secrets_in(settings))
        self.metrics = Metrics(by_workflow=settings.metrics_workflows)
        is_open = settings.metrics == "open" or is_loopback(settings.bind)
        self.exposition = Exposition(self.metrics, token=settings.metrics_token, is_open=is_open)
        self.mailer = Mailer(settings)
        self.tracing = traces.Tracing() if traces.is_asked_for(os.environ) else None

    def start_logging(self) -> None:
        """Write log lines as the settings say, from here on."""
        configure(self.settings.log_format, self.redactor)

    def egress(self) -> Egress | None:
        """The door to the outside for the kernel, where requests are to be traced."""
        if self.tracing is None:
            return None
        settings = self.settings
        made = traces.TracedEgress(
            Allowed.parse(settings.egress_allow), proxy=settings.egress_proxy
        )
        made.tracing = self.tracing
        return made

    def watched(self, app: App) -> App:
        """An app with its requests counted, and `/metrics` beside it."""
        return app if self.settings.metrics == "off" else Watched(app, self.exposition)

    @asynccontextmanager
    async def watching(self, kernel: Kernel, process: Serving) -> AsyncGenerator[None]:
        """Watch a kernel that serves, until the block ends."""
        observers = (self.metrics, Naming(), self.tracing)
        kernel.host.observers += tuple(one for one in observers if one is not None)
        self.metrics.rejected.set(len(kernel.plugins.rejected))
        self.exposition.db, self.exposition.places = kernel.db, process.worker
        looking = self._looking(kernel, process.role)
        telling = self._telling(kernel, process.role)
        try:
            yield
        finally:
            if telling is not None:
                telling.cancel()
                await asyncio.gather(telling, return_exceptions=True)
            if looking is not None:
                await _ended(*looking)
            await self.mailer.close()
            if self.tracing is not None:
                await asyncio.to_thread(self.tracing.close)

    def _telling(self, kernel: Kernel, role: str) -> asyncio.Task[None] | None:
        if kernel.db is None or role not in _LOOKS:
            return None
        host = kernel.host
        return asyncio.create_task(Telling(kernel.db, host.egress, lambda: host.data.key).run())

    def _looking(self, kernel: Kernel, role: str) -> tuple[asyncio.Task[None], Alerting] | None:
        if kernel.db is None or role not in _LOOKS:
            return None
        host = kernel.host
        alerting = Alerting(
            kernel.db,
            host.egress,
            self.mailer,
            self.metrics,
            lambda: host.data.key,
            kernel.worker,
        )
        return asyncio.create_task(alerting.run()), alerting


async def _ended(looking: asyncio.Task[None], alerting: Alerting) -> None:
    looking.cancel()
    await asyncio.gather(looking, return_exceptions=True)
    try:
        await alerting.leave()
    except PenstockError as error:
        log.warning("lease_kept: %s: %s", error.code, error.message)


def secrets_in(settings: Settings) -> list[str]:
    """Values of the settings that nobody is to read in a log."""
    values = [str(getattr(settings, name)) for name in SECRET]
    for address in (settings.database, settings.nats_url, settings.egress_proxy or ""):
        try:
            password = urlsplit(address).password or ""
        except ValueError:
            continue
        values += [password, unquote(password)]
    return [value for value in values if value]
