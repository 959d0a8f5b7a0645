"""What can come of a call instead of an answer.

The rules:

* One class for each thing that a caller can do about it; the `code` tells the rest, and stays.
* What a server refused is told in its words.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """What a server says of a call that it did not do."""

    status: int
    #: Says what it is, and stays the same over versions.
    code: str = ""
    title: str = ""
    #: What happened.
    detail: str = ""
    #: How to get unstuck.
    hint: str = ""
    #: Where in the request: `body.name`.
    field: str = ""
    #: What is wrong with a document, one by one.
    findings: list[Any] = []
    #: By which the log of the server has more.
    request_id: str = ""


class CallFailed(Exception):
    """Base of all of these."""


class Unreachable(CallFailed):
    """There was no answer, after all attempts."""


class NotUnderstood(CallFailed):
    """The answer is not what this client was made for: its version does not fit the server's."""


class Refused(CallFailed):
    """The server answered that it did not do it.

    Attributes:
        problem: All that it said.
    """

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem)
        self.problem = problem

    def __str__(self) -> str:
        said = self.problem
        text = said.detail or said.title or f"The server answered {said.status}."
        text = f"{text} ({said.code})" if said.code else text
        return f"{text}\n{said.hint}" if said.hint else text

    @property
    def code(self) -> str:
        """Says what it is, and stays the same over versions."""
        return self.problem.code

    @property
    def hint(self) -> str:
        """How to get unstuck; may be empty."""
        return self.problem.hint


class SignInNeeded(Refused):
    """There is no token, or it is not good any more."""


class Denied(Refused):
    """The token does not allow it."""


class NotFound(Refused):
    """It is not there, or not any more, or not for this token."""


class Conflict(Refused):
    """It is not in the state for this."""


class Changed(Refused):
    """Somebody else changed it since it was read; or the call does not say when it was read."""


class NotValid(Refused):
    """What was sent does not fit; `problem.field` and `problem.findings` tell where."""


class TooMuch(Refused):
    """Too many calls at once, and waiting as told did not help."""


class ServerFailed(Refused):
    """The server could not do it, without the caller being at fault."""


_KINDS: Mapping[int, type[Refused]] = {
    400: NotValid,
    401: SignInNeeded,
    403: Denied,
    404: NotFound,
    409: Conflict,
    410: NotFound,
    412: Changed,
    413: NotValid,
    422: NotValid,
    423: Conflict,
    428: Changed,
    429: TooMuch,
}


def refusal(status: int, content: bytes) -> Refused:
    """The error for an answer that is no success."""
    try:
        problem = msgspec.json.decode(content, type=Problem)
    except (msgspec.DecodeError, UnicodeDecodeError):
        # What stands between the server and us answers in words of its own.
        problem = Problem(status=status, detail=content[:500].decode("utf-8", "replace"))
    kind = ServerFailed if status >= 500 else _KINDS.get(status, Refused)
    return kind(problem)
