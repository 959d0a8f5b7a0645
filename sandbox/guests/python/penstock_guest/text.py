"""JSON out of Python values, with an error that says where a value stands that JSON has not."""

from __future__ import annotations

import datetime
import json
import math
from collections.abc import Iterator
from typing import Any


class NotJson(TypeError):  # noqa: D101
    pass


NotJson.__module__ = "builtins"


def encode(value: Any) -> str:
    """Encode `value`; moments become ISO 8601.

    Raises:
        NotJson: Something in it has no JSON form.
    """
    try:
        return whole(_to_json(value))
    except (TypeError, ValueError, OverflowError) as error:
        raise NotJson(_explain(value) or str(error)) from None


def whole(text: str) -> str:
    """Replace halves of surrogate pairs, which have no UTF-8 form."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text


def _other(value: Any) -> Any:
    if isinstance(value, (datetime.datetime, datetime.date, datetime.time)):
        return value.isoformat()
    if hasattr(value, "__struct_fields__"):  # items of the SDK
        return {k: v for k, v in value._values().items() if v is not None}  # noqa: SLF001
    raise TypeError


_to_json = json.JSONEncoder(
    ensure_ascii=False, allow_nan=False, separators=(",", ":"), default=_other
).encode


def _explain(value: Any) -> str:
    for path, problem in _problems(value, "", 0):
        return f"`{path.lstrip('.')}` {problem}" if path else f"The value {problem}"
    return ""


def _problems(value: Any, path: str, depth: int) -> Iterator[tuple[str, str]]:
    if depth > 200:
        yield path, "is nested too deeply, or contains itself"
    elif isinstance(value, dict):
        for key, inner in value.items():
            if not isinstance(key, (str, int, float, bool, type(None))):
                yield path, f"has a key that is not a text: {key!r:.80}"
            yield from _problems(inner, f"{path}.{key}", depth + 1)
    elif isinstance(value, (list, tuple)):
        for index, inner in enumerate(value):
            yield from _problems(inner, f"{path}[{index}]", depth + 1)
    elif problem := _problem(value):
        yield path, problem


def _problem(value: Any) -> str:
    if isinstance(value, float) and not math.isfinite(value):
        return f"is {value}, which JSON does not have; use None or a text"
    if value is None or isinstance(value, (str, int, float)):
        return ""
    if isinstance(value, (datetime.datetime, datetime.date, datetime.time)):
        return ""
    advice = _ADVICE.get(type(value).__name__, "")
    return f"is a {type(value).__name__}, which JSON does not have{advice}"


_ADVICE = {
    "set": "; use list(…) or sorted(…)",
    "frozenset": "; use list(…) or sorted(…)",
    "bytes": "; use .decode() or base64.b64encode(…).decode()",
    "bytearray": "; use .decode() or base64.b64encode(…).decode()",
    "Decimal": "; use float(…) or str(…)",
    "Fraction": "; use float(…) or str(…)",
    "UUID": "; use str(…)",
    "timedelta": "; use .total_seconds()",
    "generator": "; use list(…)",
    "function": "; was it meant to be called?",
    "coroutine": "; was it meant to be awaited?",
}
