"""Whatever is sent to the API, in the form that it describes or in none: it answers as it says.

A short run by default; `PENSTOCK_FUZZ_SECONDS` makes it as long as that, `PENSTOCK_FUZZ_SEED`
another one. What was found can be sent again with the commands that a failed run prints.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import httpx2
import pytest
from tests.support.owner import owned
from tests.support.server import Client

SECONDS = int(os.environ.get("PENSTOCK_FUZZ_SECONDS", "0"))
SHORT = ("--phases", "fuzzing", "--max-examples", "4")
LONG = ("--phases", "examples,coverage,fuzzing,stateful", "--max-time", str(SECONDS))
SEED = int(os.environ.get("PENSTOCK_FUZZ_SEED", "5"))
CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "negative_data_rejection",
    "ignored_auth",
)
#: What would end the sign-in that everything else is asked with.
NOT_ASKED = ("end_sessions", "remove_token", "change_password")


#: What can be made with little, where, and what it is called in addresses.
THINGS: list[tuple[str, Callable[[int, Mapping[str, list[Any]]], Any], str]] = [
    (
        "/alerts",
        lambda number, _: {"name": f"A{number}", "kind": "queue_age", "target": "http://127.0.0.1"},
        "alert",
    ),
    ("/folders", lambda number, _: {"name": f"F{number}"}, "folder"),
    ("/organizations", lambda number, _: {"name": f"O{number}"}, "organization"),
    ("/roles", lambda number, _: {"name": f"R{number}", "grants": ["workflow:read"]}, "role"),
    (
        "/tables",
        lambda number, _: {"name": f"t{number}", "columns": [{"name": "a"}]},
        "table",
    ),
    ("/teams", lambda number, _: {"name": f"T{number}"}, "team"),
    ("/templates", lambda number, found: {"workflow": found["workflow"][number]}, "template"),
    ("/views", lambda number, _: {"kind": "workflows", "name": f"V{number}", "query": {}}, "view"),
    ("/workspaces", lambda number, _: {"name": f"W{number}"}, "workspace"),
]


def document() -> dict[str, Any]:
    node = {"id": "start", "name": "Start", "type": "penstock/flow.manual"}
    return {"format": "penstock/1", "name": "Fuzzed", "nodes": [node], "edges": []}


async def known(client: Client, headers: Mapping[str, str]) -> dict[str, list[Any]]:
    """Things that are there, by the name that they have in addresses."""

    async def made(path: str, body: Any = None) -> Any:
        return await client.json("POST", path, body, headers=headers)

    workflows = [(await made("/workflows", {"document": document()}))["id"] for _ in range(10)]
    for workflow in workflows[:5]:
        await made(f"/workflows/{workflow}/versions", {"activate": True})
    executions = [
        (await made(f"/workflows/{workflow}/executions", {}))["execution"]
        for workflow in workflows[:5]
    ]
    found: dict[str, list[Any]] = {
        "workflow": workflows,
        "execution": executions,
        "number": [1],
        "node": ["start"],
        "run": [0],
        "row": [1, 2],
    }
    for path, body, name in THINGS:
        made_ones = [await made(path, body(number, found)) for number in range(3)]
        found[name] = [one["id"] for one in made_ones]
    for table in found["table"]:
        await made(f"/tables/{table}/rows", {"rows": [{"a": "x"}, {"a": "y"}]})
    return found


def configuration(found: Mapping[str, list[Any]]) -> str:
    """What schemathesis is to know: every other time it names something that is there."""
    bound = [f'"path.{name}" = {{ dictionary = "{name}", probability = 0.5 }}' for name in found]
    values = [
        f"[dictionaries.{name}]\nvalues = {json.dumps(values)}" for name, values in found.items()
    ]
    return "\n".join(["[parameters]", *bound, *values, ""])


async def fuzzed(folder: Path, address: str, token: str) -> tuple[int, str]:
    command = [
        *(sys.executable, "-m", "schemathesis.cli", "run", f"{address}/api/v1/openapi.json"),
        *(LONG if SECONDS else SHORT),
        *("--checks", ",".join(CHECKS), "--seed", str(SEED), "--workers", "2"),
        *("--header", f"Authorization: Bearer {token}", "--request-timeout", "60"),
        *("--continue-on-failure", "--no-shrink", "--no-color"),
        *(word for name in NOT_ASKED for word in ("--exclude-operation-id", name)),
    ]
    process = await asyncio.create_subprocess_exec(
        *command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    said, _ = await process.communicate()
    assert process.returncode is not None
    return process.returncode, said.decode()


@pytest.mark.slow
@pytest.mark.timeout(SECONDS * 2 + 240)
async def test_whatever_is_sent_is_answered_as_described(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async with owned(tmp_path) as (client, address, token):
        headers = {"authorization": f"Bearer {token}"}
        found = await known(client, headers)
        (tmp_path / "schemathesis.toml").write_text(configuration(found))
        code, said = await fuzzed(tmp_path, address, token)
        still = await client.ask("GET", "/me", headers=headers)

    selected, tested = (re.findall(rf"{word}: *(\d+)", said)[0] for word in ("Selected", "Tested"))
    cases = int(re.findall(r"(\d+) generated", said)[0])
    with capsys.disabled():
        print(f"\n{cases} cases, seed {SEED}")  # noqa: T201 - what it takes to do it again
    assert still.status_code == httpx2.codes.OK
    assert code == 0, said
    assert tested == selected
    assert cases >= 2 * int(tested)
