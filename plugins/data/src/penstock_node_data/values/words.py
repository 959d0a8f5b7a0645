"""Change texts: letters, words, parts, and what can be found in them without patterns of people."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping

#: Fixed patterns that take linear time.
_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[^\W\d_A-Za-z]+|\d+")
_EMAIL = re.compile(
    r"(?<![\w.+%-])[A-Za-z0-9][\w.+%-]{0,63}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,8}",
    re.ASCII,
)
_URL = re.compile(r"\bhttps?://[^\s<>\"'`{}|\\^]{1,2000}")
_NUMBER = re.compile(r"(?<![\w.])[+-]?\d{1,300}(?:\.\d{1,300})?(?![\w])")
_NOT_SLUG = re.compile(r"[^a-z0-9]+")
_SPECIAL = str.maketrans(
    {
        "ß": "ss",
        "æ": "ae",
        "Æ": "ae",
        "ø": "o",
        "Ø": "o",
        "œ": "oe",
        "Œ": "oe",
        "ł": "l",
        "Ł": "l",
        "đ": "d",
    }
)


def words(text: str) -> list[str]:
    """The words of a text, or of a name such as `customerName`."""
    return _WORDS.findall(text)


def capitalized(text: str) -> str:
    """The first letter upper case, nothing else changed."""
    return text[:1].upper() + text[1:]


def title_case(text: str) -> str:
    """Every word with an upper case letter first; spaces stay."""
    return " ".join(capitalized(word.lower()) for word in text.split(" "))


def camel_case(text: str) -> str:
    """`customerName`."""
    first, *others = words(text) or [""]
    return first.lower() + "".join(capitalized(word.lower()) for word in others)


def slug(text: str) -> str:
    """`a-text-for-urls`, in plain letters."""
    plain = unicodedata.normalize("NFKD", text.translate(_SPECIAL))
    return _NOT_SLUG.sub("-", plain.encode("ascii", "ignore").decode().lower()).strip("-")


def emails(text: str) -> list[str]:
    """Addresses of mail, each once."""
    return list(dict.fromkeys(found.rstrip(".-") for found in _EMAIL.findall(text)))


def urls(text: str) -> list[str]:
    """Addresses of the web, each once; punctuation at the end is not part of them."""
    return list(dict.fromkeys(found.rstrip(".,;:!?)]") for found in _URL.findall(text)))


def numbers(text: str) -> list[int | float]:
    """Numbers with a decimal point."""
    return [float(found) if "." in found else int(found) for found in _NUMBER.findall(text)]


CASES: Mapping[str, Callable[[str], str]] = {
    "upper": str.upper,
    "lower": str.lower,
    "title": title_case,
    "sentence": lambda text: capitalized(text.lower()),
    "camel": camel_case,
    "snake": lambda text: "_".join(words(text)).lower(),
    "kebab": lambda text: "-".join(words(text)).lower(),
}
SCANNERS: Mapping[str, Callable[[str], list[str] | list[int | float]]] = {
    "emails": emails,
    "urls": urls,
    "numbers": numbers,
    "words": words,
}
