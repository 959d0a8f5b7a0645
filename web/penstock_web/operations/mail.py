"""Sends mail of the server itself: alerts, invitations.

The rules:

* Mail goes out through the egress like everything else. The mail server is the operator's choice,
  so its address need not be public.
* Nothing that a person wrote can add a header or a recipient.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from typing import ClassVar

from penstock_kernel.settings import Settings
from penstock_sandbox.egress.addresses import Allowed
from penstock_sandbox.egress.egress import Egress
from penstock_sandbox.egress.exchange import Login
from penstock_sdk import PenstockError

LONGEST_SUBJECT = 200


class MailNotSet(PenstockError):
    """No mail server is set, or no sender."""

    code: ClassVar[str] = "mail.not_set"


class MailRefused(PenstockError):
    """The address is none, or the mail server does not take the mail."""

    code: ClassVar[str] = "mail.refused"


class Mailer:
    """Sends mail as the settings say. Made once per server."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        words = (*settings.egress_allow, *([settings.smtp_host] if settings.smtp_host else []))
        self._egress = Egress(Allowed.parse(words), proxy=None)

    @property
    def is_set(self) -> bool:
        """Can mail be sent at all?"""
        return bool(self._settings.smtp_host and self._settings.mail_from)

    async def send(self, to: str | Sequence[str], subject: str, text: str) -> None:
        """Send a mail.

        Raises:
            MailNotSet: Nobody said how.
            MailRefused: An address is none, or the server does not take it.
            EgressFailed: The server cannot be reached, or does not go along.
        """
        if not self.is_set:
            message = "No mail can be sent: there is no mail server, or no sender."
            raise MailNotSet(message, hint="Set PENSTOCK_SMTP_HOST and PENSTOCK_MAIL_FROM.")
        recipients = [to] if isinstance(to, str) else list(to)
        sender = checked(self._settings.mail_from)
        mail = _mail(sender, [checked(one) for one in recipients], subject, text)
        from penstock_sandbox.egress.mail import open_smtp  # noqa: PLC0415 - slow to import

        smtp = await open_smtp(self._egress, self._login())
        try:
            refused = await smtp.send(sender.addr_spec, recipients, mail.as_bytes())
        finally:
            await smtp.close()
        if refused:
            told = "; ".join(f"{address}: {why}" for address, why in refused.items())
            raise MailRefused(f"The mail server refused recipients: {told}.")

    async def close(self) -> None:
        """Let go of connections."""
        await self._egress.close()

    def _login(self) -> Login:
        settings = self._settings
        return Login(
            host=settings.smtp_host,
            port=settings.smtp_port,
            user=settings.smtp_user,
            password=settings.smtp_password,
            tls=settings.smtp_tls,
        )


def checked(text: str) -> Address:
    """An address for mail.

    Raises:
        MailRefused: It is none.
    """
    try:
        address = Address(addr_spec=text)
    except (ValueError, MessageError, IndexError):
        address = None
    if address is None or not address.domain or any(ord(letter) < 33 for letter in text):
        raise MailRefused(f"{text!r} is no address.", hint="Write it as name@example.com.")
    return address


def _mail(sender: Address, recipients: Sequence[Address], subject: str, text: str) -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"] = sender, tuple(recipients)
    mail["Subject"] = " ".join(subject.split())[:LONGEST_SUBJECT]
    mail["Date"] = format_datetime(datetime.now(UTC))
    mail["Message-ID"] = make_msgid(domain=sender.domain)
    # Whoever is away answers no machine.
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(text)
    return mail
