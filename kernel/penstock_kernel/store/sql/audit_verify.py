"""Goes along the chain of the audit log and says where it was broken.

The rules:

* The first place that does not fit is told: a row that is gone, that was changed, or that stands
  where another one was.
* The last rows cannot go unnoticed either: the head of the chain says how many there are, and seals
  made with a key outside the database say what the chain was at some of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

import msgspec
from sqlalchemy import Connection, select
from sqlalchemy.dialects import postgresql, sqlite

from penstock_kernel.store.sealing import Place, SealBroken, Sealer
from penstock_kernel.store.sql.audit import BEGINNING, next_link, system_head
from penstock_kernel.store.sql.tables import audit_events, audit_seals
from penstock_sdk import PenstockError

_AT_ONCE = 5_000
#: A seal is made after so many rows, or so long after the last one if there is anything new.
SEAL_ROWS = 1_000
SEAL_MS = 300_000
_ORDER = (
    "id",
    "action",
    "actor",
    "address",
    "at_ms",
    "detail",
    "organization_id",
    "target",
    "workspace_id",
    "chain",
)


class AuditBroken(PenstockError):
    """The audit log is not as it was written.

    Attributes:
        event: Number of the first row that does not fit.
    """

    code: ClassVar[str] = "audit.broken"

    def __init__(self, event: int, message: str) -> None:
        super().__init__(
            message, hint="Compare with a backup from before: rows of this log never change."
        )
        self.event = event

    def __reduce__(self) -> tuple[type[AuditBroken], tuple[int, str]]:
        return type(self), (self.event, self.message)


class Verified(msgspec.Struct, frozen=True, kw_only=True):
    """What was looked at."""

    events: int
    seals: int
    #: The end of the chain, to be kept elsewhere and compared.
    head: str


def system_verify(connection: Connection, sealer: Sealer | None) -> Verified:
    """Look at every row.

    Args:
        connection: Of the database.
        sealer: What seals are made with; without it they are only compared.

    Raises:
        AuditBroken: It is not as it was written.
    """
    seals = _seals(connection)
    due = iter(sorted(seals))
    next_due = next(due, None)
    number, chain = 0, BEGINNING
    for row in _rows(connection):
        number += 1
        chain = _checked(number, chain, row)
        if number == next_due:
            _check_seal(number, chain, seals[number], sealer)
            next_due = next(due, None)
    if next_due is not None:
        raise AuditBroken(number + 1, f"The events from {number + 1} on are gone: one was sealed.")
    _check_head(connection, number, chain)
    return Verified(events=number, seals=len(seals), head=chain.hex())


def system_seal(connection: Connection, sealer: Sealer, now_ms: int) -> bool:
    """Seal the end of the chain, where that is due; say whether it was."""
    last, chain = system_head(connection)
    newest = select(audit_seals.c.last, audit_seals.c.at_ms).order_by(audit_seals.c.last.desc())
    before = connection.execute(newest.limit(1)).first()
    sealed, at_ms = (0, 0) if before is None else (before[0], before[1])
    if last == sealed or (last - sealed < SEAL_ROWS and now_ms - at_ms < SEAL_MS):
        return False
    seal = sealer.seal(_place(last), chain)
    row = {"last": last, "chain": chain, "seal": seal, "at_ms": now_ms}
    dialect: Any = sqlite if connection.dialect.name == "sqlite" else postgresql
    # Several processes may look at the same time.
    new = dialect.insert(audit_seals).values(row).on_conflict_do_nothing()
    return connection.execute(new).rowcount == 1


def _rows(connection: Connection) -> Iterator[dict[str, Any]]:
    """All rows in order; one after the other, so that memory does not hold the log."""
    columns = [audit_events.c[name] for name in _ORDER]
    after = 0
    while True:
        asked = select(*columns).where(audit_events.c.id > after).order_by(audit_events.c.id)
        found = connection.execute(asked.limit(_AT_ONCE)).all()
        for one in found:
            yield dict(zip(_ORDER, one, strict=True))
        if len(found) < _AT_ONCE:
            return
        after = found[-1][0]


def _checked(number: int, chain: bytes, row: dict[str, Any]) -> bytes:
    if row["id"] != number:
        raise AuditBroken(number, f"The event {number} is gone.")
    try:
        link = next_link(chain, row)
    except (msgspec.MsgspecError, UnicodeError, TypeError):
        link = b""
    if link != row["chain"]:
        message = f"The event {number} was changed, or stands where another one was."
        raise AuditBroken(number, message)
    return link


def _seals(connection: Connection) -> dict[int, tuple[bytes, bytes]]:
    found = select(audit_seals.c.last, audit_seals.c.chain, audit_seals.c.seal)
    return {row[0]: (row[1], row[2]) for row in connection.execute(found)}


def _check_seal(
    number: int, chain: bytes, seal: tuple[bytes, bytes], sealer: Sealer | None
) -> None:
    try:
        sealed = chain if sealer is None else sealer.open(_place(number), seal[1] or b"")
    except SealBroken:
        sealed = b""
    if seal[0] != chain or sealed != chain:
        raise AuditBroken(number, f"The events up to {number} are not those that were sealed.")


def _check_head(connection: Connection, number: int, chain: bytes) -> None:
    last, head = system_head(connection)
    if last > number:
        raise AuditBroken(number + 1, f"The events from {number + 1} to {last} are gone.")
    if (last, head) != (number, chain):
        raise AuditBroken(number, f"The chain does not end with the event {number} as it should.")


def _place(last: int) -> Place:
    return Place("", "audit", str(last))
