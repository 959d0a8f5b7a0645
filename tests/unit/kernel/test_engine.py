"""Executions from start to end: order, errors, retries, waits, commits, cancellation."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest

from penstock_kernel import DocumentInvalid, Execution, Kernel
from penstock_kernel.store.journal import Commit, ExecutionNotFound, OwnershipLost
from penstock_kernel.store.memory_journal import MemoryJournal
from penstock_kernel.store.records import StepRecord
from penstock_sdk import Item, NodeFailed, RetryLater

ONE = [Item({"n": 1})]
THREE = [Item({"n": n}) for n in (1, 2, 3)]


def numbers(execution: Execution) -> list[Any]:
    return [item.json["n"] for item in execution.items]


def steps(execution: Execution) -> dict[str, StepRecord]:
    return {step.key.node_id: step for step in execution.steps}


async def test_a_chain_passes_items_from_node_to_node(lab: Any, kernel: Kernel) -> None:
    document = lab.workflow({"s": "start", "a": "add", "b": "add"}, "s>a a>b")

    execution = await kernel.execute(document, THREE)

    assert execution.status == "success"
    assert numbers(execution) == [3, 4, 5]
    assert [step.key.node_id for step in execution.steps] == ["s", "a", "b"]


async def test_without_items_the_start_receives_one_empty_item(lab: Any, kernel: Kernel) -> None:
    execution = await kernel.execute(lab.workflow({"s": "start", "a": "add"}, "s>a"))

    assert numbers(execution) == [1]


async def test_a_parameter_may_be_a_path_into_the_item(lab: Any, kernel: Kernel) -> None:
    node = {"type": "add", "config": {"value": "={{ $json.n }}"}}

    execution = await kernel.execute(lab.workflow({"s": "start", "a": node}, "s>a"), THREE)

    assert numbers(execution) == [2, 4, 6]


async def test_a_document_that_is_not_valid_is_not_run(lab: Any, kernel: Kernel) -> None:
    document = lab.workflow({"s": "start", "x": "unheard"}, "s>x")

    with pytest.raises(DocumentInvalid, match="unheard"):
        await kernel.execute(document)


async def test_a_join_gets_the_items_of_both_branches(lab: Any, kernel: Kernel) -> None:
    nodes = {"s": "start", "p": "split", "e": "add", "m": "append"}
    document = lab.workflow(nodes, "s>p p.even>e e>m.left p.odd>m.right")

    execution = await kernel.execute(document, THREE)

    assert numbers(execution) == [3, 1, 3]


async def test_the_ready_steps_of_parallel_branches_run_at_the_same_time(
    lab: Any, kernel: Kernel
) -> None:
    barrier = asyncio.Barrier(3)

    async def meet(_ctx: Any, items: Sequence[Item]) -> Sequence[Item]:
        await barrier.wait()
        return items

    lab.behave["meet"] = meet
    node = {"type": "call", "config": {"does": "meet"}}
    nodes = {"s": "start", "a": node, "b": node, "c": node}

    execution = await asyncio.wait_for(
        kernel.execute(lab.workflow(nodes, "s>a s>b s>c")), timeout=5
    )

    assert execution.status == "success"


@pytest.mark.parametrize(
    ("settings", "most"),
    [
        pytest.param({"max_parallel": 2}, 2, id="two-slots"),
        pytest.param({"order": "sequential"}, 1, id="sequential"),
        pytest.param({"order": "legacy"}, 1, id="legacy"),
    ],
)
async def test_no_more_steps_run_at_once_than_there_are_slots(
    lab: Any, kernel: Kernel, settings: dict[str, Any], most: int
) -> None:
    running = highest = 0

    async def count(_ctx: Any, items: Sequence[Item]) -> Sequence[Item]:
        nonlocal running, highest
        running += 1
        highest = max(highest, running)
        await asyncio.sleep(0)
        running -= 1
        return items

    lab.behave["count"] = count
    node = {"type": "call", "config": {"does": "count"}}
    nodes = {"s": "start", "a": node, "b": node, "c": node, "d": node}

    await kernel.execute(lab.workflow(nodes, "s>a s>b s>c s>d", settings=settings))

    assert highest == most


async def test_after_a_failure_running_steps_finish_and_no_new_one_starts(
    lab: Any, kernel: Kernel
) -> None:
    failed = asyncio.Event()

    def fail(_ctx: Any, _items: Any) -> None:
        failed.set()
        raise NodeFailed("broken", hint="mend it")

    async def last(_ctx: Any, items: Sequence[Item]) -> Sequence[Item]:
        await failed.wait()
        return items

    lab.behave |= {"fail": fail, "last": last}
    nodes = {
        "s": "start",
        "slow": {"type": "call", "config": {"does": "last"}},
        "bad": {"type": "call", "config": {"does": "fail"}},
        "after": "add",
    }

    execution = await kernel.execute(lab.workflow(nodes, "s>slow s>bad slow>after"))

    assert execution.status == "error"
    assert execution.error is not None
    assert (execution.error.message, execution.error.node_id) == ("broken", "bad")
    assert steps(execution)["slow"].status == "ok"
    assert "after" not in steps(execution)


def odd_ones_fail(_ctx: Any, items: Sequence[Item]) -> Sequence[Item]:
    if items[0].json["n"] % 2:
        raise NodeFailed("odd", data={"n": items[0].json["n"]})
    return items


@pytest.mark.parametrize(
    ("kind", "on_error", "expected"),
    [
        pytest.param("each", "continue", [1, 2, 3], id="per-item-continue"),
        pytest.param("each", "error_port", [2], id="per-item-error-port"),
        pytest.param("call", "continue", [1, 2, 3], id="batch-continue"),
        pytest.param("call", "error_port", [], id="batch-error-port"),
    ],
)
async def test_the_error_policy_decides_where_failed_items_go(
    lab: Any, kernel: Kernel, kind: str, on_error: str, expected: list[int]
) -> None:
    lab.behave["odd"] = odd_ones_fail
    node = {"type": kind, "config": {"does": "odd"}, "settings": {"on_error": on_error}}
    edges = "s>x x>good" + (" x.error>bad" if on_error == "error_port" else "")
    nodes = {"s": "start", "x": node, "good": "call"}
    if on_error == "error_port":
        nodes["bad"] = "call"

    execution = await kernel.execute(lab.workflow(nodes, edges), THREE)
    found = steps(execution)

    assert execution.status == "success"
    good = found["good"].outputs["main"].items if "good" in found else []
    assert [item.json["n"] for item in good] == expected
    carrying = good if on_error == "continue" else found["bad"].outputs["main"].items
    errors = [item.json["error"] for item in carrying if "error" in item.json]
    assert errors
    assert all(error["message"] == "odd" and error["code"] == "node.failed" for error in errors)


async def test_an_item_on_the_error_port_keeps_its_lineage(lab: Any, kernel: Kernel) -> None:
    lab.behave["odd"] = odd_ones_fail
    settings = {"on_error": "error_port"}
    nodes = {
        "s": "start",
        "x": {"type": "each", "config": {"does": "odd"}, "settings": settings},
        "bad": {"type": "add", "config": {"value": "={{ $('S').item.json.n }}"}},
    }

    execution = await kernel.execute(lab.workflow(nodes, "s>x x.error>bad"), THREE)

    assert numbers(execution) == [2, 6]


async def test_an_error_that_is_not_ours_is_the_nodes_failure(lab: Any, kernel: Kernel) -> None:
    lab.behave["crash"] = lambda _ctx, _items: 1 / 0
    node = {"type": "call", "config": {"does": "crash"}}

    execution = await kernel.execute(lab.workflow({"s": "start", "x": node}, "s>x"))

    assert execution.error is not None
    assert execution.error.code == "node.crashed"
    assert execution.error.name == "ZeroDivisionError"


@pytest.mark.parametrize(
    "result",
    [
        pytest.param(7, id="number"),
        pytest.param([{"json": {}}], id="dicts"),
        pytest.param("items", id="text"),
        pytest.param(None, id="nothing"),
    ],
)
async def test_a_result_that_is_none_is_refused(lab: Any, kernel: Kernel, result: Any) -> None:
    lab.behave["odd"] = lambda _ctx, _items: result
    node = {"type": "call", "config": {"does": "odd"}}

    execution = await kernel.execute(lab.workflow({"s": "start", "x": node}, "s>x"))

    assert execution.error is not None
    assert execution.error.code == "node.result_invalid"


RETRY = {"max_attempts": 4, "first_delay_s": 10, "factor": 3, "jitter": 0}


async def test_a_retry_waits_longer_each_time_and_then_gives_up(lab: Any, kernel: Kernel) -> None:
    attempts: list[int] = []

    def fail(ctx: Any, _items: Any) -> None:
        attempts.append(ctx.attempt)
        raise NodeFailed("no")

    lab.behave["fail"] = fail
    node = {"type": "call", "config": {"does": "fail"}, "settings": {"retry": RETRY}}

    execution = await kernel.execute(lab.workflow({"s": "start", "x": node}, "s>x"))

    assert execution.status == "error"
    assert attempts == [1, 2, 3, 4]
    assert lab.clock.slept == [10, 30, 90]


async def test_a_delay_that_the_target_asked_for_is_respected(lab: Any, kernel: Kernel) -> None:
    def later(ctx: Any, items: Sequence[Item]) -> Sequence[Item]:
        if ctx.attempt == 1:
            raise RetryLater("busy", delay_s=500)
        return items

    lab.behave["later"] = later
    node = {"type": "call", "config": {"does": "later"}, "settings": {"retry": RETRY}}

    execution = await kernel.execute(lab.workflow({"s": "start", "x": node}, "s>x"))

    assert execution.status == "success"
    assert lab.clock.slept == [500]
    assert steps(execution)["x"].attempt == 2


async def test_only_the_items_that_failed_are_tried_again(lab: Any, kernel: Kernel) -> None:
    seen: list[tuple[int, int]] = []

    def second_fails_first(ctx: Any, items: Sequence[Item]) -> Sequence[Item]:
        n = items[0].json["n"]
        seen.append((ctx.attempt, n))
        if n == 2 and ctx.attempt == 1:
            raise RetryLater("busy", delay_s=1)
        return items

    lab.behave["second"] = second_fails_first
    node = {"type": "each", "config": {"does": "second"}, "settings": {"retry": RETRY}}

    execution = await kernel.execute(lab.workflow({"s": "start", "x": node}, "s>x"), THREE)

    assert seen == [(1, 1), (1, 2), (1, 3), (2, 2)]
    assert numbers(execution) == [1, 2, 3]


async def test_a_retry_that_waits_holds_no_slot(lab: Any, kernel: Kernel) -> None:
    order: list[str] = []

    def first_fails(ctx: Any, items: Sequence[Item]) -> Sequence[Item]:
        order.append(f"x{ctx.attempt}")
        if ctx.attempt == 1:
            raise NodeFailed("no")
        return items

    def note(_ctx: Any, items: Sequence[Item]) -> Sequence[Item]:
        order.append("y")
        return items

    lab.behave |= {"fails": first_fails, "note": note}
    nodes = {
        "s": "start",
        "x": {"type": "call", "config": {"does": "fails"}, "settings": {"retry": RETRY}},
        "y": {"type": "call", "config": {"does": "note"}},
    }
    document = lab.workflow(nodes, "s>x s>y", settings={"max_parallel": 1})

    await kernel.execute(document)

    assert order == ["x1", "y", "x2"]


async def test_a_wait_parks_the_step_until_its_moment(lab: Any, kernel: Kernel) -> None:
    execution = await kernel.execute(
        lab.workflow({"s": "start", "w": "sleep", "a": "add"}, "s>w w>a"), THREE
    )

    assert lab.clock.slept == [60]
    assert numbers(execution) == [2, 3, 4]


async def test_an_execution_that_waits_is_committed_as_waiting(lab: Any) -> None:
    journal = Recording()
    async with lab.kernel(journal=journal) as kernel:
        await kernel.execute(lab.workflow({"s": "start", "w": "sleep"}, "s>w"))

    assert [commit.status for commit in journal.commits] == ["waiting", "success"]
    assert journal.commits[0].waiting_for == "timer"
    assert journal.commits[0].due_ms == 1_060_000


class Recording(MemoryJournal):
    """A journal that remembers its commits, and may lose its owner."""

    def __init__(self, *, lose_at: int | None = None) -> None:
        super().__init__()
        self.commits: list[Commit] = []
        self.lose_at = lose_at

    async def commit(self, commit: Commit) -> None:
        if self.lose_at is not None and len(self.commits) == self.lose_at:
            self.lose_at = None
            raise OwnershipLost("Somebody else owns it now.")
        await super().commit(commit)
        self.commits.append(commit)

    def story(self) -> list[list[str]]:
        return [[f"{step.key.node_id}:{step.status}" for step in c.steps] for c in self.commits]


async def test_pure_steps_are_committed_with_the_next_effect_and_with_the_end(lab: Any) -> None:
    journal = Recording()
    nodes = {"s": "start", "a": "add", "x": "send", "b": "add"}
    async with lab.kernel(journal=journal) as kernel:
        await kernel.execute(lab.workflow(nodes, "s>a a>x x>b"))

    assert journal.story() == [["s:ok", "a:ok", "x:started"], ["x:ok"], ["b:ok"]]


async def test_durability_execution_commits_at_the_end_only(lab: Any) -> None:
    journal = Recording()
    nodes = {"s": "start", "x": "send"}
    async with lab.kernel(journal=journal) as kernel:
        await kernel.execute(lab.workflow(nodes, "s>x", settings={"durability": "execution"}))

    assert journal.story() == [["s:ok", "x:ok"]]


async def lose_and_resume(lab: Any, kind: str, lose_at: int) -> tuple[Execution, list[str], int]:
    """Run until ownership is lost at a commit, then let another kernel resume from the journal."""
    journal = Recording(lose_at=lose_at)
    keys: list[str] = []

    def send(ctx: Any, items: Sequence[Item]) -> Sequence[Item]:
        keys.append(ctx.idempotency_key())
        return items

    lab.behave["send"] = send
    nodes = {"s": "start", "a": "add", "x": {"type": kind, "config": {"does": "send"}}, "b": "add"}
    document = lab.workflow(nodes, "s>a a>x x>b")
    async with lab.kernel(journal=journal) as kernel:
        with pytest.raises(OwnershipLost):
            await kernel.execute(document, ONE, execution_id="e1")
    before = len(journal.commits)
    async with lab.kernel(journal=journal) as kernel:
        execution = await kernel.continue_("e1")
    return execution, keys, before


async def test_a_keyed_step_that_was_in_flight_runs_again_with_the_same_key(lab: Any) -> None:
    execution, keys, _ = await lose_and_resume(lab, "keyed", lose_at=1)

    assert execution.status == "success"
    assert len(keys) == 2
    assert keys[0] == keys[1]
    assert numbers(execution) == [3]


async def test_an_unsafe_step_that_was_in_flight_is_parked_in_doubt(lab: Any) -> None:
    execution, keys, _ = await lose_and_resume(lab, "send", lose_at=1)

    assert (execution.status, execution.waiting_for) == ("waiting", "in_doubt")
    assert len(keys) == 1


async def test_a_step_in_doubt_runs_again_when_a_person_says_so(lab: Any) -> None:
    journal = Recording(lose_at=1)
    nodes = {"s": "start", "x": "send"}
    document = lab.workflow(nodes, "s>x")
    async with lab.kernel(journal=journal) as kernel:
        with pytest.raises(OwnershipLost):
            await kernel.execute(document, ONE, execution_id="e1")
        await kernel.continue_("e1")

        execution = await kernel.continue_("e1")

    assert execution.status == "success"
    assert steps(execution)["x"].attempt == 2


async def test_a_committed_step_is_never_run_again(lab: Any) -> None:
    execution, keys, before = await lose_and_resume(lab, "send", lose_at=2)

    assert before == 2
    assert execution.status == "success"
    assert len(keys) == 1


async def test_an_unsafe_step_that_can_be_verified_is_not_repeated(lab: Any) -> None:
    kind = lab.plugins.nodes["test/lab.send", 1]
    kind.implementation.verify = lambda _ctx, key: [Item({"n": 40})] if key else None

    execution, keys, _ = await lose_and_resume(lab, "send", lose_at=1)

    assert len(keys) == 1
    assert numbers(execution) == [41]


async def test_canceling_stops_a_running_node_at_once(lab: Any, kernel: Kernel) -> None:
    started, stopped = asyncio.Event(), asyncio.Event()

    async def hang(_ctx: Any, _items: Any) -> None:
        started.set()
        try:
            await asyncio.Event().wait()
        finally:
            stopped.set()

    lab.behave["hang"] = hang
    node = {"type": "call", "config": {"does": "hang"}}
    document = lab.workflow({"s": "start", "x": node, "y": node}, "s>x s>y")
    task = asyncio.create_task(kernel.execute(document, execution_id="e1"))
    await started.wait()

    assert await kernel.cancel("e1")
    execution = await task

    assert execution.status == "canceled"
    assert stopped.is_set()
    assert (await kernel.journal.execution(execution.id)).status == "canceled"


async def test_when_the_caller_is_canceled_so_is_the_execution(lab: Any, kernel: Kernel) -> None:
    started = asyncio.Event()

    async def hang(_ctx: Any, _items: Any) -> None:
        started.set()
        await asyncio.Event().wait()

    lab.behave["hang"] = hang
    node = {"type": "call", "config": {"does": "hang"}}
    document = lab.workflow({"s": "start", "x": node}, "s>x")
    task = asyncio.create_task(kernel.execute(document, execution_id="e1"))
    await started.wait()
    task.cancel()

    with pytest.raises(asyncio.CancelledError):
        await task

    assert (await kernel.journal.execution("e1")).status == "canceled"  # type: ignore[arg-type]


async def test_canceling_what_is_not_there_says_so(kernel: Kernel) -> None:
    with pytest.raises(ExecutionNotFound):
        await kernel.cancel("nothing")


async def forever(_ctx: Any, _items: Any) -> None:
    await asyncio.Event().wait()


async def test_a_node_that_exceeds_its_time_fails(lab: Any, kernel: Kernel) -> None:
    lab.behave["hang"] = forever
    node = {"type": "call", "config": {"does": "hang"}, "settings": {"timeout_s": 0.01}}

    execution = await kernel.execute(lab.workflow({"s": "start", "x": node}, "s>x"))

    assert execution.error is not None
    assert execution.error.code == "node.timed_out"


async def test_a_workflow_that_exceeds_its_time_fails(lab: Any, kernel: Kernel) -> None:
    lab.behave["hang"] = forever
    node = {"type": "call", "config": {"does": "hang"}}
    document = lab.workflow({"s": "start", "x": node}, "s>x", settings={"timeout_s": 0.01})

    execution = await kernel.execute(document)

    assert execution.status == "error"
    assert execution.error is not None
    assert execution.error.code == "execution.timed_out"


async def test_a_disabled_node_passes_its_items_on(lab: Any, kernel: Kernel) -> None:
    node = {"type": "add", "settings": {"disabled": True}}

    execution = await kernel.execute(
        lab.workflow({"s": "start", "a": node, "b": "add"}, "s>a a>b"), THREE
    )

    assert numbers(execution) == [2, 3, 4]
    assert steps(execution)["a"].status == "skipped"


async def test_a_fixture_stands_in_for_a_node(lab: Any, kernel: Kernel) -> None:
    fixtures = {"x": {"default": [{"json": {"n": 10}}]}}
    document = lab.workflow({"s": "start", "x": "send", "a": "add"}, "s>x x>a", fixtures=fixtures)

    by_hand = await kernel.execute(document, ONE)
    by_event = await kernel.execute(document, ONE, mode="trigger")

    assert numbers(by_hand) == [11]
    assert steps(by_hand)["x"].status == "cached"
    assert numbers(by_event) == [2]


async def test_execute_once_takes_the_first_item_only(lab: Any, kernel: Kernel) -> None:
    node = {"type": "add", "settings": {"execute_once": True}}

    execution = await kernel.execute(lab.workflow({"s": "start", "a": node}, "s>a"), THREE)

    assert numbers(execution) == [2]


async def test_always_output_delivers_one_empty_item(lab: Any, kernel: Kernel) -> None:
    lab.behave["none"] = lambda _ctx, _items: []
    node = {"type": "call", "config": {"does": "none"}, "settings": {"always_output": True}}
    document = lab.workflow({"s": "start", "x": node, "a": "add"}, "s>x x>a")

    execution = await kernel.execute(document, THREE)

    assert numbers(execution) == [1]


async def test_a_loop_goes_round_once_per_item_and_collects(lab: Any, kernel: Kernel) -> None:
    nodes = {"s": "start", "l": "loop", "a": "add", "end": "call"}
    document = lab.workflow(nodes, "s>l l.loop>a a>l l.done>end")

    execution = await kernel.execute(document, THREE)

    assert numbers(execution) == [2, 3, 4]
    assert len(execution.outputs("a")) == 3


async def test_a_loop_without_an_end_is_stopped(lab: Any, kernel: Kernel) -> None:
    edges = [
        {"from": ["s", "main"], "to": ["a", "main"]},
        {"from": ["a", "main"], "to": ["b", "main"]},
        {"from": ["b", "main"], "to": ["a", "main"], "back": True},
    ]
    document = lab.workflow(
        {"s": "start", "a": "add", "b": "add"}, "", settings={"max_iterations": 50}
    )
    raw = {
        "format": "penstock/1",
        "name": "lab",
        "edges": edges,
        "settings": {"max_iterations": 50},
    }
    raw["nodes"] = [
        {"id": node.id, "name": node.name, "type": node.type} for node in document.nodes
    ]

    execution = await kernel.execute(raw)

    assert execution.status == "error"
    assert execution.error is not None
    assert execution.error.code == "execution.iteration_limit"


async def test_a_breakpoint_parks_the_execution_until_it_is_continued(
    lab: Any, kernel: Kernel
) -> None:
    node = {"type": "add", "settings": {"breakpoint": True}}
    document = lab.workflow({"s": "start", "a": node, "b": "add"}, "s>a a>b")

    parked = await kernel.execute(document, ONE)
    stored = await kernel.journal.execution(parked.id)
    execution = await kernel.continue_(parked.id)

    assert (parked.status, parked.waiting_for) == ("waiting", "debug")
    assert (stored.status, stored.waiting_for) == ("waiting", "debug")
    assert execution.status == "success"
    assert numbers(execution) == [3]
    assert steps(execution)["a"].attempt == 1


async def test_an_execution_at_a_breakpoint_can_be_canceled_by_an_event_driven_start(
    lab: Any, kernel: Kernel
) -> None:
    node = {"type": "add", "settings": {"breakpoint": True}}
    document = lab.workflow({"s": "start", "a": node}, "s>a")

    execution = await kernel.execute(document, ONE, mode="webhook")

    assert execution.status == "success"


async def test_run_up_to_a_node(lab: Any, kernel: Kernel) -> None:
    nodes = {"s": "start", "a": "add", "b": "add", "aside": "send"}

    execution = await kernel.execute(lab.workflow(nodes, "s>a a>b s>aside"), ONE, to="a")

    assert list(steps(execution)) == ["s", "a"]
    assert numbers(execution) == [2]


async def test_run_from_a_node_takes_the_rest_from_an_earlier_execution(
    lab: Any, kernel: Kernel
) -> None:
    runs: list[str] = []

    def note(ctx: Any, items: Sequence[Item]) -> Sequence[Item]:
        runs.append(ctx.node_id)
        return items

    lab.behave["note"] = note
    node = {"type": "call", "config": {"does": "note"}}
    document = lab.workflow({"s": "start", "a": node, "b": node, "c": node}, "s>a a>b b>c")
    first = await kernel.execute(document, THREE)
    runs.clear()

    execution = await kernel.execute(document, start="b", earlier=first.steps)

    assert runs == ["b", "c"]
    assert numbers(execution) == [1, 2, 3]
    assert {key: step.status for key, step in steps(execution).items()} == {
        "s": "cached",
        "a": "cached",
        "b": "ok",
        "c": "ok",
    }


async def test_resume_after_a_failure_runs_only_what_did_not_end_well(
    lab: Any, kernel: Kernel
) -> None:
    runs: list[str] = []

    def flaky(ctx: Any, items: Sequence[Item]) -> Sequence[Item]:
        runs.append(ctx.node_id)
        if ctx.node_id == "b" and runs.count("b") == 1:
            raise NodeFailed("not yet")
        return items

    lab.behave["flaky"] = flaky
    node = {"type": "call", "config": {"does": "flaky"}}
    document = lab.workflow({"s": "start", "a": node, "b": node, "c": node}, "s>a a>b b>c")
    first = await kernel.execute(document, THREE)

    execution = await kernel.execute(document, earlier=first.steps)

    assert first.status == "error"
    assert execution.status == "success"
    assert runs == ["a", "b", "b", "c"]


async def test_run_from_a_node_without_an_earlier_execution_gives_it_the_items(
    lab: Any, kernel: Kernel
) -> None:
    document = lab.workflow({"s": "start", "a": "add", "b": "add"}, "s>a a>b")

    execution = await kernel.execute(document, THREE, start="b")

    assert list(steps(execution)) == ["b"]
    assert numbers(execution) == [2, 3, 4]


async def test_compensation_undoes_effects_last_first(lab: Any, kernel: Kernel) -> None:
    undone: list[str] = []
    kind = lab.plugins.nodes["test/lab.send", 1]
    kind.implementation.compensate = lambda ctx, _items, _output: undone.append(ctx.node_id)

    def fail(_ctx: Any, _items: Any) -> None:
        raise NodeFailed("no")

    lab.behave["fail"] = fail
    nodes = {
        "s": "start",
        "x": "send",
        "y": "send",
        "bad": {"type": "call", "config": {"does": "fail"}},
    }
    document = lab.workflow(nodes, "s>x x>y y>bad", settings={"compensate": True})

    execution = await kernel.execute(document)
    stored = {step.key.node_id: step for step in await kernel.journal.steps(execution.id)}

    assert undone == ["y", "x"]
    assert "undone" in stored["x"].logs[-1].message


async def test_events_tell_of_every_step_and_end_with_the_execution(
    lab: Any, kernel: Kernel
) -> None:
    document = lab.workflow({"s": "start", "a": "add"}, "s>a")

    events = [event async for event in kernel.stream(document, THREE)]

    assert [event.kind for event in events] == [
        "execution.started",
        "step.started",
        "step.finished",
        "step.started",
        "step.finished",
        "execution.finished",
    ]
    assert events[-2].counts == {"main": 3}
    assert events[-1].status == "success"


async def test_a_stream_that_is_left_cancels_its_execution(lab: Any, kernel: Kernel) -> None:
    lab.behave["hang"] = forever
    node = {"type": "call", "config": {"does": "hang"}}
    stream = kernel.stream(lab.workflow({"s": "start", "x": node}, "s>x"))
    first = await anext(stream)

    await stream.aclose()
    stored = await kernel.journal.execution(first.execution)  # type: ignore[arg-type]

    assert stored.status == "canceled"


@pytest.mark.parametrize(
    ("save", "kept"),
    [
        pytest.param("all", True, id="all"),
        pytest.param("errors", False, id="errors-only"),
        pytest.param("none", False, id="none"),
    ],
)
async def test_save_decides_whether_a_success_is_kept(
    lab: Any, kernel: Kernel, save: str, kept: bool
) -> None:
    execution = await kernel.execute(lab.workflow({"s": "start"}, "", settings={"save": save}))

    if kept:
        assert (await kernel.journal.execution(execution.id)).status == "success"
    else:
        with pytest.raises(ExecutionNotFound):
            await kernel.journal.execution(execution.id)


async def test_two_executions_at_once_share_nothing(lab: Any, kernel: Kernel) -> None:
    nodes = {"s": "start", "l": "loop", "a": "add", "end": "call"}
    document = lab.workflow(nodes, "s>l l.loop>a a>l l.done>end")
    inputs = [[Item({"n": 10 * k + i}) for i in range(4)] for k in range(5)]

    executions = await asyncio.gather(*(kernel.execute(document, items) for items in inputs))

    assert [numbers(one) for one in executions] == [
        [10 * k + i + 1 for i in range(4)] for k in range(5)
    ]


async def test_logs_are_kept_on_the_step_up_to_a_limit(lab: Any, kernel: Kernel) -> None:
    def talk(ctx: Any, items: Sequence[Item]) -> Sequence[Item]:
        for i in range(2_000):
            ctx.log.info("line", i=i)
        return items

    lab.behave["talk"] = talk
    node = {"type": "call", "config": {"does": "talk"}}

    execution = await kernel.execute(lab.workflow({"s": "start", "x": node}, "s>x"))
    lines = steps(execution)["x"].logs

    assert len(lines) == 1_001
    assert "dropped" in lines[-1].message


async def test_the_idempotency_key_differs_between_items_and_executions(
    lab: Any, kernel: Kernel
) -> None:
    keys: list[str] = []

    def note(ctx: Any, items: Sequence[Item]) -> Sequence[Item]:
        keys.append(ctx.idempotency_key())
        return items

    lab.behave["note"] = note
    node = {"type": "each", "config": {"does": "note"}}
    document = lab.workflow({"s": "start", "x": node}, "s>x")

    await kernel.execute(document, THREE)
    await kernel.execute(document, THREE)

    assert len(set(keys)) == 6


async def test_state_outlives_the_execution(lab: Any, kernel: Kernel) -> None:
    async def count(ctx: Any, _items: Any) -> Sequence[Item]:
        seen = (await ctx.state.get("seen") or 0) + 1
        await ctx.state.set("seen", seen)
        return [Item({"n": seen})]

    lab.behave["count"] = count
    document = lab.workflow(
        {"s": "start", "x": {"type": "call", "config": {"does": "count"}}}, "s>x"
    )

    first = await kernel.execute(document)
    second = await kernel.execute(document)

    assert numbers(first) + numbers(second) == [1, 2]


async def test_the_costs_of_each_phase_are_counted(lab: Any, kernel: Kernel) -> None:
    execution = await kernel.execute(lab.workflow({"s": "start", "a": "add"}, "s>a"))

    costs = execution.costs
    assert min(costs.accept, costs.plan, costs.step, costs.commit) > 0
    assert costs.cross == 0


async def test_an_execution_that_waits_can_be_canceled(lab: Any, kernel: Kernel) -> None:
    node = {"type": "add", "settings": {"breakpoint": True}}
    parked = await kernel.execute(lab.workflow({"s": "start", "a": node}, "s>a"), ONE)

    done = [await kernel.cancel(parked.id), await kernel.cancel(parked.id)]

    assert done == [True, False]
    assert (await kernel.journal.execution(parked.id)).status == "canceled"


async def test_plain_objects_are_taken_as_items(lab: Any, kernel: Kernel) -> None:
    execution = await kernel.execute(lab.workflow({"s": "start", "a": "add"}, "s>a"), [{"n": 4}])

    assert numbers(execution) == [5]
