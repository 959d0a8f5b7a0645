"""Metrics of one process, in a registry of its own.

The rules:

* Names, units and labels are those of `docs/metrics.md`; a test holds the two together.
* A label has few values: a workflow is one only where the operator asked for it.
* What is counted on the way of an execution costs it a few microseconds.
"""

from __future__ import annotations

import platform
from collections.abc import Callable, Sequence
from importlib.metadata import version
from typing import TYPE_CHECKING

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    disable_created_metrics,
)
from prometheus_client.process_collector import ProcessCollector

from penstock_kernel.store.sql.figures import Line

if TYPE_CHECKING:
    from penstock_kernel.execution.plan import Activation
    from penstock_kernel.execution.program import NodePlan
    from penstock_kernel.execution.step_view import Scene
    from penstock_kernel.store.records import ExecutionRecord, StepRecord

_EXECUTION_S = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1_800)
_NODE_S = (0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)
_REQUEST_S = (0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
#: Codes of failures after which a guest was stopped, and what that is called.
_KILLS = {
    "guest.budget_exceeded": "budget",
    "guest.trapped": "trap",
    "guest.runner_lost": "runner_lost",
}
# When a counter was made is nobody's question, and would double the page.
disable_created_metrics()  # type: ignore[no-untyped-call]
#: So many triggers, node types and workflows have labels of their own; others share one.
_MOST_LABELS = 1_000
_OTHERS = "other"


class Metrics:
    """Counts what a kernel does; an observer of its executions."""

    def __init__(self, *, by_workflow: bool = False) -> None:
        self.registry = CollectorRegistry()
        self._by_workflow = by_workflow
        self._count_executions()
        self._count_guests()
        self._count_faces()
        self._tell_state()
        self._node: dict[str, Callable[[float], None]] = {}
        self._ended: dict[tuple[str, ...], Callable[[], None]] = {}
        self._took: dict[tuple[str, ...], Callable[[float], None]] = {}

    def _count_executions(self) -> None:
        of = ("trigger", *(("workflow",) if self._by_workflow else ()))
        self.executions = self._counter("execution", "Executions that ended.", "status", *of)
        text = "From the start of an execution to its end, waits included."
        self.durations = self._histogram("execution_duration_seconds", text, _EXECUTION_S, *of)
        text = "Duration of one attempt at a step."
        self.nodes = self._histogram("node_duration_seconds", text, _NODE_S, "node_type")
        text = "Attempts at a step that failed."
        self.node_failures = self._counter("node_failures", text, "node_type")

    def _count_guests(self) -> None:
        text = "Guests that were stopped, or died."
        self.kills = self._counter("sandbox_kills", text, "reason")
        self.guest_s = self._counter("sandbox_instance_seconds", "Time that guests computed.")
        self.guest_fuel = self._counter("sandbox_fuel", "Instructions of guests, about.")

    def _count_faces(self) -> None:
        text = "Requests to webhooks, forms and chats."
        self.webhooks = self._counter("webhook_requests", text, "code")
        self.requests = self._counter("http_requests", "Requests to other faces.", "face", "code")
        text = "From a request to the end of its answer."
        name = "http_request_duration_seconds"
        self.request_s = self._histogram(name, text, _REQUEST_S, "face")
        text = "Messages of alert rules."
        self.alert_messages = self._counter("alert_messages", text, "channel", "outcome")

    def _tell_state(self) -> None:
        self.pending = self._gauge("queue_pending", "Executions that are queued.", "pool")
        text = "How long the oldest of them has been queued."
        self.oldest = self._gauge("queue_oldest_age_seconds", text, "pool")
        text = "Places for executions of this process."
        self.slots = self._gauge("worker_slots", text, "state")
        text = "Transactions of this process since its start."
        self.commits = self._gauge("database_commits", text)
        text = "Node packages that were not loaded."
        self.rejected = self._gauge("packages_rejected", text)
        text = "Always 1; the labels say what runs here."
        build = self._gauge("build_info", text, "version", "python")
        build.labels(version("penstock"), platform.python_version()).set(1)
        ProcessCollector(registry=self.registry)

    def _counter(self, name: str, text: str, *labels: str) -> Counter:
        return Counter(f"penstock_{name}", text, labels, registry=self.registry)

    def _gauge(self, name: str, text: str, *labels: str) -> Gauge:
        return Gauge(f"penstock_{name}", text, labels, registry=self.registry)

    def _histogram(self, name: str, text: str, buckets: Sequence[float], *labels: str) -> Histogram:
        name = f"penstock_{name}"
        return Histogram(name, text, labels, buckets=buckets, registry=self.registry)

    def step_begins(self, scene: Scene, node: NodePlan, activation: Activation) -> None:
        """Nothing is counted at a begin."""

    def step_ended(self, scene: Scene, node: NodePlan, record: StepRecord) -> None:
        """Count an attempt at a step."""
        node_type = node.type.id
        observe = self._node.get(node_type) or self._observe_of(node_type)
        observe((record.finished_ms - record.started_ms) / 1_000)
        if record.error is not None:
            self.node_failures.labels(self._label(node_type, self._node)).inc()
            reason = _KILLS.get(record.error.code)
            if reason is not None:
                self.kills.labels(reason).inc()
        if record.spent:
            self.guest_s.inc(record.spent.get("wall_ms", 0) / 1_000)
            self.guest_fuel.inc(record.spent.get("fuel", 0))

    def execution_ended(self, record: ExecutionRecord) -> None:
        """Count an execution; what ran in line for another one is a part of that."""
        if record.root is not None:
            return
        more = (record.workflow_id,) if self._by_workflow else ()
        ended, took = (record.status, record.mode, *more), (record.mode, *more)
        count = self._ended.get(ended)
        if count is None:
            labels = ended if len(self._ended) < _MOST_LABELS else (record.status, *_others(took))
            count = self._ended[ended] = self.executions.labels(*labels).inc
        count()
        observe = self._took.get(took)
        if observe is None:
            labels = took if len(self._took) < _MOST_LABELS else _others(took)
            observe = self._took[took] = self.durations.labels(*labels).observe
        observe((record.finished_ms - record.started_ms) / 1_000)

    def answered(self, face: str, code: int, seconds: float) -> None:
        """A request was answered; of webhooks each counts, by its code."""
        if face == "hook":
            self.webhooks.labels(str(code)).inc()
        else:
            self.requests.labels(face, str(code)).inc()
        self.request_s.labels(face).observe(seconds)

    def queued(self, lines: list[Line], now_ms: int) -> None:
        """What is queued now."""
        self.pending.clear()
        self.oldest.clear()
        for line in lines or [Line(pool="default", queued=0, oldest_ms=now_ms)]:
            self.pending.labels(line.pool).set(line.queued)
            self.oldest.labels(line.pool).set(max(0, now_ms - line.oldest_ms) / 1_000)

    def _observe_of(self, node_type: str) -> Callable[[float], None]:
        found = self.nodes.labels(self._label(node_type, self._node)).observe
        self._node[node_type] = found
        return found

    @staticmethod
    def _label(name: str, known: dict[str, Callable[[float], None]]) -> str:
        return name if name in known or len(known) < _MOST_LABELS else _OTHERS


def _others(labels: tuple[str, ...]) -> tuple[str, ...]:
    return (_OTHERS,) * len(labels)
