"""HTML to Markdown.

The rules:

* Blocks are one empty line apart; code is fenced; tables are written with bars.
* Signs that Markdown would understand are escaped in texts.
* Scripts, styles and the head are left out, and what a person names.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast

from penstock_node_data.formats.flow import Flow
from penstock_node_data.formats.html_tree import attribute, parse, walk

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

# fmt: off
_BLOCKS = frozenset((
    "address", "article", "aside", "blockquote", "body", "center", "dd", "div", "dl", "dt",
    "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6",
    "header", "hr", "html", "li", "main", "menu", "nav", "ol", "p", "pre", "section", "summary",
    "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul", "details",
))
_LEFT_OUT = frozenset((
    "-comment", "area", "audio", "base", "canvas", "embed", "iframe", "link", "map", "meta",
    "noscript", "object", "param", "script", "source", "style", "svg", "template", "title",
    "track", "video",
))
# fmt: on
_ESCAPED = re.compile(r"[\\`*_~\[\]]")
_LINE_START = re.compile(r"^(\s*?)((?:\+\s)|[=>-]|(?:#{1,6}\s))|(?:(\d+)(\.\s))", re.MULTILINE)
_LEADING_SPACE = re.compile(
    r"\A(?:<!doctype[^>]*+>|<html(?:\s[^>]*+)?>|<head(?:\s[^>]*+)?>)*+\s", re.IGNORECASE
)
_STYLES = {
    "b": "strong",
    "strong": "strong",
    "i": "em",
    "em": "em",
    "del": "strike",
    "s": "strike",
    "strike": "strike",
}
_LANGUAGE = re.compile(r"\b(?:language|lang)-([\w+#-]{1,40})")
_TICKS = re.compile(r"`+")


class _Writer:
    """Takes the elements of a document on their way in and out."""

    def __init__(self, options: Mapping[str, Any]) -> None:
        self._options = options
        self._blocks = _BLOCKS | _names(options.get("block_elements"))
        self._signs = {
            "strong": str(options.get("strong") or "**"),
            "em": str(options.get("emphasis") or "_"),
            "strike": "~~",
        }
        self._flows = [Flow()]
        self._lists: list[int | None] = []
        self._starts: list[int] = []
        self._pre: list[str] | None = None
        self._code = 0
        self._rows: list[list[str]] = []
        self._tables = 0
        self.references: list[str] = []

    @property
    def _flow(self) -> Flow:
        return self._flows[-1]

    def text(self, text: str) -> None:
        if self._pre is not None:
            self._pre.append(text)
        elif self._code:
            self._flow.words(text)
        else:
            self._flow.words(_with_escapes(text))

    def enter(self, tag: str, node: LexborNode) -> None:
        if self._pre is not None:
            if tag == "br":
                self._pre.append("\n")
            return
        if tag in self._blocks and tag not in ("td", "th", "li"):
            self._flow.block(1 if tag in ("ul", "ol") and self._lists else 2)
        enter = getattr(self, f"_in_{tag}", None)
        if enter is not None:
            enter(node)
        elif tag in _STYLES or tag in ("a", "code") or _is_heading(tag):
            self._starts.append(self._flow.size)
            self._flows.append(Flow())
            self._code += tag == "code"

    def leave(self, tag: str, node: LexborNode) -> None:
        if self._pre is not None and tag != "pre":
            return
        leave = getattr(self, f"_out_{tag}", None)
        if leave is not None:
            leave(node)
        elif tag in _STYLES or tag in ("a", "code") or _is_heading(tag):
            self._close(tag, node)
        if tag in self._blocks and tag not in ("td", "th", "li"):
            self._flow.block(1 if tag in ("ul", "ol") and self._lists else 2)

    def _close(self, tag: str, node: LexborNode) -> None:
        inner = self._flows.pop()
        self._starts.pop()
        text = inner.taken().strip()
        if tag == "code":
            self._code -= 1
            shown = _ticked(text)
        elif tag == "a":
            shown = self._link(text, node)
        elif _is_heading(tag):
            shown = f"{'#' * int(tag[1])} {text}" if text else ""
        else:
            sign = self._signs[_STYLES[tag]]
            shown = f"{sign}{text}{sign}" if text else ""
        if inner.leading_space:
            self._flow.words(" ")
        if shown:
            self._flow.exact(shown)
        if inner.pending_space:
            self._flow.words(" ")

    def _link(self, text: str, node: LexborNode) -> str:
        address = attribute(node, "href")
        if not text or not address:
            return text
        title = attribute(node, "title")
        if address == text.replace("\\", "") and not title:
            return f"<{address}>"
        named = f' "{title}"' if title else ""
        target = address.replace(" ", "%20").replace("(", "%28").replace(")", "%29")
        if self._options.get("references"):
            self.references.append(f"[{len(self.references) + 1}]: {target}{named}")
            return f"[{text}][{len(self.references)}]"
        return f"[{text}]({target}{named})"

    def _in_img(self, node: LexborNode) -> None:
        source = attribute(node, "src")
        keeps = self._options.get("data_images")
        if not source or (source.startswith("data:") and not keeps):
            return
        title = attribute(node, "title")
        named = f' "{title}"' if title else ""
        self._flow.exact(f"![{attribute(node, 'alt')}]({source}{named})")

    def _in_br(self, _: LexborNode) -> None:
        self._flow.line_end("  \n")

    def _in_hr(self, _: LexborNode) -> None:
        self._flow.exact("---")

    def _in_pre(self, node: LexborNode) -> None:
        self._pre = []

    def _out_pre(self, node: LexborNode) -> None:
        text = "".join(self._pre or [])
        self._pre = None
        if not text.strip():
            return
        if self._options.get("indented_code"):
            lines = text.strip("\n").split("\n")
            self._flow.exact("\n".join(f"    {line}" for line in lines))
            return
        fence = str(self._options.get("code_fence") or "```")
        inner = node.css_first("code")
        classes = attribute(node, "class") + " " + (attribute(inner, "class") if inner else "")
        match = _LANGUAGE.search(classes)
        language = match[1] if match else ""
        self._flow.exact(f"{fence}{language}\n{text.strip(chr(10))}\n{fence}")

    def _in_blockquote(self, _: LexborNode) -> None:
        self._flows.append(Flow())

    def _out_blockquote(self, _: LexborNode) -> None:
        text = self._flows.pop().taken().strip("\n")
        if text:
            self._flow.exact("\n".join(f"> {line}" if line else ">" for line in text.split("\n")))

    def _in_ul(self, _: LexborNode) -> None:
        self._lists.append(None)

    def _in_ol(self, node: LexborNode) -> None:
        start = attribute(node, "start")
        self._lists.append(int(start) - 1 if start.isdecimal() and len(start) < 9 else 0)

    def _out_ul(self, _: LexborNode) -> None:
        self._lists.pop()

    _out_ol = _out_ul

    def _in_li(self, _: LexborNode) -> None:
        self._flows.append(Flow())

    def _out_li(self, _: LexborNode) -> None:
        text = self._flows.pop().taken().strip()
        prefix = f"{self._options.get('bullet') or '*'} "
        if self._lists and self._lists[-1] is not None:
            self._lists[-1] += 1
            prefix = f"{self._lists[-1]}. "
        self._flow.block(1)
        first, *others = text.split("\n")
        pad = " " * len(prefix)
        lines = [prefix + first, *((pad + line) if line else "" for line in others)]
        self._flow.exact("\n".join(lines))
        self._flow.block(1)

    def _in_table(self, _: LexborNode) -> None:
        self._tables += 1
        if self._tables == 1:
            self._rows = []

    def _in_tr(self, _: LexborNode) -> None:
        self._rows.append([])

    def _in_td(self, _: LexborNode) -> None:
        self._flows.append(Flow())

    def _out_td(self, _: LexborNode) -> None:
        text = " ".join(self._flows.pop().taken().split())
        if not self._tables:
            self._flow.words(text)
            return
        if not self._rows:
            self._rows.append([])
        self._rows[-1].append(text.replace("|", "\\|"))

    _in_th, _out_th = _in_td, _out_td

    def _out_table(self, _: LexborNode) -> None:
        self._tables -= 1
        rows = [row for row in self._rows if row]
        if self._tables or not rows:
            return
        width = max(len(row) for row in rows)
        lines = ["| " + " | ".join([*row, *[""] * (width - len(row))]) + " |" for row in rows]
        rule = "|" + " --- |" * width
        self._rows = []
        self._flow.exact("\n".join([lines[0], rule, *lines[1:]]))

    def result(self) -> str:
        text = self._flows[0].taken().strip("\n")
        if self.references:
            text = "\n".join([text, "", *self.references])
        return text


def _is_heading(tag: str) -> bool:
    return len(tag) == 2 and tag[0] == "h" and tag[1] in "123456"


def _with_escapes(text: str) -> str:
    text = _ESCAPED.sub(r"\\\g<0>", text)
    return _LINE_START.sub(_line_start, text)


def _line_start(match: re.Match[str]) -> str:
    return f"{match[1] or ''}{match[3] or ''}\\{match[2] or ''}{match[4] or ''}"


def _ticked(text: str) -> str:
    if not text:
        return ""
    longest = max((len(found) for found in _TICKS.findall(text)), default=0)
    sign = "`" * (longest + 1)
    pad = " " if longest else ""
    return f"{sign}{pad}{text}{pad}{sign}"


def _names(value: Any) -> frozenset[str]:
    listed = cast("list[Any]", value) if isinstance(value, list) else str(value or "").split(",")
    return frozenset(str(name).strip().lower() for name in listed if str(name).strip())


def to_markdown(html: str, options: Mapping[str, Any]) -> str:
    """The HTML as Markdown."""
    ignored = _names(options.get("ignore"))
    writer = _Writer(options)
    left_out = 0
    root = parse(html).root
    if root is None:
        return ""
    for is_in, node in walk(root):
        tag = node.tag or ""
        if tag in ignored or tag in _LEFT_OUT:
            left_out += 1 if is_in else -1
        elif left_out:
            continue
        elif tag == "-text":
            if is_in:
                writer.text(node.text_content or "")
        elif is_in:
            writer.enter(tag, node)
        else:
            writer.leave(tag, node)
    text = writer.result()
    lines = int(options.get("max_line_ends") or 3)
    if lines > 0:
        text = re.sub(rf"\n{{{lines + 1},}}", "\n" * lines, text)
    return f" \n\n{text}" if text and _LEADING_SPACE.match(html) else text
