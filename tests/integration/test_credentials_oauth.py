"""OAuth2: signing in, keeping tokens good, one renewal at a time, nothing said to the wrong one."""

from __future__ import annotations

import asyncio
import base64
import re
from collections.abc import AsyncGenerator, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import msgspec
import pytest
from sqlalchemy import Connection
from tests.support.databases import KINDS, new_sqlite_url, opened
from tests.support.server import Client, served
from tests.support.stand_in import Answer, Asked, StandIn, standing_in

from penstock_kernel.execution.policy import Clock
from penstock_kernel.settings import Settings
from penstock_kernel.store.credentials import Credential, CredentialRefused, Use
from penstock_kernel.store.scope import Scope
from penstock_kernel.store.sql import credentials as rows
from penstock_kernel.store.sql.credentials import Entry, Kept
from penstock_kernel.store.sql.credentials_vault import SqlVault
from penstock_kernel.store.sql.database import Database
from penstock_kernel.store.sql.keys import open_keys
from penstock_kernel.work.credentials_oauth import Tokens
from penstock_kernel.work.credentials_tokens import SignInFailed
from penstock_sandbox.egress.addresses import Allowed
from penstock_sandbox.egress.egress import Egress
from penstock_sandbox.egress.exchange import Signable

CLIENT_SECRET = "client-canary-51c0"


class Provider:
    """An OAuth2 server: codes with PKCE, client credentials, devices, rotating refresh tokens."""

    def __init__(self) -> None:
        self.challenges: dict[str, str] = {}
        self.refresh = "refresh-0"
        self.issued = 0
        self.lasts_s = 3_600.0
        self.device_answers: list[str] = []
        self.stolen = False
        self.fails: Answer | None = None

    def __call__(self, asked: Asked) -> Answer:
        if self.fails is not None:
            return self.fails
        if asked.path == "/device":
            return Answer(
                {
                    "device_code": "device-canary",
                    "user_code": "ABCD-EFGH",
                    "verification_uri": "https://login.example.com/device",
                    "interval": 5,
                    "expires_in": 600,
                }
            )
        form = asked.form
        if not self._knows_client(asked):
            return Answer({"error": "invalid_client"}, 401)
        kind = form["grant_type"]
        if kind == "authorization_code":
            made = base64.urlsafe_b64encode(sha256(form["code_verifier"].encode()).digest())
            if self.challenges.pop(form["code"], "") != made.decode().rstrip("="):
                return Answer({"error": "invalid_grant"}, 400)
        elif kind == "refresh_token":
            if form["refresh_token"] != self.refresh:
                self.stolen = True
                return Answer({"error": "invalid_grant"}, 400)
        elif kind.endswith("device_code") and self.device_answers:
            return Answer({"error": self.device_answers.pop(0)}, 400)
        return self._tokens(rotates=kind != "client_credentials")

    def _knows_client(self, asked: Asked) -> bool:
        pair = base64.b64encode(f"app:{CLIENT_SECRET}".encode()).decode()
        in_body = asked.form.get("client_secret") == CLIENT_SECRET
        return in_body or asked.headers.get("authorization") == f"Basic {pair}"

    def _tokens(self, *, rotates: bool) -> Answer:
        self.issued += 1
        given: dict[str, Any] = {
            "access_token": f"access-{self.issued}",
            "token_type": "bearer",
            "expires_in": self.lasts_s,
        }
        if rotates:
            self.refresh = f"refresh-{self.issued}"
            given["refresh_token"] = self.refresh
        return Answer(given)


class Time:
    """A clock that is turned by hand; who sleeps lets others go on."""

    def __init__(self) -> None:
        self.ms = 1_000_000

    def now_ms(self) -> int:
        return self.ms

    async def sleep(self, delay_s: float) -> None:
        await asyncio.sleep(0.01)


async def complete(workspace: str, credential: Credential) -> Credential:
    return credential


class Lab:
    """A vault with one credential, and the provider that it is of."""

    def __init__(self, db: Database, provider: Provider, server: StandIn, time: Time) -> None:
        self.db, self.provider, self.server, self.time = db, provider, server, time
        self.egress = Egress(Allowed.parse(["127.0.0.1"]))

    async def vault(self) -> SqlVault:
        """As one process has it."""
        clock: Clock = self.time
        sealer = (await open_keys(self.db, bytes(32), 0)).sealer
        tokens = Tokens(self.db, sealer, self.egress, clock, complete)
        return SqlVault(self.db, sealer, clock.now_ms, tokens, complete)

    async def keep(self, **secrets: str) -> None:
        sealer = (await open_keys(self.db, bytes(32), 0)).sealer
        whole = {
            "token_url": f"{self.server.url}/token",
            "client_id": "app",
            "client_secret": CLIENT_SECRET,
            **secrets,
        }
        credential = Credential(
            id="c1",
            type="http_oauth2",
            scheme="oauth2",
            hosts=("https://api.example.com",),
            secrets=whole,
        )
        entry = Entry(name="C", credential=credential)
        await self.db.transact(lambda one: rows.add(one, Scope("w1"), sealer, entry, 0))

    async def kept(self) -> Kept:
        sealer = (await open_keys(self.db, bytes(32), 0)).sealer
        return await self.db.read(lambda one: rows.system_opened(one, "w1", sealer, "c1"))

    def renewals(self) -> int:
        return len([one for one in self.server.asked if one.path == "/token"])


@pytest.fixture(params=KINDS)
async def lab(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncGenerator[Lab]:
    provider = Provider()
    async with opened(request.param, tmp_path) as db, standing_in(provider) as server:
        found = Lab(db, provider, server, Time())
        yield found
        await found.egress.close()


def signable(**more: Any) -> Signable:
    values: dict[str, Any] = {
        "method": "GET",
        "scheme": "https",
        "host": "api.example.com",
        "port": 443,
        "path": "/",
        "headers": [],
        "query": [],
        "body": None,
    }
    return Signable(**(values | more))


async def sent(vault: SqlVault, **more: Any) -> str:
    one = signable(**more)
    await vault.sign(Use("w1"), "c1", one)
    return dict(one.headers)["authorization"]


async def test_client_credentials_are_asked_for_once_and_again_before_they_end(lab: Lab) -> None:
    await lab.keep(grant="client_credentials", scope="a b")
    vault = await lab.vault()

    first = [await sent(vault) for _ in range(3)]
    lab.time.ms += 3_600_000 - 100_000
    later = await sent(vault)

    assert first == ["Bearer access-1"] * 3
    assert later == "Bearer access-2"
    assert lab.renewals() == 2
    assert lab.server.asked[0].form == {"grant_type": "client_credentials", "scope": "a b"}


@pytest.mark.parametrize("way", ["basic", "body"])
async def test_the_client_shows_its_secret_in_the_way_that_is_chosen(lab: Lab, way: str) -> None:
    await lab.keep(grant="client_credentials", client_auth=way)

    assert await sent(await lab.vault()) == "Bearer access-1"
    assert (CLIENT_SECRET in lab.server.asked[0].body.decode()) == (way == "body")
    assert ("authorization" in lab.server.asked[0].headers) == (way == "basic")


async def test_many_processes_renew_once_and_rotate_no_refresh_token_twice(lab: Lab) -> None:
    await lab.keep(access_token="old", refresh_token="refresh-0", expires_ms="1", obtained_ms="0")
    vaults = [await lab.vault() for _ in range(6)]

    headers = await asyncio.gather(*[sent(vault) for vault in vaults for _ in range(3)])

    assert headers == ["Bearer access-1"] * 18
    assert lab.renewals() == 1
    assert not lab.provider.stolen
    assert (await lab.kept()).credential.secrets["refresh_token"] == "refresh-1"


async def test_a_token_that_still_counts_is_used_while_another_process_renews_it(lab: Lab) -> None:
    now_ms = lab.time.ms
    times = {"obtained_ms": str(now_ms - 3_500_000), "expires_ms": str(now_ms + 60_000)}
    await lab.keep(access_token="old", refresh_token="refresh-0", **times)
    vaults = [await lab.vault() for _ in range(4)]

    headers = await asyncio.gather(*[sent(vault) for vault in vaults])

    assert set(headers) <= {"Bearer old", "Bearer access-1"}
    assert "Bearer access-1" in headers
    assert lab.renewals() == 1


async def test_a_token_that_the_target_refuses_is_renewed_once(lab: Lab) -> None:
    await lab.keep(access_token="old", refresh_token="refresh-0", obtained_ms="0")
    vault = await lab.vault()
    plain, refused = signable(), signable(challenge='Bearer error="invalid_token"')

    await vault.sign(Use("w1"), "c1", plain)
    await vault.sign(Use("w1"), "c1", refused)
    again = signable(challenge='Bearer error="invalid_token"')
    await vault.sign(Use("w1"), "c1", again)

    assert dict(plain.headers)["authorization"] == "Bearer old"
    assert (dict(refused.headers)["authorization"], refused.answered) == ("Bearer access-1", True)
    assert again.answered is False
    assert lab.renewals() == 1


async def test_a_sign_in_that_has_ended_says_what_a_person_has_to_do(lab: Lab) -> None:
    await lab.keep(access_token="old", refresh_token="gone", expires_ms="1")

    with pytest.raises(CredentialRefused, match="has ended") as refused:
        await sent(await lab.vault())

    assert "connect the account again" in refused.value.hint


async def test_without_a_sign_in_nothing_is_sent(lab: Lab) -> None:
    await lab.keep()

    with pytest.raises(CredentialRefused, match="signed in"):
        await sent(await lab.vault())
    assert lab.server.asked == []


async def test_no_server_is_asked_for_a_request_that_goes_elsewhere(lab: Lab) -> None:
    await lab.keep(grant="client_credentials")

    with pytest.raises(CredentialRefused, match="is not for"):
        await sent(await lab.vault(), host="evil.example.com")
    assert lab.server.asked == []


@pytest.mark.parametrize(
    "answer",
    [
        Answer({"error": "nonsense-canary"}, 400),
        Answer(b"<html>canary</html>", 200),
        Answer({"access_token": ""}),
        Answer({"access_token": "x", "error": "invalid_scope"}),
        Answer({}, 302, {"location": "http://127.0.0.1:1/"}),
        Answer(b"[" * 50_000, 200),
    ],
)
async def test_an_answer_that_is_none_is_told_without_its_words(lab: Lab, answer: Answer) -> None:
    await lab.keep(grant="client_credentials")
    lab.provider.fails = answer

    with pytest.raises(SignInFailed) as failed:
        await sent(await lab.vault())

    told = f"{failed.value} {failed.value.message} {failed.value.hint}"
    assert "canary" not in told
    assert "access_token" not in (await lab.kept()).credential.secrets


async def change(lab: Lab, name: str, **secrets: str) -> None:
    """What a person does."""
    sealer, scope = (await open_keys(lab.db, bytes(32), 0)).sealer, Scope("w1")

    def work(connection: Connection) -> None:
        before = rows.get(connection, scope, "c1")
        credential = rows.opened(connection, scope, sealer, "c1").credential
        changed = msgspec.structs.replace(credential, secrets={**credential.secrets, **secrets})
        entry = Entry(name=name, credential=changed)
        rows.change(connection, scope, sealer, entry, before.updated_ms, 5)

    await lab.db.transact(work)


class Held:
    """Answers of a server that are held back until they may be given."""

    def __init__(self, server: StandIn) -> None:
        self.asked, self.free = asyncio.Event(), asyncio.Event()
        server.before_answering = self._hold

    async def _hold(self) -> None:
        self.asked.set()
        await self.free.wait()


async def test_a_change_while_a_token_is_renewed_loses_neither(lab: Lab) -> None:
    await lab.keep(access_token="old", refresh_token="refresh-0", expires_ms="1")
    held = Held(lab.server)

    signing = asyncio.create_task(sent(await lab.vault()))
    await held.asked.wait()
    await change(lab, "renamed")
    held.free.set()

    assert await signing == "Bearer access-1"
    assert (await lab.kept()).credential.secrets["refresh_token"] == "refresh-1"
    shown = await lab.db.read(lambda one: rows.get(one, Scope("w1"), "c1"))
    assert shown.name == "renamed"


async def test_another_account_that_is_connected_while_a_token_is_renewed_counts(lab: Lab) -> None:
    await lab.keep(access_token="old", refresh_token="refresh-0", expires_ms="1")
    held = Held(lab.server)
    other = {"access_token": "other", "refresh_token": "other-0", "expires_ms": "9999999999999"}

    signing = asyncio.create_task(sent(await lab.vault()))
    await held.asked.wait()
    await change(lab, "other", **other)
    held.free.set()

    assert await signing == "Bearer other"
    assert (await lab.kept()).credential.secrets["refresh_token"] == "other-0"


# --- signing in, over the API ----------------------------------------------------------------


@pytest.fixture
async def provider() -> AsyncGenerator[tuple[Provider, StandIn]]:
    found = Provider()
    async with standing_in(found) as server:
        yield found, server


@pytest.fixture
async def api(tmp_path: Path) -> AsyncGenerator[Client]:
    settings = Settings(
        data_dir=tmp_path,
        database=new_sqlite_url(tmp_path / "penstock.db"),
        sandbox="inprocess",
        egress_allow=("127.0.0.1",),
        public_url="https://flows.example.com",
    )
    async with served(tmp_path, settings) as client:
        yield client


async def added(api: Client, server: StandIn, **fields: str) -> str:
    given = {
        "name": "Mine",
        "type": "http_oauth2",
        "hosts": [server.url],
        "fields": {
            "token_url": f"{server.url}/token",
            "authorize_url": "https://login.example.com/authorize?tenant=t",
            "device_url": f"{server.url}/device",
            "client_id": "app",
            "client_secret": CLIENT_SECRET,
            **fields,
        },
    }
    found: str = (await api.json("POST", "/credentials", given))["credential"]["id"]
    return found


async def begun(api: Client, credential: str, **headers: str) -> Mapping[str, str]:
    found = await api.json("POST", f"/credentials/{credential}/sign-in", headers=headers)
    return {**dict(parse_qsl(urlsplit(found["url"]).query)), "url": found["url"]}


async def test_a_person_signs_in_with_pkce_and_a_state_that_is_used_once(
    api: Client, provider: tuple[Provider, StandIn]
) -> None:
    found, server = provider
    credential = await added(api, server, scope="read", extra="prompt=consent&state=forged")
    asked = await begun(api, credential)
    found.challenges["code-canary"] = asked["code_challenge"]

    back: dict[str, Any] = {"state": asked["state"], "code": "code-canary", "scope": "whatever"}
    first = await api.ask("GET", "/oauth/callback", **back)
    second = await api.ask("GET", "/oauth/callback", **back)

    assert asked["url"].startswith("https://login.example.com/authorize?tenant=t&prompt=consent")
    assert asked["code_challenge_method"] == "S256"
    assert asked["redirect_uri"] == "https://flows.example.com/api/v1/oauth/callback"
    assert asked["url"].count("state=") == 1
    assert "is connected" in first.text
    assert "is not connected" in second.text
    assert server.asked[0].form["redirect_uri"] == asked["redirect_uri"]
    assert "code-canary" not in first.text + second.text
    assert first.headers["content-security-policy"].startswith("default-src 'none'")
    works = await api.json("POST", f"/credentials/{credential}/test", {"url": f"{server.url}/x"})
    assert works["credential"]["expires_ms"] > 0


async def test_what_was_handed_out_is_not_sent_to_hosts_that_are_added(
    api: Client, provider: tuple[Provider, StandIn]
) -> None:
    """The secret of the client can be made up by who changes the hosts; the tokens cannot."""
    found, server = provider
    credential = await added(api, server)
    asked = await begun(api, credential)
    found.challenges["code-canary"] = asked["code_challenge"]
    await api.ask("GET", "/oauth/callback", state=asked["state"], code="code-canary")
    async with standing_in(Provider()) as thief:
        changed = {"hosts": [server.url, thief.url], "fields": {"client_secret": "made up"}}
        read = await api.ask("GET", f"/credentials/{credential}")
        etag = {"if-match": read.headers["etag"]}
        await api.json("PATCH", f"/credentials/{credential}", changed, headers=etag)
        where = {"url": f"{thief.url}/x"}
        tried = await api.http.post(f"/api/v1/credentials/{credential}/test", json=where)
        heard = [one.headers.get("authorization") for one in thief.asked]

    assert heard == []
    assert "access-" not in tried.text


@pytest.mark.parametrize(
    "back",
    [
        {"state": "another", "code": "c"},
        {"code": "c"},
        {"error": "access_denied"},
        {"state": "<script>alert(1)</script>", "code": "<script>"},
    ],
)
async def test_what_comes_back_uninvited_changes_nothing_and_stands_on_no_page(
    api: Client, provider: tuple[Provider, StandIn], back: dict[str, Any]
) -> None:
    _, server = provider
    await begun(api, await added(api, server))

    answer = await api.ask("GET", "/oauth/callback", **back)

    assert "is not connected" in answer.text
    assert not [value for value in back.values() if len(value) > 1 and value in answer.text]
    assert server.asked == []


async def test_nobody_ends_a_sign_in_that_somebody_else_has_begun(
    api: Client, provider: tuple[Provider, StandIn]
) -> None:
    found, server = provider
    asked = await begun(api, await added(api, server))
    found.challenges["c"] = asked["code_challenge"]
    back: dict[str, Any] = {"state": asked["state"], "code": "c"}

    other = await api.ask("GET", "/oauth/callback", headers={"test-user": "u_2"}, **back)

    assert "is not connected" in other.text
    assert server.asked == []
    assert "is connected" in (await api.ask("GET", "/oauth/callback", **back)).text


async def test_another_server_that_answers_is_noticed(
    api: Client, provider: tuple[Provider, StandIn]
) -> None:
    found, server = provider
    issuer = "https://login.example.com"
    for said in ("https://evil.example.com", ""):
        asked = await begun(api, await added(api, server, issuer=issuer))
        found.challenges["c"] = asked["code_challenge"]
        back: dict[str, Any] = {"state": asked["state"], "code": "c", "iss": said}
        assert "is not connected" in (await api.ask("GET", "/oauth/callback", **back)).text
    assert server.asked == []

    asked = await begun(api, await added(api, server, issuer=issuer))
    found.challenges["c"] = asked["code_challenge"]
    back = {"state": asked["state"], "code": "c", "iss": issuer}
    assert "is connected" in (await api.ask("GET", "/oauth/callback", **back)).text


async def test_a_device_signs_in_and_its_server_is_not_asked_too_often(
    api: Client, provider: tuple[Provider, StandIn]
) -> None:
    found, server = provider
    found.device_answers = ["authorization_pending"]
    credential = await added(api, server, grant="device_code")

    begun_ = await api.ask("POST", f"/credentials/{credential}/device")
    flow = {"flow": begun_.json()["flow"]}
    first = await api.json("POST", "/credential-devices", flow)
    at_once = await api.json("POST", "/credential-devices", flow)

    assert begun_.json()["user_code"] == "ABCD-EFGH"
    assert begun_.json()["url"] == "https://login.example.com/device"
    assert "device-canary" not in begun_.text
    assert first["state"] == at_once["state"] == "pending"
    assert len([one for one in server.asked if one.path == "/token"]) == 1
    await api.ask("POST", "/credential-devices", flow, headers={"test-user": "u_2"}, expect=410)


@pytest.mark.parametrize(
    "url", ["http://login.example.com/a", "https://user:pw@login.example.com/a", "nonsense"]
)
async def test_secrets_and_browsers_are_sent_over_https_only(
    api: Client, provider: tuple[Provider, StandIn], url: str
) -> None:
    credential = await added(api, provider[1], authorize_url=url)

    answer = await api.ask("POST", f"/credentials/{credential}/sign-in", expect=422)

    assert answer.json()["code"] == "credential.refused"
    assert not re.search("pw", answer.text)
