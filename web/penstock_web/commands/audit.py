"""`penstock audit verify`: is the audit log as it was written?"""

from __future__ import annotations

import time

import msgspec

from penstock_kernel.kernel import Kernel
from penstock_kernel.store.sql.audit_verify import AuditBroken, Verified, system_verify
from penstock_web import exit_codes
from penstock_web.commands.stored import with_kernel
from penstock_web.commands.terminal import print_json, print_text, warn


class Broken(msgspec.Struct, kw_only=True):
    """Where the log does not fit."""

    event: int
    message: str


def verify(*, as_json: bool) -> int:
    """Look at every event."""
    began = time.monotonic()
    try:
        found = with_kernel(_verified)
    except AuditBroken as error:
        if as_json:
            broken = Broken(event=error.event, message=error.message)
            print_json({"intact": False, "broken": msgspec.to_builtins(broken)})
        else:
            warn([error.message, error.hint])
        return exit_codes.FAILED
    seconds = round(time.monotonic() - began, 1)
    if as_json:
        print_json({"intact": True, **msgspec.to_builtins(found), "seconds": seconds})
    else:
        print_text(
            f"{found.events:,} events are as they were written: {found.seals:,} seals, {seconds} s."
        )
        print_text(f"The log ends with {found.head}.")
    return exit_codes.OK


async def _verified(kernel: Kernel) -> Verified:
    db = kernel.db
    assert db is not None  # noqa: S101 - `with_kernel` opens one
    return await db.read(lambda one: system_verify(one, kernel.host.sealer))
