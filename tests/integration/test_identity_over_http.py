"""People over HTTP: cookies, the token against forgery, workspaces, and what each may do."""

from __future__ import annotations

import base64
from collections.abc import AsyncGenerator, Mapping
from pathlib import Path
from typing import Any

import httpx2
import pytest
from tests.support.identity import PASSWORD, serving_people
from tests.support.oidc import Provider, provider
from tests.support.server import HOST, Client

from penstock_web.identity import totp
from penstock_web.identity.accounts import setup_link

EMAIL = "owner@example.com"


@pytest.fixture
async def client(tmp_path: Path) -> AsyncGenerator[Client]:
    async with serving_people(tmp_path) as found:
        yield found


async def set_up(client: Client) -> dict[str, str]:
    """The headers with which the owner's browser changes things."""
    link = await setup_link(client.server.db, client.server.kernel.now_ms)
    assert link is not None
    body = {"token": link.partition("=")[2], "email": EMAIL, "password": PASSWORD, "name": "Olga"}
    done = await client.json("POST", "/set-up", body, expect=201)
    return {"x-csrf-token": done["csrf_token"], "origin": HOST}


async def invited(client: Client, page: Mapping[str, str], email: str, role: str) -> dict[str, str]:
    """Somebody who came, by an API token that may do all that he may."""
    made = await client.json(
        "POST", "/invitations", {"email": email, "role": role}, expect=201, headers=page
    )
    token = made["link"].partition("invitation=")[2]
    transport = client.http._transport
    async with httpx2.AsyncClient(transport=transport, base_url=HOST) as http:
        other = Client(client.server, http)
        joined = await other.json(
            "POST", "/invitations/join", {"token": token, "password": PASSWORD}, expect=201
        )
        me = await other.json("GET", "/me")
        asked = {"name": "all", "scopes": me["grants"], "everywhere": True}
        own = {"x-csrf-token": joined["csrf_token"]}
        value = (await other.json("POST", "/tokens", asked, headers=own, expect=201))["value"]
    return bearer_of(value)


def bearer_of(token: str) -> dict[str, str]:
    """The header of a call with a token and no cookie."""
    return {"authorization": f"Bearer {token}", "cookie": ""}


async def test_set_up_gives_a_cookie_that_scripts_cannot_read(client: Client) -> None:
    link = await setup_link(client.server.db, client.server.kernel.now_ms)
    assert link is not None
    body = {"token": link.partition("=")[2], "email": EMAIL, "password": PASSWORD}

    before = await client.json("GET", "/set-up")
    answer = await client.ask("POST", "/set-up", body, expect=201)
    after = await client.json("GET", "/set-up")

    assert (before["done"], after["done"]) == (False, True)
    assert answer.headers["set-cookie"].startswith("sid=")
    assert "HttpOnly; SameSite=Lax" in answer.headers["set-cookie"]
    assert PASSWORD not in answer.text


async def test_a_browser_says_who_it_is_by_its_cookie(client: Client) -> None:
    page = await set_up(client)

    me = await client.json("GET", "/me")

    assert (me["user"]["email"], me["workspace"]) == (EMAIL, "default")
    assert me["csrf_token"] == page["x-csrf-token"]
    assert [one["workspace"] for one in me["workspaces"]] == ["default"]


async def test_the_workspace_of_who_comes_first_is_called_after_him(client: Client) -> None:
    page = await set_up(client)

    places = await client.json("GET", "/workspaces", headers=page)

    assert [one["name"] for one in places["items"]] == ["Olga's workspace"]


async def test_a_change_with_a_cookie_needs_the_token(client: Client) -> None:
    page = await set_up(client)

    refused = await client.ask("PATCH", "/me", {"name": "x"}, expect=403)
    elsewhere = await client.ask(
        "PATCH", "/me", {"name": "x"}, expect=403, headers={**page, "origin": "http://evil.test"}
    )
    changed = await client.json("PATCH", "/me", {"name": "Olga B"}, headers=page)

    assert refused.json()["code"] == elsewhere.json()["code"] == "csrf.denied"
    assert changed["name"] == "Olga B"


async def test_no_other_site_signs_a_browser_in(client: Client) -> None:
    await set_up(client)
    client.http.cookies.clear()
    body = {"email": EMAIL, "password": PASSWORD}

    answer = await client.ask(
        "POST", "/sign-in", body, expect=403, headers={"origin": "http://evil.test"}
    )

    assert answer.json()["code"] == "csrf.denied"
    assert "set-cookie" not in answer.headers


async def test_who_signs_out_is_out_at_once(client: Client) -> None:
    page = await set_up(client)
    cookie = client.http.cookies["sid"]

    await client.ask("POST", "/sign-out", expect=204, headers=page)
    client.http.cookies.set("sid", cookie)

    await client.ask("GET", "/me", expect=401)


async def test_who_signs_in_again_has_another_cookie(client: Client) -> None:
    page = await set_up(client)
    first = client.http.cookies["sid"]
    body = {"email": EMAIL, "password": PASSWORD}

    await client.ask("POST", "/sign-in", body, headers=page)

    assert client.http.cookies["sid"] != first
    assert (await client.json("GET", "/me/sessions"))["items"][0]["this"] is True


async def test_a_wrong_password_says_nothing_and_too_many_wait(client: Client) -> None:
    await set_up(client)
    client.http.cookies.clear()
    body = {"email": EMAIL, "password": "wrong password"}

    answers = [await client.http.post("/api/v1/sign-in", json=body) for _ in range(6)]

    assert {one.json()["code"] for one in answers[:5]} == {"sign_in.refused"}
    assert answers[5].status_code == 429
    assert 1 <= int(answers[5].headers["retry-after"]) <= 60


async def test_who_forgot_a_password_is_answered_the_same_whoever_it_is(client: Client) -> None:
    await set_up(client)
    client.http.cookies.clear()

    answers = [
        await client.ask("POST", "/password/forgotten", {"email": email}, expect=202)
        for email in (EMAIL, "nobody@example.com")
    ]

    assert [one.content for one in answers] == [b"", b""]


async def test_a_token_is_shown_once_and_kept_as_a_hash(client: Client) -> None:
    page = await set_up(client)
    asked = {"name": "ci", "scopes": ["workflow:read"]}

    made = await client.json("POST", "/tokens", asked, headers=page, expect=201)
    listed = await client.ask("GET", "/tokens")

    assert made["value"].endswith(made["token"]["ending"])
    assert made["value"] not in listed.text
    assert listed.json()["items"][0]["scopes"] == ["workflow:read"]


async def test_an_answer_with_a_secret_is_not_kept_for_its_key(client: Client) -> None:
    page = await set_up(client)
    asked = {"name": "ci", "scopes": ["workflow:read"]}

    answer = await client.ask(
        "POST", "/tokens", asked, headers={**page, "idempotency-key": "k1"}, expect=400
    )

    assert answer.json()["code"] == "request.invalid"


async def test_a_token_may_do_what_its_scopes_say(client: Client) -> None:
    page = await set_up(client)
    asked = {"name": "ci", "scopes": ["workflow:read"]}
    made = await client.json("POST", "/tokens", asked, headers=page, expect=201)
    client.http.cookies.clear()
    bearer = {"authorization": f"Bearer {made['value']}"}

    await client.ask("GET", "/workflows", expect=200, headers=bearer)
    refused = await client.ask("GET", "/members", expect=403, headers=bearer)
    me = await client.json("GET", "/me", headers=bearer)

    assert refused.json()["code"] == "access.denied"
    assert (me["kind"], me["grants"]) == ("token", ["account:read", "workflow:read"])


async def test_a_removed_token_is_good_no_more_at_once(client: Client) -> None:
    page = await set_up(client)
    asked = {"name": "ci", "scopes": ["workflow:read"], "kind": "service"}
    made = await client.json("POST", "/tokens", asked, headers=page, expect=201)
    bearer = {"authorization": f"Bearer {made['value']}"}
    await client.ask("GET", "/workflows", expect=200, headers=bearer)

    await client.ask("DELETE", f"/tokens/{made['token']['id']}", expect=204, headers=page)
    answer = await client.http.get("/api/v1/workflows", headers=bearer)

    assert answer.json()["code"] == "token.refused"


async def test_short_tokens_are_renewed_once_each(client: Client) -> None:
    page = await set_up(client)
    first = await client.json("POST", "/tokens/exchange", {}, headers=page, expect=201)
    client.http.cookies.clear()

    second = await client.json("POST", "/tokens/refresh", {"refresh_token": first["refresh_token"]})
    bearer = {"authorization": f"Bearer {second['access_token']}"}
    me = await client.json("GET", "/me", headers=bearer)
    again = await client.http.post(
        "/api/v1/tokens/refresh", json={"refresh_token": first["refresh_token"]}
    )

    assert me["user"]["email"] == EMAIL
    assert second["expires_in"] == 900
    assert again.json()["code"] == "token.refused"


async def test_the_keys_of_short_tokens_are_public_and_only_that(client: Client) -> None:
    found = await client.json("GET", "/tokens/keys")

    assert [set(one) for one in found["keys"]] == [{"alg", "crv", "kid", "kty", "use", "x"}]


async def test_a_viewer_sees_and_changes_nothing(client: Client) -> None:
    page = await set_up(client)
    viewer = await invited(client, page, "v@x.y", "viewer")
    client.http.cookies.clear()

    await client.ask("GET", "/workflows", expect=200, headers=viewer)
    for method, path, body in (
        ("POST", "/workflows", {"document": {}}),
        ("POST", "/invitations", {"email": "a@b.c", "role": "viewer"}),
        ("GET", "/users", None),
        ("GET", "/audit", None),
        ("PATCH", "/workspaces/default", {"name": "mine"}),
        ("POST", "/roles", {"name": "all", "grants": ["workflow:write"]}),
    ):
        answer = await client.ask(method, path, body, expect=403, headers=viewer)
        assert answer.json()["code"] == "access.denied", path


async def test_somebody_of_another_organization_sees_none_of_it(client: Client) -> None:
    page = await set_up(client)
    other = await client.json("POST", "/organizations", {"name": "B"}, headers=page, expect=201)
    there = {**page, "penstock-workspace": other["id"]}
    stranger = await invited(client, there, "s@x.y", "admin")
    client.http.cookies.clear()
    here = {**stranger, "penstock-workspace": "default"}

    assert (await client.json("GET", "/me", headers=stranger))["workspace"] == other["id"]
    for path in ("/workflows", "/members", "/audit", "/workspaces/default", "/roles", "/teams"):
        answer = await client.ask("GET", path, expect=403, headers=here)
        assert answer.json()["code"] == "access.denied"
    unseen = await client.ask("GET", "/workspaces/default", expect=404, headers=stranger)
    assert unseen.json()["code"] == "workspace.missing"


async def test_nobody_gives_more_than_he_has(client: Client) -> None:
    page = await set_up(client)
    asked = {"name": "inviter", "grants": ["member:read", "member:write", "workflow:read"]}
    role = await client.json("POST", "/roles", asked, headers=page, expect=201)
    inviter = await invited(client, page, "i@x.y", role["id"])
    client.http.cookies.clear()

    for body in ({"email": "a@b.c", "role": "admin"}, {"email": "a@b.c", "role": "developer"}):
        await client.ask("POST", "/invitations", body, expect=403, headers=inviter)
    await client.ask(
        "POST", "/invitations", {"email": "a@b.c", "role": role["id"]}, expect=201, headers=inviter
    )
    me = await client.json("GET", "/me", headers=inviter)
    await client.ask(
        "PUT", f"/members/{me['user']['id']}", {"role": "admin"}, expect=403, headers=inviter
    )


async def test_a_workspace_takes_calls_from_its_networks_alone(client: Client) -> None:
    page = await set_up(client)

    shut_out = await client.ask(
        "PATCH", "/workspaces/default", {"allowed_ips": ["10.0.0.0/8"]}, expect=422, headers=page
    )
    changed = await client.json(
        "PATCH", "/workspaces/default", {"allowed_ips": ["127.0.0.1"]}, headers=page
    )
    transport: Any = client.http._transport
    from_elsewhere = httpx2.ASGITransport(app=transport.app, client=("10.1.1.1", 1))
    async with httpx2.AsyncClient(transport=from_elsewhere, base_url=HOST) as http:
        http.cookies.set("sid", client.http.cookies["sid"])
        refused = await http.get("/api/v1/workflows")

    assert shut_out.json()["code"] == "network.invalid"
    assert changed["allowed_ips"] == ["127.0.0.1/32"]
    assert refused.json()["code"] == "address.denied"


async def test_what_is_done_is_in_the_audit_log(client: Client) -> None:
    page = await set_up(client)
    await client.ask("POST", "/roles", {"name": "r", "grants": ["workflow:read"]}, headers=page)

    all_of_it = await client.json("GET", "/audit")
    roles = await client.json("GET", "/audit", action="role")
    first = await client.json("GET", "/audit", limit=1)
    second = await client.json("GET", "/audit", limit=1, cursor=first["next_cursor"])

    assert [one["action"] for one in all_of_it["items"]] == ["role.added", "session.began"]
    assert [one["detail"]["name"] for one in roles["items"]] == ["r"]
    assert second["items"] == all_of_it["items"][1:]


async def test_whom_a_workspace_tells_and_alerts_is_in_the_audit_log(client: Client) -> None:
    page = await set_up(client)
    there = {"name": "d", "url": "https://example.com/in", "events": ["execution.error"]}
    made = await client.json("POST", "/destinations", there, headers=page, expect=201)
    place = f"/destinations/{made['destination']['id']}"
    await client.ask("POST", f"{place}/secret", headers=page)
    await client.ask("DELETE", place, headers=page, expect=204)

    told = await client.json("GET", "/audit", action="destination")

    actions = [one["action"].partition(".")[2] for one in told["items"]]
    assert actions == ["removed", "changed", "added"]
    assert {one["detail"]["url"] for one in told["items"]} == {there["url"]}


async def test_a_second_factor_is_asked_for_at_the_next_sign_in(client: Client) -> None:
    page = await set_up(client)
    begun = await client.json("POST", "/me/second-factor", headers=page, expect=201)
    secret = base64.b32decode(begun["secret"] + "=" * (-len(begun["secret"]) % 8))
    place = client.server.kernel.now_ms() // 30_000
    code = totp.code(secret, place)
    codes = await client.json("POST", "/me/second-factor/confirm", {"code": code}, headers=page)
    client.http.cookies.clear()

    needed = await client.json("POST", "/sign-in", {"email": EMAIL, "password": PASSWORD})
    nobody = await client.http.get("/api/v1/me")
    body = {"step": needed["step"], "code": codes["codes"][0]}
    done = await client.json("POST", "/sign-in/code", body)

    assert (needed["user"], needed["csrf_token"]) == (None, "")
    assert nobody.status_code == 401
    assert done["user"]["email"] == EMAIL


async def test_a_workflow_that_is_shared_is_seen_and_no_other(client: Client) -> None:
    page = await set_up(client)
    document = {"format": "penstock/1", "name": "A", "nodes": [], "edges": []}
    ids = [
        (await client.json("POST", "/workflows", {"document": document}, headers=page))["id"]
        for _ in range(2)
    ]
    other = await client.json("POST", "/organizations", {"name": "B"}, headers=page, expect=201)
    there = {**page, "penstock-workspace": other["id"]}
    guest = await invited(client, there, "g@x.y", "viewer")
    subject = f"user:{(await client.json('GET', '/me', headers=guest))['user']['id']}"
    shared = f"/shares/workflow/{ids[0]}/{subject}"
    here = {**guest, "penstock-workspace": "default"}
    await client.ask("GET", f"/workflows/{ids[0]}", expect=403, headers=here)

    await client.ask("PUT", shared, {"level": "read"}, headers=page)
    seen = await client.json("GET", f"/workflows/{ids[0]}", headers=here)
    await client.ask("GET", f"/workflows/{ids[1]}", expect=403, headers=here)
    await client.ask("DELETE", f"/workflows/{ids[0]}", expect=403, headers=here)
    await client.ask("GET", "/members", expect=403, headers=here)
    listed = await client.json("GET", "/workflows", headers=here)
    nodes = await client.json("GET", "/nodes", headers=here)
    may = (await client.json("GET", "/me", headers=here))["shared"]
    await client.ask("DELETE", shared, expect=204, headers=page)

    assert seen["workflow"]["id"] == ids[0]
    assert [one["id"] for one in listed["items"]] == [ids[0]]
    assert nodes["items"]
    assert may == {ids[0]: ["execution:read", "workflow:read"]}
    await client.ask("GET", f"/workflows/{ids[0]}", expect=403, headers=here)


async def corp(client: Client, there: Provider) -> dict[str, Any]:
    """Set a provider up, and be nobody again."""
    page = await set_up(client)
    there.now_s = lambda: client.server.kernel.now_ms() // 1_000
    body = {
        "kind": "oidc",
        "name": "Corp",
        "issuer": there.url,
        "client_id": "client",
        "client_secret": "s cret",
        "settings": {"creates_users": True},
    }
    shown: dict[str, Any] = await client.json("PUT", "/providers/corp", body, headers=page)
    client.http.cookies.clear()
    return shown


async def test_a_browser_signs_in_with_a_provider(client: Client) -> None:
    with provider() as there:
        shown = await corp(client, there)
        ways = await client.json("GET", "/sign-in/providers")
        sent = await client.ask("GET", "/sign-in/with/corp", expect=303)
        given = there.authorize(sent.headers["location"])
        back = await client.ask("GET", "/sign-in/back/corp", expect=303, **given)
        me = await client.json("GET", "/me")
        again = await client.ask("GET", "/sign-in/back/corp", expect=303, **given)

    assert (shown["has_secret"], "s cret" in str(shown)) == (True, False)
    assert [one["id"] for one in ways["providers"]] == ["corp"]
    assert shown["redirect_uri"] == f"{HOST}/api/v1/sign-in/back/corp"
    assert sent.headers["set-cookie"].startswith("signin=")
    assert back.headers["location"] == "/"
    assert me["user"]["email"] == "a@x.y"
    assert again.headers["location"] == "/#sign-in-failed=single_use.expired"


async def test_what_comes_back_from_a_provider_is_never_shown(client: Client) -> None:
    with provider() as there:
        await corp(client, there)
        bad = "<script>alert(1)</script>"
        answer = await client.ask(
            "GET", "/sign-in/back/corp", expect=303, state=bad, code=bad, error=bad, iss=bad
        )
        unknown = await client.http.get(f"/api/v1/sign-in/back/{'x' * 50}?state=y")

    assert answer.headers["location"] == "/#sign-in-failed=single_use.expired"
    assert "script" not in answer.text + unknown.text
    assert "sid=" not in answer.headers["set-cookie"]


async def test_a_sign_in_that_was_begun_in_another_browser_is_not_finished(client: Client) -> None:
    with provider() as there:
        await corp(client, there)
        sent = await client.ask("GET", "/sign-in/with/corp", expect=303)
        client.http.cookies.clear()
        given = there.authorize(sent.headers["location"])
        answer = await client.ask("GET", "/sign-in/back/corp", expect=303, **given)

    assert answer.headers["location"] == "/#sign-in-failed=single_use.expired"
    assert (await client.http.get("/api/v1/me")).status_code == 401


async def made_token(client: Client, headers: Mapping[str, str], **more: Any) -> dict[str, str]:
    """The header of a new token."""
    asked = {"name": "t", "scopes": ["account:write", "token:write", "workflow:read"], **more}
    made = await client.json("POST", "/tokens", asked, headers=headers, expect=201)
    return bearer_of(made["value"])


@pytest.mark.parametrize("made_by", ["token", "short-token"])
async def test_a_personal_token_is_made_in_a_browser_alone(client: Client, made_by: str) -> None:
    by = await made_token(client, await set_up(client), days=1, allowed_ips=["127.0.0.1"])
    if made_by == "short-token":
        short = await client.json("POST", "/tokens/exchange", {}, headers=by, expect=201)
        by = bearer_of(short["access_token"])
    asked = {"name": "u", "scopes": ["workflow:read"], "everywhere": True, "days": None}

    refused = await client.ask("POST", "/tokens", asked, headers=by, expect=401)

    assert refused.json()["code"] == "access.sign_in_needed"


async def test_a_service_token_is_bounded_by_the_token_that_makes_it(client: Client) -> None:
    by = await made_token(client, await set_up(client), days=1, allowed_ips=["127.0.0.0/24"])
    asked = {"name": "u", "scopes": ["workflow:read"], "kind": "service", "days": None}

    async def made(**more: Any) -> dict[str, Any]:
        answer = await client.json("POST", "/tokens", {**asked, **more}, headers=by, expect=201)
        found: dict[str, Any] = answer["token"]
        return found

    (parent,) = (await client.json("GET", "/tokens", headers=by))["items"]
    same, narrower = await made(), await made(allowed_ips=["127.0.0.1"], days=3)

    assert same["allowed_ips"] == ["127.0.0.0/24"]
    assert narrower["allowed_ips"] == ["127.0.0.1/32"]
    assert same["expires_ms"] == narrower["expires_ms"] == parent["expires_ms"]
    for elsewhere in ("127.0.0.0/16", "0.0.0.0/0", "::/0"):
        more = {**asked, "allowed_ips": [elsewhere]}
        await client.ask("POST", "/tokens", more, headers=by, expect=403)


async def test_a_short_token_makes_no_service_token(client: Client) -> None:
    by = await made_token(client, await set_up(client))
    short = await client.json("POST", "/tokens/exchange", {}, headers=by, expect=201)
    asked = {"name": "u", "scopes": ["workflow:read"], "kind": "service"}

    refused = await client.ask(
        "POST", "/tokens", asked, headers=bearer_of(short["access_token"]), expect=403
    )

    assert refused.json()["code"] == "access.denied"


async def signed_in_beside(client: Client, there: Provider) -> None:
    await corp(client, there)
    await client.json("POST", "/sign-in", {"email": EMAIL, "password": PASSWORD})


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param({"sec-fetch-site": "cross-site"}, id="another-site"),
        pytest.param({"sec-fetch-site": "same-site"}, id="neighbour"),
        pytest.param({"sec-fetch-site": "none"}, id="letter"),
        pytest.param({"sec-fetch-site": "none", "referer": f"{HOST}/"}, id="letter-that-lies"),
        pytest.param({"referer": "http://evil.example/"}, id="another-site-over-plain-http"),
        pytest.param({"referer": f"{HOST}.evil.example/"}, id="looks-alike"),
        pytest.param({}, id="says-nothing"),
    ],
)
async def test_no_other_site_begins_to_link_an_account(
    client: Client, headers: dict[str, str]
) -> None:
    with provider() as there:
        await signed_in_beside(client, there)

        refused = await client.ask("GET", "/sign-in/link/corp", expect=403, headers=headers)

    assert refused.json()["code"] == "csrf.denied"


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param({"sec-fetch-site": "same-origin"}, id="says-so"),
        pytest.param({"referer": f"{HOST}/account"}, id="over-plain-http"),
    ],
)
async def test_an_account_is_linked_from_our_own_pages(
    client: Client, headers: dict[str, str]
) -> None:
    with provider() as there:
        await signed_in_beside(client, there)
        sent = await client.ask("GET", "/sign-in/link/corp", expect=303, headers=headers)
        given = there.authorize(sent.headers["location"])
        back = await client.ask("GET", "/sign-in/back/corp", expect=303, **given)
        client.http.cookies.clear()
        sent = await client.ask("GET", "/sign-in/with/corp", expect=303)
        given = there.authorize(sent.headers["location"])
        await client.ask("GET", "/sign-in/back/corp", expect=303, **given)
        me = await client.json("GET", "/me")

    assert back.headers["location"] == "/"
    assert me["user"]["email"] == EMAIL
