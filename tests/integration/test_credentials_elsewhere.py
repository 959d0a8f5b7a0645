"""Secrets that are kept elsewhere: read where they are needed, and nowhere else."""

from __future__ import annotations

import hmac
from collections.abc import AsyncGenerator
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from tests.support.databases import new_sqlite_url
from tests.support.server import Client, served
from tests.support.stand_in import Answer, Asked, StandIn, standing_in

from penstock_kernel.kernel import Kernel
from penstock_kernel.secrets.aws import Account, AwsSecretsManager, signed
from penstock_kernel.secrets.backends import Backends, parse
from penstock_kernel.secrets.errors import ReferenceRefused, SecretUnavailable
from penstock_kernel.secrets.hashicorp import HashicorpVault
from penstock_kernel.settings import Settings

TOKEN, SECRET = "hvs.canary-token", "canary-elsewhere-9d02"
KEY = "ab" * 32


class Vault:
    """Speaks version 2 of the key-value engine."""

    def __init__(self) -> None:
        self.kept = {
            "kv/default/app": {"token": SECRET, "client": "app-secret"},
            "kv/penstock": {"key": KEY, "bad": "no key"},
        }

    def __call__(self, asked: Asked) -> Answer:
        if asked.headers.get("x-vault-token") != TOKEN:
            return Answer({"errors": [f"permission denied {SECRET}"]}, 403)
        mount, data, path = asked.path.removeprefix("/v1/").split("/", 2)
        found = self.kept.get(f"{mount}/{path}") if data == "data" else None
        if found is None:
            return Answer({"errors": []}, 404)
        return Answer({"data": {"data": found, "metadata": {"version": 3}}})


@pytest.fixture
async def vault(monkeypatch: pytest.MonkeyPatch) -> AsyncGenerator[StandIn]:
    async with standing_in(Vault()) as server:
        monkeypatch.setenv("VAULT_ADDR", server.url)
        monkeypatch.setenv("VAULT_TOKEN", TOKEN)
        yield server


def backends(*found: Any, allowed: tuple[str, ...] = ("vault:*",)) -> Backends:
    return Backends(found, allowed, lambda: 0)


def in_vault(server: StandIn, **more: str) -> HashicorpVault:
    return HashicorpVault({"VAULT_ADDR": server.url, "VAULT_TOKEN": TOKEN, **more})


async def test_a_field_is_read_from_the_vault_and_remembered_for_a_while(vault: StandIn) -> None:
    found = backends(in_vault(vault, VAULT_NAMESPACE="team"))
    reference = {"token": "vault:kv/default/app#token"}

    first = await found.values("default", reference)
    second = await found.values("default", reference)

    assert first == second == {"token": SECRET}
    assert [asked.path for asked in vault.asked] == ["/v1/kv/data/default/app"]
    assert vault.asked[0].headers["x-vault-namespace"] == "team"


@pytest.mark.parametrize(
    ("reference", "told"),
    [
        ("vault:kv/default/nothing#token", "status 404"),
        ("vault:kv/default/app#nothing", "no text 'nothing'"),
    ],
)
async def test_what_is_not_there_is_told_without_a_secret(
    vault: StandIn, reference: str, told: str
) -> None:
    with pytest.raises(SecretUnavailable, match=told) as failed:
        await backends(in_vault(vault)).read(reference)

    assert "canary" not in f"{failed.value} {failed.value.hint}"


async def test_a_vault_that_refuses_is_told_without_its_words(vault: StandIn) -> None:
    with pytest.raises(SecretUnavailable, match="status 403") as failed:
        await backends(in_vault(vault, VAULT_TOKEN="wrong")).read("vault:kv/default/app#token")

    assert SECRET not in f"{failed.value} {failed.value.hint}"


async def test_a_token_is_read_from_its_file_each_time(vault: StandIn, tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text(f"{TOKEN}\n")
    found = backends(in_vault(vault, VAULT_TOKEN="", VAULT_TOKEN_FILE=str(file)))

    assert await found.read("vault:kv/default/app#token") == SECRET
    file.write_text("expired")
    with pytest.raises(SecretUnavailable, match="403"):
        await found.read("vault:kv/default/app#token")


@pytest.mark.parametrize(
    "reference",
    [
        "",
        "vault",
        "vault:",
        "vault:kv/../sys/seal#x",
        "vault:kv//x#y",
        "vault:./x#y",
        "vault:kv/x#a#b",
        "vault:kv/x y#a",
        "Vault:kv/x#a",
        "vault:" + "x" * 600,
    ],
)
def test_what_is_no_reference_is_refused(reference: str) -> None:
    with pytest.raises(ReferenceRefused):
        parse(reference)


@pytest.mark.parametrize(
    ("pattern", "reference", "may"),
    [
        ("vault:kv/{workspace}/*", "vault:kv/w1/app#x", True),
        ("vault:kv/{workspace}/*", "vault:kv/w2/app#x", False),
        ("vault:kv/{workspace}/*", "vault:kv/w1#x", False),
        ("vault:kv/shared#x", "vault:kv/shared#x", True),
        ("vault:kv/shared#x", "vault:kv/shared#y", False),
        ("aws:*", "vault:kv/w1/app#x", False),
    ],
)
def test_a_workspace_reads_what_the_operator_lists(pattern: str, reference: str, may: bool) -> None:
    found = backends(allowed=(pattern,))

    if may:
        found.check("w1", reference)
        return
    with pytest.raises(ReferenceRefused, match="may not read"):
        found.check("w1", reference)


async def test_a_place_that_nobody_knows_is_told(vault: StandIn) -> None:
    with pytest.raises(ReferenceRefused, match="'other'"):
        await backends(in_vault(vault)).read("other:kv/x#y")


# --- AWS -------------------------------------------------------------------------------------

ACCOUNT = {
    "AWS_REGION": "eu-central-1",
    "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE",
    "AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
}
NOON = datetime(2026, 3, 2, 12, 0, 0, tzinfo=UTC)


def secrets_manager(asked: Asked) -> Answer:
    """Checks the signature as the service does, from what it was sent."""
    account = Account(
        ACCOUNT["AWS_ACCESS_KEY_ID"], ACCOUNT["AWS_SECRET_ACCESS_KEY"], "", ACCOUNT["AWS_REGION"]
    )
    url = f"http://{asked.headers['host']}/"
    expected = signed(account, url, asked.body, NOON)["authorization"]
    if asked.headers.get("authorization") != expected:
        return Answer({"__type": "InvalidSignatureException", "message": SECRET}, 400)
    if asked.json != {"SecretId": "prod/app"}:
        return Answer({"__type": "ResourceNotFoundException"}, 400)
    return Answer({"Name": "prod/app", "SecretString": f'{{"token": "{SECRET}"}}'})


async def test_a_field_is_read_from_secrets_manager() -> None:
    async with standing_in(secrets_manager) as server:
        more = {"AWS_ENDPOINT_URL_SECRETS_MANAGER": server.url}
        found = backends(AwsSecretsManager({**ACCOUNT, **more}, lambda: NOON))
        wrong = {**ACCOUNT, "AWS_SECRET_ACCESS_KEY": "wrong"}
        refused = backends(AwsSecretsManager({**wrong, **more}, lambda: NOON))

        assert await found.read("aws:prod/app#token") == SECRET
        assert await found.read("aws:prod/app") == f'{{"token": "{SECRET}"}}'
        with pytest.raises(SecretUnavailable, match="status 400"):
            await found.read("aws:prod/other#token")
        with pytest.raises(SecretUnavailable, match="status 400") as failed:
            await refused.read("aws:prod/app#token")

    assert SECRET not in f"{failed.value}"
    assert server.asked[0].headers["x-amz-target"] == "secretsmanager.GetSecretValue"


def test_a_signature_is_the_one_that_the_rules_of_version_4_give() -> None:
    """Worked out by hand, step by step, from the rules."""
    account = Account("AKID", "secret", "", "us-east-1")
    body = b'{"SecretId":"a"}'

    headers = signed(account, "https://secretsmanager.us-east-1.amazonaws.com/", body, NOON)

    canonical = (
        "POST\n/\n\n"
        "content-type:application/x-amz-json-1.1\n"
        "host:secretsmanager.us-east-1.amazonaws.com\n"
        "x-amz-date:20260302T120000Z\n"
        "x-amz-target:secretsmanager.GetSecretValue\n"
        "\n"
        "content-type;host;x-amz-date;x-amz-target\n" + sha256(body).hexdigest()
    )
    text = (
        "AWS4-HMAC-SHA256\n20260302T120000Z\n20260302/us-east-1/secretsmanager/aws4_request\n"
        + sha256(canonical.encode()).hexdigest()
    )
    day = hmac.digest(b"AWS4secret", b"20260302", "sha256")
    region = hmac.digest(day, b"us-east-1", "sha256")
    key = hmac.digest(hmac.digest(region, b"secretsmanager", "sha256"), b"aws4_request", "sha256")
    assert headers["authorization"].endswith(hmac.digest(key, text.encode(), "sha256").hex())
    assert "secret" not in repr(account)


# --- in credentials, and as the root key -----------------------------------------------------


def settings(folder: Path, **more: Any) -> Settings:
    return Settings(
        data_dir=folder,
        database=new_sqlite_url(folder / "p.db"),
        sandbox="inprocess",
        egress_allow=("127.0.0.1",),
        secret_references=("vault:kv/{workspace}/*",),
        **more,
    )


@pytest.fixture
async def api(tmp_path: Path, vault: StandIn) -> AsyncGenerator[Client]:
    async with served(tmp_path, settings(tmp_path)) as client:
        yield client


async def test_a_credential_uses_a_secret_that_is_kept_elsewhere(
    api: Client, vault: StandIn
) -> None:
    def answers(asked: Asked) -> Answer:
        return Answer({}, 200 if asked.headers["authorization"] == f"Bearer {SECRET}" else 401)

    async with standing_in(answers) as target:
        given = {
            "name": "Mine",
            "type": "http_bearer",
            "references": {"token": "vault:kv/default/app#token"},
            "hosts": [target.url],
        }
        added = await api.ask("POST", "/credentials", given)
        credential = added.json()["credential"]
        tested = await api.json(
            "POST", f"/credentials/{credential['id']}/test", {"url": target.url}
        )

    assert credential["filled"] == ["token"]
    assert tested["credential"]["test_error"] is None
    stored = b"".join(path.read_bytes() for path in _files(api))
    assert SECRET.encode() not in stored
    assert len(vault.asked) == 1


def _files(api: Client) -> list[Path]:
    folder = api.server.kernel.settings.data_dir
    return [path for path in folder.rglob("*") if path.is_file()]


async def test_an_oauth2_client_secret_may_be_kept_elsewhere(api: Client) -> None:
    def answers(asked: Asked) -> Answer:
        if asked.path != "/token":
            return Answer({}, 200 if asked.headers["authorization"] == "Bearer at" else 401)
        good = asked.form.get("client_secret") == "app-secret"
        return Answer({"access_token": "at"} if good else {"error": "invalid_client"})

    async with standing_in(answers) as target:
        fields = {
            "grant": "client_credentials",
            "token_url": f"{target.url}/token",
            "client_id": "app",
            "client_auth": "body",
        }
        given = {
            "name": "Mine",
            "type": "http_oauth2",
            "fields": fields,
            "references": {"client_secret": "vault:kv/default/app#client"},
            "hosts": [target.url],
        }
        credential = (await api.json("POST", "/credentials", given))["credential"]["id"]
        path = f"/credentials/{credential}/test"
        tested = await api.json("POST", path, {"url": f"{target.url}/x"})

    assert tested["credential"]["test_error"] is None


async def test_a_reference_that_the_operator_does_not_list_is_refused(
    api: Client, vault: StandIn
) -> None:
    for place in ("vault:kv/penstock#key", "vault:kv/other/app#token", "aws:prod/app"):
        given = {"name": "M", "type": "http_bearer", "references": {"token": place}, "hosts": ["h"]}
        answer = await api.ask("POST", "/credentials", given, expect=422)
        assert answer.json()["code"] == "secret.refused"

    public = {"name": "M", "type": "http_basic", "hosts": ["h"], "fields": {"password": "p"}}
    public["references"] = {"user": "vault:kv/default/app#token"}
    answer = await api.ask("POST", "/credentials", public, expect=422)
    assert answer.json()["code"] == "credential.refused"
    assert vault.asked == []


async def test_the_root_key_may_be_kept_elsewhere(vault: StandIn, tmp_path: Path) -> None:
    chosen = settings(tmp_path, secret_key="vault:kv/penstock#key")

    async with Kernel.open(chosen) as kernel:
        assert kernel.host.data.root == bytes.fromhex(KEY)
    assert not (tmp_path / "secret.key").exists()

    with pytest.raises(SecretUnavailable, match="64 hexadecimal"):
        async with Kernel.open(settings(tmp_path, secret_key="vault:kv/penstock#bad")):
            pass
