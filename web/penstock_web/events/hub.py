"""The events of one process: who watches what, who has what open, and what is told by the API.

The rules:

* What somebody may watch is what he may read: executions by `execution:read`, changes of workflows
  and who has them open by `workflow:read`, in general or for one workflow.
* Events are hints. What is true stands in the database, and is read again after a gap.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar

import msgspec

from penstock_bus.subjects import word_of
from penstock_kernel.execution.events import pattern_of
from penstock_kernel.kernel import Kernel
from penstock_kernel.store.scope import AccessDenied, Scope
from penstock_sdk import PenstockError
from penstock_web.events.clients import Client, Want
from penstock_web.events.messages import (
    Kind,
    Person,
    Told,
    Wish,
    WorkflowChanged,
    decode_beat,
    encode,
)
from penstock_web.events.presence import BEAT_S, Board, Place, Presences
from penstock_web.events.topics import Topics
from penstock_web.http.principal import Principal
from penstock_web.http.problem import BadRequest

MOST_CLIENTS, MOST_WISHES = 2_000, 100
_PRESENCE = "presence.*.*"
log = logging.getLogger(__name__)


class TooManyWatch(PenstockError):
    """More clients watch, or one client watches more, than this process can tell."""

    code: ClassVar[str] = "events.too_many"


class Events:
    """Made once, for a server."""

    def __init__(self, kernel: Kernel, now: Callable[[], float] = time.monotonic) -> None:
        self.topics = Topics(kernel.bus, now)
        self._kernel = kernel
        self._bus = kernel.bus
        self._now = now
        self._clients: set[Client] = set()
        self._presences = Presences(kernel.bus)
        self._boards: dict[str, Board] = {}
        self._tasks: list[asyncio.Task[None]] = []
        self._hears = asyncio.Event()

    async def tell(
        self, scope: Scope, kind: str, workflow: str, detail: Mapping[str, Any] | None = None
    ) -> None:
        """Tell whoever watches that something was done to a workflow: `workflow.saved`, ….

        It is published where anybody listens, in this process or another.
        """
        subject = changed_at(scope.workspace, workflow)
        if self._bus.has_listener(subject):
            changed = WorkflowChanged(
                kind=kind,
                workflow=workflow,
                at_ms=self._kernel.now_ms(),
                by=scope.actor,
                detail=dict(detail or {}),
            )
            await self._bus.publish(subject, encode(changed))

    async def join(self) -> Client:
        """A new client.

        Raises:
            TooManyWatch: There are too many already.
        """
        if len(self._clients) >= MOST_CLIENTS:
            raise TooManyWatch(
                "Too many watch this server.", hint="Try again later, or ask another process."
            )
        self._work()
        client = Client(self.topics.counter)
        self._clients.add(client)
        client.tell(Told(kind="hello"))
        return client

    async def part(self, client: Client) -> None:
        """A client goes."""
        self._clients.discard(client)
        client.leave()
        for place in list(client.opened):
            await self._presences.go(place, client.name)
        for place in list(client.shown):
            self._look_away(place, client)

    async def handle(self, client: Client, principal: Principal, wish: Wish) -> None:
        """Do what a client asks for, and answer it; what it may not have is refused."""
        try:
            await self._done(client, principal, wish)
        except PenstockError as error:
            client.tell(_refused(wish, error))

    async def allowed_still(self, client: Client, principal: Principal) -> None:
        """Take away what a client may not watch any more."""
        scope = principal.scope()
        for name, want in list(client.wants.items()):
            try:
                patterns = _patterns(scope, want.wish, want.workflow)
                client.wants[name] = want._replace(patterns=patterns)
            except AccessDenied as error:
                del client.wants[name]
                client.tell(_refused(want.wish, error))
        await client.follow(self.topics, "")
        for place in [*client.shown, *client.opened]:
            if not scope.may("workflow:read", place.workflow):
                await self._close(place, client)

    async def close(self) -> None:
        """Listen to nothing any more."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks.clear()
        await self.topics.close()

    # --- what clients ask for -------------------------------------------------------------------

    async def _done(self, client: Client, principal: Principal, wish: Wish) -> None:
        if wish.do == "ping":
            client.tell(_told("pong", wish))
        elif wish.do == "subscribe":
            await self._subscribe(client, principal.scope(), wish)
        elif wish.do == "unsubscribe":
            client.wants.pop(_name_of(wish), None)
            await client.follow(self.topics, "")
            client.tell(_told("unsubscribed", wish))
        else:
            await self._open(client, principal, wish)

    async def _subscribe(self, client: Client, scope: Scope, wish: Wish) -> None:
        name = _name_of(wish)
        if len(client.wants) >= MOST_WISHES and name not in client.wants:
            hint = "Watch the workspace instead of many of its workflows."
            raise TooManyWatch(f"A client watches {MOST_WISHES} things at most.", hint=hint)
        workflow = await self._workflow_of(scope, wish)
        client.wants[name] = Want(wish, workflow, _patterns(scope, wish, workflow))
        if not await client.follow(self.topics, wish.after):
            client.tell(_told("missed", wish))
        client.tell(_told("subscribed", wish))
        if wish.workflow and scope.may("workflow:read", wish.workflow):
            await self._look(Place(scope.workspace, wish.workflow), client)

    async def _open(self, client: Client, principal: Principal, wish: Wish) -> None:
        if not wish.workflow:
            raise BadRequest("Which workflow?", hint="Name it: workflow.")
        place = Place(principal.workspace, wish.workflow)
        if wish.do == "close":
            await self._close(place, client)
            return
        await self._kernel.workflows.show(principal.scope(), wish.workflow)
        client.opened.add(place)
        await self._look(place, client)
        person = Person(principal.id, principal.name)
        await self._presences.come(place, client.name, person)

    async def _workflow_of(self, scope: Scope, wish: Wish) -> str:
        """The workflow that a wish is about, which is there.

        Raises:
            WorkflowMissing, ExecutionNotFound: It is not there.
            AccessDenied: It may not be read.
        """
        if wish.execution:
            return (await self._kernel.history.check(scope, wish.execution)).workflow_id
        if wish.workflow and scope.may("workflow:read", wish.workflow):
            await self._kernel.workflows.show(scope, wish.workflow)
        return wish.workflow

    # --- who has what open ----------------------------------------------------------------------

    async def _look(self, place: Place, client: Client) -> None:
        """Show a client from now on who has a workflow open."""
        await self._hears.wait()
        if place in client.shown:
            return
        client.shown.add(place)
        board = self._boards.get(place.subject)
        if board is None:
            board = self._boards[place.subject] = Board(place, self._now)
            board.viewers.add(client)
            await self._presences.ask(place)
        board.viewers.add(client)
        client.show(place, board.data)

    async def _close(self, place: Place, client: Client) -> None:
        client.opened.discard(place)
        await self._presences.go(place, client.name)
        if not any(want.wish.workflow == place.workflow for want in client.wants.values()):
            self._look_away(place, client)

    def _look_away(self, place: Place, client: Client) -> None:
        client.shown.discard(place)
        board = self._boards.get(place.subject)
        if board is not None:
            board.viewers.discard(client)
            if not board.viewers:
                del self._boards[place.subject]

    # --- in the background ----------------------------------------------------------------------

    def _work(self) -> None:
        if self._tasks and not any(task.done() for task in self._tasks):
            return
        for task in self._tasks:
            task.cancel()
        works = (self._hear(), self._keep())
        self._tasks = [asyncio.create_task(work, name="events") for work in works]

    async def _hear(self) -> None:
        """Hear who has what open."""
        try:
            subscription = await self._bus.subscribe(_PRESENCE)
        finally:
            self._hears.set()
        async for message in subscription:
            try:
                beat = decode_beat(message.data)
            except ValueError:
                log.warning("presence_unreadable: %s", message.subject)
                continue
            board = self._boards.get(message.subject)
            if beat.do == "ask":
                await self._presences.beat(message.subject)
            elif board is not None:
                board.hear(beat)
        # The bus is closed: this process ends.
        for client in self._clients:
            client.end()

    async def _keep(self) -> None:
        """Tell again who is here, forget who is not, and listen to nothing for nobody."""
        while True:
            await asyncio.sleep(BEAT_S)
            await self._presences.beat()
            for board in list(self._boards.values()):
                board.refresh()
            await self.topics.close_idle()


def _name_of(wish: Wish) -> str:
    """What a wish is called among those of a client.

    Raises:
        BadRequest: It is about nothing, or about several things.
    """
    said = [bool(wish.workflow), bool(wish.execution), wish.workspace]
    if sum(said) != 1:
        raise BadRequest("Watch what?", hint="Name a workflow, an execution or the workspace.")
    return f"workflow {wish.workflow}" if wish.workflow else f"execution {wish.execution}"


def _patterns(scope: Scope, wish: Wish, workflow: str) -> Sequence[str]:
    """What a wish comes to on the bus.

    Raises:
        AccessDenied: It may not be watched.
    """
    workspace, found = scope.workspace, list[str]()
    if scope.may("execution:read", workflow):
        found.append(pattern_of(workspace=workspace, workflow=workflow, execution=wish.execution))
    if not wish.execution and scope.may("workflow:read", workflow):
        found.append(changed_at(workspace, workflow))
    if not found:
        scope.require("execution:read", workflow)
    return found


def changed_at(workspace: str, workflow: str) -> str:
    """Where it is published that something was done to a workflow; empty: to any."""
    return f"changed.{word_of(workspace)}.{word_of(workflow) if workflow else '*'}"


def _told(kind: Kind, wish: Wish) -> Told:
    return Told(
        kind=kind,
        workflow=wish.workflow,
        execution=wish.execution,
        workspace=wish.workspace,
        ref=wish.ref,
    )


def _refused(wish: Wish, error: PenstockError) -> Told:
    told = _told("refused", wish)
    return msgspec.structs.replace(told, code=error.code, detail=error.message, hint=error.hint)
