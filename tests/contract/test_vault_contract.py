"""What every vault promises."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from penstock_kernel.store.credentials import (
    Credential,
    CredentialNotFound,
    CredentialRefused,
    FileVault,
    Vault,
)
from penstock_sandbox.egress.exchange import Signable

KEY = bytes(range(32))
HOST = "https://api.example.com"


def file_vault(folder: Path) -> Vault:
    return FileVault(folder, KEY)


@pytest.fixture(params=[pytest.param(file_vault, id="files")])
def vault(request: pytest.FixtureRequest, tmp_path: Path) -> Vault:
    made: Vault = request.param(tmp_path)
    return made


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


async def test_a_node_sees_type_and_public_fields_only(vault: Vault) -> None:
    vault.put("w", credential())

    view = vault.view("w", "c1", "auth")

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
    vault: Vault, scheme: str, secrets: dict[str, str], header: tuple[str, str]
) -> None:
    vault.put("w", credential(scheme, secrets=secrets))
    signable = request(headers=[(header[0].lower(), "forged")])

    await vault.sign("w", "c1", signable)

    assert signable.headers == [header]


async def test_a_request_is_signed_in_its_query(vault: Vault) -> None:
    vault.put("w", credential("query", secrets={"name": "key", "value": "k"}))
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
    vault: Vault, elsewhere: dict[str, Any]
) -> None:
    vault.put("w", credential())
    signable = request(**elsewhere)

    with pytest.raises(CredentialRefused) as refused:
        await vault.sign("w", "c1", signable)

    assert signable.headers == [("accept", "*/*")]
    assert "s3cret" not in str(refused.value)


@pytest.mark.parametrize("hosts", [pytest.param((), id="none"), pytest.param(("*",), id="any")])
def test_a_credential_has_to_name_its_hosts(vault: Vault, hosts: tuple[str, ...]) -> None:
    with pytest.raises(CredentialRefused, match="hosts"):
        vault.put("w", credential(hosts=hosts))


async def test_a_workspace_does_not_see_the_credentials_of_another(vault: Vault) -> None:
    vault.put("one", credential())

    with pytest.raises(CredentialNotFound):
        vault.view("two", "c1", "auth")
    with pytest.raises(CredentialNotFound):
        await vault.sign("two", "c1", request())
    assert (list(vault.ids("one")), list(vault.ids("two"))) == (["c1"], [])


def test_a_removed_credential_is_gone(vault: Vault) -> None:
    vault.put("w", credential())
    vault.remove("w", "c1")

    with pytest.raises(CredentialNotFound):
        vault.view("w", "c1", "auth")


def test_no_secret_is_on_the_disk_nor_in_a_representation(tmp_path: Path) -> None:
    FileVault(tmp_path, KEY).put("w", credential())
    stored = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())

    assert b"s3cret" not in stored
    assert "s3cret" not in repr(credential())


def test_a_file_moved_to_another_name_or_workspace_is_refused(tmp_path: Path) -> None:
    vault = FileVault(tmp_path, KEY)
    vault.put("one", credential())
    vault.put("two", credential())
    one, two = sorted(path for path in tmp_path.rglob("*") if path.is_file())
    two.write_bytes(one.read_bytes())

    with pytest.raises(CredentialRefused, match="decrypted"):
        vault.view("two", "c1", "auth")


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("../../escape", id="path"),
        pytest.param("/etc/passwd", id="absolute"),
        pytest.param("", id="empty"),
        pytest.param("a\u0000b", id="null"),
    ],
)
def test_an_id_cannot_leave_its_folder(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "vault"
    vault = FileVault(folder, KEY)
    secrets = {"token": "s3cret"}
    vault.put("w", Credential(id=name, type="t", scheme="bearer", hosts=(HOST,), secrets=secrets))

    outside = [path for path in tmp_path.rglob("*") if folder not in path.parents]

    assert outside == [folder]
    assert vault.view("w", name, "auth").type == "t"


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
def test_a_credential_that_lacks_what_its_scheme_needs_is_refused_with_the_names(
    vault: Vault, scheme: str, secrets: Mapping[str, str], missing: str
) -> None:
    with pytest.raises(CredentialRefused, match=f"lacks {missing}") as caught:
        vault.put("w", credential(scheme, secrets=secrets))

    assert "s3cret" not in str(caught.value)
    assert vault.ids("w") == []


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


async def test_a_digest_is_given_only_when_it_is_asked_for(vault: Vault) -> None:
    vault.put("w", credential("digest", secrets={"user": "u", "password": "p4ss"}))
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


async def test_a_client_certificate_goes_to_its_hosts_and_shows_no_key(vault: Vault) -> None:
    vault.put("w", credential("certificate", secrets={"certificate": "cert", "key": "s3cret"}))
    signable, elsewhere = request(), request("evil.example.com")

    await vault.sign("w", "c1", signable)
    with pytest.raises(CredentialRefused):
        await vault.sign("w", "c1", elsewhere)

    assert signable.identity is not None
    assert signable.identity.key == "s3cret"
    assert "s3cret" not in repr(signable)
    assert elsewhere.identity is None


def test_a_login_leads_where_its_credential_says(vault: Vault) -> None:
    secrets = {"host": "mail.example.com", "port": "587", "user": "u", "password": "s3cret"}
    vault.put("w", credential("login", (), {**secrets, "tls": "start"}))

    login = vault.login("w", "c1")

    assert (login.host, login.port, login.tls) == ("mail.example.com", 587, "start")
    assert login.password == "s3cret"
    assert "s3cret" not in repr(login)
    with pytest.raises(CredentialNotFound):
        vault.login("another", "c1")


async def test_a_login_signs_no_request_and_other_credentials_are_no_login(vault: Vault) -> None:
    vault.put("w", credential())
    with pytest.raises(CredentialRefused):
        vault.login("w", "c1")

    vault.put("w", credential("login", (HOST,), {"host": "api.example.com", "port": "443"}))
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
def test_a_login_that_leads_nowhere_is_not_kept(vault: Vault, secrets: dict[str, str]) -> None:
    with pytest.raises(CredentialRefused) as refused:
        vault.put("w", credential("login", (), secrets))

    assert "s3cret" not in f"{refused.value} {refused.value.__cause__}"
