"""`penstock doctor --live`: does the process on this machine live?"""

from __future__ import annotations

import http.client

from penstock_kernel.settings import load_settings
from penstock_web import exit_codes
from penstock_web.commands.terminal import print_json, print_text

_PATIENCE_S = 5


def ask(port: int | None, *, as_json: bool = False) -> int:
    """Ask, and end with 1 where it does not answer that it does."""
    settings = load_settings().settings
    host = settings.bind.strip("[]")
    if host in ("0.0.0.0", "::"):  # noqa: S104 - who listens everywhere is asked nearby
        host = "127.0.0.1"
    connection = http.client.HTTPConnection(host, port or settings.port, timeout=_PATIENCE_S)
    try:
        connection.request("GET", "/healthz/live")
        status = connection.getresponse().status
    except (OSError, http.client.HTTPException) as error:
        return _tell(f"It does not answer: {error}.", lives=False, as_json=as_json)
    finally:
        connection.close()
    message = "It lives." if status == 200 else f"It answers {status}."
    return _tell(message, lives=status == 200, as_json=as_json)


def _tell(message: str, *, lives: bool, as_json: bool) -> int:
    if as_json:
        print_json({"lives": lives, "message": message})
    else:
        print_text(message)
    return exit_codes.OK if lives else exit_codes.FAILED
