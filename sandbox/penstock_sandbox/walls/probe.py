"""Pretend the engine is broken: what can native code in a runner do?

The rules:

* Only the pool can ask for a probe, and it kills the runner afterwards.
* Each attempt is made with the system calls themselves, and is harmless where it succeeds: no
  signal is sent, nothing is overwritten, whatever is created is empty.
* An attempt that succeeds is a hole. There is no list of excuses: what a runner may do
  (compute, allocate, read clocks and randomness, use its one socket) is not attempted.
"""

from __future__ import annotations

import ctypes
import errno
import os
import signal
import socket
import stat
import struct
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import msgspec

from penstock_sandbox.walls.syscalls import MACHINE, libc, mapped, syscall

Action = Callable[[], object]


class Attempt(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that was tried."""

    group: str
    name: str
    succeeded: bool
    detail: str


_decode: Final = msgspec.json.Decoder(list[Attempt]).decode

OURS: Final = b"/tmp/penstock-probe"
_CREATE: Final = os.O_CREAT | os.O_WRONLY
_HERE: Final = -100  # AT_FDCWD
_SEIZE: Final = 0x4206  # attaches without stopping
_CLONE_USER: Final = 0x10000000
_CLONE_NET: Final = 0x40000000
_CLONE_VFORK: Final = 0x4000
_SHARED_WRITABLE: Final = (3, 1)

#: name: (x86_64, aarch64), where the C library has no function.
_NUMBERS: Final = {
    "add_key": (248, 217),
    "bpf": (321, 280),
    "clock_settime": (227, 112),
    "clone": (56, 220),
    "execveat": (322, 281),
    "finit_module": (313, 273),
    "fsopen": (430, 430),
    "fstat": (5, 80),
    "get_mempolicy": (239, 236),
    "io_uring_setup": (425, 425),
    "kcmp": (312, 272),
    "kexec_load": (246, 104),
    "keyctl": (250, 219),
    "memfd_secret": (447, 447),
    "open_tree": (428, 428),
    "openat2": (437, 437),
    "perf_event_open": (298, 241),
    "pidfd_open": (434, 434),
    "pivot_root": (155, 41),
    "seccomp": (317, 277),
    "tgkill": (234, 131),
    "userfaultfd": (323, 282),
}


def probe(server: int, own_socket: int) -> list[Attempt]:
    """Try everything, in this process."""
    attempts: list[Attempt] = []
    for group, actions in actions_against(server, own_socket).items():
        attempts.extend(_tried(group, actions))
    return attempts


def actions_against(server: int, own_socket: int) -> dict[str, list[tuple[str, Action]]]:
    """Return what is to be tried, in order; programs last, as a success does not come back."""
    return {
        "files": _files(),
        "descriptors": _descriptors(own_socket),
        "processes": [*_reach("the server", server), *_reach("the zygote", os.getppid())],
        "network": _network(own_socket),
        "memory shared with others": _shared(),
        "privilege": _privilege(),
        "kernel": _kernel(),
        "environment": _environment(),
        "programs": _programs(),
    }


def attempts_from(body: bytes) -> list[Attempt]:
    """Read what a probed runner answered."""
    return _decode(body)


def _tried(group: str, actions: list[tuple[str, Action]]) -> Iterator[Attempt]:
    for name, action in actions:
        try:
            result = action()
        except (OSError, ImportError, ValueError) as error:
            # A bad address was looked at: the way there was open.
            came_through = isinstance(error, OSError) and error.errno == errno.EFAULT
            yield Attempt(group=group, name=name, succeeded=came_through, detail=str(error))
        else:
            yield Attempt(group=group, name=name, succeeded=True, detail=repr(result)[:200])


def _files() -> list[tuple[str, Action]]:
    return [
        ("read /etc/passwd", lambda: os.open("/etc/passwd", os.O_RDONLY)),
        ("read /etc/hostname", lambda: os.open("/etc/hostname", os.O_RDONLY)),
        ("read a Python module", lambda: os.open(__file__, os.O_RDONLY)),
        ("read its own memory file", lambda: os.open("/proc/self/mem", os.O_RDWR)),
        ("openat2 of /", lambda: _call("openat2", _HERE, b"/", (ctypes.c_uint64 * 3)(), 24)),
        ("list /", lambda: os.listdir("/")),  # noqa: PTH208 - the call itself is meant
        ("stat /etc/passwd", lambda: Path("/etc/passwd").stat()),
        ("access /etc/passwd", lambda: libc("access", b"/etc/passwd", 0)),
        ("readlink /proc/self/exe", lambda: Path("/proc/self/exe").readlink()),
        ("create a file in /tmp", lambda: os.open(OURS, _CREATE)),
        ("create a file in /dev/shm", lambda: os.open(b"/dev/shm/penstock-probe", _CREATE)),
        ("create a nameless file", lambda: os.open(b"/tmp", 0o20200000 | os.O_WRONLY)),
        ("mkdir", lambda: libc("mkdir", OURS + b"-d", 0o700)),
        ("symlink", lambda: libc("symlink", b"/etc/passwd", OURS + b"-s")),
        ("hard link", lambda: libc("link", b"/etc/passwd", OURS + b"-l")),
        ("named pipe", lambda: libc("mknod", OURS + b"-p", stat.S_IFIFO | 0o600, 0)),
        ("change directory", lambda: os.chdir("/etc")),
        ("climb out of the root", lambda: os.chdir("../../../../etc")),
        ("mmap a writable device", lambda: os.open("/dev/zero", os.O_RDWR)),
        ("a file handle by name", _name_to_handle),
        ("open by handle", lambda: libc("open_by_handle_at", _HERE, bytes(24), 0)),
        ("watch files", lambda: libc("inotify_init")),
        ("watch the file system", lambda: libc("fanotify_init", 0, 0)),
    ]


def _descriptors(own_socket: int) -> list[tuple[str, Action]]:
    kept = _kept(own_socket)
    first = kept[0] if kept else 0
    return [
        ("find a descriptor that was inherited", lambda: _foreign(own_socket)),
        ("write to compiled code", lambda: os.write(first, b"")),
        ("map compiled code to change it", lambda: mapped(1 << 12, *_SHARED_WRITABLE, first)),
        ("truncate compiled code", lambda: os.ftruncate(first, os.fstat(first).st_size)),
        ("open it again for writing", lambda: os.open(f"/proc/self/fd/{first}", os.O_RDWR)),
        ("change its mode", lambda: os.fchmod(first, 0o600)),
        ("duplicate a descriptor", lambda: os.dup(first)),
        ("duplicate by fcntl", lambda: libc("fcntl", own_socket, 0, 0)),
        ("ask its socket by ioctl", lambda: libc("ioctl", own_socket, 0x541B, bytes(8))),
        ("own another's signals", lambda: libc("fcntl", own_socket, 8, os.getppid())),
        ("make a pipe", os.pipe),
        ("splice", lambda: libc("splice", first, None, own_socket, None, 1, 0)),
        ("sendfile", lambda: os.sendfile(own_socket, first, 0, 0)),
    ]


def _reach(who: str, pid: int) -> list[tuple[str, Action]]:
    return [
        (f"signal {who}", lambda: os.kill(pid, 0)),
        (f"signal a thread of {who}", lambda: _call("tgkill", pid, pid, 0)),
        (f"trace {who}", lambda: libc("ptrace", _SEIZE, pid, None, None)),
        (f"read the memory of {who}", lambda: _vm_access("process_vm_readv", pid)),
        (f"write the memory of {who}", lambda: _vm_access("process_vm_writev", pid)),
        (f"open the memory of {who}", lambda: os.open(f"/proc/{pid}/mem", os.O_RDONLY)),
        (f"open the environment of {who}", lambda: os.open(f"/proc/{pid}/environ", os.O_RDONLY)),
        (f"open the command line of {who}", lambda: os.open(f"/proc/{pid}/cmdline", os.O_RDONLY)),
        (f"hold {who}", lambda: _call("pidfd_open", pid, 0)),
        (f"change the limits of {who}", lambda: _prlimit(pid)),
        (f"change the priority of {who}", lambda: os.setpriority(os.PRIO_PROCESS, pid, 0)),
        (f"compare descriptors with {who}", lambda: _call("kcmp", pid, os.getpid(), 1, 0, 0)),
    ]


def _network(own_socket: int) -> list[tuple[str, Action]]:
    families = {"IPv4": 2, "IPv6": 10, "local": 1, "netlink": 16, "packet": 17, "vsock": 40}
    opened = [(f"open a {name} socket", _opener(number)) for name, number in families.items()]
    loopback = struct.pack("!HH4s8x", 0x0200, 80, bytes([127, 0, 0, 1]))
    return [
        *opened,
        ("open a UDP socket", lambda: libc("socket", 2, 2, 0)),
        ("open a raw socket", lambda: libc("socket", 2, 3, 1)),
        ("make a socket pair", socket.socketpair),
        ("connect its own socket elsewhere", lambda: libc("connect", own_socket, loopback, 16)),
        ("bind its own socket", lambda: libc("bind", own_socket, loopback, 16)),
        ("listen on its own socket", lambda: libc("listen", own_socket, 1)),
        ("send from its socket to an address", lambda: _send_elsewhere(own_socket)),
        ("send a descriptor to the server", lambda: _send_descriptor(own_socket)),
        ("ask who is at the other end", lambda: _peer(own_socket)),
    ]


def _shared() -> list[tuple[str, Action]]:
    return [
        ("System V memory", lambda: libc("shmget", 0, 4096, 0o1600)),
        ("System V queue", lambda: libc("msgget", 0, 0o1600)),
        ("System V semaphore", lambda: libc("semget", 0, 1, 0o1600)),
        ("a file in memory", lambda: os.memfd_create("probe")),
        ("secret memory", lambda: _call("memfd_secret", 0)),
        ("POSIX queue", lambda: libc("mq_open", b"/penstock-probe", _CREATE, 0o600, None)),
        ("event descriptor", lambda: os.eventfd(0)),
    ]


def _privilege() -> list[tuple[str, Action]]:
    return [
        ("become root", lambda: os.setuid(0)),
        ("become root for good", lambda: os.setresuid(0, 0, 0)),
        ("take the root group", lambda: os.setresgid(0, 0, 0)),
        ("take other groups", lambda: os.setgroups([0])),
        ("take capabilities", _capset),
        ("a user namespace", lambda: libc("unshare", _CLONE_USER)),
        ("a network namespace", lambda: libc("unshare", _CLONE_NET)),
        ("enter a namespace", lambda: libc("setns", 0, 0)),
        ("change the root", lambda: os.chroot("/")),
        ("pivot the root", lambda: _call("pivot_root", b"/", b"/")),
        ("mount", lambda: libc("mount", b"none", OURS + b"-d", b"tmpfs", 0, None)),
        ("unmount", lambda: libc("umount2", OURS + b"-d", 2)),
        ("open a mount tree", lambda: _call("open_tree", _HERE, b"/", 0)),
        ("make a file system", lambda: _call("fsopen", b"tmpfs", 0)),
        ("be dumpable again", lambda: libc("prctl", 4, 1, 0, 0, 0)),
        ("undo the death signal", lambda: libc("prctl", 1, 0, 0, 0, 0)),
        ("raise its own limits", lambda: _prlimit(0)),
        ("add a filter", lambda: _call("seccomp", 1, 0, None)),
        ("leave its session", os.setsid),
    ]


def _kernel() -> list[tuple[str, Action]]:
    return [
        ("io_uring", lambda: _call("io_uring_setup", 1, bytes(120))),
        ("bpf", lambda: _call("bpf", 0, bytes(72), 72)),
        ("performance events", lambda: _call("perf_event_open", bytes(120), 0, -1, -1, 0)),
        ("keyring", lambda: _call("keyctl", 0, -3, 1)),
        ("add a key", lambda: _call("add_key", b"user", b"probe", b"x", 1, -3)),
        ("userfaultfd", lambda: _call("userfaultfd", 0)),
        ("load a module", lambda: _call("finit_module", -1, b"", 0)),
        ("load a kernel", lambda: _call("kexec_load", 0, 0, None, 0xFF)),
        ("epoll", lambda: libc("epoll_create1", 0)),
        ("timer descriptor", lambda: libc("timerfd_create", 1, 0)),
        ("interval timer", lambda: signal.setitimer(signal.ITIMER_REAL, 0)),
        ("set the clock", lambda: _call("clock_settime", 0, None)),
        ("host name", os.uname),
        ("personality", lambda: libc("personality", 0xFFFFFFFF)),
        ("accounting", lambda: libc("acct", b"/nowhere")),
        ("swap", lambda: libc("swapoff", b"/nowhere")),
        ("system log", lambda: libc("klogctl", 3, bytes(64), 64)),
        ("memory policy", lambda: _call("get_mempolicy", None, None, 0, None, 0)),
    ]


def _environment() -> list[tuple[str, Action]]:
    return [
        ("find a variable", _first_known_variable),
        ("find a variable in the C library", _first_variable),
    ]


def _programs() -> list[tuple[str, Action]]:
    return [
        ("fork", lambda: _forked(lambda: libc("fork"))),
        ("fork by clone", lambda: _forked(lambda: _clone(signal.SIGCHLD))),
        ("vfork", lambda: _forked(lambda: _clone(_CLONE_VFORK | signal.SIGCHLD))),
        ("run a program", lambda: libc("execve", b"/bin/true", None, None)),
        ("run a shell", lambda: libc("execve", b"/bin/sh", None, None)),
        ("run itself", lambda: libc("execve", b"/proc/self/exe", None, None)),
        ("run a descriptor", lambda: _call("execveat", 0, b"", None, None, 0x1000)),
    ]


def _call(name: str, *arguments: object) -> int:
    column = {"x86_64": 0, "aarch64": 1}.get(MACHINE)
    if column is None:
        raise OSError(f"no number for {name} on {MACHINE}")
    return syscall(_NUMBERS[name][column], *arguments)


def _clone(flags: int) -> int:
    return _call("clone", flags, 0, 0, 0, 0)


def _forked(fork: Callable[[], int]) -> int:
    pid = fork()
    if pid == 0:
        os._exit(0)
    return pid


def _kept(own_socket: int) -> list[int]:
    return [number for number in range(256) if number != own_socket and _mode(number)]


def _foreign(own_socket: int) -> list[int]:
    found = [number for number in _kept(own_socket) if not stat.S_ISREG(_mode(number))]
    if not found:
        raise OSError("only its socket and compiled code")
    return found


def _mode(descriptor: int) -> int:
    """Ask by the old call: the C library's function uses one that could look at paths too."""
    status = ctypes.create_string_buffer(256)
    try:
        _call("fstat", descriptor, status)
    except OSError:
        return 0
    mode: int = struct.unpack_from("I", status, 24 if MACHINE == "x86_64" else 16)[0]
    return mode


def _name_to_handle() -> int:
    handle = struct.pack("Ii", 128, 0) + bytes(128)
    return libc("name_to_handle_at", _HERE, b"/etc/passwd", handle, bytes(8), 0)


def _vm_access(name: str, pid: int) -> int:
    here = ctypes.create_string_buffer(8)
    local = struct.pack("PN", ctypes.addressof(here), 8)
    return libc(name, pid, local, 1, struct.pack("PN", 4096, 8), 1, 0)


def _prlimit(pid: int) -> int:
    infinite = struct.pack("QQ", 2**64 - 1, 2**64 - 1)
    return libc("prlimit", pid, 1, infinite if pid == 0 else None, bytes(16))


def _capset() -> int:
    header = struct.pack("Ii", 0x20080522, 0)
    return libc("capset", header, struct.pack("6I", *(0xFFFFFFFF,) * 6))


def _opener(family: int) -> Action:
    return lambda: libc("socket", family, socket.SOCK_DGRAM, 0)


def _send_elsewhere(own_socket: int) -> int:
    address = struct.pack("H", 1) + b"\0penstock-probe"
    return libc("sendto", own_socket, b"", 0, 0, address, len(address))


def _send_descriptor(own_socket: int) -> int:
    payload = ctypes.create_string_buffer(b"")
    vector = struct.pack("PN", ctypes.addressof(payload), 0)
    buffer = ctypes.create_string_buffer(vector)
    message = struct.pack("PIxxxxPNPNi", 0, 0, ctypes.addressof(buffer), 1, 0, 0, 0)
    return libc("sendmsg", own_socket, message, 0)


def _peer(own_socket: int) -> int:
    return libc("getsockopt", own_socket, 1, 17, bytes(12), struct.pack("I", 12))


def _first_known_variable() -> str:
    if os.environ:
        return next(iter(os.environ))
    raise OSError("there is none")


def _first_variable() -> str:
    table = ctypes.POINTER(ctypes.c_char_p).in_dll(ctypes.CDLL(None), "environ")
    if not table or table[0] is None:
        raise OSError("there is none")
    return str(table[0])
