"""The context of one step: every door that a node has, opened only when the node knocks.

The rules:

* A node holds handles and names, never a secret, a path or a connection of its own.
* Each request goes through the egress with the grants of the node's package.
* What a node logs is kept up to a limit, and the step says so when the rest was dropped.
"""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator, Mapping, Sequence
from hashlib import sha256
from typing import TYPE_CHECKING, Any, overload

import msgspec

from penstock_kernel.execution import guest_calls, simulation
from penstock_kernel.execution.bodies import BodyKey
from penstock_kernel.execution.connections import ConnectDoor
from penstock_kernel.execution.doors import BinaryDoor, HttpDoor, StateDoor
from penstock_kernel.execution.slots import Views, view_of
from penstock_kernel.store.records import Answer, LogLine, Source
from penstock_sandbox.egress.exchange import Cookies
from penstock_sdk import BinaryRef, Item, Output, Result

if TYPE_CHECKING:
    from penstock_kernel.execution.host import Host
    from penstock_kernel.execution.program import NodePlan
    from penstock_kernel.execution.resting import Rest
    from penstock_kernel.execution.step_view import OneStep, Scene
    from penstock_kernel.expressions.resolve import Resolved
    from penstock_kernel.packages.catalog import GuestProgram
    from penstock_kernel.store.credentials import CredentialView
    from penstock_sandbox.contract import Note, Spent
    from penstock_sdk.rooted import RootedFiles

MAX_LINES = 1_000
MAX_MESSAGE = 10_000


class StepLog:
    """Lines for the person who looks at the step, up to a limit."""

    def __init__(self, host: Host, view: OneStep) -> None:
        self._host = host
        self._view = view
        self.lines: list[LogLine] = []

    def debug(self, message: str, **data: Any) -> None:
        self.add("debug", message, data)

    def info(self, message: str, **data: Any) -> None:
        self.add("info", message, data)

    def warning(self, message: str, **data: Any) -> None:
        self.add("warning", message, data)

    def error(self, message: str, **data: Any) -> None:
        self.add("error", message, data)

    def add(self, level: str, message: str, data: Mapping[str, Any]) -> None:
        """Keep a line, or say once that the rest was dropped."""
        if len(self.lines) > MAX_LINES:
            return
        if len(self.lines) == MAX_LINES:
            level, message, data = (
                "warning",
                f"More than {MAX_LINES} lines: the rest was dropped.",
                {},
            )
        line = LogLine(self._host.clock.now_ms(), level, str(message)[:MAX_MESSAGE], data)
        self.lines.append(line)
        self._host.logged(self._view, level, line.message)


class Returned(Sequence[Sequence[Item]]):
    """What came back to a loop, one list per iteration, looked up when it is asked for."""

    def __init__(
        self, scene: Scene, sources: Sequence[Source], count: int, most: int | None = None
    ) -> None:
        self._scene = scene
        self._most = most
        self._sources = sources
        self._count = count

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, index: int) -> Sequence[Item]: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Sequence[Item]]: ...
    def __getitem__(self, index: int | slice) -> Sequence[Item] | Sequence[Sequence[Item]]:
        if isinstance(index, slice):
            return [self[i] for i in range(*index.indices(self._count))]
        place = range(self._count)[index]
        return _cut(self._scene.items_of(self._sources[place]), self._most)


def _cut(items: Sequence[Item], most: int | None) -> Sequence[Item]:
    return items if most is None else items[:most]


class LoopView:
    """Where a loop stands, for `ctx.loop`."""

    def __init__(
        self, items: Sequence[Item], iteration: int, returned: Sequence[Sequence[Item]]
    ) -> None:
        self.items = items
        self.iteration = iteration
        self.returned = returned


class _NoteBody(msgspec.Struct):
    """Of a note of either kind."""

    level: str = "info"
    message: str = ""
    data: dict[str, Any] = {}
    done: float = 0.0


class Shared(msgspec.Struct):
    """What the calls of one step share, whether there is one call or one per item."""

    host: Host
    scene: Scene
    node: NodePlan
    view: OneStep
    resolved: Resolved
    inputs: Mapping[str, Sequence[Item]]
    attempt: int
    log: StepLog
    spent: dict[str, float]
    #: The executions that it runs and waits for.
    rest: Rest
    #: By slot.
    credentials: Views = {}
    cross_ns: int = 0
    #: How many workflows were called, by the index of the first item of the call.
    calls: dict[int, int] = {}
    #: By the word that requests share them under.
    cookies: dict[str, Cookies] = {}
    answer: Answer | None = None

    def note(self, note: Note) -> None:
        """A line of log or progress from a guest."""
        try:
            told = msgspec.convert(note.body, _NoteBody)
        except msgspec.ValidationError:
            return  # a guest may send anything; this is no line
        if note.kind == "log":
            self.log.add(told.level, told.message, told.data)
        else:
            self.host.progress(self.view, told.done, told.message)

    def add_spent(self, spent: Spent) -> None:
        """Add up what a guest call has spent."""
        for name in spent.__struct_fields__:
            value = getattr(spent, name)
            if value:
                kept = self.spent.get(name, 0)
                self.spent[name] = max(kept, value) if name == "memory_bytes" else kept + value


class StepContext:
    """One step, as its node sees it. Implements `penstock_sdk.Context`."""

    __slots__ = ("_shared", "index")

    def __init__(self, shared: Shared, index: int = 0) -> None:
        self._shared = shared
        self.index = index

    @property
    def node_id(self) -> str:
        return self._shared.view.spec.id

    @property
    def node_name(self) -> str:
        return self._shared.view.spec.name

    @property
    def workflow_id(self) -> str:
        return self._shared.scene.execution.workflow_id

    @property
    def workflow_name(self) -> str:
        return self._shared.scene.execution.workflow_name

    @property
    def execution_id(self) -> str:
        return self._shared.scene.execution.id

    @property
    def workspace_id(self) -> str:
        return self._shared.scene.execution.workspace_id

    @property
    def mode(self) -> str:
        return self._shared.scene.execution.mode

    @property
    def timezone(self) -> str:
        return self._shared.scene.timezone

    @property
    def run_index(self) -> int:
        return self._shared.view.activation.key.run_index

    @property
    def attempt(self) -> int:
        return self._shared.attempt

    @property
    def config(self) -> Mapping[str, Any]:
        return self._shared.view.spec.config

    @property
    def inputs(self) -> Mapping[str, Sequence[Item]]:
        return self._shared.inputs

    @property
    def offsets(self) -> Mapping[str, int]:
        found: dict[str, int] = {}
        count = 0
        for port, items in self._shared.inputs.items():
            found[port] = count
            count += len(items)
        return found

    @property
    def loop(self) -> LoopView:
        run = self._shared.view.activation.loop
        if run is None:
            return LoopView(self._shared.view.items, 0, ())
        scene = self._shared.scene
        # Of a node that counts the first item only, so does every round.
        most = 1 if self._shared.view.spec.settings.execute_once else None
        returned = Returned(scene, run.returned, run.iteration, most)
        return LoopView(_cut(scene.items_of(run.entry), most), run.iteration, returned)

    @property
    def log(self) -> StepLog:
        return self._shared.log

    @property
    def http(self) -> HttpDoor:
        return HttpDoor(self._shared)

    @property
    def state(self) -> StateDoor:
        return StateDoor(self._shared)

    @property
    def binary(self) -> BinaryDoor:
        return BinaryDoor(self._shared)

    @property
    def roots(self) -> RootedFiles | simulation.PretendedFiles:
        real = self._shared.host.roots
        if simulation.lists(self._shared):
            return simulation.PretendedFiles(self._shared, real)
        return real

    @property
    def connect(self) -> ConnectDoor:
        return ConnectDoor(self._shared)

    @property
    def canceled(self) -> bool:
        return self._shared.scene.is_canceled

    def param(self, name: str, i: int = 0) -> Any:
        """The resolved value of a parameter for item `i` of this call."""
        return self._shared.resolved.param(name, self.index + i)

    def params(self, i: int = 0) -> dict[str, Any]:
        """All parameters for item `i` of this call, defaults filled in."""
        return self._shared.resolved.params(self.index + i)

    def columns(self, name: str) -> Any:
        """A parameter for all items at once, with a `Column` wherever it holds an expression."""
        return self._shared.resolved.columns(name)

    def has_expression(self, name: str) -> bool:
        """Does the value of this parameter differ from item to item?"""
        return self._shared.resolved.has_expression(name)

    def credential(self, slot: str) -> CredentialView | None:
        """The credential bound to a slot of this node, or None."""
        return view_of(self._shared, slot)

    def progress(self, done: float, message: str = "") -> None:
        """Tell the person who watches: a share from 0 to 1 and a word."""
        self._shared.host.progress(self._shared.view, done, message)

    def hook_url(self) -> str:
        """Of a trigger: where requests for it arrive."""
        path = str(self.config.get("path") or "").strip("/") or f"{self.workflow_id}/{self.node_id}"
        return f"{self._shared.host.public_url}/hook/{self.workspace_id}/{path}"

    def resume_url(self) -> str:
        """Where somebody answers this step, when it waits for that."""
        shared = self._shared
        return shared.host.resume_url(shared.scene, shared.view.activation.key)

    def reply(
        self, body: Any = None, *, status: int = 200, headers: Sequence[tuple[str, str]] = ()
    ) -> None:
        """Answer whoever started the execution and waits; of several answers the first counts."""
        if self._shared.answer is None:
            file = body if isinstance(body, BinaryRef) else None
            told = None if file is not None else body
            self._shared.answer = Answer(status=status, headers=headers, body=told, file=file)

    def idempotency_key(self, i: int = 0) -> str:
        """The same for every attempt of this item in this step; different for every other."""
        view = self._shared.view
        sources = "|".join(
            "-"
            if source is None
            else f"{source.step.node_id}.{source.step.run_index}.{source.edge}"
            for source in view.activation.sources.values()
        )
        text = f"{self.execution_id}|{view.spec.id}|{sources}|{self.index + i}"
        return base64.b32encode(sha256(text.encode()).digest()).decode().rstrip("=").lower()

    def now_ms(self) -> int:
        """The moment of this step, frozen, in milliseconds since the epoch."""
        return self._shared.view.now_ms

    async def evaluate(self, source: str, rows: Sequence[Mapping[str, Any]]) -> list[Any]:
        """Evaluate one JavaScript expression for each row in the sandbox."""
        return await guest_calls.evaluate(self._shared, source, rows)

    async def run_code(
        self,
        language: str,
        source: str,
        items: Sequence[Item],
        *,
        each: bool = False,
        http: bool = False,
    ) -> Output:
        """Run a person's code in the sandbox, once or for each item."""
        return await guest_calls.run_code(
            self._shared, language, source, items, each=each, http=http
        )

    async def run_package(self, program: GuestProgram, items: Sequence[Item]) -> Result:
        """Run a node of a sandboxed package with the resolved parameters of this step."""
        has_effects = self._shared.node.effects != "none"
        keys = [self.idempotency_key(i) for i in range(len(items))] if has_effects else []
        return await guest_calls.run_package(self._shared, program, items, self.index, keys)

    async def run_body(self, batch: Output, *, number: int, pause_s: float = 0.0) -> Output:
        """Run the nodes that this one holds on items, and give what they put out."""
        shared = self._shared
        key = BodyKey(self.idempotency_key(), number, pause_s)
        activation = shared.view.activation
        return await shared.host.run_body(
            shared.scene, activation, batch, key=key, rest=shared.rest
        )

    async def execute_workflow(
        self,
        workflow: str,
        items: Sequence[Item],
        *,
        version: str | int = "published",
        wait: bool = True,
    ) -> Mapping[str, Sequence[Item]]:
        """Run another workflow; its last items under `main`, nothing where it is not waited for."""
        shared = self._shared
        # Per item: several may be in flight, and the keys must not depend on which is faster.
        count = shared.calls.get(self.index, 0)
        key = f"{self.idempotency_key()}-{count}"
        shared.calls[self.index] = count + 1
        return await shared.host.execute_workflow(
            shared.scene,
            workflow,
            items,
            key=key,
            wait=wait,
            rest=shared.rest,
            version=version,
        )


async def gathered(stream: AsyncIterator[Item]) -> list[Item]:
    """All items of a stream."""
    return [item async for item in stream]
