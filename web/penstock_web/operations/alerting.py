"""Looks at alert rules, and sends what they have to say.

The rules:

* One process looks at a time: whoever holds the lease. Any process may send.
* A message that does not arrive is tried again, ever more rarely, for about a day.
* A rule or a message that fails, for whatever reason, is in the way of no other.
"""

from __future__ import annotations

import asyncio
import logging
import os
import time
from collections.abc import Callable
from typing import ClassVar

import msgspec
from sqlalchemy import Connection

from penstock_kernel.store.scope import Scope
from penstock_kernel.store.sql import alerts, figures, usage
from penstock_kernel.store.sql.alerts import Message, Rule, Status
from penstock_kernel.store.sql.database import Database
from penstock_kernel.store.sql.retention import hold, let_go
from penstock_sandbox.egress.egress import Egress
from penstock_sdk import PenstockError
from penstock_web.operations.judging import Seen, judge, message_for, new_message, subject
from penstock_web.operations.mail import Mailer
from penstock_web.operations.metrics import Metrics
from penstock_web.operations.signing import secret_of, send_signed

LOOK_S = 15.0
#: Looking for what is old enough to be folded goes through much of what is kept.
TIDY_S = 600.0
LEASE = "alerts"
_LEASE_MS = 60_000
#: Seconds until the next attempt, by the number of those before.
_DELAYS_S = (10, 60, 300, 1_800, 7_200, 21_600, 43_200)
_LONGEST_ERROR = 500
log = logging.getLogger(__name__)


class AlertRefused(PenstockError):
    """The receiver of an alert does not take it."""

    code: ClassVar[str] = "alert.refused"


class Alerting:
    """The alerts of an installation; made once per process."""

    def __init__(
        self,
        db: Database,
        egress: Egress,
        mailer: Mailer,
        metrics: Metrics,
        root_key: Callable[[], bytes],
        holder: str,
    ) -> None:
        self._db = db
        self._egress = egress
        self._mailer = mailer
        self._metrics = metrics
        self._root_key = root_key
        self._holder = holder
        self._tidied = float("-inf")

    async def run(self) -> None:
        """Look and send until canceled."""
        while True:
            for deed in (self.look, self.send_due):
                try:
                    await deed()
                except PenstockError as error:
                    log.warning("alerts_not_seen: %s: %s", error.code, error.message)
                except Exception:
                    log.exception("alerts_not_seen")
            await asyncio.sleep(LOOK_S)

    async def leave(self) -> None:
        """Let another process look."""
        await self._db.transact(lambda one: let_go(one, LEASE, self._holder))

    async def look(self) -> int:
        """Judge every rule, if that is up to this process; how many it judged."""
        if not await self._db.transact(
            lambda one: hold(self._db, one, LEASE, self._holder, _LEASE_MS)
        ):
            return 0
        rules = await self._db.read(alerts.system_rules)
        for rule in rules:
            try:
                await self._judge(rule)
            except PenstockError:
                raise
            except Exception:
                log.exception("alert_not_judged: %s", rule.id)
        if time.monotonic() - self._tidied > TIDY_S:
            self._tidied = time.monotonic()
            while await self._db.transact(self._tidy):
                pass
        return len(rules)

    async def send_due(self) -> int:
        """Send what is due; how many arrived."""
        taken = await self._db.transact(lambda one: alerts.system_take(one, self._db.now_ms(one)))
        return sum([await self._send(message) for message in taken])

    async def test(self, scope: Scope, rule_id: str) -> Message:
        """Send a message that says that messages arrive, at once and once.

        Raises:
            AlertNotFound: There is no such rule.
            PenstockError: It does not arrive.
        """
        scope.require("workspace:write")
        rule = await self._db.read(lambda one: alerts.get_rule(one, scope, rule_id))
        now_ms = await self._db.read(self._db.now_ms)
        message = new_message(rule, "test", rule.value, now_ms, new_id())
        await self._deliver(rule, message, now_ms)
        sent = msgspec.structs.replace(message, status="sent", attempts=1)
        await self._db.transact(lambda one: alerts.system_add_message(one, sent))
        return sent

    async def _judge(self, rule: Rule) -> None:
        seen, now_ms = await self._db.read(lambda one: self._seen(one, rule))
        verdict = judge(rule, seen)
        message = message_for(rule, verdict, now_ms, new_id())
        if verdict.state == rule.state and verdict.value == rule.value and message is None:
            return
        kept = await self._db.transact(
            lambda one: alerts.system_judged(
                one,
                rule,
                state=verdict.state,
                value=verdict.value,
                now_ms=now_ms,
                message=message,
            )
        )
        if kept and message is not None:
            log.warning("alert: %s", message.content["text"], extra={"rule": rule.id})

    def _seen(self, connection: Connection, rule: Rule) -> tuple[Seen, int]:
        now_ms = self._db.now_ms(connection)
        from_ms = now_ms - rule.window_s * 1_000
        from_ms -= from_ms % usage.MINUTE_MS
        workspace, workflow = rule.workspace_id, rule.workflow_id
        sums = usage.system_recent(connection, workspace, workflow, from_ms, now_ms + 1)
        if rule.kind == "credentials_due":
            due = figures.system_credentials_due(connection, workspace, now_ms)
            return Seen(sums, due=due), now_ms
        if rule.kind == "queue_age":
            oldest_ms = figures.system_oldest_ms(connection, workspace, workflow)
            queued_s = 0.0 if oldest_ms is None else max(0, now_ms - oldest_ms) / 1_000
            return Seen(sums, queued_s), now_ms
        return Seen(sums), now_ms

    def _tidy(self, connection: Connection) -> int:
        """A piece of what is to be tidied up; 0 where nothing is left."""
        now_ms = self._db.now_ms(connection)
        alerts.system_forget(connection, now_ms)
        return usage.system_fold(connection, now_ms)

    async def _send(self, message: Message) -> bool:
        rule, now_ms = await self._db.read(
            lambda one: (alerts.system_rule(one, message.rule_id), self._db.now_ms(one))
        )
        error: str | None = None
        if rule is None:
            error = "The rule was removed."
        else:
            try:
                await self._deliver(rule, message, now_ms)
            except PenstockError as failed:
                error = f"{failed.code}: {failed.message}"[:_LONGEST_ERROR]
            except Exception as failed:
                log.exception("alert_not_sent: %s", message.id)
                error = f"It could not be sent: {type(failed).__name__}."
        status, due_ms = _fate(message, error, now_ms, goes_on=rule is not None)
        if rule is not None:
            outcome = "failed" if error else "sent"
            self._metrics.alert_messages.labels(rule.channel, outcome).inc()
        await self._db.transact(
            lambda one: alerts.system_settle(
                one, message.id, status=status, due_ms=due_ms, error=error
            )
        )
        return error is None

    async def _deliver(self, rule: Rule, message: Message, now_ms: int) -> None:
        if rule.channel == "email":
            told: str = message.content["text"]
            details = msgspec.json.format(msgspec.json.encode(message.content)).decode()
            about = subject(rule, message.state)
            await self._mailer.send(rule.target, about, f"{told}\n\n{details}\n")
            return
        secret = secret_of(self._root_key(), rule.id, rule.secret_version)
        answer = await send_signed(
            self._egress, rule.target, secret, message.id, now_ms // 1_000, message.content
        )
        if not 200 <= answer.status < 300:
            text = f"{rule.target} answered {answer.status} {answer.reason}."
            raise AlertRefused(text, hint="Look at what receives the alerts.")


def _fate(message: Message, error: str | None, now_ms: int, *, goes_on: bool) -> tuple[Status, int]:
    """What becomes of a message after an attempt, and when the next one is."""
    if error is None:
        return "sent", now_ms
    if not goes_on or message.attempts > len(_DELAYS_S):
        return "failed", now_ms
    return "due", now_ms + _DELAYS_S[message.attempts - 1] * 1_000


def new_id() -> str:
    """A name for a message."""
    return f"msg_{os.urandom(12).hex()}"
