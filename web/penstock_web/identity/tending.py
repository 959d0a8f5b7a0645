"""Goes on beside a server: seals the audit log, and forgets what has ended."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable

from sqlalchemy import Connection

from penstock_kernel.store.sql import rates, sessions, sessions_once, tokens_client
from penstock_kernel.store.sql.audit_verify import system_seal
from penstock_sdk import PenstockError
from penstock_web.identity.parts import Parts

EACH_S = 60.0
log = logging.getLogger(__name__)


async def tends(parts: Parts, sleep: Callable[[float], Awaitable[None]]) -> None:
    """Do it each minute until canceled; any number of processes may."""
    while True:
        try:
            await parts.db.transact(lambda one: tend(one, parts))
        except PenstockError as error:
            log.warning("not_tended: %s: %s", error.code, error.message)
        await sleep(EACH_S)


def tend(connection: Connection, parts: Parts) -> None:
    """Do it once."""
    now_ms = parts.now_ms()
    system_seal(connection, parts.sealer, now_ms)
    sessions.system_forget_ended(connection, parts.choices.idle_ms, now_ms)
    sessions_once.system_forget_ended(connection, now_ms)
    tokens_client.system_forget_ended(connection, now_ms)
    rates.system_forget_old(connection, now_ms)
