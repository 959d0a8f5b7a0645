"""What a step asks of the sandbox beyond its parameters: expressions over rows, code, packages."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from time import perf_counter_ns
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

from penstock_kernel.execution.custom_data import keep_custom_data
from penstock_kernel.execution.doors import StateDoor
from penstock_kernel.execution.guest_host import GuestHost
from penstock_kernel.execution.slots import view_of
from penstock_kernel.execution.static_data import Static, keep_static, load_static, may_use
from penstock_kernel.expressions.crossing import Guest
from penstock_kernel.expressions.guest_answer import Answer, as_authored, read_answer
from penstock_kernel.expressions.guest_code import CodeRun, Language, item_chunks
from penstock_kernel.expressions.guest_code import run_code as run_in_guest
from penstock_kernel.expressions.guest_header import encode
from penstock_kernel.expressions.resolve import evaluate as evaluate_rows
from penstock_kernel.expressions.view_of_items import ItemsView
from penstock_sandbox.contract import Budget, Call, Done, Sandbox, Spent
from penstock_sandbox.errors import GuestFailed
from penstock_sdk import Item, NodeFailed, Output, PartlyFailed

if TYPE_CHECKING:
    from penstock_kernel.execution.context import Shared
    from penstock_kernel.packages.catalog import GuestProgram

T = TypeVar("T")
_LANGUAGES: Mapping[str, Language] = {"javascript": "javascript", "python": "python"}
#: What a packaged node's header leaves out: it has its parameters, and may not look around.
_PRIVATE = frozenset({"vars", "prevNode"})


def budget_of(shared: Shared) -> Budget:
    """What one guest call of this step may spend."""
    changed = shared.view.spec.settings.budget
    if changed is None:
        return shared.host.budget
    wanted = {n: value for n, value in msgspec.structs.asdict(changed).items() if value is not None}
    return msgspec.structs.replace(shared.host.budget, **wanted)


class _Metered:
    """The sandbox, with what each call spends added to the step, however it ends."""

    def __init__(self, sandbox: Sandbox, add: Callable[[Spent], None]) -> None:
        self._sandbox = sandbox
        self._add = add
        self.prepare = sandbox.prepare
        self.release = sandbox.release
        self.walls = sandbox.walls
        self.close = sandbox.close

    async def call(self, call: Call) -> Done:
        """See `Sandbox.call`."""
        try:
            return await self._sandbox.call(call)
        finally:
            self._add(call.spent)


async def _metered(shared: Shared) -> Sandbox:
    return _Metered(await shared.host.sandbox(), shared.add_spent)


async def guest_of(shared: Shared) -> Guest:
    """Where the expressions of this step are evaluated."""
    # One VM for an execution and its bodies: to make one costs more than most calls.
    scene = shared.scene.outermost
    scene.crossed = True
    execution = scene.execution
    return Guest(
        sandbox=await _metered(shared),
        workspace=execution.workspace_id,
        vm=execution.id,
        budget=budget_of(shared),
        lenient=shared.scene.lenient,
    )


async def evaluate(shared: Shared, source: str, rows: Sequence[Mapping[str, Any]]) -> list[Any]:
    """The value of one JavaScript expression for each row.

    Raises:
        ExpressionFailed: It failed for a row.
    """
    guest = await guest_of(shared)
    return await _timed(shared, evaluate_rows(source, rows, shared.view, guest))


async def run_code(
    shared: Shared,
    language: str,
    source: str,
    items: Sequence[Item],
    *,
    each: bool,
    http: bool,
) -> Output:
    """Run a person's code.

    Raises:
        GuestFailed: It raised, or returned something that is not items.
        PartlyFailed: It raised for some items, and the node's policy lets the others go on.
        NodeFailed: There is no such language.
    """
    known = _LANGUAGES.get(language)
    if known is None:
        message = f"Code cannot be written in {language!r}."
        raise NodeFailed(message, hint="Use javascript or python.")
    state = StateDoor(shared)
    static = await load_static(state) if may_use(source) else None
    run = CodeRun(
        language=known,
        source=source,
        each=each,
        keep_going=shared.view.spec.settings.on_error != "stop",
        static=static,
        http=http,
        lenient=shared.scene.lenient,
        workspace=shared.scene.execution.workspace_id,
        budget=budget_of(shared),
        host=GuestHost(shared, http=http, state=None, binary=True),
        notes=shared.note,
    )
    view = shared.view if items is shared.view.items else ItemsView(shared.view, items)
    answer = await _timed(shared, run_in_guest(run, items, view, await _metered(shared)))
    await _keep(shared, state, answer, static)
    output = answer.ports().get("main", Output([]))
    if answer.failures:
        raise PartlyFailed(answer.failures, output)
    return output


async def _keep(shared: Shared, state: StateDoor, answer: Answer, static: Static | None) -> None:
    """Keep what code told beside its items."""
    keep_custom_data(shared, answer.custom_data)
    if static is not None and answer.static is not None:
        await keep_static(state, static, answer.static)


async def run_package(
    shared: Shared, program: GuestProgram, items: Sequence[Item], index: int, keys: Sequence[str]
) -> Mapping[str, Output]:
    """Run a node of a sandboxed package. `keys`: of the items, where it has effects.

    Raises:
        NodeFailed, RetryLater: It raised this.
        PartlyFailed: It failed for some items.
        GuestFailed: It raised anything else, or returned something that is not items.
    """
    sandbox = await _metered(shared)
    header: dict[str, Any] = {
        "kind": "node",
        "node": program.node,
        "source": program.source,
        "files": program.files,
        "params": _params(shared, len(items), index),
        "ports": program.ports,
        "ctx": _package_ctx(shared, keys),
    }
    granted = program.capabilities
    call = Call(
        guest=program.language,
        workspace=shared.scene.execution.workspace_id,
        header=encode(header),
        chunks=item_chunks(items),
        budget=_package_budget(shared, program),
        package=await sandbox.prepare(program.wasm) if program.language == "component" else "",
        host=GuestHost(
            shared,
            http=bool(granted.http),
            state=None if granted.store is None else granted.store.scope,
            binary=granted.files != "none",
        ),
        notes=shared.note,
        stranger=True,
    )
    try:
        done = await _timed(shared, sandbox.call(call))
    except GuestFailed as error:
        raise as_authored(error, len(items)) from error
    answer = await read_answer(done.chunks, len(items))
    ports = {port: out for port, out in answer.ports().items() if port in program.ports}
    if answer.failures:
        failures = {i: as_authored(error, len(items)) for i, error in answer.failures.items()}
        raise PartlyFailed(failures, ports)
    return ports


def _params(shared: Shared, count: int, index: int) -> list[dict[str, Any]]:
    """One object for all items, unless one of them holds an expression."""
    resolved = shared.resolved
    if not any(resolved.has_expression(name) for name in shared.node.type.fields):
        return [resolved.params(index)]
    return [resolved.params(index + i) for i in range(count)]


def _package_ctx(shared: Shared, keys: Sequence[str]) -> dict[str, Any]:
    facts = shared.view.facts
    ctx = {name: value for name, value in facts.items() if name not in _PRIVATE}
    workspace = shared.scene.execution.workspace_id
    ctx["workspace"] = {"id": workspace}
    ctx["idempotencyKeys"] = keys
    views = {slot: view_of(shared, slot) for slot in shared.credentials}
    ctx["credentials"] = {
        slot: {"type": view.type, "public": view.public} for slot, view in views.items() if view
    }
    return ctx


def _package_budget(shared: Shared, program: GuestProgram) -> Budget:
    """The package's own wishes, which cannot exceed what is set for this step."""
    budget = budget_of(shared)
    memory = budget.memory_bytes
    if program.memory_mb is not None:
        memory = min(memory, program.memory_mb << 20)
    total_s = min(budget.total_s, program.timeout_s or budget.total_s)
    return msgspec.structs.replace(budget, memory_bytes=memory, total_s=total_s)


async def _timed(shared: Shared, work: Awaitable[T]) -> T:
    started = perf_counter_ns()
    try:
        return await work
    finally:
        shared.cross_ns += perf_counter_ns() - started
