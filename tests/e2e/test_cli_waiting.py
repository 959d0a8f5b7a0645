"""`penstock run` at a wait: a short one is waited out, a long one ends the command."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from typing import Any

Run = Callable[..., "subprocess.CompletedProcess[str]"]


def throttled(interval_s: float) -> str:
    """Two groups of one item, so long apart."""
    document: dict[str, Any] = {
        "format": "penstock/1",
        "name": "Slowly",
        "nodes": [
            {
                "id": "s",
                "name": "S",
                "type": "penstock/data.set",
                "config": {"mode": "json", "json": {"n": 1}},
            },
            {"id": "j", "name": "J", "type": "penstock/flow.merge"},
            {
                "id": "t",
                "name": "Slow",
                "type": "penstock/flow.throttle",
                "config": {"max_items": 1, "interval": interval_s},
            },
            {"id": "n", "name": "Inner", "type": "penstock/flow.noop", "parent": "t"},
        ],
        "edges": [
            {"from": ["s", "main"], "to": ["j", "input1"]},
            {"from": ["s", "main"], "to": ["j", "input2"]},
            {"from": ["j", "main"], "to": ["t", "main"]},
        ],
    }
    return json.dumps(document)


def test_a_short_wait_is_waited_out(penstock: Run) -> None:
    done = penstock("run", "-", stdin=throttled(0.1))

    assert done.returncode == 0
    assert len(json.loads(done.stdout)) == 2
    assert [line.strip().startswith("✓ Inner") for line in done.stderr.splitlines()].count(
        True
    ) == 2


def test_a_long_wait_ends_the_command_with_3_and_says_when_it_would_go_on(penstock: Run) -> None:
    done = penstock("run", "-", stdin=throttled(3600))
    told = json.loads(penstock("run", "-", "--json", stdin=throttled(3600)).stdout)

    assert done.returncode == 3
    assert "Waits for a time" in done.stderr
    assert ", until " in done.stderr
    assert (told["status"], told["waiting_for"]) == ("waiting", "timer")
    assert [body["status"] for body in told["bodies"]] == ["success"]


def test_how_long_is_waited_is_the_person_s_choice(penstock: Run) -> None:
    assert penstock("run", "-", "--wait", "0", stdin=throttled(0.5)).returncode == 3
