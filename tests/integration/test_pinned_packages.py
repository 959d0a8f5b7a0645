"""A published version runs with the packages that it was published with, and no others."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from tests.support.databases import new_sqlite_url

from penstock_kernel.kernel import Kernel
from penstock_kernel.packages.pinning import PackageChanged
from penstock_kernel.settings import Settings
from penstock_kernel.store.scope import Scope
from penstock_kernel.work.entering import Incoming

PACKAGE = Path(__file__).parents[2] / "examples" / "packages" / "acme-slug-js"
SCOPE = Scope()


def settings(folder: Path) -> Settings:
    return Settings(
        data_dir=folder / "data",
        database=new_sqlite_url(folder / "penstock.db"),
        packages=(folder / "package",),
        sandbox="inprocess",
    )


def document(kind: str) -> dict[str, Any]:
    nodes = [
        {"id": "start", "name": "Start", "type": "penstock/flow.manual"},
        {"id": "slug", "name": "Slug", "type": kind, "config": {"title": "A b"}},
    ]
    edges = [{"from": ["start", "main"], "to": ["slug", "main"]}]
    return {"format": "penstock/1", "name": "Pinned", "nodes": nodes, "edges": edges}


async def test_code_of_strangers_that_changed_is_not_run_until_it_is_published_anew(
    tmp_path: Path,
) -> None:
    shutil.copytree(PACKAGE, tmp_path / "package")
    async with Kernel.open(settings(tmp_path)) as kernel:
        kind = next(one for one in kernel.plugins.types() if one.startswith("acme/"))
        made = await kernel.workflows.add(SCOPE, document(kind))
        version = await kernel.workflows.publish(SCOPE, made.id)
        await kernel.workflows.activate(SCOPE, made.id)
    assert set(version.pins) == {"acme/slug", "penstock/flow"}
    source = next((tmp_path / "package").rglob("*.js"))
    source.write_text(source.read_text() + "\n// changed\n")
    async with Kernel.open(settings(tmp_path)) as kernel, kernel.serve():
        with pytest.raises(PackageChanged, match="acme/slug") as caught:
            await kernel.accept(Incoming(workflow=made.id, mode="webhook"))
        draft = await kernel.workflows.show(SCOPE, made.id)
        text = await kernel.workflows.text(SCOPE, made.id)
        renamed = text.replace("Pinned", "Pinned again")
        await kernel.workflows.save(SCOPE, made.id, renamed, seen=draft.workflow.revision)
        await kernel.workflows.publish(SCOPE, made.id)
        await kernel.workflows.activate(SCOPE, made.id)
        accepted = await kernel.accept(Incoming(workflow=made.id, mode="webhook"))

    assert "publish it anew" in caught.value.hint
    assert accepted.is_new
