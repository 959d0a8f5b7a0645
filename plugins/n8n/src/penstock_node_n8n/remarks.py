"""The remarks that this importer makes, by code."""

from __future__ import annotations

from collections.abc import Mapping

from penstock_sdk.importing import Remark

#: Every code, with what it says. `docs/import-n8n.md` lists the same.
CODES: Mapping[str, str] = {
    "import.unknown_node": "there is no mapping for this node type; a placeholder keeps it",
    "import.unmapped": "the node, as it is set, has no counterpart; a placeholder keeps it",
    "import.unreadable": "a workflow of the file, or a part of one, cannot be read",
    "import.expression_unsupported": "an expression or code uses what is not offered here",
    "import.credential": "the node used a credential, which has to be chosen again",
    "import.workflow_reference": "another workflow is named by the id that it had",
    "import.parameter_unused": "a parameter has no counterpart and was left out",
    "import.parameter_changed": "a parameter does not do exactly the same",
    "import.node_unreadable": "an entry among the nodes is no node and was left out",
    "import.name_changed": "a node had a name that another one has, or that cannot be one",
    "import.edge_dropped": "a connection leads to or from what is not there",
    "import.pinned_data": "pinned data was left out, in whole or in part",
    "import.setting_unused": "a setting of the workflow or the node has no counterpart",
    "import.text_shortened": "a text was longer than allowed here",
}

_MAX_MESSAGE = 500
_MAX_REMARKS = 2_000


class Remarks:
    """Collects remarks; a hostile file cannot make more than a person could read."""

    def __init__(self) -> None:
        self.found: list[Remark] = []

    def add(
        self, code: str, message: str, *, node: str = "", field: str = "", blocks: bool = False
    ) -> None:
        """Note one, unless it is there already."""
        remark = Remark(
            code=code,
            message=message[:_MAX_MESSAGE],
            node=node,
            field=field[:_MAX_MESSAGE],
            blocks=blocks,
        )
        # What blocks is never left out: it decides whether the workflow is ready.
        if len(self.found) < _MAX_REMARKS or (blocks and not self._is_blocked()):
            self.found.append(remark)

    def _is_blocked(self) -> bool:
        return any(remark.blocks for remark in self.found)
