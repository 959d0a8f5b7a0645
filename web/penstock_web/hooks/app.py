"""The app that answers at `/hook/<workspace>/<path>`, and at `/hook-test/…` for drafts.

The rules:

* Who calls is known before anything of the body is believed, and the execution is kept before
  anything is answered.
* The same delivery is answered with what came of it the first time.
* A caller that goes, or waits for too long, leaves the execution as it is.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping
from hashlib import sha256
from typing import Any, Protocol

from penstock_kernel.execution.answers import Waiter, Wants
from penstock_kernel.kernel import Kernel
from penstock_kernel.work.hooks import Call, Hooks, Hosted
from penstock_kernel.work.routes import Match
from penstock_sdk import PenstockError
from penstock_web.health import Message, Receive, Send
from penstock_web.hooks import origins
from penstock_web.hooks.answering import Outgoing, Replies, refused, started
from penstock_web.hooks.callers import Callers
from penstock_web.hooks.reading import Arrived, ClientGone, Reads, check_path
from penstock_web.hooks.refusals import HookUnknown, MethodRefused, ReplyFailed, ReplyLate

TEST = "hook-test"
PREFIXES = ("hook", TEST)
#: How long a caller waits for a reply, where its webhook says nothing.
PATIENCE_S = 120.0
MOST_PATIENCE_S = 900.0
#: Headers by which senders name a delivery, where no signature does.
_NAMES = (
    "webhook-id",
    "idempotency-key",
    "x-github-delivery",
    "svix-id",
    "x-gitlab-event-uuid",
    "x-shopify-webhook-id",
    "ce-id",
)
_LONGEST_NAME = 200
log = logging.getLogger(__name__)


class Server(Protocol):
    """What this needs of a server."""

    kernel: Kernel


class HooksApp:
    """Made once for a server."""

    def __init__(self, kernel: Kernel) -> None:
        self._kernel = kernel
        self._callers = Callers(kernel.host.vault)

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http":
            return
        arrived = Arrived(scope, receive, self._kernel.settings.proxies)
        try:
            outgoing = await self._answered(arrived)
        except ClientGone:
            return
        except PenstockError as error:
            outgoing = refused(error)
            if outgoing.status >= 500:
                log.warning("hook_failed: %s: %s: %s", arrived.path, error.code, error.message)
        except Exception:
            log.exception("hook_failed: %s", arrived.path)
            outgoing = refused(ReplyFailed("Something went wrong here."))
        await outgoing.send(send, without_body=arrived.method == "HEAD")

    async def _answered(self, arrived: Arrived) -> Outgoing:
        check_path(arrived.path)
        prefix, workspace, path = _parts(arrived.path)
        hooks = self._kernel.serving.hooks
        if prefix == TEST:
            return await self._captured(hooks, arrived, workspace, path)
        asked = origins.asked_method(arrived)
        match = hooks.routes.find(workspace, asked or arrived.method, path)
        if match is None:
            return self._without_match(hooks, arrived, workspace, path)
        hosted = await hooks.hosted(match.webhook)
        if asked:
            return origins.preflight(arrived, hosted.config, asked)
        outgoing = await self._called(hooks, hosted, match, arrived)
        if hosted.config.get("allowed_origins"):
            origins.allow(outgoing, origins.allowed_origin(hosted.config, arrived))
        return outgoing

    async def _captured(
        self, hooks: Hooks, arrived: Arrived, workspace: str, path: str
    ) -> Outgoing:
        """A call for a draft that listens."""
        captures = self._kernel.serving.captures
        found = await captures.find(workspace, arrived.method, path)
        if found is None:
            hint = "Let its trigger listen, then call it again."
            raise HookUnknown("No draft listens at this address now.", hint=hint)
        capture, match, text = found
        hosted = hooks.host(match.webhook, text)

        async def first(execution: str) -> None:
            if not await captures.take(capture, execution):
                raise HookUnknown("This draft has got its call.", hint="Let it listen again.")

        outgoing = await self._called(hooks, hosted, match, arrived, first)
        origins.allow(outgoing, origins.allowed_origin(hosted.config, arrived))
        return outgoing

    def _without_match(self, hooks: Hooks, arrived: Arrived, workspace: str, path: str) -> Outgoing:
        methods = hooks.routes.methods(workspace, path)
        if methods:
            raise MethodRefused(arrived.method, methods)
        raise HookUnknown(
            "No active workflow answers at this address.",
            hint="Look at the address, and whether the workflow is active.",
        )

    async def _called(
        self,
        hooks: Hooks,
        hosted: Hosted,
        match: Match,
        arrived: Arrived,
        taken: Callable[[str], Awaitable[None]] | None = None,
    ) -> Outgoing:
        kernel, config = self._kernel, hosted.config
        if hosted.trigger.kind == "event":
            greeted = await self._greeted(hosted, match, arrived)
            if greeted is not None:
                return greeted
        signed = await self._callers.check(hosted, arrived, kernel.now_ms())
        reads = Reads(kernel.host.blobs, match.webhook.workspace_id)
        raw = bool(config.get("raw_body"))
        call = Call(
            execution=kernel.new_id(),
            request=await reads.request(arrived, match.params, raw=raw),
            delivery=signed or _named(arrived.named),
        )
        if taken is not None:
            call.mode, call.delivery = "manual", ""
            await taken(call.execution)
        try:
            return await self._replied(hooks, hosted, call)
        except ReplyFailed as error:
            return refused(error, call.execution)

    async def _greeted(self, hosted: Hosted, match: Match, arrived: Arrived) -> Outgoing | None:
        """The answer to a request that only looks whether somebody is here."""
        reads = Reads(self._kernel.host.blobs, match.webhook.workspace_id)
        request = await reads.request(arrived, match.params, raw=False)
        told = hosted.trigger.handshake(request)
        if told is None:
            return None
        return Outgoing(200, [(b"content-type", b"text/plain; charset=utf-8")], told.encode())

    async def _replied(self, hooks: Hooks, hosted: Hosted, call: Call) -> Outgoing:
        wants = _wants(hosted.config)
        if wants is None:
            accepted = await hooks.accept(hosted, call)
            if accepted is None:
                return Outgoing(204, [])
            return _told(started(accepted.execution, _status(hosted.config)), accepted.execution)
        with hooks.awaiting.waiter(call.execution, wants) as waiter:
            accepted = await hooks.accept(hosted, call)
            if accepted is None:
                return Outgoing(204, [])
            if accepted.execution == call.execution:
                return await self._reply(hooks, hosted, waiter, looks_first=False)
        with hooks.awaiting.waiter(accepted.execution, wants) as waiter:
            return await self._reply(hooks, hosted, waiter, looks_first=True)

    async def _reply(
        self, hooks: Hooks, hosted: Hosted, waiter: Waiter, *, looks_first: bool
    ) -> Outgoing:
        patience_s = _patience_s(hosted.config)
        came = await hooks.awaiting.came(waiter, patience_s, looks_first=looks_first)
        if came is None:
            late = ReplyLate(
                f"The workflow did not reply within {patience_s:g} seconds.",
                hint="It goes on; send the same delivery again to hear what came of it.",
            )
            return _told(refused(late, waiter.execution), waiter.execution)
        replies = Replies(self._kernel.host.blobs, hosted.webhook.workspace_id)
        return _told(replies.of(came, hosted.config), waiter.execution)


def hooks_app(server: Server) -> HooksApp:
    """The app for a server, to be mounted at `/hook` and `/hook-test`."""
    return HooksApp(server.kernel)


def _parts(path: str) -> tuple[str, str, str]:
    """Which of the two it is, the workspace, and the rest."""
    words = path.split("/")
    for place, word in enumerate(words):
        if word in PREFIXES and len(words) > place + 2:
            return word, words[place + 1], "/".join(words[place + 2 :])
    raise HookUnknown("This is no address of a workflow.", hint="It is /hook/WORKSPACE/PATH.")


def _named(headers: Mapping[str, str]) -> str:
    for name in _NAMES:
        found = headers.get(name)
        if found:
            return found if _is_plain(found) else f"sha256-{sha256(found.encode()).hexdigest()}"
    return ""


def _is_plain(name: str) -> bool:
    """May it be a part of an address?"""
    return len(name) <= _LONGEST_NAME and name.isascii() and name.isprintable() and "/" not in name


def _wants(config: Mapping[str, Any]) -> Wants | None:
    reply = config.get("reply")
    if reply == "respond":
        return "answer"
    return "end" if reply == "last_node" else None


def _status(config: Mapping[str, Any]) -> int:
    status = config.get("status")
    return status if isinstance(status, int) and status >= 200 else 200


def _patience_s(config: Mapping[str, Any]) -> float:
    said = config.get("patience_s")
    if isinstance(said, int | float) and said > 0:
        return min(float(said), MOST_PATIENCE_S)
    return PATIENCE_S


def _told(outgoing: Outgoing, execution: str) -> Outgoing:
    outgoing.add(b"penstock-execution", execution)
    return outgoing
