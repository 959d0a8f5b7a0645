"""Imports workflows of n8n."""

from __future__ import annotations

from collections.abc import Sequence

from penstock_sdk.hooks import hookimpl
from penstock_sdk.importing import Importer


@hookimpl
def register_importers() -> Sequence[Importer]:
    """The importers of this package."""
    # The mappings are needed when a file is converted, not whenever a workflow is run.
    from penstock_node_n8n.importer import N8nImporter  # noqa: PLC0415

    return [N8nImporter()]
