"""What every vault promises."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

import pytest
from sqlalchemy import Connection
from tests.support.databases import opened

from penstock_kernel.store.credentials import (
    Credential,
    CredentialNotFound,
    CredentialRefused,
    CredentialView,
    FileVault,
    Use,
    Vault,
    check,
)
from penstock_kernel.store.scope import Scope
from penstock_kernel.store.sql import credentials as rows
from penstock_kernel.store.sql.credentials import Entry, Kept
from penstock_kernel.store.sql.credentials_vault import SqlVault
from penstock_kernel.store.sql.database import Database
from penstock_kernel.store.sql.keys import Keys, open_keys
from penstock_sandbox.egress.exchange import Login, Signable

KEY = bytes(range(32))
HOST = "https://api.example.com"


class Filled(Protocol):
    """A vault to put something into and to ask for it."""

    async def put(self, workspace: str, credential: Credential) -> None: ...
    async def remove(self, workspace: str, credential: str) -> None: ...
    async def ids(self, workspace: str) -> Sequence[str]: ...
    async def view(self, workspace: str, credential: str, slot: str) -> CredentialView: ...
    async def sign(self, workspace: str, credential: str, signable: Signable) -> None: ...
    async def login(self, workspace: str, credential: str) -> Login: ...


class Asking:
    """Asks as a document does that somebody executes as it is."""

    def __init__(self, vault: Vault) -> None:
        self.vault = vault

    async def view(self, workspace: str, credential: str, slot: str) -> CredentialView:
        return await self.vault.view(Use(workspace, slot=slot), credential)

    async def sign(self, workspace: str, credential: str, signable: Signable) -> None:
        await self.vault.sign(Use(workspace), credential, signable)

    async def login(self, workspace: str, credential: str) -> Login:
        return await self.vault.login(Use(workspace), credential)


class Files(Asking):
    """In files."""

    def __init__(self, folder: Path) -> None:
        self.files = FileVault(folder, KEY)
        super().__init__(self.files)

    async def put(self, workspace: str, credential: Credential) -> None:
        self.files.put(workspace, credential)

    async def remove(self, workspace: str, credential: str) -> None:
        self.files.remove(workspace, credential)

    async def ids(self, workspace: str) -> Sequence[str]:
        return self.files.ids(workspace)


class Rows(Asking):
    """In a database."""

    def __init__(self, db: Database, keys: Keys) -> None:
        self.db, self.keys = db, keys
        super().__init__(SqlVault(db, keys.sealer, lambda: 0, as_it_is, complete))

    async def put(self, workspace: str, credential: Credential) -> None:
        def work(connection: Connection) -> None:
            check(credential)
            scope, entry = Scope(workspace), Entry(name="C", credential=credential)
            if credential.id in [one.id for one in rows.listed(connection, scope)]:
                rows.remove(connection, scope, credential.id)
            rows.add(connection, scope, self.keys.sealer, entry, 0)

        await self.db.transact(work)

    async def remove(self, workspace: str, credential: str) -> None:
        await self.db.transact(lambda one: rows.remove(one, Scope(workspace), credential))

    async def ids(self, workspace: str) -> Sequence[str]:
        found = await self.db.read(lambda one: rows.listed(one, Scope(workspace)))
        return [one.id for one in found]


async def complete(workspace: str, credential: Credential) -> Credential:
    return credential


async def as_it_is(workspace: str, kept: Kept, *, refused: bool) -> Kept:
    return kept


@pytest.fixture(params=["files", "memory", "sqlite", "postgresql"])
async def vault(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncGenerator[Filled]:
    if request.param == "files":
        yield Files(tmp_path)
        return
    async with opened(request.param, tmp_path) as db:
        yield Rows(db, await open_keys(db, KEY, 0))


def credential(
    scheme: Any = "bearer",
    hosts: tuple[str, ...] = (HOST,),
    secrets: Mapping[str, str] | None = None,
) -> Credential:
    return Credential(
        id="c1",
        type="acme",
        scheme=scheme,
        hosts=hosts,
        public={"account": "me"},
        secrets=secrets or {"token": "s3cret"},
    )


def request(host: str = "api.example.com", **more: Any) -> Signable:
    values: dict[str, Any] = {
        "method": "GET",
        "scheme": "https",
        "host": host,
        "port": 443,
        "path": "/",
        "headers": [("accept", "*/*")],
        "query": [],
        "body": None,
    }
    return Signable(**(values | more))


async def test_a_node_sees_type_and_public_fields_only(vault: Filled) -> None:
    await vault.put("w", credential())

    view = await vault.view("w", "c1", "auth")

    assert (view.slot, view.type, view.public) == ("auth", "acme", {"account": "me"})
    assert "s3cret" not in repr(view)


@pytest.mark.parametrize(
    ("scheme", "secrets", "header"),
    [
        pytest.param("bearer", {"token": "t"}, ("authorization", "Bearer t"), id="bearer"),
        pytest.param(
            "basic", {"user": "u", "password": "p"}, ("authorization", "Basic dTpw"), id="basic"
        ),
        pytest.param("header", {"name": "X-Key", "value": "k"}, ("X-Key", "k"), id="header"),
    ],
)
async def test_a_request_is_signed_in_its_headers(
    vault: Filled, scheme: str, secrets: dict[str, str], header: tuple[str, str]
) -> None:
    await vault.put("w", credential(scheme, secrets=secrets))
    signable = request(headers=[(header[0].lower(), "forged")])

    await vault.sign("w", "c1", signable)

    assert signable.headers == [header]


async def test_a_request_is_signed_in_its_query(vault: Filled) -> None:
    await vault.put("w", credential("query", secrets={"name": "key", "value": "k"}))
    signable = request()

    await vault.sign("w", "c1", signable)

    assert signable.query == [("key", "k")]


@pytest.mark.parametrize(
    "elsewhere",
    [
        pytest.param({"host": "evil.example.com"}, id="another-host"),
        pytest.param({"host": "api.example.com.evil.net"}, id="longer-host"),
        pytest.param({"scheme": "http", "port": 80}, id="without-tls"),
        pytest.param({"port": 8443}, id="another-port"),
    ],
)
async def test_a_credential_goes_to_its_own_hosts_only(
    vault: Filled, elsewhere: dict[str, Any]
) -> None:
    await vault.put("w", credential())
    signable = request(**elsewhere)

    with pytest.raises(CredentialRefused) as refused:
        await vault.sign("w", "c1", signable)

    assert signable.headers == [("accept", "*/*")]
    assert "s3cret" not in str(refused.value)


@pytest.mark.parametrize("hosts", [pytest.param((), id="none"), pytest.param(("*",), id="any")])
async def test_a_credential_has_to_name_its_hosts(vault: Filled, hosts: tuple[str, ...]) -> None:
    with pytest.raises(CredentialRefused, match="hosts"):
        await vault.put("w", credential(hosts=hosts))


async def test_a_workspace_does_not_see_the_credentials_of_another(vault: Filled) -> None:
    await vault.put("one", credential())

    with pytest.raises(CredentialNotFound):
        await vault.view("two", "c1", "auth")
    with pytest.raises(CredentialNotFound):
        await vault.sign("two", "c1", request())
    assert (await vault.ids("one"), await vault.ids("two")) == (["c1"], [])


async def test_a_removed_credential_is_gone(vault: Filled) -> None:
    await vault.put("w", credential())
    await vault.remove("w", "c1")

    with pytest.raises(CredentialNotFound):
        await vault.view("w", "c1", "auth")


def test_no_secret_is_on_the_disk_nor_in_a_representation(tmp_path: Path) -> None:
    FileVault(tmp_path, KEY).put("w", credential())
    stored = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())

    assert b"s3cret" not in stored
    assert "s3cret" not in repr(credential())


def files_in(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def folders_in(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_dir()]


async def test_a_file_moved_to_another_name_or_workspace_is_refused(tmp_path: Path) -> None:
    vault = FileVault(tmp_path, KEY)
    vault.put("one", credential())
    vault.put("two", credential())
    one, two = files_in(tmp_path)
    two.write_bytes(one.read_bytes())

    with pytest.raises(CredentialRefused, match="decrypted"):
        await vault.view(Use("two"), "c1")


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("../../escape", id="path"),
        pytest.param("/etc/passwd", id="absolute"),
        pytest.param("", id="empty"),
        pytest.param("a\u0000b", id="null"),
    ],
)
async def test_an_id_cannot_leave_its_folder(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "vault"
    vault = FileVault(folder, KEY)
    secrets = {"token": "s3cret"}
    vault.put("w", Credential(id=name, type="t", scheme="bearer", hosts=(HOST,), secrets=secrets))

    assert {folder} == {path for path in folders_in(tmp_path) if folder not in path.parents}
    assert all(folder in path.parents for path in files_in(tmp_path))
    assert (await vault.view(Use("w"), name)).type == "t"


@pytest.mark.parametrize(
    ("scheme", "secrets", "missing"),
    [
        ("bearer", {"key": "s3cret"}, "token"),
        ("basic", {"user": "ada"}, "password"),
        ("basic", {"other": "s3cret"}, "user, password"),
        ("header", {"name": "x-key"}, "value"),
        ("query", {"value": "s3cret"}, "name"),
    ],
)
async def test_a_credential_that_lacks_what_its_scheme_needs_is_refused_with_the_names(
    vault: Filled, scheme: str, secrets: Mapping[str, str], missing: str
) -> None:
    with pytest.raises(CredentialRefused, match=f"lacks {missing}") as caught:
        await vault.put("w", credential(scheme, secrets=secrets))

    assert "s3cret" not in str(caught.value)
    assert await vault.ids("w") == []


def test_ids_that_differ_in_case_alone_have_files_that_differ_in_more(tmp_path: Path) -> None:
    vault = FileVault(tmp_path / "vault", KEY)
    ids = ["key", "KEY", "Key", "\x00", "h", "ä", "_", "-"]
    for name in ids:
        secrets = {"token": "s3cret"}
        kept = Credential(id=name, type="t", scheme="bearer", hosts=(HOST,), secrets=secrets)
        vault.put("w", kept)

    names = [path.name.lower() for path in (tmp_path / "vault").rglob("*") if path.is_file()]

    assert len(set(names)) == len(ids)
    assert vault.ids("w") == sorted(ids)


async def test_a_digest_is_given_only_when_it_is_asked_for(vault: Filled) -> None:
    await vault.put("w", credential("digest", secrets={"user": "u", "password": "p4ss"}))
    plain = request(headers=[("authorization", "forged")])
    challenged = request(
        headers=[("authorization", "forged")], challenge='Digest realm="r", nonce="n"'
    )

    await vault.sign("w", "c1", plain)
    await vault.sign("w", "c1", challenged)

    assert (plain.headers, plain.answered) == ([("authorization", "forged")], False)
    ((name, value),) = challenged.headers
    assert (name, value[:7], challenged.answered) == ("authorization", "Digest ", True)
    assert "p4ss" not in value


async def test_a_client_certificate_goes_to_its_hosts_and_shows_no_key(vault: Filled) -> None:
    await vault.put(
        "w", credential("certificate", secrets={"certificate": "cert", "key": "s3cret"})
    )
    signable, elsewhere = request(), request("evil.example.com")

    await vault.sign("w", "c1", signable)
    with pytest.raises(CredentialRefused):
        await vault.sign("w", "c1", elsewhere)

    assert signable.identity is not None
    assert signable.identity.key == "s3cret"
    assert "s3cret" not in repr(signable)
    assert elsewhere.identity is None


async def test_a_login_leads_where_its_credential_says(vault: Filled) -> None:
    secrets = {"host": "mail.example.com", "port": "587", "user": "u", "password": "s3cret"}
    await vault.put("w", credential("login", (), {**secrets, "tls": "start"}))

    login = await vault.login("w", "c1")

    assert (login.host, login.port, login.tls) == ("mail.example.com", 587, "start")
    assert login.password == "s3cret"
    assert "s3cret" not in repr(login)
    with pytest.raises(CredentialNotFound):
        await vault.login("another", "c1")


async def test_a_login_signs_no_request_and_other_credentials_are_no_login(vault: Filled) -> None:
    await vault.put("w", credential())
    with pytest.raises(CredentialRefused):
        await vault.login("w", "c1")

    await vault.put("w", credential("login", (HOST,), {"host": "api.example.com", "port": "443"}))
    with pytest.raises(CredentialRefused):
        await vault.sign("w", "c1", request())


@pytest.mark.parametrize(
    "secrets",
    [
        {"host": "h"},
        {"host": "h", "port": "many"},
        {"host": "h", "port": "70000"},
        {"host": "h", "port": "1", "tls": "s3cret"},
    ],
)
async def test_a_login_that_leads_nowhere_is_not_kept(
    vault: Filled, secrets: dict[str, str]
) -> None:
    with pytest.raises(CredentialRefused) as refused:
        await vault.put("w", credential("login", (), secrets))

    assert "s3cret" not in f"{refused.value} {refused.value.__cause__}"
