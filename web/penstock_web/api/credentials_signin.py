"""Signing in at somebody else's server for a credential: in the browser, and on another device."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta
from starlette.responses import Response

from penstock_kernel.work.credentials_desk import open_desk
from penstock_kernel.work.credentials_signin import Begun, DeviceBegun, DeviceState
from penstock_sdk import PenstockError
from penstock_web.api.credentials import OneCredential
from penstock_web.http.endpoint import Call, Given, endpoint
from penstock_web.oauth.pages import CONNECTED, FAILED, page

Text = Annotated[str, Meta(max_length=4_000)]
CALLBACK = "/oauth/callback"


class CameBack(msgspec.Struct, frozen=True, kw_only=True):
    """What a server sends back with the browser; whatever else it adds is of no interest."""

    state: Text = ""
    code: Text = ""
    iss: Text = ""
    error: Text = ""


class Asking(Given, frozen=True):
    """Which sign-in."""

    flow: Text


@endpoint(
    "POST",
    "/credentials/{credential}/sign-in",
    needs="credential:write",
    tag="credentials",
    secret=True,
)
async def begin_sign_in(call: Call, path: OneCredential) -> Begun:
    """Begin to connect an account: where the browser has to go.

    The browser comes back to `/api/v1/oauth/callback` of this server, an address to be entered at
    the other one.
    """
    return await open_desk(call.kernel).sign_ins.begin(
        call.scope,
        path.credential,
        return_to=_callback(call),
        session=call.principal.session,
    )


@endpoint("GET", CALLBACK, needs="credential:write", tag="credentials", produces="text/html")
async def end_sign_in(call: Call, query: CameBack) -> Response:
    """Where the browser comes back to. The page is the same whatever was sent."""
    given = {"state": query.state, "code": query.code, "iss": query.iss}
    sign_ins = open_desk(call.kernel).sign_ins
    try:
        await sign_ins.finish(call.scope, given, session=call.principal.session)
    except PenstockError:
        return page(FAILED)
    return page(CONNECTED)


@endpoint(
    "POST",
    "/credentials/{credential}/device",
    needs="credential:write",
    tag="credentials",
    secret=True,
)
async def begin_device_sign_in(call: Call, path: OneCredential) -> DeviceBegun:
    """Begin to connect an account on another device: what to enter there, and where."""
    return await open_desk(call.kernel).sign_ins.begin_device(
        call.scope, path.credential, session=call.principal.session
    )


@endpoint("POST", "/credential-devices", needs="credential:write", tag="credentials")
async def ask_device_sign_in(call: Call, body: Asking) -> DeviceState:
    """Ask whether the account is connected by now."""
    return await open_desk(call.kernel).sign_ins.ask_device(
        call.scope, body.flow, session=call.principal.session
    )


def _callback(call: Call) -> str:
    url = call.request.url
    here = call.kernel.settings.public_url or f"{url.scheme}://{url.netloc}"
    return f"{here.rstrip('/')}/api/v1{CALLBACK}"


ENDPOINTS = [begin_sign_in, end_sign_in, begin_device_sign_in, ask_device_sign_in]
