"""Spans of executions, steps and requests, for OpenTelemetry: execution, then node, then HTTP.

The rules:

* Nothing of OpenTelemetry is loaded before the environment asks for it (`OTEL_…`).
* The ids of spans follow from those of executions and steps: whoever goes on with an execution in
  another process goes on with its trace, and nothing has to be kept for that.
* A span is made when what it tells of has ended. What was begun before a crash and is repeated is
  a span for each attempt.
* Who starts a workflow by a webhook with a `traceparent` finds the execution in his trace.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import AsyncGenerator, Generator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from contextvars import ContextVar
from hashlib import sha256
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, NamedTuple, cast

import msgspec

from penstock_sandbox.egress.egress import Egress
from penstock_sandbox.egress.exchange import Incoming, Open, Outgoing, Signer
from penstock_sandbox.egress.grants import ANY_HOST, HttpGrant
from penstock_sdk import PenstockError

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.trace import Span, Tracer

    from penstock_kernel.execution.plan import Activation
    from penstock_kernel.execution.program import NodePlan
    from penstock_kernel.execution.step_view import Scene
    from penstock_kernel.store.records import ExecutionRecord, StepRecord

_PARENT = re.compile(r"00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})")
_ASKING = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
_MOST_OPEN = 10_000


class Place(NamedTuple):
    """Where in a trace something is."""

    trace: int
    span: int
    sampled: bool = True

    @property
    def header(self) -> str:
        """As others are told it: the value of `traceparent`."""
        return f"00-{self.trace:032x}-{self.span:016x}-{int(self.sampled):02x}"


class _Execution(NamedTuple):
    own: Place
    parent: Place | None


_here: ContextVar[Place | None] = ContextVar("place_in_trace", default=None)


def is_asked_for(environment: Mapping[str, str]) -> bool:
    """Does the environment want traces?"""
    if environment.get("OTEL_SDK_DISABLED", "").lower() == "true":
        return False
    exporter = environment.get("OTEL_TRACES_EXPORTER", "otlp")
    return exporter == "otlp" and any(environment.get(name) for name in _ASKING)


def place_of(traceparent: str) -> Place | None:
    """Where a `traceparent` says that its sender is; None where it says nothing."""
    found = _PARENT.fullmatch(traceparent.strip().lower())
    if found is None or not int(found[1], 16) or not int(found[2], 16):
        return None
    return Place(int(found[1], 16), int(found[2], 16), bool(int(found[3], 16) & 1))


def traceparent() -> str:
    """What to tell others of where the present task is; empty outside of a trace."""
    place = _here.get()
    return "" if place is None else place.header


class Tracing:
    """An observer that makes spans; made once per process, if at all."""

    def __init__(self, provider: TracerProvider | None = None) -> None:
        from opentelemetry import trace  # noqa: PLC0415 - only where it is asked for

        self._trace = trace
        self._ids = _ids()
        self._provider = provider or _provider()
        self._provider.id_generator = self._ids
        self._tracer: Tracer = self._provider.get_tracer("penstock", version("penstock"))
        self._open: OrderedDict[str, _Execution] = OrderedDict()

    def step_begins(self, scene: Scene, node: NodePlan, activation: Activation) -> None:
        """What goes out from here on belongs to this step."""
        execution = self._execution(scene.execution)
        before = activation.record
        attempt = 1 if before is None else before.attempt + 1
        key = activation.key
        _here.set(
            Place(
                execution.own.trace,
                _number(f"{scene.execution.id}/{key.node_id}/{key.run_index}/{attempt}", 8),
                execution.own.sampled,
            )
        )

    def step_ended(self, scene: Scene, node: NodePlan, record: StepRecord) -> None:
        """Make the span of an attempt at a step."""
        execution, place = self._execution(scene.execution), _here.get()
        _here.set(execution.parent)
        if place is None:
            return
        key = record.key
        about = {
            **_about(scene.execution),
            "penstock.node.id": key.node_id,
            "penstock.node.name": node.spec.name,
            "penstock.node.type": node.type.id,
            "penstock.node.run_index": key.run_index,
            "penstock.node.attempt": record.attempt,
            "penstock.node.status": record.status,
        }
        error = "" if record.error is None else record.error.code
        times = record.started_ms, record.finished_ms
        self._span(f"node {node.type.id}", place, execution.own, about, times, error)

    def execution_ended(self, record: ExecutionRecord) -> None:
        """Make the span of an execution."""
        execution = self._execution(record)
        self._open.pop(record.id, None)
        error = record.error.code if record.error else ""
        if record.status in ("canceled", "dead"):
            error = error or record.status
        about = {**_about(record), "penstock.execution.status": record.status}
        about["penstock.trigger"] = record.mode
        times = record.started_ms, record.finished_ms
        name = f"workflow execution {record.workflow_name}"
        self._span(name, execution.own, execution.parent, about, times, error)

    @contextmanager
    def calling(self, method: str, url: str) -> Generator[tuple[str, Span | None]]:
        """The span of a request to another server, and the `traceparent` to send along."""
        parent = _here.get()
        if parent is None:
            yield "", None
            return
        kinds = self._trace.SpanKind
        host = url.partition("://")[2].partition("/")[0].partition("?")[0].rpartition("@")[2]
        about = {"http.request.method": method, "server.address": host}
        span = self._tracer.start_span(
            f"HTTP {method}", self._context(parent), kind=kinds.CLIENT, attributes=about
        )
        own = span.get_span_context()
        try:
            yield Place(own.trace_id, own.span_id, own.trace_flags.sampled).header, span
        except BaseException as error:
            code = error.code if isinstance(error, PenstockError) else type(error).__name__
            self._fail(span, code)
            raise
        finally:
            span.end()

    def close(self) -> None:
        """Send what is left. Takes a moment where nobody answers."""
        self._provider.shutdown()

    def _execution(self, record: ExecutionRecord) -> _Execution:
        known = self._open.get(record.id)
        if known is None:
            parent = _here.get() or _inbound(record)
            trace = _number(str(record.root or record.id), 16) if parent is None else parent.trace
            sampled = parent is None or parent.sampled
            own = Place(trace, _number(record.id, 8), sampled)
            known = self._open[record.id] = _Execution(own, parent)
            if len(self._open) > _MOST_OPEN:
                self._open.popitem(last=False)
        return known

    def _span(
        self,
        name: str,
        place: Place,
        parent: Place | None,
        about: Mapping[str, Any],
        times_ms: tuple[int, int],
        error: str,
    ) -> None:
        self._ids.next = place
        try:
            span = self._tracer.start_span(
                name,
                self._context(parent),
                attributes=dict(about),
                start_time=times_ms[0] * 1_000_000,
            )
        finally:
            self._ids.next = None
        if error:
            self._fail(span, error)
        span.end(max(times_ms) * 1_000_000)

    def _fail(self, span: Span, code: str) -> None:
        span.set_attribute("error.type", code)
        span.set_status(self._trace.StatusCode.ERROR, code)

    def _context(self, parent: Place | None) -> Any:
        if parent is None:
            return self._trace.set_span_in_context(self._trace.INVALID_SPAN)
        flags = self._trace.TraceFlags(int(parent.sampled))
        place = self._trace.SpanContext(
            parent.trace, parent.span, is_remote=True, trace_flags=flags
        )
        return self._trace.set_span_in_context(self._trace.NonRecordingSpan(place))


class TracedEgress(Egress):
    """The door to the outside, with a span for each request, which says where it comes from."""

    tracing: Tracing | None = None

    async def request(
        self,
        outgoing: Outgoing,
        *,
        grants: Sequence[HttpGrant] = ANY_HOST,
        sign: Signer | None = None,
    ) -> Incoming:
        """Send a request; see `Egress`."""
        if self.tracing is None:
            return await super().request(outgoing, grants=grants, sign=sign)
        with self.tracing.calling(outgoing.method, outgoing.url) as (header, span):
            answer = await super().request(_told(outgoing, header), grants=grants, sign=sign)
            _note(span, answer.status)
            return answer

    @asynccontextmanager
    async def open(
        self,
        outgoing: Outgoing,
        *,
        grants: Sequence[HttpGrant] = ANY_HOST,
        sign: Signer | None = None,
    ) -> AsyncGenerator[Open]:
        """Send a request, with the body of its response to come; see `Egress`."""
        if self.tracing is None:
            async with super().open(outgoing, grants=grants, sign=sign) as response:
                yield response
            return
        with self.tracing.calling(outgoing.method, outgoing.url) as (header, span):
            told = _told(outgoing, header)
            async with super().open(told, grants=grants, sign=sign) as response:
                _note(span, response.start.status)
                yield response


def _told(outgoing: Outgoing, header: str) -> Outgoing:
    """A request that says where it comes from, unless it does so by itself."""
    if not header or any(name.lower() == "traceparent" for name, _ in outgoing.headers):
        return outgoing
    headers = (*outgoing.headers, ("traceparent", header))
    return msgspec.structs.replace(outgoing, headers=headers)


def _note(span: Span | None, status: int) -> None:
    if span is not None:
        span.set_attribute("http.response.status_code", status)


def _inbound(record: ExecutionRecord) -> Place | None:
    """Where the request came from that started an execution."""
    if record.root is not None or not record.input:
        return None
    headers: Any = record.input[0].json.get("headers")
    if not isinstance(headers, Mapping):
        return None
    told = cast("Mapping[str, Any]", headers).get("traceparent")
    return place_of(told) if isinstance(told, str) else None


def _about(record: ExecutionRecord) -> dict[str, Any]:
    return {
        "penstock.execution.id": record.id,
        "penstock.workflow.id": record.workflow_id,
        "penstock.workspace.id": record.workspace_id,
    }


def _number(text: str, size: int) -> int:
    """A number of some bytes that follows from a text, and is not 0."""
    return int.from_bytes(sha256(text.encode()).digest()[:size], "big") or 1


def _ids() -> Any:
    """Makes ids as OpenTelemetry does, except where they follow from something."""
    from opentelemetry.sdk.trace.id_generator import RandomIdGenerator  # noqa: PLC0415

    class Ids(RandomIdGenerator):
        next: Place | None = None

        def generate_span_id(self) -> int:
            return super().generate_span_id() if self.next is None else self.next.span

        def generate_trace_id(self) -> int:
            return super().generate_trace_id() if self.next is None else self.next.trace

    return Ids()


def _provider() -> TracerProvider:
    """Sends spans as the environment says."""
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import (  # noqa: PLC0415
        OTLPSpanExporter,
    )
    from opentelemetry.sdk.resources import Resource  # noqa: PLC0415
    from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415
    from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415

    resource = Resource.create({"service.name": "penstock", "service.version": version("penstock")})
    provider = TracerProvider(resource=resource)
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    return provider
