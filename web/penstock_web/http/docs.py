"""The description of the API as a page that works without a network and without scripts."""

from __future__ import annotations

import json
import re
from html import escape
from typing import Any

_CODE = re.compile("`([^`]+)`")
_STYLE = """
:root{color-scheme:light dark;font:16px/1.5 system-ui,sans-serif}
body{max-width:60rem;margin:2rem auto;padding:0 1rem}
h2{margin-top:2.5rem;text-transform:capitalize}
details{border:1px solid #8886;border-radius:6px;margin:.4rem 0;padding:.4rem .8rem}
summary{cursor:pointer}
b{display:inline-block;min-width:4rem;font-family:ui-monospace,monospace}
code,pre{font:14px/1.45 ui-monospace,monospace}
pre{overflow:auto;padding:.6rem;background:#8882;border-radius:6px}
table{border-collapse:collapse;width:100%}
td,th{text-align:left;padding:.2rem .6rem .2rem 0;vertical-align:top}
nav a{margin-right:1rem}
"""


def page(document: dict[str, Any]) -> str:
    """The page for a description."""
    by_tag: dict[str, list[str]] = {}
    for path, operations in document["paths"].items():
        for method, one in operations.items():
            by_tag.setdefault(one["tags"][0], []).append(_operation(method, path, one))
    links = " ".join(f'<a href="#{escape(tag)}">{escape(tag)}</a>' for tag in sorted(by_tag))
    about = {tag["name"]: tag.get("description", "") for tag in document["tags"]}
    parts = [
        f'<h2 id="{escape(tag)}">{escape(tag)}</h2><p>{_said(about[tag])}</p>{"".join(by_tag[tag])}'
        for tag in sorted(by_tag)
    ]
    info = document["info"]
    return (
        "<!doctype html><html lang=en><meta charset=utf-8>"
        "<meta name=viewport content='width=device-width,initial-scale=1'>"
        f"<title>API of {escape(info['title'])}</title><style>{_STYLE}</style>"
        f"<h1>API of {escape(info['title'])} {escape(info['version'])}</h1>"
        "<p>For programs: <a href='/api/v1/openapi.json'>openapi.json</a>. Send a token as "
        "<code>Authorization: Bearer …</code>.</p>"
        f"<nav>{links}</nav>{''.join(parts)}{_schemas(document['components']['schemas'])}</html>"
    )


def _operation(method: str, path: str, one: dict[str, Any]) -> str:
    head = f"<b>{method.upper()}</b> <code>{escape(path)}</code> — {escape(one['summary'])}"
    body = one.get("requestBody", {}).get("content", {})
    answers = "".join(
        f"<p>Answer {escape(status)}: {_said(answer['description'])}</p>"
        f"{_content(answer.get('content', {}))}"
        for status, answer in one["responses"].items()
        if "$ref" not in answer
    )
    return (
        f'<details id="{escape(one["operationId"])}"><summary>{head}</summary>'
        f"<p>{_said(one['description'])}</p>{_parameters(one['parameters'])}"
        f"{'<p>Body:</p>' + _content(body) if body else ''}{answers}</details>"
    )


def _parameters(parameters: list[dict[str, Any]]) -> str:
    rows = "".join(
        f"<tr><td><code>{escape(one['name'])}</code><td>{escape(one['in'])}"
        f"{', required' if one['required'] else ''}<td>{_kind(one['schema'])}"
        f"<td>{_said(one.get('description', ''))}"
        for one in parameters
    )
    return f"<table>{rows}</table>" if rows else ""


def _said(text: str) -> str:
    """A text with its `code` as such, and its lines."""
    return _CODE.sub(r"<code>\1</code>", escape(text)).replace("\n", "<br>")


def _content(content: dict[str, Any]) -> str:
    return "".join(
        f"<p><code>{escape(media)}</code>: {_kind(one.get('schema', {}))}</p>"
        for media, one in content.items()
    )


def _kind(schema: dict[str, Any]) -> str:
    if "$ref" in schema:
        name = escape(schema["$ref"].rpartition("/")[2])
        return f'<a href="#schema-{name}">{name}</a>'
    if "items" in schema:
        return f"list of {_kind(schema['items'])}"
    if "anyOf" in schema:
        return " or ".join(_kind(one) for one in schema["anyOf"])
    if "enum" in schema:
        return escape(" | ".join(map(str, schema["enum"])))
    return escape(str(schema.get("type", "anything")))


def _schemas(schemas: dict[str, Any]) -> str:
    parts = "".join(
        f'<details id="schema-{escape(name)}"><summary>{escape(name)}</summary>'
        f"<pre>{escape(json.dumps(schema, indent=2, ensure_ascii=False))}</pre></details>"
        for name, schema in schemas.items()
    )
    return f'<h2 id="schemas">Types</h2>{parts}'
