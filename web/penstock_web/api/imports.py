"""Workflows from elsewhere, and all that one has as one file."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, ClassVar, cast

import msgspec
from msgspec import Meta

from penstock_kernel.packages.loader import Plugins
from penstock_kernel.store.sql import folders
from penstock_kernel.store.sql.folders import Folder
from penstock_kernel.workflow.document import FORMAT, Document, parse
from penstock_kernel.workflow.relink import relinked
from penstock_sdk import PenstockError
from penstock_sdk.importing import Imported, ImportedNode, Importer
from penstock_web.api.workflows import Tag
from penstock_web.commands.import_report import Outcome, outcome_of
from penstock_web.http.endpoint import Call, Given, endpoint

MOST_IMPORTED = 500
MOST_IMPORT_BYTES = 50_000_000
EXPORT_FORMAT = "penstock-export/1"


class ImportUnknown(PenstockError):
    """Nothing that is installed knows what was sent."""

    code: ClassVar[str] = "import.unknown"


class ImportFailed(PenstockError):
    """What was sent cannot be read by the importer, or is too much at once."""

    code: ClassVar[str] = "import.failed"


class ImportGiven(Given, frozen=True):
    """What to import."""

    #: A document, what was exported here, a list of such, or a file of another product: its JSON,
    #: or its text where it has none.
    data: Any
    #: Of which product; empty: whichever knows it.
    importer: str = ""
    folder: str = ""
    tags: Sequence[Tag] = ()
    #: Only tell what would come of it.
    preview: bool = False


class ImportedWorkflow(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one workflow."""

    #: Its id here; none: it was not kept.
    workflow: str | None
    #: How it was mapped, and what is wrong with it.
    report: Outcome
    #: Why it was not kept.
    error: str = ""


class ImportDone(msgspec.Struct, frozen=True, kw_only=True):
    """What came of an import."""

    #: Who read it: `penstock`, or the name of an importer.
    importer: str
    workflows: Sequence[ImportedWorkflow]
    nodes: int
    #: Of these, those that a node type here does the work of.
    mapped: int


class ExportWanted(Given, frozen=True):
    """Which workflows."""

    #: Empty: all of the workspace, as far as they may be read.
    workflows: Annotated[Sequence[str], Meta(max_length=MOST_IMPORTED)] = ()


class Exported(msgspec.Struct, frozen=True, kw_only=True):
    """A workflow of an export."""

    document: Mapping[str, Any]
    #: Its id where it was exported: others name it by that.
    id: str = ""
    #: Names of the folders that it lies in, from the top.
    folder: Sequence[str] = ()
    tags: Sequence[str] = ()
    description: str = ""


class Export(msgspec.Struct, frozen=True, kw_only=True):
    """Several workflows as one file."""

    workflows: Sequence[Exported]
    format: str = EXPORT_FORMAT


class _Found(msgspec.Struct, frozen=True, kw_only=True):
    exported: Exported
    imported: Imported


@endpoint(
    "POST",
    "/import",
    needs="workflow:write",
    tag="imports",
    status=201,
    most_bytes=MOST_IMPORT_BYTES,
)
async def import_workflows(call: Call, body: ImportGiven) -> ImportDone:
    """Keep workflows that come from elsewhere, as drafts, and tell how each was mapped.

    One that cannot be kept does not stop the others. Workflows of one export that call each other
    still do so.
    """
    plugins = call.kernel.plugins
    importer, found = await asyncio.to_thread(_read, body, plugins)
    if len(found) > MOST_IMPORTED:
        message = f"There are {len(found):,} workflows; {MOST_IMPORTED} are taken at once."
        raise ImportFailed(message, hint="Import them in several parts.")
    reports = await asyncio.to_thread(
        lambda: [outcome_of(one.exported.id, one.imported, plugins) for one in found]
    )
    kept = [
        await _kept(call, body, one.exported, report)
        for one, report in zip(found, reports, strict=True)
    ]
    if not body.preview:
        await _relink(call, found, kept)
    return ImportDone(
        importer=importer,
        workflows=kept,
        nodes=sum(one.nodes for one in reports),
        mapped=sum(one.mapped for one in reports),
    )


@endpoint("POST", "/export", needs="workflow:read", tag="imports")
async def export_workflows(call: Call, body: ExportWanted) -> Export:
    """The drafts of workflows, with their folders and tags, as one file that import takes."""
    workflows = call.kernel.workflows
    if body.workflows:
        chosen = [(await workflows.show(call.scope, one)).workflow for one in body.workflows]
    else:
        chosen = [*await workflows.every(call.scope)]
    tree = {one.id: one for one in await _tree(call)}
    return Export(
        workflows=[
            Exported(
                id=one.id,
                document=msgspec.json.decode(await workflows.text(call.scope, one.id)),
                folder=_path(tree, one.folder_id),
                tags=one.tags,
                description=one.description,
            )
            for one in chosen
        ]
    )


def _read(body: ImportGiven, plugins: Plugins) -> tuple[str, Sequence[_Found]]:
    ours = _ours(body.data) if body.importer in ("", "penstock") else None
    if ours is not None:
        return "penstock", [_Found(exported=one, imported=_as_is(one)) for one in ours]
    importer = _importer(body, plugins)
    try:
        found = importer.convert(body.data)
    except PenstockError as error:
        raise ImportFailed(error.message, hint=error.hint) from error
    except Exception as error:
        # An importer is a stranger's code, and what it reads is a stranger's file.
        message = f"The importer {importer.name!r} failed: {type(error).__name__}."
        raise ImportFailed(message, hint="Report it to the author of the importer.") from error
    return importer.name, [
        _Found(exported=Exported(document=one.document), imported=one) for one in found
    ]


def _ours(data: Any) -> Sequence[Exported] | None:
    """The workflows of a document of ours, of an export, or of a list of documents."""
    if isinstance(data, list):
        parts = [_ours(one) for one in cast("list[Any]", data)]
        return [one for part in parts for one in part or ()] if parts and all(parts) else None
    if not isinstance(data, dict):
        return None
    value = cast("dict[str, Any]", data)
    if value.get("format") == FORMAT:
        return [Exported(document=value)]
    if value.get("format") != EXPORT_FORMAT:
        return None
    try:
        return msgspec.convert(value, Export).workflows
    except msgspec.ValidationError as error:
        message = f"This is no export: {error}."
        raise ImportFailed(message, hint="Send it as it was exported.") from error


def _as_is(one: Exported) -> Imported:
    nodes: Any = one.document.get("nodes")
    listed = cast("list[Any]", nodes) if isinstance(nodes, list) else []
    types = [
        str(cast("dict[str, Any]", node).get("type")) for node in listed if isinstance(node, dict)
    ]
    return Imported(
        document=one.document, nodes=[ImportedNode(type=name, mapped=True) for name in types]
    )


def _importer(body: ImportGiven, plugins: Plugins) -> Importer:
    known: dict[str, Importer] = {one.name: one for _, one in plugins.collect("register_importers")}
    named = known.get(body.importer)
    if named is not None and named.matches(body.data):
        return named
    if not body.importer:
        found = next((one for one in known.values() if one.matches(body.data)), None)
        if found is not None:
            return found
    message = "Nothing that is installed knows what was sent."
    if named is not None:
        message = f"The importer {body.importer!r} does not know what was sent."
    names = ", ".join(["penstock", *sorted(known)])
    raise ImportUnknown(message, hint=f"There are importers for: {names}.")


async def _kept(
    call: Call, body: ImportGiven, exported: Exported, report: Outcome
) -> ImportedWorkflow:
    workflow, error = None, ""
    if report.document is None:
        error = "; ".join(map(str, report.findings[:3]))
    elif not body.preview:
        try:
            workflow = await _add(call, body, exported, report.document)
        except PenstockError as refused:
            error = f"{refused.code}: {refused.message}"
    # What was kept can be read by its id; what was only looked at stands nowhere else.
    told = report if body.preview else msgspec.structs.replace(report, document=None)
    return ImportedWorkflow(workflow=workflow, report=told, error=error)


async def _add(call: Call, body: ImportGiven, exported: Exported, document: Document) -> str:
    now_ms = call.kernel.now_ms()
    folder = await call.server.db.transact(
        lambda one: folders.at_path(one, call.scope, body.folder, exported.folder, now_ms)
    )
    workflows = call.kernel.workflows
    made = await workflows.add(call.scope, document, copied=True)
    values = {"folder_id": folder, "description": exported.description[:50_000]}
    tags = [*body.tags, *(tag[:60] for tag in exported.tags if tag)]
    await workflows.change(call.scope, made.id, values, tags)
    return made.id


async def _relink(call: Call, found: Sequence[_Found], kept: Sequence[ImportedWorkflow]) -> None:
    """Let workflows that came together name each other by what they are called here."""
    names = {
        one.exported.id: here.workflow
        for one, here in zip(found, kept, strict=True)
        if one.exported.id and here.workflow
    }
    for name in names.values():
        document = parse(await call.kernel.workflows.text(call.scope, name))
        linked = relinked(document, names)
        if linked != document:
            await call.kernel.workflows.save(call.scope, name, linked, seen=1)


async def _tree(call: Call) -> Sequence[Folder]:
    if not call.scope.may("workflow:read"):
        return []  # of what was shared, folders are nobody's business
    return await call.server.db.read(lambda one: folders.tree(one, call.scope))


def _path(tree: Mapping[str, Folder], folder: str) -> Sequence[str]:
    names: list[str] = []
    while folder in tree:
        names.append(tree[folder].name)
        folder = tree[folder].parent_id
    return names[::-1]


ENDPOINTS = [import_workflows, export_workflows]
