"""Credentials: the contract of the vault, and its encrypted, file-backed twin.

The promises, for every implementation:

* A node sees a handle: type and public fields. Secrets leave the vault in two ways only, by being
  attached to a request whose host is on the credential's own list, or as a login to the host and
  port that the credential itself names, for the host of the nodes to connect to.
* A credential without a list of hosts is refused: it would be sent wherever an expression says.
* A workspace sees its own credentials and no others.
* Secrets appear in no message, no log and no representation of an object.
"""

from __future__ import annotations

import base64
import errno
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar, Literal, Protocol

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from penstock_kernel.store import digest
from penstock_kernel.store.blobs import derived
from penstock_kernel.store.state import replace_file
from penstock_sandbox.egress.exchange import Identity, Login, Signable
from penstock_sandbox.egress.grants import HttpGrant, granted, is_any_host
from penstock_sdk import PenstockError

_NONCE = 12
_IDENTITY = ("certificate", "key", "passphrase", "authority")
Scheme = Literal["bearer", "basic", "digest", "header", "query", "certificate", "login"]
_NEEDED: Mapping[Scheme, Sequence[str]] = {
    "bearer": ("token",),
    "basic": ("user", "password"),
    "digest": ("user", "password"),
    "certificate": ("certificate", "key"),
    "login": ("host", "port"),
    "header": ("name", "value"),
    "query": ("name", "value"),
}


class CredentialNotFound(PenstockError):
    """This workspace has no credential with that id."""

    code: ClassVar[str] = "credential.not_found"


class CredentialRefused(PenstockError):
    """A credential may not be used so, or cannot be kept so."""

    code: ClassVar[str] = "credential.refused"


class CredentialView(msgspec.Struct, frozen=True):
    """A credential as nodes see it."""

    slot: str
    type: str
    public: Mapping[str, Any] = {}


class Credential(msgspec.Struct, frozen=True, kw_only=True):
    """A credential as it is kept. Never shown: its representation leaves the secrets out."""

    id: str
    type: str
    #: How it is attached to a request.
    scheme: Scheme
    #: Patterns as in a grant: `https://api.example.com`.
    hosts: tuple[str, ...]
    public: Mapping[str, Any] = {}
    #: bearer: token; basic and digest: user, password; header and query: name, value;
    #: certificate: certificate and key in PEM, passphrase and authority if there are any;
    #: login: host, port, user, password, tls, authority and database.
    secrets: Mapping[str, str] = {}

    def __repr__(self) -> str:
        return f"Credential(id={self.id!r}, type={self.type!r}, hosts={self.hosts!r})"

    def __rich_repr__(self) -> list[tuple[str, Any]]:
        """For printers that do not ask `__repr__`; the inherited one lists every field."""
        return [("id", self.id), ("type", self.type), ("hosts", self.hosts)]


class Vault(Protocol):
    """Where credentials are kept and used."""

    def view(self, workspace: str, credential: str, slot: str) -> CredentialView: ...
    async def sign(self, workspace: str, credential: str, signable: Signable) -> None: ...
    def login(self, workspace: str, credential: str) -> Login: ...
    def put(self, workspace: str, credential: Credential) -> None: ...
    def remove(self, workspace: str, credential: str) -> None: ...
    def ids(self, workspace: str) -> Sequence[str]: ...


_decoder = msgspec.json.Decoder(Credential)


class FileVault:
    """One encrypted file per credential, bound to its workspace and its id."""

    def __init__(self, folder: Path, key: bytes) -> None:
        self._folder = folder
        self._key = derived(key, "credentials")

    def view(self, workspace: str, credential: str, slot: str) -> CredentialView:
        """What a node may know of a credential.

        Raises:
            CredentialNotFound: This workspace has none with that id.
        """
        kept = self._load(workspace, credential)
        return CredentialView(slot, kept.type, kept.public)

    async def sign(self, workspace: str, credential: str, signable: Signable) -> None:
        """Attach a credential to a request that goes to one of its hosts.

        Raises:
            CredentialNotFound: This workspace has none with that id.
            CredentialRefused: The request goes elsewhere.
        """
        kept = self._load(workspace, credential)
        allowed = (HttpGrant(hosts=kept.hosts),)
        where = {"scheme": signable.scheme, "host": signable.host, "port": signable.port}
        if not granted(allowed, signable.method, **where):  # type: ignore[arg-type]
            message = f"The credential {credential!r} is not for {signable.host}:{signable.port}."
            hint = f"It is for {', '.join(kept.hosts)}; add the host there if this is meant."
            raise CredentialRefused(message, hint=hint)
        _attach(kept, signable)

    def login(self, workspace: str, credential: str) -> Login:
        """Where a credential leads and as whom; for the host alone, never for a node.

        Raises:
            CredentialNotFound: This workspace has none with that id.
            CredentialRefused: It is for requests.
        """
        kept = self._load(workspace, credential)
        if kept.scheme != "login":
            message = f"The credential {credential!r} is for requests, not for a connection."
            raise CredentialRefused(message, hint="Choose one with a host and a port.")
        return _as_login(kept)

    def put(self, workspace: str, credential: Credential) -> None:
        """Keep a credential.

        Raises:
            CredentialRefused: It names no hosts, or any host, or lacks what its scheme needs.
        """
        missing = [name for name in _NEEDED[credential.scheme] if name not in credential.secrets]
        if missing:
            message = f"The credential {credential.id!r} lacks {', '.join(missing)}."
            raise CredentialRefused(message, hint=f"The scheme {credential.scheme} needs it.")
        if credential.scheme == "login":
            _as_login(credential)
        elif not credential.hosts or any(map(is_any_host, credential.hosts)):
            message = f"The credential {credential.id!r} does not say which hosts it is for."
            raise CredentialRefused(message, hint="List its hosts, e.g. https://api.example.com.")
        nonce = os.urandom(_NONCE)
        place = f"{workspace}\n{credential.id}".encode()
        sealed = AESGCM(self._key).encrypt(nonce, msgspec.json.encode(credential), place)
        replace_file(self._path(workspace, credential.id), nonce + sealed)

    def remove(self, workspace: str, credential: str) -> None:
        """Forget a credential, if it is there."""
        self._path(workspace, credential).unlink(missing_ok=True)

    def ids(self, workspace: str) -> Sequence[str]:
        """The ids of a workspace's credentials, sorted."""
        folder = self._folder / _file_name(workspace)
        return sorted(_from_file_name(path.name) for path in folder.glob("[!.]*"))

    def _load(self, workspace: str, credential: str) -> Credential:
        try:
            sealed = self._path(workspace, credential).read_bytes()
        except OSError as error:
            if error.errno not in (errno.ENOENT, errno.ENAMETOOLONG):
                raise
            message = f"There is no credential {credential!r}."
            hint = "Choose another in the node, or create it: `penstock credentials add`."
            raise CredentialNotFound(message, hint=hint) from error
        place = f"{workspace}\n{credential}".encode()
        try:
            plain = AESGCM(self._key).decrypt(sealed[:_NONCE], sealed[_NONCE:], place)
        except (InvalidTag, ValueError) as error:
            message = f"The credential {credential!r} cannot be decrypted with this key."
            hint = "Restore the data directory, secret.key included, from one backup."
            raise CredentialRefused(message, hint=hint) from error
        return _decoder.decode(plain)

    def _path(self, workspace: str, credential: str) -> Path:
        return self._folder / _file_name(workspace) / _file_name(credential)


def _as_login(credential: Credential) -> Login:
    try:
        return msgspec.convert(dict(credential.secrets), Login, strict=False)
    except msgspec.ValidationError:
        message = f"The credential {credential.id!r} does not say how to connect."
        hint = "It needs a host, a port as a number, and tls as verify, start or off."
        # Without the cause, which may hold a value.
        raise CredentialRefused(message, hint=hint) from None


def _file_name(name: str) -> str:
    # In lower case alone: two ids never share a file, even where a disk does not tell case apart.
    return base64.b32encode(name.encode()).decode().rstrip("=").lower() or "_"


def _from_file_name(name: str) -> str:
    text = name.upper().replace("_", "")
    return base64.b32decode(text + "=" * (-len(text) % 8)).decode()


def _attach(credential: Credential, signable: Signable) -> None:
    secrets = credential.secrets
    if credential.scheme == "login":
        message = f"The credential {credential.id!r} is for a connection, not for requests."
        raise CredentialRefused(message, hint="Choose another in the node.")
    if credential.scheme == "certificate":
        signable.identity = Identity(**{name: secrets.get(name, "") for name in _IDENTITY})
        return
    if credential.scheme == "digest":
        answer = digest.answer(signable, secrets["user"], secrets["password"])
        if answer is not None:
            _set_header(signable, "authorization", answer)
            signable.answered = True
        return
    if credential.scheme == "query":
        signable.query.append((secrets["name"], secrets["value"]))
        return
    _set_header(signable, *_header(credential.scheme, secrets))


def _set_header(signable: Signable, name: str, value: str) -> None:
    signable.headers[:] = [pair for pair in signable.headers if pair[0].lower() != name.lower()]
    signable.headers.append((name, value))


def _header(scheme: Scheme, secrets: Mapping[str, str]) -> tuple[str, str]:
    if scheme == "bearer":
        return "authorization", f"Bearer {secrets['token']}"
    if scheme == "basic":
        pair = f"{secrets['user']}:{secrets['password']}".encode()
        return "authorization", f"Basic {base64.b64encode(pair).decode()}"
    return secrets["name"], secrets["value"]
