"""The generated part of the TypeScript client.

The rules:

* Names of operations are written as the language writes them; fields are named as they are sent.
* Parameters of an address go by place, those of a query and the rest in one object behind them.
* A type that is sent may leave out what has a default; one that is answered has it all.
"""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Iterator, Sequence

from msgspec import UNSET

from penstock_web.clients.described import ANY_MEDIA, Described, Field, Model, Operation
from penstock_web.clients.kinds import Kind

_PLAIN = {
    "any": "unknown",
    "boolean": "boolean",
    "bytes": "string",
    "integer": "number",
    "null": "null",
    "number": "number",
    "string": "string",
}
_WIDTH = 90
_MADE = "Made from the description of the API by `python dev.py clients`; do not change it here."
_IDENTIFIER = re.compile(r"[A-Za-z_$][\w$]*")


def models(api: Described) -> str:
    """The module of the types."""
    head = f"/**\n * The types of the API.\n *\n * {_MADE}\n */\n\n"
    version = f"export const API_VERSION = {json.dumps(api.version)};\n"
    head += f"/** Of the API that this was made for. */\n{version}"
    return head + "".join("\n" + _model(one) for one in api.models)


def operations(api: Described) -> str:
    """The module of the calls."""
    head = f"""/**
 * Every call of the API.
 *
 * {_MADE}
 */

{_imports(api)}

/** One method for each operation. */
export class Operations {{
  protected readonly transport: Transport;

  constructor(transport: Transport) {{
    this.transport = transport;
  }}
"""
    return head + "".join("\n" + _method(one) for one in api.operations) + "}\n"


def _imports(api: Described) -> str:
    """What the calls need of the rest of the client, and no more."""
    forms = {one.form for one in api.operations}
    parts = ["type CallOptions"]
    parts += ["place"] if any(one.places for one in api.operations) else []
    parts += ["type Reply"] if "reply" in forms else []
    lines = [
        'import { Events } from "./events.js";' if "events" in forms else "",
        'import type * as models from "./models.js";',
        'import { Pages } from "./pages.js";' if "pages" in forms else "",
        f'import {{ {", ".join([*parts, "type Transport"])} }} from "./transport.js";',
    ]
    return "\n".join(line for line in lines if line)


def type_text(kind: Kind, prefix: str = "") -> str:
    """A type as the language writes it."""
    match kind.what:
        case "ref":
            return prefix + kind.name
        case "list":
            return f"readonly {_enclosed(kind.parts[0], prefix)}[]"
        case "map":
            return f"{{ readonly [name: string]: {type_text(kind.parts[0], prefix)} }}"
        case "tuple":
            return f"readonly [{', '.join(type_text(one, prefix) for one in kind.parts)}]"
        case "literal":
            return " | ".join(json.dumps(value) for value in kind.values)
        case "union":
            return " | ".join(type_text(one, prefix) for one in kind.parts)
        case plain:
            return _PLAIN[plain]


def _enclosed(kind: Kind, prefix: str) -> str:
    text = type_text(kind, prefix)
    return f"({text})" if " " in text and not text.startswith("{") else text


def _comment(text: str, indent: str, fields: Sequence[Field] = ()) -> Iterator[str]:
    text = text.replace("*/", "* /")
    parts = [part.strip() for part in re.split(r"\n\s*\n", text) if part.strip()]
    lines: list[str] = []
    for part in parts:
        lines += [*([""] if lines else []), *textwrap.wrap(part, _WIDTH)]
    if said := [one for one in fields if one.about]:
        lines.append("")
        for one in said:
            text = f"@param {_variable(one.name)} {one.about}"
            lines += textwrap.wrap(text, _WIDTH, subsequent_indent="  ")
    if len(lines) == 1:
        yield f"{indent}/** {lines[0]} */"
    elif lines:
        yield f"{indent}/**"
        yield from (f"{indent} * {line}".rstrip() for line in lines)
        yield f"{indent} */"


def _model(one: Model) -> str:
    lines = list(_comment(one.about, ""))
    if one.alias is not None:
        lines.append(f"export type {one.name} = {type_text(one.alias)};")
    else:
        lines.append(f"export interface {one.name} {{")
        if one.tag:
            lines.append(f"  readonly {_key(one.tag[0])}: {json.dumps(one.tag[1])};")
        for field in one.fields:
            lines += _property(field, "")
        lines.append("}")
    return "\n".join(lines) + "\n"


def _property(one: Field, prefix: str) -> Iterator[str]:
    default = "" if one.default in (UNSET, None, "", [], {}) else json.dumps(one.default)
    said = f"{one.about} By default `{default}`." if default and not one.required else one.about
    yield from _comment(said.strip(), "  ")
    mark = "" if one.required else "?"
    more = "" if one.required else " | undefined"
    yield f"  readonly {_key(one.name)}{mark}: {type_text(one.kind, prefix)}{more};"


def _key(name: str) -> str:
    return name if _IDENTIFIER.fullmatch(name) else json.dumps(name)


def _variable(name: str) -> str:
    """A name as the language writes it."""
    first, *rest = re.split(r"[^A-Za-z0-9]+", name)
    return first + "".join(part.capitalize() for part in rest)


def _method(one: Operation) -> str:
    placed = [f"{_variable(field.name)}: {type_text(field.kind)}" for field in one.places]
    if one.body is not None:
        raw = one.body.what == "bytes"
        kind = "Uint8Array | string" if raw else type_text(one.body, "models.")
        placed.append(f"body: {kind}" if one.needs_body else f"body: {kind} = {{}}")
    options, needed = _options(one)
    placed.append(f"options: {options}" if needed else f"options: {options} = {{}}")
    waits = "" if one.form in ("pages", "events") else "async "
    lines = [
        *_comment(one.about, "  ", one.places),
        f"  {waits}{_variable(one.name)}(",
        *(f"    {argument}," for argument in placed),
        f"  ): {_returned(one)} {{",
        *(f"    {line}" for line in _body(one)),
        "  }",
    ]
    return "\n".join(lines) + "\n"


def _options(one: Operation) -> tuple[str, bool]:
    """The type of the last argument, and whether something in it has to be given."""
    fields = [
        f"{_key(field.name)}{'' if field.required else '?'}: {type_text(field.kind, 'models.')}"
        + ("" if field.required else " | undefined")
        for field in one.query
    ]
    fields += ["mediaType?: string | undefined"] if one.media == ANY_MEDIA else []
    fields += ["etag?: string | undefined"] if one.takes_etag else []
    fields += ["idempotencyKey?: string | undefined"] if one.takes_key else []
    needed = any(field.required for field in one.query)
    return (f"CallOptions & {{ {'; '.join(fields)} }}" if fields else "CallOptions"), needed


def _returned(one: Operation) -> str:
    answer = type_text(one.answer, "models.")
    forms = {
        "nothing": "Promise<void>",
        "value": f"Promise<{answer}>",
        "reply": f"Promise<Reply<{answer}>>",
        "pages": f"Pages<{answer}>",
        "events": "Events",
        "bytes": "Promise<Uint8Array>",
    }
    return forms[one.form]


def _body(one: Operation) -> Iterator[str]:
    path = one.path
    for field in one.places:
        path = path.replace(f"{{{field.name}}}", f"${{place({_variable(field.name)})}}")
    text = f"`{path}`" if one.places else json.dumps(path)
    query = ", ".join(f"{_key(field.name)}: options{_member(field.name)}" for field in one.query)
    yield "const asked = {"
    yield f"  method: {json.dumps(one.method)},"
    yield f"  path: {text},"
    if query:
        yield f"  query: {{ {query} }},"
    if one.body is not None:
        yield "  body,"
        given = 'options.mediaType ?? "application/octet-stream"'
        yield f"  media: {given if one.media == ANY_MEDIA else json.dumps(one.media)},"
    if one.takes_etag:
        yield "  etag: options.etag,"
    if one.takes_key:
        yield "  key: this.transport.key(options.idempotencyKey),"
    yield "  signal: options.signal,"
    yield "};"
    yield from _answered(one)


def _member(name: str) -> str:
    return f".{name}" if _IDENTIFIER.fullmatch(name) else f"[{json.dumps(name)}]"


def _answered(one: Operation) -> Iterator[str]:
    answer = type_text(one.answer, "models.")
    calls = {
        "nothing": "await this.transport.done(asked);",
        "value": f"return await this.transport.value<{answer}>(asked);",
        "reply": f"return await this.transport.reply<{answer}>(asked);",
        "pages": f"return new Pages<{answer}>(this.transport, asked);",
        "events": "return new Events(this.transport, asked);",
        "bytes": "return await this.transport.content(asked);",
    }
    yield calls[one.form]
