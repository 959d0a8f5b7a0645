"""Event destinations: other systems that are told what happens here."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import msgspec
from msgspec import Meta
from sqlalchemy import Connection

from penstock_kernel.store.sql import audit
from penstock_kernel.store.sql import destinations as rows
from penstock_kernel.store.sql.destinations import (
    Destination,
    EventMessage,
    Happening,
    Kind,
)
from penstock_web.http.endpoint import Call, Given, Page, Paged, endpoint
from penstock_web.operations.signing import secret_of, shown
from penstock_web.operations.telling import NotTaken, Telling

Events = Annotated[Sequence[Kind], Meta(min_length=1, max_length=20)]


class OneDestination(Given, frozen=True):
    """Which destination."""

    destination: str


class OneMessage(Given, frozen=True):
    """Which message to which destination."""

    destination: str
    message: str


class DestinationGiven(Given, frozen=True):
    """Who is to be told what."""

    name: Annotated[str, Meta(min_length=1, max_length=200)]
    url: Annotated[str, Meta(pattern=r"^https?://[^\s]+$", max_length=2_000)]
    events: Events
    #: Of one workflow; empty: of all.
    workflow: str = ""
    disabled: bool = False


class WithSecret(msgspec.Struct, frozen=True):
    """A destination, and what its messages are signed with."""

    destination: Destination
    secret: str


@endpoint("GET", "/destinations", needs="workspace:write")
async def list_destinations(call: Call) -> Page[Destination]:
    """Who is told what happens in the workspace."""
    return Page(await call.server.db.read(lambda one: rows.listed(one, call.scope)))


@endpoint("POST", "/destinations", needs="workspace:write", status=201, secret=True)
async def add_destination(call: Call, body: DestinationGiven) -> WithSecret:
    """Tell somebody from now on. Messages are signed as Standard Webhooks has it."""
    now_ms, new = call.kernel.now_ms(), _of(body, "")

    def work(connection: Connection) -> Destination:
        made = rows.add(connection, call.scope, new, now_ms)
        _note(call, connection, "added", made)
        return made

    return _with_secret(call, await call.server.db.transact(work))


@endpoint("PUT", "/destinations/{destination}", needs="workspace:write")
async def change_destination(
    call: Call, path: OneDestination, body: DestinationGiven
) -> Destination:
    """Change who is told what."""
    now_ms = call.kernel.now_ms()

    def work(connection: Connection) -> Destination:
        before = rows.get(connection, call.scope, path.destination)
        given = _of(body, before.id)
        changed = msgspec.structs.replace(
            given,
            workspace_id=before.workspace_id,
            secret_version=before.secret_version,
            created_ms=before.created_ms,
        )
        _note(call, connection, "changed", changed)
        return rows.change(connection, call.scope, changed, now_ms)

    return await call.server.db.transact(work)


@endpoint("DELETE", "/destinations/{destination}", needs="workspace:write")
async def remove_destination(call: Call, path: OneDestination) -> None:
    """Tell somebody nothing any more."""

    def work(connection: Connection) -> None:
        _note(call, connection, "removed", rows.get(connection, call.scope, path.destination))
        rows.remove(connection, call.scope, path.destination)

    await call.server.db.transact(work)


@endpoint("POST", "/destinations/{destination}/secret", needs="workspace:write", secret=True)
async def renew_destination_secret(call: Call, path: OneDestination) -> WithSecret:
    """Sign with another secret from now on; the one before counts no more."""
    now_ms = call.kernel.now_ms()

    def work(connection: Connection) -> Destination:
        before = rows.get(connection, call.scope, path.destination)
        renewed = msgspec.structs.replace(before, secret_version=before.secret_version + 1)
        _note(call, connection, "changed", renewed)
        return rows.change(connection, call.scope, renewed, now_ms)

    return _with_secret(call, await call.server.db.transact(work))


@endpoint("POST", "/destinations/{destination}/test", needs="workspace:write", status=204)
async def test_destination(call: Call, path: OneDestination) -> None:
    """Send a message that says that messages arrive, at once and once."""
    found = await call.server.db.read(lambda one: rows.get(one, call.scope, path.destination))
    happening = Happening(found.workspace_id, "test", call.kernel.now_ms(), {"arrives": True})
    row = rows.message_to(found.id, found.workspace_id, happening)
    message = rows.message_of(row)
    host = call.kernel.host
    telling = Telling(call.server.db, host.egress, lambda: host.data.key)
    status = await telling.deliver(message, found)
    if not 200 <= status < 300:
        hint = "Look at what receives it."
        raise NotTaken(f"{found.url} answered with {status}.", hint=hint)


@endpoint("GET", "/destinations/{destination}/messages", needs="workspace:write")
async def list_destination_messages(
    call: Call, path: OneDestination, query: Paged
) -> Page[EventMessage]:
    """What somebody was told in the last week, the newest first, and what became of it."""
    most = max(1, min(query.limit, rows.MOST_LISTED))
    return Page(
        await call.server.db.read(
            lambda one: rows.messages(one, call.scope, path.destination, most=most)
        )
    )


@endpoint(
    "POST",
    "/destinations/{destination}/messages/{message}/again",
    needs="workspace:write",
    status=204,
)
async def send_message_again(call: Call, path: OneMessage) -> None:
    """Send a message again, with the id that it has."""
    now_ms = call.kernel.now_ms()
    await call.server.db.transact(
        lambda one: rows.send_again(one, call.scope, path.destination, path.message, now_ms)
    )


def _of(body: DestinationGiven, name: str) -> Destination:
    return Destination(
        id=name,
        workspace_id="",
        name=body.name,
        url=body.url,
        events=sorted(set(body.events)),
        workflow_id=body.workflow,
        disabled=body.disabled,
    )


def _note(call: Call, connection: Connection, what: str, one: Destination) -> None:
    """Whom a workspace tells what happens in it is worth knowing afterwards."""
    told, now_ms = {"name": one.name, "url": one.url}, call.kernel.now_ms()
    audit.record(connection, call.scope, f"destination.{what}", one.id, told, now_ms)


def _with_secret(call: Call, one: Destination) -> WithSecret:
    secret = secret_of(call.kernel.host.data.key, one.id, one.secret_version)
    return WithSecret(one, shown(secret))


ENDPOINTS = [
    list_destinations,
    add_destination,
    change_destination,
    remove_destination,
    renew_destination_secret,
    test_destination,
    list_destination_messages,
    send_message_again,
]
