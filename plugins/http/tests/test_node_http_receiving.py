"""What the HTTP request node makes of answers: formats, failures, retries, limits."""

from __future__ import annotations

import base64
import codecs
from typing import Any

import pytest

PNG = b"\x89PNG\r\n\x1a\n\x00\xff"


def typed(body: bytes, content_type: str | None) -> tuple[bytes, dict[str, str]]:
    return body, {} if content_type is None else {"content-type": content_type}


@pytest.mark.parametrize(
    ("body", "content_type", "expected"),
    [
        pytest.param(b'{"a": 1}', "application/json", [{"a": 1}], id="json-object"),
        pytest.param(b'[{"a": 1}, 2]', "application/json", [{"a": 1}, {"data": 2}], id="array"),
        pytest.param(b"[]", "application/json", [], id="empty-array"),
        pytest.param(b"7", "application/json; charset=utf-8", [{"data": 7}], id="json-number"),
        pytest.param(b"null", "application/json", [{"data": None}], id="json-null"),
        pytest.param(b"", "application/json", [{}], id="json-of-nothing"),
        pytest.param(b'{"a":1}', "application/hal+json", [{"a": 1}], id="json-suffix"),
        pytest.param(b'{"a":1}', "APPLICATION/JSON", [{"a": 1}], id="upper-case-type"),
        pytest.param(codecs.BOM_UTF8 + b'{"a":1}', "application/json", [{"a": 1}], id="bom"),
        pytest.param(b'{"a":1}', "text/plain", [{"data": '{"a":1}'}], id="text-that-looks-json"),
        pytest.param(
            b"<p>\xe4</p>", "text/html; charset=latin-1", [{"data": "<p>ä</p>"}], id="latin"
        ),
        pytest.param(b"\xff", "text/plain", [{"data": "\ufffd"}], id="broken-utf8"),
        pytest.param(b"<a/>", "application/xml", [{"data": "<a/>"}], id="xml"),
        pytest.param(b' {"a":1}', None, [{"a": 1}], id="json-without-type"),
        pytest.param(b"[oops", None, [{"data": "[oops"}], id="no-json-without-type"),
        pytest.param(b"hello", None, [{"data": "hello"}], id="text-without-type"),
        pytest.param(b"", None, [{}], id="nothing-without-type"),
    ],
)
async def test_the_format_is_detected(
    lab: Any, body: bytes, content_type: str | None, expected: list[Any]
) -> None:
    content, headers = typed(body, content_type)
    lab.api.on("/", lab.Reply(content, headers=headers))

    assert await lab.json() == expected


@pytest.mark.parametrize(
    ("content_type", "media_type"),
    [
        pytest.param("image/png", "image/png", id="image"),
        pytest.param("application/pdf", "application/pdf", id="pdf"),
        pytest.param(None, "application/octet-stream", id="no-type-and-no-text"),
    ],
)
async def test_what_is_no_text_becomes_a_file(
    lab: Any, content_type: str | None, media_type: str
) -> None:
    content, headers = typed(PNG, content_type)
    lab.api.on("/pic/a%20b.png", lab.Reply(content, headers=headers))

    (item,) = (await lab.run({"url": lab.api.url("/pic/a%20b.png?x=/y")})).items

    ref = item.binary["data"]
    assert (ref.media_type, ref.file_name, ref.size) == (media_type, "a b.png", len(PNG))
    assert await lab.kernel.host.blobs.read("default", ref) == PNG


@pytest.mark.parametrize(
    ("disposition", "name"),
    [
        pytest.param('attachment; filename="a b.csv"', "a b.csv", id="quoted"),
        pytest.param("attachment; filename*=UTF-8''%C3%A4.csv", "ä.csv", id="extended"),
        pytest.param('attachment; filename="../../etc/passwd"', "passwd", id="path"),
        pytest.param('attachment; filename="C:\\x\\evil.exe"', "evil.exe", id="windows-path"),
        pytest.param('attachment; filename=".."', None, id="dots"),
        pytest.param('attachment; filename="a;b.csv"', "a;b.csv", id="semicolon"),
    ],
)
async def test_the_name_of_a_file_is_never_a_path(
    lab: Any, disposition: str, name: str | None
) -> None:
    headers = {"content-disposition": disposition, "content-type": "image/png"}
    lab.api.on("/", lab.Reply(PNG, headers=headers))

    (item,) = (await lab.run()).items

    assert item.binary["data"].file_name == name


async def test_a_format_may_be_demanded(lab: Any) -> None:
    lab.api.on("/", lab.Reply(b'{"a":1}', headers={"content-type": "text/plain"}))

    as_json = await lab.json({"response": "json"})
    as_text = await lab.json({"response": "text", "output_field": "body"})
    (as_file,) = (await lab.run({"response": "file", "output_field": "it"})).items

    assert (as_json, as_text) == ([{"a": 1}], [{"body": '{"a":1}'}])
    assert list(as_file.binary) == ["it"]


@pytest.mark.parametrize("body", [b"<html>", b"[" * 200_000], ids=["html", "bottomless"])
async def test_json_that_is_none_is_told_with_what_came(lab: Any, body: bytes) -> None:
    lab.api.on("/", lab.Reply(body, headers={"content-type": "application/json"}))

    execution = await lab.run()

    assert execution.error.field == "response"
    assert "not JSON" in execution.error.message
    assert execution.error.data["body"] == body[:2000].decode()


async def test_the_full_response_has_status_and_headers(lab: Any) -> None:
    lab.api.on("/a", lab.Reply.json([1, 2], 201, x_one="1"))

    (item,) = await lab.json({"url": lab.api.url("/a"), "full_response": True})

    assert item["status"] == 201
    assert item["headers"]["x-one"] == "1"
    assert item["body"] == [1, 2]
    assert item["url"] == lab.api.url("/a")


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 418, 500])
async def test_a_status_from_400_on_fails_with_the_status_and_the_body(
    lab: Any, status: int
) -> None:
    lab.api.on("/", lab.Reply(b"because", status))

    execution = await lab.run({"method": "POST"})

    assert execution.status == "error"
    assert f"status {status}" in execution.error.message
    assert execution.error.data == {"status": status, "body": "because"}
    assert len(lab.api.seen) == 1


async def test_with_never_fail_a_status_is_a_result(lab: Any) -> None:
    lab.api.on("/", lab.Reply.json({"why": "x"}, 404))

    found = await lab.json({"never_fail": True, "full_response": True})

    assert (found[0]["status"], found[0]["body"]) == (404, {"why": "x"})


async def test_one_failed_item_leaves_by_the_error_port_and_the_others_go_on(lab: Any) -> None:
    lab.api.on(
        "/", lambda seen: lab.Reply.json({}, 404) if "n=2" in seen.target else lab.Reply.json({})
    )
    config = {"query": [{"name": "n", "value": "={{ $json.n }}"}]}

    execution = await lab.run(
        config, [{"n": n} for n in (1, 2, 3)], settings={"on_error": "error_port"}
    )

    (ports,) = execution.outputs("ask")
    assert execution.status == "success"
    assert ports["main"].parents == [0, 2]
    assert ports["error"].parents == [1]
    assert ports["error"].items[0].json["n"] == 2


@pytest.mark.parametrize("status", [429, 503])
async def test_what_the_target_did_not_do_is_tried_again_with_any_method(
    lab: Any, status: int
) -> None:
    lab.api.on("/", lab.Reply(status=status), lab.Reply.json({"ok": True}))

    assert await lab.json({"method": "POST"}) == [{"ok": True}]
    assert len(lab.api.seen) == 2


@pytest.mark.parametrize("status", [408, 500, 502, 504])
@pytest.mark.parametrize(("method", "attempts"), [("GET", 3), ("PUT", 3), ("POST", 1)])
async def test_other_failures_of_the_server_are_tried_again_where_that_is_safe(
    lab: Any, status: int, method: str, attempts: int
) -> None:
    lab.api.on("/", lab.Reply(status=status))

    execution = await lab.run({"method": method})

    assert execution.status == "error"
    assert len(lab.api.seen) == attempts


@pytest.mark.parametrize(
    ("headers", "delay_s"),
    [
        pytest.param({"retry-after": "120"}, 120, id="seconds"),
        pytest.param(
            {
                "date": "Tue, 14 Nov 2023 22:13:20 GMT",
                "retry-after": "Tue, 14 Nov 2023 22:15:00 GMT",
            },
            100,
            id="date",
        ),
    ],
)
async def test_retry_after_is_respected(lab: Any, headers: dict[str, str], delay_s: float) -> None:
    lab.api.on("/", lab.Reply(status=429, headers=headers), lab.Reply.json({}))

    await lab.json()

    assert sum(lab.clock.slept) == pytest.approx(delay_s, abs=0.1)


@pytest.mark.parametrize("asked", ["-5", "²", "soon", "1e9", "9" * 400], ids=repr)
async def test_a_retry_after_that_cannot_be_read_leaves_the_delay_to_the_policy(
    lab: Any, asked: str
) -> None:
    reply = lab.Reply(status=429, headers={"retry-after": asked})
    lab.api.on("/", reply, lab.Reply.json({}))

    await lab.json()

    assert 0 < sum(lab.clock.slept) < 2


async def test_a_target_that_asks_for_more_than_a_day_fails_the_item(lab: Any) -> None:
    lab.api.on("/", lab.Reply(status=429, headers={"retry-after": "86401"}))

    execution = await lab.run()

    assert execution.status == "error"
    assert len(lab.api.seen) == 1


async def test_only_the_items_that_failed_are_asked_for_again(lab: Any) -> None:
    refused = {"2"}

    def answer(seen: Any) -> Any:
        n = dict(seen.query)["n"]
        if n in refused:
            refused.remove(n)
            return lab.Reply(status=503)
        return lab.Reply.json({"n": n})

    lab.api.on("/", answer)
    config = {"query": [{"name": "n", "value": "={{ $json.n }}"}]}

    found = await lab.json(config, [{"n": n} for n in (1, 2, 3)])

    assert [item["n"] for item in found] == ["1", "2", "3"]
    assert sorted(dict(seen.query)["n"] for seen in lab.api.seen) == ["1", "2", "2", "3"]


async def test_redirects_are_followed_up_to_the_limit(lab: Any) -> None:
    lab.api.on("/a", lab.Reply(status=302, headers={"location": "/b"}))
    lab.api.on("/b", lab.Reply(status=302, headers={"location": "/c"}))
    lab.api.on("/c", lab.Reply.json({"there": True}))
    config = {"url": lab.api.url("/a")}

    followed = await lab.json(config)
    too_many = await lab.run({**config, "max_redirects": 1})

    assert followed == [{"there": True}]
    assert "more than 1 times" in too_many.error.message


async def test_without_redirects_the_answer_is_the_redirect(lab: Any) -> None:
    lab.api.on("/", lab.Reply(status=302, headers={"location": "/b"}))

    (item,) = await lab.json({"follow_redirects": False, "full_response": True})

    assert (item["status"], item["headers"]["location"]) == (302, "/b")
    assert len(lab.api.seen) == 1


@pytest.mark.parametrize(("status", "method", "body"), [(302, "GET", b""), (307, "POST", b"{}")])
async def test_a_post_is_redirected_as_browsers_do_it(
    lab: Any, status: int, method: str, body: bytes
) -> None:
    lab.api.on("/", lab.Reply(status=status, headers={"location": "/b"}))

    await lab.json({"method": "POST", "body": "json"})

    assert (lab.api.seen[1].method, lab.api.seen[1].body) == (method, body)


async def test_a_response_that_is_too_large_fails_for_good(lab: Any) -> None:
    lab.api.on("/", lab.Reply(b"x" * 1001))

    execution = await lab.run({"max_bytes": 1000})

    assert "larger than 1,000 bytes" in execution.error.message
    assert len(lab.api.seen) == 1


@pytest.mark.parametrize(("method", "attempts"), [("GET", 3), ("POST", 1)])
async def test_an_answer_that_never_comes_times_out_and_is_repeated_where_that_is_safe(
    lab: Any, method: str, attempts: int
) -> None:
    # Fewer bytes than promised: the client waits for the rest.
    lab.api.on("/", lab.Reply(b"", headers={"content-length": "10"}))

    execution = await lab.run({"method": method, "timeout_s": 0.5})

    assert "did not answer within 0.5 s" in execution.error.message
    assert len(lab.api.seen) == attempts


async def test_a_port_where_nobody_listens_is_told_after_the_attempts(lab: Any) -> None:
    execution = await lab.run({"url": "http://127.0.0.1:1/"})

    assert "http://127.0.0.1:1 cannot be reached" in execution.error.message
    assert len(lab.clock.slept) == 2


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.2:1/",
        "http://[::1]:1/",
        "http://169.254.169.254/latest",
        "http://10.0.0.1/",
        "http://2130706434/",
    ],
)
async def test_an_address_that_is_not_public_is_refused_with_the_setting_that_allows_it(
    lab: Any, url: str
) -> None:
    execution = await lab.run({"url": url})

    assert execution.error.code == "egress.refused"
    assert "PENSTOCK_EGRESS_ALLOW" in execution.error.hint


async def test_loopback_is_refused_unless_the_operator_allows_it(strict_lab: Any, api: Any) -> None:
    execution = await strict_lab.run()

    assert execution.error.code == "egress.refused"
    assert "loopback" in execution.error.message
    assert "PENSTOCK_EGRESS_ALLOW" in execution.error.hint
    assert api.seen == []


@pytest.mark.parametrize(
    "url",
    [
        "",
        "example",
        "ftp://127.0.0.1/",
        "http://",
        "http://a b/",
        "http://u:p@127.0.0.1/",
        "file:///etc",
    ],
)
async def test_a_url_that_is_none_is_refused_with_a_hint(lab: Any, url: str) -> None:
    execution = await lab.run({"url": "={{ $json.url }}"}, [{"url": url}])

    assert execution.error.code == "egress.refused"
    assert execution.error.hint


async def test_a_proxy_gets_the_whole_url(lab: Any) -> None:
    lab.api.on("/far", lab.Reply.json({"by": "proxy"}))

    found = await lab.json({"url": "http://far.example/far?x=1", "proxy": lab.api.url("")})

    assert found == [{"by": "proxy"}]
    assert lab.api.seen[0].target == "http://far.example/far?x=1"
    assert lab.api.seen[0].header("host") == "far.example"


async def test_a_proxy_in_a_private_network_is_refused(lab: Any) -> None:
    execution = await lab.run({"url": "http://far.example/", "proxy": "http://10.0.0.1:3128"})

    assert execution.error.code == "egress.refused"


async def test_a_credential_goes_to_its_own_hosts_only(lab: Any) -> None:
    slot = {"authentication": lab.keep("bearer", {"token": "canary"}, "https://api.example.com")}

    execution = await lab.run(credentials=slot)

    assert execution.error.code == "credential.refused"
    assert "https://api.example.com" in execution.error.hint
    assert lab.api.seen == []


async def test_a_credential_follows_a_redirect_within_its_origin_and_no_further(
    lab: Any, other_api: Any
) -> None:
    slot = {"authentication": lab.keep("bearer", {"token": "canary"})}
    lab.api.on("/", lab.Reply(status=302, headers={"location": "/same"}))
    lab.api.on("/same", lab.Reply(status=302, headers={"location": other_api.url("/else")}))

    await lab.json(credentials=slot)

    assert [seen.header("authorization") for seen in lab.api.seen] == ["Bearer canary"] * 2
    assert [seen.header("authorization") for seen in other_api.seen] == [None]


@pytest.mark.parametrize(
    ("scheme", "secrets"),
    [
        ("bearer", {"token": "canary-31"}),
        ("basic", {"user": "u", "password": "canary-31"}),
        ("header", {"name": "X-Key", "value": "canary-31"}),
        ("query", {"name": "key", "value": "canary-31"}),
    ],
)
@pytest.mark.parametrize("status", [200, 404, 500])
async def test_a_secret_is_in_no_step_no_error_and_no_event(
    lab: Any, scheme: str, secrets: dict[str, str], status: int
) -> None:
    lab.api.on("/", lab.Reply.json({"ok": 1}, status))
    slot = {"authentication": lab.keep(scheme, secrets)}

    execution = await lab.run({"full_response": True}, credentials=slot)

    told = repr(execution)
    assert "canary-31" in repr(lab.api.seen) or scheme == "basic"
    assert "canary-31" not in told
    assert base64.b64encode(b"u:canary-31").decode() not in told


async def test_a_full_response_may_have_the_names_of_other_platforms(lab: Any) -> None:
    lab.api.on("/", lab.Reply(b"hi", status=201, headers={"content-type": "text/plain"}))
    given = {"full_response": True, "full_names": "statusCode"}

    (found,) = await lab.json(given)

    headers = {"content-type": "text/plain", "content-length": "2"}
    assert found == {
        "statusCode": 201,
        "statusMessage": "Created",
        "headers": headers,
        "data": "hi",
    }


async def test_a_list_stays_one_item_where_that_is_wanted(lab: Any) -> None:
    lab.api.on("/", lab.Reply.json([1, {"a": 2}]))

    assert await lab.json({"split": False}) == [{"data": [1, {"a": 2}]}]
