"""Looks whether a credential works: one request to its own host, or one sign-in at its server."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar, cast

from penstock_kernel.store.credentials import Credential, CredentialRefused, Use
from penstock_kernel.work.credentials_types import filled
from penstock_sandbox.egress.exchange import Login, Outgoing, Signable
from penstock_sdk import PenstockError
from penstock_sdk.manifest import CredentialType

if TYPE_CHECKING:
    from penstock_kernel.store.credentials import Vault
    from penstock_sandbox.egress.egress import Egress

_TIMEOUT_S = 20.0
_MOST_BYTES = 1 << 20


class CredentialNotWorking(PenstockError):
    """The target did not take a credential."""

    code: ClassVar[str] = "credential.not_working"


async def tried(
    egress: Egress, vault: Vault, use: Use, credential: Credential, kind: CredentialType, url: str
) -> None:
    """Try a credential.

    Raises:
        CredentialRefused: Nobody says what to ask.
        CredentialNotWorking: The target did not take it.
        PenstockError: The target cannot be reached.
    """
    if credential.scheme == "login":
        login = await vault.login(use, credential.id)
        await _sign_in(egress, login, str(kind.test.get("connect", "tcp")))
        return
    if credential.scheme == "incoming":
        message = "This credential is for what comes in, and there is nobody to ask."
        raise CredentialRefused(message, hint="Send a request to what it protects.")
    asked = url or _url(kind.test, credential)
    if not asked:
        message = f"A {kind.title} does not say how to test it."
        raise CredentialRefused(message, hint="Name a URL on one of its hosts.")
    await _ask(egress, vault, use, credential, kind.test, asked)


def _url(test: Mapping[str, Any], credential: Credential) -> str:
    text = str(test.get("url", ""))
    return filled({"url": text}, credential.public, credential.scheme).get("url", "")


async def _ask(
    egress: Egress,
    vault: Vault,
    use: Use,
    credential: Credential,
    test: Mapping[str, Any],
    url: str,
) -> None:
    async def sign(_slot: str, signable: Signable) -> None:
        await vault.sign(use, credential.id, signable)

    slot = "certificate" if credential.scheme == "certificate" else "credential"
    outgoing = Outgoing(
        method=str(test.get("method", "GET")),
        url=url,
        timeout_s=_TIMEOUT_S,
        max_bytes=_MOST_BYTES,
        max_redirects=0,
    )
    setattr(outgoing, slot, "it")
    async with egress.open(outgoing, sign=sign) as response:
        status = response.start.status
    expected = test.get("status")
    good = status < 400 if expected is None else status in _numbers(expected)
    if not good:
        message = f"The target answered with status {status}."
        hint = "Check what was entered, and whether it may do this."
        raise CredentialNotWorking(message, hint=hint)


def _numbers(expected: Any) -> tuple[int, ...]:
    found = cast("list[int]", expected) if isinstance(expected, list) else [expected]
    return tuple(int(one) for one in found)


async def _sign_in(egress: Egress, login: Login, protocol: str) -> None:
    if protocol == "smtp":
        from penstock_sandbox.egress.mail import open_smtp  # noqa: PLC0415  # slow to import

        await (await open_smtp(egress, login)).close()
    elif protocol == "imap":
        from penstock_sandbox.egress.mailbox import open_imap  # noqa: PLC0415  # slow to import

        await (await open_imap(egress, login)).close()
    elif protocol == "sql":
        from penstock_sandbox.egress.database import open_sql  # noqa: PLC0415  # slow to import

        await (await open_sql(egress, login)).close()
    else:
        stream = await egress.connect(login.host, login.port, tls=login.tls == "verify")
        await stream.aclose()
