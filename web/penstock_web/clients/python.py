"""The generated part of the Python client.

The rules:

* What is sent leaves out what has its default; what is answered may have more than is known here.
* Parameters of an address go by place, those of a query by name.
* The text is put into form by the formatter of the checkout, so that nobody reads two styles.
"""

from __future__ import annotations

import keyword
import re
import textwrap
from collections.abc import Iterator, Sequence
from typing import Any

from msgspec import UNSET

from penstock_web.clients.described import ANY_MEDIA, Described, Field, Model, Operation
from penstock_web.clients.kinds import Kind

_PLAIN = {
    "any": "Any",
    "boolean": "bool",
    "bytes": "bytes",
    "integer": "int",
    "null": "None",
    "number": "float",
    "string": "str",
}
_WIDTH = 90
_LONGEST = 100
_MADE = "Made from the description of the API by `python dev.py clients`; do not change it here."


def models(api: Described) -> str:
    """The module of the types."""
    head = f'''"""The types of the API.

{_MADE}
"""

from __future__ import annotations

from typing import Any, Literal, TypeAlias

import msgspec
from msgspec import UNSET, UnsetType

#: Of the API that this was made for.
API_VERSION = {api.version!r}
'''
    return "\n\n".join([head, *(_model(one) for one in api.models)]) + "\n"


def operations(api: Described) -> str:
    """The module of the calls."""
    head = f'''"""Every call of the API.

{_MADE}
"""

from __future__ import annotations

from typing import Any, Literal

from penstock_client import models
from penstock_client.events import Events
from penstock_client.pages import Page, Pages
from penstock_client.transport import Asked, Reply, Transport, place


class Operations:
    """One method for each operation, called as the description calls it."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
'''
    return "\n".join([head, *(_method(one) for one in api.operations)])


def _type(kind: Kind, prefix: str = "") -> str:
    match kind.what:
        case "ref":
            return prefix + kind.name
        case "list":
            return f"list[{_type(kind.parts[0], prefix)}]"
        case "map":
            return f"dict[str, {_type(kind.parts[0], prefix)}]"
        case "tuple":
            return f"tuple[{', '.join(_type(one, prefix) for one in kind.parts)}]"
        case "literal":
            return f"Literal[{', '.join(map(repr, kind.values))}]"
        case "union":
            return " | ".join(_type(one, prefix) for one in kind.parts)
        case plain:
            return _PLAIN[plain]


def _doc(text: str, indent: str, arguments: Sequence[Field] = ()) -> Iterator[str]:
    """The lines of a docstring."""
    text = text.replace("\\", "\\\\").replace('"""', "'''")
    first, *rest = _paragraphs(text, _LONGEST - len(indent) - 6)
    if len(first) == 1 and not rest and not arguments:
        yield f'{indent}"""{first[0]}"""'
        return
    yield f'{indent}"""{first[0]}'
    yield from (indent + line for line in first[1:])
    for lines in rest:
        yield ""
        yield from (indent + line for line in lines)
    if arguments:
        yield from ("", f"{indent}Args:")
        for one in arguments:
            said = f"    {_name(one.name)}: {one.about}{_by_default(one)}"
            lines = textwrap.wrap(said, _WIDTH - len(indent), subsequent_indent=" " * 8)
            yield from (indent + line for line in lines)
    yield f'{indent}"""'


def _paragraphs(text: str, width: int) -> list[list[str]]:
    parts = [part.strip() for part in re.split(r"\n\s*\n", text) if part.strip()]
    return [textwrap.wrap(part, width) for part in parts] or [["No more is said."]]


def _by_default(one: Field) -> str:
    if one.default in (UNSET, None, "", [], {}):
        return ""
    return f" By default {one.default}." if one.about else f"By default {one.default}."


def _name(name: str) -> str:
    plain = re.sub(r"\W", "_", name)
    return f"{plain}_" if keyword.iskeyword(plain) else plain


def _model(one: Model) -> str:
    if one.alias is not None:
        about = "".join(f"#: {line}\n" for line in one.about.splitlines())
        return f'{about}{one.name}: TypeAlias = "{_type(one.alias)}"'
    tag = f", tag_field={one.tag[0]!r}, tag={one.tag[1]!r}" if one.tag else ""
    lines = [
        f"class {one.name}(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True{tag}):",
        *_doc(one.about or f"{one.name}.", "    "),
        "",
    ]
    for field in one.fields:
        lines += [f"    #: {line}" for line in textwrap.wrap(field.about, _WIDTH)]
        lines.append(f"    {_field(field)}")
    return "\n".join(lines)


def _field(one: Field) -> str:
    name, kind = _name(one.name), _type(one.kind)
    options = [] if name == one.name else [f"name={one.name!r}"]
    default = one.default
    if one.required:
        value = ""
    elif default is UNSET:
        kind, value = _or_unset(kind), "default=UNSET"
    elif one.kind.what == "ref" and isinstance(default, dict):
        value = f"default_factory=lambda: msgspec.convert({default!r}, {kind})"
    elif isinstance(default, (list, dict)) and default:
        value = f"default_factory=lambda: {default!r}"
    else:
        value = f"default={default!r}"
    if value.startswith("default=") and not options:
        return f"{name}: {kind} = {value.removeprefix('default=')}"
    options += [value] if value else []
    return f"{name}: {kind}" + (f" = msgspec.field({', '.join(options)})" if options else "")


def _or_unset(kind: str) -> str:
    if kind.endswith(" | None"):
        return f"{kind.removesuffix(' | None')} | UnsetType | None"
    return f"{kind} | UnsetType"


def _method(one: Operation) -> str:
    waits = "" if one.form in ("pages", "events") else "async "
    named = [_argument(field) for field in sorted(one.query, key=lambda field: not field.required)]
    named += ['media_type: str = "application/octet-stream"'] if one.media == ANY_MEDIA else []
    named += ["etag: str | None = None"] if one.takes_etag else []
    named += ["idempotency_key: str | None = None"] if one.takes_key else []
    placed = [f"{_name(field.name)}: {_type(field.kind, 'models.')}" for field in one.places]
    if one.body is not None:
        none = "" if one.needs_body else " | None = None"
        placed.append(f"body: {_type(one.body, 'models.')}{none}")
    arguments = ["self", *placed, *(["*"] if named else []), *named]
    lines = [
        f"    {waits}def {_name(one.name)}({', '.join(arguments)}) -> {_returned(one)}:",
        *_doc(one.about, " " * 8, [one for one in (*one.places, *one.query) if one.about]),
        *(f"        {line}" for line in _asked(one)),
        *(f"        {line}" for line in _answered(one)),
        "",
    ]
    return "\n".join(lines)


def _argument(one: Field) -> str:
    kind = _type(one.kind, "models.")
    return f"{_name(one.name)}: {kind}" + ("" if one.required else " | None = None")


def _returned(one: Operation) -> str:
    answer = _type(one.answer, "models.")
    forms = {
        "nothing": "None",
        "value": answer,
        "reply": f"Reply[{answer}]",
        "pages": f"Pages[{answer}]",
        "events": "Events",
        "bytes": "bytes",
    }
    return forms[one.form]


def _asked(one: Operation) -> Iterator[str]:
    path = one.path
    for field in one.places:
        path = path.replace(f"{{{field.name}}}", f"{{place({_name(field.name)})}}")
    text = f'f"{path}"' if one.places else f'"{path}"'
    query = ", ".join(f"{field.name!r}: {_name(field.name)}" for field in one.query)
    more: list[Any] = [f"query={{{query}}}"] if query else []
    more += ["body=body"] if one.body is not None else []
    more += _media(one)
    more += ["etag=etag"] if one.takes_etag else []
    more += ["key=self._transport.key(idempotency_key)"] if one.takes_key else []
    yield f"asked = Asked({', '.join([repr(one.method), text, *more])})"


def _media(one: Operation) -> list[str]:
    if one.media in ("", "application/json"):
        return []
    return ["media=media_type" if one.media == ANY_MEDIA else f"media={one.media!r}"]


def _answered(one: Operation) -> Iterator[str]:
    answer = _type(one.answer, "models.")
    match one.form:
        case "nothing":
            yield "await self._transport.done(asked)"
        case "value":
            yield f"found: {answer} = await self._transport.value(asked, {answer})"
            yield "return found"
        case "reply":
            yield f"found: Reply[{answer}] = await self._transport.reply(asked, {answer})"
            yield "return found"
        case "pages":
            yield f"return Pages(self._transport, asked, Page[{answer}])"
        case "events":
            yield "return Events(self._transport, asked)"
        case "bytes":
            yield "return await self._transport.content(asked)"
