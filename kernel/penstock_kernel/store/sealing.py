"""Sealing: what is secret is kept under keys of its own, and opened only where it was put.

The rules:

* The root key wraps master keys and nothing else. From a master key comes one key per workspace,
  and that wraps a fresh key for each value: so no key is used for more than it has to be.
* A sealed value is bound to its place: workspace, kind, id, version and type. Moved to another row,
  or changed in any byte, it does not open.
* It names the generation of its master key. New values are sealed with the newest; older ones stay
  readable, and are wrapped anew without being decrypted.

A sealed value is `PS1`, the generation (4 bytes), a nonce (12), the wrapped key (48), a nonce (12),
and the ciphertext with its tag. All of it is AES-256-GCM.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from hashlib import sha256
from typing import Any, ClassVar, NamedTuple

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from penstock_sdk import PenstockError

KEY_BYTES = 32
MAGIC = b"PS1"
_NONCE = 12
_HEAD = len(MAGIC) + 4
_WRAPPED = _NONCE + KEY_BYTES + 16
_LEAST = _HEAD + _WRAPPED + _NONCE + 16


class SealBroken(PenstockError):
    """A sealed value was changed, moved, or sealed for another place."""

    code: ClassVar[str] = "seal.broken"


class SealKeyMissing(PenstockError):
    """A sealed value needs a key that is not there."""

    code: ClassVar[str] = "seal.key_missing"


class RootKeyWrong(PenstockError):
    """The root key is not the one that the database was sealed with."""

    code: ClassVar[str] = "seal.root_key_wrong"


class Place(NamedTuple):
    """Where a sealed value belongs. What belongs to the installation has no workspace."""

    workspace: str
    #: What it is of: `credential`, `signing_key`.
    kind: str
    id: str
    version: int = 1
    type: str = ""

    def bound(self) -> bytes:
        """As it is bound to the ciphertext."""
        return msgspec.json.encode(("v1", *self))


#: Looks for the master keys again, with whatever the caller reads from.
Reload = Callable[[Any], Mapping[int, bytes]]


class Sealer:
    """Seals and opens. The same one serves all of a kernel."""

    def __init__(self, masters: Mapping[int, bytes], reload: Reload | None = None) -> None:
        self._masters = dict(masters)
        self._reload = reload
        self._for_workspaces: dict[tuple[int, str], AESGCM] = {}

    @property
    def newest(self) -> int:
        """The generation that new values are sealed with."""
        return max(self._masters)

    def learn(self, masters: Mapping[int, bytes]) -> None:
        """Take in master keys that were added."""
        self._masters.update(masters)

    def look_again(self, reader: Any) -> None:
        """Find master keys that were added, with a connection."""
        if self._reload is not None:
            self.learn(self._reload(reader))

    def seal(self, place: Place, data: bytes) -> bytes:
        """Seal a value for one place."""
        key, nonce = AESGCM.generate_key(256), os.urandom(_NONCE)
        wrapped = self._wrapped(self.newest, place.workspace, key)
        return wrapped + nonce + AESGCM(key).encrypt(nonce, data, place.bound())

    def open(self, place: Place, sealed: bytes, reader: Any = None) -> bytes:
        """Open a value that was sealed for this place.

        Args:
            place: Where it was found.
            sealed: The value.
            reader: The connection it was read with, to look for keys that were added meanwhile.

        Raises:
            SealBroken: It was changed, or was sealed for another place.
            SealKeyMissing: It needs a master key that is not there.
        """
        key = self._unwrapped(place.workspace, sealed, reader)
        nonce, rest = sealed[_HEAD + _WRAPPED :][:_NONCE], sealed[_HEAD + _WRAPPED + _NONCE :]
        try:
            return AESGCM(key).decrypt(nonce, rest, place.bound())
        except InvalidTag as error:
            raise _broken(f"{place.kind} {place.id!r}") from error

    def rewrapped(self, workspace: str, sealed: bytes, reader: Any = None) -> bytes:
        """The same value with its key wrapped by the newest master key.

        Raises:
            SealBroken: The key in it was changed, or belongs to another workspace.
            SealKeyMissing: It needs a master key that is not there.
        """
        key = self._unwrapped(workspace, sealed, reader)
        return self._wrapped(self.newest, workspace, key) + sealed[_HEAD + _WRAPPED :]

    def _wrapped(self, generation: int, workspace: str, key: bytes) -> bytes:
        head, nonce = MAGIC + generation.to_bytes(4, "big"), os.urandom(_NONCE)
        wrapping = self._for_workspace(generation, workspace)
        return head + nonce + wrapping.encrypt(nonce, key, head + workspace.encode())

    def _unwrapped(self, workspace: str, sealed: bytes, reader: Any) -> bytes:
        if len(sealed) < _LEAST or not sealed.startswith(MAGIC):
            raise _broken("value")
        generation = generation_of(sealed)
        if generation not in self._masters and reader is not None:
            self.look_again(reader)
        if generation not in self._masters:
            message = f"A sealed value needs the master key {generation}, which is not there."
            raise SealKeyMissing(message, hint="Restore the database as a whole, from one backup.")
        nonce, wrapped = sealed[_HEAD:][:_NONCE], sealed[_HEAD + _NONCE : _HEAD + _WRAPPED]
        bound = sealed[:_HEAD] + workspace.encode()
        try:
            return self._for_workspace(generation, workspace).decrypt(nonce, wrapped, bound)
        except InvalidTag as error:
            raise _broken("value") from error

    def _for_workspace(self, generation: int, workspace: str) -> AESGCM:
        found = self._for_workspaces.get((generation, workspace))
        if found is None:
            purpose = f"penstock workspace {workspace}"
            found = AESGCM(derived_key(self._masters[generation], purpose))
            self._for_workspaces[generation, workspace] = found
        return found


def generation_of(sealed: bytes) -> int:
    """The generation of the master key that a value was sealed with; 0: it is no sealed value."""
    if not sealed.startswith(MAGIC):
        return 0
    return int.from_bytes(sealed[len(MAGIC) : _HEAD], "big")


def head_of(generation: int) -> bytes:
    """How every value begins that was sealed with a generation, for queries."""
    return MAGIC + generation.to_bytes(4, "big")


def fingerprint(root: bytes) -> str:
    """Tells root keys apart, and nothing else about them."""
    return sha256(derived_key(root, "penstock fingerprint")).hexdigest()[:16]


def wrap(root: bytes, name: str, key: bytes) -> bytes:
    """A key under the root key, bound to its name."""
    nonce = os.urandom(_NONCE)
    wrapping = AESGCM(derived_key(root, "penstock wrapping"))
    return nonce + wrapping.encrypt(nonce, key, name.encode())


def unwrap(root: bytes, name: str, wrapped: bytes) -> bytes:
    """A key that was wrapped under that name.

    Raises:
        SealBroken: It was changed, or belongs to another name or another root key.
    """
    wrapping = AESGCM(derived_key(root, "penstock wrapping"))
    try:
        return wrapping.decrypt(wrapped[:_NONCE], wrapped[_NONCE:], name.encode())
    except (InvalidTag, ValueError) as error:
        raise _broken(f"key {name}") from error


def derived_key(key: bytes, purpose: str) -> bytes:
    """A key for one purpose, from which the other one cannot be found."""
    return HKDF(SHA256(), KEY_BYTES, salt=None, info=purpose.encode()).derive(key)


def _broken(what: str) -> SealBroken:
    message = f"The sealed {what} was changed, or belongs elsewhere."
    return SealBroken(message, hint="Restore it from a backup, or enter the secret again.")
