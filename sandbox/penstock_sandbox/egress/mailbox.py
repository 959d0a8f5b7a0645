"""IMAP over a socket of the egress, in a thread: the standard library's client waits.

The rules:

* A password is sent inside TLS only.
* Messages are counted and measured before they are fetched.
* One call at a time; a failure ends the connection.
"""

from __future__ import annotations

import asyncio
import imaplib
import re
import socket
from collections.abc import Callable, Sequence
from typing import Any, cast

from penstock_sandbox.egress.egress import Egress
from penstock_sandbox.egress.exchange import Login
from penstock_sandbox.egress.tls import named_context
from penstock_sandbox.errors import EgressFailed, EgressRefused

_TIMEOUT_S = 30.0
_MAX_MESSAGE_BYTES = 50_000_000
_LISTED = re.compile(rb'\((?P<flags>[^)]*)\) (?:"[^"]*"|NIL) (?P<name>.+)')
_SIZE = re.compile(rb"RFC822\.SIZE (\d+)")
_FLAG = re.compile(r"\\?[A-Za-z0-9_$-]+")


class Imap:
    """A connection to a mailbox, logged in."""

    def __init__(self, client: imaplib.IMAP4) -> None:
        self._client = client
        self._turn = asyncio.Lock()

    async def folders(self) -> list[str]:
        """The names of the folders."""
        found = await self._call(self._client.list)
        names = [_LISTED.match(line) for line in found if isinstance(line, bytes)]
        return [match["name"].decode(errors="replace").strip('"') for match in names if match]

    async def select(self, folder: str = "INBOX", *, read_only: bool = True) -> int:
        """Open a folder; how many messages it has."""
        (count,) = await self._call(self._client.select, _quoted(folder), read_only)
        return int(count or 0)

    async def search(self, *criteria: str) -> list[int]:
        """The unique numbers of the messages that fit, e.g. `UNSEEN`."""
        safe = [_one_line(one) for one in criteria] or ["ALL"]
        found = await self._call(self._client.uid, "SEARCH", *safe)
        return [int(number) for number in (found[0] or b"").split()]

    async def fetch(self, number: int, *, max_bytes: int = _MAX_MESSAGE_BYTES) -> bytes:
        """A message as it is kept; it stays unseen.

        Raises:
            EgressRefused: It is larger than allowed.
        """
        told = await self._call(self._client.uid, "FETCH", str(number), "(RFC822.SIZE)")
        size = _SIZE.search(_joined(told))
        if size is None:
            message = f"There is no message {number} in this folder."
            raise EgressFailed(message, retryable=False)
        if int(size[1]) > max_bytes:
            message = f"The message {number} is larger than {max_bytes:,} bytes."
            raise EgressRefused(message, hint="Raise the limit, or leave it out.")
        found = await self._call(self._client.uid, "FETCH", str(number), "(BODY.PEEK[])")
        parts = [cast("tuple[bytes, bytes]", part) for part in found if isinstance(part, tuple)]
        return parts[0][1] if parts else b""

    async def store(
        self, numbers: Sequence[int], flags: Sequence[str], *, add: bool = True
    ) -> None:
        """Add or take away flags: the one of what was seen, say."""
        if not all(_FLAG.fullmatch(flag) for flag in flags):
            raise EgressRefused("This is no flag.", hint="E.g. \\Seen, \\Flagged, \\Deleted.")
        if numbers:
            what = "+FLAGS.SILENT" if add else "-FLAGS.SILENT"
            listed = ",".join(str(int(number)) for number in numbers)
            await self._call(self._client.uid, "STORE", listed, what, f"({' '.join(flags)})")

    async def append(self, folder: str, message: bytes, flags: Sequence[str] = ()) -> None:
        """Put a message into a folder."""
        if not all(_FLAG.fullmatch(flag) for flag in flags):
            raise EgressRefused("This is no flag.", hint="E.g. \\Seen, \\Draft.")
        listed = f"({' '.join(flags)})" if flags else ""
        await self._call(self._client.append, _quoted(folder), listed, "", message)

    async def close(self) -> None:
        """Log out."""
        async with self._turn:
            await asyncio.to_thread(_leave, self._client)

    async def _call(self, function: Callable[..., Any], *given: Any) -> list[Any]:
        async with self._turn:
            try:
                status, found = await asyncio.to_thread(function, *given)
            except (imaplib.IMAP4.error, OSError, ValueError) as error:
                raise _failed(error) from None
        if status != "OK":
            said = _joined(found).decode(errors="replace")[:300]
            raise EgressFailed(f"The mailbox refused: {said}", retryable=False)
        return list(found)


class _Client(imaplib.IMAP4):
    """Speaks over a socket that is open already."""

    def __init__(self, opened: socket.socket, host: str) -> None:
        self._opened = opened
        super().__init__(host, timeout=_TIMEOUT_S)

    def _create_socket(self, timeout: float | None) -> socket.socket:
        self._opened.settimeout(timeout)
        return self._opened


async def open_imap(egress: Egress, login: Login) -> Imap:
    """Connect to the mailbox of a credential and log in.

    Raises:
        EgressRefused: The address is not allowed, or the password would travel in the clear.
        EgressFailed: It did not succeed.
    """
    if login.tls == "off":
        message = "Without TLS the password would travel in the clear."
        raise EgressRefused(message, hint="Set `tls` of the credential to verify or start.")
    context = named_context(login.host, login.authority)
    opened = await egress.open_socket(login.host, login.port, timeout_s=_TIMEOUT_S)
    try:
        return Imap(await asyncio.to_thread(_logged_in, opened, context, login))
    except (imaplib.IMAP4.error, OSError) as error:
        opened.close()
        raise _failed(error) from None
    except BaseException:
        opened.close()
        raise


def _logged_in(opened: socket.socket, context: Any, login: Login) -> imaplib.IMAP4:
    opened.settimeout(_TIMEOUT_S)
    if login.tls == "verify":
        opened = context.wrap_socket(opened, server_hostname=login.host)
    try:
        client = _Client(opened, login.host)
        if login.tls == "start":
            client.starttls(context)
        client.login(login.user, login.password)
    except BaseException:
        opened.close()
        raise
    return client


def _leave(client: imaplib.IMAP4) -> None:
    try:
        client.logout()
    except (imaplib.IMAP4.error, OSError):
        client.shutdown()


def _failed(error: Exception) -> EgressFailed:
    """Without the cause: it may hold what was sent."""
    if isinstance(error, imaplib.IMAP4.abort | OSError):
        return EgressFailed(f"The mailbox cannot be reached: {type(error).__name__}.")
    return EgressFailed("The mailbox refused the request or the login.", retryable=False)


def _quoted(text: str) -> str:
    safe = _one_line(text).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{safe}"'


def _one_line(text: str) -> str:
    if any(sign in text for sign in "\r\n\0"):
        raise EgressRefused("A line break would begin another command.", hint="Leave it out.")
    return text


def _joined(found: Sequence[Any]) -> bytes:
    parts = [part if isinstance(part, bytes) else part[0] for part in found if part]
    return b" ".join(parts)
