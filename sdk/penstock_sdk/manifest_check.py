"""The checks that manifests are put through; each answers with findings and never raises."""

from __future__ import annotations

import difflib
import re
import types
import typing
from pathlib import PurePosixPath
from typing import Any, NamedTuple

import msgspec


class ManifestFinding(NamedTuple):
    """One thing that is wrong with a manifest."""

    key: str
    value: Any
    problem: str
    fix: str


class Pattern(NamedTuple):
    """What a text has to look like, in words and as an expression without backtracking."""

    expression: re.Pattern[str]
    problem: str
    fix: str


PACKAGE_ID = Pattern(
    re.compile(r"[a-z][a-z0-9-]{0,38}/[a-z][a-z0-9-]{0,63}"),
    "is no package id",
    'Write `publisher/name` in lower case, such as "acme/weather".',
)
NODE_NAME = Pattern(
    re.compile(r"[a-z][a-zA-Z0-9_]{0,63}"),
    "is no name of a node",
    'Use letters, digits and `_`, beginning with a lower-case letter, such as "forecast".',
)
SEMVER = Pattern(
    re.compile(r"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?"),
    "is no semantic version",
    'Write three numbers, such as "1.4.0" or "1.4.0-beta.1".',
)
ORIGIN = Pattern(
    re.compile(r"https?://(\*\.)?[a-z0-9-]+(\.[a-z0-9-]+)*(:\d{1,5})?"),
    "is no origin",
    'Write scheme and host, such as "https://api.example.com" or "https://*.example.com".',
)

_CLAUSE = re.compile(r"(>=|<=|>|<|==|!=|~=)\s*\d+(\.\d+)*((a|b|rc)\d+)?(\.dev\d+)?")
_LOWER = (">", "=", "~")
_RANGE_FIX = 'Say from where to where, such as ">=1.2,<2".'


def matches(key: str, value: Any, pattern: Pattern) -> list[ManifestFinding]:
    """Findings about one text; what is no text is the structure's business."""
    if not isinstance(value, str) or pattern.expression.fullmatch(value):
        return []
    return [ManifestFinding(key, value, f"{value!r} {pattern.problem}", pattern.fix)]


def version_range(key: str, value: Any) -> list[ManifestFinding]:
    """Findings about one range of versions."""
    if not isinstance(value, str):
        return []
    clauses = [clause.strip() for clause in value.split(",")]
    problem = ""
    if "*" in value:
        problem = f"{value!r} promises to work with versions that do not exist yet"
    elif not all(_CLAUSE.fullmatch(clause) for clause in clauses):
        problem = f"{value!r} is no range of versions (PEP 440)"
    elif not any(clause.startswith(_LOWER) for clause in clauses):
        problem = f"{value!r} has no lower bound"
    return [ManifestFinding(key, value, problem, _RANGE_FIX)] if problem else []


def is_inside(path: Any) -> bool:
    """Does a relative path stay in the folder of its package?"""
    if not isinstance(path, str) or "\\" in path or "\0" in path:
        return False
    pure = PurePosixPath(path)
    return not pure.is_absolute() and ".." not in pure.parts


def structure(raw: Any, kind: Any, key: str = "") -> list[ManifestFinding]:
    """Every place where data does not have the shape of a struct, not only the first."""
    if not isinstance(raw, dict):
        return _converts(raw, kind, key)
    values: dict[str, Any] = raw  # pyright: ignore[reportUnknownVariableType]
    fields = {field.encode_name: field for field in msgspec.structs.fields(kind)}
    findings = [_unknown(name, values[name], fields, key) for name in values if name not in fields]
    for name, field in fields.items():
        path = f"{key}.{name}" if key else name
        if name in values:
            findings += _value(values[name], field.type, path)
        elif field.required:
            findings.append(ManifestFinding(path, None, "is missing", f"Add `{path}`."))
    return findings


def _value(value: Any, kind: Any, key: str) -> list[ManifestFinding]:
    if _is_struct(kind):
        return structure(value, kind, key)
    for inner in typing.get_args(kind):
        if _is_struct(inner) and isinstance(value, list) and typing.get_origin(kind) is tuple:
            rows: list[Any] = value  # pyright: ignore[reportUnknownVariableType]
            return [
                finding
                for index, row in enumerate(rows)
                for finding in structure(row, inner, f"{key}[{index}]")
            ]
        if _is_struct(inner) and isinstance(value, dict) and _is_union(kind):
            return structure(value, inner, key)
    return _converts(value, kind, key)


def _is_struct(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, msgspec.Struct)


def _is_union(kind: Any) -> bool:
    return typing.get_origin(kind) in (typing.Union, types.UnionType)


def _converts(value: Any, kind: Any, key: str) -> list[ManifestFinding]:
    try:
        msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        message = str(error)
        fix = f"Use {_accepted(kind)}."
        return [ManifestFinding(key, value, f"{value!r} does not fit: {message}", fix)]
    return []


def _accepted(kind: Any) -> str:
    if typing.get_origin(kind) is typing.Literal:
        return "one of " + ", ".join(repr(choice) for choice in typing.get_args(kind))
    if _is_struct(kind):
        names = ", ".join(f"`{field.encode_name}`" for field in msgspec.structs.fields(kind))
        return f"a table with the keys {names}"
    if typing.get_origin(kind) is tuple:
        return f"a list of {_accepted(typing.get_args(kind)[0])}"
    if _is_union(kind):
        return " or ".join(_accepted(one) for one in typing.get_args(kind))
    return _WORDS.get(kind, "a table" if typing.get_origin(kind) is dict else str(kind))


_WORDS = {
    str: "a text",
    int: "a whole number",
    float: "a number",
    bool: "true or false",
    type(None): "nothing",
}


def _unknown(name: str, value: Any, known: dict[str, Any], key: str) -> ManifestFinding:
    path = f"{key}.{name}" if key else name
    near = difflib.get_close_matches(name, known, n=1)
    fix = f"Did you mean `{near[0]}`?" if near else f"Remove it; known are {', '.join(known)}."
    return ManifestFinding(path, value, "is not a key of a manifest", fix)
