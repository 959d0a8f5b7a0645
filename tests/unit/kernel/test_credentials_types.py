"""Credentials made after types, and requests signed with a shared key."""

from __future__ import annotations

import base64
import hmac
from typing import Any

import pytest

from penstock_kernel.packages.loader import load_plugins
from penstock_kernel.store.credentials import CredentialRefused, attach, login_of
from penstock_kernel.work.credentials_types import (
    CredentialTypes,
    CredentialTypeUnknown,
    Given,
    check_target,
    made,
)
from penstock_sandbox.egress.exchange import Signable
from penstock_sandbox.errors import EgressRefused
from penstock_sdk.manifest import Auth, CredentialType

HOST = ("https://api.example.com",)


def type_of(auth: Auth, *, hosts: tuple[str, ...] = (), **fields: dict[str, Any]) -> CredentialType:
    schema = {
        "type": "object",
        "properties": {n: {"type": "string", **f} for n, f in fields.items()},
    }
    return CredentialType(type="acme", title="Acme", auth=auth, schema=schema, hosts=hosts)


SECRET: dict[str, Any] = {"writeOnly": True}
KEY = type_of(Auth(kind="header", name="Authorization", value="Key {key}"), key=SECRET)
SUB = type_of(Auth(kind="bearer"), hosts=("https://{sub}.acme.com",), token=SECRET, sub={})


def signable(**more: Any) -> Signable:
    values: dict[str, Any] = {
        "method": "POST",
        "scheme": "https",
        "host": "api.example.com",
        "port": 443,
        "path": "/v1/things",
        "headers": [],
        "query": [("a", "1")],
        "body": b'{"x": 1}',
    }
    return Signable(**(values | more))


def test_a_text_of_a_type_names_fields_which_are_filled_in_once() -> None:
    credential = made(KEY, "c1", Given(fields={"key": "{key}{other}"}, hosts=HOST))
    one = signable()

    attach(credential, one)

    assert one.headers == [("Authorization", "Key {key}{other}")]
    assert credential.public == {}


def test_a_type_that_names_hosts_lets_nobody_widen_them() -> None:
    fields = {"token": "t", "sub": "team"}

    assert made(SUB, "c", Given(fields=fields)).hosts == ("https://team.acme.com",)
    with pytest.raises(CredentialRefused, match="no other host"):
        made(SUB, "c", Given(fields=fields, hosts=("https://evil.example.com",)))


@pytest.mark.parametrize("sub", ["evil.example.com/", "a@b", "*", "", "a:1", "a#", "A b", "x."])
def test_a_field_in_the_name_of_a_host_is_nothing_but_a_name(sub: str) -> None:
    with pytest.raises(CredentialRefused):
        made(SUB, "c", Given(fields={"token": "t", "sub": sub}))


def test_a_change_of_where_a_secret_goes_needs_it_again() -> None:
    before = made(SUB, "c", Given(fields={"token": "t", "sub": "one"}))
    after = made(SUB, "c", Given(fields={"token": "t", "sub": "two"}))

    with pytest.raises(CredentialRefused, match="entered again"):
        check_target(before, after, frozenset())
    check_target(before, after, frozenset({"token"}))
    check_target(before, before, frozenset())


def test_a_change_of_a_token_url_needs_the_client_secret_again() -> None:
    kind = CredentialTypes(load_plugins(native=())).get("http_oauth2")

    def oauth(url: str) -> Given:
        fields = {"token_url": url, "client_id": "app", "client_secret": "s"}
        return Given(fields=fields, hosts=HOST)

    before = made(kind, "c", oauth("https://one.example.com/token"))
    after = made(kind, "c", oauth("https://two.example.com/token"))

    with pytest.raises(CredentialRefused, match="entered again") as refused:
        check_target(before, after, frozenset())
    assert "client_secret" in refused.value.hint


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (
            "postgresql://ada:p%40ss@db.example.com/app",
            ("db.example.com", 5432, "ada", "p@ss", "app"),
        ),
        ("postgres://u:p@h:6543/d", ("h", 6543, "u", "p", "d")),
        ("mysql://u@h/d", ("h", 3306, "u", "", "d")),
    ],
)
def test_the_url_of_a_database_says_where_it_leads(url: str, expected: tuple[Any, ...]) -> None:
    kind = CredentialTypes(load_plugins(native=())).get("database_url")

    login = login_of(made(kind, "c", Given(fields={"url": url})))

    assert (login.host, login.port, login.user, login.password, login.database) == expected
    assert login.tls == "start"


@pytest.mark.parametrize(
    "url", ["canary", "postgresql://", "x://h:port-canary/d", "postgresql://[/d"]
)
def test_what_is_no_url_of_a_database_is_refused_without_repeating_it(url: str) -> None:
    kind = CredentialTypes(load_plugins(native=())).get("database_url")

    with pytest.raises(CredentialRefused) as refused:
        made(kind, "c", Given(fields={"url": url}))

    assert "canary" not in f"{refused.value} {refused.value.hint} {refused.value.__cause__}"


def test_all_types_that_ship_can_be_shown_and_unknown_ones_are_told() -> None:
    types = CredentialTypes(load_plugins(native=()))

    assert {one.type for one in types.shown()} >= {"http_basic", "jwt", "webhook_signature"}
    with pytest.raises(CredentialTypeUnknown, match="'nothing'"):
        types.get("nothing")


# --- signatures ------------------------------------------------------------------------------


def signed(fields: dict[str, str], **more: Any) -> dict[str, str]:
    kind = CredentialTypes(load_plugins(native=())).get("http_hmac")
    one = signable(**more)
    attach(made(kind, "c", Given(fields=fields, hosts=HOST)), one)
    return dict(one.headers)


def test_a_body_is_signed_with_the_shared_key() -> None:
    headers = signed({"key": "k3y", "header": "X-Signature", "prefix": "sha256="})

    expected = hmac.new(b"k3y", b'{"x": 1}', "sha256").hexdigest()
    assert headers == {"X-Signature": f"sha256={expected}"}


def test_what_is_signed_and_how_it_is_written_can_be_chosen() -> None:
    key = base64.b64encode(b"raw key").decode()
    headers = signed(
        {
            "key": key,
            "key_encoding": "base64",
            "header": "webhook-signature",
            "prefix": "v1,",
            "encoding": "base64",
            "algorithm": "sha512",
            "template": "{method}.{path}.{query}.{host}.{id}.{timestamp}.{body}",
            "timestamp_header": "webhook-timestamp",
            "id_header": "webhook-id",
        }
    )

    name, moment = headers["webhook-id"], headers["webhook-timestamp"]
    text = f"POST./v1/things.a=1.api.example.com.{name}.{moment}." + '{"x": 1}'
    made_ = base64.b64encode(hmac.digest(b"raw key", text.encode(), "sha512")).decode()
    assert headers["webhook-signature"] == f"v1,{made_}"


def test_a_body_that_names_a_part_is_signed_as_it_is() -> None:
    headers = signed({"key": "k", "header": "s", "template": "{body}"}, body=b"{path}")

    assert headers["s"] == hmac.new(b"k", b"{path}", "sha256").hexdigest()


def test_a_body_that_is_streamed_is_not_signed_as_if_it_were_empty() -> None:
    with pytest.raises(EgressRefused, match="streamed"):
        signed({"key": "k", "header": "s"}, body=None, headers=[("content-length", "5")])


@pytest.mark.parametrize(
    "fields", [{"key_encoding": "hex"}, {"key_encoding": "base64"}, {"algorithm": "md5"}]
)
def test_a_key_that_cannot_sign_is_refused_when_it_is_entered(fields: dict[str, str]) -> None:
    with pytest.raises(CredentialRefused) as refused:
        signed({"key": "canary-key!", "header": "s", **fields})

    assert "canary" not in str(refused.value)
