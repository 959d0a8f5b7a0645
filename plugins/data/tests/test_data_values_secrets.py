"""Crypto, JWT and TOTP."""

from __future__ import annotations

import base64
import json
import re
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from penstock_node_data.values.crypto import Crypto
from penstock_node_data.values.jwt import Jwt
from penstock_node_data.values.totp import Totp
from penstock_sdk import Item, NodeFailed
from penstock_sdk.testing import FakeClock, TestContext, arun_node, items_of, outputs_of, run_node

Pair = tuple[str, str]


def pems(key: Any) -> Pair:
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    public = key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return private.decode(), public.decode()


@pytest.fixture(scope="module")
def rsa_keys() -> Pair:
    return pems(rsa.generate_private_key(public_exponent=65537, key_size=2048))


@pytest.fixture(scope="module")
def ec_keys() -> Pair:
    return pems(ec.generate_private_key(ec.SECP256R1()))


async def crypto(operation: str, value: Any = "hello", **config: Any) -> Any:
    given = {"operation": operation, "value": "={{ $json.v }}", "output_field": "r", **config}
    outputs = await arun_node(Crypto, given, [{"v": value}])
    return outputs["main"][0].json["r"]


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        ({"algorithm": "md5"}, "5d41402abc4b2a76b9719d911017c592"),
        ({"algorithm": "sha1", "encoding": "base64"}, "qvTGHdzF6KLavt4PO0gs2a6pQ00="),
        (
            {"algorithm": "sha3_256"},
            "3338be694f50c5f338814986cdf0686453a888b84f424d792af4b9202398f392",
        ),
    ],
)
async def test_hashes(config: dict[str, Any], expected: str) -> None:
    assert await crypto("hash", **config) == expected


async def test_an_hmac_depends_on_the_secret() -> None:
    found = await crypto("hmac", secret="key", value="The quick brown fox jumps over the lazy dog")  # noqa: S106

    assert found == "f7bc83f430538424b13298e6aa6fb143ef4d59a14946175997479dbc2d1a3cd8"


async def test_a_value_that_is_no_text_is_hashed_as_its_json() -> None:
    assert await crypto("hash", value={"a": 1}) == await crypto("hash", value='{"a":1}')


@pytest.mark.parametrize("keys", ["rsa_keys", "ec_keys"])
async def test_a_signature_is_valid_for_its_value_alone(
    keys: str, request: pytest.FixtureRequest
) -> None:
    private, public = request.getfixturevalue(keys)
    signature = await crypto("sign", key=private)

    assert await crypto("verify", key=public, signature=signature) is True
    assert await crypto("verify", "other", key=public, signature=signature) is False
    assert await crypto("verify", key=public, signature="not hex") is False


@pytest.mark.parametrize(("secret", "is_key"), [("a password", False), ("ab" * 32, True)])
async def test_what_was_encrypted_can_be_decrypted_with_the_same_secret_only(
    secret: str, is_key: bool
) -> None:
    config = {"secret": secret, "is_key": is_key}
    sealed = await crypto("encrypt", "süß", **config)

    assert await crypto("decrypt", sealed, **config) == "süß"
    assert sealed != await crypto("encrypt", "süß", **config)
    with pytest.raises(NodeFailed, match="the secret is another one"):
        await crypto("decrypt", sealed, secret="cd" * 32, is_key=is_key)
    changed = sealed[:-2] + ("00" if sealed[-2:] != "00" else "11")
    with pytest.raises(NodeFailed, match="cannot be decrypted"):
        await crypto("decrypt", changed, **config)


@pytest.mark.parametrize(
    ("operation", "config", "message"),
    [
        ("hash", {"algorithm": "rot13"}, "no algorithm"),
        ("sign", {"key": "nonsense"}, "not a PEM text"),
        ("encrypt", {"secret": "short", "is_key": True}, "not 32 bytes"),
        ("encrypt", {"secret": ""}, "no secret"),
        ("decrypt", {"secret": "x"}, "cannot be decrypted"),
        ("random", {"kind": "hex", "length": 0}, "length is not"),
    ],
)
async def test_what_cannot_be_used_is_told(
    operation: str, config: dict[str, Any], message: str
) -> None:
    with pytest.raises(NodeFailed, match=message):
        await crypto(operation, **config)


@pytest.mark.parametrize(
    ("kind", "pattern"),
    [
        ("uuid", r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"),
        ("hex", r"[0-9a-f]{15}"),
        ("base64", r"[A-Za-z0-9+/]{15}"),
        ("ascii", r"[!-~]{15}"),
    ],
)
async def test_random_values_have_their_form_and_differ(kind: str, pattern: str) -> None:
    found = [await crypto("random", kind=kind, length=15) for _ in range(2)]

    assert re.fullmatch(pattern, found[0])
    assert found[0] != found[1]


async def test_files_are_hashed_as_a_stream_and_encrypted_to_files() -> None:
    context = TestContext(Crypto, {"source": "file", "algorithm": "md5"})
    ref = context.binary.put(b"hello", file_name="a.txt")
    context.items = context.inputs["main"] = [Item({}, {"data": ref})]  # type: ignore[index]

    [hashed] = (await outputs_of(Crypto, context))["main"].items

    assert hashed.json["data"] == "5d41402abc4b2a76b9719d911017c592"


def claims(token: str) -> Any:
    return [json.loads(base64.urlsafe_b64decode(part + "==")) for part in token.split(".")[:2]]


def jwt(clock: FakeClock | None = None, **config: Any) -> Any:
    [item] = run_node(Jwt, {"key": "secret", **config}, [{}], clock=clock)["main"]
    return item.json


def test_a_token_says_what_it_was_given() -> None:
    token = jwt(payload={"sub": "7"}, key_id="k1", expires_in_s=60)["token"]
    header, payload = claims(token)

    assert header == {"alg": "HS256", "typ": "JWT", "kid": "k1"}
    assert payload["exp"] - payload["iat"] == 60
    assert jwt(operation="verify", token=token)["payload"] == payload


@pytest.mark.parametrize("algorithm", ["RS256", "PS384", "ES256"])
def test_tokens_of_key_pairs(algorithm: str, rsa_keys: Pair, ec_keys: Pair) -> None:
    private, public = ec_keys if algorithm.startswith("ES") else rsa_keys
    token = jwt(key=private, algorithm=algorithm, payload={"a": 1}, header={"own": "x"})["token"]
    config = {"operation": "verify", "token": token, "algorithm": algorithm}

    found = jwt(key=public, more={"complete": True}, **config)

    assert found["payload"]["a"] == 1
    assert found["header"]["own"] == "x"
    broken = token[:-8] + ("A" * 8)
    with pytest.raises(NodeFailed, match="signature is not valid"):
        jwt(key=public, **{**config, "token": broken})


def test_a_token_may_not_choose_its_own_algorithm(rsa_keys: Pair) -> None:
    _, public = rsa_keys
    forged = jwt(key=public, payload={"admin": True})["token"]
    unsigned = ".".join([base64.urlsafe_b64encode(b'{"alg":"none"}').decode(), "e30", ""])

    for token in (forged, unsigned):
        with pytest.raises(NodeFailed, match="its algorithm is"):
            jwt(operation="verify", algorithm="RS256", key=public, token=token)


def test_the_clock_decides_whether_a_token_is_valid() -> None:
    clock = FakeClock()
    token = jwt(clock, expires_in_s=60)["token"]
    clock.advance(61)

    with pytest.raises(NodeFailed, match="has expired"):
        jwt(clock, operation="verify", token=token)
    assert jwt(clock, operation="verify", token=token, more={"tolerance_s": 5})
    assert jwt(clock, operation="verify", token=token, more={"ignore_expiry": True})


@pytest.mark.parametrize("token", [None, "", "a.b", "a.b.c", "W10.W10.x", 7, "." * 200_000])
def test_what_is_no_token_is_told(token: Any) -> None:
    with pytest.raises(NodeFailed, match="The token is not valid"):
        jwt(operation="decode", token=token)


def test_audience_and_issuer_are_compared() -> None:
    token = jwt(payload={"aud": ["a", "b"], "iss": "me"})["token"]

    assert jwt(operation="verify", token=token, more={"audience": "b", "issuer": "me"})
    with pytest.raises(NodeFailed, match="another audience"):
        jwt(operation="verify", token=token, more={"audience": "c"})


#: From RFC 6238, appendix B.
SECRET = base64.b32encode(b"12345678901234567890").decode()


@pytest.mark.parametrize(("at_s", "expected"), [(59, "94287082"), (1111111109, "07081804")])
def test_one_time_passwords_are_those_of_the_standard(at_s: int, expected: str) -> None:
    config = {"secret": SECRET, "digits": 8}

    [item] = run_node(Totp, config, [{}], clock=FakeClock(at_s * 1000))["main"]

    assert item.json["token"] == expected
    assert item.json["seconds_remaining"] == 30 - at_s % 30


def test_a_password_is_accepted_a_little_later_and_not_for_long() -> None:
    clock = FakeClock(59_000)
    token = run_node(Totp, {"secret": SECRET}, [{}], clock=clock)["main"][0].json["token"]
    check = {"operation": "verify", "secret": SECRET, "token": token}

    answers = list[bool]()
    for _ in range(3):
        answers.append(run_node(Totp, check, [{}], clock=clock)["main"][0].json["valid"])
        clock.advance(30)

    assert answers == [True, True, False]


@pytest.mark.parametrize("secret", ["", "not base32!", "1", None])
def test_a_secret_that_is_not_base32_is_told(secret: Any) -> None:
    with pytest.raises(NodeFailed, match="not Base32"):
        run_node(Totp, {"secret": secret}, [{}])


@pytest.mark.parametrize("node", [Crypto, Jwt, Totp])
def test_no_items_give_no_items(node: Any) -> None:
    config = {"secret": SECRET, "key": "x", "value": "x"}

    assert not run_node(node, config, []).get("main")


async def test_100_000_hashes() -> None:
    items = items_of([{"v": n} for n in range(100_000)])
    context = TestContext(Crypto, {"value": "={{ $json.v }}"}, items)

    found = (await outputs_of(Crypto, context))["main"].items

    assert len({item.json["data"] for item in found}) == 100_000
