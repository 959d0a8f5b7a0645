"""The client: the calls of the API, on a connection of its own."""

from __future__ import annotations

from collections.abc import Sequence
from types import TracebackType

import httpx2

from penstock_client.events import Events
from penstock_client.operations import Operations
from penstock_client.transport import Asked, Transport


class Calls(Operations):
    """All that a server can be asked."""

    def watch(
        self,
        *,
        workflows: Sequence[str] = (),
        executions: Sequence[str] = (),
        everything: bool = False,
        after: str = "",
    ) -> Events:
        """What happens from now on, over dropped connections too.

        Args:
            workflows: Ids of workflows to watch.
            executions: Ids of executions to watch.
            everything: Watch the whole workspace.
            after: Id of the last event that was seen.
        """
        query = {
            "workflow": list(workflows),
            "execution": list(executions),
            "all": everything or None,
        }
        return Events(self._transport, Asked("GET", "/api/v1/events/stream", query=query), after)

    def in_workspace(self, workspace: str) -> Calls:
        """The same calls for another workspace, over the same connection."""
        return Calls(self._transport.in_workspace(workspace))


class Client(Calls):
    """Calls a Penstock server.

    Args:
        url: Where the server is: `https://penstock.example.com`.
        token: What it lets us in with.
        workspace: Which workspace the calls are for; by default the token's own.
        timeout_s: How long one attempt may take.
        attempts: How often a call is made that may be made again.
        http: What to connect with instead of a connection of its own; it is not closed here.
    """

    def __init__(
        self,
        url: str,
        token: str = "",
        *,
        workspace: str = "",
        timeout_s: float = 60,
        attempts: int = 5,
        http: httpx2.AsyncClient | None = None,
    ) -> None:
        connection = http or httpx2.AsyncClient(timeout=timeout_s)
        self._own = None if http else connection
        super().__init__(
            Transport(
                connection,
                url=url,
                token=token,
                workspace=workspace,
                attempts=attempts,
            )
        )

    async def close(self) -> None:
        """Close the connection, where it is its own."""
        if self._own:
            await self._own.aclose()

    async def __aenter__(self) -> Client:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()
