"""Call the API of a Penstock server from Python."""

from __future__ import annotations

from penstock_client import models
from penstock_client.client import Calls, Client
from penstock_client.errors import (
    CallFailed,
    Changed,
    Conflict,
    Denied,
    NotFound,
    NotUnderstood,
    NotValid,
    Problem,
    Refused,
    ServerFailed,
    SignInNeeded,
    TooMuch,
    Unreachable,
)
from penstock_client.events import Event, Events
from penstock_client.pages import Page, Pages
from penstock_client.transport import Reply

__all__ = [
    "CallFailed",
    "Calls",
    "Changed",
    "Client",
    "Conflict",
    "Denied",
    "Event",
    "Events",
    "NotFound",
    "NotUnderstood",
    "NotValid",
    "Page",
    "Pages",
    "Problem",
    "Refused",
    "Reply",
    "ServerFailed",
    "SignInNeeded",
    "TooMuch",
    "Unreachable",
    "models",
]
