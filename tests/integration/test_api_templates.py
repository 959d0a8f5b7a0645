"""Templates: a workflow becomes one, and workflows begin with one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.integration.test_api_workflows import add, config_of, document
from tests.support.databases import KINDS, opened
from tests.support.server import Client, served

from penstock_kernel.kernel import Kernel
from penstock_kernel.store.scope import AccessDenied, Scope
from penstock_kernel.store.sql import templates
from penstock_kernel.store.sql.database import Database
from penstock_kernel.store.sql.templates import TemplateGiven, TemplateMissing
from penstock_web.api.templates_shipped import shipped

SCOPE = Scope("w1", "ada")
READER = Scope("w1", "bob", frozenset({"template:read"}))


async def keep(db: Database, name: str) -> None:
    given = TemplateGiven(name=name, description="", text=f"text of {name}")
    await db.transact(lambda one: templates.add(one, SCOPE, given, 1))


@pytest.mark.parametrize("kind", KINDS)
async def test_templates_are_kept_per_workspace_and_in_pages(kind: str, tmp_path: Path) -> None:
    async with opened(kind, tmp_path) as db:
        for name in ("b", "a", "C"):
            await keep(db, name)
        first = await db.read(lambda one: templates.listed(one, SCOPE, most=2))
        after = templates.cursor(first[-1].id, first[-1].name)
        rest = await db.read(lambda one: templates.listed(one, SCOPE, after=after))
        found = await db.read(lambda one: templates.listed(one, SCOPE, part="c"))
        _, text = await db.read(lambda one: templates.get(one, SCOPE, first[0].id))
        with pytest.raises(TemplateMissing):
            await db.read(lambda one: templates.get(one, Scope("w2"), first[0].id))
        with pytest.raises(TemplateMissing):
            await db.transact(lambda one: templates.remove(one, Scope("w2"), first[0].id))
        with pytest.raises(AccessDenied):
            await db.transact(lambda one: templates.remove(one, READER, first[0].id))

    assert sorted(one.name for one in [*first, *rest]) == ["C", "a", "b"]
    assert [one.name for one in found] == ["C"]
    assert text == f"text of {first[0].name}"


async def test_a_workflow_begins_with_what_another_one_was(tmp_path: Path) -> None:
    async with served(tmp_path) as client:
        made = await add(client, "Original")
        body = {"workflow": made["id"], "name": "Pattern", "description": "to begin with"}
        kept = await client.json("POST", "/templates", body, expect=201)
        folder = await client.json("POST", "/folders", {"name": "f"})
        place = f"/templates/{kept['id']}"
        body = {"name": "New", "folder": folder["id"]}
        begun = await client.json("POST", f"{place}/workflows", body, expect=201)
        shown = await client.json("GET", f"/workflows/{begun['id']}")
        listed = await client.json("GET", "/templates", search="patt")
        await client.ask("DELETE", place, expect=204)
        await client.ask("GET", place, expect=404)

    assert shown["workflow"]["folder_id"] == folder["id"]
    assert shown["document"]["name"] == "New"
    assert config_of(shown["document"]) == config_of(document())
    assert [(one["name"], one["author"]) for one in listed["items"]] == [("Pattern", "u_1")]


async def test_a_template_has_no_credentials_no_data_and_no_comments(tmp_path: Path) -> None:
    given = document()
    given["nodes"][1]["credentials"] = {"api": "cr_1"}
    given["fixtures"] = {"put": {"default": [{"json": {"secret": 1}}]}}
    given["comments"] = [{"id": "c1", "text": "between us"}]
    async with served(tmp_path) as client:
        made = await client.json("POST", "/workflows", {"document": given})
        kept = await client.json("POST", "/templates", {"workflow": made["id"]})
        shown = await client.json("GET", f"/templates/{kept['id']}")

    text = str(shown["document"])
    assert not any(word in text for word in ("cr_1", "secret", "between us"))
    assert config_of(shown["document"]) == config_of(given)


async def test_the_examples_are_templates_of_everybody(tmp_path: Path) -> None:
    async with served(tmp_path) as client:
        names: list[str] = []
        cursor: str | None = ""
        while cursor is not None:
            page = await client.json("GET", "/templates", limit=5, cursor=cursor)
            names += [one["id"] for one in page["items"]]
            cursor = page["next_cursor"]
        shown = await client.json("GET", "/templates/example:01-hello")
        missing = await client.ask("GET", "/templates/example:nothing", expect=404)
        kept = await client.ask("DELETE", "/templates/example:01-hello", expect=404)

    assert names == list(shipped())
    assert len(names) >= 15
    assert shown["template"]["shipped"] is True
    assert shown["readme"].startswith("# Hello")
    assert missing.json()["code"] == kept.json()["code"] == "template.missing"


async def test_an_example_that_calls_another_workflow_runs_from_the_store(tmp_path: Path) -> None:
    async with served(tmp_path) as client:
        place = "/templates/example:07-sub-workflow/workflows"
        begun = await client.json("POST", place, {}, expect=201)
        shown = await client.json("GET", f"/workflows/{begun['id']}")
        result = await executed(client.server.kernel, shown["document"])

    assert result.status == "success", result.error
    assert not [one for one in shown["findings"] if one["level"] == "error"]


async def executed(kernel: Kernel, value: dict[str, Any]) -> Any:
    (test, *_) = value["tests"]
    items = [one["json"] for one in test["input"]]
    return await kernel.execute(value, items, mode="webhook")


async def test_a_template_needs_a_folder_that_there_is_and_a_grant(tmp_path: Path) -> None:
    async with served(tmp_path) as client:
        place = "/templates/example:01-hello/workflows"
        lost = await client.ask("POST", place, {"folder": "fo_no"}, expect=404)
        left = await client.json("GET", "/workflows")
        grants = {"test-grants": "workflow:write"}
        await client.ask("POST", place, {}, headers=grants, expect=403)
        await refused(client)

    assert lost.json()["code"] == "folder.missing"
    assert left["items"] == []


async def refused(client: Client) -> None:
    grants = {"test-grants": "template:read"}
    await client.ask("POST", "/templates", {"workflow": "x"}, headers=grants, expect=403)
