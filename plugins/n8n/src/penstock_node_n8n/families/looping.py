"""Nodes that go round, cut lists short, wait, and end."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from penstock_node_n8n.source import Mapped, Mapper, Source


def _split_in_batches(source: Source) -> Mapped:
    default = 1 if source.version >= 3 else 10
    config: dict[str, Any] = {"batch_size": source.get("batchSize", default)}
    reset = source.flag("options.reset")
    if reset is not False:
        config["reset"] = reset
    # What comes first was turned round in version 3; before, there was only one output at first.
    outputs = ("done", "loop") if source.version >= 3 else ("loop", "done")
    return Mapped(type="penstock/flow.loop", config=config, outputs=outputs)


def _limit(source: Source) -> Mapped:
    keep = source.one_of("keep", {"firstItems": "first", "lastItems": "last"}, "firstItems")
    config = {"max_items": source.get("maxItems", 1), "keep": keep}
    return Mapped(type="penstock/flow.limit", config=config)


def _stop(source: Source) -> Mapped:
    kind = source.one_of(
        "errorType", {"errorMessage": "message", "errorObject": "object"}, "errorMessage"
    )
    if kind == "object":
        config = {"error_type": "object", "data": source.get("errorObject", "")}
        return Mapped(type="penstock/flow.stop", config=config, outputs=())
    config = {"message": source.get("errorMessage", "")}
    return Mapped(type="penstock/flow.stop", config=config, outputs=())


MAPPINGS: Mapping[str, Mapper] = {
    "n8n-nodes-base.splitInBatches": _split_in_batches,
    "n8n-nodes-base.limit": _limit,
    "n8n-nodes-base.stopAndError": _stop,
}
