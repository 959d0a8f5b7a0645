"""A component as an author builds it, with real tools, from our WIT package alone."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest
from wasmtime.component import Component

from penstock_sandbox.contract import Budget, Spent
from penstock_sandbox.guests.component import ComponentDriver, check_component
from penstock_sandbox.guests.engine import make_engine
from penstock_sandbox.guests.guest import Task

WIT = Path(__file__).parents[3] / "sandbox" / "guests" / "wit"
SOURCE = """
import json

import wit_world
from componentize_py_types import Err
from wit_world.imports import http, items, notes, state


class WitWorld(wit_world.WitWorld):
    def describe(self) -> str:
        return json.dumps([{"name": "double"}])

    def options(self, header: str) -> str:
        raise Err(json.dumps({"error": {"name": "NoField", "message": header}}))

    def run(self, header: str) -> None:
        state.set(json.dumps({"key": "seen", "value": 1}))
        answer = json.loads(http.send(json.dumps({"method": "GET", "url": "https://a.example/"})))
        notes.log(json.dumps({"level": "info", "message": str(answer["status"])}))
        print("printed")
        while (chunk := items.next()) is not None:
            doubled = [{"json": {"n": 2 * item["json"]["n"]}} for item in json.loads(chunk)]
            items.emit(json.dumps({"ports": {"main": {"items": doubled, "parents": None}}}))
"""


class Host:
    """Says yes to everything, and keeps what it was told."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self.lines: list[str] = []

    def host(self, requests: bytes) -> bytes:
        frame = msgspec.json.decode(requests)
        self.names += [request["name"] for request in frame]
        return msgspec.json.encode([{"ok": {"status": 204}} for _ in frame])

    def note(self, kind: str, body: bytes) -> None:
        self.lines.append(msgspec.json.decode(body)["message"])


@pytest.mark.slow
def test_a_component_built_from_the_wit_package_runs(tmp_path: Path) -> None:
    (tmp_path / "author.py").write_text(SOURCE)
    tool = str(Path(sys.executable).parent / "componentize-py")
    command = [
        tool,
        "-q",
        "-d",
        str(WIT),
        "-w",
        "node",
        "componentize",
        "author",
        "-o",
        "node.wasm",
    ]
    subprocess.run(command, cwd=tmp_path, check=True, env={"PATH": os.environ["PATH"]})  # noqa: S603
    wasm = (tmp_path / "node.wasm").read_bytes()
    check_component(wasm)
    engine, host = make_engine(), Host()
    task = Task(
        header=b'{"kind":"node"}',
        chunks=iter([b'[{"json":{"n":1}}]', b'[{"json":{"n":2}}]']),
        budget=Budget(),
        channel=host,
        component=bytes(Component(engine, wasm).serialize()),
        spent=Spent(),
    )

    answers = [msgspec.json.decode(chunk) for chunk in ComponentDriver(engine).run(task)]

    assert [a["ports"]["main"]["items"] for a in answers] == [
        [{"json": {"n": 2}}],
        [{"json": {"n": 4}}],
    ]
    assert host.names == ["state.set", "http"]
    assert sorted(host.lines) == ["204", "printed"]
