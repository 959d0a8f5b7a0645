"""Drafts, a part at a time, and what is said about them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from penstock_kernel.store.sql.workflows import StoredWorkflow
from penstock_kernel.work.drafts import Drafts
from penstock_kernel.workflow.document import Comment, Document, End, Id, plain
from penstock_kernel.workflow.edit import MOST_EDITS, DraftEdit
from penstock_kernel.workflow.edit_comments import (
    AddComment,
    ChangeComment,
    CommentEdit,
    RemoveComment,
    ResolveComment,
    Text,
    comment_of,
    new_id,
)
from penstock_kernel.workflow.findings import Finding
from penstock_web.api.workflows import OneWorkflow, seen, tell
from penstock_web.http.endpoint import Call, Given, Page, Reply, endpoint
from penstock_web.http.problem import BadRequest


class Editing(Given, frozen=True):
    """What to do with a draft, in this order."""

    edits: Annotated[Sequence[DraftEdit], Meta(min_length=1, max_length=MOST_EDITS)]


class Edited(msgspec.Struct, frozen=True):
    """What a draft says after a change, and what is wrong with it."""

    workflow: StoredWorkflow
    document: Mapping[str, Any]
    findings: Sequence[Finding]


class OneComment(Given, frozen=True):
    """Which comment on which workflow."""

    workflow: str
    comment: Id


class CommentGiven(Given, frozen=True):
    """What to say, and about what."""

    text: Text
    node: Id | None = None
    #: Two ends, each a node and a port.
    edge: tuple[End, End] | None = None
    #: Id of the comment that it answers.
    answers: Id | None = None


class CommentChanged(Given, frozen=True):
    """What is to be changed; what is left out stays."""

    #: Only who said it says it otherwise.
    text: Text | None = None
    resolved: bool | None = None


@endpoint("PATCH", "/workflows/{workflow}/draft", needs="workflow:write", tag="drafts")
async def edit_draft(call: Call, path: OneWorkflow, body: Editing) -> Reply[Edited]:
    """Change parts of a draft, all of them or none. `If-Match` names the revision that was read.

    Each edit has an `op`: `set_node`, `change_node`, `rename_node`, `remove_node`, `add_edge`,
    `remove_edge`, `set_setting`, `set_about`, `set_layout`, `set_note`, `remove_note`,
    `set_group`, `remove_group`, `set_fixture`, `remove_fixture`, `set_test`, `remove_test`,
    `add_comment`, `change_comment`, `resolve_comment`, `remove_comment`.
    """
    done = await _drafts(call).edit(call.scope, path.workflow, body.edits, seen=seen(call))
    await tell(call, "saved", done.workflow.id, revision=done.workflow.revision)
    edited = Edited(done.workflow, plain(done.document), call.kernel.validate(done.document))
    return Reply(value=edited, etag=str(done.workflow.revision))


@endpoint("GET", "/workflows/{workflow}/comments", needs="comment:read", tag="drafts")
async def list_comments(call: Call, path: OneWorkflow) -> Page[Comment]:
    """What was said about a workflow, in the order in which it was said."""
    return Page(await _drafts(call).comments(call.scope, path.workflow))


@endpoint("POST", "/workflows/{workflow}/comments", needs="comment:write", status=201, tag="drafts")
async def add_comment(call: Call, path: OneWorkflow, body: CommentGiven) -> Comment:
    """Say something about a node, an edge or the workflow, or answer what was said."""
    edit = AddComment(
        id=new_id(), text=body.text, node=body.node, edge=body.edge, answers=body.answers
    )
    return comment_of(await _said(call, path.workflow, edit), str(edit.id))


@endpoint("PATCH", "/workflows/{workflow}/comments/{comment}", needs="comment:write", tag="drafts")
async def change_comment(call: Call, path: OneComment, body: CommentChanged) -> Comment:
    """Say something else, or settle what was said."""
    edits: list[CommentEdit] = []
    if body.text is not None:
        edits.append(ChangeComment(id=path.comment, text=body.text))
    if body.resolved is not None:
        edits.append(ResolveComment(id=path.comment, resolved=body.resolved))
    if not edits:
        hint = "Send a text, or whether it is resolved."
        raise BadRequest("There is nothing to change.", hint=hint)
    document = await _said(call, path.workflow, *edits)
    return comment_of(document, path.comment)


@endpoint("DELETE", "/workflows/{workflow}/comments/{comment}", needs="comment:write", tag="drafts")
async def remove_comment(call: Call, path: OneComment) -> None:
    """Take back what one has said, with its answers."""
    await _said(call, path.workflow, RemoveComment(id=path.comment))


async def _said(call: Call, workflow: str, *edits: CommentEdit) -> Document:
    return await _drafts(call).comment(call.scope, workflow, edits)


def _drafts(call: Call) -> Drafts:
    kernel = call.kernel
    return Drafts(call.server.db, kernel.workflows, kernel.plugins, kernel.host.clock)


ENDPOINTS = [edit_draft, list_comments, add_comment, change_comment, remove_comment]
