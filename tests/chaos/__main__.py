"""`python3 dev.py chaos`: the soaks, at the scale that is asked for, as a table and as JSON."""

from __future__ import annotations

import argparse
import asyncio
import json
import secrets
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import msgspec

from tests.chaos.soak import Plan, Report, soak
from tests.support.databases import new_postgres_url


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One soak: its name, its database, and how much at each scale."""

    name: str
    kind: str
    ci: tuple[int, int]
    full: tuple[int, int]
    stops: bool = False
    unfenced: bool = False
    dispatch: str = "db"

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
            gate_share=0 if self.stops else 0.2,
        )

    def holds(self, report: Report) -> bool:
        """Did it show what it is to show?"""
        return report.completed_twice > 0 if self.unfenced else report.is_clean


ROWS = (
    Row(name="R1 kill -9", kind="sqlite", ci=(1_000, 6), full=(20_000, 100), dispatch="nats"),
    Row(name="R1 kill -9", kind="postgresql", ci=(1_000, 6), full=(20_000, 100)),
    Row(name="R2 asleep", kind="sqlite", ci=(1_000, 3), full=(10_000, 40), stops=True),
    Row(name="R2 asleep", kind="postgresql", ci=(1_000, 3), full=(10_000, 40), stops=True),
    Row(
        name="R2 asleep, without the check",
        kind="sqlite",
        ci=(1_000, 3),
        full=(3_000, 8),
        stops=True,
        unfenced=True,
    ),
)


def main() -> int:
    """Run the rows, and end with 1 where one does not hold."""
    parser = argparse.ArgumentParser(prog="chaos", description=__doc__)
    parser.add_argument("--scale", choices=("ci", "full"), default="ci")
    parser.add_argument("--seed", type=int, default=secrets.randbelow(10**6))
    parser.add_argument("--json", type=Path, help="where to write the result")
    parser.add_argument("rows", nargs="*", help="beginnings of names, such as R1")
    asked = parser.parse_args()
    chosen = [row for row in ROWS if not asked.rows or row.name.startswith(tuple(asked.rows))]
    results = [_run(row, asked.scale, asked.seed) for row in chosen]
    if asked.json is not None:
        asked.json.write_text(json.dumps({"scale": asked.scale, "rows": results}, indent=2))
    return 0 if results and all(result["holds"] for result in results) else 1


def _run(row: Row, scale: str, seed: int) -> dict[str, object]:
    plan = row.plan(scale, seed)
    _say(f"{row.name}, {row.kind}: {plan.executions:,} executions, {plan.kills} kills …")
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        url = f"sqlite:///{place / 'chaos.db'}"
        if row.kind == "postgresql":
            url = new_postgres_url()
        report = asyncio.run(soak(plan, url, place))
    holds = row.holds(report)
    _say(f"  {'holds' if holds else 'DOES NOT HOLD'}: {_told(report)}")
    found = msgspec.to_builtins(report)
    return {"row": row.name, "database": row.kind, "holds": holds, **found}


def _told(report: Report) -> str:
    names: Sequence[str] = report.__struct_fields__
    return ", ".join(f"{getattr(report, name)} {name.replace('_', ' ')}" for name in names)


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
