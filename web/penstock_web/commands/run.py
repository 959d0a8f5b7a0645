"""`penstock run`: a workflow file, each step as it ends, and what came out."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

import msgspec
import typer

from penstock_kernel.document import Document
from penstock_kernel.events import decode_event, subject_of
from penstock_kernel.findings import DocumentInvalid
from penstock_kernel.kernel import Kernel
from penstock_kernel.result import Execution
from penstock_sdk import Item
from penstock_web import exit_codes
from penstock_web.commands.documents import print_findings, print_json, read_document
from penstock_web.commands.steps import Steps, show_failure, show_items

_CODES = {
    "success": exit_codes.OK,
    "waiting": exit_codes.WAITING,
    "canceled": exit_codes.CANCELED,
}
LOOK_S = 0.3  # between two looks at a watched file


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What the person asked for."""

    file: Path
    items: str = ""
    to: str = ""
    start: str = ""
    variables: Sequence[str] = ()
    packages: Sequence[Path] = ()


def run_file(asked: Asked, *, watch: bool, as_json: bool) -> int:
    """Run once, or again whenever the file changes."""
    if not watch:
        return _run_once(asked, as_json=as_json)
    if str(asked.file) == "-":
        message = "--watch needs a file, not standard input."
        raise typer.BadParameter(message)
    while True:
        seen = asked.file.stat().st_mtime_ns
        _run_once(asked, as_json=as_json)
        typer.echo(f"Waiting for a change of {asked.file}; Ctrl+C ends.", err=True)
        while not asked.file.exists() or asked.file.stat().st_mtime_ns == seen:
            time.sleep(LOOK_S)


def _run_once(asked: Asked, *, as_json: bool) -> int:
    try:
        return asyncio.run(_run(asked, as_json=as_json))
    except DocumentInvalid as error:
        if as_json:
            print_json({"status": "invalid", "findings": error.findings})
        else:
            print_findings(str(asked.file), error.findings)
        return exit_codes.USAGE


async def _run(asked: Asked, *, as_json: bool) -> int:
    document = read_document(asked.file)
    items = _read_items(asked)
    steps = None if as_json else Steps(document)
    async with Kernel.open(packages=asked.packages) as kernel:
        execution = await _watch(kernel, document, items, asked, steps)
    if steps is None:
        print_json(as_document(execution))
    else:
        steps.close(execution)
        if execution.error is not None:
            show_failure(document, execution.error)
        else:
            show_items(execution.items)
    return _CODES.get(execution.status, exit_codes.FAILED)


async def _watch(
    kernel: Kernel,
    document: Document,
    items: Sequence[Item] | None,
    asked: Asked,
    steps: Steps | None,
) -> Execution:
    """Execute, and pass on what happens while it does."""
    execution_id = kernel.new_id()
    running = asyncio.create_task(
        kernel.execute(
            document if str(asked.file) == "-" else asked.file,
            items,
            start=_node_id(document, asked.start),
            to=_node_id(document, asked.to),
            mode="cli",
            vars=_variables(asked.variables),
            execution_id=execution_id,
        )
    )
    if steps is not None:
        events = await kernel.bus.subscribe(subject_of(execution_id), limit=100_000)
        running.add_done_callback(lambda _: events.close())
        async for message in events:
            steps.show(decode_event(message.data))
    return await running


def _node_id(document: Document, name: str) -> str | None:
    """The id of a node that the person named by id or by name."""
    if not name:
        return None
    for node in document.nodes:
        if name in (node.id, node.name):
            return node.id
    known = ", ".join(node.name for node in document.nodes)
    message = f"The workflow has no node {name!r}. Its nodes: {known}."
    raise typer.BadParameter(message)


def _variables(pairs: Sequence[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals or not name:
            message = f"--var takes NAME=VALUE, not {pair!r}."
            raise typer.BadParameter(message)
        found[name] = value
    return found


def _read_items(asked: Asked) -> list[Item] | None:
    if not asked.items:
        return None
    if asked.items == "-" and str(asked.file) == "-":
        message = "Only one of the workflow and its input can come from standard input."
        raise typer.BadParameter(message)
    try:
        data = sys.stdin.buffer.read() if asked.items == "-" else Path(asked.items).read_bytes()
        value = msgspec.json.decode(data)
    except OSError as error:
        message = f"{asked.items} cannot be read: {error.strerror}."
        raise typer.BadParameter(message) from error
    except msgspec.DecodeError as error:
        message = f"The input is not JSON: {error}."
        raise typer.BadParameter(message) from error
    return [_item(entry, index) for index, entry in enumerate(_entries(value))]


def _entries(value: Any) -> list[Any]:
    return cast("list[Any]", value) if isinstance(value, list) else [value]


def _item(entry: Any, index: int) -> Item:
    """An item as such, or any object, which is then its `json`."""
    if not isinstance(entry, dict):
        message = f"Item {index} of the input is no object."
        raise typer.BadParameter(message)
    fields = cast("dict[str, Any]", entry)
    if set(fields) <= {"json", "binary"} and isinstance(fields.get("json"), dict):
        return msgspec.convert(fields, Item)
    return Item(fields)


def as_document(execution: Execution) -> dict[str, Any]:
    """An execution for programs."""
    return {
        "id": execution.id,
        "status": execution.status,
        "error": execution.error,
        "items": execution.items,
        "steps": [
            {
                "node": record.key.node_id,
                "run": record.key.run_index,
                "status": record.status,
                "attempt": record.attempt,
                "milliseconds": record.finished_ms - record.started_ms,
                "outputs": {port: output.items for port, output in record.outputs.items()},
                "error": record.error,
                "logs": record.logs,
                "spent": record.spent,
            }
            for record in execution.steps
        ],
    }
