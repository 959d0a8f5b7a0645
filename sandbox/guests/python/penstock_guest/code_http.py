"""`http` and `_helpers` of code nodes: requests through the host, where the node was granted it.

In code that uses `await` a request is awaited, and those that are awaited together travel together;
in code that does not, it answers directly.
"""

from __future__ import annotations

import asyncio
from typing import Any

from penstock_guest.host import Response, ask, ask_later, http_arguments


class HttpRefused(PermissionError):  # noqa: D101
    pass


HttpRefused.__module__ = "builtins"


class CodeHttp:
    """`http.request("GET", url, query=…, headers=…, json=…, body=…, timeout_s=…)`."""

    def __init__(self, *, granted: bool) -> None:
        self._granted = granted

    def request(self, method: str, url: str, **options: Any) -> Any:
        """Send one request; a `Response`."""
        if not self._granted:
            raise HttpRefused(
                "This node may not send HTTP requests: turn on its HTTP option, "
                "or put an HTTP Request node before it"
            )
        arguments = http_arguments(method, url, **options)
        if _is_async():
            return _later(arguments)
        return Response(ask("http", arguments))

    def get(self, url: str, **options: Any) -> Any:
        """Send a GET."""
        return self.request("GET", url, **options)

    def post(self, url: str, **options: Any) -> Any:
        """Send a POST."""
        return self.request("POST", url, **options)

    def put(self, url: str, **options: Any) -> Any:
        """Send a PUT."""
        return self.request("PUT", url, **options)

    def patch(self, url: str, **options: Any) -> Any:
        """Send a PATCH."""
        return self.request("PATCH", url, **options)

    def delete(self, url: str, **options: Any) -> Any:
        """Send a DELETE."""
        return self.request("DELETE", url, **options)


class Helpers:
    """`_helpers.http_request({"method", "url", "headers", "qs", "body", "json"})`."""

    def __init__(self, http: CodeHttp) -> None:
        self._http = http

    def http_request(self, options: dict[str, Any] | None = None, **named: Any) -> Any:
        """Send one request; the body, as JSON where it is, or the response with `full=True`."""
        given = dict(options or {}) | named
        full = given.pop("returnFullResponse", given.pop("full", False))
        answer = self._http.request(**_request_options(given))
        if not _is_async():
            return answer if full else _content(answer)
        return answer if full else _content_later(answer)

    httpRequest = http_request  # noqa: N815  the name known from JavaScript


def _request_options(given: dict[str, Any]) -> dict[str, Any]:
    given.pop("json", None) if isinstance(given.get("json"), bool) else None
    options = {"method": given.pop("method", "GET"), "url": given.pop("url")}
    if "qs" in given:
        options["query"] = given.pop("qs")
    if "timeout" in given:
        options["timeout_s"] = given.pop("timeout") / 1000
    if isinstance(given.get("body"), (dict, list)):
        options["json"] = given.pop("body")
    return options | given


def _content(response: Response) -> Any:
    if response.status >= 400:
        raise OSError(f"The request failed with status {response.status}: {response.text()[:500]}")
    if "json" in response.headers.get("content-type", ""):
        return response.json()
    return response.text()


async def _later(arguments: dict[str, Any]) -> Response:
    return Response(await ask_later("http", arguments))


async def _content_later(answer: Any) -> Any:
    return _content(await answer)


def _is_async() -> bool:
    return asyncio._get_running_loop() is not None  # noqa: SLF001
