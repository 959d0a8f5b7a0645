"""Say something about a node, an edge or the whole workflow; answer it, and settle it.

The rules:

* A comment is about a node, an edge, or, naming neither, the workflow. An answer is about what the
  comment is about that it answers, and answers of answers belong to the first one.
* Settling a comment settles its answers with it. A comment that goes takes its answers along.
* Who said it and when is never for the one to say who sends it.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from penstock_kernel.workflow.document import Comment, Document, End, Id
from penstock_kernel.workflow.edit_refused import Edit, EditRefused

Text = Annotated[str, Meta(min_length=1, max_length=50_000)]
MOST_COMMENTS = 2_000


class By(msgspec.Struct, frozen=True):
    """Who makes edits, and when, in ISO 8601."""

    author: str = ""
    at: str = ""


class AddComment(Edit, frozen=True, kw_only=True, tag="add_comment"):
    """Say something about a node, an edge or the workflow, or answer what was said."""

    text: Text
    #: Of the new comment; by default one is made up.
    id: Id | None = None
    node: Id | None = None
    edge: tuple[End, End] | None = None
    #: Id of the comment that this one answers.
    answers: Id | None = None


class ChangeComment(Edit, frozen=True, kw_only=True, tag="change_comment"):
    """Say something else."""

    id: Id
    text: Text


class ResolveComment(Edit, frozen=True, kw_only=True, tag="resolve_comment"):
    """Settle what was said, or open it again."""

    id: Id
    resolved: bool = True


class RemoveComment(Edit, frozen=True, kw_only=True, tag="remove_comment"):
    """Take back what was said, with its answers."""

    id: Id


CommentEdit = AddComment | ChangeComment | ResolveComment | RemoveComment


def commented(document: Document, edit: CommentEdit, by: By) -> Mapping[str, Any]:
    """The comments of a document after an edit.

    Raises:
        EditRefused: It cannot be made.
    """
    if isinstance(edit, AddComment):
        return {"comments": [*document.comments, _new(document, edit, by)]}
    known = comment_of(document, edit.id)
    if isinstance(edit, ChangeComment):
        changed = msgspec.structs.replace(known, text=edit.text)
        return {"comments": [changed if one is known else one for one in document.comments]}
    thread = {known.id, *(one.id for one in document.comments if one.answers == known.id)}
    if isinstance(edit, RemoveComment):
        return {"comments": [one for one in document.comments if one.id not in thread]}
    return {
        "comments": [
            msgspec.structs.replace(one, resolved=edit.resolved) if one.id in thread else one
            for one in document.comments
        ]
    }


def new_id() -> str:
    """An id for a comment."""
    return f"cm_{os.urandom(8).hex()}"


def comment_of(document: Document, comment: str) -> Comment:
    """A comment by its id.

    Raises:
        EditRefused: There is none.
    """
    for one in document.comments:
        if one.id == comment:
            return one
    message = f"There is no comment {comment!r}."
    raise EditRefused(message, "Read the draft again: somebody may have removed it.")


def _new(document: Document, edit: AddComment, by: By) -> Comment:
    if len(document.comments) >= MOST_COMMENTS:
        message = f"There are {MOST_COMMENTS:,} comments already."
        raise EditRefused(message, "Remove some that are settled.")
    if edit.id is not None and any(one.id == edit.id for one in document.comments):
        raise EditRefused(f"There is a comment {edit.id!r} already.", "Leave the id out.")
    node, edge, answers = edit.node, edit.edge, edit.answers
    if answers is not None:
        first = comment_of(document, answers)
        node, edge, answers = first.node, first.edge, first.answers or first.id
    else:
        _check_subject(document, edit)
    return Comment(
        id=edit.id or new_id(),
        text=edit.text,
        node=node,
        edge=edge,
        answers=answers,
        author=by.author or None,
        at=by.at or None,
    )


def _check_subject(document: Document, edit: AddComment) -> None:
    if edit.node is not None and edit.edge is not None:
        raise EditRefused("A comment is about a node or about an edge.", "Name one of them.")
    named: Sequence[str] = [edit.node] if edit.node is not None else []
    if edit.edge is not None:
        named = [end[0] for end in edit.edge]
    known = {one.id for one in document.nodes}
    for name in named:
        if name not in known:
            message = f"There is no node {name!r}."
            raise EditRefused(message, "Read the draft again: somebody may have removed it.")
