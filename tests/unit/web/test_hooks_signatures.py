"""Signatures of webhooks: each scheme against what an attacker or a careless proxy sends."""

from __future__ import annotations

import base64
import hmac
from collections.abc import Callable, Sequence
from hashlib import sha256

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from penstock_web.hooks.signatures import Form, Scheme, SignatureInvalid, Signed, verify

NOW = 1_790_000_000
BODY = b'{"id": "evt_1", "event_id": "Ev1", "amount": 5}'
Header = tuple[str, str]
_PRIVATE = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
_PUBLIC = _PRIVATE.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
_RAW = bytes(range(40, 72))
FORM = Form(header="X-Sig", prefix="sha256=", timestamp_header="X-Moment", id_header="X-Delivery")


def _hmac(key: bytes, content: bytes) -> bytes:
    return hmac.digest(key, content, sha256)


def _standard(secret: str, body: bytes, moment: int) -> list[Header]:
    content = b"msg_1.%d.%s" % (moment, body)
    key = base64.b64decode(secret.removeprefix("whsec_"))
    encoded = base64.b64encode(_hmac(key, content)).decode()
    return [
        ("webhook-id", "msg_1"),
        ("webhook-timestamp", str(moment)),
        ("webhook-signature", f"v1,{encoded}"),
    ]


def _ed25519(secret: str, body: bytes, moment: int) -> list[Header]:
    key = _PRIVATE if secret == GOOD["ed25519"] else Ed25519PrivateKey.generate()
    encoded = base64.b64encode(key.sign(b"msg_1.%d.%s" % (moment, body))).decode()
    return [
        ("webhook-id", "msg_1"),
        ("webhook-timestamp", str(moment)),
        ("webhook-signature", f"v1a,{encoded}"),
    ]


def _stripe(secret: str, body: bytes, moment: int) -> list[Header]:
    found = _hmac(secret.encode(), b"%d.%s" % (moment, body)).hex()
    return [("stripe-signature", f"t={moment},v1={found},v0=00")]


def _github(secret: str, body: bytes, moment: int) -> list[Header]:
    found = _hmac(secret.encode(), body).hex()
    return [("x-github-delivery", "guid-1"), ("x-hub-signature-256", f"sha256={found}")]


def _slack(secret: str, body: bytes, moment: int) -> list[Header]:
    found = _hmac(secret.encode(), b"v0:%d:%s" % (moment, body)).hex()
    return [
        ("x-slack-request-timestamp", str(moment)),
        ("x-slack-signature", f"v0={found}"),
    ]


def _generic(secret: str, body: bytes, moment: int) -> list[Header]:
    found = _hmac(secret.encode(), b"%d.%s" % (moment, body)).hex()
    return [("x-delivery", "d1"), ("x-moment", str(moment)), ("x-sig", f"sha256={found}")]


SIGN: dict[str, Callable[[str, bytes, int], list[Header]]] = {
    "standard": _standard,
    "ed25519": _ed25519,
    "stripe": _stripe,
    "github": _github,
    "slack": _slack,
    "hmac": _generic,
}
GOOD = {
    "standard": "whsec_" + base64.b64encode(_RAW).decode(),
    "ed25519": "whpk_" + base64.b64encode(_PUBLIC).decode(),
    "stripe": "whsec_stripe",
    "github": "hush",
    "slack": "8f742231b10e",
    "hmac": "key",
}
WRONG = {
    **{name: secret[::-1] for name, secret in GOOD.items()},
    "standard": "whsec_" + base64.b64encode(_RAW[::-1]).decode(),
    "ed25519": "whpk_" + base64.b64encode(bytes(32)).decode(),
}
#: What each scheme calls the delivery above.
NAMES = {
    "standard": "msg_1",
    "ed25519": "msg_1",
    "stripe": "evt_1",
    "github": "guid-1",
    "slack": "Ev1",
    "hmac": "d1",
}
SCHEMES = tuple(SIGN)
TIMED = tuple(name for name in SCHEMES if name != "github")


def check(
    name: str, headers: Sequence[Header], *, body: bytes = BODY, secrets: Sequence[str] = ()
) -> str:
    scheme: Scheme = "standard" if name == "ed25519" else name  # type: ignore[assignment]
    given = secrets or [GOOD[name]]
    signed = Signed(headers=headers, body=body, now_s=NOW + 0.5, secrets=given)
    return verify(scheme, signed, FORM)


def signed(name: str, *, secret: str = "", body: bytes = BODY, moment: int = NOW) -> list[Header]:
    return SIGN[name](secret or GOOD[name], body, moment)


def changed(headers: Sequence[Header], change: Callable[[str], str]) -> list[Header]:
    """The same headers with the signature, which is the last one, changed."""
    return [*headers[:-1], (headers[-1][0], change(headers[-1][1]))]


@pytest.mark.parametrize("name", SCHEMES)
def test_what_is_signed_is_taken_and_named_as_its_sender_does(name: str) -> None:
    assert check(name, signed(name)) == NAMES[name]


@pytest.mark.parametrize("name", SCHEMES)
@pytest.mark.parametrize("body", [BODY + b" ", BODY.replace(b"5", b"6"), b""])
def test_a_body_that_was_tampered_with_is_refused(name: str, body: bytes) -> None:
    with pytest.raises(SignatureInvalid):
        check(name, signed(name), body=body)


@pytest.mark.parametrize("name", SCHEMES)
def test_the_wrong_secret_is_refused(name: str) -> None:
    with pytest.raises(SignatureInvalid):
        check(name, signed(name), secrets=[WRONG[name]])


@pytest.mark.parametrize("name", TIMED)
@pytest.mark.parametrize("late_s", [301, 86_400])
def test_what_was_signed_too_long_ago_is_refused(name: str, late_s: int) -> None:
    with pytest.raises(SignatureInvalid):
        check(name, signed(name, moment=NOW - late_s))


@pytest.mark.parametrize("name", TIMED)
def test_what_is_signed_for_later_is_refused(name: str) -> None:
    with pytest.raises(SignatureInvalid):
        check(name, signed(name, moment=NOW + 302))


@pytest.mark.parametrize("name", TIMED)
def test_clocks_may_differ_a_little(name: str) -> None:
    assert check(name, signed(name, moment=NOW - 299)) == NAMES[name]


def test_of_github_nothing_tells_how_old_it_is() -> None:
    assert check("github", signed("github", moment=0)) == "guid-1"


@pytest.mark.parametrize("name", SCHEMES)
def test_a_header_that_is_missing_is_refused(name: str) -> None:
    for place, (header, _) in enumerate(signed(name)):
        headers = signed(name)
        del headers[place]
        if header in ("x-github-delivery", "x-delivery"):
            assert check(name, headers).startswith("sha256-")
            continue
        with pytest.raises(SignatureInvalid, match="missing"):
            check(name, headers)


@pytest.mark.parametrize("name", SCHEMES)
def test_a_replay_is_the_same_delivery(name: str) -> None:
    headers = signed(name)

    assert check(name, headers) == check(name, headers)


@pytest.mark.parametrize("name", ["stripe", "slack"])
def test_a_replay_is_the_same_delivery_though_nothing_names_it(name: str) -> None:
    body = b'{"amount": 5}'
    headers = signed(name, body=body)

    assert check(name, headers, body=body) == check(name, headers, body=body)
    assert check(name, headers, body=body).startswith("sha256-")


@pytest.mark.parametrize("name", SCHEMES)
def test_a_header_that_stands_there_twice_is_refused(name: str) -> None:
    for header in signed(name):
        with pytest.raises(SignatureInvalid, match="stands there 2 times"):
            check(name, [*signed(name), header])


@pytest.mark.parametrize("name", SCHEMES)
def test_blanks_around_a_value_are_not_a_part_of_it(name: str) -> None:
    headers = [(header, f" \t{value} ") for header, value in signed(name)]

    assert check(name, headers) == NAMES[name]


@pytest.mark.parametrize("name", SCHEMES)
def test_blanks_within_a_signature_are_refused(name: str) -> None:
    with pytest.raises(SignatureInvalid):
        check(name, changed(signed(name), lambda value: f"{value[:-9]} {value[-9:]}"))


@pytest.mark.parametrize("name", ["stripe", "github", "slack", "hmac"])
def test_hexadecimal_may_be_written_in_capitals_and_prefixes_may_not(name: str) -> None:
    def capitals(value: str) -> str:
        head, sign, rest = value.partition("v1=" if name == "stripe" else "=")
        digits, comma, more = rest.partition(",")
        return head + sign + digits.upper() + comma + more

    assert check(name, changed(signed(name), capitals)) == NAMES[name]
    with pytest.raises(SignatureInvalid):
        check(name, changed(signed(name), str.upper))


@pytest.mark.parametrize("name", ["standard", "ed25519"])
def test_base64_in_another_case_is_something_else(name: str) -> None:
    with pytest.raises(SignatureInvalid):
        check(name, changed(signed(name), str.swapcase))


@pytest.mark.parametrize("name", SCHEMES)
@pytest.mark.parametrize("value", ["", "v1,", "sha256=", "v0=zz", "t=1", "=" * 9_000, "v1,\xff"])
def test_what_is_no_signature_is_refused(name: str, value: str) -> None:
    with pytest.raises(SignatureInvalid):
        check(name, changed(signed(name), lambda _: value))


@pytest.mark.parametrize("name", TIMED)
@pytest.mark.parametrize("moment", ["", "x", "-1", "1e9", "17900000000000", "١٧٩٠٠٠٠٠٠٠"])
def test_a_moment_that_is_no_number_of_seconds_is_refused(name: str, moment: str) -> None:
    headers = [(header, value.replace(str(NOW), moment)) for header, value in signed(name)]

    with pytest.raises(SignatureInvalid):
        check(name, headers)


@pytest.mark.parametrize("name", SCHEMES)
def test_any_of_several_secrets_will_do(name: str) -> None:
    assert check(name, signed(name), secrets=[WRONG[name], GOOD[name]]) == NAMES[name]


@pytest.mark.parametrize("name", SCHEMES)
@pytest.mark.parametrize("secrets", [[""], ["", ""]])
def test_without_a_secret_nothing_is_taken(name: str, secrets: Sequence[str]) -> None:
    scheme: Scheme = "standard" if name == "ed25519" else name  # type: ignore[assignment]
    given = Signed(headers=signed(name), body=BODY, now_s=NOW, secrets=secrets)

    with pytest.raises(SignatureInvalid, match="No secret"):
        verify(scheme, given, FORM)


def test_standard_webhooks_may_be_signed_several_times() -> None:
    headers = changed(signed("standard"), lambda value: f"v1,AAAA v9,?? {value}")

    assert check("standard", headers) == "msg_1"


def test_a_public_key_is_no_secret_to_sign_with() -> None:
    """An attacker knows it: an HMAC with it must prove nothing."""
    content = b"msg_1.%d.%s" % (NOW, BODY)
    forged = base64.b64encode(_hmac(_PUBLIC, content)).decode()
    headers = changed(signed("ed25519"), lambda _: f"v1,{forged}")

    with pytest.raises(SignatureInvalid):
        check("ed25519", headers)


def test_stripe_with_two_moments_is_refused() -> None:
    with pytest.raises(SignatureInvalid, match="several"):
        check("stripe", changed(signed("stripe"), lambda value: f"t=1,{value}"))


def test_without_a_moment_the_body_alone_is_signed() -> None:
    found = base64.b64encode(_hmac(b"key", BODY)).decode()
    given = Signed(headers=[("x-signature", found)], body=BODY, now_s=0, secrets=["key"])

    assert verify("hmac", given, Form(encoding="base64")).startswith("sha256-")
