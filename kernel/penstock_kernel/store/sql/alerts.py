"""Alert rules of a workspace, and the messages that they send.

The rules:

* A change of state and the message that tells of it are one transaction: nothing is told twice
  because a process died, and nothing is forgotten.
* A message is taken for a while by whoever sends it; who dies over it leaves it to the next.
* A threshold is kept in thousandths of its unit: a share, seconds, a number.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar, Literal

import msgspec
from sqlalchemy import Connection, delete, insert, select, update

from penstock_kernel.store.scope import Scope
from penstock_kernel.store.sql import audit, codec
from penstock_kernel.store.sql.rows import Row, all_rows, first_row
from penstock_kernel.store.sql.tables import alert_messages, alert_rules
from penstock_sdk import PenstockError

Kind = Literal["failure_rate", "latency_p95", "queue_age", "no_executions", "credentials_due"]
Channel = Literal["webhook", "email"]
State = Literal["ok", "firing"]
Status = Literal["due", "sent", "failed"]
MOST_RULES = 200
#: For so long nobody else tries a message that somebody sends.
TAKEN_MS = 120_000
KEPT_MS = 30 * 24 * 3_600_000
_A, _M = alert_rules.c, alert_messages.c


class AlertNotFound(PenstockError):
    """The workspace has no such alert rule."""

    code: ClassVar[str] = "alert.not_found"


class AlertChanged(PenstockError):
    """Somebody else changed the rule in the meantime."""

    code: ClassVar[str] = "alert.changed"


class TooManyAlerts(PenstockError):
    """The workspace has as many alert rules as it may."""

    code: ClassVar[str] = "alert.too_many"


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody wants to be told of, and how."""

    name: str
    kind: Kind
    #: Of one workflow; empty: of all.
    workflow_id: str = ""
    #: A share from 0 to 1, seconds, or a number; `no_executions` has none.
    threshold: float = 0
    window_s: int = 900
    #: For so long after a message no other one says that it fires.
    cooldown_s: int = 3_600
    #: Fewer executions than this in the window say nothing.
    least: int = 1
    disabled: bool = False
    channel: Channel
    #: A URL, or an address for mail.
    target: str


class Rule(Wanted, frozen=True, kw_only=True):
    """An alert rule, and how things stand with it."""

    id: str
    workspace_id: str
    revision: int
    secret_version: int
    state: State
    #: What was seen last, in the unit of the threshold.
    value: float | None
    since_ms: int
    told_ms: int
    created_ms: int
    updated_ms: int


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """A message of a rule, and what became of it."""

    id: str
    rule_id: str
    workspace_id: str
    state: State | Literal["test"]
    content: dict[str, Any]
    created_ms: int
    status: Status
    attempts: int
    due_ms: int
    error: str | None


def list_rules(connection: Connection, scope: Scope) -> Sequence[Rule]:
    """The rules of a workspace, by name."""
    scope.require("workspace:write")
    own = select(alert_rules).where(_A.workspace_id == scope.workspace)
    rows = all_rows(connection.execute(own.order_by(_A.name, _A.id).limit(MOST_RULES)))
    return [_rule(row) for row in rows]


def get_rule(connection: Connection, scope: Scope, rule: str) -> Rule:
    """One rule.

    Raises:
        AlertNotFound: There is none.
    """
    scope.require("workspace:write")
    row = first_row(connection.execute(select(alert_rules).where(_own(scope, rule))))
    if row is None:
        raise _not_found(rule)
    return _rule(row)


def add_rule(connection: Connection, scope: Scope, rule: str, wanted: Wanted, now_ms: int) -> Rule:
    """Keep a new rule.

    Raises:
        TooManyAlerts: There are as many as there may be.
    """
    scope.require("workspace:write")
    if len(list_rules(connection, scope)) >= MOST_RULES:
        message = f"The workspace has {MOST_RULES} alert rules."
        raise TooManyAlerts(message, hint="Remove one that nobody needs.")
    row = {"id": rule, "workspace_id": scope.workspace, **_columns(wanted)}
    row |= {"since_ms": now_ms, "created_ms": now_ms, "updated_ms": now_ms}
    connection.execute(insert(alert_rules).values(row))
    audit.record(connection, scope, "alert.added", rule, {"name": wanted.name}, now_ms)
    return get_rule(connection, scope, rule)


def change_rule(
    connection: Connection, scope: Scope, rule: str, wanted: Wanted, revision: int, now_ms: int
) -> Rule:
    """Change a rule; it is looked at afresh from then on.

    Raises:
        AlertNotFound: There is none.
        AlertChanged: It is not at that revision any more.
    """
    scope.require("workspace:write")
    values = {**_columns(wanted), "revision": _A.revision + 1, "updated_ms": now_ms}
    values |= {"state": "ok", "value": None, "since_ms": now_ms, "told_ms": 0}
    own = update(alert_rules).where(_own(scope, rule), _A.revision == revision)
    if not connection.execute(own.values(values)).rowcount:
        get_rule(connection, scope, rule)
        message = "Somebody else changed the rule in the meantime."
        raise AlertChanged(message, hint="Read it again, and repeat the change.")
    audit.record(connection, scope, "alert.changed", rule, {"name": wanted.name}, now_ms)
    return get_rule(connection, scope, rule)


def renew_secret(connection: Connection, scope: Scope, rule: str, now_ms: int) -> Rule:
    """Let another secret sign the messages of a rule.

    Raises:
        AlertNotFound: There is none.
    """
    scope.require("workspace:write")
    values = {"secret_version": _A.secret_version + 1, "updated_ms": now_ms}
    connection.execute(update(alert_rules).where(_own(scope, rule)).values(values))
    audit.record(connection, scope, "alert.changed", rule, {"secret": "renewed"}, now_ms)
    return get_rule(connection, scope, rule)


def remove_rule(connection: Connection, scope: Scope, rule: str, now_ms: int) -> None:
    """Remove a rule and its messages.

    Raises:
        AlertNotFound: There is none.
    """
    scope.require("workspace:write")
    if not connection.execute(delete(alert_rules).where(_own(scope, rule))).rowcount:
        raise _not_found(rule)
    connection.execute(delete(alert_messages).where(_M.rule_id == rule))
    audit.record(connection, scope, "alert.removed", rule, {}, now_ms)


def messages_of(
    connection: Connection, scope: Scope, rule: str, most: int = 50
) -> Sequence[Message]:
    """The messages of a rule, the newest first."""
    get_rule(connection, scope, rule)
    own = select(alert_messages).where(_M.rule_id == rule, _M.workspace_id == scope.workspace)
    rows = all_rows(connection.execute(own.order_by(_M.created_ms.desc(), _M.id).limit(most)))
    return [_message(row) for row in rows]


def system_rules(connection: Connection) -> Sequence[Rule]:
    """Every rule that counts."""
    found = select(alert_rules).where(_A.disabled.is_(False)).order_by(_A.id)
    return [_rule(row) for row in all_rows(connection.execute(found))]


def system_judged(
    connection: Connection,
    rule: Rule,
    *,
    state: State,
    value: float | None,
    now_ms: int,
    message: Message | None,
) -> bool:
    """Keep what a rule was found to be, with the message that tells of it; say whether it was.

    It is not where somebody changed the rule since.
    """
    values: dict[str, Any] = {"state": state, "value": _thousandths(value)}
    if state != rule.state:
        values["since_ms"] = now_ms
    if message is not None and message.state == "firing":
        values["told_ms"] = now_ms
    as_seen = (_A.id == rule.id) & (_A.revision == rule.revision) & (_A.state == rule.state)
    if not connection.execute(update(alert_rules).where(as_seen).values(values)).rowcount:
        return False
    if message is not None:
        system_add_message(connection, message)
    return True


def system_add_message(connection: Connection, message: Message) -> None:
    """Keep a message that is to be sent."""
    row = {**msgspec.structs.asdict(message), "content": codec.pack(message.content)}
    connection.execute(insert(alert_messages).values(row))


def system_take(connection: Connection, now_ms: int, most: int = 20) -> Sequence[Message]:
    """Messages that are to be sent now; nobody else takes them for a while."""
    due = (_M.status == "due") & (_M.due_ms <= now_ms)
    ids = select(_M.id).where(due).order_by(_M.due_ms).limit(most).with_for_update(skip_locked=True)
    wanted = list(connection.execute(ids).scalars())
    if not wanted:
        return []
    values = {"due_ms": now_ms + TAKEN_MS, "attempts": _M.attempts + 1}
    taken = update(alert_messages).where(_M.id.in_(wanted)).values(values)
    rows = all_rows(connection.execute(taken.returning(alert_messages)))
    return [_message(row) for row in sorted(rows, key=_place)]


def system_settle(
    connection: Connection, message: str, *, status: Status, due_ms: int, error: str | None
) -> None:
    """Keep what became of an attempt to send a message."""
    values = {"status": status, "due_ms": due_ms, "error": error}
    connection.execute(update(alert_messages).where(_M.id == message).values(values))


def system_rule(connection: Connection, rule: str) -> Rule | None:
    """The rule of a message, if it is still there."""
    row = first_row(connection.execute(select(alert_rules).where(_A.id == rule)))
    return None if row is None else _rule(row)


def system_forget(connection: Connection, now_ms: int) -> int:
    """Drop old messages; how many went."""
    old = (_M.status != "due") & (_M.due_ms < now_ms - KEPT_MS)
    return connection.execute(delete(alert_messages).where(old)).rowcount


def _own(scope: Scope, rule: str) -> Any:
    return (_A.id == rule) & (_A.workspace_id == scope.workspace)


def _columns(wanted: Wanted) -> dict[str, Any]:
    names = ("name", "kind", "least", "disabled", "channel", "target")
    row: dict[str, Any] = {name: getattr(wanted, name) for name in names}
    row["workflow_id"] = wanted.workflow_id or None
    row["threshold"] = _thousandths(wanted.threshold)
    row["window_ms"], row["cooldown_ms"] = wanted.window_s * 1_000, wanted.cooldown_s * 1_000
    return row


def _thousandths(value: float | None) -> int | None:
    return None if value is None else round(value * 1_000)


def _rule(row: Row) -> Rule:
    values = dict(row)
    values["window_s"] = values.pop("window_ms") // 1_000
    values["cooldown_s"] = values.pop("cooldown_ms") // 1_000
    values["threshold"] = row["threshold"] / 1_000
    values["value"] = None if row["value"] is None else row["value"] / 1_000
    values["workflow_id"] = row["workflow_id"] or ""
    return Rule(**values)


def _message(row: Row) -> Message:
    packed = row["content"]
    values: dict[str, Any] = dict(row)
    values["content"] = {} if packed is None else codec.unpack(packed, dict[str, Any])
    return Message(**values)


def _place(row: Row) -> tuple[int, str]:
    return row["created_ms"], row["id"]


def _not_found(rule: str) -> AlertNotFound:
    return AlertNotFound(f"There is no alert rule {rule!r}.", hint="List them with GET /alerts.")
