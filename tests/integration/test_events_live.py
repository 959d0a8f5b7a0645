"""Events to people who watch, over a WebSocket and a stream of a real server."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import msgspec
import pytest
from tests.support.server import Trusting
from tests.support.sockets import Listening, Refused, Socket, listening

from penstock_kernel.kernel import Kernel
from penstock_kernel.settings import Settings
from penstock_kernel.store.scope import Scope
from penstock_web.http.principal import ANONYMOUS
from penstock_web.server import Server

PATIENCE_S = 20


@asynccontextmanager
async def served(folder: Path) -> AsyncGenerator[Listening]:
    settings = Settings(data_dir=folder, database="sqlite://", sandbox="inprocess")
    async with (
        Kernel.open(settings) as kernel,
        kernel.serve(),
        listening(Server(kernel, Trusting())) as client,
    ):
        yield client


def document(source: str = "return $input.all()") -> dict[str, Any]:
    return {
        "format": "penstock/1",
        "name": "Watched",
        "nodes": [
            {"id": "start", "name": "start", "type": "penstock/flow.manual"},
            {
                "id": "code",
                "name": "Code",
                "type": "penstock/code.javascript",
                "config": {"source": source},
            },
        ],
        "edges": [{"from": ["start", "main"], "to": ["code", "main"]}],
    }


async def stored(client: Listening, source: str = "return $input.all()") -> str:
    made = await client.json("POST", "/workflows", {"document": document(source)})
    await client.ask("POST", f"/workflows/{made['id']}/versions", {"activate": True})
    return str(made["id"])


async def run(client: Listening, workflow: str) -> str:
    started = await client.json("POST", f"/workflows/{workflow}/executions", {}, wait=True)
    return str(started["execution"])


async def watching(socket: Socket, **what: Any) -> list[dict[str, Any]]:
    await socket.send(do="subscribe", **what)
    return await socket.until("subscribed")


def kinds(messages: list[dict[str, Any]]) -> list[str]:
    return [one["kind"] for one in messages if "." in one["kind"]]


async def test_who_watches_a_workflow_sees_its_executions_steps_and_lines(tmp_path: Path) -> None:
    async with served(tmp_path) as client:
        workflow = await stored(client, "console.log('hello'); return $input.all()")
        other = await stored(client)
        async with client.socket() as socket:
            await watching(socket, workflow=workflow)
            await run(client, other)
            execution = await run(client, workflow)
            seen = await socket.until("execution.finished")

    events = [one for one in seen if "." in one["kind"]]
    assert {(one["workflow"], one["execution"]) for one in events} == {(workflow, execution)}
    assert kinds(seen) == [
        "execution.started",
        "step.started",
        "step.finished",
        "step.started",
        "step.log",
        "step.finished",
        "execution.finished",
    ]
    line = next(one for one in events if one["kind"] == "step.log")
    assert (line["message"], line["node_id"]) == ("hello", "code")
    assert events[-1]["status"] == "success"


async def test_a_line_with_half_a_character_is_told_and_breaks_nothing(tmp_path: Path) -> None:
    async with served(tmp_path) as client:
        workflow = await stored(client, r"console.log('a\ud83d'); return $input.all()")
        async with client.socket() as socket:
            await watching(socket, workflow=workflow)
            await run(client, workflow)
            seen = await socket.until("execution.finished")

    assert seen[-1]["status"] == "success"
    assert [one["message"][0] for one in seen if one["kind"] == "step.log"] == ["a"]


@pytest.mark.parametrize("what", [r"'\ud83d'", "'x'.repeat(100000)"])
async def test_no_execution_breaks_because_its_failure_cannot_be_told(
    what: str, tmp_path: Path
) -> None:
    async with served(tmp_path) as client:
        workflow = await stored(client, f"throw new Error({what})")
        async with client.socket() as socket:
            await watching(socket, workflow=workflow)
            execution = await run(client, workflow)
            seen = await socket.until("execution.finished")
        shown = await client.json("GET", f"/executions/{execution}")

    assert seen[-1]["status"] == "error"
    assert shown["execution"]["error"]["code"] == "guest.failed"


async def test_who_watches_the_workspace_sees_all_of_it_and_nothing_of_another(
    tmp_path: Path,
) -> None:
    async with served(tmp_path) as client:
        first, second = await stored(client), await stored(client)
        async with (
            client.socket() as here,
            client.socket(penstock_workspace="other") as elsewhere,
        ):
            await watching(here, workspace=True)
            await watching(elsewhere, workspace=True)
            for workflow in (first, second):
                await run(client, workflow)
            seen = await here.until("execution.finished")
            seen += await here.until("execution.finished")
            await elsewhere.send(do="ping")
            nothing = await elsewhere.until("pong")

    assert {one["workflow"] for one in seen if "workflow" in one} == {first, second}
    assert kinds(nothing) == []


async def test_who_watches_an_execution_and_its_workflow_sees_each_event_once(
    tmp_path: Path,
) -> None:
    async with served(tmp_path) as client:
        workflow = await stored(client)
        place = f"/workflows/{workflow}/draft/executions"
        started = await client.json("POST", place, {"breakpoints": ["code"]}, expect=202)
        execution = started["execution"]
        await parked(client, execution)
        async with client.socket() as socket:
            await watching(socket, execution=execution)
            await watching(socket, workflow=workflow)
            await client.ask("POST", f"/executions/{execution}/continue", {})
            seen = await socket.until("execution.finished")
            await socket.send(do="ping")
            seen += await socket.until("pong")

    assert kinds(seen) == [
        "execution.started",
        "step.started",
        "step.finished",
        "execution.finished",
    ]


async def parked(client: Listening, execution: str) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while True:
            shown = await client.json("GET", f"/executions/{execution}")
            if shown["execution"]["status"] == "waiting":
                return
            await asyncio.sleep(0.01)


async def test_an_execution_that_is_canceled_while_it_waits_is_told_of(tmp_path: Path) -> None:
    async with served(tmp_path) as client:
        workflow = await stored(client)
        place = f"/workflows/{workflow}/draft/executions"
        started = await client.json("POST", place, {"breakpoints": ["code"]}, expect=202)
        await parked(client, started["execution"])
        async with client.socket() as socket:
            await watching(socket, execution=started["execution"])
            await client.ask("POST", f"/executions/{started['execution']}/cancel")
            seen = await socket.until("execution.finished")

    assert seen[-1]["status"] == "canceled"


async def test_who_comes_back_gets_what_came_since(tmp_path: Path) -> None:
    async with served(tmp_path) as client:
        workflow = await stored(client)
        async with client.socket() as socket:
            await watching(socket, workflow=workflow)
            await run(client, workflow)
            last = (await socket.until("execution.finished"))[-1]["id"]
        missed = [await run(client, workflow) for _ in range(2)]
        async with client.socket() as socket:
            back = await watching(socket, workflow=workflow, after=last)

    assert [one["kind"] for one in back if one["kind"] == "missed"] == []
    assert list(dict.fromkeys(one["execution"] for one in back if "execution" in one)) == missed
    assert kinds(back).count("execution.finished") == 2
    assert len({one["id"] for one in back if "." in one["kind"]}) == len(kinds(back))


@pytest.mark.parametrize("after", ["another-7", "nonsense", "", "0-0"])
async def test_who_comes_back_too_late_is_told_to_read_again(after: str, tmp_path: Path) -> None:
    async with served(tmp_path) as client:
        workflow = await stored(client)
        async with client.socket() as socket:
            first = await watching(socket, workflow=workflow, after=after)

    assert [one["kind"] for one in first if one["kind"] == "missed"] == (
        ["missed"] if after else []
    )


async def test_what_was_not_watched_when_an_id_was_given_is_missed(tmp_path: Path) -> None:
    async with served(tmp_path) as client:
        one, two = await stored(client), await stored(client)
        async with client.socket() as socket:
            last = (await watching(socket, workflow=one))[-1]["id"]
            await run(client, two)
            missed = await watching(socket, workflow=two, after=last)

    assert "missed" in [message["kind"] for message in missed]


async def test_changes_of_a_workflow_are_told_with_who_made_them(tmp_path: Path) -> None:
    async with served(tmp_path) as client:
        workflow = await stored(client)
        async with client.socket() as socket:
            await watching(socket, workflow=workflow)
            scope = Scope("default", "u_7")
            await client.server.events.tell(scope, "workflow.saved", workflow, {"revision": 3})
            seen = (await socket.until("workflow.saved"))[-1]

    assert (seen["by"], seen["workflow"], seen["detail"]) == ("u_7", workflow, {"revision": 3})


async def test_a_lock_is_told_when_it_is_taken_and_when_it_ends(tmp_path: Path) -> None:
    async with served(tmp_path) as client:
        workflow = await stored(client)
        async with client.socket() as socket:
            await watching(socket, workflow=workflow)
            await client.ask("POST", f"/workflows/{workflow}/lock")
            locked = (await socket.until("workflow.locked"))[-1]
            await client.ask("DELETE", f"/workflows/{workflow}/lock", expect=204)
            unlocked = (await socket.until("workflow.unlocked"))[-1]

    assert (locked["workflow"], unlocked["workflow"]) == (workflow, workflow)


async def test_people_see_who_has_the_same_workflow_open(tmp_path: Path) -> None:
    async with served(tmp_path) as client:
        workflow = await stored(client)
        async with client.socket(test_user="u_1") as first:
            await watching(first, workflow=workflow)
            assert people(await first.until("presence")) == []
            async with client.socket(test_user="u_2") as second:
                await second.send(do="open", workflow=workflow)
                assert people(await first.until("presence")) == ["u_2"]
                await first.send(do="open", workflow=workflow)
                assert people(await first.until("presence")) == ["u_1", "u_2"]
                await second.send(do="close", workflow=workflow)
                assert people(await first.until("presence")) == ["u_1"]
                await second.send(do="open", workflow=workflow)
                assert people(await first.until("presence")) == ["u_1", "u_2"]
            assert people(await first.until("presence")) == ["u_1"]


def people(messages: list[dict[str, Any]]) -> list[str]:
    return [one["id"] for one in messages[-1]["people"]]


@pytest.mark.parametrize(
    ("wish", "code"),
    [
        ({"do": "subscribe", "workflow": "wf_none"}, "workflow.missing"),
        ({"do": "subscribe", "execution": "none"}, "execution.not_found"),
        ({"do": "subscribe", "execution": "*"}, "execution.not_found"),
        ({"do": "subscribe"}, "request.invalid"),
        ({"do": "subscribe", "workspace": True, "workflow": "x"}, "request.invalid"),
        ({"do": "open"}, "request.invalid"),
        ({"do": "dance"}, "request.invalid"),
        ({"do": "ping", "more": 1}, "request.invalid"),
        ({"do": "ping", "ref": "x" * 5_000}, "request.invalid"),
    ],
)
async def test_what_cannot_be_watched_is_refused_and_the_connection_stays(
    wish: dict[str, Any], code: str, tmp_path: Path
) -> None:
    async with served(tmp_path) as client, client.socket() as socket:
        await socket.send(**wish)
        refused = (await socket.until("refused"))[-1]
        await socket.send_text("{")
        await socket.until("refused")
        await socket.send(do="ping", ref="still here")
        pong = (await socket.until("pong"))[-1]

    assert refused["code"] == code
    assert pong["ref"] == "still here"


@pytest.mark.parametrize(
    ("grants", "sees"),
    [
        ("execution:read", ["execution.finished"]),
        ("workflow:read", ["workflow.saved"]),
        ("credential:read", None),
    ],
)
async def test_who_watches_sees_what_he_may_read(
    grants: str, sees: list[str] | None, tmp_path: Path
) -> None:
    async with served(tmp_path) as client:
        workflow = await stored(client)
        async with client.socket(test_grants=grants) as socket:
            await socket.send(do="subscribe", workspace=True)
            if sees is None:
                assert (await socket.until("refused"))[-1]["code"] == "access.denied"
                return
            await socket.until("subscribed")
            await run(client, workflow)
            await client.server.events.tell(Scope("default"), "workflow.saved", workflow)
            seen = await socket.until(sees[0])

    wanted = sees[0].partition(".")[0]
    assert {kind.partition(".")[0] for kind in kinds(seen)} <= {wanted, "step"}


async def test_a_stream_says_the_same_and_goes_on_after_an_id(tmp_path: Path) -> None:
    async with served(tmp_path) as client:
        workflow = await stored(client)
        first = await streamed(client, workflow, lambda: run(client, workflow))
        execution = await run(client, workflow)
        again = await streamed(client, workflow, None, last_event_id=first[-1]["id"])

    assert kinds(first)[-1] == "execution.finished"
    assert {one["execution"] for one in again if one["kind"] == "step.finished"} == {execution}


async def streamed(
    client: Listening, workflow: str, act: Any, **headers: str
) -> list[dict[str, Any]]:
    """What a stream says until an execution has ended."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    found: list[dict[str, Any]] = []
    place = "/api/v1/events/stream"
    async with asyncio.timeout(PATIENCE_S):
        async with client.http.stream(
            "GET", place, params={"workflow": workflow}, headers=named
        ) as answer:
            assert answer.headers["content-type"].startswith("text/event-stream")
            async for line in answer.aiter_lines():
                name, _, value = line.partition(": ")
                if name == "id":
                    assert value
                if name != "data":
                    continue
                found.append(msgspec.json.decode(value))
                if found[-1]["kind"] == "subscribed" and act is not None:
                    await act()
                if found[-1]["kind"] == "execution.finished":
                    return found
    return found


async def test_a_stream_of_nothing_is_refused(tmp_path: Path) -> None:
    async with served(tmp_path) as client:
        refused = await client.ask("GET", "/events/stream", expect=400)

    assert refused.json()["code"] == "request.invalid"


class Nobody(Trusting):
    """Lets in who says `let me in`, and takes it back when it is told to."""

    def __init__(self) -> None:
        self.open = True

    async def principal(self, connection: Any) -> Any:
        if not self.open or connection.headers.get("authorization") != "Bearer let-me-in":
            return ANONYMOUS
        return await super().principal(connection)


async def test_who_has_not_signed_in_is_refused_and_who_is_signed_out_hears_no_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("penstock_web.events.sockets.CHECK_S", 0.05)
    settings = Settings(data_dir=tmp_path, database="sqlite://", sandbox="inprocess")
    async with Kernel.open(settings) as kernel, kernel.serve():
        identity = Nobody()
        async with listening(Server(kernel, identity)) as client:
            with pytest.raises(Refused) as refused:
                async with client.socket():
                    pass
            stream = await client.http.get("/api/v1/events/stream?all=true")
            protocols = "penstock, bearer.let-me-in"
            async with client.socket(sec_websocket_protocol=protocols) as socket:
                await watching(socket, workspace=True)
                identity.open = False
                code = await socket.end()

    assert refused.value.status == 401
    assert stream.status_code == 401
    assert code == 4401


async def test_a_server_that_ends_lets_everybody_go(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, database="sqlite://", sandbox="inprocess")
    async with (
        Kernel.open(settings) as kernel,
        kernel.serve(),
        listening(Server(kernel, Trusting())) as client,
        client.socket() as socket,
    ):
        await watching(socket, workspace=True)
        params = {"all": "true"}
        async with client.http.stream("GET", "/api/v1/events/stream", params=params) as stream:
            lines = stream.aiter_lines()
            await anext(lines)
            await kernel.bus.close()
            code = await socket.end()
            async with asyncio.timeout(PATIENCE_S):
                rest = [line async for line in lines]

    assert code == 1012
    assert not any("missed" in line for line in rest)
