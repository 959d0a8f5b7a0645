"""Executions: started, looked at, run again, ended."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from penstock_kernel.store.records import ExecutionId, ExecutionStatus
from penstock_kernel.store.sql.overview import Filter, Listed
from penstock_kernel.work.entering import Incoming
from penstock_kernel.work.history import Which
from penstock_sdk import Item
from penstock_web.api.waiting import Started, Waiting, started
from penstock_web.api.workflows import OneWorkflow
from penstock_web.http.endpoint import Call, Given, Page, Reply, endpoint
from penstock_web.http.problem import BadRequest

Moment = Annotated[int, Meta(ge=0, le=1 << 53)]
Text = Annotated[str, Meta(max_length=200)]


class OneExecution(Given, frozen=True):
    """Which execution."""

    execution: str


class Starting(Given, frozen=True):
    """What to start a workflow with."""

    #: By default one empty item.
    items: Sequence[Item] = ()
    #: By default the active version.
    version: Annotated[int, Meta(ge=1, le=1 << 31)] | None = None
    #: The trigger to begin at; by default the start of the workflow.
    node: str | None = None
    #: Name of the event: the same one is accepted once.
    key: Annotated[str, Meta(max_length=200)] | None = None
    vars: Mapping[str, Any] = {}
    #: 0 is first, 9 is last; by default what the workflow says.
    priority: Annotated[int, Meta(ge=0, le=9)] | None = None


class Wanted(Given, frozen=True):
    """Which executions."""

    workflow: Text = ""
    #: Any of these; none: all.
    status: Sequence[ExecutionStatus] = ()
    #: Who started them: `webhook`, `schedule`, `manual`, ….
    mode: Text = ""
    #: Created since and until then, in milliseconds since 1970.
    from_ms: Moment | None = None
    until_ms: Moment | None = None
    #: Custom data that they have, each as `name=value`.
    key: Annotated[Sequence[Text], Meta(max_length=10)] = ()
    #: The one that they were made from.
    retry_of: Text = ""

    def filter(self) -> Filter:
        """As the store finds them.

        Raises:
            BadRequest: A key has no value.
        """
        pairs = [one.partition("=") for one in self.key]
        if any(not mark for _, mark, _ in pairs):
            raise BadRequest("A key has to be name=value.", hint="e.g. key=order=A-17")
        return Filter(
            workflow=self.workflow,
            status=self.status,
            mode=self.mode,
            from_ms=self.from_ms,
            until_ms=self.until_ms,
            keys={name: value for name, _, value in pairs},
            retry_of=self.retry_of,
        )


class WantedPage(Wanted, frozen=True):
    """Which executions, and which part of the list."""

    #: `next_cursor` of the page before.
    cursor: str = ""
    limit: Annotated[int, Meta(ge=1, le=500)] = 50


class Again(Given, frozen=True):
    """How to run an execution again."""

    #: `original`: what ran then; `current`: the version that counts now.
    version: Which = "original"
    #: The node to begin with; by default where it failed.
    start: str | None = None


class Whole(Given, frozen=True):
    """How to run an execution again as a whole."""

    version: Which = "original"


class Deciding(Given, frozen=True):
    """What is to become of steps of which nobody knows whether they had their effect."""

    #: `again`: they run again; `done`: they are taken as done.
    choice: Literal["again", "done"]
    #: What came of them, where they are done.
    items: Sequence[Item] = ()


class Canceled(msgspec.Struct, frozen=True):
    """Whether there was anything to cancel."""

    canceled: bool


class Decided(msgspec.Struct, frozen=True):
    """How many steps were decided."""

    steps: int


class Counts(msgspec.Struct, frozen=True):
    """How many executions there are of each status."""

    counts: Mapping[str, int]


class ExecutionShown(msgspec.Struct, frozen=True, kw_only=True):
    """An execution with what it was asked for, and what it called."""

    execution: Listed
    start_node: str | None
    target_node: str | None
    vars: Mapping[str, Any]
    custom_data: Mapping[str, str]
    breakpoints: Sequence[str]
    #: Nodes that something stood in for.
    fixtures: Sequence[str]
    #: Workflows and bodies of containers that it ran.
    parts: Sequence[Listed]


@endpoint(
    "POST",
    "/workflows/{workflow}/executions",
    needs="workflow:run",
    tag="executions",
    status=202,
    also=[200],
)
async def start_execution(
    call: Call, path: OneWorkflow, query: Waiting, body: Starting
) -> Reply[Started]:
    """Start the active version of a workflow.

    The answer is 202 with the id as soon as it is accepted; with `wait=true` it is 200 with what
    came of it, or 202 where it did not end in time. From then on it goes on in any case.

    Raises:
        WorkflowMissing: There is no such workflow.
        WorkflowInactive: No version of it is active, and none was named.
        NodeUnknown: It has no such node to begin at.
        QueueFull: Too many are queued.
    """
    call.scope.require("workflow:run", path.workflow)

    async def accept(execution: ExecutionId) -> str:
        incoming = Incoming(
            workflow=path.workflow,
            scope=call.scope,
            items=body.items,
            mode="manual",
            node=body.node,
            version=body.version,
            key=body.key,
            vars=body.vars,
            priority=body.priority,
            execution=execution,
        )
        return (await call.kernel.accept(incoming)).execution

    return await started(call, query, accept)


@endpoint("GET", "/executions", needs="execution:read")
async def list_executions(call: Call, query: WantedPage) -> Page[Listed]:
    """The executions of the workspace, newest first."""
    page = await call.kernel.history.list(
        call.scope, query.filter(), after=query.cursor, most=query.limit
    )
    return Page(page.executions, page.next)


@endpoint("GET", "/executions/counts", needs="execution:read")
async def count_executions(call: Call, query: Wanted) -> Counts:
    """How many executions there are of each status."""
    return Counts(await call.kernel.history.counts(call.scope, query.filter()))


@endpoint("GET", "/executions/{execution}", needs="execution:read")
async def show_execution(call: Call, path: OneExecution) -> ExecutionShown:
    """An execution, without the items that went through it.

    Raises:
        ExecutionNotFound: There is none with this id.
    """
    found = await call.kernel.history.about(call.scope, path.execution)
    record = found.record
    return ExecutionShown(
        execution=found.listed,
        start_node=record.start_node,
        target_node=record.target_node,
        vars=record.vars,
        custom_data=record.custom_data,
        breakpoints=record.breakpoints,
        fixtures=sorted(record.fixtures),
        parts=found.parts,
    )


@endpoint("DELETE", "/executions/{execution}", needs="execution:delete")
async def remove_execution(call: Call, path: OneExecution) -> None:
    """Remove an execution that has ended, with all its data.

    Raises:
        ExecutionNotFound: There is none with this id.
        NotEnded: It still goes on.
    """
    await call.kernel.history.remove(call.scope, path.execution)


@endpoint("GET", "/executions/{execution}/document", needs="execution:read")
async def show_execution_document(call: Call, path: OneExecution) -> Mapping[str, Any]:
    """The document that ran, as it was then.

    Raises:
        ExecutionNotFound: There is none with this id.
    """
    record = await call.kernel.history.record(call.scope, path.execution)
    document: dict[str, Any] = msgspec.json.decode(str(record.document))
    return document


@endpoint("POST", "/executions/{execution}/retry", needs="execution:run", status=202, also=[200])
async def retry_execution(
    call: Call, path: OneExecution, query: Waiting, body: Again
) -> Reply[Started]:
    """Run an execution again from where it failed, or from a node on, as a new one.

    Raises:
        ExecutionNotFound: There is none with this id.
        NotEnded: It still goes on.
        NodeUnknown: There is no such node.
    """

    async def accept(execution: ExecutionId) -> str:
        return await call.kernel.history.again(
            call.scope, path.execution, which=body.version, start=body.start, new_id=execution
        )

    return await started(call, query, accept)


@endpoint("POST", "/executions/{execution}/replay", needs="execution:run", status=202, also=[200])
async def replay_execution(
    call: Call, path: OneExecution, query: Waiting, body: Whole
) -> Reply[Started]:
    """Run an execution again as a whole, with what it was given, as a new one.

    Raises:
        ExecutionNotFound: There is none with this id.
        NotEnded: It still goes on.
    """

    async def accept(execution: ExecutionId) -> str:
        return await call.kernel.history.again(
            call.scope, path.execution, which=body.version, whole=True, new_id=execution
        )

    return await started(call, query, accept)


@endpoint("POST", "/executions/{execution}/cancel", needs="execution:write")
async def cancel_execution(call: Call, path: OneExecution) -> Canceled:
    """Stop an execution at once, wherever it runs or waits.

    Raises:
        ExecutionNotFound: There is none with this id.
    """
    return Canceled(await call.kernel.history.cancel(call.scope, path.execution))


@endpoint("POST", "/executions/{execution}/decide", needs="execution:write")
async def decide_execution(call: Call, path: OneExecution, body: Deciding) -> Decided:
    """Decide what is in doubt: whether steps run again, or are taken as done.

    Raises:
        ExecutionNotFound: There is none with this id.
        NotInDoubt: None of its steps is in doubt.
    """
    count = await call.kernel.history.decide(
        call.scope, path.execution, body.choice, items=body.items
    )
    return Decided(count)


ENDPOINTS = [
    start_execution,
    list_executions,
    count_executions,
    show_execution,
    remove_execution,
    show_execution_document,
    retry_execution,
    replay_execution,
    cancel_execution,
    decide_execution,
]
