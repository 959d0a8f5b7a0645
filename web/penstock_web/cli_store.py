"""The commands about what is in the store: workflows, executions, schedules."""

from __future__ import annotations

from typing import Annotated

import typer

from penstock_web.cli_parts import AsJson, WorkflowFile, end

#: What a column for numbers of versions can hold.
LAST_VERSION = 2**31 - 1
WorkflowId = Annotated[str, typer.Argument(metavar="WORKFLOW", help="Id of a workflow.")]
ExecutionId = Annotated[str, typer.Argument(metavar="EXECUTION", help="Id of an execution.")]
ScheduleId = Annotated[str, typer.Argument(metavar="SCHEDULE", help="Id of a schedule.")]
Force = Annotated[bool, typer.Option("--force", help="Deactivate it first, if it is active.")]
OfWorkflow = Annotated[str, typer.Option("--workflow", metavar="ID", help="Of this workflow.")]
Status = Annotated[
    list[str],
    typer.Option(
        "--status",
        metavar="STATUS",
        help="queued, running, waiting, success, error, canceled or dead.",
    ),
]
Mode = Annotated[str, typer.Option("--mode", metavar="MODE", help="Started by: webhook, …")]
Since = Annotated[str, typer.Option("--since", metavar="MOMENT", help="Created then or later.")]
Until = Annotated[str, typer.Option("--until", metavar="MOMENT", help="Created until then.")]
Keys = Annotated[
    list[str], typer.Option("--key", metavar="NAME=VALUE", help="With this custom data.")
]
Current = Annotated[
    bool, typer.Option("--current", help="Run the version that counts now, not the one of then.")
]

_workflow = typer.Typer(no_args_is_help=True, help="The workflows of the store.")
_executions = typer.Typer(no_args_is_help=True, help="Executions: look, run again, end.")
_dead_letters = typer.Typer(no_args_is_help=True, help="Executions that nobody tries any more.")
_schedules = typer.Typer(no_args_is_help=True, help="When workflows start by themselves.")
_audit = typer.Typer(no_args_is_help=True, help="What was done, by whom.")


def add_commands(app: typer.Typer) -> None:
    """Let the program have these commands."""
    app.add_typer(_workflow, name="workflow")
    app.add_typer(_executions, name="executions")
    app.command()(queue)
    app.command()(cache)
    app.add_typer(_dead_letters, name="deadletters")
    app.add_typer(_schedules, name="schedules")
    app.add_typer(_audit, name="audit")


@_workflow.command("add")
def add_workflow(
    file: WorkflowFile,
    *,
    workflow: Annotated[
        str, typer.Option("--as", metavar="ID", help="Make it the draft of this workflow.")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Keep a file as a workflow; it starts by nothing until it is published and activated."""
    from penstock_web.commands.workflows import add

    end(add, file, workflow, as_json=as_json)


@_workflow.command("list")
def list_workflows(
    part: Annotated[str, typer.Argument(help="A part of the name.")] = "",
    *,
    active: Annotated[bool, typer.Option("--active", help="Only those that are active.")] = False,
    as_json: AsJson = False,
) -> None:
    """List the workflows."""
    from penstock_web.commands.workflows import list_

    end(list_, part, active=active, as_json=as_json)


@_workflow.command("show")
def show_workflow(
    workflow: WorkflowId,
    *,
    text: Annotated[
        bool, typer.Option("--text", help="Print the document: the draft, or a version of it.")
    ] = False,
    version: Annotated[
        int | None,
        typer.Option(
            "--version",
            metavar="NUMBER",
            min=1,
            max=LAST_VERSION,
            help="With the text of this version.",
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Show a workflow with its versions."""
    from penstock_web.commands.workflows import show

    end(show, workflow, version, text=text or version is not None, as_json=as_json)


@_workflow.command("publish")
def publish_workflow(
    workflow: WorkflowId,
    *,
    note: Annotated[str, typer.Option("--note", help="What changed.")] = "",
    activate: Annotated[
        bool, typer.Option("--activate", help="Let events start it from now on.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Make the draft a version, which stays as it is."""
    from penstock_web.commands.workflows import publish

    end(publish, workflow, note, activate=activate, as_json=as_json)


@_workflow.command("activate")
def activate_workflow(
    workflow: WorkflowId,
    *,
    version: Annotated[
        int | None,
        typer.Option(
            "--version",
            metavar="NUMBER",
            min=1,
            max=LAST_VERSION,
            help="The version; by default the newest.",
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Let events start a version: its schedules begin."""
    from penstock_web.commands.workflows import activate

    end(activate, workflow, version, as_json=as_json)


@_workflow.command("deactivate")
def deactivate_workflow(workflow: WorkflowId, as_json: AsJson = False) -> None:
    """Let no event start it any more; what runs goes on."""
    from penstock_web.commands.workflows import deactivate

    end(deactivate, workflow, as_json=as_json)


@_workflow.command("remove")
def remove_workflow(workflow: WorkflowId, *, force: Force = False, as_json: AsJson = False) -> None:
    """Put a workflow out of sight."""
    from penstock_web.commands.workflows import remove

    end(remove, workflow, force=force, as_json=as_json)


@_executions.command("list")
def list_executions(
    *,
    workflow: OfWorkflow = "",
    status: Status = [],  # noqa: B006  # typer copies it
    mode: Mode = "",
    since: Since = "",
    until: Until = "",
    keys: Keys = [],  # noqa: B006  # typer copies it
    after: Annotated[str, typer.Option("--after", help="Where the last page ended.")] = "",
    most: Annotated[int, typer.Option("--limit", min=1, max=500, help="How many.")] = 50,
    as_json: AsJson = False,
) -> None:
    """List executions, the newest first."""
    from penstock_web.commands.executions import Asked, list_

    asked = Asked(workflow=workflow, status=status, mode=mode, since=since, until=until, keys=keys)
    end(list_, asked, after, most, as_json=as_json)


@_executions.command("show")
def show_execution(
    execution: ExecutionId,
    *,
    node: Annotated[
        str, typer.Option("--node", metavar="NODE", help="Print what this node put out, as JSON.")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Show an execution with its steps."""
    from penstock_web.commands.executions import show

    end(show, execution, node, as_json=as_json)


@_executions.command("logs")
def logs_of_execution(execution: ExecutionId, as_json: AsJson = False) -> None:
    """Print what the steps of an execution wrote."""
    from penstock_web.commands.executions import logs

    end(logs, execution, as_json=as_json)


@_executions.command("retry")
def retry(
    execution: Annotated[str, typer.Argument(help="Its id; or none, and options say which.")] = "",
    *,
    current: Current = False,
    workflow: OfWorkflow = "",
    status: Status = [],  # noqa: B006  # typer copies it
    mode: Mode = "",
    since: Since = "",
    until: Until = "",
    as_json: AsJson = False,
) -> None:
    """Run executions again from where they failed; without an id at most 1,000 of them."""
    from penstock_web.commands.executions import Asked, again

    asked = Asked(workflow=workflow, status=status, mode=mode, since=since, until=until)
    which = "current" if current else "original"
    end(again, execution, asked, which, "", whole=False, as_json=as_json)


@_executions.command("replay")
def replay(
    execution: Annotated[str, typer.Argument(help="Its id; or none, and options say which.")] = "",
    *,
    start: Annotated[
        str,
        typer.Option("--from", metavar="NODE", help="Keep what stands before this node."),
    ] = "",
    current: Current = False,
    workflow: OfWorkflow = "",
    status: Status = [],  # noqa: B006  # typer copies it
    mode: Mode = "",
    since: Since = "",
    until: Until = "",
    as_json: AsJson = False,
) -> None:
    """Run executions again as a whole, or from a node on."""
    from penstock_web.commands.executions import Asked, again

    asked = Asked(workflow=workflow, status=status, mode=mode, since=since, until=until)
    which = "current" if current else "original"
    end(again, execution, asked, which, start, whole=not start, as_json=as_json)


@_executions.command("cancel")
def cancel(
    execution: Annotated[str, typer.Argument(help="Its id; or none, and options say which.")] = "",
    *,
    workflow: OfWorkflow = "",
    status: Status = [],  # noqa: B006  # typer copies it
    mode: Mode = "",
    since: Since = "",
    until: Until = "",
    as_json: AsJson = False,
) -> None:
    """End executions wherever they are; without an id at most 1,000 of them."""
    from penstock_web.commands.executions import Asked
    from penstock_web.commands.executions import cancel as act

    asked = Asked(workflow=workflow, status=status, mode=mode, since=since, until=until)
    end(act, execution, asked, as_json=as_json)


@_executions.command("decide")
def decide(
    execution: ExecutionId,
    choice: Annotated[
        str, typer.Argument(help="again: run the step again; done: it was done; cancel.")
    ],
    *,
    items: Annotated[
        str,
        typer.Option("--items", metavar="FILE", help="With done: what came of it, as JSON."),
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Decide about steps of which nobody knows whether they had their effect."""
    from penstock_web.commands.executions import decide as act

    end(act, execution, choice, items, as_json=as_json)


def queue(as_json: AsJson = False) -> None:
    """Show what waits in line, and who works."""
    from penstock_web.commands.executions import queue as act

    end(act, as_json=as_json)


def cache(
    *,
    node_type: Annotated[str, typer.Option("--type", metavar="TYPE", help="Of this type.")] = "",
    clear: Annotated[bool, typer.Option("--clear", help="Forget what is kept.")] = False,
    as_json: AsJson = False,
) -> None:
    """Show what the cache of steps has and did."""
    from penstock_web.commands.executions import cache as act

    end(act, node_type, clears=clear, as_json=as_json)


@_dead_letters.command("list")
def list_dead_letters(as_json: AsJson = False) -> None:
    """List executions whose process died again and again."""
    from penstock_web.commands.executions import dead_letters

    end(dead_letters, as_json=as_json)


@_dead_letters.command("redrive")
def redrive(execution: ExecutionId, as_json: AsJson = False) -> None:
    """Queue a dead execution again."""
    from penstock_web.commands.executions import redrive as act

    end(act, execution, as_json=as_json)


@_schedules.command("list")
def list_schedules(workflow: OfWorkflow = "", as_json: AsJson = False) -> None:
    """List the schedules of active workflows, the next one first."""
    from penstock_web.commands.timetable import list_

    end(list_, workflow, as_json=as_json)


@_schedules.command("show")
def show_schedule(schedule: ScheduleId, as_json: AsJson = False) -> None:
    """Show its next moments, and what became of the latest ones."""
    from penstock_web.commands.timetable import show

    end(show, schedule, as_json=as_json)


@_schedules.command("pause")
def pause(schedule: ScheduleId, as_json: AsJson = False) -> None:
    """Stop a schedule until it is resumed."""
    from penstock_web.commands.timetable import pause as act

    end(act, schedule, paused=True, as_json=as_json)


@_schedules.command("resume")
def resume(schedule: ScheduleId, as_json: AsJson = False) -> None:
    """Let a schedule go on; what it would have done meanwhile is left out."""
    from penstock_web.commands.timetable import pause as act

    end(act, schedule, paused=False, as_json=as_json)


@_schedules.command("backfill")
def backfill(
    schedule: ScheduleId,
    *,
    since: Since = "",
    until: Until = "",
    as_json: AsJson = False,
) -> None:
    """Start the workflow for moments of the past that it was not started for."""
    from penstock_web.commands.timetable import backfill as act

    end(act, schedule, since, until, as_json=as_json)


@_audit.command("verify")
def verify_audit(as_json: AsJson = False) -> None:
    """Look whether the audit log is as it was written, and where it is not."""
    from penstock_web.commands.audit import verify

    end(verify, as_json=as_json)
