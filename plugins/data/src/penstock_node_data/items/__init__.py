"""Nodes that change, order, group and compare items."""

from penstock_node_data.items.aggregate import Aggregate
from penstock_node_data.items.deduplicate import RemoveDuplicates
from penstock_node_data.items.rename_fields import RenameFields
from penstock_node_data.items.set_fields import SetFields
from penstock_node_data.items.sort import Sort
from penstock_node_data.items.split_out import SplitOut
from penstock_node_data.items.summarize import Summarize
from penstock_sdk import Node

NODES: tuple[type[Node], ...] = (
    SetFields,
    RenameFields,
    Sort,
    SplitOut,
    Aggregate,
    Summarize,
    RemoveDuplicates,
)
