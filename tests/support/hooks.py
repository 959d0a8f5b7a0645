"""Workflows that answer requests, in this process, and a client that calls them without a socket."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx2

from penstock_kernel.kernel import Kernel
from penstock_kernel.settings import Settings
from penstock_kernel.store.scope import Scope
from penstock_web.hooks.app import HooksApp

Node = tuple[str, Mapping[str, Any]]
#: What most tests put between the request and the reply.
ADD: Node = (
    "penstock/data.set",
    {"assignments": [{"name": "sum", "value": "={{ $json.body.a }}"}]},
)
RESPOND: Node = ("penstock/flow.respond", {})


def workflow(
    *nodes: Node,
    name: str = "hooked",
    credentials: Mapping[str, str] | None = None,
    settings: Mapping[str, Any] | None = None,
    **config: Any,
) -> dict[str, Any]:
    """A chain that begins with a webhook."""
    start: Node = ("penstock/flow.webhook", {"path": "orders", "method": "POST", **config})
    chain = [start, *nodes]
    named: list[dict[str, Any]] = [
        {"id": f"n{number}", "name": f"N{number}", "type": kind, "config": dict(given)}
        for number, (kind, given) in enumerate(chain)
    ]
    if credentials is not None:
        named[0]["credentials"] = dict(credentials)
    edges = [
        {
            "from": [f"n{number}", "true" if kind.endswith(".if") else "main"],
            "to": [f"n{number + 1}", "main"],
        }
        for number, (kind, _) in enumerate(chain[:-1])
    ]
    document: dict[str, Any] = {
        "format": "penstock/1",
        "name": name,
        "nodes": named,
        "edges": edges,
    }
    return {**document, "settings": dict(settings)} if settings else document


async def activated(kernel: Kernel, document: Mapping[str, Any]) -> str:
    """The id of a workflow that is active from now on."""
    scope = Scope()
    stored = await kernel.workflows.add(scope, document)
    await kernel.workflows.publish(scope, stored.id)
    await kernel.workflows.activate(scope, stored.id)
    return stored.id


class Hooked:
    """A kernel that serves, and a client that calls its webhooks."""

    def __init__(self, kernel: Kernel, http: httpx2.AsyncClient) -> None:
        self.kernel = kernel
        self.http = http

    async def activate(self, *documents: Mapping[str, Any]) -> Sequence[str]:
        """The ids of workflows that are active from now on."""
        return [await activated(self.kernel, document) for document in documents]

    async def call(
        self, path: str = "orders", body: Any = None, *, method: str = "POST", **more: Any
    ) -> httpx2.Response:
        """The answer to a call."""
        if body is not None:
            more["json"] = body
        return await self.http.request(method, f"/hook/default/{path}", **more)


@asynccontextmanager
async def opened(
    url: str, folder: Path, *, role: str = "all", **more: Any
) -> AsyncGenerator[Kernel]:
    """A kernel that serves."""
    settings = Settings(database=url, data_dir=folder / "data", sandbox="inprocess")
    async with (
        Kernel.open(settings, **more) as kernel,
        kernel.serve(role=role),  # type: ignore[arg-type]
    ):
        yield kernel


@asynccontextmanager
async def client(kernel: Kernel) -> AsyncGenerator[Hooked]:
    """A client of the webhooks of a kernel."""
    transport = httpx2.ASGITransport(app=HooksApp(kernel))
    async with httpx2.AsyncClient(transport=transport, base_url="http://127.0.0.1") as http:
        yield Hooked(kernel, http)


@asynccontextmanager
async def hooked(url: str, folder: Path, **more: Any) -> AsyncGenerator[Hooked]:
    """Both."""
    async with opened(url, folder, **more) as kernel, client(kernel) as found:
        yield found
