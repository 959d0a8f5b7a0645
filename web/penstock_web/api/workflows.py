"""Workflows: their drafts, and what is said about them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import msgspec
from msgspec import UNSET, Meta, UnsetType

from penstock_kernel.execution.shelf import Checked
from penstock_kernel.store.sql import folders
from penstock_kernel.store.sql.workflows import StoredWorkflow, WorkflowFilter
from penstock_kernel.workflow.findings import Finding
from penstock_web.api.nodes import NodePorts, listed_ports
from penstock_web.http.endpoint import Call, Given, Page, Paged, Reply, endpoint
from penstock_web.http.problem import StateNeeded

Name = Annotated[str, Meta(min_length=1, max_length=200)]
Tag = Annotated[str, Meta(min_length=1, max_length=60)]
#: A workflow document, in the format that `docs/workflow-format.md` describes.
DocumentGiven = Annotated[
    dict[str, Any],
    Meta(
        description="A workflow document, in the format that `docs/workflow-format.md` describes.",
        examples=[
            {
                "format": "penstock/1",
                "name": "Hello",
                "nodes": [{"id": "start", "name": "Start", "type": "penstock/flow.manual"}],
                "edges": [],
            }
        ],
    ),
]


class OneWorkflow(Given, frozen=True):
    """Which workflow."""

    workflow: str


class Wanted(Paged, frozen=True):
    """Which workflows to list."""

    #: Part of the name.
    search: str = ""
    active: bool | None = None
    #: Id of a folder; empty: those at the top; left out: all.
    folder: str | None = None
    tag: str = ""
    archived: bool = False


class WorkflowGiven(Given, frozen=True):
    """A workflow to be kept."""

    document: DocumentGiven
    folder: str = ""
    tags: Sequence[Tag] = ()


class DraftGiven(Given, frozen=True):
    """What a draft is to say."""

    document: DocumentGiven


class WorkflowAbout(Given, frozen=True):
    """What is said about a workflow beside its text; what is left out stays."""

    folder: str | UnsetType = UNSET
    description: Annotated[str, Meta(max_length=50_000)] | UnsetType = UNSET
    tags: Sequence[Tag] | UnsetType = UNSET
    archived: bool | UnsetType = UNSET


class Removing(Given, frozen=True):
    """How to remove a workflow."""

    #: Deactivate it along the way.
    force: bool = False


class Copying(Given, frozen=True):
    """How to copy a workflow."""

    #: By default the name of the original, marked as a copy.
    name: Name | None = None


class WorkflowText(msgspec.Struct, frozen=True, kw_only=True):
    """A workflow with the text of its draft, and what is wrong with it."""

    workflow: StoredWorkflow
    document: Mapping[str, Any]
    findings: Sequence[Finding]
    #: By node: with its config it has these.
    ports: Mapping[str, NodePorts]


class Findings(msgspec.Struct, frozen=True):
    """What is wrong with a document."""

    findings: Sequence[Finding]
    #: By node: with its config it has these.
    ports: Mapping[str, NodePorts]


class TagCount(msgspec.Struct, frozen=True):
    """A tag, and how many workflows have it."""

    tag: str
    workflows: int


@endpoint("GET", "/workflows", needs="workflow:read")
async def list_workflows(call: Call, query: Wanted) -> Page[StoredWorkflow]:
    """The workflows of the workspace, by name."""
    wanted = WorkflowFilter(
        part=query.search,
        active=query.active,
        folder=query.folder,
        tag=query.tag,
        archived=query.archived,
    )
    page = await call.kernel.workflows.list(
        call.scope, wanted, after=query.cursor, most=query.limit
    )
    return Page(page.workflows, page.next)


@endpoint("POST", "/workflows", needs="workflow:write", status=201)
async def add_workflow(call: Call, body: WorkflowGiven) -> Reply[StoredWorkflow]:
    """Keep a new workflow, as a draft."""
    workflows = call.kernel.workflows
    if body.folder:
        await call.server.db.read(lambda one: folders.check(one, call.scope, body.folder))
    added = await workflows.add(call.scope, body.document)
    if body.folder or body.tags:
        values = {"folder_id": body.folder} if body.folder else {}
        added = await workflows.change(call.scope, added.id, values, body.tags)
    await tell(call, "added", added.id)
    return _replied(added)


@endpoint("GET", "/workflows/{workflow}", needs="workflow:read")
async def show_workflow(call: Call, path: OneWorkflow) -> Reply[WorkflowText]:
    """A workflow with its draft. Its `ETag` is the revision, which a change has to name."""
    found, draft = await call.kernel.workflows.draft(call.scope, path.workflow)
    checked = call.kernel.checked(draft)
    text = WorkflowText(
        workflow=found,
        document=msgspec.json.decode(draft),
        findings=checked.findings,
        ports=_ports(checked),
    )
    return Reply(value=text, etag=str(found.revision))


@endpoint("PUT", "/workflows/{workflow}", needs="workflow:write")
async def save_workflow(call: Call, path: OneWorkflow, body: DraftGiven) -> Reply[StoredWorkflow]:
    """Change the draft. `If-Match` names the revision that was read."""
    saved = await call.kernel.workflows.save(
        call.scope, path.workflow, body.document, seen=seen(call)
    )
    await tell(call, "saved", saved.id, revision=saved.revision)
    return _replied(saved)


@endpoint("PATCH", "/workflows/{workflow}", needs="workflow:write")
async def describe_workflow(
    call: Call, path: OneWorkflow, body: WorkflowAbout
) -> Reply[StoredWorkflow]:
    """Put a workflow in a folder, tag it, describe it, archive it."""
    values: dict[str, Any] = {}
    if body.folder is not UNSET:
        values["folder_id"] = body.folder
    if body.description is not UNSET:
        values["description"] = body.description
    if body.archived is not UNSET:
        values["archived_ms"] = call.kernel.now_ms() if body.archived else None
    tags = None if body.tags is UNSET else body.tags
    changed = await call.kernel.workflows.change(call.scope, path.workflow, values, tags)
    await tell(call, "described", changed.id)
    return _replied(changed)


@endpoint("DELETE", "/workflows/{workflow}", needs="workflow:delete")
async def remove_workflow(call: Call, path: OneWorkflow, query: Removing) -> None:
    """Put a workflow out of sight. Its executions stay as long as any."""
    await call.kernel.workflows.remove(call.scope, path.workflow, force=query.force)
    await tell(call, "removed", path.workflow)


@endpoint("POST", "/workflows/{workflow}/copy", needs="workflow:write", status=201)
async def copy_workflow(call: Call, path: OneWorkflow, body: Copying) -> Reply[StoredWorkflow]:
    """Keep a copy of a draft as a workflow of its own."""
    workflows = call.kernel.workflows
    document = msgspec.json.decode(await workflows.text(call.scope, path.workflow))
    document["name"] = body.name or f"{document['name'][:190]} (copy)"
    found = (await workflows.show(call.scope, path.workflow)).workflow
    added = await workflows.add(call.scope, document, copied=True)
    values = {"folder_id": found.folder_id, "description": found.description}
    return _replied(await workflows.change(call.scope, added.id, values, found.tags))


@endpoint("POST", "/workflows/{workflow}/lock", needs="workflow:write")
async def lock_workflow(call: Call, path: OneWorkflow) -> Reply[StoredWorkflow]:
    """Keep others from changing a workflow for half an hour."""
    locked = await call.kernel.workflows.lock(call.scope, path.workflow)
    await tell(call, "locked", path.workflow)
    return _replied(locked)


@endpoint("DELETE", "/workflows/{workflow}/lock", needs="workflow:write")
async def unlock_workflow(call: Call, path: OneWorkflow) -> None:
    """Let others change it again."""
    await call.kernel.workflows.unlock(call.scope, path.workflow)
    await tell(call, "unlocked", path.workflow)


@endpoint("GET", "/workflows/{workflow}/document", needs="workflow:read")
async def export_workflow(call: Call, path: OneWorkflow) -> Mapping[str, Any]:
    """The document of the draft alone, as a file has it."""
    text = await call.kernel.workflows.text(call.scope, path.workflow)
    document: dict[str, Any] = msgspec.json.decode(text)
    return document


@endpoint("POST", "/validate", needs="workflow:read", tag="workflows")
async def validate_document(call: Call, body: DraftGiven) -> Findings:
    """What is wrong with a document, whether it is kept or not."""
    checked = call.kernel.checked(body.document)
    return Findings(checked.findings, _ports(checked))


@endpoint("GET", "/tags", needs="workflow:read", tag="workflows")
async def list_tags(call: Call) -> Page[TagCount]:
    """The tags of the workspace."""
    found = await call.kernel.workflows.tags(call.scope)
    return Page([TagCount(tag, count) for tag, count in sorted(found.items())])


def _ports(checked: Checked) -> dict[str, NodePorts]:
    return {node: listed_ports(ports) for node, ports in checked.ports.items()}


async def tell(call: Call, what: str, workflow: str, **detail: Any) -> None:
    """Let whoever watches know what was done to a workflow."""
    await call.server.events.tell(call.scope, f"workflow.{what}", workflow, detail)


def seen(call: Call) -> int:
    """The revision that a change was made to.

    Raises:
        StateNeeded: The call does not say.
    """
    if call.seen is None:
        raise StateNeeded(
            "A change of a workflow has to say which revision it was made to.",
            hint="Send the ETag of the workflow as you read it as If-Match.",
        )
    return call.seen


def _replied(workflow: StoredWorkflow) -> Reply[StoredWorkflow]:
    return Reply(value=workflow, etag=str(workflow.revision))


ENDPOINTS = [
    list_workflows,
    add_workflow,
    show_workflow,
    save_workflow,
    describe_workflow,
    remove_workflow,
    copy_workflow,
    lock_workflow,
    unlock_workflow,
    export_workflow,
    validate_document,
    list_tags,
]
