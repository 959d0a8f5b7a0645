"""A secret reaches its own host and nothing else, whatever a workflow tries.

Each type of node that takes a credential runs with a secret that stands nowhere else: it succeeds,
it fails, it turns to another host by its URL, by a redirect, through a proxy. Its target repeats
whatever it is sent. Then the secret is looked for, in each way that it may be written, in every row
of the database, in what is logged, in what goes over the bus, and in what the API answers.
"""

from __future__ import annotations

import base64
import logging
from collections.abc import AsyncGenerator, Mapping
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote, quote_plus

import httpx2
import msgspec
import pytest
from sqlalchemy import Connection, select
from tests.support.databases import new_sqlite_url
from tests.support.server import Client, Trusting
from tests.support.stand_in import Answer, Asked, StandIn, standing_in

from penstock_bus import MemoryBus
from penstock_kernel.kernel import Kernel
from penstock_kernel.packages.loader import load_plugins
from penstock_kernel.settings import Settings
from penstock_kernel.store.sql import codec
from penstock_kernel.store.sql.rows import all_rows
from penstock_kernel.store.sql.tables import metadata
from penstock_web.app import create_app
from penstock_web.server import Server

CANARY = 'canary "7f3a91"/+ä-b52c'
USER = "ada"
PAIR = f"{USER}:{CANARY}".encode()


def forms() -> list[bytes]:
    """How the secret may be written: base64 at each of its three alignments, too."""
    raw = CANARY.encode()
    found = [raw, msgspec.json.encode(CANARY)[1:-1], ascii(CANARY)[1:-1].encode()]
    found += [quote(raw, safe="").encode(), quote_plus(raw).encode(), raw.hex().encode()]
    for before in range(3):
        for encode in (base64.b64encode, base64.urlsafe_b64encode):
            # Only what does not depend on what stands around it.
            found.append(encode(b"x" * before + raw)[4 if before else 0 : -4])
    return [*found, base64.b64encode(PAIR)]


FORMS = forms()


class RecordingBus(MemoryBus):
    """Keeps everything that goes over it."""

    def __init__(self) -> None:
        super().__init__()
        self.sent: list[bytes] = []

    def has_listener(self, subject: str) -> bool:
        return True  # so that everything is told

    async def publish(self, subject: str, data: bytes) -> None:
        self.sent += [subject.encode(), data]
        await super().publish(subject, data)


class Places(NamedTuple):
    """Where requests may go."""

    own: StandIn
    foreign: StandIn


def echo(asked: Asked) -> Answer:
    """Everything that was sent, back in head and body."""
    status = int(asked.query.get("status", "200"))
    repeated = {"headers": dict(asked.headers), "query": dict(asked.query)}
    head = {"x-echo": asked.headers.get("authorization", "").encode().decode("latin-1")}
    if "to" in asked.query:
        return Answer(repeated, 302, {**head, "location": asked.query["to"]})
    return Answer(repeated, status, head)


@pytest.fixture
async def places() -> AsyncGenerator[Places]:
    async with standing_in(echo) as own, standing_in(echo) as foreign:
        yield Places(own, foreign)


@pytest.fixture
async def bus() -> RecordingBus:
    return RecordingBus()


@pytest.fixture
async def api(tmp_path: Path, bus: RecordingBus) -> AsyncGenerator[Client]:
    settings = Settings(
        data_dir=tmp_path,
        database=new_sqlite_url(tmp_path / "p.db"),
        sandbox="inprocess",
        egress_allow=("127.0.0.1",),
    )
    async with Kernel.open(settings, bus=bus) as kernel, kernel.serve():
        transport = httpx2.ASGITransport(app=create_app(Server(kernel, Trusting())))
        async with httpx2.AsyncClient(transport=transport, base_url="http://127.0.0.1") as http:
            yield Client(Server(kernel, Trusting()), http)


CREDENTIALS: Mapping[str, dict[str, Any]] = {
    "http_bearer": {"token": CANARY},
    "http_basic": {"user": USER, "password": CANARY},
    "http_digest": {"user": USER, "password": CANARY},
    "http_header": {"name": "x-key", "value": CANARY},
    "http_query": {"name": "key", "value": CANARY},
    "http_api_key": {"key": CANARY},
    "http_hmac": {"key": CANARY, "header": "x-signature"},
}
#: Texts with signs of other languages fit into no header: there the secret is plainer.
_IN_HEADERS = ("http_bearer", "http_header", "http_api_key")
PLAIN = "canary-7f3a91-b52c-plain"

#: Of each type of node that takes a credential: how it sends a request. None: it sends none, and
#: what it takes is for what comes in.
NODES: Mapping[str, Any] = {
    "penstock/http.request": lambda url: {"url": url},
    "penstock/http.graphql": lambda url: {"endpoint": url, "query": "{ a }"},
    "penstock/http.rss": lambda url: {"url": url},
    "penstock/flow.form": None,
    "penstock/flow.webhook": None,
    # These use theirs when they subscribe, outside of any execution.
    "penstock/http.github_trigger": None,
    "penstock/http.stripe_trigger": None,
}


def test_every_type_of_node_that_takes_a_credential_is_tried() -> None:
    plugins = load_plugins(native=())
    taking = {
        name
        for name in plugins.types()
        if (node := plugins.latest(name)) is not None
        and any(field.kind == "credential" for field in node.fields.values())
    }

    assert taking == set(NODES)


def ways(places: Places) -> dict[str, tuple[str, dict[str, Any]]]:
    """What a workflow may try: the URL, and what else is set."""
    own, foreign = places.own.url, places.foreign.url
    return {
        "success": (f"{own}/x", {}),
        "failure": (f"{own}/x?status=500", {}),
        "refusal": (f"{own}/x?status=401", {}),
        "foreign": (f"{foreign}/x", {}),
        "redirect": (f"{own}/x?to={quote(foreign + '/landed', safe='')}", {}),
        "proxy": (f"{own}/x", {"proxy": foreign}),
        "nobody": ("http://127.0.0.1:9/x", {}),
        "user": (f"http://user:pass@127.0.0.1:{places.own.port}/x", {}),
    }


def document(node: str, config: dict[str, Any], credential: str) -> dict[str, Any]:
    slot = {"authentication": credential}
    settings = {"on_error": "continue"}
    return {
        "format": "penstock/1",
        "name": "tries",
        "nodes": [
            {"id": "start", "name": "Start", "type": "penstock/flow.manual"},
            {
                "id": "ask",
                "name": "Ask",
                "type": node,
                "config": config,
                "credentials": slot,
                "settings": settings,
            },
            {
                "id": "copy",
                "name": "Copy",
                "type": "penstock/data.set",
                "config": {"assignments": [{"name": "all", "value": "={{ $json }}"}]},
            },
        ],
        "edges": [
            {"from": ["start", "main"], "to": ["ask", "main"]},
            {"from": ["ask", "main"], "to": ["copy", "main"]},
        ],
    }


def _fields(kind: str) -> dict[str, Any]:
    fields = dict(CREDENTIALS[kind])
    return {n: PLAIN if v == CANARY and kind in _IN_HEADERS else v for n, v in fields.items()}


async def _keep(api: Client, kind: str, host: str) -> str:
    given = {"name": kind, "type": kind, "fields": _fields(kind), "hosts": [host]}
    found: str = (await api.json("POST", "/credentials", given))["credential"]["id"]
    return found


def everything_in(connection: Connection) -> bytes:
    """All columns of all rows, unpacked where they are packed."""
    found: list[bytes] = []
    for table in metadata.sorted_tables:
        for row in all_rows(connection.execute(select(table))):
            for value in row.values():
                if isinstance(value, bytes):
                    found += [value, _unpacked(value)]
                else:
                    found.append(str(value).encode())
    return b"\n".join(found)


def _unpacked(value: bytes) -> bytes:
    try:
        return msgspec.json.encode(codec.unpack(value, object))
    except Exception:  # noqa: BLE001 - it is something else
        return b""


def found_in(data: bytes) -> list[bytes]:
    plain = PLAIN.encode()
    return [form for form in [*FORMS, plain, base64.b64encode(plain)[:-4]] if form in data]


@pytest.mark.parametrize("kind", CREDENTIALS)
@pytest.mark.parametrize("node", [name for name, config in NODES.items() if config is not None])
async def test_a_secret_is_nowhere_but_at_its_own_host(
    api: Client,
    bus: RecordingBus,
    places: Places,
    node: str,
    kind: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    credential = await _keep(api, kind, places.own.url)
    kernel, answers = api.server.kernel, []
    known = kernel.plugins.latest(node)
    assert known is not None
    for url, more in ways(places).values():
        config = {**NODES[node](url), **more}
        if more and "proxy" not in known.fields:
            continue
        execution = await kernel.execute(document(node, config, credential), [{"a": 1}])
        answers += [msgspec.json.encode(execution.items), str(execution.error).encode()]
        for path in ("", "/steps", "/logs", "/document"):
            answer = await api.ask("GET", f"/executions/{execution.id}{path}")
            answers += [answer.content, str(answer.headers).encode()]
    sent = [b"\n".join(_parts_of(asked)) for asked in places.own.asked]
    test = {"url": places.own.url}
    answers.append((await api.ask("POST", f"/credentials/{credential}/test", test)).content)
    for path in ("/credentials", f"/credentials/{credential}", "/executions"):
        answers.append((await api.ask("GET", path)).content)

    rows = await api.server.db.read(everything_in)
    logged = "\n".join(str(record.__dict__) for record in caplog.records).encode()

    if kind not in ("http_hmac", "http_digest"):
        assert len([one for one in sent if found_in(one)]) >= 4, "it was not even sent to its host"
    seen = b"\n".join(part for asked in places.foreign.asked for part in _parts_of(asked))
    assert found_in(seen) == []
    assert found_in(rows) == []
    assert found_in(b"\n".join(answers)) == []
    assert found_in(b"\n".join(bus.sent)) == []
    assert found_in(logged) == []
    assert bus.sent
    assert b"x-echo" in rows or b"headers" in rows


def _parts_of(asked: Asked) -> list[bytes]:
    return [
        asked.path.encode(),
        msgspec.json.encode(dict(asked.headers)),
        msgspec.json.encode(dict(asked.query)),
        *(value.encode("latin-1", "replace") for value in asked.headers.values()),
        *(value.encode() for value in asked.query.values()),
        asked.body,
    ]
