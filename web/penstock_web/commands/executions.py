"""`penstock executions`, `penstock queue` and `penstock deadletters`."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Sequence
from typing import Any, get_args

import msgspec
from rich.table import Table

from penstock_kernel.kernel import Kernel
from penstock_kernel.store.records import ExecutionStatus, StepRecord
from penstock_kernel.store.sql.overview import Filter, Listed
from penstock_kernel.work.history import Detail, Done, Which
from penstock_web import exit_codes
from penstock_web.commands.reading import read_items
from penstock_web.commands.steps import MARKS
from penstock_web.commands.stored import SCOPE, moment, moment_ms, took, with_kernel
from penstock_web.commands.terminal import print_json, print_rich, print_text, short, shown
from penstock_web.errors import CommandRefused

_COLOURS = {"success": "green", "error": "bold red", "dead": "bold red", "canceled": "dim"}


class Asked(msgspec.Struct, kw_only=True):
    """Which executions the command line asks for."""

    workflow: str = ""
    status: Sequence[str] = ()
    mode: str = ""
    since: str = ""
    until: str = ""
    keys: Sequence[str] = ()

    def filter(self) -> Filter:
        """As the store finds them.

        Raises:
            CommandRefused: An option cannot be understood.
        """
        pairs = [key.partition("=") for key in self.keys]
        if any(not mark for _, mark, _ in pairs):
            raise CommandRefused("--key has to be NAME=VALUE.", hint="e.g. --key order=A-17")
        known = get_args(ExecutionStatus)
        strange = [status for status in self.status if status not in known]
        if strange:
            message = f"There is no status {strange[0]!r}; there are {', '.join(known)}."
            raise CommandRefused(message)
        return Filter(
            workflow=self.workflow,
            status=tuple(self.status),
            mode=self.mode,
            from_ms=moment_ms(self.since, "--since"),
            until_ms=moment_ms(self.until, "--until"),
            keys={name: value for name, _, value in pairs},
        )


def list_(asked: Asked, after: str, most: int, *, as_json: bool) -> int:
    """The executions that a filter finds."""
    wanted = asked.filter()

    async def work(kernel: Kernel) -> tuple[Any, Any]:
        page = await kernel.history.list(SCOPE, wanted, after=after, most=most)
        return page, await kernel.history.counts(SCOPE, wanted)

    page, counts = with_kernel(work)
    if as_json:
        print_json({"executions": page.executions, "next": page.next, "counts": counts})
        return exit_codes.OK
    if not page.executions:
        print_text("There is no such execution.")
        return exit_codes.OK
    _print_list(page.executions)
    amounts = ", ".join(f"{count:,} {status}" for status, count in sorted(counts.items()))
    print_text(f"\n{amounts}")
    if page.next:
        print_text(f"more: --after {page.next}")
    return exit_codes.OK


def show(execution: str, node: str, *, as_json: bool) -> int:
    """An execution with its steps, or the data of one node."""
    found = with_kernel(lambda kernel: kernel.history.show(SCOPE, execution))
    if node:
        steps = [step for step in found.steps if step.key.node_id == node]
        if not steps:
            names = ", ".join(sorted({step.key.node_id for step in found.steps})) or "none"
            hint = f"Nodes with steps: {names}."
            raise CommandRefused(f"There is no step of {node!r} in it.", hint=hint)
        print_json([step.outputs for step in steps])
    elif as_json:
        print_json(found)
    else:
        _print_detail(found)
    return exit_codes.OK


def logs(execution: str, *, as_json: bool) -> int:
    """What the steps of an execution wrote."""
    found = with_kernel(lambda kernel: kernel.history.logs(SCOPE, execution))
    if as_json:
        print_json(found)
        return exit_codes.OK
    for entry in found:
        line = entry.line
        print_text(f"{moment(line.at_ms)} {line.level:7} {entry.node_id}: {line.message}")
    return exit_codes.OK


def again(
    execution: str, asked: Asked, which: Which, start: str, *, whole: bool, as_json: bool
) -> int:
    """Run one execution again, or all that a filter finds."""
    if execution:
        new = with_kernel(
            lambda kernel: kernel.history.again(
                SCOPE, execution, which=which, start=start or None, whole=whole
            ),
            accepts=True,
        )
        if as_json:
            print_json({"execution": new, "retry_of": execution})
        else:
            print_text(f"{new}: accepted; penstock executions show {new}")
        return exit_codes.OK
    wanted = _some(asked)
    return _many(
        lambda kernel: kernel.history.again_all(SCOPE, wanted, which=which, whole=whole),
        as_json=as_json,
    )


def cancel(execution: str, asked: Asked, *, as_json: bool) -> int:
    """End one execution, or all that a filter finds."""
    if not execution:
        wanted = _some(asked)
        return _many(lambda kernel: kernel.history.cancel_all(SCOPE, wanted), as_json=as_json)
    found = with_kernel(lambda kernel: kernel.history.cancel(SCOPE, execution))
    if as_json:
        print_json({"execution": execution, "canceled": found})
    else:
        print_text(f"{execution}: {'canceled' if found else 'it had ended already'}")
    return exit_codes.OK


def decide(execution: str, choice: str, items: str, *, as_json: bool) -> int:
    """Decide what is in doubt."""
    if choice == "cancel":
        return cancel(execution, Asked(), as_json=as_json)
    if choice not in ("again", "done"):
        message = f"There is no choice {choice!r}; there are again, done and cancel."
        raise CommandRefused(message)
    given = read_items(items) or ()
    count = with_kernel(
        lambda kernel: kernel.history.decide(
            SCOPE, execution, "again" if choice == "again" else "done", items=given
        )
    )
    if as_json:
        print_json({"execution": execution, "choice": choice, "steps": count})
    else:
        print_text(f"{execution}: {count} decided; it goes on")
    return exit_codes.OK


def queue(*, as_json: bool) -> int:
    """What waits in line, and who works."""

    async def work(kernel: Kernel) -> tuple[Any, Any, int]:
        history = kernel.history
        now_ms = kernel.now_ms()
        return await history.queue(SCOPE), await history.workers(), now_ms

    lines, workers, now_ms = with_kernel(work)
    workers = [dict(one) for one in workers if one["role"] != "embedded"]
    if as_json:
        print_json({"queued": lines, "workers": workers})
        return exit_codes.OK
    if lines:
        table = Table("pool", "queued", "oldest waits for", box=None, pad_edge=False)
        for line in lines:
            table.add_row(shown(line.pool), f"{line.queued:,}", took(line.oldest_ms, now_ms))
        print_rich(table)
    else:
        print_text("Nothing is queued.")
    if not workers:
        print_text("\nNo worker is there: penstock serve, or penstock worker")
        return exit_codes.OK
    table = Table("worker", "host", "role", "pools", "running", "state", box=None, pad_edge=False)
    for one in workers:
        running = f"{one['running']} of {one['concurrency']}"
        table.add_row(
            one["id"], shown(one["host"]), one["role"], one["pools"], running, one["state"]
        )
    print_text("")
    print_rich(table)
    return exit_codes.OK


def dead_letters(*, as_json: bool) -> int:
    """What nobody tries any more."""
    found = with_kernel(lambda kernel: kernel.history.dead_letters(SCOPE))
    if as_json:
        print_json(found)
        return exit_codes.OK
    if not found:
        print_text("There is none.")
        return exit_codes.OK
    table = Table("execution", "workflow", "since", "why", box=None, pad_edge=False)
    for one in found:
        name = short(one.workflow_name)
        table.add_row(one.execution_id, name, moment(one.created_ms), shown(one.message))
    print_rich(table)
    print_text("\nQueue one again: penstock deadletters redrive ID")
    return exit_codes.OK


def cache(node_type: str, *, clears: bool, as_json: bool) -> int:
    """What the cache of steps did, or an end of what it has."""
    if clears:
        count = with_kernel(lambda kernel: kernel.history.clear_cache(SCOPE, node_type))
        if as_json:
            print_json({"removed": count})
        else:
            print_text(f"{count:,} results forgotten")
        return exit_codes.OK
    found = with_kernel(lambda kernel: kernel.history.cache(SCOPE))
    found = [one for one in found if not node_type or one.node_type == node_type]
    if as_json:
        print_json(found)
        return exit_codes.OK
    if not found:
        print_text(
            "Nothing is kept. Give a node `cache_s`, or name its type in the setting `cache`."
        )
        return exit_codes.OK
    table = Table("node type", "kept", "hits", "misses", "bytes", box=None, pad_edge=False)
    for one in found:
        amounts = (one.entries, one.hits, one.misses, one.size)
        table.add_row(one.node_type, *(f"{amount:,}" for amount in amounts))
    print_rich(table)
    return exit_codes.OK


def redrive(execution: str, *, as_json: bool) -> int:
    """Queue a dead execution again."""
    found = with_kernel(lambda kernel: kernel.history.redrive(SCOPE, execution))
    if as_json:
        print_json({"execution": execution, "queued": found})
    else:
        print_text(f"{execution}: {'queued again' if found else 'it is not dead'}")
    return exit_codes.OK if found else exit_codes.FAILED


def _some(asked: Asked) -> Filter:
    wanted = asked.filter()
    if wanted == Filter():
        message = "Name an execution, or say which: --workflow, --status, --since, …"
        raise CommandRefused(message, hint="`penstock executions list` takes the same options.")
    return wanted


def _many(act: Callable[[Kernel], Coroutine[Any, Any, Sequence[Done]]], *, as_json: bool) -> int:
    done = with_kernel(act, accepts=True)
    failed = [one for one in done if one.error]
    if as_json:
        print_json(done)
    else:
        for one in done:
            print_text(f"{one.execution}: {one.error or one.result or 'nothing to do'}")
        print_text(f"{len(done) - len(failed):,} done, {len(failed):,} not")
    return exit_codes.FAILED if failed else exit_codes.OK


def _print_list(found: Sequence[Listed]) -> None:
    table = Table(
        "id",
        "workflow",
        "status",
        "started by",
        "created",
        "took",
        "error",
        box=None,
        pad_edge=False,
    )
    for one in found:
        error = "" if one.error is None else short(one.error.message)
        table.add_row(
            one.id,
            short(one.workflow_name),
            _status(one.status, one.waiting_for, one.due_ms),
            one.mode,
            moment(one.created_ms),
            took(one.created_ms, one.finished_ms),
            error,
        )
    print_rich(table)


def _print_detail(found: Detail) -> None:
    one = found.execution
    state = _status(one.status, one.waiting_for, one.due_ms)
    version = "" if one.version is None else f" version {one.version}"
    print_rich(f"[bold]{shown(one.workflow_name)}[/]{version}  {one.id}  {state}")
    print_text(
        f"started by {one.mode}, {moment(one.created_ms)} {took(one.created_ms, one.finished_ms)}"
    )
    if one.retry_of:
        print_text(f"run again from {one.retry_of}")
    for name, value in one.custom_data.items():
        print_text(f"{name} = {value}")
    table = Table("", "step", "items", "took", "", box=None, pad_edge=False)
    for step in found.steps:
        error = "" if step.error is None else shown(step.error.message)
        table.add_row(
            MARKS.get(step.status, "…"),
            shown(_called(step)),
            _amounts(step),
            took(step.started_ms, step.finished_ms),
            error,
        )
    print_rich(table)
    if one.error is not None:
        print_rich(f"[bold red]{shown(one.error.message)}[/]\n  {shown(one.error.hint)}")
    for part in found.parts:
        print_text(f"called {part.workflow_name}  {part.id}  {part.status}")


def _called(step: StepRecord) -> str:
    run = f" ({step.key.run_index + 1})" if step.key.run_index else ""
    return f"{step.key.node_id}{run}"


def _amounts(step: StepRecord) -> str:
    counts = {port: len(output.items) for port, output in step.outputs.items()}
    if set(counts) <= {"main"}:
        return str(counts.get("main", ""))
    return ", ".join(f"{port} {count}" for port, count in counts.items())


def _status(status: str, waiting_for: str | None, due_ms: int | None) -> str:
    colour = _COLOURS.get(status, "yellow")
    why = f" for {waiting_for}" if waiting_for else ""
    until = f" until {moment(due_ms)}" if due_ms and status == "waiting" else ""
    return f"[{colour}]{status}{why}{until}[/]"
