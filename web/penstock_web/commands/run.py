"""`penstock run`: a workflow file, each step as it ends, and what came out."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import msgspec

from penstock_kernel.execution.result import Execution
from penstock_kernel.kernel import Kernel
from penstock_kernel.store.records import StepRecord
from penstock_kernel.workflow.document import Document
from penstock_kernel.workflow.findings import DocumentInvalid, nearest
from penstock_sdk import Item
from penstock_web import exit_codes
from penstock_web.commands.assembly import chosen_settings, tell_rejected
from penstock_web.commands.documents import finding_lines
from penstock_web.commands.reading import STDIN, read, read_document, read_items
from penstock_web.commands.saving import save_files
from penstock_web.commands.steps import Steps, show_failure, show_items, show_logs, show_waiting
from penstock_web.commands.terminal import end_with, errors, print_json, shown
from penstock_web.commands.watching import watch
from penstock_web.errors import CommandRefused

_CODES = {
    "success": exit_codes.OK,
    "waiting": exit_codes.WAITING,
    "canceled": exit_codes.CANCELED,
}
_NAMED = 20  # nodes named in a hint


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What the person asked for."""

    file: Path
    items: str = ""
    to: str = ""
    start: str = ""
    variables: Sequence[str] = ()
    packages: Sequence[Path] = ()
    #: What would wait for longer ends.
    wait_s: float = 60.0
    #: Where the files of the result are saved.
    files: Path | None = None


def run_file(asked: Asked, *, again: bool = False, as_json: bool = False) -> int:
    """Run once, or again whenever the workflow or its input changes.

    Raises:
        PenstockError: It cannot be run.
    """
    if asked.items == STDIN and str(asked.file) == STDIN:
        message = "Only one of the workflow and its input can come from standard input."
        raise CommandRefused(message, hint="Save the other one to a file.")
    if not again:
        return _run_once(asked, as_json=as_json)
    if STDIN in (asked.items, str(asked.file)):
        message = "--watch needs files, not standard input."
        raise CommandRefused(message, hint="Save it to a file.")
    read(str(asked.file), limit=0)  # a name that is wrong from the start is not waited for
    files = [asked.file, *([Path(asked.items)] if asked.items else [])]
    watch(files, lambda: _run_once(asked, as_json=as_json), as_json=as_json)
    return exit_codes.OK


def _run_once(asked: Asked, *, as_json: bool) -> int:
    try:
        return asyncio.run(_run(asked, as_json=as_json))
    except DocumentInvalid as error:
        if as_json:
            end_with(error, as_json=True)
        else:
            for line in finding_lines(str(asked.file), error.findings):
                errors().print(shown(line))
        return exit_codes.USAGE


async def _run(asked: Asked, *, as_json: bool) -> int:
    document = read_document(asked.file)
    items = read_items(asked.items)
    given = {
        "start": _node_id(document, asked.start, "--start"),
        "to": _node_id(document, asked.to, "--to"),
        "vars": _variables(asked.variables),
        "longest_wait_s": asked.wait_s,
    }
    async with Kernel.open(chosen_settings(), packages=asked.packages) as kernel:
        tell_rejected(kernel.plugins, asked.packages)
        with nullcontext() if as_json else Steps(document) as steps:
            execution = await _follow(kernel, _workflow(asked, document), items, steps, given)
        await _add_waiting(kernel, execution)
        saved = await save_files(kernel, execution.items, asked.files) if asked.files else []
    if steps is None:
        print_json(as_document(execution))
    else:
        steps.close(execution)
        _show_end(document, execution)
    for path in saved:
        errors().print(f"saved {shown(str(path))}")
    return _CODES.get(execution.status, exit_codes.FAILED)


def _workflow(asked: Asked, document: Document) -> Document | Path:
    """By its path, so that it finds the workflows beside it; a pipe can be read once only."""
    return asked.file if asked.file.is_file() else document


async def _follow(
    kernel: Kernel,
    workflow: Document | Path,
    items: Sequence[Item] | None,
    steps: Steps | None,
    given: Mapping[str, Any],
) -> Execution:
    """Execute, and pass on what happens while it does."""
    if steps is None:
        return await kernel.execute(workflow, items, mode="cli", **given)
    running = await kernel.start(workflow, items, mode="cli", **given)
    async for event in running:
        steps.show(event)
    return await running.result()


async def _add_waiting(kernel: Kernel, execution: Execution) -> None:
    """Add the steps that wait to be started, which only the journal knows."""
    if execution.status == "waiting":
        known = {step.key for step in execution.steps}
        steps = await kernel.journal.steps(execution.id)
        execution.steps += [step for step in steps if step.waiting_for and step.key not in known]


def _show_end(document: Document, execution: Execution) -> None:
    show_logs(document, execution)
    if execution.error is not None:
        show_failure(document, execution.error)
    elif execution.status == "waiting":
        show_waiting(document, execution)
    else:
        show_items(execution.items)


def _node_id(document: Document, name: str, option: str) -> str | None:
    """The id of a node that the person named by id or by name."""
    if not name:
        return None
    for node in document.nodes:
        if name in (node.id, node.name):
            return node.id
    names = [node.name for node in document.nodes]
    more = ", …" if len(names) > _NAMED else ""
    raise CommandRefused(
        f"{option}: the workflow has no node {name!r}.",
        hint=nearest(name, [*(node.id for node in document.nodes), *names])
        or f"Its nodes: {', '.join(names[:_NAMED])}{more}.",
    )


def _variables(pairs: Sequence[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals or not name:
            message = f"--var takes NAME=VALUE, not {pair!r}."
            raise CommandRefused(message, hint="The value may be empty: --var NAME=")
        found[name] = value
    return found


def as_document(execution: Execution) -> dict[str, Any]:
    """An execution for programs."""
    return {
        "id": execution.id,
        "workflow": execution.workflow_name,
        "status": execution.status,
        "waiting_for": execution.waiting_for,
        "due_ms": execution.due_ms,
        "error": execution.error,
        "items": execution.items,
        "steps": [_step(record) for record in execution.steps],
        **({"bodies": bodies} if (bodies := [_body(body) for body in execution.bodies]) else {}),
    }


def _body(body: Execution) -> dict[str, Any]:
    """One run of what a container holds."""
    return {
        "id": body.id,
        "container": body.container,
        "status": body.status,
        "steps": [_step(record) for record in body.steps],
    }


def _step(record: StepRecord) -> dict[str, Any]:
    return {
        "node": record.key.node_id,
        "run": record.key.run_index,
        "status": record.status,
        "attempt": record.attempt,
        "waiting_for": record.waiting_for,
        "due_ms": record.due_ms,
        "milliseconds": max(record.finished_ms - record.started_ms, 0),
        "outputs": {port: output.items for port, output in record.outputs.items()},
        "error": record.error,
        "logs": record.logs,
        "spent": record.spent,
    }
