"""Every route, every role, and objects of others: `tests/vectors/access.json` says what holds.

`least` is the least that a caller has to be. Whoever is less is refused, whoever is more is not.
`body` is what is sent to a route that needs one to reach the object that it names.
"""

from __future__ import annotations

import json
import re
from collections.abc import AsyncGenerator, Mapping
from pathlib import Path
from typing import Any

import httpx2
import pytest
from tests.support.identity import PASSWORD, serving_people
from tests.support.server import HOST, Client

from penstock_kernel.store.sql.members_grants import GRANTS
from penstock_kernel.store.sql.sessions import From
from penstock_web.api import ENDPOINTS
from penstock_web.http.endpoint import Endpoint
from penstock_web.identity.accounts import setup_link
from penstock_web.identity.identity import Identity

ROWS: dict[str, dict[str, Any]] = json.loads(
    (Path(__file__).parents[1] / "vectors" / "access.json").read_text()
)
ROLES = ("viewer", "developer", "admin", "organization", "owner")
LEVELS = ("public", "account", "session", *ROLES)
DENIED = {"access.denied", "access.sign_in_needed"}
#: What belongs to an organization as a whole, and is seen in each of its workspaces.
OF_ORGANIZATION = {"team", "role", "organization", "user"}
ORGANIZATION_LISTS = {"GET /teams", "GET /roles"}
_PARAMETER = re.compile(r"{(\w+)(?::(\w+))?}")
#: Each object of the first workspace has it in its name.
CANARY = "canary_7f3a"


def name_of(endpoint: Endpoint) -> str:
    return f"{endpoint.method} {endpoint.path}"


def parameters(endpoint: Endpoint) -> list[str]:
    return [name for name, _ in _PARAMETER.findall(endpoint.path)]


def test_every_route_has_a_row_and_every_row_a_route() -> None:
    assert sorted(map(name_of, ENDPOINTS)) == sorted(ROWS)


def test_every_row_names_a_level_that_there_is() -> None:
    assert {name for name, row in ROWS.items() if row["least"] not in LEVELS} == set()


def test_every_route_needs_a_grant_that_there_is() -> None:
    assert {name_of(one) for one in ENDPOINTS if one.needs and one.needs not in GRANTS} == set()


class Installation:
    """Two organizations: one with two workspaces and somebody in each role, one with a stranger."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.identity = client.server.identity
        assert isinstance(self.identity, Identity)
        #: The header of each caller.
        self.callers: dict[str, dict[str, str]] = {"anonymous": {}}
        #: Objects of the first workspace.
        self.objects: dict[str, str] = {}
        self.beside = self.elsewhere = ""

    async def call(
        self, caller: str, endpoint: Endpoint, objects: Mapping[str, str], workspace: str = ""
    ) -> httpx2.Response:
        """Call a route about some objects."""
        path = _PARAMETER.sub(
            lambda found: objects.get(found[1], "0" if found[2] else "none"), endpoint.path
        )
        headers = dict(self.callers[caller])
        if workspace:
            headers["penstock-workspace"] = workspace
        body = ROWS[name_of(endpoint)].get("body")
        if body is not None:
            text = json.dumps(body)
            for name, value in objects.items():
                text = text.replace(f'"{{{name}}}"', json.dumps(value))
            headers |= {"content-type": "application/json", "if-match": '"1"'}
            return await self.client.http.request(
                endpoint.method, f"/api/v1{path}", content=text, headers=headers
            )
        return await self.client.http.request(
            endpoint.method, f"/api/v1{path}", headers={**headers, "if-match": '"1"'}
        )

    async def make(self) -> None:
        """Make everything."""
        link = await setup_link(self.client.server.db, self.client.server.kernel.now_ms)
        assert link is not None
        body = {"token": link.partition("=")[2], "email": "owner@x.y", "password": PASSWORD}
        done = await self.client.json("POST", "/set-up", body)
        page = {"x-csrf-token": done["csrf_token"]}
        self.callers["owner"] = await self._token(self.client, page)
        owner = self.callers["owner"]
        self.client.http.cookies.clear()
        self.beside = (await self._json("POST", "/workspaces", {"name": "beside"}, owner))["id"]
        self.elsewhere = (await self._json("POST", "/organizations", {"name": "E"}, owner))["id"]
        for role in ("viewer", "developer", "admin"):
            await self._join(role, "default", role, whole=False)
        await self._join("organization", "default", "admin", whole=True)
        await self._join("neighbour", self.beside, "admin", whole=False)
        await self._join("stranger", self.elsewhere, "admin", whole=True)
        await self._make_objects(owner)

    async def _join(self, caller: str, workspace: str, role: str, *, whole: bool) -> None:
        asked = {"email": f"{caller}@x.y", "role": role, "organization": whole}
        headers = {**self.callers["owner"], "penstock-workspace": workspace}
        made = await self._json("POST", "/invitations", asked, headers)
        token = made["link"].partition("invitation=")[2]
        assert isinstance(self.identity, Identity)
        # From an address of his own: how many may come from one is bounded.
        where = From(f"192.0.2.{len(self.callers)}")
        done = await self.identity.invitations.join(token, caller, PASSWORD, where)
        transport = self.client.http._transport
        async with httpx2.AsyncClient(transport=transport, base_url=HOST) as http:
            http.cookies.set("sid", done.cookie)
            other = Client(self.client.server, http)
            page = {"x-csrf-token": (await other.json("GET", "/me"))["csrf_token"]}
            self.callers[caller] = await self._token(other, page)

    async def _token(self, client: Client, page: Mapping[str, str]) -> dict[str, str]:
        me = await client.json("GET", "/me", headers=page)
        asked = {"name": "all", "scopes": me["grants"], "everywhere": True}
        made = await client.json("POST", "/tokens", asked, headers=page)
        return {"authorization": f"Bearer {made['value']}"}

    async def _json(self, method: str, path: str, body: Any, headers: Mapping[str, str]) -> Any:
        return await self.client.json(method, path, body, headers=headers)

    async def _make_objects(self, owner: Mapping[str, str]) -> None:
        async def made(path: str, body: Any) -> str:
            found = await self._json("POST", path, body, owner)
            return str(found.get("credential", found)["id"])

        nodes = [{"id": "start", "name": "start", "type": "penstock/flow.manual", "config": {}}]
        document = {"format": "penstock/1", "name": CANARY, "nodes": nodes, "edges": []}
        workflow = await made("/workflows", {"document": document})
        await self._json("POST", f"/workflows/{workflow}/versions", {"activate": True}, owner)
        executed = await self.client.json(
            "POST", f"/workflows/{workflow}/executions", {}, headers=owner, wait=True
        )
        column = {"name": "a", "kind": "text"}
        table = await made("/tables", {"name": CANARY, "columns": [column]})
        await self._json("POST", f"/tables/{table}/rows", {"rows": [{"a": CANARY}]}, owner)
        await self._json("PUT", f"/variables/{CANARY}", {"value": CANARY}, owner)
        view = {"kind": "workflows", "name": CANARY, "query": {}, "shared": True}
        alert = {"name": CANARY, "kind": "queue_age", "target": "https://x.test/hook"}
        credential = {
            "name": CANARY,
            "type": "http_bearer",
            "fields": {"token": CANARY},
            "hosts": ["https://api.example.com"],
        }
        invitation = {"email": f"{CANARY}@x.y", "role": "viewer"}
        pending = await self._json("POST", "/invitations", invitation, owner)
        me = await self._json("GET", "/me", None, owner)
        service = {"name": CANARY, "scopes": ["workflow:read"], "kind": "service"}
        token = (await self._json("POST", "/tokens", service, owner))["token"]["id"]
        sent = await self.client.http.post(
            f"/api/v1/files?name={CANARY}.txt", content=CANARY.encode(), headers=owner
        )
        self.objects = {
            "workflow": workflow,
            "number": "1",
            "execution": str(executed["execution"]),
            "node": "start",
            "run": "0",
            "run_index": "0",
            "index": "0",
            "table": table,
            "row": "1",
            "name": CANARY,
            "view": await made("/views", view),
            "alert": await made("/alerts", alert),
            "folder": await made("/folders", {"name": CANARY}),
            "template": await made("/templates", {"workflow": workflow, "name": CANARY}),
            "credential": await made("/credentials", credential),
            "comment": await made(f"/workflows/{workflow}/comments", {"text": CANARY}),
            "team": await made("/teams", {"name": CANARY}),
            "role": await made("/roles", {"name": CANARY, "grants": ["workflow:read"]}),
            "token": token,
            "file": str(sent.json()["id"]),
            "invitation": pending["invitation"]["id"],
            "workspace": "default",
            "organization": me["organization"],
            "user": me["user"]["id"],
            "kind": "workflow",
            "object": workflow,
            "subject": f"user:{me['user']['id']}",
        }


@pytest.fixture
async def there(tmp_path: Path) -> AsyncGenerator[Installation]:
    async with serving_people(tmp_path) as client:
        found = Installation(client)
        await found.make()
        yield found


def code_of(answer: httpx2.Response) -> str:
    if answer.headers.get("content-type", "") != "application/problem+json":
        return ""
    return str(answer.json()["code"])


def allowed(caller: str, least: str) -> bool:
    if least == "public":
        return True
    return caller != "anonymous" and LEVELS.index(caller) >= LEVELS.index(least)


def _streams(endpoint: Endpoint) -> bool:
    return endpoint.produces == "text/event-stream"


async def test_every_role_may_do_what_its_row_says_and_nothing_else(there: Installation) -> None:
    wrong: list[str] = []
    for endpoint in ENDPOINTS:
        least = ROWS[name_of(endpoint)]["least"]
        for caller in ("anonymous", *ROLES):
            expected = allowed(caller, least)
            if expected and _streams(endpoint):
                continue  # would never end
            code = code_of(await there.call(caller, endpoint, {"kind": "workflow"}, ""))
            if least == "session" and caller != "anonymous":
                # Callers come with tokens here, and this is for browsers.
                expected = False
            if (code not in DENIED) is not expected:
                wrong.append(f"{caller}: {name_of(endpoint)} answered {code or 'well'}")

    assert not wrong, "\n".join(wrong)


async def test_who_names_a_workspace_that_is_not_his_is_refused_everywhere(
    there: Installation,
) -> None:
    wrong: list[str] = []
    for endpoint in ENDPOINTS:
        if endpoint.needs is None:
            continue
        for caller, workspace in (
            ("stranger", "default"),
            ("stranger", there.beside),
            ("neighbour", "default"),
            ("viewer", there.elsewhere),
            ("organization", there.elsewhere),
            ("stranger", "no-such-workspace"),
        ):
            answer = await there.call(caller, endpoint, there.objects, workspace)
            if code_of(answer) != "access.denied":
                wrong.append(f"{caller}: {name_of(endpoint)} answered {answer.status_code}")

    assert not wrong, "\n".join(wrong)


async def test_an_object_of_another_workspace_is_neither_seen_nor_touched(
    there: Installation,
) -> None:
    reading = [
        one
        for one in ENDPOINTS
        if one.method == "GET"
        and one.needs
        and not _streams(one)
        and set(parameters(one)) <= there.objects.keys()
        and "publisher" not in parameters(one)
        and not one.path.startswith(("/me", "/audit", "/metrics", "/usage", "/statistics"))
        and not one.path.startswith(("/workers", "/tokens", "/queue", "/users", "/settings"))
    ]
    before = {
        name_of(one): _content(await there.call("owner", one, there.objects, "default"))
        for one in reading
    }
    wrong: list[str] = []
    for endpoint in ENDPOINTS:
        if endpoint.needs is None or _streams(endpoint):
            continue
        for caller in ("stranger", "neighbour"):
            named = set(parameters(endpoint)) & (there.objects.keys() - {"number", "run", "row"})
            shared = named & OF_ORGANIZATION or name_of(endpoint) in ORGANIZATION_LISTS
            if caller == "neighbour" and shared:
                continue
            if "publisher" in parameters(endpoint):
                continue
            answer = await there.call(caller, endpoint, there.objects)
            if CANARY in answer.text and not _only_echo(answer):
                wrong.append(f"{caller}: {name_of(endpoint)} told of what is not his")
            if _is_about(endpoint, named) and answer.status_code not in (403, 404, 410):
                wrong.append(f"{caller}: {name_of(endpoint)} answered {answer.status_code}")

    after = {
        name_of(one): _content(await there.call("owner", one, there.objects, "default"))
        for one in reading
    }
    assert not wrong, "\n".join(wrong)
    assert after == before
    assert sum(CANARY in text for text in before.values()) > 20


def _is_about(endpoint: Endpoint, named: set[str]) -> bool:
    """Does a path name an object that is somebody else's?

    A variable is found by its name, so to write one is to make one's own; users are known to all
    who know their ids, and giving a role is refused by itself.
    """
    return bool(named - {"kind"}) and name_of(endpoint) != "PUT /variables/{name}"


def _only_echo(answer: httpx2.Response) -> bool:
    """Does a refusal say nothing but the name that was asked for?"""
    return answer.status_code >= 400


def _content(answer: httpx2.Response) -> str:
    """What was answered, without what changes by being looked at."""
    return re.sub(r'"(used_ms|seen_ms|signed_in_ms)":\d+', "", answer.text)


async def test_what_is_done_to_many_is_refused_for_each_where_it_would_be_for_one(
    there: Installation,
) -> None:
    for do in ("retry", "replay", "cancel", "remove"):
        body = {"do": do, "executions": [there.objects["execution"]]}
        answer = await there.client.ask(
            "POST", "/executions/bulk", body, headers=there.callers["viewer"]
        )
        assert "access.denied" in answer.text, do
