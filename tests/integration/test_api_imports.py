"""Import and export: several workflows at once, with a report of what was mapped."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.integration.test_api_workflows import add, config_of, document
from tests.support.server import Client, served

from penstock_kernel.store.scope import Scope
from penstock_kernel.store.sql.workflows import MOST_LISTED

N8N: dict[str, Any] = {
    "name": "From elsewhere",
    "nodes": [
        {
            "id": "1",
            "name": "Start",
            "type": "n8n-nodes-base.manualTrigger",
            "typeVersion": 1,
            "position": [0, 0],
            "parameters": {},
        },
        {
            "id": "2",
            "name": "Strange",
            "type": "n8n-nodes-nobody.strange",
            "typeVersion": 1,
            "position": [200, 0],
            "parameters": {"a": 1},
        },
    ],
    "connections": {"Start": {"main": [[{"node": "Strange", "type": "main", "index": 0}]]}},
}


def calling(workflow: str) -> dict[str, Any]:
    config = {"workflow": workflow}
    node = {"id": "call", "name": "Call", "type": "penstock/flow.execute", "config": config}
    return {"format": "penstock/1", "name": "calls", "nodes": [node]}


async def send(client: Client, data: Any, **more: Any) -> Any:
    return await client.json("POST", "/import", {"data": data, **more}, expect=201)


async def test_a_document_of_ours_is_kept_as_it_is(tmp_path: Path) -> None:
    async with served(tmp_path) as client:
        done = await send(client, document("Mine"), tags=["new"])
        (one,) = done["workflows"]
        shown = await client.json("GET", f"/workflows/{one['workflow']}")

    assert (done["importer"], done["nodes"], done["mapped"]) == ("penstock", 2, 2)
    assert one["report"]["ready"] is True
    assert shown["workflow"]["tags"] == ["new"]
    assert config_of(shown["document"]) == config_of(document())


async def test_a_workflow_of_another_product_is_told_what_was_mapped(tmp_path: Path) -> None:
    async with served(tmp_path) as client:
        seen = await send(client, N8N, preview=True)
        nothing = await client.json("GET", "/workflows")
        done = await send(client, N8N, importer="n8n")
        (one,) = done["workflows"]
        shown = await client.json("GET", f"/workflows/{one['workflow']}")

    assert nothing["items"] == []
    (preview,) = seen["workflows"]
    assert preview["workflow"] is None
    assert len(preview["report"]["document"]["nodes"]) == 2
    assert one["report"]["document"] is None
    assert (done["importer"], done["nodes"], done["mapped"]) == ("n8n", 2, 1)
    assert one["report"]["ready"] is False
    assert one["report"]["remarks"]
    assert shown["workflow"]["name"] == "From elsewhere"


async def test_what_was_exported_is_imported_with_its_folders_and_calls(tmp_path: Path) -> None:
    async with served(tmp_path / "a") as client:
        outer = await client.json("POST", "/folders", {"name": "outer"})
        inner = await client.json("POST", "/folders", {"name": "in", "parent": outer["id"]})
        called = await add(client, "Called", folder=inner["id"], tags=["t"])
        body = {"document": calling(called["id"])}
        caller = await client.json("POST", "/workflows", body)
        exported = await client.json("POST", "/export", {})
        single = await client.json("POST", "/export", {"workflows": [caller["id"]]})
        await client.ask("POST", "/export", {"workflows": ["wf_no"]}, expect=404)
    async with served(tmp_path / "b") as client:
        folder = await client.json("POST", "/folders", {"name": "imported"})
        done = await send(client, exported, folder=folder["id"])
        ids = {one["report"]["name"]: one["workflow"] for one in done["workflows"]}
        calls = await client.json("GET", f"/workflows/{ids['calls']}")
        here = await client.json("GET", f"/workflows/{ids['Called']}")
        tree = (await client.json("GET", "/folders"))["items"]

    assert [one["document"]["name"] for one in single["workflows"]] == ["calls"]
    assert calls["document"]["nodes"][0]["config"]["workflow"] == ids["Called"] != called["id"]
    assert here["workflow"]["tags"] == ["t"]
    by_id = {one["id"]: one for one in tree}
    lies_in = by_id[here["workflow"]["folder_id"]]
    above = by_id[lies_in["parent_id"]]
    assert [above["parent_id"], above["name"], lies_in["name"]] == [folder["id"], "outer", "in"]


async def test_an_export_of_everything_leaves_none_out(tmp_path: Path) -> None:
    async with served(tmp_path) as client:
        for number in range(MOST_LISTED + 2):
            await client.server.kernel.workflows.add(Scope(), document(f"number {number}"))
        exported = await client.json("POST", "/export", {})

    assert len({one["id"] for one in exported["workflows"]}) == MOST_LISTED + 2


async def test_one_that_cannot_be_kept_does_not_stop_the_others(tmp_path: Path) -> None:
    broken = {**document("Broken"), "nodes": [{"id": "no name"}]}
    async with served(tmp_path) as client:
        done = await send(client, [document("Fine"), broken])
        listed = await client.json("GET", "/workflows")

    fine, wrong = done["workflows"]
    assert fine["workflow"] is not None
    assert (wrong["workflow"], wrong["report"]["ready"]) == (None, False)
    assert "nodes[0]" in wrong["error"]
    assert [one["name"] for one in listed["items"]] == ["Fine"]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        pytest.param({"data": {"a": 1}}, "import.unknown", id="nobody-knows-it"),
        pytest.param({"data": []}, "import.unknown", id="nothing"),
        pytest.param({"data": "text"}, "import.unknown", id="text"),
        pytest.param({"data": N8N, "importer": "make"}, "import.unknown", id="no-such-importer"),
        pytest.param(
            {"data": {"format": "penstock/1"}, "importer": "n8n"}, "import.unknown", id="not-its"
        ),
        pytest.param(
            {"data": {"format": "penstock-export/1", "workflows": 1}},
            "import.failed",
            id="broken-export",
        ),
        pytest.param({"data": [document()] * 501}, "import.failed", id="too-many"),
    ],
)
async def test_what_cannot_be_imported_is_refused_with_a_way_out(
    body: dict[str, Any], code: str, tmp_path: Path
) -> None:
    async with served(tmp_path) as client:
        refused = await client.ask("POST", "/import", body, expect=422)

    assert refused.json()["code"] == code
    assert refused.json()["hint"]


async def test_a_folder_that_is_not_there_is_told_for_each(tmp_path: Path) -> None:
    async with served(tmp_path) as client:
        done = await send(client, [document("a")], folder="fo_no")
        listed = await client.json("GET", "/workflows")

    assert done["workflows"][0]["error"].startswith("folder.missing")
    assert listed["items"] == []
