"""The frame of a page: no scripts, one stylesheet, whatever is shown is escaped."""

from __future__ import annotations

from html import escape

from starlette.responses import HTMLResponse, Response

_STYLE = """
:root{color-scheme:light dark;--line:#8886;--accent:#0b63ce;font:17px/1.5 system-ui,sans-serif}
@media(prefers-color-scheme:dark){:root{--accent:#6db0ff}}
body{max-width:34rem;margin:8vh auto;padding:0 1.2rem}
h1{font-size:1.5rem;margin:0 0 .6rem;overflow-wrap:anywhere}
p{overflow-wrap:anywhere;white-space:pre-line}
label,legend{display:block;font-weight:600;margin:1.1rem 0 .3rem;padding:0}
fieldset{border:0;margin:0;padding:0}
fieldset label{font-weight:400;margin:.2rem 0}
input:not([type=checkbox]):not([type=hidden]),textarea,select{width:100%;box-sizing:border-box;
font:inherit;padding:.5rem .6rem;border:1px solid var(--line);border-radius:6px}
textarea{min-height:6rem}
.buttons{display:flex;flex-wrap:wrap;gap:.8rem;margin-top:1.6rem}
button{font:inherit;padding:.55rem 1.3rem;border-radius:6px;border:1px solid var(--accent);
background:var(--accent);color:Canvas;cursor:pointer}
button.quiet{background:none;color:var(--accent)}
.wrong{color:#c4262e;font-weight:400;margin:.2rem 0 0}
@media(prefers-color-scheme:dark){.wrong{color:#ff8a8a}}
:focus-visible{outline:3px solid var(--accent);outline-offset:2px}
.needed{color:#c4262e}
"""
_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)


def page(title: str, body: str, status: int = 200) -> Response:
    """A page with a title; the body is HTML already."""
    text = (
        "<!doctype html><html lang=en><meta charset=utf-8>"
        "<meta name=viewport content='width=device-width,initial-scale=1'>"
        "<meta name=robots content=noindex>"
        f"<title>{escape(title)}</title><style>{_STYLE}</style>"
        f"<main><h1>{escape(title)}</h1>{body}</main></html>"
    )
    headers = {
        "content-security-policy": _POLICY,
        "cache-control": "no-store",
        "referrer-policy": "no-referrer",
        "x-content-type-options": "nosniff",
    }
    return HTMLResponse(text, status, headers)


def said(title: str, text: str, status: int = 200) -> Response:
    """A page that only says something."""
    return page(title, f"<p>{escape(text)}</p>", status)


def form_page(title: str, message: str, form: str, status: int = 200) -> Response:
    """A page with a form below a text."""
    return page(title, (f"<p>{escape(message)}</p>" if message else "") + form, status)
