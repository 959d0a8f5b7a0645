"""Imports a cURL command as a workflow with one request."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from penstock_node_http.curl import from_curl
from penstock_sdk.importing import Imported, ImportedNode


class CurlImporter:
    """`penstock import curl FILE`."""

    name = "curl"

    def matches(self, data: Any) -> bool:
        """Is this text a cURL command?"""
        return isinstance(data, str) and data.lstrip().startswith(("curl ", "curl.exe "))

    def convert(self, data: Any) -> Sequence[Imported]:
        """A workflow that sends the same request.

        Raises:
            NodeFailed: The command cannot be read, or sends a file of the machine.
        """
        nodes: list[dict[str, Any]] = [
            {"id": "start", "name": "Start", "type": "penstock/flow.manual"},
            {
                "id": "request",
                "name": "HTTP Request",
                "type": "penstock/http.request",
                "config": from_curl(str(data).strip()),
            },
        ]
        document: dict[str, Any] = {
            "format": "penstock/1",
            "name": "Imported from cURL",
            "nodes": nodes,
            "edges": [{"from": ["start", "main"], "to": ["request", "main"]}],
            "layout": {"start": [0, 300], "request": [240, 300]},
        }
        return [Imported(document=document, nodes=[ImportedNode(type="curl", mapped=True)])]
