"""The ways in which systems like this one were broken before, each tried here in its old shape.

`docs/security.md` has the table of classes, with the tests that stand for each.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import httpx2
import pytest
from tests.support.identity import serving_people
from tests.support.server import HOST, Client, served

from penstock_kernel.store.scope import Scope
from penstock_web.hooks.app import hooks_app

SECRET_FILE = "/etc/passwd"


class Setting(Client):
    """A server, and its hooks."""

    outside: httpx2.AsyncClient


@pytest.fixture
async def client(tmp_path: Path) -> AsyncGenerator[Setting]:
    async with served(tmp_path) as found:
        transport = httpx2.ASGITransport(app=hooks_app(found.server))
        async with httpx2.AsyncClient(transport=transport, base_url=HOST) as outside:
            both = Setting(found.server, found.http)
            both.outside = outside
            yield both


@pytest.fixture
async def stranger(tmp_path: Path) -> AsyncGenerator[Client]:
    """A server with its real way of knowing people, and nobody signed in."""
    async with serving_people(tmp_path) as found:
        yield found


def node(name: str, type_: str, **config: Any) -> dict[str, Any]:
    return {"id": name, "name": name, "type": f"penstock/{type_}", "config": config}


async def active(client: Client, *nodes: dict[str, Any]) -> str:
    edges = [
        {"from": [nodes[i]["id"], "main"], "to": [nodes[i + 1]["id"], "main"]}
        for i in range(len(nodes) - 1)
    ]
    document = {"format": "penstock/1", "name": "Old ways", "nodes": list(nodes), "edges": edges}
    made = await client.json("POST", "/workflows", {"document": document})
    await client.ask("POST", f"/workflows/{made['id']}/versions", {"activate": True})
    return str(made["id"])


def hook(**config: Any) -> dict[str, Any]:
    return node("in", "flow.webhook", path="in", method="POST", **config)


@pytest.mark.parametrize(
    "payload",
    ["={{ 7 * 7 }}", "{{ 7 * 7 }}", "={{ $env }}", "=${7*7}", "#{7*7}", "{% 7 * 7 %}", "%(a)s"],
)
async def test_what_a_stranger_sends_is_never_read_as_an_expression(
    payload: str, client: Setting
) -> None:
    copy = {"assignments": [{"name": "twice", "value": "={{ $json.body.name }}"}]}
    await active(client, hook(reply="last_node"), node("copy", "data.set", **copy))
    answer = await client.outside.post("/hook/default/in", json={"name": payload})

    assert answer.json()["twice"] == payload


async def test_a_second_pass_over_what_a_form_brought_finds_nothing_to_run(
    client: Setting,
) -> None:
    form = node("form", "flow.form", path="f", fields=[{"label": "Name"}], reply="last_node")
    again = {"assignments": [{"name": "again", "value": "=Dear {{ $json.Name }}"}]}
    workflow = await active(client, form, node("copy", "data.set", **again))
    await client.http.post("/form/default/f", data={"Name": "={{ 7 * 7 }}"})
    history = client.server.kernel.history
    page = await history.list(Scope(), workflow=workflow)
    steps = (await history.show(Scope(), page.executions[0].id)).steps
    item = next(one for one in steps if one.key.node_id == "copy").outputs["main"].items[0]

    assert item.json["again"] == "Dear ={{ 7 * 7 }}"


@pytest.mark.parametrize("kind", ["application/json", "application/json; x=multipart/form-data"])
async def test_a_body_that_says_it_is_a_file_opens_none(kind: str, client: Setting) -> None:
    form = node("form", "flow.form", path="f", fields=[{"label": "Paper", "type": "file"}])
    await active(client, form)
    claim = b'{"files": {"Paper": {"filepath": "/etc/passwd", "originalFilename": "x"}}}'
    headers = {"content-type": kind}
    answer = await client.http.post("/form/default/f", content=claim, headers=headers)
    kept = (await client.json("GET", "/files"))["items"]

    assert "root:" not in answer.text
    assert kept == []


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/workflows?.svg",
        "/api/v1/workflows/x.svg",
        "/api/v1/workflows/..%2f..%2fhealthz",
        "/api/v1//workflows",
        "/api/v1/workflows;.css",
        "/api/v1/executions/..%2f..%2fetc%2fpasswd/logs",
        "/api/v1/files/..%2f..%2fsecret.key/content",
        "/API/V1/workflows",
    ],
)
async def test_no_address_is_a_way_around_signing_in(path: str, stranger: Client) -> None:
    answer = await stranger.http.get(path)

    assert answer.status_code in (401, 404, 405)
    assert "items" not in answer.text


@pytest.mark.parametrize(
    "headers",
    [
        {"x-request-from": "internal"},
        {"x-forwarded-for": "127.0.0.1"},
        {"x-forwarded-user": "admin"},
        {"x-user-id": "usr_1"},
        {"authorization": "Bearer undefined"},
        {"authorization": "Bearer null"},
        {"authorization": "Basic YWRtaW46YWRtaW4="},
        {"authorization": "Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiJhZG1pbiJ9."},
        {"cookie": "sid=; __Host-sid="},
    ],
)
async def test_no_header_makes_somebody_of_nobody(
    headers: dict[str, str], stranger: Client
) -> None:
    answer = await stranger.http.get("/api/v1/workflows", headers=headers)

    assert answer.status_code == 401


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/workflows", {"document": {}, "workspace_id": "other"}),
        ("POST", "/workflows", {"document": {}, "id": "wf_mine"}),
        ("PATCH", "/me", {"name": "A", "owner": True}),
        ("PATCH", "/workflows/x", {"active_version": 1}),
        ("POST", "/tokens", {"name": "a", "user_id": "usr_other"}),
    ],
)
async def test_a_field_that_is_not_asked_for_is_refused_and_not_taken_over(
    method: str, path: str, body: dict[str, Any], client: Setting
) -> None:
    answer = await client.ask(method, path, body, expect=400)

    assert answer.json()["code"] == "request.invalid"


async def test_looking_at_a_workflow_runs_nothing_of_it(client: Setting) -> None:
    code = node("code", "code.javascript", source="while (true) {}")
    document = {"format": "penstock/1", "name": "N", "nodes": [code], "edges": []}
    found = await client.json("POST", "/validate", {"document": document})
    listed = await client.server.kernel.history.list(Scope())

    assert "findings" in found
    assert listed.executions == []


@pytest.mark.parametrize(
    "kind",
    [
        "text/html",
        " text/html",
        "TEXT/HTML; charset=utf-8",
        "image/svg+xml",
        "text/xml",
        "\ttext/html",
    ],
)
async def test_a_page_that_a_workflow_answers_has_no_access_to_this_origin(
    kind: str, client: Setting
) -> None:
    respond = node("r", "flow.respond", reply="text", text="<script>alert(1)</script>")
    respond["config"]["headers"] = [{"name": "content-type", "value": kind}]
    await active(client, hook(reply="respond"), respond)
    answer = await client.outside.post("/hook/default/in", json={})

    assert answer.headers["content-security-policy"] == "sandbox"
    assert answer.headers["x-content-type-options"] == "nosniff"


async def test_a_workflow_can_neither_lift_the_sandbox_nor_set_our_cookies(client: Setting) -> None:
    respond = node("r", "flow.respond", reply="text", text="x")
    respond["config"]["headers"] = [
        {"name": "Content-Security-Policy", "value": "default-src *"},
        {"name": "set-cookie", "value": "__Host-sid=evil; Path=/; Secure"},
        {"name": "X-Content-Type-Options", "value": "off"},
        {"name": "Content-Length", "value": "99999"},
        {"name": "x-a", "value": "b\r\nset-cookie: sid=evil"},
    ]
    await active(client, hook(reply="respond"), respond)
    answer = await client.outside.post("/hook/default/in", json={})

    assert answer.headers["content-security-policy"] == "sandbox"
    assert "sid=evil" not in str(answer.headers)
    assert len(answer.content) < 1_000


async def test_names_that_change_other_objects_elsewhere_are_only_names_here(
    client: Setting,
) -> None:
    source = "return [{json: {polluted: ({}).polluted ?? null, got: items[0].json.body}}];"
    await active(client, hook(reply="last_node"), node("code", "code.javascript", source=source))
    body = b'{"__proto__": {"polluted": 1}, "constructor": {"prototype": {"polluted": 1}}}'
    headers = {"content-type": "application/json"}
    answer = await client.outside.post("/hook/default/in", content=body, headers=headers)

    assert answer.json()["polluted"] is None


@pytest.mark.parametrize(
    "query",
    [
        {"sort": "name; DROP TABLE workflows"},
        {"sort": "(SELECT password_hash FROM users)"},
        {"filter": "name:eq:' OR '1'='1"},
        {"filter": "name) OR (1=1:eq:x"},
        {"cursor": "' UNION SELECT 1 --"},
    ],
)
async def test_what_is_asked_for_of_a_table_is_no_statement(
    query: dict[str, str], client: Setting
) -> None:
    columns = [{"name": "name", "kind": "text"}]
    table = await client.json("POST", "/tables", {"name": "t", "columns": columns})
    place = f"/tables/{table['id']}/rows"
    await client.ask("POST", place, {"rows": [{"name": "a"}]})
    answer = await client.http.get(f"/api/v1{place}", params=query)
    found = answer.json().get("items", [])
    after = await client.json("GET", place)

    assert answer.status_code in (200, 400, 422)
    assert found == [] or "sort" in query
    assert len(after["items"]) == 1


@pytest.mark.parametrize("origin", ["https://evil.example", "null", f"{HOST}.evil.example"])
async def test_no_other_site_may_read_the_api(origin: str, stranger: Client) -> None:
    headers = {"origin": origin, "access-control-request-method": "GET"}
    asked = await stranger.http.options("/api/v1/workflows", headers=headers)
    read = await stranger.http.get("/api/v1/set-up", headers={"origin": origin})

    for answer in (asked, read):
        assert "access-control-allow-origin" not in answer.headers
        assert "access-control-allow-credentials" not in answer.headers


async def test_a_webhook_takes_its_whole_address_and_nothing_less(client: Setting) -> None:
    await active(client, hook(reply="at_once"))
    paths = ["/hook/default/IN", "/hook/default/in/more", "/hook/other/in", "/hook/default/i%6e%00"]
    refused = [(await client.outside.post(path, json={})).status_code for path in paths]

    assert refused == [404, 404, 404, 400]  # what nobody can keep is not even looked for


async def test_an_address_that_is_probed_tells_nothing_of_what_is_there(client: Setting) -> None:
    text = {"message": f"{SECRET_FILE} could not be opened by usr_admin"}
    await active(client, hook(reply="last_node"), node("bad", "flow.stop", **text))
    answer = await client.outside.post("/hook/default/in", json={})

    assert answer.status_code == 500
    assert SECRET_FILE not in answer.text
    assert "Traceback" not in answer.text
