"""Subscriptions with other systems: made when a workflow becomes active, mended, taken back."""

from __future__ import annotations

import asyncio
import hmac
import json
import time
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import httpx2
from tests.support.databases import new_sqlite_url
from tests.support.server import HOST, Client, Trusting

from penstock_kernel.kernel import Kernel
from penstock_kernel.settings import Settings
from penstock_kernel.store.scope import Scope
from penstock_web.app import create_app
from penstock_web.hooks.app import hooks_app
from penstock_web.server import Server


class Remote:
    """GitHub and Stripe, as far as their hooks go."""

    def __init__(self) -> None:
        self.port = 0
        self.hooks: dict[str, dict[str, Any]] = {}
        self.made = 0
        self.down = False
        self.calls: list[str] = []

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        method, path, _ = head.split(" ", 2)
        size = 0
        for line in head.splitlines():
            if line.lower().startswith("content-length:"):
                size = int(line.partition(":")[2])
        status, told = self.told(method, path, (await reader.readexactly(size)).decode())
        self.calls.append(f"{method} {path} {status}")
        body = json.dumps(told).encode() if told is not None else b""
        writer.write(
            f"HTTP/1.1 {status} X\r\ncontent-type: application/json\r\nconnection: close\r\n"
            f"content-length: {len(body)}\r\n\r\n".encode()
            + body
        )
        await writer.drain()
        writer.close()

    def told(self, method: str, path: str, body: str) -> tuple[int, Any]:
        if self.down:
            return 503, {"message": "down"}
        parts = path.strip("/").split("/")
        given: dict[str, Any] = {}
        if parts[0] == "repos":
            given, ids = json.loads(body) if body else {}, parts[4:]
        else:
            pairs = parse_qsl(body)
            given, ids = dict(pairs), parts[2:]
            if pairs and "disabled" not in given:
                given |= {"status": "enabled", "secret": "whsec_from_stripe"}
            if given.pop("disabled", None) == "false":
                given["status"] = "enabled"
        if not ids:
            self.made += 1
            name = f"h{self.made}"
            self.hooks[name] = {**given, "id": name}
            return 201, self.hooks[name]
        if ids[0] not in self.hooks:
            return 404, {"message": "Not Found"}
        if method == "DELETE":
            del self.hooks[ids[0]]
            return 204, None
        self.hooks[ids[0]].update(given)
        return 200, self.hooks[ids[0]]


class Setting(Client):
    """A server, what it talks to, and its hooks."""

    remote: Remote
    outside: httpx2.AsyncClient


@asynccontextmanager
async def setting(folder: Path) -> AsyncGenerator[Setting]:
    remote = Remote()
    listening = await asyncio.start_server(remote.answer, "127.0.0.1", 0)
    remote.port = listening.sockets[0].getsockname()[1]
    settings = Settings(
        data_dir=folder,
        database=new_sqlite_url(folder / "penstock.db"),
        egress_allow=("127.0.0.1",),
        sandbox="inprocess",
    )
    async with listening, Kernel.open(settings) as kernel, kernel.serve():
        server = Server(kernel, Trusting())
        api = httpx2.ASGITransport(app=create_app(server))
        hooks = httpx2.ASGITransport(app=hooks_app(server))
        async with (
            httpx2.AsyncClient(transport=api, base_url=HOST) as http,
            httpx2.AsyncClient(transport=hooks, base_url=HOST) as outside,
        ):
            found = Setting(server, http)
            found.remote, found.outside = remote, outside
            yield found


def document(kind: str, **config: Any) -> dict[str, Any]:
    nodes = [
        {"id": "on", "name": "On", "type": f"penstock/http.{kind}_trigger", "config": config},
        {"id": "end", "name": "End", "type": "penstock/flow.noop"},
    ]
    edges = [{"from": ["on", "main"], "to": ["end", "main"]}]
    return {"format": "penstock/1", "name": "Events", "nodes": nodes, "edges": edges}


async def active(client: Setting, given: dict[str, Any]) -> str:
    made = await client.json("POST", "/workflows", {"document": given})
    await client.ask("POST", f"/workflows/{made['id']}/versions", {"activate": True})
    return str(made["id"])


async def until(met: Callable[[], Any]) -> Any:
    async with asyncio.timeout(30):
        while True:
            found = met()
            found = await found if hasattr(found, "__await__") else found
            if found:
                return found
            await asyncio.sleep(0.05)


async def standing(client: Setting, status: str) -> dict[str, Any]:
    async def look() -> dict[str, Any] | None:
        found = (await client.json("GET", "/subscriptions"))["items"]
        return found[0] if found and found[0]["status"] == status else None

    shown: dict[str, Any] = await until(look)
    return shown


async def executions(client: Setting, workflow: str) -> int:
    page = await client.server.kernel.history.list(Scope(), workflow=workflow)
    return len(page.executions)


def github(client: Setting) -> dict[str, Any]:
    base = f"http://127.0.0.1:{client.remote.port}"
    return document("github", repository="acme/engine", events="push", base_url=base)


async def push(
    client: Setting, workflow: str, secret: str, delivery: str = "d1"
) -> httpx2.Response:
    body = json.dumps({"ref": "main"}).encode()
    mark = hmac.digest(secret.encode(), body, "sha256").hex()
    headers = {
        "content-type": "application/json",
        "x-github-event": "push",
        "x-github-delivery": delivery,
        "x-hub-signature-256": f"sha256={mark}",
    }
    return await client.outside.post(f"/hook/default/{workflow}/on", content=body, headers=headers)


async def test_a_hook_is_made_and_only_its_own_system_may_call_it(tmp_path: Path) -> None:
    async with setting(tmp_path) as client:
        workflow = await active(client, github(client))
        await standing(client, "active")
        hook = client.remote.hooks["h1"]
        good = await push(client, workflow, hook["config"]["secret"])
        again = await push(client, workflow, hook["config"]["secret"])
        bad = await push(client, workflow, "guessed", "d2")
        ping = await client.outside.post(
            f"/hook/default/{workflow}/on", json={}, headers={"x-github-event": "ping"}
        )
        started = await executions(client, workflow)
        shown = await client.ask("GET", "/subscriptions")

    assert hook["events"] == ["push"]
    assert hook["config"]["url"].endswith(f"/hook/default/{workflow}/on")
    assert good.json()["execution"] == again.json()["execution"]
    assert bad.status_code == 401
    assert ping.text == "pong"
    assert started == 1
    assert hook["config"]["secret"] not in shown.text


async def test_a_hook_that_vanished_is_made_anew_and_one_that_was_changed_is_mended(
    tmp_path: Path,
) -> None:
    async with setting(tmp_path) as client:
        workflow = await active(client, github(client))
        one = await standing(client, "active")
        where = f"/subscriptions/{one['id']}/check"
        client.remote.hooks["h1"]["active"] = False
        await client.ask("POST", where, expect=204)
        await until(lambda: client.remote.hooks["h1"]["active"])
        del client.remote.hooks["h1"]
        await client.ask("POST", where, expect=204)
        await until(lambda: "h2" in client.remote.hooks)
        await standing(client, "active")
        secret = client.remote.hooks["h2"]["config"]["secret"]
        good = await push(client, workflow, secret)

    assert good.status_code in (200, 202)


async def test_a_hook_is_taken_back_when_its_workflow_is_not_active_any_more(
    tmp_path: Path,
) -> None:
    async with setting(tmp_path) as client:
        workflow = await active(client, github(client))
        await standing(client, "active")
        await client.ask("DELETE", f"/workflows/{workflow}/active", expect=204)
        await until(lambda: not client.remote.hooks)

        async def gone() -> bool:
            return not (await client.json("GET", "/subscriptions"))["items"]

        await until(gone)


async def test_a_hook_is_taken_back_when_its_workflow_is_removed(tmp_path: Path) -> None:
    async with setting(tmp_path) as client:
        workflow = await active(client, github(client))
        await standing(client, "active")
        await client.ask("DELETE", f"/workflows/{workflow}", expect=204, force=True)
        await until(lambda: not client.remote.hooks)

        async def gone() -> bool:
            return not (await client.json("GET", "/subscriptions"))["items"]

        await until(gone)


async def test_another_configuration_takes_the_old_hook_back_and_makes_a_new_one(
    tmp_path: Path,
) -> None:
    async with setting(tmp_path) as client:
        workflow = await active(client, github(client))
        await standing(client, "active")
        other = github(client)
        other["nodes"][0]["config"]["repository"] = "acme/other"
        place = f"/workflows/{workflow}"
        shown = await client.ask("GET", place)
        seen = {"if-match": shown.headers["etag"]}
        await client.ask("PUT", place, {"document": other}, headers=seen)
        await client.ask("POST", f"{place}/versions", {"activate": True})
        await until(lambda: list(client.remote.hooks) == ["h2"])

    assert "DELETE /repos/acme/engine/hooks/h1 204" in client.remote.calls
    assert "POST /repos/acme/other/hooks 201" in client.remote.calls


async def test_what_fails_is_shown_with_the_reason_and_tried_again(tmp_path: Path) -> None:
    async with setting(tmp_path) as client:
        client.remote.down = True
        await active(client, github(client))
        failing = await standing(client, "failing")
        client.remote.down = False
        await client.ask("POST", f"/subscriptions/{failing['id']}/check", expect=204)
        mended = await standing(client, "active")

    assert "503" in failing["error"]
    assert mended["error"] is None


async def test_an_endpoint_of_stripe_uses_the_secret_that_it_was_given(tmp_path: Path) -> None:
    async with setting(tmp_path) as client:
        base = f"http://127.0.0.1:{client.remote.port}"
        workflow = await active(client, document("stripe", events="invoice.paid", base_url=base))
        one = await standing(client, "active")
        client.remote.hooks["h1"]["status"] = "disabled"
        await client.ask("POST", f"/subscriptions/{one['id']}/check", expect=204)
        await until(lambda: client.remote.hooks["h1"]["status"] == "enabled")
        body = json.dumps({"id": "evt_1", "type": "invoice.paid"}).encode()
        at = int(time.time())
        mark = hmac.digest(b"whsec_from_stripe", f"{at}.".encode() + body, "sha256").hex()
        headers = {"content-type": "application/json", "stripe-signature": f"t={at},v1={mark}"}
        good = await client.outside.post(
            f"/hook/default/{workflow}/on", content=body, headers=headers
        )

    assert good.status_code in (200, 202), good.text
