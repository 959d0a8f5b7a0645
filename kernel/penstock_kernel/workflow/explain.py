"""Every structural finding of a value at once.

msgspec stops at the first mistake. Where decoding failed, the value is taken apart along its type
and each part is tried alone, so that a person sees all mistakes in one go.
"""

from __future__ import annotations

import types
import typing
from collections.abc import Iterator
from itertools import islice
from typing import Any, cast

import msgspec

from penstock_kernel.workflow.findings import Finding, nearest, path_of

MAX_FINDINGS = 200  # a person fixes the first ones and looks again

Path = tuple[str | int, ...]
_PLACE = " - at `"


def explain(value: Any, kind: Any) -> list[Finding]:
    """What keeps `value` from being a `kind`; empty where nothing does."""
    return list(islice(_explain(value, kind, ()), MAX_FINDINGS))


def _explain(value: Any, kind: Any, path: Path) -> Iterator[Finding]:
    try:
        msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        found = False
        # One by one: a list would hold the mistakes of a million nodes before the first is shown.
        for part in _parts(value, kind, path):
            for finding in part:
                found = True
                yield finding
        if not found:
            yield _wrong(value, error, path)


def _parts(value: Any, kind: Any, path: Path) -> Iterator[Iterator[Finding]]:
    kind = _bare(kind)
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if isinstance(value, dict) and isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        yield _members(cast("dict[str, Any]", value), kind, path)
    elif isinstance(value, dict) and origin is dict:
        for key, member in cast("dict[str, Any]", value).items():
            yield _explain(key, arguments[0], (*path, key))
            yield _explain(member, arguments[1], (*path, key))
    elif isinstance(value, list | tuple) and origin is list:
        for index, member in enumerate(cast("list[Any]", value)):
            yield _explain(member, arguments[0], (*path, index))


def _members(value: dict[str, Any], kind: type[msgspec.Struct], path: Path) -> Iterator[Finding]:
    hints = typing.get_type_hints(kind, include_extras=True)
    fields = {field.encode_name: field for field in msgspec.structs.fields(kind)}
    for name, field in fields.items():
        if name in value:
            yield from _explain(value[name], hints[field.name], (*path, name))
        elif field.required:
            yield _missing(name, path)
    for name in value:
        if name not in fields and kind.__struct_config__.forbid_unknown_fields:
            yield _unknown(name, list(fields), path)


def _bare(kind: Any) -> Any:
    """Without annotations and without None."""
    if typing.get_origin(kind) is typing.Annotated:
        return _bare(typing.get_args(kind)[0])
    if typing.get_origin(kind) in (typing.Union, types.UnionType):
        inner = [member for member in typing.get_args(kind) if member is not type(None)]
        return _bare(inner[0]) if len(inner) == 1 else kind
    return kind


def _wrong(value: Any, error: msgspec.ValidationError, path: Path) -> Finding:
    message = str(error).split(_PLACE)[0]
    return Finding(
        code="document.wrong_value",
        message=f"{_shown(value)} does not fit here: {message}",
        fix="Give a value of that kind, or leave the key out.",
        field=path_of(path),
    )


def _missing(name: str, path: Path) -> Finding:
    return Finding(
        code="document.missing_key",
        message=f"The key {name!r} is missing",
        fix=f"Add {name!r}.",
        field=path_of(path),
    )


def _unknown(name: str, known: list[str], path: Path) -> Finding:
    return Finding(
        code="document.unknown_key",
        message=f"There is no key {name!r} here",
        fix=nearest(name, known) or f"Remove it; known are {', '.join(sorted(known))}.",
        field=path_of((*path, name)),
    )


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."
