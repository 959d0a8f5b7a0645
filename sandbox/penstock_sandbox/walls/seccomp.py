"""seccomp: a short list of system calls that a runner may make; all others fail with EPERM.

The rules:

* The list holds what the engine and the interpreter need to compute, and what one open
  socket needs. Nothing on it opens, creates, connects, or reaches another process.
* `memfd_create` and `clone3` answer ENOSYS, as on an old kernel: the engine and the C library
  then take the way that needs less.
* A call by another architecture's numbers kills the process: the list would not fit.
"""

from __future__ import annotations

import ctypes
import errno
import struct
from typing import Final

from penstock_sandbox.walls.syscalls import MACHINE, syscall

#: name: (x86_64, aarch64); None where the architecture has no such call.
_NUMBERS: Final[dict[str, tuple[int | None, int | None]]] = {
    "brk": (12, 214),
    "clock_getres": (229, 114),
    "clock_gettime": (228, 113),
    "clock_nanosleep": (230, 115),
    "clone": (56, 220),
    "clone3": (435, 435),
    "close": (3, 57),
    "exit": (60, 93),
    "exit_group": (231, 94),
    "fstat": (5, 80),
    "futex": (202, 98),
    "getpid": (39, 172),
    "getrandom": (318, 278),
    "getrusage": (98, 165),
    "gettid": (186, 178),
    "gettimeofday": (96, 169),
    "lseek": (8, 62),
    "madvise": (28, 233),
    "membarrier": (324, 283),
    "memfd_create": (319, 279),
    "mmap": (9, 222),
    "mprotect": (10, 226),
    "mremap": (25, 216),
    "munmap": (11, 215),
    "nanosleep": (35, 101),
    "poll": (7, None),
    "ppoll": (271, 73),
    "pread64": (17, 67),
    "read": (0, 63),
    "recvfrom": (45, 207),
    "recvmsg": (47, 212),
    "restart_syscall": (219, 128),
    "rseq": (334, 293),
    "rt_sigaction": (13, 134),
    "rt_sigprocmask": (14, 135),
    "rt_sigreturn": (15, 139),
    "sched_getaffinity": (204, 123),
    "sched_yield": (24, 124),
    "seccomp": (317, 277),
    "sendto": (44, 206),
    "set_robust_list": (273, 99),
    "sigaltstack": (131, 132),
    "write": (1, 64),
}
_ABSENT: Final = frozenset({"clone3", "memfd_create"})
#: What a runner may do.
RUNNER: Final = frozenset(_NUMBERS) - _ABSENT - {"clone", "seccomp", "write"}
#: What the compiler's process may do besides: threads, and writing its answer.
COMPILER: Final = RUNNER | {"clone", "write"}

_ARCHITECTURES: Final = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}
_X32_BIT: Final = 0x40000000

_LOAD: Final = 0x20
_JUMP_EQUAL: Final = 0x15
_JUMP_AT_LEAST: Final = 0x35
_RETURN: Final = 0x06
_ALLOW: Final = 0x7FFF0000
_KILL: Final = 0x80000000
_FAIL: Final = 0x00050000
_NUMBER_AT: Final = 0
_ARCHITECTURE_AT: Final = 4


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_char_p))


def restrict(allowed: frozenset[str]) -> None:
    """Allow these system calls and no others, for good; needs no_new_privs.

    Raises:
        OSError: This system or architecture cannot.
    """
    if MACHINE not in _ARCHITECTURES:
        raise OSError(f"no list of system calls for {MACHINE}")
    column, _ = _ARCHITECTURES[MACHINE]
    code = _filter(allowed)
    number = _NUMBERS["seccomp"][column]
    program = _Program(len(code) // 8, code)
    syscall(number or 0, 1, 0, ctypes.byref(program))


def _filter(allowed: frozenset[str]) -> bytes:
    column, architecture = _ARCHITECTURES[MACHINE]
    steps = [
        _step(_LOAD, _ARCHITECTURE_AT),
        _step(_JUMP_EQUAL, architecture, yes=1),
        _step(_RETURN, _KILL),
        _step(_LOAD, _NUMBER_AT),
        _step(_JUMP_AT_LEAST, _X32_BIT, no=1),
        _step(_RETURN, _KILL),
    ]
    for name in sorted(allowed):
        steps += _when(_NUMBERS[name][column], _ALLOW)
    for name in sorted(_ABSENT - allowed):
        steps += _when(_NUMBERS[name][column], _FAIL | errno.ENOSYS)
    steps.append(_step(_RETURN, _FAIL | errno.EPERM))
    return b"".join(steps)


def _when(number: int | None, answer: int) -> list[bytes]:
    if number is None:
        return []
    return [_step(_JUMP_EQUAL, number, no=1), _step(_RETURN, answer)]


def _step(code: int, value: int, *, yes: int = 0, no: int = 0) -> bytes:
    return struct.pack("=HBBI", code, yes, no, value)
