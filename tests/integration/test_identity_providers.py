"""Signing in with other places: who is believed, and whose account it is."""

from __future__ import annotations

import base64
import hmac
import json
from collections.abc import AsyncGenerator, Generator
from pathlib import Path
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey
from tests.support.identity import HERE, PASSWORD, People, call, people, session_of
from tests.support.oidc import Provider, provider

from penstock_kernel.store.scope import AccessDenied, Scope
from penstock_kernel.store.sql import users
from penstock_kernel.store.sql.sessions_once import SingleUseExpired
from penstock_kernel.store.sql.users_providers import ProviderMissing
from penstock_sandbox.errors import EgressRefused
from penstock_sdk.auth import ProviderRefused
from penstock_web.identity.accounts import SignedIn, StepNeeded
from penstock_web.identity.providers import (
    AccountNeeded,
    NewProvider,
    ProviderInvalid,
    Sent,
)

BACK = "http://127.0.0.1:5680/api/v1/sign-in/back/corp"
OWNER = Scope("default", "me", None)


@pytest.fixture
def there() -> Generator[Provider]:
    with provider() as found:
        yield found


@pytest.fixture
async def some(tmp_path: Path, there: Provider) -> AsyncGenerator[People]:
    async with people("memory", tmp_path) as found:
        there.now_s = lambda: found.clock.ms // 1_000
        await found.owner()
        await set_up(found, there)
        yield found


async def set_up(some: People, there: Provider, **more: Any) -> None:
    asked: dict[str, Any] = {
        "id": "corp",
        "kind": "oidc",
        "name": "Corp",
        "issuer": there.url,
        "client_id": "client",
        "client_secret": "s cret",
        "settings": {"creates_users": True},
    }
    await some.identity.providers.put(OWNER, NewProvider(**{**asked, **more}))


async def begin(some: People, **more: str) -> Sent:
    some.clock.pass_s(60)
    return await some.identity.providers.begin("corp", BACK, HERE, **more)


async def finish(
    some: People, sent: Sent, given: dict[str, str], before: str = ""
) -> SignedIn | StepNeeded:
    return await some.identity.providers.finish(
        "corp", given, HERE, cookie=sent.cookie, before=before
    )


async def signed_in(some: People, there: Provider) -> SignedIn:
    sent = await begin(some)
    done = await finish(some, sent, there.authorize(sent.url))
    assert isinstance(done, SignedIn)
    return done


async def by_password(some: People) -> SignedIn:
    owner = await some.identity.accounts.sign_in("owner@example.com", PASSWORD, HERE)
    assert isinstance(owner, SignedIn)
    return owner


async def linking(some: People, owner: SignedIn) -> Sent:
    return await begin(some, links=owner.user.id, session=session_of(owner))


async def linked(some: People, there: Provider, owner: SignedIn) -> SignedIn:
    sent = await linking(some, owner)
    done = await finish(some, sent, there.authorize(sent.url), owner.cookie)
    assert isinstance(done, SignedIn)
    return done


async def test_who_comes_back_has_an_account_from_then_on(some: People, there: Provider) -> None:
    first = await signed_in(some, there)
    there.claims["email"] = "moved@x.y"
    second = await signed_in(some, there)

    assert first.user.id == second.user.id
    assert (first.user.email, first.user.email_verified) == ("a@x.y", True)
    assert (await some.principal(second.cookie)).id == first.user.id


async def test_an_address_finds_no_account_though_it_was_checked(
    some: People, there: Provider
) -> None:
    there.claims["email"] = "owner@example.com"

    with pytest.raises(AccountNeeded):
        await signed_in(some, there)


async def test_an_address_that_was_not_checked_takes_no_account_over(
    some: People, there: Provider
) -> None:
    there.claims |= {"email": "OWNER@example.com", "email_verified": False}

    with pytest.raises(AccountNeeded):
        await signed_in(some, there)


async def test_who_has_signed_in_links_the_two_himself(some: People, there: Provider) -> None:
    owner = await by_password(some)
    await linked(some, there, owner)

    again = await signed_in(some, there)

    assert again.user.id == owner.user.id


@pytest.mark.parametrize("browser", ["nobodys", "of-somebody-else", "his-other-one"])
async def test_an_account_is_linked_in_the_session_that_it_was_begun_in(
    some: People, there: Provider, browser: str
) -> None:
    owner = await by_password(some)
    guest = await some.invited("guest@x.y", "viewer", await some.scope_of(owner))
    other = await by_password(some)
    cookies = {"nobodys": "", "of-somebody-else": guest.cookie, "his-other-one": other.cookie}
    sent = await linking(some, owner)

    with pytest.raises(SingleUseExpired):
        await finish(some, sent, there.authorize(sent.url), cookies[browser])
    assert (await signed_in(some, there)).user.id != owner.user.id


@pytest.mark.parametrize("ended", ["new-password", "signed-out"])
async def test_what_was_begun_to_link_an_account_ends_with_the_session(
    some: People, there: Provider, ended: str
) -> None:
    owner = await by_password(some)
    sent = await linking(some, owner)
    if ended == "new-password":
        await some.identity.accounts.change_password(
            owner.user.id, PASSWORD, "another one in a row", HERE
        )
    else:
        await some.identity.accounts.sign_out(owner.user.id, session_of(owner))

    with pytest.raises(SingleUseExpired):
        await finish(some, sent, there.authorize(sent.url), owner.cookie)


async def test_what_is_linked_to_one_is_not_linked_to_another(
    some: People, there: Provider
) -> None:
    first = await signed_in(some, there)
    owner = await by_password(some)

    with pytest.raises(AccountNeeded):
        await linked(some, there, owner)
    assert (await signed_in(some, there)).user.id == first.user.id


async def test_accounts_are_made_only_where_that_was_chosen(some: People, there: Provider) -> None:
    await set_up(some, there, settings={})

    with pytest.raises(AccountNeeded):
        await signed_in(some, there)


async def test_who_is_disabled_stays_outside(some: People, there: Provider) -> None:
    done = await signed_in(some, there)
    await some.db.transact(lambda one: users.system_disable(one, done.user.id, disabled=True))

    with pytest.raises(AccountNeeded):
        await signed_in(some, there)


async def test_what_is_asked_of_the_provider_has_pkce_nonce_and_state(some: People) -> None:
    sent = await begin(some)

    assert "code_challenge_method=S256" in sent.url
    for part in ("code_challenge=", "nonce=", "state=", "response_type=code", "redirect_uri=http"):
        assert part in sent.url
    assert "s+cret" not in sent.url


async def test_a_state_is_good_once(some: People, there: Provider) -> None:
    sent = await begin(some)
    given = there.authorize(sent.url)
    await finish(some, sent, given)

    with pytest.raises(SingleUseExpired):
        await finish(some, sent, given)


async def test_a_state_is_good_in_its_browser_and_for_its_provider_alone(
    some: People, there: Provider
) -> None:
    await set_up(some, there, id="other")
    providers = some.identity.providers
    for wanted, cookie in (("corp", ""), ("corp", "another"), ("other", None)):
        sent = await begin(some)
        given = there.authorize(sent.url)
        with pytest.raises(SingleUseExpired):
            await providers.finish(
                wanted, given, HERE, cookie=sent.cookie if cookie is None else cookie
            )


async def test_a_state_is_good_for_ten_minutes(some: People, there: Provider) -> None:
    sent = await begin(some)
    given = there.authorize(sent.url)
    some.clock.pass_s(600)

    with pytest.raises(SingleUseExpired):
        await finish(some, sent, given)


async def test_a_state_that_is_none_is_refused(some: People, there: Provider) -> None:
    sent = await begin(some)

    for state in ("", "nonsense"):
        with pytest.raises(SingleUseExpired):
            await finish(some, sent, {**there.authorize(sent.url), "state": state})


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"iss": "https://evil.test"}, id="name-of-another"),
        pytest.param({"iss": None}, id="no-name"),
        pytest.param({"code": ""}, id="no-code"),
        pytest.param({"code": "nonsense"}, id="code-of-nobody"),
        pytest.param({"error": "access_denied"}, id="refused-there"),
    ],
)
async def test_an_answer_that_is_not_good_lets_nobody_in(
    some: People, there: Provider, changes: dict[str, Any]
) -> None:
    sent = await begin(some)
    given = {**there.authorize(sent.url), **changes}

    with pytest.raises(ProviderRefused):
        await finish(some, sent, {name: one for name, one in given.items() if one is not None})


SPOILED: dict[str, dict[str, Any]] = {
    "other-issuer": {"iss": "https://evil.test"},
    "other-audience": {"aud": "another"},
    "several-audiences": {"aud": ["client", "another"]},
    "for-another-party": {"aud": ["client", "another"], "azp": "another"},
    "expired": {"exp": 1},
    "from-the-future": {"iat": 99_999_999_999},
    "other-nonce": {"nonce": "another"},
    "no-nonce": {"nonce": ""},
    "no-subject": {"sub": ""},
    "subject-as-a-list": {"sub": ["s1"]},
}


@pytest.mark.parametrize("name", tuple(SPOILED))
async def test_an_id_token_with_other_claims_lets_nobody_in(
    some: People, there: Provider, name: str
) -> None:
    there.spoil = lambda claims: claims.update(SPOILED[name])

    with pytest.raises(ProviderRefused):
        await signed_in(some, there)


async def test_several_audiences_are_good_where_we_are_the_party(
    some: People, there: Provider
) -> None:
    there.spoil = lambda claims: claims.update(aud=["client", "another"], azp="client")

    assert await signed_in(some, there)


def part(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


def unsigned(claims: dict[str, Any]) -> str:
    return f"{part({'alg': 'none', 'kid': 'k1'})}.{part(claims)}."


def shared(secret: bytes, claims: dict[str, Any]) -> str:
    """By hand: the library makes no secret of a public key."""
    text = f"{part({'alg': 'HS256', 'kid': 'k1'})}.{part(claims)}"
    mark = hmac.digest(secret, text.encode(), "sha256")
    return f"{text}.{base64.urlsafe_b64encode(mark).decode().rstrip('=')}"


@pytest.mark.parametrize("name", ["unsigned", "shared-secret", "public-key-as-secret", "other-key"])
async def test_an_id_token_that_nobody_signed_lets_nobody_in(
    some: People, there: Provider, name: str
) -> None:
    def by_other(claims: dict[str, Any]) -> str:
        key = RSAKey.generate_key(2048)
        return jwt.encode({"alg": "RS256", "kid": "k1"}, claims, key, algorithms=["RS256"])

    there.sign = {
        "unsigned": unsigned,
        "shared-secret": lambda claims: shared(b"s cret", claims),
        "public-key-as-secret": lambda claims: shared(there.key.as_pem(private=False), claims),
        "other-key": by_other,
    }[name]

    with pytest.raises(ProviderRefused):
        await signed_in(some, there)


async def test_a_secret_in_the_key_set_is_no_key(some: People, there: Provider) -> None:
    secret = OctKey.generate_key(256, {"kid": "k1"})
    there.jwks = lambda: {"keys": [secret.as_dict(private=True)]}
    there.sign = lambda claims: jwt.encode(
        {"alg": "HS256", "kid": "k1"}, claims, secret, algorithms=["HS256"]
    )

    with pytest.raises(ProviderRefused):
        await signed_in(some, there)


async def test_a_provider_that_names_another_issuer_is_not_believed(
    some: People, there: Provider
) -> None:
    there.metadata = {"issuer": "https://login.example.com"}

    with pytest.raises(ProviderRefused):
        await begin(some)


@pytest.mark.parametrize(
    "name", ["authorization_endpoint", "token_endpoint", "jwks_uri", "userinfo_endpoint"]
)
@pytest.mark.parametrize("url", ["http://login.example.com/x", "javascript:alert(1)", "//x", "x"])
async def test_a_provider_whose_addresses_others_could_read_is_not_believed(
    some: People, there: Provider, name: str, url: str
) -> None:
    there.metadata = {name: url}

    with pytest.raises(ProviderRefused):
        await begin(some)


async def test_an_address_that_the_token_lacks_is_asked_for(some: People, there: Provider) -> None:
    del there.claims["email"]

    assert (await signed_in(some, there)).user.email == "told@x.y"


async def test_a_provider_inside_the_network_is_not_asked(some: People, there: Provider) -> None:
    await set_up(some, there, issuer="https://169.254.169.254")

    with pytest.raises(EgressRefused):
        await begin(some)


async def test_the_secret_of_a_provider_lies_sealed_and_stays_when_none_is_sent(
    some: People, there: Provider
) -> None:
    await set_up(some, there, client_secret="", name="Corp two")

    (found,) = await some.identity.providers.listed()
    assert found.sealed_secret is not None
    assert found.sealed_secret.startswith(b"PS1")
    assert found.name == "Corp two"
    assert (await signed_in(some, there)).user.email == "a@x.y"


async def test_only_who_may_sets_a_provider_up(some: People, there: Provider) -> None:
    scope = Scope("default", "u", frozenset({"settings:read"}))
    new = NewProvider(id="x", kind="oidc", name="X", issuer=there.url)

    with pytest.raises(AccessDenied):
        await some.identity.providers.put(scope, new)


@pytest.mark.parametrize(
    "changes",
    [
        {"id": "../x"},
        {"kind": "saml"},
        {"issuer": ""},
        {"issuer": "file:///etc/passwd"},
        {"issuer": "login.example.com"},
        {"issuer": "http://login.example.com"},
        {"issuer": "http://127.0.0.1.evil.test"},
        {"issuer": "https://["},
        {"settings": {"creates_users": "yes"}},
    ],
)
async def test_a_provider_that_cannot_work_is_refused(
    some: People, there: Provider, changes: dict[str, Any]
) -> None:
    with pytest.raises(ProviderInvalid):
        await set_up(some, there, **changes)


async def test_a_provider_that_is_disabled_or_not_there_lets_nobody_in(
    some: People, there: Provider
) -> None:
    sent = await begin(some)
    given = there.authorize(sent.url)
    await set_up(some, there, disabled=True)

    with pytest.raises(ProviderMissing):
        await finish(some, sent, given)
    with pytest.raises(ProviderMissing):
        await begin(some)
    await some.identity.providers.remove(OWNER, "corp")
    with pytest.raises(ProviderMissing):
        await begin(some)


async def test_people_of_github_come_by_their_number(some: People, there: Provider) -> None:
    settings = {"api_url": f"{there.url}/api", "creates_users": True}
    await set_up(some, there, kind="github", settings=settings)

    first = await signed_in(some, there)
    again = await signed_in(some, there)

    assert (first.user.email, first.user.name) == ("octo@x.y", "octo")
    assert first.user.id == again.user.id
    assert first.user.email_verified


async def test_a_second_factor_is_asked_for_after_a_provider_too(
    some: People, there: Provider
) -> None:
    done = await signed_in(some, there)
    await some.db.transact(lambda one: users.system_set(one, done.user.id, totp_on=True))
    sent = await begin(some)

    assert isinstance(await finish(some, sent, there.authorize(sent.url)), StepNeeded)


async def test_who_comes_back_never_goes_on_with_the_session_of_before(
    some: People, there: Provider
) -> None:
    first = await signed_in(some, there)
    sent = await begin(some)

    done = await some.identity.providers.finish(
        "corp", there.authorize(sent.url), HERE, cookie=sent.cookie, before=first.cookie
    )
    some.clock.pass_s(1)

    assert isinstance(done, SignedIn)
    assert (await some.identity.principal(call(first.cookie))).kind == "anonymous"
