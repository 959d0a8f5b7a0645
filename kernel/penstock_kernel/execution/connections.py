"""`ctx.connect`: connections that are not HTTP, to checked addresses, with the host's own secrets.

A node says which credential, never where to: host, port, name and password are the credential's.
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from penstock_kernel.execution import simulation
from penstock_kernel.execution.slots import bound_to, use_of
from penstock_sandbox.egress.exchange import Login
from penstock_sandbox.errors import EgressFailed
from penstock_sdk import RetryLater

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
        if simulation.lists(self._shared):
            raise simulation.refuse_tcp()
        return TcpConnection(await self._shared.host.egress.connect(host, port, tls=tls))

    async def smtp(self, credential: str) -> Smtp | simulation.PretendedSmtp:
        """Connect to a mail server; see `penstock_sdk.context.Smtp`."""
        if simulation.lists(self._shared):
            return simulation.PretendedSmtp(self._shared, credential)
        from penstock_sandbox.egress.mail import open_smtp  # noqa: PLC0415  # slow to import

        with _retried():
            return await open_smtp(self._shared.host.egress, await self._login(credential))

    async def imap(self, credential: str) -> Imap | simulation.PretendedImap:
        """Connect to a mailbox; see `penstock_sdk.context.Imap`."""
        from penstock_sandbox.egress.mailbox import open_imap  # noqa: PLC0415  # slow to import

        with _retried():
            real = await open_imap(self._shared.host.egress, await self._login(credential))
        if simulation.lists(self._shared):
            return simulation.PretendedImap(self._shared, credential, real)
        return real

    async def sql(self, credential: str) -> Sql | simulation.PretendedSql:
        """Connect to a database; see `penstock_sdk.context.Sql`."""
        from penstock_sandbox.egress.database import open_sql  # noqa: PLC0415  # slow to import

        with _retried():
            real = await open_sql(self._shared.host.egress, await self._login(credential))
        if simulation.lists(self._shared):
            return await simulation.PretendedSql.of(self._shared, credential, real)
        return real

    async def _login(self, slot: str) -> Login:
        shared = self._shared
        return await shared.host.vault.login(use_of(shared, slot), bound_to(shared, slot))


@contextmanager
def _retried() -> Generator[None]:
    """What cannot be reached now is tried again later; nothing was done yet."""
    try:
        yield
    except EgressFailed as error:
        if not error.retryable:
            raise
        raise RetryLater(error.message, delay_s=_FIRST_DELAY_S, hint=error.hint) from error
