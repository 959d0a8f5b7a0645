"""The few system calls that Python has no function for, through the C library."""

from __future__ import annotations

import ctypes
import os
import platform
import sys
from typing import Final

MACHINE: Final = platform.machine()
IS_LINUX: Final = sys.platform == "linux"

_libc: Final = ctypes.CDLL(None, use_errno=True)
_syscall = _libc.syscall
_syscall.restype = ctypes.c_long
_mmap = _libc.mmap
_mmap.restype = ctypes.c_void_p
_mmap.argtypes = (
    ctypes.c_void_p,
    ctypes.c_size_t,
    ctypes.c_int,
    ctypes.c_int,
    ctypes.c_int,
    ctypes.c_long,
)
_MAP_FAILED: Final = ctypes.c_void_p(-1).value


def libc(name: str, *arguments: int | bytes | None) -> int:
    """Call a function of the C library that answers -1 and errno.

    Raises:
        OSError: It failed, or this system does not have it.
    """
    function = getattr(_libc, name, None)
    if function is None:
        raise OSError(f"{name} does not exist on this system")
    result: int = function(*(_native(argument) for argument in arguments))
    return _checked(result)


def syscall(number: int, *arguments: object) -> int:
    """Make a system call by its number.

    Raises:
        OSError: It failed.
    """
    result: int = _syscall(ctypes.c_long(number), *(_native(argument) for argument in arguments))
    return _checked(result)


def _native(argument: object) -> object:
    # ctypes passes a plain int as 32 bits: addresses and flags would lose their upper half.
    return ctypes.c_long(argument) if isinstance(argument, int) else argument


def _checked(result: int) -> int:
    if result == -1:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return result


def mapped(length: int, protection: int, flags: int, descriptor: int) -> int:
    """Map a file into memory and return the address.

    Raises:
        OSError: It failed.
    """
    address: int = _mmap(None, length, protection, flags, descriptor, 0)
    if address == _MAP_FAILED:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return address


def write_all(descriptor: int, content: bytes) -> None:
    """Write all of it."""
    rest = memoryview(content)
    while rest:
        rest = rest[os.write(descriptor, rest) :]
