"""The importer hook's answer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from penstock_node_mini_n8n.convert import convert
from penstock_node_mini_n8n.reading import matches
from penstock_sdk.importing import Imported


class MiniN8nImporter:
    """`penstock import mini-n8n FILE`."""

    name = "mini-n8n"

    def matches(self, data: Any) -> bool:
        """Is this a workflow of Mini-N8N?"""
        return matches(data)

    def convert(self, data: Any) -> Sequence[Imported]:
        """The workflow of the file.

        Raises:
            NodeFailed: It is none, or beyond a limit.
        """
        return convert(data)
