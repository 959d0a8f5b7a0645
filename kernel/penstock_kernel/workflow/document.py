"""The workflow document, format `penstock/1`: its shape, reading it, and its canonical text.

Reading checks the shape only, and tells everything that is wrong with it at once. Whether the node
types exist and the edges fit is the business of `validate.py`, because that needs the plugins.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, field

from penstock_kernel.workflow.canonical import canonical_text
from penstock_kernel.workflow.explain import explain
from penstock_kernel.workflow.findings import DocumentInvalid, Finding
from penstock_kernel.workflow.limits import limit_findings, size_finding
from penstock_sdk import Item

FORMAT = "penstock/1"

Id = Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]{1,64}$(?!\n)")]
Name = Annotated[str, Meta(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f]*$(?!\n)")]
TypeId = Annotated[
    str, Meta(pattern=r"^[a-z0-9-]+/[a-z0-9-]+\.[A-Za-z0-9_-]+$(?!\n)", max_length=200)
]
EdgeKind = Annotated[str, Meta(pattern=r"^(main|ai_[A-Za-z_]+)$", max_length=40)]
Seconds = Annotated[float, Meta(gt=0)]
Count = Annotated[int, Meta(ge=1)]
#: A node id and the name of one of its ports.
End = tuple[Id, Annotated[str, Meta(min_length=1, max_length=100)]]
Number = int | float
OnError = Literal["stop", "continue", "error_port"]
FailedItem = Literal["with_error", "message", "one_message", "unchanged"]
Order = Literal["parallel", "sequential", "legacy"]


class Part(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True
):
    """Base of everything in a document."""


class RetrySettings(Part, frozen=True, kw_only=True):
    """When to try a failed step again: exponential, with jitter."""

    #: The first attempt included.
    max_attempts: Annotated[int, Meta(ge=1, le=100)] = 3
    first_delay_s: Annotated[float, Meta(ge=0)] = 1.0
    factor: Annotated[float, Meta(ge=1)] = 2.0
    max_delay_s: Annotated[float, Meta(ge=0)] = 300.0
    #: Share of the delay that is random.
    jitter: Annotated[float, Meta(ge=0, le=1)] = 0.2


class BudgetSettings(Part, frozen=True, kw_only=True):
    """Limits of this node's guest calls that differ from the server's."""

    fuel: Count | None = None
    memory_bytes: Count | None = None
    #: Computing; stops while the host answers a call.
    wall_s: Seconds | None = None
    #: Everything.
    total_s: Seconds | None = None
    output_bytes: Count | None = None
    host_calls: Annotated[int, Meta(ge=0)] | None = None
    fetched_bytes: Annotated[int, Meta(ge=0)] | None = None


class NodeSettings(Part, frozen=True, kw_only=True):
    """How the engine treats a node, whatever its type."""

    #: stop: the execution fails. continue: the error becomes an item. error_port: it leaves there.
    on_error: OnError = "stop"
    #: What goes on of an item that failed: itself and the error, only the message, or as it came.
    failed_item: FailedItem = "with_error"
    #: None: what the node type says.
    retry: RetrySettings | None = None
    #: None: 300 seconds. Waits do not count.
    timeout_s: Seconds | None = None
    #: Items pass through untouched.
    disabled: bool = False
    #: The first output delivers one empty item where it has none.
    always_output: bool = False
    #: Only the first item counts.
    execute_once: bool = False
    budget: BudgetSettings | None = None
    #: The execution parks before this node and waits for a signal.
    breakpoint: bool = False
    #: What it gave is used again for so long where it is given the same. None: the operator's.
    cache_s: Seconds | None = None
    #: Of a node that is the target of a cycle. None: the workflow's.
    max_iterations: Count | None = None


class NodeSpec(Part, frozen=True, kw_only=True):
    """One node of a workflow."""

    #: Never changes, whatever the node is called.
    id: Id
    #: What people see and expressions use.
    name: Name
    #: `publisher/package.node`.
    type: TypeId
    version: Count = 1
    config: dict[str, Any] = {}
    #: Slot to credential id. A hint: what counts is what the server has bound.
    credentials: dict[str, str] = {}
    settings: NodeSettings = NodeSettings()
    #: Id of the node that contains this one.
    parent: Id | None = None


class EdgeSpec(Part, frozen=True, kw_only=True):
    """One connection, from an output port to an input port."""

    source: End = field(name="from")
    target: End = field(name="to")
    #: `main` carries items; `ai_*` connects a model, a tool or a memory to an agent.
    kind: EdgeKind = "main"
    #: Closes a cycle on purpose.
    back: bool = False


class Concurrency(Part, frozen=True, kw_only=True):
    """How many executions of this workflow may run at once."""

    limit: Count
    #: An expression: executions with the same value share the limit.
    key: str | None = None
    overflow: Literal["queue", "drop", "cancel_oldest"] = "queue"


class WorkflowSettings(Part, frozen=True, kw_only=True):
    """How the engine treats the whole workflow."""

    #: IANA name. None: the server's.
    timezone: str | None = None
    #: None: no limit. Waits do not count.
    timeout_s: Seconds | None = None
    #: sequential: depth first, branches from top to bottom. legacy: breadth first.
    order: Order = "parallel"
    max_parallel: Annotated[int, Meta(ge=1, le=1000)] = 8
    #: strict: a path through something that is missing fails the expression. lenient: it gives
    #: nothing, as imported workflows expect.
    expressions: Literal["strict", "lenient"] = "strict"
    #: step: results are committed at effect boundaries. execution: at the start and the end only.
    durability: Literal["step", "execution"] = "step"
    #: Workflow that receives the failure: an id, or a relative path in a file.
    error_workflow: str | None = None
    concurrency: Concurrency | None = None
    #: A template: executions with the same value run on the same worker, as long as it is there.
    sticky_key: str | None = None
    #: Of those that wait in line, 0 is first and 9 is last.
    priority: Annotated[int, Meta(ge=0, le=9)] = 5
    #: Which finished executions are kept.
    save: Literal["all", "errors", "none"] = "all"
    #: How long they are kept after their end. None: as the server says.
    retention_days: Count | None = None
    #: How many of them are kept, the newest. None: they count with those of the workspace.
    retention_executions: Count | None = None
    #: After a failure, undo the steps that can be undone, last one first.
    compensate: bool = False
    #: Of every cycle.
    max_iterations: Count = 10_000
    #: Pools that may run it must carry all of these.
    tags: list[str] = []


class WorkflowTest(Part, frozen=True, kw_only=True):
    """An example that is checked: what goes in, what is replaced, what has to come out."""

    name: Name
    #: Node to start at. None: the workflow's start.
    start: Id | None = None
    #: Node to run up to.
    to: Id | None = None
    #: What the start node receives.
    input: list[Item] = []
    #: Name of the set of fixtures to use.
    fixtures: str | None = None
    #: Items that a node puts out instead of running.
    mocks: dict[Id, list[Item]] = {}
    #: Node to port to the items of its latest run.
    expected: dict[Id, dict[str, list[Item]]] = {}
    status: Literal["success", "error", "waiting"] = "success"
    #: Code of the error, or a part of its message.
    error: str | None = None


class Note(Part, frozen=True, kw_only=True):
    """A sticky note on the canvas; its place is in `layout`."""

    id: Id
    text: Annotated[str, Meta(max_length=50_000)] = ""
    width: Number | None = None
    height: Number | None = None
    color: str | None = None


class Group(Part, frozen=True, kw_only=True):
    """Nodes drawn together."""

    id: Id
    title: str = ""
    nodes: list[Id] = []
    color: str | None = None
    collapsed: bool = False


class Comment(Part, frozen=True, kw_only=True):
    """What somebody said about a node or an edge."""

    id: Id
    text: Annotated[str, Meta(max_length=50_000)]
    node: Id | None = None
    edge: tuple[End, End] | None = None
    author: str | None = None
    #: ISO 8601.
    at: str | None = None
    resolved: bool = False
    #: Id of the comment that this one answers.
    answers: Id | None = None


class Document(Part, frozen=True, kw_only=True):
    """A workflow."""

    format: Literal["penstock/1"]
    name: Name
    description: Annotated[str, Meta(max_length=50_000)] = ""
    nodes: list[NodeSpec] = []
    edges: list[EdgeSpec] = []
    settings: WorkflowSettings = WorkflowSettings()
    #: Node to name of the set to the items that it puts out instead of running. `default` is used
    #: unless another is asked for.
    fixtures: dict[Id, dict[str, list[Item]]] = {}
    tests: list[WorkflowTest] = []
    notes: list[Note] = []
    groups: list[Group] = []
    comments: list[Comment] = []
    #: Node or note to its place on the canvas, x and y.
    layout: dict[Id, tuple[Number, Number]] = {}
    #: Package to `version#sha256:…`.
    lock: dict[str, str] = {}


_DECODER = msgspec.json.Decoder(Document)


def parse(data: bytes | str | Mapping[str, Any]) -> Document:
    """Read a document from JSON or from plain values.

    Raises:
        DocumentInvalid: With everything that is wrong with its shape.
    """
    raw = _bytes(data)
    too_large = size_finding(raw)
    if too_large:
        raise DocumentInvalid([too_large])
    try:
        document = _DECODER.decode(raw)
    except msgspec.ValidationError as error:
        raise DocumentInvalid(explain(_value(raw), Document)) from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise DocumentInvalid([_not_json(error)]) from error
    findings = limit_findings(raw, len(document.nodes), len(document.edges))
    if findings:
        raise DocumentInvalid(findings, name=document.name)
    return document


def plain(document: Document) -> dict[str, Any]:
    """The document as plain JSON values, defaults left out."""
    value: dict[str, Any] = msgspec.to_builtins(document)
    value["format"] = FORMAT
    if not value.get("settings"):
        value.pop("settings", None)
    for node in value.get("nodes", ()):
        if not node.get("settings"):
            node.pop("settings", None)
    return value


def canonical(document: Document) -> str:
    """The one text of a document: sorted keys, stable order, defaults left out, one node per block.

    Nodes are sorted by id and edges by where they come from; the order of the edges of one output
    port has a meaning and is kept. `docs/workflow-format.md` describes the text.
    """
    value = plain(document)
    for block in ("nodes", "notes", "groups", "comments"):
        if block in value:
            value[block] = sorted(value[block], key=_id)
    if "edges" in value:
        value["edges"] = sorted(value["edges"], key=lambda edge: tuple(edge["from"]))
    return canonical_text(value)


def _id(part: Mapping[str, Any]) -> str:
    return str(part["id"])


def _bytes(data: bytes | str | Mapping[str, Any]) -> bytes:
    if isinstance(data, bytes):
        return data.removeprefix(b"\xef\xbb\xbf")
    try:
        return data.encode() if isinstance(data, str) else msgspec.json.encode(data)
    except (UnicodeEncodeError, TypeError, RecursionError) as error:
        raise DocumentInvalid([_not_json(error)]) from error


def _value(raw: bytes) -> Any:
    try:
        return msgspec.json.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise DocumentInvalid([_not_json(error)]) from error


def _not_json(error: Exception) -> Finding:
    return Finding(
        code="document.not_json",
        message=f"The document is not JSON: {error}",
        fix="Check quotes, commas and brackets near that place.",
    )
