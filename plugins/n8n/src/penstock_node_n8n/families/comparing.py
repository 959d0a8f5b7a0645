"""The node that compares two sets of items."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from penstock_node_n8n.source import Mapped, Mapper, Source
from penstock_sdk.loose import tables

_RESOLVE = {"includeBoth": "both", "preferInput1": "a", "preferInput2": "b", "mix": "mix"}
_PREFER = {"input1": "a", "input2": "b"}


def _compare(source: Source) -> Mapped:
    fields = [
        {"left": row.get("field1", ""), "right": row.get("field2", "")}
        for row in tables(source.get("mergeByFields.values"))
    ]
    default = "includeBoth" if source.version >= 2 else "preferInput2"
    config: dict[str, Any] = {
        "fields_to_match": fields,
        "resolve": source.one_of("resolve", _RESOLVE, default),
    }
    if config["resolve"] == "mix":
        config["prefer"] = source.one_of("preferWhenMix", _PREFER, "input1")
        config["except_fields"] = source.text("exceptWhenMix")
    if source.get("fuzzyCompare", source.get("options.fuzzyCompare")) is True:
        config["fuzzy"] = True
    if source.get("options.multipleMatches") == "all":
        config["multiple"] = "all"
    skipped = source.text("options.skipFields")
    if skipped:
        config["skip_fields"] = skipped
    if source.get("options.disableDotNotation") is True:
        config["dots"] = False
    if source.version < 2:
        config["version_names"] = "input1, input2"
    return Mapped(
        type="penstock/flow.compare",
        config=config,
        inputs=("a", "b"),
        outputs=("only_a", "same", "different", "only_b"),
    )


MAPPINGS: Mapping[str, Mapper] = {"n8n-nodes-base.compareDatasets": _compare}
