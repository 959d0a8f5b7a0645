"""Requests to the host, one list per crossing."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import Mapping, Sequence
from typing import Any, cast

from wit_world.imports import host

from penstock_guest.text import encode
from penstock_sdk import BinaryRef, NodeFailed, RetryLater


def ask(name: str, arguments: Mapping[str, Any]) -> Any:
    """Ask for one thing and wait.

    Raises:
        NodeFailed: The host refused, or could not.
    """
    [answer] = _cross([{"name": name, "arguments": arguments}])
    return _opened(answer)


async def ask_later(name: str, arguments: Mapping[str, Any]) -> Any:
    """Ask together with everything else that is asked before all tasks wait."""
    loop = cast("HostLoop", asyncio.get_running_loop())
    return await loop.ask({"name": name, "arguments": arguments})


def _cross(requests: list[dict[str, Any]]) -> list[dict[str, Any]]:
    answers: list[dict[str, Any]] = json.loads(host.call(encode(requests)))
    return answers


def _opened(answer: dict[str, Any]) -> Any:
    error = answer.get("error")
    if error is None:
        return answer.get("ok")
    raise _as_exception(error)


def _as_exception(error: dict[str, Any]) -> NodeFailed:
    message, hint = error.get("message", "The host refused."), error.get("hint", "")
    failure: NodeFailed
    if error.get("code") == RetryLater.code:
        failure = RetryLater(message, delay_s=error.get("delay_s", 1.0), hint=hint)
    else:
        failure = NodeFailed(message, hint=hint, data=error.get("data"))
        failure.code = error.get("code", NodeFailed.code)  # type: ignore[misc]
    return failure


class HostLoop(asyncio.BaseEventLoop):
    """An event loop whose only source of events is the host.

    When no task can go on, everything that was asked meanwhile crosses as one list.
    """

    def __init__(self) -> None:
        super().__init__()
        self._asked: list[tuple[dict[str, Any], asyncio.Future[Any]]] = []
        self._selector = self

    def ask(self, request: dict[str, Any]) -> asyncio.Future[Any]:
        """Put a request on the list of the next crossing."""
        future: asyncio.Future[Any] = self.create_future()
        self._asked.append((request, future))
        return future

    def select(self, timeout: float | None) -> Sequence[Any]:
        """Called by the base class when it wants to wait for something."""
        if timeout == 0 and self._ready:  # type: ignore[attr-defined]
            return ()
        if self._asked:
            self._send()
        elif timeout is None or timeout > 0:
            self._stall()
        return ()

    def _send(self) -> None:
        batch = [(request, future) for request, future in self._asked if not future.done()]
        self._asked = []
        for (_, future), answer in zip(batch, _cross([r for r, _ in batch]), strict=True):
            try:
                future.set_result(_opened(answer))
            except NodeFailed as error:
                future.set_exception(error)

    def _stall(self) -> None:
        """Nothing was asked and nothing is ready: fail where the code stands."""
        waiting = [_waited_for(task) for task in asyncio.all_tasks(self)]
        error = RuntimeError("The code awaits something that will never happen")
        for future in waiting:
            if future is not None and not future.done():
                future.set_exception(error)
                return
        raise error

    def _process_events(self, event_list: Sequence[Any]) -> None:
        """There are none but the answers, which are futures."""

    def _write_to_self(self) -> None:
        """No thread can wake this loop."""


def _waited_for(task: asyncio.Task[Any]) -> asyncio.Future[Any] | None:
    future: asyncio.Future[Any] | None = getattr(task, "_fut_waiter", None)
    return future


class Response:
    """An HTTP response."""

    def __init__(self, answer: Mapping[str, Any]) -> None:
        self.status: int = answer["status"]
        self.headers: Mapping[str, str] = {k.lower(): v for k, v in answer["headers"].items()}
        self.url: str = answer.get("url", "")
        body = answer.get("body") or ""
        binary = answer.get("bodyEncoding") == "base64"
        self.content: bytes = base64.b64decode(body) if binary else body.encode()
        self._text = None if binary else body

    @property
    def status_code(self) -> int:
        """The status, under the name that other libraries give it."""
        return self.status

    @property
    def ok(self) -> bool:
        """Was it a success?"""
        return self.status < 400

    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.content)

    def text(self) -> str:
        """The body as text, in the charset of the response."""
        if self._text is not None:
            return self._text
        return self.content.decode(self._charset(), "replace")

    def _charset(self) -> str:
        _, _, rest = self.headers.get("content-type", "").partition("charset=")
        name = rest.split(";")[0].strip("\"' ")
        return name or "utf-8"

    def __repr__(self) -> str:
        return f"<Response {self.status} {self.url}>"


def http_arguments(
    method: str,
    url: str,
    *,
    query: Any = None,
    headers: Any = None,
    body: bytes | str | None = None,
    json: Any = None,
    credential: str | None = None,
    timeout_s: float = 30.0,
    **more: Any,
) -> dict[str, Any]:
    """The arguments of an `http` request."""
    arguments: dict[str, Any] = {
        "method": method.upper(),
        "url": url,
        "timeoutMs": int(timeout_s * 1000),
    }
    if query is not None:
        arguments["query"] = query
    arguments["headers"] = headers = dict(headers or {})
    if json is not None:
        body = encode(json)
        if not any(name.lower() == "content-type" for name in headers):
            headers["content-type"] = "application/json"
    if unknown := more.keys() - _CAMEL:
        raise TypeError(f"An HTTP request has no option {', '.join(sorted(unknown))}")
    arguments |= _body(body)
    if credential is not None:
        arguments["credential"] = credential
    return arguments | {_CAMEL[name]: value for name, value in more.items() if value is not None}


_CAMEL = {
    "max_redirects": "maxRedirects",
    "max_bytes": "maxBytes",
    "proxy": "proxy",
    "verify_tls": "verifyTls",
    "item": "item",
}


def _body(body: bytes | str | None) -> dict[str, str]:
    if body is None:
        return {}
    if isinstance(body, str):
        return {"body": body, "bodyEncoding": "text"}
    return {"body": base64.b64encode(bytes(body)).decode(), "bodyEncoding": "base64"}


def read_arguments(ref: BinaryRef, start: int, size: int | None) -> dict[str, Any]:
    """The arguments of `binary.read`."""
    return {"id": ref.id, "start": start, "size": size}
