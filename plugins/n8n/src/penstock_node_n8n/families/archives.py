"""Compression."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from penstock_node_n8n.source import Mapped, Mapper, Source


def _compression(source: Source) -> Mapped:
    words = {"compress": "compress", "decompress": "decompress"}
    operation = source.one_of("operation", words, "decompress")
    config: dict[str, Any] = {
        "operation": operation,
        "files": source.text("binaryPropertyName", "data"),
    }
    if operation == "decompress":
        config["prefix"] = source.text("outputPrefix", "file_")
        return Mapped(type="penstock/data.compression", config=config)
    first = "gzip" if source.version < 1.1 else "zip"
    config |= {
        "format": source.one_of("outputFormat", {"zip": "zip", "gzip": "gzip"}, first),
        "file_name": source.text("fileName"),
        "output_file": source.text("binaryPropertyOutput", "data"),
    }
    return Mapped(type="penstock/data.compression", config=config)


MAPPINGS: Mapping[str, Mapper] = {"n8n-nodes-base.compression": _compression}
