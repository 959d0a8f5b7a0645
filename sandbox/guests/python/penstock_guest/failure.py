"""A person's exception as data: their frames, their lines, and nothing of ours."""

from __future__ import annotations

from itertools import islice
from types import TracebackType
from typing import Any, NamedTuple

from penstock_guest.text import NotJson, encode, whole
from penstock_sdk import NodeFailed, PenstockError, RetryLater

#: File name of the source of a code node; packages have `<package>/…`.
SOURCE = "<code>"
_MISSING_MODULE = (
    "The sandbox has Python's standard library without files, processes and sockets, and no other "
    "packages. For HTTP there is `http.request`."
)
_MAX_FRAMES = 20
_MAX_NAME = 100
_MAX_TEXT = 10_000
#: How many of many failures are told with their frames.
_WITH_STACK = 100
#: Characters of the data that an author's error may carry.
_MAX_DATA = 100_000


class Place:
    """Which item is being worked on, for the error that may come."""

    item: int | None = None


def describe(error: BaseException, *, item: int | None = None) -> str:
    """The answer that carries `error`."""
    if isinstance(error, MemoryError):
        # Written out, as there may be no memory left to put it together.
        return '{"error":{"name":"MemoryError","message":"The code used up its memory"}}'
    return encode({"error": described(error, item=item)})


def described(error: BaseException, *, item: int | None = None) -> dict[str, Any]:
    """What is told of `error`."""
    name = _short(type(error).__name__, _MAX_NAME)
    fields: dict[str, Any] = {"name": name, "message": _message(error) or name}
    fields |= _place(error)
    if item is not None:
        fields["item"] = item
    return fields | _ours(error)


class Failures:
    """What is told of the items that failed while the others went on."""

    def __init__(self) -> None:
        self.told: list[tuple[int, dict[str, Any]]] = []

    def add(self, index: int, error: Exception) -> None:
        """Tell of one item."""
        fields = described(error) | {"item": index}
        if len(self.told) >= _WITH_STACK:
            fields.pop("stack", None)
        self.told.append((index, fields))


def _message(error: BaseException) -> str:
    try:
        return _short(_told(error), _MAX_TEXT)
    except Exception:  # noqa: BLE001  a person's __str__
        return ""


def _told(error: BaseException) -> str:
    if isinstance(error, SyntaxError):
        return error.msg or "invalid syntax"
    if isinstance(error, KeyError) and len(error.args) == 1:
        return f"There is no key {error.args[0]!r}"
    if isinstance(error, RecursionError):
        return "The code calls itself too deeply"
    return str(error)


def _short(text: str, limit: int) -> str:
    return whole(text if len(text) <= limit else text[:limit] + "…")


def _place(error: BaseException) -> dict[str, Any]:
    if isinstance(error, SyntaxError) and _is_theirs(error.filename or ""):
        place: dict[str, Any] = {"line": error.lineno, "stack": ""}
        if error.offset:
            place["column"] = max(1, error.offset)
        return place
    frames = _frames(error.__traceback__)
    if not frames:
        return {"stack": ""}
    last = frames[-1]
    place = {"line": last.line, "stack": _short(_stack(frames), _MAX_TEXT)}
    if last.column is not None:
        place["column"] = last.column + 1
    return place


class _Frame(NamedTuple):
    file: str
    function: str
    line: int | None
    column: int | None


def _frames(trace: TracebackType | None) -> list[_Frame]:
    found: list[_Frame] = []
    while trace is not None:
        code = trace.tb_frame.f_code
        if _is_theirs(code.co_filename):
            _, _, column, _ = next(islice(code.co_positions(), trace.tb_lasti // 2, None))
            found.append(_Frame(code.co_filename, code.co_name, trace.tb_lineno, column))
        trace = trace.tb_next
    return found


def _is_theirs(file_name: str) -> bool:
    return file_name == SOURCE or file_name.startswith("<package>/")


def _stack(frames: list[_Frame]) -> str:
    left_out = len(frames) - _MAX_FRAMES
    shown = frames[: _MAX_FRAMES // 2] + frames[-_MAX_FRAMES // 2 :] if left_out > 0 else frames
    lines = [f"{frame.file}:{frame.line} in {_function(frame)}" for frame in shown]
    if left_out > 0:
        lines.insert(_MAX_FRAMES // 2, f"… {left_out} more")
    return "\n".join(lines)


def _function(frame: _Frame) -> str:
    return "the code" if frame.function == "__code__" else frame.function


def _ours(error: BaseException) -> dict[str, Any]:
    """What the SDK's errors say beside their message."""
    if isinstance(error, ModuleNotFoundError):
        return {"hint": _MISSING_MODULE}
    if not isinstance(error, PenstockError):
        return {}
    more: dict[str, Any] = {
        "code": _short(str(error.code), _MAX_NAME),
        "hint": _short(str(error.hint), _MAX_TEXT),
    }
    if isinstance(error, NodeFailed):
        more |= {"field": _text_or_none(error.field), "data": _json_or_nothing(error.data)}
        if isinstance(error.item, int):
            more["item"] = error.item
    if isinstance(error, RetryLater):
        more["delay_s"] = float(error.delay_s)
    return {name: value for name, value in more.items() if value not in (None, "", {})}


def _text_or_none(value: Any) -> str | None:
    return _short(value, _MAX_NAME) if isinstance(value, str) else None


def _json_or_nothing(data: Any) -> Any:
    try:
        return data if len(encode(data)) <= _MAX_DATA else {}
    except NotJson:
        return {}
