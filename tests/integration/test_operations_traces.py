"""Traces go from whoever called a webhook through execution and node to whoever is called."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from penstock_kernel.kernel import Kernel
from penstock_kernel.settings import Settings
from penstock_sandbox.egress.addresses import Allowed
from penstock_web.operations.traces import TracedEgress, Tracing, is_asked_for, place_of

CALLER = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


class Peer:
    """A server that keeps what is sent to it."""

    def __init__(self) -> None:
        self.headers: list[dict[str, str]] = []
        self.bodies: list[bytes] = []
        self.url = ""

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")[1:-2]
        headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in head)}
        self.headers.append(headers)
        self.bodies.append(await reader.readexactly(int(headers.get("content-length", 0))))
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}")
        await writer.drain()
        writer.close()


@asynccontextmanager
async def peer() -> AsyncGenerator[Peer]:
    found = Peer()
    server = await asyncio.start_server(found.answer, "127.0.0.1", 0)
    found.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    async with server:
        yield found


@asynccontextmanager
async def traced(folder: Path) -> AsyncGenerator[tuple[Kernel, InMemorySpanExporter]]:
    exporter, provider = InMemorySpanExporter(), TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    tracing, egress = Tracing(provider), TracedEgress(Allowed.parse(["127.0.0.1"]))
    egress.tracing = tracing
    settings = Settings(data_dir=folder, database="sqlite://", sandbox="inprocess")
    async with Kernel.open(settings, egress=egress) as kernel:
        kernel.host.observers += (tracing,)
        yield kernel, exporter
    tracing.close()


def document(*nodes: dict[str, Any], name: str = "traced") -> dict[str, Any]:
    edges = [
        {"from": [one["id"], "main"], "to": [other["id"], "main"]} for one, other in pairwise(nodes)
    ]
    named = [{"name": one["id"].upper(), "config": {}, **one} for one in nodes]
    return {"format": "penstock/1", "name": name, "nodes": named, "edges": edges}


def request(url: str) -> dict[str, Any]:
    return {"id": "b", "type": "penstock/http.request", "config": {"url": url}}


NOOP = {"id": "a", "type": "penstock/flow.noop"}


def ids(span: ReadableSpan) -> tuple[int, int, int | None]:
    context = span.get_span_context()
    assert context is not None
    return context.trace_id, context.span_id, span.parent.span_id if span.parent else None


async def test_a_trace_goes_from_the_caller_through_the_node_to_who_is_called(
    tmp_path: Path,
) -> None:
    async with peer() as other, traced(tmp_path) as (kernel, exporter):
        given = [{"headers": {"traceparent": CALLER}}]
        result = await kernel.execute(document(NOOP, request(other.url)), given, mode="webhook")
        spans = {span.name: span for span in exporter.get_finished_spans()}

    assert result.status == "success"
    caller = place_of(CALLER)
    assert caller is not None
    whole, node = ids(spans["workflow execution traced"]), ids(spans["node penstock/http.request"])
    call = ids(spans["HTTP GET"])
    assert {whole[0], node[0], call[0]} == {caller.trace}
    assert (whole[2], node[2], call[2]) == (caller.span, whole[1], node[1])
    (headers,) = other.headers
    assert headers["traceparent"] == f"00-{call[0]:032x}-{call[1]:016x}-01"
    attributes = spans["HTTP GET"].attributes or {}
    assert attributes["http.response.status_code"] == 200
    about = spans["node penstock/http.request"].attributes or {}
    assert about["penstock.execution.id"] == result.id
    assert about["penstock.node.type"] == "penstock/http.request"


async def test_an_execution_without_a_caller_has_a_trace_that_follows_from_its_id(
    tmp_path: Path,
) -> None:
    async with traced(tmp_path) as (kernel, exporter):
        await kernel.execute(document(NOOP))
        await kernel.execute(document(NOOP))
        spans = exporter.get_finished_spans()

    wholes = [span for span in spans if span.name.startswith("workflow")]
    assert len({ids(span)[0] for span in wholes}) == 2
    assert {ids(span)[2] for span in wholes} == {None}
    assert {ids(span)[0] for span in spans} == {ids(span)[0] for span in wholes}


async def test_what_runs_in_line_is_below_the_step_that_runs_it(tmp_path: Path) -> None:
    called = {"id": "s", "type": "penstock/flow.called"}
    (tmp_path / "sub.json").write_text(encoded(document(called, NOOP, name="sub")))
    calls = {"id": "c", "type": "penstock/flow.execute", "config": {"workflow": "sub.json"}}
    (tmp_path / "main.json").write_text(encoded(document(NOOP, calls, name="main")))
    async with traced(tmp_path) as (kernel, exporter):
        result = await kernel.execute(tmp_path / "main.json")
        spans = {span.name: span for span in exporter.get_finished_spans()}

    assert result.status == "success", result.error
    sub, step = ids(spans["workflow execution sub"]), ids(spans["node penstock/flow.execute"])
    assert (sub[0], sub[2]) == (step[0], step[1])


def encoded(value: dict[str, Any]) -> str:
    return json.dumps(value)


async def test_a_failure_is_told_by_its_code_and_without_its_data(tmp_path: Path) -> None:
    code = {"source": "throw new Error('s3cret')"}
    async with traced(tmp_path) as (kernel, exporter):
        await kernel.execute(
            document({"id": "a", "type": "penstock/code.javascript", "config": code})
        )
        spans = exporter.get_finished_spans()

    assert {str((span.attributes or {})["error.type"]) for span in spans} == {"guest.failed"}
    assert "s3cret" not in "".join(span.to_json() for span in spans)


async def test_spans_are_sent_where_the_environment_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with peer() as collector:
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", collector.url)
        tracing = Tracing()
        settings = Settings(data_dir=tmp_path, sandbox="inprocess")
        async with Kernel.open(settings) as kernel:
            kernel.host.observers += (tracing,)
            await kernel.execute(document(NOOP))
        await asyncio.to_thread(tracing.close)

    (body,) = collector.bodies
    sent = ExportTraceServiceRequest.FromString(body)
    names = [span.name for one in sent.resource_spans[0].scope_spans for span in one.spans]
    assert sorted(names) == ["node penstock/flow.noop", "workflow execution traced"]


@pytest.mark.parametrize(
    ("environment", "asked"),
    [
        ({}, False),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://c:4318"}, True),
        ({"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://c:4318/v1/traces"}, True),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://c:4318", "OTEL_SDK_DISABLED": "true"}, False),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://c:4318", "OTEL_TRACES_EXPORTER": "none"}, False),
    ],
)
def test_traces_are_made_only_where_the_environment_asks(
    environment: dict[str, str], asked: bool
) -> None:
    assert is_asked_for(environment) is asked


def test_nothing_of_opentelemetry_is_loaded_where_nobody_asked() -> None:
    program = (
        "import sys, penstock_web.operations.traces\n"
        "print(any(name.startswith('opentelemetry') for name in sys.modules))"
    )
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)  # noqa: S603
    assert told.stdout.strip() == b"False"


@pytest.mark.parametrize(
    "text", ["", "00-0-0-01", f"00-{'0' * 32}-b7ad6b7169203331-01", CALLER[:-1], "ff" + CALLER[2:]]
)
def test_a_traceparent_that_is_none_is_left_out(text: str) -> None:
    assert place_of(text) is None
