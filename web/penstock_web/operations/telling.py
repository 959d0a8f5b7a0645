"""Sends to event destinations what is due, signed as Standard Webhooks has it.

The rules:

* Several processes may send; a message is with one of them at a time.
* An answer of 2xx is a yes. Anything else is tried again; 410 says that nobody wants it any more.
* Redirects are not followed, and of an answer only its status is read.
* A message that cannot be sent, for whatever reason, is in the way of no other.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import ClassVar

from sqlalchemy import Connection

from penstock_kernel.store.sql import destinations as rows
from penstock_kernel.store.sql.database import Database
from penstock_kernel.store.sql.destinations import Destination, EventMessage
from penstock_sandbox.egress.egress import Egress
from penstock_sdk import PenstockError
from penstock_web.operations.signing import secret_of, send_signed

LOOK_S = 1.0
_TIDY_LOOKS = 600
#: So often a piece of what is old is forgotten at once.
_MOST_PIECES = 100
_LONGEST_ERROR = 500
_UNWANTED = 410
log = logging.getLogger(__name__)


class NotTaken(PenstockError):
    """A destination did not take a message."""

    code: ClassVar[str] = "destination.not_taken"


class Telling:
    """Made for one process that schedules."""

    def __init__(self, db: Database, egress: Egress, root_key: Callable[[], bytes]) -> None:
        self._db = db
        self._egress = egress
        self._root_key = root_key

    async def run(self) -> None:
        """Send until canceled."""
        looks = 0
        while True:
            try:
                while await self.send_due():
                    pass
                looks += 1
                if looks % _TIDY_LOOKS == 1:
                    await self.tidy()
            except PenstockError as error:
                log.warning("events_not_sent: %s: %s", error.code, error.message)
            except Exception:
                log.exception("events_not_sent")
            await asyncio.sleep(LOOK_S)

    async def tidy(self) -> None:
        """Forget what is old."""
        for _ in range(_MOST_PIECES):
            if not await self._db.transact(
                lambda one: rows.system_forget(one, self._db.now_ms(one))
            ):
                return

    async def send_due(self) -> int:
        """Send what is due; say how many messages that were."""
        due = await self._db.transact(lambda one: rows.system_take(one, self._db.now_ms(one)))
        await asyncio.gather(*(self._send(*one) for one in due))
        return len(due)

    async def _send(self, message: EventMessage, destination: Destination) -> None:
        answered, why = None, None
        try:
            answered = await self.deliver(message, destination)
            if not 200 <= answered < 300:
                why = f"It was answered with {answered}."
        except PenstockError as error:
            why = f"{error.code}: {error.message}"[:_LONGEST_ERROR]
        except Exception as error:
            log.exception("event_not_sent: %s", message.id)
            why = f"It could not be sent: {type(error).__name__}."

        def work(connection: Connection) -> None:
            now_ms = self._db.now_ms(connection)
            if answered == _UNWANTED:
                rows.system_disable(connection, destination.id, now_ms)
            rows.system_settle(
                connection,
                message,
                answered=answered,
                error=why,
                now_ms=now_ms,
                is_wanted=answered != _UNWANTED,
            )

        await self._db.transact(work)

    async def deliver(self, message: EventMessage, destination: Destination) -> int:
        """Send one message; the status of the answer.

        Raises:
            EgressRefused: It may not go there.
            EgressFailed: Nobody answers there.
        """
        secret = secret_of(self._root_key(), destination.id, destination.secret_version)
        at_s = await self._db.read(self._db.now_ms) // 1_000
        answer = await send_signed(
            self._egress, destination.url, secret, message.id, at_s, message.content
        )
        return answer.status
