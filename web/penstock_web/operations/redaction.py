"""Keeps secrets out of what is written for people to read.

The rules:

* A value that is known to be a secret is taken out wherever it stands, also in its usual disguises.
* Of values that nobody named, what looks like a secret is taken out: tokens, keys, passwords in
  addresses, values after names such as `password`.
* Short values are not remembered: they would take words out of every sentence.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterable
from urllib.parse import quote

MARK = "…"
SHORTEST = 6
#: So many values are remembered; the oldest go first.
MOST_KNOWN = 10_000
_PATTERNS = (
    # Of addresses: the password; of headers: what follows the scheme.
    re.compile(r"(?<=://)([^\s/:@]*:)[^\s/@]+(?=@)"),
    re.compile(r"(?i)\b((?:bearer|basic|digest|token)\s+)[\w.~+/=-]{8,}"),
    # Values by the names before them, as in JSON, in queries and in assignments.
    re.compile(
        r"""(?ix)(["']?\b[\w-]{0,60}(?:passw(?:or)?d|passphrase|secret|api[_-]?key|private[_-]?key
        |access[_-]?key|authorization|cookie|token)["']?\s*[:=]\s*["']?)[^\s"'&,;}]{4,}"""
    ),
    # Tokens with a shape of their own: JWT, ours, and those of well-known services.
    re.compile(r"()\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*"),
    re.compile(
        r"()\b(?:pst_|whsec_|sk_live_|sk_test_|sk-|rk_live_|ghp_|gho_|ghs_|github_pat_|glpat-|xox[abprs]-"
        r"|AKIA|AIza)[\w-]{12,}"
    ),
    re.compile(r"()-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*-----|\Z)"),
)


class Redactor:
    """Takes secrets out of texts. Made once per process."""

    def __init__(self, known: Iterable[str] = ()) -> None:
        self._known: dict[str, None] = {}
        self._pattern: re.Pattern[str] | None = None
        for value in known:
            self.know(value)

    def know(self, value: str) -> None:
        """Remember a secret: it is taken out from now on."""
        for form in _forms(value):
            if len(form) >= SHORTEST and form not in self._known:
                self._known[form] = None
                self._pattern = None
        while len(self._known) > MOST_KNOWN:
            del self._known[next(iter(self._known))]

    def clean(self, text: str) -> str:
        """The text without secrets."""
        if self._known:
            text = self._of_known().sub(MARK, text)
        for pattern in _PATTERNS:
            text = pattern.sub(rf"\1{MARK}", text)
        return text

    def _of_known(self) -> re.Pattern[str]:
        if self._pattern is None:
            longest_first = sorted(self._known, key=len, reverse=True)
            self._pattern = re.compile("|".join(map(re.escape, longest_first)))
        return self._pattern


def _forms(value: str) -> set[str]:
    """A value as it is, and as it stands in URLs, in JSON and in Base64."""
    raw = value.encode("utf-8", "surrogatepass")
    return {
        value,
        quote(value, safe="", errors="replace"),
        json.dumps(value)[1:-1],
        base64.b64encode(raw).decode().rstrip("="),
        base64.urlsafe_b64encode(raw).decode().rstrip("="),
    }
