"""Move Binary Data and Read PDF, which later became Convert to File and Extract from File."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from penstock_node_n8n.families.files import CONVERT, EXTRACT, optional
from penstock_node_n8n.source import Mapped, Mapper, Source


def _move(source: Source) -> Mapped:
    words = {"binaryToJson": "read", "jsonToBinary": "write"}
    if source.one_of("mode", words, "binaryToJson") == "write":
        return _to_file(source)
    whole = source.get("setAllData", True) is not False
    encoding = source.text("options.encoding", "utf8")
    as_text = encoding == "base64" or source.get("options.keepAsBase64") is True
    parsed = whole or source.get("options.jsonParse") is True
    config: dict[str, Any] = {
        "format": "base64" if as_text and not whole else "json" if parsed else "text",
        "file": source.text("sourceKey", "data") or "data",
        "into": "" if whole else source.text("destinationKey", "data"),
        "encoding": "" if as_text else encoding,
        "missing": "skip",
    }
    if source.get("options.keepSource") is True:
        config["keep"] = "file"
    if source.get("options.stripBOM") is False:
        config["more"] = {"keep_bom": True}
    return Mapped(type=EXTRACT, config=config)


def _to_file(source: Source) -> Mapped:
    whole = source.get("convertAllData", True) is not False
    encoding = source.text("options.encoding", "utf8")
    raw = source.get("options.useRawData") is True
    in_base64 = encoding == "base64" or source.get("options.dataIsBase64") is True
    config: dict[str, Any] = {
        "format": "base64" if in_base64 and not whole else "json",
        "mode": "each",
        "source": "" if whole else source.text("sourceKey", "data"),
        "into": source.text("destinationKey", "data") or "data",
        "encoding": "utf-8" if in_base64 else encoding,
        "keep": "all" if source.get("options.keepSource") is True else "rest",
        "missing": "skip",
        "more": {"raw": raw, **optional(source, {"addBOM": "bom"})},
        **optional(source, {"fileName": "file_name", "mimeType": "media_type"}),
    }
    return Mapped(type=CONVERT, config=config)


def _pdf(source: Source) -> Mapped:
    config: dict[str, Any] = {
        "format": "pdf",
        "file": source.text("binaryPropertyName", "data") or "data",
        "keep": "both",
    }
    if source.get("encrypted") is True:
        config["more"] = {"password": source.text("password")}
    return Mapped(type=EXTRACT, config=config)


MAPPINGS: Mapping[str, Mapper] = {
    "n8n-nodes-base.moveBinaryData": _move,
    "n8n-nodes-base.readPDF": _pdf,
}
