"""Log lines: for people, or an object per line for programs; never with a secret in them.

The rules:

* A line says for which request or execution it was written, where that is known.
* Everything that is written goes through the redactor, tracebacks included.
* A line is one line, whatever is in its message: nobody can write a second one by a trick.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Mapping
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any, Literal, TextIO

import msgspec

from penstock_web.operations.redaction import Redactor

Format = Literal["console", "json"]
#: What the lines of a task are about, such as `execution` and `request`.
about: ContextVar[Mapping[str, str]] = ContextVar("about", default={})  # noqa: B039 - never changed in place
#: What every record has: the rest was given with `extra`.
_USUAL = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
#: What says nothing to an operator while it goes well.
_QUIET = ("alembic", "hypercorn.access", "asyncio", "aiosmtplib", "httpx2")


def configure(form: Format, redactor: Redactor, *, stream: TextIO | None = None) -> None:
    """Let everything that is logged in this process be written in one form."""
    target = stream or sys.stderr
    handler = logging.StreamHandler(target)
    handler.setFormatter(JsonLines(redactor) if form == "json" else Lines(redactor))
    root = logging.getLogger()
    for old in root.handlers[:]:
        root.removeHandler(old)
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    # Who sits before a terminal is greeted, and told of what goes wrong.
    for name in (*_QUIET, "penstock_bus") if form == "console" and target.isatty() else _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)


class JsonLines(logging.Formatter):
    """An object per line."""

    def __init__(self, redactor: Redactor) -> None:
        super().__init__()
        self._redactor = redactor

    def format(self, record: logging.LogRecord) -> str:
        """One line of JSON."""
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **about.get(),
            **_extra(record),
        }
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return msgspec.json.encode(self._cleaned(line), enc_hook=str).decode()

    def _cleaned(self, line: Mapping[str, Any]) -> dict[str, Any]:
        """Value by value: what stands around them in the line must not be mistaken for a secret."""
        return {
            name: value
            if isinstance(value, bool | int | float)
            else self._redactor.clean(str(value))
            for name, value in line.items()
        }


class Lines(logging.Formatter):
    """A line for people; what follows it is indented."""

    def __init__(self, redactor: Redactor) -> None:
        super().__init__()
        self._redactor = redactor

    def format(self, record: logging.LogRecord) -> str:
        """One line, and a traceback where there is one."""
        moment = datetime.fromtimestamp(record.created, UTC).astimezone().strftime("%H:%M:%S")
        words = {**about.get(), **_extra(record)}
        told = "".join(f" {name}={value}" for name, value in words.items())
        text = f"{moment} {record.levelname.lower():7} {record.getMessage()}{told}"
        text = text.replace("\r", "\\r").replace("\n", "\\n")
        if record.exc_info:
            text += "\n" + self.formatException(record.exc_info).replace("\n", "\n  ")
        return self._redactor.clean(text)


def _extra(record: logging.LogRecord) -> dict[str, Any]:
    return {name: value for name, value in vars(record).items() if name not in _USUAL}
