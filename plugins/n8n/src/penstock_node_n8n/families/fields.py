"""Nodes that set and rename fields."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, cast

from penstock_node_n8n.source import Mapped, Mapper, Source, Unmapped, is_expression

_INCLUDE = {"all": "all", "none": "none", "selected": "selected", "except": "except"}
_SET = "penstock/data.set"
_MAX_COPIES = 10_000
#: What the JSON mode holds before a person has written anything.
_FIRST_JSON = {"my_field_1": "value", "my_field_2": 1}
_TYPES = ("string", "number", "boolean", "array", "object")
#: What a row of versions 3 to 3.2 holds before a person has written anything.
_FIRST_VALUES: Mapping[str, Any] = {
    "string": "",
    "number": "",
    "boolean": "true",
    "array": "",
    "object": {},
}


def _set(source: Source) -> Mapped:
    if source.version < 3:
        return _set_before_3(source)
    config: dict[str, Any] = {"include": _include(source)}
    for theirs, ours in (("includeFields", "fields_to_keep"), ("excludeFields", "fields_to_drop")):
        names = source.text(theirs)
        if names:
            config[ours] = names
    if source.one_of("mode", {"manual": "fields", "raw": "json"}, "manual") == "json":
        config |= {"mode": "json", "json": _as_json(source.get("jsonOutput", _FIRST_JSON))}
    else:
        config["assignments"] = _assignments(source)
    config["more"] = {
        "dots": source.flag("options.dotNotation", default=True),
        "ignore_errors": source.flag("options.ignoreConversionErrors"),
        "keep_binary": _keeps_binary(source, config["include"]),
        "test_copies": _copies(source),
    }
    return Mapped(type=_SET, config=config)


def _include(source: Source) -> str:
    if source.version < 3.3:
        return source.one_of("include", _INCLUDE, "all")
    others = _fixed(source, "includeOtherFields")
    kept = source.one_of("include", _INCLUDE, "all")
    return kept if others else "none"


def _fixed(source: Source, path: str) -> bool:
    value = source.flag(path)
    if not isinstance(value, bool):
        raise Unmapped(f"{path} differs from item to item", field=path)
    return value


def _keeps_binary(source: Source, include: str) -> Any:
    given = source.flag("options.includeBinary")
    stripped = source.flag("options.stripBinary")
    if source.version < 3.4:
        return given
    return include != "none" and stripped is not True


def _copies(source: Source) -> int:
    more = source.get("duplicateCount", 0)
    if not _fixed(source, "duplicateItem"):
        return 1
    return 1 + int(min(max(0, more), _MAX_COPIES - 1)) if isinstance(more, int | float) else 1


def _assignments(source: Source) -> list[dict[str, Any]]:
    if source.version >= 3.3:
        rows = source.rows("assignments.assignments")
        return [_assignment(row.get("name"), row.get("type"), row.get("value")) for row in rows]
    found: list[dict[str, Any]] = []
    for row in source.rows("fields.values"):
        kind = str(row.get("type", "stringValue")).removesuffix("Value")
        value = row.get(f"{kind}Value", _FIRST_VALUES.get(kind))
        value = _as_json(value) if kind == "object" else value
        found.append(_assignment(row.get("name"), kind, value))
    return found


def _assignment(name: Any, kind: Any, value: Any) -> dict[str, Any]:
    known = "string" if kind is None else kind if kind in _TYPES else "any"
    # A key may be empty in n8n; here a row without a name sets nothing.
    return {"name": str(name or _EMPTY_KEY), "type": known, "value": value}


_EMPTY_KEY = '[""]'


def _as_json(value: Any) -> Any:
    """An expression inside the text of JSON gives its JSON where it is an object or a list.

    Everywhere else n8n writes `[object Object]` there, and nothing for null.
    """
    if not is_expression(value) or _alone(value) is not None:
        return value
    parts: list[str] = []
    at, text = 0, str(value)
    while (start := text.find("{{", at)) >= 0 and (end := text.find("}}", start)) >= 0:
        parts += [text[at:start], _part_as_json(text[start + 2 : end])]
        at = end + 2
    return "".join([*parts, text[at:]])


def _part_as_json(given: str) -> str:
    inner = given.strip().rstrip(";")
    is_text = inner.startswith("JSON.stringify(") or inner.endswith(".toJsonString()")
    if is_text or not inner:
        return f"{{{{{given}}}}}"
    ending = "\n" if "//" in inner else ""
    # What fails on the way to a value that is not there is undefined, and says so in the text.
    return (
        f"{{{{ (() => {{ let v; try {{ v = ({inner}{ending}) }} catch {{}} "
        "return Object(v) === v ? JSON.stringify(v) : String(v) })() }}"
    )


def _alone(value: str) -> str | None:
    """What is in the braces of an expression that has nothing around them."""
    inner = value[3:-2]
    if value[:3] != "={{" or value[-2:] != "}}" or "{{" in inner or "}}" in inner:
        return None
    return inner.strip().rstrip(";")


def _set_before_3(source: Source) -> Mapped:
    rows: list[dict[str, Any]] = []
    for kind, first in (("boolean", False), ("number", 0), ("string", "")):
        # Version 1 took a value as it came, whatever the list that it stood in.
        wanted = "number" if kind == "number" and source.version >= 2 else None
        for row in source.rows(f"values.{kind}"):
            name, value = row.get("name", "propertyName"), row.get("value", first)
            if wanted is None:
                name = _unless_undefined(name, value)
            rows.append(_assignment(name, wanted or "any", value))
    only = _fixed(source, "keepOnlySet")
    config = {
        "assignments": rows,
        "include": "none" if only else "all",
        "more": {
            "dots": source.flag("options.dotNotation", default=True),
            "ignore_errors": True,
            "keep_binary": not only,
        },
    }
    return Mapped(type=_SET, config=config)


def _unless_undefined(name: Any, value: Any) -> Any:
    """A name that is empty where the value is undefined: nothing was set then before version 3."""
    inner = _alone(value) if is_expression(value) else None
    if not inner or is_expression(name):
        return name
    ending = "\n" if "//" in inner else ""
    return f'={{{{ ({inner}{ending}) === undefined ? "" : {json.dumps(name)} }}}}'


def _rename(source: Source) -> Mapped:
    rows = source.rows("keys.key")
    fields = [
        {"name": row["currentKey"], "to": row["newKey"]}
        for row in rows
        if row.get("currentKey") and row.get("newKey")
    ]
    patterns = [
        _pattern(row) for row in source.rows("additionalOptions.regexReplacement.replacements")
    ]
    config: dict[str, Sequence[Any]] = {"fields_to_rename": fields, "patterns": patterns}
    return Mapped(
        type="penstock/data.rename", config={key: value for key, value in config.items() if value}
    )


def _pattern(row: Mapping[str, Any]) -> dict[str, Any]:
    given = row.get("options")
    options = cast("Mapping[str, Any]", given if isinstance(given, Mapping) else {})
    return {
        "find": row.get("searchRegex", ""),
        "replace_by": row.get("replaceRegex", ""),
        "ignore_case": options.get("caseInsensitive") is True,
        "depth": options.get("depth", -1),
    }


MAPPINGS: Mapping[str, Mapper] = {
    "n8n-nodes-base.set": _set,
    "n8n-nodes-base.renameKeys": _rename,
}
