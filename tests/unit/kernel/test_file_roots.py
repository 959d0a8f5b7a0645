"""The folders that an operator opens to workflows."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from penstock_kernel.kernel import Kernel
from penstock_kernel.settings import Settings, SettingsInvalid, load_settings
from penstock_sdk import Item


def test_roots_are_separated_by_commas_and_checked(tmp_path: Path) -> None:
    file = tmp_path / "penstock.toml"
    file.write_text("")

    def load(roots: str) -> Settings:
        environment = {"PENSTOCK_FILE_ROOTS": roots}
        return load_settings(file=file, environment=environment).settings

    assert load("in=/srv/in:ro, out=/srv/out").file_roots == ("in=/srv/in:ro", "out=/srv/out")
    with pytest.raises(SettingsInvalid, match="PENSTOCK_FILE_ROOTS cannot be"):
        load("/srv/in")


def node(name: str, kind: str, config: dict[str, Any]) -> dict[str, Any]:
    return {"id": name, "name": name, "type": f"penstock/{kind}", "config": config}


def workflow(*nodes: dict[str, Any]) -> dict[str, Any]:
    ids = [one["id"] for one in nodes]
    edges = [{"from": [one, "main"], "to": [after, "main"]} for one, after in pairwise(ids)]
    return {"format": "penstock/1", "name": "Files", "nodes": list(nodes), "edges": edges}


async def test_what_one_node_writes_another_reads_but_never_the_data_of_penstock(
    tmp_path: Path,
) -> None:
    roots = (f"all={tmp_path}",)
    settings = Settings(data_dir=tmp_path / "data", sandbox="inprocess", file_roots=roots)
    start = node("start", "flow.manual", {})
    written = workflow(
        start,
        node("convert", "files.convert", {"format": "json"}),
        node("write", "files.write", {"path": "all/new/a.json"}),
        node("read", "files.read", {"path": "all/**/a.json"}),
        node("extract", "files.extract", {"format": "json"}),
    )
    secret = workflow(start, node("read", "files.read", {"path": "all/data/secret.key"}))

    async with Kernel.open(settings) as kernel:
        execution = await kernel.execute(written, [Item({"n": 1})])
        refused = await kernel.execute(secret, [Item({})])

    assert execution.status == "success"
    (step,) = [step for step in execution.steps if step.key.node_id == "extract"]
    assert [item.json for item in step.outputs["main"].items] == [{"data": [{"n": 1}]}]
    assert (tmp_path / "data/secret.key").is_file()
    assert refused.error is not None
    assert "not for workflows" in refused.error.message
