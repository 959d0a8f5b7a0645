"""JavaScript code nodes: what a person may write, return and see when it goes wrong."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
import pytest

from penstock_sandbox.contract import Budget, Spent
from penstock_sandbox.guests.engine import make_engine
from penstock_sandbox.guests.guest import GuestAnsweredError, Task
from penstock_sandbox.guests.javascript import JavaScriptDriver

CTX = {"now": 1_700_000_000_000, "zone": "Europe/Berlin", "seed": 42}
TWO = [{"json": {"a": 1}}, {"json": {"a": 2}}]


class Echo:
    """A host that answers each HTTP request with its own URL, and keeps what it was sent."""

    def __init__(self, status: int = 200) -> None:
        self.status = status
        self.frames: list[list[dict[str, Any]]] = []
        self.notes: list[tuple[str, Any]] = []

    def host(self, requests: bytes) -> bytes:
        frame = msgspec.json.decode(requests, type=list[dict[str, Any]])
        self.frames.append(frame)
        return msgspec.json.encode([{"ok": self._answer(request)} for request in frame])

    def note(self, kind: str, body: bytes) -> None:
        self.notes.append((kind, msgspec.json.decode(body)))

    def _answer(self, request: dict[str, Any]) -> dict[str, Any]:
        body = msgspec.json.encode({"url": request["arguments"]["url"]}).decode()
        headers = {"content-type": "application/json"}
        return {"status": self.status, "headers": headers, "body": body, "bodyEncoding": "text"}


class Refusing(Echo):
    """A host that refuses everything."""

    def host(self, requests: bytes) -> bytes:
        frame = msgspec.json.decode(requests, type=list[Any])
        error = {"code": "egress.refused", "message": "That host was not granted.", "hint": "Ask."}
        return msgspec.json.encode([{"error": error}] * len(frame))


@pytest.fixture(scope="module")
def driver() -> JavaScriptDriver:
    return JavaScriptDriver(make_engine(), "javascript")


def answers(
    driver: JavaScriptDriver,
    source: str,
    items: Sequence[Any] = TWO,
    *,
    each: bool = False,
    channel: Echo | None = None,
    **header: Any,
) -> list[Any]:
    mode = "each" if each else "all"
    about = {"kind": "code", "mode": mode, "source": source, "http": True, "ctx": CTX} | header
    chunks = [msgspec.json.encode(items[at : at + 1000]) for at in range(0, len(items), 1000)]
    task = Task(
        header=msgspec.json.encode(about),
        chunks=iter(chunks),
        budget=Budget(),
        channel=channel or Echo(),
        spent=Spent(),
    )
    return [msgspec.json.decode(chunk) for chunk in driver.run(task)]


def port(driver: JavaScriptDriver, source: str, items: Sequence[Any] = TWO, **how: Any) -> Any:
    chunks = answers(driver, source, items, **how)
    return next(chunk["ports"]["main"] for chunk in chunks if "ports" in chunk)


def values(driver: JavaScriptDriver, source: str, items: Sequence[Any] = TWO, **how: Any) -> Any:
    return [item["json"] for item in port(driver, source, items, **how)["items"]]


def failure(driver: JavaScriptDriver, source: str, **how: Any) -> dict[str, Any]:
    with pytest.raises(GuestAnsweredError) as caught:
        answers(driver, source, **how)
    error: dict[str, Any] = msgspec.json.decode(caught.value.body)["error"]
    return error


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        pytest.param("return [{json: {b: 1}}]", [{"b": 1}], id="items"),
        pytest.param("return [{b: 1}, {b: 2}]", [{"b": 1}, {"b": 2}], id="plain objects"),
        pytest.param("return {json: {b: 1}}", [{"b": 1}], id="one item"),
        pytest.param("return {b: 1}", [{"b": 1}], id="one plain object"),
        pytest.param("return []", [], id="nothing"),
        pytest.param("return items.map(i => ({n: i.json.a}))", [{"n": 1}, {"n": 2}], id="items"),
        pytest.param("return {n: $input.all().length}", [{"n": 2}], id="$input.all"),
        pytest.param("return {n: $input.first().json.a}", [{"n": 1}], id="$input.first"),
        pytest.param("const items = [{x: 1}]; return items", [{"x": 1}], id="our names redeclared"),
        pytest.param("const $json = 7; return {$json}", [{"$json": 7}], id="$json redeclared"),
        pytest.param("return Promise.resolve({b: 1})", [{"b": 1}], id="a promise"),
        pytest.param("return {v: await 5}", [{"v": 5}], id="top-level await"),
        pytest.param("x = 1; return {x}", [{"x": 1}], id="sloppy globals"),
        pytest.param("return {d: new Date(0)}", [{"d": "1970-01-01T00:00:00.000Z"}], id="dates"),
        pytest.param(
            "return {d: $now.toISO()}",
            [{"d": "2023-11-14T23:13:20.000+01:00"}],
            id="$now in its zone",
        ),
        pytest.param("return {v: $jmespath({a: [1, 2]}, 'a[1]')}", [{"v": 2}], id="$jmespath"),
        pytest.param("return {s: '\\ud800x'}", [{"s": "\ufffdx"}], id="half a surrogate pair"),
        pytest.param("return {s: '\\\\ud800'}", [{"s": "\\ud800"}], id="an escaped backslash"),
    ],
)
def test_code_run_once_gives(driver: JavaScriptDriver, source: str, expected: Any) -> None:
    assert values(driver, source) == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        pytest.param("return {json: {b: $json.a * 2}}", [{"b": 2}, {"b": 4}], id="$json"),
        pytest.param(
            "return {b: item.json.a, i: $itemIndex}",
            [{"b": 1, "i": 0}, {"b": 2, "i": 1}],
            id="item",
        ),
        pytest.param(
            "const item = $input.item; return item", [{"a": 1}, {"a": 2}], id="$input.item"
        ),
        pytest.param("await null; return {b: $json.a}", [{"b": 1}, {"b": 2}], id="await"),
    ],
)
def test_code_run_for_each_item_gives(driver: JavaScriptDriver, source: str, expected: Any) -> None:
    assert values(driver, source, each=True) == expected


def test_an_item_for_which_nothing_is_returned_is_left_out_and_the_others_keep_their_parents(
    driver: JavaScriptDriver,
) -> None:
    result = port(driver, "if ($json.a === 2) return {b: 1}", each=True)

    assert result == {"items": [{"json": {"b": 1}}], "parents": [1]}


def test_items_that_are_passed_on_keep_their_parents(driver: JavaScriptDriver) -> None:
    assert port(driver, "return items.reverse()")["parents"] == [1, 0]


def test_data_that_is_passed_on_in_a_new_item_keeps_its_parent(driver: JavaScriptDriver) -> None:
    assert port(driver, "return [{json: items[1].json}]")["parents"] == [1]


def test_new_objects_have_no_parents_of_their_own(driver: JavaScriptDriver) -> None:
    assert port(driver, "return [{a: 1}]")["parents"] is None


def test_paired_items_are_honoured_in_each_of_their_shapes(driver: JavaScriptDriver) -> None:
    source = """return [{json: {}, pairedItem: 1}, {json: {}, pairedItem: {item: 0}},
        {json: {}, pairedItem: [0, {item: 1}]}, {json: {}}]"""

    assert port(driver, source)["parents"] == [1, 0, [0, 1], -1]


def test_binary_references_come_through(driver: JavaScriptDriver) -> None:
    item = {"json": {}, "binary": {"file": {"id": "b1", "size": 3}}}

    assert port(driver, "return items", [item])["items"] == [item]


def test_many_items_come_back_in_chunks_of_a_thousand(driver: JavaScriptDriver) -> None:
    items = [{"json": {"i": i}} for i in range(2500)]

    chunks = answers(driver, "return items", items)

    assert [len(chunk["ports"]["main"]["items"]) for chunk in chunks] == [1000, 1000, 500]


@pytest.mark.parametrize(
    ("source", "message"),
    [
        pytest.param("return 5", "a number, not items", id="a number"),
        pytest.param("", "nothing, not items", id="nothing"),
        pytest.param(
            "return [{a: 1}, 5]", "Item 1 of the result is a number", id="a number in the list"
        ),
        pytest.param(
            "return [{json: {}}, {a: 1}]", 'Item 1 of the result has no key "json"', id="a mixture"
        ),
        pytest.param("return [{json: 5}]", 'The key "json" of item 0', id="json is no object"),
        pytest.param(
            "return [{json: new Date()}]", 'The key "json" of item 0', id="json is a date"
        ),
        pytest.param(
            "return [{json: {}, pairedItem: 9}]", "input item 9", id="a parent that is not there"
        ),
        pytest.param(
            "return [{a: 1n}]", "Item 0 of the result cannot be written as JSON", id="a BigInt"
        ),
        pytest.param(
            "const a = {}; a.a = a; return [{}, a]", "Item 1 of the result cannot", id="a cycle"
        ),
    ],
)
def test_a_result_that_is_no_items_is_refused_with_the_reason(
    driver: JavaScriptDriver, source: str, message: str
) -> None:
    error = failure(driver, source)

    assert message in error["message"]
    assert error["name"] == "InvalidResult"


@pytest.mark.parametrize(
    ("source", "name", "line", "column"),
    [
        pytest.param("\n\n  null.foo", "TypeError", 3, 3, id="thrown"),
        pytest.param("foo", "ReferenceError", 1, 1, id="first character"),
        pytest.param("const a = 1\nlet x = ;", "SyntaxError", 2, 9, id="syntax"),
        pytest.param("await null\nundefined.x", "TypeError", 2, 1, id="after an await"),
        pytest.param("items.map(i =>\n i.b.c)", "TypeError", 2, 2, id="in a callback"),
        pytest.param(
            "throw new (class Late extends Error {})('m')", "Late", 1, None, id="own class"
        ),
    ],
)
def test_an_error_has_the_place_in_the_persons_source(
    driver: JavaScriptDriver, source: str, name: str, line: int, column: int | None
) -> None:
    error = failure(driver, source)

    assert (error["name"], error["line"]) == (name, line)
    assert column is None or error["column"] == column


def test_a_stack_holds_only_the_persons_frames(driver: JavaScriptDriver) -> None:
    error = failure(driver, "function inner() {\n  nothing.x\n}\nitems.forEach(() => inner())")

    assert error["stack"].split("\n") == [
        "at inner (line 2, column 3)",
        "at <anonymous> (line 4, column 21)",
        "at code (line 4, column 7)",
    ]


def test_an_error_for_one_item_names_it(driver: JavaScriptDriver) -> None:
    error = failure(driver, "if ($json.a === 2) null.x; return {}", each=True)

    assert error["item"] == 1


@pytest.mark.parametrize(
    "thrown",
    [
        "null",
        "undefined",
        "'text'",
        "Symbol('s')",
        "new Proxy({}, {get() { throw 1 }})",
        "{message: {toString() { throw 2 }}}",
        "Object.create(null)",
    ],
)
def test_anything_that_is_thrown_becomes_an_error_with_a_name(
    driver: JavaScriptDriver, thrown: str
) -> None:
    assert isinstance(failure(driver, f"throw {thrown}")["name"], str)


def test_the_console_goes_into_the_log_with_its_levels(driver: JavaScriptDriver) -> None:
    channel = Echo()

    answers(driver, "console.log('n', {a: 1}); console.error('bad'); return []", channel=channel)

    assert channel.notes == [
        ("log", {"level": "info", "message": 'n {"a":1}'}),
        ("log", {"level": "error", "message": "bad"}),
    ]


def test_lines_beyond_the_budget_of_notes_are_dropped(driver: JavaScriptDriver) -> None:
    channel = Echo()

    answers(
        driver,
        "for (let i = 0; i < 1e4; i++) console.log('x'.repeat(99)); return []",
        channel=channel,
    )

    assert 1000 < len(channel.notes) < 3000


def test_requests_that_do_not_wait_for_each_other_leave_in_one_frame(
    driver: JavaScriptDriver,
) -> None:
    channel = Echo()
    source = "return Promise.all([...Array(8).keys()].map(i => this.helpers.httpRequest(`http://h/${i}`)))"

    result = values(driver, source, channel=channel)

    assert [len(frame) for frame in channel.frames] == [8]
    assert result == [{"url": f"http://h/{i}"} for i in range(8)]


def test_a_request_carries_what_its_options_say(driver: JavaScriptDriver) -> None:
    channel = Echo()
    source = """return $helpers.httpRequest({method: 'post', url: 'http://h/x', qs: {q: 1},
        headers: {A: 1}, body: {b: 2}, timeout: 500})"""

    answers(driver, source, channel=channel)

    assert channel.frames == [
        [
            {
                "name": "http",
                "arguments": {
                    "method": "POST",
                    "url": "http://h/x",
                    "headers": {"A": "1", "content-type": "application/json"},
                    "query": {"q": 1},
                    "body": '{"b":2}',
                    "bodyEncoding": "text",
                    "timeoutMs": 500,
                },
            }
        ]
    ]


def test_the_full_response_is_given_where_it_is_asked_for(driver: JavaScriptDriver) -> None:
    source = "return $helpers.httpRequest({url: 'http://h', returnFullResponse: true})"

    (response,) = values(driver, source, channel=Echo())

    assert (response["statusCode"], response["body"]) == (200, {"url": "http://h"})


def test_a_status_that_means_failure_is_an_error_that_code_may_catch(
    driver: JavaScriptDriver,
) -> None:
    source = """try { await $helpers.httpRequest('http://h') }
        catch (error) { return {status: error.statusCode, name: error.name} }"""

    assert values(driver, source, channel=Echo(404)) == [{"status": 404, "name": "HttpError"}]


def test_what_the_host_refuses_arrives_as_a_typed_error(driver: JavaScriptDriver) -> None:
    error = failure(driver, "await $helpers.httpRequest('http://h')", channel=Refusing())

    assert (error["code"], error["hint"]) == ("egress.refused", "Ask.")


def test_code_without_http_is_told_how_to_get_it(driver: JavaScriptDriver) -> None:
    error = failure(driver, "return $helpers.httpRequest('http://h')", http=False)

    assert "not given access to HTTP" in error["message"]
    assert error["hint"]


def test_a_promise_that_nobody_settles_is_an_error(driver: JavaScriptDriver) -> None:
    assert "nobody settles" in failure(driver, "await new Promise(() => {})")["message"]


def test_custom_data_and_static_data_come_back_when_they_were_changed(
    driver: JavaScriptDriver,
) -> None:
    source = """$execution.customData.set('k', 'v'); $getWorkflowStaticData('global').n = 1
        return []"""

    extra = answers(driver, source, ctx=CTX | {"static": {"global": {"n": 0}, "node": {}}})[0]

    assert extra == {"customData": {"k": "v"}, "static": {"global": {"n": 1}, "node": {}}}


@pytest.mark.parametrize(
    "name", ["$getWorkflowStaticData", "getWorkflowStaticData", "this.getWorkflowStaticData"]
)
def test_static_data_is_there_under_its_older_names(driver: JavaScriptDriver, name: str) -> None:
    source = f"const data = {name}('node'); data.seen += 1; return [{{ json: data }}]"

    extra = answers(driver, source, ctx=CTX | {"static": {"global": {}, "node": {"seen": 1}}})[0]

    assert extra["static"] == {"global": {}, "node": {"seen": 2}}


@pytest.mark.parametrize(("name", "hint"), [("crypto", "a Crypto node"), ("axios", "httpRequest")])
def test_a_module_that_is_not_here_is_refused_with_what_does_it_instead(
    driver: JavaScriptDriver, name: str, hint: str
) -> None:
    error = failure(driver, f"return [{{ json: require('{name}') }}]")

    assert error["message"] == f"The module {name} is not available"
    assert hint in error["hint"]


@pytest.mark.parametrize("name", ["require('fs')", "setTimeout(() => {}, 1)", "fetch('http://h')"])
def test_what_is_not_offered_says_what_to_do_instead(driver: JavaScriptDriver, name: str) -> None:
    assert failure(driver, name)["hint"]


@pytest.mark.parametrize(
    "name", ["process", "__penstock", "__penstock_note", "Atomics", "WebAssembly"]
)
def test_code_finds_no_door_to_its_host(driver: JavaScriptDriver, name: str) -> None:
    assert values(driver, f"return {{t: typeof {name}}}") == [{"t": "undefined"}]


def test_random_numbers_are_those_of_the_seed(driver: JavaScriptDriver) -> None:
    source = "return {r: [Math.random(), Math.random()]}"

    first, again = values(driver, source), values(driver, source)
    other = values(driver, source, ctx=CTX | {"seed": 43})

    assert first == again
    assert first[0]["r"][0] != first[0]["r"][1]
    assert not set(first[0]["r"]) & set(other[0]["r"])


def test_a_patched_prototype_does_not_reach_the_next_call(driver: JavaScriptDriver) -> None:
    answers(driver, "Array.prototype.map = () => 'patched'; Object.prototype.x = 1; return []")

    assert values(driver, "return {m: [1].map(n => n), x: ({}).x}") == [{"m": [1]}]


def test_compiling_finds_a_syntax_error_and_runs_nothing(driver: JavaScriptDriver) -> None:
    channel = Echo()

    answers(driver, "console.log('ran')", kind="compile", channel=channel)

    assert channel.notes == []
    assert failure(driver, "let = 5 5", kind="compile")["name"] == "SyntaxError"


KEEP_GOING: dict[str, Any] = {"each": True, "keepGoing": True}


@pytest.mark.parametrize(
    "fails",
    [
        pytest.param("throw new RangeError('no')", id="throws"),
        pytest.param("await null; throw new RangeError('no')", id="throws-later"),
        pytest.param("await Promise.reject(new RangeError('no'))", id="rejects"),
    ],
)
def test_the_other_items_go_on_after_one_that_failed(driver: JavaScriptDriver, fails: str) -> None:
    source = f"if ($json.a === 2) {{\n{fails} }}\nreturn {{b: $json.a * 10}}"
    items = [{"json": {"a": n}} for n in (1, 2, 3)]

    ports, told = answers(driver, source, items, **KEEP_GOING)

    assert ports["ports"]["main"]["items"] == [{"json": {"b": 10}}, {"json": {"b": 30}}]
    assert ports["ports"]["main"]["parents"] == [0, 2]
    ((index, error),) = told["failures"]
    assert (index, error["item"], error["name"], error["message"]) == (1, 1, "RangeError", "no")
    assert error["line"] == 2


@pytest.mark.parametrize(
    "odd",
    [
        pytest.param("return 7", id="no-item"),
        pytest.param("return {b: 10n}", id="not-json"),
        pytest.param("const o = {}; o.o = o; return o", id="a-cycle"),
    ],
)
def test_an_item_whose_result_cannot_be_sent_has_failed(driver: JavaScriptDriver, odd: str) -> None:
    source = f"if ($json.a === 1) {{ {odd} }} return {{b: 1}}"

    ports, told = answers(driver, source, **KEEP_GOING)

    assert ports["ports"]["main"] == {"items": [{"json": {"b": 1}}], "parents": [1]}
    assert [index for index, _ in told["failures"]] == [0]


def test_where_every_item_fails_all_are_told(driver: JavaScriptDriver) -> None:
    items: list[Any] = [{"json": {}}] * 300

    (told,) = answers(driver, "throw new Error('no')", items, **KEEP_GOING)

    assert [index for index, _ in told["failures"]] == list(range(300))
    assert "stack" in told["failures"][0][1]
    assert "stack" not in told["failures"][299][1]


def test_without_the_flag_a_failure_ends_the_call(driver: JavaScriptDriver) -> None:
    error = failure(driver, "if ($json.a === 2) throw new Error('no'); return {}", each=True)

    assert (error["message"], error["item"]) == ("no", 1)


def test_the_flag_means_nothing_where_code_runs_once_for_all(driver: JavaScriptDriver) -> None:
    assert failure(driver, "throw new Error('no')", keepGoing=True)["message"] == "no"
