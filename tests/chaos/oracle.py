"""The same executions over NATS and without it: what comes of them has to be the same.

Both ways share the database and nothing of how a worker hears of work, so each is a witness of the
other. Workers are killed in both.
"""

from __future__ import annotations

import asyncio
from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec

from tests.chaos.leases import SHORT_S
from tests.chaos.soak import Event, Plan, Report, Scene, breaking, staged
from tests.support.databases import new_postgres_url

_ENDS = "SELECT idem_key, status, coalesce(error_code, '') FROM workflow_executions"
_STEPS = """
SELECT e.idem_key, s.node_id, s.run_index, s.status, s.outputs FROM execution_steps s
JOIN workflow_executions e ON e.id = s.execution_id ORDER BY s.node_id, s.run_index
"""
#: What an event comes to: its end, the error, and what each step put out.
Results = dict[str, list[tuple[Any, ...]]]


class Witnesses(msgspec.Struct, kw_only=True):
    """What came of it."""

    executions: int = 0
    steps: int = 0
    ended_well: int = 0
    ended_badly: int = 0
    different: int = 0
    #: Of either.
    lost: int = 0
    accepted_twice: int = 0
    unfinished: int = 0
    kills: int = 0
    seconds: float = 0.0
    seed: int = 0

    @property
    def is_clean(self) -> bool:
        """The same?"""
        return not (self.different or self.lost or self.accepted_twice or self.unfinished)


CI = Plan(executions=500, kills=1, seed=23, gate_share=0, lease_s=SHORT_S)
FULL = Plan(executions=10_000, kills=10, seed=23, gate_share=0, patience_s=300)


async def play(plan: Plan, url: str, folder: Path) -> Witnesses:
    """Do it."""
    looked, seen = await _results(plan, "db", url, folder / "db")
    other = new_postgres_url() if url.startswith("postgresql") else f"{url}.nats"
    rung, heard = await _results(plan, "nats", other, folder / "nats")
    ends = [rows[0] for rows in seen.values()]
    both = (looked, rung)
    return Witnesses(
        executions=plan.executions,
        steps=sum(len(rows) - 1 for rows in seen.values()),
        ended_well=sum(end[0] == "success" for end in ends),
        ended_badly=sum(end[0] == "error" for end in ends),
        different=sum(seen.get(key) != heard.get(key) for key in seen.keys() | heard.keys()),
        lost=sum(one.lost for one in both),
        accepted_twice=sum(one.accepted_twice for one in both),
        unfinished=sum(end[0] not in ("success", "error") for end in ends),
        kills=sum(one.kills for one in both),
        seconds=round(sum(one.seconds for one in both), 1),
        seed=plan.seed,
    )


async def _results(plan: Plan, dispatch: str, url: str, folder: Path) -> tuple[Report, Results]:
    """Run everything one way."""
    chosen = msgspec.structs.replace(plan, dispatch=dispatch)
    async with staged(chosen, url, folder, documents={"chaos": document()}) as scene:
        await asyncio.gather(scene.send(_events(plan)), breaking(scene))
        await scene.settle()
        return await scene.report(plan.kills), await _told(scene)


async def _told(scene: Scene) -> Results:
    told: Results = {key: [(status, code)] for key, status, code in await scene.rows(_ENDS)}
    for key, *step, outputs in await scene.rows(_STEPS):
        told[key].append((*step, sha256(outputs or b"").hexdigest()))
    return told


def _events(plan: Plan) -> list[Event]:
    return [
        {"key": f"event-{number}", "data": {"a": number % 7, "name": f"n{number}"}}
        for number in range(plan.executions)
    ]


def document() -> dict[str, Any]:
    """Branches that meet again, JavaScript, a wait, and an end that is an error for some."""
    script = {
        "assignments": [{"name": "b", "value": "={{ $json.name.toUpperCase() + $json.a * 3 }}"}]
    }
    plain = {"assignments": [{"name": "c", "value": "={{ $json.a }}"}]}
    pause = {"resume": "interval", "amount": 0.05, "unit": "seconds"}
    steps: dict[str, tuple[str, dict[str, Any]]] = {
        "start": ("data.set", plain),
        "small": ("flow.if", _compares("lt", 4)),
        "script": ("data.set", script),
        "pause": ("flow.wait", pause),
        "meet": ("flow.merge", {}),
        "six": ("flow.if", _compares("equals", 6)),
        "stop": ("flow.stop", {"message": "six"}),
        "end": ("data.set", plain),
    }
    edges = [
        ("start.main", "small.main"),
        ("small.true", "script.main"),
        ("small.false", "pause.main"),
        ("script.main", "meet.input1"),
        ("pause.main", "meet.input2"),
        ("meet.main", "six.main"),
        ("six.true", "stop.main"),
        ("six.false", "end.main"),
    ]
    return {
        "format": "penstock/1",
        "name": "oracle",
        "nodes": [
            {"id": name, "name": name, "type": f"penstock/{kind}", "config": config}
            for name, (kind, config) in steps.items()
        ],
        "edges": [{"from": one.split("."), "to": other.split(".")} for one, other in edges],
    }


def _compares(operation: str, right: int) -> dict[str, Any]:
    condition = {
        "left": "={{ $json.a }}",
        "operator": {"type": "number", "operation": operation},
        "right": right,
    }
    return {"conditions": {"conditions": [condition]}}
