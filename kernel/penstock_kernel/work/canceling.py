"""Ends executions wherever they are."""

from __future__ import annotations

import asyncio

from sqlalchemy import Connection, select

from penstock_bus import Bus
from penstock_kernel.execution.events import Event, encode_event, subject_of
from penstock_kernel.execution.executions import Executions
from penstock_kernel.store.records import ExecutionId, ExecutionRecord
from penstock_kernel.store.sql import queue
from penstock_kernel.store.sql.database import Database
from penstock_kernel.store.sql.tables import workflow_executions
from penstock_kernel.work.worker import CANCELED

_STOPS_S = 1.0


async def stop(executions: Executions, db: Database, bus: Bus, execution: str) -> bool:
    """Stop an execution at once, here or elsewhere; say whether there was one to stop."""
    drive = executions.drive_of(execution)
    if drive is not None:
        drive.cancel()
        if drive.task is not None:
            await asyncio.wait([drive.task], timeout=_STOPS_S)
        if drive.task is not None:
            return True  # it has stopped, and undoes what it did
    # What was put down in the very moment in which it was to stop waits, and belongs to nobody.
    found = await cancel(db, bus, execution, executions.host.clock.now_ms())
    return found or drive is not None


async def cancel(db: Database, bus: Bus, execution: str, now_ms: int) -> bool:
    """End an execution, and tell whoever runs it; say whether there was anything to end.

    From the commit on nobody can write to it any more: the signal only saves work.
    """
    found = await db.transact(lambda connection: queue.cancel(connection, execution, now_ms))
    if found:
        await bus.publish(CANCELED + execution, b"")
        await _tell(db, bus, execution, now_ms)
    return found


async def _tell(db: Database, bus: Bus, execution: str, now_ms: int) -> None:
    """Tell whoever listens: who ran it may write no more, and says nothing."""
    columns = workflow_executions.c

    def query(connection: Connection) -> tuple[str, str, str] | None:
        wanted = (columns.workspace_id, columns.workflow_id, columns.workflow_name)
        row = connection.execute(select(*wanted).where(columns.id == execution)).first()
        return None if row is None else (row[0], row[1], row[2])

    found = await db.read(query)
    if found is None:
        return
    record = _record(execution, *found)
    subject = subject_of(record)
    if bus.has_listener(subject):
        event = Event(
            kind="execution.finished",
            workflow=record.workflow_id,
            execution=record.id,
            at_ms=now_ms,
            status="canceled",
        )
        await bus.publish(subject, encode_event(event))


def _record(execution: str, workspace: str, workflow: str, name: str) -> ExecutionRecord:
    return ExecutionRecord(
        id=ExecutionId(execution),
        workspace_id=workspace,
        workflow_id=workflow,
        workflow_name=name,
        document=None,
    )
