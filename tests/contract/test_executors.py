"""What runs where: every node type that ships, held against a list that somebody has looked at.

A node that is new, or runs elsewhere than before, fails here until the list says so too:
`python3 -m tests.contract.test_executors` writes it anew, to be looked at before it is committed.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from penstock_kernel.packages.loader import load_plugins

LIST = Path(__file__).parents[1] / "vectors" / "executors.json"


def executors() -> dict[str, Any]:
    """Where each version of each node type runs, and what starts it."""
    plugins = load_plugins(native=(), folders=())
    found: dict[str, Any] = {}
    for (name, version), kind in sorted(plugins.nodes.items()):
        found[f"{name}@{version}"] = {
            "package": kind.package,
            "runtime": kind.kind,
            "trigger": kind.trigger,
        }
    return found


def test_every_node_type_runs_where_somebody_has_agreed_to() -> None:
    assert executors() == json.loads(LIST.read_text())


def test_no_node_that_ships_is_hidden_from_the_list() -> None:
    plugins = load_plugins(native=(), folders=())
    named = {name.partition("@")[0] for name in json.loads(LIST.read_text())}
    assert named == set(plugins.types())


if __name__ == "__main__":
    LIST.write_text(json.dumps(executors(), indent=1) + "\n")
