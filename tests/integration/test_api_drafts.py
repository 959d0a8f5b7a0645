"""Drafts over HTTP, a part at a time, and comments on them."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from tests.integration.test_api_workflows import add, config_of
from tests.support.server import Client, served

COMMENTS = {"test-grants": "workflow:read comment:read comment:write", "test-user": "u_viewer"}


async def edit(
    client: Client, workflow: str, *edits: dict[str, Any], seen: str = "1", **more: Any
) -> Any:
    place = f"/workflows/{workflow}/draft"
    headers = {"if-match": f'"{seen}"'}
    return await client.ask("PATCH", place, {"edits": list(edits)}, headers=headers, **more)


async def test_a_part_of_a_draft_is_changed_without_sending_the_rest(tmp_path: Path) -> None:
    value = {"assignments": [{"name": "x", "value": "new"}]}
    async with served(tmp_path) as client:
        made = await add(client)
        answer = await edit(
            client,
            made["id"],
            {"op": "change_node", "id": "put", "config": value},
            {"op": "set_setting", "name": "timeout_s", "value": 30},
            {"op": "set_layout", "places": {"put": [10, 20]}},
        )
        shown = await client.ask("GET", f"/workflows/{made['id']}")

    assert answer.headers["etag"] == shown.headers["etag"] == '"2"'
    document = shown.json()["document"]
    assert answer.json()["document"] == document
    assert config_of(document) == value
    assert document["settings"] == {"timeout_s": 30}
    assert document["layout"] == {"put": [10, 20]}


async def test_edits_of_an_old_revision_are_refused(tmp_path: Path) -> None:
    edits = {"op": "set_about", "name": "Two"}
    async with served(tmp_path) as client:
        made = await add(client)
        await edit(client, made["id"], edits)
        old = await edit(client, made["id"], {"op": "remove_node", "id": "no"}, expect=412)
        place = f"/workflows/{made['id']}/draft"
        blind = await client.ask("PATCH", place, {"edits": [edits]}, expect=428)

    assert old.json()["code"] == "workflow.changed"
    assert blind.json()["code"] == "request.state_needed"


async def test_of_edits_that_cannot_all_be_made_none_is(tmp_path: Path) -> None:
    async with served(tmp_path) as client:
        made = await add(client)
        refused = await edit(
            client,
            made["id"],
            {"op": "set_about", "name": "Two"},
            {"op": "remove_node", "id": "nobody"},
            expect=422,
        )
        strange = await edit(client, made["id"], {"op": "explode"}, expect=400)
        shown = await client.json("GET", f"/workflows/{made['id']}")

    assert refused.json()["code"] == "draft.edit_refused"
    assert refused.json()["field"] == "edits[1]"
    assert strange.json()["field"].startswith("body.edits[0]")
    assert shown["workflow"]["name"] == "One"


async def test_renaming_a_node_rewrites_what_names_it(tmp_path: Path) -> None:
    named = {"assignments": [{"name": "x", "value": "={{ $('Start').item.json.a }}"}]}
    async with served(tmp_path) as client:
        made = await add(client)
        answer = await edit(
            client,
            made["id"],
            {"op": "change_node", "id": "put", "config": named},
            {"op": "rename_node", "id": "start", "name": "Begin"},
        )

    value = config_of(answer.json()["document"])["assignments"][0]["value"]
    assert value == "={{ $('Begin').item.json.a }}"


async def test_who_may_not_change_a_workflow_can_comment_on_it(tmp_path: Path) -> None:
    async with served(tmp_path) as client:
        made = await add(client)
        place = f"/workflows/{made['id']}"
        body = {"text": "why?", "node": "put"}
        said = await client.json("POST", f"{place}/comments", body, headers=COMMENTS, expect=201)
        refused = await client.ask(
            "PATCH",
            f"{place}/draft",
            {"edits": [{"op": "set_about", "name": "x"}]},
            headers={**COMMENTS, "if-match": "2"},
            expect=403,
        )
        listed = await client.json("GET", f"{place}/comments", headers=COMMENTS)

    assert (said["author"], said["node"]) == ("u_viewer", "put")
    assert said["at"].endswith("Z")
    assert refused.json()["code"] == "access.denied"
    assert listed["items"] == [said]


async def test_a_comment_is_answered_settled_and_taken_back(tmp_path: Path) -> None:
    async with served(tmp_path) as client:
        made = await add(client)
        place = f"/workflows/{made['id']}/comments"
        first = await client.json("POST", place, {"text": "why?", "node": "put"})
        answer = await client.json("POST", place, {"text": "because", "answers": first["id"]})
        more = await client.json("POST", place, {"text": "ah", "answers": answer["id"]})
        settled = await client.json("PATCH", f"{place}/{first['id']}", {"resolved": True})
        listed = (await client.json("GET", place))["items"]
        await client.ask("DELETE", f"{place}/{first['id']}", expect=204)
        left = await client.json("GET", place)

    assert (answer["node"], answer["answers"], more["answers"]) == ("put", first["id"], first["id"])
    assert settled["resolved"] is True
    assert all(one["resolved"] for one in listed)
    assert left["items"] == []


async def test_nobody_changes_what_somebody_else_said(tmp_path: Path) -> None:
    async with served(tmp_path) as client:
        made = await add(client)
        place = f"/workflows/{made['id']}/comments"
        said = await client.json("POST", place, {"text": "mine"})
        one = f"{place}/{said['id']}"
        for method, body in (("PATCH", {"text": "yours"}), ("DELETE", None)):
            refused = await client.ask(method, one, body, headers=COMMENTS, expect=403)
            assert refused.json()["code"] == "access.denied"
        owner = {"test-user": "u_owner"}
        await client.ask("PATCH", one, {"text": "not mine"}, headers=owner, expect=403)
        await client.ask("DELETE", one, headers=owner, expect=204)
        await client.ask("PATCH", one, {"resolved": True}, expect=422)


async def test_each_who_comments_is_answered_with_what_he_said(tmp_path: Path) -> None:
    async with served(tmp_path) as client:
        made = await add(client)
        place = f"/workflows/{made['id']}/comments"
        said = [await client.json("POST", place, {"text": f"c{n}"}) for n in range(6)]

    assert [one["text"] for one in said] == [f"c{n}" for n in range(6)]


async def test_comments_at_the_same_time_are_all_kept(tmp_path: Path) -> None:
    async with served(tmp_path) as client:
        made = await add(client)
        place = f"/workflows/{made['id']}/comments"
        await asyncio.gather(
            *(client.ask("POST", place, {"text": f"c{n}"}, expect=201) for n in range(4))
        )
        listed = await client.json("GET", place)

    assert sorted(one["text"] for one in listed["items"]) == ["c0", "c1", "c2", "c3"]


async def test_a_comment_needs_something_to_be_about(tmp_path: Path) -> None:
    async with served(tmp_path) as client:
        made = await add(client)
        place = f"/workflows/{made['id']}/comments"
        for body in (
            {"text": "x", "node": "nobody"},
            {"text": "x", "answers": "cm_no"},
            {"text": "x", "edge": [["nobody", "main"], ["put", "main"]]},
        ):
            refused = await client.ask("POST", place, body, expect=422)
            assert refused.json()["code"] == "draft.edit_refused"
        empty = await client.ask("PATCH", f"{place}/cm_no", {}, expect=400)
        await client.ask("POST", place, {"text": ""}, expect=400)

    assert empty.json()["code"] == "request.invalid"
