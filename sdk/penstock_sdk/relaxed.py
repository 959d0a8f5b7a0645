"""Reads JSON as people write it: bare names, single quotes, a comma at the end.

Nothing is evaluated: it is read sign by sign, and whatever is not a value is refused.
"""

from __future__ import annotations

import json
import math
import re
from typing import Any

_NAME = re.compile(r"[A-Za-z_$][A-Za-z0-9_$]*+")
_NUMBER = re.compile(r"-?[0-9]++(?:\.[0-9]++)?(?:[eE][+-]?[0-9]++)?")
_SPACE = re.compile(r"\s*+")
_WORDS: dict[str, Any] = {"true": True, "false": False, "null": None}
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f"}
_MAX_DEPTH = 100
_MAX_LENGTH = 1_000_000


def relaxed(text: str) -> Any:
    """The value of a text.

    Raises:
        ValueError: It is no value.
    """
    if len(text) > _MAX_LENGTH:
        raise ValueError("too long")
    reader = _Reader(text)
    value = reader.value(0)
    reader.skip()
    if reader.at < len(text):
        raise ValueError(f"more after the end, at {reader.at}")
    return value


class _Reader:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0

    def skip(self) -> None:
        found = _SPACE.match(self.text, self.at)
        self.at = found.end() if found else self.at

    def sees(self, sign: str) -> bool:
        self.skip()
        return self.text.startswith(sign, self.at)

    def takes(self, sign: str) -> bool:
        seen = self.sees(sign)
        self.at += len(sign) if seen else 0
        return seen

    def value(self, depth: int) -> Any:
        if depth > _MAX_DEPTH:
            raise ValueError("nested too deeply")
        if self.takes("{"):
            return self._object(depth)
        if self.takes("["):
            return self._array(depth)
        if self.sees('"') or self.sees("'"):
            return self._string()
        number = _NUMBER.match(self.text, self.at)
        if number:
            self.at = number.end()
            return _finite(json.loads(number[0]))
        word = self._name()
        if word not in _WORDS:
            raise ValueError(f"{word!r} is no value")
        return _WORDS[word]

    def _object(self, depth: int) -> dict[str, Any]:
        found: dict[str, Any] = {}
        while not self.takes("}"):
            name = self._string() if self.sees('"') or self.sees("'") else self._name()
            self._need(":")
            found[name] = self.value(depth + 1)
            if not self.takes(","):
                self._need("}")
                break
        return found

    def _array(self, depth: int) -> list[Any]:
        found: list[Any] = []
        while not self.takes("]"):
            found.append(self.value(depth + 1))
            if not self.takes(","):
                self._need("]")
                break
        return found

    def _need(self, sign: str) -> None:
        if not self.takes(sign):
            raise ValueError(f"{sign!r} is expected at {self.at}")

    def _name(self) -> str:
        self.skip()
        found = _NAME.match(self.text, self.at)
        if not found:
            raise ValueError(f"a name is expected at {self.at}")
        self.at = found.end()
        return found[0]

    def _string(self) -> str:
        quote = self.text[self.at]
        self.at += 1
        parts: list[str] = []
        while self.at < len(self.text):
            sign = self.text[self.at]
            self.at += 1
            if sign == quote:
                return "".join(parts)
            parts.append(self._escaped() if sign == "\\" else sign)
        raise ValueError("a text has no end")

    def _escaped(self) -> str:
        sign = self.text[self.at : self.at + 1]
        self.at += 1
        if sign != "u":
            return _ESCAPES.get(sign, sign)
        code = self.text[self.at : self.at + 4]
        self.at += 4
        return chr(int(code, 16))


def _finite(number: float) -> float:
    if not math.isfinite(number):
        raise ValueError("a number is too large")
    return number
