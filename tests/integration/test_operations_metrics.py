"""Metrics count what a kernel really did, cost little, and are told to whoever may know."""

from __future__ import annotations

import re
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families
from tests.support.speed import slowness

from penstock_kernel.kernel import Kernel
from penstock_kernel.settings import Settings
from penstock_kernel.store.records import ExecutionId, ExecutionRecord, StepKey, StepRecord
from penstock_web.health import Health
from penstock_web.operations.exposing import Exposition, Watched
from penstock_web.operations.metrics import Metrics

DOCS = Path(__file__).parents[2] / "docs" / "metrics.md"
LOOP = "while (true) {}"


def document(source: str, budget: dict[str, Any] | None = None) -> dict[str, Any]:
    settings = {"budget": budget} if budget else {}
    node = {"id": "n", "name": "N", "type": "penstock/code.javascript", "settings": settings}
    nodes = [{**node, "config": {"source": source}}]
    return {"format": "penstock/1", "name": "counted", "nodes": nodes}


def samples(text: bytes) -> dict[str, float]:
    """Every sample, by its name with its labels in order."""
    found: dict[str, float] = {}
    for family in text_string_to_metric_families(text.decode()):
        for sample in family.samples:
            labels = ",".join(f"{name}={sample.labels[name]}" for name in sorted(sample.labels))
            found[f"{sample.name}{{{labels}}}"] = sample.value
    return found


async def ask(
    app: Any, path: str = "/metrics", headers: list[tuple[bytes, bytes]] | None = None
) -> tuple[int, bytes]:
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    async def receive() -> Any:
        return {"type": "http.request", "body": b"", "more_body": False}

    await app({"type": "http", "path": path, "headers": headers or []}, receive, send)
    return sent[0]["status"], sent[1]["body"]


async def test_executions_steps_guests_and_what_is_queued_are_counted(tmp_path: Path) -> None:
    metrics = Metrics(by_workflow=True)
    exposition = Exposition(metrics)
    settings = Settings(data_dir=tmp_path, database="sqlite://", sandbox="inprocess")
    async with Kernel.open(settings) as kernel:
        kernel.host.observers += (metrics,)
        exposition.db = kernel.db
        await kernel.execute(document("return items;"), mode="webhook")
        await kernel.execute(document("return items;"), mode="webhook")
        await kernel.execute(document("throw new Error('no')"), mode="schedule")
        await kernel.execute(document(LOOP, {"fuel": 50_000_000}))
        await kernel.journal.accept(kernel.record(document("return items;")))
        found = samples(await exposition.text())

    of = "workflow=counted"
    assert found[f"penstock_execution_total{{status=success,trigger=webhook,{of}}}"] == 2
    assert found[f"penstock_execution_total{{status=error,trigger=schedule,{of}}}"] == 1
    assert found[f"penstock_execution_duration_seconds_count{{trigger=webhook,{of}}}"] == 2
    assert found["penstock_node_duration_seconds_count{node_type=penstock/code.javascript}"] == 4
    assert found["penstock_node_failures_total{node_type=penstock/code.javascript}"] == 2
    assert found["penstock_sandbox_kills_total{reason=budget}"] == 1
    assert found["penstock_sandbox_instance_seconds_total{}"] > 0
    assert found["penstock_queue_pending{pool=default}"] == 1
    assert found["penstock_queue_oldest_age_seconds{pool=default}"] >= 0
    assert found["penstock_database_commits{}"] > 0


def test_the_label_of_a_workflow_is_only_there_where_it_was_asked_for() -> None:
    metrics = Metrics()
    metrics.execution_ended(record("f1"))

    assert metrics.registry.get_sample_value(
        "penstock_execution_total", {"status": "success", "trigger": "webhook"}
    )


def test_labels_do_not_grow_without_end() -> None:
    metrics = Metrics(by_workflow=True)
    for number in range(1_500):
        metrics.execution_ended(record(f"f{number}"))
    labels = {"status": "success", "trigger": "other", "workflow": "other"}

    assert metrics.registry.get_sample_value("penstock_execution_total", labels) == 500


def test_counting_an_execution_of_four_steps_costs_less_than_twenty_microseconds() -> None:
    metrics, execution = Metrics(), record("f1")
    step = StepRecord(key=StepKey("n", 0), status="ok", started_ms=1, finished_ms=3)
    node: Any = SimpleNamespace(type=SimpleNamespace(id="penstock/data.set"))
    scene: Any = None

    def once() -> float:
        begun = time.thread_time_ns()
        for _ in range(1_000):
            for _ in range(4):
                metrics.step_ended(scene, node, step)
            metrics.execution_ended(execution)
        return (time.thread_time_ns() - begun) / 1e6

    once()
    assert min(once() / slowness() for _ in range(5)) < 20


def record(workflow: str) -> ExecutionRecord:
    return ExecutionRecord(
        id=ExecutionId("e1"),
        workspace_id="w1",
        workflow_id=workflow,
        workflow_name="F",
        document=None,
        mode="webhook",
        status="success",
        started_ms=1,
        finished_ms=4,
    )


async def test_requests_are_counted_by_face_and_code_and_those_to_webhooks_apart() -> None:
    health, metrics = Health("all"), Metrics()
    app = Watched(health, Exposition(metrics))

    await ask(app, "/healthz/live")
    await ask(app, "/hook/default/none")
    await ask(app, "/form/default/none")
    _, text = await ask(app)
    found = samples(text)

    assert found["penstock_http_requests_total{code=200,face=health}"] == 1
    assert found["penstock_webhook_requests_total{code=404}"] == 2


async def test_metrics_are_told_only_with_the_token_where_there_is_one() -> None:
    app = Watched(Health("all"), Exposition(Metrics(), token="t0ken"))

    refused, _ = await ask(app)
    wrong, _ = await ask(app, headers=[(b"authorization", b"Bearer t0kem")])
    told, _ = await ask(app, headers=[(b"authorization", b"Bearer t0ken")])

    assert (refused, wrong, told) == (403, 403, 200)


async def test_metrics_are_not_told_to_the_world_unless_that_was_chosen() -> None:
    app = Watched(Health("all"), Exposition(Metrics(), is_open=False))

    assert (await ask(app))[0] == 403


def test_every_metric_is_documented_and_no_other() -> None:
    text = DOCS.read_text()
    documented = set(re.findall(r"^\| `(penstock_\w+)` \|", text, re.MULTILINE))
    metrics = Metrics()
    there = {
        family.name + ("_total" if family.type == "counter" else "")
        for family in metrics.registry.collect()
        if family.name.startswith("penstock_")
    }

    assert documented == there


@pytest.mark.parametrize("by_workflow", [False, True])
def test_the_labels_of_each_metric_are_the_documented_ones(by_workflow: bool) -> None:
    text = DOCS.read_text()
    rows = re.findall(r"^\| `(penstock_\w+)` \| ([^|]*) \|", text, re.MULTILINE)
    documented = {name: set(re.findall(r"`(\w+)`", labels)) for name, labels in rows}
    metrics = Metrics(by_workflow=by_workflow)
    own = metrics.executions._labelnames

    expected = documented["penstock_execution_total"] - (set() if by_workflow else {"workflow"})
    assert set(own) == expected
