"""Tokens that are not good are refused, whatever is wrong with them; those that are do no more than they may."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from joserfc import jwt
from joserfc.jwk import OctKey, OKPKey, RSAKey
from tests.support.identity import PASSWORD, People, call, people, session_of

from penstock_kernel.store.scope import AccessDenied, Scope
from penstock_kernel.store.sealing import Place
from penstock_kernel.store.sql import members, sessions, tokens, tokens_client, users
from penstock_kernel.store.sql.tokens import ApiToken, NewToken, TokenKind, TokenMissing
from penstock_kernel.store.sql.tokens_keys import system_keys
from penstock_web.http.principal import ANONYMOUS, Principal
from penstock_web.identity import token_text
from penstock_web.identity.accounts import SignedIn
from penstock_web.identity.addresses import AddressDenied
from penstock_web.identity.bearer import KEY_MS, Issued, TokenRefused
from penstock_web.identity.identity import Identity
from penstock_web.identity.tending import tend


@pytest.fixture
async def some(tmp_path: Path) -> AsyncGenerator[People]:
    async with people("memory", tmp_path) as found:
        yield found


@pytest.fixture
async def owner(some: People) -> SignedIn:
    return await some.owner()


async def made(
    some: People, scope: Scope, *scopes: str, kind: TokenKind = "personal", **more: Any
) -> tuple[ApiToken, str]:
    value = token_text.new_token()
    new = NewToken(
        name="t",
        hashed=token_text.hashed(value),
        ending=value[-4:],
        kind=kind,
        scopes=frozenset(scopes),
        **more,
    )
    token = await some.db.transact(lambda one: tokens.add(one, scope, new, some.clock.ms))
    return token, value


async def with_token(
    some: People, value: str, *, client: str = "127.0.0.1", workspace: str = ""
) -> Principal:
    return await some.identity.principal(call(bearer=value, client=client, workspace=workspace))


async def exchanged(some: People, cookie: str) -> Issued:
    known = await some.identity.known(call(cookie))
    assert known is not None
    return await some.identity.bearer.begin(some.identity.exchange(known, None))


async def signing(some: People) -> tuple[str, OKPKey]:
    """The key that the server signs with, taken from where it lies."""
    (key,) = await some.db.read(system_keys)
    plain = some.identity.parts.sealer.open(Place("", "signing_key", key.id), key.sealed)
    return key.id, OKPKey.import_key(plain)


def body_of(token: str) -> dict[str, Any]:
    part = token.split(".")[1]
    found: dict[str, Any] = msgspec.json.decode(
        base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
    )
    return found


def part_of(value: object) -> str:
    return base64.urlsafe_b64encode(msgspec.json.encode(value)).decode().rstrip("=")


async def test_a_good_short_token_says_who_it_is(some: People, owner: SignedIn) -> None:
    issued = await exchanged(some, owner.cookie)

    who = await with_token(some, issued.access_token)

    assert (who.kind, who.id, who.session) == ("token", owner.user.id, "")


def signed_by_hand(key: OKPKey, header: dict[str, Any], claims: dict[str, Any]) -> str:
    """With any header, which the library would not let pass."""
    signed = f"{part_of(header)}.{part_of(claims)}"
    private: Any = key.get_op_key("sign")
    signature = base64.urlsafe_b64encode(private.sign(signed.encode())).decode().rstrip("=")
    return f"{signed}.{signature}"


HEADERS: dict[str, dict[str, Any]] = {
    "no-type": {"typ": None},
    "type-of-an-id-token": {"typ": "JWT"},
    "no-key": {"kid": None},
    "key-of-nobody": {"kid": "0" * 16},
    "key-as-a-path": {"kid": "../../dev/null"},
    "key-as-a-query": {"kid": "x' OR '1'='1"},
    "other-name-of-the-algorithm": {"alg": "EdDSA"},
    "critical-extension": {"crit": ["b64"], "b64": False},
}
CLAIMS: dict[str, dict[str, Any]] = {
    "other-issuer": {"iss": "https://evil.test"},
    "no-issuer": {"iss": None},
    "other-audience": {"aud": "another-api"},
    "no-audience": {"aud": None},
    "one-of-many-audiences": {"aud": ["penstock-api", "other"]},
    "expired": {"exp": 1},
    "expires-now": {"exp": "now"},
    "never-expires": {"exp": None},
    "expiry-as-text": {"exp": "9999999999"},
    "from-the-future": {"iat": 99_999_999_999},
    "no-session": {"sid": None},
    "session-of-nobody": {"sid": "cli_0"},
    "session-as-a-list": {"sid": ["x"]},
    "no-subject": {"sub": None},
}


def changed(before: dict[str, Any], changes: dict[str, Any], now_s: int) -> dict[str, Any]:
    after = {**before, **changes}
    return {
        name: now_s if value == "now" else value
        for name, value in after.items()
        if value is not None
    }


@pytest.mark.parametrize("name", tuple(HEADERS))
async def test_a_token_with_another_header_is_refused_though_its_signature_is_good(
    some: People, owner: SignedIn, name: str
) -> None:
    claims = body_of((await exchanged(some, owner.cookie)).access_token)
    kid, key = await signing(some)
    header = changed({"alg": "Ed25519", "typ": "at+jwt", "kid": kid}, HEADERS[name], 0)

    with pytest.raises(TokenRefused):
        await with_token(some, signed_by_hand(key, header, claims))


@pytest.mark.parametrize("name", tuple(CLAIMS))
async def test_a_token_with_other_claims_is_refused_though_its_signature_is_good(
    some: People, owner: SignedIn, name: str
) -> None:
    claims = body_of((await exchanged(some, owner.cookie)).access_token)
    kid, key = await signing(some)
    header = {"alg": "Ed25519", "typ": "at+jwt", "kid": kid}
    after = changed(claims, CLAIMS[name], some.clock.ms // 1_000)
    text = jwt.encode(header, after, key, algorithms=["Ed25519"])

    with pytest.raises(TokenRefused):
        await with_token(some, text)


async def test_the_ways_these_tokens_are_made_make_good_ones(some: People, owner: SignedIn) -> None:
    """What the two tests before change is what they are refused for."""
    claims = body_of((await exchanged(some, owner.cookie)).access_token)
    kid, key = await signing(some)
    header = {"alg": "Ed25519", "typ": "at+jwt", "kid": kid}

    by_library = jwt.encode(header, claims, key, algorithms=["Ed25519"])
    by_hand = signed_by_hand(key, header, claims)

    assert (await with_token(some, by_library)).id == owner.user.id
    assert (await with_token(some, by_hand)).id == owner.user.id


async def test_a_token_without_a_signature_is_refused(some: People, owner: SignedIn) -> None:
    issued = await exchanged(some, owner.cookie)
    header, claims, signature = issued.access_token.split(".")
    for alg in ("none", "None", "NONE", ""):
        kid = (await signing(some))[0]
        unsigned = part_of({"alg": alg, "typ": "at+jwt", "kid": kid})
        for last in ("", signature):
            with pytest.raises(TokenRefused):
                await with_token(some, f"{unsigned}.{claims}.{last}")
    with pytest.raises(TokenRefused):
        await with_token(some, f"{header}.{claims}.")


async def test_a_token_that_is_signed_with_the_public_key_as_a_secret_is_refused(
    some: People, owner: SignedIn
) -> None:
    claims = body_of((await exchanged(some, owner.cookie)).access_token)
    kid, key = await signing(some)
    public = [
        key.as_pem(private=False),
        key.as_der(private=False),
        msgspec.json.encode(key.as_dict(private=False)),
        str(key.as_dict(private=False)["x"]).encode(),
    ]
    for secret in public:
        header = {"alg": "HS256", "typ": "at+jwt", "kid": kid}
        signed = f"{part_of(header)}.{part_of(claims)}"
        mark = hmac.new(secret, signed.encode(), hashlib.sha256).digest()
        signature = base64.urlsafe_b64encode(mark).decode().rstrip("=")
        with pytest.raises(TokenRefused):
            await with_token(some, f"{signed}.{signature}")


@pytest.mark.parametrize("kind", ["ed25519", "rsa", "shared"])
async def test_a_token_of_another_key_is_refused_even_if_it_brings_the_key(
    some: People, owner: SignedIn, kind: str
) -> None:
    claims = body_of((await exchanged(some, owner.cookie)).access_token)
    kid, _ = await signing(some)
    keys: dict[str, tuple[OKPKey | RSAKey | OctKey, str]] = {
        "ed25519": (OKPKey.generate_key("Ed25519"), "Ed25519"),
        "rsa": (RSAKey.generate_key(2048), "RS256"),
        "shared": (OctKey.generate_key(256), "HS256"),
    }
    key, alg = keys[kind]
    header: dict[str, Any] = {"alg": alg, "typ": "at+jwt", "kid": kid}
    if kind != "shared":
        header["jwk"] = key.as_dict(private=False)
    text = jwt.encode(header, claims, key, algorithms=[alg])

    with pytest.raises(TokenRefused):
        await with_token(some, text)


async def test_any_bit_that_changes_is_refused(some: People, owner: SignedIn) -> None:
    text = (await exchanged(some, owner.cookie)).access_token
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    dot = text.rindex(".")
    # The last character of a part may have bits that say nothing.
    for place in range(0, dot - 1, 5):
        if text[place] == "." or text[place + 1] == ".":
            continue
        other = letters[letters.index(text[place]) ^ 1]
        with pytest.raises(TokenRefused):
            await with_token(some, text[:place] + other + text[place + 1 :])


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a.b.c",
        "..",
        "pst_",
        "pst_" + "0" * 49,
        "a" * 5_000,
        "ä.ö.ü",
        "e30.e30.e30",
        "null.e30.",
    ],
)
async def test_what_is_no_token_is_refused_without_an_error(some: People, text: str) -> None:
    headers = {"authorization": f"Bearer {text}".encode().decode("latin-1")}

    with pytest.raises(TokenRefused):
        await some.identity.principal(call(headers=headers))


async def test_a_short_token_lasts_a_quarter_of_an_hour(some: People, owner: SignedIn) -> None:
    issued = await exchanged(some, owner.cookie)
    some.clock.pass_s(15 * 60 - 1)
    assert (await with_token(some, issued.access_token)).id == owner.user.id

    some.clock.pass_s(1)

    with pytest.raises(TokenRefused):
        await with_token(some, issued.access_token)


async def test_signing_out_ends_short_tokens_and_what_renews_them(
    some: People, owner: SignedIn
) -> None:
    issued = await exchanged(some, owner.cookie)
    await with_token(some, issued.access_token)

    await some.identity.accounts.sign_out(owner.user.id, session_of(owner))
    some.clock.pass_s(1)

    with pytest.raises(TokenRefused):
        await with_token(some, issued.access_token)
    with pytest.raises(TokenRefused):
        await some.identity.bearer.renew(issued.refresh_token, "127.0.0.1")


@pytest.mark.parametrize("tended", [False, True])
async def test_a_browser_that_is_not_used_any_more_ends_its_clients(
    some: People, owner: SignedIn, tended: bool
) -> None:
    issued = await exchanged(some, owner.cookie)
    some.clock.pass_s(12 * 3_600)
    if tended:
        await some.db.transact(lambda one: tend(one, some.identity.parts))

    with pytest.raises(TokenRefused):
        await some.identity.bearer.renew(issued.refresh_token, "127.0.0.1")


async def test_a_short_token_ends_with_the_browser_that_it_came_from(
    some: People, owner: SignedIn
) -> None:
    some.clock.pass_s(12 * 3_600 - 60)
    known = await some.identity.known(call(owner.cookie))
    assert known is not None
    some.clock.pass_s(12 * 3_600 - 60)
    issued = await some.identity.bearer.begin(some.identity.exchange(known, None))

    some.clock.pass_s(61)

    with pytest.raises(TokenRefused):
        await with_token(some, issued.access_token)


async def test_calls_of_a_client_keep_its_browser_signed_in_for_a_week_at_most(
    some: People, owner: SignedIn
) -> None:
    issued = await exchanged(some, owner.cookie)
    for _ in range(14):
        await with_token(some, issued.access_token)
        some.clock.pass_s(12 * 3_600 - 1)
        issued = await some.identity.bearer.renew(issued.refresh_token, "127.0.0.1")

    assert (await some.principal(owner.cookie)).id == owner.user.id
    some.clock.pass_s(14)

    with pytest.raises(TokenRefused):
        await with_token(some, issued.access_token)
    with pytest.raises(TokenRefused):
        await some.identity.bearer.renew(issued.refresh_token, "127.0.0.1")


async def test_a_user_who_is_disabled_has_no_tokens_within_a_second(
    some: People, owner: SignedIn
) -> None:
    other = await some.invited("b@x.y", "developer", await some.scope_of(owner))
    scope = await some.scope_of(other)
    _, value = await made(some, scope, "workflow:read")
    issued = await exchanged(some, other.cookie)
    await with_token(some, value)
    await with_token(some, issued.access_token)

    await some.db.transact(lambda one: users.system_disable(one, other.user.id, disabled=True))
    some.clock.pass_s(1)

    for text in (value, issued.access_token):
        with pytest.raises(TokenRefused):
            await with_token(some, text)


async def test_a_token_to_renew_with_that_comes_again_ends_the_session(
    some: People, owner: SignedIn
) -> None:
    first = await exchanged(some, owner.cookie)
    second = await some.identity.bearer.renew(first.refresh_token, "127.0.0.1")
    await with_token(some, second.access_token)

    with pytest.raises(TokenRefused):
        await some.identity.bearer.renew(first.refresh_token, "127.0.0.1")
    some.clock.pass_s(1)

    with pytest.raises(TokenRefused):
        await some.identity.bearer.renew(second.refresh_token, "127.0.0.1")
    with pytest.raises(TokenRefused):
        await with_token(some, second.access_token)


async def test_a_token_to_renew_with_that_is_none_ends_nothing(
    some: People, owner: SignedIn
) -> None:
    issued = await exchanged(some, owner.cookie)

    with pytest.raises(TokenRefused):
        await some.identity.bearer.renew("nonsense", "127.0.0.1")

    renewed = await some.identity.bearer.renew(issued.refresh_token, "127.0.0.1")
    assert (await with_token(some, renewed.access_token)).id == owner.user.id


async def test_a_short_token_is_no_way_to_another_session(some: People, owner: SignedIn) -> None:
    issued = await exchanged(some, owner.cookie)
    known = await some.identity.known(call(bearer=issued.access_token))
    assert known is not None

    with pytest.raises(AccessDenied):
        some.identity.exchange(known, None)


async def test_a_short_token_may_do_no_more_than_what_it_came_from(
    some: People, owner: SignedIn
) -> None:
    _, value = await made(some, await some.scope_of(owner), "workflow:read", "workflow:run")
    known = await some.identity.known(call(bearer=value))
    assert known is not None
    wanted = frozenset({"workflow:read", "settings:write"})
    issued = await some.identity.bearer.begin(some.identity.exchange(known, wanted))

    who = await with_token(some, issued.access_token)

    assert who.grants == {"workflow:read", "account:read"}


async def test_a_removed_api_token_ends_the_short_ones_that_came_from_it(
    some: People, owner: SignedIn
) -> None:
    scope = await some.scope_of(owner)
    token, value = await made(some, scope, "workflow:read", kind="service")
    known = await some.identity.known(call(bearer=value))
    assert known is not None
    issued = await some.identity.bearer.begin(some.identity.exchange(known, None))
    assert (await with_token(some, issued.access_token)).kind == "service"

    await some.db.transact(lambda one: tokens.remove(one, scope, token.id))
    some.clock.pass_s(1)

    for text in (value, issued.access_token):
        with pytest.raises(TokenRefused):
            await with_token(some, text)


async def test_keys_are_sealed_and_renewed_and_what_they_signed_stays_good(
    some: People, owner: SignedIn
) -> None:
    await exchanged(some, owner.cookie)
    some.clock.pass_s(KEY_MS // 1_000 - 60)
    again = await some.identity.accounts.sign_in("owner@example.com", PASSWORD, sessions.From())
    assert isinstance(again, SignedIn)
    before = await exchanged(some, again.cookie)
    (first,) = await some.db.read(system_keys)
    some.clock.pass_s(61)

    after = await exchanged(some, again.cookie)
    kept = await some.db.read(system_keys)

    assert [one.retired_ms is None for one in kept] == [True, False]
    assert first.sealed.startswith(b"PS1")
    for issued in (before, after):
        assert (await with_token(some, issued.access_token)).id == owner.user.id


async def test_a_key_of_another_process_is_learned(
    some: People, owner: SignedIn, tmp_path: Path
) -> None:
    issued = await exchanged(some, owner.cookie)
    other = Identity(some.identity.parts, monotonic=some.clock.monotonic)

    assert (await other.principal(call(bearer=issued.access_token))).id == owner.user.id


async def test_an_api_token_may_do_what_both_it_and_its_user_may(
    some: People, owner: SignedIn
) -> None:
    other = await some.invited("b@x.y", "developer", await some.scope_of(owner))
    _, value = await made(some, await some.scope_of(other), "workflow:read", "workflow:write")
    organization = (await some.principal(other.cookie)).organization
    before = await with_token(some, value)

    await some.give(other.user, organization, "default", "viewer")

    after = await with_token(some, value)
    assert before.grants == {"workflow:read", "workflow:write", "account:read"}
    assert after.grants == {"workflow:read", "account:read"}


async def test_nobody_makes_a_token_that_may_do_more_than_he(some: People, owner: SignedIn) -> None:
    viewer = await some.scope_of(await some.invited("v@x.y", "viewer", await some.scope_of(owner)))

    with pytest.raises(AccessDenied):
        await made(some, viewer, "workflow:write")
    with pytest.raises(AccessDenied):
        await made(some, viewer, "workflow:read", kind="service")


async def test_a_token_has_its_time_its_place_and_its_networks(
    some: People, owner: SignedIn
) -> None:
    scope = await some.scope_of(owner)
    _, value = await made(
        some,
        scope,
        "workflow:read",
        workspace="default",
        allowed_ips=("10.0.0.0/8",),
        expires_ms=some.clock.ms + 60_000,
    )

    assert (await with_token(some, value, client="10.1.1.1")).workspace == "default"
    with pytest.raises(AddressDenied):
        await with_token(some, value)
    with pytest.raises(AccessDenied):
        await with_token(some, value, client="10.1.1.1", workspace="other")
    some.clock.pass_s(60)
    with pytest.raises(TokenRefused):
        await with_token(some, value, client="10.1.1.1")


async def test_when_and_from_where_a_token_was_used_is_told(some: People, owner: SignedIn) -> None:
    scope = await some.scope_of(owner)
    _, value = await made(some, scope, "workflow:read")

    await with_token(some, value, client="10.1.1.1")

    (token,) = await some.db.read(lambda one: tokens.listed(one, scope))
    assert (token.used_ms, token.used_from) == (some.clock.ms, "10.1.1.1")


async def test_tokens_of_others_are_neither_seen_nor_removed(some: People, owner: SignedIn) -> None:
    scope = await some.scope_of(owner)
    token, _ = await made(some, scope, "workflow:read")
    other = await some.scope_of(await some.invited("b@x.y", "admin", scope))

    assert await some.db.read(lambda one: tokens.listed(one, other)) == []
    with pytest.raises(TokenMissing):
        await some.db.transact(lambda one: tokens.remove(one, other, token.id))


async def test_who_is_asked_again_within_a_second_costs_no_query(
    some: People, owner: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[object] = []
    read = some.db.read

    async def counting(query: Any) -> Any:
        asked.append(query)
        return await read(query)

    monkeypatch.setattr(some.db, "read", counting)
    first = await some.principal(owner.cookie)
    before = len(asked)

    again = [await some.principal(owner.cookie) for _ in range(50)]

    assert before > 0
    assert len(asked) == before
    assert set(map(id, again)) == {id(first)}


async def test_another_workspace_or_another_address_is_asked_for_by_itself(
    some: People, owner: SignedIn
) -> None:
    await some.principal(owner.cookie)

    with pytest.raises(AccessDenied):
        await some.principal(owner.cookie, workspace="not-mine")


async def test_the_owner_of_nothing_is_nobody(some: People) -> None:
    assert await some.principal() == ANONYMOUS
    assert await some.identity.known(call()) is None
    ended = await some.db.transact(lambda one: tokens_client.system_end(one, "cli_0"))
    assert ended is False
    assert await some.db.read(lambda one: members.system_roles_of(one, "", "")) == {}
