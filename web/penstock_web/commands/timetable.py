"""`penstock schedules`: when workflows start by themselves."""

from __future__ import annotations

from rich.table import Table

from penstock_kernel.schedules.rule import Rule
from penstock_kernel.work.timetable import Timed
from penstock_web import exit_codes
from penstock_web.commands.stored import SCOPE, moment, moment_ms, with_kernel
from penstock_web.commands.terminal import print_json, print_rich, print_text, shown
from penstock_web.errors import CommandRefused


def list_(workflow: str, *, as_json: bool) -> int:
    """The schedules of active workflows."""
    found = with_kernel(lambda kernel: kernel.schedules.list(SCOPE, workflow))
    if as_json:
        print_json(found)
        return exit_codes.OK
    if not found:
        print_text("No active workflow has a schedule.")
        return exit_codes.OK
    table = Table("id", "when", "next", "state", box=None, pad_edge=False)
    for one in found:
        next_ms = one.next[0] if one.next else None
        table.add_row(shown(one.schedule.id), _rule(one), moment(next_ms), _state(one))
    print_rich(table)
    return exit_codes.OK


def show(schedule: str, *, as_json: bool) -> int:
    """One schedule: its next moments, and what became of the latest ones."""
    found = with_kernel(lambda kernel: kernel.schedules.show(SCOPE, schedule))
    if as_json:
        print_json(found)
        return exit_codes.OK
    print_rich(f"[bold]{shown(found.schedule.id)}[/]  {_rule(found)}  {_state(found)}")
    for next_ms in found.next:
        print_text(f"next     {moment(next_ms)}")
    for fired in found.fires:
        print_text(f"{fired.outcome:8} {moment(fired.moment_ms)}  {fired.execution or ''}")
    return exit_codes.OK


def pause(schedule: str, *, paused: bool, as_json: bool) -> int:
    """Stop a schedule, or let it go on."""
    found = with_kernel(lambda kernel: kernel.schedules.pause(SCOPE, schedule, paused=paused))
    if as_json:
        print_json(found)
    else:
        after = f"next {moment(found.next[0])}" if found.next else "nothing is to come"
        print_text(f"{schedule}: {'paused' if paused else after}")
    return exit_codes.OK


def backfill(schedule: str, since: str, until: str, *, as_json: bool) -> int:
    """Start a workflow for moments that it was not started for."""
    from_ms = moment_ms(since, "--since")
    if from_ms is None:
        raise CommandRefused("--since has to be given.", hint="e.g. --since 2026-03-02")
    until_ms = moment_ms(until, "--until")
    found = with_kernel(
        lambda kernel: kernel.schedules.backfill(
            SCOPE, schedule, from_ms=from_ms, until_ms=until_ms or kernel.now_ms()
        ),
        accepts=True,
    )
    if as_json:
        print_json(found)
        return exit_codes.OK
    for fired in found:
        print_text(f"{moment(fired.moment_ms)}  {fired.execution}")
    print_text(f"{len(found):,} moments")
    return exit_codes.OK


def _rule(timed: Timed) -> str:
    rule = timed.schedule.rule
    return shown(f"{_when(rule)} {rule.timezone}")


def _when(rule: Rule) -> str:
    each = f", every {rule.each}th time" if rule.each > 1 else ""
    if rule.cron:
        return f"{rule.cron}{each}"
    return f"every {rule.every_s:,} s{each}" if rule.every_s else f"once, {moment(rule.at_ms)}"


def _state(timed: Timed) -> str:
    one = timed.schedule
    if one.paused:
        return "[yellow]paused[/]"
    if one.last_error:
        return f"[bold red]{shown(one.last_error)}[/] ({one.failures} times)"
    return "[green]on[/]"
