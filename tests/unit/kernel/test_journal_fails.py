"""What becomes of an execution when the journal does not take what it is given."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from penstock_kernel.kernel import Kernel
from penstock_kernel.settings import Settings
from penstock_kernel.store.journal import Commit, JournalFailed
from penstock_kernel.store.memory_journal import MemoryJournal


class Unreachable(JournalFailed):
    """The journal is away."""

    code = "test.unreachable"


class Away(MemoryJournal):
    """A journal that is away whenever a workflow in line is to be written."""

    async def commit(self, commit: Commit) -> None:
        if commit.root is not None:
            message = "The journal is away."
            raise Unreachable(message)
        await super().commit(commit)


def document(*nodes: tuple[str, dict[str, Any]]) -> dict[str, Any]:
    return {
        "format": "penstock/1",
        "name": "flow",
        "nodes": [
            {
                "id": f"n{number}",
                "name": f"N{number}",
                "type": kind,
                "config": config,
                "settings": {"on_error": "continue"},
            }
            for number, (kind, config) in enumerate(nodes)
        ],
        "edges": [
            {"from": [f"n{number}", "main"], "to": [f"n{number + 1}", "main"]}
            for number in range(len(nodes) - 1)
        ],
    }


async def test_a_workflow_in_line_that_cannot_be_written_is_no_failure_of_its_node(
    tmp_path: Path,
) -> None:
    step = ("penstock/data.set", {"assignments": [{"name": "b", "value": 1}]})
    (tmp_path / "inner.json").write_text(json.dumps(document(step)))
    outer = document(step, ("penstock/flow.execute", {"workflow": "inner.json"}), step)
    (tmp_path / "outer.json").write_text(json.dumps(outer))
    journal = Away()
    async with Kernel.open(Settings(data_dir=tmp_path / "data"), journal=journal) as kernel:
        execution_id = kernel.new_id()

        with pytest.raises(Unreachable):
            await kernel.execute(tmp_path / "outer.json", execution_id=execution_id)
        left = await journal.execution(execution_id)

    assert left.status == "running"
