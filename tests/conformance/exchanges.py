"""HTTP as it was recorded, in the place of the network."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from penstock_sandbox.egress.egress import Egress
from penstock_sandbox.egress.exchange import Incoming, Outgoing
from penstock_sandbox.errors import EgressFailed


class Replay(Egress):
    """Answers each request with the recording that fits it best, each recording once.

    A request fits where method, host, path and query are the same; a body that is the same, too,
    is preferred. A request that nothing fits fails, and nothing ever goes out.
    """

    def __init__(self, exchanges: Sequence[Mapping[str, Any]]) -> None:
        super().__init__()
        self._left = [*exchanges]

    async def request(self, outgoing: Outgoing, **_: Any) -> Incoming:
        """The recorded answer.

        Raises:
            EgressFailed: There is none.
        """
        fitting = [one for one in self._left if _fits(one["request"], outgoing)]
        if not fitting:
            message = f"Nothing was recorded for {outgoing.method} {outgoing.url}."
            raise EgressFailed(message, hint="The case expects another request.")
        best = max(fitting, key=lambda one: _same_body(one["request"], outgoing))
        self._left.remove(best)
        return _incoming(best["response"], outgoing.url)


def _fits(recorded: Mapping[str, Any], outgoing: Outgoing) -> bool:
    return recorded["method"].upper() == outgoing.method.upper() and _target(
        recorded["url"], recorded.get("query")
    ) == _target(outgoing.url, outgoing.query)


def _target(url: str, query: Any) -> tuple[str, str, list[tuple[str, str]]]:
    parts = urlsplit(url)
    more = query.items() if isinstance(query, Mapping) else query or ()
    pairs = [*parse_qsl(parts.query, keep_blank_values=True), *((k, str(v)) for k, v in more)]
    return parts.netloc, parts.path or "/", sorted(pairs)


def _same_body(recorded: Mapping[str, Any], outgoing: Outgoing) -> int:
    given = (outgoing.body or b"").decode(errors="replace")
    wanted = recorded.get("body") or ""
    if not isinstance(wanted, str):
        wanted = json.dumps(wanted)
    if given == wanted:
        return 2
    try:
        return int(json.loads(given) == json.loads(wanted))
    except ValueError:
        return 0


def _incoming(recorded: Mapping[str, Any], url: str) -> Incoming:
    headers = recorded.get("headers") or []
    pairs = headers.items() if isinstance(headers, Mapping) else headers
    body = recorded.get("body")
    text = body if isinstance(body, str) else "" if body is None else json.dumps(body)
    return Incoming(
        status=recorded.get("status", 200),
        reason="",
        header_list=[(str(name).lower(), str(value)) for name, value in pairs],
        content=base64.b64decode(recorded.get("body_b64") or "") or text.encode(),
        url=url,
    )
