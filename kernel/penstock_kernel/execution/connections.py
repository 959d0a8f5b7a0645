"""`ctx.connect`: connections that are not HTTP, to checked addresses, with the host's own secrets.

A node says which credential, never where to: host, port, name and password are the credential's.
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from penstock_sandbox.egress.exchange import Login
from penstock_sandbox.errors import EgressFailed
from penstock_sdk import NodeFailed, RetryLater

if TYPE_CHECKING:
    from penstock_kernel.execution.context import Shared
    from penstock_sandbox.egress.database import Sql
    from penstock_sandbox.egress.mail import Smtp
    from penstock_sandbox.egress.mailbox import Imap

_FIRST_DELAY_S = 5.0


class TcpConnection:
    """A connection to a checked address."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream

    async def send(self, data: bytes) -> None:
        await self._stream.write(data)

    async def receive(self, max_bytes: int = 65_536) -> bytes:
        return bytes(await self._stream.read(max_bytes))

    async def close(self) -> None:
        await self._stream.aclose()


class ConnectDoor:
    """`ctx.connect`."""

    def __init__(self, shared: Shared) -> None:
        self._shared = shared

    async def tcp(self, host: str, port: int, *, tls: bool = False) -> TcpConnection:
        """Open a TCP connection to a public address.

        Raises:
            EgressRefused: The address is not allowed.
            EgressFailed: It cannot be reached.
        """
        return TcpConnection(await self._shared.host.egress.connect(host, port, tls=tls))

    async def smtp(self, credential: str) -> Smtp:
        """Connect to a mail server; see `penstock_sdk.context.Smtp`."""
        from penstock_sandbox.egress.mail import open_smtp  # noqa: PLC0415  # slow to import

        with _retried():
            return await open_smtp(self._shared.host.egress, self._login(credential))

    async def imap(self, credential: str) -> Imap:
        """Connect to a mailbox; see `penstock_sdk.context.Imap`."""
        from penstock_sandbox.egress.mailbox import open_imap  # noqa: PLC0415  # slow to import

        with _retried():
            return await open_imap(self._shared.host.egress, self._login(credential))

    async def sql(self, credential: str) -> Sql:
        """Connect to a database; see `penstock_sdk.context.Sql`."""
        from penstock_sandbox.egress.database import open_sql  # noqa: PLC0415  # slow to import

        with _retried():
            return await open_sql(self._shared.host.egress, self._login(credential))

    def _login(self, slot: str) -> Login:
        shared = self._shared
        bound = shared.view.spec.credentials.get(slot)
        if bound is None:
            message = f"No credential is bound to the slot {slot!r} of this node."
            raise NodeFailed(message, hint="Choose a credential in the node.", field=slot)
        return shared.host.vault.login(shared.scene.execution.workspace_id, bound)


@contextmanager
def _retried() -> Generator[None]:
    """What cannot be reached now is tried again later; nothing was done yet."""
    try:
        yield
    except EgressFailed as error:
        if not error.retryable:
            raise
        raise RetryLater(error.message, delay_s=_FIRST_DELAY_S, hint=error.hint) from error
