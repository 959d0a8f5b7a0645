"""Everything a node author needs: the public list, nothing else.

`hooks`, `manifest`, `schema` and `testing` are imported by name, because they need the host's
libraries; what stands here works inside the Python guest as well.
"""

from penstock_sdk.context import Column, Context
from penstock_sdk.errors import NodeFailed, PartlyFailed, PenstockError, RetryLater
from penstock_sdk.fields import (
    Field,
    boolean,
    code,
    collection,
    conditions,
    credential,
    date_time,
    fixed_collection,
    integer,
    json,
    key_value,
    list_of,
    multi_options,
    notice,
    number,
    options,
    resource,
    text,
)
from penstock_sdk.item import BinaryRef, Item, Output, Parent, Result, Wait
from penstock_sdk.node import Choice, Effects, Event, Node, Port, Ports, Retry, Trigger

__all__ = [
    "BinaryRef",
    "Choice",
    "Column",
    "Context",
    "Effects",
    "Event",
    "Field",
    "Item",
    "Node",
    "NodeFailed",
    "Output",
    "Parent",
    "PartlyFailed",
    "PenstockError",
    "Port",
    "Ports",
    "Result",
    "Retry",
    "RetryLater",
    "Trigger",
    "Wait",
    "boolean",
    "code",
    "collection",
    "conditions",
    "credential",
    "date_time",
    "fixed_collection",
    "integer",
    "json",
    "key_value",
    "list_of",
    "multi_options",
    "notice",
    "number",
    "options",
    "resource",
    "text",
]
