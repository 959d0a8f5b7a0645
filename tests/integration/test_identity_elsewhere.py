"""People who have nothing to do with a workspace, or see one thing of it, and what they reach."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from itertools import pairwise
from pathlib import Path
from typing import Any

import httpx2
from tests.support.identity import PASSWORD, serving_people
from tests.support.server import HOST, Client

from penstock_web.identity.accounts import setup_link
from penstock_web.identity.choices import Choices


def node(name: str, kind: str, **config: Any) -> dict[str, Any]:
    return {"id": name, "name": name, "type": f"penstock/{kind}", "config": config}


def document(*nodes: Mapping[str, Any]) -> dict[str, Any]:
    edges = [
        {"from": [one["id"], "main"], "to": [other["id"], "main"]} for one, other in pairwise(nodes)
    ]
    return {"format": "penstock/1", "name": "Some", "nodes": list(nodes), "edges": edges}


class Person:
    """Somebody with a browser."""

    def __init__(self, client: Client, done: Mapping[str, Any]) -> None:
        self.client, self.id = client, done["user"]["id"]
        self.page = {"x-csrf-token": done["csrf_token"], "origin": HOST}

    async def json(self, method: str, path: str, body: Any = None, **more: Any) -> Any:
        return await self.client.json(method, path, body, headers=self.page, **more)

    async def status(self, method: str, path: str, body: Any = None) -> int:
        found = await self.client.http.request(
            method, f"/api/v1{path}", json=body, headers=self.page
        )
        return found.status_code


@asynccontextmanager
async def owned(folder: Path) -> AsyncGenerator[Person]:
    """A server, and its owner."""
    async with serving_people(folder, Choices(registration=True)) as client:
        link = await setup_link(client.server.db, client.server.kernel.now_ms) or ""
        body = {"token": link.partition("=")[2], "email": "owner@example.com", "name": "Olga"}
        done = await client.json("POST", "/set-up", {**body, "password": PASSWORD}, expect=201)
        yield Person(client, done)


@asynccontextmanager
async def another(owner: Person, path: str, body: Mapping[str, Any]) -> AsyncGenerator[Person]:
    """Somebody else, with a browser of his own."""
    transport = owner.client.http._transport
    async with httpx2.AsyncClient(transport=transport, base_url=HOST) as http:
        client = Client(owner.client.server, http)
        given = {**body, "password": PASSWORD}
        yield Person(client, await client.json("POST", path, given, expect=201))


async def activated(owner: Person, given: Mapping[str, Any]) -> str:
    made = await owner.json("POST", "/workflows", {"document": given})
    await owner.json("POST", f"/workflows/{made['id']}/versions", {"activate": True})
    return str(made["id"])


async def test_a_chat_is_for_those_of_its_workspace(tmp_path: Path) -> None:
    says = node("say", "data.set", assignments=[{"name": "output", "value": "secret"}])
    asks = {"chatInput": "hi"}
    async with owned(tmp_path) as owner:
        await activated(owner, document(node("chat", "flow.chat", path="talk"), says))
        async with another(owner, "/register", {"email": "eve@example.com"}) as stranger:
            theirs = await stranger.client.http.post(
                "/chat/default/talk", json=asks, headers=stranger.page
            )
        ours = await owner.client.http.post("/chat/default/talk", json=asks, headers=owner.page)

    assert (theirs.status_code, "secret" in theirs.text) == (403, False)
    assert ours.json()["output"] == "secret"


async def test_with_whom_one_workflow_is_shared_has_it_call_no_other(tmp_path: Path) -> None:
    salary = node("say", "data.set", assignments=[{"name": "salary", "value": "12345"}])
    async with owned(tmp_path) as owner:
        other = await activated(owner, document(node("start", "flow.called"), salary))
        start = node("start", "flow.manual")
        kept = node("kept", "flow.execute", workflow=other)
        body = {"document": document(start, kept)}
        mine = (await owner.json("POST", "/workflows", body))["id"]
        invited = {"email": "guest@example.com", "role": "member", "organization": True}
        link = (await owner.json("POST", "/invitations", invited, expect=201))["link"]
        joins = {"token": link.partition("invitation=")[2]}
        async with another(owner, "/invitations/join", joins) as guest:
            await owner.json("PUT", f"/shares/workflow/{mine}/user:{guest.id}", {"level": "write"})
            draft = f"/workflows/{mine}/draft"
            calls = {
                name: document(start, kept, node("call", "flow.execute", workflow=name))
                for name in (other, "wf_other", mine, "={{ $json.which }}")
            }
            runs = {
                name: await guest.status("POST", f"{draft}/executions", {"document": one})
                for name, one in calls.items()
            }
            seen = await guest.client.ask("GET", f"/workflows/{mine}", headers=guest.page)
            saved = await guest.client.http.put(
                f"/api/v1/workflows/{mine}",
                json={"document": calls["wf_other"]},
                headers={**guest.page, "if-match": seen.headers["etag"]},
            )

    # What was called before may be called again, and so may what he may run himself.
    assert runs == {other: 202, "wf_other": 403, mine: 202, "={{ $json.which }}": 403}
    assert saved.status_code == 403
