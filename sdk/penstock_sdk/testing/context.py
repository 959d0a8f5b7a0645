"""A complete `penstock_sdk.Context` in memory.

Expressions: constants and plain paths (`={{ $json.a.b }}`); see `penstock_sdk.testing.paths`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from penstock_sdk.context import Column, Connections, Http
from penstock_sdk.errors import NodeFailed
from penstock_sdk.fields import Field
from penstock_sdk.item import Item, Output
from penstock_sdk.loose import rows, table
from penstock_sdk.node import Node
from penstock_sdk.rooted import Root, RootedFiles
from penstock_sdk.testing import paths
from penstock_sdk.testing.cassette import Cassette
from penstock_sdk.testing.doors import MemoryBinary, MemoryLog, MemoryState, NoConnections
from penstock_sdk.values import defaults

#: Stands in for the sandbox: language, source, items, each.
RunCode = Callable[[str, str, Sequence[Item], bool], Sequence[Item]]
#: Stands in for other workflows, by name.
Workflow = Callable[[Sequence[Item]], Sequence[Item]]
#: Stands in for the nodes that a container holds.
Body = Callable[[Output], Output]

#: 14 November 2023, 22:13:20 UTC.
START_MS = 1_700_000_000_000


class FakeClock:
    """Time that passes when the test says so."""

    def __init__(self, now_ms: int = START_MS) -> None:
        self.now_ms = now_ms

    def advance(self, seconds: float) -> None:
        self.now_ms += round(seconds * 1000)


@dataclass(frozen=True)
class FakeCredential:
    """What a node sees of a credential: never the secret."""

    type: str
    public: Mapping[str, Any] = field(default_factory=dict[str, Any])
    slot: str = ""


@dataclass
class FakeLoop:
    """Where a loop stands."""

    items: Sequence[Item] = ()
    iteration: int = 0
    returned: Sequence[Sequence[Item]] = ()


class TestContext:
    """One step, with every door open to look at."""

    __test__ = False  # no test, whatever its name says to pytest

    def __init__(
        self,
        node: type[Node],
        config: Mapping[str, Any] | None = None,
        items: Sequence[Item] = (),
        *,
        inputs: Mapping[str, Sequence[Item]] | None = None,
        http: Http | None = None,
        credentials: Mapping[str, FakeCredential] | None = None,
        connect: Connections | None = None,
        clock: FakeClock | None = None,
        loop: FakeLoop | None = None,
        evaluate: paths.Evaluate | None = None,
        code: RunCode | None = None,
        workflows: Mapping[str, Workflow] | None = None,
        body: Body | None = None,
        roots: Sequence[Root] = (),
        mode: str = "test",
        timezone: str = "UTC",
    ) -> None:
        self.node_id, self.node_name = "node", node.title or node.__name__
        self.workflow_id, self.workflow_name = "workflow", "Test"
        self.execution_id, self.workspace_id = "execution", "workspace"
        self.mode, self.timezone = mode, timezone
        self.run_index, self.attempt, self.index = 0, 1, 0
        self.config: Mapping[str, Any] = config or {}
        self.inputs: Mapping[str, Sequence[Item]] = _inputs(node, items, inputs)
        self.items = next(iter(self.inputs.values()), items)
        self.offsets: Mapping[str, int] = _offsets(self.inputs)
        self.clock = clock or FakeClock()
        self.loop = loop or FakeLoop(items=self.items)
        self.http: Http = http or Cassette()
        self.log, self.binary = MemoryLog(), MemoryBinary()
        self.state = MemoryState(self.now_ms)
        self.roots = RootedFiles(roots)
        self.connect: Connections = connect or NoConnections()
        #: What was told to the person who watches.
        self.progress_seen: list[tuple[float, str]] = []
        self.canceled = False
        #: Status, headers and body of each answer.
        self.replies: list[tuple[int, dict[str, str], Any]] = []
        self._fields: Mapping[str, Field] = node.fields()
        self._filled = defaults(self._fields, self.config)
        self._credentials = credentials or {}
        self._evaluate, self._code, self._workflows = evaluate, code, workflows or {}
        self._body = body

    def param(self, name: str, i: int = 0) -> Any:
        return self._resolved(name, self.index + i)

    def params(self, i: int = 0) -> dict[str, Any]:
        return {name: self._resolved(name, self.index + i) for name in self._filled}

    def columns(self, name: str) -> Any:
        return self._columns(name, self._filled.get(name), list(range(len(self.items))))

    def has_expression(self, name: str) -> bool:
        return self._is_template(name) and paths.holds_expression(self._filled.get(name))

    def credential(self, slot: str) -> FakeCredential | None:
        found = self._credentials.get(slot)
        return None if found is None else FakeCredential(found.type, found.public, slot)

    def progress(self, done: float, message: str = "") -> None:
        self.progress_seen.append((done, message))

    def hook_url(self) -> str:
        return f"https://example.com/hook/{self.workspace_id}/{self.workflow_id}/{self.node_id}"

    def resume_url(self) -> str:
        return f"https://example.com/resume/{self.execution_id}-{self.node_id}"

    def reply(
        self, body: Any = None, *, status: int = 200, headers: Sequence[tuple[str, str]] = ()
    ) -> None:
        self.replies.append((status, dict(headers), body))

    def idempotency_key(self, i: int = 0) -> str:
        source = f"{self.execution_id}/{self.node_id}/{self.run_index}/{self.index + i}"
        return hashlib.sha256(source.encode()).hexdigest()

    def now_ms(self) -> int:
        return self.clock.now_ms

    async def evaluate(self, source: str, rows: Sequence[Mapping[str, Any]]) -> list[Any]:
        template = f"={{{{{source}}}}}"
        return [
            paths.resolve(template, row, index, self._evaluate) for index, row in enumerate(rows)
        ]

    async def run_code(
        self,
        language: str,
        source: str,
        items: Sequence[Item],
        *,
        each: bool = False,
        http: bool = False,
    ) -> Output:
        del http
        if self._code is None:
            message = "This test has no sandbox. Give `code=` a function that stands in for it."
            raise NotImplementedError(message)
        return Output(self._code(language, source, items, each))

    async def run_body(self, batch: Output, *, number: int, pause_s: float = 0.0) -> Output:
        self.clock.advance(pause_s if number else 0)
        # Without a body the items pass.
        return batch if self._body is None else self._body(batch)

    async def execute_workflow(
        self,
        workflow: str,
        items: Sequence[Item],
        *,
        version: str | int = "published",
        wait: bool = True,
    ) -> Mapping[str, Sequence[Item]]:
        del version
        if workflow not in self._workflows:
            raise NodeFailed(f"There is no workflow {workflow!r}.", hint="Give it in `workflows=`.")
        result = self._workflows[workflow](items)
        return {"main": result} if wait else {}

    def _is_template(self, name: str) -> bool:
        found = self._fields.get(name)
        return found is None or found.expression

    def _resolved(self, name: str, index: int) -> Any:
        if name not in self._filled:
            if name in self._fields:
                message = f"{name!r} is required"
                raise NodeFailed(f"The parameter {message}.", hint="Fill it in.", field=name)
            message = f"This node declares no parameter {name!r}."
            raise KeyError(message)
        value = self._filled[name]
        if not self._is_template(name):
            return value
        row = self.items[index].json if index < len(self.items) else {}
        return paths.resolve(value, row, index, self._evaluate)

    def _columns(self, name: str, value: Any, places: list[int]) -> Any:
        if not self._is_template(name):
            return value
        if isinstance(value, str):
            if not paths.holds_expression(value):
                return value.removeprefix("=")
            return Column(
                paths.resolve(value, self.items[place].json, place, self._evaluate)
                for place in places
            )
        if isinstance(value, Mapping):
            inner = table(value)
            return {key: self._columns(name, one, places) for key, one in inner.items()}
        if isinstance(value, list):
            return [self._columns(name, one, places) for one in rows(value)]
        return value


def _inputs(
    node: type[Node], items: Sequence[Item], inputs: Mapping[str, Sequence[Item]] | None
) -> Mapping[str, Sequence[Item]]:
    if inputs is not None:
        return inputs
    return {node.inputs[0].name if node.inputs else "main": items}


def _offsets(inputs: Mapping[str, Sequence[Item]]) -> dict[str, int]:
    offsets: dict[str, int] = {}
    count = 0
    for name, items in inputs.items():
        offsets[name] = count
        count += len(items)
    return offsets
