"""What somebody does with a new server, from its first link to a restart in the middle."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import httpx2
import pytest
from tests.support.process import ServerProcess, server_process

pytestmark = pytest.mark.slow


def document(*middle: dict[str, Any]) -> dict[str, Any]:
    hook = {"path": "greet", "method": "POST", "reply": "last_node"}
    first = {"id": "hook", "name": "Hook", "type": "penstock/flow.webhook", "config": hook}
    value = "=Hello {{ $('Hook').first().json.body.name }}"
    said = {"include": "none", "assignments": [{"name": "said", "value": value}]}
    last = {"id": "say", "name": "Say", "type": "penstock/data.set", "config": said}
    nodes = [first, *middle, last]
    edges = [
        {"from": [nodes[i]["id"], "main"], "to": [nodes[i + 1]["id"], "main"]}
        for i in range(len(nodes) - 1)
    ]
    return {"format": "penstock/1", "name": "Greeting", "nodes": nodes, "edges": edges}


def active(server: ServerProcess, given: dict[str, Any]) -> str:
    made = server.ask("POST", "/workflows", {"document": given})
    server.ask("POST", f"/workflows/{made['id']}/versions", {"activate": True})
    return str(made["id"])


def executions(server: ServerProcess, workflow: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = server.ask("GET", f"/executions?workflow={workflow}")["items"]
    return found


def test_from_the_first_link_to_a_webhook_that_answers(tmp_path: Path) -> None:
    with server_process(tmp_path) as server:
        workflow = active(server, document())
        answer = httpx2.post(f"{server.url}/hook/default/greet", json={"name": "Ada"}, timeout=30)
        seen = executions(server, workflow)
        steps = server.ask("GET", f"/executions/{seen[0]['id']}/steps")["items"]
        again = httpx2.get(f"{server.url}/api/v1/set-up", timeout=30).json()
        docs = httpx2.get(f"{server.url}/api/docs", timeout=30).text

    assert answer.json() == {"said": "Hello Ada"}
    assert [one["status"] for one in seen] == ["success"]
    assert [one["node_id"] for one in steps] == ["hook", "say"]
    assert "token" not in str(again)
    assert "/api/v1/workflows" in docs


def test_a_restart_in_the_middle_of_an_execution_loses_nothing(tmp_path: Path) -> None:
    config = {"resume": "interval", "amount": 4, "unit": "seconds"}
    wait = {"id": "wait", "name": "Wait", "type": "penstock/flow.wait", "config": config}
    with server_process(tmp_path) as server:
        given = document(wait)
        given["nodes"][0]["config"]["reply"] = "at_once"
        workflow = active(server, given)
        sent = httpx2.post(f"{server.url}/hook/default/greet", json={"name": "Bo"}, timeout=30)
        server.kill()
        server.start_again()
        end = time.monotonic() + 60
        while (seen := executions(server, workflow))[0]["status"] != "success":
            assert time.monotonic() < end, seen
            time.sleep(0.2)

    assert sent.is_success
    assert seen[0]["id"] == sent.json()["execution"]
