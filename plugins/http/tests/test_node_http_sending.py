"""What the HTTP request node puts on the wire, seen by a server on loopback."""

from __future__ import annotations

import base64
import re
from typing import Any

import pytest

from penstock_sdk import Item

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")
BYTES = bytes(range(256))


def rows(**values: Any) -> list[dict[str, Any]]:
    return [{"name": name, "value": value} for name, value in values.items()]


@pytest.mark.parametrize("method", METHODS)
async def test_every_method_arrives(lab: Any, method: str) -> None:
    seen = await lab.sent({"method": method})

    assert seen.method == method
    assert seen.body == b""


async def test_query_parameters_are_escaped_and_join_those_of_the_url(lab: Any) -> None:
    query = [*rows(q="a b&c=ä", empty="", none=None, yes=True, n=1.5), *rows(q="twice")]

    seen = await lab.sent({"url": lab.api.url("/x?here=1"), "query": query})

    assert seen.path == "/x"
    assert seen.query == [
        ("here", "1"),
        ("q", "a b&c=ä"),
        ("q", "twice"),
        ("empty", ""),
        ("none", ""),
        ("yes", "true"),
        ("n", "1.5"),
    ]


async def test_a_url_without_query_parameters_is_sent_as_it_stands(lab: Any) -> None:
    seen = await lab.sent({"url": lab.api.url("/a%2Fb/c?sig=a%20b%2Bc&flag")})

    assert seen.target == "/a%2Fb/c?sig=a%20b%2Bc&flag"


async def test_the_fragment_of_a_url_stays_at_home(lab: Any) -> None:
    seen = await lab.sent({"url": lab.api.url("/a?b=1#secret")})

    assert seen.target == "/a?b=1"


async def test_query_and_headers_may_be_one_expression_that_gives_an_object(lab: Any) -> None:
    config = {"query": "={{ $json.q }}", "headers": "={{ $json.h }}"}

    seen = await lab.sent(config, [{"q": {"a": 1, "b": "x"}, "h": {"X-One": "1"}}])

    assert seen.query == [("a", "1"), ("b", "x")]
    assert seen.header("x-one") == "1"


async def test_headers_are_sent_and_win_over_our_own(lab: Any) -> None:
    headers = [*rows(Accept="text/csv", X_Many="1"), {"name": "", "value": "dropped"}]

    seen = await lab.sent({"headers": headers})

    assert seen.header("accept") == "text/csv"
    assert seen.header("x_many") == "1"
    assert [name for name, _ in seen.headers].count("accept") == 1


async def test_a_header_cannot_break_out_of_its_line(lab: Any) -> None:
    execution = await lab.run({"headers": rows(X="1\r\nHost: evil")})

    assert execution.status == "error"
    assert lab.api.seen == []


@pytest.mark.parametrize(
    ("value", "body"),
    [
        pytest.param(
            {"a": 1, "b": [True, None], "c": "ä€😀"},
            '{"a":1,"b":[true,null],"c":"ä€😀"}',
            id="object",
        ),
        pytest.param([1, 2], "[1,2]", id="array"),
        pytest.param('{"a" : 1}', '{"a":1}', id="text-of-json"),
        pytest.param("={{ $json.all }}", '{"k":1.5}', id="expression"),
        pytest.param({"v": "={{ $json.all.k }}"}, '{"v":1.5}', id="expression-inside"),
        pytest.param('={"v": {{ $json.all.k }}}', '{"v":1.5}', id="template"),
    ],
)
async def test_a_json_body(lab: Any, value: Any, body: str) -> None:
    config = {"method": "POST", "body": "json", "json_body": value}

    seen = await lab.sent(config, [{"all": {"k": 1.5}}])

    assert seen.header("content-type") == "application/json"
    assert seen.body == body.encode()


async def test_a_json_body_that_does_not_parse_is_told_and_not_sent(lab: Any) -> None:
    execution = await lab.run({"method": "POST", "body": "json", "json_body": "{nope"})

    assert execution.error.field == "json_body"
    assert "does not parse" in execution.error.message
    assert lab.api.seen == []


async def test_a_form_body_is_escaped_and_repeats_names(lab: Any) -> None:
    fields = [*rows(a="1 2", b="ä&=", none=None, yes=True), *rows(a="again", many=[1, "x"])]

    seen = await lab.sent({"method": "POST", "body": "form", "form_fields": fields})

    assert seen.header("content-type") == "application/x-www-form-urlencoded"
    assert seen.body == b"a=1+2&b=%C3%A4%26%3D&none=&yes=true&a=again&many=1&many=x"


async def test_a_multipart_body_is_byte_exact(lab: Any) -> None:
    file = await lab.kernel.host.blobs.write(
        "default", BYTES, media_type="image/png", file_name='a"b\r\nc.png'
    )
    parts = [
        {"name": "text", "value": "ä\r\n--"},
        {"name": 'q"x', "value": "={{ $json.n }}"},
        {"name": "={{ $json.nobody }}", "value": "dropped"},
        {"name": "file", "kind": "file", "value": "photo"},
    ]
    config = {"method": "POST", "body": "multipart", "parts": parts}

    seen = await lab.sent(config, [Item({"n": 5}, {"photo": file})])

    boundary = re.fullmatch(r"multipart/form-data; boundary=(\w+)", seen.header("content-type"))
    assert boundary is not None
    line = b"--" + boundary[1].encode()
    assert seen.body == b"\r\n".join(
        [
            line,
            b'Content-Disposition: form-data; name="text"',
            b"",
            "ä\r\n--".encode(),
            line,
            b'Content-Disposition: form-data; name="q%22x"',
            b"",
            b"5",
            line,
            b'Content-Disposition: form-data; name="file"; filename="a%22b%0D%0Ac.png"',
            b"Content-Type: image/png",
            b"",
            BYTES,
            line + b"--",
            b"",
        ]
    )


async def test_a_raw_body_is_sent_as_it_is(lab: Any) -> None:
    config = {"method": "PUT", "body": "raw", "raw_body": "<a>ä</a>\n"}

    seen = await lab.sent({**config, "content_type": "application/xml"})
    plain = await lab.sent(config)

    assert (seen.body, seen.header("content-type")) == ("<a>ä</a>\n".encode(), "application/xml")
    assert plain.header("content-type") == "text/plain"


async def test_a_content_type_among_the_headers_wins(lab: Any) -> None:
    config = {"body": "json", "json_body": {}, "method": "POST"}

    seen = await lab.sent({**config, "headers": rows(**{"Content-Type": "application/ld+json"})})

    assert seen.header("content-type") == "application/ld+json"


async def test_a_file_body_is_byte_exact(lab: Any) -> None:
    blobs = lab.kernel.host.blobs
    file = await blobs.write("default", BYTES, media_type="image/png")
    config = {"method": "POST", "body": "binary", "binary_field": "={{ $json.where }}"}

    seen = await lab.sent(config, [Item({"where": "photo"}, {"photo": file})])

    assert (seen.body, seen.header("content-type")) == (BYTES, "image/png")


async def test_a_file_that_the_item_lacks_is_told_with_those_it_has(lab: Any) -> None:
    file = await lab.kernel.host.blobs.write("default", b"x")
    config = {"method": "POST", "body": "binary", "binary_field": "photo"}

    execution = await lab.run(config, [Item({}, {"scan": file})])

    assert "'photo'" in execution.error.message
    assert "scan" in execution.error.hint


async def test_each_item_makes_its_own_request_and_keeps_its_place(lab: Any) -> None:
    lab.api.on("/item", lambda seen: lab.Reply.json({"got": dict(seen.query)["id"]}))
    config = {"url": lab.api.url("/item"), "query": rows(id="={{ $json.id }}")}
    ids = [str(n) for n in range(25)]

    found = await lab.json(config, [{"id": id_} for id_ in ids])

    assert [item["got"] for item in found] == ids
    assert sorted(dict(seen.query)["id"] for seen in lab.api.seen) == sorted(ids)


async def test_an_expression_in_the_url(lab: Any) -> None:
    seen = await lab.sent({"url": "=" + lab.api.url("/{{ $json.a }}/{{ 1 + 1 }}")}, [{"a": "ä b"}])

    assert seen.target == "/%C3%A4%20b/2"


async def test_an_idempotency_key_is_the_same_for_a_retry_and_another_for_another_item(
    lab: Any,
) -> None:
    lab.api.on("/", lab.Reply(status=503), lab.Reply.json({}))
    config = {"method": "POST", "idempotency_key": True}

    await lab.json(config, [{"n": 1}])
    await lab.json(config, [{"n": 1}, {"n": 2}])

    keys = [seen.header("idempotency-key") for seen in lab.api.seen]
    assert keys[0] == keys[1]
    assert len({*keys}) == 3


@pytest.mark.parametrize(
    ("scheme", "secrets", "where", "expected"),
    [
        ("bearer", {"token": "t0k"}, "authorization", "Bearer t0k"),
        (
            "basic",
            {"user": "ä", "password": "p:w"},
            "authorization",
            "Basic " + base64.b64encode("ä:p:w".encode()).decode(),
        ),
        ("header", {"name": "X-Api-Key", "value": "k"}, "x-api-key", "k"),
    ],
    ids=["bearer", "basic", "header"],
)
async def test_a_credential_is_attached_as_a_header(
    lab: Any, scheme: str, secrets: dict[str, str], where: str, expected: str
) -> None:
    slot = {"authentication": lab.keep(scheme, secrets)}

    seen = await lab.sent({"headers": rows(Authorization="typed")}, credentials=slot)

    assert seen.header(where) == expected


async def test_a_credential_is_attached_as_a_query_parameter(lab: Any) -> None:
    slot = {"authentication": lab.keep("query", {"name": "key", "value": "a&b"})}

    seen = await lab.sent({"url": lab.api.url("/?x=1")}, credentials=slot)

    assert seen.query == [("x", "1"), ("key", "a&b")]


@pytest.mark.parametrize(
    ("arrays", "query"),
    [
        ("repeat", [("a", "1"), ("a", "x y")]),
        ("brackets", [("a[]", "1"), ("a[]", "x y")]),
        ("indices", [("a[0]", "1"), ("a[1]", "x y")]),
        ("commas", [("a", "1,x y")]),
    ],
)
async def test_lists_in_the_query_have_the_form_that_the_api_wants(
    lab: Any, arrays: str, query: list[tuple[str, str]]
) -> None:
    given = {"query": [{"name": "a", "value": "={{ $json.a }}"}], "arrays": arrays}

    assert (await lab.sent(given, [{"a": [1, "x y"]}])).query == query


async def test_query_and_headers_may_be_a_text_of_json(lab: Any) -> None:
    given = {"query": '={"a": "{{ $json.a }}", "n": 1}', "headers": '={"X-Team": "blue"}'}

    seen = await lab.sent(given, [{"a": "b"}])

    assert seen.query == [("a", "b"), ("n", "1")]
    assert seen.header("x-team") == "blue"


@pytest.mark.parametrize("query", ['={"a": {{ $json.n }}', "=[1]", "={{ $json.n }}"])
async def test_a_query_that_is_no_object_is_refused(lab: Any, query: str) -> None:
    execution = await lab.run({"query": query}, [{"n": "oops"}])

    assert execution.status == "error"
    assert execution.error.code == "node.failed"
