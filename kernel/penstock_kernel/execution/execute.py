"""Run one step and say what came of it.

The rules:

* Nothing that a node does raises out of here; an exception that does means the engine is broken.
* What the journal did not take, of a workflow that a step runs in line, is no failure of the node:
  it ends the drive, and whoever owns the execution goes on from what was committed.
* Parameters are resolved for all items at once. An expression that fails, fails where it is
  asked for.
* A node that works per item fails per item: the others go on, and only the failed are tried again.
  Where it says so, several items are in flight at once; outputs keep the order of the input, and a
  failure that stops the step cancels the others.
* A node that works on all items may say which of them failed; the others go on, unless the policy
  is `stop`. Where one of the failures may be retried, the whole step is.
* After a failure: another attempt, if the policy has one; else `stop`, `continue` (the item goes on
  through the first output with its error), or the `error` port.
* A time limit holds for one call of the node; a retry waits without running.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from time import perf_counter, perf_counter_ns
from typing import Any, cast

import msgspec

from penstock_kernel.execution.context import Shared, StepContext, StepLog
from penstock_kernel.execution.costs import Costs
from penstock_kernel.execution.guest_calls import guest_of
from penstock_kernel.execution.host import Host
from penstock_kernel.execution.outcome import (
    NO_OUTPUTS,
    Inputs,
    Outcome,
    error_record,
    outputs_of,
    with_error,
)
from penstock_kernel.execution.partly import errors_apart, partial_outputs
from penstock_kernel.execution.plan import Activation
from penstock_kernel.execution.policy import attempt_after, delay_s, may_retry
from penstock_kernel.execution.program import NodePlan
from penstock_kernel.execution.resting import Rest
from penstock_kernel.execution.simulation import lists
from penstock_kernel.execution.slots import views_of
from penstock_kernel.execution.step_view import NO_ITEMS, OneStep, Scene
from penstock_kernel.execution.time_limit import in_time
from penstock_kernel.expressions.resolve import Resolved, resolve, resolve_now
from penstock_kernel.store.journal import JournalFailed
from penstock_kernel.store.records import Asks, ErrorRecord, PortOutput, StepRecord
from penstock_kernel.workflow.document import NodeSettings
from penstock_sdk import Context, Item, Parent, PartlyFailed, Wait

#: From here on parameters are found, and plain nodes run, in a thread: the loop stays free.
MANY_ITEMS = 2_000
_TURN_S = 0.01  # of uninterrupted work between two looks at the loop
ERROR_PORT = "error"
#: Steps that have said what they put out when they go on.
_RESTS = frozenset({"timer", "webhook", "form", "approval"})


async def run_step(
    host: Host, scene: Scene, node: NodePlan, activation: Activation, costs: Costs
) -> StepRecord:
    """Run one step to its end, or to where it waits."""
    started = perf_counter_ns()
    shared = _prepare(host, scene, node, activation)
    items, now_ms = shared.view.items, shared.view.now_ms
    for observer in host.observers:
        observer.step_begins(scene, node, activation)
    try:
        outcome = await _attempt(shared, items, activation.record)
    except JournalFailed:
        raise
    except Exception as error:  # noqa: BLE001 - a stranger's code ran; its failure is data
        outcome = _failed(shared, items, error)
    costs.cross += shared.cross_ns
    # Crossings of items that are in flight at once add up to more than the time that passed.
    costs.step += max(0, perf_counter_ns() - started - shared.cross_ns)
    record = StepRecord(
        key=activation.key,
        status=outcome.status,
        effects=node.effects,
        attempt=shared.attempt,
        sources=activation.sources,
        outputs=outcome.outputs,
        error=outcome.error,
        waiting_for=outcome.waiting_for,
        asks=outcome.asks,
        due_ms=outcome.due_ms,
        started_ms=now_ms,
        finished_ms=host.clock.now_ms(),
        logs=shared.log.lines,
        spent=shared.spent,
        now_ms=now_ms,
        done=outcome.done,
        answer=shared.answer if outcome.status == "ok" else None,
    )
    for observer in host.observers:
        observer.step_ended(scene, node, record)
    return record


_NOTHING = cast("Resolved", None)  # until the parameters are resolved


def _prepare(host: Host, scene: Scene, node: NodePlan, activation: Activation) -> Shared:
    attempt = attempt_after(activation.record)
    inputs = _inputs(scene, node, activation)
    items = _first_items(scene, node, activation, inputs)
    now_ms = host.clock.now_ms()
    view = OneStep(scene, node.spec, activation, items=items, now_ms=now_ms, attempt=attempt)
    rest = Rest(scene.rest, activation.key)
    log = StepLog(host, view)
    return Shared(host, scene, node, view, _NOTHING, inputs, attempt, log, {}, rest)


async def context_of(
    host: Host, scene: Scene, node: NodePlan, activation: Activation
) -> tuple[Context, Sequence[Item]]:
    """The context and items of a step that ran before, for what a node does besides running."""
    shared = _prepare(host, scene, node, activation)
    shared.resolved = await _resolve(shared)
    shared.credentials = await views_of(shared)
    return cast("Context", StepContext(shared)), shared.view.items


def _inputs(scene: Scene, node: NodePlan, activation: Activation) -> Mapping[str, Sequence[Item]]:
    sources = activation.sources
    if len(sources) == 1 and len(node.inputs) == 1:
        ((port, source),) = sources.items()
        return {port: scene.items_of(source)}
    if not sources and activation.key.node_id in scene.plan.forced:
        return dict.fromkeys(node.inputs[:1] or ("main",), (Item({}),))
    if not sources:
        return dict.fromkeys(node.inputs[:1] or ("main",), scene.input)
    return {port: scene.items_of(sources.get(port)) for port in node.inputs}


def _first_items(
    scene: Scene,
    node: NodePlan,
    activation: Activation,
    inputs: Mapping[str, Sequence[Item]],
) -> Sequence[Item]:
    items = next(iter(inputs.values()), scene.input if not activation.sources else NO_ITEMS)
    return items[:1] if node.spec.settings.execute_once else items


async def _attempt(shared: Shared, items: Sequence[Item], before: StepRecord | None) -> Outcome:
    if before is not None and before.waiting_for in _RESTS:
        return Outcome(outputs=dict(before.outputs))
    shared.resolved = await _resolve(shared)
    if shared.view.spec.credentials:
        shared.credentials = await views_of(shared)
    cache = shared.host.cache
    kept = None if before is not None or lists(shared) else cache.place(shared, items)
    if kept is None:
        return await _run_all(shared, items, before)
    found = await cache.get(kept)
    if found is not None:
        return Outcome(status="cached", outputs=found)
    outcome = await _run_all(shared, items, before)
    if outcome.status == "ok" and outcome.error is None:
        await cache.put(kept, outcome.outputs)
    return outcome


async def _run_all(shared: Shared, items: Sequence[Item], before: StepRecord | None) -> Outcome:
    if shared.node.type.per_item:
        return await _run_each(shared, items, before)
    return await _run_batch(shared, items)


async def _resolve(shared: Shared) -> Resolved:
    compiled, view, lenient = shared.node.config, shared.view, shared.scene.lenient
    if len(view.items) <= MANY_ITEMS:
        found = resolve_now(compiled, view, lenient=lenient)
    else:
        found = await asyncio.to_thread(resolve_now, compiled, view, lenient=lenient)
    if found is not None:
        return found
    started = perf_counter_ns()
    guest = await guest_of(shared)
    try:
        return await resolve(compiled, shared.view, guest)
    finally:
        shared.cross_ns += perf_counter_ns() - started


async def _run_batch(shared: Shared, items: Sequence[Item]) -> Outcome:
    try:
        result = await _call(shared, StepContext(shared), items)
    except PartlyFailed as partly:
        return _partly(shared, items, partly)
    if isinstance(result, Wait):
        return _waiting(shared, result, items)
    outputs = outputs_of(result, shared.node.first_output, _inputs_of(shared, items))
    if shared.node.type.loop and shared.view.spec.settings.execute_once:
        outputs = _uncut(shared, outputs)
    return Outcome(outputs=_never_empty(shared, _told_apart(shared, outputs), items))


def _uncut(shared: Shared, outputs: dict[str, PortOutput]) -> dict[str, PortOutput]:
    """The parents of a loop that counts first items only, as indexes among all that came."""
    loop = shared.view.activation.loop
    if loop is None:
        return outputs
    firsts: list[int] = []
    count = 0
    for source in (loop.entry, *loop.returned[: loop.iteration]):
        came = len(shared.scene.items_of(source))
        firsts += [count] * bool(came)
        count += came

    def place(parent: Parent) -> Parent:
        if isinstance(parent, tuple):
            return tuple(firsts[one] for one in parent if 0 <= one < len(firsts))
        return firsts[parent] if 0 <= parent < len(firsts) else -1

    return {
        port: PortOutput(output.items, [place(one) for one in output.parents or ()])
        if output.parents is not None
        else output
        for port, output in outputs.items()
    }


def _partly(shared: Shared, items: Sequence[Item], partly: PartlyFailed) -> Outcome:
    retryable = [error for error in partly.failures.values() if _may_retry(shared, error)]
    if retryable:
        return _retry(shared, max(retryable, key=_asked_delay), NO_OUTPUTS, None)
    failed = sorted(partly.failures.items())
    records = {i: _record_of(shared, error, item=i) for i, error in failed}
    first = next(iter(records.values()), None)
    if first is not None and shared.view.spec.settings.on_error == "stop":
        return Outcome(status="error", error=first)
    outputs = partial_outputs(
        partly.result,
        records,
        items,
        first_port=shared.node.first_output,
        error_port=_error_port(shared),
        form=_settings(shared).failed_item,
        inputs=_inputs_of(shared, items),
    )
    outputs = _told_apart(shared, outputs)
    return Outcome(outputs=_never_empty(shared, outputs, items), error=first)


def _told_apart(shared: Shared, outputs: dict[str, PortOutput]) -> dict[str, PortOutput]:
    """In imported documents an item may be an error, as nodes there put them out themselves."""
    if not shared.scene.lenient or _settings(shared).on_error != "error_port":
        return outputs
    return errors_apart(outputs, ERROR_PORT)


def _may_retry(shared: Shared, error: BaseException) -> bool:
    policy = shared.view.spec.settings.retry
    return may_retry(error, shared.attempt, policy, shared.node.type.retry)


def _asked_delay(error: BaseException) -> float:
    delay: float = getattr(error, "delay_s", 0.0)
    return delay


def _inputs_of(shared: Shared, items: Sequence[Item]) -> Inputs:
    """What the parents of a step's output count through: all of its inputs."""
    loop = shared.view.activation.loop
    if loop is not None and shared.node.type.loop:
        return Inputs(-1, lambda: _looped(shared), chooses=True)
    if len(shared.inputs) < 2:
        return Inputs(len(items), lambda: items)
    several = shared.inputs.values()
    return Inputs(sum(map(len, several)), lambda: [item for one in several for item in one])


def _looped(shared: Shared) -> list[Item]:
    loop = StepContext(shared).loop
    return [*loop.items, *(item for back in loop.returned for item in back)]


async def _call(shared: Shared, ctx: StepContext, items: Sequence[Item]) -> Any:
    node = shared.node
    run = node.type.run
    context = cast("Context", ctx)
    if node.is_plain:
        if len(items) <= MANY_ITEMS:
            result: Any = run(context, items)
            if not hasattr(result, "__await__"):
                return result
        else:
            result = await asyncio.to_thread(run, context, items)
    else:
        result = run(context, items)
    return await in_time(result, shared.node.timeout_s, shared.rest)


def _waiting(shared: Shared, wait: Wait, items: Sequence[Item]) -> Outcome:
    found = items if wait.items is None else wait.items
    first = shared.node.first_output
    outputs = outputs_of(list(found), wait.port or first, _inputs_of(shared, items))
    asks = None
    if wait.kind != "timer":
        asks = Asks(ports=wait.answers or {"": first}, shows=wait.shows)
    return Outcome(
        status="waiting", waiting_for=wait.kind, due_ms=wait.until_ms, outputs=outputs, asks=asks
    )


def _never_empty(
    shared: Shared, outputs: dict[str, PortOutput], items: Sequence[Item]
) -> dict[str, PortOutput]:
    """With `always_output`, the first output has one empty item where it had none."""
    if not shared.view.spec.settings.always_output:
        return outputs
    first = outputs.get(shared.node.first_output)
    if first is not None and first.items:
        return outputs
    parents: Sequence[Parent] = [tuple(range(len(items)))]
    return {**outputs, shared.node.first_output: PortOutput([Item({})], parents)}


_ONE = Inputs(1, lambda: NO_ITEMS)


class _Gathering:
    """The outputs of a node that works per item, as they come."""

    def __init__(self, before: StepRecord | None) -> None:
        self.done: set[int] = set() if before is None else set(before.done)
        self.error: ErrorRecord | None = None
        self.retry: BaseException | None = None
        #: Why the step stops although there are other items.
        self.stopped: ErrorRecord | None = None
        self._ports: dict[str, list[tuple[int, Item]]] = {}
        for port, output in (NO_OUTPUTS if before is None else before.outputs).items():
            parents = cast("Sequence[int]", output.parents or range(len(output.items)))
            self._ports[port] = list(zip(parents, output.items, strict=True))

    def add(self, i: int, outputs: Mapping[str, PortOutput]) -> None:
        self.done.add(i)
        for port, output in outputs.items():
            self._ports.setdefault(port, []).extend((i, item) for item in output.items)

    def outputs(self, count: int) -> dict[str, PortOutput]:
        found: dict[str, PortOutput] = {}
        for port, pairs in self._ports.items():
            pairs.sort(key=_place)
            parents = [i for i, _ in pairs]
            same = parents == list(range(count))
            found[port] = PortOutput([item for _, item in pairs], None if same else parents)
        return found


def _place(pair: tuple[int, Item]) -> int:
    return pair[0]


async def _run_each(shared: Shared, items: Sequence[Item], before: StepRecord | None) -> Outcome:
    gathering = _Gathering(before)
    todo = [i for i in range(len(items)) if i not in gathering.done]
    at_once = min(_concurrency(shared), len(todo))
    if at_once > 1:
        await _run_side_by_side(shared, items, gathering, iter(todo), at_once)
    else:
        await _run_in_order(shared, items, gathering, iter(todo))
    if gathering.stopped is not None:
        return Outcome(status="error", error=gathering.stopped)
    outputs = _told_apart(shared, gathering.outputs(len(items)))
    if gathering.retry is not None:
        return _retry(shared, gathering.retry, outputs, gathering)
    return Outcome(outputs=_never_empty(shared, outputs, items), error=gathering.error)


def _concurrency(shared: Shared) -> int:
    """How many items may be in flight at once; a node that never waits gains nothing by it."""
    node = shared.node.type.implementation
    return 1 if node is None or shared.node.is_plain else node.concurrency


async def _run_side_by_side(
    shared: Shared,
    items: Sequence[Item],
    gathering: _Gathering,
    todo: Iterator[int],
    at_once: int,
) -> None:
    async def work() -> None:
        await _run_in_order(shared, items, gathering, todo)
        if gathering.stopped is not None:
            for other in workers:
                other.cancel()

    async with asyncio.TaskGroup() as group:
        workers = [group.create_task(work()) for _ in range(at_once)]


async def _run_in_order(
    shared: Shared, items: Sequence[Item], gathering: _Gathering, todo: Iterator[int]
) -> None:
    turn = perf_counter()
    for i in todo:
        await _run_item(shared, gathering, i, items[i])
        if gathering.stopped is not None:
            return
        if perf_counter() - turn > _TURN_S:
            await asyncio.sleep(0)
            turn = perf_counter()


async def _run_item(shared: Shared, gathering: _Gathering, i: int, item: Item) -> None:
    try:
        result = await _call(shared, StepContext(shared, i), (item,))
        gathering.add(i, outputs_of(result, shared.node.first_output, _ONE))
    except PartlyFailed as partly:
        _settle_failure(shared, gathering, i, item, partly.failures.get(0, partly))
    except JournalFailed:
        raise
    except Exception as error:  # noqa: BLE001 - a stranger's code ran; its failure is data
        _settle_failure(shared, gathering, i, item, error)


def _settle_failure(
    shared: Shared, gathering: _Gathering, i: int, item: Item, error: Exception
) -> None:
    """Keep the failure of one item for a retry or a port, or let it stop the step."""
    if _may_retry(shared, error):
        if gathering.retry is None or _asked_delay(error) > _asked_delay(gathering.retry):
            gathering.retry = error
        return
    record = _record_of(shared, error, item=i)
    if shared.view.spec.settings.on_error == "stop":
        gathering.stopped = gathering.stopped or record
        return
    gathering.error = gathering.error or record
    gathering.add(i, {_error_port(shared): PortOutput([_passed(shared, item, record)])})


def _settings(shared: Shared) -> NodeSettings:
    return shared.view.spec.settings


def _passed(shared: Shared, item: Item, record: ErrorRecord) -> Item:
    settings = _settings(shared)
    aside = settings.on_error == "error_port"
    return with_error(item, record, settings.failed_item, aside=aside)


def _error_port(shared: Shared) -> str:
    settings = shared.view.spec.settings
    return ERROR_PORT if settings.on_error == "error_port" else shared.node.first_output


def _failed(shared: Shared, items: Sequence[Item], error: Exception) -> Outcome:
    """A failure of the whole step."""
    if _may_retry(shared, error):
        return _retry(shared, error, NO_OUTPUTS, None)
    record = _record_of(shared, error)
    if shared.view.spec.settings.on_error == "stop":
        return Outcome(status="error", error=record)
    going = items[:1] if _settings(shared).failed_item == "one_message" else items
    passed = PortOutput([_passed(shared, item, record) for item in going])
    return Outcome(outputs={_error_port(shared): passed}, error=record)


def _retry(
    shared: Shared,
    error: BaseException,
    outputs: dict[str, PortOutput],
    gathering: _Gathering | None,
) -> Outcome:
    policy = shared.view.spec.settings.retry or shared.node.type.retry
    delay = delay_s(error, shared.attempt, policy)
    return Outcome(
        status="waiting",
        waiting_for="retry",
        due_ms=shared.host.clock.now_ms() + round(delay * 1000),
        outputs=outputs,
        error=_record_of(shared, error),
        done=sorted(gathering.done) if gathering else (),
    )


def _record_of(shared: Shared, error: BaseException, item: int | None = None) -> ErrorRecord:
    spec = shared.view.spec
    record = error_record(error, node_id=spec.id, node_name=spec.name)
    if item is not None and record.item != item:
        # A node that works per item counts from 0 in each call.
        record = msgspec.structs.replace(record, item=item)
    return record
