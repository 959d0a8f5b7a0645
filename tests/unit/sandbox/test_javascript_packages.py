"""Packages written in JavaScript: `run(ctx, items)`, its modules, and what its context offers."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from penstock_sandbox.contract import Budget, Spent
from penstock_sandbox.guests.engine import make_engine
from penstock_sandbox.guests.guest import GuestAnsweredError, Task
from penstock_sandbox.guests.javascript import JavaScriptDriver

ITEMS = [{"json": {"a": 1}}, {"json": {"a": 2}}]


class Host:
    """A host with a memory, that echoes what it is asked."""

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []
        self.notes: list[tuple[str, Any]] = []

    def host(self, requests: bytes) -> bytes:
        frame = msgspec.json.decode(requests, type=list[dict[str, Any]])
        self.asked += frame
        return msgspec.json.encode([{"ok": self._answer(request)} for request in frame])

    def note(self, kind: str, body: bytes) -> None:
        self.notes.append((kind, msgspec.json.decode(body)))

    def _answer(self, request: dict[str, Any]) -> Any:
        match request["name"]:
            case "binary.read":
                return {"body": "aGVsbG8="}
            case "binary.write":
                return {"id": "b2"}
            case "state.get":
                return {"count": 3}
            case _:
                return {
                    "status": 200,
                    "headers": {},
                    "body": "text",
                    "bodyEncoding": "text",
                    "url": "",
                }


@pytest.fixture(scope="module")
def driver() -> JavaScriptDriver:
    return JavaScriptDriver(make_engine(), "javascript")


def run(
    driver: JavaScriptDriver,
    source: str,
    *,
    files: dict[str, str] | None = None,
    params: list[dict[str, Any]] | None = None,
    host: Host | None = None,
    node: str = "test",
    ctx: dict[str, Any] | None = None,
) -> dict[str, Any]:
    header = {
        "kind": "node",
        "node": node,
        "source": source,
        "files": files or {},
        "params": params or [{}],
        "ports": ["main"],
        "ctx": {"now": 1_700_000_000_000, "seed": 1, "zone": "Europe/Berlin"} | (ctx or {}),
    }
    task = Task(
        header=msgspec.json.encode(header),
        chunks=iter([msgspec.json.encode(ITEMS)]),
        budget=Budget(),
        channel=host or Host(),
        spent=Spent(),
    )
    ports: dict[str, Any] = {}
    for chunk in driver.run(task):
        ports |= msgspec.json.decode(chunk)["ports"]
    return ports


def values(driver: JavaScriptDriver, source: str, **how: Any) -> list[Any]:
    return [item["json"] for item in run(driver, source, **how)["main"]["items"]]


def failure(driver: JavaScriptDriver, source: str, **how: Any) -> dict[str, Any]:
    with pytest.raises(GuestAnsweredError) as caught:
        run(driver, source, **how)
    error: dict[str, Any] = msgspec.json.decode(caught.value.body)["error"]
    return error


@pytest.mark.parametrize(
    "source",
    [
        pytest.param(
            "export async function run(ctx, items) { return items }", id="export function"
        ),
        pytest.param("export const run = (ctx, items) => items", id="export const"),
        pytest.param("const run = (ctx, items) => items\nexport { run }", id="export list"),
        pytest.param("const f = (ctx, items) => items\nexport { f as run };", id="export as"),
        pytest.param("export default { run: (ctx, items) => items }", id="default object"),
        pytest.param(
            "export default async function main(ctx, items) { return items }", id="default"
        ),
        pytest.param("exports.run = (ctx, items) => items", id="CommonJS exports"),
        pytest.param("module.exports = { run: (ctx, items) => items }", id="CommonJS module"),
        pytest.param(
            "exports.nodes = { test: { run: (ctx, items) => items } }", id="nodes by name"
        ),
    ],
)
def test_a_node_may_be_exported_as(driver: JavaScriptDriver, source: str) -> None:
    assert run(driver, source)["main"] == {"items": ITEMS, "parents": [0, 1]}


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        pytest.param('import { double } from "./lib/maths.js"', 4, id="named"),
        pytest.param(
            'import { double as twice } from "./lib/maths.js"; const double = twice', 4, id="as"
        ),
        pytest.param(
            'import * as m from "./lib/maths"; const double = m.double', 4, id="namespace"
        ),
        pytest.param('import double from "./lib/maths.js"', 4, id="default"),
        pytest.param('const { double } = require("./lib/maths")', 4, id="require"),
    ],
)
def test_a_file_may_import_another_by(driver: JavaScriptDriver, line: str, expected: int) -> None:
    files = {
        "lib/maths.js": 'import { two } from "../two.json"\nexport function double(n) { return n * two }\n'
        "export default double",
        "two.json": '{"two": 2}',
    }

    assert values(driver, f"{line}\nexport const run = () => [{{n: double(2)}}]", files=files) == [
        {"n": expected}
    ]


def test_files_that_import_each_other_are_evaluated_once(driver: JavaScriptDriver) -> None:
    files = {
        "a.js": 'const b = require("./b"); exports.name = "a"; exports.other = () => b.name',
        "b.js": 'const a = require("./a"); exports.name = "b"; exports.other = () => a.name',
    }
    source = 'const a = require("./a"), b = require("./b"); exports.run = () => [{v: a.other() + b.other()}]'

    assert values(driver, source, files=files) == [{"v": "ba"}]


def test_a_module_that_is_not_there_names_who_asked(driver: JavaScriptDriver) -> None:
    error = failure(driver, 'import { x } from "./gone.js"\nexport const run = () => []')

    assert "./gone.js" in error["message"]
    assert "index.js" in error["hint"]


def test_an_error_says_which_file_and_line_it_is_in(driver: JavaScriptDriver) -> None:
    files = {"lib.js": "export function f(x) {\n  return x.y.z\n}"}
    source = 'import { f } from "./lib.js"\n\nexport const run = () => f({})'

    error = failure(driver, source, files=files)

    assert error["line"] == 2
    assert error["stack"].split("\n")[0].startswith("at f (lib.js, line 2,")
    assert "index.js, line 3" in error["stack"]


def test_a_package_without_run_is_told_what_to_write(driver: JavaScriptDriver) -> None:
    assert "export async function run" in failure(driver, "export const walk = 1")["hint"]


def test_items_may_go_to_several_ports(driver: JavaScriptDriver) -> None:
    source = "export const run = (ctx, items) => ({yes: [items[1]], no: [items[0]]})"

    ports = run(driver, source)

    assert ports == {
        "yes": {"items": [ITEMS[1]], "parents": [1]},
        "no": {"items": [ITEMS[0]], "parents": [0]},
    }


def test_parameters_are_those_of_the_item_that_is_asked_for(driver: JavaScriptDriver) -> None:
    source = "export const run = (ctx, items) => items.map((_, i) => ({v: ctx.param('p', i), all: ctx.params(i)}))"

    assert values(driver, source, params=[{"p": 1}, {"p": 2}]) == [
        {"v": 1, "all": {"p": 1}},
        {"v": 2, "all": {"p": 2}},
    ]


def test_log_and_progress_are_notes(driver: JavaScriptDriver) -> None:
    host = Host()

    run(
        driver,
        "exports.run = ctx => { ctx.log.warning('w', 1); ctx.progress(0.5, 'half'); return [] }",
        host=host,
    )

    assert host.notes == [
        ("log", {"level": "warning", "message": "w 1"}),
        ("progress", {"done": 0.5, "message": "half"}),
    ]


def test_state_binary_and_http_go_through_the_host(driver: JavaScriptDriver) -> None:
    host = Host()
    source = """export async function run(ctx) {
        const state = await ctx.state.get('k')
        await ctx.state.set('k', {count: state.count + 1}, {ttlS: 60})
        await ctx.state.delete('old', 'workflow')
        const bytes = await ctx.binary.read({id: 'b1'})
        const ref = await ctx.binary.write(bytes, {mediaType: 'text/plain', fileName: 'a.txt'})
        const body = await ctx.http.request({url: 'http://h', credential: 'auth'})
        return [{text: String.fromCharCode(...bytes), ref, body}]
    }"""

    result = values(driver, source, host=host)

    assert result == [
        {
            "text": "hello",
            "ref": {"id": "b2", "media_type": "text/plain", "file_name": "a.txt", "size": 5},
            "body": "text",
        }
    ]
    assert [(request["name"], request["arguments"]) for request in host.asked] == [
        ("state.get", {"key": "k", "scope": "node"}),
        ("state.set", {"key": "k", "value": {"count": 4}, "scope": "node", "ttl_s": 60}),
        ("state.delete", {"key": "old", "scope": "workflow"}),
        ("binary.read", {"id": "b1", "start": 0, "size": None}),
        ("binary.write", {"body": "aGVsbG8=", "media_type": "text/plain", "file_name": "a.txt"}),
        ("http", {"method": "GET", "url": "http://h", "headers": {}, "credential": "auth"}),
    ]


def test_an_author_may_raise_the_errors_of_the_sdk(driver: JavaScriptDriver) -> None:
    later = """import { RetryLater } from "penstock"
export function run() { throw new RetryLater("busy", { delayS: 7, item: 1, data: { a: [1] } }) }"""
    never = """const { NodeFailed } = require("penstock")
exports.run = () => { throw new NodeFailed("no", { hint: "try", field: "url" }) }"""

    first, second = failure(driver, later), failure(driver, never)

    assert (first["code"], first["delay_s"], first["item"]) == ("node.retry_later", 7, 1)
    assert (first["name"], first["data"]) == ("RetryLater", {"a": [1]})
    assert (second["code"], second["hint"], second["field"]) == ("node.failed", "try", "url")


def test_data_of_an_error_that_is_not_json_is_left_out(driver: JavaScriptDriver) -> None:
    source = """import { NodeFailed } from "penstock"
export function run() { const data = {}; data.data = data; throw new NodeFailed("no", { data }) }"""

    error = failure(driver, source)

    assert (error["message"], "data" in error) == ("no", False)


def test_a_value_is_changed_only_where_it_is_what_was_expected(driver: JavaScriptDriver) -> None:
    host = Host()
    source = "export async function run(ctx) { await ctx.state.update('k', 1, 2); return [] }"

    run(driver, source, host=host)

    arguments = {"key": "k", "expected": 1, "value": 2, "scope": "node"}
    assert host.asked == [{"name": "state.update", "arguments": arguments}]


def test_the_context_has_what_the_host_says_of_the_step(driver: JavaScriptDriver) -> None:
    source = """export const run = (ctx) => [{ json: {
      workspace: ctx.workspace.id, key: ctx.idempotencyKey(1), auth: ctx.credential("auth"),
      none: ctx.credential("toString") } }]"""
    more = {
        "workspace": {"id": "acme"},
        "idempotencyKeys": ["k0", "k1"],
        "credentials": {"auth": {"type": "bearer", "public": {"name": "x"}}},
    }

    (found,) = values(driver, source, ctx=more)

    auth = {"slot": "auth", "type": "bearer", "public": {"name": "x"}}
    assert found == {"workspace": "acme", "key": "k1", "auth": auth, "none": None}


def test_a_node_without_effects_has_no_idempotency_key(driver: JavaScriptDriver) -> None:
    error = failure(driver, "export const run = (ctx) => [{ json: { k: ctx.idempotencyKey() } }]")

    assert "without effects" in error["message"]
