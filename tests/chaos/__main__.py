"""`python3 dev.py chaos`: the soaks, at the scale that is asked for, as a table and as JSON."""

from __future__ import annotations

import argparse
import asyncio
import json
import secrets
import sys
import tempfile
from collections.abc import Callable, Coroutine, Sequence
from pathlib import Path
from typing import Any

import msgspec

from tests.chaos import (
    broker,
    clock,
    disk,
    draining,
    fairness,
    histories,
    ledger,
    longrun,
    oracle,
    overload,
    partition,
    poison,
    powercut,
    restarts,
    restoring,
    slow_disk,
    slow_network,
    timers,
    upgrade,
)
from tests.chaos.leases import LEASE_S, SHORT_S
from tests.chaos.model import play as model
from tests.chaos.simulation import play as simulation
from tests.chaos.soak import Plan, Report, soak
from tests.support.databases import empty_postgres_url

#: Does what a plan says, with a database and a folder, and gives what came of it.
Play = Callable[[Any, str, Path], Coroutine[Any, Any, Any]]


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One soak: its name, its database, and how much at each scale."""

    name: str
    kind: str
    ci: tuple[int, int]
    full: tuple[int, int]
    stops: bool = False
    unfenced: bool = False
    dispatch: str = "db"
    gate_share: float = 0.2
    per_second: float = 0
    play: Play = soak

    def plan(self, scale: str, seed: int) -> Plan:
        """What is to be done."""
        executions, kills = self.full if scale == "full" else self.ci
        return Plan(
            executions=executions,
            kills=kills,
            seed=seed,
            stops=self.stops,
            unfenced=self.unfenced,
            dispatch=self.dispatch,
            gate_share=0 if self.stops else self.gate_share,
            per_second=self.per_second,
            lease_s=LEASE_S if scale == "full" else SHORT_S,
        )

    def holds(self, report: Report) -> bool:
        """Did it show what it is to show?"""
        return report.completed_twice > 0 if self.unfenced else report.is_clean


ROWS = (
    Row(name="R1 kill -9", kind="sqlite", ci=(1_000, 6), full=(20_000, 100), dispatch="nats"),
    Row(name="R1 kill -9", kind="postgresql", ci=(1_000, 6), full=(20_000, 100)),
    Row(
        name="R11 retries",
        kind="sqlite",
        ci=(3_000, 5),
        full=(50_000, 60),
        gate_share=1,
        per_second=300,
    ),
    Row(
        name="R11 retries",
        kind="postgresql",
        ci=(3_000, 5),
        full=(50_000, 60),
        gate_share=1,
        per_second=300,
    ),
    Row(name="R2 asleep", kind="sqlite", ci=(1_000, 3), full=(10_000, 40), stops=True),
    Row(name="R2 asleep", kind="postgresql", ci=(1_000, 3), full=(10_000, 40), stops=True),
    Row(
        name="R2 asleep, without the check",
        kind="sqlite",
        ci=(1_000, 1),
        full=(3_000, 8),
        stops=True,
        unfenced=True,
    ),
)


class Played(msgspec.Struct, frozen=True, kw_only=True):
    """A row of another kind: what is done, and how much at each scale."""

    name: str
    kind: str
    play: Play
    ci: Any
    full: Any

    def plan(self, scale: str, seed: int) -> Any:
        """What is to be done."""
        return msgspec.structs.replace(self.full if scale == "full" else self.ci, seed=seed)

    def holds(self, report: Any) -> bool:
        """Did it show what it is to show?"""
        return bool(report.is_clean)


def _played(name: str, module: Any, *kinds: str) -> list[Played]:
    return [
        Played(name=name, kind=kind, play=module.play, ci=module.CI, full=module.FULL)
        for kind in kinds or ("sqlite", "postgresql")
    ]


OTHERS = [
    *_played("R3 broker", broker),
    *_played("R4 effects", ledger),
    *_played("R6 database", restarts, "postgresql"),
    *_played("R7 partition", partition, "postgresql"),
    *_played("R8 slow network", slow_network, "postgresql"),
    *_played("R8 slow disk", slow_disk, "sqlite"),
    *_played("R9 disk full", disk, "sqlite"),
    *_played("R10 power cut", powercut, "sqlite"),
    *_played("R12 schedules", clock),
    *_played("R13 timers", timers),
    *_played("R14 poison", poison),
    *_played("R15 drain", draining),
    *_played("R16 upgrade", upgrade),
    *_played("R17 backup", restoring),
    *_played("R18 overload", overload),
    *_played("R19 fairness", fairness),
    *_played("R20 long run", longrun, "sqlite"),
    *_played("R22 histories", histories, "postgresql"),
    *_played("R23 oracle", oracle),
    *_played("R21 model", model, "none"),
    *_played("R21 simulation", simulation, "memory"),
]


def main() -> int:
    """Run the rows, and end with 1 where one does not hold."""
    parser = argparse.ArgumentParser(prog="chaos", description=__doc__)
    parser.add_argument("--scale", choices=("ci", "full"), default="ci")
    parser.add_argument("--seed", type=int, default=secrets.randbelow(10**6))
    parser.add_argument("--json", type=Path, help="where to write the result")
    parser.add_argument("rows", nargs="*", help="beginnings of names, such as R1")
    asked = parser.parse_args()
    every: list[Row | Played] = [*ROWS, *OTHERS]
    chosen = [row for row in every if not asked.rows or row.name.startswith(tuple(asked.rows))]
    results: list[dict[str, object]] = []
    for row in chosen:
        results.append(_run(row, asked.scale, asked.seed))
        if asked.json is not None:
            told = {"scale": asked.scale, "rows": results}
            asked.json.write_text(json.dumps(told, indent=2))
    return 0 if results and all(result["holds"] for result in results) else 1


def _run(row: Row | Played, scale: str, seed: int) -> dict[str, object]:
    plan = row.plan(scale, seed)
    _say(f"{row.name}, {row.kind}: {_told(plan)} …")
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        url = f"sqlite:///{place / 'chaos.db'}"
        if row.kind == "postgresql":
            url = empty_postgres_url()
        report = asyncio.run(row.play(plan, url, place))
    holds = row.holds(report)
    _say(f"  {'holds' if holds else 'DOES NOT HOLD'}: {_told(report)}")
    found = msgspec.to_builtins(report)
    return {"row": row.name, "database": row.kind, "holds": holds, **found}


def _told(report: msgspec.Struct) -> str:
    names: Sequence[str] = report.__struct_fields__
    return ", ".join(f"{getattr(report, name)} {name.replace('_', ' ')}" for name in names)


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
