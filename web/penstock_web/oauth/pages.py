"""The pages after a sign-in: fixed texts, so that nothing that was sent can be in them."""

from __future__ import annotations

from starlette.responses import Response

_FORM = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="robots" content="noindex">
<title>Penstock</title>
<h1>{title}</h1>
<p>{text}</p>
</html>
"""
CONNECTED = _FORM.format(
    title="The account is connected", text="You can close this window and go back to Penstock."
)
FAILED = _FORM.format(
    title="The account is not connected",
    text="Close this window, look at the credential in Penstock, and begin again from there.",
)


def page(text: str) -> Response:
    """One of these pages, which loads nothing and which nobody keeps."""
    headers = {
        "cache-control": "no-store",
        "content-security-policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'",
        "referrer-policy": "no-referrer",
        "x-content-type-options": "nosniff",
    }
    return Response(text, media_type="text/html", headers=headers)
