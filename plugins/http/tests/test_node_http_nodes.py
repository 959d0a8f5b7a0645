"""GraphQL, feeds and the echo: what they send, what they make of answers, what they refuse."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest

from penstock_node_http.echo import Echo
from penstock_node_http.feeds import entries_of, snippet
from penstock_node_http.graphql import GraphQL
from penstock_node_http.request import HttpRequest
from penstock_node_http.rss import RssRead
from penstock_sdk import Item, NodeFailed, RetryLater
from penstock_sdk.testing import (
    Answer,
    Cassette,
    TestContext,
    arun_node,
    assert_output_matches_schema,
)

GRAPH = "https://api.example.com/graphql"
FEED = "https://example.com/feed.xml"


def jsons(outputs: dict[str, Any]) -> list[Any]:
    return [item.json for item in outputs.get("main", [])]


# The request, from a recording


async def test_a_recorded_answer_can_be_read_as_a_file_and_as_events() -> None:
    url = "https://api.example.com/a.bin"
    answer = Answer(content=b"data: 1\n\n")
    http = Cassette.answering({f"GET {url}": [answer, answer]})
    binary = TestContext(HttpRequest, {"url": url, "response": "file"}, [Item({})], http=http)

    (item,) = (await arun_node(HttpRequest, context=binary))["main"]
    events = await arun_node(HttpRequest, {"url": url, "response": "events"}, http=http)

    assert item.binary is not None
    assert await binary.binary.read(item.binary["data"]) == b"data: 1\n\n"
    assert jsons(events) == [{"data": 1}]


# GraphQL


async def asked(config: dict[str, Any], answer: Answer, method: str = "POST") -> tuple[Any, Any]:
    http = Cassette.answering({f"{method} {GRAPH}": answer})
    found = await arun_node(GraphQL, {"endpoint": GRAPH, **config}, http=http)
    return jsons(found), http.requests[0]


async def test_a_query_is_sent_with_its_variables_and_operation() -> None:
    config = {"query": "query A { a }", "variables": {"id": 7}, "operation_name": "A"}

    found, request = await asked(config, Answer.of({"data": {"a": 1}}))

    assert found == [{"data": {"a": 1}}]
    assert dict(request.headers) == {
        "accept": "application/json",
        "content-type": "application/json",
    }
    sent = {"query": "query A { a }", "variables": {"id": 7}, "operationName": "A"}
    assert json.loads(request.body) == sent


async def test_variables_may_be_a_text_of_json() -> None:
    _, request = await asked({"query": "{ a }", "variables": '{"id": 7}'}, Answer.of({"data": {}}))

    assert json.loads(request.body)["variables"] == {"id": 7}


async def test_a_query_may_go_in_the_url_or_stand_alone_in_the_body() -> None:
    config = {"query": "{ a }", "method": "GET", "variables": {"id": 7}}
    _, request = await asked(config, Answer.of({"data": {}}), "GET")
    assert dict(request.query) == {"query": "{ a }", "variables": '{"id":7}'}

    config = {"query": "{ a }", "request_format": "graphql"}
    _, request = await asked(config, Answer.of({"data": {}}))
    assert (request.body, dict(request.headers)["content-type"]) == (
        b"{ a }",
        "application/graphql",
    )


@pytest.mark.parametrize("status", [200, 400])
async def test_errors_of_the_api_fail_the_item_with_their_messages(status: int) -> None:
    answer = Answer.of({"errors": [{"message": "no field b"}]}, status=status)

    with pytest.raises(NodeFailed, match="no field b") as failed:
        await asked({"query": "{ b }"}, answer)

    assert failed.value.data == {"errors": [{"message": "no field b"}]}


async def test_errors_are_a_result_where_they_are_kept() -> None:
    answer = {"data": None, "errors": [{"message": "partly"}]}

    found, _ = await asked({"query": "{ b }", "keep_errors": True}, Answer.of(answer))

    assert found == [answer]


@pytest.mark.parametrize("body", [b"[1]", b"7", b"<html>", b"\xff"])
async def test_an_answer_that_is_no_object_fails(body: bytes) -> None:
    with pytest.raises(NodeFailed):
        await asked({"query": "{ a }"}, Answer(content=body))


async def test_a_text_answer_goes_into_its_field() -> None:
    config = {"query": "{ a }", "response": "text", "output_field": "raw"}

    found, _ = await asked(config, Answer(content=b"hello"))

    assert found == [{"raw": "hello"}]


async def test_variables_that_do_not_parse_are_refused() -> None:
    with pytest.raises(NodeFailed, match="variables"):
        await asked({"query": "{ a }", "variables": "{"}, Answer.of({}))


async def test_a_busy_api_is_asked_again_later_and_a_failed_mutation_is_not() -> None:
    with pytest.raises(RetryLater):
        await asked({"query": "{ a }"}, Answer(status=429))

    with pytest.raises(NodeFailed) as failed:
        await asked({"query": "mutation { a }"}, Answer(status=500))
    assert not isinstance(failed.value, RetryLater)


@pytest.mark.parametrize(
    ("query", "effects"),
    [("{ a }", "idempotent"), ("mutation { a }", "unsafe"), ("={{ $json.q }}", "unsafe")],
)
def test_only_what_reads_may_be_repeated(query: str, effects: str) -> None:
    assert GraphQL().effects_of({"query": query}) == effects


# Feeds

RSS = b"""<?xml version="1.0"?><rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"
 xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>T</title>
<item><title>One &amp; two</title><link>https://example.com/1</link><guid>g1</guid>
<description>Short</description><content:encoded><![CDATA[<p>Long</p><p>text</p>]]></content:encoded>
<dc:creator>Ada</dc:creator><category>a</category><category>b</category><mood>fine</mood>
<itunes:duration>12:30</itunes:duration><itunes:episode>3</itunes:episode>
<enclosure url="https://example.com/1.mp3" length="9" type="audio/mpeg"/>
<pubDate>Thu, 09 Feb 2023 13:40:00 +0200</pubDate></item>
<item><title>Two</title><pubDate>yesterday</pubDate></item></channel></rss>"""

ATOM = b"""<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><title>T</title>
<entry><title>One</title><id>urn:1</id><link href="https://example.com/1"/>
<author><name>Ada</name></author><updated>2023-02-09T13:40:00Z</updated>
<summary>Short</summary></entry></feed>"""


def test_an_entry_of_rss_has_the_fields_that_feeds_are_known_by() -> None:
    first, second = entries_of(RSS, "application/rss+xml", ["mood", "missing"])

    assert first == {
        "creator": "Ada",
        "dc:creator": "Ada",
        "title": "One & two",
        "link": "https://example.com/1",
        "pubDate": "Thu, 09 Feb 2023 13:40:00 +0200",
        "content:encoded": "<p>Long</p><p>text</p>",
        "content:encodedSnippet": "Long\ntext",
        "content": "Short",
        "contentSnippet": "Short",
        "itunes": {"duration": "12:30", "episode": "3"},
        "guid": "g1",
        "categories": ["a", "b"],
        "enclosure": {"url": "https://example.com/1.mp3", "length": "9", "type": "audio/mpeg"},
        "isoDate": "2023-02-09T11:40:00.000Z",
        "mood": "fine",
    }
    assert (second["title"], second["pubDate"], "isoDate" in second) == ("Two", "yesterday", False)


def test_an_entry_of_atom_has_an_id_and_an_author() -> None:
    (entry,) = entries_of(ATOM)

    assert (entry["id"], entry["author"], entry["link"]) == (
        "urn:1",
        "Ada",
        "https://example.com/1",
    )
    assert entry["pubDate"] == entry["isoDate"] == "2023-02-09T13:40:00.000Z"


BOMB = b"""<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>
<rss version="2.0"><channel><item><title>&b;</title></item></channel></rss>"""
FILE = BOMB.replace(b'<!ENTITY a "aaaaaaaaaa">', b'<!ENTITY a SYSTEM "file:///etc/passwd">')


@pytest.mark.parametrize("content", [BOMB, FILE, FILE.decode().encode("utf-16")])
def test_a_feed_that_declares_entities_is_refused(content: bytes) -> None:
    with pytest.raises(NodeFailed, match="entities"):
        entries_of(content)


@pytest.mark.parametrize("content", [b"", b"{}", b"<html><p>hello</p></html>", b"\x00\xff" * 99])
def test_what_is_no_feed_is_refused(content: bytes) -> None:
    with pytest.raises(NodeFailed, match="no RSS or Atom"):
        entries_of(content)


def test_a_deep_or_long_feed_is_read_in_bounded_time() -> None:
    deep = RSS.replace(b"Short", b"<a>" * 20_000 + b"</a>" * 20_000)
    long = b'<rss version="2.0"><channel>' + b"<item><title>x</title></item>" * 2_000
    start = time.process_time()

    entries_of(deep)

    assert len(entries_of(long + b"</channel></rss>")) == 2_000
    assert time.process_time() - start < 10


def test_a_snippet_of_many_angle_brackets_is_made_in_bounded_time() -> None:
    start = time.process_time()

    assert snippet("<" * 200_000 + "<b>x</b>")

    assert time.process_time() - start < 2


async def test_the_node_reads_a_feed_up_to_its_limit() -> None:
    content = {"content-type": "application/rss+xml"}
    http = Cassette.answering({f"GET {FEED}": Answer(content=RSS, headers=content)})

    found = await arun_node(RssRead, {"url": FEED, "limit": 1}, http=http)

    assert [entry["title"] for entry in jsons(found)] == ["One & two"]
    assert "application/rss+xml" in dict(http.requests[0].headers)["accept"]
    assert_output_matches_schema(RssRead, found)


@pytest.mark.parametrize("status", [404, 500])
async def test_a_feed_that_is_not_there_fails(status: int) -> None:
    http = Cassette.answering({f"GET {FEED}": Answer(status=status)})

    with pytest.raises(NodeFailed, match=str(status)):
        await arun_node(RssRead, {"url": FEED}, http=http)


async def test_without_a_url_nothing_is_asked() -> None:
    with pytest.raises(NodeFailed, match="no URL"):
        await arun_node(RssRead, {"url": " "})


# Echo


async def test_the_echo_says_what_would_have_been_sent() -> None:
    config = {
        "method": "PUT",
        "url": "https://api.example.com/a?x=1#top",
        "query": [{"name": "x", "value": 2}, {"name": "y", "value": True}],
        "headers": {"X-Team": "blue"},
        "body": {"a": [1]},
        "status": 201,
    }

    found = await arun_node(Echo, config)

    assert jsons(found) == [
        {
            "status": 201,
            "method": "PUT",
            "url": "https://api.example.com/a",
            "query": {"x": ["1", "2"], "y": "true"},
            "headers": {"x-team": "blue"},
            "body": {"a": [1]},
        }
    ]
    assert_output_matches_schema(Echo, found)


async def test_the_echo_of_nothing_is_nothing_and_of_a_bad_url_a_failure() -> None:
    assert await arun_node(Echo, {}, []) == {}
    with pytest.raises(NodeFailed, match="no URL"):
        await arun_node(Echo, {"url": "https://[::1"})


async def test_the_echo_of_100_000_items_comes_in_time() -> None:
    context = TestContext(Echo, {}, [])
    echo, start = Echo(), time.process_time()
    for _ in range(100_000):
        await echo.run(context, [])

    assert time.process_time() - start < 30
