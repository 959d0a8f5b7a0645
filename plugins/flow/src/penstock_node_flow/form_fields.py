"""The fields of forms, and what a page shows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from penstock_sdk import Context, boolean, list_of, options, text
from penstock_sdk import json as json_field
from penstock_sdk.loose import tables

_FIELD_TYPES = {
    "text": "Text",
    "textarea": "Text of several lines",
    "number": "Number",
    "email": "Email address",
    "password": "Password",
    "date": "Date",
    "dropdown": "Choice",
    "checkbox": "Several choices",
    "file": "File",
    "hidden": "Hidden value",
}
FIELDS = list_of(
    {
        "label": text(title="Label", expression=False),
        "name": text("", title="Name", hint="The label where it is empty.", expression=False),
        "type": options(_FIELD_TYPES, default="text", title="Type", expression=False),
        "required": boolean(False, title="Required", expression=False),
        "choices": text("", title="Choices", hint="With commas.", expression=False),
        "placeholder": text("", title="Placeholder", expression=False),
        "default": json_field(None, title="Default", expression=False),
    },
    default=(),
    title="Fields",
)


def form_shown(ctx: Context) -> Mapping[str, Any]:
    """What the page of a form shows, for `Wait.shows`."""
    return {
        "title": ctx.param("title") or ctx.workflow_name,
        "message": ctx.param("message"),
        "button": ctx.param("button"),
        "fields": [dict(row) for row in tables(ctx.param("fields"))],
    }
