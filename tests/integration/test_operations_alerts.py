"""Alert rules fire on what executions came to, are told once, and arrive signed or as mail."""

from __future__ import annotations

import asyncio
import base64
import hmac
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any, cast

import msgspec
import pytest
from aiosmtpd.smtp import SMTP
from sqlalchemy import Connection, insert, select, update
from tests.support.databases import KINDS, opened

from penstock_kernel.settings import Settings
from penstock_kernel.store.scope import AccessDenied, Scope
from penstock_kernel.store.sql import alerts
from penstock_kernel.store.sql.alerts import Rule, Wanted
from penstock_kernel.store.sql.database import Database
from penstock_kernel.store.sql.tables import alert_messages, credentials, usage, workflow_executions
from penstock_kernel.store.sql.usage import Figures
from penstock_sandbox.egress.addresses import Allowed
from penstock_sandbox.egress.egress import Egress
from penstock_sdk import PenstockError
from penstock_web.operations.alerting import Alerting
from penstock_web.operations.judging import Seen, judge, message_for
from penstock_web.operations.mail import Mailer, MailNotSet, MailRefused
from penstock_web.operations.metrics import Metrics
from penstock_web.operations.signing import secret_of

KEY = b"k" * 32
SCOPE = Scope("w1")


class Receiver:
    """A server that keeps what is sent to it."""

    def __init__(self) -> None:
        self.status, self.body = 204, b""
        self.got: list[tuple[dict[str, str], bytes]] = []
        self.url = ""

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")[1:-2]
        headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in head)}
        self.got.append((headers, await reader.readexactly(int(headers["content-length"]))))
        writer.write(f"HTTP/1.1 {self.status} X\r\nconnection: close\r\n\r\n".encode())
        writer.write(self.body)
        await writer.drain()
        writer.close()


@asynccontextmanager
async def receiver() -> AsyncGenerator[Receiver]:
    found = Receiver()
    server = await asyncio.start_server(found.answer, "127.0.0.1", 0)
    found.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/alerts"
    async with server:
        yield found


class Mailbox:
    """A mail server that keeps what is handed to it."""

    def __init__(self) -> None:
        self.got: list[EmailMessage] = []

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        mail = message_from_bytes(envelope.content, policy=policy.default)
        self.got.append(cast("EmailMessage", mail))
        return "250 OK"


@asynccontextmanager
async def mail_server() -> AsyncGenerator[tuple[Mailbox, Settings]]:
    box = Mailbox()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(box), "127.0.0.1", 0)
    settings = Settings(
        smtp_host="127.0.0.1",
        smtp_port=server.sockets[0].getsockname()[1],
        smtp_tls="off",
        mail_from="penstock@example.com",
    )
    async with server:
        yield box, settings


@asynccontextmanager
async def alerting(
    db: Database, settings: Settings | None = None, holder: str = "me"
) -> AsyncGenerator[Alerting]:
    egress, mailer = Egress(Allowed.parse(["127.0.0.1"])), Mailer(settings or Settings())
    try:
        yield Alerting(db, egress, mailer, Metrics(), lambda: KEY, holder)
    finally:
        await egress.close()
        await mailer.close()


def wanted(**given: Any) -> Wanted:
    target = given.pop("target", "https://alerts.example.com/x")
    usual = {"name": "R", "kind": "failure_rate", "threshold": 0.1, "channel": "webhook"}
    return Wanted(**{**usual, **given}, target=target)


async def add(db: Database, rule_id: str = "r1", **given: Any) -> Rule:
    return await db.transact(
        lambda one: alerts.add_rule(one, SCOPE, rule_id, wanted(**given), db.now_ms(one))
    )


async def ended(db: Database, executions: int, failed: int, took: int = 10) -> None:
    """So many executions have ended in this minute."""

    def work(connection: Connection) -> None:
        now_ms = db.now_ms(connection)
        row = {"workspace_id": "w1", "workflow_id": "f1", "from_ms": now_ms - now_ms % 60_000}
        amounts = {"executions": executions, "failed": failed, f"within_{took}": executions}
        shard = failed * 1_000_000 + executions
        connection.execute(insert(usage).values({**row, **amounts, "shard": shard}))

    await db.transact(work)


async def rule_of(db: Database, name: str = "r1") -> Rule:
    return await db.read(lambda one: alerts.get_rule(one, SCOPE, name))


@pytest.mark.parametrize("kind", KINDS)
async def test_a_rule_that_fires_is_told_once_and_again_when_it_is_over(
    kind: str, tmp_path: Path
) -> None:
    async with opened(kind, tmp_path) as db, receiver() as target, alerting(db) as one:
        await add(db, target=target.url)
        await ended(db, 10, 0)
        await one.look()
        assert (await rule_of(db)).state == "ok"
        await ended(db, 10, 5)
        for _ in range(3):
            await one.look()
            await one.send_due()
        fired = await rule_of(db)
        await ended(db, 1_000, 0)
        await one.look()
        await one.send_due()
        over = await rule_of(db)
        messages = await db.read(lambda reading: alerts.messages_of(reading, SCOPE, "r1"))

    assert (fired.state, fired.value, over.state) == ("firing", 0.25, "ok")
    assert [msgspec.json.decode(body)["type"] for _, body in target.got] == [
        "alert.firing",
        "alert.ok",
    ]
    assert {message.status for message in messages} == {"sent"}


async def test_a_message_is_signed_so_that_its_receiver_can_tell_who_sent_it(
    tmp_path: Path,
) -> None:
    async with opened("memory", tmp_path) as db, receiver() as target, alerting(db) as one:
        await add(db, target=target.url)
        await one.test(SCOPE, "r1")
        await db.transact(lambda two: alerts.renew_secret(two, SCOPE, "r1", 1))
        await one.test(SCOPE, "r1")

    for version, (headers, body) in enumerate(target.got, 1):
        content = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
        mark = hmac.digest(secret_of(KEY, "r1", version), content, "sha256")
        assert headers["webhook-signature"] == f"v1,{base64.b64encode(mark).decode()}"


async def test_a_message_that_does_not_arrive_is_tried_again_later(tmp_path: Path) -> None:
    async with opened("memory", tmp_path) as db, receiver() as target, alerting(db) as one:
        await add(db, target=target.url)
        await ended(db, 10, 5)
        target.status = 500
        await one.look()
        assert await one.send_due() == 0
        assert await one.send_due() == 0
        target.status = 200
        await db.transact(lambda two: two.execute(update(alert_messages).values(due_ms=0)).rowcount)
        assert await one.send_due() == 1
        (message,) = await db.read(lambda reading: alerts.messages_of(reading, SCOPE, "r1"))

    assert len(target.got) == 2
    assert target.got[0][0]["webhook-id"] == target.got[1][0]["webhook-id"]
    assert (message.status, message.attempts) == ("sent", 2)


async def test_a_target_that_is_not_public_is_not_reached(tmp_path: Path) -> None:
    async with opened("memory", tmp_path) as db, receiver() as target:
        await add(db, target=target.url)
        egress = Egress()
        one = Alerting(db, egress, Mailer(Settings()), Metrics(), lambda: KEY, "me")
        with pytest.raises(PenstockError) as caught:
            await one.test(SCOPE, "r1")
        await egress.close()

    assert caught.value.code == "egress.refused"
    assert target.got == []


async def test_only_one_process_looks_at_a_time(tmp_path: Path) -> None:
    async with opened("memory", tmp_path) as db, alerting(db) as one, alerting(db, holder="b") as b:
        await add(db)
        assert (await one.look(), await b.look()) == (1, 0)
        await one.leave()
        assert await b.look() == 1


async def test_whoever_looks_makes_longer_rows_of_old_ones(tmp_path: Path) -> None:
    def keep(connection: Connection) -> None:
        day = 86_400_000 * (db.now_ms(connection) // 86_400_000 - 5)
        for minute in range(60):
            row = {"workspace_id": "w1", "workflow_id": "f1", "shard": 1, "executions": 1}
            row |= {"from_ms": day + (minute % 30) * 60_000 + (minute // 30) * 86_400_000}
            connection.execute(insert(usage).values(row))

    async with opened("memory", tmp_path) as db, alerting(db) as one:
        await db.transact(keep)
        await one.look()
        rows = await db.read(
            lambda reading: [tuple(row) for row in reading.execute(select(usage.c.executions))]
        )

    assert rows == [(30,), (30,)]


async def test_an_alert_arrives_as_mail(tmp_path: Path) -> None:
    async with (
        mail_server() as (box, settings),
        opened("memory", tmp_path) as db,
        alerting(db, settings) as one,
    ):
        await add(db, channel="email", target="ops@example.com", name="Too many\nfail")
        await ended(db, 10, 5)
        await one.look()
        assert await one.send_due() == 1

    (mail,) = box.got
    assert (mail["to"], mail["from"]) == ("ops@example.com", "penstock@example.com")
    assert mail["subject"] == "Alert: Too many fail"
    assert "0.5" in str(mail.get_content())


async def test_mail_is_refused_where_an_address_would_add_a_header_or_nobody_said_how() -> None:
    async with mail_server() as (box, settings):
        mailer = Mailer(settings)
        for address in ("a@b.c\r\nBcc: d@e.f", "nobody", "", "a@b.c, d@e.f", "x y@b.c"):
            with pytest.raises(MailRefused):
                await mailer.send(address, "s", "t")
        await mailer.send("ops@example.com", "a\r\nBcc: d@e.f", "Grüße — x")
        await mailer.close()
        with pytest.raises(MailNotSet):
            await Mailer(Settings()).send("a@b.c", "s", "t")

    (mail,) = box.got
    assert mail["bcc"] is None
    assert str(mail.get_content()).strip() == "Grüße — x"


async def test_the_age_of_what_is_queued_fires_and_is_of_the_workspace_alone(
    tmp_path: Path,
) -> None:
    def queue(connection: Connection) -> None:
        for workspace, age_s in (("w1", 100), ("w2", 900)):
            row = {"workspace_id": workspace, "workflow_id": "f1", "workflow_name": "F"}
            row |= {"document_id": "d", "mode": "webhook", "status": "queued"}
            queued_ms = db.now_ms(connection) - age_s * 1_000
            row |= {"id": workspace, "queued_ms": str(queued_ms)}
            connection.execute(insert(workflow_executions).values(row))

    async with opened("memory", tmp_path) as db, alerting(db) as one:
        await db.transact(queue)
        await add(db, kind="queue_age", threshold=60)
        await add(db, "r2", kind="queue_age", threshold=300)
        await one.look()
        young, old = await rule_of(db, "r2"), await rule_of(db)

    assert (old.state, young.state) == ("firing", "ok")
    assert old.value == pytest.approx(100, abs=30)


async def test_credentials_that_were_to_be_changed_by_now_fire(tmp_path: Path) -> None:
    def keep(connection: Connection) -> None:
        now_ms = db.now_ms(connection)
        for name, workspace, due_ms in (
            ("late", "w1", now_ms - 1),
            ("later", "w1", now_ms + 10**9),
            ("never", "w1", None),
            ("other", "w2", now_ms - 1),
        ):
            row = {"id": name, "workspace_id": workspace, "type": "t", "name": name}
            connection.execute(insert(credentials).values(**row, due_ms=due_ms))

    async with opened("memory", tmp_path) as db, alerting(db) as one:
        await add(db, kind="credentials_due")
        await one.look()
        assert (await rule_of(db)).state == "ok"
        await db.transact(keep)
        await one.look()
        fired = await rule_of(db)

    assert (fired.state, fired.value) == ("firing", 1)


async def test_a_rule_that_was_changed_meanwhile_is_not_judged_by_what_it_was(
    tmp_path: Path,
) -> None:
    async with opened("memory", tmp_path) as db:
        old = await add(db)
        await db.transact(
            lambda one: alerts.change_rule(one, SCOPE, "r1", wanted(threshold=0.9), 1, 2)
        )
        kept = await db.transact(
            lambda one: alerts.system_judged(
                one, old, state="firing", value=0.5, now_ms=3, message=None
            )
        )
        with pytest.raises(alerts.AlertChanged):
            await db.transact(lambda one: alerts.change_rule(one, SCOPE, "r1", wanted(), 1, 2))

    assert not kept


async def test_rules_of_another_workspace_are_not_there_and_grants_are_asked_for(
    tmp_path: Path,
) -> None:
    async with opened("memory", tmp_path) as db:
        await add(db)
        for action in (alerts.get_rule, alerts.messages_of):
            with pytest.raises(alerts.AlertNotFound):
                await db.transact(lambda one, act=action: act(one, Scope("w2"), "r1"))  # type: ignore[misc]
        with pytest.raises(alerts.AlertNotFound):
            await db.transact(lambda one: alerts.remove_rule(one, Scope("w2"), "r1", 0))
        reader = Scope("w1", grants=frozenset({"workspace:read"}))
        with pytest.raises(AccessDenied):
            await db.transact(lambda one: alerts.remove_rule(one, reader, "r1", 0))
        with pytest.raises(AccessDenied):
            await db.read(lambda one: alerts.list_rules(one, Scope("w1", grants=frozenset())))
        assert (await rule_of(db)).name == "R"


def rule(**given: Any) -> Rule:
    usual: dict[str, Any] = {
        "id": "r1",
        "workspace_id": "w1",
        "revision": 1,
        "secret_version": 1,
        "state": "ok",
        "value": None,
        "since_ms": 0,
        "told_ms": 0,
        "created_ms": 0,
        "updated_ms": 0,
    }
    return Rule(**{**msgspec.structs.asdict(wanted()), **usual, **given})


def seen(executions: int, failed: int = 0, queued_s: float = 0) -> Seen:
    within = [0] * 15
    within[8] = executions  # from 1 to 2 seconds
    return Seen(Figures(from_ms=0, executions=executions, failed=failed, within=within), queued_s)


@pytest.mark.parametrize(
    ("given", "found", "state"),
    [
        ({"kind": "failure_rate", "threshold": 0.5}, seen(10, 5), "ok"),
        ({"kind": "failure_rate", "threshold": 0.5}, seen(10, 6), "firing"),
        ({"kind": "failure_rate", "threshold": 0.5, "least": 20}, seen(10, 10), "ok"),
        ({"kind": "failure_rate", "threshold": 0}, seen(0), "ok"),
        ({"kind": "latency_p95", "threshold": 1.5}, seen(10), "firing"),
        ({"kind": "latency_p95", "threshold": 2.5}, seen(10), "ok"),
        ({"kind": "queue_age", "threshold": 60}, seen(0, queued_s=61), "firing"),
        ({"kind": "no_executions"}, seen(0), "firing"),
        ({"kind": "no_executions"}, seen(1), "ok"),
    ],
)
def test_a_rule_fires_by_what_it_is_for(given: dict[str, Any], found: Seen, state: str) -> None:
    assert judge(rule(**given), found).state == state


@pytest.mark.parametrize(
    ("given", "state", "told"),
    [
        ({"state": "ok", "told_ms": 0}, "firing", True),
        ({"state": "firing", "since_ms": 5_000_000, "told_ms": 5_000_000}, "firing", False),
        # Told an hour ago, over since, and firing again: the cool-down of an hour has passed.
        ({"state": "ok", "since_ms": 5_100_000, "told_ms": 5_000_000}, "firing", True),
        ({"state": "ok", "since_ms": 8_100_000, "told_ms": 8_000_000}, "firing", False),
        # It went on through the cool-down, in which nobody was told.
        ({"state": "firing", "since_ms": 5_100_000, "told_ms": 5_000_000}, "firing", True),
        ({"state": "firing", "since_ms": 5_000_000, "told_ms": 5_000_000}, "ok", True),
        ({"state": "firing", "since_ms": 8_100_000, "told_ms": 8_000_000}, "ok", False),
        ({"state": "ok", "told_ms": 0}, "ok", False),
    ],
)
def test_a_cool_down_keeps_a_rule_quiet_and_its_end_is_told_to_whom_it_was_told(
    given: dict[str, Any], state: Any, told: bool
) -> None:
    judged = judge(rule(), seen(10, 10 if state == "firing" else 0))

    assert judged.state == state
    assert (message_for(rule(**given), judged, 10_000_000, "m") is not None) == told


async def test_what_is_disabled_is_not_looked_at(tmp_path: Path) -> None:
    async with opened("memory", tmp_path) as db, alerting(db) as one:
        await add(db, disabled=True)
        assert await one.look() == 0


async def test_a_receiver_that_says_much_with_its_yes_has_taken_the_message(tmp_path: Path) -> None:
    async with opened("memory", tmp_path) as db, receiver() as target, alerting(db) as one:
        await add(db, target=target.url)
        await ended(db, 10, 5)
        target.status, target.body = 200, b"x" * 100_000
        await one.look()
        sent = await one.send_due()

    assert sent == 1


async def test_a_message_that_nobody_can_send_is_in_the_way_of_no_other(tmp_path: Path) -> None:
    keys = iter([KEY])
    async with opened("memory", tmp_path) as db, receiver() as target:
        await add(db, "r1", target=target.url)
        await add(db, "r2", target=target.url)
        await ended(db, 10, 5)
        egress, mailer = Egress(Allowed.parse(["127.0.0.1"])), Mailer(Settings())
        # Of the two messages only one finds a key.
        one = Alerting(db, egress, mailer, Metrics(), keys.__next__, "me")
        await one.look()
        sent = await one.send_due()
        left = await db.read(lambda two: two.execute(select(alert_messages)).mappings().all())
        await egress.close()

    assert (sent, len(target.got)) == (1, 1)
    assert sorted((row["status"], row["attempts"]) for row in left) == [("due", 1), ("sent", 1)]
