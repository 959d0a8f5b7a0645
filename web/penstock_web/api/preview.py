"""What a person is shown while he fills in a node: values of expressions, and choices."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from penstock_kernel.work.previewing import Looking, Preview, Previews
from penstock_sdk import Item
from penstock_web.api.steps import Number
from penstock_web.api.workflows import DocumentGiven
from penstock_web.http.endpoint import Call, Given, endpoint


class PreviewWanted(Given, frozen=True, kw_only=True):
    """Which node of which text, and on which data."""

    #: Whose draft; empty: the document belongs to no workflow.
    workflow: str = ""
    #: In place of the draft as it is stored.
    document: DocumentGiven | None = None
    node: str
    #: The execution whose data is meant, and the run of the node in it: by default the latest.
    #: Without one, the fixtures of the document are.
    execution: str = ""
    run: Number | None = None
    #: Which of the items the node takes, from 0.
    index: Number = 0
    #: In place of what the execution was given.
    items: Sequence[Item] = ()


class ChoicesWanted(Given, frozen=True, kw_only=True):
    """For which field of which node."""

    workflow: str = ""
    document: DocumentGiven | None = None
    node: str
    field: Annotated[str, Meta(min_length=1, max_length=200)]


class ChoiceShown(msgspec.Struct, frozen=True):
    """One thing that may be chosen."""

    value: Any
    title: str
    description: str


class Choices(msgspec.Struct, frozen=True):
    """What may be chosen."""

    choices: Sequence[ChoiceShown]


@endpoint("POST", "/preview", needs="workflow:read", tag="nodes")
async def preview_node(call: Call, body: PreviewWanted) -> Preview:
    """What the expressions of a node give for one item of an execution; nothing runs.

    Each expression comes with its value, or with what is wrong with it and what to do.

    Raises:
        WorkflowMissing: There is no such workflow.
        ExecutionNotFound: There is no such execution.
        NodeUnknown: There is no such node.
        DocumentInvalid: It does not have the shape of a document.
    """
    looking = Looking(
        workflow=body.workflow,
        document=body.document,
        node=body.node,
        execution=body.execution,
        run=body.run,
        index=body.index,
        items=body.items,
    )
    return await _previews(call).preview(call.scope, looking)


@endpoint("POST", "/nodes/choices", needs="workflow:write", tag="nodes")
async def list_choices(call: Call, body: ChoicesWanted) -> Choices:
    """What may be chosen for a dynamic field of a node, with what is filled in so far.

    Raises:
        WorkflowMissing: There is no such workflow.
        NodeUnknown: There is no such node.
        NodeBroken: The code of the node failed.
    """
    looking = Looking(workflow=body.workflow, document=body.document, node=body.node)
    found = await _previews(call).choices(call.scope, looking, body.field)
    return Choices([ChoiceShown(one.value, one.title, one.description) for one in found])


def _previews(call: Call) -> Previews:
    kernel = call.kernel
    return Previews(kernel.executions, kernel.executions.shelf, kernel.workflows, kernel.history)


ENDPOINTS = [preview_node, list_choices]
