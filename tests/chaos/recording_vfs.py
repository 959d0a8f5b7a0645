"""What SQLite writes and flushes, in order: its own way to the disk with a pen beside it.

SQLite reaches files through a table of functions (a VFS). Ours is that of the system, in which
writing, flushing and shortening are written down before they are done. Nothing else is changed.
"""

from __future__ import annotations

import ctypes
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager
from importlib import import_module
from typing import Any, Literal, NamedTuple

_WORD = ctypes.c_void_p
_NAME = b"penstock-recording"


class Step(NamedTuple):
    """Something that was asked of a file, or was told to somebody (`ack`).

    Writes are at a place of the file, and shortening is to a size. A flush is for the steps before
    a number: what others wrote while it took may be on the disk, or not.
    """

    kind: Literal["write", "sync", "truncate", "ack"]
    file: str
    at: int = 0
    data: bytes = b""


class _Vfs(ctypes.Structure):
    _fields_ = (
        ("version", ctypes.c_int),
        ("file_size", ctypes.c_int),
        ("longest_path", ctypes.c_int),
        ("next", _WORD),
        ("name", ctypes.c_char_p),
        ("data", _WORD),
        ("open", _WORD),
        *((f"other{number}", _WORD) for number in range(15)),
    )


class _Methods(ctypes.Structure):
    _fields_ = (
        ("version", ctypes.c_int),
        ("close", _WORD),
        ("read", _WORD),
        ("write", _WORD),
        ("truncate", _WORD),
        ("sync", _WORD),
        *((f"other{number}", _WORD) for number in range(13)),
    )


_OPEN = ctypes.CFUNCTYPE(
    ctypes.c_int, _WORD, _WORD, _WORD, ctypes.c_int, ctypes.POINTER(ctypes.c_int)
)
_WRITE = ctypes.CFUNCTYPE(ctypes.c_int, _WORD, _WORD, ctypes.c_int, ctypes.c_int64)
_TRUNCATE = ctypes.CFUNCTYPE(ctypes.c_int, _WORD, ctypes.c_int64)
_SYNC = ctypes.CFUNCTYPE(ctypes.c_int, _WORD, ctypes.c_int)


class Recording:
    """The steps so far; more come as long as connections are open."""

    def __init__(self) -> None:
        self.steps: list[Step] = []
        self._lock = threading.Lock()
        self._names: dict[int, str] = {}
        #: By the address of the system's own.
        self._methods: dict[int, _Methods] = {}
        #: Whatever SQLite may still call.
        self._held: list[Any] = []

    def note(self, step: Step) -> None:
        """Write a step down."""
        with self._lock:
            self.steps.append(step)

    def acknowledged(self, what: str) -> None:
        """Somebody was told."""
        self.note(Step("ack", what))

    @contextmanager
    def listening(self) -> Generator[Recording]:
        """What is opened in the block is written down."""
        # The module knows the library that it was linked with.
        library = ctypes.CDLL(import_module("_sqlite3").__file__)
        library.sqlite3_vfs_find.restype = _WORD
        library.sqlite3_vfs_find.argtypes = (ctypes.c_char_p,)
        library.sqlite3_vfs_register.argtypes = (_WORD, ctypes.c_int)
        library.sqlite3_vfs_unregister.argtypes = (_WORD,)
        system = library.sqlite3_vfs_find(None)
        ours = _Vfs.from_buffer_copy(_Vfs.from_address(system))
        ours.name = _NAME
        opened = _OPEN(self._opening(system, _OPEN(ours.open)))
        ours.open = ctypes.cast(opened, _WORD)
        self._held += [ours, opened]
        library.sqlite3_vfs_register(ctypes.addressof(ours), 1)
        try:
            yield self
        finally:
            library.sqlite3_vfs_register(system, 1)
            library.sqlite3_vfs_unregister(ctypes.addressof(ours))

    def _opening(self, system: int, real: Any) -> Callable[..., int]:
        def opened(_vfs: int, name: int | None, file: int, flags: int, out: Any) -> int:
            # The name itself, and no copy: SQLite keeps it, and there is more behind its end.
            code: int = real(system, name, file, flags, out)
            if code == 0 and name is not None:
                self._names[file] = ctypes.string_at(name).decode()
                place = ctypes.c_void_p.from_address(file)
                place.value = ctypes.addressof(self._written_down(place.value or 0))
            return code

        return opened

    def _written_down(self, methods: int) -> _Methods:
        """The methods of a file, with ours for those that change it."""
        if methods not in self._methods:
            ours = _Methods.from_buffer_copy(_Methods.from_address(methods))
            callbacks = (
                ("write", _WRITE(self._writing(_WRITE(ours.write)))),
                ("truncate", _TRUNCATE(self._truncating(_TRUNCATE(ours.truncate)))),
                ("sync", _SYNC(self._syncing(_SYNC(ours.sync)))),
            )
            for name, callback in callbacks:
                setattr(ours, name, ctypes.cast(callback, _WORD))
            self._held.append(callbacks)
            self._methods[methods] = ours
        return self._methods[methods]

    def _writing(self, real: Any) -> Callable[..., int]:
        def write(file: int, data: int, length: int, at: int) -> int:
            self.note(Step("write", self._names[file], at, ctypes.string_at(data, length)))
            return int(real(file, data, length, at))

        return write

    def _truncating(self, real: Any) -> Callable[..., int]:
        def truncate(file: int, size: int) -> int:
            self.note(Step("truncate", self._names[file], size))
            return int(real(file, size))

        return truncate

    def _syncing(self, real: Any) -> Callable[..., int]:
        def sync(file: int, flags: int) -> int:
            before = len(self.steps)
            code = int(real(file, flags))
            if code == 0:
                self.note(Step("sync", self._names[file], before))
            return code

        return sync
