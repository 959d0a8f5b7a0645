"""Forms and chats that start workflows, at addresses of their own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.support.server import Client, served

from penstock_kernel.store.scope import Scope

FIELDS = [{"label": "Name", "required": True}, {"label": "Paper", "type": "file"}]


def document(trigger: dict[str, Any], *rest: dict[str, Any]) -> dict[str, Any]:
    nodes = [trigger, *rest]
    edges = [
        {"from": [nodes[i]["id"], "main"], "to": [nodes[i + 1]["id"], "main"]}
        for i in range(len(nodes) - 1)
    ]
    return {"format": "penstock/1", "name": "Pages", "nodes": nodes, "edges": edges}


def node(name: str, type_: str, **config: Any) -> dict[str, Any]:
    return {"id": name, "name": name, "type": f"penstock/{type_}", "config": config}


async def active(client: Client, given: dict[str, Any]) -> str:
    made = await client.json("POST", "/workflows", {"document": given})
    await client.ask("POST", f"/workflows/{made['id']}/versions", {"activate": True})
    return str(made["id"])


async def last_output(client: Client, workflow: str, name: str) -> dict[str, Any]:
    history = client.server.kernel.history
    page = await history.list(Scope(), workflow=workflow)
    steps = (await history.show(Scope(), page.executions[0].id)).steps
    output = next(step for step in steps if step.key.node_id == name).outputs["main"]
    return dict(output.items[0].json)


async def test_a_form_starts_its_workflow_with_what_was_sent(tmp_path: Path) -> None:
    form = node("form", "flow.form", path="join", title="Join <us>", fields=FIELDS)
    form["config"]["reply"] = "last_node"
    async with served(tmp_path) as client:
        workflow = await active(client, document(form, node("end", "flow.noop")))
        shown = await client.http.get("/form/default/join")
        empty = await client.http.post("/form/default/join", data={})
        files = {"Paper": ("cv.txt", b"hello", "text/plain")}
        sent = await client.http.post("/form/default/join", data={"Name": "Ada"}, files=files)
        values = await last_output(client, workflow, "end")
        nothing = await client.http.get("/form/default/other")

    assert "<h1>Join &lt;us&gt;</h1>" in shown.text
    assert "script-src" not in shown.headers["content-security-policy"]
    assert empty.status_code == 422
    assert "This is needed." in empty.text
    assert "Thank you" in sent.text
    assert values["Name"] == "Ada"
    assert values["submittedAt"].endswith("Z")
    assert nothing.status_code == 404


async def test_a_form_of_several_pages_ends_as_its_workflow_says(tmp_path: Path) -> None:
    more = node("more", "flow.form_page", title="More", fields=[{"label": "Age", "type": "number"}])
    end = node("bye", "flow.form_page", kind="end", title="Bye", message="See you.")
    form = node("form", "flow.form", path="join", fields=FIELDS)
    async with served(tmp_path) as client:
        await active(client, document(form, more, end))
        first = await client.http.post("/form/default/join", data={"Name": "Ada"})
        second = await client.http.get(first.headers["location"])
        last = await client.http.post(first.headers["location"], data={"Age": "36"})

    assert first.status_code == 303
    assert "<h1>More</h1>" in second.text
    assert "<h1>Bye</h1>" in last.text
    assert "See you." in last.text


async def test_a_chat_replies_with_what_its_workflow_puts_out(tmp_path: Path) -> None:
    source = "={{ 'You said ' + $json.chatInput }}"
    answer = node("say", "data.set", assignments=[{"name": "output", "value": source}])
    chat = node("chat", "flow.chat", path="talk", public=True)
    async with served(tmp_path) as client:
        await active(client, document(chat, answer))
        said = await client.http.post("/chat/default/talk", json={"chatInput": "hi"})
        streamed = await client.http.post(
            "/chat/default/talk",
            json={"chatInput": "ho", "sessionId": "s"},
            headers={"accept": "text/event-stream"},
        )
        wrong = await client.http.post("/chat/default/talk", json={"text": "hi"})

    assert said.json()["output"] == "You said hi"
    assert streamed.headers["content-type"].startswith("text/event-stream")
    assert "event: message" in streamed.text
    assert "You said ho" in streamed.text
    assert wrong.json()["code"] == "request.invalid"


async def test_a_chat_that_is_not_for_anybody_asks_who_calls(tmp_path: Path) -> None:
    async with served(tmp_path) as client:
        chat = node("chat", "flow.chat", path="talk")
        await active(client, document(chat, node("end", "flow.noop")))
        stranger = {"test-grants": "workflow:read"}
        refused = await client.http.post(
            "/chat/default/talk", json={"chatInput": "hi"}, headers=stranger
        )

    assert refused.status_code == 403


async def test_a_file_that_no_field_asks_for_is_not_kept(tmp_path: Path) -> None:
    form = node("form", "flow.form", path="join", fields=[{"label": "Name"}], reply="last_node")
    async with served(tmp_path) as client:
        await active(client, document(form, node("end", "flow.noop")))
        files = {"Other": ("a.bin", b"x" * 1_000, "application/octet-stream")}
        await client.http.post("/form/default/join", data={"Name": "Ada"}, files=files)
        await client.http.post("/?setup=guess", data={"name": "A"}, files=files)
        kept = list((tmp_path / "blobs").rglob("*")) if (tmp_path / "blobs").exists() else []

    assert [path for path in kept if path.is_file()] == []
