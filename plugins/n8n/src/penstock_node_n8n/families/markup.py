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


_HTML = "penstock/data.html"
_TAKES = {"text": "text", "attribute": "attribute", "html": "html", "value": "value"}
_FIRST_TEMPLATE = """<!DOCTYPE html>

<html>
<head>
  <meta charset="UTF-8" />
  <title>My HTML document</title>
</head>
<body>
  <div class="container">
    <h1>This is an H1 heading</h1>
    <h2>This is an H2 heading</h2>
    <p>This is a paragraph</p>
  </div>
</body>
</html>

<style>
.container {
  background-color: #ffffff;
  text-align: center;
  padding: 16px;
  border-radius: 8px;
}

h1 {
  color: #ff6d5a;
  font-size: 24px;
  font-weight: bold;
  padding: 8px;
}

h2 {
  color: #909399;
  font-size: 18px;
  font-weight: bold;
  padding: 8px;
}
</style>

<script>
console.log("Hello World!");
</script>"""


def _html(source: Source) -> Mapped:
    words = {
        "generateHtmlTemplate": "generate",
        "extractHtmlContent": "extract",
        "convertToHtmlTable": "table",
    }
    mode = source.one_of("operation", words, "generateHtmlTemplate")
    if mode == "extract":
        return _extract(source)
    if mode == "table":
        return _table(source)
    template = source.text("html", _FIRST_TEMPLATE)
    if "{{" in template and not template.startswith("="):
        template = f"={template}"
    return Mapped(type=_HTML, config={"mode": mode, "template": template})


def _table(source: Source) -> Mapped:
    words = {
        "caption": "caption",
        "capitalize": "capitalize",
        "customStyling": "unstyled",
        "tableAttributes": "table_attributes",
        "headerAttributes": "head_attributes",
        "rowAttributes": "row_attributes",
        "cellAttributes": "cell_attributes",
    }
    more = _options(source, words)
    config = {"mode": "table", "output_field": "table", "more": more}
    return Mapped(type=_HTML, config=config)


def _extract(source: Source) -> Mapped:
    words = {"trimValues": "trim", "cleanUpText": "clean_up"}
    config: dict[str, Any] = {
        "mode": "extract",
        "source": source.one_of("sourceData", {"json": "field", "binary": "file"}, "json"),
        "field": source.text("dataPropertyName", "data"),
        "values": [_value(source, row) for row in source.rows("extractionValues.values")],
        "more": _options(source, words),
    }
    return Mapped(type=_HTML, config=config)


def _value(source: Source, row: Mapping[str, Any]) -> dict[str, Any]:
    take = _TAKES.get(str(row.get("returnValue", "text")), "text")
    if take == "text" and (source.type.endswith(".htmlExtract") or source.version < 1.2):
        take = "content"
    return {
        "name": row.get("key", ""),
        "selector": row.get("cssSelector", ""),
        "take": take,
        "attribute": row.get("attribute", "") if take == "attribute" else "",
        "skip": row.get("skipSelectors", "") if take == "text" else "",
        "as_list": row.get("returnArray", False),
    }


MAPPINGS: Mapping[str, Mapper] = {
    "n8n-nodes-base.xml": _xml,
    "n8n-nodes-base.html": _html,
    "n8n-nodes-base.htmlExtract": _extract,
}
