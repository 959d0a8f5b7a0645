"""Landlock: give up files, TCP, and reaching other processes, for good.

A ruleset that handles every right and has no rule denies them all. What the running kernel does not
know is left out, so that an older one still gives what it has.
"""

from __future__ import annotations

import ctypes
import os
from typing import Final

from penstock_sandbox.walls.syscalls import IS_LINUX, syscall

# Numbers shared by every architecture.
_CREATE_RULESET: Final = 444
_RESTRICT_SELF: Final = 446
_ASK_VERSION: Final = 1

#: Rights on files known by each version of the interface.
_FILE_RIGHTS: Final = {1: 13, 2: 14, 3: 15, 4: 15, 5: 16}
_TCP_SINCE: Final = 4
_SCOPES_SINCE: Final = 6


class _Ruleset(ctypes.Structure):
    _fields_ = (
        ("files", ctypes.c_uint64),
        ("net", ctypes.c_uint64),
        ("scoped", ctypes.c_uint64),
    )


def landlock_version() -> int:
    """Return which version of the interface the kernel has; 0 for none."""
    if not IS_LINUX:
        return 0
    try:
        return syscall(_CREATE_RULESET, None, 0, _ASK_VERSION)
    except OSError:
        return 0


def deny_everything() -> str:
    """Restrict this process; needs no_new_privs. Return what was given up.

    Raises:
        OSError: The kernel has no Landlock, or refuses.
    """
    version = landlock_version()
    if not version:
        raise OSError("this kernel offers no Landlock")
    rules = _Ruleset(files=(1 << _FILE_RIGHTS.get(version, 16)) - 1)
    size, given_up = 8, ["files"]
    if version >= _TCP_SINCE:
        rules.net, size = 0b11, 16
        given_up.append("TCP")
    if version >= _SCOPES_SINCE:
        rules.scoped, size = 0b11, 24
        given_up.append("signals, abstract sockets")
    handle = syscall(_CREATE_RULESET, ctypes.byref(rules), size, 0)
    try:
        syscall(_RESTRICT_SELF, handle, 0)
    finally:
        os.close(handle)
    return ", ".join(given_up)
