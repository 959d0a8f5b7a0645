"""What an execution may not do at its edges: crashes, second cancels, ended ones, loops left out."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

import pytest

from penstock_kernel import Kernel
from penstock_kernel.store.journal import Commit, OwnershipLost
from penstock_kernel.store.memory_journal import MemoryJournal
from penstock_kernel.store.records import ExecutionId, StepKey
from penstock_sdk import Item, NodeFailed

THREE = [Item({"n": n}) for n in (1, 2, 3)]


class SlowJournal(MemoryJournal):
    """Commits take a moment, and the second one at the same time is the faster."""

    def __init__(self) -> None:
        super().__init__()
        self.committed: list[set[tuple[str, str]]] = []
        self.gate: asyncio.Event | None = None
        self.under_way = 0

    async def commit(self, commit: Commit) -> None:
        self.under_way += 1
        for _ in range(10 // self.under_way):
            await asyncio.sleep(0)
        if self.gate is not None and commit.status is None:
            await self.gate.wait()
        await super().commit(commit)
        self.under_way -= 1
        self.committed.append({(step.key.node_id, step.status) for step in commit.steps})

    def knows(self, node_id: str, status: str) -> bool:
        return any((node_id, status) in steps for steps in self.committed)


class LostJournal(MemoryJournal):
    """The owner dies at the commit that a test says: every later one of its epoch is refused."""

    def __init__(self, dies_at: str) -> None:
        super().__init__()
        self._dies_at = dies_at
        self.dead_epochs: set[int] = set()

    def row(self, execution: str) -> Any:
        """An execution as it is kept."""
        return self._row(ExecutionId(execution))

    async def commit(self, commit: Commit) -> None:
        if commit.status == self._dies_at:
            self._dies_at = ""
            self.dead_epochs.add(commit.epoch)
        if commit.epoch in self.dead_epochs:
            message = "gone"
            raise OwnershipLost(message)
        await super().commit(commit)


async def until(is_so: Callable[[], object]) -> None:
    while not is_so():  # noqa: ASYNC110 - there is nothing to be told by
        await asyncio.sleep(0)


async def forever(_ctx: Any, _items: Sequence[Item]) -> Sequence[Item]:
    await asyncio.Event().wait()
    return []


def call(does: str, kind: str = "call", **settings: Any) -> dict[str, Any]:
    return {"type": kind, "config": {"does": does}, "settings": settings}


async def test_what_an_effect_depends_on_is_committed_before_it_starts(lab: Any) -> None:
    journal = SlowJournal()
    missing: list[str] = []

    def look(ctx: Any, items: Sequence[Item]) -> Sequence[Item]:
        needed = [("s", "ok"), ("a", "ok"), ("b", "ok"), (ctx.node_id, "started")]
        missing.extend(f"{ctx.node_id}: {one[0]}" for one in needed if not journal.knows(*one))
        return items

    lab.behave["look"] = look
    nodes = {"s": "start", "a": "add", "b": "add"}
    sends = {f"x{i}": call("look", "send") for i in range(4)}
    edges = "s>a a>b " + " ".join(f"b>{name}" for name in sends)

    async with lab.kernel(journal=journal) as kernel:
        execution = await kernel.execute(lab.workflow({**nodes, **sends}, edges))

    assert execution.status == "success"
    assert missing == []


async def test_a_commit_that_is_cut_off_loses_no_step(lab: Any) -> None:
    journal = SlowJournal()
    journal.gate = asyncio.Event()
    document = lab.workflow({"s": "start", "x": "send"}, "s>x")

    async with lab.kernel(journal=journal) as kernel:
        running = await kernel.start(document)
        await until(lambda: journal.under_way)
        await running.cancel()
        stored = await journal.steps(ExecutionId(running.id))

    assert "s" in {step.key.node_id for step in stored}


async def test_a_step_that_failed_for_good_is_not_run_again_after_a_crash(lab: Any) -> None:
    journal = LostJournal("error")
    runs: list[int] = []

    def fail(ctx: Any, _items: Any) -> None:
        runs.append(ctx.attempt)
        raise NodeFailed("declined")

    lab.behave["fail"] = fail
    document = lab.workflow({"s": "start", "x": call("fail", "send")}, "s>x")

    async with lab.kernel(journal=journal) as kernel:
        with pytest.raises(OwnershipLost):
            await kernel.execute(document, execution_id="e1")
        execution = await kernel.continue_("e1")

    assert runs == [1]
    assert execution.status == "error"
    assert execution.error is not None
    assert execution.error.message == "declined"


@pytest.mark.parametrize("ending", ["success", "error", "canceled"])
async def test_what_has_ended_does_not_go_on(lab: Any, kernel: Kernel, ending: str) -> None:
    runs: list[str] = []

    async def act(_ctx: Any, items: Sequence[Item]) -> Sequence[Item]:
        runs.append("x")
        if ending == "error":
            raise NodeFailed("no")
        if ending == "canceled":
            await asyncio.Event().wait()
        return items

    lab.behave["act"] = act
    running = await kernel.start(lab.workflow({"s": "start", "x": call("act")}, "s>x"))
    if ending == "canceled":
        await until(lambda: runs)
        await kernel.cancel(running.id)
    await running.result()

    execution = await kernel.continue_(running.id)

    assert execution.status == ending
    assert runs == ["x"]


@pytest.mark.parametrize("given", ["disabled", "fixture"])
async def test_a_loop_that_is_left_out_is_not_gone_round(
    lab: Any, kernel: Kernel, given: str
) -> None:
    loop: dict[str, Any] = {"type": "loop", "settings": {"disabled": given == "disabled"}}
    nodes = {"s": "start", "l": loop, "body": "add", "after": "add"}
    fixtures = {"l": {"default": [{"json": {"n": 1}}]}} if given == "fixture" else {}
    document = lab.workflow(nodes, "s>l l.loop>body body>l l.done>after", fixtures=fixtures)

    execution = await kernel.execute(document, [Item({"n": 1})])

    assert execution.status == "success"
    assert [step.key.node_id for step in execution.steps] == ["s", "l", "after"]
    assert [item.json["n"] for item in execution.items] == [2]


async def test_a_second_cancel_does_not_keep_the_first_from_being_committed(
    lab: Any, kernel: Kernel
) -> None:
    cleaning = asyncio.Event()
    cleaned = asyncio.Event()

    async def tidy(_ctx: Any, items: Sequence[Item]) -> Sequence[Item]:
        try:
            await asyncio.Event().wait()
        finally:
            cleaning.set()
            await cleaned.wait()
        return items

    lab.behave |= {"tidy": tidy, "hang": forever}
    nodes = {"s": "start", "x": call("tidy"), "y": call("hang")}
    running = await kernel.start(lab.workflow(nodes, "s>x s>y"))
    async for event in running:
        if event.kind == "step.started" and event.node_id == "y":
            break
    await asyncio.sleep(0)

    await kernel.cancel(running.id)
    await cleaning.wait()
    await kernel.cancel(running.id)
    await asyncio.sleep(0)
    cleaned.set()
    await asyncio.wait([asyncio.ensure_future(running.result())])

    stored = await kernel.journal.execution(ExecutionId(running.id))
    assert stored.status == "canceled"


async def test_a_workflow_that_took_too_long_is_undone_too(lab: Any, kernel: Kernel) -> None:
    undone: list[str] = []
    kind = lab.plugins.nodes["test/lab.send", 1]
    kind.implementation.compensate = lambda ctx, _items, _output: undone.append(ctx.node_id)
    lab.behave["hang"] = forever
    document = lab.workflow(
        {"s": "start", "x": "send", "y": call("hang")},
        "s>x x>y",
        settings={"compensate": True, "timeout_s": 0.05},
    )

    execution = await kernel.execute(document)

    assert execution.error is not None
    assert execution.error.code == "execution.timed_out"
    assert undone == ["x"]


async def test_what_was_undone_is_not_undone_again_after_a_crash(lab: Any) -> None:
    journal = LostJournal("error")
    undone: list[str] = []
    kind = lab.plugins.nodes["test/lab.send", 1]
    kind.implementation.compensate = lambda ctx, _items, _output: undone.append(ctx.node_id)

    def fail(_ctx: Any, _items: Any) -> None:
        raise NodeFailed("no")

    lab.behave["fail"] = fail
    document = lab.workflow(
        {"s": "start", "x": "send", "y": "send", "z": call("fail", "send")},
        "s>x x>y y>z",
        settings={"compensate": True},
    )

    async with lab.kernel(journal=journal) as kernel:
        with pytest.raises(OwnershipLost):
            await kernel.execute(document, execution_id="e1")
        execution = await kernel.continue_("e1")

    assert execution.status == "error"
    assert undone == ["y", "x"]


@pytest.mark.parametrize(
    ("is_told", "code"),
    [
        pytest.param(True, "execution.timed_out", id="why-is-known"),
        pytest.param(False, "execution.dead", id="redriven"),
    ],
)
async def test_what_was_being_undone_at_a_crash_does_not_go_on(
    lab: Any, is_told: bool, code: str
) -> None:
    journal = LostJournal("error")
    undone: list[str] = []
    calls: list[str] = []
    kind = lab.plugins.nodes["test/lab.send", 1]
    kind.implementation.compensate = lambda ctx, _items, _output: undone.append(ctx.node_id)

    async def hang_once(ctx: Any, items: Sequence[Item]) -> Sequence[Item]:
        calls.append(ctx.node_id)
        return items if len(calls) > 1 else await forever(ctx, items)

    lab.behave["hang"] = hang_once
    document = lab.workflow(
        {"s": "start", "x": "send", "a": "add", "w": "send", "y": call("hang")},
        "s>x x>a a>w w>y",
        settings={"compensate": True, "timeout_s": 0.05},
    )

    async with lab.kernel(journal=journal) as kernel:
        with pytest.raises(OwnershipLost):
            await kernel.execute(document, [{"n": 1}], execution_id="e1")
        if not is_told:
            journal.row("e1").record.error = None  # as who redrives a dead one does
        execution = await kernel.continue_("e1")

    assert execution.error is not None
    assert (execution.status, execution.error.code) == ("error", code)
    assert (calls, undone) == (["y"], ["w", "x"])


async def test_what_was_undone_once_may_be_run_again_as_another_execution(
    lab: Any, kernel: Kernel
) -> None:
    kind = lab.plugins.nodes["test/lab.send", 1]
    kind.implementation.compensate = lambda _ctx, _items, _output: None
    calls: list[str] = []

    def fail_once(ctx: Any, items: Sequence[Item]) -> Sequence[Item]:
        calls.append(ctx.node_id)
        if len(calls) == 1:
            message = "no"
            raise NodeFailed(message)
        return items

    lab.behave["fail"] = fail_once
    nodes = {"s": "start", "x": "send", "y": call("fail")}
    document = lab.workflow(nodes, "s>x x>y", settings={"compensate": True})
    failed = await kernel.execute(document)

    again = await kernel.execute(document, earlier=await kernel.journal.steps(failed.id))

    assert (failed.status, again.status) == ("error", "success")


@pytest.mark.parametrize(
    ("kind", "runs_again"),
    [
        pytest.param("call", True, id="none"),
        pytest.param("keyed", True, id="keyed"),
        pytest.param("send", False, id="unsafe"),
    ],
)
async def test_a_step_in_flight_at_a_crash_runs_again_only_if_it_may(
    lab: Any, kind: str, runs_again: bool
) -> None:
    journal = MemoryJournal()
    keys: list[str] = []
    dead = True

    async def act(ctx: Any, items: Sequence[Item]) -> Sequence[Item]:
        keys.append(ctx.idempotency_key())
        if dead:
            await asyncio.Event().wait()
        return items

    lab.behave["act"] = act
    document = lab.workflow({"s": "start", "x": call("act", kind)}, "s>x")

    async with lab.kernel(journal=journal) as first:
        running = await first.start(document)
        await until(lambda: keys)
        # Another owner claims it: nothing that the first one still writes counts.
        await journal.claim(ExecutionId(running.id), "other")
    dead = False
    async with lab.kernel(journal=journal) as second:
        execution = await second.continue_(running.id)

    assert execution.status == ("success" if runs_again else "waiting")
    assert len(keys) == (2 if runs_again else 1)
    assert len(set(keys)) == 1


async def test_a_stale_owner_writes_nothing_more(lab: Any) -> None:
    journal = MemoryJournal()
    gate = asyncio.Event()
    after: list[str] = []

    async def wait(_ctx: Any, items: Sequence[Item]) -> Sequence[Item]:
        await gate.wait()
        return items

    def note(ctx: Any, items: Sequence[Item]) -> Sequence[Item]:
        after.append(ctx.node_id)
        return items

    lab.behave |= {"wait": wait, "note": note}
    nodes = {"s": "start", "x": call("wait", "send"), "y": call("note", "send")}
    async with lab.kernel(journal=journal) as kernel:
        running = await kernel.start(lab.workflow(nodes, "s>x x>y"))
        async for event in running:
            if event.kind == "step.started" and event.node_id == "x":
                break
        await asyncio.sleep(0)
        await journal.claim(ExecutionId(running.id), "other")
        gate.set()
        with pytest.raises(OwnershipLost):
            await running.result()
        stored = {step.key: step for step in await journal.steps(ExecutionId(running.id))}

    assert after == []
    assert stored[StepKey("x", 0)].status == "started"


async def test_a_merge_in_a_loop_joins_within_its_round(lab: Any, kernel: Kernel) -> None:
    nodes = {
        "s": "start",
        "l": "loop",
        "a": "add",
        "b": {"type": "add", "config": {"value": "={{ $('S').item.json.n * 100 }}"}},
        "m": "append",
    }
    edges = "s>l l.loop>a l.loop>b a>m.left b>m.right m>l"

    execution = await kernel.execute(lab.workflow(nodes, edges), THREE)

    rounds = [[item.json["n"] for item in ports["main"].items] for ports in execution.outputs("m")]
    assert rounds == [[2, 101], [3, 202], [4, 303]]


async def test_a_chain_of_two_thousand_nodes_and_a_fan_of_a_thousand_run(
    lab: Any, kernel: Kernel
) -> None:
    chain = {"s": "start", **{f"c{i}": "add" for i in range(2_000)}}
    names = list(chain)
    fan = {"s": "start", **{f"f{i}": "call" for i in range(1_000)}, "m": "append"}
    edges = " ".join(f"s>f{i} f{i}>m.{('left', 'right')[i % 2]}" for i in range(1_000))

    long = await kernel.execute(
        lab.workflow(chain, " ".join(f"{a}>{b}" for a, b in pairwise(names)))
    )
    wide = await kernel.execute(lab.workflow(fan, edges))

    assert [item.json["n"] for item in long.items] == [2_000]
    assert wide.status == "success"
    assert len(wide.outputs("m")) == 500


async def test_an_execution_that_a_loop_ended_is_told_from_the_journal(
    lab: Any, kernel: Kernel
) -> None:
    document = lab.workflow(
        {"s": "start", "l": "loop", "a": "add"},
        "s>l l.loop>a a>l",
        settings={"max_iterations": 2},
    )
    first = await kernel.execute(document, THREE)

    again = await kernel.continue_(first.id)

    assert first.error is not None
    assert again.error == first.error
    assert first.error.code == "execution.iteration_limit"
    assert [step.key for step in again.steps] == [step.key for step in first.steps]


async def test_a_breakpoint_in_a_loop_stops_in_each_round(lab: Any, kernel: Kernel) -> None:
    document = lab.workflow({"s": "start", "l": "loop", "a": "add"}, "s>l l.loop>a a>l")

    execution = await kernel.execute(document, THREE, breakpoints=["a"])
    stops = 0
    while execution.status == "waiting":
        stops += 1
        execution = await kernel.continue_(execution.id)

    assert stops == 3
    assert [item.json["n"] for item in execution.items] == [2, 3, 4]


@pytest.mark.parametrize("order", ["parallel", "sequential", "legacy"])
async def test_each_run_of_a_node_has_its_own_run_index(
    lab: Any, kernel: Kernel, order: str
) -> None:
    nodes = {
        "s": "start",
        "a": "call",
        "b": "call",
        "x": {"type": "add", "config": {"value": "={{ $runIndex }}"}},
    }
    document = lab.workflow(nodes, "s>a s>b a>x b>x", settings={"order": order})

    execution = await kernel.execute(document, [{"n": 0}])

    runs = execution.outputs("x")
    assert [run["main"].items[0].json["n"] for run in runs] == [0, 1]


async def test_runs_side_by_side_have_different_run_indexes(lab: Any, kernel: Kernel) -> None:
    meet = asyncio.Barrier(2)

    async def look(ctx: Any, items: Sequence[Item]) -> Sequence[Item]:
        await meet.wait()
        return items

    lab.behave |= {"run 0": look, "run 1": look}
    nodes = {"s": "start", "a": "call", "b": "call", "x": call("=run {{ $runIndex }}")}
    document = lab.workflow(nodes, "s>a s>b a>x b>x")

    execution = await asyncio.wait_for(kernel.execute(document), 5)

    assert execution.status == "success"


async def test_a_start_that_is_disabled_is_passed_over(lab: Any, kernel: Kernel) -> None:
    nodes = {"a": {"type": "start", "settings": {"disabled": True}}, "b": "start", "c": "add"}

    execution = await kernel.execute(lab.workflow(nodes, "a>c b>c"))

    assert [step.key.node_id for step in execution.steps] == ["b", "c"]


async def test_of_two_that_continue_at_once_one_owns_the_execution(
    lab: Any, kernel: Kernel
) -> None:
    runs: list[str] = []

    async def act(ctx: Any, items: Sequence[Item]) -> Sequence[Item]:
        runs.append(ctx.node_id)
        await asyncio.sleep(0)
        return items

    lab.behave["act"] = act
    document = lab.workflow({"s": "start", "x": call("act", "send"), "y": "add"}, "s>x x>y")
    parked = await kernel.execute(document, breakpoints=["x"])

    both = await asyncio.gather(
        kernel.continue_(parked.id), kernel.continue_(parked.id), return_exceptions=True
    )

    assert sorted(type(one).__name__ for one in both) == ["Execution", "OwnershipLost"]
    assert runs == ["x"]


async def test_a_limit_of_time_holds_for_what_is_undone(lab: Any, kernel: Kernel) -> None:
    kind = lab.plugins.nodes["test/lab.send", 1]
    kind.implementation.compensate = lambda _ctx, items, _output: forever(_ctx, items)

    def fail(_ctx: Any, _items: Any) -> None:
        raise NodeFailed("no")

    lab.behave["fail"] = fail
    nodes = {"s": "start", "x": call("nothing", "send", timeout_s=0.02), "y": call("fail")}
    document = lab.workflow(nodes, "s>x x>y", settings={"compensate": True})

    execution = await asyncio.wait_for(kernel.execute(document), 5)

    undone = {step.key.node_id: step.logs for step in execution.steps}["x"]
    assert execution.status == "error"
    assert "could not be undone" in undone[-1].message


async def test_resuming_after_any_commit_gives_what_one_go_gives(lab: Any) -> None:
    """A crash after each commit in turn, in a graph with a loop, a join and effects."""
    nodes = {
        "s": "start",
        "l": "loop",
        "p": "split",
        "x": "keyed",
        "y": "add",
        "m": "append",
        "z": "keyed",
    }
    edges = "s>l l.loop>p p.even>x p.odd>y x>m.left y>m.right m>l l.done>z"
    document = lab.workflow(nodes, edges)
    async with lab.kernel() as kernel:
        whole = await kernel.execute(document, THREE)
    outputs = {step.key: step.outputs for step in whole.steps}

    for commits in range(1, 20):
        journal = DyingJournal(commits)
        async with lab.kernel(journal=journal) as kernel:
            try:
                resumed = await kernel.execute(document, THREE, execution_id="e")
            except OwnershipLost:
                resumed = await kernel.continue_("e")
        assert {step.key: step.outputs for step in resumed.steps} == outputs
        assert journal.repeated == []


class DyingJournal(MemoryJournal):
    """The first owner dies after so many commits; tells which ended steps were written again."""

    def __init__(self, commits: int) -> None:
        super().__init__()
        self._left = commits
        self.repeated: list[StepKey] = []

    async def commit(self, commit: Commit) -> None:
        if commit.epoch == 1:
            self._left -= 1
            if self._left < 0:
                message = "gone"
                raise OwnershipLost(message)
        before = {step.key: step for step in await self.steps(commit.execution)}
        self.repeated += [
            step.key
            for step in commit.steps
            if step.key in before and before[step.key].status == "ok"
        ]
        await super().commit(commit)
