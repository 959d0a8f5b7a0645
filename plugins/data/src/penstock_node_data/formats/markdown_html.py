"""Markdown to HTML, as Showdown writes it.

The rules:

* Headings have ids, made of their letters and digits; one that was there already gets a number.
* A list needs an empty line before it; a heading does not need a space after its signs.
* Three dots become an ellipsis; HTML is left as it is.
* Tables, tasks, mentions, emoji, bare addresses and strikethrough are options.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, cast

from penstock_node_data.formats.emoji import EMOJI

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_block import StateBlock
    from markdown_it.token import Token

_TIGHT_HEADING = re.compile(r"^( {0,3}#{1,6})(?=[^#\s])", re.MULTILINE)
_FENCE = re.compile(r"^ {0,3}(```|~~~)")
_NO_WORD = re.compile(r"[^\w]", re.ASCII)
_NO_WORD_OR_DASH = re.compile(r"[^\w\- ]")
_CUSTOM_ID = re.compile(r"\s?\{([^{}]+)\}\s*\Z")
_NAME = re.compile(r":([a-z0-9_+\-]{1,40}):")
_MENTION = re.compile(r"(?<![\w@/.])@([A-Za-z0-9](?:[A-Za-z0-9-]{0,38}))")
_ADDRESS = re.compile(r"\b(?:https?://|www\.)[^\s<>\"']{1,2000}")
_SIZED = re.compile(r"(!\[[^\]]*+\]\([^\s()]++) +=(\d+%?|\*)x(\d+%?|\*)")
_TASK = re.compile(r"\[([ xX])\]\s+")
_ENTITY = re.compile(r"&(?!#?\w{1,30};)")
_BOX = (
    '<input type="checkbox" disabled style="margin: 0px 0.35em 0.25em -1.6em; '
    'vertical-align: middle;"{}> '
)
_PAGE = (
    '<!DOCTYPE HTML>\n<html>\n<head>\n<meta charset="utf-8">\n</head>\n<body>\n{}\n</body>\n</html>'
)
_LIST_START = re.compile(r"([^>\n])\n(<[uo]l(?: [^>\n]{0,100})?>\n<li)")
_LIST_END = re.compile(r"(?<=</li>)\n(</[uo]l>)\n(?=</li>)")
_BLOCK_IN_ITEM = re.compile(r"(</(?:[uo]l|blockquote|pre)>)\n</li>")
_BOLD_ITALIC = re.compile(r"<em><strong>([^<]{1,1000})</strong></em>")
#: What a list may end, as in the library.
_LIST_ENDS = ["paragraph", "reference", "blockquote"]


def to_html(markdown: str, options: Mapping[str, Any]) -> str:
    """The text as HTML."""
    if not options.get("space_before_heading"):
        markdown = _outside_fences(markdown)
    if options.get("image_sizes"):
        markdown = _SIZED.sub(r"\1#penstock-size=\2x\3", markdown)
    parser = _parser(
        tables=bool(options.get("tables")),
        strikethrough=bool(options.get("strikethrough")),
        breaks=bool(options.get("line_breaks")),
        fences=options.get("fences") is not False,
        html=not options.get("escape_html"),
    )
    tokens = parser.parse(markdown)
    _prepare(tokens, options)
    written = _as_showdown(_render(parser, tokens, options)).strip("\n")
    return _PAGE.format(written) if options.get("whole_page") else written


def _outside_fences(markdown: str) -> str:
    """Put the space after the signs of headings, except in code."""
    if not _TIGHT_HEADING.search(markdown):
        return markdown
    fence, lines = "", list[str]()
    for line in markdown.split("\n"):
        match = _FENCE.match(line)
        if match is not None and fence in ("", match[1]):
            fence = "" if fence else match[1]
        lines.append(line if fence else _TIGHT_HEADING.sub(r"\1 ", line))
    return "\n".join(lines)


@functools.cache
def _parser(
    *, tables: bool, strikethrough: bool, breaks: bool, fences: bool, html: bool
) -> MarkdownIt:
    # A library that most runs never need.
    from markdown_it import MarkdownIt  # noqa: PLC0415

    parser = MarkdownIt("commonmark", {"breaks": breaks, "html": html, "xhtmlOut": True})
    for name, wanted in (("table", tables), ("strikethrough", strikethrough)):
        if wanted:
            parser.enable(name)
    if not fences:
        parser.disable("fence")
    parser.block.ruler.at("list", _list_after_empty_line, {"alt": _LIST_ENDS})
    return parser


def _list_after_empty_line(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """A list inside a paragraph is none, except within other lists."""
    # A library that most runs never need.
    from markdown_it.rules_block import list_block  # noqa: PLC0415

    return not (silent and state.level == 0) and list_block(state, start, end, silent)


def _prepare(tokens: Sequence[Token], options: Mapping[str, Any]) -> None:
    ids: dict[str, int] = {}
    for index, token in enumerate(tokens):
        if token.type in ("heading_open", "heading_close"):
            level = min(6, int(token.tag[1]) + int(options.get("first_level") or 1) - 1)
            if token.type == "heading_open":
                _name_heading(token, tokens[index + 1], ids, options)
            token.tag = f"h{level}"
        elif token.type == "th_open" and options.get("table_ids"):
            token.attrSet("id", _slug(tokens[index + 1].content, "", options))
        elif token.type == "fence":
            token.info = token.info.strip()
        style = token.attrGet("style")
        if isinstance(style, str) and token.type in ("th_open", "td_open"):
            token.attrSet("style", f"{style};")


def _name_heading(
    token: Token, inline: Token, ids: dict[str, int], options: Mapping[str, Any]
) -> None:
    if options.get("no_ids"):
        return
    title = inline.content
    custom = _CUSTOM_ID.search(title) if options.get("custom_ids") else None
    if custom is not None and inline.children:
        last = inline.children[-1]
        last.content = last.content.removesuffix(custom[0])
        title = custom[1].lstrip("#")
    slug = _slug(title, str(options.get("id_prefix") or ""), options)
    number = ids.get(slug)
    ids[slug] = (number or 0) + 1
    token.attrSet("id", slug if number is None else f"{slug}-{number}")


def _slug(title: str, prefix: str, options: Mapping[str, Any]) -> str:
    if options.get("github_ids"):
        return _NO_WORD_OR_DASH.sub("", (prefix + title).lower()).replace(" ", "-")
    if options.get("raw_id_prefix"):
        return prefix + _NO_WORD.sub("", title).lower()
    return _NO_WORD.sub("", prefix + title).lower()


def _render(parser: MarkdownIt, tokens: Sequence[Token], options: Mapping[str, Any]) -> str:
    parts, quotations = list[str](), list[int]()
    for index, token in enumerate(tokens):
        if token.type == "blockquote_close":
            start = quotations.pop()
            parts[start:] = [_indented(_as_showdown("".join(parts[start:])))]
        parts.append(_block(parser, tokens, index, options))
        if token.type == "blockquote_open":
            quotations.append(len(parts))
    return "".join(parts)


def _block(
    parser: MarkdownIt, tokens: Sequence[Token], index: int, options: Mapping[str, Any]
) -> str:
    token = tokens[index]
    if token.type == "inline":
        return _inline(parser, token, options)
    if token.type in ("fence", "code_block"):
        return _code_block(token)
    written = "" if token.hidden else parser.renderer.render([token], parser.options, {})
    if token.type == "list_item_open" and options.get("tasks"):
        written = _task(tokens, index, written)
    return _line_end(token, tokens, index, written)


def _line_end(token: Token, tokens: Sequence[Token], index: int, written: str) -> str:
    """Rendered one by one, a token does not know that text comes right after it."""
    written = written.rstrip("\n")
    if token.hidden:
        following = tokens[index + 1] if index + 1 < len(tokens) else None
        is_before_block = following is not None and following.nesting == 1
        return "\n" if token.type == "paragraph_close" and is_before_block else ""
    if token.type in ("html_block", "hr") or token.nesting == -1:
        return f"{written}\n"
    following = tokens[index + 1] if index + 1 < len(tokens) else token
    return written if following.type == "inline" or following.hidden else f"{written}\n"


def _code_block(token: Token) -> str:
    language = token.info.split()[0] if token.info else ""
    named = f' class="{_escaped(language)} language-{_escaped(language)}"' if language else ""
    return f"<pre><code{named}>{_escaped(token.content)}</code></pre>\n"


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _task(tokens: Sequence[Token], index: int, written: str) -> str:
    inline = next((token for token in tokens[index : index + 3] if token.type == "inline"), None)
    children = inline.children if inline is not None else None
    match = _TASK.match(children[0].content) if children else None
    if not children or match is None:
        return written
    children[0].content = children[0].content[match.end() :]
    children[0].meta["box"] = _BOX.format("" if match[1] == " " else " checked")
    return '<li class="task-list-item" style="list-style-type: none;">'


def _inline(parser: MarkdownIt, token: Token, options: Mapping[str, Any]) -> str:
    parts = list[str]()
    children = token.children or []
    depth = 0
    for child in children:
        if child.type == "text":
            box = cast("str", child.meta.get("box", ""))
            parts.append(box + _text(child.content, options, in_link=depth > 0))
        elif child.type == "code_inline":
            parts.append(f"<code>{_escaped(child.content)}</code>")
        elif child.type == "softbreak":
            parts.append("<br />\n" if options.get("line_breaks") else "\n")
        else:
            depth += child.nesting if child.type.startswith("link") else 0
            _adapt(child, options)
            parts.append(parser.renderer.render([child], parser.options, {}))
    return "".join(parts)


def _adapt(token: Token, options: Mapping[str, Any]) -> None:
    if token.tag == "s":
        token.tag = "del"
    elif token.type == "link_open" and options.get("new_window"):
        token.attrSet("rel", "noopener noreferrer")
        token.attrSet("target", "_blank")
    elif token.type == "image":
        source = str(token.attrGet("src") or "")
        plain, _, size = source.partition("#penstock-size=")
        if size:
            width, _, height = size.partition("x")
            token.attrSet("src", plain)
            token.attrSet("width", "auto" if width == "*" else width)
            token.attrSet("height", "auto" if height == "*" else height)


def _text(text: str, options: Mapping[str, Any], *, in_link: bool) -> str:
    text = _ENTITY.sub("&amp;", text).replace("<", "&lt;").replace("...", "…")
    if options.get("emoji"):
        text = _NAME.sub(lambda match: EMOJI.get(match[1], match[0]), text)
    if in_link:
        return text
    target = ' rel="noopener noreferrer" target="_blank"' if options.get("new_window") else ""
    if options.get("bare_links"):
        text = _ADDRESS.sub(lambda match: _linked(match[0], target), text)
    if options.get("mentions"):
        pattern = str(options.get("mention_link") or "https://github.com/{u}")
        text = _MENTION.sub(
            lambda match: f'<a href="{pattern.replace("{u}", match[1])}"{target}>{match[0]}</a>',
            text,
        )
    return text


def _linked(address: str, target: str) -> str:
    shown = address.rstrip(".,;:!?)")
    rest = address[len(shown) :]
    href = shown if "://" in shown else f"http://{shown}"
    return f'<a href="{href}"{target}>{shown}</a>{rest}'


def _as_showdown(html: str) -> str:
    """Nested lists follow the text of their item, and paragraphs stand right inside it."""
    html = html.replace("<li>\n<p>", "<li><p>").replace("</p>\n</li>", "</p></li>")
    html = _LIST_START.sub(r"\1\2", html)
    html = _LIST_END.sub(r"\1", html)
    html = _BLOCK_IN_ITEM.sub(r"\1</li>", html)
    return _BOLD_ITALIC.sub(r"<strong><em>\1</em></strong>", html)


def _indented(html: str) -> str:
    """What stands in a quotation, two spaces further in, except code."""
    lines, in_code = list[str](), False
    for line in html.split("\n"):
        in_code = in_code or line.startswith("<pre>")
        lines.append(line if in_code or not line else f"  {line}")
        in_code = in_code and "</pre>" not in line
    return "\n".join(lines)
