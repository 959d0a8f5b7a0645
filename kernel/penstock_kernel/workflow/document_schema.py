"""The JSON Schema of the workflow document, made from its types so that the two cannot differ."""

from __future__ import annotations

from typing import Any

import msgspec

from penstock_kernel.workflow.document import Document

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def document_schema() -> dict[str, Any]:
    """The schema of format `penstock/1`, JSON Schema 2020-12."""
    schemas, components = msgspec.json.schema_components([Document], ref_template="#/$defs/{name}")
    (schema,) = schemas
    return {
        "$schema": DIALECT,
        "$id": "penstock-1.schema.json",
        "title": "Workflow document, format penstock/1",
        **schema,
        "$defs": components,
    }


def document_schema_text() -> str:
    """The text of the published file."""
    return (
        msgspec.json.format(msgspec.json.encode(document_schema(), order="sorted"), indent=2)
        .decode()
        .rstrip("\n")
        + "\n"
    )
