"""The node that changes texts.

The rules:

* Nothing (null) stays nothing; numbers and other values are read as their text.
* Regular expressions are JavaScript's and run in the sandbox, for all items in one call.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, cast

from penstock_node_data.values.words import CASES, SCANNERS, slug
from penstock_node_data.values.writing import with_values
from penstock_sdk import (
    Context,
    Item,
    Node,
    NodeFailed,
    Port,
    Result,
    boolean,
    integer,
    options,
    text,
)
from penstock_sdk import json as json_field
from penstock_sdk.coerce import to_text
from penstock_sdk.columns import as_list

_MAX_TEXT = 10_000_000  # characters of a result
_MATCH = "((m) => m ? { match: m[0], groups: [...m].slice(1), ...(m.groups ?? {}) } : null)"
_REGEX: Mapping[str, str] = {
    "match": f"{_MATCH}(new RegExp($json.find, $json.flags).exec($json.text))",
    "match_all": (
        "[...$json.text.matchAll(new RegExp($json.find, $json.flags + 'g'))].map((m) => m[0])"
    ),
    "replace": ("$json.text.replace(new RegExp($json.find, $json.flags + 'g'), $json.replacement)"),
    "test": "new RegExp($json.find, $json.flags).test($json.text)",
}

Work = Callable[[str, int], Any]


class EditText(Node):
    """Changes texts."""

    id = "penstock/data.text"
    title = "Edit text"
    description = "Changes case, trims, pads, splits, joins, replaces and finds parts of texts."
    group = "data"
    icon = "type"
    aliases = ("string", "uppercase", "split", "join", "replace", "regex", "slug", "extract email")
    docs = (
        "Finds mail addresses, web addresses, numbers and words with fixed rules; anything else by "
        "a regular expression of JavaScript. A template is a text with expressions."
    )
    outputs = (Port(name="main", sample={"text": "hello-world"}),)

    operation: str = options(
        {
            "case": "Change case",
            "trim": "Trim",
            "pad": "Pad",
            "truncate": "Truncate",
            "split": "Split",
            "join": "Join",
            "replace": "Replace",
            "slug": "Make a slug",
            "find": "Find mails, addresses, numbers or words",
            "regex": "Regular expression",
            "template": "Fill a template",
        },
        default="case",
        title="Operation",
        expression=False,
    )
    value: Any = json_field(title="Text", placeholder="={{ $json.name }}")
    case: str = options(
        tuple(CASES), default="lower", title="Case", show_if={"operation": ["case"]}
    )
    side: str = options(
        {"both": "Both", "start": "Start", "end": "End"},
        default="both",
        title="Side",
        show_if={"operation": ["trim", "pad"]},
    )
    characters: str = text(
        "", title="Characters", hint="Empty: spaces.", show_if={"operation": ["trim", "pad"]}
    )
    length: int = integer(10, title="Length", minimum=0, show_if={"operation": ["pad", "truncate"]})
    ending: str = text("…", title="Ending", show_if={"operation": ["truncate"]})
    separator: str = text(
        ",",
        title="Separator",
        hint="Write \\n for a line end.",
        show_if={"operation": ["split", "join"]},
    )
    trim_parts: bool = boolean(
        True, title="Trim parts and leave out empty ones", show_if={"operation": ["split"]}
    )
    find: str = text(title="Find", show_if={"operation": ["replace"]})
    pattern: str = text(title="Pattern", show_if={"operation": ["regex"]})
    flags: str = text("", title="Flags", hint="i, m, s, u", show_if={"operation": ["regex"]})
    action: str = options(
        {
            "match": "First match with its groups",
            "match_all": "All matches",
            "replace": "Replace all",
            "test": "Does it match?",
        },
        default="match",
        title="Give",
        show_if={"operation": ["regex"]},
    )
    replacement: str = text("", title="Replace by", show_if={"operation": ["replace", "regex"]})
    what: str = options(
        tuple(SCANNERS), default="emails", title="What", show_if={"operation": ["find"]}
    )
    output_field: str = text("text", title="Put the result in field")
    keep_fields: bool = boolean(True, title="Keep the other fields")

    def run(self, ctx: Context, items: Sequence[Item]) -> Result | Awaitable[Result]:
        """Change one text per item."""
        if not items:
            return []
        operation = str(ctx.param("operation"))
        given = as_list(ctx.columns("value"), len(items))
        if operation == "regex":
            return _by_regex(ctx, items, given)
        if operation == "join":
            work = _join(ctx, len(items))
            values = [None if value is None else work(value, i) for i, value in enumerate(given)]
        else:
            work = _OPERATIONS[operation](ctx, len(items))
            values = [
                None if value is None else work(_read(value, i), i) for i, value in enumerate(given)
            ]
        return with_values(ctx, items, values, keep=bool(ctx.param("keep_fields")))


def _read(value: Any, i: int) -> str:
    found = value if isinstance(value, str) else to_text(value) or ""
    if len(found) > _MAX_TEXT:
        raise NodeFailed(f"The text is longer than {_MAX_TEXT:,} characters", field="value", item=i)
    return found


async def _by_regex(ctx: Context, items: Sequence[Item], given: Sequence[Any]) -> Result:
    names = ("pattern", "flags", "replacement")
    patterns, flags, replacements = (as_list(ctx.columns(name), len(items)) for name in names)
    rows = [
        {
            "text": "" if value is None else _read(value, i),
            "find": str(patterns[i]),
            "flags": str(flags[i] or "").replace("g", ""),
            "replacement": str(replacements[i] or ""),
        }
        for i, value in enumerate(given)
    ]
    values = await ctx.evaluate(_REGEX[str(ctx.param("action"))], rows)
    return with_values(ctx, items, values, keep=bool(ctx.param("keep_fields")))


def _columns(ctx: Context, count: int, *names: str) -> list[list[Any]]:
    return [as_list(ctx.columns(name), count) for name in names]


def _chosen(table: Mapping[str, Any], name: Any, field: str, i: int) -> Any:
    if name not in table:
        raise NodeFailed(
            f"{str(name)[:40]!r} is not one of the choices",
            hint=f"Use one of {', '.join(table)}.",
            field=field,
            item=i,
        )
    return table[name]


def _case(ctx: Context, count: int) -> Work:
    (cases,) = _columns(ctx, count, "case")
    return lambda value, i: _chosen(CASES, cases[i], "case", i)(value)


def _trim(ctx: Context, count: int) -> Work:
    sides, characters = _columns(ctx, count, "side", "characters")
    ways = {"both": str.strip, "start": str.lstrip, "end": str.rstrip}
    return lambda value, i: _chosen(ways, sides[i], "side", i)(value, characters[i] or None)


def _pad(ctx: Context, count: int) -> Work:
    sides, characters, lengths = _columns(ctx, count, "side", "characters", "length")
    ways = {"both": str.center, "start": str.rjust, "end": str.ljust}

    def work(value: str, i: int) -> Any:
        character = str(characters[i] or " ")[:1]
        return _chosen(ways, sides[i], "side", i)(value, _length(lengths[i], i), character)

    return work


def _length(value: Any, i: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= _MAX_TEXT:
        raise NodeFailed(f"The length is not from 0 to {_MAX_TEXT:,}", field="length", item=i)
    return value


def _truncate(ctx: Context, count: int) -> Work:
    lengths, endings = _columns(ctx, count, "length", "ending")

    def work(value: str, i: int) -> str:
        length, ending = _length(lengths[i], i), str(endings[i] or "")
        if len(value) <= length:
            return value
        return value[: max(0, length - len(ending))] + ending[:length]

    return work


def _unescaped(separator: Any) -> str:
    return str(separator).replace("\\n", "\n").replace("\\t", "\t")


def _split(ctx: Context, count: int) -> Work:
    separators, tidy = _columns(ctx, count, "separator", "trim_parts")

    def work(value: str, i: int) -> list[str]:
        separator = _unescaped(separators[i])
        parts = value.split(separator) if separator else list(value)
        if not tidy[i]:
            return parts
        return [part for part in map(str.strip, parts) if part]

    return work


def _join(ctx: Context, count: int) -> Callable[[Any, int], str]:
    (separators,) = _columns(ctx, count, "separator")

    def work(value: Any, i: int) -> str:
        if not isinstance(value, list | tuple):
            return _read(value, i)
        parts = cast("Sequence[Any]", value)
        return _unescaped(separators[i]).join(to_text(part) or "" for part in parts)

    return work


def _replace(ctx: Context, count: int) -> Work:
    finds, replacements = _columns(ctx, count, "find", "replacement")

    def work(value: str, i: int) -> str:
        find, replacement = str(finds[i] or ""), str(replacements[i] or "")
        if not find:
            return value
        if len(replacement) > 1 and value.count(find) * len(replacement) > _MAX_TEXT:
            raise NodeFailed(
                f"The result would be longer than {_MAX_TEXT:,} characters",
                field="replacement",
                item=i,
            )
        return value.replace(find, replacement)

    return work


def _find(ctx: Context, count: int) -> Work:
    (kinds,) = _columns(ctx, count, "what")
    return lambda value, i: _chosen(SCANNERS, kinds[i], "what", i)(value)


_OPERATIONS: Mapping[str, Callable[[Context, int], Work]] = {
    "case": _case,
    "trim": _trim,
    "pad": _pad,
    "truncate": _truncate,
    "split": _split,
    "replace": _replace,
    "slug": lambda _, __: lambda value, ___: slug(value),
    "find": _find,
    "template": lambda _, __: lambda value, ___: value,
}
