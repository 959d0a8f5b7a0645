"""What a workflow sees of a request, and who may send one."""

from __future__ import annotations

import asyncio
import base64
import hmac
import time
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import OctKey, OKPKey
from tests.support.hooks import RESPOND, Hooked, hooked, workflow

from penstock_kernel.store.credentials import Credential, Scheme
from penstock_kernel.store.records import ExecutionId
from penstock_kernel.store.scope import Scope
from penstock_kernel.store.sql import credentials_bindings as bindings
from penstock_kernel.store.sql.credentials import Entry, add
from penstock_kernel.store.sql.credentials_bindings import Slot
from penstock_sdk import BinaryRef
from penstock_web.hooks import reading
from penstock_web.hooks.app import HooksApp

LOCAL = ("https://api.example.com",)
ECHO = workflow(RESPOND, reply="respond")


async def bind(hooks: Hooked, scheme: Scheme, kind: str, **secrets: str) -> dict[str, str]:
    """What binds a new credential to a webhook."""
    kernel = hooks.kernel
    assert kernel.db is not None
    credential = Credential(id="cred_1", type=kind, scheme=scheme, hosts=LOCAL, secrets=secrets)
    entry = Entry(name="callers", credential=credential)
    sealer, now_ms = kernel.host.sealer, kernel.now_ms()
    await kernel.db.transact(lambda one: add(one, Scope(), sealer, entry, now_ms))
    return {"auth": "cred_1"}


async def guard(hooks: Hooked, bound: dict[str, str], **config: Any) -> None:
    """Activate a webhook that asks who calls."""
    document = workflow(RESPOND, reply="respond", credentials=bound, **config)
    (found,) = await hooks.activate(document)
    db, slots, now_ms = hooks.kernel.db, [Slot("n0", "auth", "cred_1")], hooks.kernel.now_ms()
    assert db is not None
    await db.transact(lambda one: bindings.bind(one, Scope(), found, slots, now_ms, published=True))


async def test_a_request_is_one_item_with_all_of_its_parts(tmp_path: Path) -> None:
    async with hooked("sqlite://", tmp_path) as hooks:
        await hooks.activate(workflow(RESPOND, reply="respond", path="orders/:id/:part"))

        answer = await hooks.http.post(
            "/hook/default/orders/7/%C3%BC?page=1&tag=a&tag=b&x[]=1&empty=",
            json={"a": [1, 2.5, None]},
            headers=[("X-Twice", "a"), ("X-Twice", "b")],
        )
        item = answer.json()

    assert item["body"] == {"a": [1, 2.5, None]}
    assert item["query"] == {"page": "1", "tag": ["a", "b"], "x": ["1"], "empty": ""}
    assert item["headers"]["x-twice"] == "a, b"
    assert item["headers"]["content-type"] == "application/json"


async def test_parameters_of_the_path_are_named(tmp_path: Path) -> None:
    async with hooked("sqlite://", tmp_path) as hooks:
        await hooks.activate(workflow(RESPOND, reply="respond", path="orders/:id/:part"))

        answer = await hooks.call("orders/7/%C3%BC")

    assert answer.json()["params"] == {"id": "7", "part": "ü"}


@pytest.mark.parametrize(
    ("kind", "content", "expected"),
    [
        pytest.param("application/json", b'{"a": 1}', {"a": 1}, id="json"),
        pytest.param("application/vnd.x+json; charset=utf-8", b"[1]", [1], id="json-of-a-kind"),
        pytest.param(
            "application/x-www-form-urlencoded",
            b"a=1&b=x+y&a=2",
            {"a": ["1", "2"], "b": "x y"},
            id="form",
        ),
        pytest.param("text/plain", b"h\xc3\xa9", "hé", id="text"),
        pytest.param("text/xml", b"<a/>", "<a/>", id="xml-as-text"),
        pytest.param(None, b'{"a": 1}', {"a": 1}, id="json-without-a-type"),
        pytest.param(None, b"plain", "plain", id="text-without-a-type"),
        pytest.param("application/json", b"", {}, id="nothing"),
    ],
)
async def test_the_body_is_read_by_its_type(
    kind: str | None, content: bytes, expected: Any, tmp_path: Path
) -> None:
    async with hooked("sqlite://", tmp_path) as hooks:
        await hooks.activate(ECHO)

        headers = {} if kind is None else {"content-type": kind}
        answer = await hooks.http.post("/hook/default/orders", content=content, headers=headers)

    assert answer.json()["body"] == expected


async def items_of(hooks: Hooked, execution: str) -> list[Any]:
    return list((await hooks.kernel.journal.execution(ExecutionId(execution))).input)


async def test_files_of_a_form_are_binary_data_and_its_fields_the_body(tmp_path: Path) -> None:
    async with hooked("sqlite://", tmp_path) as hooks:
        await hooks.activate(ECHO)
        files = [
            ("doc", ("a.txt", b"first", "text/plain")),
            ("doc", ("b.txt", b"second", "text/plain")),
        ]

        answer = await hooks.http.post("/hook/default/orders", files=files, data={"who": "Ada"})
        (item,) = await items_of(hooks, answer.headers["penstock-execution"])
        kept = [await hooks.kernel.host.blobs.read("default", ref) for ref in item.binary.values()]

    assert item.json["body"] == {"who": "Ada"}
    assert list(item.binary) == ["doc", "doc_1"]
    assert [ref.file_name for ref in item.binary.values()] == ["a.txt", "b.txt"]
    assert kept == [b"first", b"second"]


@pytest.mark.parametrize(
    ("kind", "raw", "body"),
    [
        pytest.param("application/pdf", False, {}, id="no-text"),
        pytest.param("application/json", True, {"a": 1}, id="json-that-is-kept-too"),
    ],
)
async def test_a_body_may_be_kept_as_a_file(
    kind: str, raw: bool, body: Any, tmp_path: Path
) -> None:
    async with hooked("sqlite://", tmp_path) as hooks:
        await hooks.activate(workflow(RESPOND, reply="respond", raw_body=raw))

        answer = await hooks.http.post(
            "/hook/default/orders", content=b'{"a": 1}', headers={"content-type": kind}
        )
        (item,) = await items_of(hooks, answer.headers["penstock-execution"])
        ref: BinaryRef = item.binary["data"]
        kept = await hooks.kernel.host.blobs.read("default", ref)

    assert (item.json["body"], ref.media_type, kept) == (body, kind, b'{"a": 1}')


@pytest.mark.parametrize(
    ("content", "kind", "status", "code"),
    [
        pytest.param(b"{", "application/json", 400, "webhook.body_invalid", id="no-json"),
        pytest.param(b"[" * 100_000, "application/json", 400, "webhook.body_invalid", id="deep"),
        pytest.param(b"x", "multipart/form-data", 400, "webhook.body_invalid", id="no-boundary"),
        pytest.param(
            b"a=1&" * 1_100,
            "application/x-www-form-urlencoded",
            400,
            "webhook.body_invalid",
            id="fields",
        ),
        pytest.param(
            b" " * 17_000_000, "application/json", 413, "webhook.body_too_large", id="large"
        ),
    ],
)
async def test_a_body_that_cannot_be_taken_starts_nothing(
    content: bytes, kind: str, status: int, code: str, tmp_path: Path
) -> None:
    async with hooked("sqlite://", tmp_path) as hooks:
        await hooks.activate(ECHO)

        answer = await hooks.http.post(
            "/hook/default/orders", content=content, headers={"content-type": kind}
        )

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert "penstock-execution" not in answer.headers


async def test_a_body_of_unknown_length_is_limited_too(tmp_path: Path) -> None:
    async def parts() -> AsyncIterator[bytes]:
        for _ in range(20):
            yield b" " * 1_000_000

    async with hooked("sqlite://", tmp_path) as hooks:
        await hooks.activate(ECHO)

        headers = {"content-type": "application/json"}
        answer = await hooks.http.post("/hook/default/orders", content=parts(), headers=headers)

    assert answer.status_code == 413


async def test_who_sends_too_slowly_is_told_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "PATIENCE_S", 0.05)
    sent: list[Any] = []

    async def receive() -> dict[str, Any]:
        await asyncio.Event().wait()
        raise AssertionError

    async def send(message: Any) -> None:
        sent.append(message)

    async with hooked("sqlite://", tmp_path) as hooks:
        await hooks.activate(ECHO)
        scope = {
            "type": "http",
            "method": "POST",
            "path": "/hook/default/orders",
            "headers": [(b"content-length", b"5")],
        }

        await HooksApp(hooks.kernel)(scope, receive, send)

    assert sent[0]["status"] == 408


async def test_an_address_or_a_method_that_nothing_answers_is_told(tmp_path: Path) -> None:
    async with hooked("sqlite://", tmp_path) as hooks:
        await hooks.activate(ECHO)

        nowhere = await hooks.call("nowhere")
        other = await hooks.call(method="GET")
        elsewhere = await hooks.http.post("/hook/other/orders")
        short = await hooks.http.post("/hook/x")

    assert [one.status_code for one in (nowhere, other, elsewhere, short)] == [404, 405, 404, 404]
    assert other.headers["allow"] == "POST"


async def test_head_is_answered_without_a_body(tmp_path: Path) -> None:
    async with hooked("sqlite://", tmp_path) as hooks:
        await hooks.activate(workflow(RESPOND, reply="respond", method="ANY"))

        answer = await hooks.call(method="HEAD")

    assert (answer.status_code, answer.content) == (200, b"")


async def test_only_requests_that_meet_the_conditions_start_something(tmp_path: Path) -> None:
    condition = {
        "left": "={{ $json.body.kind }}",
        "operator": {"type": "string", "operation": "equals"},
        "right": "order",
    }
    only_if = {"combinator": "and", "conditions": [condition]}
    async with hooked("sqlite://", tmp_path) as hooks:
        await hooks.activate(workflow(RESPOND, reply="respond", only_if=only_if))

        taken = await hooks.call(body={"kind": "order"})
        left = await hooks.call(body={"kind": "ping"})

    assert (taken.status_code, left.status_code) == (200, 204)
    assert "penstock-execution" not in left.headers


async def test_a_workflow_sees_no_cookie_of_this_server(tmp_path: Path) -> None:
    """Who follows a link to somebody's workflow is signed in here, and stays so alone."""
    sent = [("cookie", "mine=1; __Host-sid=x;SID=x; signin=x;__Host-signin=x"), ("cookie", "sid=x")]
    async with hooked("sqlite://", tmp_path) as hooks:
        await hooks.activate(ECHO)

        mixed = (await hooks.call(headers=[*sent, ("cookie", "other=2")])).json()
        ours = (await hooks.call(headers={"cookie": "__Host-sid=x"})).json()

    assert mixed["headers"]["cookie"] == "mine=1; other=2"
    assert "cookie" not in ours["headers"]


# --- who may call ----------------------------------------------------------------------------


async def statuses(hooks: Hooked, *headers: Mapping[str, str]) -> list[int]:
    return [(await hooks.call(body={"a": 1}, headers=one)).status_code for one in headers]


async def seen(hooks: Hooked, headers: Mapping[str, str]) -> Mapping[str, str]:
    """The headers of a call as the workflow sees them."""
    found: dict[str, str] = (await hooks.call(headers=headers)).json()["headers"]
    return found


async def test_a_name_and_a_password_let_in(tmp_path: Path) -> None:
    def basic(text: str) -> dict[str, str]:
        return {"authorization": "Basic " + base64.b64encode(text.encode()).decode()}

    async with hooked("sqlite://", tmp_path) as hooks:
        bound = await bind(hooks, "basic", "http_basic", user="ada", password="pä:ss")
        await guard(hooks, bound, authentication="basic")

        got = await statuses(
            hooks, basic("ada:pä:ss"), basic("ada:x"), basic(""), {"authorization": "Basic %%"}, {}
        )
        asked = await hooks.call()
        told = await seen(hooks, basic("ada:pä:ss"))

    assert got == [200, 401, 401, 401, 401]
    assert "authorization" not in told
    assert asked.headers["www-authenticate"].startswith("Basic realm=")
    assert "pä" not in asked.text


async def test_a_header_lets_in_once(tmp_path: Path) -> None:
    async with hooked("sqlite://", tmp_path) as hooks:
        bound = await bind(hooks, "header", "http_header", name="X-Key", value="hush")
        # The type of the credential says what it is for.
        await guard(hooks, bound)

        got = await statuses(hooks, {"x-key": "hush"}, {"x-key": "Hush"}, {})
        twice = await hooks.call(headers=[("x-key", "hush"), ("x-key", "hush")])
        told = await seen(hooks, {"x-key": "hush", "x-other": "kept"})

    assert (told.get("x-key"), told["x-other"]) == (None, "kept")
    assert (got, twice.status_code) == ([200, 401, 401], 401)


def token(key: Any, algorithm: str = "HS256", **claims: Any) -> dict[str, str]:
    given = {"exp": int(time.time()) + 60, **claims}
    found = jwt.encode({"alg": algorithm}, given, key, algorithms=[algorithm])
    return {"authorization": f"Bearer {found}"}


async def test_a_token_lets_in_until_it_expires(tmp_path: Path) -> None:
    secret = "0123456789abcdef0123456789abcdef"
    key = OctKey.import_key(secret)
    async with hooked("sqlite://", tmp_path) as hooks:
        bound = await bind(hooks, "bearer", "jwt", token=secret)
        await guard(hooks, bound, authentication="jwt", token_issuer="shop")

        unsigned = base64.urlsafe_b64encode(b'{"alg":"none"}').rstrip(b"=").decode()
        claims = token(key, iss="shop")["authorization"].split(".")[1]
        got = await statuses(
            hooks,
            token(key, iss="shop"),
            token(key, iss="other"),
            token(key),
            token(key, iss="shop", exp=int(time.time()) - 60),
            token(key, "HS512", iss="shop"),
            token(OctKey.import_key(secret[::-1]), iss="shop"),
            {"authorization": f"Bearer {unsigned}.{claims}."},
            {"authorization": "Bearer nonsense"},
            {},
        )
        good = token(key, iss="shop")
        told = await seen(hooks, good)

    assert told["authorization"] == good["authorization"].rpartition(".")[0] + "."
    assert got == [200, 401, 401, 401, 401, 401, 401, 401, 401]


async def test_a_public_key_checks_tokens_and_signs_none(tmp_path: Path) -> None:
    private = OKPKey.generate_key("Ed25519")
    public = private.as_pem(private=False).decode()
    async with hooked("sqlite://", tmp_path) as hooks:
        bound = await bind(hooks, "bearer", "jwt", token=public)
        await guard(hooks, bound, authentication="jwt", token_algorithm="Ed25519")

        forged = hmac.digest(public.encode(), b"x", "sha256").hex()
        got = await statuses(
            hooks, token(private, "Ed25519"), {"authorization": f"Bearer e30.e30.{forged}"}
        )

    assert got == [200, 401]


async def test_a_signature_lets_in_and_names_the_delivery(tmp_path: Path) -> None:
    async with hooked("sqlite://", tmp_path) as hooks:
        bound = await bind(hooks, "hmac", "webhook_signature", key="hush", header="x")
        await guard(hooks, bound, authentication="github")
        content = b'{"a":1}'
        signature = "sha256=" + hmac.digest(b"hush", content, "sha256").hex()
        headers = {
            "content-type": "application/json",
            "x-hub-signature-256": signature,
            "x-github-delivery": "guid-1",
        }

        answers = [
            await hooks.http.post("/hook/default/orders", content=content, headers=headers)
            for _ in range(2)
        ]
        wrong = await hooks.http.post("/hook/default/orders", content=b"{}", headers=headers)

    assert [one.status_code for one in answers] == [200, 200]
    assert len({one.headers["penstock-execution"] for one in answers}) == 1
    assert (wrong.status_code, wrong.json()["code"]) == (401, "webhook.signature_invalid")


async def test_a_webhook_that_asks_for_something_and_has_no_credential_lets_nobody_in(
    tmp_path: Path,
) -> None:
    async with hooked("sqlite://", tmp_path) as hooks:
        await hooks.activate(workflow(RESPOND, reply="respond", authentication="header"))

        answer = await hooks.call()

    assert (answer.status_code, answer.json()["code"]) == (403, "webhook.caller_refused")


@pytest.mark.parametrize(
    ("allowed", "status"),
    [
        pytest.param("127.0.0.1", 200, id="address"),
        pytest.param("10.0.0.0/8, 127.0.0.0/8", 200, id="network"),
        pytest.param("10.0.0.1", 403, id="other"),
        pytest.param("nonsense", 403, id="no-address"),
    ],
)
async def test_only_some_addresses_may_call(allowed: str, status: int, tmp_path: Path) -> None:
    async with hooked("sqlite://", tmp_path) as hooks:
        await hooks.activate(workflow(RESPOND, reply="respond", allowed_ips=allowed))

        answer = await hooks.call()

    assert answer.status_code == status


async def test_pages_of_allowed_origins_may_call(tmp_path: Path) -> None:
    async with hooked("sqlite://", tmp_path) as hooks:
        await hooks.activate(
            workflow(
                RESPOND, reply="respond", allowed_origins="https://shop.example, https://b.example"
            )
        )
        asks = {
            "access-control-request-method": "POST",
            "access-control-request-headers": "x-a",
        }

        good = await hooks.call(
            method="OPTIONS", headers={**asks, "origin": "https://shop.example"}
        )
        bad = await hooks.call(method="OPTIONS", headers={**asks, "origin": "https://evil.example"})
        called = await hooks.call(headers={"origin": "https://b.example"})

    assert good.headers["access-control-allow-origin"] == "https://shop.example"
    assert good.headers["access-control-allow-headers"] == "x-a"
    assert "access-control-allow-origin" not in bad.headers
    assert called.headers["access-control-allow-origin"] == "https://b.example"
