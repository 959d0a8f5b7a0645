"""What a node author declares: one class, with its parameters as annotated fields.

    class Shout(Node):
        '''Turn a text to upper case.'''

        id = "acme/text.shout"
        version = 1
        title = "Shout"
        group = "text"

        text: str = text(title="Text", placeholder="e.g. hello")

        def run(self, ctx: Context, items: Sequence[Item]) -> Result:
            return [Item({**item.json, "text": ctx.param("text", i).upper()})
                    for i, item in enumerate(items)]

Everything a person sees of a node and everything the host has to know before it runs stands in the
class; `run` is only called when all of it was checked.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from penstock_sdk.fields import Field, declared_in, fields_of
from penstock_sdk.item import Item

if TYPE_CHECKING:
    from penstock_sdk.context import Context
    from penstock_sdk.item import Result

#: What happens outside when a node runs, and so what may be done after a crash.
#: none: nothing; idempotent: doing it twice is doing it once; keyed: it takes an idempotency key;
#: unsafe: anything else (parked in doubt unless the node can `verify`).
Effects = Literal["none", "idempotent", "keyed", "unsafe"]


@dataclass(frozen=True, kw_only=True)
class Port:
    """A named input or output."""

    name: str
    title: str = ""
    #: JSON Schema 2020-12 of one item's `json`; None is unknown and matches anything.
    schema: Mapping[str, Any] | None = None
    #: An example item, so that people can map fields before the first run.
    sample: Mapping[str, Any] | None = None
    #: `main` carries items; `ai_*` connects a model, a tool, a memory to an agent.
    kind: str = "main"
    #: Items may arrive one by one, before the node that sends them has finished.
    stream: bool = False
    #: An input: does the node wait for this port when something else is connected?
    required: bool = True


@dataclass(frozen=True, kw_only=True)
class Ports:
    """The ports a node has with a certain configuration."""

    inputs: tuple[Port, ...] = (Port(name="main"),)
    outputs: tuple[Port, ...] = (Port(name="main"),)


@dataclass(frozen=True, kw_only=True)
class Retry:
    """When to try again: exponential with jitter; `Retry-After` of the target is respected."""

    max_attempts: int = 1
    first_delay_s: float = 1.0
    factor: float = 2.0
    max_delay_s: float = 300.0
    jitter: float = 0.2  # share of the delay


@dataclass(frozen=True, kw_only=True)
class Choice:
    """One entry of a dynamic list of choices."""

    value: Any
    title: str = ""
    description: str = ""


class Node:
    """A kind of node. The host makes one instance per process; an instance holds no state."""

    id: ClassVar[str]
    version: ClassVar[int] = 1
    title: ClassVar[str] = ""
    description: ClassVar[str] = ""
    group: ClassVar[str] = "other"
    icon: ClassVar[str] = ""
    aliases: ClassVar[tuple[str, ...]] = ()
    docs: ClassVar[str] = ""

    inputs: ClassVar[tuple[Port, ...]] = (Port(name="main"),)
    outputs: ClassVar[tuple[Port, ...]] = (Port(name="main"),)
    effects: ClassVar[Effects] = "none"
    retry: ClassVar[Retry] = Retry()
    #: `run` is called with one item at a time, so that errors and retries are per item.
    per_item: ClassVar[bool] = False
    #: How many items may be in flight at once where the node works per item and `run` is async.
    concurrency: ClassVar[int] = 1
    #: The node may be the target of a cycle; see `ctx.loop`.
    loop: ClassVar[bool] = False
    #: The node holds others, its body, and runs them with `ctx.run_body`.
    container: ClassVar[bool] = False

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        for name in declared_in(cls):
            if name in _taken(cls):
                message = (
                    f"{cls.__name__}.{name} is annotated, which makes it a parameter, but a node "
                    f"has something else of this name. Write `{name} = …` to set that, or "
                    f"`{name}_: …` for a parameter called {name!r}."
                )
                raise TypeError(message)

    def run(
        self, ctx: Context, items: Sequence[Item]
    ) -> Result | Awaitable[Result] | AsyncIterator[Item]:
        """Do the work on the items of the first input; the other inputs are in `ctx.inputs`.

        May be `async`, and may be an async generator of items where the first output is a stream.

        Raises:
            NodeFailed: The work cannot be done.
            RetryLater: The same call may work later.
        """
        raise NotImplementedError

    def ports(self, config: Mapping[str, Any]) -> Ports:
        """The ports with this configuration; override where they depend on it, as Switch does.

        Expressions in `config` are unresolved strings that start with `=`. Pure.
        """
        return Ports(inputs=self.inputs, outputs=self.outputs)

    def effects_of(self, config: Mapping[str, Any]) -> Effects:
        """The effects with this configuration; override where they depend on it, as HTTP does."""
        return self.effects

    def options(self, field: str, ctx: Context) -> Sequence[Choice] | Awaitable[Sequence[Choice]]:
        """Choices for a field that was declared with `dynamic=True`."""
        return ()

    #: Set to an (async) function `compensate(self, ctx, items, output)` that undoes `run`.
    compensate: ClassVar[Any] = None
    #: Set to an (async) function `verify(self, ctx, key) -> Result | None` that looks up whether
    #: the effect with that idempotency key has happened.
    verify: ClassVar[Any] = None

    @classmethod
    def fields(cls) -> Mapping[str, Field]:
        """The parameters, by name, in the order of declaration."""
        return fields_of(cls)


def _taken(cls: type[Node]) -> set[str]:
    """What the classes of this module declare, which no parameter may hide."""
    ours = [base for base in cls.__mro__[1:] if base.__module__ == __name__]
    return {"id"}.union(*(base.__dict__ for base in ours))


@dataclass(frozen=True, kw_only=True)
class Event:
    """Something that happened outside and starts an execution."""

    items: Sequence[Item]
    #: Two events of one trigger with the same id are one event.
    id: str | None = None


class Trigger(Node):
    """A node that starts executions. It has no input; when executed it passes its items on.

    `kind` says who calls what: `manual` nothing; `webhook` the server calls `on_request`;
    `schedule` the scheduler reads `schedules`; `poll` the scheduler calls `poll` with the stored
    cursor; `event` the host keeps `activate` .. `deactivate` around the subscription.
    """

    kind: ClassVar[Literal["manual", "webhook", "schedule", "poll", "event"]] = "manual"
    inputs: ClassVar[tuple[Port, ...]] = ()

    def run(self, ctx: Context, items: Sequence[Item]) -> Result:
        """Pass on the items that the event brought."""
        return items

    #: Of an event: how its requests are signed, with the `secret` that `activate` returns:
    #: `standard`, `stripe`, `github` or `slack`; empty: they are not.
    signature: ClassVar[str] = ""

    async def activate(self, ctx: Context) -> Mapping[str, Any]:
        """Ask another system to send events to `ctx.hook_url()`.

        Called when a version becomes active, and again where `check` finds nothing. What it returns
        is kept sealed and comes back in `check` and `deactivate`: `secret` is what requests are
        signed with, `renew_ms` the moment by which `check` has to renew it.
        """
        return {}

    async def check(self, ctx: Context, state: Mapping[str, Any]) -> Mapping[str, Any] | None:
        """Look whether it is there, and renew it; None: it is not, and is to be asked for anew."""
        return state

    async def deactivate(self, ctx: Context, state: Mapping[str, Any]) -> None:
        """Take it back: the version is replaced, or events are wanted no more."""

    def handshake(self, request: Mapping[str, Any]) -> str | None:
        """What a request is answered with that only looks whether somebody is here."""
        return None

    async def sample(self, ctx: Context) -> Event:
        """An example event, to build against before a real one has come."""
        return Event(items=[])

    async def poll(self, ctx: Context, cursor: Any) -> tuple[Sequence[Event], Any]:
        """What is new since `cursor` (None at first), and the next cursor."""
        return (), cursor

    async def on_request(self, ctx: Context, request: Mapping[str, Any]) -> Event | None:
        """The event in a webhook request, or None to ignore it: by default, the request itself.

        `request` has `method`, `path`, `headers` (in lower case), `params` of the path, `query`,
        `body`, and `binary` with the files that came.
        """
        json = {name: request.get(name, {}) for name in ("headers", "params", "query", "body")}
        return Event(items=[Item(json, request.get("binary") or None)])

    def takes_all(self, config: Mapping[str, Any]) -> bool:
        """Is each request an event as it stands, so that `on_request` need not be asked?"""
        return type(self).on_request is Trigger.on_request

    def webhooks(self, config: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
        """Of a webhook: its addresses, `{"method": "POST", "path": "orders/:id"}` each.

        Without a path the address is made of the ids of the workflow and the node.
        """
        return [{"method": config.get("method", "POST"), "path": config.get("path", "")}]

    def schedules(self, config: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
        """When to fire: `{"cron": "…"}` or `{"every_s": n}` each."""
        return ()


__all__ = [
    "Choice",
    "Effects",
    "Event",
    "Field",
    "Node",
    "Port",
    "Ports",
    "Retry",
    "Trigger",
]
