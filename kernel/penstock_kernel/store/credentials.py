"""Credentials: the contract of the vault, and its encrypted, file-backed twin.

The promises, for every implementation:

* A node sees a handle: type and public fields. Secrets leave the vault in two ways only, by being
  attached to a request whose host is on the credential's own list, or as a login to the host and
  port that the credential itself names, for the host of the nodes to connect to.
* A credential without a list of hosts is refused: it would be sent wherever an expression says.
* A workspace sees its own credentials and no others.
* Where workflows are stored, a node of one uses a credential only if that was allowed to it when
  the workflow was written. What a document says is a wish.
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

from penstock_kernel.store import credentials_signing as signing
from penstock_kernel.store.blobs import derived
from penstock_kernel.store.state import replace_file
from penstock_sandbox.egress.exchange import Login, Signable
from penstock_sandbox.egress.grants import HttpGrant, granted, is_any_host
from penstock_sdk import PenstockError

_NONCE = 12
Scheme = Literal[
    "bearer",
    "basic",
    "digest",
    "header",
    "query",
    "certificate",
    "hmac",
    "oauth2",
    "login",
    "incoming",
]
_NEEDED: Mapping[Scheme, Sequence[str]] = {
    "bearer": ("token",),
    "basic": ("user", "password"),
    "digest": ("user", "password"),
    "certificate": ("certificate", "key"),
    "login": ("host", "port"),
    "header": ("name", "value"),
    "query": ("name", "value"),
    "oauth2": ("token_url", "client_id"),
    "hmac": ("key", "header"),
    "incoming": (),
}


class Use(msgspec.Struct, frozen=True):
    """Which slot of which node wants to use a credential."""

    workspace: str
    workflow: str = ""
    #: Of a workflow of the store; None: a document that somebody executes as it is.
    version: int | None = None
    node: str = ""
    slot: str = ""


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
    #: login: host, port, user, password, tls, authority and database;
    #: oauth2: token_url, client_id, client_secret, access_token, refresh_token, … ;
    #: hmac: key, header, and what `credentials_signing` says.
    secrets: Mapping[str, str] = {}
    #: What a person entered, by the fields of its type.
    fields: Mapping[str, Any] = {}
    #: Fields whose values are kept elsewhere, and where: `vault:path#field`.
    references: Mapping[str, str] = {}
    #: How `secrets` are made from the fields, where some of these are kept elsewhere.
    templates: Mapping[str, str] = {}

    def __repr__(self) -> str:
        return f"Credential(id={self.id!r}, type={self.type!r}, hosts={self.hosts!r})"

    def __rich_repr__(self) -> list[tuple[str, Any]]:
        """For printers that do not ask `__repr__`; the inherited one lists every field."""
        return [("id", self.id), ("type", self.type), ("hosts", self.hosts)]


class Vault(Protocol):
    """Where credentials are used.

    Each raises `CredentialNotFound` where the workspace has none with that id, and
    `CredentialRefused` where it is not for this node, this host, or this kind of use.
    """

    async def view(self, use: Use, credential: str) -> CredentialView:
        """What a node may know of it."""
        ...

    async def sign(self, use: Use, credential: str, signable: Signable) -> None:
        """Attach it to a request that goes to one of its hosts."""
        ...

    async def login(self, use: Use, credential: str) -> Login:
        """Where it leads and as whom; for the host alone, never for a node."""
        ...

    async def known(self, use: Use, credential: str) -> Credential:
        """All of it, for the host to check with what comes in from outside; never for a node."""
        ...


_decoder = msgspec.json.Decoder(Credential)


def not_found(credential: str) -> CredentialNotFound:
    """There is none with this id here."""
    message = f"There is no credential {credential!r}."
    hint = "Choose another in the node, or create it: `penstock credentials add`."
    return CredentialNotFound(message, hint=hint)


def seen(credential: Credential, slot: str) -> CredentialView:
    """What a node may know of it."""
    return CredentialView(slot, credential.type, credential.public)


def check(credential: Credential) -> None:
    """Look whether a credential can be kept and used.

    Raises:
        CredentialRefused: It names no hosts, or any host, or lacks what its scheme needs.
    """
    given = credential.secrets.keys() | credential.templates.keys()
    missing = [name for name in _NEEDED[credential.scheme] if name not in given]
    if missing:
        message = f"The credential {credential.id!r} lacks {', '.join(missing)}."
        raise CredentialRefused(message, hint=f"The scheme {credential.scheme} needs it.")
    if credential.scheme == "login":
        if not credential.references:
            login_of(credential)
    elif credential.scheme != "incoming" and _reaches_any(credential.hosts):
        message = f"The credential {credential.id!r} does not say which hosts it is for."
        raise CredentialRefused(message, hint="List its hosts, e.g. https://api.example.com.")


def needed(scheme: str) -> Sequence[str]:
    """What a scheme cannot do without."""
    return next((names for known, names in _NEEDED.items() if known == scheme), ())


def _reaches_any(hosts: Sequence[str]) -> bool:
    return not hosts or any(map(is_any_host, hosts))


def login_of(credential: Credential) -> Login:
    """Where a credential leads and as whom.

    Raises:
        CredentialRefused: It is for requests, or does not say.
    """
    if credential.scheme != "login":
        message = f"The credential {credential.id!r} is for requests, not for a connection."
        raise CredentialRefused(message, hint="Choose one with a host and a port.")
    try:
        return msgspec.convert(dict(credential.secrets), Login, strict=False)
    except msgspec.ValidationError:
        message = f"The credential {credential.id!r} does not say how to connect."
        hint = "It needs a host, a port as a number, and tls as verify, start or off."
        # Without the cause, which may hold a value.
        raise CredentialRefused(message, hint=hint) from None


def attach(credential: Credential, signable: Signable) -> None:
    """Attach a credential to a request that goes to one of its hosts.

    Raises:
        CredentialRefused: The request goes elsewhere, or the credential is for no request.
    """
    check_target(credential, signable)
    if credential.scheme == "oauth2" and not credential.secrets.get("access_token"):
        message = f"Nobody has signed in for the credential {credential.id!r}."
        raise CredentialRefused(message, hint="Open it and connect the account.")
    signing.attach(credential.scheme, credential.secrets, signable)


def check_target(credential: Credential, signable: Signable) -> None:
    """Look whether a request goes to one of the hosts of a credential.

    Raises:
        CredentialRefused: It goes elsewhere, or the credential is for no request.
    """
    allowed = (HttpGrant(hosts=credential.hosts),)
    where = {"scheme": signable.scheme, "host": signable.host, "port": signable.port}
    if credential.scheme in ("login", "incoming"):
        message = f"The credential {credential.id!r} is not for requests that are sent."
        raise CredentialRefused(message, hint="Choose another in the node.")
    if not granted(allowed, signable.method, **where):  # type: ignore[arg-type]
        message = f"The credential {credential.id!r} is not for {signable.host}:{signable.port}."
        hint = f"It is for {', '.join(credential.hosts)}; add the host there if this is meant."
        raise CredentialRefused(message, hint=hint)


class FileVault:
    """One encrypted file per credential, bound to its workspace and its id."""

    def __init__(self, folder: Path, key: bytes) -> None:
        self._folder = folder
        self._key = derived(key, "credentials")

    async def view(self, use: Use, credential: str) -> CredentialView:
        """See `Vault.view`."""
        return seen(self._load(use.workspace, credential), use.slot)

    async def sign(self, use: Use, credential: str, signable: Signable) -> None:
        """See `Vault.sign`."""
        attach(self._load(use.workspace, credential), signable)

    async def login(self, use: Use, credential: str) -> Login:
        """See `Vault.login`."""
        return login_of(self._load(use.workspace, credential))

    async def known(self, use: Use, credential: str) -> Credential:
        """See `Vault.known`."""
        return self._load(use.workspace, credential)

    def put(self, workspace: str, credential: Credential) -> None:
        """Keep a credential.

        Raises:
            CredentialRefused: It names no hosts, or any host, or lacks what its scheme needs.
        """
        check(credential)
        nonce = os.urandom(_NONCE)
        place = f"{workspace}\n{credential.id}".encode()
        sealed = AESGCM(self._key).encrypt(nonce, msgspec.json.encode(credential), place)
        replace_file(self._path(workspace, credential.id), nonce + sealed)

    def remove(self, workspace: str, credential: str) -> None:
        """Forget a credential, if it is there."""
        self._path(workspace, credential).unlink(missing_ok=True)

    def get(self, workspace: str, credential: str) -> Credential:
        """A credential, to be kept elsewhere.

        Raises:
            CredentialNotFound: This workspace has none with that id.
        """
        return self._load(workspace, credential)

    def workspaces(self) -> Sequence[str]:
        """The workspaces that have any, sorted."""
        return sorted(_from_file_name(path.name) for path in self._folder.glob("[!.]*"))

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
            raise not_found(credential) from error
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


def _file_name(name: str) -> str:
    # In lower case alone: two ids never share a file, even where a disk does not tell case apart.
    return base64.b32encode(name.encode()).decode().rstrip("=").lower() or "_"


def _from_file_name(name: str) -> str:
    text = name.upper().replace("_", "")
    return base64.b32decode(text + "=" * (-len(text) % 8)).decode()
