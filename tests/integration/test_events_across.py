"""Events of executions that run in another process, over a real broker and a real database."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.support.databases import new_postgres_url
from tests.support.nats import joined, until
from tests.support.server import Trusting
from tests.support.sockets import listening

from penstock_bus.server import open_server
from penstock_kernel.execution.events import pattern_of
from penstock_kernel.kernel import Kernel
from penstock_kernel.settings import Settings
from penstock_web.server import Server

DOCUMENT: dict[str, Any] = {
    "format": "penstock/1",
    "name": "Elsewhere",
    "nodes": [{"id": "start", "name": "start", "type": "penstock/flow.manual"}],
    "edges": [],
}


async def test_who_watches_one_process_sees_what_runs_and_who_is_there_in_another(
    tmp_path: Path,
) -> None:
    url = new_postgres_url()
    settings = Settings(data_dir=tmp_path / "data", database=url, sandbox="inprocess")
    async with (
        open_server(tmp_path / "nats") as broker,
        joined(broker) as near,
        joined(broker) as far,
        Kernel.open(settings, bus=near) as api,
        Kernel.open(settings, bus=far) as other,
        api.serve(role="api"),
        other.serve(role="all"),
        listening(Server(api, Trusting())) as client,
        listening(Server(other, Trusting())) as there,
    ):
        made = await client.json("POST", "/workflows", {"document": DOCUMENT})
        workflow = made["id"]
        await client.ask("POST", f"/workflows/{workflow}/versions", {"activate": True})
        async with (
            client.socket(test_user="u_1") as socket,
            there.socket(test_user="u_2") as far_socket,
        ):
            await socket.send(do="subscribe", workflow=workflow)
            await socket.until("presence")
            pattern = pattern_of(workspace="default", workflow=workflow)
            await until(lambda: far.has_listener(pattern.replace("*", "x")))
            place = f"/workflows/{workflow}/executions"
            started = await client.json("POST", place, {}, wait=True)
            seen = await socket.until("execution.finished")
            await far_socket.send(do="open", workflow=workflow)
            people = (await socket.until("presence"))[-1]["people"]

    assert started["status"] == "success"
    assert {one["execution"] for one in seen if "execution" in one} == {started["execution"]}
    assert [one["kind"] for one in seen if "." in one["kind"]] == [
        "execution.started",
        "step.started",
        "step.finished",
        "execution.finished",
    ]
    assert [one["id"] for one in people] == ["u_2"]
