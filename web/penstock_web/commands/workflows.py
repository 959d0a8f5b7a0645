"""`penstock workflow`: the workflows of the store."""

from __future__ import annotations

from pathlib import Path

from rich.table import Table

from penstock_kernel.kernel import Kernel
from penstock_kernel.store.sql.workflows import StoredWorkflow, Version, WorkflowFilter
from penstock_kernel.work.workflows import Shown
from penstock_web import exit_codes
from penstock_web.commands.reading import read_document
from penstock_web.commands.stored import SCOPE, moment, with_kernel
from penstock_web.commands.terminal import print_json, print_rich, print_text, shown


def add(file: Path, workflow: str, *, as_json: bool) -> int:
    """Keep a file as a new workflow, or as the draft of one that is there."""
    document = read_document(file)

    async def work(kernel: Kernel) -> StoredWorkflow:
        if not workflow:
            return await kernel.workflows.add(SCOPE, document)
        seen = (await kernel.workflows.show(SCOPE, workflow)).workflow.revision
        return await kernel.workflows.save(SCOPE, workflow, document, seen=seen)

    return _told(with_kernel(work), "kept as a draft", as_json=as_json)


def list_(part: str, *, active: bool, as_json: bool) -> int:
    """The workflows of the store."""
    wanted = WorkflowFilter(part=part, active=active or None)
    found = with_kernel(lambda kernel: kernel.workflows.every(SCOPE, wanted))
    if as_json:
        print_json(found)
        return exit_codes.OK
    if not found:
        print_text("There is no workflow. Add one: penstock workflow add FILE")
        return exit_codes.OK
    table = Table("id", "name", "draft", "newest", "active", "changed", box=None, pad_edge=False)
    for one in found:
        active_version = "" if one.active_version is None else f"[green]{one.active_version}[/]"
        table.add_row(
            one.id,
            shown(one.name),
            str(one.revision),
            str(one.latest or ""),
            active_version,
            moment(one.updated_ms),
        )
    print_rich(table)
    return exit_codes.OK


def show(workflow: str, version: int | None, *, text: bool, as_json: bool) -> int:
    """A workflow with its versions, or the text of one of them."""
    if text:
        print_text(with_kernel(lambda kernel: kernel.workflows.text(SCOPE, workflow, version)))
        return exit_codes.OK
    found = with_kernel(lambda kernel: kernel.workflows.show(SCOPE, workflow))
    if as_json:
        print_json(found)
    else:
        _print(found)
    return exit_codes.OK


def publish(workflow: str, note: str, *, activate: bool, as_json: bool) -> int:
    """Make the draft a version."""

    async def work(kernel: Kernel) -> Version:
        made = await kernel.workflows.publish(SCOPE, workflow, note)
        if activate:
            await kernel.workflows.activate(SCOPE, workflow, made.number)
        return made

    made = with_kernel(work)
    if as_json:
        print_json(made)
    else:
        then = " and active" if activate else f"; penstock workflow activate {workflow}"
        print_text(f"version {made.number} is published{then}")
    return exit_codes.OK


def activate(workflow: str, version: int | None, *, as_json: bool) -> int:
    """Let events start a version."""
    found = with_kernel(lambda kernel: kernel.workflows.activate(SCOPE, workflow, version))
    return _told(found, f"version {found.active_version} is active", as_json=as_json)


def deactivate(workflow: str, *, as_json: bool) -> int:
    """Let no event start it."""
    found = with_kernel(lambda kernel: kernel.workflows.deactivate(SCOPE, workflow))
    return _told(found, "no event starts it any more", as_json=as_json)


def remove(workflow: str, *, force: bool, as_json: bool) -> int:
    """Put it out of sight."""
    with_kernel(lambda kernel: kernel.workflows.remove(SCOPE, workflow, force=force))
    if as_json:
        print_json({"id": workflow, "removed": True})
    else:
        print_text(f"{workflow}: removed; its executions are kept as long as any")
    return exit_codes.OK


def _told(found: StoredWorkflow, what: str, *, as_json: bool) -> int:
    if as_json:
        print_json(found)
    else:
        print_text(f"{found.id}  {found.name}: {what}")
    return exit_codes.OK


def _print(found: Shown) -> None:
    one = found.workflow
    print_rich(f"[bold]{shown(one.name)}[/]  {one.id}  draft {one.revision}")
    if one.locked_by:
        print_text(f"locked by {one.locked_by} until {moment(one.locked_until_ms)}")
    if not found.versions:
        print_text(f"\nNot published yet: penstock workflow publish {one.id}")
        return
    table = Table("", "version", "published", "by", "note", box=None, pad_edge=False)
    for version in found.versions:
        mark = "[green]active[/]" if version.number == one.active_version else ""
        table.add_row(
            mark,
            str(version.number),
            moment(version.created_ms),
            shown(version.author),
            shown(version.note),
        )
    print_rich(table)
