"""The importer hook's answer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from penstock_node_n8n.convert import convert
from penstock_node_n8n.reading import workflows_in
from penstock_sdk.importing import Imported


class N8nImporter:
    """`penstock import n8n FILE`."""

    name = "n8n"

    def matches(self, data: Any) -> bool:
        """Is there a workflow of n8n in this?"""
        return bool(workflows_in(data))

    def convert(self, data: Any) -> Sequence[Imported]:
        """The workflows of the file.

        Raises:
            NodeFailed: There is none that can be read.
        """
        return convert(data)
