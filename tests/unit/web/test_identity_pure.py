"""What is known of tokens, codes, cookies, networks and grants without a database."""

from __future__ import annotations

import pytest
from argon2 import extract_parameters
from argon2.exceptions import VerifyMismatchError
from starlette.requests import HTTPConnection
from tests.support.identity import call, from_page

from penstock_kernel.store.sql.members_grants import (
    ACCOUNT,
    GRANTS,
    IN_ORGANIZATION,
    IN_WORKSPACE,
    INSTALLATION,
    LEVELS,
    ROLES,
    RoleInvalid,
    checked,
)
from penstock_web.identity import addresses, cookies, passwords, token_text, totp
from penstock_web.identity.addresses import AddressDenied, NetworkInvalid
from penstock_web.identity.choices import Choices
from penstock_web.identity.cookies import ForgedCall, PlainDenied
from penstock_web.identity.passwords import PasswordInvalid, Passwords

#: RFC 6238, appendix B, with SHA-1; the last six digits of each.
VECTORS = {59: "287082", 1111111109: "081804", 1111111111: "050471", 20000000000: "353130"}
SEED = b"12345678901234567890"


@pytest.mark.parametrize("moment_s", tuple(VECTORS))
def test_codes_are_those_of_the_standard(moment_s: int) -> None:
    assert totp.code(SEED, moment_s // 30) == VECTORS[moment_s]


@pytest.mark.parametrize(
    ("drift_s", "good"), [(-61, False), (-30, True), (0, True), (30, True), (61, False)]
)
def test_a_code_is_taken_one_place_before_and_after_now(drift_s: int, good: bool) -> None:
    now_s = 1_800_000_015

    given = totp.code(SEED, (now_s + drift_s) // 30)

    assert (totp.place_of(SEED, given, now_s * 1_000) is not None) is good


@pytest.mark.parametrize("given", ["", "12345", "abcdef", "\uff11" * 6, "000000\n", "\udce4"])
def test_what_is_no_code_is_refused_without_an_error(given: str) -> None:
    assert totp.place_of(SEED, given, 59_000) is None


def test_a_recovery_code_is_the_same_however_it_is_typed() -> None:
    code = totp.new_recovery_codes()[0]

    assert totp.plain_recovery(f" {code.lower()} ") == code.replace("-", "")


def test_recovery_codes_differ() -> None:
    assert len(set(totp.new_recovery_codes())) == totp.RECOVERY_CODES


def test_the_address_for_programs_names_account_and_issuer() -> None:
    found = totp.address(SEED, "a@b.c", "Pen stock")

    assert found.startswith(
        "otpauth://totp/Pen%20stock:a%40b.c?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&"
    )


def test_a_token_tells_that_it_is_one() -> None:
    token = token_text.new_token()

    assert token.startswith("pst_")
    assert len(token) == 53
    assert token_text.is_token(token)


@pytest.mark.parametrize("place", [5, 30, 50])
def test_a_token_with_a_typing_error_is_none(place: int) -> None:
    token = token_text.new_token()
    other = "a" if token[place] != "a" else "b"

    assert not token_text.is_token(token[:place] + other + token[place + 1 :])


@pytest.mark.parametrize("text", ["", "pst_", "x" * 53, "pst_" + "ä" * 49, "a.b.c"])
def test_what_is_no_token_is_none(text: str) -> None:
    assert not token_text.is_token(text)


@pytest.mark.parametrize(
    ("address", "networks", "good"),
    [
        pytest.param("10.1.2.3", [], True, id="no-list"),
        pytest.param("10.1.2.3", ["10.0.0.0/8"], True, id="inside"),
        pytest.param("11.1.2.3", ["10.0.0.0/8"], False, id="outside"),
        pytest.param("::ffff:10.1.2.3", ["10.0.0.0/8"], True, id="four-as-six"),
        pytest.param("2001:db8::1", ["2001:db8::/32"], True, id="six"),
        pytest.param("", ["10.0.0.0/8"], False, id="unknown"),
        pytest.param("10.1.2.3.evil", ["10.0.0.0/8"], False, id="no-address"),
        pytest.param("10.1.2.3", ["nonsense"], False, id="broken-list"),
        pytest.param("10.1.2.3", ["nonsense", "10.0.0.0/8"], False, id="partly-broken-list"),
    ],
)
def test_networks_let_in_what_is_in_them(address: str, networks: list[str], good: bool) -> None:
    assert addresses.allowed(address, networks) is good


def test_networks_are_kept_in_one_form() -> None:
    assert addresses.checked([" 10.1.2.3/8 ", "2001:DB8::1"]) == ("10.0.0.0/8", "2001:db8::1/128")


@pytest.mark.parametrize("networks", [["x"], ["10.0.0.0/33"], ["10.0.0.1"] * 201])
def test_a_list_that_is_none_is_refused(networks: list[str]) -> None:
    with pytest.raises(NetworkInvalid):
        addresses.checked(networks)


@pytest.mark.parametrize(
    ("client", "header", "proxies", "found"),
    [
        pytest.param("9.9.9.9", "1.1.1.1", [], "9.9.9.9", id="no-proxy-is-trusted"),
        pytest.param("9.9.9.9", "1.1.1.1", ["10.0.0.0/8"], "9.9.9.9", id="not-from-a-proxy"),
        pytest.param("10.0.0.1", "1.1.1.1", ["10.0.0.0/8"], "1.1.1.1", id="from-a-proxy"),
        pytest.param("10.0.0.1", "6.6.6.6, 1.1.1.1", ["10.0.0.0/8"], "1.1.1.1", id="lie-before"),
        pytest.param("10.0.0.1", "1.1.1.1, 10.0.0.2", ["10.0.0.0/8"], "1.1.1.1", id="two-proxies"),
        pytest.param("10.0.0.1", "nonsense", ["10.0.0.0/8"], "", id="nonsense"),
    ],
)
def test_only_trusted_proxies_say_who_calls(
    client: str, header: str, proxies: list[str], found: str
) -> None:
    request = call(client=client, headers={"x-forwarded-for": header})

    assert addresses.caller(request, proxies) == found


def test_a_call_from_elsewhere_is_refused_with_its_address() -> None:
    with pytest.raises(AddressDenied, match=r"9\.9\.9\.9"):
        addresses.require("9.9.9.9", ["10.0.0.0/8"], "token")


@pytest.mark.parametrize(
    ("scheme", "client", "host", "policy", "secure"),
    [
        pytest.param("https", "9.9.9.9", "flows.example.com", "auto", True, id="https"),
        pytest.param("http", "127.0.0.1", "127.0.0.1:5680", "auto", False, id="this-machine"),
        pytest.param("http", "127.0.0.1", "localhost:5680", "auto", False, id="by-name"),
        pytest.param("http", "9.9.9.9", "flows.example.com", "plain", False, id="chosen"),
        pytest.param("https", "9.9.9.9", "flows.example.com", "secure", True, id="strict"),
    ],
)
def test_cookies_are_secure_except_where_that_is_meant(
    scheme: str, client: str, host: str, policy: str, secure: bool
) -> None:
    choices = Choices(cookies=policy)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]

    assert cookies.is_secure(call(scheme=scheme, client=client, host=host), choices) is secure


@pytest.mark.parametrize(
    ("client", "host", "policy"),
    [
        pytest.param("9.9.9.9", "127.0.0.1", "auto", id="from-elsewhere"),
        pytest.param("127.0.0.1", "evil.example.com", "auto", id="by-a-name-of-others"),
        pytest.param("127.0.0.1", "127.0.0.1", "secure", id="never"),
    ],
)
def test_nobody_signs_in_over_plain_http_from_elsewhere(
    client: str, host: str, policy: str
) -> None:
    choices = Choices(cookies=policy)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]

    with pytest.raises(PlainDenied):
        cookies.is_secure(call(client=client, host=host), choices)


def test_the_secure_cookie_is_bound_to_the_host() -> None:
    header = cookies.set_cookie("v", secure=True, choices=Choices())

    assert header == "__Host-sid=v; Path=/; Max-Age=604800; HttpOnly; SameSite=Lax; Secure"


def test_a_plain_cookie_counts_for_nothing_over_https() -> None:
    request = call(scheme="https", headers={"cookie": "sid=planted"})

    assert cookies.cookie(request, Choices()) == ""


def test_a_call_of_our_own_page_passes() -> None:
    cookies.check_call(from_page("c"), "c", Choices())


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param({}, id="nothing"),
        pytest.param({"origin": "http://127.0.0.1:5680"}, id="no-token"),
        pytest.param({"x-csrf-token": cookies.csrf_token("other")}, id="token-of-another"),
        pytest.param(
            {"x-csrf-token": cookies.csrf_token("c"), "origin": "http://evil.example.com"},
            id="page-of-another-site",
        ),
        pytest.param({"x-csrf-token": cookies.csrf_token("c"), "origin": "null"}, id="no-site"),
        pytest.param(
            {"x-csrf-token": cookies.csrf_token("c"), "sec-fetch-site": "cross-site"},
            id="cross-site",
        ),
        pytest.param(
            {"x-csrf-token": cookies.csrf_token("c"), "sec-fetch-site": "same-site"},
            id="sister-site",
        ),
        pytest.param({"x-csrf-token": "ä"}, id="token-that-is-none"),
    ],
)
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_a_change_that_other_pages_could_ask_for_is_refused(
    method: str, headers: dict[str, str]
) -> None:
    sent = {name: value.encode().decode("latin-1") for name, value in headers.items()}

    with pytest.raises(ForgedCall):
        cookies.check_call(call("c", method=method, headers=sent), "c", Choices())


def test_reading_needs_no_token() -> None:
    cookies.check_call(call("c", headers={"sec-fetch-site": "cross-site"}), "c", Choices())


def test_a_trusted_origin_passes_with_the_token() -> None:
    headers = {"origin": "https://app.example.com", "x-csrf-token": cookies.csrf_token("c")}
    choices = Choices(trusted_origins=("https://app.example.com",))

    cookies.check_call(call("c", method="POST", headers=headers), "c", choices)


@pytest.mark.parametrize(
    ("origin", "good"),
    [
        pytest.param("http://127.0.0.1:5680", True, id="ours"),
        pytest.param("http://evil.test", False, id="of-others"),
        pytest.param(None, False, id="none"),
    ],
)
def test_a_socket_with_a_cookie_is_opened_by_our_own_pages_alone(
    origin: str | None, good: bool
) -> None:
    headers = [(b"host", b"127.0.0.1:5680"), (b"cookie", b"sid=c")]
    if origin:
        headers.append((b"origin", origin.encode()))
    scope = {"type": "websocket", "scheme": "ws", "path": "/", "headers": headers}
    connection = HTTPConnection({**scope, "server": ("127.0.0.1", 5680), "query_string": b""})

    if good:
        cookies.check_call(connection, "c", Choices())
    else:
        with pytest.raises(ForgedCall):
            cookies.check_call(connection, "c", Choices())


@pytest.mark.parametrize("password", ["", "short", "x" * 9, "x" * 257])
def test_a_password_that_is_too_short_or_too_long_is_refused(password: str) -> None:
    with pytest.raises(PasswordInvalid):
        passwords.checked(password)


async def test_a_password_fits_however_its_letters_are_composed() -> None:
    some = Passwords(memory_kib=64)

    kept = await some.hash("Ma\u0308rz und April")

    assert kept.startswith("$argon2id$")
    assert await some.fits(kept, "M\u00e4rz und April")
    assert not await some.fits(kept, "Marz und April")
    assert not await some.fits("", "Marz und April")
    assert not await some.fits("nonsense", "Marz und April")


def test_real_hashes_take_what_is_promised() -> None:
    hasher = vars(Passwords())["_hasher"]

    assert (hasher.memory_cost, hasher.time_cost, hasher.parallelism) == (47_104, 1, 1)


async def test_a_hash_of_nobody_costs_what_a_real_one_costs() -> None:
    some = Passwords(memory_kib=64)
    nobody = vars(some)["_nobody"]

    kept = await some.hash("a few words in a row")

    assert extract_parameters(nobody) == extract_parameters(kept)
    with pytest.raises(VerifyMismatchError):  # and not that it is no hash
        vars(some)["_hasher"].verify(nobody, "a few words in a row")


def test_roles_grow_and_end_where_they_belong() -> None:
    assert ROLES["member"] < ROLES["viewer"] < ROLES["developer"] < ROLES["admin"]
    assert ROLES["admin"] == IN_ORGANIZATION
    assert not IN_ORGANIZATION & INSTALLATION
    assert "workspace:admin" not in IN_WORKSPACE
    assert IN_ORGANIZATION | INSTALLATION | ACCOUNT == GRANTS


def test_whoever_may_change_an_object_that_was_shared_may_read_it() -> None:
    for kind, levels in LEVELS.items():
        assert all(f"{kind}:read" in grants for grants in levels.values())
        assert all(grants <= GRANTS for grants in levels.values())


@pytest.mark.parametrize("grant", ["settings:write", "account:read", "workflow:fly", ""])
def test_a_custom_role_cannot_have_what_is_no_role_s(grant: str) -> None:
    with pytest.raises(RoleInvalid):
        checked(frozenset({"workflow:read", grant}))
