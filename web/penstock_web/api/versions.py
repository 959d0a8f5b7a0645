"""Versions of workflows: published, activated, compared, restored."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from penstock_kernel.store.sql.workflows import StoredWorkflow, Version
from penstock_kernel.workflow.diff import Change, diff
from penstock_kernel.workflow.document import parse
from penstock_web.api.workflows import OneWorkflow, seen, tell
from penstock_web.http.endpoint import Call, Given, Page, Reply, endpoint


class OneVersion(Given, frozen=True):
    """Which version of which workflow."""

    workflow: str
    number: int


class Publishing(Given, frozen=True):
    """How to publish a draft."""

    note: Annotated[str, Meta(max_length=2_000)] = ""
    #: Let events start it from now on.
    activate: bool = False


class Activating(Given, frozen=True):
    """Which version events are to start."""

    #: By default the newest. An older one is how to go back.
    number: int | None = None


class Naming(Given, frozen=True):
    """What a version is to be called."""

    name: Annotated[str, Meta(max_length=200)]


class Comparing(Given, frozen=True):
    """What to compare with: a version, or the draft."""

    to: int | None = None


class VersionText(msgspec.Struct, frozen=True):
    """A version with its text."""

    version: Version
    document: Mapping[str, Any]


class Changes(msgspec.Struct, frozen=True):
    """What leads from one text to another."""

    changes: Sequence[Change]


@endpoint("GET", "/workflows/{workflow}/versions", needs="workflow:read", tag="versions")
async def list_versions(call: Call, path: OneWorkflow) -> Page[Version]:
    """The versions of a workflow, the newest first."""
    return Page((await call.kernel.workflows.show(call.scope, path.workflow)).versions)


@endpoint(
    "POST", "/workflows/{workflow}/versions", needs="workflow:publish", status=201, tag="versions"
)
async def publish_workflow(call: Call, path: OneWorkflow, body: Publishing) -> Version:
    """Make the draft a version, which stays as it is."""
    made = await call.kernel.workflows.publish(call.scope, path.workflow, body.note)
    await tell(call, "published", path.workflow, version=made.number)
    if body.activate:
        await call.kernel.workflows.activate(call.scope, path.workflow, made.number)
        await tell(call, "activated", path.workflow, version=made.number)
    return made


@endpoint(
    "GET", "/workflows/{workflow}/versions/{number:int}", needs="workflow:read", tag="versions"
)
async def show_version(call: Call, path: OneVersion) -> VersionText:
    """A version with its text."""
    versions = (await call.kernel.workflows.show(call.scope, path.workflow)).versions
    text = await call.kernel.workflows.text(call.scope, path.workflow, path.number)
    found = next(one for one in versions if one.number == path.number)
    return VersionText(found, msgspec.json.decode(text))


@endpoint(
    "PATCH", "/workflows/{workflow}/versions/{number:int}", needs="workflow:publish", tag="versions"
)
async def name_version(call: Call, path: OneVersion, body: Naming) -> Version:
    """Give a version a name."""
    return await call.kernel.workflows.name_version(
        call.scope, path.workflow, path.number, body.name
    )


@endpoint(
    "GET",
    "/workflows/{workflow}/versions/{number:int}/changes",
    needs="workflow:read",
    tag="versions",
)
async def compare_versions(call: Call, path: OneVersion, query: Comparing) -> Changes:
    """What leads from a version to another, or to the draft."""
    workflows = call.kernel.workflows
    before = await workflows.text(call.scope, path.workflow, path.number)
    after = await workflows.text(call.scope, path.workflow, query.to)
    return Changes(diff(parse(before), parse(after)))


@endpoint(
    "POST",
    "/workflows/{workflow}/versions/{number:int}/restore",
    needs="workflow:write",
    tag="versions",
)
async def restore_version(call: Call, path: OneVersion) -> Reply[StoredWorkflow]:
    """Make the draft say what a version says. `If-Match` names the revision of the draft."""
    workflows = call.kernel.workflows
    text = await workflows.text(call.scope, path.workflow, path.number)
    saved = await workflows.save(call.scope, path.workflow, text, seen=seen(call))
    await tell(call, "saved", saved.id, revision=saved.revision)
    return Reply(value=saved, etag=str(saved.revision))


@endpoint("PUT", "/workflows/{workflow}/active", needs="workflow:publish", tag="versions")
async def activate_workflow(call: Call, path: OneWorkflow, body: Activating) -> StoredWorkflow:
    """Let events start a version: its schedules and its addresses count from now on."""
    active = await call.kernel.workflows.activate(call.scope, path.workflow, body.number)
    await tell(call, "activated", active.id, version=active.active_version)
    return active


@endpoint("DELETE", "/workflows/{workflow}/active", needs="workflow:publish", tag="versions")
async def deactivate_workflow(call: Call, path: OneWorkflow) -> None:
    """Let no event start it any more."""
    await call.kernel.workflows.deactivate(call.scope, path.workflow)
    await tell(call, "deactivated", path.workflow)


ENDPOINTS = [
    list_versions,
    publish_workflow,
    show_version,
    name_version,
    compare_versions,
    restore_version,
    activate_workflow,
    deactivate_workflow,
]
