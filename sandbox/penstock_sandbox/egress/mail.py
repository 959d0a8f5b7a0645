"""SMTP over a socket of the egress. The only module that imports aiosmtplib.

The rules:

* A password is sent inside TLS only; where the server offers none, nothing is sent.
* What a server says may be in a failure, what was sent to it never.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import aiosmtplib

from penstock_sandbox.egress.egress import Egress
from penstock_sandbox.egress.exchange import Login
from penstock_sandbox.egress.tls import named_context
from penstock_sandbox.errors import EgressFailed, EgressRefused

_TIMEOUT_S = 30.0
_SHOWN = 300
_TEMPORARY = range(400, 500)


class Smtp:
    """A connection to a mail server, logged in."""

    def __init__(self, client: aiosmtplib.SMTP) -> None:
        self._client = client

    async def send(
        self, sender: str, recipients: Sequence[str], message: bytes
    ) -> Mapping[str, str]:
        """Hand over a message; gives the recipients that were refused, with the reason.

        Raises:
            EgressFailed: The server takes it from nobody or for nobody.
        """
        try:
            refused, _ = await self._client.sendmail(sender, [*recipients], message)
        except aiosmtplib.SMTPException as error:
            raise _failed(error) from None
        except (ValueError, UnicodeError) as error:
            text = "The sender or a recipient is no address."
            raise EgressRefused(text, hint="Write it as name@example.com.") from error
        return {address: f"{code} {text}"[:_SHOWN] for address, (code, text) in refused.items()}

    async def close(self) -> None:
        """Say goodbye."""
        try:
            await self._client.quit()
        except aiosmtplib.SMTPException:
            self._client.close()


async def open_smtp(egress: Egress, login: Login) -> Smtp:
    """Connect to the server of a credential and log in.

    Raises:
        EgressRefused: The address is not allowed, or the password would travel in the clear.
        EgressFailed: It did not succeed.
    """
    if login.password and login.tls == "off":
        message = "Without TLS the password would travel in the clear."
        raise EgressRefused(message, hint="Set `tls` of the credential to verify or start.")
    # Before the socket: what fails here leaves nothing open.
    context = None if login.tls == "off" else named_context(login.host, login.authority)
    opened = await egress.open_socket(login.host, login.port, timeout_s=_TIMEOUT_S)
    client = aiosmtplib.SMTP(
        hostname=login.host,
        local_hostname="penstock",
        sock=opened,
        timeout=_TIMEOUT_S,
        use_tls=login.tls == "verify",
        start_tls=login.tls == "start",
        tls_context=context,
    )
    try:
        await client.connect()
        if login.user:
            await client.login(login.user, login.password)
    except aiosmtplib.SMTPException as error:
        client.close()  # the socket with it: it is the client's since `connect`
        raise _failed(error) from None
    except BaseException:
        client.close()  # the socket with it: it is the client's since `connect`
        raise
    return Smtp(client)


def _failed(error: aiosmtplib.SMTPException) -> EgressFailed:
    """Without the cause: some of them hold what was sent."""
    if isinstance(error, aiosmtplib.SMTPResponseException):
        message = f"The mail server refused: {error.code} {error.message[:_SHOWN]}"
        return EgressFailed(message, retryable=error.code in _TEMPORARY)
    if isinstance(error, aiosmtplib.SMTPRecipientsRefused):
        said = "; ".join(f"{one.code} {one.message}" for one in error.recipients)
        message = f"The mail server refused every recipient: {said[:_SHOWN]}"
        retryable = all(one.code in _TEMPORARY for one in error.recipients)
        return EgressFailed(message, retryable=retryable)
    return EgressFailed(f"The mail server did not go along: {type(error).__name__}.")
