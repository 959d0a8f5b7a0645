"""Python code nodes: what a person may write, return and see when it goes wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
import pytest

from penstock_sandbox.contract import Budget, Spent
from penstock_sandbox.errors import BudgetExceeded
from penstock_sandbox.guests.engine import make_engine
from penstock_sandbox.guests.guest import GuestAnsweredError, Task
from penstock_sandbox.guests.python import PythonDriver

CTX = {
    "now": 1_700_000_000_000,
    "zone": "Europe/Berlin",
    "seed": 42,
    "workflow": {"id": "w1", "name": "Orders", "active": True},
    "execution": {"id": "e1", "mode": "manual", "customData": {"known": "yes"}},
    "vars": {"region": {"name": "north"}},
    "parameter": {"size": 3},
    "prevNode": {"name": "Fetch"},
    "nodes": {
        "Fetch": {
            "executed": True,
            "parameter": {"url": "=x"},
            "items": [{"json": {"n": 10}}, {"json": {"n": 20}}],
            "outputs": [[{"json": {"n": 10}}, {"json": {"n": 20}}], [{"json": {"n": 30}}]],
        },
        "Later": {"executed": False, "parameter": {}},
    },
    "pairs": {"Fetch": {"rows": [{"json": {"n": 20}}], "at": [-1, 0]}},
    "static": {"global": {"count": 1}},
}
TWO = [{"json": {"a": 1}}, {"json": {"a": 2}}]


class Echo:
    """A host that answers each request with its own arguments, and keeps what it was sent."""

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
        body = msgspec.json.encode(request["arguments"]).decode()
        headers = {"Content-Type": "application/json"}
        return {"status": self.status, "headers": headers, "body": body, "bodyEncoding": "text"}


class Refusing(Echo):
    """A host that refuses everything."""

    def host(self, requests: bytes) -> bytes:
        frame = msgspec.json.decode(requests, type=list[Any])
        error = {"code": "egress.refused", "message": "That host was not granted.", "hint": "Ask."}
        return msgspec.json.encode([{"error": error}] * len(frame))


@pytest.fixture(scope="module")
def driver() -> PythonDriver:
    return PythonDriver(make_engine())


def answers(
    driver: PythonDriver,
    source: str,
    items: Sequence[Any] = TWO,
    *,
    mode: str = "all",
    http: bool = False,
    channel: Echo | None = None,
    ctx: Mapping[str, Any] = CTX,
) -> list[dict[str, Any]]:
    header = {"kind": "code", "mode": mode, "source": source, "http": http, "ctx": ctx}
    task = Task(
        header=msgspec.json.encode(header),
        chunks=iter([msgspec.json.encode(items)]),
        budget=Budget(),
        channel=channel or Echo(),
        spent=Spent(),
    )
    return [msgspec.json.decode(chunk) for chunk in driver.run(task)]


def results(driver: PythonDriver, source: str, items: Sequence[Any] = TWO, **how: Any) -> list[Any]:
    [answer] = answers(driver, source, items, **how)
    return [item["json"] for item in answer["ports"]["main"]["items"]]


def failure(driver: PythonDriver, source: str, items: Sequence[Any] = TWO, **how: Any) -> Any:
    with pytest.raises(GuestAnsweredError) as caught:
        answers(driver, source, items, **how)
    return msgspec.json.decode(caught.value.body)["error"]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        pytest.param("return [{'json': {'x': 1}}]", [{"x": 1}], id="list-of-items"),
        pytest.param("return [{'x': 1}, {'x': 2}]", [{"x": 1}, {"x": 2}], id="list-of-dicts"),
        pytest.param("return {'x': 1}", [{"x": 1}], id="one-dict"),
        pytest.param("return {'json': {'x': 1}}", [{"x": 1}], id="one-item"),
        pytest.param("return None", [], id="none"),
        pytest.param("x = 1", [], id="no-return"),
        pytest.param("", [], id="nothing-written"),
        pytest.param("for i in items:\n    yield i.json", [{"a": 1}, {"a": 2}], id="yielded"),
        pytest.param("return ({'x': 1},)", [{"x": 1}], id="tuple"),
        pytest.param("return items", [{"a": 1}, {"a": 2}], id="the-input"),
        pytest.param("return {'json': 1, 'x': 2}", [{"json": 1, "x": 2}], id="a-field-named-json"),
    ],
)
def test_code_may_return_items_in_several_shapes(
    driver: PythonDriver, source: str, expected: list[Any]
) -> None:
    assert results(driver, source) == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        pytest.param("_items[0]['json']['a']", 1, id="items-by-key"),
        pytest.param("items[1].json['a']", 2, id="items-by-dot"),
        pytest.param("_input.first().json['a']", 1, id="first"),
        pytest.param("_input.last().json['a']", 2, id="last"),
        pytest.param("len(_input.all())", 2, id="all"),
        pytest.param("_input.params.url", "=x", id="parameters-of-the-node-before"),
        pytest.param("_('Fetch').first().json['n']", 10, id="another-node"),
        pytest.param("_('Fetch').last().json['n']", 20, id="another-node-last"),
        pytest.param("_('Fetch').first(1).json['n']", 30, id="another-output"),
        pytest.param("_items('Fetch')[1].json['n']", 20, id="items-of-a-node"),
        pytest.param("_node['Fetch'].json['n']", 10, id="old-way-by-key"),
        pytest.param("_node.Fetch.json['n']", 10, id="old-way-by-dot"),
        pytest.param("_('Fetch').item_matching(1).json['n']", 20, id="paired"),
        pytest.param("_('Later').is_executed", False, id="not-executed"),
        pytest.param("_now.isoformat()", "2023-11-14T23:13:20+01:00", id="now"),
        pytest.param("_today.isoformat()", "2023-11-14T00:00:00+01:00", id="today"),
        pytest.param("_vars.region.name", "north", id="vars"),
        pytest.param("_workflow.name", "Orders", id="workflow"),
        pytest.param("_execution.id", "e1", id="execution"),
        pytest.param("_execution.customData.get('known')", "yes", id="custom-data"),
        pytest.param("_parameter.size", 3, id="parameter"),
        pytest.param("_runIndex", 0, id="run-index"),
    ],
)
def test_code_finds_its_names(driver: PythonDriver, source: str, expected: Any) -> None:
    assert results(driver, f"return {{'v': {source}}}") == [{"v": expected}]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        pytest.param("_json['a']", [1, 2], id="json"),
        pytest.param("_item['json']['a']", [1, 2], id="item-by-key"),
        pytest.param("_input.item.json['a']", [1, 2], id="input-item"),
        pytest.param("_itemIndex", [0, 1], id="index"),
        pytest.param("len(_items)", [2, 2], id="all-items"),
    ],
)
def test_code_that_runs_for_each_item_finds_its_item(
    driver: PythonDriver, source: str, expected: list[Any]
) -> None:
    found = results(driver, f"return {{'v': {source}}}", mode="each")

    assert [one["v"] for one in found] == expected


def test_a_change_to_an_item_is_in_what_is_returned(driver: PythonDriver) -> None:
    source = "_json['b'] = _itemIndex\nreturn _item"

    assert results(driver, source, mode="each") == [{"a": 1, "b": 0}, {"a": 2, "b": 1}]


def test_binary_handles_pass_through(driver: PythonDriver) -> None:
    handle = {"id": "b1", "mimeType": "text/plain", "fileSize": 3}
    items = [{"json": {}, "binary": {"file": handle}}]

    [answer] = answers(driver, "return _items", items)

    assert answer["ports"]["main"]["items"] == items


def test_items_of_several_chunks_are_one_list(driver: PythonDriver) -> None:
    header = {"kind": "code", "mode": "all", "source": "return {'n': len(items)}", "ctx": CTX}
    task = Task(
        header=msgspec.json.encode(header),
        chunks=iter([msgspec.json.encode(TWO), msgspec.json.encode(TWO)]),
        budget=Budget(),
        spent=Spent(),
    )

    [chunk] = driver.run(task)

    assert msgspec.json.decode(chunk)["ports"]["main"]["items"] == [{"json": {"n": 4}}]


def test_many_items_come_back_in_chunks_of_a_thousand(driver: PythonDriver) -> None:
    chunks = answers(driver, "return [{'i': i} for i in range(2500)]")

    assert [len(chunk["ports"]["main"]["items"]) for chunk in chunks] == [1000, 1000, 500]


def test_large_items_come_back_in_chunks_of_about_a_megabyte(driver: PythonDriver) -> None:
    chunks = answers(driver, "return [{'i': 'x' * 400_000} for i in range(8)]")

    assert [len(chunk["ports"]["main"]["items"]) for chunk in chunks] == [2, 2, 2, 2]


@pytest.mark.parametrize(
    ("source", "mode", "parents"),
    [
        pytest.param("return items", "all", None, id="the-same-items"),
        pytest.param("return items[1:]", "all", [1], id="one-left-out"),
        pytest.param("return items[::-1]", "all", [1, 0], id="reversed"),
        pytest.param("return [{'x': 1}]", "all", None, id="made-anew"),
        pytest.param("return [i.json for i in items[1:]]", "all", [1], id="data-of-an-item"),
        pytest.param("return [{'json': {}, 'pairedItem': 1}]", "all", [1], id="paired-by-index"),
        pytest.param(
            "return [{'json': {}, 'pairedItem': {'item': 1}}]", "all", [1], id="paired-by-item"
        ),
        pytest.param(
            "return [{'json': {}, 'pairedItem': [0, {'item': 1}]}]", "all", [[0, 1]], id="merged"
        ),
        pytest.param("return [items[1], {'x': 1}]", "all", [1, -1], id="some-made-anew"),
        pytest.param("return {'x': 1}", "each", None, id="one-for-each"),
        pytest.param("return _item if _itemIndex else None", "each", [1], id="each-filtered"),
        pytest.param("return [{}, {}]", "each", [0, 0, 1, 1], id="two-for-each"),
    ],
)
def test_where_an_item_came_from_is_kept(
    driver: PythonDriver, source: str, mode: str, parents: Any
) -> None:
    [answer] = answers(driver, source, mode=mode)

    assert answer["ports"]["main"]["parents"] == parents


@pytest.mark.parametrize(
    ("source", "message"),
    [
        pytest.param("return 5", "not a int", id="number"),
        pytest.param("return 'x'", "not a str", id="text"),
        pytest.param("return [{}, 5]", "Item 1 is a int", id="number-among-items"),
        pytest.param("return [{'json': [1]}]", '"json" of item 0 is a list', id="json-is-a-list"),
        pytest.param("return {'a': {1, 2}}", "Item 0: `json.a` is a set", id="set"),
        pytest.param("return [{}, {'a': [b'x']}]", "Item 1: `json.a[0]` is a bytes", id="bytes"),
        pytest.param("return {'a': float('nan')}", "`json.a` is nan", id="not-a-number"),
        pytest.param("return {'a': {(1,): 2}}", "has a key that is not a text", id="key"),
        pytest.param("x = {}\nx['x'] = x\nreturn x", "nested too deeply", id="contains-itself"),
        pytest.param("return [{'json': {}, 'pairedItem': 7}]", "input item 7", id="no-such-parent"),
        pytest.param("return {'a': lambda: 1}", "meant to be called", id="function"),
    ],
)
def test_what_is_no_item_is_refused_with_its_place(
    driver: PythonDriver, source: str, message: str
) -> None:
    assert message in failure(driver, source)["message"]


def test_moments_become_text(driver: PythonDriver) -> None:
    source = "from datetime import datetime, date\nreturn {'d': date(2024, 2, 29), 'n': _now}"

    assert results(driver, source) == [{"d": "2024-02-29", "n": "2023-11-14T23:13:20+01:00"}]


def test_half_a_surrogate_pair_does_not_break_the_answer(driver: PythonDriver) -> None:
    assert results(driver, "return {'a': 'x\\ud800y'}") == [{"a": "x\ufffdy"}]


def test_what_is_printed_becomes_lines_of_the_log(driver: PythonDriver) -> None:
    channel = Echo()
    source = "import sys\nprint('a', 1)\nprint('b\\nc', end='')\nprint('d\\ud800', file=sys.stderr)"

    answers(driver, source, channel=channel)

    assert channel.notes == [
        ("log", {"level": "info", "message": "a 1"}),
        ("log", {"level": "info", "message": "b"}),
        ("log", {"level": "warning", "message": "d\ufffd"}),
        ("log", {"level": "info", "message": "c"}),
    ]


def test_what_was_printed_before_an_error_is_kept(driver: PythonDriver) -> None:
    channel = Echo()

    failure(driver, "print('here', end='')\n1/0", channel=channel)

    assert channel.notes == [("log", {"level": "info", "message": "here"})]


def test_changes_beside_the_items_are_answered(driver: PythonDriver) -> None:
    source = "_getWorkflowStaticData('global')['count'] += 1\n_execution.customData.set('k', 5)"

    last = answers(driver, source)[-1]

    assert last == {"static": {"global": {"count": 2}}, "customData": {"k": "5"}}


@pytest.mark.parametrize(
    ("source", "name", "line", "column"),
    [
        pytest.param("x = 1\nreturn x / 0", "ZeroDivisionError", 2, 8, id="top-level"),
        pytest.param("def f():\n  return {}['k']\n\nf()", "KeyError", 2, 10, id="in-a-function"),
        pytest.param("x = 1\nif x\n  y = 2", "SyntaxError", 2, 5, id="syntax"),
        pytest.param("x = '''\n\n'''\nreturn y", "NameError", 4, 8, id="after-a-long-text"),
        pytest.param("await missing()", "NameError", 1, 7, id="in-asynchronous-code"),
        pytest.param("raise SystemExit(3)", "SystemExit", 1, 1, id="exit"),
        pytest.param("raise KeyboardInterrupt", "KeyboardInterrupt", 1, 1, id="interrupt"),
        pytest.param("def f(): f()\nf()", "RecursionError", 1, 10, id="endless-recursion"),
        pytest.param("import requests", "ModuleNotFoundError", 1, 1, id="missing-module"),
        pytest.param("import time\ntime.sleep(1)", "WaitingRefused", 2, 1, id="sleep"),
        pytest.param(
            "import asyncio\nawait asyncio.sleep(1)",
            "WaitingRefused",
            2,
            1,
            id="asynchronous-sleep",
        ),
        pytest.param(
            "import asyncio\nx = 1\nawait asyncio.Future()",
            "RuntimeError",
            3,
            1,
            id="never-happens",
        ),
    ],
)
def test_an_error_says_where_in_the_persons_source_it_is(
    driver: PythonDriver, source: str, name: str, line: int, column: int
) -> None:
    error = failure(driver, source)

    assert (error["name"], error["line"], error["column"]) == (name, line, column)


def test_the_stack_has_only_the_persons_frames(driver: PythonDriver) -> None:
    error = failure(driver, "def g(v):\n  return v[0]\n\nreturn [g(i) for i in (None,)]")

    assert error["stack"] == "<code>:4 in the code\n<code>:2 in g"


@pytest.mark.parametrize(
    ("source", "name"),
    [
        pytest.param(
            "class E(Exception):\n  def __str__(self): raise ValueError\nraise E", "E", id="no-text"
        ),
        pytest.param("raise ValueError('x' * 10**7)", "ValueError", id="giant-text"),
        pytest.param("raise type('x' * 10**7, (Exception,), {})", "x" * 100 + "…", id="giant-name"),
        pytest.param("raise ValueError('\\udc00')", "ValueError", id="half-a-pair"),
        pytest.param(
            "import penstock_sdk as s\nraise s.NodeFailed('a', hint=b'x', data={1: {2}}, item='z')",
            "NodeFailed",
            id="odd-fields",
        ),
    ],
)
def test_an_odd_exception_is_told_like_any_other(
    driver: PythonDriver, source: str, name: str
) -> None:
    error = failure(driver, source)

    assert error["name"] == name
    assert 0 < len(error["message"]) <= 10_001


def test_an_error_for_one_item_says_which(driver: PythonDriver) -> None:
    error = failure(driver, "return {'v': 1 / (_json['a'] - 2)}", mode="each")

    assert (error["name"], error["item"]) == ("ZeroDivisionError", 1)


@pytest.mark.parametrize(
    ("source", "message"),
    [
        pytest.param("_('Nope')", "There is no node 'Nope'", id="no-such-node"),
        pytest.param("_('Later').first()", "has not run", id="not-executed"),
        pytest.param("_('Fetch').item_matching(0)", "not known from which item", id="no-parent"),
        pytest.param("_input.item", "once for each item", id="item-in-all-mode"),
        pytest.param("_workflow.nope", "There is no 'nope'", id="no-such-fact"),
    ],
)
def test_a_wrong_use_of_a_name_is_explained(
    driver: PythonDriver, source: str, message: str
) -> None:
    assert message in failure(driver, source)["message"]


def test_requests_that_are_awaited_together_cross_together(driver: PythonDriver) -> None:
    channel = Echo()
    source = """
import asyncio
answers = await asyncio.gather(*[http.get(f"https://api.example/{n}") for n in range(8)])
return [{"url": answer.json()["url"]} for answer in answers]
"""

    found = results(driver, source, http=True, channel=channel)

    assert [len(frame) for frame in channel.frames] == [8]
    assert found == [{"url": f"https://api.example/{n}"} for n in range(8)]


def test_code_without_await_has_its_answer_at_once(driver: PythonDriver) -> None:
    channel = Echo()
    source = """
response = http.post("https://api.example/", json={"a": 1}, timeout_s=2)
return {"status": response.status, "sent": response.json()}
"""

    [found] = results(driver, source, http=True, channel=channel)

    assert found["status"] == 200
    assert found["sent"] == {
        "method": "POST",
        "url": "https://api.example/",
        "headers": {"content-type": "application/json"},
        "body": '{"a":1}',
        "bodyEncoding": "text",
        "timeoutMs": 2000,
    }


def test_the_helper_takes_the_options_of_its_javascript_sister(driver: PythonDriver) -> None:
    source = "return _helpers.http_request({'url': 'https://api.example/', 'qs': {'q': 1}})"

    [found] = results(driver, source, http=True)

    assert (found["url"], found["query"], found["method"]) == (
        "https://api.example/",
        {"q": 1},
        "GET",
    )


@pytest.mark.parametrize("method", ["get", "post", "put", "patch", "delete"])
def test_each_method_has_its_function(driver: PythonDriver, method: str) -> None:
    source = f"return http.{method}('https://api.example/').json()"

    assert results(driver, source, http=True)[0]["method"] == method.upper()


def test_an_option_that_no_request_has_is_named(driver: PythonDriver) -> None:
    error = failure(driver, "http.get('https://api.example/', colour='red')", http=True)

    assert error["message"] == "An HTTP request has no option colour"


def test_http_that_was_not_granted_is_refused_with_a_way_out(driver: PythonDriver) -> None:
    error = failure(driver, "http.get('https://api.example/')")

    assert error["name"] == "HttpRefused"
    assert "HTTP option" in error["message"]


def test_a_refusal_of_the_host_can_be_caught(driver: PythonDriver) -> None:
    source = """
try:
    await http.get("https://internal.example/")
except Exception as error:
    return {"message": str(error)}
"""

    found = results(driver, source, http=True, channel=Refusing())

    assert found == [{"message": "That host was not granted."}]


def test_an_uncaught_refusal_keeps_its_code_and_hint(driver: PythonDriver) -> None:
    error = failure(driver, "http.get('https://x.example/')", http=True, channel=Refusing())

    assert (error["code"], error["hint"], error["line"]) == ("egress.refused", "Ask.", 1)


@pytest.mark.parametrize(
    "module",
    [
        "asyncio", "base64", "bisect", "calendar", "collections", "copy", "csv", "dataclasses",
        "datetime", "decimal", "difflib", "email.message", "enum", "fractions", "functools", "gzip",
        "hashlib", "heapq", "hmac", "html", "io", "ipaddress", "itertools", "json", "logging", "math",
        "operator", "pathlib", "random", "re", "secrets", "statistics", "string", "struct",
        "textwrap", "time", "traceback", "types", "typing", "unicodedata", "urllib.parse", "uuid",
        "xml.etree.ElementTree", "zipfile", "zlib", "zoneinfo",
    ],
)  # fmt: skip
def test_the_modules_that_are_promised_are_there(driver: PythonDriver, module: str) -> None:
    assert results(driver, f"import {module}\nreturn {{'ok': True}}") == [{"ok": True}]


@pytest.mark.parametrize(
    ("zone", "expected"),
    [
        pytest.param("America/New_York", "-04:00", id="summer-time"),
        pytest.param("Asia/Kolkata", "+05:30", id="half-an-hour"),
        pytest.param("US/Pacific", "-07:00", id="an-old-name"),
    ],
)
def test_time_zones_are_known_without_files(driver: PythonDriver, zone: str, expected: str) -> None:
    source = f"""
from datetime import datetime
from zoneinfo import ZoneInfo
return {{"v": datetime(2024, 7, 1, tzinfo=ZoneInfo("{zone}")).isoformat()[-6:]}}
"""

    assert results(driver, source) == [{"v": expected}]


@pytest.mark.parametrize(
    ("source", "is_right"),
    [
        pytest.param("return [await x() for y in z]", True, id="right"),
        pytest.param("from __future__ import annotations\nfrom math import *", True, id="imports"),
        pytest.param("return (", False, id="unclosed"),
        pytest.param("def f():\nreturn 1", False, id="not-indented"),
        pytest.param("break", False, id="misplaced"),
    ],
)
def test_a_source_can_be_checked_without_running_it(
    driver: PythonDriver, source: str, is_right: bool
) -> None:
    header = {"kind": "compile", "source": source}
    task = Task(header=msgspec.json.encode(header), chunks=iter(()), budget=Budget(), spent=Spent())

    if is_right:
        assert list(driver.run(task)) == [b"{}"]
    else:
        with pytest.raises(GuestAnsweredError, match=r"SyntaxError|IndentationError"):
            list(driver.run(task))


def kept_going(driver: PythonDriver, source: str, count: int = 3) -> list[Any]:
    header = {"kind": "code", "mode": "each", "source": source, "keepGoing": True, "ctx": CTX}
    items = [{"json": {"a": n}} for n in range(1, count + 1)]
    task = Task(
        header=msgspec.json.encode(header),
        chunks=iter([msgspec.json.encode(items)]),
        budget=Budget(),
        channel=Echo(),
        spent=Spent(),
    )
    return [msgspec.json.decode(chunk) for chunk in driver.run(task)]


def test_the_other_items_go_on_after_one_that_failed(driver: PythonDriver) -> None:
    source = "if _json['a'] == 2:\n    1 / 0\nreturn {'b': _json['a'] * 10}"

    ports, told = kept_going(driver, source)

    assert ports["ports"]["main"]["items"] == [{"json": {"b": 10}}, {"json": {"b": 30}}]
    assert ports["ports"]["main"]["parents"] == [0, 2]
    ((index, error),) = told["failures"]
    assert (index, error["item"], error["name"], error["line"]) == (1, 1, "ZeroDivisionError", 2)


@pytest.mark.parametrize(
    "odd",
    [pytest.param("return 7", id="no-item"), pytest.param("return {'b': {1}}", id="not-json")],
)
def test_an_item_whose_result_cannot_be_sent_has_failed(driver: PythonDriver, odd: str) -> None:
    ports, told = kept_going(driver, f"if _json['a'] == 1:\n    {odd}\nreturn {{'b': 1}}", 2)

    assert ports["ports"]["main"] == {"items": [{"json": {"b": 1}}], "parents": [1]}
    assert [index for index, _ in told["failures"]] == [0]


def test_where_every_item_fails_all_are_told(driver: PythonDriver) -> None:
    (told,) = kept_going(driver, "raise ValueError('no')", 300)

    assert [index for index, _ in told["failures"]] == list(range(300))
    assert "stack" in told["failures"][0][1]
    assert "stack" not in told["failures"][299][1]


def test_running_out_of_memory_ends_every_item(driver: PythonDriver) -> None:
    with pytest.raises(BudgetExceeded) as ended:
        kept_going(driver, "raise MemoryError")

    assert ended.value.limit == "memory"
