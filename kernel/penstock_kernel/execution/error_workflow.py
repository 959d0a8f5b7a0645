"""Telling the error workflow of an execution that failed.

The rules:

* That it is to be told is committed with the failure. Who committed it tells at once; if its
  process dies before, whoever keeps things in order does it a little later.
* In a process that serves, the execution that tells is accepted like any event: the place of the
  one that failed is not its own. Elsewhere who tells sees it through.
* It is told once: the execution that tells it has an id that follows from the one that failed.
* A failure on the way is logged: what is to be told is worth more.
"""

from __future__ import annotations

import logging
from pathlib import Path

from penstock_kernel.execution import simulation
from penstock_kernel.execution.calling import Enters, called_record
from penstock_kernel.execution.library import Called, Library, Where
from penstock_kernel.execution.outcome import error_told
from penstock_kernel.execution.program import Program
from penstock_kernel.execution.session import session_again
from penstock_kernel.store.journal import ExecutionExists, Journal, JournalFailed
from penstock_kernel.store.records import ExecutionId, ExecutionRecord
from penstock_sdk import Item, PenstockError

log = logging.getLogger(__name__)
MODE = "error"


def tells(program: Program, record: ExecutionRecord) -> bool:
    """Is somebody told when this execution fails? Not of the failure to tell."""
    return bool(program.document.settings.error_workflow) and record.mode not in (
        MODE,
        simulation.MODE,
    )


async def telling(
    library: Library,
    program: Program,
    record: ExecutionRecord,
    *,
    file: Path | None,
    root: Path | None,
) -> tuple[ExecutionRecord, Called]:
    """The execution that tells of another one.

    Raises:
        WorkflowNotFound: There is no such error workflow.
        DocumentInvalid: It cannot run.
    """
    folder = None if file is None else file.parent
    where = Where(record.workspace_id, folder, root or folder)
    called = await library.find(where, program.document.settings.error_workflow or "")
    told = [Item(error_told(record))]
    return called_record(called, ExecutionId(f"error-{record.id}"), record, told, mode=MODE), called


async def tell_later(
    journal: Journal, library: Library, record: ExecutionRecord, enters: Enters | None
) -> None:
    """Accept what tells of an execution that failed, for somebody to run."""
    try:
        program, _ = library.shelf.program(record.document)
        session = session_again(program, record)
        told_to, called = await telling(
            library, program, record, file=session.file, root=session.root
        )
        if enters is None:
            await journal.accept(told_to)
        else:
            await enters(told_to, called.program)
    except ExecutionExists:
        pass
    except JournalFailed:
        raise
    except PenstockError as problem:
        log_failure(problem)
    await journal.told(record.id)


def log_failure(problem: PenstockError) -> None:
    """Nobody can be told; say so where an operator looks."""
    log.warning("error_workflow_failed: %s: %s", problem.code, problem.message)
