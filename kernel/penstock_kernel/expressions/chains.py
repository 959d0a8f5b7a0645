"""Chains of property accesses and calls, `.a?.b["c d"][0](…)`, read from tokens."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from penstock_kernel.expressions.tokens import Token, string_value


class Get(msgspec.Struct, frozen=True, gc=False):
    """`.name`, `["name"]` or `[0]`."""

    name: str
    optional: bool = False


class Call(msgspec.Struct, frozen=True, gc=False):
    """`(…)`: the tokens between, and how many arguments they are."""

    arguments: tuple[Token, ...]
    count: int


Step = Get | Call

#: Longer arguments end the chain: looking for their end again and again would be quadratic.
_MAX_ARGUMENT_TOKENS = 200


def chain_at(significant: Sequence[Token], at: int) -> tuple[list[Step], int]:
    """The longest chain that begins at a token, and where it ends."""
    steps: list[Step] = []
    while (found := _step_at(significant, at)) is not None:
        step, at = found
        steps.append(step)
    return steps, at


def _step_at(significant: Sequence[Token], at: int) -> tuple[Step, int] | None:
    first, second, third = (_text(significant, at + i) for i in range(3))
    optional = first == "?."
    if first in {".", "?."} and _is_name(significant, at + 1):
        return Get(second, optional), at + 2
    if optional:
        at, first, third = at + 1, second, _text(significant, at + 3)
    if first == "[" and third == "]":
        key = _key(significant[at + 1])
        return None if key is None else (Get(key, optional), at + 3)
    if first == "(":
        return _call_at(significant, at)
    return None


def _text(significant: Sequence[Token], at: int) -> str:
    return significant[at].text if at < len(significant) else ""


def _is_name(significant: Sequence[Token], at: int) -> bool:
    return at < len(significant) and significant[at].kind == "name"


def _key(token: Token) -> str | None:
    if token.kind == "string":
        return string_value(token.text)
    if token.kind == "number" and (token.text == "0" or token.text.strip("0123456789") == ""):
        return None if token.text != "0" and token.text.startswith("0") else token.text
    return None


def _call_at(significant: Sequence[Token], at: int) -> tuple[Call, int] | None:
    depth, commas = 0, 0
    for end in range(at, min(len(significant), at + _MAX_ARGUMENT_TOKENS)):
        token = significant[end]
        depth += _nesting(token)
        if depth == 0:
            inner = tuple(significant[at + 1 : end])
            return Call(inner, commas + 1 if inner else 0), end + 1
        commas += depth == 1 and token.text == "," and token.kind == "punct"
    return None


def _nesting(token: Token) -> int:
    if token.kind == "template":
        return token.text.endswith("${") - token.text.startswith("}")
    if token.kind != "punct":
        return 0
    return (token.text in {"(", "[", "{"}) - (token.text in {")", "]", "}"})
