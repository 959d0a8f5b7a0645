"""The kit that authors test with."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any, ClassVar

import pytest

from penstock_sdk import (
    Column,
    Context,
    Event,
    Item,
    Node,
    NodeFailed,
    Output,
    Port,
    Ports,
    Result,
    RetryLater,
    Trigger,
    Wait,
    code,
    json,
    text,
)
from penstock_sdk.testing import (
    Answer,
    Cassette,
    FakeClock,
    FakeCredential,
    Request,
    TestContext,
    activate_and_deactivate,
    arun_node,
    assert_output_matches_schema,
    items_of,
    outputs_of,
    poll,
    request,
    run_node,
)


class Say(Node):
    id = "acme/test.say"
    word: str = text(default="hello")
    more: Any = json(default=None)
    script: str = code("javascript", default="={{ $json.x }}")

    def run(self, ctx: Context, items: Sequence[Item]) -> Result:
        return [Item({"said": ctx.param("word", i)}) for i in range(len(items))]


class Each(Node):
    id = "acme/test.each"
    per_item = True
    word: str = text(default="hello")

    async def run(self, ctx: Context, items: Sequence[Item]) -> Result:
        (item,) = items
        if item.json.get("twice"):
            return Output([item, Item({"word": ctx.param("word")})], [0, 0])
        return items


class Stream(Node):
    id = "acme/test.stream"

    async def run(self, ctx: Context, items: Sequence[Item]) -> AsyncIterator[Item]:
        for item in items:
            yield item


class Split(Node):
    id = "acme/test.split"

    def ports(self, config: Mapping[str, Any]) -> Ports:
        return Ports(outputs=(Port(name="odd"), Port(name="even")))

    def run(self, ctx: Context, items: Sequence[Item]) -> Result:
        return {"even": [item for item in items if item.json["n"] % 2 == 0], "odd": []}


class Later(Node):
    id = "acme/test.later"

    def run(self, ctx: Context, items: Sequence[Item]) -> Result:
        return Wait(until_ms=ctx.now_ms() + 1000)


class Wrong(Node):
    id = "acme/test.wrong"

    def run(self, ctx: Context, items: Sequence[Item]) -> Any:
        return [{"no": "item"}]


@pytest.mark.parametrize(
    ("word", "said"),
    [
        pytest.param("plain", "plain", id="constant"),
        pytest.param("={{ $json.a.b }}", 1, id="path"),
        pytest.param('={{ $json["a b"][1] }}', "y", id="brackets"),
        pytest.param("={{ $json.a.none.more }}", None, id="not-there"),
        pytest.param("=<{{ $json.a.b }}|{{ $json.a }}>", '<1|{"b":1}>', id="texts-around"),
        pytest.param("={{ $itemIndex }}", 0, id="index"),
        pytest.param("={{ true }}", True, id="json"),
        pytest.param("=no braces", "no braces", id="text"),
    ],
)
def test_constants_and_plain_paths_are_resolved(word: str, said: Any) -> None:
    outputs = run_node(Say, {"word": word}, [{"a": {"b": 1}, "a b": ["x", "y"]}])

    assert outputs["main"][0].json["said"] == said


def test_what_needs_javascript_says_so_instead_of_guessing() -> None:
    with pytest.raises(NotImplementedError, match=r"\$json\.a \+ 1"):
        run_node(Say, {"word": "={{ $json.a + 1 }}"}, [{"a": 1}])


def test_a_test_may_answer_for_javascript_itself() -> None:
    outputs = run_node(
        Say, {"word": "={{ $json.a + 1 }}"}, [{"a": 1}], evaluate=lambda _, row: row["a"] + 1
    )

    assert outputs["main"][0].json == {"said": 2}


def test_a_field_without_expressions_is_never_a_template() -> None:
    ctx = TestContext(Say, {}, items_of([{}]))

    assert ctx.param("script") == "={{ $json.x }}"
    assert not ctx.has_expression("script")


def test_columns_hold_one_value_for_each_item() -> None:
    config = {"more": {"a": "={{ $json.n }}", "b": ["x"]}}
    ctx = TestContext(Say, config, items_of([{"n": 1}, {"n": 2}]))

    assert ctx.columns("more") == {"a": Column([1, 2]), "b": ["x"]}
    assert isinstance(ctx.columns("more")["a"], Column)
    assert ctx.columns("word") == "hello"
    assert ctx.has_expression("more")


def test_a_node_that_works_per_item_keeps_its_lineage() -> None:
    given = items_of([{"n": 1}, {"twice": True, "w": "x"}, {"n": 3}])
    ctx = TestContext(Each, {"word": "={{ $json.w }}"}, given)

    outputs = _run(ctx)

    assert outputs["main"].parents == [0, 1, 1, 2]
    assert outputs["main"].items[2].json == {"word": "x"}


def _run(ctx: TestContext) -> dict[str, Output]:
    from penstock_sdk.testing.run import blocking  # noqa: PLC0415

    return blocking(outputs_of(Each, ctx), "outputs_of")


async def test_inside_a_loop_the_async_form_is_used() -> None:
    with pytest.raises(TypeError, match="arun_node"):
        run_node(Say)

    assert await arun_node(Say) == {"main": [Item({"said": "hello"})]}


def test_a_stream_is_gathered() -> None:
    assert run_node(Stream, {}, [{"n": 1}, {"n": 2}]) == {"main": items_of([{"n": 1}, {"n": 2}])}


def test_ports_without_items_are_left_out() -> None:
    assert run_node(Split, {}, [{"n": 2}]) == {"even": items_of([{"n": 2}])}


def test_a_wait_counts_as_over() -> None:
    assert run_node(Later, {}, [{"n": 2}]) == {"main": items_of([{"n": 2}])}


def test_what_is_no_item_is_told() -> None:
    with pytest.raises(TypeError, match="which is no Item"):
        run_node(Wrong)


def test_a_required_parameter_without_a_value_fails_as_on_the_host() -> None:
    class Needs(Say):
        id = "acme/test.needs"
        word: str = text()

    with pytest.raises(NodeFailed) as failed:
        run_node(Needs)

    assert failed.value.field == "word"


class Fetch(Node):
    id = "acme/test.fetch"

    async def run(self, ctx: Context, items: Sequence[Item]) -> Result:
        response = await ctx.http.request(
            "GET", "https://api.example/me", query={"api_key": "k", "q": "1"}, credential="auth"
        )
        return [Item({"status": response.status, "body": response.json()})]


async def answer_with_secrets(asked: Request) -> Answer:
    return Answer.of({"token": "s3cret", "asked": asked.method}, set_cookie="session=1")


def test_what_is_recorded_is_replayed_without_a_network(tmp_path: Path) -> None:
    tape = tmp_path / "tapes" / "me.json"
    recording = Cassette.load(tape, record=answer_with_secrets)
    first = run_node(Fetch, http=recording)

    again = run_node(Fetch, http=Cassette.load(tape, record=False))

    assert first["main"][0].json["body"]["asked"] == "GET"
    assert again == first


def test_no_secret_reaches_the_file(tmp_path: Path) -> None:
    tape = tmp_path / "me.json"

    run_node(Fetch, http=Cassette.load(tape, record=answer_with_secrets, secrets=["s3cret"]))

    stored = tape.read_text()
    replayed = Cassette.load(tape, record=False).exchanges[0]
    assert "s3cret" not in stored
    assert b"s3cret" not in replayed.answer.content
    assert replayed.answer.headers["set-cookie"] == "REDACTED"
    assert dict(replayed.request.query) == {"api_key": "REDACTED", "q": "1"}


def test_a_request_that_was_not_recorded_fails_the_test() -> None:
    with pytest.raises(AssertionError, match=r"No recorded answer for GET https://api\.example/me"):
        run_node(Fetch)


def test_each_recorded_answer_is_given_once_and_in_order() -> None:
    http = Cassette.answering(
        {"GET https://api.example/me": [Answer.of(1), Answer.of(2, status=201)]}
    )

    bodies = [run_node(Fetch, http=http)["main"][0].json for _ in range(2)]

    assert bodies == [{"status": 200, "body": 1}, {"status": 201, "body": 2}]
    with pytest.raises(AssertionError):
        run_node(Fetch, http=http)
    assert http.requests[0].credential == "auth"


def test_a_missing_cassette_is_an_error_where_nothing_may_be_recorded(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        Cassette.load(tmp_path / "none.json", record=False)


async def test_values_expire_with_the_clock_of_the_test() -> None:
    clock = FakeClock()
    ctx = TestContext(Say, clock=clock)
    await ctx.state.set("seen", 1, ttl_s=10)
    before = await ctx.state.get("seen")

    clock.advance(11)

    assert before == 1
    assert await ctx.state.get("seen") is None


async def test_a_value_is_only_replaced_by_who_knows_it() -> None:
    ctx = TestContext(Say)
    await ctx.state.set("n", 1)

    assert not await ctx.state.update("n", 5, 6)
    assert await ctx.state.update("n", 1, 2)
    assert ctx.state.values() == {"n": 2}
    assert ctx.state.values("workflow") == {}


async def test_blobs_are_read_as_they_were_written() -> None:
    ctx = TestContext(Say)

    ref = await ctx.binary.write(b"hello", media_type="text/plain")

    assert (ref.size, ref.media_type) == (5, "text/plain")
    assert await ctx.binary.read(ref, start=1, size=3) == b"ell"
    assert [chunk async for chunk in ctx.binary.stream(ref)] == [b"hello"]


def test_a_credential_is_a_handle_without_a_secret() -> None:
    given = {"auth": FakeCredential("acmeKey", {"base_url": "https://api.example"})}
    ctx = TestContext(Say, credentials=given)

    handle = ctx.credential("auth")

    assert handle == FakeCredential("acmeKey", {"base_url": "https://api.example"}, "auth")
    assert ctx.credential("other") is None


def test_a_key_is_the_same_for_every_attempt_and_different_for_every_item() -> None:
    ctx = TestContext(Say, {}, items_of([{}, {}]))
    first = ctx.idempotency_key(0)

    ctx.attempt = 2

    assert ctx.idempotency_key(0) == first
    assert ctx.idempotency_key(1) != first


class Promises(Node):
    id = "acme/test.promises"
    outputs: ClassVar[tuple[Port, ...]] = (
        Port(
            name="main",
            schema={
                "type": "object",
                "properties": {"n": {"type": "integer", "minimum": 1}},
                "required": ["n"],
            },
        ),
    )


def test_output_that_was_not_promised_is_told_item_by_item() -> None:
    outputs = {"main": items_of([{"n": 1}, {"n": "1"}, {}, {"n": 0}])}

    with pytest.raises(AssertionError) as failed:
        assert_output_matches_schema(Promises, outputs)

    assert str(failed.value).splitlines()[1:] == [
        "  main[1].n is '1', not integer",
        "  main[2].n is missing",
        "  main[3].n is 0, below 1",
    ]


class Inbox(Trigger):
    id = "acme/test.inbox"
    kind = "poll"

    async def poll(self, ctx: Context, cursor: Any) -> tuple[Sequence[Event], Any]:
        start = cursor or 0
        return [Event(items=[Item({"n": start})], id=str(start))], start + 1

    async def activate(self, ctx: Context) -> Mapping[str, Any]:
        return {"subscription": 7}

    async def deactivate(self, ctx: Context, state: Mapping[str, Any]) -> None:
        ctx.log.info("gone", **state)

    async def on_request(self, ctx: Context, request: Mapping[str, Any]) -> Event | None:
        if request["headers"].get("x-kind") != "message":
            return None
        return Event(items=[Item(request["body"])])


class Stutter(Inbox):
    id = "acme/test.stutter"

    async def poll(self, ctx: Context, cursor: Any) -> tuple[Sequence[Event], Any]:
        return [Event(items=[], id="1"), Event(items=[], id="1")], None


async def test_polling_again_goes_on_from_the_cursor() -> None:
    first, cursor = await poll(Inbox)
    second, _ = await poll(Inbox, cursor=cursor)

    assert [event.id for event in (*first, *second)] == ["0", "1"]


async def test_an_event_that_is_told_twice_fails_the_test() -> None:
    with pytest.raises(AssertionError, match="told of 1 twice"):
        await poll(Stutter)


async def test_a_webhook_takes_its_requests_and_ignores_others() -> None:
    taken = await request(Inbox, headers={"X-Kind": "message"}, body={"a": 1})
    ignored = await request(Inbox, body={"a": 1})

    assert taken is not None
    assert taken.items[0].json == {"a": 1}
    assert ignored is None


async def test_what_activate_returns_comes_back_in_deactivate() -> None:
    ctx = TestContext(Inbox)

    state = await activate_and_deactivate(Inbox, context=ctx)

    assert state == {"subscription": 7}
    assert ctx.log.lines[0].data == {"subscription": 7}


class Wire(BaseHTTPRequestHandler):
    """Answers like a service, over a real socket."""

    def do_POST(self) -> None:
        size = int(self.headers["content-length"])
        body = self.rfile.read(size)
        self.send_response(404 if self.path.startswith("/gone") else 200)
        self.end_headers()
        self.wfile.write(self.path.encode() + b" " + body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Say nothing."""


@pytest.fixture
def service() -> Iterator[str]:
    with HTTPServer(("127.0.0.1", 0), Wire) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


async def test_recording_asks_the_network_once(service: str, tmp_path: Path) -> None:
    tape = tmp_path / "tape.json"
    recording = Cassette.load(tape, record=True)
    first = await recording.request("POST", f"{service}/a", query={"q": "1"}, body=b"hi")
    failed = await recording.request("POST", f"{service}/gone", body=b"x")

    replay = Cassette.load(tape, record=False)
    again = await replay.request("POST", f"{service}/a", query={"q": "1"}, body=b"hi")

    assert (first.status, first.text()) == (200, "/a?q=1 hi")
    assert failed.status == 404
    assert again.content == first.content


async def test_what_cannot_be_reached_may_be_tried_again(tmp_path: Path) -> None:
    recording = Cassette.load(tmp_path / "tape.json", record=True)

    with pytest.raises(RetryLater):
        await recording.request("GET", "http://127.0.0.1:1/")


async def test_only_http_is_recorded(tmp_path: Path) -> None:
    recording = Cassette.load(tmp_path / "tape.json", record=True)

    with pytest.raises(ValueError, match="Only http and https"):
        await recording.request("GET", "file:///etc/passwd")


async def test_a_test_stands_in_for_code_and_for_other_workflows() -> None:
    ctx = TestContext(
        Say,
        code=lambda _language, source, items, _each: [Item({"ran": source})] * len(items),
        workflows={"other": lambda items: [*items, Item({"last": True})]},
    )

    ran = await ctx.run_code("python", "x", items_of([{}, {}]))
    called = await ctx.execute_workflow("other", items_of([{}]))

    assert [item.json for item in ran.items] == [{"ran": "x"}, {"ran": "x"}]
    assert [item.json for item in called["main"]] == [{}, {"last": True}]
    assert await ctx.execute_workflow("other", [], wait=False) == {}
    with pytest.raises(NodeFailed, match="no workflow 'none'"):
        await ctx.execute_workflow("none", [])


async def test_a_connection_that_no_test_gave_is_refused() -> None:
    with pytest.raises(NodeFailed, match=r"no connection to 'mail\.example:25'"):
        await TestContext(Say).connect.tcp("mail.example", 25)


def test_progress_and_log_are_kept_to_look_at() -> None:
    ctx = TestContext(Say)

    ctx.progress(0.5, "half")
    ctx.log.debug("a")
    ctx.log.error("b", why="c")

    assert ctx.progress_seen == [(0.5, "half")]
    assert [(line.level, line.data) for line in ctx.log.lines] == [
        ("debug", {}),
        ("error", {"why": "c"}),
    ]


async def test_rows_are_evaluated_one_by_one() -> None:
    values = await TestContext(Say).evaluate("$json.n", [{"n": 1}, {"n": 2}])

    assert values == [1, 2]
