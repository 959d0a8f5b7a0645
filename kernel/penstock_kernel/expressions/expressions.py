"""Judge one expression, the inside of a `{{ … }}`: who has to evaluate it, and what it reads.

Three tiers with one result: a constant, a plain path that the host follows (`paths.py`), and
everything else, which is JavaScript for the guest.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, ClassVar

import msgspec

from penstock_kernel.expressions.paths import UNDEFINED, Path, parse_path
from penstock_kernel.expressions.reads import Reads, reads_of
from penstock_kernel.expressions.tokens import Token, string_value, tokens
from penstock_sdk import PenstockError


class ExpressionFailed(PenstockError):
    """An expression has no value, because it is wrong or its data is not as it expects.

    Attributes:
        node: Name of the node.
        field: Path of the parameter, such as `assignments[0].value`.
        item: Index of the item, if it was one.
        line: Line in the parameter's text, counted from 1.
        column: Column in that line, counted from 1.
        offset: Where the expression begins in the parameter's text.
        name: Class of the guest's error (`TypeError`).
        reason: The guest's message alone.
    """

    code: ClassVar[str] = "expression.failed"

    def __init__(
        self,
        message: str,
        *,
        node: str = "",
        field: str = "",
        item: int | None = None,
        line: int | None = None,
        column: int | None = None,
        offset: int | None = None,
        name: str = "Error",
        reason: str = "",
        hint: str = "",
    ) -> None:
        super().__init__(message, hint=hint)
        self.node = node
        self.field = field
        self.item = item
        self.line = line
        self.column = column
        self.offset = offset
        self.name = name
        self.reason = reason


class Constant(msgspec.Struct, frozen=True):
    """A literal."""

    value: Any


class Script(msgspec.Struct, frozen=True):
    """JavaScript for the guest."""

    source: str
    reads: Reads


class Refused(msgspec.Struct, frozen=True):
    """An expression that is not evaluated, and why."""

    reason: str
    hint: str


class Judged(msgspec.Struct, frozen=True):
    """What was found; `script` is there even for a path, for data on which the host is not sure."""

    tier: Constant | Path | Script | Refused
    script: Script


_DETOURS = """constructor __proto__ prototype getPrototypeOf setPrototypeOf defineProperty
defineProperties getOwnPropertyDescriptor getOwnPropertyDescriptors __defineGetter__
__defineSetter__ __lookupGetter__ __lookupSetter__ prepareStackTrace"""
#: Ways around an object's own data. None of them leads out of the sandbox; refusing them makes an
#: attempt visible, and keeps the meaning of a source open to the analysis of what it reads.
_REFUSED_NAMES = frozenset(_DETOURS.split())
_WORDS: dict[str, Any] = {"true": True, "false": False, "null": None, "undefined": UNDEFINED}


def judge(source: str) -> Judged:
    """Classify one expression."""
    significant = [token for token in tokens(source) if token.kind != "comment"]
    while significant and significant[-1].text == ";":
        significant.pop()
    script = Script(source, reads_of(significant))
    refused = _refusal(significant)
    if refused is not None:
        return Judged(refused, script)
    constant = _constant(significant)
    if constant is not None:
        return Judged(constant, script)
    return Judged(parse_path(significant) or script, script)


def _refusal(significant: Sequence[Token]) -> Refused | None:
    for at, token in enumerate(significant):
        if token.kind == "name" and token.text in _REFUSED_NAMES:
            return Refused(
                f"{token.text} is not available in expressions",
                "Expressions work on data; for a field of that name write it in quotes with a "
                "function, such as Object.entries($json).",
            )
        if token.kind == "string" and _is_key(significant, at):
            word = string_value(token.text)
            if word in _REFUSED_NAMES:
                return Refused(f"[{word!r}] is not available in expressions", "")
    return None


def _is_key(significant: Sequence[Token], at: int) -> bool:
    if at < 2 or significant[at - 1].text != "[":
        return False
    before = significant[at - 2]
    return before.kind in {"name", "string", "template"} or before.text in {")", "]", "}", "?."}


def _constant(significant: Sequence[Token]) -> Constant | None:
    if not significant:
        return Constant(UNDEFINED)
    negative = len(significant) == 2 and significant[0].text == "-"
    if len(significant) != 1 + negative:
        return None
    token = significant[-1]
    if token.kind == "number":
        return _number(token.text, negative=negative)
    if negative:
        return None
    if token.kind == "string":
        return Constant(string_value(token.text))
    if token.kind == "name" and token.text in _WORDS:
        return Constant(_WORDS[token.text])
    return None


def _number(text: str, *, negative: bool) -> Constant | None:
    sign = -1 if negative else 1
    if (
        text.isdigit()
        and len(text) < 16
        and (text == "0" or text[0] != "0")
        and not (negative and text == "0")
    ):
        return Constant(sign * int(text))
    try:
        value = float(text) if text[:1].isdigit() and "_" not in text else math.nan
    except ValueError:
        return None
    decimal = "." in text and not text.startswith("00") and math.isfinite(value) and value
    return Constant(sign * value) if decimal else None


def to_text(value: Any) -> str:
    """A value as a template joins it: nothing for nothing, otherwise JavaScript's text."""
    if value is None or value is UNDEFINED:
        return ""
    return value if isinstance(value, str) else _text(value)


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return number_text(value)
    if isinstance(value, list):
        return ",".join(_text(inner) for inner in value)  # pyright: ignore[reportUnknownVariableType]
    return "[object Object]"


_EXACT = 2**53


def number_text(value: float) -> str:
    """A number as JavaScript writes it."""
    if isinstance(value, int):
        if -_EXACT <= value <= _EXACT:
            return str(value)
        value = float(value)
    if value == int(value) and abs(value) < 1e21:
        return str(int(value)) if abs(value) < _EXACT else _plain(value)
    digits, _, exponent = repr(value).partition("e")
    if not exponent:
        return digits
    power = int(exponent)
    if -7 < power < 0:
        return _plain(value)
    return f"{digits.removesuffix('.0')}e{power:+d}"


def _plain(value: float) -> str:
    """The shortest digits that identify a float, without an exponent."""
    digits, _, exponent = repr(value).partition("e")
    sign = "-" if digits.startswith("-") else ""
    whole, _, fraction = digits.lstrip("-").removesuffix(".0").partition(".")
    power = int(exponent or 0)
    if power < 0:
        return f"{sign}0.{'0' * (-power - 1)}{whole}{fraction}"
    moved = (whole + fraction).ljust(len(whole) + power, "0")
    return sign + moved
