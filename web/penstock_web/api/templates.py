"""Templates: workflows to begin with, of one's own and those that come with Penstock."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from penstock_kernel.store.sql import folders, templates
from penstock_kernel.store.sql.templates import Template, TemplateGiven
from penstock_kernel.store.sql.workflows import StoredWorkflow
from penstock_kernel.workflow.document import Document, canonical, parse, plain
from penstock_kernel.workflow.relink import bare, relinked
from penstock_web.api.templates_shipped import PREFIX, Shipped, shipped
from penstock_web.http.endpoint import Call, Given, Page, Paged, Reply, endpoint

TemplateName = Annotated[str, Meta(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f]*$")]
Description = Annotated[str, Meta(max_length=50_000, pattern=r"^[^\x00]*$")]


class OneTemplate(Given, frozen=True):
    """Which template."""

    template: str


class TemplatesWanted(Paged, frozen=True):
    """Which templates."""

    #: Part of the name.
    search: str = ""


class TemplateToKeep(Given, frozen=True):
    """A workflow to be kept as a template."""

    workflow: str
    #: By default the draft.
    version: int | None = None
    #: By default those of the workflow.
    name: TemplateName | None = None
    description: Description | None = None


class Beginning(Given, frozen=True):
    """What to make of a template."""

    #: By default the name of the template.
    name: TemplateName | None = None
    folder: str = ""


class TemplateShown(msgspec.Struct, frozen=True, kw_only=True):
    """A template, without its document."""

    id: str
    name: str
    description: str
    author: str
    created_ms: int
    #: It comes with Penstock, and cannot be removed.
    shipped: bool = False


class TemplateText(msgspec.Struct, frozen=True, kw_only=True):
    """A template with its document."""

    template: TemplateShown
    document: Mapping[str, Any]
    #: Markdown, where it comes with Penstock.
    readme: str = ""


@endpoint("GET", "/templates", needs="template:read")
async def list_templates(call: Call, query: TemplatesWanted) -> Page[TemplateShown]:
    """The templates of the workspace, by name; after them those that come with Penstock."""
    most = max(1, min(query.limit, 200))
    items: list[TemplateShown] = []
    if not query.cursor.startswith(PREFIX):
        found = await call.server.db.read(
            lambda one: templates.listed(
                one, call.scope, part=query.search, after=query.cursor, most=most + 1
            )
        )
        items = [_shown(one) for one in found]
    else:
        call.scope.require("template:read")
    items += _examples(query.search, query.cursor)
    return Page(items[:most], _cursor(items[most - 1]) if len(items) > most else None)


@endpoint("POST", "/templates", needs="template:write", status=201)
async def add_template(call: Call, body: TemplateToKeep) -> TemplateShown:
    """Keep a workflow as a template, without its credentials, pinned data and comments."""
    text = await call.kernel.workflows.text(call.scope, body.workflow, body.version)
    document = bare(parse(text))
    document = msgspec.structs.replace(
        document,
        name=body.name or document.name,
        description=document.description if body.description is None else body.description,
    )
    given = TemplateGiven(
        name=document.name, description=document.description, text=canonical(document)
    )
    now_ms = call.kernel.now_ms()
    return _shown(
        await call.server.db.transact(lambda one: templates.add(one, call.scope, given, now_ms))
    )


@endpoint("GET", "/templates/{template}", needs="template:read")
async def show_template(call: Call, path: OneTemplate) -> TemplateText:
    """A template with its document."""
    if path.template.startswith(PREFIX):
        call.scope.require("template:read")
        example = _example(path.template)
        document = plain(example.document)
        return TemplateText(template=_of_example(example), document=document, readme=example.readme)
    found, text = await call.server.db.read(
        lambda one: templates.get(one, call.scope, path.template)
    )
    return TemplateText(template=_shown(found), document=msgspec.json.decode(text))


@endpoint("DELETE", "/templates/{template}", needs="template:delete")
async def remove_template(call: Call, path: OneTemplate) -> None:
    """Forget a template. Workflows that were made from it stay."""
    await call.server.db.transact(lambda one: templates.remove(one, call.scope, path.template))


@endpoint("POST", "/templates/{template}/workflows", needs="workflow:write", status=201)
async def begin_workflow(call: Call, path: OneTemplate, body: Beginning) -> Reply[StoredWorkflow]:
    """Make a workflow from a template; workflows that it calls are made and published with it."""
    if path.template.startswith(PREFIX):
        call.scope.require("template:read")
        example = _example(path.template)
        document = relinked(example.document, await _with_parts(call, example, body.folder))
    else:
        _, text = await call.server.db.read(
            lambda one: templates.get(one, call.scope, path.template)
        )
        document = parse(text)
    made = await _made(call, document, body.name or document.name, body.folder)
    return Reply(value=made, etag=str(made.revision))


async def _with_parts(call: Call, example: Shipped, folder: str) -> Mapping[str, str]:
    names: dict[str, str] = {}
    for name, document in example.parts.items():
        made = await _made(call, document, document.name, folder)
        await call.kernel.workflows.publish(call.scope, made.id)
        names[name] = made.id
    return names


async def _made(call: Call, document: Document, name: str, folder: str) -> StoredWorkflow:
    workflows = call.kernel.workflows
    if folder:
        await call.server.db.transact(lambda one: folders.check(one, call.scope, folder))
    named = msgspec.structs.replace(document, name=name)
    made = await workflows.add(call.scope, named, copied=True)
    if not folder:
        return made
    return await workflows.change(call.scope, made.id, {"folder_id": folder})


def _cursor(last: TemplateShown) -> str:
    return last.id if last.shipped else templates.cursor(last.id, last.name)


def _examples(part: str, cursor: str) -> list[TemplateShown]:
    after = cursor if cursor.startswith(PREFIX) else ""
    found = [_of_example(one) for name, one in shipped().items() if name > after]
    return [one for one in found if part.lower() in one.name.lower()]


def _example(template: str) -> Shipped:
    found = shipped().get(template)
    if found is None:
        raise templates.missing(template)
    return found


def _of_example(example: Shipped) -> TemplateShown:
    return TemplateShown(
        id=example.id,
        name=example.document.name,
        description=example.document.description,
        author="Penstock",
        created_ms=0,
        shipped=True,
    )


def _shown(one: Template) -> TemplateShown:
    return TemplateShown(
        id=one.id,
        name=one.name,
        description=one.description,
        author=one.author,
        created_ms=one.created_ms,
    )


ENDPOINTS = [
    list_templates,
    add_template,
    show_template,
    remove_template,
    begin_workflow,
]
