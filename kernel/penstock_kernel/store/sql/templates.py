"""Templates of a workspace: workflows to begin with."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import ClassVar

import msgspec
from sqlalchemy import Connection, delete, func, insert, select, tuple_

from penstock_kernel.store.scope import Scope
from penstock_kernel.store.sql import codec
from penstock_kernel.store.sql.rows import Row, all_rows, first_row
from penstock_kernel.store.sql.tables import templates
from penstock_sdk import PenstockError

_T = templates.c
MOST_TEMPLATES = 1_000
_LISTED = [_T[name] for name in ("id", "name", "description", "author", "created_ms")]


class TemplateMissing(PenstockError):
    """There is no such template."""

    code: ClassVar[str] = "template.missing"


class TemplateInvalid(PenstockError):
    """There are as many templates as there may be."""

    code: ClassVar[str] = "template.invalid"


class Template(msgspec.Struct, frozen=True, kw_only=True):
    """A template, without its document."""

    id: str
    name: str
    description: str
    author: str
    created_ms: int


class TemplateGiven(msgspec.Struct, frozen=True, kw_only=True):
    """What a template is to be."""

    name: str
    description: str
    #: The canonical text of the document.
    text: str


def listed(
    connection: Connection, scope: Scope, *, part: str = "", after: str = "", most: int = 50
) -> Sequence[Template]:
    """The templates of a workspace, by name; those that follow a `cursor`."""
    scope.require("template:read")
    found = select(*_LISTED).where(_T.workspace_id == scope.workspace)
    if part:
        found = found.where(func.lower(_T.name).contains(part.lower(), autoescape=True))
    if after:
        template, _, name = after.partition(".")
        found = found.where(tuple_(_T.name, _T.id) > tuple_(name, template))
    rows = all_rows(connection.execute(found.order_by(_T.name, _T.id).limit(most)))
    return [_template(row) for row in rows]


def cursor(template: str, name: str) -> str:
    """Where a page that ends with this template is followed by the next, even if it goes."""
    return f"{template}.{name}"


def get(connection: Connection, scope: Scope, template: str) -> tuple[Template, str]:
    """One template, and the text of its document.

    Raises:
        TemplateMissing: There is none with this id.
    """
    scope.require("template:read")
    own = (_T.id == template) & (_T.workspace_id == scope.workspace)
    row = first_row(connection.execute(select(templates).where(own)))
    if row is None:
        raise missing(template)
    return _template(row), codec.unpack(row["content"], str)


def add(connection: Connection, scope: Scope, given: TemplateGiven, now_ms: int) -> Template:
    """Keep a template.

    Raises:
        TemplateInvalid: It is one too many.
    """
    scope.require("template:write")
    own = select(func.count()).where(_T.workspace_id == scope.workspace)
    if connection.execute(own).scalar_one() >= MOST_TEMPLATES:
        message = f"There are {MOST_TEMPLATES:,} templates already."
        raise TemplateInvalid(message, hint="Remove some that are not used.")
    row = {
        "id": f"tp_{os.urandom(8).hex()}",
        "workspace_id": scope.workspace,
        "name": given.name,
        "description": given.description,
        "content": codec.pack(given.text),
        "author": scope.actor,
        "created_ms": now_ms,
    }
    connection.execute(insert(templates).values(row))
    return _template(row)


def remove(connection: Connection, scope: Scope, template: str) -> None:
    """Forget a template.

    Raises:
        TemplateMissing: There is none with this id.
    """
    scope.require("template:delete")
    own = (_T.id == template) & (_T.workspace_id == scope.workspace)
    if not connection.execute(delete(templates).where(own)).rowcount:
        raise missing(template)


def missing(template: str) -> TemplateMissing:
    """What somebody is told who names one that is not there."""
    hint = "Look at the list of templates."
    return TemplateMissing(f"There is no template {template[:80]!r}.", hint=hint)


def _template(row: Row) -> Template:
    return Template(**{name: row[name] for name in Template.__struct_fields__})
