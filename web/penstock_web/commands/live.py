"""`penstock doctor --live`: does the process on this machine live?"""

from __future__ import annotations

import http.client

from penstock_kernel.settings import load_settings
from penstock_web import exit_codes
from penstock_web.commands.terminal import print_text

_PATIENCE_S = 5


def ask(port: int | None) -> int:
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
        print_text(f"It does not answer: {error}.")
        return exit_codes.FAILED
    finally:
        connection.close()
    print_text("It lives." if status == 200 else f"It answers {status}.")
    return exit_codes.OK if status == 200 else exit_codes.FAILED
