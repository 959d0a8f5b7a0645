"""Reading what a client sent: the path, the query and the body, into the types of an endpoint.

The rules:

* Nothing larger than an endpoint takes is kept in memory, whatever the header says of its length.
* What does not fit is refused with the name of the field.
* A whole number has 64 bits, as the database has. Inside free JSON it may have more.
* `null` in a query is a text; what is not meant is left out.
* A list in a query is the same name several times; everything else stands there once.
"""

from __future__ import annotations

import re
import typing
from collections.abc import Mapping, Sequence
from typing import Any, cast

import msgspec
from starlette.datastructures import QueryParams
from starlette.requests import ClientDisconnect, Request

from penstock_web.http.endpoint import Endpoint
from penstock_web.http.problem import BadRequest, TooLarge

_LONGEST_QUERY = 16 * 1024
#: A body without so many digits in a row has no number that is too large.
#: The character NUL in a text of JSON, and not a backslash before its name.
_NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")
_MANY_DIGITS = re.compile(rb"\d{19}")
_BOUND = 2**63


class Reader:
    """Reads the requests of one endpoint."""

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint
        takes = endpoint.takes
        self._query = _Query(takes["query"]) if "query" in takes else None
        body = takes.get("body")
        self._raw = body is bytes
        self._body = None if body is None or self._raw else msgspec.json.Decoder(body)

    async def read(self, request: Request) -> tuple[dict[str, Any], bytes]:
        """What the function is called with, and the body as it came.

        Raises:
            BadRequest: It is not what is asked for.
            TooLarge: It is more than is taken.
        """
        read: dict[str, Any] = {}
        if b"%00" in request.scope.get("raw_path", b"") or b"%00" in request.scope["query_string"]:
            raise _nul("path or query")
        if "path" in self._endpoint.takes:
            read["path"] = _converted(request.path_params, self._endpoint.takes["path"], "path")
        if self._query is not None:
            read["query"] = self._query.read(request.query_params)
        body = b""
        if "body" in self._endpoint.takes:
            body = await read_body(request, self._endpoint.most_bytes)
            read["body"] = body if self._body is None else self._decoded(self._body, body)
        return read, body

    def _decoded(self, decoder: msgspec.json.Decoder[Any], body: bytes) -> Any:
        try:
            value = decoder.decode(body or b"{}")
        except msgspec.ValidationError as error:
            raise _misfit(str(error), "body") from error
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            message = f"The body is not JSON: {error}."
            raise BadRequest(message, hint="Send JSON in UTF-8.") from error
        except RecursionError as error:
            raise BadRequest("The body is nested too deep.", hint="Flatten it.") from error
        if _NUL.search(body):
            raise _nul("body")
        if _MANY_DIGITS.search(body):
            _check_numbers(value, "body")
        return value


def _nul(where: str) -> BadRequest:
    hint = "Leave it out: texts are kept where it cannot be."
    return BadRequest(f"There is a character NUL in the {where}.", hint=hint)


class _Query:
    def __init__(self, kind: Any) -> None:
        self._kind = kind
        fields = typing.get_type_hints(kind)
        self._no_texts = {name for name, hint in fields.items() if not _takes_text(hint)}
        self._lists = {name for name, hint in fields.items() if _is_list(hint)}

    def read(self, given: QueryParams) -> Any:
        read: dict[str, Any] = {}
        for name in given:
            values = given.getlist(name)
            if name in self._lists:
                read[name] = values
            elif len(values) > 1:
                raise BadRequest(f"The parameter {name!r} stands in the query {len(values)} times.")
            elif values[0].lower() == "null" and name in self._no_texts:
                raise _misfit(f"Leave it out instead of null - at `$.{name}`", "query")
            else:
                read[name] = values[0]
        return _converted(read, self._kind, "query")


def _takes_text(hint: Any) -> bool:
    return hint is str or any(_takes_text(part) for part in typing.get_args(hint))


def _is_list(hint: Any) -> bool:
    origin = typing.get_origin(hint)
    return isinstance(origin, type) and issubclass(origin, Sequence)


def _converted(given: Mapping[str, Any], kind: Any, where: str) -> Any:
    try:
        value = msgspec.convert(given, kind, strict=False)
    except msgspec.ValidationError as error:
        raise _misfit(str(error), where) from error
    _check_numbers(value, where)
    return value


def _check_numbers(value: Any, place: str) -> None:
    """Refuse a whole number that no column of a database can hold.

    Raises:
        BadRequest: There is one in a field that counts something.
    """
    if isinstance(value, int) and not -_BOUND <= value < _BOUND:
        raise _misfit(f"Expected a whole number of 64 bits - at `${place}`", "")
    if isinstance(value, msgspec.Struct):
        for name in value.__struct_fields__:
            _check_numbers(getattr(value, name), f"{place}.{name}")
    elif isinstance(value, (list, tuple)):
        for one in cast("Sequence[Any]", value):
            # Lists in lists are free JSON, which may be nested as deep as it likes.
            if not isinstance(one, (list, tuple)):
                _check_numbers(one, f"{place}[]")


def _misfit(message: str, where: str) -> BadRequest:
    what, _, place = message.partition(" - at `$")
    field = where + place.rstrip("`")
    error = BadRequest(f"{what} (in {field}).", hint="The description of the API tells what fits.")
    error.__dict__["field"] = field
    return error


async def read_body(request: Request, most_bytes: int) -> bytes:
    """The body of a request.

    Raises:
        TooLarge: It is more than is taken.
        BadRequest: The client went away.
    """
    declared = request.headers.get("content-length", "")
    if declared.isdigit() and int(declared) > most_bytes:
        raise _too_large(most_bytes)
    parts = bytearray()
    try:
        async for part in request.stream():
            parts += part
            if len(parts) > most_bytes:
                raise _too_large(most_bytes)
    except ClientDisconnect as error:
        raise BadRequest("The body ended early.") from error
    return bytes(parts)


def _too_large(most_bytes: int) -> TooLarge:
    return TooLarge(
        f"The body is larger than {most_bytes:,} bytes.", hint="Send less, or in several parts."
    )
