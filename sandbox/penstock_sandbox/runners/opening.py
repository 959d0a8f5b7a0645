"""What a CALL carries: a few facts for the runner, and the guest's own header, undecoded."""

from __future__ import annotations

import struct
from typing import Final

import msgspec

from penstock_sandbox.contract import Budget, Guest

_LENGTH: Final = struct.Struct("<I")


class Meta(msgspec.Struct, kw_only=True):
    """What a CALL says besides the guest's own header."""

    guest: Guest
    budget: Budget
    hosted: bool = False
    vm: str = ""
    package: str = ""
    #: The package's native code comes with this frame, as a sealed descriptor.
    brings_code: bool = False


_encode_meta = msgspec.msgpack.Encoder().encode
_decode_meta = msgspec.msgpack.Decoder(Meta).decode


def call_body(meta: Meta, header: bytes) -> bytes:
    """Write the body of a CALL."""
    encoded = _encode_meta(meta)
    return _LENGTH.pack(len(encoded)) + encoded + header


def read_call(body: bytes) -> tuple[Meta, bytes]:
    """Take the body of a CALL apart."""
    (length,) = _LENGTH.unpack_from(body)
    start = _LENGTH.size
    return _decode_meta(body[start : start + length]), body[start + length :]
