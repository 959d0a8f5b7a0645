"""Imports workflows of Mini-N8N."""

from __future__ import annotations

from collections.abc import Sequence

from penstock_sdk.hooks import hookimpl
from penstock_sdk.importing import Importer


@hookimpl
def register_importers() -> Sequence[Importer]:
    """The importers of this package."""
    # Needed when a file is converted, not whenever a workflow is run.
    from penstock_node_mini_n8n.importer import MiniN8nImporter  # noqa: PLC0415

    return [MiniN8nImporter()]
