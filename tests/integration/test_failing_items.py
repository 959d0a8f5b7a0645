"""Code and packages that fail for some items, and what they tell beside items, through a kernel."""

from __future__ import annotations

from collections.abc import AsyncIterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from penstock_kernel import Execution, Kernel, Settings
from penstock_sdk import Item

EXAMPLES = Path(__file__).parents[2] / "examples" / "packages"
GUESTS = Path(__file__).parents[2] / "sandbox" / "penstock_sandbox" / "_guest"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not (GUESTS / "python.wasm").exists(), reason="guests are not built"),
]

MANIFEST = """
schema = 1
[package]
id = "acme/probe"
version = "1.0.0"
title = "Probe"
[engines]
penstock = ">=0.1,<1"
sdk = ">=0.1,<1"
[runtime]
kind = "{kind}"
module = "{module}"
[capabilities]
store = {{ scope = "node", why = "to count" }}
[[nodes]]
name = "probe"
effects = "keyed"
{more}
"""
FORMS = {"javascript": "index.js", "python": "probe.py"}


class NoWaiting:
    """A clock whose sleeps are over at once."""

    def __init__(self) -> None:
        self.ms = 1_700_000_000_000
        self.slept: list[float] = []

    def now_ms(self) -> int:
        return self.ms

    async def sleep(self, delay_s: float) -> None:
        self.slept.append(delay_s)
        self.ms += round(delay_s * 1000)


@pytest.fixture
def clock() -> NoWaiting:
    return NoWaiting()


@pytest.fixture
async def kernel(tmp_path: Path, clock: NoWaiting) -> AsyncIterator[Kernel]:
    settings = Settings(data_dir=tmp_path / "data", sandbox="inprocess")
    async with Kernel.open(settings, clock=clock) as opened:
        yield opened


def node(id_: str, type_: str, config: Any = None, settings: Any = None) -> dict[str, Any]:
    return {
        "id": id_,
        "name": id_,
        "type": type_,
        "config": config or {},
        "settings": settings or {},
    }


def chain(*nodes: dict[str, Any]) -> dict[str, Any]:
    every = [node("start", "penstock/flow.manual"), *nodes]
    return {
        "format": "penstock/1",
        "name": "Chain",
        "nodes": every,
        "edges": [
            {"from": [one["id"], "main"], "to": [other["id"], "main"]}
            for one, other in pairwise(every)
        ],
    }


def package(folder: Path, kind: str, source: str, more: str = "") -> Path:
    folder.mkdir()
    manifest = MANIFEST.format(kind=kind, module=FORMS[kind], more=more)
    (folder / "node.toml").write_text(manifest)
    (folder / FORMS[kind]).write_text(source)
    return folder


def last(execution: Execution) -> list[Any]:
    assert execution.status == "success", execution.error
    return [item.json for item in execution.steps[-1].outputs["main"].items]


SOURCES = {
    "javascript": "if ($json.n === 2) throw new TypeError('no ' + $json.n)\nreturn { n: $json.n * 10 }",
    "python": "if _json['n'] == 2:\n    raise TypeError(f\"no {_json['n']}\")\nreturn {'n': _json['n'] * 10}",
}


@pytest.mark.parametrize("language", ["javascript", "python"])
async def test_code_for_each_item_goes_on_after_one_that_failed(
    kernel: Kernel, language: str
) -> None:
    config = {"mode": "each", "source": SOURCES[language]}
    code = node("code", f"penstock/code.{language}", config, {"on_error": "continue"})
    values = [{"name": "was", "value": "={{ $('start').item.json.n }}"}]
    after = node("after", "penstock/data.set", {"assignments": values, "include": "all"})

    items = last(await kernel.execute(chain(code, after), [Item({"n": n}) for n in (1, 2, 3)]))

    assert [(item["n"], item["was"]) for item in items] == [(10, 1), (2, 2), (30, 3)]
    error = items[1]["error"]
    assert (error["message"], error["name"], error["code"]) == ("no 2", "TypeError", "guest.failed")


@pytest.mark.parametrize("language", ["javascript", "python"])
async def test_under_stop_code_ends_at_the_first_failure(kernel: Kernel, language: str) -> None:
    config = {"mode": "each", "source": SOURCES[language]}
    code = node("code", f"penstock/code.{language}", config)

    execution = await kernel.execute(chain(code), [Item({"n": n}) for n in (1, 2, 3)])

    assert execution.error is not None
    assert (execution.error.message, execution.error.item) == ("no 2", 1)


COUNTS = {
    "javascript": """const data = $getWorkflowStaticData('SCOPE'); data.count = (data.count ?? 0) + 1
return [{ count: data.count }]""",
    "python": """data = _getWorkflowStaticData('SCOPE')
data['count'] = data.get('count', 0) + 1
return [{'count': data['count']}]""",
}


@pytest.mark.parametrize("scope", ["global", "node"])
@pytest.mark.parametrize("language", ["javascript", "python"])
async def test_static_data_outlives_the_execution(
    kernel: Kernel, language: str, scope: str
) -> None:
    source = COUNTS[language].replace("SCOPE", scope)
    first = node("first", f"penstock/code.{language}", {"source": source})
    second = node("second", f"penstock/code.{language}", {"source": source})

    counts = [last(await kernel.execute(chain(first, second)))[0]["count"] for _ in range(2)]

    assert counts == ([2, 4] if scope == "global" else [1, 2])


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param("1", "true", id="true-for-1"),
        pytest.param("false", "0", id="0-for-false"),
        pytest.param("[{a: 0}]", "[{a: false}]", id="inside"),
    ],
)
async def test_static_data_that_changes_into_what_python_holds_equal_is_kept(
    kernel: Kernel, before: str, after: str
) -> None:
    data = "const data = $getWorkflowStaticData('global')"
    for value in (before, after):
        source = f"{data}; data.flag = {value}; return []"
        await kernel.execute(chain(node("c", "penstock/code.javascript", {"source": source})))
    source = f"{data}; return [{{ is: JSON.stringify(data.flag) === JSON.stringify({after}) }}]"
    read = node("c", "penstock/code.javascript", {"source": source})

    assert last(await kernel.execute(chain(read))) == [{"is": True}]


@pytest.mark.parametrize(
    ("language", "source"),
    [
        pytest.param(
            "javascript",
            "$execution.customData.set('order', 'A7'); $execution.customData.set('n', 5); return []",
            id="javascript",
        ),
        pytest.param(
            "python",
            "_execution.customData.set('order', 'A7'); _execution.customData.set('n', 5)",
            id="python",
        ),
    ],
)
async def test_custom_data_is_kept_with_the_execution(
    kernel: Kernel, language: str, source: str
) -> None:
    execution = await kernel.execute(
        chain(node("c", f"penstock/code.{language}", {"source": source}))
    )

    record = await kernel.journal.execution(execution.id)
    assert record.custom_data == {"order": "A7", "n": "5"}


async def test_custom_data_has_limits_and_says_so(kernel: Kernel) -> None:
    source = """for (let i = 0; i < 60; i++) $execution.customData.set('k' + i, 'x'.repeat(2000))
return []"""

    execution = await kernel.execute(
        chain(node("c", "penstock/code.javascript", {"source": source}))
    )

    record = await kernel.journal.execution(execution.id)
    assert (len(record.custom_data), len(record.custom_data["k0"])) == (50, 1_000)
    lines = [line.message for line in execution.steps[-1].logs]
    assert any("left out" in line for line in lines)
    assert any("cut" in line for line in lines)


RAISES = {
    "javascript": """import { RetryLater } from "penstock"
export async function run(ctx, items) {
  if (ctx.attempt < 3) throw new RetryLater("busy", { delayS: 45 })
  return [{ json: { attempt: ctx.attempt } }]
}""",
    "python": """from penstock_sdk import Item, Node, RetryLater
class Probe(Node):
    id = "acme/probe.probe"
    def run(self, ctx, items):
        if ctx.attempt < 3:
            raise RetryLater("busy", delay_s=45)
        return [Item({"attempt": ctx.attempt})]
""",
}


@pytest.mark.parametrize("kind", ["javascript", "python"])
async def test_a_package_that_asks_for_later_is_called_later(
    tmp_path: Path, clock: NoWaiting, kind: str
) -> None:
    retry = "retry = { max_attempts = 3, first_delay_s = 1 }"
    folder = package(tmp_path / "p", kind, RAISES[kind], retry)
    settings = Settings(data_dir=tmp_path / "data", sandbox="inprocess")

    async with Kernel.open(settings, clock=clock, packages=[folder]) as kernel:
        items = last(await kernel.execute(chain(node("p", "acme/probe.probe"))))

    assert items == [{"attempt": 3}]
    assert clock.slept == [45, 45]


async def test_a_package_in_python_may_fail_for_some_items(tmp_path: Path) -> None:
    source = """from penstock_sdk import Item, Node, NodeFailed, PartlyFailed
class Probe(Node):
    id = "acme/probe.probe"
    def run(self, ctx, items):
        good = [Item({"n": item.json["n"] * 10}) for item in items if item.json["n"] != 2]
        raise PartlyFailed({1: NodeFailed("no 2", field="n")}, good)
"""
    folder = package(tmp_path / "p", "python", source)
    settings = Settings(data_dir=tmp_path / "data", sandbox="inprocess")
    document = chain(node("p", "acme/probe.probe", settings={"on_error": "continue"}))

    async with Kernel.open(settings, packages=[folder]) as kernel:
        execution = await kernel.execute(document, [Item({"n": n}) for n in (1, 2, 3)])

    assert [item["n"] for item in last(execution)] == [10, 2, 30]
    error = execution.steps[-1].error
    assert error is not None
    assert (error.code, error.field, error.item) == ("node.failed", "n", 1)


LOOKS = {
    "javascript": """export async function run(ctx, items) {
  const first = await ctx.state.update("k", null, 1), again = await ctx.state.update("k", null, 2)
  return items.map((_, i) => ({ json: { first, again, workspace: ctx.workspace.id, key: ctx.idempotencyKey(i) } }))
}""",
    "python": """from penstock_sdk import Item, Node
class Probe(Node):
    id = "acme/probe.probe"
    async def run(self, ctx, items):
        found = {"first": await ctx.state.update("k", None, 1), "again": await ctx.state.update("k", None, 2)}
        found["workspace"] = ctx.workspace_id
        return [Item({**found, "key": ctx.idempotency_key(i)}) for i in range(len(items))]
""",
}


@pytest.mark.parametrize("kind", ["javascript", "python"])
async def test_a_package_sees_the_keys_and_the_state_of_its_step(tmp_path: Path, kind: str) -> None:
    folder = package(tmp_path / "p", kind, LOOKS[kind])
    settings = Settings(data_dir=tmp_path / "data", sandbox="inprocess")
    document = chain(node("p", "acme/probe.probe"))

    async with Kernel.open(settings, packages=[folder]) as kernel:
        items = last(await kernel.execute(document, [Item({}), Item({})]))

    assert [(item["first"], item["again"]) for item in items] == [(True, False)] * 2
    assert {item["workspace"] for item in items} == {"default"}
    keys = [item["key"] for item in items]
    assert len(set(keys)) == 2
    assert all(len(key) == 52 for key in keys)  # the host's own form


async def test_state_wider_than_what_was_granted_is_refused(tmp_path: Path) -> None:
    source = """export async function run(ctx) {
  try { await ctx.state.set("k", 1, { scope: "workspace" }); return [{ json: { code: "kept" } }] }
  catch (error) { return [{ json: { code: error.code } }] }
}"""
    folder = package(tmp_path / "p", "javascript", source)
    settings = Settings(data_dir=tmp_path / "data", sandbox="inprocess")

    async with Kernel.open(settings, packages=[folder]) as kernel:
        items = last(await kernel.execute(chain(node("p", "acme/probe.probe"))))

    assert items == [{"code": "guest.call_refused"}]


@pytest.mark.parametrize("name", ["acme-shout-py", "acme-slug-js"])
async def test_a_stranger_s_package_is_refused_where_walls_are_missing(
    tmp_path: Path, name: str
) -> None:
    settings = Settings(
        data_dir=tmp_path, sandbox="inprocess", required_walls=frozenset({"seccomp"})
    )
    config = {"text": "hey"} if name.endswith("py") else {"title": "Hey"}
    type_ = "acme/shout.shout" if name.endswith("py") else "acme/slug.slug"

    async with Kernel.open(settings, packages=[EXAMPLES / name]) as kernel:
        execution = await kernel.execute(chain(node("p", type_, config)))

    assert execution.error is not None
    assert execution.error.code == "guest.refused"
    assert "seccomp" in execution.error.message


@pytest.mark.parametrize(
    ("name", "type_", "config", "bad", "message"),
    [
        pytest.param(
            "acme-shout-py",
            "acme/shout.shout",
            {"text": "={{ $json.word }}"},
            7,
            "Expected a text, got 7.",
            id="python",
        ),
    ],
)
async def test_the_error_of_an_example_package_names_its_item_and_field(
    tmp_path: Path, name: str, type_: str, config: Any, bad: Any, message: str
) -> None:
    settings = Settings(data_dir=tmp_path, sandbox="inprocess")
    given = [Item({"word": "hi"}), Item({"word": bad})]

    async with Kernel.open(settings, packages=[EXAMPLES / name]) as kernel:
        execution = await kernel.execute(chain(node("p", type_, config)), given)

    error = execution.error
    assert error is not None
    assert (error.code, error.message, error.item) == ("node.failed", message, 1)
    assert error.field == "text"
