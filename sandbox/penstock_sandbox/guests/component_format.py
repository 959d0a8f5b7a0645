"""Read the names that a WebAssembly component imports and exports, without compiling anything.

Only the top level is read: sections 10 (imports) and 11 (exports) of the component format. What is
not understood is refused, as the engine's own verdict comes later and costs a compilation.
"""

from __future__ import annotations

from typing import NamedTuple

from penstock_sandbox.errors import GuestRefused

_COMPONENT = b"\0asm\x0d\0\x01\0"
_IMPORTS, _EXPORTS = 10, 11
_MAX_NAMES = 1_000


class Names(NamedTuple):
    """What stands at the top level of a component."""

    imports: list[str]
    exports: list[str]


def read_names(wasm: bytes) -> Names:
    """Read the imports and exports of a component.

    Raises:
        GuestRefused: It is no component, or not one that can be read.
    """
    if wasm[:8] != _COMPONENT:
        raise GuestRefused(
            "The file is not a WebAssembly component.",
            hint="Build it for WASI 0.2; a core module has to be made a component first.",
        )
    try:
        return _sections(_Reader(wasm, 8, len(wasm)))
    except (IndexError, UnicodeDecodeError, ValueError) as error:
        raise GuestRefused(f"The component cannot be read: {error}") from error


class _Reader:
    def __init__(self, data: bytes, at: int, end: int) -> None:
        self.data, self.at, self.end = data, at, end

    def byte(self) -> int:
        if self.at >= self.end:
            raise ValueError("it ends too early")
        self.at += 1
        return self.data[self.at - 1]

    def number(self) -> int:
        value = shift = 0
        while True:
            byte = self.byte()
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:  # LEB128: the last byte
                return value
            if shift > 28:
                raise ValueError("a number is too long")

    def skip(self, size: int) -> int:
        start = self.at
        if size > self.end - start:
            raise ValueError("it ends too early")
        self.at += size
        return start

    def text(self) -> str:
        size = self.number()
        start = self.skip(size)
        return self.data[start : start + size].decode()


def _sections(reader: _Reader) -> Names:
    names = Names([], [])
    while reader.at < reader.end:
        kind, size = reader.byte(), reader.number()
        start = reader.skip(size)
        section = _Reader(reader.data, start, start + size)
        if kind == _IMPORTS:
            names.imports.extend(_imports(section))
        elif kind == _EXPORTS:
            names.exports.extend(_exports(section))
        if len(names.imports) + len(names.exports) > _MAX_NAMES:
            raise ValueError("it has too many imports and exports")
    return names


def _imports(section: _Reader) -> list[str]:
    found: list[str] = []
    for _ in range(section.number()):
        found.append(_name(section))
        _skip_description(section)
    return found


def _exports(section: _Reader) -> list[str]:
    found: list[str] = []
    for _ in range(section.number()):
        found.append(_name(section))
        _skip_sort(section)
        if section.byte():
            _skip_description(section)
    return found


def _name(section: _Reader) -> str:
    if section.byte() > 1:
        raise ValueError("a name has an unknown form")
    return section.text()


def _skip_sort(section: _Reader) -> None:
    if section.byte() == 0:  # a core sort has a second byte
        section.byte()
    section.number()


def _skip_description(section: _Reader) -> None:
    kind = section.byte()
    if kind in (0x00, 0x02, 0x03):  # module, value, type: a second byte says which form
        form = section.byte()
        if kind == 0x03 and form == 0x01:
            return
        if kind == 0x02 and form == 0x01:
            raise ValueError("it imports or exports a value")
    elif kind not in (0x01, 0x04, 0x05):  # function, component, instance
        raise ValueError("it has an import or export of an unknown kind")
    section.number()
