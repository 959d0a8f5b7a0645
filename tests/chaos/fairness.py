"""One workspace has more to do than there is room for; the others are not to wait for it."""

from __future__ import annotations

from pathlib import Path

import msgspec

from tests.chaos.soak import Event, Plan, Report, events, percentile, staged, workflow

MOST_P95_MS = 2_000
FLOOD = "flood"
#: From the acceptance of an execution to the beginning of its first step.
_DELAYS = """
SELECT min(s.started_ms) - e.created_ms, count(*) FROM workflow_executions e
JOIN execution_steps s ON s.execution_id = e.id WHERE {} GROUP BY e.id, e.created_ms
"""
_OF_OTHERS = _DELAYS.format(f"e.workspace_id <> '{FLOOD}'")
_OF_FLOOD = _DELAYS.format(f"e.workspace_id = '{FLOOD}'")
_BEHIND = f"""
SELECT count(*) FROM workflow_executions WHERE status = 'queued' AND workspace_id = '{FLOOD}'
"""  # noqa: S608 - our own words


class Flood(Plan, frozen=True, kw_only=True):
    """What is to be done; the executions are those of the flood."""

    others: int
    workspaces: int = 5


class Fair(Report, kw_only=True):
    """What came of it."""

    #: Of the flood, still in line when the last of the others was accepted.
    behind: int = 0
    others: int = 0
    delay_p50_ms: int = 0
    delay_p95_ms: int = 0
    flood_p50_ms: int = 0

    @property
    def is_clean(self) -> bool:
        """Did the others begin soon, though there was a line?"""
        return super().is_clean and self.behind > 0 and self.delay_p95_ms <= MOST_P95_MS


CI = Flood(executions=700, kills=0, seed=19, others=100)
FULL = Flood(executions=10_000, kills=0, seed=19, others=1_500, patience_s=600)
_OTHERS_PER_SECOND = 20


async def play(plan: Flood, url: str, folder: Path) -> Fair:
    """Do it."""
    pause = {"resume": "interval", "amount": 0.7, "unit": "seconds"}
    slow = workflow({"type": "penstock/flow.wait", "config": pause})
    documents = {"chaos": workflow(), "slow": slow}
    async with staged(plan, url, folder, documents=documents) as scene:
        await scene.send(events(plan.executions, workspace=FLOOD, document="slow"))
        await scene.send(_others(plan), per_second=_OTHERS_PER_SECOND)
        behind = await scene.count(_BEHIND)
        await scene.settle()
        report = await scene.report(0)
        others = [one / 1_000 for one, _ in await scene.rows(_OF_OTHERS)]
        flood = [one / 1_000 for one, _ in await scene.rows(_OF_FLOOD)]
    return Fair(
        **msgspec.structs.asdict(report),
        behind=behind,
        others=len(others),
        delay_p50_ms=percentile(others, 50),
        delay_p95_ms=percentile(others, 95),
        flood_p50_ms=percentile(flood, 50),
    )


def _others(plan: Flood) -> list[Event]:
    return [
        {"key": f"other-{number}", "workspace": f"w{number % plan.workspaces}"}
        for number in range(plan.others)
    ]
