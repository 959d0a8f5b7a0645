"""The walls around a runner, raised before it is given anything.

The rules:

* Walls that a whole family shares (namespaces) are raised once, in the zygote; the others by each
  runner right after the fork, in the order below.
* A wall that this system does not allow is recorded and never fatal: who requires it compares.
* What is recorded is what the system said when the wall was raised, not what was meant.
"""

from __future__ import annotations

import contextlib
import os
import resource
import signal
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final

import msgspec

from penstock_sandbox.contract import Wall
from penstock_sandbox.walls import landlock, seccomp
from penstock_sandbox.walls.syscalls import IS_LINUX, libc, syscall

#: In the order in which they are raised; `docs/walls.md` explains each.
NAMES: Final = (
    "network",
    "ipc",
    "hostname",
    "mounts",
    "session",
    "environment",
    "descriptors",
    "root",
    "limits",
    "user",
    "capabilities",
    "no_new_privs",
    "undumpable",
    "dies_with_parent",
    "landlock",
    "seccomp",
)

_NAMESPACES: Final = {"network": 0x40000000, "ipc": 0x08000000, "hostname": 0x04000000}
_MOUNT_NAMESPACE: Final = 0x00020000
_USER_NAMESPACE: Final = 0x10000000
_MOUNT_PRIVATE: Final = (1 << 14) | (1 << 18)
_MOUNT_EMPTY: Final = 1 | 2 | 4 | 8  # read-only, no setuid, no devices, no programs
_EMPTY_ROOT: Final = b"/tmp"

_SET_PARENT_DEATH: Final = 1
_SET_DUMPABLE: Final = 4
_SET_NO_NEW_PRIVS: Final = 38
_CAPSET: Final = {"x86_64": 126, "aarch64": 91}
#: To end others, to set groups, to set users.
_USER_RIGHTS: Final = 1 << 5 | 1 << 6 | 1 << 7
_CAPABILITY_VERSION: Final = 0x20080522

_COMPILER_THREADS: Final = 64
#: Each runner gets its own user, so that runners cannot reach each other either.
_FIRST_USER: Final = 0x70000000
_USERS: Final = 1 << 16


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """What a process needs to know to wall itself in."""

    keep: frozenset[int]  # descriptors
    data_bytes: int  # what it may have allocated in all
    number: int | None = None  # picks its user; None: it keeps the one it has
    file_bytes: int = 0  # how long a file it may write
    syscalls: frozenset[str] | None = seccomp.RUNNER  # None: any; to test the other walls
    pinned_parent: int = 0


def raise_family_walls() -> list[Wall]:
    """Leave the network, IPC, host name and mounts of the host: once, in the zygote."""
    if not IS_LINUX:
        return [Wall(name=name, stands=False, detail="Linux only") for name in NAMES[:4]]
    if not _wall("hostname", _unsharing(_NAMESPACES["hostname"])).stands:
        # Whoever is root in a user namespace of its own may have the others too.
        _wall("user namespace", _own_user_namespace)
    walls = [_wall(name, _unsharing(flag)) for name, flag in _NAMESPACES.items()]
    return [*walls, _wall("mounts", _empty_mounts)]


def raise_walls(plan: Plan) -> list[Wall]:
    """Wall this process in, for good."""
    steps: tuple[tuple[str, Callable[[], str | None]], ...] = (
        ("session", _leave_session),
        ("environment", _clear_environment),
        ("descriptors", lambda: _close_descriptors(plan.keep)),
        ("root", _leave_root),
        ("limits", lambda: _limit(plan)),
        ("user", lambda: _become_nobody(plan.number)),
        ("capabilities", _drop_capabilities),
        ("no_new_privs", lambda: _prctl(_SET_NO_NEW_PRIVS, 1)),
        ("undumpable", lambda: _prctl(_SET_DUMPABLE, 0)),
        ("dies_with_parent", lambda: _die_with(plan.pinned_parent)),
        ("landlock", landlock.deny_everything),
        ("seccomp", lambda: _restrict(plan.syscalls)),
    )
    return [_wall(name, step) for name, step in steps]


def missing(walls: Iterable[Wall], required: frozenset[str]) -> list[str]:
    """Return the required walls that do not stand, in order."""
    standing = {wall.name for wall in walls if wall.stands}
    return sorted(required - standing)


def allocated_bytes() -> int:
    """Return what this process has allocated, which the limit of a fork of it counts too."""
    with contextlib.suppress(OSError):
        status = Path("/proc/self/status").read_text()
        line = next(line for line in status.splitlines() if line.startswith("VmData"))
        return int(line.split()[1]) << 10
    return 512 << 20


def can_give_users() -> bool:
    """Whether this process may change its user and still end who has another one."""
    if os.geteuid():
        return False
    with contextlib.suppress(OSError, StopIteration):
        status = Path("/proc/self/status").read_text()
        line = next(line for line in status.splitlines() if line.startswith("CapEff"))
        return int(line.split()[1], 16) & _USER_RIGHTS == _USER_RIGHTS
    return True


def _wall(name: str, step: Callable[[], str | None]) -> Wall:
    try:
        detail = step()
    except (OSError, ValueError, AttributeError) as error:
        return Wall(name=name, stands=False, detail=str(error))
    return Wall(name=name, stands=True, detail=detail or "")


def _unsharing(flag: int) -> Callable[[], None]:
    return lambda: _unshare(flag)


def _unshare(flag: int) -> None:
    libc("unshare", flag)


def _own_user_namespace() -> None:
    user, group = os.geteuid(), os.getegid()
    _unshare(_USER_NAMESPACE)
    own = Path("/proc/self")
    (own / "setgroups").write_text("deny")
    (own / "uid_map").write_text(f"{user} {user} 1")
    (own / "gid_map").write_text(f"{group} {group} 1")


def _empty_mounts() -> None:
    _unshare(_MOUNT_NAMESPACE)
    libc("mount", b"none", b"/", None, _MOUNT_PRIVATE, None)
    libc("mount", b"none", _EMPTY_ROOT, b"tmpfs", _MOUNT_EMPTY, b"size=4k,nr_inodes=2")


def _leave_session() -> None:
    os.setsid()


def _clear_environment() -> None:
    os.environ.clear()


def _close_descriptors(keep: frozenset[int]) -> str:
    limit = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    start = 0
    for descriptor in (*sorted(keep), min(limit, 1 << 20)):
        if start < descriptor:  # an empty range from 0 would close everything
            os.closerange(start, descriptor)
        start = descriptor + 1
    return f"{len(keep)} kept"


def _leave_root() -> None:
    os.chdir(_EMPTY_ROOT)
    if os.listdir(b"."):  # noqa: PTH208 - a path would be resolved from the old root
        os.chdir("/")
        raise OSError("there is no empty directory: the mounts are not our own")
    os.chroot(b".")


def _limit(plan: Plan) -> str:
    limits = {
        resource.RLIMIT_DATA: plan.data_bytes,
        resource.RLIMIT_FSIZE: plan.file_bytes,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_NPROC: _COMPILER_THREADS if plan.syscalls is seccomp.COMPILER else 0,
        resource.RLIMIT_NOFILE: max(plan.keep, default=0) + 5,
        resource.RLIMIT_MEMLOCK: 0,
    }
    for name, value in limits.items():
        hard = resource.getrlimit(name)[1]
        allowed = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(name, (allowed, allowed))
    return f"{plan.data_bytes >> 20} MB of memory"


def _become_nobody(number: int | None) -> str:
    if number is None:
        raise PermissionError("only root, with the right to end others, can give it its own user")
    user = _FIRST_USER + number % _USERS
    os.setgroups([])
    os.setresgid(user, user, user)
    os.setresuid(user, user, user)
    return str(user)


def _drop_capabilities() -> None:
    """Not to be had again: no program that would give them can be started."""
    import ctypes  # noqa: PLC0415 - only here are structures needed

    class Header(ctypes.Structure):
        _fields_ = (("version", ctypes.c_uint32), ("pid", ctypes.c_int))

    machine = os.uname().machine
    if machine not in _CAPSET:
        raise OSError(f"unknown on {machine}")
    nothing = (ctypes.c_uint32 * 6)()
    header = Header(_CAPABILITY_VERSION, 0)
    syscall(_CAPSET[machine], ctypes.byref(header), ctypes.byref(nothing))


def _restrict(allowed: frozenset[str] | None) -> str:
    if allowed is None:
        raise OSError("not asked for")
    seccomp.restrict(allowed)
    return f"{len(allowed)} system calls are left"


def _prctl(option: int, value: int) -> None:
    if not IS_LINUX:
        raise OSError("Linux only")
    libc("prctl", option, value, 0, 0, 0)


def _die_with(parent: int) -> None:
    """Set last among the identities: changing user clears it."""
    _prctl(_SET_PARENT_DEATH, signal.SIGKILL)
    if parent and os.getppid() != parent:
        os.kill(os.getpid(), signal.SIGKILL)
