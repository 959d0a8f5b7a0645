"""What the packages' tests share: a line of nodes in a kernel, and a server on loopback."""  # noqa: INP001 - a folder of distributions, no package

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from penstock_kernel import Execution, Kernel, Settings
from penstock_kernel.store.credentials import Credential, FileVault
from penstock_sdk import BinaryRef, Item
from penstock_sdk.importing import Imported

WORKSPACE = "default"


@dataclass
class Seen:
    """One request as it came over the wire."""

    method: str
    target: str
    headers: list[tuple[str, str]]
    body: bytes

    def header(self, name: str) -> str | None:
        values = [value for key, value in self.headers if key == name.lower()]
        return ", ".join(values) if values else None

    @property
    def path(self) -> str:
        return urlsplit(self.target).path

    @property
    def query(self) -> list[tuple[str, str]]:
        return parse_qsl(urlsplit(self.target).query, keep_blank_values=True)


@dataclass
class HttpReply:
    """What the server answers."""

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict[str, str])

    @classmethod
    def json(cls, value: Any, status: int = 200, **headers: str) -> HttpReply:
        named = {name.replace("_", "-"): text for name, text in headers.items()}
        head = {"content-type": "application/json"} | named
        return cls(json.dumps(value).encode(), status, head)


Answer = Callable[[Seen], HttpReply]


class Api:
    """The server. Without other orders it answers every request with an empty JSON object."""

    def __init__(self) -> None:
        self.seen: list[Seen] = []
        self.port = 0
        self._answers: dict[str, list[HttpReply] | Answer] = {}

    def url(self, path: str = "/") -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    def on(self, path: str, *replies: HttpReply | Answer) -> None:
        """Answer requests to a path: with one reply after the other, the last one for good."""
        first = replies[0]
        if isinstance(first, HttpReply):
            self._answers[path] = [reply for reply in replies if isinstance(reply, HttpReply)]
        else:
            self._answers[path] = first

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while (line := await reader.readline()).strip():
                method, target, _ = line.decode("latin-1").split(" ", 2)
                seen = Seen(method, target, await _headers(reader), b"")
                seen.body = await reader.readexactly(int(seen.header("content-length") or 0))
                self.seen.append(seen)
                writer.write(_encoded(self._reply(seen), method))
                await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    def _reply(self, seen: Seen) -> HttpReply:
        given = self._answers.get(seen.path)
        if given is None:
            return HttpReply.json({})
        if callable(given):
            return given(seen)
        return given.pop(0) if len(given) > 1 else given[0]


async def _headers(reader: asyncio.StreamReader) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    while row := (await reader.readline()).decode("latin-1").rstrip("\r\n"):
        name, _, value = row.partition(":")
        found.append((name.lower(), value.strip()))
    return found


def _encoded(reply: HttpReply, method: str) -> bytes:
    rows = {"content-length": str(len(reply.body)), **reply.headers}
    head = "".join(f"{name}: {value}\r\n" for name, value in rows.items())
    content = b"" if method == "HEAD" or reply.status == 204 else reply.body
    return f"HTTP/1.1 {reply.status} Status\r\n{head}\r\n".encode("latin-1") + content


class VirtualClock:
    """Time that passes when the engine waits."""

    def __init__(self) -> None:
        self.ms = 1_700_000_000_000
        self.slept: list[float] = []

    def now_ms(self) -> int:
        return self.ms

    async def sleep(self, delay_s: float) -> None:
        await asyncio.sleep(0)
        self.slept.append(delay_s)
        self.ms += round(delay_s * 1000)


class Lab:
    """Runs workflows of a trigger and an HTTP request node."""

    Reply = HttpReply

    def __init__(self, kernel: Kernel, clock: VirtualClock, api: Api) -> None:
        self.kernel, self.clock, self.api = kernel, clock, api

    async def run(
        self,
        config: Mapping[str, Any] | None = None,
        items: Sequence[Item | Mapping[str, Any]] | None = None,
        *,
        credentials: Mapping[str, str] | None = None,
        settings: Mapping[str, Any] | None = None,
    ) -> Execution:
        request = {
            "id": "ask",
            "name": "Ask",
            "type": "penstock/http.request",
            "config": {"url": self.api.url(), **(config or {})},
            "credentials": credentials or {},
            "settings": settings or {},
        }
        start = {"id": "start", "name": "Start", "type": "penstock/flow.manual"}
        edge = {"from": ["start", "main"], "to": ["ask", "main"]}
        document = {
            "format": "penstock/1",
            "name": "requests",
            "nodes": [start, request],
            "edges": [edge],
        }
        return await self.kernel.execute(document, items)

    async def json(self, config: Mapping[str, Any] | None = None, *args: Any, **more: Any) -> Any:
        """What the items of a run that must succeed hold."""
        execution = await self.run(config, *args, **more)
        if execution.status != "success":
            message = f"the run ended with {execution.status}: {execution.error}"
            raise AssertionError(message)
        return [item.json for item in execution.items]

    async def sent(self, config: Mapping[str, Any], *args: Any, **more: Any) -> Seen:
        """The one request that a run sends."""
        before = len(self.api.seen)
        await self.json(config, *args, **more)
        (seen,) = self.api.seen[before:]
        return seen

    def keep(self, scheme: Any, secrets: Mapping[str, str], host: str | None = None) -> str:
        """A credential in the vault; its id."""
        credential = Credential(
            id=f"cred-{scheme}",
            type=f"http_{scheme}",
            scheme=scheme,
            hosts=(host or f"http://127.0.0.1:{self.api.port}",),
            secrets=secrets,
        )
        vault = self.kernel.host.vault
        assert isinstance(vault, FileVault)  # noqa: S101 - a kernel without a database
        vault.put(WORKSPACE, credential)
        return credential.id


@asynccontextmanager
async def _serving() -> AsyncIterator[Api]:
    server = Api()
    listening = await asyncio.start_server(server.serve, "127.0.0.1", 0)
    server.port = listening.sockets[0].getsockname()[1]
    yield server
    listening.close()


@asynccontextmanager
async def _working(api: Api, folder: Path, *allowed: str) -> AsyncIterator[Lab]:
    clock = VirtualClock()
    settings = Settings(data_dir=folder, sandbox="inprocess", egress_allow=allowed)
    async with Kernel.open(settings, clock=clock) as kernel:
        yield Lab(kernel, clock, api)


@pytest.fixture
async def api() -> AsyncIterator[Api]:
    """A server."""
    async with _serving() as server:
        yield server


@pytest.fixture
async def other_api() -> AsyncIterator[Api]:
    """A server of another origin."""
    async with _serving() as server:
        yield server


@pytest.fixture
async def lab(api: Api, tmp_path: Path) -> AsyncIterator[Lab]:
    """Requests of a kernel whose operator allows loopback."""
    async with _working(api, tmp_path, "127.0.0.1") as opened:
        yield opened


@pytest.fixture
async def strict_lab(api: Api, tmp_path: Path) -> AsyncIterator[Lab]:
    """As an operator has it who allows nothing."""
    async with _working(api, tmp_path) as opened:
        yield opened


#: Asks, for each item, which item of the trigger it descends from.
_ASK = {
    "include": "all",
    "assignments": [{"name": "origin", "value": "={{ $('Start').item.json.n }}"}],
}


class Line:
    """A kernel, and a workflow with one node in it."""

    def __init__(self, kernel: Kernel) -> None:
        self.kernel = kernel
        #: Processor time of the last run in this process.
        self.cpu_s = 0.0

    @staticmethod
    def items(count: int) -> list[Item]:
        """Numbered items with a nested value, a name with an accent and a dot, and a file."""
        return [
            Item(
                {"n": n, "half": n // 2, "who": {"näme": f"Ü{n % 7}"}, "a.b": n % 3, "void": None},
                {"file": BinaryRef(id=f"blob-{n}", file_name=f"{n}.txt")},
            )
            for n in range(count)
        ]

    async def run(
        self,
        type_: str,
        config: Mapping[str, Any],
        items: Sequence[Item],
        *,
        inputs: Sequence[str] = ("main",),
        port: str = "main",
        settings: Mapping[str, Any] | None = None,
    ) -> Execution:
        """Start to the node (to each of its inputs), and its port to the node that asks."""
        nodes = [
            {"id": "start", "name": "Start", "type": "penstock/flow.manual"},
            {
                "id": "node",
                "name": "Node",
                "type": type_,
                "config": config,
                "settings": settings or {},
            },
            {"id": "ask", "name": "Ask", "type": "penstock/data.set", "config": _ASK},
        ]
        edges = [{"from": ["start", "main"], "to": ["node", name]} for name in inputs]
        edges.append({"from": ["node", port], "to": ["ask", "main"]})
        document = {"format": "penstock/1", "name": "line", "nodes": nodes, "edges": edges}
        started = time.process_time()
        execution = await self.kernel.execute(document, items)
        self.cpu_s = time.process_time() - started
        return execution

    async def out(self, *args: Any, **options: Any) -> list[Item]:
        """What comes out of a run that must succeed."""
        execution = await self.run(*args, **options)
        if execution.status != "success":
            message = f"the run ended with {execution.status}: {execution.error}"
            raise AssertionError(message)
        runs = execution.outputs("ask")
        return list(runs[-1]["main"].items) if runs else []


@pytest.fixture
async def line(tmp_path: Path) -> AsyncIterator[Line]:
    """A kernel with the sandbox in this process."""
    settings = Settings(data_dir=tmp_path, sandbox="inprocess")
    async with Kernel.open(settings) as kernel:
        yield Line(kernel)


N8nNode = Mapping[str, Any]


def _import_n8n(
    *nodes: N8nNode, links: Sequence[tuple[str, str]] = (), **workflow: Any
) -> Imported:
    """Import nodes, no-ops by default; a link is `source`, `target`: output 0 to input 0."""
    from penstock_node_n8n.convert import convert  # noqa: PLC0415  only its own tests need it

    connections: dict[str, Any] = {}
    for source, target in links:
        main = connections.setdefault(source, {"main": [[]]})["main"]
        main[0].append({"node": target, "type": "main", "index": 0})
    noop = {"type": "n8n-nodes-base.noOp", "typeVersion": 1, "parameters": {}}
    given = {
        "name": "Test",
        "nodes": [{**noop, **node} for node in nodes],
        "connections": connections,
        **workflow,
    }
    (imported,) = convert(given)
    return imported


@pytest.fixture
def import_n8n() -> Callable[..., Imported]:
    """Imports one workflow of n8n."""
    return _import_n8n
