"""The description of the API, OpenAPI 3.1, made from the types of the endpoints.

The rules:

* What is described is what runs: there is no second list of anything.
* Every answer that is no success is a problem, and says so.
* An endpoint whose text names `If-Match` takes it; one that answers a `Reply` may answer an `ETag`.
* A tag is described by the module that its first endpoint is in.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from typing import Any, get_origin, get_type_hints

import msgspec

from penstock_web.http.endpoint import Endpoint, Reply
from penstock_web.http.handling import KEY_HEADER
from penstock_web.http.problem import MEDIA_TYPE, Problem
from penstock_web.http.raises import declared_errors
from penstock_web.http.schemas import Schemas

PREFIX = "/api/v1"
_PARAMETER = re.compile(r"{(\w+)(?::\w+)?}")
_RESPONSES = "#/components/responses/"
WORKSPACE_HEADER = "Penstock-Workspace"
_EVENT_HEADER = "Last-Event-ID"
EVENTS = "text/event-stream"
_ABOUT = """Workflows, their executions, and everything around them.

Lists come in pages: `next_cursor` of a page is the `cursor` of the next, and null in the last.
Whatever goes wrong is told as `application/problem+json` with a `code` that stays the same, and
mostly a `hint`. A `POST` that carries an `Idempotency-Key` is done once, however often it is sent.
"""


def openapi(endpoints: Sequence[Endpoint]) -> dict[str, Any]:
    """Describe endpoints."""
    shown = _Shown(endpoints)
    paths: dict[str, dict[str, Any]] = {}
    for one in endpoints:
        path = PREFIX + _PARAMETER.sub(r"{\1}", one.path)
        paths.setdefault(path, {})[one.method.lower()] = shown.operation(one)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Penstock",
            "version": version("penstock"),
            "description": _ABOUT,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/", "description": "The server that answered this."}],
        "tags": _tags(endpoints),
        "paths": dict(sorted(paths.items())),
        "components": {
            "schemas": dict(sorted(shown.schemas.components.items())),
            "responses": shown.refusals(),
            "securitySchemes": {
                "token": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "A token of a user or of a service.",
                },
                "session": {
                    "type": "apiKey",
                    "in": "cookie",
                    "name": "__Host-sid",
                    "description": "What a browser has after signing in.",
                },
            },
        },
    }


def _tags(endpoints: Sequence[Endpoint]) -> list[dict[str, str]]:
    found: dict[str, str] = {}
    for one in endpoints:
        text = sys.modules[one.run.__module__].__doc__ or ""
        found.setdefault(one.tag, text.strip().partition("\n")[0])
    return [{"name": tag, "description": found[tag]} for tag in sorted(found)]


class _Shown:
    def __init__(self, endpoints: Sequence[Endpoint]) -> None:
        bodies = [one.takes["body"] for one in endpoints if "body" in one.takes]
        answers = [one.returns for one in endpoints if one.returns is not None]
        sent = [kind for kind in bodies if kind is not bytes]
        self.schemas = Schemas(sent, [kind for kind in answers if kind is not bytes])

    def operation(self, one: Endpoint) -> dict[str, Any]:
        shown: dict[str, Any] = {
            "operationId": one.name,
            "tags": [one.tag],
            "summary": one.summary,
            "description": _description(one),
            "parameters": [*self._of(one, "path"), *self._of(one, "query"), *_headers(one)],
            "security": [{"token": []}, {"session": []}] if one.needs else [],
            "responses": self._responses(one),
        }
        if "body" in one.takes or one.consumes:
            shown["requestBody"] = {"required": _is_needed(one), "content": self._body(one)}
        return shown

    def refusals(self) -> dict[str, Any]:
        """What any endpoint may answer."""
        return {
            "SignInNeeded": self._problem("Nobody has signed in."),
            "Denied": self._problem("Who asks may not do that."),
            "Problem": self._problem("It was not done."),
        }

    def _of(self, one: Endpoint, where: str) -> list[dict[str, Any]]:
        if where not in one.takes:
            return []
        in_path = where == "path"
        return [
            _parameter(name, where, required=True, schema=_which(name) | schema)
            if in_path
            else _parameter(name, where, required=required, schema=schema)
            for name, (required, schema) in self.schemas.parameters(one.takes[where]).items()
        ]

    def _body(self, one: Endpoint) -> dict[str, Any]:
        if one.consumes:
            return {one.consumes: {"schema": _raw(one.consumes)}}
        return {"application/json": {"schema": self.schemas.of(one.takes["body"])}}

    def _responses(self, one: Endpoint) -> dict[str, Any]:
        good: dict[str, Any] = {"description": "It was done."}
        if 300 <= one.status < 400:
            where = {"description": "Where to go on.", "schema": {"type": "string"}}
            good = {"description": "It goes on elsewhere.", "headers": {"Location": where}}
        elif one.produces:
            # Files come back as they were sent: nothing is said of what they are.
            content = {} if one.produces == "*/*" else {"schema": _raw(one.produces)}
            good["content"] = {one.produces: content}
        elif one.returns is not None:
            good["content"] = {"application/json": {"schema": self.schemas.of(one.returns)}}
        if get_origin(get_type_hints(one.run)["return"]) is Reply:
            tag = "Of what is answered, to be sent back as `If-Match` with a change."
            good["headers"] = {"ETag": {"description": tag, "schema": {"type": "string"}}}
        bad: dict[str, Any] = {}
        if one.needs:
            bad = {"401": _refusal("SignInNeeded"), "403": _refusal("Denied")}
        for status, codes in sorted(declared_errors(one.run).items()):
            bad[str(status)] = self._problem(_coded(codes))
        goods = {str(status): good for status in sorted({one.status, *one.also})}
        return {**goods, **bad, "default": _refusal("Problem")}

    def _problem(self, description: str) -> dict[str, Any]:
        content = {MEDIA_TYPE: {"schema": self.schemas.of(Problem)}}
        return {"description": description, "content": content}


def _is_needed(one: Endpoint) -> bool:
    """Whether something has to be sent: what has no field that must be there may be left out."""
    if one.consumes:
        return False
    try:
        msgspec.json.decode(b"{}", type=one.takes["body"])
    except msgspec.ValidationError:
        return True
    return False


def _refusal(name: str) -> dict[str, str]:
    return {"$ref": _RESPONSES + name}


def _coded(codes: Mapping[str, str]) -> str:
    return "\n".join(f"`{code}`: {when}" for code, when in codes.items())


def _raw(media: str) -> dict[str, Any]:
    if media.endswith("json"):
        return {}
    text = media.startswith("text/")
    return {"type": "string"} if text else {"type": "string", "format": "binary"}


def _description(one: Endpoint) -> str:
    needs = "Anybody may ask." if one.needs is None else f"Needs `{one.needs}`."
    return f"{one.description}\n\n{needs}".strip()


def _which(name: str) -> dict[str, Any]:
    return {"description": f"Which {name.replace('_', ' ')}."}


def _parameter(
    name: str, where: str, *, required: bool = False, schema: dict[str, Any]
) -> dict[str, Any]:
    said = schema.get("description", "")
    kind = {key: value for key, value in schema.items() if key != "description"}
    about = {"description": said} if said else {}
    return {"name": name, "in": where, "required": required, **about, "schema": kind}


def _headers(one: Endpoint) -> list[dict[str, Any]]:
    about: dict[str, str] = {}
    if one.needs is not None:
        about[WORKSPACE_HEADER] = "Id of the workspace that it is for."
        if one.method == "POST" and not one.secret:
            about[KEY_HEADER.title()] = "Done once for each key, however often it is sent."
    if "`If-Match`" in f"{one.summary} {one.description}":
        about["If-Match"] = "The `ETag` of what was read before."
    if one.produces == EVENTS:
        about[_EVENT_HEADER] = "Go on after this event."
    return [
        _parameter(name, "header", schema={"type": "string", "description": text})
        for name, text in about.items()
    ]
