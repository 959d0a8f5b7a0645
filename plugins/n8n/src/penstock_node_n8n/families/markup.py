"""Nodes of markup: XML, HTML, HTML Extract and Markdown."""

from __future__ import annotations

import re
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


_PLACE = re.compile(r"\{\{((?:[^}]++|\}(?!\}))*+)\}\}")
_MEMBERS = re.compile(r"\$json(?:\.[A-Za-z_]\w*+|\[\d{1,6}\])++\Z")
_MEMBER = re.compile(r"\.[A-Za-z_]\w*+|\[\d{1,6}\]")


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
        template = f"={_PLACE.sub(_shown, template)}"
    return Mapped(type=_HTML, config={"mode": mode, "template": template})


def _shown(match: re.Match[str]) -> str:
    """n8n writes "undefined" and "null" into templates, where ours write nothing."""
    expression = match[1].strip().rstrip(";")
    if _MEMBERS.match(expression):
        first, *others = _MEMBER.findall(expression.removeprefix("$json"))
        steps = (f"?{step}" if step.startswith(".") else f"?.{step}" for step in others)
        expression = f"$json{first}{''.join(steps)}"
    return f"{{{{ String({expression}) }}}}"


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


_TO_HTML = {
    "openLinksInNewWindow": "new_window",
    "simplifiedAutoLink": "bare_links",
    "backslashEscapesHTMLTags": "",
    "customizedHeaderId": "custom_ids",
    "emoji": "emoji",
    "encodeEmails": "",
    "ghCodeBlocks": "fences",
    "completeHTMLDocument": "whole_page",
    "headerLevelStart": "first_level",
    "ghMentions": "mentions",
    "ghMentionsLink": "mention_link",
    "ghCompatibleHeaderId": "github_ids",
    "prefixHeaderId": "id_prefix",
    "rawPrefixHeaderId": "raw_id_prefix",
    "literalMidWordUnderscores": "",
    "parseImgDimensions": "image_sizes",
    "noHeaderId": "no_ids",
    "requireSpaceBeforeHeadingText": "space_before_heading",
    "simpleLineBreaks": "line_breaks",
    "smartIndentationFix": "",
    "smoothLivePreview": "",
    "spaceIndentedSublists": "",
    "disableForced4SpacesIndentedSublists": "",
    "splitAdjacentBlockquotes": "",
    "strikethrough": "strikethrough",
    "tables": "tables",
    "tablesHeaderId": "table_ids",
    "tasklists": "tasks",
}
_TO_MARKDOWN = {
    "bulletMarker": "bullet",
    "codeFence": "code_fence",
    "emDelimiter": "emphasis",
    "strongDelimiter": "strong",
    "blockElements": "block_elements",
    "keepDataImages": "data_images",
    "maxConsecutiveNewlines": "max_line_ends",
    "useLinkReferenceDefinitions": "references",
}
#: n8n converts these even where they are to be ignored.
_NEVER_IGNORED = frozenset({"h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "a", "pre"})


def _markdown(source: Source) -> Mapped:
    words = {"htmlToMarkdown": "to_markdown", "markdownToHtml": "to_html"}
    mode = source.one_of("mode", words, "htmlToMarkdown")
    config: dict[str, Any] = {
        "mode": mode,
        "output_field": source.text("destinationKey", "data"),
    }
    if mode == "to_html":
        config["source"] = source.get("markdown", "")
        found = _options(source, _TO_HTML)
        found.pop("", None)  # what ours does always, or has no use for
        config["html_options"] = found
        return Mapped(type="penstock/data.markdown", config=config)
    config["source"] = source.get("html", "")
    config["markdown_options"] = _options(source, _TO_MARKDOWN)
    names = source.names("options.ignore")
    if names:
        left = [name for name in names if name not in _NEVER_IGNORED]
        config["markdown_options"]["ignore"] = ", ".join(left)
    if source.get("options.codeBlockStyle") == "indented":
        config["markdown_options"]["indented_code"] = True
    config["replacements"] = [
        {"pattern": row.get("pattern", ""), "replacement": row.get("replacement", "")}
        for row in source.rows("options.textReplace.values")
    ]
    return Mapped(type="penstock/data.markdown", config=config)


MAPPINGS: Mapping[str, Mapper] = {
    "n8n-nodes-base.markdown": _markdown,
    "n8n-nodes-base.xml": _xml,
    "n8n-nodes-base.html": _html,
    "n8n-nodes-base.htmlExtract": _extract,
}
