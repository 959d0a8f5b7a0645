"""Signing in and out: passwords, sessions, second factors, links. Both databases."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest
from sqlalchemy import Connection, select, update
from tests.support.identity import (
    HERE,
    PASSWORD,
    People,
    call,
    from_page,
    people,
    session_of,
)

from penstock_kernel.store.rates import Rate
from penstock_kernel.store.sql import audit, sessions, users, users_removal
from penstock_kernel.store.sql.rates import SqlRates
from penstock_kernel.store.sql.sessions import From
from penstock_kernel.store.sql.sessions_once import SingleUseExpired
from penstock_kernel.store.sql.tables import audit_seals, rate_limits, single_uses
from penstock_kernel.store.sql.tables import sessions as sessions_table
from penstock_kernel.store.sql.users import LastOwner, NewUser, UserTaken
from penstock_web.http.principal import ANONYMOUS
from penstock_web.identity import totp
from penstock_web.identity.accounts import (
    RegistrationClosed,
    SetUpDone,
    SignedIn,
    StepNeeded,
    setup_link,
)
from penstock_web.identity.choices import Choices
from penstock_web.identity.cookies import ForgedCall
from penstock_web.identity.limits import TooManyAttempts
from penstock_web.identity.parts import SignInRefused
from penstock_web.identity.passwords import PasswordInvalid
from penstock_web.identity.second_factor import SecondFactorOn
from penstock_web.identity.tending import tend

EMAIL = "owner@example.com"


@pytest.fixture
async def some(tmp_path: Path) -> AsyncGenerator[People]:
    async with people("memory", tmp_path) as found:
        yield found


@pytest.fixture(params=["sqlite", "postgresql"])
async def both(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncGenerator[People]:
    """Where what happens at once counts, or what a database does by itself."""
    async with people(request.param, tmp_path) as found:
        yield found


async def signed_in(some: People, password: str = PASSWORD, **more: str) -> SignedIn:
    some.clock.pass_s(60)
    done = await some.identity.accounts.sign_in(EMAIL, password, HERE, **more)
    assert isinstance(done, SignedIn)
    return done


async def second_factor(some: People, user: str, session: str) -> tuple[bytes, list[str]]:
    """Turn it on; the secret and the recovery codes."""
    begun = await some.identity.factor.begin(user)
    secret = base64.b32decode(begun.secret + "=" * (-len(begun.secret) % 8))
    some.clock.pass_s(60)
    codes = await some.identity.factor.confirm(user, code_now(some, secret), session)
    some.clock.pass_s(60)
    return secret, list(codes)


def code_now(some: People, secret: bytes) -> str:
    return totp.code(secret, some.clock.ms // 30_000)


async def test_the_first_user_owns_everything(both: People) -> None:
    done = await both.owner()

    who = await both.principal(done.cookie)

    assert (who.kind, who.id, who.workspace) == ("user", done.user.id, "default")
    assert {"settings:write", "workflow:publish", "organization:admin"} <= who.grants


async def test_a_set_up_link_is_good_once_and_only_as_long_as_there_is_nobody(some: People) -> None:
    link = await setup_link(some.db, some.clock.now_ms, url="http://x")
    assert link is not None
    token = link.removeprefix("http://x/?setup=")
    await some.identity.accounts.set_up(token, NewUser(email=EMAIL), PASSWORD, HERE)

    with pytest.raises(SetUpDone):
        await some.identity.accounts.set_up(token, NewUser(email="b@x.y"), PASSWORD, HERE)
    assert await setup_link(some.db, some.clock.now_ms) is None


async def test_a_set_up_link_is_good_for_a_quarter_of_an_hour(some: People) -> None:
    link = await setup_link(some.db, some.clock.now_ms)
    assert link is not None
    some.clock.pass_s(15 * 60)

    with pytest.raises(SingleUseExpired):
        await some.identity.accounts.set_up(
            link.partition("=")[2], NewUser(email=EMAIL), PASSWORD, HERE
        )


async def test_a_newer_set_up_link_replaces_the_one_before(some: People) -> None:
    first = await setup_link(some.db, some.clock.now_ms)
    await setup_link(some.db, some.clock.now_ms)
    assert first is not None

    with pytest.raises(SingleUseExpired):
        await some.identity.accounts.set_up(
            first.partition("=")[2], NewUser(email=EMAIL), PASSWORD, HERE
        )


async def test_of_two_that_set_up_at_once_one_becomes_the_owner(both: People) -> None:
    link = await setup_link(both.db, both.clock.now_ms)
    assert link is not None
    token = link.partition("=")[2]

    done = await asyncio.gather(
        *(
            both.identity.accounts.set_up(token, NewUser(email=f"u{n}@x.y"), PASSWORD, HERE)
            for n in range(4)
        ),
        return_exceptions=True,
    )

    assert sum(isinstance(one, SignedIn) for one in done) == 1
    assert await both.db.read(users.system_counted) == 1


async def test_signing_in_begins_a_session_and_signing_out_ends_it(some: People) -> None:
    await some.owner()
    done = await signed_in(some)
    before = await some.principal(done.cookie)

    await some.identity.accounts.sign_out(done.user.id, session_of(done))
    some.clock.pass_s(1)

    assert before.session == session_of(done)
    assert await some.principal(done.cookie) == ANONYMOUS


@pytest.mark.parametrize("email", [EMAIL, "nobody@example.com", "no address", ""])
async def test_what_is_not_right_is_refused_alike(some: People, email: str) -> None:
    await some.owner()
    some.clock.pass_s(60)

    with pytest.raises(SignInRefused) as caught:
        await some.identity.accounts.sign_in(email, "wrong password", HERE)

    assert caught.value.message == "This did not sign anybody in."


async def test_what_was_refused_is_noted_for_an_account_that_there_is(some: People) -> None:
    owner = await some.owner()
    some.clock.pass_s(60)
    for email in (EMAIL, "nobody@example.com"):
        with pytest.raises(SignInRefused):
            await some.identity.accounts.sign_in(email, "wrong password", HERE)
    await some.identity.accounts.idle()
    scope = await some.scope_of(owner)

    found = await some.db.read(
        lambda one: audit.listed(one, scope, audit.Wanted(action="session.refused"), 10)
    )

    assert [(one.target, one.address) for one in found] == [(owner.user.id, HERE.address)]


async def test_an_address_is_known_in_any_case(some: People) -> None:
    await some.owner("Owner@Example.COM")

    done = await some.identity.accounts.sign_in("  OWNER@example.com ", PASSWORD, HERE)

    assert isinstance(done, SignedIn)


async def test_a_user_who_is_disabled_is_out_within_a_second(some: People) -> None:
    owner = await some.owner()
    scope = await some.scope_of(owner)
    other = await some.invited("b@x.y", "developer", scope)
    assert (await some.principal(other.cookie)).id == other.user.id

    await some.db.transact(lambda one: users.system_disable(one, other.user.id, disabled=True))
    some.clock.pass_s(1)

    assert await some.principal(other.cookie) == ANONYMOUS
    with pytest.raises(SignInRefused):
        await some.identity.accounts.sign_in("b@x.y", PASSWORD, HERE)


async def test_the_only_owner_stays(both: People) -> None:
    owner = await both.owner()

    with pytest.raises(LastOwner):
        await both.db.transact(lambda one: users.system_disable(one, owner.user.id, disabled=True))
    with pytest.raises(LastOwner):
        await both.db.transact(lambda one: users.system_own(one, owner.user.id, owner=False))


async def test_a_session_ends_after_twelve_hours_without_calls(some: People) -> None:
    done = await some.owner()
    some.clock.pass_s(12 * 3_600 - 1)
    assert (await some.principal(done.cookie)).id == done.user.id
    some.clock.pass_s(12 * 3_600 - 61)
    assert (await some.principal(done.cookie)).id == done.user.id

    some.clock.pass_s(12 * 3_600 + 1)

    assert await some.principal(done.cookie) == ANONYMOUS


async def test_a_session_ends_after_a_week_in_any_case(some: People) -> None:
    done = await some.owner()
    for _ in range(7 * 24 - 1):
        some.clock.pass_s(3_600)
        assert (await some.principal(done.cookie)).id == done.user.id

    some.clock.pass_s(3_600)

    assert await some.principal(done.cookie) == ANONYMOUS


async def test_signing_in_never_goes_on_with_the_cookie_of_before(some: People) -> None:
    first = await some.owner()

    second = await signed_in(some, before=first.cookie)
    some.clock.pass_s(1)

    assert second.cookie != first.cookie
    assert await some.principal(first.cookie) == ANONYMOUS


async def test_a_cookie_that_somebody_planted_is_never_taken_over(some: People) -> None:
    await some.owner()

    done = await signed_in(some, before="planted")

    assert done.cookie != "planted"
    assert await some.principal("planted") == ANONYMOUS


async def test_only_hashes_of_cookies_are_kept(some: People) -> None:
    done = await some.owner()

    kept = await some.db.read(
        lambda one: sessions.system_of_user(one, done.user.id, 1 << 40, some.clock.ms)
    )

    assert [one.id for one in kept] == [session_of(done)]
    assert done.cookie not in repr((kept, done))


async def test_a_sixth_attempt_in_a_minute_waits_whoever_the_account_is(some: People) -> None:
    await some.owner()
    some.clock.pass_s(60)
    for email in ("victim@x.y",) * 5:
        with pytest.raises(SignInRefused):
            await some.identity.accounts.sign_in(email, "wrong password", HERE)

    with pytest.raises(TooManyAttempts) as caught:
        await some.identity.accounts.sign_in("victim@x.y", "wrong password", HERE)

    assert 0 < caught.value.delay_s <= 60


async def test_a_twenty_first_attempt_from_one_address_waits(some: People) -> None:
    await some.owner()
    some.clock.pass_s(60)
    for number in range(20):
        with pytest.raises(SignInRefused):
            await some.identity.accounts.sign_in(f"u{number}@x.y", "wrong password", HERE)

    with pytest.raises(TooManyAttempts):
        await some.identity.accounts.sign_in("u20@x.y", "wrong password", HERE)
    elsewhere = await some.identity.accounts.sign_in(EMAIL, PASSWORD, From("9.9.9.9"))

    assert isinstance(elsewhere, SignedIn)


async def test_another_password_ends_all_sessions_but_a_new_one(both: People) -> None:
    first = await both.owner()
    second = await signed_in(both)

    third = await both.identity.accounts.change_password(
        first.user.id, PASSWORD, "another good one", HERE
    )
    both.clock.pass_s(1)

    assert await both.principal(first.cookie) == ANONYMOUS
    assert await both.principal(second.cookie) == ANONYMOUS
    assert (await both.principal(third.cookie)).id == first.user.id
    with pytest.raises(SignInRefused):
        await both.identity.accounts.sign_in(EMAIL, PASSWORD, HERE)


@pytest.mark.parametrize("again", ["signs-in", "changes-it-too"])
async def test_a_password_that_changes_while_it_is_checked_is_good_no_more(
    both: People, monkeypatch: pytest.MonkeyPatch, again: str
) -> None:
    owner = await both.owner()
    accounts, fits = both.identity.accounts, both.identity.passwords.fits
    checked, changed = asyncio.Event(), asyncio.Event()

    async def slow(kept: str, given: str) -> bool:
        good = await fits(kept, given)
        checked.set()
        await changed.wait()
        return good

    monkeypatch.setattr(both.identity.passwords, "fits", slow)

    async def attempt() -> object:
        if again == "signs-in":
            return await accounts.sign_in("owner@example.com", PASSWORD, HERE)
        return await accounts.change_password(owner.user.id, PASSWORD, "as a thief likes it", HERE)

    thief = asyncio.create_task(attempt())
    await checked.wait()
    monkeypatch.setattr(both.identity.passwords, "fits", fits)

    await accounts.change_password(owner.user.id, PASSWORD, "quite another one here", HERE)
    changed.set()

    with pytest.raises(SignInRefused):
        await thief
    assert await accounts.sign_in("owner@example.com", "quite another one here", HERE)


async def test_another_password_needs_the_one_of_before(some: People) -> None:
    done = await some.owner()

    with pytest.raises(SignInRefused):
        await some.identity.accounts.change_password(done.user.id, "wrong", "another one", HERE)


async def test_a_link_for_a_new_password_comes_by_mail_and_is_good_once(some: People) -> None:
    before = await some.owner()
    await some.identity.accounts.forgotten(EMAIL, HERE)
    await some.identity.accounts.idle()
    ((to, _, text),) = some.letters
    token = text.partition("reset=")[2].split()[0]

    done = await some.identity.accounts.reset(token, "another good one", HERE)
    some.clock.pass_s(1)

    assert to == EMAIL
    assert isinstance(done, SignedIn)
    assert await some.principal(before.cookie) == ANONYMOUS
    with pytest.raises(SingleUseExpired):
        await some.identity.accounts.reset(token, "another good one", HERE)


async def test_nobody_is_told_whether_an_address_is_known(some: People) -> None:
    await some.owner()

    await some.identity.accounts.forgotten("nobody@x.y", HERE)
    await some.identity.accounts.idle()

    assert some.letters == []


async def test_a_fourth_new_password_in_an_hour_is_not_sent(some: People) -> None:
    await some.owner()
    for _ in range(3):
        await some.identity.accounts.forgotten(EMAIL, HERE)

    with pytest.raises(TooManyAttempts):
        await some.identity.accounts.forgotten(EMAIL, HERE)
    await some.identity.accounts.idle()
    assert len(some.letters) == 3


async def test_a_password_that_cannot_be_used_uses_up_no_link(some: People) -> None:
    owner = await some.owner()
    token = (await some.identity.accounts.reset_link(owner.user.id)).partition("reset=")[2]

    with pytest.raises(PasswordInvalid):
        await some.identity.accounts.reset(token, "short", HERE)

    assert isinstance(await some.identity.accounts.reset(token, PASSWORD, HERE), SignedIn)


async def test_with_a_second_factor_a_password_is_not_enough(some: People) -> None:
    owner = await some.owner()
    secret, _ = await second_factor(some, owner.user.id, session_of(owner))

    needed = await some.identity.accounts.sign_in(EMAIL, PASSWORD, HERE)
    assert isinstance(needed, StepNeeded)
    done = await some.identity.accounts.second_step(needed.step, code_now(some, secret), HERE)

    assert (await some.principal(done.cookie)).id == owner.user.id


async def test_a_code_is_good_once(both: People) -> None:
    owner = await both.owner()
    secret, _ = await second_factor(both, owner.user.id, session_of(owner))
    code = code_now(both, secret)
    first, second = [await both.identity.accounts.sign_in(EMAIL, PASSWORD, HERE) for _ in "12"]
    assert isinstance(first, StepNeeded)
    assert isinstance(second, StepNeeded)
    await both.identity.accounts.second_step(first.step, code, HERE)

    with pytest.raises(SignInRefused):
        await both.identity.accounts.second_step(second.step, code, HERE)


async def test_a_recovery_code_is_good_once(both: People) -> None:
    owner = await both.owner()
    _, codes = await second_factor(both, owner.user.id, session_of(owner))
    first, second = [await both.identity.accounts.sign_in(EMAIL, PASSWORD, HERE) for _ in "12"]
    assert isinstance(first, StepNeeded)
    assert isinstance(second, StepNeeded)
    await both.identity.accounts.second_step(first.step, codes[0].lower(), HERE)

    with pytest.raises(SignInRefused):
        await both.identity.accounts.second_step(second.step, codes[0], HERE)
    done = await both.identity.accounts.second_step(second.step, codes[1], HERE)

    assert done.user.id == owner.user.id


async def test_codes_cannot_be_guessed_one_after_the_other(some: People) -> None:
    owner = await some.owner()
    await second_factor(some, owner.user.id, session_of(owner))
    needed = await some.identity.accounts.sign_in(EMAIL, PASSWORD, HERE)
    assert isinstance(needed, StepNeeded)
    for _ in range(5):
        with pytest.raises(SignInRefused):
            await some.identity.accounts.second_step(needed.step, "000000", HERE)

    with pytest.raises(TooManyAttempts):
        await some.identity.accounts.second_step(needed.step, "000000", HERE)


async def test_a_step_is_no_session(some: People) -> None:
    owner = await some.owner()
    await second_factor(some, owner.user.id, session_of(owner))
    needed = await some.identity.accounts.sign_in(EMAIL, PASSWORD, HERE)
    assert isinstance(needed, StepNeeded)

    assert await some.principal(needed.step) == ANONYMOUS


async def test_a_step_is_good_for_five_minutes(some: People) -> None:
    owner = await some.owner()
    secret, _ = await second_factor(some, owner.user.id, session_of(owner))
    needed = await some.identity.accounts.sign_in(EMAIL, PASSWORD, HERE)
    assert isinstance(needed, StepNeeded)
    some.clock.pass_s(5 * 60)

    with pytest.raises(SingleUseExpired):
        await some.identity.accounts.second_step(needed.step, code_now(some, secret), HERE)


async def test_a_new_password_by_mail_does_not_go_round_the_second_factor(some: People) -> None:
    owner = await some.owner()
    await second_factor(some, owner.user.id, session_of(owner))
    token = (await some.identity.accounts.reset_link(owner.user.id)).partition("reset=")[2]

    assert isinstance(
        await some.identity.accounts.reset(token, "another good one", HERE), StepNeeded
    )


async def test_a_second_factor_counts_only_after_a_first_code(some: People) -> None:
    owner = await some.owner()
    await some.identity.factor.begin(owner.user.id)

    with pytest.raises(SignInRefused):
        await some.identity.factor.confirm(owner.user.id, "000000", session_of(owner))

    assert isinstance(await signed_in(some), SignedIn)


async def test_a_second_factor_ends_with_password_and_code(some: People) -> None:
    owner = await some.owner()
    secret, _ = await second_factor(some, owner.user.id, session_of(owner))
    with pytest.raises(SecondFactorOn):
        await some.identity.factor.begin(owner.user.id)
    with pytest.raises(SignInRefused):
        await some.identity.factor.end(owner.user.id, PASSWORD, "000000")
    with pytest.raises(SignInRefused):
        await some.identity.factor.end(owner.user.id, "wrong", code_now(some, secret))

    await some.identity.factor.end(owner.user.id, PASSWORD, code_now(some, secret))

    assert isinstance(await signed_in(some), SignedIn)


async def test_what_codes_come_from_lies_sealed(some: People) -> None:
    owner = await some.owner()
    secret, codes = await second_factor(some, owner.user.id, session_of(owner))

    kept = await some.db.read(lambda one: users.system_secrets(one, owner.user.id))

    assert kept.totp_secret is not None
    assert secret not in kept.totp_secret
    assert not set(codes) & set(kept.recovery_codes)
    assert repr(kept) == "Secrets()"


async def test_a_session_with_a_cookie_changes_something_only_from_our_pages(some: People) -> None:
    done = await some.owner()

    passed = await some.identity.principal(from_page(done.cookie))
    with pytest.raises(ForgedCall):
        await some.identity.principal(call(done.cookie, method="POST"))

    assert passed.id == done.user.id


async def test_nobody_makes_himself_an_account_where_that_was_not_chosen(some: People) -> None:
    await some.owner()

    with pytest.raises(RegistrationClosed):
        await some.identity.accounts.register(NewUser(email="b@x.y"), PASSWORD, HERE)


async def test_who_makes_himself_an_account_sees_nobody_elses(tmp_path: Path) -> None:
    choices = Choices(registration=True, registration_domains=("example.com",))
    async with people("memory", tmp_path, choices) as some:
        with pytest.raises(RegistrationClosed):
            await some.identity.accounts.register(NewUser(email="a@example.com"), PASSWORD, HERE)
        await some.owner()
        with pytest.raises(RegistrationClosed):
            await some.identity.accounts.register(NewUser(email="a@other.com"), PASSWORD, HERE)
        with pytest.raises(UserTaken):
            await some.identity.accounts.register(NewUser(email=EMAIL), PASSWORD, HERE)

        done = await some.identity.accounts.register(
            NewUser(email="a@example.com", owner=True), PASSWORD, HERE
        )
        who = await some.principal(done.cookie)

    assert who.workspace not in ("", "default")
    assert "settings:read" not in who.grants


async def test_somebody_unknown_is_refused_as_slowly_as_somebody_known(some: People) -> None:
    """By the work that is done, which is what takes the time: one check of a hash each."""
    await some.owner()
    counted: list[str] = []
    hasher = vars(some.identity.passwords)
    verify = hasher["_hasher"].verify

    class Counting:
        def __getattr__(self, name: str) -> object:
            return getattr(vars(self)["real"], name)

        def verify(self, kept: str, password: str) -> bool:
            counted.append(kept[:20])
            return bool(verify(kept, password))

    counting = Counting()
    vars(counting)["real"] = hasher["_hasher"]
    hasher["_hasher"] = counting
    work: list[int] = []
    for email in (EMAIL, "nobody@example.com", "no address"):
        some.clock.pass_s(60)
        counted.clear()
        with pytest.raises(SignInRefused):
            await some.identity.accounts.sign_in(email, "wrong password", HERE)
        work.append(len(counted))

    assert work == [1, 1, 1]


async def test_what_has_ended_is_forgotten_and_what_lasts_is_not(both: People) -> None:
    owner = await both.owner()
    await both.identity.accounts.reset_link(owner.user.id)
    both.clock.pass_s(7 * 86_400 - 60)
    later = await signed_in(both)

    await both.db.transact(lambda one: tend(one, both.identity.parts))

    assert (await both.principal(later.cookie)).id == owner.user.id
    kept = await both.db.read(lambda one: one.execute(select(sessions_table.c.id)).scalars().all())
    assert kept == [session_of(later)]
    assert await both.db.read(lambda one: one.execute(select(single_uses)).all()) == []
    assert await both.db.read(lambda one: one.execute(select(audit_seals)).all()) != []


async def test_who_tried_a_day_ago_is_counted_no_more_and_no_row_is_left_of_him(
    both: People,
) -> None:
    rates = SqlRates(both.db)
    now_ms = both.identity.parts.now_ms()
    await rates.take([Rate("identity:sign-in:account:old", 1, 5)])
    old = update(rate_limits).values(at_ms=now_ms - 86_400_000 - 1)
    await both.db.transact(lambda one: one.execute(old).rowcount)
    await rates.take([Rate("identity:sign-in:account:new", 1, 5)])
    new = update(rate_limits).where(rate_limits.c.name.endswith("new"))
    await both.db.transact(lambda one: one.execute(new.values(at_ms=now_ms - 86_399_000)).rowcount)

    await both.db.transact(lambda one: tend(one, both.identity.parts))

    kept = await both.db.read(lambda one: one.execute(select(rate_limits.c.name)).scalars().all())
    assert kept == ["identity:sign-in:account:new"]


async def test_who_is_removed_is_out_and_leaves_nothing_about_him(both: People) -> None:
    owner = await both.owner()
    scope = await both.scope_of(owner)
    other = await both.invited("b@x.y", "developer", scope)
    await both.identity.accounts.reset_link(other.user.id)

    await both.db.transact(lambda one: users_removal.system_remove(one, other.user.id))
    both.clock.pass_s(1)

    def places(connection: Connection) -> set[str]:
        """The tables that know him by his id or by his address."""
        found: set[str] = set()
        for table in sessions_table.metadata.sorted_tables:
            for row in connection.execute(select(table)):
                if any(str(one) in (other.user.id, "b@x.y") for one in row):
                    found.add(table.name)
        return found

    assert await both.db.read(places) <= {"audit_events"}
    assert await both.principal(other.cookie) == ANONYMOUS
    with pytest.raises(SignInRefused):
        await both.identity.accounts.sign_in("b@x.y", PASSWORD, HERE)
    assert (await both.invited("b@x.y", "viewer", scope)).user.id != other.user.id
    with pytest.raises(LastOwner):
        await both.db.transact(lambda one: users_removal.system_remove(one, owner.user.id))
