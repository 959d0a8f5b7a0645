"""Nodes of markup: XML, HTML, HTML Extract and Markdown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from penstock_node_n8n.source import Mapped, Mapper, Source

_READING = {
    "attrkey": "attribute_key",
    "charkey": "text_key",
    "explicitArray": "always_arrays",
    "explicitRoot": "with_root",
    "ignoreAttrs": "ignore_attributes",
    "mergeAttrs": "merge_attributes",
    "normalize": "normalize",
    "normalizeTags": "lower_names",
    "trim": "trim",
}
_WRITING = {
    "attrkey": "attribute_key",
    "charkey": "text_key",
    "rootName": "root",
    "headless": "headless",
    "cdata": "cdata",
}


def _options(source: Source, words: Mapping[str, str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for theirs, ours in words.items():
        value = source.get(f"options.{theirs}")
        if value is not None:
            found[ours] = value
    return found


def _xml(source: Source) -> Mapped:
    mode = source.one_of("mode", {"xmlToJson": "read", "jsonToxml": "write"}, "xmlToJson")
    field = source.text("dataPropertyName", "data")
    if mode == "read":
        config: dict[str, Any] = {"mode": mode, "field": field}
        config["reading"] = _options(source, _READING)
    else:
        source.get("options.allowSurrogateChars")  # ours always writes them
        config = {"mode": mode, "output_field": field, "writing": _options(source, _WRITING)}
    return Mapped(type="penstock/data.xml", config=config)


MAPPINGS: Mapping[str, Mapper] = {"n8n-nodes-base.xml": _xml}
