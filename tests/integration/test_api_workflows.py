"""Workflows over HTTP: kept, changed, published, gone back to."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.support.server import Client, served


def document(name: str = "One", value: str = "a") -> dict[str, Any]:
    node = {
        "id": "start",
        "name": "Start",
        "type": "penstock/flow.manual",
    }
    config = {"assignments": [{"name": "x", "value": value}]}
    put = {"id": "put", "name": "Put", "type": "penstock/data.set", "config": config}
    edges = [{"from": ["start", "main"], "to": ["put", "main"]}]
    return {"format": "penstock/1", "name": name, "nodes": [node, put], "edges": edges}


def config_of(shown: dict[str, Any]) -> Any:
    return next(node["config"] for node in shown["nodes"] if node["id"] == "put")


async def add(client: Client, name: str = "One", **more: Any) -> dict[str, Any]:
    made: dict[str, Any] = await client.json(
        "POST", "/workflows", {"document": document(name), **more}, expect=201
    )
    return made


async def test_a_workflow_is_read_as_it_was_kept(tmp_path: Path) -> None:
    async with served(tmp_path) as client:
        made = await add(client, tags=["b", "a"])
        answer = await client.ask("GET", f"/workflows/{made['id']}")

    assert answer.headers["etag"] == '"1"'
    assert answer.json()["workflow"]["tags"] == ["a", "b"]
    assert config_of(answer.json()["document"]) == config_of(document())


async def test_two_who_change_the_same_draft_do_not_overwrite_each_other(tmp_path: Path) -> None:
    async with served(tmp_path) as client:
        made = await add(client)
        place, given = f"/workflows/{made['id']}", {"document": document(value="b")}
        seen = {"if-match": '"1"'}
        first = await client.ask("PUT", place, given, headers=seen)
        second = await client.ask("PUT", place, given, headers=seen, expect=412)
        blind = await client.ask("PUT", place, given, expect=428)

    assert first.headers["etag"] == '"2"'
    assert second.headers["content-type"] == "application/problem+json"
    assert second.json()["code"] == "workflow.changed"
    assert "If-Match" in blind.json()["hint"]


async def test_lists_come_in_pages_and_by_tag_and_name(tmp_path: Path) -> None:
    async with served(tmp_path) as client:
        for name in ("c", "a", "b"):
            await add(client, name, tags=["odd"] if name != "b" else [])
        first = await client.json("GET", "/workflows", limit=2)
        rest = await client.json("GET", "/workflows", limit=2, cursor=first["next_cursor"])
        odd = await client.json("GET", "/workflows", tag="odd")
        found = await client.json("GET", "/workflows", search="B")

    assert [one["name"] for one in first["items"]] == ["a", "b"]
    assert [one["name"] for one in rest["items"]] == ["c"]
    assert rest["next_cursor"] is None
    assert [one["name"] for one in odd["items"]] == ["a", "c"]
    assert [one["name"] for one in found["items"]] == ["b"]


async def test_an_older_version_can_be_compared_restored_and_made_active(tmp_path: Path) -> None:
    async with served(tmp_path) as client:
        made = await add(client)
        place = f"/workflows/{made['id']}"
        await client.ask("POST", f"{place}/versions", {"note": "first"}, expect=201)
        changed = {"document": document(value="b")}
        await client.ask("PUT", place, changed, headers={"if-match": "1"})
        await client.ask("POST", f"{place}/versions", {"activate": True}, expect=201)
        changes = await client.json("GET", f"{place}/versions/1/changes", to=2)
        active = await client.json("PUT", f"{place}/active", {"number": 1})
        seen = {"if-match": str(active["revision"])}
        await client.ask("POST", f"{place}/versions/1/restore", headers=seen)
        shown = await client.json("GET", place)

    assert [one["path"] for one in changes["changes"]] == ["config.assignments[0].value"]
    assert active["active_version"] == 1
    assert config_of(shown["document"]) == config_of(document(value="a"))


async def test_a_call_with_a_key_is_done_once(tmp_path: Path) -> None:
    async with served(tmp_path) as client:
        keyed = {"idempotency-key": "k1"}
        body = {"document": document()}
        first = await client.ask("POST", "/workflows", body, headers=keyed)
        again = await client.ask("POST", "/workflows", body, headers=keyed)
        other = {"document": document("Two")}
        reused = await client.ask("POST", "/workflows", other, headers=keyed, expect=422)
        found = await client.json("GET", "/workflows")

    assert first.json() == again.json()
    assert again.headers["idempotent-replay"] == "true"
    assert reused.json()["code"] == "request.key_reused"
    assert len(found["items"]) == 1


@pytest.mark.parametrize(
    ("method", "path", "grants"),
    [
        ("GET", "/workflows", "workflow:write"),
        ("POST", "/workflows", "workflow:read"),
        ("DELETE", "/workflows/{id}", "workflow:read workflow:write"),
        ("PUT", "/workflows/{id}/active", "workflow:read workflow:write"),
    ],
)
async def test_who_has_no_grant_for_it_is_refused(
    method: str, path: str, grants: str, tmp_path: Path
) -> None:
    async with served(tmp_path) as client:
        made = await add(client)
        place = path.format(id=made["id"])
        refused = await client.ask(method, place, headers={"test-grants": grants}, expect=403)

    assert refused.json()["code"] == "access.denied"


async def test_what_belongs_to_another_workspace_is_not_there(tmp_path: Path) -> None:
    async with served(tmp_path) as client:
        made = await add(client)
        elsewhere = {"penstock-workspace": "other"}
        place = f"/workflows/{made['id']}"
        await client.ask("GET", place, headers=elsewhere, expect=404)
        await client.ask("DELETE", place, headers=elsewhere, expect=404)
        listed = await client.json("GET", "/workflows", headers=elsewhere)

    assert listed["items"] == []


@pytest.mark.parametrize(
    ("body", "code", "field"),
    [
        (b"{", "request.invalid", ""),
        (b'{"document": 1}', "request.invalid", "body.document"),
        (b'{"document": {}, "more": 1}', "request.invalid", "body"),
        (b'{"document": {}}', "document.invalid", ""),
        (b"[" * 100_000, "request.invalid", "body"),
        (b'{"document": {"a": ' + b"[" * 100_000, "request.invalid", ""),
        (b"\xff\xfe", "request.invalid", ""),
        (b'{"document": {"name": "a\\u0000b"}}', "request.invalid", ""),
    ],
)
async def test_what_cannot_be_read_is_refused_with_the_place(
    body: bytes, code: str, field: str, tmp_path: Path
) -> None:
    async with served(tmp_path) as client:
        answer = await client.http.post("/api/v1/workflows", content=body)

    assert answer.status_code in (400, 422)
    assert answer.json()["code"] == code
    assert answer.json().get("field", "") == field


@pytest.mark.parametrize("path", ["/workflows/%00", "/workflows?search=%00", "/workflows/a%00b"])
async def test_a_character_that_no_database_keeps_is_refused(path: str, tmp_path: Path) -> None:
    async with served(tmp_path) as client:
        answer = await client.http.get(f"/api/v1{path}")

    assert answer.status_code == 400


async def test_a_backslash_before_the_name_of_that_character_is_a_text(tmp_path: Path) -> None:
    async with served(tmp_path) as client:
        made = await client.json("POST", "/workflows", {"document": document("a\\u0000b")})

    assert made["name"] == "a\\u0000b"
