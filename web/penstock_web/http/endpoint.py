"""An endpoint is a typed function; its types are what is checked and what is documented.

    @endpoint("POST", "/workflows/{workflow}/publish", needs="workflow:publish", status=201)
    async def publish(call: Call, path: OneWorkflow, body: Publishing) -> Reply[Version]:
        "Make the draft a version."

The rules:

* Parameters go by name: `path`, `query` and `body`; each may be missing. A body of `bytes` is raw.
* An endpoint says which grant it needs, or that it is public.
* An answer with a secret in it is not kept: such an endpoint says so, and takes no key.
* What it returns becomes JSON; `None` becomes 204; a `Reply` adds headers; a response stays itself.
"""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import (
    TYPE_CHECKING,
    Any,
    Generic,
    Literal,
    TypeVar,
    cast,
    get_args,
    get_origin,
    get_type_hints,
)

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from penstock_kernel.kernel import Kernel
from penstock_kernel.store.scope import Scope
from penstock_web.http.numbers import whole_number
from penstock_web.http.principal import Principal

if TYPE_CHECKING:
    from penstock_web.server import Server

Method = Literal["GET", "POST", "PUT", "PATCH", "DELETE"]
T = TypeVar("T")
_TAKEN: Sequence[str] = ("path", "query", "body")
MOST_BYTES = 10 * 1024 * 1024


class Given(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of what a client sends: what is not known is refused."""


class Paged(Given, frozen=True):
    """Which part of a list."""

    #: `next_cursor` of the page before.
    cursor: str = ""
    #: How many at most; more than there may be are as many as there may be.
    limit: int = 50


class Page(msgspec.Struct, Generic[T], frozen=True):
    """Some of a list, and where the next part begins."""

    items: Sequence[T]
    next_cursor: str | None = None


class Reply(msgspec.Struct, Generic[T], frozen=True, kw_only=True):
    """An answer with more than its value."""

    value: T
    headers: Mapping[str, str] = {}
    #: Of what is answered, to be sent back as `If-Match` with a change.
    etag: str = ""
    status: int | None = None


class Call:
    """One call of an endpoint."""

    __slots__ = ("principal", "request", "scope", "server")

    def __init__(self, server: Server, request: Request, principal: Principal) -> None:
        self.server = server
        self.request = request
        self.principal = principal
        #: What the store is asked with.
        self.scope: Scope = principal.scope()

    @property
    def kernel(self) -> Kernel:
        """The kernel of this process."""
        return self.server.kernel

    @property
    def if_match(self) -> str:
        """The state that the client saw; empty where it does not say."""
        return self.request.headers.get("if-match", "").removeprefix("W/").strip('"')

    @property
    def seen(self) -> int | None:
        """The state that the client saw, where states are counted; none: it does not say."""
        return whole_number(self.if_match)


Run = Callable[..., Awaitable[Any]]


class Endpoint(msgspec.Struct, frozen=True, kw_only=True):
    """What a declaration comes to."""

    method: Method
    path: str
    name: str
    tag: str
    summary: str
    description: str
    #: The grant that it needs; none: it is public.
    needs: str | None
    status: int
    #: Other statuses of the same answer, for a `Reply` to choose from.
    also: Sequence[int]
    #: Of the answer, where it is not JSON.
    produces: str
    #: Of the body, where it is not JSON.
    consumes: str
    most_bytes: int
    #: The answer has a secret in it, and is not kept to be given again.
    secret: bool
    takes: Mapping[str, Any]
    returns: Any
    run: Run


def endpoint(
    method: Method,
    path: str,
    *,
    needs: str | None = None,
    public: bool = False,
    tag: str = "",
    status: int = 200,
    also: Sequence[int] = (),
    produces: str = "",
    consumes: str = "",
    most_bytes: int = MOST_BYTES,
    secret: bool = False,
) -> Callable[[Run], Endpoint]:
    """Declare what answers a method and a path below `/api/v1`."""
    if (needs is None) != public:
        raise TypeError(f"{method} {path} says neither what it needs nor that it is public")

    def declared(run: Run) -> Endpoint:
        hints = get_type_hints(run)
        summary, _, rest = inspect.cleandoc(run.__doc__ or "").partition("\n")
        returns = hints.pop("return")
        takes: dict[str, Any] = {name: hints[name] for name in _TAKEN if name in hints}
        return Endpoint(
            method=method,
            path=path,
            name=run.__name__,
            tag=tag or path.split("/")[1],
            summary=summary,
            description=_before_sections(rest),
            needs=needs,
            status=204 if returns is type(None) and status == 200 else status,
            also=also,
            produces=produces,
            consumes=consumes or ("application/octet-stream" if takes.get("body") is bytes else ""),
            most_bytes=most_bytes,
            secret=secret,
            takes=takes,
            returns=_value_type(returns),
            run=run,
        )

    return declared


def _before_sections(text: str) -> str:
    return text.split("\nRaises:", maxsplit=1)[0].split("\nArgs:", maxsplit=1)[0].strip()


def _value_type(returns: Any) -> Any:
    """The type of what is in the body of the answer; none: nothing, or what is no JSON."""
    if get_origin(returns) is Reply:
        returns = get_args(returns)[0]
    plain = returns is type(None) or (inspect.isclass(returns) and issubclass(returns, Response))
    return None if plain else cast("Any", returns)
