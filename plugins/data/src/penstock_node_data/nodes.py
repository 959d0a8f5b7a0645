"""The list of nodes."""

from __future__ import annotations

from penstock_node_data.set_fields import SetFields
from penstock_node_data.sort import Sort

NODES = (SetFields, Sort)
