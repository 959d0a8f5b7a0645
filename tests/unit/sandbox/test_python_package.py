"""Packages written with the SDK, run in the Python guest."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
import pytest

from penstock_sandbox.contract import Budget, Spent
from penstock_sandbox.guests.engine import make_engine
from penstock_sandbox.guests.guest import GuestAnsweredError, Task
from penstock_sandbox.guests.python import PythonDriver

NODES = '''
from penstock_sdk import BinaryRef, Choice, Item, Node, NodeFailed, Output, Port, RetryLater, text


class Shout(Node):
    """Turn a text to upper case."""

    id = "acme/text.shout"
    text: str = text(title="Text")
    times: int = 1

    def run(self, ctx, items):
        ctx.log.info("shouting", count=len(items))
        ctx.progress(0.5, "half")
        return [
            Item({**item.json, "text": ctx.param("text", i).upper() * ctx.param("times", i)})
            for i, item in enumerate(items)
        ]

    def options(self, field, ctx):
        return [Choice(value=1, title="Once"), Choice(value=2)]


class Fetch(Node):
    id = "acme/text.fetch"
    per_item = True
    outputs = (Port(name="main"), Port(name="other"))
    url: str = text(title="URL")

    async def run(self, ctx, items):
        if items[0].json.get("bad"):
            raise NodeFailed("It is bad.", hint="Make it good.", data={"a": 1})
        response = await ctx.http.request("GET", ctx.param("url"), credential="key")
        await ctx.state.set("last", response.json()["url"])
        port = "other" if items[0].json.get("else") else "main"
        return {port: [Item({"url": response.json()["url"], "index": ctx.index})]}


class Count(Node):
    id = "acme/text.count"

    async def run(self, ctx, items):
        for i in range(3):
            yield Item({"i": i})


class Merge(Node):
    id = "acme/text.merge"

    def run(self, ctx, items):
        return Output([Item({"n": len(items)})], [tuple(range(len(items)))])


class Copy(Node):
    id = "acme/text.copy"

    async def run(self, ctx, items):
        data = await ctx.binary.read(items[0].binary["file"])
        ref = await ctx.binary.write(data.upper(), media_type="text/plain", file_name="b.txt")
        return [Item({"size": ref.size}, {"file": ref})]


class Later(Node):
    id = "acme/text.later"

    def run(self, ctx, items):
        raise RetryLater("Busy.", delay_s=7)


class Facts(Node):
    id = "acme/text.facts"
    lists: dict = {}

    def run(self, ctx, items):
        return [Item({
            "columns": ctx.columns("lists"), "varies": ctx.has_expression("lists"),
            "keys": [ctx.idempotency_key(i) for i in range(2)], "now": ctx.now_ms(),
            "zone": ctx.timezone, "name": ctx.node_name, "attempt": ctx.attempt,
            "fields": {name: field.kind for name, field in Shout.fields().items()},
        })]


class Escape(Node):
    id = "acme/text.escape"

    async def run(self, ctx, items):
        await ctx.connect.tcp("127.0.0.1", 22)
'''
CTX = {
    "now": 5,
    "zone": "Europe/Berlin",
    "seed": 1,
    "runIndex": 0,
    "attempt": 2,
    "node": {"id": "n", "name": "N"},
    "execution": {"id": "e"},
    "parameter": {"lists": {"a": "={{ $json.a }}", "b": 2}},
}
TWO = [{"json": {"a": 1}}, {"json": {"a": 2}}]


class Host:
    """Answers http with the URL, and keeps bytes and values."""

    def __init__(self) -> None:
        self.requests: list[tuple[str, Any]] = []
        self.notes: list[tuple[str, Any]] = []

    def host(self, requests: bytes) -> bytes:
        frame = msgspec.json.decode(requests, type=list[dict[str, Any]])
        self.requests += [(request["name"], request["arguments"]) for request in frame]
        return msgspec.json.encode([{"ok": self._answer(**request)} for request in frame])

    def note(self, kind: str, body: bytes) -> None:
        self.notes.append((kind, msgspec.json.decode(body)))

    def _answer(self, name: str, arguments: Mapping[str, Any]) -> Any:
        if name == "http":
            body = msgspec.json.encode({"url": arguments["url"]}).decode()
            return {"status": 200, "headers": {}, "body": body, "bodyEncoding": "text"}
        if name == "binary.read":
            return {"body": base64.b64encode(b"bytes").decode()}
        return {"id": "new"} if name == "binary.write" else None


@pytest.fixture(scope="module")
def driver() -> PythonDriver:
    return PythonDriver(make_engine())


def run(
    driver: PythonDriver,
    node: str,
    params: Sequence[Mapping[str, Any]] = ({},),
    *,
    items: Sequence[Any] = TWO,
    host: Host | None = None,
    **header: Any,
) -> list[Any]:
    facts = {"kind": "node", "node": node, "source": NODES, "params": params, "ctx": CTX}
    task = Task(
        header=msgspec.json.encode(facts | header),
        chunks=iter([msgspec.json.encode(items)]),
        budget=Budget(),
        channel=host or Host(),
        spent=Spent(),
    )
    return [msgspec.json.decode(chunk) for chunk in driver.run(task)]


def failure(driver: PythonDriver, node: str, **how: Any) -> Any:
    with pytest.raises(GuestAnsweredError) as caught:
        run(driver, node, **how)
    return msgspec.json.decode(caught.value.body)["error"]


def test_a_node_gets_its_parameters_for_each_item(driver: PythonDriver) -> None:
    host = Host()

    answer = run(driver, "shout", [{"text": "x"}, {"text": "y", "times": 2}], host=host)

    items = [{"json": {"a": 1, "text": "X"}}, {"json": {"a": 2, "text": "YY"}}]
    assert answer == [{"ports": {"main": {"items": items, "parents": None}}}]
    assert host.notes == [
        ("log", {"level": "info", "message": "shouting", "data": {"count": 2}}),
        ("progress", {"done": 0.5, "message": "half"}),
    ]


def test_a_node_that_works_per_item_is_called_for_each(driver: PythonDriver) -> None:
    host = Host()
    items = [{"json": {}}, {"json": {"else": 1}}, {"json": {}}]

    answer = run(
        driver,
        "fetch",
        [{"url": u} for u in "abc"],
        items=items,
        ports=["main", "other"],
        host=host,
    )

    ports = {name: port for part in answer for name, port in part["ports"].items()}
    assert ports == {
        "main": {
            "items": [{"json": {"url": "a", "index": 0}}, {"json": {"url": "c", "index": 2}}],
            "parents": [0, 2],
        },
        "other": {"items": [{"json": {"url": "b", "index": 1}}], "parents": [1]},
    }
    assert host.requests[0] == (
        "http",
        {"method": "GET", "url": "a", "headers": {}, "timeoutMs": 30000, "credential": "key"},
    )
    assert host.requests[1][0] == "state.set"


def test_a_node_may_be_an_asynchronous_generator(driver: PythonDriver) -> None:
    [answer] = run(driver, "acme/text.count")

    assert [item["json"]["i"] for item in answer["ports"]["main"]["items"]] == [0, 1, 2]


def test_a_node_may_name_the_parents_of_what_it_puts_out(driver: PythonDriver) -> None:
    [answer] = run(driver, "merge")

    assert answer["ports"]["main"] == {"items": [{"json": {"n": 2}}], "parents": [[0, 1]]}


def test_bytes_are_read_and_written_by_handle(driver: PythonDriver) -> None:
    host = Host()
    handle = {"id": "old", "mimeType": "text/plain", "fileSize": 5, "fileName": "a.txt"}
    items = [{"json": {}, "binary": {"file": handle}}]

    [answer] = run(driver, "copy", items=items, host=host)

    made = {"id": "new", "media_type": "text/plain", "file_name": "b.txt", "size": 5}
    assert answer["ports"]["main"]["items"] == [{"json": {"size": 5}, "binary": {"file": made}}]
    assert host.requests[0] == ("binary.read", {"id": "old", "start": 0, "size": None})
    assert base64.b64decode(host.requests[1][1]["body"]) == b"BYTES"


def test_a_failure_for_one_item_keeps_what_the_author_said(driver: PythonDriver) -> None:
    items = [{"json": {}}, {"json": {"bad": 1}}]

    error = failure(driver, "fetch", params=[{"url": "a"}], items=items)

    assert error["item"] == 1
    assert error["stack"] == "<package>/package.py:32 in run"
    assert {name: error[name] for name in ("code", "message", "hint", "data")} == {
        "code": "node.failed",
        "message": "It is bad.",
        "hint": "Make it good.",
        "data": {"a": 1},
    }


def test_a_wish_to_be_tried_later_says_when(driver: PythonDriver) -> None:
    error = failure(driver, "later")

    assert (error["code"], error["delay_s"]) == ("node.retry_later", 7)


def test_a_node_sees_the_facts_of_its_step(driver: PythonDriver) -> None:
    params = [{"lists": {"a": 1, "b": 2}}, {"lists": {"a": 3, "b": 2}}]

    [answer] = run(driver, "facts", params)

    [item] = answer["ports"]["main"]["items"]
    first, second = item["json"].pop("keys")
    assert first != second
    assert item["json"] == {
        "columns": {"a": [1, 3], "b": 2},
        "varies": True,
        "now": 5,
        "zone": "Europe/Berlin",
        "name": "N",
        "attempt": 2,
        "fields": {"text": "text", "times": "integer"},
    }


def test_a_key_is_the_same_for_every_attempt(driver: PythonDriver) -> None:
    def keys(attempt: int) -> Any:
        [answer] = run(
            driver, "facts", [{"lists": {"a": 1, "b": 2}}], ctx=CTX | {"attempt": attempt}
        )
        return answer["ports"]["main"]["items"][0]["json"]["keys"]

    assert keys(1) == keys(2)


def test_a_connection_is_not_there_for_a_package(driver: PythonDriver) -> None:
    error = failure(driver, "escape")

    assert "ctx.connect.tcp is not there for sandboxed nodes" in error["message"]


def test_modules_of_a_package_import_each_other(driver: PythonDriver) -> None:
    files = {
        "acme/__init__.py": "",
        "acme/words.py": "def loud(text):\n    return text.upper()\n",
        "acme/nodes.py": (
            "from __future__ import annotations\n"
            "from penstock_sdk import Item, Node\n"
            "from acme.words import loud\n"
            "from . import words\n"
            "class Loud(Node):\n"
            "    id = 'acme/text.loud'\n"
            "    text: str = 'quiet'\n"
            "    def run(self, ctx, items):\n"
            "        return [Item({'v': loud(ctx.param('text')), 'same': words.loud is loud})]\n"
        ),
        "tests/test_it.py": "import pytest",
    }

    [answer] = run(driver, "loud", files=files, source=files["acme/nodes.py"])

    assert answer["ports"]["main"]["items"] == [{"json": {"v": "QUIET", "same": True}}]


@pytest.mark.parametrize(
    ("files", "name", "place"),
    [
        pytest.param({"acme.py": "import nothing"}, "ModuleNotFoundError", 1, id="missing-import"),
        pytest.param({"acme.py": "x = 1\ndef f(:"}, "SyntaxError", 2, id="syntax"),
        pytest.param({"acme.py": "\n\n1 / 0"}, "ZeroDivisionError", 3, id="fails-at-import"),
    ],
)
def test_a_package_that_cannot_be_imported_says_where(
    driver: PythonDriver, files: dict[str, str], name: str, place: int
) -> None:
    error = failure(driver, "any", files=files, source="")

    assert (error["name"], error["line"]) == (name, place)


def test_a_node_that_is_not_in_the_package_is_named_with_those_that_are(
    driver: PythonDriver,
) -> None:
    error = failure(driver, "nope")

    assert "no node 'nope'" in error["message"]
    assert "acme/text.shout" in error["hint"]


def test_choices_of_a_field_come_from_the_node(driver: PythonDriver) -> None:
    [answer] = run(driver, "shout", kind="options", field="times", items=[])

    assert [choice["value"] for choice in answer] == [1, 2]
